"""Import months: what each export changes, step by step, and all of it written at once or not at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from milepost.authoring.canonical import canonical_as
from milepost.base import files
from milepost.base.dates import iso
from milepost.base.errors import MilepostError, Place, Problem, count
from milepost.base.paths import LOCK
from milepost.history.names import snapshots_of
from milepost.importing.month import bring_in, read_exports, unchanged
from milepost.importing.recording import record
from milepost.loading.load import loads, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from milepost.base.paths import Workspace
    from milepost.importing.month import Export, Month
    from milepost.importing.recording import Recording

_MOST_LISTED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One export: what it does to the document that the steps before have made, and how it is recorded."""

    month: Month
    recording: Recording


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What a command imports.

    Attributes:
        workspace: of the document.
        steps: in the order of their data dates.
        notes: what is to be known about the order, as sentences without a full stop.
    """

    workspace: Workspace
    steps: tuple[Step, ...]
    notes: tuple[str, ...]

    @property
    def old(self) -> bytes:
        """The YAML without the changes."""
        return self.steps[0].month.old

    @property
    def new(self) -> bytes:
        """The YAML with the changes of all steps."""
        return self.steps[-1].month.new

    @property
    def changes(self) -> bool:
        """Whether the YAML or a recorded state would be written."""
        return self.old != self.new or any(step.recording.changes for step in self.steps)


def prepare(
    workspace: Workspace,
    exports: Sequence[Path],
    *,
    data_date: date | None = None,
    older: bool = False,
    record_only: bool = False,
) -> Import:
    """Return what importing the files `exports` would do.

    Args:
        workspace: of the document.
        exports: of two with one data date, the last one is taken.
        data_date: of the only export, where neither it nor its name says it.
        older: whether exports that are older than the document change it, too.
        record_only: whether exports are recorded, and the document stays as it is.

    Raises:
        MilepostError: with every fault of the files, or of what would become of the document.
    """
    file = str(workspace.source)
    content = read(workspace.source, file)
    loaded = loads(content, file)
    settings = loaded.document.schedule
    folder = workspace.schedule(settings.folder)
    found = read_exports(exports, data_date, settings.columns)
    taken = {export.data_date: export for export in found}
    steps: list[Step] = []
    for export in taken.values():
        if record_only or (export.data_date < loaded.document.metadata.data_date and not older):
            month = unchanged(export, content, loaded)
        else:
            month = _in_canonical_form(bring_in(export, content, file, loaded), file)
        steps.append(Step(month=month, recording=record(export, folder)))
        content, loaded = month.new, month.after
    known = [day for day, _ in snapshots_of(workspace.history, folder)]
    notes = (*_replaced(found, taken), *_missing_months(known, list(taken)))
    return Import(workspace=workspace, steps=tuple(steps), notes=notes)


def _in_canonical_form(month: Month, file: str) -> Month:
    """Return `month` with the new document in canonical form, if the old one is in it."""
    new = canonical_as(month.old, month.new, file)
    return month if new == month.new else replace(month, new=new, after=loads(new, file))


def write(planned: Import, on_wait: Callable[[], None]) -> None:
    """Write the recorded states and the YAML: after an error, none of them.

    The YAML is the last. If the command is ended by force before that, the same import completes it.

    Raises:
        MilepostError: the document has been changed since it was read.
    """
    workspace = planned.workspace
    source = workspace.source.resolve()
    contents = {path: content for step in planned.steps for path, content in step.recording.contents.items()}
    (folder,) = {path.parent for path in contents}
    with files.lock(workspace.lock(LOCK), on_wait), files.lock_directory(folder, on_wait):
        files.remove_temporary_files(folder, source.parent)
        if source.read_bytes() != planned.old:
            raise MilepostError(
                Problem(
                    rule="changed",
                    place=Place(str(workspace.source)),
                    message="the document has changed meanwhile",
                    hint="run the command again",
                )
            )
        files.replace_together({**contents, source: planned.new})


def _replaced(found: Sequence[Export], taken: dict[date, Export]) -> Iterator[str]:
    """Yield a sentence for each export that is left out for a later one with the same data date."""
    for export in found:
        winner = taken[export.data_date]
        if winner is not export:
            day = iso(export.data_date)
            yield f"{export.schedule.file} is left out: {winner.schedule.file} has the same data date, {day}"


def _missing_months(known: Sequence[date], taken: Sequence[date]) -> Iterator[str]:
    """Yield a sentence for each gap of whole months before an export."""
    days = sorted({*known, *taken})
    for earlier, later in pairwise(days):
        first, last = earlier.year * 12 + earlier.month, later.year * 12 + later.month - 2
        months = [f"{month // 12}-{month % 12 + 1:02}" for month in range(first, last + 1)]
        if later in taken and months:
            listed = ", ".join(months[:_MOST_LISTED]) + (", …" if len(months) > _MOST_LISTED else "")
            yield f"no export of {count(len(months), 'month')} before {iso(later)} is recorded: {listed}"
