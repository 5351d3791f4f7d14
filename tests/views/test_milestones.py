"""What is known of milestones: every kind of date and state, as tables that people can read."""

from __future__ import annotations

from datetime import date

import pytest
from tests.support.documents import document
from tests.support.printed import DOCUMENTS
from tests.support.published import published

from milepost.base.dates import parse_planned
from milepost.document import schedule
from milepost.document.model import Document, Milestone
from milepost.views import site
from milepost.views.chart import GanttChart

PLAN = published(DOCUMENTS["plan"])

FACTS = """
DAY-2      2025-02-01  2025-02-03  completed  completed 2025-02-03   2  2 days late
OFF-1      2025-03-01  -           cancelled  cancelled 2025-01-15   0  none
OFF-2      2025-04-01  2026-Q1     forecast   deferred 2025-03-15    0  none
MONTH-1    2025-05     2025-05     due        overdue               30  30 days late
SUB-2      2025-06-15  -           cancelled  cancelled              0  none
MONTH-2    2025-06     2025-06     due        open                   0  none
QUARTER-2  2025-Q2     2025-04-15  completed  completed 2025-04-15   0  on time
SUB-1      2025-06     tbd         forecast   open                   0  none
DAY-1      2025-07-04  2025-07-16  forecast   open                  12  12 days late
QUARTER-1  2025-Q3     2025-Q4     forecast   open                   1  1 quarter late
OFF-3      2025-Q4     tbd         deferred   deferred               0  none
YEAR-1     2026        2026        due        open                   0  none
LATER-1    tbd         tbd         due        open                   0  none
LATER-2    tbd         2027        forecast   open                   0  none
""".strip()
"""Of the plan, whose data date is 2025-06-30: due, expected and what that is, status, days and slip."""


def test_all_kinds_of_dates_and_states_in_the_order_of_the_document() -> None:
    lines = [
        f"{each.code:<9}  {each.due:<10}  {each.expected or '-':<10}  {each.meaning:<9}  {each.status:<20}  "
        f"{each.days:>2}  {each.slip}"
        for each in PLAN.milestones.entries
    ]
    assert "\n".join(lines) == FACTS


def test_cancelled_and_deferred_milestones_are_not_open() -> None:
    assert site.summary(PLAN.milestones) == (
        "14 milestones: 2 completed, 2 deferred, 2 cancelled, 8 open, 1 of them overdue; 4 later than due"
    )


def test_the_chart_has_all_of_them() -> None:
    (chart,) = (figure.drawing for figure in PLAN.view.figures.values())
    assert isinstance(chart, GanttChart)
    assert (chart.start, chart.end) == (date(2025, 1, 1), date(2027, 12, 31))
    assert chart.description == (
        "Gantt chart of 12 milestones, due from 2025-02-01 to 2026, 2 without a due date. "
        "On the data date 2025-06-30, 2 are completed and 7 open, of which 1 overdue: MONTH-1; "
        "2 are deferred: OFF-2, OFF-3; 1 is cancelled: OFF-1. "
        "1 completion came after the due date, by up to 2 days."
    )


def milestone(**facts: object) -> Milestone:
    values = document(milestones={"M-1": {"name": "One", "level": "1", **facts}})
    return Document.parse(values).milestones[0]


@pytest.mark.parametrize(
    ("facts", "day", "state"),
    [
        ({"due": "2025-Q2"}, "2025-06-30", "open"),
        ({"due": "2025-Q2"}, "2025-07-01", "overdue"),
        ({"due": "2025-06"}, "2025-07-01", "overdue"),
        ({"due": "2025"}, "2025-12-31", "open"),
        ({"due": "tbd"}, "9999-12-31", "open"),
        ({"due": "2025-01-01", "forecast": "2025-Q3"}, "2025-09-30", "open"),
        ({"due": "2025-01-01", "forecast": "2025-Q3"}, "2025-10-01", "overdue"),
        ({"due": "2025-01-01", "forecast": "tbd"}, "2025-10-01", "open"),
        ({"due": "tbd", "forecast": "2025-01"}, "2025-10-01", "overdue"),
        ({"due": "2025-01-01", "state": "cancelled"}, "2025-10-01", "cancelled"),
        ({"due": "2025-01-01", "state": "deferred"}, "2025-10-01", "deferred"),
        ({"due": "2025-01-01", "state": "deferred", "forecast": "2025-02-01"}, "2025-10-01", "deferred"),
    ],
)
def test_overdue_only_when_the_last_day_has_passed(facts: dict[str, str], day: str, state: str) -> None:
    assert schedule.state(milestone(**facts), date.fromisoformat(day)) == state


@pytest.mark.parametrize(
    ("successor", "predecessor", "certain"),
    [
        ("2025-07-31", "2025-08", True),
        ("2025-08-01", "2025-08", False),  # the predecessor may be completed on that day
        ("2025-Q3", "2025-09-30", False),
        ("2025-Q3", "2025-10-01", True),
        ("2025", "2025-Q4", False),
        ("tbd", "2025", False),
        ("2025", "tbd", False),
    ],
)
def test_due_before_a_predecessor_only_when_that_is_certain(
    successor: str, predecessor: str, certain: bool
) -> None:
    first, second = milestone(due=predecessor), milestone(due=successor)
    assert schedule.due_before(second, first) == certain
    cancelled = milestone(due=predecessor, state="cancelled")
    assert not schedule.due_before(second, cancelled)
    assert second.due == parse_planned(successor)
