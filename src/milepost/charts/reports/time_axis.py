"""The axis of time below a chart: years with a grid, quarters where there is room, and the data date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import TYPE_CHECKING

from milepost.base.dates import iso
from milepost.charts.canvas import Colour, Frame, Pen
from milepost.charts.gantt.layout import Scale

if TYPE_CHECKING:
    from collections.abc import Iterable

    from milepost.charts.canvas import Canvas
    from milepost.charts.fonts import TextStyle

STRIP = 10.0
"""Height of the strip of years, and of that of the data date's tag."""
_WIDE_YEAR = 60.0  # years wider than this are divided into quarters


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """An axis above or below the area from `top` to `bottom`."""

    scale: Scale
    top: float
    bottom: float

    def draw(self, canvas: Canvas, style: TextStyle) -> None:
        """Draw the grid, and the years below it."""
        scale = self.scale
        years = scale.years[:: ceil((style.width("0000") + 3) / scale.year)]
        for quarter in scale.quarters if scale.year > _WIDE_YEAR else ():
            canvas.line(
                (scale.x_of(quarter), self.top), (scale.x_of(quarter), self.bottom), Pen(Colour.RULE, 0.25)
            )
        for x in (*map(scale.x_of, years), scale.right):
            canvas.line((x, self.top), (x, self.bottom + STRIP), Pen(Colour.RULE))
        canvas.line((scale.left, self.bottom), (scale.right, self.bottom), Pen(Colour.GREY))
        for year in years:
            place = (scale.x_of(year) + scale.year / 2, self.bottom + STRIP / 2)
            canvas.text(place, str(year.year), style, align="center", colour=Colour.GREY)

    def draw_data_date(self, canvas: Canvas, day: date, style: TextStyle) -> None:
        """Draw the line of the data date, with a tag above it."""
        x, label = self.scale.x_of(day), f"data date {iso(day)}"
        width = style.width(label) + 6
        left = min(max(self.scale.left, x - width / 2), self.scale.right - width)
        canvas.line((x, self.top), (x, self.bottom), Pen(Colour.INK, 0.8))
        tag = Frame(left, self.top - STRIP, width, STRIP)
        canvas.box(tag, face=Colour.INK)
        canvas.text((tag.centre, tag.top + STRIP / 2), label, style, align="center", colour=Colour.PAPER)


def scale_of(days: Iterable[date], left: float, right: float) -> Scale:
    """Return the scale of whole years that has all of `days`."""
    years = [day.year for day in days]
    return Scale(left, right, date(min(years), 1, 1), date(max(years), 12, 31))
