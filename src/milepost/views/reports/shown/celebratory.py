"""The milestones that are tracked for the public, with the date stated previously and the one of now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.base.dates import UNDATED, effect, iso, moved_by
from milepost.document import schedule
from milepost.history.states import row_of
from milepost.views.reports.shown.burndown import as_known
from milepost.views.reports.table import CODE, NAME, Column, Group, Kind, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from milepost.base.dates import PlannedDate
    from milepost.document.model import Document, Milestone
    from milepost.history.states import Snapshot
    from milepost.views.reports.table import Options, Row

CELEBRATORY, TRACKED = "celebratory", "tracked"
"""The tags and the columns of a recorded export that say so."""

_NOTHING = f"No milestone has the tag {CELEBRATORY} or {TRACKED}, and no export marks one: select them."


def celebratory(document: Document, snapshots: Sequence[Snapshot], options: Options) -> Table:
    """List the milestones that are tracked for the public.

    These are the ones with a tag that says so, and those that the last recorded export marks. If there is
    none of either, the selection says which are meant.
    """
    data_date = document.metadata.data_date
    recorded = _last_marked([*snapshots, options.recorded] if options.recorded else snapshots)
    marks = {each.code: tuple(_marks(each, recorded)) for each in document.milestones}
    is_marked = any(marks.values())
    before = max(
        (each for each in snapshots if each.day < data_date), key=lambda each: each.day, default=None
    )
    listed: list[Milestone] = []
    if is_marked or options.selection is not None:
        listed = [each for each in options.milestones(document) if marks[each.code] or not is_marked]
    return Table(
        name="celebratory",
        title="Milestones tracked for the public",
        handle=document.metadata.handle,
        data_date=data_date,
        note=" ".join(_note(before, recorded, is_marked=is_marked)),
        columns=(
            CODE,
            NAME,
            Column(name="previously", title="Previously", kind=Kind.DATE),
            Column(name="now", title="Now", kind=Kind.DATE),
            Column(name="moved", title="Moved"),
            Column(name="status", title="Status"),
        ),
        groups=(
            Group(
                rows=tuple(_row(each, before, document) for each in _in_order(listed)),
                nothing="There are none." if is_marked or options.selection else _NOTHING,
            ),
        ),
    )


def _last_marked(snapshots: Iterable[Snapshot]) -> Snapshot | None:
    """Return the latest state that says which milestones are tracked for the public."""
    found = (each for each in snapshots if {CELEBRATORY, TRACKED} & set(each.columns))
    return max(found, key=lambda each: each.day, default=None)


def _marks(milestone: Milestone, recorded: Snapshot | None) -> Iterator[str]:
    row = (row_of(milestone, recorded) if recorded else None) or {}
    for mark in (CELEBRATORY, TRACKED):
        if mark in milestone.tags or row.get(mark):
            yield mark


def _note(before: Snapshot | None, recorded: Snapshot | None, *, is_marked: bool) -> Iterator[str]:
    yield "The date is that of completion, or else the one that is expected."
    yield f"Previously is {iso(before.day)}." if before else "No earlier state is known."
    if before and "forecast" not in before.columns:
        yield "That state has no forecasts: its due dates are taken."
    if is_marked and recorded:
        yield (
            f"Tracked are those with the tags {CELEBRATORY} and {TRACKED}, "
            f"and those that the schedule of {iso(recorded.day)} marks."
        )


def _in_order(milestones: Iterable[Milestone]) -> list[Milestone]:
    """Return milestones by the date that is expected; those without one come last."""
    return sorted(milestones, key=lambda each: schedule.expected(each) or UNDATED)


def _row(milestone: Milestone, before: Snapshot | None, document: Document) -> Row:
    then = as_known(milestone, before) if before else None
    previously = schedule.expected(then) if then else None
    now = schedule.expected(milestone)
    data_date = document.metadata.data_date
    status = schedule.status(milestone, data_date)
    return milestone.code, milestone.name, previously, now, _moved(previously, now), status


def _moved(previously: PlannedDate | None, now: PlannedDate | None) -> str | None:
    """Return in words how the date has changed; nothing where it has not, or is not known."""
    if previously is None or now is None or previously == now:
        return None
    return moved_by(previously, now) or effect(previously, now)
