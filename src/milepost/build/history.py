"""Write the present state of a document into its history, and read the dates in earlier states."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from milepost.base import files
from milepost.base.dates import iso
from milepost.base.errors import MilepostError, Problem
from milepost.document import schedule
from milepost.document.model import Milestone
from milepost.history.folder import states_of
from milepost.history.names import ENDING, day_of
from milepost.history.snapshots import as_csv
from milepost.history.states import said_of, snapshot_of
from milepost.loading.load import load
from milepost.web.editions.earlier import KnownThen

__all__ = ("earlier_dates", "save", "states_of")

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from milepost.base.paths import Workspace
    from milepost.document.model import Document


def save(workspace: Workspace, output: Path | None = None) -> tuple[Path, int, bool]:
    """Write the dates of all milestones as a snapshot, named after the data date.

    Args:
        workspace: the document.
        output: the file, or a directory for it; None for the history of the document.

    Returns:
        The path of the file, the number of its milestones, and whether it has changed.

    Raises:
        MilepostError: the document has faults, or `output` is the name of another day or of none.
    """
    snapshot = snapshot_of(load(workspace.source).document)
    name = f"{iso(snapshot.day)}{ENDING}"
    if output is None or output.is_dir():
        path = (output or workspace.history) / name
    elif day_of(output.name) == snapshot.day:
        path = output
    else:
        raise MilepostError(
            Problem(
                rule="name",
                message=f"{output} is not the name of a state of {iso(snapshot.day)}, the data date",
                hint=f"write {output.parent / name}, or only the folder",
            )
        )
    return path, len(snapshot.rows), files.write_if_changed(path, as_csv(snapshot), durable=True)


def earlier_dates(
    workspace: Workspace, document: Document
) -> tuple[dict[str, list[KnownThen]], list[Problem]]:
    """Return the dates of each milestone before the data date, the latest state first, by present code.

    Args and warnings are those of `states_of`.
    """
    found: dict[str, list[KnownThen]] = {}
    snapshots, warnings = states_of(workspace, document)
    for snapshot in reversed(snapshots):
        for milestone in document.milestones:
            if (said := said_of(milestone, snapshot)) is not None:
                found.setdefault(milestone.code, []).append(_known_then(said, snapshot.day))
    return found, warnings


def _known_then(said: Mapping[str, Any], day: date) -> KnownThen:
    def printed(field: str) -> str | None:
        return str(said[field] or "") if field in said else None

    status = None
    if said.get("completed") or {"due", "completed"} <= said.keys():
        status = schedule.status(Milestone.model_construct(code="", **said), day)
    return KnownThen(day=iso(day), due=printed("due"), forecast=printed("forecast"), status=status)
