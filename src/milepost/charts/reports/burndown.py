"""Draw a burndown: the milestones that remain, in steps.

No meaning depends on colour alone: the lines differ in width and dashes, and the legend has their numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.path import Path

from milepost.base.dates import iso
from milepost.charts.canvas import Canvas, Colour, Pen
from milepost.charts.fonts import TextStyle, Weight
from milepost.charts.reports.sheet import LABEL, WIDTH, Head
from milepost.charts.reports.time_axis import STRIP, TimeAxis, scale_of

if TYPE_CHECKING:
    from datetime import date

    from matplotlib.figure import Figure

    from milepost.charts.canvas import Point
    from milepost.charts.gantt.layout import Scale
    from milepost.views.reports.shown.burndown import Burndown, Line

_PENS = {
    "planned": Pen(Colour.GREY, 0.8),
    "forecast": Pen(Colour.FORECAST, 1.4, (4.0, 2.0)),
    "forecast_then": Pen(Colour.LATER, 1.2, (1.2, 1.4)),
    "achieved": Pen(Colour.TEAL, 2.2),
}
_HEIGHT = 190.0  # of the area
_GAP = 4.0
_SIGN = 26.0  # of the legend
_TICKS = 6


def draw(burndown: Burndown) -> Figure:
    """Draw `burndown` as wide as a page of the screen."""
    style, strong = LABEL, TextStyle(LABEL.size, Weight.SEMI_BOLD)
    head = Head(burndown.title, burndown.note)
    top = head.height + STRIP
    bottom = top + _HEIGHT
    legend = bottom + STRIP + 3 * _GAP
    canvas = Canvas(WIDTH, legend + len(burndown.lines) * STRIP + _GAP)
    left = style.width(str(burndown.total)) + 2 * _GAP
    scale = scale_of((*burndown.ends, burndown.data_date), left, WIDTH - 2 * _GAP)
    axis = TimeAxis(scale, top, bottom)
    step = _step(burndown.total)
    highest = max(step, -(-burndown.total // step) * step)

    def height(number: float) -> float:
        return bottom - _HEIGHT * number / highest

    head.draw(canvas)
    with canvas.group(f"{burndown.name}-axis"):
        axis.draw(canvas, strong)
        for number in range(0, highest + 1, step):
            y = height(number)
            canvas.line((left, y), (scale.right, y), Pen(Colour.RULE))
            canvas.text((left - _GAP, y), str(number), style, align="right", colour=Colour.GREY)
    with canvas.group(f"{burndown.name}-known"):
        axis.draw_data_date(canvas, burndown.data_date, strong)
    for line in (burndown.lines[-1], *burndown.lines[:-1]):  # the widest one is below the others
        points = [(x, height(number)) for x, number in _corners(line, burndown, scale)]
        if points:
            with canvas.group(f"{burndown.name}-{line.name.replace('_', '-')}", _words(line, burndown)):
                canvas.path(Path(points), _PENS[line.name])
    with canvas.group(f"{burndown.name}-legend"):
        for position, line in enumerate(burndown.lines):
            middle = legend + position * STRIP + STRIP / 2
            canvas.line((left, middle), (left + _SIGN, middle), _PENS[line.name])
            canvas.text((left + _SIGN + _GAP, middle), _words(line, burndown), style)
    return canvas.figure


def _step(total: int) -> int:
    """Return the distance of the lines of the grid: 1, 2 or 5, or one of these with zeros."""
    unit = 1
    while True:
        for factor in (1, 2, 5):
            if total <= _TICKS * factor * unit:
                return factor * unit
        unit *= 10


def _corners(line: Line, burndown: Burndown, scale: Scale) -> list[Point]:
    """Return the corners of the steps: places across, and numbers."""
    corners: list[tuple[float, int]] = []
    for day, number in _points(line, burndown):
        x = scale.x_of(day)
        if corners and corners[-1][1] != number:
            corners.append((x, corners[-1][1]))
        corners.append((x, number))
    return [(x, float(number)) for x, number in corners]


def _points(line: Line, burndown: Burndown) -> list[tuple[date, int]]:
    """Return the numbers of a line with their days; what is known only on one day begins or ends there."""
    points = [
        (end, number) for end, number in zip(burndown.ends, line.remaining, strict=True) if number is not None
    ]
    if line.name == "achieved":
        return [(min(day, burndown.data_date), number) for day, number in points]
    if line.name == "forecast":
        return [(burndown.data_date, burndown.achieved), *points]
    if burndown.before is not None and line.name == "forecast_then" and points:
        return [(burndown.before, points[0][1]), *points]
    return points


def _words(line: Line, burndown: Burndown) -> str:
    """Return what a line shows, for the legend."""
    last = next((number for number in reversed(line.remaining) if number is not None), 0)
    if line.name == "achieved":
        return f"{line.title}: {burndown.achieved} of {burndown.total} remain on {iso(burndown.data_date)}"
    meaning = {"planned": " (due dates)", "forecast": " (dates expected now)"}.get(line.name, "")
    return f"{line.title}{meaning}: {last} remain at the end of {burndown.months[-1]}"
