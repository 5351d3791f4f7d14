"""The legend of a Gantt chart: a sign and its words for each kind of sign that the chart has.

It is in a box beside the rows where marks and links leave enough room, or else in lines below the chart. The
box also has the summary of the chart.
"""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

from milepost.base.dates import UNDATED, Unit
from milepost.charts.canvas import Colour, Frame, Pen
from milepost.charts.gantt import changes, marks
from milepost.charts.gantt.layout import GAP, INSET, LEGEND_LINE, heading_style, label_style
from milepost.charts.gantt.marks import LegendEntry
from milepost.document import schedule
from milepost.document.schedule import State
from milepost.views.chart import Presence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from milepost.charts.canvas import Canvas
    from milepost.charts.fonts import TextStyle
    from milepost.charts.gantt.layout import Layout
    from milepost.charts.gantt.routing import Point
    from milepost.views.chart import GanttChart, Summary
    from milepost.views.page import Page

_PADDING = 5.0  # inside of the box
_SPACE = 4.0  # between the box and signs
_COLUMN_GAP = 6.0
_AFTER = 3.0  # between blocks in the box


class Box(NamedTuple):
    """The legend and the summary in a box beside the rows."""

    entries: list[LegendEntry]
    summary: Summary | None
    with_years: bool

    @property
    def height(self) -> float:
        """Height in points."""
        return LEGEND_LINE * sum(self._blocks) + _AFTER * (len(self._blocks) - 1) + 2 * _PADDING - 3

    @property
    def _blocks(self) -> list[int]:
        """The number of lines of each part: the statements, the legend and the table."""
        statements = 1 + len(self.summary.lines) if self.summary else 0
        years = 1 + len(self.summary.years) if self.summary and self.with_years else 0
        return [lines for lines in (statements, len(self.entries), years) if lines]

    def width(self, page: Page) -> float:
        """Return the width in points."""
        label, heading = label_style(page), heading_style(page)
        widths = [entry.width(label) for entry in self.entries]
        if self.summary:
            widths += [heading.width(self.summary.heading), *map(label.width, self.summary.lines)]
            if self.with_years:
                widths.append(sum(self._columns(page)) + _COLUMN_GAP * (len(self.summary.years[0]) - 1))
        return max(widths) + 2 * _PADDING

    def _columns(self, page: Page) -> list[float]:
        """Return the widths of the columns of the table."""
        if self.summary is None:
            return []
        label, heading = label_style(page), heading_style(page)
        cells = zip(self.summary.columns, *self.summary.years, strict=True)
        return [max(heading.width(title), *map(label.width, texts)) for title, *texts in cells]

    def draw(self, canvas: Canvas, layout: Layout, corner: Point) -> None:
        """Draw the box with its upper left corner at `corner`."""
        (left, top), page = corner, layout.page
        frame = Frame(left, top, self.width(page), self.height)
        canvas.box(frame, Pen(Colour.RULE, 0.6), face=Colour.PAPER, radius=2.0)
        x, y = left + _PADDING, top + _PADDING - 1.5 + LEGEND_LINE / 2
        if self.summary:
            for number, words in enumerate((self.summary.heading, *self.summary.lines)):
                canvas.text((x, y), words, layout.label if number else layout.heading)
                y += LEGEND_LINE
            y += _AFTER
        for entry in self.entries:
            entry.draw(canvas, (x, y), layout.label)
            y += LEGEND_LINE
        if self.summary and self.with_years:
            self._draw_years(canvas, layout, (x, y))

    def _draw_years(self, canvas: Canvas, layout: Layout, place: Point) -> None:
        """Draw the table with the middle of its first line at the left at `place`."""
        if self.summary is None:
            return
        left, middle = place
        widths = self._columns(layout.page)
        # The first column is left-aligned, the numbers are right-aligned.
        rights = list(accumulate((width + _COLUMN_GAP for width in widths), initial=left - _COLUMN_GAP))[1:]
        above = middle - LEGEND_LINE / 2 - _AFTER / 2
        canvas.line((left, above), (left + self.width(layout.page) - 2 * _PADDING, above), Pen(Colour.RULE))
        for number, (first, *others) in enumerate((self.summary.columns, *self.summary.years)):
            style, colour = (layout.label, Colour.INK) if number else (layout.heading, Colour.GREY)
            height = middle + number * LEGEND_LINE
            canvas.text((left, height), first, style, colour=colour)
            for right, words in zip(rights[1:], others, strict=True):
                canvas.text((right, height), words, style, align="right", colour=colour)


def boxes(layout: Layout, summary: Summary | None) -> Iterator[Box]:
    """Yield what may be beside the rows, the most useful first."""
    listed = entries(layout.chart, layout.label)
    if summary and summary.years:
        yield Box([], summary, with_years=True)
    if summary:
        yield Box(listed, summary, with_years=False)
    yield Box(listed, None, with_years=False)
    if summary:
        yield Box([], summary, with_years=False)


def place(box: Box, layout: Layout, routed: Sequence[Sequence[Point]]) -> Point | None:
    """Return the upper left corner of `box` beside the signs of the uppermost rows, if there is room."""
    top, width = layout.top + _SPACE, box.width(layout.page)
    if top + box.height > layout.bottom - _SPACE:
        return None
    right = _room(layout, routed, (top - _SPACE, top + box.height + _SPACE), width)
    return None if right is None else (right - width, top)


