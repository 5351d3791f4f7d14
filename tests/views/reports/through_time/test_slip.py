"""The report on slip: which states it compares with, and the days."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.documents import document, loaded
from tests.support.reports import plan, state

from milepost.base.dates import months_before
from milepost.views.reports.table import Options
from milepost.views.reports.through_time.slip import slip

if TYPE_CHECKING:
    from milepost.document.model import Document
    from milepost.views.reports.table import Table


def rows(table: Table) -> dict[str, list[str]]:
    return {str(row[0]): ["" if cell is None else str(cell) for cell in row[2:]] for row in table.rows}


@pytest.mark.parametrize(
    ("day", "months", "earlier"),
    [
        ("2024-11-30", 1, "2024-10-31"),  # the end of a month is the end of the month before
        ("2024-03-31", 1, "2024-02-29"),
        ("2024-02-29", 1, "2024-01-31"),
        ("2023-02-28", 2, "2022-12-31"),
        ("2024-03-30", 1, "2024-02-29"),
        ("2024-03-05", 1, "2024-02-05"),
        ("2024-01-05", 2, "2023-11-05"),
        ("2024-03-05", 15, "2022-12-05"),
    ],
)
def test_months_are_those_of_the_calendar(day: str, months: int, earlier: str) -> None:
    assert months_before(date.fromisoformat(day), months) == date.fromisoformat(earlier)


STATES = (
    state(
        "2024-01-05", "due", A_1=("2024-01-10",), A_2=("2024-02-20",), A_4=("2024-Q2",), B_4=("2024-05-01",)
    ),
    state("2024-01-20", "due", "completed", A_1=("2024-01-10", "2024-01-20"), A_2=("2024-03-11", None)),
    state("2024-02-20", "due", A_2=("2030-01-01",)),
)
"""Two months before the data date is 2024-01-05, one month before it 2024-02-05."""


def test_due_dates_one_and_two_months_earlier() -> None:
    table = slip(plan(), STATES, Options())

    assert [column.name for column in table.columns] == [
        *("code", "name", "due_2", "moved_2", "due_1", "moved_1", "due", "slip"),
    ]
    assert rows(table) == {
        "A-1": ["2024-01-10", "0", "2024-01-10", "0", "2024-01-10", "10"],
        "B-1": ["", "", "", "", "2024-02-10", "24"],
        "B-2": ["", "", "", "", "2024-02-20", ""],
        "B-3": ["", "", "", "", "2024-02-25", ""],
        "A-2": ["2024-02-20", "10", "2024-03-11", "-10", "2024-03-01", "4"],
        "A-3": ["", "", "", "", "2024-04-01", "60"],
        "A-4": ["2024-Q2", "0", "", "", "2024-06", "0"],
        "B-4": ["2024-05-01", "", "", "", "tbd", "0"],
    }
    assert "2 months earlier (2024-01-05): the state of 2024-01-05." in table.note
    assert "1 month earlier (2024-02-05): the state of 2024-01-20." in table.note


def test_without_states_there_is_nothing_to_compare_with() -> None:
    table = slip(plan(), STATES[2:], Options())

    assert rows(table)["A-2"] == ["", "", "", "", "2024-03-01", "4"]
    assert "2 months earlier (2024-01-05): there is no state." in table.note
    assert "1 month earlier (2024-02-05): there is no state." in table.note


def expecting(**facts: Any) -> Document:
    milestone = {"name": "One", "due": "2024-06-01"} | facts
    return loaded(document(document={"data_date": "2024-03-05"}, milestones={"A-1": milestone})).document


@pytest.mark.parametrize(
    ("facts", "then", "cells"),
    [
        # A state that gives forecasts, and none for this milestone: it was expected when it was due.
        (
            {"forecast": "2024-07-01"},
            state("2024-01-31", "due", "forecast", A_1=("2024-06-11", None)),
            ["2024-06-11", "20", "2024-07-01", "2024-06-01", "30"],
        ),
        (
            {"forecast": "2024-07-01"},
            state("2024-01-31", "due", "forecast", A_1=("2024-06-11", "2024-06-21")),
            ["2024-06-21", "10", "2024-07-01", "2024-06-01", "30"],
        ),
        # A state without forecasts: a due date is not taken for one.
        (
            {"forecast": "2024-07-01"},
            state("2024-01-31", "due", A_1=("2024-06-11",)),
            ["", "", "2024-07-01", "2024-06-01", "30"],
        ),
        # What was completed then has a date all the same.
        (
            {"completed": "2024-01-30"},
            state("2024-01-31", "due", "completed", A_1=("2024-06-11", "2024-01-25")),
            ["2024-01-25", "5", "2024-01-30", "2024-06-01", "-123"],
        ),
        (
            {"state": "cancelled"},
            state("2024-01-31", "due", "forecast", A_1=("2024-06-11", None)),
            ["2024-06-11", "", "", "2024-06-01", ""],
        ),
        (
            {},
            state("2024-01-31", "due", "forecast", "state", A_1=("2024-06-11", None, "deferred")),
            ["", "", "2024-06-01", "2024-06-01", "0"],
        ),
    ],
)
def test_expected_dates_are_not_mixed_with_due_dates(
    facts: dict[str, str], then: Any, cells: list[str]
) -> None:
    table = slip(expecting(**facts), [then], Options(dates="expected"))

    assert rows(table)["A-1"] == ["", "", *cells]
    assert table.columns[-3].name == "expected"


def test_a_milestone_is_followed_by_its_earlier_code() -> None:
    then = state("2024-01-31", "due", OLD_1=("2024-05-31",))

    assert rows(slip(expecting(aka=["OLD-1"]), [then], Options()))["A-1"][2:4] == ["2024-05-31", "1"]


def test_only_what_has_moved() -> None:
    assert list(rows(slip(plan(), STATES, Options(moved=True)))) == ["A-2"]
