"""What follows from a milestone's dates on the data date: its state, the date to expect, and its slip.

Rules, views, charts and the difference of editions all ask here, so that they never disagree.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from milepost.base.dates import iso, slip

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from milepost.document.model import Milestone


class State(StrEnum):
    """The state of a milestone on the data date; the values are the words for it."""

    COMPLETED = "completed"
    OPEN = "open"
    OVERDUE = "overdue"


class Coded(Protocol):
    """Has a code and earlier codes."""

    @property
    def code(self) -> str:
        """The present code."""

    @property
    def aka(self) -> tuple[str, ...]:
        """Earlier codes."""


def current_codes(milestones: Iterable[Coded]) -> dict[str, str]:
    """Return the present code for each earlier code of `milestones`."""
    return {old: milestone.code for milestone in milestones for old in milestone.aka}


def expected(milestone: Milestone) -> date:
    """Return the day of completion, or else the forecast, or else the due date."""
    return milestone.completed or milestone.forecast or milestone.due


def state(milestone: Milestone, data_date: date) -> State:
    """Return the state of `milestone`; it is overdue once the day that is expected now has passed."""
    if milestone.completed is not None:
        return State.COMPLETED
    return State.OVERDUE if expected(milestone) < data_date else State.OPEN


def status(milestone: Milestone, data_date: date) -> str:
    """Return the state in words, with the day of completion."""
    words = str(state(milestone, data_date))
    return words if milestone.completed is None else f"{words} {iso(milestone.completed)}"


def days_late(milestone: Milestone, data_date: date) -> int:
    """Return by how many days `milestone` is later than due; negative when it is earlier.

    That is the day of completion, else the forecast or, when overdue, the data date.
    """
    overdue = state(milestone, data_date) is State.OVERDUE
    return slip(milestone.due, data_date if overdue else expected(milestone))


def due_before(successor: Milestone, predecessor: Milestone) -> bool:
    """Return whether `successor` is due before its `predecessor`."""
    return successor.due < predecessor.due
