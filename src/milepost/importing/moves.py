"""What moved in the schedule: since the last recorded export or, without one, since the document."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from milepost.base.dates import iso
from milepost.document.schedule import current_codes
from milepost.history.exports import plain, snapshot_of_schedule
from milepost.history.names import snapshots_in
from milepost.history.snapshots import load_snapshot
from milepost.moves.explain import explain
from milepost.moves.facts import FIELDS, State, links_of, of_document, of_snapshot
from milepost.moves.values import values_of

if TYPE_CHECKING:
    from pathlib import Path

    from milepost.importing.month import Month
    from milepost.importing.recording import Recording
    from milepost.moves.explain import Explanation
    from milepost.moves.facts import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What moved in the schedule.

    Attributes:
        since: what the export is compared with, in words.
        explanations: of the forecasts and of the due dates.
    """

    since: str
    explanations: tuple[Explanation, ...]


def moved(month: Month, folder: Path, recorded_before: Recording | None = None) -> Moved:
    """Return what moved between an export and the state before.

    Args:
        month: the export, and what it does to the document.
        folder: where exports are recorded; of these, the last one before this is compared with it. Without
            one, the milestones of the document are, and what is the document's own does not move.
        recorded_before: the export that the same import records before this one.
    """
    document, export = month.before.document, month.export
    threshold = document.schedule.threshold or 0
    recorded = of_snapshot(snapshot_of_schedule(export.schedule, export.data_date))
    links = [(plain(each.predecessor), plain(each.successor)) for each in export.schedule.relations]
    before = next((each for each in snapshots_in(folder) if each[0] < export.data_date), None)
    if recorded_before is not None and (before is None or before[0] <= recorded_before.state.day):
        before = recorded_before.state.day, recorded_before.path
    if before is not None:
        day, path = before
        if recorded_before is not None and path == recorded_before.path:
            state = recorded_before.state
        else:
            state = load_snapshot(path).snapshot
        earlier = of_snapshot(state)
        later = replace(recorded, aka=current_codes(document.milestones))
        return Moved(
            since=f"{iso(day)} ({path.parent.name}/{path.name})",
            explanations=explain(earlier, later, links, threshold),
        )
    states = _in_document(month, recorded)
    return Moved(since="the document", explanations=explain(*states, _links(month, links), threshold))


def values(month: Month, found: Moved) -> dict[str, Any]:
    """Return what moved for JSON: the export, what it is compared with, and the explanations."""
    schedule = month.export.schedule
    return {
        "export": schedule.file,
        "sha256": schedule.sha256,
        "data_date": iso(month.export.data_date),
        "since": found.since,
        "missing": list(month.proposal.missing),
        "moves": values_of(found.explanations),
    }


def _in_document(month: Month, recorded: State) -> tuple[State, State]:
    """Return the milestones of the document that the export has, as both have it; new ones are later only."""
    whole = of_document(month.before.document)
    codes = {code: plain(activity.code) for code, activity in month.proposal.found.items()}
    earlier = {code: whole.milestones[code] for code in codes}
    later = {
        code: replace(recorded.milestones[known], name=earlier[code].name)
        for code, known in codes.items()
        if known in recorded.milestones
    }
    for own in month.proposal.own:
        code, key = own.fact.code, own.fact.key
        if key in FIELDS and code in later:
            later[code] = replace(later[code], **{key: getattr(earlier[code], key)})
    for new in month.proposal.new:
        if facts := recorded.milestones.get(plain(new.code)):
            later[new.code] = replace(facts, name=new.name)
    return (
        State(milestones={code: earlier[code] for code in later if code in earlier}),
        State(milestones=later, stated=recorded.stated),
    )


def _links(month: Month, links: list[Link]) -> list[Link]:
    """Return the links of the export, with the document's codes, and those of the document."""
    codes = {plain(activity.code): code for code, activity in month.proposal.found.items()}
    of_export = [(codes.get(before, before), codes.get(after, after)) for before, after in links]
    return [*of_export, *links_of(month.before.document)]
