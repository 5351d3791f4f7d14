"""The line of a file that a problem is about, with a mark below the place."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from milepost.base.errors import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from milepost.base.errors import Place

_WIDEST = 96
"""Columns of a terminal for a line of the file; of a longer one, the part around the place is shown."""
_BEFORE = 40
"""Characters before the place that are shown of a long line."""
_CUT = "..."
_TAB = "    "
# A key with its colon; or a text in quotes; or all up to a comment.
_MEANT = re.compile(r"""[^\s:#"']+(?=:(?:\s|$))|"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|.+?(?=\s+#|\s*$)""")


def excerpt(place: Place, lines: Sequence[str]) -> list[str]:
    """Return the line at `place` and one with a mark below what is meant; nothing for a place without a line.

    Args:
        place: in the file.
        lines: of the file, without their ends.
    """
    if not 0 < place.line <= len(lines):
        return []
    text, column = lines[place.line - 1], max(place.column, 1) - 1
    meant = _MEANT.match(text, column) if place.column else None
    end = meant.end() if meant else column + 1
    start = max(0, column - _BEFORE) if len(text) > _WIDEST else 0
    stop = start + _WIDEST
    before, within, after = text[start:column], text[column : min(end, stop)], text[min(end, stop) : stop]
    before, within, after = (_shown(part) for part in (before, within, after))
    if start:
        before = _CUT + before
    if stop < len(text):
        after += _CUT
    margin = " " * len(str(place.line))
    found = [f" {place.line} | {before}{within}{after}".rstrip()]
    if place.column:
        found.append(f" {margin} | {' ' * _width(before)}{'^' * max(_width(within), 1)}")
    return found


def _shown(text: str) -> str:
    return printable(text.replace("\t", _TAB))


def _width(text: str) -> int:
    """Return how many columns `text` takes in a terminal."""
    return sum(
        0 if unicodedata.combining(each) else 1 + (unicodedata.east_asian_width(each) in {"W", "F"})
        for each in text
    )
