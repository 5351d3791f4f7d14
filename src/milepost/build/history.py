"""Write the present state of a document into its history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.base import files
from milepost.base.dates import iso
from milepost.base.errors import MilepostError, Problem
from milepost.history.snapshots import ENDING, as_csv, day_of
from milepost.history.states import snapshot_of
from milepost.loading.load import load

if TYPE_CHECKING:
    from pathlib import Path

    from milepost.base.paths import Workspace


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
