"""The dates of milestones through time: none, unknown, and not there yet are told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.history.test_courses import state
from tests.history.test_states import document

from milepost.document.selection import Selection
from milepost.views.reports.table import Options
from milepost.views.reports.through_time.history import followed, points

if TYPE_CHECKING:
    from milepost.views.reports.table import Table

STATES = [
    state("2024-01-31", "code,due,completed", "A-1,2024-06-01,"),
    state("2024-03-31", "code,due,forecast", "A-1,2024-07-01,2024-08-01", "B-1,2024-12-31,"),
]
PLAN = document(A_1={"due": "2024-07-01", "forecast": "2024-09"}, B_1={"completed": "2024-04-02"}, C_1={})


def rows(table: Table) -> list[list[Any]]:
    return [
        ["" if cell is None else list(cell) if isinstance(cell, tuple) else str(cell) for cell in row]
        for row in table.rows
    ]


def test_one_date_has_a_column_for_each_state() -> None:
    due, forecast, completed = (
        followed(PLAN, STATES, Options(), date) for date in ("due", "forecast", "completed")
    )

    assert [column.title for column in due.columns] == [
        *("Code", "Name", "2024-01-31", "2024-03-31", "2024-04-30"),
    ]
    assert rows(due) == [
        ["A-1", "A_1", "2024-06-01", "2024-07-01", "2024-07-01"],
        ["B-1", "B_1", "-", "2024-12-31", "2024-12-31"],
        ["C-1", "C_1", "-", "-", "2024-12-31"],
    ]
    assert [row[2:] for row in rows(forecast)] == [
        ["?", "2024-08-01", "2024-09"],
        ["-", "", ""],
        ["-", "-", ""],
    ]
    assert [row[2:] for row in rows(completed)] == [["", "?", ""], ["-", "?", "2024-04-02"], ["-", "-", ""]]
    assert due.title == "Due dates through time"


def test_all_dates_have_a_row_for_each_milestone_and_state() -> None:
    table = points(PLAN, STATES, Options(selection=Selection.from_text("codes:A-*,B-*")))

    assert [column.name for column in table.columns] == [
        *("code", "name", "day", "due", "forecast", "completed", "state", "unknown"),
    ]
    assert rows(table) == [
        ["A-1", "A_1", "2024-01-31", "2024-06-01", "", "", "", ["forecast", "state"]],
        ["A-1", "A_1", "2024-03-31", "2024-07-01", "2024-08-01", "", "", ["completed", "state"]],
        ["A-1", "A_1", "2024-04-30", "2024-07-01", "2024-09", "", "", []],
        ["B-1", "B_1", "2024-03-31", "2024-12-31", "", "", "", ["completed", "state"]],
        ["B-1", "B_1", "2024-04-30", "2024-12-31", "", "2024-04-02", "", []],
    ]
