"""What imports of the schedule have recorded of the newest export: all of its milestones, and activities."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from milepost.base import dates
from milepost.base.errors import MilepostError, Severity
from milepost.history.links import read_activities
from milepost.history.names import snapshots_in
from milepost.history.snapshots import load_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from milepost.base.errors import Problem
    from milepost.base.paths import Workspace
    from milepost.document.model import Document
    from milepost.history.links import ShownActivity
    from milepost.history.states import Snapshot

_Result = TypeVar("_Result")
_ACTIVITIES = ".activities.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """The newest export at or before the data date of a document.

    Attributes:
        snapshot: its milestones; None where none is recorded.
        activities: those with a category.
        problems: warnings about the files, which are left out if they have faults.
    """

    snapshot: Snapshot | None = None
    activities: tuple[ShownActivity, ...] = ()
    problems: tuple[Problem, ...] = ()


def recorded_of(workspace: Workspace, document: Document) -> Recorded:
    """Return what is recorded in the folder that `document` names."""
    folder, day = workspace.schedule(document.schedule.folder), document.metadata.data_date
    problems: list[Problem] = []
    states = (path for known, path in snapshots_in(folder) if known <= day)
    snapshot = _read(lambda path: load_snapshot(path).snapshot, next(states, None), problems)
    activities = _read(read_activities, newest_activities(folder, day), problems)
    return Recorded(snapshot=snapshot, activities=activities or (), problems=tuple(problems))


def newest_activities(folder: Path, day: date) -> Path | None:
    """Return the file in `folder` with the newest activities at or before `day`, if there is one."""
    if not folder.is_dir():
        return None
    found = (
        (known, path)
        for path in folder.glob(f"*{_ACTIVITIES}")
        if (known := _day_of(path.name)) is not None and known <= day
    )
    return max(found, default=(None, None))[1]


def _day_of(name: str) -> date | None:
    try:
        return dates.parse(name.removesuffix(_ACTIVITIES))
    except ValueError:
        return None


def _read(read: Callable[[Path], _Result], path: Path | None, problems: list[Problem]) -> _Result | None:
    if path is None:
        return None
    try:
        return read(path)
    except MilepostError as error:
        problems += [replace(each, rule="history", severity=Severity.WARNING) for each in error.problems]
        return None
