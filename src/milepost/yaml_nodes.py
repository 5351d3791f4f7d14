"""YAML text to a tree of nodes that know their place.

The tree is built from libyaml's events rather than by its composer: so duplicate keys are seen, aliases and
nesting are bounded before they cost anything, and every scalar stays the text that stands in the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import yaml

from milepost.errors import MilepostError, Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

MAXIMUM_DEPTH = 32
"""Nesting beyond this is taken for an attack or an accident; a document nests about ten deep."""
MAXIMUM_GROWTH = 4
"""By how much aliases may multiply the nodes of a file."""
MINIMUM_NODES = 10_000
"""Files below this many nodes after expansion are never refused for their aliases."""

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Scalar:
    """Text; `style` is None for plain, else one of `'`, `"`, `|`, `>`."""

    place: Place
    text: str
    style: str | None


@dataclass(slots=True)
class Sequence:
    """A list of nodes."""

    place: Place
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Mapping:
    """Pairs of key and value in the order of the file; keys are unique once composed."""

    place: Place
    pairs: list[tuple[Scalar, Node]] = field(default_factory=list)


Node = Scalar | Sequence | Mapping


def compose(text: str, file: str) -> tuple[Node, list[Problem]]:
    """Return the root node of the YAML document `text` and the faults that do not prevent a tree.

    Args:
        text: the content of the file.
        file: its name, for places.

    Raises:
        MilepostError: for faults after which nothing else can be said: syntax, emptiness, several
            documents, nesting too deep, aliases that multiply.
    """
    composer = _Composer(file)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            composer.take(event)
    except yaml.MarkedYAMLError as error:
        raise MilepostError(_syntax_problem(error, file)) from None
    except yaml.reader.ReaderError as error:
        raise MilepostError(_reader_problem(error, text, file)) from None
    if composer.root is None or composer.root == Scalar(composer.root.place, "", None):
        raise MilepostError(
            Problem(
                rule="empty", place=Place(file), message="the file is empty", hint="write a document in it"
            )
        )
    return composer.root, composer.problems


def _place(file: str, mark: yaml.Mark) -> Place:
    return Place(file, mark.line + 1, mark.column + 1)


class _Composer:
    """Builds the tree from events, one after the other."""

    def __init__(self, file: str) -> None:
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self._file = file
        self._open: list[Sequence | Mapping] = []
        self._keys: list[Scalar | None] = []
        self._anchors: dict[str, Node] = {}
        self._sizes: dict[int, int] = {}
        self._nodes = self._expanded = 0
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        """Add what `event` says to the tree."""
        match event:
            case yaml.ScalarEvent():
                style = None if event.style in {None, ""} else event.style
                self._add(Scalar(_place(self._file, event.start_mark), event.value, style), event)
            case yaml.SequenceStartEvent():
                self._enter(Sequence(_place(self._file, event.start_mark)), event)
            case yaml.MappingStartEvent():
                self._enter(Mapping(_place(self._file, event.start_mark)), event)
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                closed = self._open.pop()
                self._keys.pop()
                self._sizes[id(closed)] = 1 + sum(self._size(child) for child in _children(closed))
            case yaml.AliasEvent():
                self._alias(event)
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    self._stop(event, "documents", "a second document starts here", "remove the line ---")

    def _enter(self, node: Sequence | Mapping, event: yaml.Event) -> None:
        self._add(node, event)
        self._open.append(node)
        self._keys.append(None)
        if len(self._open) > MAXIMUM_DEPTH:
            message = f"lists and mappings are nested more than {MAXIMUM_DEPTH} deep"
            self._stop(event, "nesting", message, "no document needs this; look for stray brackets")

    def _alias(self, event: yaml.Event) -> None:
        node = self._anchors.get(event.anchor)
        if node is None:
            self._stop(event, "alias", f"there is no anchor &{event.anchor}", "define it before its use")
        elif any(node is parent for parent in self._open):
            self._stop(event, "alias", f"*{event.anchor} contains itself", "write the values out")
        else:
            self._expanded += self._size(node)
            if self._nodes + self._expanded > max(MINIMUM_NODES, MAXIMUM_GROWTH * self._nodes):
                self._stop(event, "alias", f"*{event.anchor} multiplies the file", "write the values out")
            self._attach(node, event)

    def _add(self, node: Node, event: yaml.Event) -> None:
        self._nodes += 1
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        self._attach(node, event)

    def _attach(self, node: Node, event: yaml.Event) -> None:
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
        elif self._keys[-1] is None:
            if not isinstance(node, Scalar):
                self._stop(event, "key", "a list or mapping cannot be a key", "quote text that has brackets")
            self._keys[-1] = node
        else:
            key, self._keys[-1] = self._keys[-1], None
            self._pair(parent, key, node)

    def _pair(self, parent: Mapping, key: Scalar, value: Node) -> None:
        first = next((known for known, _ in parent.pairs if known.text == key.text), None)
        if first is None:
            parent.pairs.append((key, value))
            return
        message = f"{key.text!r} stands here a second time; the first is in line {first.place.line}"
        self.problems.append(
            Problem(rule="duplicate", place=key.place, message=message, hint="join the two or rename one")
        )

    def _size(self, node: Node) -> int:
        return self._sizes.get(id(node), 1)

    def _stop(self, event: yaml.Event, rule: str, message: str, hint: str) -> None:
        place = _place(self._file, event.start_mark)
        raise MilepostError(*self.problems, Problem(rule=rule, place=place, message=message, hint=hint))


def _children(node: Sequence | Mapping) -> Iterator[Node]:
    if isinstance(node, Sequence):
        yield from node.items
    else:
        for key, value in node.pairs:
            yield key
            yield value


def _syntax_problem(error: yaml.MarkedYAMLError, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    what = error.problem or str(error)
    hints = {
        "found character that cannot start any token": "quote the value, or indent with spaces, not tabs",
        "mapping values are not allowed in this context": 'quote a value that contains ": "',
        "did not find expected key": "look at the indentation and at quotes in the lines above",
        "could not find expected ':'": "write key: value, or quote the text",
    }
    if "anchor" in what or "alias" in what:
        hint = "quote a value that starts with & or *"
    else:
        hint = hints.get(what, "look at the indentation and at quotes")
    context = f" {error.context}" if error.context else ""
    return Problem(
        rule="syntax",
        place=_place(file, mark) if mark else Place(file),
        message=f"not YAML: {what}{context}",
        hint=hint,
    )


def _reader_problem(error: yaml.reader.ReaderError, text: str, file: str) -> Problem:
    before = text[: error.position] if isinstance(error.position, int) else ""
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    code = error.character if isinstance(error.character, int) else ord(error.character)
    return Problem(
        rule="character",
        place=Place(file, line, column),
        message=f"not YAML: the control character U+{code:04X} is not allowed",
        hint="remove it",
    )
