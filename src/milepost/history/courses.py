"""The course of a milestone: what each state of the schedule says of it, from the earliest to the present."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.history.states import FACTS, snapshot_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from typing import Any

    from milepost.base.dates import PlannedDate
    from milepost.document.model import Document, Milestone
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
    states = [(each, frozenset(each.columns)) for each in [*earlier, snapshot_of(document)]]
    return tuple(
        Course(
            code=milestone.code,
            name=milestone.name,
            points=tuple(
                _point(row, snapshot.day, stated)
                for snapshot, stated in states
                if (row := row_of(milestone, snapshot)) is not None
            ),
        )
        for milestone in document.milestones
    )


def row_of(milestone: Milestone, snapshot: Snapshot) -> Mapping[str, Any] | None:
    """Return what `snapshot` says of `milestone`, by its code or an earlier one; None for nothing."""
    codes = (milestone.code, *milestone.aka)
    return next((snapshot.rows[code] for code in codes if code in snapshot.rows), None)


def _point(row: Mapping[str, Any], day: date, stated: frozenset[str]) -> Point:
    return Point(
        day=day,
        due=row.get("due"),
        forecast=row.get("forecast"),
        completed=row.get("completed"),
        state=row.get("state"),
        stated=stated,
    )
