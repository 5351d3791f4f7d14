"""Read an XER file: text with tabs, in which `%T` names a table, `%F` its columns, and `%R` is a row.

The tables are turned into those of a spreadsheet export, with the same columns. The file does not name its
character set: it is UTF-8 if it can be that, else Windows-1252.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias

from milepost.base.errors import Place
from milepost.schedule.tables import TASK, TASKPRED, Export, Table, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

BEGINNING = b"ERMHDR\t"

_Row: TypeAlias = "dict[str, str]"
_LINE = "line"
"""The key, in a row, of the number of its line; no column has this name."""

_STATUSES = {"TK_NotStart": "Not Started", "TK_Active": "In Progress", "TK_Complete": "Completed"}
_TYPES = {
    "TT_Mile": "Start Milestone",
    "TT_FinMile": "Finish Milestone",
    "TT_Task": "Task Dependent",
    "TT_Rsrc": "Resource Dependent",
    "TT_LOE": "Level of Effort",
    "TT_WBS": "WBS Summary",
}
_TASK_COLUMNS = (
    "task_code",
    "status_code",
    "wbs_id",
    "task_name",
    "task_type",
    "start_date",
    "base_end_date",
    "act_end_date",
    "end_date",
    "user_field_859",
    "actv_code_celebratory_achievements_id",
    "actv_code_milestone_tracking_id",
    "actv_code_summary_chart_id",
)
_NEEDED = ("task_id", "task_code", "task_name", "status_code")
_RELATION_COLUMNS = ("pred_task_id", "task_id", "pred_type", "lag_hr_cnt")
_NO_LETTER = re.compile(r"[^a-z0-9]+")
_LEVEL, _LEVEL_COLUMN = "milestone level", "user_field_859"


def read(content: bytes, file: str) -> Export:
    """Return the tables of an XER file as those of a spreadsheet.

    Args:
        content: of the file.
        file: its name, for the places of problems.

    Raises:
        MilepostError: a line is no part of a table, the file is cut short, or there are no activities.
    """
    tables = _tables(content, file)
    if not tables[TASK]:
        message = f"there is no table {TASK}, which has the activities"
        raise refusal(Place(file), message, "in P6, export the project as XER again")
    missing = [column for column in _NEEDED if column not in tables[TASK][0]]
    if missing:
        message = f"{TASK} has no column {missing[0]}"
        place = Place(file, int(tables[TASK][0][_LINE]))
        raise refusal(place, message, "in P6, export the project as XER again")
    codes = {row["task_id"]: row.get("task_code", "") for row in tables[TASK] if "task_id" in row}
    fields, kinds = _user_fields(tables), _activity_codes(tables)
    extra = _values_of_fields(tables, fields) | _values_of_codes(tables, kinds)
    columns = tuple(dict.fromkeys([*_TASK_COLUMNS, *fields.values(), *kinds.values()]))
    places = _wbs(tables["PROJWBS"])
    projects = [row for row in tables["PROJECT"] if row.get("last_recalc_date")]
    activities = [
        {
            **{column: extra.get((row.get("task_id", ""), column), "") for column in columns},
            "task_code": row.get("task_code", ""),
            "status_code": _STATUSES.get(row.get("status_code", ""), row.get("status_code", "")),
            "wbs_id": places.get(row.get("wbs_id", ""), ""),
            "task_name": row.get("task_name", ""),
            "task_type": _TYPES.get(row.get("task_type", ""), row.get("task_type", "")),
            "start_date": _start(row),
            "base_end_date": row.get("target_end_date", ""),
            "act_end_date": row.get("act_end_date", ""),
            "end_date": _finish(row),
            _LINE: row[_LINE],
        }
        for row in tables[TASK]
    ]
    relations = [
        {
            "pred_task_id": codes.get(row.get("pred_task_id", ""), ""),
            "task_id": codes.get(row.get("task_id", ""), ""),
            "pred_type": row.get("pred_type", "").removeprefix("PR_"),
            "lag_hr_cnt": row.get("lag_hr_cnt", ""),
            _LINE: row[_LINE],
        }
        for row in tables[TASKPRED]
        # The other end may be in a project that was not exported.
        if row.get("pred_task_id") in codes and row.get("task_id") in codes
    ]
    return Export(
        tables={
            TASK: _table(TASK, columns, activities, file),
            TASKPRED: _table(TASKPRED, _RELATION_COLUMNS, relations, file),
        },
        data_date=projects[0]["last_recalc_date"] if len(projects) == 1 else None,
    )


def _tables(content: bytes, file: str) -> defaultdict[str, list[_Row]]:
    """Return the rows of each table."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    tables: defaultdict[str, list[_Row]] = defaultdict(list)
    name = ""
    columns: list[str] = []
    ended = False
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        kind, *cells = line.split("\t")
        match kind:
            case "%T" if cells:
                name, columns = cells[0].strip(), []
            case "%F" if name:
                columns = [cell.strip() for cell in cells]
            case "%R" if columns and any(cells[len(columns) :]):
                message = f"this row of {name} has {len(cells)} cells, not {len(columns)} as its table"
                raise refusal(Place(file, number), message, "in P6, export the project as XER again")
            case "%R" if columns:
                tables[name].append({**dict(zip(columns, cells, strict=False)), _LINE: str(number)})
            case "%E":
                ended = True
            case _ if number > 1 and line.strip():
                message = "this line is no part of a table: it begins with none of %T, %F, %R and %E"
                raise refusal(Place(file, number), message, "in P6, export the project as XER again")
    if not ended:
        message = "the file is cut short: it has no line %E at its end"
        raise refusal(Place(file), message, "in P6, export the project as XER again")
    return tables


