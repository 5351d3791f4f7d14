"""Find which key or value of a YAML a position is in, by the lines around it: they may be broken.

Lines are read as documents are written: keys and dashes in their columns, values after them or indented
below, lists and mappings in brackets. That is enough to say what is possible at a position, and costs the
same in a long text as in a short one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from milepost.lsp.reading.text import indent_of, is_content, levels_of, unquoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.lsp.reading.text import Level, Text

_BLOCK = re.compile(r"[|>][-+0-9]*[ \t]*(?:#.*)?$")
_PROPERTIES = re.compile(r"(?:[&!]\S*[ \t]+)+")
_IN_BRACKETS = re.compile(r"""(?:"[^"]*"?|'[^']*'?|[^,\[\]{}:"'#]|:(?=\S)|(?<=\S)\#)*""")
"""A key or value in brackets."""
_TOP = re.compile(r"[^\s#-]")


class Kind(StrEnum):
    """What a position is in."""

    KEY = "key"
    VALUE = "value"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Context:
    """What a position is in.

    Attributes:
        kind: of the position.
        path: the keys from the root to the value; for a key, those of the mapping that it is in.
        key: the key that is at the position, as far as it is written.
        start: where in the line the key, or the value or entry of a list, begins.
        end: where the key or value ends in the line.
        indent: the column of the key, or of the key or dash of the value.
        in_item: whether the position is in a line that begins with a dash, before any key.
        is_block: whether the value is a text below its key.
        in_brackets: whether it is in a list or mapping in brackets.
    """

    kind: Kind
    path: tuple[str, ...] = ()
    key: str = ""
    start: int = 0
    end: int = 0
    indent: int = 0
    in_item: bool = False
    is_block: bool = False
    in_brackets: bool = False


