"""A text as editors have it: lines that change, and positions in the units of the client."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
"""A line with its end. Python's own `splitlines` also ends lines where editors do not."""
_DASH = re.compile(r"-(?:[ \t]+|$)")
_KEY = re.compile(
    r"""(?P<key>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'"""
    r"""|[^\s"'\[\]{}#&*!|>%@`,-](?:[^:#]|:(?=\S)|(?<=\S)\#)*?|-(?=\S)(?:[^:#]|:(?=\S))*?)"""
    r"""[ \t]*:(?=[ \t]|$)"""
)


class Position(NamedTuple):
    """A line, and a character in it; both counted from 0."""

    line: int
    column: int


class Span(NamedTuple):
    """A part of a text, from `start` to before `end`."""

    start: Position
    end: Position

    @classmethod
    def in_line(cls, line: int, start: int, end: int) -> Span:
        """Return a part of one line."""
        return cls(Position(line, start), Position(line, end))


class Edit(NamedTuple):
    """Replace a part of a text by `new`."""

    span: Span
    new: str


class Level(NamedTuple):
    """A key or a dash: its position doubled, so that a dash is further in than a key in its column.

    `end` is after the key, and `value` where its value begins.
    """

    at: int
    key: str | None
    start: int
    end: int
    value: int


class Text:
    """The lines of a text, without their ends.

    `revision` counts its changes, and `shape` those after which keys are in other lines or columns.
    """

    def __init__(self, content: str) -> None:
        self.revision = self.shape = 0
        self._written = _split(content)
        self.lines = [_bare(line) for line in self._written]

    @property
    def content(self) -> str:
        """The whole text."""
        return "".join(self._written)

    def line(self, number: int) -> str:
        """Return a line, or nothing after the last one."""
        return self.lines[number] if 0 <= number < len(self.lines) else ""

    def replace(self, content: str) -> None:
        """Replace the whole text."""
        self._written = _split(content)
        self.lines = [_bare(line) for line in self._written]
        self.revision += 1
        self.shape += 1

    def change(self, edit: Edit) -> None:
        """Replace a part of the text; what is beyond the end of a line or of the text is cut off."""
        last = len(self._written) - 1
        first, until = (min(max(each.line, 0), last) for each in edit.span)
        head = "" if edit.span.start.line < 0 else self.lines[first][: max(edit.span.start.column, 0)]
        if edit.span.start.line > last:
            head = self._written[first]
        tail = self._written[until]
        tail = tail[min(max(edit.span.end.column, 0), len(self.lines[until])) :]
        if edit.span.end.line > last:
            tail = ""
        # A carriage return and a line feed can come together, or apart, at both ends of the change.
        low, high = max(first - 1, 0), min(until + 2, last + 1)
        before, after = self._written[low:first], self._written[until + 1 : high]
        new = _split("".join([*before, head, edit.new, tail, *after]), is_end=high == last + 1)
        bare = [_bare(line) for line in new]
        if list(map(shape_of, bare)) != list(map(shape_of, self.lines[low:high])):
            self.shape += 1
        self._written[low:high] = new
        self.lines[low:high] = bare
        self.revision += 1


def _split(content: str, *, is_end: bool = True) -> list[str]:
    """Return the lines with their ends; at the end of a text, an empty line after the last line break."""
    lines = _LINE.findall(content)
    if is_end and (not lines or lines[-1].endswith(("\r", "\n"))):
        lines.append("")
    return lines


def _bare(line: str) -> str:
    return line.rstrip("\r\n")


@lru_cache(maxsize=200_000)  # nearly all lines are the same after a change
def levels_of(line: str) -> tuple[Level, ...]:
    """Return the dashes and the key with which a line begins."""
    return tuple(_levels(line))


def _levels(line: str) -> Iterator[Level]:
    column = indent_of(line)
    while dash := _DASH.match(line, column):
        yield Level(2 * column + 1, None, column, column + 1, dash.end())
        column = dash.end()
    if column < len(line) and (found := _KEY.match(line, column)):
        value = found.end()
        while value < len(line) and line[value] in " \t":
            value += 1
        yield Level(2 * column, unquoted(found["key"]), column, found.end("key"), value)


@lru_cache(maxsize=200_000)  # nearly all lines are the same after a change
def shape_of(line: str) -> tuple[object, ...]:
    """Return what of a line says where keys are: its indentation, dashes and key."""
    keys = [(level.key, level.start, level.end) for level in levels_of(line)]
    return (is_content(line), indent_of(line), *keys)


def is_content(line: str) -> bool:
    """Return whether there is anything in a line but a comment."""
    stripped = line.lstrip()
    return bool(stripped) and stripped[0] != "#"


