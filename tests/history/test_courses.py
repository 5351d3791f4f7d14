"""The course of a milestone through states: what was stated, unknown, or under an earlier code."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tests.history.test_states import document

from milepost.base.dates import parse_planned
from milepost.history.courses import Point, courses
from milepost.history.snapshots import read_snapshot
from milepost.history.states import FACTS

if TYPE_CHECKING:
    from milepost.history.states import Snapshot


def state(day: str, *lines: str) -> Snapshot:
    text = "\n".join(["# milestones: some", *lines, ""])
    return read_snapshot(text.encode(), f"history/{day}.csv").snapshot


def test_a_course_goes_from_the_earliest_state_to_the_document() -> None:
    states = [
        state("2024-03-31", "code,due,forecast", "A-1,2024-07-01,2024-08-01", "B-1,2024-12-31,"),
        state("2024-01-31", "code,due,completed", "A-1,2024-06-01,"),
        state("2024-04-30", "code,due", "A-1,2020-01-01"),
    ]
    plan = document(
        A_1={"due": "2024-07-01", "forecast": "2024-09-01"}, B_1={"completed": "2024-04-02"}, C_1={}
    )

    first, second, third = courses(plan, states)

    assert first.code == "A-1"
    assert first.points == (
        Point(day=date(2024, 1, 31), due=parse_planned("2024-06-01"), stated=frozenset({"due", "completed"})),
        Point(
            day=date(2024, 3, 31),
            due=parse_planned("2024-07-01"),
            forecast=parse_planned("2024-08-01"),
            stated=frozenset({"due", "forecast"}),
        ),
        Point(
            day=date(2024, 4, 30),
            due=parse_planned("2024-07-01"),
            forecast=parse_planned("2024-09-01"),
            stated=frozenset(FACTS),
        ),
    )
    assert [point.completed for point in second.points] == [None, date(2024, 4, 2)]
    assert [point.day for point in third.points] == [date(2024, 4, 30)]


def test_an_earlier_code_is_followed_and_the_present_one_wins() -> None:
    states = [
        state("2024-01-31", "code,due", "OLD-1,2024-06-01"),
        state("2024-02-29", "code,due", "OLD-1,2024-01-01", "A-1,2024-06-30"),
    ]

    (course,) = courses(document(A_1={"aka": ["OLD-1"]}), states)

    assert [str(point.due) for point in course.points] == ["2024-06-01", "2024-06-30", "2024-12-31"]
