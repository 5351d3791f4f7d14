"""Measure and wrap text in the fonts of the figures, which come with Python packages.

All lengths are points (1/72 inch). Widths are those of unhinted outlines, as in PDF and SVG.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import matplotlib as mpl
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.textpath import text_to_path

from milepost.base.errors import MilepostError, Problem
from milepost.charts.room import bounds

if TYPE_CHECKING:
    from collections.abc import Iterator

ELLIPSIS = "…"

# A line may be broken at white space and after a slash.
_PIECES = re.compile(r"(\s+)|(?<=/)(?=[^\s/])")


_SHORT = 50  # characters of a text that is measured as a whole before its parts are


class Weight(StrEnum):
    """The weights in use, by matplotlib's names."""

    REGULAR = "regular"
    SEMI_BOLD = "semibold"


class Face(NamedTuple):
    """A typeface.

    Attributes:
        package: the Python package that has its files in the folder `files`.
        fonts: the file for each weight.
        capital: height of a capital letter in type of the size 1.
    """

    package: str
    fonts: dict[Weight, str]
    capital: float


FAMILY = "Fira Sans"
"""The typeface where a page asks for no other."""

FACES = {
    FAMILY: Face(
        "fontpkg_fira_sans",
        {Weight.REGULAR: "FiraSans-Regular.ttf", Weight.SEMI_BOLD: "FiraSans-SemiBold.ttf"},
        0.69,
    ),
}
"""The typefaces for `milepost.views.page.Page.typeface`."""

# DejaVu Sans, which comes with matplotlib, is for characters that a typeface does not have.
_DEJAVU = {Weight.REGULAR: "DejaVuSans.ttf", Weight.SEMI_BOLD: "DejaVuSans-Bold.ttf"}


@cache
def _candidates(weight: Weight, family: str) -> tuple[Path, ...]:
    """Return the font files to try for `weight`, best first."""
    face = FACES[family]
    own = Path(str(files(face.package) / "files" / face.fonts[weight]))
    return own, Path(mpl.get_data_path(), "fonts", "ttf", _DEJAVU[weight])


@cache
def _characters(font: Path) -> frozenset[str]:
    """Return the characters that have a glyph in the file `font`."""
    return frozenset(chr(code) for code in FT2Font(str(font)).get_charmap())


@lru_cache(maxsize=10_000)
def _font_for(text: str, weight: Weight, family: str) -> Path:
    """Return the first font that has every character of `text`.

    A whole text is set in one font, because a change of typeface within a word is hard to read.

    Raises:
        MilepostError: no font has them all.
    """
    wanted = frozenset(text)
    for font in _candidates(weight, family):
        if wanted <= _characters(font):
            return font
    known = frozenset[str]().union(*map(_characters, _candidates(weight, family)))
    # Where each character is in some font but no font has all of them, name those beyond the first font.
    missing = wanted - known or wanted - _characters(_candidates(weight, family)[0])
    listed = ", ".join(f"U+{ord(character):04X}" for character in sorted(missing))
    raise MilepostError(
        Problem(
            rule="figure-glyph",
            message=f"the fonts of the figures cannot print {listed} in {text!r}",
            hint=f"use letters that {family} or DejaVu Sans have, in a short name for instance",
        )
    )


@lru_cache(maxsize=10_000)
def _width(text: str, weight: Weight, family: str) -> float:
    """Return the width of `text` in type of the size 1."""
    font = FontProperties(fname=str(_font_for(text, weight, family)), size=100)
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width) / 100


@dataclass(frozen=True, slots=True)
class TextStyle:
    """A size in points, a weight and a family of type, one of `FACES`."""

    size: float
    weight: Weight = Weight.REGULAR
    family: str = FAMILY

    @property
    def leading(self) -> float:
        """Distance between the baselines of two lines."""
        return 1.2 * self.size

    @property
    def middle(self) -> float:
        """Distance from the middle of a capital letter down to the baseline."""
        return self.size * FACES[self.family].capital / 2

    def properties(self, text: str) -> FontProperties:
        """Return the font for `text`: matplotlib draws `fname`, and writes `family` into SVG."""
        return FontProperties(
            family=["sans-serif"],  # expanded to Fira Sans, sans-serif in `milepost.charts.output`
            weight=self.weight.value,
            size=self.size,
            fname=str(_font_for(text, self.weight, self.family)),
        )

    def width(self, text: str) -> float:
        """Return the width of `text` on one line, in points."""
        return self.size * _width(text, self.weight, self.family)

    def _fits(self, text: str, room: float) -> bool:
        """Return whether `text` is no wider than `room`; to measure it takes a thousand times as long."""
        if (self.weight, self.family) == (Weight.REGULAR, FAMILY):
            least, most = bounds(text, self.size)
            if least > room or most <= room:
                return most <= room
        return self.width(text) <= room

    def wrap(self, text: str, room: float, limit: int) -> tuple[str, ...]:
        """Break `text` into at most `limit` lines, none of them wider than `room` points.

        White space is dropped at a break and printed as one space elsewhere. A word wider than `room` is
        broken between characters. Text that does not fit into `limit` lines is cut with an ellipsis.
        """
        lines = [""]
        for glue, piece in self._pieces(text, room):
            longer = lines[-1] + glue + piece if lines[-1] else piece
            if lines[-1] and not self._fits(longer, room):
                lines.append(piece)
                if len(lines) > limit:
                    break
            else:
                lines[-1] = longer
        if len(lines) > limit:
            lines[limit - 1 :] = [self._cut(lines[limit - 1], room)]
        return tuple(lines)

    def balance(self, text: str, room: float, limit: int) -> tuple[str, ...]:
        """Wrap `text` into as many lines as `wrap`, but of about the same width."""
        lines = self.wrap(text, room, limit)
        if len(lines) == 1 < limit:
            return lines
        if lines != self.wrap(text, room, limit + 1):
            return lines  # cut, so that none can be narrower
        # In less room than the widest piece needs, the text would break inside of a word.
        least = max((self.width(piece) for _, piece in self._pieces(text, room)), default=room)
        while room - least > 1:
            middle = (least + room) / 2
            narrower = self.wrap(text, middle, limit + 1)
            if len(narrower) > len(lines):
                least = middle
            else:
                room, lines = middle, narrower
        return lines

    def _pieces(self, text: str, room: float) -> Iterator[tuple[str, str]]:
        """Split `text` into pieces that fit into `room`, each with the space before it."""
        for word in text.split():
            _font_for(
                word, self.weight, self.family
            )  # so that a message about a missing character has the whole word
            glue = " "
            for part in filter(None, _PIECES.split(word)):
                rest = part
                while rest:
                    head = rest[: max(1, self._fitting(rest, room))]
                    yield glue, head
                    glue, rest = "", rest[len(head) :]

    def _fitting(self, text: str, room: float, end: str = "") -> int:
        """Return how many characters at the start of `text` fit into `room` with `end` after them.

        Only starts at most about twice as long are measured.
        """
        if len(text) <= _SHORT and self._fits(text + end, room):
            return len(text)
        fits, fails = 0, 1
        while fails <= len(text) and self._fits(text[:fails] + end, room):
            fits, fails = fails, 2 * fails
        fails = min(fails, len(text) + 1)
        while fails - fits > 1:
            middle = (fits + fails) // 2
            if self._fits(text[:middle] + end, room):
                fits = middle
            else:
                fails = middle
        return fits

    def _cut(self, line: str, room: float) -> str:
        """Shorten `line` until it fits into `room` with an ellipsis at its end."""
        return line[: self._fitting(line, room, ELLIPSIS)].rstrip() + ELLIPSIS
