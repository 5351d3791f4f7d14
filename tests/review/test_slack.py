"""What moves of dates use of the time before successors."""

from __future__ import annotations

import json

import pytest
from tests.cli.test_cli_diff import comparison
from tests.review.test_report import plan, reported

from milepost.base.paths import BUILT_IN
from milepost.diff.summary import as_json
from milepost.render.pasted import pasted
from milepost.review.slack import Slack, in_words, slacks


def used(old: str, new: str) -> dict[str, list[tuple[str, int, int]]]:
    """Return for each milestone that moved the successors, with the days before and what is left."""
    return {
        getattr(change, "code", ""): [(each.successor, each.before, each.left) for each in found]
        for change, found in slacks(comparison(old, new)).items()
    }


def successor(due: str = "2026-07-01", more: str = "") -> str:
    return f"B {due} predecessors: [A]{more}"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (("A 2026-06-01", successor()), ("A 2026-06-13", successor()), ("B", 30, 18)),
        (("A 2026-06-01", successor()), ("A 2026-07-01", successor()), ("B", 30, 0)),
        (("A 2026-06-01", successor()), ("A 2026-07-06", successor()), ("B", 30, -5)),
        (("A 2026-06-01", successor()), ("A 2026-06-13", successor("2026-07-03")), ("B", 30, 20)),
        (("A 2026-06-01", successor()), ("A 2026-06-13", successor("2026-06-20")), ("B", 30, 7)),
        (("A 2026-06", successor("2026-07")), ("A 2026-07", successor("2026-07")), ("B", 31, 0)),
        # Those that move along, or farther, have no less time.
        (("A 2026-06-01", successor()), ("A 2026-06-13", successor("2026-07-13")), None),
        (("A 2026-06-01", successor()), ("A 2026-06-13", successor("2026-08-01")), None),
        # Earlier uses nothing.
        (("A 2026-06-13", successor()), ("A 2026-06-01", successor()), None),
        # The forecast is the date that is expected.
        (
            ("A 2026-06-01 forecast: 2026-06-03", successor()),
            ("A 2026-06-01 forecast: 2026-06-13", successor()),
            ("B", 28, 18),
        ),
        (("A 2026-06-01", successor()), ("A 2026-06-01 forecast: 2026-06-13", successor()), ("B", 30, 18)),
        (
            ("A 2026-06-01 forecast: 2026-06-20", successor()),
            ("A 2026-06-13 forecast: 2026-06-20", successor()),
            None,
        ),
        (
            ("A 2026-06-01", successor(more=", forecast: 2026-07-11")),
            ("A 2026-06-13", successor(more=", forecast: 2026-07-11")),
            ("B", 40, 28),
        ),
        # What is new as a successor counts with its present date.
        (("A 2026-06-01", "B 2026-07-20"), ("A 2026-06-13", successor()), ("B", 30, 18)),
        (("A 2026-06-01",), ("A 2026-06-13", successor()), ("B", 30, 18)),
        (("A 2026-06-01", successor("tbd")), ("A 2026-06-13", successor()), ("B", 30, 18)),
        # A new code is the same milestone.
        (
            ("Z 2026-06-01", "B 2026-07-01 predecessors: [Z]"),
            ("A 2026-06-13 aka: [Z]", successor()),
            ("B", 30, 18),
        ),
        # Without a date, or without waiting, there is nothing to use.
        (("A 2026-06-01", successor()), ("A 2026-06-13", successor("tbd")), None),
        (("A tbd", successor()), ("A 2026-06-13", successor()), None),
        (("A 2026-06-01", successor()), ("A 2026-06-13", "B 2026-07-01"), None),
        (("A 2026-06-01", successor()), ("A 2026-06-13", successor(more=", completed: 2026-02-01")), None),
        (("A 2026-06-01", successor()), ("A 2026-06-13", successor(more=", state: cancelled")), None),
        (("A 2026-01-01", successor()), ("A 2026-01-13 completed: 2026-01-13", successor()), None),
    ],
)
def test_how_much_is_used(
    before: tuple[str, ...], after: tuple[str, ...], expected: tuple[str, int, int] | None
) -> None:
    assert used(plan(*before), plan(*after)).get("A") == (expected and [expected])


def test_the_tightest_come_first_and_many_are_counted() -> None:
    later = [f"B-{n} 2026-07-{20 - n:02} predecessors: [A]" for n in range(5)]
    old, new = plan("A 2026-06-01", *later), plan("A 2026-06-13", *later)
    assert [each[0] for each in used(old, new)["A"]] == ["B-4", "B-3", "B-2", "B-1", "B-0"]
    (found,) = slacks(comparison(old, new)).values()
    assert in_words(found) == (
        "Uses 12 of the 45 days before B-4; uses 12 of the 46 days before B-3; "
        "uses 12 of the 47 days before B-2; and less time before 2 others."
    )


@pytest.mark.parametrize(
    ("before", "left", "has_forecast", "expected"),
    [
        (30, 18, False, "Uses 12 of the 30 days before B."),
        (1, 0, False, "Uses all of the 1 day before B."),
        (30, -5, False, "Now 5 days after B is due."),
        (30, -1, True, "Now 1 day after B is expected."),
        (-3, -15, False, "Now 15 days after B is due, 3 before."),
        (0, -15, False, "Now 15 days after B is due."),
    ],
)
def test_in_words(before: int, left: int, has_forecast: bool, expected: str) -> None:
    assert in_words([Slack(successor="B", before=before, left=left, has_forecast=has_forecast)]) == expected
    assert in_words([]) == ""


OLD = plan("A 2026-06-01", "B 2026-07-01 predecessors: [A]", "C 2026-06-20 predecessors: [A]")
NEW = plan("A 2026-06-25", "B 2026-07-01 predecessors: [A]", "C 2026-06-20 predecessors: [A]")
SENTENCE = "A is due 2026-06-25, 24 days later than before (2026-06-01)."
WORDS = "Now 5 days after C is due; uses 24 of the 30 days before B."


def test_it_is_in_the_rows_of_the_review_and_in_its_texts() -> None:
    review = reported(OLD, NEW)
    (group,) = review.milestones
    assert [(row.sentence, row.slack) for row in group.rows] == [(SENTENCE, WORDS)]
    assert f"  - {SENTENCE} {WORDS}\n" in pasted(review, None, "txt", BUILT_IN)
    assert f" {WORDS}" in pasted(review, None, "jira", BUILT_IN)


def test_it_is_in_the_summary_for_programs() -> None:
    both = comparison(OLD, NEW)
    changes = json.loads(as_json(both, {}, slack=slacks(both)))["changes"]
    assert [change["slack"] for change in changes] == [
        [
            {"successor": "C", "before": 19, "left": -5, "has_forecast": False},
            {"successor": "B", "before": 30, "left": 6, "has_forecast": False},
        ]
    ]


def test_of_those_that_moved_alike_each_has_its_own() -> None:
    others = "B 2026-08-01 predecessors: [A-1]", "C 2026-07-05 predecessors: [A-3]"
    old, new = (plan(*(f"A-{n} {day}" for n in (1, 2, 3)), *others) for day in ("2026-06-01", "2026-07-01"))
    review = reported(old, new)
    (shift,) = review.shifts
    assert shift.slack == (
        ("A-1", "Uses 30 of the 61 days before B."),
        ("A-3", "Uses 30 of the 34 days before C."),
    )
    assert "    > A-1: Uses 30 of the 61 days before B.\n    > A-3: Uses" in pasted(
        review, None, "txt", BUILT_IN
    )
