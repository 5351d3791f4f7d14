"""Put the proposed changes into the YAML: only the bytes that say something new change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.base.dates import iso
from milepost.loading.edit import NewValue, set_values
from milepost.loading.load import loads

if TYPE_CHECKING:
    from milepost.importing.proposal import Proposal
    from milepost.loading.load import Loaded


def apply(content: bytes, file: str, proposal: Proposal) -> tuple[bytes, Loaded]:
    """Return the document with the changes of `proposal`, as bytes and loaded.

    Args:
        content: the bytes of the document.
        file: its name, for the places of problems.
        proposal: what changes.

    Raises:
        MilepostError: a value cannot be changed where it is, or the document would have errors.
    """
    changes = [NewValue(fact.path, fact.schedule) for fact in proposal.changes]
    day = NewValue(("document", "data_date"), iso(proposal.data_date))
    changed = set_values(content, file, [*changes, day])
    return changed, loads(changed, file)
