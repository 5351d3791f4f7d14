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
from milepost.loading.yaml_lines import repair
from milepost.loading.yaml_messages import MAXIMUM_DEPTH, TOO_DEEP, plain_words
from milepost.loading.yaml_values import MOST_FAULTS

MAXIMUM_GROWTH = 4
"""By how much aliases may multiply the size of a file."""
MINIMUM_SIZE = 100_000
"""Smaller files, with each alias replaced by its value, are never refused for their aliases."""

_ATTEMPTS = 20
_MISREAD = {"comment", "yaml_anchor", "yaml_tag"}
"""Faults of text that YAML takes for something else, so that its value is another one."""

# Characters that YAML forbids (YAML 1.1, 5.1 Character Set), and the three line breaks that YAML has and
# editors do not (5.4 Line Break Characters).
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_COMMENT_AS_VALUE = re.compile(r"[ \t]*(#[^\s#][^\n]*)")
# After a plain value: a number sign that rather belongs to the value, as in "Rehearsal #2".
_DOUBTFUL_COMMENT = re.compile(r"[ \t]+(#[^\s#][^\n]*)")
_DASH_IN_TEXT = re.compile(r"[\r\n][ \t]*-[ \t]")
_ANCHOR = re.compile(r"(?:!\S*\s+)?&([^\s,\[\]{}]+)")
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

    def index(self, place: Place) -> int:
        """Return the index of the character at `place`."""
        return self._starts[place.line - 1] + place.column - 1

    def without_line(self, line: int) -> str:
        """Return the text with nothing in the line, which is counted from 1."""
        start = self._starts[line - 1]
        end = re.compile(r"[^\r\n]*").match(self.text, start)
        return self.text[:start] + self.text[end.end() if end else start :]


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
        """Whether there is no value: nothing after the colon, or what programs write for nothing."""
        return not self.style and self.text in {"", "~", "null", "Null", "NULL"}


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
    """A tree with its faults and warnings.

    Attributes:
        root: the tree.
        source: the text that it was read from, faults in the syntax repaired.
        problems: all faults and warnings.
        lost: the keys whose values are missing.
        repaired: the lines that were repaired, counted from 1: other problems there may be consequences.
        incomplete: whether something was removed to read the rest.
    """

    root: Node
    source: SourceText
    problems: tuple[Problem, ...]
    lost: frozenset[str] = frozenset()
    repaired: frozenset[int] = frozenset()
    incomplete: bool = False


class _Loader(yaml.CSafeLoader):
    """PyYAML without types: every scalar is text."""

    yaml_implicit_resolvers: ClassVar = {}  # type: ignore[misc]


def compose(source: SourceText, *, thorough: bool = False) -> Composed:
    """Return the tree of the YAML document in `source`, as far as it can be read.

    Args:
        source: the text.
        thorough: find lines in a wrong column even if PyYAML can read the text.

    Raises:
        MilepostError: for faults after which nothing else can be said: emptiness, nesting too deep, aliases
            that multiply, too many faults in the syntax.
    """
    readable = _Readable(source)
    node = readable.compose(thorough=thorough)
    source = SourceText(readable.text, source.file)
    if node is None or (isinstance(node, yaml.ScalarNode) and not node.style and not node.value):
        hint = "name another file, or begin it with the line  format: 1"
        empty = Problem(rule="empty", place=Place(source.file), message="the file is empty", hint=hint)
        raise MilepostError(*readable.problems or [empty])
    builder = _Builder(source, readable)
    root = builder.build(node)
    builder.check_anchors()
    problems = (*builder.problems, *builder.doubts)
    misread = {each.place.line for each in problems if each.place and each.rule in _MISREAD}
    repaired = frozenset(readable.repaired | misread)
    return Composed(root, source, problems, frozenset(builder.lost), repaired, readable.incomplete)


class _Readable:
    """The text of a file, repaired until PyYAML can read it."""

    def __init__(self, source: SourceText) -> None:
        self.text = _FORBIDDEN.sub(" ", source.text)
        self.problems = [_character_problem(source, match) for match in _FORBIDDEN.finditer(source.text)]
        self.repaired = {problem.place.line for problem in self.problems if problem.place}
        self.incomplete = False
        self._file = source.file

    def compose(self, *, thorough: bool) -> yaml.Node | None:
        """Return what PyYAML reads; report each fault of the syntax and repair it."""
        tried = thorough and self._repair() is not None
        for _ in range(_ATTEMPTS):
            try:
                return yaml.compose(self.text, Loader=_Loader)
            except yaml.MarkedYAMLError as error:
                if error.problem == TOO_DEEP or tried or not self._repair():
                    self._remove(error)
                tried = True
        raise MilepostError(*self.problems)

    def _repair(self) -> bool:
        """Repair what our own reading of the lines finds; return whether it finds anything."""
        repaired = repair(self.text)
        self.text = repaired.text
        self.incomplete |= repaired.lost
        self.problems += [
            Problem(
                rule="syntax", place=Place(self._file, *fault[:2]), message=fault.message, hint=fault.hint
            )
            for fault in repaired.faults
        ]
        self.repaired |= repaired.changed
        if len(repaired.faults) >= MOST_FAULTS:
            raise MilepostError(*self.problems)
        return bool(repaired.faults)

    def _remove(self, error: yaml.MarkedYAMLError) -> None:
        """Remove the line where PyYAML stops, and report its error if the line has none yet."""
        source = SourceText(self.text, self._file)
        problem = _syntax_problem(error, source)
        line = problem.place.line if problem.place else 0
        if line not in self.repaired:
            self.problems.append(problem)
        if error.problem == TOO_DEEP:
            raise MilepostError(*self.problems)
        self.text = source.without_line(line)
        self.repaired.add(line)
        self.incomplete = True


