"""Take over a YAML of overrides: codes, each with facts that differ from the schedule on purpose.

Facts that an import of the schedule would change are marked as the document's own (`own`), so that it leaves
them. Others are set, and what no document has is left out and named.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import ValidationError

from milepost.base.errors import MilepostError, Place, Problem, Severity, quoted
from milepost.base.suggest import Vocabulary
from milepost.document.model import Milestone, Own
from milepost.document.schedule import current_codes
from milepost.loading.edit import NewValue, set_lists, set_values
from milepost.loading.load import Loaded, decode, loads
from milepost.loading.nodes import Mapping, Scalar, Sequence, SourceText
from milepost.loading.yaml_tree import compose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.loading.nodes import Node

_MARKED = tuple(Own.model_fields)
_PLAIN = ("short_name", "test_spec", "jira", "jira_testplan")
_LONGER, _REPLACED = ("aka", "tags"), ("predecessors",)
_LISTS = (*_LONGER, *_REPLACED)
"""Lists to which entries are added, and lists that are replaced."""
_DESCRIPTION, _COMMENT = "description", "comment"
_KEYS = Vocabulary((*_MARKED, *_PLAIN, *_LISTS, _DESCRIPTION, _COMMENT))
_AROUND = ("details", "milestones", "overrides")
"""The keys below which some files have their codes."""
_NO_OVERRIDES = (
    (
        "version https://git-lfs.github.com/spec/",
        "this is a pointer of Git LFS, not the file itself",
        "run git lfs pull",
    ),
    ("<", "this is a web page or XML, not YAML", "get the file itself"),
    ("", "the file is empty", "name another one"),
)
"""How files begin that are something else, what they are, and what to do."""
_LONGEST_REASON = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """What a file says of a milestone.

    Attributes:
        code: of the milestone, as in the file.
        place: of the code.
        texts: the values by their keys, in one line each.
        lists: the entries of lists by their keys.
        comment: why it differs; empty if the file does not say it.
    """

    code: str
    place: Place
    texts: dict[str, str]
    lists: dict[str, tuple[str, ...]]
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """A file of overrides.

    Attributes:
        file: its name.
        entries: what it says, in its order.
        left_out: how many entries have each key that no document has, by its name.
        warnings: about such keys that are unknown.
    """

    file: str
    entries: tuple[Override, ...]
    left_out: Counter[str]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Takeover:
    """What overrides do to a document.

    Attributes:
        old: the bytes of the document.
        new: the bytes with what the overrides say.
        before, after: the document and what it becomes.
        found: the codes of milestones that the document has, as it calls them.
        unknown: the codes that it has not.
        values: how many values change.
        marks: how many facts become the document's own.
        reasons: how many comments are the reason of one.
    """

    old: bytes
    new: bytes
    before: Loaded
    after: Loaded
    found: tuple[str, ...]
    unknown: tuple[str, ...]
    values: int
    marks: int
    reasons: int


def read_overrides(content: bytes, file: str) -> Overrides:
    """Return what a file of overrides says.

    Args:
        content: the bytes of the file.
        file: its name, for the places of problems.

    Raises:
        MilepostError: with every fault of the file.
    """
    text = decode(content, file)
    for beginning, message, hint in _NO_OVERRIDES:
        if text.startswith(beginning) and (beginning or not text.strip()):
            raise MilepostError(_fault(Place(file), message, hint))
    composed = compose(SourceText(text, file))
    reader = _Reader(file)
    if not composed.incomplete:
        reader.read(composed.root)
    faults = [each for each in (*composed.problems, *reader.problems) if each.severity is Severity.ERROR]
    if faults:
        raise MilepostError(*sorted(faults, key=lambda problem: problem.place or Place(file)))
    return Overrides(
        file=file,
        entries=tuple(reader.entries),
        left_out=reader.left_out,
        warnings=tuple(each for each in reader.problems if each.severity is not Severity.ERROR),
    )


@dataclass(slots=True)
class _Reader:
    """Reads entries, and collects what is wrong with them."""

    file: str
    entries: list[Override] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    _unknown: dict[str, list[Place]] = field(default_factory=dict)

    def read(self, root: Node) -> None:
        """Read all entries."""
        match root:
            case Mapping(pairs=[(Scalar(text=key), Mapping() as below)]) if key in _AROUND:
                root = below
        if not isinstance(root, Mapping):
            message = "codes of milestones belong here, each with what it overrides"
            self._add(root.place, message, "write  CODE:  and below it, indented, name: ...")
            return
        for code, value in root.pairs:
            self._entry(code, value)
        for name, places in self._unknown.items():
            self.left_out[name] = len(places)
            nearest = _KEYS.nearest(name)
            hint = f"it is left out; did you mean {nearest}?" if nearest else "it is left out"
            others = f" ({len(places)} times)" if len(places) > 1 else ""
            message = f"no milestone has a key {quoted(name)}{others}"
            if name in Milestone.model_fields:
                message, hint = f"{quoted(name)} is not taken over{others}", "change it in the document"
            self._add(places[0], message, hint, Severity.WARNING)

    def _entry(self, code: Scalar, value: Node) -> None:
        if isinstance(value, Scalar) and value.is_absent:
            return
        if not isinstance(value, Mapping):
            self._add(value.place, f"{code.text} has no keys with values", "write  key: value  below it")
            return
        texts: dict[str, str] = {}
        lists: dict[str, tuple[str, ...]] = {}
        comment = ""
        for key, node in value.pairs:
            name = key.text
            if isinstance(node, Scalar) and (node.is_absent or not node.text.strip()):
                continue
            if name not in _KEYS:
                self._unknown.setdefault(name, []).append(key.place)
            elif name == _DESCRIPTION:
                self.left_out[name] += 1
            elif name in _LISTS:
                items: list[Node] = node.items if isinstance(node, Sequence) else [node]
                found = self._texts(name, items)
                if found and self._is_right(name, found, node.place):
                    lists[name] = found
            elif found := self._texts(name, [node]):
                if name == _COMMENT:
                    comment = self._reason(found[0], node.place)
                elif self._is_right(name, found[0], node.place):
                    texts[name] = found[0]
        self.entries.append(
            Override(code=code.text, place=code.place, texts=texts, lists=lists, comment=comment)
        )

    def _texts(self, name: str, nodes: list[Node]) -> tuple[str, ...]:
        """Return the texts of single values, each in one line; add a fault for others."""
        found: list[str] = []
        for node in nodes:
            if isinstance(node, Scalar):
                found.append(" ".join(node.text.split()))
            else:
                kind = "a list" if isinstance(node, Sequence) else "a mapping"
                self._add(node.place, f"{name} is {kind}, not text", "write it after the colon")
        return tuple(found) if len(found) == len(nodes) else ()

    def _reason(self, comment: str, place: Place) -> str:
        """Return a comment as a reason, and warn if it is too long to be one."""
        if len(comment) <= _LONGEST_REASON:
            return comment
        message = f"this comment has {len(comment):,} characters; a reason has {_LONGEST_REASON:,} at most"
        self._add(place, message, "its end is left out", Severity.WARNING)
        return f"{comment[: _LONGEST_REASON - 1].rstrip()}…"

    def _is_right(self, name: str, value: str | tuple[str, ...], place: Place) -> bool:
        """Return whether a milestone can have this value; add a fault if not."""
        values = {"code": "X", "name": "X", "due": "tbd", name: value}
        try:
            Milestone.model_validate(values)
        except ValidationError as error:
            context = error.errors(include_url=False)[0].get("ctx", {})
            message = context.get("message", f"{quoted(str(value))} is not possible here")
            self._add(place, f"{name}: {message}", context.get("hint", ""))
            return False
        return True

    def _add(self, place: Place, message: str, hint: str, severity: Severity = Severity.ERROR) -> None:
        self.problems.append(
            Problem(rule="overrides", place=place, message=message, hint=hint, severity=severity)
        )


def take_over(overrides: Overrides, content: bytes, file: str, reason: str) -> Takeover:
    """Return what `overrides` do to the document whose bytes are `content`.

    Args:
        overrides: what is taken over.
        content: the document.
        file: its name, for the places of problems.
        reason: why facts differ from the schedule, where the overrides do not say it.

    Raises:
        MilepostError: the document has errors or would have some, or a value cannot be changed where it is.
    """
    before = loads(content, file)
    document = before.document
    now = current_codes(document.milestones)
    known = {milestone.code: milestone for milestone in document.milestones}
    found = [(now.get(each.code, each.code), each) for each in overrides.entries]
    twice = list(_twice([(code, each) for code, each in found if code in known]))
    if twice:
        raise MilepostError(*twice)
    changes: list[NewValue] = []
    lists: dict[str, dict[str, tuple[str, ...]]] = {key: {} for key in _LISTS}
    marks = reasons = 0
    for code, override in found:
        milestone = known.get(code)
        if milestone is None:
            continue
        why = override.comment or reason
        path = ("milestones", code)
        differing = _differing(milestone, override)
        changes += [NewValue((*path, key), text) for key, text in differing]
        stated = [key for key in _MARKED if key in override.texts or key in override.lists]
        own = {key: why for key in stated if milestone.own.reason(key) is None}
        marks += len(own)
        reasons += bool(own and override.comment)
        if own and milestone.own == Own():
            changes.append(NewValue((*path, "own"), own))
        else:
            changes += [NewValue((*path, "own", key), text) for key, text in own.items()]
        for key, texts in override.lists.items():
            old = getattr(milestone, key)
            kept = () if key in _REPLACED else old
            wanted = (*kept, *(each for each in dict.fromkeys(texts) if each not in kept and each != code))
            if set(wanted) != set(old):
                lists[key][code] = wanted
    new = set_values(content, file, changes) if changes else content
    for key, texts_by_code in lists.items():
        new = set_lists(new, file, ("milestones",), key, texts_by_code)
    return Takeover(
        old=content,
        new=new,
        before=before,
        after=loads(new, file),
        found=tuple(code for code, _ in found if code in known),
        unknown=tuple(each.code for code, each in found if code not in known),
        values=sum(len(change.path) == 3 and change.path[-1] != "own" for change in changes)
        + sum(map(len, lists.values())),
        marks=marks,
        reasons=reasons,
    )


def _differing(milestone: Milestone, override: Override) -> Iterator[tuple[str, str]]:
    """Yield the values that are not those of the document."""
    said = Milestone.model_validate({"code": "X", "name": "X", "due": "tbd", **override.texts})
    for key, text in override.texts.items():
        if getattr(said, key) != getattr(milestone, key):
            yield key, text


def _twice(found: list[tuple[str, Override]]) -> Iterator[Problem]:
    """Yield the entries of which an earlier one is about the same milestone, by another code of it."""
    first: dict[str, Override] = {}
    for code, override in found:
        other = first.setdefault(code, override)
        if other is not override:
            message = f"{override.code} and {other.code} ({other.place}) are both {code} in the document"
            yield _fault(override.place, message, "keep one of the two")


def _fault(place: Place, message: str, hint: str) -> Problem:
    return Problem(rule="overrides", place=place, message=message, hint=hint)