def indent_of(line: str) -> int:
    """Return the column of the first character of a line that is no space."""
    return len(line) - len(line.lstrip(" "))


def unquoted(word: str) -> str:
    """Return a key or value without its quotes."""
    for quote in "\"'":
        if len(word) > 1 and word[0] == word[-1] == quote:
            return word[1:-1].replace(quote * 2, quote)
    return word.lstrip("\"'")


def column_of(line: str, units: int, encoding: str) -> int:
    """Return the index of the character at which the client's position `units` is."""
    if encoding == "utf-32" or line.isascii():
        return min(units, len(line))
    passed = 0
    for index, character in enumerate(line):
        if passed >= units:
            return index
        passed += _width(character, encoding)
    return len(line)


def units_of(line: str, column: int, encoding: str) -> int:
    """Return the client's position of the character at index `column`."""
    if encoding == "utf-32" or line.isascii():
        return min(column, len(line))
    return sum(_width(character, encoding) for character in line[:column])


def _width(character: str, encoding: str) -> int:
    if encoding == "utf-16":
        return 2 if ord(character) > 0xFFFF else 1
    return len(character.encode("utf-8", "surrogatepass"))


def column_as_written(line: str, column: int) -> int:
    """Return the index in `line` of the character that is at index `column` when letters are composed.

    The loader composes letters and marks (Unicode normal form C), so that its columns differ.
    """
    if unicodedata.is_normalized("NFC", line):
        return min(column, len(line))
    for index in range(len(line)):
        if len(unicodedata.normalize("NFC", line[: index + 1])) > column:
            return index
    return len(line)


_MANY_LINES = 500
"""More are compared in pieces, between lines that both texts have once: all together would take minutes."""


def edits_between(before: str, after: str) -> list[Edit]:
    """Return the edits that make `after` of the text `before`: as few characters as possible in each line."""
    old, new = _split(before), _split(after)
    low = _common(old, new)
    high = _common(old[low:][::-1], new[low:][::-1])
    edits: list[Edit] = []
    for tag, a, b, c, d in _differences(old[low : len(old) - high], new[low : len(new) - high]):
        if tag == "replace" and b - a == d - c:
            pairs = zip(range(low + a, low + b), new[low + c : low + d], strict=True)
            edits += [_in_line(number, old[number], line) for number, line in pairs if old[number] != line]
        elif tag != "equal":
            end = Position(low + b, 0) if low + b < len(old) else Position(len(old) - 1, len(old[-1]))
            edits.append(Edit(Span(Position(low + a, 0), end), "".join(new[low + c : low + d])))
    return edits


def _differences(old: list[str], new: list[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """Yield what differs in lines, as `difflib.SequenceMatcher.get_opcodes` does."""
    from difflib import SequenceMatcher  # noqa: PLC0415 -- only renaming and formatting need it

    at, there = 0, 0
    for one, other in (*_anchors(old, new), (len(old), len(new))):
        some, others = old[at:one], new[there:other]
        if len(some) * len(others) > _MANY_LINES**2:
            yield "replace", at, one, there, other
        else:
            for tag, a, b, c, d in SequenceMatcher(None, some, others, autojunk=False).get_opcodes():
                yield tag, at + a, at + b, there + c, there + d
        at, there = one, other


def _anchors(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Return where lines are that both texts have once, in the same order: as many as possible."""
    if len(old) * len(new) <= _MANY_LINES**2:
        return []
    counts, others = Counter(old), Counter(new)
    places = {line: index for index, line in enumerate(new) if others[line] == 1 == counts[line]}
    pairs = [(index, places[line]) for index, line in enumerate(old) if line in places]
    ends: list[int] = []  # of the shortest runs of each length: their last places, and their last pairs
    last: list[int] = []
    before: list[int] = []
    for number, (_, there) in enumerate(pairs):
        length = bisect_left(ends, there)
        ends[length : length + 1], last[length : length + 1] = [there], [number]
        before.append(last[length - 1] if length else -1)
    found: list[tuple[int, int]] = []
    number = last[-1] if last else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]


def _in_line(number: int, old: str, new: str) -> Edit:
    """Return the edit of a line whose beginning and end stay."""
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    if _bare(old) == old[: len(old) - end] and end:  # the line break stays as well
        end = len(old) - len(_bare(old))
    stop = len(old) - end
    if stop > len(_bare(old)):  # the line breaks differ
        return Edit(Span(Position(number, start), Position(number + 1, 0)), new[start:])
    return Edit(Span.in_line(number, start, stop), new[start : len(new) - end])


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many elements two sequences have in common at their beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(one), len(other)))
