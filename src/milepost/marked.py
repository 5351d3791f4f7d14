"""Marked text: a string that also knows what an earlier edition said instead.

It is the string of the new edition wherever a string is wanted, and prints with its marks through the same
templates: the Jinja environments give each piece to the format's macro for inserted or deleted text.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable


class Mark(StrEnum):
    """What became of a piece of text."""

    KEPT = "kept"
    INSERTED = "inserted"
    DELETED = "deleted"


Piece = tuple[Mark, str]


class Marked(str):
    """Text with marks; as a string it is what is left when deletions are dropped.

    Attributes:
        pieces: the text in order of reading, kept, inserted and deleted; no piece is empty.
    """

    __slots__ = ("pieces",)
    pieces: tuple[Piece, ...]

    def __new__(cls, pieces: Iterable[Piece]) -> Self:
        """Return the text made of `pieces`."""
        kept = tuple((mark, text) for mark, text in pieces if text)
        self = super().__new__(cls, "".join(text for mark, text in kept if mark is not Mark.DELETED))
        self.pieces = kept
        return self

    @property
    def before(self) -> str:
        """The text of the earlier edition: what is left when insertions are dropped."""
        return "".join(text for mark, text in self.pieces if mark is not Mark.INSERTED)


def inserted(text: str) -> Marked:
    """Return `text` as new."""
    return Marked([(Mark.INSERTED, text)])


def deleted(text: str) -> Marked:
    """Return `text` as gone."""
    return Marked([(Mark.DELETED, text)])
