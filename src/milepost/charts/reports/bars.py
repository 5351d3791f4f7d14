"""Draw bars of counts, below or beside each other.

No part is told from the others by its colour alone: their outlines, their order and the words differ, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.charts.canvas import Canvas, Colour, Frame, Pen
from milepost.charts.reports.sheet import GAP, LABEL, WIDTH, Head, Legend

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from milepost.charts.canvas import Point
    from milepost.views.reports.charts import Bars

_BAR = 12.0  # thickness of a bar
_STEP = 18.0  # from one bar to the next
_HEIGHT = 150.0  # of upright bars
_WIDEST = 14.0  # upright bar
_LINES = 5  # across upright bars, at most

_SIGNS = {
    "completed": (Colour.PALE_TEAL, Pen(Colour.TEAL, 0.9)),
    "open": (Colour.PAPER, Pen(Colour.INK, 0.7)),
    "overdue": (Colour.LATE, Pen(Colour.INK, 0.9)),
    "deferred": (Colour.BAND, Pen(Colour.GREY, 0.7, (2.0, 1.2))),
    "cancelled": (Colour.RULE, Pen(Colour.GREY, 0.7)),
}
"""The face and the edge of each part."""


def draw(chart: Bars) -> Figure:
    """Draw `chart` as wide as a page of the screen, however high it becomes."""
    return _draw_upright(chart) if chart.upright else _draw_flat(chart)


def _draw_flat(chart: Bars) -> Figure:
    head, legend = Head(chart.title, chart.note), _legend(chart)
    bottom = head.height + _STEP * max(len(chart.rows), 1)
    canvas = Canvas(WIDTH, bottom + GAP + legend.height)
    head.draw(canvas)
    left = max((LABEL.width(row.label) for row in chart.rows), default=0.0) + GAP
    words = max((LABEL.width(row.words) for row in chart.rows), default=0.0) + GAP
    room = max(WIDTH - left - words, WIDTH / 4)
    longest = max((sum(row.counts) for row in chart.rows), default=0) or 1
    for number, row in enumerate(chart.rows):
        middle = head.height + (number + 0.5) * _STEP
        with canvas.group(f"{chart.name}-{number + 1}", f"{row.label}: {row.words}"):
            canvas.text((left - GAP, middle), row.label, LABEL, align="right")
            x = left
            for part, amount in zip(chart.parts, row.counts, strict=True):
                width = room * amount / longest
                if amount:
                    face, pen = _SIGNS[part]
                    canvas.box(Frame(x, middle - _BAR / 2, width, _BAR), pen, face=face)
                x += width
            canvas.text((x + GAP, middle), row.words, LABEL)
    legend.draw(canvas, bottom + GAP, lambda at, part: _draw_key(canvas, at, part))
    return canvas.figure


def _draw_upright(chart: Bars) -> Figure:
    head, legend = Head(chart.title, chart.note), _legend(chart)
    top, base = head.height, head.height + _HEIGHT
    below = base + LABEL.leading + GAP
    canvas = Canvas(WIDTH, below + GAP + legend.height)
    head.draw(canvas)
    highest = max((sum(row.counts) for row in chart.rows), default=0) or 1
    left = LABEL.width(str(highest)) + GAP
    step = (WIDTH - left) / max(len(chart.rows), 1)
    unit = _HEIGHT / highest
    with canvas.group(f"{chart.name}-axis"):
        for value in range(0, highest + 1, -(-highest // _LINES)):
            y = base - value * unit
            canvas.line((left, y), (WIDTH, y), Pen(Colour.RULE if value else Colour.GREY))
            canvas.text((left - GAP / 2, y), str(value), LABEL, align="right", colour=Colour.GREY)
        free, wide = WIDTH, LABEL.width("0" * max((len(row.label) for row in chart.rows), default=0))
        for number, row in reversed([*enumerate(chart.rows)]):
            if row.label:
                x = left + number * step
                if x + wide <= free:  # where labels are close, some are left out
                    canvas.line((x, top), (x, base + GAP / 2), Pen(Colour.RULE))
                    canvas.text((x, base + GAP / 2 + LABEL.leading / 2), row.label, LABEL)
                    free = x - GAP / 2
    width = min(0.8 * step, _WIDEST)
    for number, row in enumerate(chart.rows):
        if not any(row.counts):
            continue
        with canvas.group(f"{chart.name}-{number + 1}", row.words):
            y = base
            for part, amount in zip(chart.parts, row.counts, strict=True):
                if amount:
                    face, pen = _SIGNS[part]
                    x = left + (number + 0.5) * step - width / 2
                    y -= amount * unit
                    canvas.box(Frame(x, y, width, amount * unit), pen, face=face)
    legend.draw(canvas, below + GAP, lambda at, part: _draw_key(canvas, at, part))
    return canvas.figure


def _legend(chart: Bars) -> Legend:
    used = [any(row.counts[at] for row in chart.rows) for at in range(len(chart.parts))]
    return Legend([(part, part) for part, is_used in zip(chart.parts, used, strict=True) if is_used])


def _draw_key(canvas: Canvas, at: Point, part: str) -> None:
    face, pen = _SIGNS[part]
    canvas.box(Frame(at[0] - 6, at[1] - 3.5, 12, 7), pen, face=face)
