"""Change a YAML file in place: set one value or add one entry; every other byte stays as it is.

The file is not written from values, which would lose comments, quotes and order. Instead, the places of the
values are taken from the events of the parser, the new text is put there, and the result is read again: it
must be the old document but for the change.
"""

from __future__ import annotations

import re
import unicodedata
from codecs import BOM_UTF8
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

import yaml

from milepost.base.errors import MilepostError, Problem, quoted
from milepost.loading.yaml_tree import SourceText

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from milepost.base.errors import ValuePath

Tree = str | list["Tree"] | dict[str, "Tree"] | None

_ABSENT = {"", "~", "null", "Null", "NULL"}
_BREAK = re.compile(r"\r\n|\r|\n")
_LAST_DASH = re.compile(r"-(?:[ \t\r\n]|#[^\r\n]*)*\Z")
# What must be escaped between double quotes (YAML 1.1, 5.1 and 5.7).
_ESCAPED = re.compile(
    '["\\\\]|[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]'
)
_ESCAPED_OR_NOT_ASCII = re.compile('["\\\\]|[^\x20-\x7e]')


@dataclass(slots=True)
class _Span:
    """A value from index `start` to before `end`; `parts` of a mapping are keys, each before its value."""

    start: int
    end: int
    kind: str
    style: str = ""
    text: str = ""
    anchor: str | None = None
    in_brackets: bool = False
    parts: list[_Span] = field(default_factory=list)

    def child(self, step: str | int) -> _Span | None:
        """Return the value of the key, or the entry with the index, `step`."""
        if self.kind == "mapping":
            names = [unicodedata.normalize("NFC", key.text) for key in self.parts[::2]]
            return self.parts[2 * names.index(step) + 1] if step in names else None
        if self.kind == "list" and isinstance(step, int) and step < len(self.parts):
            return self.parts[step]
        return None


class _File:
    """A YAML file that is being changed."""

    def __init__(self, content: bytes, name: str) -> None:
        self._mark = BOM_UTF8 if content.startswith(BOM_UTF8) else b""
        self.text = content.removeprefix(BOM_UTF8).decode()
        self._name = name
        self.root = _parse(self.text)

    @property
    def line_end(self) -> str:
        """The line break of the first line."""
        found = _BREAK.search(self.text)
        return found[0] if found else "\n"

    def find(self, path: ValuePath) -> _Span:
        """Return the value at `path`.

        Raises:
            MilepostError: it does not exist, or is a repetition of another value.
        """
        node = self.root
        for step in path:
            found = node.child(step)
            if found is None:
                raise self.refusal(node, f"there is no {_shown(step)} here", "write it with an editor")
            node = found
        return node

    def changed(
        self, expected: Tree, attempts: Iterable[tuple[int, int, str]], at: _Span, what: str
    ) -> bytes:
        """Return the content with the first of `attempts` after which the document is `expected`.

        Args:
            expected: the values of the changed document.
            attempts: each a text and the indices between which it is put.
            at: the value that is changed, for the error.
            what: what is changed, for the error.

        Raises:
            MilepostError: there is none.
        """
        for start, end, new in attempts:
            text = f"{self.text[:start]}{new}{self.text[end:]}"
            try:
                found = _values(_parse(unicodedata.normalize("NFC", text)))  # as the loader reads it
            except (yaml.YAMLError, ValueError, KeyError):
                continue
            if found == expected:
                return self._mark + text.encode()
        raise self.refusal(at, f"{what} cannot be changed here", "change it with an editor")

    def after(self, node: _Span) -> tuple[int, str]:
        """Return the index of the line after `node`, and the line break that is missing before it."""
        end = self._content_end(node)
        if self.text[:end].endswith(("\n", "\r")):  # of a text that keeps its empty lines
            return end, ""
        found = _BREAK.search(self.text, end)
        return (found.end(), "") if found else (len(self.text), self.line_end)

    def column(self, index: int) -> int:
        """Return the number of characters before `index` in its line."""
        return SourceText(self.text, "").place(index).column - 1

    def _content_end(self, node: _Span) -> int:
        """Return the index after the last character of `node`, without the blank lines after a text."""
        if node.parts and not node.in_brackets:
            return self._content_end(node.parts[-1])
        if node.style in {"|", ">"} and "+" not in self.text[node.start :].split("\n", 1)[0]:
            return node.start + len(self.text[node.start : node.end].rstrip())
        return node.end

    def refusal(self, node: _Span, message: str, hint: str) -> MilepostError:
        place = SourceText(self.text, self._name).place(node.start)
        return MilepostError(Problem(rule="edit", place=place, message=message, hint=hint))


