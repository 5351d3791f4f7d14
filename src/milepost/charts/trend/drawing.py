"""Draw the milestone trend chart: the days of the states across, the dates of the milestones down or up.

Where both are the same day is a diagonal: a milestone is completed there, and what is beyond it was overdue.
No meaning depends on colour alone: lines have different marks and dashes, and a label each.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from milepost.base.dates import iso
from milepost.charts.canvas import Canvas, Colour, Frame, Pen
from milepost.charts.fonts import TextStyle
from milepost.charts.room import SIGN, TREND_SIZE
from milepost.charts.trend import marks
from milepost.charts.trend.layout import (
    GAP,
    LEADER,
    LEGEND,
    STATES,
    TICKS,
    TITLE,
    date_axis,
    days_with_labels,
    layout_of,
)
from milepost.charts.trend.legend import entries, flow
from milepost.charts.trend.marks import EARLIER, OTHER, Style
from milepost.views.chart import Presence
from milepost.views.trend.lines import without_line

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from milepost.charts.canvas import Point
    from milepost.charts.trend.layout import Label, Layout
    from milepost.views.page import Page
    from milepost.views.trend.lines import TrendChart, TrendLine

_DIAGONAL = Pen(Colour.INK, 0.9)
_FAINT = 0.6
_MOST_LINES = 3  # of milestones without a line
_PLACES = (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.1, 0.9)


def draw(chart: TrendChart, page: Page) -> Figure:
    """Draw `chart` as wide as `page`."""
    style = TextStyle(TREND_SIZE, family=page.typeface)
    legend = flow(entries(chart, date_axis(chart)), page.width, style)
    missing = "; ".join(f"{end}: {', '.join(codes)}" for end, codes in without_line(chart.trends).items())
    missing_lines = style.wrap(missing, page.width, _MOST_LINES) if missing else ()
    layout = layout_of(chart, page, len(legend) + len(missing_lines))
    canvas = Canvas(page.width, layout.height)
    with canvas.group(f"{chart.name}-axis"):
        _draw_axes(canvas, layout)
    styles = _styles(chart)
    for number, trend in enumerate(chart.trends):
        _draw_before(canvas, layout, trend, f"{chart.name}-before-{number}")
    with canvas.group(f"{chart.name}-diagonal"):
        _draw_diagonal(canvas, layout)
    labels = {label.trend: label for label in layout.labels}
    # Lines without labels are below the others.
    for number, trend in sorted(enumerate(chart.trends), key=lambda each: each[0] in labels):
        if not trend.runs:
            continue
        faded = _FAINT if chart.old is not None and not trend.changed else 0.0
        with canvas.group(f"{chart.name}-{trend.anchor}", describe(trend, chart.dates)):
            if number in labels:
                _draw_label(canvas, layout, labels[number], styles[number], faded)
            with canvas.faded(faded):
                marks.draw_baseline(canvas, layout, trend, styles[number])
                if trend.presence is not Presence.REMOVED:
                    marks.draw_course(canvas, layout, trend, styles[number])
    below = layout.frame.bottom + TICKS + TITLE + LEGEND / 2
    with canvas.group(f"{chart.name}-legend"):
        for line in legend:
            for left, entry in line:
                entry.draw(canvas, left, below, style)
            below += LEGEND
    with canvas.group(f"{chart.name}-missing", missing):
        for words in missing_lines:
            canvas.text((1, below), words, style, colour=Colour.GREY)
            below += LEGEND
    return canvas.figure


def describe(trend: TrendLine, dates: str) -> str:
    """Describe a line, as in `A-1 Name: due 2020-01-31 on 2019-12-01, completed 2020-02-02`."""
    said = [f"{point.date} on {iso(point.day)}" for point in trend.points if not point.completed]
    parts = [f"{dates} {', '.join(said)}"] if said else []
    if trend.baseline:
        parts.append(f"baseline {trend.baseline}")
    if trend.completed or trend.set_aside:
        parts.append(trend.end)
    fates = {Presence.ADDED: ["new"], Presence.REMOVED: ["gone"], Presence.KEPT: []}
    parts += fates[trend.presence]
    if trend.presence is Presence.KEPT and trend.was is not None and trend.changed:
        before = ", ".join(str(point.date) for point in trend.was.points if not point.completed)
        parts.append(f"before: {', '.join(filter(None, (before, trend.was.end)))}")
    return f"{trend.code} {trend.label}: {'; '.join(parts)}"


def _styles(chart: TrendChart) -> list[Style]:
    """Return the style of each line; those with labels count."""
    styles, number = [], 0
    for trend in chart.trends:
        if not trend.labelled or not trend.runs or trend.presence is Presence.REMOVED:
            styles.append(OTHER)
        else:
            styles.append(Style.of(number))
            number += 1
    return styles


def _draw_axes(canvas: Canvas, layout: Layout) -> None:
    """Draw the grid, the ticks with their labels, and the days of the states."""
    frame, label, right = layout.frame, layout.label, layout.right
    for day, words in layout.x.ticks(lambda text: label.width(text) + 2 * GAP):
        x = layout.x.at(day)
        canvas.line((x, frame.top), (x, frame.bottom + 3), Pen(Colour.RULE, 0.4))
        middle = min(max(x, label.width(words) / 2), layout.page.width - label.width(words) / 2)
        canvas.text((middle, frame.bottom + TICKS - 3), words, label, align="center", colour=Colour.GREY)
    for day, words in layout.y.ticks(lambda _: 2.2 * label.leading):
        y = layout.y.at(day)
        canvas.line((frame.left - 3, y), (right, y), Pen(Colour.RULE, 0.4))
        canvas.text((frame.left - GAP, y), words, label, align="right", colour=Colour.GREY)
    for day in layout.chart.days:
        x = layout.x.at(day)
        canvas.line((x, frame.top - 3), (x, frame.bottom), Pen(Colour.OLD, 0.4, (0.8, 1.6)))
    for day, middle in days_with_labels(layout):
        canvas.text((middle, frame.top - STATES / 2 - 1), iso(day), label, align="center", colour=Colour.GREY)
    canvas.box(frame, Pen(Colour.GREY, 0.6), face="none")
    title = f"{layout.chart.dates.capitalize()} date"
    canvas.text((0, TITLE / 2), title, layout.heading)
    below = frame.bottom + TICKS + TITLE / 2
    canvas.text((right, below), "Report date", layout.heading, align="right")


def _draw_diagonal(canvas: Canvas, layout: Layout) -> None:
    """Draw where the day of a state and a date are the same, with its label where it is in the way least."""
    start, end = max(layout.x.start, layout.y.start), min(layout.x.end, layout.y.end)
    from_, to = ((layout.x.at(day), layout.y.at(day)) for day in (start, end))
    canvas.line(from_, to, _DIAGONAL)
    words = f"{layout.chart.dates} date = report date"
    style = layout.label
    width, height = style.width(words) + 2, style.leading
    lines = _pieces(layout)
    best: tuple[int, Frame] | None = None
    for part in _PLACES:
        x, y = (one + (other - one) * part for one, other in zip(from_, to, strict=True))
        for left, above in ((x + 3, not layout.chart.upwards), (x - 3 - width, layout.chart.upwards)):
            box = Frame(left, y - height - 2 if above else y + 2, width, height)
            if not _inside(box, layout.frame):
                continue
            hits = sum(_crosses(piece, box) for piece in lines)
            if best is None or hits < best[0]:
                best = hits, box
    if best is not None:
        _, box = best
        canvas.text((box.centre, box.top + height / 2), words, style, align="center", colour=Colour.INK)


def _pieces(layout: Layout) -> list[tuple[Point, Point]]:
    """Return the pieces of all lines and leaders, and small ones at marks."""
    found: list[tuple[Point, Point]] = []
    for trend in layout.chart.trends:
        for each in (trend, trend.was):
            if each is not None:
                found += marks.path_of(layout, each)
                found += [((x - 2, y), (x + 2, y)) for x, y in map(layout.place, each.points)]
        if trend.baseline and trend.runs:
            height = layout.y.at(trend.baseline.last)
            found.append(((layout.x.at(trend.points[0].day), height), (layout.right, height)))
    found += [(label.at, (layout.right, label.at[1])) for label in layout.labels]
    return found


def _inside(box: Frame, frame: Frame) -> bool:
    return (
        frame.left + 1 <= box.left
        and box.left + box.width <= frame.left + frame.width - 1
        and frame.top + 1 <= box.top
        and box.bottom <= frame.bottom - 1
    )


def _crosses(piece: tuple[Point, Point], box: Frame) -> bool:
    """Return whether a line goes through a rectangle (Liang and Barsky's method)."""
    (x0, y0), (x1, y1) = piece
    enter, leave = 0.0, 1.0
    for start, way, low, high in (
        (x0, x1 - x0, box.left, box.left + box.width),
        (y0, y1 - y0, box.top, box.bottom),
    ):
        if way == 0:
            if not low <= start <= high:
                return False
            continue
        near, far = sorted(((low - start) / way, (high - start) / way))
        enter, leave = max(enter, near), min(leave, far)
    return enter <= leave


def _draw_before(canvas: Canvas, layout: Layout, trend: TrendLine, name: str) -> None:
    """Draw the line that a changed milestone had in the earlier chart."""
    earlier = trend if trend.presence is Presence.REMOVED else trend.was
    if earlier is not None and trend.changed and earlier.runs:
        with canvas.group(name):
            marks.draw_course(canvas, layout, earlier, EARLIER)


def _draw_label(canvas: Canvas, layout: Layout, label: Label, style: Style, faded: float) -> None:
    """Draw a label, and the leader from the end of its line; texts are grey rather than faded."""
    end, left = (layout.right, label.at[1]), layout.label_left
    middle = label.middle
    corners = [end, (layout.right + LEADER - GAP, middle), (left, middle)]
    with canvas.faded(faded):
        if layout.right - label.at[0] > 2 * GAP:
            canvas.line(label.at, end, Pen(style.colour, 0.35, (0.6, 2.0)))
        for before, after in pairwise(corners):
            canvas.line(before, after, Pen(style.colour, 0.4))
        marks.draw_mark(canvas, (left + SIGN / 2 - 1, middle), style)
    code_height = middle - layout.label.leading / 2 if label.name else middle
    x = left + SIGN
    code, name = (Colour.GREY, Colour.GREY) if faded else (Colour.TEAL, Colour.INK)
    canvas.text((x, code_height), label.code, layout.heading, colour=code)
    if label.end:
        x_end = x + layout.heading.width(label.code) + GAP
        canvas.text((x_end, code_height), label.end, layout.label, colour=Colour.GREY)
    canvas.text((x, middle + layout.label.leading / 2), label.name, layout.label, colour=name)
