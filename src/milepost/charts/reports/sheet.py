"""What the charts of reports share: their size, their type, and what is above and below the drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.charts.fonts import TextStyle, Weight
from milepost.views.page import SCREEN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from milepost.charts.canvas import Canvas, Point

WIDTH = SCREEN.width
"""Width of a chart in points."""
LABEL = TextStyle(7.5)
"""Of labels, numbers and legends."""
GAP = 6.0
"""Between columns."""

_TITLE = TextStyle(10.0, Weight.SEMI_BOLD)
_MOST_LINES = 6
_KEY = 14.0  # width of a sign in the legend
_LEGEND_GAP = 14.0


class Head:
    """The title and the note above a chart; `height` is what they need with the space below them."""

    def __init__(self, title: str, note: str) -> None:
        self._title = _TITLE.wrap(title, WIDTH, 2)
        self._note = LABEL.wrap(note, WIDTH, _MOST_LINES) if note else ()
        self.height = len(self._title) * _TITLE.leading + len(self._note) * LABEL.leading + 2 * GAP

    def draw(self, canvas: Canvas) -> None:
        """Draw them at the top."""
        top = _TITLE.leading / 2
        for line in self._title:
            canvas.text((0, top), line, _TITLE)
            top += _TITLE.leading
        top += (LABEL.leading - _TITLE.leading) / 2 + GAP / 2
        for line in self._note:
            canvas.text((0, top), line, LABEL)
            top += LABEL.leading


class Legend:
    """The signs of a chart with their words, in as many lines as needed; `height` is that of all."""

    def __init__(self, entries: Sequence[tuple[str, str]]) -> None:
        """Place `entries`: kinds of signs with their words."""
        self._places: list[tuple[float, float, str, str]] = []
        left, line = 0.0, 0
        for kind, words in entries:
            width = _KEY + GAP / 2 + LABEL.width(words)
            if left and left + width > WIDTH:
                left, line = 0.0, line + 1
            self._places.append((left, (line + 0.5) * 1.3 * LABEL.leading, kind, words))
            left += width + _LEGEND_GAP
        self.height = (line + 1) * 1.3 * LABEL.leading if entries else 0.0

    def draw(self, canvas: Canvas, top: float, sign: Callable[[Point, str], None]) -> None:
        """Draw the legend below `top`; `sign` draws a sign with its middle at a point."""
        for left, middle, kind, words in self._places:
            sign((left + _KEY / 2, top + middle), kind)
            canvas.text((left + _KEY + GAP / 2, top + middle), words, LABEL)
