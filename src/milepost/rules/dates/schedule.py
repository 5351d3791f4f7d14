"""Rules of the schedule: what milestones wait for, and when they are due and completed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.base.dates import iso, planned
from milepost.base.errors import Severity, ValuePath
from milepost.base.suggest import Vocabulary
from milepost.document import schedule
from milepost.rules.dates.cycles import check_cycles
from milepost.rules.finding import Finding, Other

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.document.model import Document, Milestone


def check_schedule(document: Document) -> Iterator[Finding]:
    """Yield what is wrong or doubtful about predecessors and dates."""
    yield from _predecessors(document)
    yield from check_cycles(document)
    yield from _states(document)
    yield from _overdue(document)
    yield from _contradictions(document)


def _where(milestone: Milestone, *key: str | int) -> ValuePath:
    return ("milestones", milestone.code, *key)


def _predecessors(document: Document) -> Iterator[Finding]:
    codes = Vocabulary(milestone.code for milestone in document.milestones)
    renamed = schedule.current_codes(document.milestones)
    for milestone in document.milestones:
        seen: set[str] = set()
        for index, code in enumerate(milestone.predecessors):
            path = _where(milestone, "predecessors", index)
            if code in seen:
                message, hint = f"{code} is in this list twice", "remove one of the two"
                yield Finding(path=path, rule="predecessor", message=message, hint=hint)
            elif document.milestone(code) is None:
                hint = codes.hint(code, "add it under milestones, or remove it here")
                if code in renamed:
                    hint = f"it is called {renamed[code]} now"
                yield Finding(
                    path=path, rule="predecessor", message=f"there is no milestone {code}", hint=hint
                )
            seen.add(code)


def _states(document: Document) -> Iterator[Finding]:
    """Yield what contradicts the state of a milestone."""
    known = document.metadata.data_date
    for milestone in document.milestones:
        code, state = milestone.code, milestone.state
        for key, what in (("completed", "completed"), ("since", f"{state or 'cancelled'}")):
            day = getattr(milestone, key)
            if day is not None and day > known:
                yield Finding(
                    path=_where(milestone, key),
                    rule="future",
                    message=f"{code} cannot be {what} after the data date, {iso(known)}",
                    hint="fix the date, or set data_date to the day of the schedule",
                )
        if milestone.completed is not None and state is not None:
            yield Finding(
                path=_where(milestone, "state"),
                rule="state",
                message=f"{code} cannot be completed and {state}",
                hint="remove one of the two",
                at_key=True,
            )
        for key in ("since", "reason"):
            if state is None and getattr(milestone, key) is not None:
                yield Finding(
                    path=_where(milestone, key),
                    rule="since",
                    message=f"{key} is about the state of {code}, which has none",
                    hint="add  state: cancelled  or  state: deferred,  or remove this line",
                    at_key=True,
                )
        final = schedule.state(milestone, known)
        if final in {schedule.State.COMPLETED, schedule.State.CANCELLED} and milestone.forecast is not None:
            yield Finding(
                path=_where(milestone, "forecast"),
                rule="forecast",
                message=f"{code} is {final} and still has a forecast",
                hint="remove it",
                severity=Severity.WARNING,
                at_key=True,
            )


def _overdue(document: Document) -> Iterator[Finding]:
    known = document.metadata.data_date
    for milestone in document.milestones:
        if schedule.state(milestone, known) is schedule.State.OVERDUE:
            key, what = ("forecast", "forecast for") if milestone.forecast else ("due", "due")
            message = f"{milestone.code} was {what} {schedule.expected(milestone)}, before the data date"
            yield Finding(
                path=_where(milestone, key),
                rule="overdue",
                message=f"{message}, and is not completed",
                hint="enter its completion or a forecast",
                severity=Severity.WARNING,
                at_key=True,
            )


def _contradictions(document: Document) -> Iterator[Finding]:
    for milestone in document.milestones:
        for index, code in enumerate(milestone.predecessors):
            predecessor = document.milestone(code)
            if predecessor is None:
                continue
            for rule, message, hint in _doubts(milestone, predecessor):
                yield Finding(
                    path=_where(milestone, "predecessors", index),
                    rule=rule,
                    message=message,
                    hint=hint,
                    severity=Severity.WARNING,
                    others=(_dates(milestone), _dates(predecessor)),
                )


def _dates(milestone: Milestone) -> Other:
    """Return the dates of a milestone that contradicts another one."""
    dates = [("due", milestone.due), ("forecast", milestone.forecast), ("completed", milestone.completed)]
    stated = [f"{what} {planned(date)}" for what, date in dates if date is not None]
    if milestone.cancelled:
        stated.append("cancelled")
    return Other(_where(milestone), f"{milestone.code}: {', '.join(stated)}")


def _doubts(milestone: Milestone, predecessor: Milestone) -> Iterator[tuple[str, str, str]]:
    """Yield rule, message and hint of what is doubtful about a milestone and one that it waits for."""
    code, before = milestone.code, predecessor.code
    if predecessor.cancelled and milestone.completed is None and not milestone.cancelled:
        yield "cancelled", f"{code} waits for {before}, which is cancelled", "remove it from this list"
    if milestone.completed is not None and predecessor.completed is None and not predecessor.cancelled:
        message = f"{code} is completed but its predecessor {before} is not"
        yield "unfinished", message, "look whether it still depends on it"
    if schedule.due_before(milestone, predecessor):
        message = f"{code} is due {milestone.due}, before its predecessor {before} ({predecessor.due})"
        yield "backwards", message, "look at the two dates"
