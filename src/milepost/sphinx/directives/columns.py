"""The widths of columns in text and in LaTeX: those of their words, and for the names the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinx.config import Config

_MOST_CHARACTERS = 40
_MOST_EMS = 12.0
_SIZE = 0.8  # of the font, `footnotesize`
_BOLD = 1.15
_NAME = 1  # the place of the column of names


@dataclass(frozen=True)
class Column:
    """A column with its heading and the texts of its cells."""

    heading: str
    texts: Sequence[str]

    @property
    def characters(self) -> int:
        """The width in characters."""
        return min(_MOST_CHARACTERS, max(len(text) for text in (self.heading, *self.texts)))

    @property
    def ems(self) -> float:
        """The width in LaTeX, in the size of the font, with which no text needs more than two lines."""
        widest = max(map(_in_two_lines, self.texts), default=0)
        return min(_MOST_EMS, max(widest, _BOLD * _ems(self.heading)) + 0.4)


def _in_two_lines(text: str) -> float:
    words = text.split()
    lines = ((" ".join(words[:number]), " ".join(words[number:])) for number in range(1, len(words) + 1))
    return min((max(map(_ems, pair)) for pair in lines), default=0)


def _ems(text: str) -> float:
    """Return the width of a text, estimated: codes are capitals, and in most typefaces digits half an em."""
    return sum(0.78 if letter.isupper() else 0.34 if letter in "-.,() " else 0.54 for letter in text)


def latex_columns(columns: Sequence[Column], config: Config) -> str:
    """Return the columns of a table in the language of LaTeX, as the directive `tabularcolumns` has them."""
    widths = [_SIZE * column.ems for column in columns]
    others = sum(widths) - widths[_NAME]
    number = len(columns)
    rest = rf"\dimexpr\linewidth-{2 * number}\tabcolsep-{number + 1}\arrayrulewidth-{others:.2f}em\relax"
    line = "" if {"booktabs", "borderless"} & set(config.latex_table_style) else "|"
    cells = (
        rf">{{\raggedright\arraybackslash\footnotesize}}p{{{rest if place == _NAME else f'{width:.2f}em'}}}"
        for place, width in enumerate(widths)
    )
    return line + line.join(cells) + line