class _Anchored(NamedTuple):
    """What an alias repeats: a node, its size with each alias replaced, and how many levels it nests."""

    node: Node
    size: int
    levels: int


class _Builder:
    """Builds our nodes from those of PyYAML, and collects what is wrong with them."""

    def __init__(self, source: SourceText, readable: _Readable) -> None:
        self.problems = list(readable.problems)
        self._repaired = readable.repaired
        self.doubts: list[Problem] = []
        self.lost: set[str] = set()
        self._source = source
        self._anchored: dict[int, _Anchored | None] = {}  # by the id of PyYAML's node; None inside of it
        self._unused: dict[int, tuple[Place, str]] = {}  # places and names of anchors, by the same id
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
            self._complain(place, "yaml_tag", message, "put text that starts with ! in quotes")
        self._anchored[id(node)] = None
        size, deepest, self._deepest = self._size, self._deepest, depth - 1
        ours = self._node(node, place, depth)
        self._anchored[id(node)] = _Anchored(ours, self._size - size, self._deepest - depth + 1)
        if anchor := _ANCHOR.match(self._source.text, start):
            self._unused[id(node)] = place, anchor[1]
        self._deepest = max(deepest, self._deepest)
        return ours

    def check_anchors(self) -> None:
        """Report the anchors of values that are not repeated: their authors probably meant text."""
        for place, name in self._unused.values():
            message, hint = (
                f"&{name} marks a value to repeat, and nothing repeats it",
                "put the value in quotes",
            )
            self._complain(place, "yaml_anchor", message, f"{hint}, or remove &{name}")

    def _node(self, node: yaml.Node, place: Place, depth: int) -> Node:
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, place)
        self._size += 1
        self._nest(place, depth)
        if isinstance(node, yaml.SequenceNode):
            return Sequence(place, [self.build(item, depth + 1) for item in node.value])
        mapping = Mapping(place)
        for key, value in node.value:
            ours, faults = self.build(key, depth + 1), len(self.problems)
            self._pair(mapping, ours, self.build(value, depth + 1))
            if (
                len(self.problems) > faults
                and isinstance(ours, Scalar)
                and isinstance(value, yaml.ScalarNode)
            ):
                self.lost.add(ours.text)
        return mapping

    def _nest(self, place: Place, depth: int) -> None:
        self._deepest = max(self._deepest, depth)
        if depth > MAXIMUM_DEPTH:
            _, message, hint = plain_words(TOO_DEEP)
            self._stop(place, "nesting", message, hint)

    def _scalar(self, node: yaml.ScalarNode, place: Place) -> Scalar:
        start, self._read = self._read, node.end_mark.index
        self._size += len(node.value) + 1
        scalar = Scalar(place, node.value, node.style or "", start, self._read)
        empty = not scalar.text and not scalar.style
        if empty and (comment := _COMMENT_AS_VALUE.match(self._source.text, start)):
            hint = "put the value in quotes, or a space after the #"
            place = self._source.place(comment.start(1))
            self._complain(place, "comment", "a value cannot begin with #", hint)
        if scalar.text and not scalar.style:
            if comment := _DOUBTFUL_COMMENT.match(self._source.text, self._read):
                message = f"{quoted(comment[1].rstrip())} is taken for a comment and left out"
                hint = "put the whole value in quotes, or a space after the #"
                self._doubt(comment.start(1), "comment", message, hint)
            for dash in _DASH_IN_TEXT.finditer(self._source.text, start, self._read):
                hint = "begin the dash in the column of its list, or put the text in quotes"
                self._doubt(dash.end() - 2, "dash", "this line continues the text above", hint)
        return scalar

    def _doubt(self, index: int, rule: str, message: str, hint: str) -> None:
        place, severity = self._source.place(index), Severity.WARNING
        self.doubts.append(Problem(rule=rule, place=place, message=message, hint=hint, severity=severity))

    def _pair(self, parent: Mapping, key: Node, value: Node) -> None:
        if not isinstance(key, Scalar):
            message = "a list or mapping cannot be the key of a value"
            self._complain(key.place, "key", message, "put text that starts with [ or { in quotes")
            self.lost.add("<<")
            return
        if not key.text and not key.style:
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
        self._unused.pop(id(node), None)
        self._size += anchored.size
        if self._size > max(MINIMUM_SIZE, MAXIMUM_GROWTH * len(text)):
            self._stop(place, "alias", f"*{name} multiplies the size of the file", "write the values out")
        self._nest(place, depth - 1 + anchored.levels)
        return anchored.node

    def _complain(self, place: Place, rule: str, message: str, hint: str) -> None:
        if place.line not in self._repaired:  # otherwise it may be a consequence
            self.problems.append(Problem(rule=rule, place=place, message=message, hint=hint))

    def _stop(self, place: Place, rule: str, message: str, hint: str) -> NoReturn:
        self._complain(place, rule, message, hint)
        raise MilepostError(*self.problems)


def _syntax_problem(error: yaml.MarkedYAMLError, source: SourceText) -> Problem:
    problem, context = error.problem or "", error.context or ""
    at_context, _, _ = plain_words(problem, context)
    mark: _Mark | None = error.context_mark if at_context else error.problem_mark
    if problem == TOO_DEEP:
        mark = _where_too_deep(source.text[: mark.index if mark else 0])
    # Where libyaml stops at the end of the file, that is after the last line: point at its last character.
    index = min(mark.index if mark else 0, len(source.text.rstrip("\r\n")))
    _, message, hint = plain_words(problem, context, source.text[index:])
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
