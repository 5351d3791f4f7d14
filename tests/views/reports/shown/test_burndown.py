"""How many milestones remain each month, compared with counting them one by one."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.documents import document, loaded

from milepost.base.dates import months_before
from milepost.document.selection import Selection
from milepost.history.snapshots import load_snapshot, read_snapshot
from milepost.loading.load import load
from milepost.views.reports.shown.burndown import Burndown, burndown_of

if TYPE_CHECKING:
    from milepost.document.model import Document
    from milepost.history.states import Snapshot

ROOT = Path(__file__).parents[4]
DATA_DATE = "2025-03-15"


def plan(**milestones: dict[str, Any]) -> Document:
    entries = {code: {"name": f"Name of {code}"} | facts for code, facts in milestones.items()}
    return loaded(document(milestones=entries, document={"data_date": DATA_DATE})).document


def state(day: str, *lines: str) -> Snapshot:
    content = "\n".join(("# milestones: some", *lines)) + "\n"
    return read_snapshot(content.encode(), f"{day}.csv").snapshot


def lines(found: Burndown) -> dict[str, dict[str, int | None]]:
    return {line.name: dict(zip(map(str, found.months), line.remaining, strict=True)) for line in found.lines}


PLAN = plan(
    A={"due": "2025-01-10", "completed": "2025-02-01"},
    B={"due": "2025-02-28", "forecast": "2025-05-02"},
    C={"due": "2025-01-31"},
    D={"due": "2025-Q2"},
    E={"due": "tbd"},
    F={"due": "2025-01-31", "state": "cancelled", "since": "2025-01-01"},
    G={"due": "2025-03-31", "state": "deferred", "since": "2025-03-01"},
)


def test_each_line_counts_what_remains_at_the_end_of_each_month() -> None:
    found = burndown_of(PLAN, [])

    assert lines(found) == {
        "planned": dict(
            zip(
                ("2024-12", "2025-01", "2025-02", "2025-03", "2025-04", "2025-05", "2025-06"),
                (6, 4, 3, 2, 2, 2, 1),
                strict=True,
            )
        ),
        # C is overdue, E has no date, G is deferred without a forecast: nobody knows when they will be done.
        "forecast": {
            "2024-12": None, "2025-01": None, "2025-02": None, "2025-03": 5, "2025-04": 5, "2025-05": 4,
            "2025-06": 3,
        },
        "achieved": {
            "2024-12": 6, "2025-01": 6, "2025-02": 5, "2025-03": 5, "2025-04": None, "2025-05": None,
            "2025-06": None,
        },
    }  # fmt: skip
    assert found.total == 6
    assert found.note == (
        "1 cancelled milestone is left out. "
        "1 milestone is overdue and remains in the forecast. "
        "2 milestones without a date remain in the forecast. "
        "No state from 2024-12-15 or before is known, so there is no earlier forecast."
    )


def test_the_earlier_forecast_is_that_of_the_state_nearest_to_the_month_or_before_it() -> None:
    states = [
        state("2024-10-31", "code,due,forecast,completed", "A,2025-01-10,,", "B,2025-02-28,2025-03-10,"),
        state("2024-12-31", "code,due,completed", "A,2025-01-10,", "B,2025-02-28,"),
        state("2025-02-28", "code,due,completed", "A,2025-01-10,2025-02-01", "B,2025-02-28,"),
    ]

    def then(months: int) -> tuple[str, dict[str, int | None]]:
        found = burndown_of(PLAN, states, Selection.from_text("codes:A,B"), months)
        return str(found.before), {
            month: number for month, number in lines(found)["forecast_then"].items() if number is not None
        }

    # Three months before 15 March is 15 December, and the state before that is of October.
    assert then(3) == (
        "2024-10-31",
        {"2024-10": 2, "2024-11": 2, "2024-12": 2, "2025-01": 1, "2025-02": 1, "2025-03": 0, "2025-04": 0}
        | {"2025-05": 0},
    )
    # Two months before is 15 January. That state has no forecasts.
    assert then(2) == (
        "2024-12-31",
        {"2024-12": 2, "2025-01": 1, "2025-02": 0, "2025-03": 0, "2025-04": 0, "2025-05": 0},
    )


def test_what_the_earlier_state_does_not_say_is_said_of_it() -> None:
    states = [state("2024-12-31", "code,due", "A,2025-01-10", "B,2025-02-28")]
    found = burndown_of(PLAN, states, Selection.from_text("codes:A,B,C"), months=1)

    assert found.note.endswith(
        "The state of 2024-12-31 has no forecasts: its due dates are taken. "
        "1 milestone is not in the state of 2024-12-31."
    )


def test_a_completion_that_the_state_does_not_state_counts_if_it_was_before() -> None:
    """A was completed in February, which the state of January cannot know and that of March does not say."""
    for day, remaining in (("2025-01-31", {"2025-01": 1, "2025-02": 1}), ("2025-03-01", {"2025-03": 0})):
        found = burndown_of(
            PLAN, [state(day, "code,due", "A,2025-03-02")], Selection.from_text("codes:A"), months=0
        )
        shown = lines(found)["forecast_then"]

        assert {month: shown[month] for month in remaining} == remaining


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2024-11-30", 9, "2024-02-29"),
        ("2024-02-29", 1, "2024-01-31"),
        ("2025-03-15", 1, "2025-02-15"),
        ("2025-03-30", 1, "2025-02-28"),
        ("2025-03-30", 0, "2025-03-30"),
        ("2025-01-31", 13, "2023-12-31"),
        ("2025-01-31", 99999, "0001-01-01"),
    ],
)
def test_months_are_counted_on_the_calendar(day: str, months: int, expected: str) -> None:
    assert months_before(date.fromisoformat(day), months) == date.fromisoformat(expected)


def test_of_a_document_without_milestones_nothing_remains() -> None:
    found = burndown_of(plan(), [])

    assert found.total == 0
    assert {number for line in found.lines for number in line.remaining} <= {0, None}


def test_of_a_very_long_time_only_the_months_with_a_change_are_listed() -> None:
    found = burndown_of(plan(A={"due": "1200-01-01"}, B={"due": "9999"}), [])

    assert [str(month) for month in found.months] == [
        *("1199-12", "1200-01", "2025-02", "2025-03", "2025-04", "9999-11", "9999-12"),
    ]
    assert [line.remaining for line in found.lines] == [
        (2, 1, 1, 1, 1, 1, 0),
        (None, None, None, 2, 2, 2, 1),
        (2, 2, 2, 2, None, None, None),
    ]


DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))


@given(st.lists(st.tuples(DAYS, st.none() | DAYS, st.none() | DAYS), min_size=1, max_size=6))
def test_the_numbers_are_those_of_counting(facts: list[tuple[date, date | None, date | None]]) -> None:
    known = date.fromisoformat(DATA_DATE)
    rows = {
        f"M-{number}": {
            "due": str(due),
            **({"forecast": str(forecast)} if forecast else {}),
            **({"completed": str(done)} if done and done <= known else {}),
        }
        for number, (due, forecast, done) in enumerate(facts)
    }
    found = burndown_of(plan(**rows), [])
    shown = lines(found)

    for month, end in zip(map(str, found.months), found.ends, strict=True):
        completed = [date.fromisoformat(row["completed"]) for row in rows.values() if "completed" in row]
        coming = [
            date.fromisoformat(row.get("forecast") or row["due"])
            for row in rows.values()
            if "completed" not in row
        ]
        assert shown["planned"][month] == sum(date.fromisoformat(row["due"]) > end for row in rows.values())
        if end >= known:
            later = sum(day > end or day < known for day in coming)
            assert shown["forecast"][month] == later + sum(day > end for day in completed)
        if str(end)[:7] <= DATA_DATE[:7]:
            assert shown["achieved"][month] == len(rows) - sum(day <= end for day in completed)
    assert shown["planned"][str(found.months[-1])] == 0


def test_the_numbers_of_the_real_document() -> None:
    """As counted in the YAML and in the state of February 2024 by other means."""
    real = load(ROOT / "milestones.yaml").document
    states = [load_snapshot(path).snapshot for path in sorted((ROOT / "history").glob("*.csv"))]
    found = burndown_of(real, states, months=9)
    shown = lines(found)

    assert (found.total, found.before) == (115, date(2024, 2, 29))
    assert shown["achieved"]["2024-11"] == shown["forecast"]["2024-11"] == 13
    assert shown["achieved"]["2024-12"] is None
    assert shown["forecast"]["2024-10"] is None
    assert shown["forecast"][str(found.months[-1])] == 3  # those that are overdue
    assert shown["planned"][str(found.months[0])] == 115
