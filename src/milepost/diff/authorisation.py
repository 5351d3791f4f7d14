"""Which changes the new entries of the change record authorise.

An entry authorises what it names under `authorises`: a milestone by its new or old code, a section by its
title or label, with those below it, a part of the document by its name, or `everything`. An entry that names
nothing authorises nothing: its description is for people. New entries need no authorisation themselves;
changes of older entries do, because what was approved must stay as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.diff.changes import (
    Change,
    EntryAdded,
    EntryChanged,
    EntryRemoved,
    MetadataChanged,
    MilestoneAdded,
    MilestoneRemoved,
    Part,
    ProseChanged,
    Recoded,
    SectionAdded,
    SectionChanged,
    SectionKey,
    SectionMoved,
    SectionRemoved,
    new_codes,
)
from milepost.document.model import ChangeRecordEntry
from milepost.document.traverse import walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from milepost.document.model import Document, Section

EVERYTHING = "everything"
DOCUMENT = "document"
PARTS = (DOCUMENT, "sections", "milestones", *(part.value for part in Part), "unexpanded", EVERYTHING)
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
        entries: for each change, in order, the new entries that authorise it, by version or date.
        unknown: the names that neither document has.
    """

    entries: tuple[tuple[str, ...], ...]
    unknown: tuple[Unknown, ...]


def authority(changes: Sequence[Change], old: Document, new: Document) -> Authority:
    """Return which of `changes`, the difference of `old` and `new`, are authorised, and by what."""
    added = [
        change for change in changes if isinstance(change, EntryAdded) and change.part is Part.CHANGE_RECORD
    ]
    by_name: dict[str, set[int]] = {}
    for number, change in enumerate(added):
        for name in _authorises(change):
            by_name.setdefault(name, set()).add(number)
    codes = {new: old for old, new in new_codes(changes).items()}
    names = [_names(change, old, new, codes) for change in changes]
    known = {*PARTS, *_known(old), *_known(new)}
    return Authority(
        entries=tuple(
            tuple(
                added[number].key
                for number in sorted({number for name in each for number in by_name.get(name, ())})
            )
            for each in names
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


def _authorises(change: EntryAdded) -> tuple[str, ...]:
    return change.entry.authorises if isinstance(change.entry, ChangeRecordEntry) else ()


def needs_authority(change: Change) -> bool:
    """Return whether `change` must be authorised: all must but new entries of the change record."""
    return not (isinstance(change, EntryAdded) and change.part is Part.CHANGE_RECORD)


def _names(change: Change, old: Document, new: Document, codes: Mapping[str, str]) -> frozenset[str]:
    """Return the names that authorise `change`; any one of them is enough."""
    match change:
        case MetadataChanged(field="unexpanded"):
            names = {"unexpanded"}
        case MetadataChanged() | ProseChanged(before=None):
            names = {DOCUMENT}
        case EntryAdded(part=part) | EntryRemoved(part=part) | EntryChanged(part=part):
            names = {part.value}
        case MilestoneAdded(milestone=milestone) | MilestoneRemoved(milestone=milestone):
            names = {"milestones", milestone.code}
        case Recoded(old=before, new=after):
            names = {"milestones", before, after}
        case SectionAdded(at=at):
            names = {"sections", *_titles(new, at)}
        case SectionRemoved(at=at):
            names = {"sections", *_titles(old, at)}
        case SectionMoved() | SectionChanged() | ProseChanged():
            names = {"sections"}
            names |= _titles(old, change.before.at) if change.before else set()
            names |= _titles(new, change.after.at) if change.after else set()
        case _:
            names = {"milestones", change.code, codes.get(change.code, change.code)}
    return frozenset({*names, EVERYTHING})


def _titles(document: Document, at: SectionKey) -> set[str]:
    """Return the titles and labels of the section at `at` and of those above it."""
    names: set[str] = set()
    sections: tuple[Section, ...] = document.sections
    for index in at:
        section = sections[index]
        names |= {section.title, section.label or section.title}
        sections = section.sections
    return names


def _known(document: Document) -> Iterator[str]:
    """Yield what an entry may name besides the parts."""
    for milestone in document.milestones:
        yield milestone.code
        yield from milestone.aka
    for _, section in walk(document.sections):
        yield section.title
        if section.label is not None:
            yield section.label
