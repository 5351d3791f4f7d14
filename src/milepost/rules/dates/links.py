"""Rules of dates between a milestone and one that it waits for. Each link is looked at by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.base.dates import iso, planned
from milepost.base.errors import Severity
from milepost.base.suggest import Hint
from milepost.document import schedule
from milepost.document.schedule import State
from milepost.rules.finding import Finding, Other

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from milepost.document.model import Document, Milestone

_LOOK = "look at the two dates, and at the link"


def check_links(document: Document) -> Iterator[Finding]:
    """Yield the links whose two milestones have dates or states that contradict each other."""
    known = document.metadata.data_date
    for milestone in document.milestones:
        for index, code in enumerate(milestone.predecessors):
            predecessor = document.milestone(code)
            if predecessor is None or code == milestone.code or code in milestone.predecessors[:index]:
                continue  # which are other faults
            for rule, message, hint in _doubts(milestone, predecessor, known):
                yield Finding(
                    path=("milestones", milestone.code, "predecessors", index),
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
        yield "unfinished", message, "look whether it still depends on it"
    if done is not None and done_before is not None and done < done_before:
        message = f"{code} was completed {iso(done)}, before its predecessor {before} ({iso(done_before)})"
        yield "completed_first", message, _LOOK
    if schedule.due_before(milestone, predecessor):
        message = f"{code} is due {milestone.due}, before its predecessor {before} ({predecessor.due})"
        yield "backwards", message, "look at the two dates"
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
        yield "expected_first", message, "look at the two forecasts"
