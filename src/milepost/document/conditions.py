"""The conditions of selections: what they are about, and when a value of each holds for a milestone.

`milepost.document.selection` is how they are written. Nothing here imports pydantic, which is slow.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from milepost.base.dates import PlannedDate, planned
from milepost.document import schedule

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from milepost.document.schedule import State


class Candidate(schedule.Planned, schedule.Coded, Protocol):
    """May be selected: a milestone, as `milepost.document.model.Milestone` describes it."""

    @property
    def level(self) -> int | None:
        """Its level in the schedule."""

    @property
    def wbs(self) -> str | None:
        """Its place in the work breakdown structure."""

    @property
    def tags(self) -> tuple[str, ...]:
        """Short words."""


class Facts(NamedTuple):
    """What is known of a milestone on the data date: that is what conditions are about."""

    code: str
    level: int | None
    wbs: str | None
    state: State
    due: PlannedDate
    completed: PlannedDate | None
    forecast: PlannedDate | None
    tags: tuple[str, ...]


def facts_of(milestone: Candidate, data_date: date) -> Facts:
    """Return what is known of `milestone` on the data date."""
    return Facts(
        code=milestone.code,
        level=milestone.level,
        wbs=milestone.wbs,
        state=schedule.state(milestone, data_date),
        due=milestone.due,
        completed=None if milestone.completed is None else planned(milestone.completed),
        forecast=milestone.forecast,
        tags=milestone.tags,
    )


def _is_within(place: str | None, whole: str) -> bool:
    """Return whether a place in a work breakdown structure is `whole` or a part of it."""
    return place is not None and f"{place}.".startswith(f"{whole}.")


NO_LEVEL = 0
"""The level, in a selection, of a milestone that has none."""

HOLDS: Mapping[str, Callable[[Facts, Any], bool]] = {
    "codes": lambda facts, pattern: fnmatchcase(facts.code, pattern),
    "level": lambda facts, level: (facts.level or NO_LEVEL) == level,
    "wbs": lambda facts, whole: _is_within(facts.wbs, whole),
    "state": lambda facts, state: facts.state is state,
    "due": lambda facts, days: facts.due in days,
    "completed": lambda facts, days: facts.completed in days,
    "forecast": lambda facts, days: facts.forecast in days,
    "tags": lambda facts, tag: tag in facts.tags,
}
"""The keys of the conditions, each with a function that says whether one of its values holds."""
