"""What differs between two change records, or lists of references, acronyms or figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from milepost.base.dates import iso
from milepost.diff.alignment import longest_run, weight
from milepost.diff.changes import Change, EntryAdded, EntryChanged, EntryRemoved, Part
from milepost.document.selection import Selection
from milepost.prose.values import mapped_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from milepost.document.fields import KeyedValue
    from milepost.prose.values import Inline

_LINES = frozenset({"description", "caption"})
"""Fields that are lines of prose, in which milestones may be mentioned."""
_KEYS = {Part.REFERENCES: "handle", Part.ACRONYMS: "acronym", Part.FIGURES: "name"}


def _key_of(part: Part, entry: Any) -> str:
    """Return the name of `entry` in its part: in the change record its version or else its date."""
    if part is Part.CHANGE_RECORD:
        return entry.version or iso(entry.date)
    return str(getattr(entry, _KEYS[part]))


def _key_of_both(part: Part, old: Any, new: Any) -> str:
    """Return the name of an entry of both documents: in the change record its date if the versions differ."""
    before, after = _key_of(part, old), _key_of(part, new)
    return iso(new.date) if part is Part.CHANGE_RECORD and before != after else after


def diff(
    part: Part, old: Sequence[KeyedValue], new: Sequence[KeyedValue], rename: Callable[[Inline], Inline]
) -> Iterator[Change]:
    """Yield what differs between the entries `old` and `new` of `part`.

    An entry that has changed places with others is reported as removed and added. This can only be the case
    in the change record, for two entries on the same day.

    Args:
        part: what the entries are.
        old: those of the old document.
        new: those of the new document.
        rename: gives mentions of recoded milestones their new code.
    """
    same = _matches(part, old, new)
    found = set(same.values())
    for index, entry in enumerate(old):
        if index not in same:
            yield EntryRemoved(part=part, key=_key_of(part, entry), index=index, entry=entry)
    for index, entry in enumerate(new):
        if index not in found:
            yield EntryAdded(part=part, key=_key_of(part, entry), index=index, entry=entry)
    for before, after in same.items():
        key = _key_of_both(part, old[before], new[after])
        for field in _fields(new[after]):
            was, now = getattr(old[before], field), getattr(new[after], field)
            if (mapped_line(was, rename) if field in _LINES else was) != now:
                yield EntryChanged(
                    part=part, key=key, before=before, after=after, field=field, old=was, new=now
                )


def _fields(entry: KeyedValue) -> Iterator[str]:
    """Yield the fields to compare; the conditions of a chart are one value."""
    if not isinstance(entry, Selection):
        return iter(type(entry).model_fields)
    return iter(("selection", *(type(entry).model_fields.keys() - Selection.model_fields.keys())))


def _matches(part: Part, old: Sequence[KeyedValue], new: Sequence[KeyedValue]) -> dict[int, int]:
    """Return the index in `new` of each entry of `old` that is kept, in order."""
    same: dict[int, int] = {}
    # Equal entries come first: of two entries that share a name, one may be gone.
    names: list[Callable[[Any], Any]] = [
        lambda entry: entry,
        lambda entry: (type(entry), _key_of(part, entry)),
    ]
    if part is Part.CHANGE_RECORD:
        # An entry with another version, or with one at last.
        names.append(lambda entry: (entry.date, entry.owner, entry.description))
    if part is Part.FIGURES:
        names.append(lambda entry: entry.model_copy(update={"name": ""}))  # another name for the same figure
    for named in names:
        places: dict[Any, list[int]] = {}
        taken = set(same.values())
        for index, entry in enumerate(new):
            if index not in taken:
                places.setdefault(named(entry), []).append(index)
        for index, entry in enumerate(old):
            if index not in same and places.get(named(entry)):
                same[index] = places[named(entry)].pop(0)
    if part is not Part.CHANGE_RECORD:
        return same  # they are sorted by name
    pairs = sorted(same.items())
    weights = [weight(str(old[before]), str(new[after])) for before, after in pairs]
    stayed = longest_run([after for _, after in pairs], weights)
    return {before: after for number, (before, after) in enumerate(pairs) if number in stayed}
