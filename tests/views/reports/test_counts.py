"""The reports that count milestones, on a plan that is counted by hand."""

from __future__ import annotations

from datetime import date

from tests.support.reports import plan

from milepost.document.selection import Selection
from milepost.views.reports.counts import status
from milepost.views.reports.table import Options


def test_status_counts_each_milestone_once_by_level_and_once_by_wbs() -> None:
    table = status(plan(), (), Options())
    by_level, by_wbs = table.groups

    assert [column.name for column in table.columns] == [
        "part",
        "completed",
        "open",
        "overdue",
        "deferred",
        "cancelled",
        "all",
    ]
    assert by_level.rows == (
        ("1", 1, 1, 0, 0, 0, 2),
        ("2", 0, 2, 2, 0, 0, 4),
        ("none", 0, 0, 0, 1, 1, 2),
    )
    assert by_wbs.rows == (
        ("W.01", 1, 0, 1, 0, 0, 2),
        ("W.02", 0, 1, 1, 1, 1, 4),
        ("X", 0, 1, 0, 0, 0, 1),
        ("none", 0, 1, 0, 0, 0, 1),
    )
    assert by_level.total == by_wbs.total == ("all", 1, 3, 2, 1, 1, 8)
    assert table.data_date == date(2024, 3, 5)


def test_status_by_the_first_part_of_the_wbs() -> None:
    _, by_wbs = status(plan(), (), Options(wbs_depth=1)).groups

    assert [(row[0], row[-1]) for row in by_wbs.rows] == [("W", 6), ("X", 1), ("none", 1)]


def test_status_of_a_selection() -> None:
    table = status(plan(), (), Options(selection=Selection.from_text("level:1")))

    assert table.groups[0].rows == (("1", 1, 1, 0, 0, 0, 2),)


def test_status_of_nothing_has_no_rows() -> None:
    table = status(plan(), (), Options(selection=Selection.from_text("codes:Z-*")))

    assert [group.rows for group in table.groups] == [(), ()]
