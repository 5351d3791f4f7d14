"""Which changes the new entries of the change record authorise.

An entry authorises what it names under `authorises`: a milestone by its new or old code, a section by its
title or label, with those below it, a part of the document by its name, or `everything`. An entry that names
nothing authorises nothing: its description is for people.

Only an entry that comes after all others, with a later date and version, is new. It needs no authorisation
itself. What was approved must stay as it is: an older entry that has changed, is gone or was rewritten as
another one authorises nothing, and is a change that only `change_record` authorises, not `everything`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

from milepost.diff.changes import (
    Change,
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
    SectionAdded,
    SectionChanged,
    SectionKey,
    SectionMoved,
    SectionRemoved,
    new_codes,
)
from milepost.document.model import PARTS_OF_SETTINGS, SETTINGS, ChangeRecordEntry
from milepost.document.traverse import walk
from milepost.rules.change_record import compare_versions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from milepost.document.fields import KeyedValue
    from milepost.document.model import Document, Section

EVERYTHING = "everything"
DOCUMENT = "document"
PARTS = (
    DOCUMENT,
    "sections",
    "milestones",
    *(part.value for part in Part),
    "unexpanded",
    *SETTINGS,
    EVERYTHING,
)
"""The names of parts that an entry can authorise: the keys of the YAML, and all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A name under `authorises` that neither document has.

    Attributes:
        entry: version or date of the entry.
        name: the name.
        path: its place in the new document, as keys and indices from the root.
    """

    entry: str
    name: str
    path: tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """What the new entries of the change record allow.

    Attributes:
        new: the new entries.
        entries: for each change, in order, the new entries that authorise it, by version or date.
        names: for each change, the name that would authorise it and least else; None where it needs none.
        unknown: the names that neither document has.
    """

    new: tuple[EntryAdded, ...]
    entries: tuple[tuple[str, ...], ...]
    names: tuple[str | None, ...]
    unknown: tuple[Unknown, ...]


def authority(changes: Sequence[Change], old: Document, new: Document) -> Authority:
    """Return which of `changes`, the difference of `old` and `new`, are authorised, and by what."""
    added = new_entries(changes, old, new)
    by_name: dict[str, set[int]] = {}
    for number, change in enumerate(added):
        for name in _authorises(change):
            by_name.setdefault(name, set()).add(number)
    names = _Names(changes, old, new)
    allowing = [names.of(change) for change in changes]
    known = {*PARTS, *_known(old), *_known(new)}
    return Authority(
        new=added,
        entries=tuple(
            tuple(
                added[number].key
                for number in sorted({number for name in each for number in by_name.get(name, ())})
            )
            for each in allowing
        ),
        names=tuple(
            None if change in added else each[0] for change, each in zip(changes, allowing, strict=True)
        ),
        unknown=tuple(
            Unknown(
                entry=change.key,
                name=name,
                path=(Part.CHANGE_RECORD.value, change.index, "authorises", position),
            )
            for change in added
            for position, name in enumerate(_authorises(change))
            if name not in known
        ),
    )


def new_entries(changes: Sequence[Change], old: Document, new: Document) -> tuple[EntryAdded, ...]:
    """Return the entries of the change record that are new: after all others, with a later date and version.

    Of those, as many as are gone are not new but rewritten, the first ones.
    """
    record = [change for change in changes if getattr(change, "part", None) is Part.CHANGE_RECORD]
    added = [change for change in record if isinstance(change, EntryAdded)]
    gone = sum(isinstance(change, EntryRemoved) for change in record)
    places = {change.index for change in added}
    last = max((index for index in range(len(new.change_record)) if index not in places), default=-1)
    is_later = _later_than(old.change_record)
    later = [change for change in added if change.index > last and is_later(change.entry)]
    return tuple(later[gone:])


def _later_than(record: Sequence[ChangeRecordEntry]) -> Callable[[KeyedValue], bool]:
    """Return a function that says whether an entry is later than all of `record`."""
    latest = max((entry.date for entry in record), default=None)
    versions = [entry.version for entry in record if entry.version is not None]
    highest = reduce(lambda one, other: other if compare_versions(other, one) == 1 else one, versions or [""])
    known = frozenset(versions)

    def is_later(entry: KeyedValue) -> bool:
        if not isinstance(entry, ChangeRecordEntry) or (latest and entry.date < latest):
            return False
        if entry.version is None or not versions:
            return True
        return entry.version not in known and compare_versions(entry.version, highest) not in {-1, 0}

    return is_later


def _authorises(change: EntryAdded) -> tuple[str, ...]:
    return change.entry.authorises if isinstance(change.entry, ChangeRecordEntry) else ()


class _Names:
    """The names that authorise changes."""

    def __init__(self, changes: Sequence[Change], old: Document, new: Document) -> None:
        self._old, self._new = old, new
        self._codes = {new: old for old, new in new_codes(changes).items()}
        self._whole = {
            change.milestone.code
            for change in changes
            if isinstance(change, MilestoneAdded | MilestoneRemoved)
        }

    def of(self, change: Change) -> tuple[str, ...]:
        """Return the names any of which authorises `change`, the one that authorises least else first."""
        match change:
            case EntryAdded(part=part) | EntryRemoved(part=part) | EntryChanged(part=part):
                return (part.value,) if part is Part.CHANGE_RECORD else (part.value, EVERYTHING)
            case _:
                return (*dict.fromkeys(self._most(change)), EVERYTHING)

    def _most(self, change: Change) -> tuple[str, ...]:  # noqa: PLR0911 -- one case for each kind of change
        match change:
            case MetadataChanged(field="unexpanded"):
                return ("unexpanded",)
            case MetadataChanged(field=field) if field in PARTS_OF_SETTINGS:
                return (PARTS_OF_SETTINGS[field],)
            case MetadataChanged() | ProseChanged(before=None):
                return (DOCUMENT,)
            case MilestoneAdded(milestone=milestone) | MilestoneRemoved(milestone=milestone):
                return milestone.code, "milestones"
            case Recoded(old=before, new=after):
                return after, before, "milestones"
            case (
                PredecessorAdded(code=code, predecessor=other)
                | PredecessorRemoved(code=code, predecessor=other)
            ) if other in self._whole and code not in self._whole:
                # It follows from that the other milestone is new or gone.
                return other, code, self._codes.get(code, code), "milestones"
            case SectionAdded(at=at):
                return *_titles(self._new, at), "sections"
            case SectionRemoved(at=at):
                return *_titles(self._old, at), "sections"
            case SectionMoved() | SectionChanged() | ProseChanged():
                new = _titles(self._new, change.after.at) if change.after else ()
                old = _titles(self._old, change.before.at) if change.before else ()
                return *new, *old, "sections"
            case EntryAdded() | EntryRemoved() | EntryChanged():
                raise TypeError("an entry is authorised by the name of its part")
            case Consequence():
                raise TypeError("what follows is authorised with its cause")
            case _:
                return change.code, self._codes.get(change.code, change.code), "milestones"


def _titles(document: Document, at: SectionKey) -> tuple[str, ...]:
    """Return the labels and titles of the section at `at` and of those above it, its own first."""
    names: list[str] = []
    sections: tuple[Section, ...] = document.sections
    for index in at:
        section = sections[index]
        names = [*filter(None, (section.label, section.title)), *names]
        sections = section.sections
    return tuple(names)


def _known(document: Document) -> Iterator[str]:
    """Yield what an entry may name besides the parts."""
    for milestone in document.milestones:
        yield milestone.code
        yield from milestone.aka
    for _, section in walk(document.sections):
        yield section.title
        if section.label is not None:
            yield section.label
