"""Read a YAML file into a tree with its comments."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import yaml

from milepost.authoring.canonical.tree import Collection, Entry, Repeated, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

# What may be between a value and the dash of the next entry.
_TO_DASH = re.compile(r"(?:[ \t\r\n:?]|---(?=\s)|[&!]\S+|#[^\r\n]*)*(-)(?=[ \t\r\n]|\Z)")
_NO_VALUE = frozenset({"", "---", "..."})
_BREAK = re.compile(r"\r\n|\r|\n")
_REST_OF_LINE = re.compile(r"[^\r\n]*")


@dataclass(slots=True)
class Level:
    """A mapping or list in the file: where its entries begin, and in which entry it is."""

    column: int
    in_brackets: bool
    start: int
    owner: Seen | None
    end: int = 0


@dataclass(slots=True)
class Seen:
    """An entry in the order of the file: where it begins, and where its value does."""

    entry: Entry
    level: Level
    column: int
    value_start: int = 0
    inner: Level | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment in the file."""

    index: int
    line: int
    column: int
    text: str
    has_own_line: bool


@dataclass(slots=True)
class Read:
    """A file as it is read: the tree, its entries in the order of the file, and the comments.

    `root` is an entry without a key, whose value is the whole document.
    """

    text: str
    root: Entry
    seen: list[Seen]
    comments: list[Comment]
    line_starts: list[int] = field(default_factory=list)

    def line_of(self, index: int) -> int:
        """Return the number of the line, counted from 0."""
        return bisect_right(self.line_starts, index) - 1

    def is_blank(self, line: int) -> bool:
        """Return whether there is a line with that number, and nothing in it."""
        if not 0 <= line < len(self.line_starts):
            return False
        found = _REST_OF_LINE.match(self.text, self.line_starts[line])
        return found is not None and not found[0].strip()


class _Builder:
    """Builds the tree from the events of the parser."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(match.end() for match in _BREAK.finditer(text))]
        self.root = Entry(None, Text(""), 0)
        self.seen: list[Seen] = []
        self.spans: list[tuple[int, int, bool]] = []  # of scalars and aliases; whether it is a block
        self._end = 0  # of what is read
        self._open: list[tuple[Collection, Level]] = []
        self._key: tuple[str, int, str] | None = None
        self._anchored: dict[str, str] = {}

    def build(self) -> None:
        """Read all events."""
        for event in yaml.parse(self.text, Loader=yaml.CSafeLoader):
            match event:
                case yaml.ScalarEvent():
                    self._scalar(event)
                case yaml.AliasEvent():
                    start, end = _span(event)
                    if self._wants_key():
                        self._key = self._anchored.get(event.anchor or "", ""), start, ""
                    else:
                        self._add(Repeated(event.anchor or ""), start)
                    self.spans.append((start, end, False))
                    self._end = end
                case yaml.CollectionStartEvent():
                    start, end = _span(event)
                    is_list = isinstance(event, yaml.SequenceStartEvent)
                    in_brackets = bool(event.flow_style)
                    collection = Collection(is_list, in_brackets, anchor=event.anchor or "")
                    owner = self._add(collection, start)
                    level = Level(-1, in_brackets, start, owner)
                    if owner:
                        owner.inner = level
                    self._open.append((collection, level))
                    if in_brackets:
                        self._end = end
                case yaml.CollectionEndEvent():
                    _, level = self._open.pop()
                    level.end = _span(event)[1]
                    if level.in_brackets:
                        self._end = level.end

    def _wants_key(self) -> bool:
        return bool(self._open) and not self._open[-1][0].is_list and self._key is None

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        start, end = _span(event)
        style = event.style or ""
        if event.anchor:
            self._anchored[event.anchor] = event.value
        if self._wants_key():
            self._key = event.value, start, event.anchor or ""
        else:
            self._add(Text(event.value, style, event.anchor or ""), start)
        if end > start:
            self.spans.append((start, end, style in {"|", ">"}))
            self._end = end

    def _add(self, value: Text | Repeated | Collection, start: int) -> Seen | None:
        """Put a value in its place."""
        if not self._open:
            self.root.value = value
            return None
        collection, level = self._open[-1]
        index, key, name = start, None, ""
        if not collection.is_list and self._key is not None:
            key, index, name = self._key
            self._key = None
        elif not level.in_brackets and (dash := _TO_DASH.match(self.text, self._end)):
            index = dash.start(1)
            self._end = dash.end(1)
        entry = Entry(key, value, index, key_anchor=name)
        collection.entries.append(entry)
        column = index - self.starts[bisect_right(self.starts, index) - 1]
        if level.column < 0:
            level.column = column
        seen = Seen(entry, level, column, start)
        self.seen.append(seen)
        return seen


def _span(event: yaml.Event) -> tuple[int, int]:
    start, end = event.start_mark, event.end_mark
    return start.index if start else 0, end.index if end else 0


def read(text: str) -> Read:
    """Return the tree of the YAML document `text`, which can be read, without its comments, and these."""
    builder = _Builder(text)
    builder.build()
    comments = list(_comments(text, builder.spans, builder.starts))
    return Read(text, builder.root, builder.seen, comments, builder.starts)


def _comments(text: str, spans: list[tuple[int, int, bool]], line_starts: list[int]) -> Iterator[Comment]:
    """Yield all comments: they begin with a number sign that is in no value."""
    begins = [start for start, _, _ in spans]
    index = text.find("#")
    while index >= 0:
        position = bisect_right(begins, index) - 1
        start, end, is_block = spans[position] if position >= 0 else (0, 0, False)
        line = bisect_right(line_starts, index) - 1
        if index < end and not (is_block and _in_header(text, start, index)):
            index = text.find("#", end)
            continue
        word = max(text.rfind(sign, 0, index) for sign in " \t\r\n") + 1
        if text[word] in "&!%" and index > word:  # the name of an anchor
            index = text.find("#", index + 1)
            continue
        found = _REST_OF_LINE.match(text, index)
        words = found[0].rstrip() if found else "#"
        before = text[line_starts[line] : index]
        yield Comment(index, line, len(before), words, has_own_line=before.strip(" \t") in _NO_VALUE)
        index = text.find("#", found.end() if found else index + 1)


def _in_header(text: str, start: int, index: int) -> bool:
    """Return whether `index` is in the line of the sign with which a block begins."""
    return _BREAK.search(text, start, index) is None
