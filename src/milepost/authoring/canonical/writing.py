"""Write a tree as YAML, in the canonical form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.authoring.canonical.prose import in_one_line as prose_in_one_line
from milepost.authoring.canonical.prose import refilled
from milepost.authoring.canonical.scalars import in_one_line, words_in
from milepost.authoring.canonical.shape import TextKind, shape_below
from milepost.authoring.canonical.tree import Collection, Entry, Repeated, Text
from milepost.loading.edit.texts import WIDTH, folded, needs_no_escapes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from milepost.authoring.canonical.shape import Shape
    from milepost.authoring.canonical.tree import Value

_STEP = 2


class Writer:
    """Writes entries as lines."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def document(self, root: Entry, shape: Shape) -> str:
        """Return the text of a whole document."""
        self._entries(root, shape, 0)
        return "\n".join(self.lines) + "\n"

    def _entries(self, owner: Entry, shape: Shape, column: int) -> None:
        apart = column == 0 or (isinstance(owner.value, Collection) and owner.value.apart)
        for number, entry in enumerate(owner.entries):
            if entry.groups or (number and apart):
                self._empty_line()
            for lines in entry.groups:
                self._comment(lines, column)
                self._empty_line()
            self._comment(entry.above, column)
            self._entry(entry, shape_below(shape, entry), column)
        self._foot(owner, column)

    def _foot(self, owner: Entry, column: int) -> None:
        for foot in owner.foot:
            if foot.apart or column == 0:
                self._empty_line()
            self._comment(foot.lines, column)

    def _empty_line(self) -> None:
        if self.lines and self.lines[-1]:
            self.lines.append("")

    def _comment(self, lines: Sequence[str], column: int) -> None:
        self.lines += [f"{' ' * column}{line}" for line in lines]

    def _entry(self, entry: Entry, shape: Shape, column: int) -> None:
        """Write an entry, after the comments above it."""
        head = "-" if entry.key is None else f"{in_one_line(entry.key, as_key=True)}:"
        name = f"&{entry.key_anchor} " if entry.key_anchor else ""
        head = f"{' ' * column}{name}{head}"
        value = entry.value
        if value.anchor:
            head += f" {'*' if isinstance(value, Repeated) else '&'}{value.anchor}"
        beside = f"  {entry.beside}" if entry.beside else ""
        if isinstance(value, Collection) and value.entries:
            self._collection(entry, shape, head, beside, column)
            return
        rest: list[str] = []
        if isinstance(value, Collection):
            head += " []" if value.is_list else " {}"
        elif isinstance(value, Text) and not value.is_absent:
            start, *rest = _text(value.text, shape.kind, head, column)
            head += f" {start}"
        self.lines += [f"{head}{beside}", *rest]
        if entry.foot:
            self._foot(entry, column + _STEP)

    def _collection(self, entry: Entry, shape: Shape, head: str, beside: str, column: int) -> None:
        if not entry.has_comments and (text := _in_brackets(entry.value, shape)):
            line = f"{head} {text}"
            if len(line) <= WIDTH:
                self.lines.append(f"{line}{beside}")
                return
        begin = len(self.lines)
        if entry.key is not None or entry.value.anchor:
            self.lines.append(f"{head}{beside}")
            self._entries(entry, shape, column + _STEP)
            return
        self._entries(entry, shape, column + _STEP)
        first = self.lines[begin]
        self.lines[begin] = f"{head} {first[column + _STEP :]}"


def _text(text: str, kind: TextKind, head: str, column: int) -> list[str]:
    """Return a text as it is written after a key or dash: its first line, and those below."""
    indent = column + _STEP
    if kind is TextKind.PROSE and text.strip():
        prose = refilled(text, WIDTH - indent)
        if needs_no_escapes(prose.replace("\n", "")):
            sign = f"|{_STEP}" if prose.startswith(" ") else "|"
            return [sign, *_lines(prose, indent)]
        return [in_one_line(text)]
    words = _words(text, kind)
    line = in_one_line(words)
    if "\n" in words and needs_no_escapes(words.replace("\n", "")):
        return ["|-", *_lines(words.rstrip(), indent)]
    if len(head) + 1 + len(line) <= WIDTH or " " not in words or not needs_no_escapes(words):
        return [line]
    return [">-", *folded(words, indent)]


def _lines(text: str, indent: int) -> list[str]:
    return [f"{' ' * indent}{line.rstrip()}" if line.strip() else "" for line in text.split("\n")]


def _in_brackets(value: Value, shape: Shape) -> str:
    """Return a value as it is in brackets, or nothing if it cannot be there or was not in the file."""
    if isinstance(value, Repeated) or value.anchor:
        return ""
    if isinstance(value, Text):
        if value.is_absent or (shape.kind is TextKind.PROSE and "\n" in value.text.strip()):
            return ""
        return in_one_line(_words(value.text, shape.kind), in_brackets=True)
    if not value.in_brackets:
        return ""
    texts = []
    for each in value.entries:
        text = _in_brackets(each.value, shape_below(shape, each))
        if not text or each.key_anchor:
            return ""
        texts.append(text if each.key is None else f"{_key(each.key)}: {text}")
    joined = ", ".join(texts)
    return f"[{joined}]" if value.is_list else f"{{{joined}}}"


def _key(key: str) -> str:
    return in_one_line(key, as_key=True, in_brackets=True)


def _words(text: str, kind: TextKind) -> str:
    """Return a text in one line, if it is the same text there."""
    return prose_in_one_line(text) if kind is TextKind.LINE else " ".join(words_in(text))
