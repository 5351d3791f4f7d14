"""Record an export: the files of the state that it makes, and what changes if that state was there before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from milepost.base.dates import iso
from milepost.base.errors import MilepostError, count
from milepost.history.exports import snapshot_of_schedule
from milepost.history.links import activities_csv, links_csv, links_of, shown_activities_of
from milepost.history.names import ACTIVITIES, ENDING, RELATIONS
from milepost.history.snapshots import as_csv, load_snapshot, origin

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from milepost.history.states import Snapshot
    from milepost.importing.month import Export

_MOST_LISTED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """The files that record an export.

    Attributes:
        path: of the state.
        state: what is written there.
        contents: of all files, in the order in which they are written; None for one that goes.
        before: the state of the same day that is replaced; None if there is none, or it cannot be read.
        is_new: whether there is no file of that day.
    """

    path: Path
    state: Snapshot
    contents: Mapping[Path, bytes | None]
    before: Snapshot | None
    is_new: bool

    @property
    def changes(self) -> bool:
        """Whether it is not recorded yet, or differently."""
        return any(_content(path) != content for path, content in self.contents.items())

    def __str__(self) -> str:
        """Return what is recorded, and what of it is new, as a sentence without a full stop."""
        milestones = count(len(self.state.rows), "milestone")
        if self.is_new:
            return milestones
        if not self.changes:
            return f"{milestones}, as recorded before"
        if self.before is None:
            return f"{milestones}, instead of a state that cannot be read"
        source = f" from {self.before.source}" if self.before.source else ""
        return f"{milestones}, instead of the state{source}: {_difference(self.before, self.state)}"


def record(export: Export, folder: Path) -> Recording:
    """Return the files in `folder` that record `export`."""
    state = snapshot_of_schedule(export.schedule, export.data_date)
    head = origin(export.schedule.file, export.schedule.sha256)
    links, activities = links_of(export.schedule), shown_activities_of(export.schedule)
    day, before = iso(export.data_date), None
    path = folder / f"{day}{ENDING}"
    if path.exists():
        try:
            before = load_snapshot(path).snapshot
        except MilepostError:
            before = None
    contents = {
        folder / f"{day}{RELATIONS}": links_csv(links, head) if export.schedule.relations else None,
        folder / f"{day}{ACTIVITIES}": activities_csv(activities, head) if activities else None,
        path: as_csv(state),
    }
    return Recording(
        path=path,
        state=state,
        contents={name: text.encode() if text is not None else None for name, text in contents.items()},
        before=before,
        is_new=not path.exists(),
    )


def _difference(old: Snapshot, new: Snapshot) -> str:
    """Return in how much two states of the same day differ, in words."""
    both = sorted(old.rows.keys() & new.rows.keys())
    differs = [code for code in both if _stated(old.rows[code]) != _stated(new.rows[code])]
    kinds = (
        ("new", sorted(new.rows.keys() - old.rows.keys())),
        ("gone", sorted(old.rows.keys() - new.rows.keys())),
        ("changed", differs),
    )
    parts = [f"{len(codes)} {kind} ({_listed(codes)})" for kind, codes in kinds if codes]
    return ", ".join(parts) or "no milestone differs"


def _stated(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of a row that it has: a column that is missing states as little as an empty cell."""
    return {key: value for key, value in row.items() if value is not None}


def _listed(codes: list[str]) -> str:
    return ", ".join(codes[:_MOST_LISTED]) + (", …" if len(codes) > _MOST_LISTED else "")


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
