"""Marked text: a string of the new edition that also holds the text of the old one.

Templates print it with its marks: the Jinja environments pass each piece to the macro for inserted or deleted
text.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

# Words; dates, codes, numbers and addresses are each one word.
_TOKEN = re.compile(r"\w+(?:[-.:/_+'’&@=?#%~]+\w+)*|\n|[^\S\n]+|.")
_LEAST_KEPT = 0.25
"""Texts that share less of their words than this are marked as wholly replaced."""

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
        joined: list[Piece] = []
        for mark, text in pieces:
            if joined and joined[-1][0] is mark:
                joined[-1] = mark, joined[-1][1] + text
            elif text:
                joined.append((mark, text))
        self = super().__new__(cls, "".join(text for mark, text in joined if mark is not Mark.DELETED))
        self.pieces = tuple(joined)
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


def words(old: str | None, new: str | None) -> Marked:
    """Return the difference of two texts word by word; None is no text."""
    if old == new:
        return kept(new or "")
    steps = compare(tokens(old or ""), tokens(new or ""), key=str, text=str)
    return Marked((step.mark, step.new or step.old or "") for step in steps)


def tokens(text: str) -> list[str]:
    """Return `text` as words, spaces and single punctuation marks."""
    return _TOKEN.findall(text)


Token = TypeVar("Token")


class Step(Generic[Token]):
    """A step through two texts side by side: a token of the old one, of the new one, or of both."""

    __slots__ = ("mark", "new", "old")

    def __init__(self, old: Token | None, new: Token | None) -> None:
        self.old, self.new = old, new
        self.mark = Mark.INSERTED if old is None else Mark.DELETED if new is None else Mark.KEPT


def compare(
    old: Sequence[Token],
    new: Sequence[Token],
    key: Callable[[Token], Hashable],
    text: Callable[[Token], str],
) -> list[Step[Token]]:
    """Return the steps through `old` and `new`, in long runs rather than every other word.

    Args:
        old: the tokens of the earlier text.
        new: those of the later one.
        key: equal for tokens that are the same.
        text: the words of a token.
    """
    left, right = [key(token) for token in old], [key(token) for token in new]
    blocks = difflib.SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks()
    runs = [(block.a, block.b, block.size) for block in blocks if block.size]

    def letters(start: int, size: int) -> int:
        return sum(character.isalnum() for token in old[start : start + size] for character in text(token))

    total = max(sum(c.isalnum() for token in side for c in text(token)) for side in (old, new)) if runs else 0
    if sum(letters(start, size) for start, _, size in runs) < _LEAST_KEPT * total:
        runs = []
    # An isolated matching space or comma makes the difference harder to read.
    runs = [
        run
        for run in runs
        if letters(run[0], run[2])
        or (run[0] == 0 and run[1] == 0)
        or (run[0] + run[2] == len(old) and run[1] + run[2] == len(new))
    ]
    steps: list[Step[Token]] = []
    at_old = at_new = 0
    for start_old, start_new, size in [*runs, (len(old), len(new), 0)]:
        steps += (Step(token, None) for token in old[at_old:start_old])
        steps += (Step(None, token) for token in new[at_new:start_new])
        at_old, at_new = start_old + size, start_new + size
        steps += (
            Step(before, after)
            for before, after in zip(old[start_old:at_old], new[start_new:at_new], strict=True)
        )
    return steps


def fate(value: Any) -> Mark:
    """Return the mark that all texts in a part of a document share, else `KEPT`.

    Args:
        value: a text, or what contains texts: a view, blocks of prose, a tuple or dictionary.
    """
    marks = {mark for text in _texts(value) for mark, _ in text.pieces}
    return marks.pop() if len(marks) == 1 else Mark.KEPT


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

    def between(index: int, edition: Callable[[str], str]) -> str:
        here, *others = (bool(edition(text)) for text in texts[index:])
        return separator if here and any(others) else ""

    def gap(index: int) -> str:
        before, after = between(index, _before), between(index, str)
        return after if before == after else whole(before, after)

    return tuple((text, gap(index)) for index, text in enumerate(texts))


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
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))
