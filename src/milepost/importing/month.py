"""An import, step by step: read exports, find what each changes, and make the document with the changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError, Problem
from milepost.importing.apply import apply
from milepost.importing.data_date import data_date_of
from milepost.importing.doubts import doubts
from milepost.importing.proposal import propose
from milepost.loading.load import loads
from milepost.schedule.read import read

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

    from milepost.document.settings.schedule import ScheduleColumns
    from milepost.importing.proposal import Proposal
    from milepost.loading.load import Loaded
    from milepost.schedule.activities import Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """An export, and the day as of which its dates are known.

    Attributes:
        schedule: what it says.
        data_date: the day.
        origin: where that day is from, in words.
    """

    schedule: Schedule
    data_date: date
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What an export does to a document.

    Attributes:
        export: what is imported.
        proposal: what it changes.
        before, after: the document without and with these changes.
        old, new: the same as bytes.
        warnings: about what is odd in the export.
        only_recorded: whether it does nothing to the document.
    """

    export: Export
    proposal: Proposal
    before: Loaded
    after: Loaded
    old: bytes
    new: bytes
    warnings: tuple[Problem, ...]
    only_recorded: bool = False

    @property
    def is_older(self) -> bool:
        """Whether the document has the dates of a later day."""
        return self.export.data_date < self.before.document.metadata.data_date


def read_exports(
    paths: Iterable[Path], given: date | None, columns: ScheduleColumns | None = None
) -> tuple[Export, ...]:
    """Return the exports in the files `paths`, in the order of their data dates.

    Args:
        paths: of the files. Of two with the same data date, the later one in this order comes later.
        given: the data date, where it is not that of the file or of its name.
        columns: what columns are called that have other names than those of P6.

    Raises:
        MilepostError: with every fault of all files.
    """
    found: list[Export] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            schedule = read(path, columns)
            data_date, origin = data_date_of(schedule, given)
            found.append(Export(schedule=schedule, data_date=data_date, origin=origin))
        except MilepostError as error:
            problems += error.problems
    if problems:
        raise MilepostError(*problems)
    return tuple(sorted(found, key=lambda export: export.data_date))


def bring_in(export: Export, content: bytes, file: str, before: Loaded | None = None) -> Month:
    """Return what `export` does to the document whose bytes are `content`.

    Args:
        export: what is imported.
        content: the document.
        file: its name, for the places of problems.
        before: the document, if it has been read already.

    Raises:
        MilepostError: the document has errors or would have some, or a value cannot be changed where it is.
    """
    before = before or loads(content, file)
    proposal = propose(before.document, export.schedule, export.data_date)
    odd = tuple(doubts(before.document, export.schedule, proposal))
    new, after = apply(content, file, proposal)
    return Month(
        export=export, proposal=proposal, before=before, after=after, old=content, new=new, warnings=odd
    )


def unchanged(export: Export, content: bytes, before: Loaded) -> Month:
    """Return that `export` does nothing to the document: it is only recorded.

    Args:
        export: what is imported.
        content: the document.
        before: the same, loaded.
    """
    return Month(
        export=export,
        proposal=propose(before.document, export.schedule, export.data_date),
        before=before,
        after=before,
        old=content,
        new=content,
        warnings=(),
        only_recorded=True,
    )
