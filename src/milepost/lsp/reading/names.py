"""The names of a document, where they are defined and where they are used, as far as the lines say."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from milepost.document.acronyms import is_numbered
from milepost.lsp.reading.context import Context, Kind, Lines, end_of_value
from milepost.lsp.reading.text import Span, indent_of, is_content, levels_of, unquoted
from milepost.schema.keys import key_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.lsp.reading.text import Text


class Sort(StrEnum):
    """What a name is that of."""

    MILESTONE = "milestone"
    REFERENCE = "reference"
    FIGURE = "figure"
    ACRONYM = "acronym"
    LABEL = "label"


PARTS = {
    "milestones": Sort.MILESTONE,
    "references": Sort.REFERENCE,
    "figures": Sort.FIGURE,
    "acronyms": Sort.ACRONYM,
}
"""The parts whose entries have names for keys."""

_TITLES = {"milestones": "name", "references": "title", "figures": "caption", "acronyms": "definition"}
_CODES = frozenset({"predecessors", "codes", "aka", "authorises", "about"})
"""Keys whose values are names of milestones, or patterns of these."""
_LABELS = frozenset({"label", "authorises", "about"})
ROLES = {
    "cite": (Sort.REFERENCE,),
    "ref": (Sort.FIGURE, Sort.LABEL),
    "milestone": (Sort.MILESTONE,),
    "jira": (),
}
"""The roles of prose, and what their targets are."""
_ROLE = re.compile(r":(cite|ref|milestone|jira):`[ ]*([^`]*?)[ ]*(?:`|$)")
_FIGURE = re.compile(r"\.\. figure::[ ]+(\S+)")
_WORD = re.compile(r"[^\W_]+")


class Symbol(NamedTuple):
    """A name, and what it is that of."""

    sort: Sort
    name: str


class Entry(NamedTuple):
    """An entry of a part: its name, and the line and columns of its key."""

    name: str
    line: int
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Where its name is."""
        return Span.in_line(self.line, self.start, self.end)


