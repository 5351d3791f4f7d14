"""Marked text: a string of the new edition that also holds the text of the old one.

Templates print it with its marks: the Jinja environments pass each piece to the macro for inserted or deleted
text.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

LINE_END = "↵"
"""The sign for a line end that was inserted or deleted."""


class Mark(StrEnum):
    """Whether a piece of text is in both editions, or only in one."""

    KEPT = "kept"
    INSERTED = "inserted"
    DELETED = "deleted"


Piece = tuple[Mark, str]


class Marked(str):
    """Text with marks; its value as a string is the new text, without deletions.

    It is true where anything is printed, deletions included, so that a template's `if` prints those.

    Attributes:
        pieces: the text in reading order; no piece is empty, and neighbours have different marks.
    """

    __slots__ = ("pieces",)
    pieces: tuple[Piece, ...]

    def __new__(cls, pieces: Iterable[Piece]) -> Self:
        """Return the text made of `pieces`."""
        runs: list[tuple[Mark, list[str]]] = []
        for mark, text in pieces:
            if runs and runs[-1][0] is mark:
                runs[-1][1].append(text)
            elif text:
                runs.append((mark, [text]))
        joined = tuple((mark, "".join(texts)) for mark, texts in runs)
        self = super().__new__(cls, "".join(text for mark, text in joined if mark is not Mark.DELETED))
        self.pieces = joined
        return self

    def __bool__(self) -> bool:
        return bool(self.pieces)

    def __repr__(self) -> str:
        return f"Marked({self.pieces!r})"

    @property
    def before(self) -> str:
        """The text of the earlier edition, without insertions."""
        return "".join(text for mark, text in self.pieces if mark is not Mark.INSERTED)

    def lines(self) -> tuple[Marked, ...]:
        """Return the lines without their ends; a deleted line end also separates two lines.

        `LINE_END` shows a line end that was inserted or deleted where the marks of the line do not.
        """
        lines: list[list[Piece]] = [[]]
        for mark, text in self.pieces:
            first, *others = text.split("\n")
            lines[-1].append((mark, first))
            for other in others:
                words = {each for each, words in lines[-1] if words}
                if mark is not Mark.KEPT and words != {mark} and len(self.pieces) > 1:
                    lines[-1].append((mark, LINE_END))
                lines.append([(mark, other)])
        return tuple(Marked(line) for line in lines)


def pieces(text: str) -> tuple[Piece, ...]:
    """Return the pieces of `text`: a single one where it has no marks."""
    return text.pieces if isinstance(text, Marked) else ((Mark.KEPT, text),)


def kept(text: str) -> Marked:
    """Return `text` as the same in both editions."""
    return Marked([(Mark.KEPT, text)])


def inserted(text: str) -> Marked:
    """Return `text` as new."""
    return Marked([(Mark.INSERTED, text)])


def deleted(text: str) -> Marked:
    """Return `text` as gone."""
    return Marked([(Mark.DELETED, text)])


def whole(old: str | None, new: str | None) -> Marked:
    """Return the difference of two texts that are each one word: codes, dates, numbers."""
    if old == new:
        return kept(new or "")
    return Marked([(Mark.DELETED, old or ""), (Mark.INSERTED, new or "")])


def fate(value: Any) -> Mark:
    """Return the mark that all texts in a part of a document share, else `KEPT`.

    Args:
        value: a text, or what contains texts: a view, blocks of prose, a tuple or dictionary.
    """
    marks: set[Mark] = set()
    for text in _texts(value):
        marks.update(mark for mark, _ in text.pieces)
        if len(marks) > 1:
            return Mark.KEPT
    return marks.pop() if marks else Mark.KEPT


def along(text: str, value: Any) -> str:
    """Give a label or separator the mark of `value`."""
    if isinstance(value, Marked) and not value:
        return value
    mark = fate(value)
    return text if mark is Mark.KEPT else Marked([(mark, text)])


def beside(text: str, other: str) -> str:
    """Mark `text` inserted or deleted together with `other`."""
    if not isinstance(text, Marked) or not isinstance(other, Marked):
        return text
    return whole(text.before if other.before else "", str(text) if str(other) else "")


def separated(texts: Sequence[str], separator: str) -> tuple[tuple[str, str], ...]:
    """Return each of `texts` with the separator before the next one of the same edition."""

    def gaps(edition: Callable[[str], str]) -> list[str]:
        printed = [index for index, text in enumerate(texts) if edition(text)]
        followed = frozenset(printed[:-1])
        return [separator if index in followed else "" for index in range(len(texts))]

    return tuple(
        (text, after if before == after else whole(before, after))
        for text, before, after in zip(texts, gaps(_before), gaps(str), strict=True)
    )


def _before(text: str) -> str:
    return text.before if isinstance(text, Marked) else text


def _texts(value: Any) -> Iterator[Marked]:
    if isinstance(value, Marked):
        yield value
    elif isinstance(value, tuple):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, dict):
        yield from _texts(tuple(value.values()))
    elif not isinstance(value, str):
        for name in _names_of_fields(value.__class__):
            yield from _texts(getattr(value, name))


@cache
def _names_of_fields(kind: type) -> tuple[str, ...]:
    """Return the names of the fields of a dataclass; of other types none."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()