def set_scalar(content: bytes, file: str, path: ValuePath, value: str) -> bytes:
    """Return `content` with `value` at `path`.

    A value in quotes keeps its kind of quotes if it can; another one gets quotes only if it needs them. A key
    that is missing is added at the end of its mapping.

    Args:
        content: the bytes of a file that `milepost.loading.load.loads` accepts.
        file: its name, for the place of an error.
        path: where the value is.
        value: the text as it will be read.

    Raises:
        MilepostError: a list or mapping is there, an alias repeats the value, or there is no place for it.
    """
    edited = _File(content, file)
    value = unicodedata.normalize("NFC", value)
    parent = edited.find(path[:-1])
    node = parent.child(path[-1])
    expected = _with(_values(edited.root), path, value)
    what = _shown(path[-1])
    if node is None and parent.kind == "mapping":
        return edited.changed(expected, [_added(edited, parent, str(path[-1]), value)], parent, what)
    if node is None or node.kind in {"mapping", "list"}:
        raise edited.refusal(node or parent, f"{what} is not a single value", "change it with an editor")
    if node.anchor and node.kind != "alias":
        message = f"{what} is used in other places by *{node.anchor}"
        raise edited.refusal(node, message, "write the value out in each of them")
    end = node.end
    if node.style in {"|", ">"}:
        end = node.start + len(edited.text[node.start : node.end].rstrip())
    space = " " if node.start == node.end and edited.text[node.start - 1] in ":-" else ""
    attempts = ((node.start, end, f"{space}{text}") for text in _written(value, node.style))
    return edited.changed(expected, attempts, node, what)


def append_entry(
    content: bytes, file: str, path: ValuePath, entry: Mapping[str, str], *, as_comment: bool = False
) -> bytes:
    """Return `content` with `entry` at the end of the list at `path`, which has entries.

    Args:
        content: as in `set_scalar`.
        file: as in `set_scalar`.
        path: where the list is.
        entry: the keys and values of the new entry; what is empty is absent.
        as_comment: write it as lines of a comment, ready to be filled in; the document stays the same.

    Raises:
        MilepostError: there is no list with entries, or no place for the entry.
    """
    edited = _File(content, file)
    node = edited.find(path)
    what = _shown(path[-1])
    if node.kind != "list" or not node.parts:
        raise edited.refusal(node, f"{what} is not a list with entries", "add the entry with an editor")
    entry = {key: unicodedata.normalize("NFC", value) for key, value in entry.items()}
    expected = _values(edited.root)
    if not as_comment:
        expected = _with(
            expected, (*path, len(node.parts)), {key: value or None for key, value in entry.items()}
        )
    return edited.changed(expected, [_appended(edited, node, entry, as_comment=as_comment)], node, what)


def has_proposal(content: bytes, file: str, path: ValuePath) -> bool:
    """Return whether an entry that `append_entry` has written as a comment is below the list at `path`."""
    edited = _File(content, file)
    start, _ = edited.after(edited.find(path))
    lines = _BREAK.split(edited.text[start:])
    comments = [line.strip() for line in lines]
    until = next((index for index, line in enumerate(comments) if line and line[0] != "#"), len(comments))
    return any(re.match(r"# - \w+:", line) for line in comments[:until])


def _added(edited: _File, parent: _Span, key: str, value: str) -> tuple[int, int, str]:
    """Return how to add a key to a mapping: a text, and the indices between which it is put."""
    pair = _pair(key, value, in_brackets=parent.in_brackets)
    if parent.in_brackets:
        end = parent.parts[-1].end if parent.parts else parent.start + 1
        return end, end, f", {pair}" if parent.parts else pair
    index, line_end = edited.after(parent)
    indent = " " * edited.column(parent.parts[0].start)
    return index, index, f"{line_end}{indent}{pair}{'' if line_end else edited.line_end}"


def _appended(
    edited: _File, node: _Span, entry: Mapping[str, str], *, as_comment: bool
) -> tuple[int, int, str]:
    """Return how to add an entry to a list: a text, and the indices between which it is put."""
    in_brackets = node.in_brackets and not as_comment
    pairs = [_pair(key, value or None, in_brackets=in_brackets) for key, value in entry.items()]
    if in_brackets:
        end = node.parts[-1].end
        return end, end, f", {{{', '.join(pairs)}}}"
    index, line_end = edited.after(node)
    first, last = node.parts[0], node.parts[-1]
    dash = None if node.in_brackets else _LAST_DASH.search(edited.text, 0, first.start)
    column = edited.column(dash.start()) if dash else 0
    index = _below_comments(edited.text, index, column)
    above = edited.text[edited.after(node.parts[-2])[0] : last.start] if len(node.parts) > 1 else ""
    blank = edited.line_end if _BREAK.match(above.lstrip(" \t")) else ""
    sign = "# " if as_comment else ""
    lines = [f"{' ' * column}{sign}{'  ' if number else '- '}{pair}" for number, pair in enumerate(pairs)]
    return (
        index,
        index,
        f"{line_end}{blank}{edited.line_end.join(lines)}{'' if line_end else edited.line_end}",
    )


