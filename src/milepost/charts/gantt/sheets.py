"""Divide a Gantt chart among pages: its rows, the links within a part, and those to other parts."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import replace
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

from milepost.charts.gantt import changes, legend
from milepost.charts.gantt.layout import (
    OTHERS_ROOM,
    Layout,
    label_style,
    least_row,
    pitch_of,
    room_for_rows,
    texts_of,
    widths_of,
)
from milepost.charts.gantt.marks import FATES
from milepost.charts.gantt.routing import routes
from milepost.charts.room import LINES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from milepost.charts.fonts import TextStyle
    from milepost.charts.gantt.layout import Texts
    from milepost.charts.gantt.legend import Box
    from milepost.charts.gantt.routing import Point
    from milepost.views.chart import GanttChart
    from milepost.views.page import Page


class Sheet(NamedTuple):
    """What is drawn as one figure: a chart or a part of one.

    Attributes:
        box: the legend and its upper left corner, where it is beside the rows.
    """

    layout: Layout
    routed: list[list[Point]]
    box: tuple[Box, Point] | None


def whole(chart: GanttChart, page: Page) -> Sheet:
    """Lay out `chart` in one part, however high it becomes."""
    layout = layout_of(chart, page)

    def with_legend(lines: int) -> Layout:
        pitch = pitch_of([layout.texts], chart, page, lines)
        return replace(layout, pitch=pitch, legend_lines=lines)

    return _sheet(chart, with_legend(0), with_legend(_legend_lines(chart, page)))


def layout_of(chart: GanttChart, page: Page) -> Layout:
    """Return the layout of `chart` in one part, before a place is chosen for the legend."""
    texts = texts_of(chart, page)
    return Layout(
        chart=chart,
        page=page,
        texts=texts,
        widths=widths_of(chart, page, texts, changes.column(chart, page)),
        pitch=pitch_of([texts], chart, page, 0),
        legend_lines=0,
    )


def sheets(chart: GanttChart, page: Page) -> Iterator[Sheet]:
    """Lay out `chart` in as many parts as it needs to be readable on pages like `page`."""
    texts = texts_of(chart, page)
    if _height(texts, chart, page) <= room_for_rows(page, chart, 0):
        sheet = whole(chart, page)
        if sheet.layout.fits:
            yield sheet
            return
    lines = _legend_lines(chart, page)
    breaks, texts = _divide(chart, page, texts, lines)
    widths = widths_of(chart, page, texts, changes.column(chart, page))
    pitch = pitch_of([texts[first:end] for first, end in pairwise(breaks)], chart, page, lines)
    for first, end in pairwise(breaks):
        part = _part(chart, first, end)
        layout = Layout(
            chart=part, page=page, texts=texts[first:end], widths=widths, pitch=pitch, legend_lines=0
        )
        yield _sheet(chart, layout, replace(layout, legend_lines=_legend_lines(part, page)))


def _sheet(chart: GanttChart, without_legend: Layout, with_legend: Layout) -> Sheet:
    """Route the links, and find a place beside the rows for the summary, the legend, or both."""
    is_first = without_legend.chart.bars[:1] == chart.bars[:1]
    above, below = (Sheet(layout, _routes(layout), None) for layout in (without_legend, with_legend))
    boxes = legend.boxes(without_legend, chart.summary if is_first else None)
    for box in boxes:
        sheet = above if box.entries else below
        corner = legend.place(box, sheet.layout, sheet.routed)
        if corner and sheet.layout.fits:
            return sheet._replace(box=(box, corner))
    return below


def _routes(layout: Layout) -> list[list[Point]]:
    pairs = [(link.predecessor, link.successor) for link in layout.chart.links]
    return routes(layout.rows, pairs, layout.area)


def _legend_lines(chart: GanttChart, page: Page) -> int:
    return len(legend.flow(legend.entries(chart, label_style(page)), page))


def _height(texts: Sequence[Texts], chart: GanttChart, page: Page) -> float:
    """Return the least height of all rows."""
    more = label_style(page).leading * sum(each.lines - 1 for each in texts)
    return more + least_row(chart) * len(texts)


def _divide(
    chart: GanttChart, page: Page, texts: tuple[Texts, ...], legend_lines: int
) -> tuple[tuple[int, ...], tuple[Texts, ...]]:
    """Return the first row of each part and the number of rows, and the texts with the links to other parts.

    The texts of links make rows higher, which moves the breaks; a row keeps the greatest height it needed.
    """
    room = room_for_rows(page, chart, legend_lines)
    style, width = label_style(page), OTHERS_ROOM * page.width
    least = least_row(chart)
    breaks: tuple[int, ...] = ()
    tallest = [each.lines for each in texts]
    while True:
        heights = [least + style.leading * (lines - 1) for lines in tallest]
        found = _even_breaks(heights, room)
        texts = _with_links(chart, texts, found, style, width)
        tallest = [max(lines, each.lines) for lines, each in zip(tallest, texts, strict=True)]
        if found == breaks:
            return breaks, texts
        breaks = found


def _even_breaks(heights: Sequence[float], room: float) -> tuple[int, ...]:
    """Divide rows into as few parts as possible, none higher than `room`, and of about equal heights."""
    above = list(accumulate(heights, initial=0.0))

    def filled(height: float) -> tuple[int, ...]:
        breaks = [0]
        while breaks[-1] < len(heights):
            end = bisect_right(above, above[breaks[-1]] + height + 1e-6) - 1
            breaks.append(max(end, breaks[-1] + 1))
        return tuple(breaks)

    least, most = room / 2, room
    breaks = filled(most)
    while most - least > 1:  # the least height at which there are no more parts
        middle = (least + most) / 2
        narrower = filled(middle)
        if len(narrower) > len(breaks):
            least = middle
        else:
            most, breaks = middle, narrower
    return breaks


def _with_links(
    chart: GanttChart, texts: Sequence[Texts], breaks: Sequence[int], style: TextStyle, width: float
) -> tuple[Texts, ...]:
    """Add to each row the codes at the other ends of its links to other parts."""
    part_of = [bisect_right(breaks, row) for row in range(len(texts))]
    codes: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    ends: defaultdict[int, set[tuple[bool, bool]]] = defaultdict(set)
    for link in chart.links:
        if part_of[link.predecessor] != part_of[link.successor]:
            fate = FATES[link.presence]
            codes[link.successor, "from"].append(f"{chart.bars[link.predecessor].code}{fate}")
            codes[link.predecessor, "to"].append(f"{chart.bars[link.successor].code}{fate}")
            downwards = link.predecessor < link.successor
            ends[link.predecessor].add((True, downwards))
            ends[link.successor].add((False, downwards))
    return tuple(
        each._replace(
            others=tuple(
                line
                for word in ("from", "to")
                if (row, word) in codes
                for line in style.wrap(f"{word} {', '.join(codes[row, word])}", width, LINES)
            ),
            ends=tuple(sorted(ends[row])),
        )
        for row, each in enumerate(texts)
    )


def _part(chart: GanttChart, first: int, end: int) -> GanttChart:
    """Return the rows from `first` to before `end`, and the links between them."""
    links = tuple(
        replace(link, predecessor=link.predecessor - first, successor=link.successor - first)
        for link in chart.links
        if first <= link.predecessor < end and first <= link.successor < end
    )
    return replace(chart, bars=chart.bars[first:end], links=links)
