"""YAML text to a tree of nodes that know their place.

The tree is built from the events of libyaml (through PyYAML) rather than by its composer: so duplicate keys
are seen, aliases and nesting are bounded before they cost anything, and every scalar stays the text that
stands in the file. YAML 1.1, https://yaml.org/spec/1.1/, without tags and merge keys.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import NoReturn

import yaml

from milepost.base.errors import MilepostError, Place, Problem, Severity, quoted
from milepost.loading.yaml_messages import plain_words

_TOO_DEEP = "maximum nesting depth"
MAXIMUM_DEPTH = 32
"""Nesting beyond this, aliases included, is taken for an attack or an accident; a document nests ten deep."""
MAXIMUM_GROWTH = 4
"""By how much aliases may multiply the nodes of a file."""
MINIMUM_NODES = 10_000
"""Files below this many nodes after expansion are never refused for their aliases."""

# What may not stand in a YAML file at all (YAML 1.1, 5.1 Character Set), and the three ends of lines that
# YAML knows and editors do not (5.4 Line Break Characters).
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Behind a plain value: a number sign that rather belongs to the value, as in "Rehearsal #2".
_DOUBTFUL_COMMENT = re.compile(r"[ \t]+(#[^\s#][^\n]*)")


class SourceText:
    """The text of a file and the places in it.

    A line ends with a line feed, a carriage return or both, as in editors.
    """

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self._starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]

    def place(self, index: int) -> Place:
        """Return the place of the character at `index`."""
        line = bisect_right(self._starts, index)
        return Place(self.file, line, index - self._starts[line - 1] + 1)


@dataclass(slots=True)
class Scalar:
    """Text, as its writer means it; in the source it reaches from index `start` to before `end`.

    `style` is None for plain, else one of `'`, `"`, `|`, `>`.
    """

    place: Place
    text: str
    style: str | None
    start: int
    end: int

    @property
    def is_absent(self) -> bool:
        """Whether nothing at all stands here, as after `key:` with nothing behind it."""
        return self.style is None and not self.text


@dataclass(slots=True)
class Sequence:
    """A list of nodes."""

    place: Place
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Mapping:
    """Pairs of key and value in the order of the file; `index` has the position of each key in `pairs`."""

    place: Place
    pairs: list[tuple[Scalar, Node]] = field(default_factory=list)
    index: dict[str, int] = field(default_factory=dict)


Node = Scalar | Sequence | Mapping
_NodeEvent = yaml.ScalarEvent | yaml.SequenceStartEvent | yaml.MappingStartEvent


@dataclass(frozen=True, slots=True)
class Composed:
    """A tree with the faults and doubts that still allowed one; `lost` are the keys whose values it lacks."""

    root: Node
    problems: tuple[Problem, ...]
    lost: frozenset[str]


def compose(source: SourceText) -> Composed:
    """Return the tree of the YAML document in `source`.

    Raises:
        MilepostError: for faults after which nothing else can be said: syntax, control characters, emptiness,
            several documents, nesting too deep, aliases that multiply.
    """
    unprintable = [_character_problem(source, match) for match in _FORBIDDEN.finditer(source.text)]
    if unprintable:
        raise MilepostError(*unprintable)
    composer = _Composer(source)
    try:
        for event in yaml.parse(source.text, Loader=yaml.CSafeLoader):
            composer.take(event)
    except yaml.MarkedYAMLError as error:
        if _TOO_DEEP in (error.problem or ""):
            # Newer versions of libyaml look ahead, and stop before they tell of what nests too deep for us.
            # Without what they stumble over, they tell.
            compose(SourceText(source.text[: _index(error.problem_mark)], source.file))
        raise MilepostError(*composer.problems, _syntax_problem(error, source)) from None
    root = composer.root
    if root is None or (isinstance(root, Scalar) and root.is_absent):
        hint = "name another file, or begin it with the line  format: 1"
        message = "there is nothing in this file"
        raise MilepostError(Problem(rule="empty", place=Place(source.file), message=message, hint=hint))
    return Composed(root, (*composer.problems, *composer.doubts), frozenset(composer.lost))


@dataclass(slots=True)
class _Open:
    """A list or mapping that has not ended yet.

    Attributes:
        node: it itself.
        anchor: its name for aliases.
        nodes_before: how many nodes there were before it, aliases counted in full.
        height: how deep what has been added to it nests.
        key: in a mapping, the key that waits for its value.
    """

    node: Sequence | Mapping
    anchor: str | None
    nodes_before: int
    height: int = 0
    key: Scalar | None = None


@dataclass(frozen=True, slots=True)
class _Anchored:
    """What an alias stands for; `size` and `height` are None inside of the node itself."""

    node: Node
    size: int | None = None
    height: int = 0


class _Composer:
    """Builds the tree from events, one after the other."""

    def __init__(self, source: SourceText) -> None:
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self.doubts: list[Problem] = []
        self.lost: set[str] = set()
        self._source = source
        self._open: list[_Open] = []
        self._anchors: dict[str, _Anchored] = {}
        self._written = self._expanded = 0
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        """Add what `event` says to the tree."""
        match event:
            case yaml.ScalarEvent():
                self._scalar(event)
            case yaml.SequenceStartEvent():
                self._enter(Sequence(self._place(event)), event)
            case yaml.MappingStartEvent():
                self._enter(Mapping(self._place(event)), event)
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                self._leave()
            case yaml.AliasEvent():
                self._alias(event)
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    message = "a second document starts here"
                    self._stop(
                        event, "documents", message, "keep one document in a file; remove the line ---"
                    )

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        start, end = _index(event.start_mark), _index(event.end_mark)
        node = Scalar(self._place(event), event.value, event.style or None, start, end)
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchored(node, 1)
        self._attach(node, event)
        comment = (
            _DOUBTFUL_COMMENT.match(self._source.text, end) if node.style is None and node.text else None
        )
        if comment:
            self.doubts.append(
                Problem(
                    rule="comment",
                    place=self._source.place(comment.start(1)),
                    message=f"{quoted(comment[1].rstrip())} is taken for a comment and left out",
                    hint="put the whole value in quotes, or a space after the #",
                    severity=Severity.WARNING,
                )
            )

    def _enter(
        self, node: Sequence | Mapping, event: yaml.SequenceStartEvent | yaml.MappingStartEvent
    ) -> None:
        before = self._written + self._expanded
        self._attach(node, event)
        self._open.append(_Open(node, event.anchor, before))
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchored(node)
        if len(self._open) > MAXIMUM_DEPTH:
            self._stop_nesting(event)

    def _leave(self) -> None:
        closed = self._open.pop()
        height = closed.height + 1
        if self._open:
            self._open[-1].height = max(self._open[-1].height, height)
        if closed.anchor is not None:
            size = self._written + self._expanded - closed.nodes_before
            self._anchors[closed.anchor] = _Anchored(closed.node, size, height)

    def _alias(self, event: yaml.AliasEvent) -> None:
        name = event.anchor or ""
        anchored = self._anchors.get(name)
        if anchored is None:
            message = f"*{name} repeats a value that is marked nowhere above with &{name}"
            self._stop(event, "alias", message, "put text that starts with * in quotes")
        if anchored.size is None:
            self._stop(event, "alias", f"*{name} contains itself", "write the values out")
        self._expanded += anchored.size
        if self._written + self._expanded > max(MINIMUM_NODES, MAXIMUM_GROWTH * self._written):
            self._stop(event, "alias", f"*{name} multiplies the size of the file", "write the values out")
        if len(self._open) + anchored.height > MAXIMUM_DEPTH:
            self._stop_nesting(event)
        if self._open:
            self._open[-1].height = max(self._open[-1].height, anchored.height)
        self._attach(anchored.node, event)

    def _attach(self, node: Node, event: _NodeEvent | yaml.AliasEvent) -> None:
        """Add `node` as the root, as an item, as a key or as the value of the key before it."""
        if not isinstance(event, yaml.AliasEvent):
            self._written += 1
            if event.tag is not None:
                message = f"{quoted(event.tag)} is a YAML tag, which has no meaning here"
                self._complain(self._place(event), "tag", message, "put text that starts with ! in quotes")
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if isinstance(parent.node, Sequence):
            parent.node.items.append(node)
        elif parent.key is not None:
            self._pair(parent.node, parent.key, node)
            parent.key = None
        elif isinstance(node, Scalar):
            parent.key = node
        else:
            message = "a list or mapping cannot be the key of a value"
            self._stop(event, "key", message, "put text that starts with [ or { in quotes")

    def _pair(self, parent: Mapping, key: Scalar, value: Node) -> None:
        if key.is_absent:
            self._complain(key.place, "key", "there is no key before this colon", "write one")
        elif key.text == "<<" and key.style is None:
            message = "values cannot be merged in with <<"
            self._complain(key.place, "merge", message, "write them out")
        elif key.text in parent.index:
            first = parent.pairs[parent.index[key.text]][0]
            message = f"{quoted(key.text)} stands here a second time; the first is in line {first.place.line}"
            self._complain(key.place, "duplicate", message, "join the two, or rename one")
        else:
            parent.index[key.text] = len(parent.pairs)
            parent.pairs.append((key, value))
            return
        self.lost.add(key.text)

    def _place(self, event: yaml.Event) -> Place:
        return self._source.place(_index(event.start_mark))

    def _complain(self, place: Place, rule: str, message: str, hint: str) -> None:
        self.problems.append(Problem(rule=rule, place=place, message=message, hint=hint))

    def _stop(self, event: yaml.Event, rule: str, message: str, hint: str) -> NoReturn:
        self._complain(self._place(event), rule, message, hint)
        raise MilepostError(*self.problems)

    def _stop_nesting(self, event: yaml.Event) -> NoReturn:
        message = f"lists and mappings are nested more than {MAXIMUM_DEPTH} deep"
        self._stop(event, "nesting", message, "no document needs this; look for stray brackets or dashes")


def _index(mark: yaml.error.Mark | yaml._yaml.Mark | None) -> int:
    """Return the index of the character at `mark`; libyaml gives every event one."""
    return mark.index if mark is not None else 0


def _syntax_problem(error: yaml.MarkedYAMLError, source: SourceText) -> Problem:
    at_context, message, hint = plain_words(error.problem or "", error.context or "")
    mark = error.context_mark if at_context else error.problem_mark
    # Where libyaml stops at the end of the file, that is behind the last line: point at its last character.
    index = min(_index(mark or error.problem_mark), len(source.text.rstrip("\r\n")))
    return Problem(rule="syntax", place=source.place(index), message=message, hint=hint)


def _character_problem(source: SourceText, match: re.Match[str]) -> Problem:
    return Problem(
        rule="character",
        place=source.place(match.start()),
        message=f"the invisible character U+{ord(match[0]):04X} stands here",
        hint="remove it, with the characters beside it if need be",
    )
