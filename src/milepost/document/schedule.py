"""What follows from a milestone's dates on the data date: its state, the date to expect, and its slip.

Rules, views, charts and the difference of editions all ask here, so that they never disagree.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from milepost.base import dates
from milepost.base.dates import UNDATED, PlannedDate, iso

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


class State(StrEnum):
    """The state of a milestone on the data date; the values are the words for it."""

    COMPLETED = "completed"
    OPEN = "open"
    OVERDUE = "overdue"
    DEFERRED = "deferred"
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        """Whether the milestone is planned and not completed."""
        return self in {State.OPEN, State.OVERDUE}

    @property
    def is_set_aside(self) -> bool:
        """Whether the milestone is deferred or cancelled, so that nobody waits for it on its due date."""
        return self in {State.DEFERRED, State.CANCELLED}


class Coded(Protocol):
    """Has a code and earlier codes."""

    @property
    def code(self) -> str:
        """The present code."""

    @property
    def aka(self) -> tuple[str, ...]:
        """Earlier codes."""


class Planned(Protocol):
    """Has the dates of a milestone and what has become of it, as `milepost.document.model.Milestone` has."""

    @property
    def due(self) -> PlannedDate:
        """The baseline date."""

    @property
    def forecast(self) -> PlannedDate | None:
        """The date that is expected now."""

    @property
    def completed(self) -> date | None:
        """The day of completion."""

    @property
    def state(self) -> str | None:
        """Whether it is `cancelled` or `deferred`."""

    @property
    def since(self) -> date | None:
        """The day of that decision."""

    @property
    def cancelled(self) -> bool:
        """Whether it is no longer planned."""


def current_codes(milestones: Iterable[Coded]) -> dict[str, str]:
    """Return the present code for each earlier code of `milestones`."""
    return {old: milestone.code for milestone in milestones for old in milestone.aka}


def expected(milestone: Planned) -> PlannedDate | None:
    """Return the day of completion, or else the forecast, or else the due date.

    The due date of a deferred milestone no longer holds, and nobody expects a cancelled one.
    """
    if milestone.completed is not None:
        return PlannedDate(milestone.completed)
    if milestone.cancelled:
        return None
    return milestone.forecast or (milestone.due if milestone.state is None else UNDATED)


def state(milestone: Planned, data_date: date) -> State:
    """Return the state of `milestone`; it is overdue once the date that is expected now has passed."""
    if milestone.completed is not None:
        return State.COMPLETED
    if milestone.state is not None:
        return State(milestone.state)
    date_now = milestone.forecast or milestone.due
    return State.OVERDUE if date_now.is_over(data_date) else State.OPEN


def since(milestone: Planned) -> date | None:
    """Return the day of completion, or the day on which the milestone was cancelled or deferred."""
    return milestone.completed or milestone.since


def status(milestone: Planned, data_date: date) -> str:
    """Return the state in words, with the day from which it holds."""
    words, day = str(state(milestone, data_date)), since(milestone)
    return words if day is None else f"{words} {iso(day)}"


def slip(milestone: Planned, data_date: date) -> tuple[int, str]:
    """Return by how many days `milestone` is certainly later than due, and its slip in words.

    That is the day of completion, else the forecast or, when overdue, the data date. The number is negative
    when it is earlier, and the words are `none` for what is expected when it is due. A milestone that is
    cancelled or deferred has no slip.
    """
    now = state(milestone, data_date)
    reached = PlannedDate(data_date) if now is State.OVERDUE else expected(milestone)
    return slip_on(now, milestone.due, reached)


def slip_on(now: State, due: PlannedDate, reached: PlannedDate | None) -> tuple[int, str]:
    """Return the slip, as `slip` does, of a milestone in the state `now` that is done on `reached`."""
    if reached is None or now.is_set_aside:
        return 0, "none"
    days = dates.slip(due, reached)
    # An open milestone is not on time yet.
    words = dates.slip_in_words(due, reached) if days or now is State.COMPLETED else ""
    return days, words or "none"


def due_before(successor: Planned, predecessor: Planned) -> bool:
    """Return whether `successor` is certainly due before its `predecessor`, and both are still planned."""
    return not (successor.cancelled or predecessor.cancelled) and successor.due.is_before(predecessor.due)
