"""Draw milestones below each other with signs at their dates, on an axis of months or years."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from milepost.base.dates import iso, months_before
from milepost.charts.canvas import Canvas, Colour, Frame, Pen
from milepost.charts.reports.sheet import GAP, LABEL, WIDTH, Head, Legend

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.figure import Figure

    from milepost.charts.canvas import Point
    from milepost.views.reports.charts import Timeline, TimeRow

_ROW = 15.0
_AXIS = 14.0
_NAME = 130.0  # width of names, at most
_MARK = 5.0
_LEAST_TICK = 34.0  # from one label of the axis to the next

_SIGNS = {
    "due": ("D", 0.78, Colour.PAPER, Pen(Colour.INK, 0.9)),
    "overdue": ("D", 0.78, Colour.OVERDUE, Pen(Colour.OVERDUE, 0.9)),
    "expected": ("o", 1.0, Colour.FORECAST, Pen(Colour.FORECAST, 0.9)),
    "earlier-2": ("o", 1.0, Colour.PAPER, Pen(Colour.OLD, 1.1)),
    "earlier-1": ("s", 0.8, Colour.PAPER, Pen(Colour.GREY, 1.1)),
    "now": ("o", 1.0, Colour.INK, Pen(Colour.INK, 0.9)),
}
"""Of each kind the marker, its size, its face and its edge."""

_KNOWN = "known"
_LINE = Pen(Colour.TEAL, 1.0)
"""The sign of the data date."""


def draw(chart: Timeline) -> Figure:
    """Draw `chart` as wide as a page of the screen, however high it becomes."""
    head = Head(chart.title, chart.note)
    is_known_shown = chart.start <= chart.data_date <= chart.end
    known = [(_KNOWN, f"data date {iso(chart.data_date)}")] if is_known_shown else []
    legend = Legend([*chart.kinds, *known])
    top = head.height + _AXIS
    bottom = top + _ROW * max(len(chart.rows), 1)
    canvas = Canvas(WIDTH, bottom + GAP + legend.height)
    head.draw(canvas)
    names = [LABEL.wrap(row.name, _NAME, 1)[0] for row in chart.rows]
    name_left = max((LABEL.width(row.code) for row in chart.rows), default=0.0) + GAP
    left = name_left + max(map(LABEL.width, names), default=0.0) + 2 * GAP
    right = WIDTH - max((LABEL.width(row.words) for row in chart.rows), default=0.0) - 3 * GAP
    days = max((chart.end - chart.start).days, 1)

    def x(day: date) -> float:
        within = min(max(day, chart.start), chart.end)
        return left + (right - left) * (within - chart.start).days / days

    with canvas.group(f"{chart.name}-axis"):
        for number in range(0, len(chart.rows), 2):
            canvas.box(Frame(0, top + number * _ROW, WIDTH, _ROW), face=Colour.BAND)
        for day, label in _ticks(chart.start, chart.end, (right - left) / days):
            canvas.line((x(day), top - 2), (x(day), bottom), Pen(Colour.RULE))
            canvas.text((x(day), top - _AXIS / 2), label, LABEL, align="center", colour=Colour.GREY)
        if is_known_shown:
            here = x(chart.data_date)
            canvas.line((here, top - 2), (here, bottom), _LINE)
    for number, (row, name) in enumerate(zip(chart.rows, names, strict=True)):
        middle = top + (number + 0.5) * _ROW
        with canvas.group(f"{chart.name}-{number + 1}", _described(row)):
            canvas.text((0, middle), row.code, LABEL)
            canvas.text((name_left, middle), name, LABEL)
            places = [x(day) for day, _ in row.marks]
            if len(set(places)) > 1:
                canvas.line((places[0], middle), (places[-1], middle), Pen(Colour.GREY, 0.9))
            for (day, kind), place in zip(row.marks, places, strict=True):
                if chart.start <= day <= chart.end:
                    _draw_sign(canvas, (place, middle), kind)
                else:
                    _draw_beyond(canvas, (place, middle), kind, before=day < chart.start)
            canvas.text((right + 2 * GAP, middle), row.words, LABEL)
    legend.draw(canvas, bottom + GAP, lambda at, kind: _draw_sign(canvas, at, kind))
    return canvas.figure


def _described(row: TimeRow) -> str:
    marks = ", ".join(f"{kind} {iso(day)}" for day, kind in row.marks)
    return f"{row.code} {row.name}: {marks}; {row.words}"


def _ticks(start: date, end: date, day_width: float) -> Iterator[tuple[date, str]]:
    """Yield the first days of months, quarters or years on the axis, with enough room for their labels."""
    months = next((each for each in (1, 3, 6, 12, 24, 60) if each * 30 * day_width >= _LEAST_TICK), 120)
    day = date(max(start.year - start.year % max(months // 12, 1), date.min.year), 1, 1)
    while day <= end:
        if day >= start:
            yield day, iso(day)[: 4 if months >= 12 else 7]
        if day >= months_before(date.max, months):
            break
        day = months_before(day, -months)


def _draw_sign(canvas: Canvas, at: Point, kind: str) -> None:
    if kind == _KNOWN:
        canvas.line((at[0], at[1] - _MARK), (at[0], at[1] + _MARK), _LINE)
        return
    shape, size, face, pen = _SIGNS[kind]
    canvas.mark(at, shape, size * _MARK, pen, face=face)


def _draw_beyond(canvas: Canvas, at: Point, kind: str, *, before: bool) -> None:
    """Draw an arrow at the edge for a date beyond it, in the colours of its sign."""
    _, _, face, pen = _SIGNS[kind]
    canvas.mark(at, "<" if before else ">", _MARK, pen, face=face)
