"""YAML text to a tree of nodes with their places.

PyYAML composes the nodes. Added here: equal keys are refused, aliases and nesting are bounded, and every
scalar stays the text in the file. YAML 1.1, https://yaml.org/spec/1.1/, without tags and merge keys.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple, NoReturn

import yaml

from milepost.base.errors import MilepostError, Place, Problem, Severity, quoted
from milepost.loading.yaml_messages import MAXIMUM_DEPTH, TOO_DEEP, plain_words

MAXIMUM_GROWTH = 4
"""By how much aliases may multiply the size of a file."""
MINIMUM_SIZE = 100_000
"""Smaller files, with each alias replaced by its value, are never refused for their aliases."""

# Characters that YAML forbids (YAML 1.1, 5.1 Character Set), and the three line breaks that YAML has and
# editors do not (5.4 Line Break Characters).
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# After a plain value: a number sign that rather belongs to the value, as in "Rehearsal #2".
_DOUBTFUL_COMMENT = re.compile(r"[ \t]+(#[^\s#][^\n]*)")
_ANCHOR = re.compile(r"(?:!\S*\s+)?&([^\s,\[\]{}]+)")
_WORD = re.compile(r"[^\s,\[\]{}]+")
_TAG = re.compile(r"(?:&\S+\s+)?(!\S*)")


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

    `style` is empty for plain, else one of `'`, `"`, `|`, `>`.
    """

    place: Place
    text: str
    style: str
    start: int
    end: int

    @property
    def is_absent(self) -> bool:
        """Whether there is nothing at all, as after `key:` with nothing after it."""
        return not self.style and not self.text


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
_Mark = yaml.error.Mark | yaml._yaml.Mark


@dataclass(frozen=True, slots=True)
class Composed:
    """A tree with its faults and warnings; `lost` are the keys whose values are missing."""

    root: Node
    problems: tuple[Problem, ...]
    lost: frozenset[str]


class _Loader(yaml.CSafeLoader):
    """PyYAML without types: every scalar is text."""

    yaml_implicit_resolvers: ClassVar = {}  # type: ignore[misc]


