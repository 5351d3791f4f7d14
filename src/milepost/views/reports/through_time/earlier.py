"""A document as it was on an earlier day, for reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.base.dates import iso
from milepost.base.errors import MilepostError, Problem, count
from milepost.history.states import as_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from milepost.document.model import Document
    from milepost.history.states import Snapshot

_CHANGING = ("due", "forecast", "completed", "state")


def on_day(
    document: Document, snapshots: Sequence[Snapshot], day: date
) -> tuple[Document, tuple[Snapshot, ...], str]:
    """Return `document` as it was on `day`, the states before that, and what is not known of it.

    That is the last state on or before that day. What it does not state is as in `document`, without
    completions and cancellations after that state, and without forecasts, which would be those of today.

    Raises:
        MilepostError: there is no state as early as that.
    """
    if day >= document.metadata.data_date:
        return document, tuple(snapshots), ""
    known = [each for each in snapshots if each.day <= day]
    if not known:
        first = snapshots[0].day if snapshots else document.metadata.data_date
        raise MilepostError(
            Problem(
                rule="as-of",
                message=f"there is no state of {iso(day)} or earlier",
                hint=f"the first one is that of {iso(first)}",
            )
        )
    *before, found = sorted(known, key=lambda each: each.day)
    earlier = as_of(document, found)
    is_known = "forecast" in found.columns
    milestones = tuple(
        each if is_known and each.code in found.rows else each.model_copy(update={"forecast": None})
        for each in earlier.milestones
    )
    earlier = earlier.model_copy(update={"milestones": milestones})
    return earlier, tuple(before), " ".join(_unknown(earlier, found, document.metadata.data_date))


def _unknown(earlier: Document, found: Snapshot, data_date: date) -> Iterator[str]:
    """Yield sentences on what the state `found` does not give."""
    if missing := [field for field in _CHANGING if field not in found.columns]:
        yield f"The state of {iso(found.day)} does not give: {', '.join(missing)}."
    others = sum(milestone.code not in found.rows for milestone in earlier.milestones)
    if others:
        are, have = ("is", "has") if others == 1 else ("are", "have")
        yield f"{count(others, 'milestone')} {are} not in it and {have} the due dates of {iso(data_date)}."
