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
    yield from _completions(document)
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


def _completions(document: Document) -> Iterator[Finding]:
    known = document.metadata.data_date
    for milestone in document.milestones:
        if milestone.completed is not None and milestone.completed > known:
            yield Finding(
                path=_where(milestone, "completed"),
                rule="future",
                message=f"{milestone.code} cannot be completed after the data date, {iso(known)}",
                hint="fix the date, or set data_date to the day of the schedule",
            )
        if milestone.completed is not None and milestone.forecast is not None:
            yield Finding(
                path=_where(milestone, "forecast"),
                rule="forecast",
                message=f"{milestone.code} is completed and still has a forecast",
                hint="remove it",
                severity=Severity.WARNING,
                at_key=True,
            )


def _overdue(document: Document) -> Iterator[Finding]:
    known = document.metadata.data_date
    for milestone in document.milestones:
        if schedule.state(milestone, known) is schedule.State.OVERDUE:
            key = "forecast" if milestone.forecast else "due"
            what = f"{'forecast for' if milestone.forecast else 'due'} {iso(schedule.expected(milestone))}"
            yield Finding(
                path=_where(milestone, key),
                rule="overdue",
                message=f"{milestone.code} was {what}, before the data date, and is not completed",
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
            path = _where(milestone, "predecessors", index)
            if milestone.completed is not None and predecessor.completed is None:
                yield Finding(
                    path=path,
                    rule="unfinished",
                    message=f"{milestone.code} is completed but its predecessor {code} is not",
                    hint="look whether it still depends on it",
                    severity=Severity.WARNING,
                )
            if schedule.due_before(milestone, predecessor):
                message = (
                    f"{milestone.code} is due {iso(milestone.due)}, "
                    f"before its predecessor {code} ({iso(predecessor.due)})"
                )
                yield Finding(
                    path=path,
                    rule="backwards",
                    message=message,
                    hint="look at the two dates",
                    severity=Severity.WARNING,
                )
