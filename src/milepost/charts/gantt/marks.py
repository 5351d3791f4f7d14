"""Draw the signs of a Gantt chart and its legend: marks at dates, slips between them, and links."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from matplotlib.path import Path

from milepost.charts.canvas import Colour, Frame, Pen
from milepost.charts.gantt.layout import CONTEXT
from milepost.charts.gantt.routing import end_of_link, rounded
from milepost.document.schedule import State
from milepost.views.chart import Presence

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from milepost.charts.canvas import Canvas
    from milepost.charts.fonts import TextStyle
    from milepost.charts.gantt.routing import Point, Row

KEY = 18.0
"""Width of a sign in the legend."""

KEY_MARK = 3.1
"""Half the width of a mark in the legend."""

KEY_GAP = 3.0
"""From a sign of the legend to its words."""

FAINT = 0.5
"""Part of the paper's colour in unchanged rows and in links of a chart with changes."""

SIZES = {"D": 2**0.5, "s": 2 * CONTEXT, "o": 1.05, ">": 1.6}
"""Sizes of the marks by their shapes, in proportion to half the width of a due date's diamond.

Matplotlib's size of a diamond is the side of its square. The disc is small enough to be seen inside of the
diamond of a milestone completed on its due date.
"""

_BAR = 2.6  # thickness of a slip
_CORNER = 2.2  # radius of a link's corners
_ARROW = 2.8  # length of an arrow head, and its width

_LINKS = (Colour.LINK, Colour.LINK_BLUE, Colour.LINK_BROWN, Colour.LINK_VIOLET, Colour.LINK_GREEN)
LINKS = tuple(Pen(colour, 0.7) for colour in _LINKS)
"""The links of one predecessor have the same pen, those of the next predecessor the next one."""

BACKWARDS = Pen(Colour.BACKWARDS, 0.7, (2.2, 1.2))
"""The pen of links backwards in time."""

NEW_LINK = Pen(Colour.LATER, 1.5)
GONE_LINK = Pen(Colour.OLD, 0.9, (1.0, 1.4))
"""The pens of links that one of two charts does not have."""
FATES = {Presence.KEPT: "", Presence.ADDED: ", new", Presence.REMOVED: ", gone"}
"""What is said of a link besides."""


def draw_slip(canvas: Canvas, due: float, completed: float, middle: float) -> None:
    """Draw the time between due and completed."""
    if completed > due:
        frame = Frame(due, middle - _BAR / 2, completed - due, _BAR)
        canvas.box(frame, Pen(Colour.LATE, 0.6), face=Colour.LATE)
    elif completed < due:
        frame = Frame(completed, middle - _BAR / 2, due - completed, _BAR)
        canvas.box(frame, Pen(Colour.TEAL, 0.6), face=Colour.PAPER)


def draw_open(canvas: Canvas, due: float, until: float, middle: float, *, overdue: bool) -> None:
    """Draw the time from the due date to the forecast or the data date, `until`."""
    colour = Colour.OVERDUE if overdue else Colour.FORECAST
    canvas.line((due, middle), (until, middle), Pen(colour, 0.9, (1.1, 1.3)))


def colour_of_due(state: State) -> str:
    """Return the colour of the mark of a due date."""
    return Colour.OVERDUE if state is State.OVERDUE else Colour.GREY if state.is_set_aside else Colour.INK


def draw_due(  # noqa: PLR0913 -- the last by name
    canvas: Canvas, x: float, middle: float, half: float, state: State = State.OPEN, *, context: bool = False
) -> None:
    """Draw the mark of a due date, `half` of its width from its middle to its tips.

    That of another part of the project (`context`) is a square.
    """
    pen = Pen(colour_of_due(state), 0.8)
    face = pen.colour if state is State.OVERDUE else Colour.PAPER
    shape = "s" if context else "D"
    canvas.mark((x, middle), shape, half * SIZES[shape], pen, face=face)
    arm = half / 2
    for slope in {State.CANCELLED: (1, -1), State.DEFERRED: (0,)}.get(state, ()):
        canvas.line((x - arm, middle - slope * arm), (x + arm, middle + slope * arm), pen)


def draw_bracket(canvas: Canvas, ends: tuple[float, float], middle: float, half: float, colour: str) -> None:
    """Draw the time from the first day of a month, quarter or year to its last, where its mark is."""
    (first, last), pen = ends, Pen(colour, 0.7)
    canvas.line((first, middle), (last, middle), pen)
    canvas.line((first, middle - half * 0.7), (first, middle + half * 0.7), pen)


def strike(canvas: Canvas, place: tuple[float, float], lines: tuple[str, ...], style: TextStyle) -> None:
    """Strike out `lines` of a label or code whose left middle is at `place`."""
    left, middle = place
    first = middle - style.leading * (len(lines) - 1) / 2
    for height, line in enumerate(lines):
        y = first + height * style.leading
        canvas.line((left, y), (left + style.width(line), y), Pen(Colour.GREY, 0.6))


def draw_completed(canvas: Canvas, x: float, middle: float, half: float) -> None:
    """Draw the mark of a completion, in proportion to a due date's `half`."""
    canvas.mark((x, middle), "o", half * SIZES["o"], Pen(Colour.TEAL, 0.4), face=Colour.TEAL)


def draw_forecast(canvas: Canvas, x: float, middle: float, half: float) -> None:
    """Draw the mark of a forecast, in proportion to a due date's `half`."""
    canvas.mark((x, middle), ">", half * SIZES[">"], Pen(Colour.FORECAST, 0.8), face=Colour.PAPER)


def draw_end(canvas: Canvas, row: Row, *, source: bool, downwards: bool) -> None:
    """Draw the end of a link to another part at its `source`, or at its other end."""
    stub = end_of_link(row, source=source, downwards=downwards)
    if source:
        canvas.path(Path(stub), LINKS[0])
        (x, y), reach = stub[-1], _ARROW / 2
        canvas.line((x - reach, y), (x + reach, y), LINKS[0])
    else:
        draw_link(canvas, [stub], LINKS[0])


def draw_link(canvas: Canvas, parts: Sequence[Sequence[Point]], pen: Pen) -> None:
    """Draw a link along `parts`, with a head at its end, which is vertical or leads to the right."""
    canvas.path(rounded(parts, _CORNER), pen)
    (x0, y0), (x, y) = parts[-1][-2:]
    along = (0.0, _ARROW if y > y0 else -_ARROW) if x == x0 else (_ARROW, 0.0)
    foot = (x - along[0], y - along[1])
    across = (along[1] / 2, along[0] / 2)
    edges = [(x, y), (foot[0] + across[0], foot[1] + across[1]), (foot[0] - across[0], foot[1] - across[1])]
    canvas.path(Path(edges), face=pen.colour)


Sign: TypeAlias = "Callable[[Canvas, float, float], None]"
"""Draws a sign of the legend at (canvas, left, middle), in a width of `KEY`."""


class LegendEntry(NamedTuple):
    """An entry of the legend."""

    sign: Sign
    words: str

    def width(self, style: TextStyle) -> float:
        """Return the width in points."""
        return KEY + KEY_GAP + style.width(self.words)

    def draw(self, canvas: Canvas, place: tuple[float, float], style: TextStyle) -> None:
        """Draw the entry with its left middle at `place`."""
        left, middle = place
        self.sign(canvas, left, middle)
        canvas.text((left + KEY + KEY_GAP, middle), self.words, style)