def _table(name: str, columns: tuple[str, ...], rows: list[_Row], file: str) -> Table:
    return Table(
        name=name,
        file=file,
        columns=columns,
        rows=[[row[column] for column in columns] for row in rows],
        lines=[int(row[_LINE]) for row in rows],
        is_sheet=False,
    )


def _start(row: _Row) -> str:
    """Return the start of a milestone that marks one; other activities have their finish."""
    if row.get("task_type") != "TT_Mile":
        return ""
    return row.get("act_start_date") or row.get("early_start_date") or row.get("target_start_date", "")


def _finish(row: _Row) -> str:
    if row.get("task_type") == "TT_Mile":
        return ""
    return row.get("act_end_date") or row.get("early_end_date") or row.get("target_end_date", "")


def _wbs(rows: list[_Row]) -> dict[str, str]:
    """Return the whole path of each part of the work breakdown structure, by its number."""
    parts = {row["wbs_id"]: row for row in rows if "wbs_id" in row}

    def path(number: str) -> Iterator[str]:
        seen = set()
        while number in parts and number not in seen:
            seen.add(number)
            yield parts[number].get("wbs_short_name", "")
            number = parts[number].get("parent_wbs_id", "")

    return {number: ".".join(reversed(list(path(number)))) for number in parts}


def _user_fields(tables: dict[str, list[_Row]]) -> dict[str, str]:
    """Return the column that a spreadsheet has for each user-defined field, by the number of the field.

    The level has the column of spreadsheets wherever it is, because each database gives it another number.
    """
    columns: dict[str, str] = {}
    for row in tables["UDFTYPE"]:
        number, title = row.get("udf_type_id", ""), row.get("udf_type_label", "").strip().casefold()
        column = _LEVEL_COLUMN if title == _LEVEL else f"user_field_{number}"
        if number and (title == _LEVEL or column != _LEVEL_COLUMN):
            columns[number] = column
    return columns


def _values_of_fields(tables: dict[str, list[_Row]], columns: dict[str, str]) -> dict[tuple[str, str], str]:
    """Return the user-defined fields of each activity."""
    return {
        (row.get("fk_id", ""), columns[number]): row.get("udf_text")
        or row.get("udf_number", "").split(".")[0]
        or row.get("udf_date", "")
        for row in tables["UDFVALUE"]
        if (number := row.get("udf_type_id", "")) in columns
    }


def _activity_codes(tables: dict[str, list[_Row]]) -> dict[str, str]:
    """Return the column that a spreadsheet has for each kind of activity codes, by the number of the kind."""
    return {
        row["actv_code_type_id"]: f"actv_code_{_NO_LETTER.sub('_', name)}_id"
        for row in tables["ACTVTYPE"]
        if row.get("actv_code_type_id") and (name := row.get("actv_code_type", "").strip().casefold())
    }


def _values_of_codes(tables: dict[str, list[_Row]], columns: dict[str, str]) -> dict[tuple[str, str], str]:
    """Return the activity codes of each activity."""
    values = {
        row["actv_code_id"]: row.get("short_name", "") for row in tables["ACTVCODE"] if "actv_code_id" in row
    }
    return {
        (row.get("task_id", ""), columns[kind]): values.get(row.get("actv_code_id", ""), "")
        for row in tables["TASKACTV"]
        if (kind := row.get("actv_code_type_id", "")) in columns
    }
