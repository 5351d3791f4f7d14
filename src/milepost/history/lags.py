"""The lags of links, from the relations that are recorded beside whole exports of the schedule."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from milepost.base.dates import iso
from milepost.base.errors import MilepostError, Severity
from milepost.document.impact import days_of_lag
from milepost.document.schedule import current_codes
from milepost.history.links import read_relations
from milepost.history.names import relations_in

if TYPE_CHECKING:
    from milepost.base.errors import Problem
    from milepost.base.paths import Workspace
    from milepost.document.model import Document
    from milepost.history.links import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedLags:
    """The lags of the links of a document.

    Attributes:
        links: the recorded relations that are links of the document, with their present codes.
        day: of the records, as in the name of their file; empty where there are none.
        file: the file that they are from; likewise.
        problems: warnings about that file.
    """

    links: tuple[Link, ...] = ()
    day: str = ""
    file: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def days(self) -> dict[tuple[str, str], int]:
        """The days by predecessor and successor; of several relations, the one that asks for more counts.

        Milestones take no time, so it makes no difference whether a relation joins beginnings or ends.
        """
        days: dict[tuple[str, str], int] = {}
        for link in self.links:
            codes = link.predecessor, link.successor
            lag = days_of_lag(link.lag)
            days[codes] = max(lag, days.get(codes, lag))
        return days


def recorded_lags(workspace: Workspace, document: Document) -> RecordedLags:
    """Return the lags of the links of `document`, as imports of the schedule have recorded them.

    The newest relations at or before the data date count: those in the history of the document, or in the
    folder of recorded exports. A file with faults gives no lags, but a warning for each fault.
    """
    folders = workspace.history, workspace.schedule(document.schedule.folder)
    until = document.metadata.data_date
    known = [(day, path) for folder in folders for day, path in relations_in(folder) if day <= until]
    day, path = max(known, key=lambda each: each[0], default=(until, None))
    if path is None:
        return RecordedLags()
    try:
        relations = read_relations(path)
    except MilepostError as error:
        warnings = (replace(each, rule="history", severity=Severity.WARNING) for each in error.problems)
        return RecordedLags(problems=tuple(warnings))
    codes = current_codes(document.milestones)
    links = {(code, each.code) for each in document.milestones for code in each.predecessors}
    found = (
        replace(
            each,
            predecessor=codes.get(each.predecessor, each.predecessor),
            successor=codes.get(each.successor, each.successor),
        )
        for each in relations
    )
    known_links = tuple(each for each in found if (each.predecessor, each.successor) in links)
    return RecordedLags(links=known_links, day=iso(day), file=str(path))
