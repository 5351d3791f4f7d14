"""Read an export of the schedule: find out what kind of file it is, and check all of its cells."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from milepost.base.errors import MilepostError, Place, Problem, Severity, count, quoted
from milepost.base.suggest import Vocabulary
from milepost.loading.load import read as read_file
from milepost.schedule import cells, workbook, xer
from milepost.schedule.activities import Activity, Kind, Relation, Schedule, Status
from milepost.schedule.tables import CAPTIONS, COLUMNS, TASK, TASKPRED, Export, Table, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from milepost.document.settings.schedule import ScheduleColumns
    from milepost.schedule.tables import Cell, Tables

_LFS = b"version https://git-lfs.github.com/spec/"
_NEEDED = {
    TASK: ("task_code", "status_code", "task_name", "base_end_date", "act_end_date", "end_date"),
    TASKPRED: ("pred_task_id", "task_id", "pred_type"),
}
"""The columns without which a table says too little."""
_MILESTONE = "milestone"
"""What the type of an activity contains that is a milestone."""
_STATUSES = Vocabulary(Status)
_MOST_ALIKE = 3
"""Faults of a column that are described; others are counted."""

_Value = TypeVar("_Value")


def read(path: Path, columns: ScheduleColumns | None = None) -> Schedule:
    """Return what the export in the file `path` says, of which some columns may have other names.

    Raises:
        MilepostError: with every fault in it; each names the sheet and the cell, or the line.
    """
    return parse(read_file(path, path.name), path.name, columns)


def parse(content: bytes, file: str, columns: ScheduleColumns | None = None) -> Schedule:
    """Return what an export says.

    Args:
        content: of the file: a workbook, an XER file, or CSV.
        file: its name, for the places of problems.
        columns: what columns are called that have other names than those of P6.

    Raises:
        MilepostError: as `read`.
    """
    export = _export(content, file)
    if columns is not None:
        export = replace(export, tables=_renamed(export.tables, columns))
    reader = _Reader()
    activities = tuple(reader.activities(export.tables[TASK]))
    relations = tuple(reader.relations(export.tables[TASKPRED])) if TASKPRED in export.tables else ()
    if TASKPRED not in export.tables:
        reader.warn(
            Place(file),
            f"there is no table {TASKPRED}, so that no relations are known",
            "export them as well",
        )
    reader.count_others(export.tables)
    try:
        data_date = cells.date_of(export.data_date)
    except ValueError:
        data_date = None
    faults = [problem for problem in reader.problems if problem.severity is Severity.ERROR]
    if faults:
        raise MilepostError(*faults)
    return Schedule(
        file=file,
        sha256=hashlib.sha256(content).hexdigest(),
        data_date=data_date,
        activities=activities,
        relations=relations,
        warnings=tuple(reader.problems),
    )


def _renamed(tables: Tables, columns: ScheduleColumns) -> Tables:
    """Return tables some of whose columns have other names than those of P6."""
    names = {key: name for key, name in columns if name is not None}

    def others(table: Table) -> dict[str, str]:
        captions = CAPTIONS[table.name]  # of which CSV may have those instead
        wanted = {machine: names[key] for key, machine in COLUMNS[table.name].items() if key in names}
        return {
            machine: name if name in table.columns else captions.get(name, name)
            for machine, name in wanted.items()
        }

    return {name: replace(table, others=others(table)) for name, table in tables.items()}


def _export(content: bytes, file: str) -> Export:
    """Return the tables of a file, by what it begins with: names of files are often wrong.

    Raises:
        MilepostError: it is none of the formats.
    """
    beginning = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if content.startswith((workbook.COMPOUND_FILE, workbook.ZIP_FILE)):
        return workbook.read(content, file)
    if beginning.startswith(xer.BEGINNING):
        return xer.read(content, file)
    if beginning.startswith(_LFS):
        raise refusal(Place(file), "this is a pointer of Git LFS, not the file itself", "run git lfs pull")
    if beginning.startswith(b"<"):
        message = "this is a web page or XML, whatever its name says"
        raise refusal(Place(file), message, "in P6, export it as Spreadsheet (XLS)")
    if not beginning or b"\0" in content[:4096]:
        message = "the file is empty" if not beginning else "this is neither a workbook nor text"
        raise refusal(Place(file), message, "give a .xls, .xlsx, .xer or .csv that P6 has exported")
    return _from_csv(content, file)


def _from_csv(content: bytes, file: str) -> Export:
    """Return the activities of a CSV file, which has no relations."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    try:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        lines = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise refusal(Place(file), f"this is not CSV: {error}", "give a .xls, .xlsx, .xer or .csv") from None
    numbers, rows = [number for number, _ in lines], [row for _, row in lines]
    captions = CAPTIONS[TASK]
    header = [re.sub(r"^\(\*\)", "", cells.text_of(cell)) for cell in rows[0]] if rows else []
    columns = tuple(captions.get(name, name) for name in header)
    first = 2 if len(rows) > 1 and "task_code" in header and _is_captions(rows[1]) else 1
    kept = [position for position in range(first, len(rows)) if any(map(str.strip, rows[position]))]
    table = Table(
        name=TASK,
        file=file,
        columns=columns,
        rows=[rows[position] for position in kept],
        lines=[numbers[position] for position in kept],
        is_sheet=False,
    )
    return Export(tables={TASK: table})


def _is_captions(row: Sequence[str]) -> bool:
    return "Activity ID" in row


