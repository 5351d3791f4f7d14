"""Put the proposed changes into the YAML: only the bytes that say something new change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.base.dates import iso
from milepost.importing.additions.placement import keys_before, placed
from milepost.loading.edit import NewEntry, NewValue, add_entries, keys, set_lists, set_values
from milepost.loading.load import loads

if TYPE_CHECKING:
    from milepost.document.model import Milestone
    from milepost.importing.proposal import Proposal
    from milepost.loading.load import Loaded

_MILESTONES = ("milestones",)
_FIELDS = ("name", "level", "wbs", "due", "forecast", "completed", "predecessors")
"""What an entry of a new milestone may have, in the order for a file that has no other entry."""


def apply(content: bytes, file: str, proposal: Proposal) -> tuple[bytes, Loaded]:
    """Return the document with the changes of `proposal`, as bytes and loaded.

    Args:
        content: the bytes of the document.
        file: its name, for the places of problems.
        proposal: what changes.

    Raises:
        MilepostError: a value cannot be changed where it is, or the document would have errors.
    """
    changes = [NewValue(fact.path, fact.schedule, after=keys_before(fact.key)) for fact in proposal.changes]
    day = NewValue(("document", "data_date"), iso(proposal.data_date))
    changed = set_values(content, file, [*changes, day])
    changed = add_entries(changed, file, _MILESTONES, _entries(changed, file, proposal))
    changed = set_lists(changed, file, _MILESTONES, "predecessors", proposal.links)
    return changed, loads(changed, file)


def _entries(content: bytes, file: str, proposal: Proposal) -> list[NewEntry]:
    """Return the entries of new milestones, each with its place in the file."""
    if not proposal.new:
        return []
    by_code = {each.code: each for each in proposal.document.milestones}
    places = placed([each.code for each in proposal.new], keys(content, file, _MILESTONES), by_code)
    return [
        NewEntry(key=code, fields=_fields(by_code[code]), after=after, before=before)
        for code, after, before in places
    ]


def _fields(milestone: Milestone) -> dict[str, str | tuple[str, ...]]:
    """Return the keys and values of a new milestone."""
    values = {key: getattr(milestone, key) for key in _FIELDS}
    return {key: value if isinstance(value, tuple) else str(value) for key, value in values.items() if value}
