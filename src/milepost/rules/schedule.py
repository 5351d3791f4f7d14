"""Rules of the schedule: what milestones wait for, and when they are due and completed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.base.dates import iso
from milepost.base.errors import Severity, ValuePath
from milepost.base.suggest import Vocabulary
from milepost.document import schedule
from milepost.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.document.model import Document, Milestone


def check_schedule(document: Document) -> Iterator[Finding]:
    """Yield what is wrong or doubtful about predecessors and dates."""
    yield from _predecessors(document)
    yield from _cycles(document)
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


def _cycles(document: Document) -> Iterator[Finding]:
    """Yield the cycles of predecessors; of several that are knotted together, at least one."""
    order = {milestone.code: position for position, milestone in enumerate(document.milestones)}
    finished: set[str] = set()
    for start in document.milestones:
        trail: list[str] = []
        depth_of: dict[str, int] = {}
        waiting = [(start.code, 0)]
        while waiting:
            code, depth = waiting.pop()
            for left in trail[depth:]:
                del depth_of[left]
            del trail[depth:]
            if code in depth_of:
                yield _cycle(document, trail[depth_of[code] :], order)
            elif code not in finished:
                finished.add(code)
                depth_of[code] = len(trail)
                trail.append(code)
                milestone = document.milestone(code)
                predecessors = milestone.predecessors if milestone else ()
                waiting.extend((each, depth + 1) for each in reversed(predecessors) if each in order)


def _cycle(document: Document, codes: list[str], order: dict[str, int]) -> Finding:
    """Return the finding about a cycle, told from the milestone of it that the document has first."""
    first = codes.index(min(codes, key=order.__getitem__))
    codes = [*codes[first:], *codes[:first]]
    after = codes[1] if len(codes) > 1 else codes[0]
    milestone = document.milestone(codes[0])
    index = milestone.predecessors.index(after) if milestone else 0
    if len(codes) == 1:
        message, hint = f"{codes[0]} waits for itself", "remove it from this list"
    else:
        message = f"these milestones wait for each other: {' waits for '.join([*codes, codes[0]])}"
        hint = "remove one of these predecessors"
    path = ("milestones", codes[0], "predecessors", index)
    return Finding(path=path, rule="cycle", message=message, hint=hint)


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
                )


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