def _room(
    layout: Layout, routed: Sequence[Sequence[Point]], between: tuple[float, float], width: float
) -> float | None:
    """Return the right edge of the rightmost free place of `width` between two heights."""
    top, bottom = between
    taken = [(layout.scale.x(day),) * 2 for day in layout.data_dates]
    for number, row in enumerate(layout.rows):
        if row.top < bottom and top < row.bottom:
            taken.append(layout.extent(number))
    for corners in routed:
        for (x0, y0), (x1, y1) in pairwise(corners):
            if min(y0, y1) < bottom and top < max(y0, y1):
                taken.append((min(x0, x1), max(x0, x1)))
    right = layout.scale.right
    for start, end in sorted(taken, key=lambda ends: -ends[1]):
        if right - end >= width + 2 * _SPACE:
            break
        right = min(right, start)
    else:
        if right - layout.scale.left < width + 2 * _SPACE:
            return None
    return right - _SPACE


def flow(listed: Sequence[LegendEntry], page: Page) -> list[list[tuple[float, LegendEntry]]]:
    """Break the legend into lines of entries with their left edges."""
    style = label_style(page)
    lines: list[list[LegendEntry]] = [[]]
    for entry in listed:
        before = sum(other.width(style) + GAP for other in lines[-1])
        if before + entry.width(style) > page.width - INSET:
            lines.append([])
        lines[-1].append(entry)
    return [
        list(
            zip(accumulate((each.width(style) + GAP for each in line[:-1]), initial=INSET), line, strict=True)
        )
        for line in lines
    ]


def entries(chart: GanttChart, style: TextStyle) -> list[LegendEntry]:
    """Return an entry for each kind of sign in the chart."""
    bars = [bar for bar in chart.bars if bar.presence is not Presence.REMOVED]
    own = [bar for bar in bars if not bar.context]
    links = [link for link in chart.links if link.presence is Presence.KEPT]
    slips = [schedule.slip_on(bar.state, bar.due, bar.completed)[0] for bar in bars if bar.completed]
    listed = [
        (any(bar.due.known for bar in own) or not bars, _due_key(State.OPEN), "due"),
        (any(bar.context for bar in bars), _context_key, "context: other parts"),
        (any(day.unit is not Unit.DAY for bar in bars for day in bar.dates), _bracket_key, "month or longer"),
        (any(not bar.due.known for bar in bars), _undated_key(style), "no date yet"),
        (bool(slips), _completed_key, "completed"),
        (max(slips, default=0) > 0, _late_key, "late"),
        (min(slips, default=0) < 0, _early_key, "early"),
        (any(bar.forecast and bar.forecast.known for bar in bars), _forecast_key, "forecast"),
        (any(bar.overdue for bar in bars), _overdue_key, "overdue"),
        (any(bar.state is State.DEFERRED for bar in bars), _due_key(State.DEFERRED), "deferred"),
        (any(bar.state is State.CANCELLED for bar in bars), _due_key(State.CANCELLED), "cancelled"),
        (any(not link.backwards for link in links), _link_key, "link to successor"),
        (any(link.backwards for link in links), _backwards_key, "link backwards in time"),
    ]
    return [LegendEntry(sign, words) for shown, sign, words in listed if shown] + changes.entries(chart)


def _due_key(state: State) -> Callable[[Canvas, float, float], None]:
    def draw(canvas: Canvas, left: float, middle: float) -> None:
        marks.draw_due(canvas, left + marks.KEY / 2, middle, marks.KEY_MARK, state)

    return draw


def _context_key(canvas: Canvas, left: float, middle: float) -> None:
    marks.draw_due(canvas, left + marks.KEY / 2, middle, marks.KEY_MARK, context=True)


def _bracket_key(canvas: Canvas, left: float, middle: float) -> None:
    right = left + marks.KEY - 4
    marks.draw_bracket(canvas, (left + 1, right), middle, marks.KEY_MARK, Colour.INK)
    marks.draw_due(canvas, right, middle, marks.KEY_MARK)


def _undated_key(style: TextStyle) -> Callable[[Canvas, float, float], None]:
    def draw(canvas: Canvas, left: float, middle: float) -> None:
        canvas.text((left + marks.KEY / 2, middle), str(UNDATED), style, align="center", colour=Colour.GREY)

    return draw


def _completed_key(canvas: Canvas, left: float, middle: float) -> None:
    marks.draw_completed(canvas, left + marks.KEY / 2, middle, marks.KEY_MARK)


def _overdue_key(canvas: Canvas, left: float, middle: float) -> None:
    marks.draw_open(canvas, left + 4, left + marks.KEY, middle, overdue=True)
    marks.draw_due(canvas, left + 4, middle, marks.KEY_MARK, State.OVERDUE)


def _forecast_key(canvas: Canvas, left: float, middle: float) -> None:
    marks.draw_open(canvas, left, left + marks.KEY - 4, middle, overdue=False)
    marks.draw_forecast(canvas, left + marks.KEY - 4, middle, marks.KEY_MARK)


def _late_key(canvas: Canvas, left: float, middle: float) -> None:
    marks.draw_slip(canvas, left, left + marks.KEY, middle)


def _early_key(canvas: Canvas, left: float, middle: float) -> None:
    marks.draw_slip(canvas, left + marks.KEY, left, middle)


def _link_key(canvas: Canvas, left: float, middle: float) -> None:
    marks.draw_link(canvas, [[(left, middle), (left + marks.KEY, middle)]], marks.LINKS[0])


def _backwards_key(canvas: Canvas, left: float, middle: float) -> None:
    marks.draw_link(canvas, [[(left, middle), (left + marks.KEY, middle)]], marks.BACKWARDS)
