"""Who made a change that no line of the new edition shows: the commit that gave a value its last content.

`git blame` knows the commits of lines that are there. What is gone has none, and the commit that took the
old line away may only have edited it. So the commits between the editions are searched by halves for the one
after which the YAML has the value of the new edition.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from milepost.base.dates import LAST_EPOCH, from_epoch, iso
from milepost.base.errors import MilepostError, printable
from milepost.diff.changes import (
    Completed,
    Consequence,
    EntryAdded,
    EntryChanged,
    EntryRemoved,
    MetadataChanged,
    MilestoneAdded,
    MilestoneRemoved,
    Part,
    PredecessorAdded,
    PredecessorRemoved,
    ProseChanged,
    Recoded,
    Reopened,
    SectionAdded,
    SectionChanged,
    SectionMoved,
    SectionRemoved,
    new_codes,
)
from milepost.document.model import PARTS_OF_SETTINGS, Metadata
from milepost.git.source_state import COMMIT_LENGTH
from milepost.review.cover import Origin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from milepost.diff.changes import Change, SectionPlace
    from milepost.diff.comparison import Comparison
    from milepost.document.model import Document, Section
    from milepost.git.repository import Repository

_Tree = dict[str, Any]
"""A YAML as mappings, lists and texts."""
_Values = list[Any]
"""What a document has of what a change is about; empty where it has nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The commits between two editions that changed the document.

    Attributes:
        repository: in which they are.
        old: the commit of the old edition.
        paths: of the document in both editions.
        parents: of each of the commits, the earliest first.
    """

    repository: Repository
    old: str
    paths: tuple[str, ...]
    parents: dict[str, list[str]]
    _trees: dict[str, _Tree | None] = field(default_factory=dict)

    @classmethod
    def of(cls, repository: Repository, old: str, new: str, paths: Iterable[str]) -> History:
        """Return the history of the document at `paths` from `old` to `new`, which are full hashes."""
        each = tuple(dict.fromkeys(paths))
        options = ("rev-list", "--topo-order", "--reverse", "--parents", f"{old}..{new}")
        lines = repository.ask(*options, "--", *each).decode().splitlines()
        parents = {commit: above for commit, *above in map(str.split, lines)}
        return cls(repository=repository, old=old, paths=each, parents=parents)

    def tree(self, commit: str) -> _Tree | None:
        """Return the YAML in `commit`; None if it cannot be read."""
        if commit not in self._trees:
            try:
                found = (self.repository.content(commit, path) for path in reversed(self.paths))
                content = next((each for each in found if each is not None), None)
                self._trees[commit] = None if content is None else _tree(content)
            except MilepostError:
                self._trees[commit] = None
        return self._trees[commit]

    def last_change(self, values: Callable[[_Tree], _Values], now: _Values) -> str | None:
        """Return the commit after which the document has the values `now`; None if it had them before.

        Where they came and went several times, it is one of the commits with which they came.
        """

        def settled(commit: str) -> bool:
            tree = self.tree(commit)
            return tree is not None and values(tree) == now

        order = [*self.parents]
        if not order or not settled(order[-1]) or settled(self.old):
            return None
        low, high = -1, len(order) - 1
        while high - low > 1:
            middle = (low + high) // 2
            if self.tree(order[middle]) is None:  # it says nothing
                del order[middle]
                high -= 1
            elif settled(order[middle]):
                high = middle
            else:
                low = middle
        found: str | None = order[high]
        while found:  # the commit before it in the list may be of another branch
            commit = found
            found = next(
                (each for each in self.parents[commit] if each in self.parents and settled(each)), None
            )
        return commit


def removals(comparison: Comparison, history: History, changes: Iterable[Change]) -> dict[Change, Origin]:
    """Return who made each of `changes`, where the commits between the editions tell."""
    now = _tree(comparison.new.loaded.places.source.text.encode())
    earlier = {new: old for old, new in new_codes(comparison.changes).items()}
    commits: dict[Change, str] = {}
    for change in changes if now is not None else ():
        values = _values_of(change, comparison.old.document, earlier)
        if values is not None and (commit := history.last_change(values, values(now or {}))):
            commits[change] = commit
    origins = _origins(history.repository, dict.fromkeys(commits.values()))
    return {change: origins[commit] for change, commit in commits.items()}


def _origins(repository: Repository, commits: Iterable[str]) -> dict[str, Origin]:
    names = [*commits]
    if not names:
        return {}
    form = ("--no-walk=unsorted", "--encoding=UTF-8", "--format=%aN%x00%at%x00%s%x00")
    printed = repository.ask("rev-list", *form, *names).decode("utf-8", "replace")
    found = {}
    for record in printed.split("\0\n")[: len(names)]:
        head, _, rest = record.partition("\n")
        author, time, summary = rest.split("\0")
        commit = head.removeprefix("commit ")
        found[commit] = Origin(
            author=printable(author),
            date=iso(from_epoch(min(int(time), LAST_EPOCH) if time.isdigit() else 0)),
            commit=commit[:COMMIT_LENGTH],
            message=printable(summary),
        )
    return found


def _tree(content: bytes) -> _Tree | None:
    """Return a YAML in which every scalar is a text; None if it is none, or no mapping."""
    try:
        tree = yaml.load(content, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506 -- texts only
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    return tree if isinstance(tree, dict) else None


def _values_of(  # noqa: PLR0911, PLR0912 -- one case for each kind of change
    change: Change, old: Document, earlier: dict[str, str]
) -> Callable[[_Tree], _Values] | None:
    """Return what gives the values that `change` is about; None if they are nowhere by themselves."""
    match change:
        case MilestoneAdded(milestone=milestone) | MilestoneRemoved(milestone=milestone):
            return lambda tree: [True for _ in _entries(tree, "milestones", [milestone.code])]
        case Recoded(old=was, new=now):
            return lambda tree: [code for code in (was, now) if [*_entries(tree, "milestones", [code])]]
        case (
            PredecessorAdded(code=code, predecessor=other) | PredecessorRemoved(code=code, predecessor=other)
        ):
            names = {other, earlier.get(other, other)}
            return lambda tree: [
                bool(names.intersection(_list(each.get("predecessors"))))
                for each in _entries(tree, "milestones", [code, earlier.get(code, code)])
            ]
        case SectionAdded(section=section) | SectionRemoved(section=section):
            return lambda tree: [True for _ in _sections(tree, {section.label}, {section.title})]
        case SectionMoved() | Consequence():
            return None
        case SectionChanged(before=before, after=after, field=name):
            return _of_section(old, before, after, name)
        case ProseChanged(before=before, after=after) if before and after:
            return _of_section(old, before, after, "text")
        case ProseChanged():
            return lambda tree: [_mapping(tree.get("document")).get("abstract")]
        case EntryAdded(part=part, key=key) | EntryRemoved(part=part, key=key):
            return lambda tree: [True for _ in _entries(tree, part.value, [key])]
        case EntryChanged(part=part, key=key, field=name):
            return lambda tree: [each.get(name) for each in _entries(tree, part.value, [key])]
        case MetadataChanged(field="unexpanded"):
            return lambda tree: [tree.get("unexpanded")]
        case MetadataChanged(field=name) if name in PARTS_OF_SETTINGS:
            return lambda tree: [_mapping(tree.get(PARTS_OF_SETTINGS[name])).get(name)]
        case MetadataChanged(field=name):
            key = Metadata.model_fields[name].alias or name
            return lambda tree: [_mapping(tree.get("document")).get(key)]
        case _:
            name = "completed" if isinstance(change, Completed | Reopened) else change.field
            codes = [change.code, earlier.get(change.code, change.code)]
            return lambda tree: [each.get(name) for each in _entries(tree, "milestones", codes)]


def _of_section(
    old: Document, before: SectionPlace, after: SectionPlace, name: str
) -> Callable[[_Tree], _Values]:
    labels, titles = {_section(old, before.at).label}, {before.title, after.title}
    return lambda tree: [each.get(name) for each in _sections(tree, labels, titles)]


def _entries(tree: _Tree, part: str, keys: Sequence[str]) -> Iterator[_Tree]:
    """Yield the entries of a part that have one of `keys`; in the change record a version or a day."""
    within = tree.get(part)
    if part == Part.CHANGE_RECORD:
        yield from (
            entry
            for entry in map(_mapping, _list(within))
            if {entry.get("version"), entry.get("date")}.intersection(keys)
        )
        return
    entries = _mapping(within)
    yield from (_mapping(entries[key]) for key in dict.fromkeys(keys) if key in entries)


def _sections(tree: _Tree, labels: set[str | None], titles: set[str]) -> Iterator[_Tree]:
    """Yield the sections with one of these labels or titles, at every level."""
    for section in map(_mapping, _list(tree.get("sections"))):
        label = section.get("label")
        if (label is not None and label in labels) or section.get("title") in titles:
            yield section
        yield from _sections(section, labels, titles)


def _section(document: Document, at: Sequence[int]) -> Section:
    sections = document.sections
    for index in at[:-1]:
        sections = sections[index].sections
    return sections[at[-1]]


def _mapping(value: Any) -> _Tree:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
