"""Fill the paragraphs of prose again, without a change of what is printed.

Only what is certain to be a paragraph is filled: of the text, of an item of a list, of a footnote. Everything
else, as literal blocks, directives and tables, stays as it is written. The result is read again; if it is
another text, the lines stay as they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.authoring.canonical.scalars import words_in
from milepost.prose.rst_parser import ProseError, parse_line, parse_prose
from milepost.prose.values import doubts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_TAB = 8
"""As docutils reads a tab."""
_SIGN = re.compile(r"(?:[-+*•‣⁃]|\(?(?:[0-9]+|#)[.)]) +(?=\S)|\.\. (?=\[#[\w.-]*\] +\S)")
_FOOTNOTE = re.compile(r"\.\. \[#[\w.-]*\] +\S")
_BELOW_FOOTNOTE = 3
# What begins something other than a paragraph, or looks as if it did at the beginning of a line.
_DOUBTFUL = re.compile(
    r"[-+*•‣⁃▪◦○●■□·∙➢>|=~^\"'`#_:.,]+(?=\s|$)|[-=~^+*#_.:`'\"]{2,}$|#{1,6}(?=\s|$)|```|~~~|>>>|\.\.|__|::"
    r"|\(?(?:#|[0-9]+|[A-Za-z]|[ivxlcdmIVXLCDM]+)[.)](?=\s|$)|[A-Za-z]+::|:[^:`\s][^:`]*:(?=\s|$)|--?[\w-]+(?=\s|$|=)|/\w(?=\s|$)"
)


def refilled(source: str, width: int) -> str:
    """Return prose with its paragraphs filled to lines of that width, and no blank at the end of a line."""
    lines = [line.expandtabs(_TAB).rstrip(" ") for line in source.split("\n")]
    while lines and not lines[0]:
        del lines[0]
    while lines and not lines[-1]:
        del lines[-1]
    plain = "\n".join(lines)
    new = "\n".join(_filled(lines, width))
    for text in (new, plain):
        if text == source.removesuffix("\n") or _is_same(source, text):
            return text
    return source


def in_one_line(source: str) -> str:
    """Return prose of one paragraph in one line, or as it is if that would be another text."""
    words = " ".join(words_in(source))
    return words if words == source or _is_same_line(source, words) else source


def _is_same(one: str, other: str) -> bool:
    try:
        before, after = parse_prose(one), parse_prose(other)
    except ProseError:
        return False
    return before == after and len(doubts_of(after)) <= len(doubts_of(before))


def _is_same_line(one: str, other: str) -> bool:
    try:
        before, after = parse_line(one), parse_line(other)
    except ProseError:
        return False
    return before == after and len(doubts_of(after)) <= len(doubts_of(before))


@dataclass
class _State:
    """Where the text is.

    Attributes:
        literal: the indentation of the paragraph above a literal block: what is further in belongs to it.
        begun: whether the literal block has begun.
    """

    literal: int | None = None
    begun: bool = False


def _filled(lines: list[str], width: int) -> Iterator[str]:
    state = _State()
    chunk: list[str] = []
    empty = 0
    for line in [*lines, ""]:
        if line:
            yield from [""] * empty
            empty = 0
            chunk.append(line)
            continue
        if chunk:
            yield from _chunk(chunk, width, state)
            chunk = []
        empty = empty + 1 if state.literal is not None else 1


def _chunk(lines: list[str], width: int, state: _State) -> list[str]:
    """Return lines without an empty one between them, filled if they are paragraphs."""
    indents = [len(line) - len(line.lstrip(" ")) for line in lines]
    if state.literal is not None:
        if min(indents) > state.literal:
            state.begun = True
            return lines
        is_quoted = not state.begun and not lines[0].lstrip(" ")[0].isalnum()
        state.literal = None
        if is_quoted:  # a literal block without indentation, each line of which begins with the same sign
            return lines
    paragraphs = list(_paragraphs(lines, indents))
    if lines[-1].endswith("::"):
        state.literal, state.begun = min(indents), False
    if not paragraphs:
        return lines
    return [
        line
        for start, below, words in paragraphs
        for line in _with_indentation(start, below, _lines(words, width - below))
    ]


def _with_indentation(start: str, below: int, lines: list[str]) -> list[str]:
    return [f"{' ' * below if number else start}{line}" for number, line in enumerate(lines)]


def _lines(words: list[str], width: int) -> list[str]:
    """Return words in lines, none of which but the first begins with what reads as markup there."""
    lines: list[list[str]] = []
    length = 0
    for number, word in enumerate(words):
        following = " ".join(words[number : number + 2])
        if lines and (length + 1 + len(word) <= width or _DOUBTFUL.match(following)):
            lines[-1].append(word)
            length += 1 + len(word)
        else:
            lines.append([word])
            length = len(word)
    return [" ".join(line) for line in lines]


def _paragraphs(lines: list[str], indents: list[int]) -> Iterator[tuple[str, int, list[str]]]:
    """Yield what each paragraph begins with, the indentation of its other lines, and its words.

    Nothing, if it is not certain what the lines are.
    """
    indent = indents[0]
    first = lines[0][indent:]
    if not _SIGN.match(first):
        if not _DOUBTFUL.match(first) and set(indents) == {indent}:
            yield " " * indent, indent, words_in(" ".join(lines))
        return
    items: list[tuple[str, int, list[str]]] = []
    for line, own in zip(lines, indents, strict=True):
        sign = _SIGN.match(line[own:]) if own == indent else None
        if sign is not None:
            is_note = sign[0].startswith("..")
            below = indent + (_BELOW_FOOTNOTE if is_note else len(sign[0]))
            items.append((f"{' ' * indent}{sign[0]}", below, words_in(line[own + sign.end() :])))
        elif own == items[-1][1] or (items[-1][0].lstrip().startswith("..") and own > indent):
            items[-1][2].extend(words_in(line))
        else:
            return
    yield from items
