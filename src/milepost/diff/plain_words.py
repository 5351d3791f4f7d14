"""Prose as plain text, and two such texts compared word by word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from milepost.base.marked import Mark, compare
from milepost.document.prose import (
    BulletList,
    Citation,
    CrossReference,
    Emphasis,
    FigurePlace,
    Footnote,
    Issue,
    Link,
    Literal,
    LiteralBlock,
    MilestoneMention,
    NumberedList,
    Paragraph,
    Quotation,
    Strong,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from milepost.base.marked import Piece
    from milepost.document.prose import Block, Inline, Line, Prose

BREAK = "\n"
"""The piece of text that is an end of a line."""
GAP = "…"
"""Replaces words that are the same in both texts and were left out."""


def words_of(prose: Prose) -> str:
    """Return `prose` as lines of plain text, with the markup by which two texts may differ."""
    return BREAK.join(line for block in prose for line in _lines(block))


def _lines(block: Block) -> list[str]:
    match block:
        case Paragraph(inlines):
            return [words_of_line(inlines)]
        case BulletList(items):
            return [line for item in items for line in _item("•", item)]
        case NumberedList(items):
            return [line for number, item in enumerate(items, 1) for line in _item(f"{number}.", item)]
        case Quotation(blocks):
            return [f"“{words_of(blocks)}”"]
        case LiteralBlock(text=text):
            return str(text).split("\n")
        case FigurePlace(name):
            return [f"[figure {name}]"]


def _item(mark: str, blocks: Prose) -> list[str]:
    first, *others = words_of(blocks).split(BREAK)
    return [f"{mark} {first}", *others]


def words_of_line(line: Line) -> str:
    """Return a line of prose as plain text; see `words_of`."""
    return "".join(_word(inline) for inline in line)


def _word(inline: Inline) -> str:  # noqa: PLR0911 -- one case for each kind of inline
    match inline:
        case Emphasis(text):
            return f"*{text}*"
        case Strong(text):
            return f"**{text}**"
        case Literal(text):
            return f"``{text}``"
        case Link(text=text, url=url):
            return text if text == url else f"{text} <{url}>"
        case Citation(name) | CrossReference(name):
            return f"[{name}]"
        case MilestoneMention(name) | Issue(name):
            return name
        case Footnote(inlines):
            return f" (note: {words_of_line(inlines)})"
        case _:
            return inline.text


def difference(old: str, new: str) -> tuple[Piece, ...]:
    """Return the words of two texts as one, in marked pieces: each is `BREAK`, or words with blanks between.

    Nothing is marked where the words are the same.
    """
    steps = compare(_tokens(old), _tokens(new), key=str, text=str)
    return _joined((step.mark, step.new or step.old or "") for step in steps)


def abridged(pieces: tuple[Piece, ...], around: int) -> tuple[Piece, ...]:
    """Return `pieces` with at most `around` of the words that were kept on each side of a change."""
    words = [(mark, word) for mark, text in pieces for word in _tokens(text)]
    changed = [index for index, (mark, _) in enumerate(words) if mark is not Mark.KEPT]
    near = {at for index in changed for at in range(index - around, index + around + 1)}
    shown: list[Piece] = []
    for index, word in enumerate(words):
        if index in near:
            shown.append(word)
        elif not shown or shown[-1] != (Mark.KEPT, GAP):
            shown.append((Mark.KEPT, GAP))
    return _joined(shown)


def _tokens(text: str) -> list[str]:
    return re.findall(r"\n|\S+", text)


def _joined(words: Iterable[Piece]) -> tuple[Piece, ...]:
    """Return `words` with those of the same mark and line joined by blanks."""
    pieces: list[Piece] = []
    for mark, word in words:
        if pieces and pieces[-1][0] is mark and BREAK not in (word, pieces[-1][1]):
            pieces[-1] = mark, f"{pieces[-1][1]} {word}"
        else:
            pieces.append((mark, word))
    return tuple(pieces)
