"""A state of a schedule: the facts about its milestones on one day, and a document with these facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from milepost.document.conditions import facts_of
from milepost.document.model import Document, Milestone, order_key
from milepost.document.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

FACTS = ("level", "wbs", "due", "forecast", "completed", "state", "since", "reason", "name")
"""The fields of a milestone that a state can have, in the order in which they are written."""
OF_SCHEDULE = ("start", "status", "celebratory", "tracked")
"""What the state of a whole schedule has besides: the start, how far it is as the schedule says it, how it is
celebrated, and whether it is tracked for the public."""
_STATED_BY_NOTHING = {"forecast", "completed"}
"""Facts that an export states also where it leaves them empty: there is no other forecast, it is open."""
_NEEDED = {name for name, field in Milestone.model_fields.items() if field.is_required()} - {"code"}
"""What must be known of a milestone that the document no longer has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Facts about milestones as they were known on one day.

    Attributes:
        day: the data date.
        scope: of these milestones, all that existed on that day are in it; None if that is known of none.
        columns: the fields that it has, some of `FACTS` and, of a whole schedule, of `OF_SCHEDULE`; others
            are unknown.
        rows: by code, the value of each field, None where there was none.
        is_schedule: whether it is a whole export of the schedule: it has the milestones of all documents, and
            not each one of a document must be in it.
        source: the name of the export.
        sha256: of the export, as hexadecimal digits.
    """

    day: date
    scope: Selection | None
    columns: tuple[str, ...]
    rows: Mapping[str, Mapping[str, Any]]
    is_schedule: bool = False
    source: str | None = None
    sha256: str | None = None


def snapshot_of(document: Document) -> Snapshot:
    """Return the facts about all milestones of `document`, sorted by code."""
    milestones = sorted(document.milestones, key=lambda milestone: milestone.code)
    return Snapshot(
        day=document.metadata.data_date,
        scope=Selection(),
        columns=FACTS,
        rows={each.code: {field: getattr(each, field) for field in FACTS} for each in milestones},
    )


def row_of(milestone: Milestone, snapshot: Snapshot) -> Mapping[str, Any] | None:
    """Return the row of `milestone` in `snapshot`, by its code or an earlier one; None for none."""
    codes = (milestone.code, *milestone.aka)
    return next((snapshot.rows[code] for code in codes if code in snapshot.rows), None)


def said_of(milestone: Milestone, snapshot: Snapshot) -> Mapping[str, Any] | None:
    """Return what `snapshot` states of `milestone` in its document; None for nothing.

    A whole schedule is read as an import reads it: what it leaves empty is not stated, and facts that are the
    document's own are not from there.
    """
    row = row_of(milestone, snapshot)
    if row is None or not snapshot.is_schedule:
        return row
    return {
        key: value
        for key, value in row.items()
        if key in FACTS
        and milestone.own.reason(key) is None
        and (value is not None or key in _STATED_BY_NOTHING)
    }


def as_of(document: Document, snapshot: Snapshot) -> Document:
    """Return `document` with the facts of `snapshot` about its milestones; everything else stays.

    A milestone whose earlier code is in the snapshot has that code. One that should be in the snapshot and is
    not is left out, as are the links to it. One that the document no longer has is added if it is known well
    enough.
    """
    then = dict(_codes(document, snapshot))
    milestones = [
        _earlier(document, milestone, then, snapshot)
        for milestone in document.milestones
        if milestone.code in then
    ]
    milestones += _gone(then, snapshot)
    return document.model_copy(
        update={
            "metadata": document.metadata.model_copy(update={"data_date": snapshot.day}),
            "milestones": tuple(sorted(milestones, key=order_key)),
        }
    )


def unknown(document: Document, snapshot: Snapshot) -> tuple[str, ...]:
    """Return the codes in `snapshot` of milestones that `document` has not, and `as_of` does not add.

    Those in a whole schedule are not expected in one document.
    """
    if snapshot.is_schedule:
        return ()
    then = dict(_codes(document, snapshot))
    known = {*then.values(), *(milestone.code for milestone in _gone(then, snapshot))}
    return tuple(code for code in snapshot.rows if code not in known)


def is_about(snapshot: Snapshot, document: Document) -> bool:
    """Return whether `snapshot` has a milestone of `document`."""
    return any(code in snapshot.rows for each in document.milestones for code in (each.code, *each.aka))


def _gone(then: Mapping[str, str], snapshot: Snapshot) -> Iterator[Milestone]:
    """Yield the milestones that the document should have and does not, if enough is known of them."""
    if snapshot.scope is None or not set(snapshot.columns) >= _NEEDED:
        return
    known = set(then.values())
    for code, facts in snapshot.rows.items():
        milestone = Milestone.model_construct(code=code, **facts)
        if code not in known and snapshot.scope.holds(facts_of(milestone, snapshot.day)):
            yield milestone


def _codes(document: Document, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Yield the code of each milestone that existed then, with the code that it had."""
    for milestone in document.milestones:
        known = [code for code in (milestone.code, *milestone.aka) if code in snapshot.rows]
        if known:
            yield milestone.code, known[0]
        elif snapshot.scope is None or not snapshot.scope.holds(facts_of(milestone, snapshot.day)):
            yield milestone.code, milestone.code


def _earlier(
    document: Document, milestone: Milestone, then: Mapping[str, str], snapshot: Snapshot
) -> Milestone:
    """Return `milestone` as it was then."""
    code = then[milestone.code]
    said = dict(said_of(milestone, snapshot) or {})
    if snapshot.is_schedule and "name" in said:
        said["name"] = document.schedule.clean(said["name"])
    update = {
        "code": code,
        "aka": tuple(earlier for earlier in milestone.aka if earlier not in snapshot.rows),
        "predecessors": tuple(then[before] for before in milestone.predecessors if before in then),
        **said,
    }
    if "completed" not in said and _is_after(milestone.completed, snapshot.day):
        update["completed"] = None
    if "state" not in said and _is_after(milestone.since, snapshot.day):
        update["state"] = None
    state, completed = update.get("state", milestone.state), update.get("completed", milestone.completed)
    if state is not None and completed is not None:  # one of them is not from the snapshot, and not from then
        update["completed" if said.get("state") else "state"] = None
        state = update.get("state", milestone.state)
    if state is None or state != milestone.state or _is_after(milestone.since, snapshot.day):
        # The document has them for another state, or for the same one at another time.
        update |= {field: state and said.get(field) for field in ("since", "reason")}
    return milestone.model_copy(update=update)


def _is_after(day: date | None, other: date) -> bool:
    return day is not None and day > other
