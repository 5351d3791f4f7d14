"""What is said to be odd in an export, and what is not."""

from __future__ import annotations

from datetime import date

from tests.importing.test_proposal import PLAN
from tests.support.exports import Row, relation, sheets, task, xls

from milepost.importing.doubts import doubts
from milepost.importing.proposal import propose
from milepost.loading.load import loads
from milepost.schedule.read import parse


def said(rows: list[Row], relations: list[Row] | None = None) -> list[str]:
    document = loads(PLAN.encode(), "plan.yaml").document
    export = parse(xls(sheets(rows, relations or [])), "month.xls")
    return [str(each) for each in doubts(document, export, propose(document, export, date(2025, 1, 31)))]


def moved(code: str, **facts: str) -> Row:
    """Return a row whose forecast is not its baseline."""
    return task(code, "1/1/2025", end_date="2/1/2025", **facts)


def test_nothing_is_odd() -> None:
    rows = [moved("A-1"), moved("A-2"), moved("A-3"), moved("A-4"), moved("B-1")]
    assert said(rows, [relation("A-1", "A-2"), relation("WORK-7", "A-3")]) == []


def test_a_code_that_is_cut_short_in_the_relations() -> None:
    rows = [moved("A-1"), moved("A-2"), moved("A-3"), moved("A-4"), moved("LONG-09"), moved("LONG-10")]
    cut = [relation("WORK-1", "LONG-0"), relation("WORK-2", "LONG-0"), relation("LONG-10", "A-1")]
    assert said(rows, cut) == [
        (
            "month.xls: warning: LONG-0, in 2 relations, is no activity; LONG-09 has no relations"
            " (LONG-09 may have been cut short there: ask for it)"
        )
    ]
    # Two could be meant; or the longer one has relations of its own.
    assert said([*rows, moved("LONG-01")], cut) == []
    assert said(rows, [*cut, relation("LONG-09", "A-2")]) == []


def test_a_milestone_with_another_code() -> None:
    rows = [moved("A-1"), moved("A-2"), moved("A-3"), moved("NEW-4", task_name="Garden")]
    assert said(rows) == [
        (
            "month.xls:TASK!A6: warning: A-4 is not in the schedule any more, and NEW-4 has its name"
            " (if it is the same, call it NEW-4, and add aka: [A-4])"
        )
    ]


def test_names_of_what_is_to_go_and_names_twice() -> None:
    rows = [
        moved("A-1", task_name="DELETE Walls"),
        moved("A-2", task_name="Roof"),
        moved("A-3"),
        moved("A-4"),
        moved("B-1", task_name="roof"),
        moved("B-2", task_name="Same"),
        moved("B-3", task_name="Same"),
    ]
    assert said(rows) == [
        (
            "month.xls:TASK!A3: warning: A-1 is called 'DELETE Walls'"
            " (cancel it (state: cancelled), or ask what is meant)"
        ),
        "month.xls:TASK!A4: warning: A-2 has the same name as B-1 (ask which is meant)",
    ]


def test_forecasts_that_say_nothing() -> None:
    rows = [
        task("A-1", "1/1/2025"),
        task("A-2", "1/1/2025"),
        moved("A-3", status="Completed"),
        task("A-4", ""),
    ]
    assert said(rows) == [
        (
            "month.xls: warning: the forecast of all 2 open milestones is the baseline"
            " (look whether it was exported from the current schedule)"
        )
    ]
    assert said([*rows, moved("B-1")]) == []
