"""The room that each layout of the PDF has for figures, and the typeface in which it prints them."""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

_INCH = 72.0
_LINE = 13.0  # height of a line of the head and the foot
_HEAD, _FOOT = 0.085, 0.13  # characters in a line of these, for each point of its width
_MOST_LINES = 6  # after the first two: more are printed in smaller type


class Page(NamedTuple):
    """The room for figures, with lengths in points (1/72 inch).

    Attributes:
        width: the width of a line of text.
        height: the height of the text of a page, without running head and foot.
        typeface: a key of `milepost.charts.fonts.FACES`.
    """

    width: float
    height: float
    typeface: str = "Fira Sans"

    def between(self, head: str, foot: str) -> Page:
        """Return the page with less height where the running head or the foot has more than two lines.

        How many lines they have is estimated, rather too many: LaTeX reduces a figure that is too high.
        """
        lines = (len(head) / (_HEAD * self.width), len(foot) / (_FOOT * self.width))
        more = sum(min(_MOST_LINES, max(0, ceil(number) - 2)) for number in lines)
        return self._replace(height=self.height - _LINE * more)

    @property
    def figure(self) -> float:
        """The greatest height of a drawing, which leaves room for a caption and for a taller running head."""
        return 0.88 * self.height


SCREEN = Page(6.5 * _INCH, float("inf"))
"""For SVG: a page of HTML scrolls, so nothing is divided."""

SPHINX = Page(6.27 * _INCH, 8.5 * _INCH)
"""For PDFs by Sphinx: fits on its pages of both A4 and letter."""

PAGES = {
    # class, paper: as `templates/latex/` sets them
    ("milepost", "letter"): Page(6.5 * _INCH, 8.6 * _INCH),
    ("milepost", "a4"): Page(6.5 * _INCH, 9.29 * _INCH),
    ("lsstdoc", "letter"): Page(6.5 * _INCH, 8.5 * _INCH),  # as the class does
}
"""The pages by the keys `class` and `paper` of a document's metadata."""
