"""Draw the signs of a trend chart and its legend."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from matplotlib.path import Path

from milepost.base.dates import Unit
from milepost.charts.canvas import Colour, Pen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from milepost.charts.canvas import Canvas, Point
    from milepost.charts.trend.layout import Layout
    from milepost.views.trend.lines import TrendLine, TrendPoint

_COLOURS = (
    Colour.FORECAST,
    Colour.OVERDUE,
    Colour.LINK_GREEN,
    Colour.LINK_VIOLET,
    Colour.LINK_BROWN,
    Colour.BACKWARDS,
)
_SHAPES = ("o", "s", "^", "D", "*", "v", "P")
_DASHES: tuple[tuple[float, ...], ...] = ((), (4.0, 1.5), (4.0, 1.2, 1.0, 1.2))
_SIZES = {"D": 3.4, "s": 3.9, "^": 4.8, "v": 4.8, "*": 6.6, "P": 5.2, "o": 4.3}
_WIDTH = 1.0
BASELINE_DASHES = (2.4, 1.5)


class Style(NamedTuple):
    """How a line is drawn; the mark and the dashes alone tell up to 21 lines from each other."""

    colour: str
    shape: str
    pen: Pen

    @classmethod
    def of(cls, number: int) -> Style:
        """Return the style of the line with that number."""
        colour = _COLOURS[number % len(_COLOURS)]
        dashes = _DASHES[number // len(_SHAPES) % len(_DASHES)]
        return cls(colour, _SHAPES[number % len(_SHAPES)], Pen(colour, _WIDTH, dashes))


OTHER = Style(Colour.OLD, "o", Pen(Colour.OLD, 0.6))
"""The lines without labels."""
EARLIER = Style(Colour.OLD, "o", Pen(Colour.OLD, 0.8, (1.6, 1.2)))
"""The lines of an earlier edition."""


def draw_course(canvas: Canvas, layout: Layout, trend: TrendLine, style: Style) -> None:
    """Draw the line of a milestone: through its points, with gaps."""
    for run in trend.runs:
        for before, after in pairwise(map(layout.place, run)):
            canvas.line(before, after, style.pen)
    for point in trend.points:
        if point.date.unit is not Unit.DAY:
            draw_span(canvas, layout, point, style)
    for point in trend.points:
        draw_point(canvas, layout, point, style)
    if trend.set_aside and trend.points and not trend.completed:
        draw_end(canvas, layout.place(trend.points[-1]))


def draw_baseline(canvas: Canvas, layout: Layout, trend: TrendLine, style: Style) -> None:
    """Draw the date to which a line is compared, from its first point on."""
    if trend.baseline and trend.runs and layout.y.has(trend.baseline.last):
        height = layout.y.at(trend.baseline.last)
        left = layout.x.at(trend.points[0].day)
        canvas.line((left, height), (layout.right, height), Pen(style.colour, 0.6, BASELINE_DASHES))


def draw_span(canvas: Canvas, layout: Layout, point: TrendPoint, style: Style) -> None:
    """Draw the days of a month, quarter or year."""
    x = layout.x.at(point.day)
    canvas.line((x, layout.y.at(point.date.first)), (x, layout.y.at(point.date.last)), Pen(style.colour, 0.5))


def draw_point(canvas: Canvas, layout: Layout, point: TrendPoint, style: Style) -> None:
    """Draw the mark of a point; an arrow head where its date is beyond the axis."""
    at, day = layout.place(point), point.date.last
    if not layout.y.has(day):
        later = day > layout.y.end
        draw_beyond(canvas, at, style.colour, upwards=later == layout.chart.upwards)
    elif point.completed:
        draw_completed(canvas, at, style.colour)
    else:
        draw_mark(canvas, at, style)


def draw_mark(canvas: Canvas, at: Point, style: Style) -> None:
    """Draw the mark of a date in a state."""
    size = _SIZES[style.shape] * (0.6 if style.colour == Colour.OLD else 1.0)
    canvas.mark(at, style.shape, size, Pen(style.colour, 0.8), face=Colour.PAPER)


def draw_completed(canvas: Canvas, at: Point, colour: str) -> None:
    """Draw a disc on the diagonal."""
    size = 3.4 if colour == OTHER.colour else 5.4
    canvas.mark(at, "o", size, Pen(Colour.PAPER, 0.5), face=colour)


def draw_end(canvas: Canvas, at: Point) -> None:
    """Cross out the last mark of a milestone that is cancelled or deferred."""
    x, y = at
    for slope in (1, -1):
        canvas.line((x - 3, y - 3 * slope), (x + 3, y + 3 * slope), Pen(Colour.INK, 0.9))


def draw_beyond(canvas: Canvas, at: Point, colour: str, *, upwards: bool) -> None:
    """Draw an arrow head with its tip at the edge of the axes."""
    x, y = at
    base = y + (5 if upwards else -5)
    canvas.path(Path([(x, y), (x - 2.6, base), (x + 2.6, base), (x, y)]), face=colour)


def path_of(layout: Layout, trend: TrendLine) -> Sequence[tuple[Point, Point]]:
    """Return the pieces of a line."""
    return [piece for run in trend.runs for piece in pairwise(map(layout.place, run))]
