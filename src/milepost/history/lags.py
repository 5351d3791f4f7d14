"""The lags of links, from the relations that are recorded beside whole exports of the schedule."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from milepost.base import dates
from milepost.base.errors import MilepostError, Severity
from milepost.document.impact import days_of_lag
from milepost.document.schedule import current_codes
from milepost.history.links import read_relations

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from milepost.base.errors import Problem
    from milepost.base.paths import Workspace
    from milepost.document.model import Document

RELATIONS = ".relations.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedLags:
    """The lags of the links of a document.

    Attributes:
        days: by predecessor and successor; of links that the schedule has, with 0 where there is no lag.
        file: the name of the file that they are from; empty where there is none.
        problems: warnings about that file.
    """

    days: dict[tuple[str, str], int] = field(default_factory=dict)
    file: str = ""
    problems: tuple[Problem, ...] = ()


def newest_relations(folder: Path, day: date) -> Path | None:
    """Return the file in `folder` with the newest relations at or before `day`, if there is one."""
    if not folder.is_dir():
        return None
    named = ((path.name.removesuffix(RELATIONS), path) for path in folder.glob(f"*{RELATIONS}"))
    last = dates.iso(day)
    return max(
        ((name, path) for name, path in named if _is_day(name) and name <= last), default=(None, None)
    )[1]


def recorded_lags(workspace: Workspace, document: Document) -> RecordedLags:
    """Return the lags of the links of `document`, as imports of the schedule have recorded them.

    The newest relations at or before the data date count. Milestones take no time, so that it makes no
    difference whether a relation joins beginnings or ends; of several, the longest lag counts. A file with
    faults gives no lags, but a warning for each fault.
    """
    folder = workspace.schedule(document.schedule.folder)
    path = newest_relations(folder, document.metadata.data_date)
    if path is None:
        return RecordedLags()
    try:
        relations = read_relations(path)
    except MilepostError as error:
        warnings = (replace(each, severity=Severity.WARNING) for each in error.problems)
        return RecordedLags(file=str(path), problems=tuple(warnings))
    codes = current_codes(document.milestones)
    links = {(code, each.code) for each in document.milestones for code in each.predecessors}
    days: dict[tuple[str, str], int] = {}
    for each in relations:
        link = codes.get(each.predecessor, each.predecessor), codes.get(each.successor, each.successor)
        if link in links:
            lag = days_of_lag(each.lag)
            days[link] = max(lag, days.get(link, lag))
    return RecordedLags(days=days, file=str(path))


def _is_day(text: str) -> bool:
    try:
        dates.parse(text)
    except ValueError:
        return False
    return True
