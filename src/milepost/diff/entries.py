"""Entries: what differs between two change records, or lists of references, acronyms or figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from milepost.base.alignment import longest_run, weight
from milepost.base.dates import iso
from milepost.diff.changes import Change, EntryAdded, EntryChanged, EntryRemoved, Part
from milepost.document.prose import mapped_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from milepost.document.model import KeyedValue
    from milepost.document.prose import Inline

_LINES = frozenset({"description", "caption"})
"""Fields that are lines of prose, in which milestones may be mentioned."""


def key_of(part: Part, entry: Any) -> str:
    """Return what names `entry` in its part: in the change record the version or else the date."""
    match part:
        case Part.CHANGE_RECORD:
            return entry.version or iso(entry.date)
        case Part.REFERENCES:
            return str(entry.handle)
        case Part.ACRONYMS:
            return str(entry.acronym)
        case Part.FIGURES:
            return str(entry.name)


def diff(
    part: Part, old: Sequence[KeyedValue], new: Sequence[KeyedValue], rename: Callable[[Inline], Inline]
) -> Iterator[Change]:
    """Yield what differs between the entries `old` and `new` of `part`.

    An entry that stands at another place among those that are kept is said to be gone and new: only in the
    change record, of two on the same day, can that be.

    Args:
        part: what the entries are.
        old: those of the one document.
        new: those of the other.
        rename: gives mentions of milestones that were recoded their new code.
    """
    same = _matches(part, old, new)
    found = set(same.values())
    for index, entry in enumerate(old):
        if index not in same:
            yield EntryRemoved(part=part, key=key_of(part, entry), index=index, entry=entry)
    for index, entry in enumerate(new):
        if index not in found:
            yield EntryAdded(part=part, key=key_of(part, entry), index=index, entry=entry)
    for before, after in same.items():
        key = key_of(part, new[after])
        for field in type(new[after]).model_fields:
            was, now = getattr(old[before], field), getattr(new[after], field)
            if (mapped_line(was, rename) if field in _LINES else was) != now:
                yield EntryChanged(
                    part=part, key=key, before=before, after=after, field=field, old=was, new=now
                )


def _matches(part: Part, old: Sequence[KeyedValue], new: Sequence[KeyedValue]) -> dict[int, int]:
    """Return the index in `new` of each entry of `old` that is kept, in order."""
    same: dict[int, int] = {}
    for named in (
        # What is the same altogether comes first: of two entries that share a name, one may be gone.
        lambda entry: entry,
        lambda entry: (type(entry), key_of(part, entry)),
    ):
        places: dict[Any, list[int]] = {}
        taken = set(same.values())
        for index, entry in enumerate(new):
            if index not in taken:
                places.setdefault(named(entry), []).append(index)
        for index, entry in enumerate(old):
            if index not in same and places.get(named(entry)):
                same[index] = places[named(entry)].pop(0)
    pairs = sorted(same.items())
    weights = [weight(str(old[before]), str(new[after])) for before, after in pairs]
    stayed = longest_run([after for _, after in pairs], weights)
    return {before: after for number, (before, after) in enumerate(pairs) if number in stayed}


def apply(part: Part, entries: Sequence[KeyedValue], changes: Iterable[Change]) -> tuple[KeyedValue, ...]:
    """Return `entries` with those of `changes` that are about `part` made."""
    kept = dict(enumerate(entries))
    added: list[EntryAdded] = []
    for change in changes:
        match change:
            case EntryRemoved(part=here, index=index) if here is part:
                del kept[index]
            case EntryChanged(part=here, before=index, field=field, new=new) if here is part:
                kept[index] = kept[index].model_copy(update={field: new})
            case EntryAdded(part=here) if here is part:
                added.append(change)
            case _:
                pass
    result = list(kept.values())
    for change in sorted(added, key=lambda change: change.index):
        result.insert(change.index, change.entry)
    return tuple(result)