@dataclass
class Names:
    """The names in a text, which may change."""

    text: Text
    _shape: int = -1
    _lines: Lines | None = None
    _entries: dict[str, dict[str, Entry]] = field(default_factory=dict)

    @property
    def lines(self) -> Lines:
        """The lines of the text. What is known of them is kept until keys are in other places."""
        if self._lines is None or self._shape != self.text.shape:
            self._shape, self._lines, self._entries = self.text.shape, Lines(self.text), {}
        return self._lines

    def entries(self, part: str) -> dict[str, Entry]:
        """Return the entries of a part by their names, in the order of the file."""
        lines = self.lines
        if part not in self._entries:
            found = self._entries[part] = dict[str, Entry]()
            for entry in _read(lines, part):
                found.setdefault(entry.name, entry)  # of two with one name, the second is a fault
        return self._entries[part]

    @property
    def labels(self) -> dict[str, Entry]:
        """The labels of sections."""
        start, end = self.lines.parts.get("sections", (0, 0))
        found = {}
        for number in range(start, end):
            if "label:" in self.text.lines[number]:
                context = self.lines.at(number, len(self.text.lines[number]))
                if context.kind is Kind.VALUE and context.path[-1:] == ("label",) and not context.is_block:
                    name = unquoted(self.text.lines[number][context.start : context.end])
                    found[name] = Entry(name, number, context.start, context.end)
        return found

    def of(self, sort: Sort) -> dict[str, Entry]:
        """Return the entries of what has names of that sort."""
        if sort is Sort.LABEL:
            return self.labels
        return self.entries(next(part for part, each in PARTS.items() if each is sort))

    def titles(self, part: str) -> dict[str, str]:
        """Return the titles of all entries of a part, by their names."""
        key, lines = _TITLES[part], self.text.lines
        entries = list(self.entries(part).values())
        ends = [*(entry.line for entry in entries[1:]), self.lines.parts.get(part, (0, 0))[1]]
        found = {}
        for entry, end in zip(entries, ends, strict=False):
            title = ""
            for number in range(entry.line, end):
                levels = levels_of(lines[number])
                if levels and levels[-1].key == key and number > entry.line:
                    title = self._text_of(number, levels[-1].value)
                    break
            found[entry.name] = title or (self.title(Symbol(PARTS[part], entry.name)))
        return found

    def end_of(self, entry: Entry) -> int:
        """Return the number of the line after the last one of an entry."""
        number = last = entry.line + 1
        while number < len(self.text.lines):
            line = self.text.lines[number]
            if is_content(line):
                if indent_of(line) <= entry.start:
                    break
                last = number + 1
            number += 1
        return last

    def value(self, entry: Entry, key: str) -> str:
        """Return the value of a key below an entry."""
        line = self.text.lines[entry.line]
        if line[self.lines.levels(entry.line)[-1].value :].startswith("{"):
            pair = rf"""[{{,]\s*{key}:\s*("[^"]*"|'[^']*'|[^,}}]*)"""
            found = re.search(pair, line)
            return unquoted(found[1].strip()) if found else ""
        for number in range(entry.line + 1, self.end_of(entry)):
            for level in self.lines.levels(number):
                if level.key == key:
                    return self._text_of(number, level.value)
        return ""

    def _text_of(self, number: int, start: int) -> str:
        """Return the value that begins in a line, with the lines below it if it is a block."""
        line = self.text.lines[number]
        if line[start : start + 1] not in {"|", ">"}:
            return unquoted(line[start : end_of_value(line, start)])
        indent, words = indent_of(line), []
        for below in self.text.lines[number + 1 :]:
            if below.strip() and indent_of(below) <= indent:
                break
            words.append(below.strip())
        return " ".join(filter(None, words))

    def title(self, symbol: Symbol) -> str:
        """Return what says in words what a name is that of."""
        entry = self.of(symbol.sort).get(symbol.name)
        if entry is None:
            return ""
        if symbol.sort is Sort.LABEL:
            return self._title_of_section(entry)
        part = next(part for part, sort in PARTS.items() if sort is symbol.sort)
        if symbol.sort is Sort.ACRONYM:
            level = self.lines.levels(entry.line)[-1]
            if self.text.lines[entry.line][level.value : level.value + 1] not in {"", "#", "{"}:
                return self._text_of(entry.line, level.value)
        return self.value(entry, _TITLES[part])

    def _title_of_section(self, label: Entry) -> str:
        """Return the title beside a label."""
        indent = next(level.start for level in self.lines.levels(label.line) if level.key == "label")
        for step in (-1, 1):
            number = label.line
            while 0 <= number < len(self.text.lines):
                line = self.text.lines[number]
                levels = self.lines.levels(number) if is_content(line) else []
                for level in levels:
                    if level.key == "title" and level.start == indent:
                        return unquoted(line[level.value :].strip())
                if is_content(line) and indent_of(line) < indent and (number != label.line):
                    break
                number += step
        return ""

    # --- What is at a position ---

    def at(self, number: int, column: int) -> tuple[Symbol, Span] | None:
        """Return the name at a position and where it is, or None if there is none."""
        context = self.lines.at(number, column)
        if context.kind is Kind.KEY:
            if len(context.path) == 1 and (sort := PARTS.get(context.path[0])) and context.key:
                return Symbol(sort, context.key), Span.in_line(number, context.start, context.end)
            return None
        if context.kind is Kind.NOTHING:
            return None
        for symbol, span in self.in_value(context, number):
            if span.start.column <= column <= span.end.column:
                return symbol, span
        return None

    def in_value(self, context: Context, number: int) -> Iterator[tuple[Symbol, Span]]:
        """Yield the names in the value, or the line of a text, that `context` is about."""
        line = self.text.line(number)
        name = context.path[-1] if context.path else ""
        written = line[context.start : context.end]
        whole, span = unquoted(written), Span.in_line(number, context.start, context.end)
        if name == "label" and not context.is_block:
            yield Symbol(Sort.LABEL, whole), span
            return
        if name in _CODES and not context.is_block:
            if whole in self.entries("milestones") or name in {"predecessors", "aka"}:
                yield Symbol(Sort.MILESTONE, whole), _without_quotes(span, written)
                return
            if name in _LABELS:
                for sort in (Sort.LABEL, Sort.REFERENCE, Sort.FIGURE, Sort.ACRONYM):
                    if whole in self.of(sort):
                        yield Symbol(sort, whole), _without_quotes(span, written)
                        return
        if name == "unexpanded":
            return
        yield from self._in_text(context, number)

    def _in_text(self, context: Context, number: int) -> Iterator[tuple[Symbol, Span]]:
        """Yield the names in a line of text: in roles, codes as they are, acronyms."""
        line = self.text.line(number)
        begin, end = context.start, context.end
        taken: list[tuple[int, int]] = []
        if is_prose(context):
            for role in _ROLE.finditer(line, begin, end):
                taken.append(role.span())
                for sort in ROLES[role[1]]:
                    if role[2] in self.of(sort) or sort is ROLES[role[1]][-1]:
                        yield Symbol(sort, role[2]), Span.in_line(number, *role.span(2))
                        break
            if figure := _FIGURE.search(line, begin, end):
                taken.append(figure.span())
                yield Symbol(Sort.FIGURE, figure[1]), Span.in_line(number, *figure.span(1))
        codes, acronyms = self.entries("milestones"), self.entries("acronyms")
        for word in _CODE.finditer(line, begin, end):
            if word[0] in codes and is_numbered(word[0]) and not _overlaps(word.span(), taken):
                taken.append(word.span())
                yield Symbol(Sort.MILESTONE, word[0]), Span.in_line(number, *word.span())
        for word in _WORD.finditer(line, begin, end):
            found = word[0] if word[0] in acronyms else word[0].removesuffix("s")
            if found in acronyms and not _overlaps(word.span(), taken) and _stands_alone(line, word.span()):
                yield (
                    Symbol(Sort.ACRONYM, found),
                    Span.in_line(number, word.start(), word.start() + len(found)),
                )

    # --- Where a name is ---

    def definition(self, symbol: Symbol) -> Span | None:
        """Return where a name is defined."""
        entry = self.of(symbol.sort).get(symbol.name)
        if entry is None and symbol.sort is Sort.MILESTONE:
            return next((span for span in self._earlier(symbol.name)), None)
        return entry.span if entry else None

    def _earlier(self, code: str) -> Iterator[Span]:
        """Yield where a code is listed as an earlier one."""
        for number, line in enumerate(self.text.lines):
            if code in line:
                for span, context in self._found(number, code):
                    if context.path[-1:] == ("aka",):
                        yield span

    def uses(self, symbol: Symbol) -> list[Span]:
        """Return where a name is, its definition included, in the order of the file."""
        word = symbol.name
        found: set[Span] = set()
        for number, line in enumerate(self.text.lines):
            if word in line and is_content(line):
                found.update(self._uses_in(symbol, number))
        if symbol.sort is Sort.MILESTONE:
            start, end = self.lines.parts.get("milestones", (0, 0))
            for number in (*range(start), *range(end, len(self.text.lines))):
                if _PATTERN.search(self.text.lines[number]):
                    found.update(self._patterns(word, number))
        return sorted(found)

    def _uses_in(self, symbol: Symbol, number: int) -> Iterator[Span]:
        for span, context in self._found(number, symbol.name):
            if context.kind is Kind.KEY:
                if (
                    len(context.path) == 1
                    and PARTS.get(context.path[0]) is symbol.sort
                    and context.key == symbol.name
                ):
                    yield Span.in_line(number, context.start, context.end)
            elif context.kind is Kind.VALUE:
                for found, where in self.in_value(context, number):
                    if found == symbol and where.start.column <= span.start.column < where.end.column:
                        yield where

    def _found(self, number: int, word: str) -> Iterator[tuple[Span, Context]]:
        """Yield where a word is in a line, and what that is in."""
        line = self.text.line(number)
        start = line.find(word)
        while start >= 0:
            yield Span.in_line(number, start, start + len(word)), self.lines.at(number, start)
            start = line.find(word, start + 1)

    def _patterns(self, code: str, number: int) -> Iterator[Span]:
        """Yield the patterns of codes in a line that choose a milestone."""
        line = self.text.line(number)
        for word in _PATTERN.finditer(line):
            if fnmatchcase(code, word[0]):
                context = self.lines.at(number, word.start())
                if context.kind is Kind.VALUE and "codes" in context.path[-1:] and not context.is_block:
                    yield Span.in_line(number, *word.span())


