"""YAML text to a tree of nodes with their places.

PyYAML reads the text. Added here: equal keys are refused, aliases and nesting are bounded, and every
scalar stays the text in the file. YAML 1.1, https://yaml.org/spec/1.1/, without tags and merge keys.
"""

from __future__ import annotations

import re
from typing import ClassVar, NamedTuple, NoReturn

import yaml

from milepost.base.errors import MilepostError, Place, Problem, Severity, quoted
from milepost.loading.nodes import Mapping, Node, Scalar, Sequence, SourceText
from milepost.loading.yaml_messages import MAXIMUM_DEPTH, TOO_DEEP, plain_words

MAXIMUM_GROWTH = 4
"""By how much aliases may multiply the size of a file."""
MINIMUM_SIZE = 100_000
"""Smaller files, with each alias replaced by its value, are never refused for their aliases."""

_ATTEMPTS = 20
_MISREAD = {"comment", "yaml_anchor", "yaml_tag"}
"""Faults of text that YAML takes for something else, so that its value is another one."""

# Characters that YAML forbids (YAML 1.1, 5.1 Character Set), and the three line breaks that YAML has and
# editors do not (5.4 Line Break Characters).
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_COMMENT_AS_VALUE = re.compile(r"[ \t]*(#[^\s#][^\n]*)")
# After a plain value: a number sign that rather belongs to the value, as in "Rehearsal #2".
_DOUBTFUL_COMMENT = re.compile(r"[ \t]+(#[^\s#][^\n]*)")
_DASH_IN_TEXT = re.compile(r"[\r\n][ \t]*-[ \t]")
_BLANKS = {" ", "\t"}
_TAG = re.compile(r"(?:&\S+\s+)?(!\S*)")


_Mark = yaml.error.Mark | yaml._yaml.Mark


class Composed(NamedTuple):
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
    builder = readable.compose(thorough=thorough)
    root = builder.root
    if root is None or (isinstance(root, Scalar) and not root.style and not root.text):
        hint = "name another file, or begin it with the line  format: 1"
        empty = Problem(rule="empty", place=Place(source.file), message="the file is empty", hint=hint)
        raise MilepostError(*readable.problems or [empty])
    builder.check_anchors()
    problems = (*builder.problems, *builder.doubts)
    misread = {each.place.line for each in problems if each.place and each.rule in _MISREAD}
    repaired = frozenset(readable.repaired | misread)
    return Composed(root, builder.source, problems, frozenset(builder.lost), repaired, readable.incomplete)


class _Readable:
    """The text of a file, repaired until PyYAML can read it."""

    def __init__(self, source: SourceText) -> None:
        self.text = _FORBIDDEN.sub(" ", source.text)
        self.problems = [_character_problem(source, match) for match in _FORBIDDEN.finditer(source.text)]
        self.repaired = {problem.place.line for problem in self.problems if problem.place}
        self.incomplete = False
        self._source = source
        self._file = source.file

    def compose(self, *, thorough: bool) -> _Builder:
        """Return the tree of what PyYAML can read; report each fault of the syntax and repair it."""
        tried = thorough and self._repair() is not None
        for _ in range(_ATTEMPTS):
            try:
                as_it_is = self.text == self._source.text
                return _Builder(self._source if as_it_is else SourceText(self.text, self._file), self)
            except yaml.MarkedYAMLError as error:
                if error.problem == TOO_DEEP or tried or not self._repair():
                    self._remove(error)
                tried = True
        raise MilepostError(*self.problems)

    def _repair(self) -> bool:
        """Repair what our own reading of the lines finds; return whether it finds anything."""
        from milepost.loading.yaml_lines import repair  # noqa: PLC0415 -- most files need no repair
        from milepost.loading.yaml_values import MOST_FAULTS  # noqa: PLC0415 -- likewise

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


