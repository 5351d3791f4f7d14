"""What is odd in an export as far as it concerns a document. Nothing is corrected: the owner decides."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

from milepost.base.errors import Place, Problem, Severity, count, quoted
from milepost.schedule.activities import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.document.model import Document
    from milepost.importing.proposal import Proposal
    from milepost.schedule.activities import Schedule

_TO_GO = "delete"
"""How a name begins in the schedule that is to be removed from it."""
_SHORTEST = 3
"""A code of fewer characters says too little to be the beginning of another one."""


def doubts(document: Document, schedule: Schedule, proposal: Proposal) -> Iterator[Problem]:
    """Yield a warning for each thing that is odd in `schedule`."""
    yield from _cut_codes(schedule)
    yield from _recoded(document, schedule, proposal)
    yield from _names(schedule, proposal)
    yield from _without_news(schedule)


def _cut_codes(schedule: Schedule) -> Iterator[Problem]:
    """Yield codes in relations that are the beginning of one that has no relations at all."""
    ends = [(relation.predecessor, relation.successor) for relation in schedule.relations]
    related = Counter(chain.from_iterable(ends))
    alone = sorted(each.code for each in schedule.activities if each.code not in related)
    for code in sorted(related):
        if code in schedule.by_code or len(code) < _SHORTEST:
            continue
        position = bisect_left(alone, code)
        longer = [other for other in alone[position : position + 2] if other.startswith(code)]
        if len(longer) == 1:
            (whole,) = longer
            relations = count(related[code], "relation")
            message = f"{code}, in {relations}, is no activity; {whole} has no relations"
            yield _doubt(Place(schedule.file), message, f"{whole} may have been cut short there: ask for it")


def _recoded(document: Document, schedule: Schedule, proposal: Proposal) -> Iterator[Problem]:
    """Yield milestones that are missing, if one that the document does not have has the same name."""
    used = {activity.code for activity in proposal.found.values()}
    by_name = {each.name.casefold(): each for each in schedule.milestones if each.code not in used}
    for code in proposal.missing:
        milestone = document.milestone(code)
        other = by_name.get(milestone.name.casefold()) if milestone else None
        if other is not None:
            message = f"{code} is not in the schedule any more, and {other.code} has its name"
            hint = f"if it is the same, call it {other.code}, and add aka: [{code}]"
            yield _doubt(other.place, message, hint)


def _names(schedule: Schedule, proposal: Proposal) -> Iterator[Problem]:
    """Yield milestones of the document that are to go, or that have the name of another one."""
    names = Counter(each.name.casefold() for each in schedule.milestones)
    for code, activity in proposal.found.items():
        if activity.name.casefold().startswith(_TO_GO):
            message = f"{code} is called {quoted(activity.name)}"
            yield _doubt(activity.place, message, "cancel it (state: cancelled), or ask what is meant")
        elif names[activity.name.casefold()] > 1:
            name = activity.name.casefold()
            same = [each.code for each in schedule.milestones if each.name.casefold() == name]
            others = ", ".join(other for other in same if other != activity.code)
            yield _doubt(activity.place, f"{code} has the same name as {others}", "ask which is meant")


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