class _Reader:
    """Reads rows, and collects what is wrong with them."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._in_column: dict[tuple[str, str], list[int]] = defaultdict(list)

    def warn(self, place: Place, message: str, hint: str) -> None:
        """Add a warning."""
        self._add(place, message, hint, Severity.WARNING)

    def _add(self, place: Place, message: str, hint: str, severity: Severity = Severity.ERROR) -> None:
        self.problems.append(
            Problem(rule="schedule", place=place, message=message, hint=hint, severity=severity)
        )

    def _cell(self, table: Table, line: int, column: str, message: str, hint: str) -> None:
        """Add a fault of a cell, unless there are enough of that column: the others are counted."""
        known = self._in_column[table.name, column]
        known.append(line)
        if len(known) <= _MOST_ALIKE:
            self._add(table.place(line, column), message, hint)

    def count_others(self, tables: Tables) -> None:
        """Add a fault for each column of which some were not added."""
        for (name, column), lines in self._in_column.items():
            others = len(lines) - _MOST_ALIKE
            if others > 0:
                number, verb = count(others, "more cell"), "is" if others == 1 else "are"
                message = f"{number} of {column} {verb} wrong, from here on"
                place = tables[name].place(lines[_MOST_ALIKE], column)
                self._add(place, message, "correct all of them")

    def activities(self, table: Table) -> Iterator[Activity]:
        """Yield the activities of a table that has all columns that are needed."""
        if not self._has_columns(table):
            return
        seen: dict[str, Place] = {}
        for line, row in self._rows(table):
            place = table.place(line, "task_code")
            code = cells.code_of(row.get("task_code"))
            if not code:
                self._cell(table, line, "task_code", "this row has no code", "export it again")
                continue
            if code in seen:
                message = f"{code} is the code of another row as well ({seen[code]})"
                self._cell(table, line, "task_code", message, "keep one of them")
                continue
            seen[code] = place
            if cells.text_of(row.get("delete_record_flag")):
                self.warn(place, f"{code} is marked to be deleted, and left out", "")
                continue
            yield self._activity(table, line, row, code)

    def _activity(self, table: Table, line: int, row: dict[str, Cell], code: str) -> Activity:
        def read(column: str, function: Callable[[Cell], _Value], hint: str) -> _Value | None:
            try:
                return function(row.get(column))
            except ValueError as error:
                self._cell(table, line, column, f"{code}: {error}", hint)
                return None

        def read_date(column: str) -> date | None:
            return read(column, cells.date_of, cells.DATE_FORMS)

        kind = cells.text_of(row.get("task_type")) or _MILESTONE
        return Activity(
            code=code,
            name=cells.text_of(row.get("task_name")),
            status=read("status_code", _status, f"write {', '.join(Status)}") or Status.NOT_STARTED,
            wbs=cells.wbs_of(row.get("wbs_id")),
            level=read("user_field_859", cells.level_of, "write a number from 1 to 9, or nothing"),
            start=read_date("start_date"),
            baseline=read_date("base_end_date"),
            forecast=read_date("end_date"),
            actual=read_date("act_end_date"),
            is_milestone=_MILESTONE in kind.casefold(),
            celebratory=cells.text_of(row.get("actv_code_celebratory_achievements_id")),
            is_tracked=cells.is_marked(row.get("actv_code_milestone_tracking_id")),
            category=cells.category_of(row.get("actv_code_summary_chart_id")),
            place=table.place(line),
        )

    def relations(self, table: Table) -> Iterator[Relation]:
        """Yield the relations of a table that has all columns that are needed."""
        if not self._has_columns(table):
            return
        for line, row in self._rows(table):
            ends = (cells.code_of(row.get(column)) for column in ("pred_task_id", "task_id"))
            predecessor, successor = ends
            if cells.text_of(row.get("delete_record_flag")):
                continue
            if not predecessor or not successor:
                column = "task_id" if predecessor else "pred_task_id"
                self._cell(table, line, column, "this relation has one end only", "export it again")
                continue
            try:
                kind = Kind(cells.text_of(row.get("pred_type")))
            except ValueError:
                found = quoted(cells.text_of(row.get("pred_type")))
                message = f"{found} is no kind of relation"
                self._cell(table, line, "pred_type", message, f"write {', '.join(Kind)}")
                continue
            try:
                lag = cells.hours_of(row.get("lag_hr_cnt"))
            except ValueError as error:
                self._cell(table, line, "lag_hr_cnt", str(error), "write a number, or nothing")
                continue
            yield Relation(
                predecessor=predecessor, successor=successor, kind=kind, lag=lag, place=table.place(line)
            )

    def _rows(self, table: Table) -> Iterator[tuple[int, dict[str, Cell]]]:
        for line, row in zip(table.lines, table.rows, strict=True):
            by_name = dict(zip(table.columns, row, strict=False))
            yield line, {**by_name, **{ours: by_name.get(other) for ours, other in table.others.items()}}

    def _has_columns(self, table: Table) -> bool:
        """Return whether a table has the columns that it needs, each once; add what is wrong."""
        before = len(self.problems)
        place = table.place(1)
        for needed in {**dict.fromkeys(_NEEDED[table.name]), **table.others}:
            column = table.others.get(needed, needed)
            number = table.columns.count(column)
            if number > 1:
                self._add(place, f"{number} columns of {table.name} are called {column}", "keep one of them")
            elif not number:
                hint = Vocabulary(table.columns).hint(column, "row 1 has the names of the columns")
                self._add(place, f"{table.name} has no column {column}", hint)
        return len(self.problems) == before


def _status(cell: Cell) -> Status:
    text = cells.text_of(cell)
    if text not in set(Status):
        raise ValueError(f"{quoted(text)} is not a status")
    return Status(text)
