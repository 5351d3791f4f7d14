"""The tables of an export, whatever its format: cells by the machine names of their columns.

Columns are found by name, since their order and number vary from year to year.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from milepost.base.errors import MilepostError, Place, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Cell: TypeAlias = str | float | bool | date | time | datetime | timedelta | None
"""What a cell holds: in a workbook that P6 has written always text, in others also dates and numbers."""

TASK, TASKPRED = "TASK", "TASKPRED"
"""The tables of activities and of relations."""

CAPTIONS = {
    TASK: {
        "Activity ID": "task_code",
        "Activity Status": "status_code",
        "WBS Code": "wbs_id",
        "Activity Name": "task_name",
        "Activity Type": "task_type",
        "Start": "start_date",
        "Finish": "end_date",
        "BL Project Finish": "base_end_date",
        "Actual Finish": "act_end_date",
        "Milestone Level": "user_field_859",
        "Celebratory Achievements": "actv_code_celebratory_achievements_id",
        "Delete This Row": "delete_record_flag",
    },
    TASKPRED: {
        "Predecessor": "pred_task_id",
        "Successor": "task_id",
        "Relationship Type": "pred_type",
        "Lag(h)": "lag_hr_cnt",
        "Delete This Row": "delete_record_flag",
    },
}
"""The machine names of columns by their captions without `(*)`, for files that have only these."""


COLUMNS = {
    TASK: {
        "code": "task_code",
        "name": "task_name",
        "type": "task_type",
        "status": "status_code",
        "wbs": "wbs_id",
        "level": "user_field_859",
        "start": "start_date",
        "baseline": "base_end_date",
        "forecast": "end_date",
        "actual": "act_end_date",
        "celebratory": "actv_code_celebratory_achievements_id",
        "tracked": "actv_code_milestone_tracking_id",
        "category": "actv_code_summary_chart_id",
        "deleted": "delete_record_flag",
    },
    TASKPRED: {
        "predecessor": "pred_task_id",
        "successor": "task_id",
        "kind": "pred_type",
        "lag": "lag_hr_cnt",
        "deleted": "delete_record_flag",
    },
}
"""The machine names of columns by their names in the settings of a document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of an export.

    Attributes:
        name: of the table, and of its sheet.
        file: the name of the file, as in the places of problems.
        columns: the machine name of each column; "" for those without.
        rows: the cells of each row, at most as many as there are columns.
        lines: where each row is in the file, counted from 1.
        is_sheet: whether places are cells of a sheet, as in `TASK!B17`, not lines of a text.
        others: the names of columns that are to be read instead of those of P6, by the latter.
    """

    name: str
    file: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    lines: Sequence[int]
    is_sheet: bool
    others: Mapping[str, str] = field(default_factory=dict)

    def place(self, line: int, column: str | None = None) -> Place:
        """Return the place of a row or, where `column` is named, of its cell."""
        if not self.is_sheet:
            return Place(self.file, line)
        column = self.others.get(column or "", column)
        position = self.columns.index(column) if column in self.columns else 0
        return Place(f"{self.file}:{self.name}!{column_letters(position)}{line}")


Tables: TypeAlias = "Mapping[str, Table]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """The tables of a file.

    Attributes:
        tables: by their names.
        data_date: the day as of which the dates are known, as the file writes it; None where it does not.
    """

    tables: Tables
    data_date: Cell = None


def refusal(place: Place, message: str, hint: str) -> MilepostError:
    """Return the error for a file, or a part of it, that is no export."""
    return MilepostError(Problem(rule="schedule", place=place, message=message, hint=hint))


@cache
def column_letters(position: int) -> str:
    """Return the name that a spreadsheet gives to the column at a position, which counts from 0."""
    letters = ""
    position += 1
    while position:
        position, digit = divmod(position - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters
