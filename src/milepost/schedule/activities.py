"""What an export of the schedule says: activities, some of them milestones, and relations between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from milepost.base.errors import Place, Problem


class Status(StrEnum):
    """How far an activity is, as Primavera P6 writes it in a spreadsheet."""

    NOT_STARTED = "Not Started"
    IN_PROGRESS = "In Progress"
    COMPLETED = "Completed"


class Kind(StrEnum):
    """What a relation joins: finish (F) or start (S) of the predecessor to that of the successor."""

    FINISH_TO_START = "FS"
    START_TO_START = "SS"
    FINISH_TO_FINISH = "FF"
    START_TO_FINISH = "SF"


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """A row of the export.

    Attributes:
        code: the activity's identifier.
        name: its name, as a text in one line.
        status: how far it is.
        wbs: its place in the work breakdown structure, below the project.
        level: of a milestone, from 1 to 9, where the export says it.
        start: the start, or the only date of a milestone that marks one.
        baseline: the finish in the baseline.
        forecast: the current finish.
        actual: when it was finished.
        is_milestone: whether it has no duration.
        celebratory: what the export says of its celebration; empty for nothing.
        is_tracked: whether it is tracked for the public.
        category: of the summary chart, and what is shown in it.
        place: the row.
    """

    code: str
    name: str
    status: Status
    wbs: str | None = None
    level: int | None = None
    start: date | None = None
    baseline: date | None = None
    forecast: date | None = None
    actual: date | None = None
    is_milestone: bool = True
    celebratory: str = ""
    is_tracked: bool = False
    category: tuple[str, str] | None = None
    place: Place = field(compare=False)

    @property
    def completed(self) -> date | None:
        """The day of completion: the actual finish or, where the export has none, the baseline or start."""
        if self.status is not Status.COMPLETED:
            return None
        return self.actual or self.baseline or self.start

    @property
    def due(self) -> date | None:
        """The finish in the baseline or, for what is not in the baseline, the current finish or start."""
        return self.baseline or self.finish

    @property
    def finish(self) -> date | None:
        """The current finish; of a milestone that marks a start, its start."""
        return self.forecast or self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A relation between two activities, of which either may be missing in the export.

    Attributes:
        predecessor, successor: their codes.
        kind: what it joins.
        lag: the time between the two, in hours; negative for a lead.
        place: the row.
    """

    predecessor: str
    successor: str
    kind: Kind
    lag: Decimal
    place: Place = field(compare=False)


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A whole export.

    Attributes:
        file: its name, without folders.
        sha256: of its content, as hexadecimal digits.
        data_date: the day as of which its dates are known, where it says so.
        activities: in the order of the file; no two have the same code.
        relations: in the order of the file.
        warnings: what is odd in it and was left out.
    """

    file: str
    sha256: str
    data_date: date | None
    activities: tuple[Activity, ...]
    relations: tuple[Relation, ...]
    warnings: tuple[Problem, ...] = ()

    @cached_property
    def by_code(self) -> dict[str, Activity]:
        """The activities by their codes."""
        return {activity.code: activity for activity in self.activities}

    @cached_property
    def milestones(self) -> tuple[Activity, ...]:
        """The activities that are milestones."""
        return tuple(activity for activity in self.activities if activity.is_milestone)

    @cached_property
    def joined(self) -> tuple[Relation, ...]:
        """The relations that have both ends in the export; most of those of a spreadsheet have not."""
        return tuple(
            each
            for each in self.relations
            if each.predecessor in self.by_code and each.successor in self.by_code
        )
