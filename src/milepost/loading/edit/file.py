"""A YAML file that is changed in place: where its values are, and the check that nothing else changes."""

from __future__ import annotations

import re
import unicodedata
from codecs import BOM_UTF8
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import yaml

from milepost.base.errors import MilepostError, Problem, quoted
from milepost.loading.nodes import SourceText
from milepost.loading.positions import count_written, written_characters

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from milepost.base.errors import ValuePath

Tree = str | list["Tree"] | dict[str, "Tree"] | None

BREAK = re.compile(r"\r\n|\r|\n")
"""The end of a line."""
_ABSENT = {"", "~", "null", "Null", "NULL"}


@dataclass(slots=True)
class Span:
    """A value from index `start` to before `end`; `parts` of a mapping are keys, each before its value."""

    start: int
    end: int
    kind: str
    style: str = ""
    text: str = ""
    anchor: str | None = None
    in_brackets: bool = False
    parts: list[Span] = field(default_factory=list)
    index: dict[str, Span] | None = None

    def child(self, step: str | int) -> Span | None:
        """Return the value of the key, or the entry with the index, `step`."""
        if self.kind == "mapping":
            if self.index is None:
                names = [unicodedata.normalize("NFC", key.text) for key in self.parts[::2]]
                self.index = dict(zip(reversed(names), reversed(self.parts[1::2]), strict=True))
            return self.index.get(str(step))
        if self.kind == "list" and isinstance(step, int) and step < len(self.parts):
            return self.parts[step]
        return None


class YamlFile:
    """A YAML file that is being changed."""

    def __init__(self, content: bytes, name: str) -> None:
        self._mark = BOM_UTF8 if content.startswith(BOM_UTF8) else b""
        self.text = content.removeprefix(BOM_UTF8).decode()
        self._source = SourceText(self.text, name)
        self.root = parse(self.text)

    @property
    def line_end(self) -> str:
        """The line break of the first line."""
        found = BREAK.search(self.text)
        return found[0] if found else "\n"

    def find(self, path: ValuePath) -> Span:
        """Return the value at `path`.

        Raises:
            MilepostError: it does not exist, or is a repetition of another value.
        """
        node = self.root
        for step in path:
            found = node.child(step)
            if found is None:
                raise self.refusal(node, f"there is no {shown(step)} here", "write it with an editor")
            node = found
        return node

    def changed(self, expected: Tree, attempts: Iterable[tuple[int, int, str]], at: Span, what: str) -> bytes:
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
                found = values(parse(unicodedata.normalize("NFC", text)))  # as the loader reads it
            except (yaml.YAMLError, ValueError, KeyError):
                continue
            if found == expected:
                return self._mark + text.encode()
        raise self.refusal(at, f"{what} cannot be changed here", "change it with an editor")

    def after(self, node: Span) -> tuple[int, str]:
        """Return the index of the line after `node`, and the line break that is missing before it."""
        end = self._content_end(node)
        if self.text[:end].endswith(("\n", "\r")):  # of a text that keeps its empty lines
            return end, ""
        found = BREAK.search(self.text, end)
        return (found.end(), "") if found else (len(self.text), self.line_end)

    def column(self, index: int) -> int:
        """Return the number of characters before `index` in its line."""
        return self._source.place(index).column - 1

    def line_start(self, index: int) -> int:
        """Return the index of the first character of the line of `index`."""
        return index - self.column(index)

    def indent(self, mapping: Span) -> int:
        """Return the column of the keys of `mapping`."""
        return self.column(mapping.parts[0].start) if mapping.parts else 0

    def _content_end(self, node: Span) -> int:
        """Return the index after the last character of `node`, without the blank lines after a text."""
        if node.parts and not node.in_brackets:
            return self._content_end(node.parts[-1])
        if node.style in {"|", ">"} and "+" not in self.text[node.start :].split("\n", 1)[0]:
            return self.block_end(node)
        return node.end

    def block_end(self, node: Span) -> int:
        """Return the index after the last character of a block, before the comments that follow it."""
        written = written_characters(self.text, node.start, node.end, node.style)
        number = count_written(node.text)[-1]
        if number and number <= len(written) and unicodedata.is_normalized("NFC", self.text):
            return written[number - 1][1]
        return node.start + len(self.text[node.start : node.end].rstrip())

    def refusal(self, node: Span, message: str, hint: str) -> MilepostError:
        """Return the error for what cannot be changed at `node`."""
        place = self._source.place(node.start)
        return MilepostError(Problem(rule="edit", place=place, message=message, hint=hint))


