"""What is odd in an export as far as it concerns a document. Nothing is corrected: the owner decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.base.errors import Place, Problem, Severity, count, quoted
from milepost.document.conditions import facts_of
from milepost.importing.additions.cut_codes import cut_codes
from milepost.importing.additions.entries import TO_GO
from milepost.schedule.activities import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.document.model import Document
    from milepost.importing.proposal import Proposal
    from milepost.schedule.activities import Activity, Schedule


def doubts(document: Document, schedule: Schedule, proposal: Proposal) -> Iterator[Problem]:
    """Yield a warning for each thing that is odd in `schedule`."""
    yield from _cut_codes(schedule)
    yield from proposal.held
    yield from _recoded(document, schedule, proposal)
    yield from _gone(document, schedule, proposal)
    yield from _names(schedule, proposal)
    yield from _without_news(schedule)


def _cut_codes(schedule: Schedule) -> Iterator[Problem]:
    """Yield codes in relations that are the beginning of one that has no relations at all."""
    for code, (number, longer) in cut_codes(schedule).items():
        if len(longer) == 1:
            (whole,) = longer
            message = f"{code}, in {count(number, 'relation')}, is no activity; {whole} has no relations"
            yield _doubt(Place(schedule.file), message, f"{whole} may have been cut short there: ask for it")


def _recoded(document: Document, schedule: Schedule, proposal: Proposal) -> Iterator[Problem]:
    """Yield milestones that are missing, if one that the document does not have has the same name."""
    for code, other in _recodings(document, schedule, proposal).items():
        message = f"{code} is not in the schedule any more, and {other.code} has its name"
        hint = f"if it is the same, call it {other.code}, and add aka: [{code}]"
        yield _doubt(other.place, message, hint)


def _recodings(document: Document, schedule: Schedule, proposal: Proposal) -> dict[str, Activity]:
    """Return the activity that has the name of each milestone that is missing, by the milestone's code."""
    used = {activity.code for activity in proposal.found.values()} | {each.code for each in proposal.new}
    others = (each for each in schedule.milestones if each.code not in used)
    by_name = {document.schedule.clean(each.name).casefold(): each for each in others}
    names = ((code, document.milestone(code)) for code in proposal.missing)
    same = ((code, by_name.get(each.name.casefold())) for code, each in names if each is not None)
    return {code: other for code, other in same if other is not None}


def _gone(document: Document, schedule: Schedule, proposal: Proposal) -> Iterator[Problem]:
    """Yield milestones that are missing, if the document asks for them and still has them as planned."""
    asked = document.schedule
    selections = [each for each in (asked.codes, asked.deliveries) if each is not None]
    recoded = _recodings(document, schedule, proposal)
    for code in proposal.missing:
        milestone = document.milestone(code)
        if milestone is None or milestone.cancelled or code in recoded:
            continue
        facts = facts_of(milestone, document.metadata.data_date)
        if any(each.holds(facts) for each in selections):
            cancelled = "" if milestone.completed else "if it is no longer planned, add state: cancelled; "
            hint = f"{cancelled}if it has another code there, make that its code, and add aka: [{code}]"
            yield _doubt(Place(schedule.file), f"{code} is not in the schedule any more", hint)


def _names(schedule: Schedule, proposal: Proposal) -> Iterator[Problem]:
    """Yield milestones of the document that are to go, or that have the name of another one."""
    same: dict[str, list[str]] = {}
    for each in schedule.milestones:
        same.setdefault(each.name.casefold(), []).append(each.code)
    added = {each.code: schedule.by_code[each.code] for each in proposal.new}
    for code, activity in {**proposal.found, **added}.items():
        name = activity.name.casefold()
        if name.startswith(TO_GO):
            message = f"{code} is called {quoted(activity.name)}"
            yield _doubt(activity.place, message, "cancel it (state: cancelled), or ask what is meant")
        elif name and (others := [other for other in same.get(name, ()) if other != activity.code]):
            message = f"{code} has the same name as {', '.join(others)}"
            yield _doubt(activity.place, message, "ask which is meant")


def _without_news(schedule: Schedule) -> Iterator[Problem]:
    """Yield a warning if every forecast is the baseline, so that none says anything."""
    still_open = [
        each
        for each in schedule.milestones
        if each.status is not Status.COMPLETED and each.baseline is not None and each.finish is not None
    ]
    if len(still_open) > 1 and all(each.finish == each.baseline for each in still_open):
        message = f"the forecast of all {count(len(still_open), 'open milestone')} is the baseline"
        yield _doubt(Place(schedule.file), message, "look whether it was exported from the current schedule")


def _doubt(place: Place, message: str, hint: str) -> Problem:
    return Problem(rule="schedule", place=place, message=message, hint=hint, severity=Severity.WARNING)
