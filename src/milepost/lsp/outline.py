"""The parts of a document as an outline, and as what can be folded."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from milepost.lsp.reading.names import PARTS
from milepost.lsp.reading.text import Position, Span, indent_of, is_content, unquoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.lsp.reading.names import Names


class Node(NamedTuple):
    """A part of the outline: its name, what it is, the whole of it, its name alone, and what is in it."""

    name: str
    detail: str
    kind: str
    span: Span
    at: Span
    children: tuple[Node, ...] = ()


def outline(names: Names) -> tuple[Node, ...]:
    """Return the outline of a document."""
    found = []
    for part, (start, end) in names.lines.parts.items():
        level = names.lines.levels(start)[0]
        children: tuple[Node, ...] = ()
        if part in PARTS:
            children = tuple(_entries(names, part, end))
        elif part == "sections":
            children = tuple(_sections(names, start + 1, end))
        at = Span.in_line(start, level.start, level.end)
        found.append(Node(part, "", "part", _lines(names, start, end), at, children))
    return tuple(found)


def _lines(names: Names, start: int, end: int) -> Span:
    """Return the lines from `start` to before `end`, without those at the end that are empty or comments."""
    while end > start + 1 and not is_content(names.text.lines[end - 1]):
        end -= 1
    return Span(Position(start, 0), Position(end - 1, len(names.text.lines[end - 1])))


def _entries(names: Names, part: str, end: int) -> Iterator[Node]:
    sort = PARTS[part]
    entries = list(names.entries(part).values())
    ends = [*(entry.line for entry in entries[1:]), end]
    titles = names.titles(part)
    for entry, until in zip(entries, ends, strict=False):  # there may be none
        yield Node(entry.name, titles[entry.name], str(sort), _lines(names, entry.line, until), entry.span)


def _sections(names: Names, start: int, end: int) -> Iterator[Node]:
    """Yield the sections whose dashes are in the column of the first one, with those inside of each."""
    lines = names.text.lines
    begins = [
        number
        for number in range(start, end)
        if is_content(lines[number]) and lines[number].lstrip().startswith("-")
    ]
    column = min((indent_of(lines[number]) for number in begins), default=0)
    tops = [number for number in begins if indent_of(lines[number]) == column]
    for number, until in zip(tops, [*tops[1:], end], strict=True):
        inner = next(
            (below for below in range(number + 1, until) if _is_sections(names, below, column)), None
        )
        children = tuple(_sections(names, inner + 1, until)) if inner is not None else ()
        title, at = _title(names, number, until, column)
        yield Node(title, "", "section", _lines(names, number, until), at, children)


def _is_sections(names: Names, number: int, dash: int) -> bool:
    """Return whether the line has the key `sections` of an entry whose dash is in column `dash`."""
    line = names.text.lines[number]
    if line.strip() != "sections:" or indent_of(line) <= dash:
        return False
    return names.lines.at(number, len(line)).path[-1:] == ("sections",)


def _title(names: Names, start: int, end: int, dash: int) -> tuple[str, Span]:
    for number in range(start, end):
        for level in names.lines.levels(number):
            if level.key == "title" and level.start > dash:
                line = names.text.lines[number]
                return unquoted(line[level.value :].strip()), Span.in_line(number, level.value, len(line))
    return "-", Span.in_line(start, dash, dash + 1)


def foldings(names: Names) -> Iterator[tuple[int, int]]:
    """Yield the first and the last line of what can be folded: parts, their entries, and sections."""
    waiting = list(outline(names))
    while waiting:
        node = waiting.pop(0)
        waiting += node.children
        if node.span.end.line > node.span.start.line:
            yield node.span.start.line, node.span.end.line