@dataclass
class Lines:
    """The lines of one revision of a text, with what several questions need."""

    text: Text

    @property
    def lines(self) -> list[str]:
        """The lines without their ends."""
        return self.text.lines

    @cached_property
    def tops(self) -> list[int]:
        """The numbers of the lines with a key at the top level."""
        return [
            number
            for number, line in enumerate(self.text.lines)
            if line[:1] not in _NOT_TOP and _TOP.match(line) and self.levels(number)
        ]

    @cached_property
    def parts(self) -> dict[str, tuple[int, int]]:
        """The lines of each part: that of its key, and that after the last one."""
        ends = [*self.tops[1:], len(self.lines)]
        found: dict[str, tuple[int, int]] = {}
        for start, end in zip(self.tops, ends, strict=True):
            found.setdefault(self.levels(start)[0].key or "", (start, end))
        return found

    @property
    def is_document(self) -> bool:
        """Whether this is a milestone document: it says `format` and `document`."""
        return "format" in self.parts and "document" in self.parts

    def levels(self, number: int) -> tuple[Level, ...]:
        """Return the dashes and the key with which a line begins."""
        return levels_of(self.text.lines[number])

    def child_indent(self, top: int) -> int:
        """Return the column in which the entries of the part begin whose key is in the line `top`."""
        for number in range(top + 1, len(self.lines)):
            line = self.lines[number]
            if is_content(line):
                return indent_of(line) or 0
        return 0

    def at(self, number: int, column: int) -> Context:
        """Return what the position is in."""
        line = self.text.line(number)
        blank = not line.strip()
        own = () if blank else self.levels(number)
        indent = column if blank else indent_of(line)
        first = own[0].at if own else 2 * indent
        path, state = self._above(number, first)
        if state is not None:
            return self._inside(path, state, number, column)
        if line.lstrip().startswith("#"):
            return Context(Kind.NOTHING)
        for index, level in enumerate(own):
            if column < level.start:
                return Context(Kind.NOTHING, path)
            if level.key is not None and column <= level.end:
                word = line[level.start : level.end]
                return Context(
                    Kind.KEY, path, unquoted(word), level.start, level.end, level.start,
                    in_item=index > 0,
                )  # fmt: skip
            if level.key is not None:
                path = (*path, level.key)
        return self._value(path, own, number, column)

    def _above(self, number: int, at: int) -> tuple[tuple[str, ...], tuple[int, Level] | None]:
        """Return the keys above a position, and line and level of the value that goes on there, if any."""
        chain: list[tuple[int, Level]] = []
        top = self.tops[position - 1] if (position := bisect_right(self.tops, number)) else -1
        child = 2 * self.child_indent(top) if top >= 0 else 0
        current = number - 1
        while current >= 0 and at > 0:
            if at <= child and current > top >= 0:
                current = top
            line = self.lines[current]
            if is_content(line) and 2 * indent_of(line) < at:
                levels = [level for level in self.levels(current) if level.at < at]
                chain += [(current, level) for level in reversed(levels)]
                at = min([2 * indent_of(line), *(level.at for level in levels)])
            current -= 1
        path: tuple[str, ...] = ()
        for row, level in reversed(chain):
            if level.key is not None:
                path = (*path, level.key)
            if self._opens(row, level):
                return path, (row, level)
        return path, None

    def _opens(self, row: int, level: Level) -> bool:
        """Return whether the lines below a key or dash go on with its value, which begins in its line."""
        line = self.lines[row]
        value = line[_after_properties(line, level.value) :]
        if not value or value.startswith("#"):
            return False
        return not (level.key is None and levels_of(value))

    def _inside(self, path: tuple[str, ...], state: tuple[int, Level], number: int, column: int) -> Context:
        """Return what a position below the beginning of a value is in."""
        row, level = state
        line = self.lines[row]
        value = _after_properties(line, level.value)
        if line[value] in "[{":
            return self._brackets(path, row, value, number, column)
        text = self.text.line(number)
        start = min(indent_of(text), column)
        return Context(
            Kind.VALUE, path, "", start, len(text), level.start, is_block=bool(_BLOCK.match(line, value))
        )

    def _value(self, path: tuple[str, ...], own: tuple[Level, ...], number: int, column: int) -> Context:
        """Return what a position is in that is after the keys and dashes of its line."""
        line = self.text.line(number)
        last = own[-1] if own else None
        if last is None:
            indent = min(indent_of(line) if line.strip() else column, column)
            return Context(Kind.KEY, path, line[indent:].strip(), indent, len(line.rstrip()), indent)
        start = _after_properties(line, last.value)
        if line[start : start + 1] in {"[", "{"}:
            return self._brackets(path, number, start, number, column)
        end = end_of_value(line, start)
        if line[start : start + 1] == "#":  # there is no value
            start = end = min(column, start)
        if column > end and line[end:].lstrip().startswith("#"):
            return Context(Kind.NOTHING, path)
        if last.key is None:
            if column < start:
                return Context(Kind.NOTHING, path)
            return Context(
                Kind.VALUE, path, line[start:end], start, max(start, end), last.start, in_item=True
            )
        return Context(
            Kind.VALUE, path, last.key, min(start, column), max(end, min(start, column)), last.start
        )

    def _brackets(self, path: tuple[str, ...], row: int, start: int, number: int, column: int) -> Context:
        """Return what a position in a list or mapping in brackets is in, which begins in the line `row`."""
        stack: list[tuple[str, str | None]] = []
        token, at = "", (row, start)
        closed = False
        for line, index, character in self._characters(row, start, number, column):
            if character in "[{":
                stack.append((character, None))
                token, at = "", (line, index + 1)
            elif character in "]}":
                closed = not stack or len(stack) == 1
                stack = stack[:-1]
                token = ""
            elif character == "," and stack:
                stack[-1] = (stack[-1][0], None)
                token, at = "", (line, index + 1)
            elif character == ":" and stack and stack[-1] == ("{", None):
                stack[-1] = ("{", unquoted(token.strip()))
                token, at = "", (line, index + 1)
            else:
                token += character
        if closed or not stack:
            return Context(Kind.NOTHING, path)
        text = self.text.line(number)
        path = (*path, *(key for _, key in stack if key is not None))
        begins = at[1] if at[0] == number else indent_of(text)
        begins = min(begins + len(text[begins:]) - len(text[begins:].lstrip(" ")), column)
        found = _IN_BRACKETS.match(text, begins)
        ends = begins + len(found[0].rstrip()) if found else begins
        kind = Kind.KEY if stack[-1] == ("{", None) else Kind.VALUE
        key = unquoted(text[begins:ends])
        return Context(kind, path, key, begins, max(ends, column), begins, in_brackets=True)

    def _characters(self, row: int, start: int, number: int, column: int) -> Iterator[tuple[int, int, str]]:
        """Yield the characters up to a position that are signs, or text as a whole; quoted text as spaces."""
        quote = ""
        for line in range(row, min(number, len(self.lines) - 1) + 1):
            text = self.lines[line]
            begin, end = (start if line == row else 0), (column if line == number else len(text))
            for index in range(begin, min(end, len(text))):
                character = text[index]
                if quote:
                    quote = "" if character == quote else quote
                    yield line, index, " " if character in "[]{},:" else character
                elif character in "\"'" and (index == 0 or text[index - 1] in " [{,"):
                    quote = character
                    yield line, index, character
                elif character == "#" and (index == 0 or text[index - 1] == " "):
                    break
                elif character == ":" and text[index + 1 : index + 2].strip():
                    yield line, index, "\0"  # in a word
                else:
                    yield line, index, character


_NOT_TOP = frozenset(["", " ", "#", "-", "\t"])


def _after_properties(line: str, start: int) -> int:
    found = _PROPERTIES.match(line, start)
    return found.end() if found else start


def end_of_value(line: str, start: int) -> int:
    """Return where a value in one line ends, before a comment."""
    sign = line[start : start + 1]
    if sign and sign in "\"'":
        pattern = r'"(?:[^"\\]|\\.)*"?' if sign == '"' else r"'(?:[^']|'')*'?"
        found = re.compile(pattern).match(line, start)
        return found.end() if found else len(line)
    comment = re.compile(r"[ \t]#").search(line, max(start - 1, 0))
    return len(line[: comment.start() if comment else len(line)].rstrip())