def shown(step: str | int) -> str:
    """Return a step of a path for a message."""
    return quoted(step) if isinstance(step, str) else f"entry {step + 1}"


def pair_in_brackets(mapping: Span, node: Span) -> tuple[int, int]:
    """Return from where to where the value `node` of a mapping in brackets is, with its key and a comma."""
    position = next(index for index, part in enumerate(mapping.parts) if part is node)
    key = mapping.parts[position - 1]
    if position + 1 < len(mapping.parts):
        return key.start, mapping.parts[position + 1].start
    return mapping.parts[position - 2].end if position > 1 else key.start, node.end


def parse(text: str) -> Span:
    """Return the root of the YAML document `text`."""
    top = Span(0, 0, "list")
    opened = [top]
    loader = yaml.CSafeLoader(text)
    while (event := loader.get_event()) and not isinstance(event, yaml.StreamEndEvent):
        start, end = (mark.index if mark else 0 for mark in (event.start_mark, event.end_mark))
        if isinstance(event, yaml.ScalarEvent):
            style, value = event.style or "", unicodedata.normalize("NFC", event.value)
            opened[-1].parts.append(Span(start, end, "scalar", style, value, event.anchor))
        elif isinstance(event, yaml.CollectionStartEvent):
            kind = "mapping" if isinstance(event, yaml.MappingStartEvent) else "list"
            node = Span(start, end, kind, anchor=event.anchor, in_brackets=bool(event.flow_style))
            opened[-1].parts.append(node)
            opened.append(node)
        elif isinstance(event, yaml.CollectionEndEvent):
            opened.pop().end = end
        elif isinstance(event, yaml.AliasEvent):
            opened[-1].parts.append(Span(start, end, "alias", anchor=event.anchor))
    (root,) = top.parts
    return root


def values(root: Span) -> Tree:
    """Return the values of a tree, with each alias replaced by what it stands for."""
    anchored: dict[str, Tree] = {}

    def value(node: Span) -> Tree:
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


def with_value(tree: Tree, path: ValuePath, value: Tree) -> Tree:
    """Return `tree` with `value` at `path`, or after what is there."""
    match tree, path:
        case dict(), (str(key), *rest):
            return {**tree, key: with_value(tree.get(key), tuple(rest), value)}
        case list(), (int(index), *rest):
            old = tree[index] if index < len(tree) else None
            return [*tree[:index], with_value(old, tuple(rest), value), *tree[index + 1 :]]
    return value


def with_values(tree: Tree, new: Mapping[ValuePath, Tree]) -> Tree:
    """Return `tree`, with mappings only along the paths, with the values in `new`; None removes a key."""
    if () in new:
        return new[()]
    below: dict[str | int, dict[ValuePath, Tree]] = {}
    for path, value in new.items():
        below.setdefault(path[0], {})[path[1:]] = value
    changed = dict(tree) if isinstance(tree, dict) else {}
    for step, inner in below.items():
        changed[str(step)] = with_values(changed.get(str(step)), inner)
        if inner == {(): None}:
            del changed[str(step)]
    return changed


def without_value(tree: Tree, path: ValuePath) -> Tree:
    """Return `tree` without the key, or the entry of a list, at `path`."""
    match tree, path:
        case dict(), (key,):
            return {name: value for name, value in tree.items() if name != key}
        case list(), (int(index),):
            return [*tree[:index], *tree[index + 1 :]]
        case dict(), (str(key), *rest):
            return {**tree, key: without_value(tree[key], tuple(rest))}
        case list(), (int(index), *rest):
            return [*tree[:index], without_value(tree[index], tuple(rest)), *tree[index + 1 :]]
    return tree


def with_key(tree: Tree, path: ValuePath, new: str) -> Tree:
    """Return `tree` with the key `new` for the entry at `path`, in its place."""
    match tree, path:
        case dict(), (key,):
            return {new if name == key else name: value for name, value in tree.items()}
        case dict(), (str(key), *rest):
            return {**tree, key: with_key(tree[key], tuple(rest), new)}
        case list(), (int(index), *rest):
            return [*tree[:index], with_key(tree[index], tuple(rest), new), *tree[index + 1 :]]
    return tree
