"""The reports on what is late, comes next and remains, on a plan that is counted by hand."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.reports import MILESTONES, plan

from milepost.document.selection import Selection
from milepost.views.reports.dates import delayed, remaining, upcoming
from milepost.views.reports.table import Options

if TYPE_CHECKING:
    from milepost.views.reports.table import Table


def texts(table: Table) -> list[tuple[str, ...]]:
    return [
        tuple(" ".join(cell) if isinstance(cell, tuple) else str(cell) for cell in row) for row in table.rows
    ]


def codes(table: Table) -> list[Any]:
    return [row[0] for row in table.rows]


def test_delayed_is_sorted_by_days_and_says_what_waits() -> None:
    assert texts(delayed(plan(), (), Options())) == [
        ("A-3", "Doors", "2", "2024-04-01", "2024-05-31", "open", "60", "A-4"),
        ("B-1", "Ground", "2", "2024-02-10", "2024-02-10", "overdue", "24", "A-3"),
        ("A-2", "Roof", "2", "2024-03-01", "2024-03-01", "overdue", "4", "A-3 A-4"),
    ]


def test_what_waits_is_still_to_come() -> None:
    milestones = MILESTONES | {
        "A-3": MILESTONES["A-3"] | {"completed": "2024-03-02"},
        "A-4": MILESTONES["A-4"] | {"state": "cancelled"},
    }

    assert [row[-1] for row in delayed(plan(milestones=milestones), (), Options()).rows] == [(), ()]


def test_what_is_overdue_is_delayed_though_it_was_expected_early() -> None:
    early = {"name": "Early", "due": "2024-12-01", "forecast": "2024-03-01"}

    assert texts(delayed(plan(milestones={"A-1": early}), (), Options())) == [
        ("A-1", "Early", "None", "2024-12-01", "2024-03-01", "overdue", "-271", "")
    ]


@pytest.mark.parametrize(
    "facts", [{"completed": "2024-03-01"}, {"state": "cancelled"}, {"state": "deferred"}]
)
def test_what_is_done_or_set_aside_is_not_delayed(facts: dict[str, str]) -> None:
    milestone = {"name": "Old", "due": "2024-01-01", **facts}

    assert codes(delayed(plan(milestones={"A-1": milestone}), (), Options())) == []


def test_upcoming_has_what_is_overdue_first_then_what_is_due_or_expected() -> None:
    assert texts(upcoming(plan(), (), Options(days=90))) == [
        ("B-1", "Ground", "2", "2024-02-10", "2024-02-10", "overdue", "-24", "24"),
        ("A-2", "Roof", "2", "2024-03-01", "2024-03-01", "overdue", "-4", "4"),
        ("A-3", "Doors", "2", "2024-04-01", "2024-05-31", "open", "87", "60"),
    ]


@pytest.mark.parametrize(
    ("to", "found"),
    [
        ("2024-03-31", []),
        ("2024-04-01", ["A-3"]),  # due then, though expected later
        ("2024-06-29", ["A-3"]),
        ("2024-06-30", ["A-3", "A-4"]),  # due in June: in time until its last day
    ],
)
def test_upcoming_until_a_day(to: str, found: list[str]) -> None:
    assert codes(upcoming(plan(), (), Options(to=date.fromisoformat(to))))[2:] == found


def test_the_due_date_of_what_is_deferred_is_not_coming_but_its_forecast_is() -> None:
    milestones = {
        "A-1": {"name": "No date", "due": "2024-03-10", "state": "deferred"},
        "A-2": {"name": "New date", "due": "2024-03-10", "forecast": "2024-03-20", "state": "deferred"},
        "A-3": {"name": "Today", "due": "2024-03-05"},
    }

    assert codes(upcoming(plan(milestones=milestones), (), Options())) == ["A-3", "A-2"]


def test_remaining_is_what_is_neither_completed_nor_cancelled_by_wbs() -> None:
    table = remaining(plan(), (), Options())

    assert [(group.name, [row[0] for row in group.rows]) for group in table.groups] == [
        ("W.01", ["A-2"]),
        ("W.02", ["B-1", "B-3", "A-3"]),
        ("X", ["B-4"]),
        ("none", ["A-4"]),
    ]
    assert table.groups[1].title == "W.02 (3 milestones)"
    assert table.note.startswith("6 of 8 milestones.")


def test_remaining_on_a_later_day_leaves_out_what_is_expected_by_then() -> None:
    """What is overdue has no date to rely on, and so remains."""
    until_may = remaining(plan(), (), Options(as_of=date(2024, 5, 31), wbs_depth=1))

    assert sorted(codes(until_may)) == ["A-2", "A-4", "B-1", "B-3", "B-4"]
    assert "A-4" not in codes(remaining(plan(), (), Options(as_of=date(2024, 6, 30))))
    assert "A-4" in codes(remaining(plan(), (), Options(as_of=date(2024, 6, 29))))


@pytest.mark.parametrize("report", [delayed, upcoming, remaining])
def test_of_a_selection(report: Any) -> None:
    table = report(plan(), (), Options(selection=Selection.from_text("codes:B-1")))

    assert codes(table) == ["B-1"]


@pytest.mark.parametrize("report", [delayed, upcoming, remaining])
def test_of_nothing(report: Any) -> None:
    table = report(plan(), (), Options(selection=Selection.from_text("codes:Z")))

    assert [group.rows for group in table.groups] == [()]