def _pair(key: str, value: str | None, *, in_brackets: bool) -> str:
    """Return a key and its value with as few quotes as they need."""
    for name, text in product(_written(key), [""] if value is None else _written(value)):
        pair = f"{name}: {text}" if text else f"{name}:"
        with suppress(yaml.YAMLError, ValueError, KeyError):
            if _values(_parse(f"{{{pair}}}" if in_brackets else pair)) == {key: value}:
                return pair
    raise AssertionError(
        f"{quoted(key)} and its value cannot be written in YAML"
    )  # double quotes can write any text


def _below_comments(text: str, index: int, column: int) -> int:
    """Return the index of the first line from `index` that is not a comment further in than `column`."""
    comment = re.compile(rf"[ \t]{{{column + 1},}}#[^\r\n]*(?:\r\n|\r|\n)")
    while found := comment.match(text, index):
        index = found.end()
    return index


def _written(value: str, style: str = "") -> Iterator[str]:
    """Yield the ways to write `value`; reading them shows which are allowed."""
    single = "'" + value.replace("'", "''") + "'"
    double = '"' + _ESCAPED.sub(_escape, value) + '"'
    if not unicodedata.is_normalized("NFC", double):  # a mark would join the last digit of an escape
        double = '"' + _ESCAPED_OR_NOT_ASCII.sub(_escape, value) + '"'
    kept = {"'": single, '"': double}.get(style, value)
    needs_escapes = not set(_ESCAPED.findall(value)) <= {'"', "\\"}  # tabs, ends of lines, what is invisible
    yield from [double] if needs_escapes else dict.fromkeys((kept, value, single, double))


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    if character in '"\\':
        return f"\\{character}"
    code = ord(character)
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def _shown(step: str | int) -> str:
    return quoted(step) if isinstance(step, str) else f"entry {step + 1}"


def _parse(text: str) -> _Span:
    """Return the root of the YAML document `text`."""
    top = _Span(0, 0, "list")
    opened = [top]
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        start, end = (mark.index if mark else 0 for mark in (event.start_mark, event.end_mark))
        match event:
            case yaml.AliasEvent():
                opened[-1].parts.append(_Span(start, end, "alias", anchor=event.anchor))
            case yaml.ScalarEvent():
                style, value = event.style or "", unicodedata.normalize("NFC", event.value)
                opened[-1].parts.append(_Span(start, end, "scalar", style, value, event.anchor))
            case yaml.CollectionStartEvent():
                kind = "mapping" if isinstance(event, yaml.MappingStartEvent) else "list"
                node = _Span(start, end, kind, anchor=event.anchor, in_brackets=bool(event.flow_style))
                opened[-1].parts.append(node)
                opened.append(node)
            case yaml.CollectionEndEvent():
                opened.pop().end = end
    (root,) = top.parts
    return root


def _values(root: _Span) -> Tree:
    """Return the values of a tree, with each alias replaced by what it stands for."""
    anchored: dict[str, Tree] = {}

    def value(node: _Span) -> Tree:
        found: Tree
        if node.kind == "alias":
            return anchored[node.anchor or ""]
        if node.kind == "scalar":
            found = None if not node.style and node.text in _ABSENT else node.text
        elif node.kind == "list":
            found = [value(part) for part in node.parts]
        else:
            found = {
                key.text: value(each) for key, each in zip(node.parts[::2], node.parts[1::2], strict=True)
            }
        if node.anchor:
            anchored[node.anchor] = found
        return found

    return value(root)


def _with(tree: Tree, path: ValuePath, value: Tree) -> Tree:
    """Return `tree` with `value` at `path`, or after what is there."""
    match tree, path:
        case dict(), (str(key), *rest):
            return {**tree, key: _with(tree.get(key), tuple(rest), value)}
        case list(), (int(index), *rest):
            old = tree[index] if index < len(tree) else None
            return [*tree[:index], _with(old, tuple(rest), value), *tree[index + 1 :]]
    return value