class _Open:
    """A list or mapping whose end is not reached yet; `key` is that of the next value of a mapping."""

    __slots__ = ("anchor", "before", "deepest", "faults", "key", "node")

    def __init__(self, node: Sequence | Mapping, anchor: str | None, before: int, deepest: int) -> None:
        self.node = node
        self.anchor = anchor
        self.before = before  # the size of all nodes before it
        self.deepest = deepest
        self.key: Node | None = None
        self.faults = 0  # up to its last key


class _Builder:
    """Builds nodes from the events of PyYAML, and collects what is wrong with them.

    The nodes that PyYAML would compose take three times as long, and twice the memory.
    """

    def __init__(self, source: SourceText, readable: _Readable) -> None:
        self.problems = list(readable.problems)
        self.doubts: list[Problem] = []
        self.lost: set[str] = set()
        self.source = source
        self._repaired = readable.repaired
        self._anchored: dict[str, _Anchored | None] = {}  # by the name of the anchor; None inside of it
        self._unused: dict[str, Place] = {}  # the places of anchors
        self._size = 0  # of all nodes so far, with each alias replaced by its value
        self._deepest = 0
        self._opened: list[_Open] = []
        self._texts: dict[str, str] = {}  # codes and keys are in a file many times, in memory once
        self.root = self._read()

    def _read(self) -> Node | None:
        """Return the root, or None if there is none.

        Raises:
            yaml.MarkedYAMLError: the text is not YAML.
        """
        root: Node | None = None
        loader = _Loader(self.source.text)
        try:
            while not isinstance(event := loader.get_event(), yaml.StreamEndEvent):
                if isinstance(event, yaml.ScalarEvent):
                    node: Node = self._scalar(event)
                elif isinstance(event, yaml.CollectionStartEvent):
                    self._open(event)
                    continue
                elif isinstance(event, yaml.CollectionEndEvent):
                    node = self._close()
                elif isinstance(event, yaml.AliasEvent):
                    node = self._repeat(event)
                elif isinstance(event, yaml.DocumentStartEvent) and root is not None:
                    self._refuse()
                else:
                    continue
                if self._opened:
                    self._add(self._opened[-1], node)
                else:
                    root = node
        finally:
            loader.dispose()
        return root

    def check_anchors(self) -> None:
        """Report the anchors of values that are not repeated: their authors probably meant text."""
        for name, place in self._unused.items():
            message = f"&{name} marks a value to repeat, and nothing repeats it"
            self._complain(place, "yaml_anchor", message, f"put the value in quotes, or remove &{name}")

    def _refuse(self) -> NoReturn:
        """Raise the error of PyYAML about anchors, aliases or a second document, which events do not have."""
        yaml.compose(self.source.text, Loader=_Loader)
        raise AssertionError("PyYAML accepts it")

    def _add(self, parent: _Open, node: Node) -> None:
        """Add `node` to a list, or to a mapping as a key or a value."""
        into = parent.node
        if isinstance(into, Sequence):
            into.items.append(node)
        elif parent.key is None:
            parent.key, parent.faults = node, len(self.problems)
        else:
            key, parent.key = parent.key, None
            self._pair(into, key, node)
            if len(self.problems) > parent.faults and isinstance(key, Scalar) and isinstance(node, Scalar):
                self.lost.add(key.text)

    def _open(self, event: yaml.CollectionStartEvent) -> None:
        start, depth = _start(event), len(self._opened) + 1
        before, deepest = self._size, self._deepest
        if event.anchor or event.tag:
            self._mark(event, start)
            self._deepest = depth - 1
        self._size += 1
        self._deepest = max(self._deepest, depth)
        if depth > MAXIMUM_DEPTH:
            self._too_deep(self.source.place(start))
        kind = Mapping if isinstance(event, yaml.MappingStartEvent) else Sequence
        self._opened.append(_Open(kind(self.source, start), event.anchor, before, deepest))

    def _close(self) -> Node:
        """Return the list or mapping that ends here."""
        done = self._opened.pop()
        if done.anchor:
            levels = self._deepest - len(self._opened)
            self._anchored[done.anchor] = _Anchored(done.node, self._size - done.before, levels)
        self._deepest = max(self._deepest, done.deepest)
        return done.node

    def _mark(self, event: yaml.NodeEvent, start: int) -> None:
        """Take note of the anchor of a node; report its tag."""
        place = self.source.place(start)
        if tag := _TAG.match(self.source.text, start):
            message = f"{quoted(tag[1])} is a YAML tag, which has no meaning here"
            self._complain(place, "yaml_tag", message, "put text that starts with ! in quotes")
        if event.anchor:
            if event.anchor in self._anchored:
                self._refuse()
            self._anchored[event.anchor] = None
            self._unused[event.anchor] = place

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        start, last, style = _start(event), event.end_mark, event.style or ""
        end = last.index if last else start
        if event.anchor or event.tag:
            self._mark(event, start)
        text = self._texts.setdefault(event.value, event.value)
        self._size += len(text) + 1
        scalar = Scalar(self.source, start, end, text, style)
        if event.anchor:
            self._anchored[event.anchor] = _Anchored(scalar, len(text) + 1, 0)
        if style:
            return scalar
        whole = self.source.text
        if not text:
            if comment := _COMMENT_AS_VALUE.match(whole, start):
                hint = "put the value in quotes, or a space after the #"
                place = self.source.place(comment.start(1))
                self._complain(place, "comment", "a value cannot begin with #", hint)
            return scalar
        if whole[end : end + 1] in _BLANKS and (comment := _DOUBTFUL_COMMENT.match(whole, end)):
            message = f"{quoted(comment[1].rstrip())} is taken for a comment and left out"
            hint = "put the whole value in quotes, or a space after the #"
            self._doubt(comment.start(1), "comment", message, hint)
        if text != whole[start:end]:  # perhaps it has several lines
            for dash in _DASH_IN_TEXT.finditer(whole, start, end):
                hint = "begin the dash in the column of its list, or put the text in quotes"
                self._doubt(dash.end() - 2, "dash", "this line continues the text above", hint)
        return scalar

    def _doubt(self, index: int, rule: str, message: str, hint: str) -> None:
        place, severity = self.source.place(index), Severity.WARNING
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
        elif key.text in parent.entries:
            first, _ = parent.entries[key.text]
            message = f"the key {quoted(key.text)} is already in line {first.place.line}"
            self._complain(key.place, "duplicate", message, "join the two, or rename one")
        else:
            parent.entries[key.text] = (key, value)
            return
        self.lost.add(key.text)

    def _repeat(self, event: yaml.AliasEvent) -> Node:
        """Return the node that an alias stands for."""
        name, place = event.anchor, self.source.place(_start(event))
        if name not in self._anchored:
            self._refuse()
        anchored = self._anchored[name]
        if anchored is None:
            self._stop(place, "alias", f"*{name} contains itself", "write the values out")
        self._unused.pop(name, None)
        self._size += anchored.size
        if self._size > max(MINIMUM_SIZE, MAXIMUM_GROWTH * len(self.source.text)):
            self._stop(place, "alias", f"*{name} multiplies the size of the file", "write the values out")
        depth = len(self._opened) + anchored.levels
        self._deepest = max(self._deepest, depth)
        if depth > MAXIMUM_DEPTH:
            self._too_deep(place)
        return anchored.node

    def _complain(self, place: Place, rule: str, message: str, hint: str) -> None:
        if place.line not in self._repaired:  # otherwise it may be a consequence
            self.problems.append(Problem(rule=rule, place=place, message=message, hint=hint))

    def _too_deep(self, place: Place) -> NoReturn:
        _, message, hint = plain_words(TOO_DEEP)
        self._stop(place, "nesting", message, hint)

    def _stop(self, place: Place, rule: str, message: str, hint: str) -> NoReturn:
        """Raise all problems so far, unless the syntax has a fault further down, which has to come first."""
        yaml.compose(self.source.text, Loader=_Loader)
        self._complain(place, rule, message, hint)
        raise MilepostError(*self.problems)


def _start(event: yaml.Event) -> int:
    return event.start_mark.index if event.start_mark else 0


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
