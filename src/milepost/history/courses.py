"""The course of a milestone: what each state of the schedule says of it, from the earliest to the present."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.history.states import FACTS, said_of, snapshot_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from typing import Any

    from milepost.base.dates import PlannedDate
    from milepost.document.model import Document
    from milepost.history.states import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What one state says of one milestone.

    Attributes:
        day: the data date of the state.
        due, forecast, completed, state: as of a milestone; None for nothing.
        stated: the fields that the state has, some of `milepost.history.states.FACTS`. Another field is
            unknown then, which is not the same as None.
    """

    day: date
    due: PlannedDate | None = None
    forecast: PlannedDate | None = None
    completed: date | None = None
    state: str | None = None
    stated: frozenset[str] = frozenset(FACTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A milestone of a document, and its points from the earliest to that of the document itself.

    A state that does not have the milestone has no point.
    """

    code: str
    name: str
    points: tuple[Point, ...]


def courses(document: Document, snapshots: Iterable[Snapshot]) -> tuple[Course, ...]:
    """Return the course of each milestone of `document`, in the document's order.

    Args:
        document: the present state.
        snapshots: the earlier states, in any order. States from the data date of `document` on are left out.
    """
    present = document.metadata.data_date
    earlier = sorted((each for each in snapshots if each.day < present), key=lambda each: each.day)
    states = [*earlier, snapshot_of(document)]
    return tuple(
        Course(
            code=milestone.code,
            name=milestone.name,
            points=tuple(
                _point(said, snapshot.day)
                for snapshot in states
                if (said := said_of(milestone, snapshot)) is not None
            ),
        )
        for milestone in document.milestones
    )


def _point(said: Mapping[str, Any], day: date) -> Point:
    return Point(
        day=day,
        due=said.get("due"),
        forecast=said.get("forecast"),
        completed=said.get("completed"),
        state=said.get("state"),
        stated=frozenset(said),
    )
