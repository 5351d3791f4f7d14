"""Rules of dates between a milestone and what it waits for.

Each link is looked at by itself, and beyond it only where no day is known of what it leads to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.base.dates import Unit, iso, planned
from milepost.base.errors import Severity
from milepost.base.suggest import Hint
from milepost.document import schedule
from milepost.document.schedule import State
from milepost.rules.dates.chains import Chains
from milepost.rules.finding import Finding, Other

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from milepost.base.dates import PlannedDate
    from milepost.document.model import Document, Milestone


def check_links(document: Document) -> Iterator[Finding]:
    """Yield the links whose two milestones, or those at the ends of a chain, contradict each other."""
    known = document.metadata.data_date
    due = Chains(document, _due)
    expected = Chains(document, _still_expected)
    for milestone in document.milestones:
        seen: set[tuple[str, str]] = set()
        for index, code in enumerate(milestone.predecessors):
            predecessor = document.milestone(code)
            if predecessor is None or code == milestone.code or code in milestone.predecessors[:index]:
                continue  # which are other faults
            doubts = [(*doubt, predecessor) for doubt in _doubts(milestone, predecessor, known)]
            if predecessor.predecessors and _has_no_day(predecessor):
                doubts += _through(milestone, predecessor, (due, expected), known)
            for rule, message, hint, other in doubts:
                if (rule, other.code) in seen:
                    continue  # another link leads to it, too
                seen.add((rule, other.code))
                between = () if other is predecessor else (_dates(predecessor),)
                yield Finding(
                    path=("milestones", milestone.code, "predecessors", index),
                    rule=rule,
                    message=message,
                    hint=hint,
                    severity=Severity.WARNING,
                    others=(_dates(milestone), *between, _dates(other)),
                )


def _due(milestone: Milestone) -> PlannedDate | None:
    return None if milestone.cancelled else milestone.due


def _still_expected(milestone: Milestone) -> PlannedDate | None:
    return schedule.expected(milestone) if milestone.completed is None else None


def _has_no_day(milestone: Milestone) -> bool:
    """Return whether what `milestone` waits for may be later, and nothing contradicts that."""
    dates = (milestone.due, schedule.expected(milestone))
    return any(each is not None and each.unit is not Unit.DAY for each in dates)


def _through(
    milestone: Milestone, predecessor: Milestone, chains: tuple[Chains, Chains], known: date
) -> Iterator[tuple[str, str, str, Milestone]]:
    """Yield rule, message, hint and milestone of what contradicts `milestone` beyond `predecessor`."""
    due, expected = chains
    way = f"which it waits for through {predecessor.code}"
    fix = f"correct one of the dates, or remove {predecessor.code} from this list"
    found = None if milestone.cancelled else due.latest(predecessor)
    if found is not None and _is_new(milestone, found[1], predecessor) and milestone.due.is_before(found[0]):
        message = f"{milestone.code} is due {milestone.due}, before {found[1].code} ({found[0]}), {way}"
        yield "backwards", message, fix, found[1]
    found = expected.latest(predecessor) if schedule.state(milestone, known) is State.OPEN else None
    if found is None or not _is_new(milestone, found[1], predecessor):
        return
    date_now = schedule.expected(milestone)
    has_forecast = milestone.forecast is not None or found[1].forecast is not None
    if has_forecast and date_now is not None and date_now.is_before(found[0]):
        message = f"{milestone.code} is expected {date_now}, before {found[1].code} ({found[0]}), {way}"
        yield "expected_first", message, fix, found[1]


def _is_new(milestone: Milestone, other: Milestone, predecessor: Milestone) -> bool:
    """Return whether no link of `milestone` leads to `other` itself."""
    return other is not predecessor and other is not milestone and other.code not in milestone.predecessors


def _dates(milestone: Milestone) -> Other:
    """Return the dates of a milestone that contradicts another one."""
    dates = [("due", milestone.due), ("forecast", milestone.forecast), ("completed", milestone.completed)]
    stated = [f"{what} {planned(date)}" for what, date in dates if date is not None]
    if milestone.state is not None:
        stated.append(milestone.state)
    return Other(("milestones", milestone.code), f"{milestone.code}: {', '.join(stated)}")


def _doubts(milestone: Milestone, predecessor: Milestone, known: date) -> Iterator[tuple[str, str, str]]:
    """Yield rule, message and hint of what is doubtful about a milestone and one that it waits for."""
    code, before = milestone.code, predecessor.code
    done, done_before = milestone.completed, predecessor.completed
    if predecessor.cancelled and done is None and not milestone.cancelled:
        yield (
            "cancelled",
            f"{code} waits for {before}, which is cancelled",
            Hint("remove it from this list", removes=True),
        )
    if done is not None and done_before is None and not predecessor.cancelled:
        message = f"{code} is completed but its predecessor {before} is not"
        yield "unfinished", message, f"enter the completion of {before}, or remove it from this list"
    if done is not None and done_before is not None and done < done_before:
        message = f"{code} was completed {iso(done)}, before its predecessor {before} ({iso(done_before)})"
        yield "completed_first", message, f"correct one of the two days, or remove {before} from this list"
    if schedule.due_before(milestone, predecessor):
        message = f"{code} is due {milestone.due}, before its predecessor {before} ({predecessor.due})"
        yield "backwards", message, f"correct one of the two dates, or remove {before} from this list"
    if milestone.forecast is None and predecessor.forecast is None:
        return  # so that only due dates could contradict each other
    # Nobody expects a milestone any more on a day that has passed, which is another finding.
    expected, expected_before = schedule.expected(milestone), schedule.expected(predecessor)
    if (
        schedule.state(milestone, known) is State.OPEN
        and done_before is None
        and expected is not None
        and expected_before is not None
        and expected.is_before(expected_before)
    ):
        message = f"{code} is expected {expected}, before its predecessor {before} ({expected_before})"
        yield "expected_first", message, f"correct one of the two dates, or remove {before} from this list"
