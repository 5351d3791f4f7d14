"""Rules of the schedule: what milestones wait for, and when they are due and completed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.base.dates import iso
from milepost.base.errors import Severity, ValuePath
from milepost.base.suggest import REMOVE, Hint, Vocabulary
from milepost.document import schedule
from milepost.rules.dates.cycles import check_cycles
from milepost.rules.dates.links import check_links
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
    yield from check_links(document)


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
                first = _where(milestone, "predecessors", milestone.predecessors.index(code))
                yield Finding(
                    path=path,
                    rule="predecessor",
                    message=f"{code} is in this list twice",
                    hint=Hint("remove one of the two", removes=True),
                    others=(Other(first, f"{code} for the first time", at_key=False),),
                )
            elif document.milestone(code) is None:
                hint = codes.hint(code, "add it under milestones, or remove it here")
                if code in renamed:
                    hint = Hint(f"it is called {renamed[code]} now", words=code, instead=renamed[code])
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
                    others=(data_date(document),),
                )
        if milestone.completed is not None and state is not None:
            yield Finding(
                path=_where(milestone, "state"),
                rule="state",
                message=f"{code} cannot be completed and {state}",
                hint=Hint("remove one of the two", removes=True),
                at_key=True,
                others=(_completion(milestone),),
            )
        for key in ("since", "reason"):
            if state is None and getattr(milestone, key) is not None:
                yield Finding(
                    path=_where(milestone, key),
                    rule="since",
                    message=f"{key} is about the state of {code}, which has none",
                    hint=Hint(
                        "add  state: cancelled  or  state: deferred,  or remove this line",
                        adds=("state: cancelled", "state: deferred"),
                        removes=True,
                    ),
                    at_key=True,
                )
        final = schedule.state(milestone, known)
        if final in {schedule.State.COMPLETED, schedule.State.CANCELLED} and milestone.forecast is not None:
            yield Finding(
                path=_where(milestone, "forecast"),
                rule="forecast",
                message=f"{code} is {final} and still has a forecast",
                hint=REMOVE,
                severity=Severity.WARNING,
                at_key=True,
                others=(_end(milestone),),
            )


def _overdue(document: Document) -> Iterator[Finding]:
    """Yield the milestones that were expected before the data date, and are not completed."""
    known = document.metadata.data_date
    for milestone in document.milestones:
        code, state = milestone.code, schedule.state(milestone, known)
        if state in {schedule.State.COMPLETED, schedule.State.CANCELLED}:
            continue
        if milestone.forecast is not None and milestone.forecast.is_over(known):
            key, rule = "forecast", "past_forecast"
            message = f"{code} was forecast for {milestone.forecast}, before the data date"
            hint = "enter its completion or a later forecast"
        elif state is schedule.State.OVERDUE:
            key, rule = "due", "overdue"
            message = f"{code} was due {milestone.due}, before the data date"
            hint = "enter its completion or a forecast"
        else:
            continue
        outcome = "is not completed" if milestone.state is None else f"is {state}"
        yield Finding(
            path=_where(milestone, key),
            rule=rule,
            message=f"{message}, and {outcome}",
            hint=hint,
            severity=Severity.WARNING,
            at_key=True,
            others=(data_date(document),),
        )


def data_date(document: Document) -> Other:
    """Return the place of the data date, for findings about what is before or after it."""
    return Other(("document", "data_date"), f"the data date is {iso(document.metadata.data_date)}")


def _completion(milestone: Milestone) -> Other:
    day = f" {iso(milestone.completed)}" if milestone.completed is not None else ""
    return Other(_where(milestone, "completed"), f"{milestone.code} was completed{day}")


def _end(milestone: Milestone) -> Other:
    """Return the place that says that nothing is expected of `milestone` any more."""
    if milestone.completed is not None:
        return _completion(milestone)
    return Other(_where(milestone, "state"), f"{milestone.code} is {milestone.state}")
