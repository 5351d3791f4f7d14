"""Read the earlier states of a document from their folder."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from milepost.base.dates import iso
from milepost.base.errors import MilepostError, Problem, Severity
from milepost.history.names import snapshots_of
from milepost.history.snapshots import load_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.base.paths import Workspace
    from milepost.document.model import Document
    from milepost.history.states import Snapshot
    from milepost.loading.load import Loaded


def states_of(workspace: Workspace, document: Document) -> tuple[tuple[Snapshot, ...], list[Problem]]:
    """Return the states of a document before its data date, the earliest first, one for each day.

    They are in its history and in the folder of recorded exports; of one day, that in the history is taken.
    States with faults are left out, with a warning for each fault.

    Args:
        workspace: of the document.
        document: its present state.
    """
    found: list[Snapshot] = []
    warnings: list[Problem] = []
    for day, path in snapshots_of(workspace.history, workspace.schedule(document.schedule.folder)):
        if day >= document.metadata.data_date:
            continue
        try:
            found.append(load_snapshot(path).snapshot)
        except MilepostError as error:
            warnings += [replace(each, rule="history", severity=Severity.WARNING) for each in error.problems]
    return tuple(reversed(found)), warnings


def drawn_states(workspace: Workspace, document: Document) -> tuple[tuple[Snapshot, ...], list[Problem]]:
    """Return the states that the figures of `document` are drawn from, as `states_of` does; often none."""
    if not any(figure.kind == "trend" for figure in document.figures):
        return (), []
    return states_of(workspace, document)


def without_states(loaded: Loaded, states: tuple[Snapshot, ...]) -> Iterator[Problem]:
    """Yield a warning for each trend chart that has no state but the document itself."""
    if states:
        return
    metadata = loaded.document.metadata
    for figure in loaded.document.figures:
        if figure.kind == "trend":
            yield Problem(
                rule="history",
                place=loaded.places.of_key(("figures", figure.name)),
                message=f"there is no state before {iso(metadata.data_date)}, so each line is one point",
                hint="save a state each month: milepost history save",
                severity=Severity.WARNING,
            )