def compose(source: SourceText) -> Composed:
    """Return the tree of the YAML document in `source`.

    Raises:
        MilepostError: for faults after which nothing else can be said: syntax, control characters, emptiness,
            several documents, nesting too deep, aliases that multiply.
    """
    unprintable = [_character_problem(source, match) for match in _FORBIDDEN.finditer(source.text)]
    if unprintable:
        raise MilepostError(*unprintable)
    try:
        node = yaml.compose(source.text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        raise MilepostError(_syntax_problem(error, source)) from None
    if node is None or _is_absent(node):
        hint = "name another file, or begin it with the line  format: 1"
        raise MilepostError(
            Problem(rule="empty", place=Place(source.file), message="the file is empty", hint=hint)
        )
    builder = _Builder(source)
    root = builder.build(node)
    return Composed(root, (*builder.problems, *builder.doubts), frozenset(builder.lost))


def _is_absent(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and not node.style and not node.value


class _Anchored(NamedTuple):
    """What an alias repeats: a node, its size with each alias replaced, and how many levels it nests."""

    node: Node
    size: int
    levels: int


class _Builder:
    """Builds our nodes from those of PyYAML, and collects what is wrong with them."""

    def __init__(self, source: SourceText) -> None:
        self.problems: list[Problem] = []
        self.doubts: list[Problem] = []
        self.lost: set[str] = set()
        self._source = source
        self._anchored: dict[int, _Anchored | None] = {}  # by the id of PyYAML's node; None inside of it
        self._read = 0  # the index in the source up to which nodes are built
        self._size = 0  # of all nodes so far, with each alias replaced by its value
        self._deepest = 0

    def build(self, node: yaml.Node, depth: int = 1) -> Node:
        """Return `node` as ours; `depth` is its depth in the tree, counted from 1."""
        if id(node) in self._anchored:
            return self._repeat(node, depth)
        start = self._read = node.start_mark.index
        place = self._source.place(start)
        if self._source.text[start : start + 1] not in {"&", "!"}:
            return self._node(node, place, depth)
        if tag := _TAG.match(self._source.text, start):
            message = f"{quoted(tag[1])} is a YAML tag, which has no meaning here"
            self._complain(place, "tag", message, "put text that starts with ! in quotes")
        self._anchored[id(node)] = None
        size, deepest, self._deepest = self._size, self._deepest, depth - 1
        ours = self._node(node, place, depth)
        self._anchored[id(node)] = _Anchored(ours, self._size - size, self._deepest - depth + 1)
        self._deepest = max(deepest, self._deepest)
        return ours

    def _node(self, node: yaml.Node, place: Place, depth: int) -> Node:
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, place)
        self._size += 1
        self._nest(place, depth)
        if isinstance(node, yaml.SequenceNode):
            return Sequence(place, [self.build(item, depth + 1) for item in node.value])
        mapping = Mapping(place)
        for key, value in node.value:
            self._pair(mapping, self.build(key, depth + 1), self.build(value, depth + 1))
        return mapping

    def _nest(self, place: Place, depth: int) -> None:
        self._deepest = max(self._deepest, depth)
        if depth > MAXIMUM_DEPTH:
            _, message, hint = plain_words(TOO_DEEP, "")
            self._stop(place, "nesting", message, hint)

    def _scalar(self, node: yaml.ScalarNode, place: Place) -> Scalar:
        start, self._read = self._read, node.end_mark.index
        self._size += len(node.value) + 1
        scalar = Scalar(place, node.value, node.style or "", start, self._read)
        comment = _DOUBTFUL_COMMENT.match(self._source.text, self._read)
        if comment and scalar.text and not scalar.style:
            self.doubts.append(
                Problem(
                    rule="comment",
                    place=self._source.place(comment.start(1)),
                    message=f"{quoted(comment[1].rstrip())} is taken for a comment and left out",
                    hint="put the whole value in quotes, or a space after the #",
                    severity=Severity.WARNING,
                )
            )
        return scalar

    def _pair(self, parent: Mapping, key: Node, value: Node) -> None:
        if not isinstance(key, Scalar):
            message = "a list or mapping cannot be the key of a value"
            self._complain(key.place, "key", message, "put text that starts with [ or { in quotes")
            self.lost.add("<<")
            return
        if key.is_absent:
            self._complain(key.place, "key", "there is no key before this colon", "write one")
        elif key.text == "<<" and not key.style:
            self._complain(key.place, "merge", "values cannot be merged in with <<", "write them out")
        elif key.text in parent.index:
            first = parent.pairs[parent.index[key.text]][0]
            message = f"the key {quoted(key.text)} is already in line {first.place.line}"
            self._complain(key.place, "duplicate", message, "join the two, or rename one")
        else:
            parent.index[key.text] = len(parent.pairs)
            parent.pairs.append((key, value))
            return
        self.lost.add(key.text)

    def _repeat(self, node: yaml.Node, depth: int) -> Node:
        """Return the node that an alias stands for."""
        text = self._source.text
        anchor = _ANCHOR.match(text, node.start_mark.index)
        name = anchor[1] if anchor else ""
        alias = re.compile(rf"\*{re.escape(name)}(?![^\s,\[\]{{}}])").search(text, self._read)
        start, self._read = alias.span() if alias else (self._read, self._read)
        place = self._source.place(start)
        anchored = self._anchored[id(node)]
        if anchored is None:
            self._stop(place, "alias", f"*{name} contains itself", "write the values out")
        self._size += anchored.size
        if self._size > max(MINIMUM_SIZE, MAXIMUM_GROWTH * len(text)):
            self._stop(place, "alias", f"*{name} multiplies the size of the file", "write the values out")
        self._nest(place, depth - 1 + anchored.levels)
        return anchored.node

    def _complain(self, place: Place, rule: str, message: str, hint: str) -> None:
        self.problems.append(Problem(rule=rule, place=place, message=message, hint=hint))

    def _stop(self, place: Place, rule: str, message: str, hint: str) -> NoReturn:
        self._complain(place, rule, message, hint)
        raise MilepostError(*self.problems)


def _syntax_problem(error: yaml.MarkedYAMLError, source: SourceText) -> Problem:
    at_context, message, hint = plain_words(error.problem or "", error.context or "")
    mark: _Mark | None = error.context_mark if at_context else error.problem_mark
    if error.problem == TOO_DEEP:
        mark = _where_too_deep(source.text[: mark.index if mark else 0])
    # Where libyaml stops at the end of the file, that is after the last line: point at its last character.
    index = min(mark.index if mark else 0, len(source.text.rstrip("\r\n")))
    word = _WORD.match(source.text, index)
    message = message.replace("{word}", word[0] if word else "")
    return Problem(rule="syntax", place=source.place(index), message=message, hint=hint)


def _where_too_deep(text: str) -> _Mark | None:
    """Return where the list or mapping begins that nests too deep; libyaml stops far behind it."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAXIMUM_DEPTH:
            return event.start_mark
    return None


def _character_problem(source: SourceText, match: re.Match[str]) -> Problem:
    return Problem(
        rule="character",
        place=source.place(match.start()),
        message=f"the invisible character U+{ord(match[0]):04X} is here",
        hint="remove it, and the characters next to it if they belong to it",
    )