def _read(lines: Lines, part: str) -> Iterator[Entry]:
    """Yield the entries of a part."""
    start, end = lines.parts.get(part, (0, 0))
    if start == end:
        return
    indent = lines.child_indent(start)
    margin = " " * indent
    for number, line in enumerate(lines.lines[start + 1 : end], start=start + 1):
        if line[indent : indent + 1] not in _BLANK and line.startswith(margin):
            for level in lines.levels(number):
                if level.key is not None:
                    yield Entry(level.key, number, level.start, level.end)


_BLANK = frozenset(["", " ", "#"])
_PATTERN = re.compile(r"""[^\s,\[\]{}"']*[*?][^\s,{}"'\]]*""")
"""A pattern of codes."""
_CODE = re.compile(r"[^\s,;:`\"'()\[\]{}]+(?<![.?!])")


def _without_quotes(span: Span, written: str) -> Span:
    quotes = len(written) > 1 and written[0] == written[-1] and written[0] in "\"'"
    return Span.in_line(span.start.line, span.start.column + quotes, span.end.column - quotes)


def _overlaps(span: tuple[int, int], taken: list[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in taken)


def _stands_alone(line: str, span: tuple[int, int]) -> bool:
    """Return whether a word is no part of a name: `ABC` is in `ABC-1`."""
    before, after = line[max(span[0] - 1, 0) : span[0]], line[span[1] : span[1] + 2]
    return not (before == "-" or (after[:1] in {"-", "_"} and after[1:].isalnum()))


def is_prose(context: Context) -> bool:
    """Return whether a value is reStructuredText."""
    key = key_at(context.path)
    return key is not None and key.is_prose
