"""A YAML file that is changed in place: where its values are, and the check that nothing else changes."""

from __future__ import annotations

import re
import unicodedata
from codecs import BOM_UTF8
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import yaml

from milepost.base.errors import MilepostError, Problem, quoted
from milepost.loading.nodes import SourceText
from milepost.loading.positions import count_written, written_characters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from milepost.base.errors import ValuePath

Tree = str | list["Tree"] | dict[str, "Tree"] | None
Edit = tuple[int, int, str]
"""From where, to before where, and the new text."""

BREAK = re.compile(r"\r\n|\r|\n")
"""The end of a line."""
_ABSENT = {"", "~", "null", "Null", "NULL"}
_COMMA = re.compile(r"(?:[ \t\r\n]|#[^\r\n]*)*,")
_REST_OF_LINE = re.compile(r"[ \t]*,?[ \t]*(?:\r\n|\r|\n)")


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
            content = self.edited(start, end, new)
            try:
                text = content.decode("utf-8-sig")
                found = values(parse(unicodedata.normalize("NFC", text)))  # as the loader reads it
            except (yaml.YAMLError, ValueError, KeyError):
                continue
            if found == expected:
                return content
        raise self.refusal(at, f"{what} cannot be changed here", "change it with an editor")

    def edited(self, start: int, end: int, new: str) -> bytes:
        """Return the content with `new` between two indices."""
        return self._mark + f"{self.text[:start]}{new}{self.text[end:]}".encode()

    def after(self, node: Span, column: int | None = None) -> tuple[int, str]:
        """Return the index of the line after `node`, and the line break that is missing before it.

        With a `column`, it is below the comments that are further in: they are about what is in `node`.
        """
        end = self._content_end(node)
        if not self.text[:end].endswith(("\n", "\r")):  # otherwise a text that keeps its empty lines
            found = BREAK.search(self.text, end)
            end = found.end() if found else len(self.text)
        if column is not None:
            comment = re.compile(rf"[ \t]{{{column + 1},}}#[^\r\n]*(?:\r\n|\r|\n|\Z)")
            while found := comment.match(self.text, end):
                end = found.end()
        is_whole = end < len(self.text) or self.text.endswith(("\n", "\r"))
        return end, "" if is_whole else self.line_end

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
        if node.style in {"|", ">"} and "+" not in BREAK.split(self.text[node.start :], maxsplit=1)[0]:
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


def without_pair(edited: YamlFile, mapping: Span, node: Span) -> list[Edit]:
    """Return how to remove the value `node` of a mapping in brackets, with its key."""
    position = next(index for index, part in enumerate(mapping.parts) if part is node) // 2
    return list(without_parts(edited, mapping, position, position + 1))


def without_parts(edited: YamlFile, node: Span, low: int, high: int) -> Iterator[Edit]:
    """Yield how to remove entries of a list or mapping in brackets; comments outside of them stay."""
    each = 2 if node.kind == "mapping" else 1
    ends = [*zip(node.parts[::each], node.parts[each - 1 :: each], strict=True)]
    text, (start, end) = edited.text, (ends[low][0].start, ends[high - 1][1].end)
    if high < len(ends):
        end = ends[high][0].start
    elif low:
        start = ends[low - 1][1].end
    spans = [(0, start), *((first.start, last.end) for first, last in ends[low:high]), (end, end)]
    is_pair = node.kind == "mapping"  # a list can get others in place of what is removed
    is_all = is_pair and (low, high) == (0, len(ends))
    if not is_all and not any("#" in text[one[1] : other[0]] for one, other in pairwise(spans)):
        yield start, end, ""
        return
    for first, last in ends[low:high]:
        line, rest = edited.line_start(first.start), _REST_OF_LINE.match(text, last.end)
        if is_pair and rest and not text[line : first.start].strip():
            yield line, rest.end(), ""
            continue
        yield first.start, last.end, ""
        if comma := _COMMA.match(text, last.end):
            yield comma.end() - 1, comma.end(), ""


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
            found = {}
            for key, each in zip(node.parts[::2], node.parts[1::2], strict=True):
                if key.anchor:
                    anchored[key.anchor] = key.text
                found[key.text] = value(each)
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
