"""The legend of a trend chart: a sign and its words for each kind of sign that the chart has."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from milepost.base.dates import Unit
from milepost.base.errors import count
from milepost.charts.canvas import Colour, Pen
from milepost.charts.trend import marks
from milepost.charts.trend.marks import EARLIER, OTHER, Style
from milepost.views.chart import Presence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from milepost.charts.canvas import Canvas
    from milepost.charts.fonts import TextStyle
    from milepost.charts.trend.axes import Axis
    from milepost.views.trend.lines import TrendChart

_SIGN = 16.0
_GAP = 8.0
_AFTER_SIGN = 3.0


class Entry(NamedTuple):
    """An entry of the legend: `sign` draws around the middle of its room."""

    sign: Callable[[Canvas, float, float], None]
    words: str

    def width(self, style: TextStyle) -> float:
        """Return the width in points."""
        return _SIGN + _AFTER_SIGN + style.width(self.words)

    def draw(self, canvas: Canvas, left: float, middle: float, style: TextStyle) -> None:
        """Draw the entry with its left middle at a place."""
        self.sign(canvas, left + _SIGN / 2, middle)
        canvas.text((left + _SIGN + _AFTER_SIGN, middle), self.words, style)


def entries(chart: TrendChart, y: Axis) -> list[Entry]:
    """Return the entries for what the chart has, with that axis of dates."""
    return list(_entries(chart, y))


def _entries(chart: TrendChart, y: Axis) -> Iterator[Entry]:
    drawn = [trend for trend in chart.trends if trend.runs]
    points = [point for trend in drawn for point in trend.points]
    style = Style.of(0)
    yield Entry(_mark, f"{chart.dates} date in a state")
    if any(point.completed for point in points):
        yield Entry(lambda canvas, x, y: marks.draw_completed(canvas, (x, y), style.colour), "completed")
    if any(point.date.unit is not Unit.DAY for point in points):
        yield Entry(_span, "month, quarter or year, at its last day")
    if any(not y.has(point.date.last) for point in points):
        yield Entry(_beyond, "beyond the axis")
    if any(trend.set_aside and not trend.completed for trend in drawn):
        yield Entry(lambda canvas, x, y: marks.draw_end(canvas, (x, y)), "cancelled or deferred")
    if any(trend.baseline for trend in drawn):
        yield Entry(_baseline, "first date drawn" if chart.dates == "due" else "due date now")
    others = [trend for trend in drawn if not trend.labelled and trend.presence is not Presence.REMOVED]
    if others:
        yield Entry(_other, f"{count(len(others), 'line')} without a label")
    if chart.old is not None:
        yield Entry(_earlier, "before")


def _mark(canvas: Canvas, x: float, y: float) -> None:
    style = Style.of(0)
    canvas.line((x - _SIGN / 2, y), (x + _SIGN / 2, y), style.pen)
    marks.draw_mark(canvas, (x, y), style)


def _beyond(canvas: Canvas, x: float, y: float) -> None:
    marks.draw_beyond(canvas, (x, y - 2.5), Style.of(0).colour, upwards=True)


def _span(canvas: Canvas, x: float, y: float) -> None:
    style = Style.of(0)
    canvas.line((x, y - 2), (x, y + 4.5), Pen(style.colour, 0.5))
    marks.draw_mark(canvas, (x, y - 2), style)


def _baseline(canvas: Canvas, x: float, y: float) -> None:
    canvas.line((x - _SIGN / 2, y), (x + _SIGN / 2, y), Pen(Colour.GREY, 0.6, marks.BASELINE_DASHES))


def _other(canvas: Canvas, x: float, y: float) -> None:
    canvas.line((x - _SIGN / 2, y), (x + _SIGN / 2, y), OTHER.pen)
    marks.draw_mark(canvas, (x, y), OTHER)


def _earlier(canvas: Canvas, x: float, y: float) -> None:
    canvas.line((x - _SIGN / 2, y), (x + _SIGN / 2, y), EARLIER.pen)
    marks.draw_mark(canvas, (x, y), EARLIER)


def flow(listed: Sequence[Entry], width: float, style: TextStyle) -> list[list[tuple[float, Entry]]]:
    """Break the legend into lines of entries with their left edges."""
    lines: list[list[Entry]] = [[]]
    for entry in listed:
        before = sum(other.width(style) + _GAP for other in lines[-1])
        if lines[-1] and before + entry.width(style) > width:
            lines.append([])
        lines[-1].append(entry)
    return [
        list(
            zip(accumulate((each.width(style) + _GAP for each in line[:-1]), initial=1.0), line, strict=True)
        )
        for line in lines
    ]
