"""The room that charts have for names, and which names certainly fit into it.

Nothing here imports matplotlib, so that checking a document takes no longer for its charts.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from milepost.views.page import Page


class Room(NamedTuple):
    """The room for a text in points: so many lines of that width, in type of that size."""

    width: float
    lines: int
    size: float


GANTT_SIZE = 6.5
"""Of all type in Gantt charts."""

LABEL_ROOM = 0.30
"""The greatest width of the names in a Gantt chart, in proportion to that of the page."""

LINES = 3
"""Lines of a text in a Gantt chart, before it is cut."""

TREND_SIZE = 7.0
"""Of all type in trend charts."""

SIGN = 9.0
"""Width of the mark before a label of a trend chart."""

TREND_ROOM = 0.37
"""The greatest width of the labels of a trend chart with their marks, in proportion to that of the page."""

# Of Fira Sans Regular, in thousandths of its size, from the space to the tilde.
_WIDTHS = (
    *(265, 241, 399, 518, 531, 826, 729, 219, 324, 324, 439, 499, 240, 403, 240, 520, 558, 433, 495, 499),
    *(532, 501, 533, 444, 551, 525, 240, 240, 500, 500, 500, 459, 1020, 573, 608, 560, 644, 535, 491, 631),
    *(680, 295, 305, 589, 498, 778, 683, 692, 581, 691, 605, 545, 517, 662, 556, 826, 540, 550, 522, 322),
    *(520, 322, 540, 520, 300, 544, 594, 478, 598, 545, 335, 520, 586, 282, 280, 512, 293, 857, 586, 584),
    *(594, 598, 386, 467, 361, 582, 492, 717, 485, 492, 437, 322, 403, 322, 488),
)
_WIDEST = 1204  # and more than of its Latin, Greek and Cyrillic letters
_ASCII = {chr(0x20 + number): width for number, width in enumerate(_WIDTHS)}
_PUNCTUATION = frozenset("–—‘’“”…")
# Pairs of characters are nearer to each other or further apart than others, by half of these at the most.
_LOOSE = {"f": 80} | dict.fromkeys("([{_*'\"\\#7jlr", 40)
_TIGHT = {character: 40 if character.islower() else 140 for character in _ASCII}
_MOST = {character: width + _LOOSE.get(character, 20) for character, width in _ASCII.items()}
_LEAST = {character: max(0, width - _TIGHT[character]) for character, width in _ASCII.items()}
_BESIDE_INK = 500  # before the first and after the last letter, at the most


def in_gantt(page: Page) -> Room:
    """Return the room for a name in a Gantt chart on `page`."""
    return Room(LABEL_ROOM * page.width, LINES, GANTT_SIZE)


def in_trend(page: Page) -> Room:
    """Return the room for a name in a trend chart on `page`, beside the end of its line."""
    return Room(TREND_ROOM * page.width - SIGN, 1, TREND_SIZE)


def fits(text: str, room: Room) -> bool | None:
    """Return whether `text` certainly fits; None if it has to be measured."""
    if not text.isascii() and any(each > "\u04ff" and each not in _PUNCTUATION for each in text):
        return None  # which other fonts may have
    words = text.split()
    whole, longest = _width(" ".join(words), room.size), max(map(len, words), default=0)
    # Two lines that follow each other are together wider than one, or they would be one.
    if whole <= room.width or (
        whole <= room.width * (room.lines + 1) / 2 and longest * _WIDEST * room.size / 1000 <= room.width
    ):
        return True
    if _is_too_long(" ".join(words), room):
        return False
    lines, used, space = 1, 0.0, _width(" ", room.size)
    for word in words:
        width = _width(word, room.size)
        if width > room.width:
            return None
        longer = used + space + width if used else width
        if longer > room.width:
            lines, used = lines + 1, width
        else:
            used = longer
    return lines <= room.lines or None


def bounds(text: str, size: float) -> tuple[float, float]:
    """Return the least and the greatest width that `text` may have in Fira Sans Regular."""
    if not _is_plain(text):
        return 0, math.inf
    least = sum(map(_LEAST.__getitem__, text)) - _BESIDE_INK
    return least * size / 1000, _width(text, size)


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and "#" not in text


def _is_too_long(text: str, room: Room) -> bool:
    """Return whether `text` cannot even fit where every line is full."""
    if not _is_plain(text):
        return False
    least = sum(map(_LEAST.__getitem__, text)) - _ASCII[" "] * (room.lines - 1)
    return least * room.size / 1000 > room.width * room.lines


def _width(text: str, size: float) -> float:
    """Return the width of `text`, or rather more."""
    try:
        thousandths = sum(map(_MOST.__getitem__, text))
    except KeyError:
        thousandths = sum(_MOST.get(character, _WIDEST) for character in text)
    return thousandths * size / 1000
