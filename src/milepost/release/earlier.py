"""What contradicts the recorded states of a document: due dates that moved after completion."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, NamedTuple

from milepost.base.dates import PlannedDate, iso, parse_planned
from milepost.base.errors import Note, Place, Problem, Severity
from milepost.base.paths import Workspace
from milepost.history.csv_rows import text_of_cell
from milepost.history.names import snapshots_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from milepost.document.model import Milestone
    from milepost.loading.load import Loaded

_OF_SCHEDULE = "# milestones: schedule"


class _Row(NamedTuple):
    """What a state says of a milestone that was completed then."""

    code: str
    due: str
    completed: str
    place: Place


def check_earlier(loaded: Loaded, source: Path) -> list[Problem]:
    """Return the completed milestones that had another due date when they were first recorded as completed.

    Dates that overlap, such as a month and a day of it, contradict nothing. A state with faults is passed
    over: what reads it as a whole reports them. Whole exports have thousands of rows, so that only those of
    completed milestones are looked at.
    """
    document = loaded.document
    waiting: dict[str, Milestone] = {}
    for milestone in document.milestones:
        if milestone.completed is not None:
            waiting |= dict.fromkeys((milestone.code, *milestone.aka), milestone)
    workspace = Workspace.of(source)
    states = snapshots_of(workspace.history, workspace.schedule(document.schedule.folder)) if waiting else ()
    problems = []
    for day, path in reversed([each for each in states if each[0] < document.metadata.data_date]):
        text = _read(path)
        for row in _completed_rows(text, path):
            done = waiting.get(row.code)
            if done is None or (text.startswith(_OF_SCHEDULE) and _own(done)):
                continue
            due = _date(row.due)
            if due is None:
                continue
            for code in (done.code, *done.aka):
                waiting.pop(code, None)
            if _moved(due, done.due):
                problems.append(_problem(loaded, done, row, day))
    return sorted(problems, key=lambda problem: problem.place or Place(""))


def _own(milestone: Milestone) -> bool:
    """Return whether the due date is the document's own, whatever an export says."""
    return milestone.own.reason("due") is not None


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return ""


def _completed_rows(text: str, path: Path) -> Iterator[_Row]:
    """Yield the rows of a state that give a day of completion."""
    lines = re.split("\r\n|\r|\n", text)
    rows = csv.reader(io.StringIO(text, newline=""))
    columns: list[str] = []
    line, file = 1, str(path)
    try:
        for cells in rows:
            begin, line = line, rows.line_num + 1
            if not columns:
                if cells and not cells[0].startswith("#"):
                    columns = cells
                    if not {"code", "due", "completed"} <= set(columns):
                        return
                    code, due, completed = (columns.index(name) for name in ("code", "due", "completed"))
            elif len(cells) == len(columns) and cells[completed].strip():
                before = ",".join(cells[:due])
                column = len(before) + 2 if due and lines[begin - 1].startswith(f"{before},") else 1
                row = [text_of_cell(cells[each].strip()) for each in (code, due, completed)]
                yield _Row(row[0], row[1], row[2], Place(file, begin, column))
    except csv.Error:
        return


def _date(text: str) -> PlannedDate | None:
    try:
        return parse_planned(text)
    except ValueError:
        return None


def _moved(then: PlannedDate, now: PlannedDate) -> bool:
    return then.known and (not now.known or then.is_before(now) or now.is_before(then))


def _problem(loaded: Loaded, milestone: Milestone, row: _Row, day: date) -> Problem:
    code, path = milestone.code, ("milestones", milestone.code)
    done = iso(milestone.completed) if milestone.completed else ""
    recorded = f"recorded on {iso(day)}: due {row.due}, completed {row.completed}"
    return Problem(
        rule="moved_due",
        place=loaded.places.of((*path, "due")),
        message=f"{code} is due {milestone.due}, and was due {row.due} when it was completed",
        hint=f"write {row.due} again, by which the completion is measured",
        severity=Severity.WARNING,
        path=(*path, "due"),
        others=(
            Note(loaded.places.of_key((*path, "completed")), f"{code} was completed {done}"),
            Note(row.place, recorded),
        ),
    )
