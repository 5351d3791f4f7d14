"""A document as it was on an earlier day: nothing of today is in it that was not known then."""

from __future__ import annotations

from datetime import date

import pytest
from tests.support.reports import plan, state

from milepost.base.errors import MilepostError
from milepost.views.reports.through_time.earlier import on_day

STATES = (
    state("2024-01-05", "due", A_1=("2024-01-10",)),
    state("2024-02-05", "due", "forecast", "completed", A_3=("2024-03-01", "2024-04-11", None)),
)


def facts(day: str) -> dict[str, tuple[str, str, str]]:
    earlier, _, _ = on_day(plan(), STATES, date.fromisoformat(day))
    return {
        each.code: (str(each.due), str(each.forecast), str(each.completed)) for each in earlier.milestones
    }


def test_the_last_state_before_that_day_counts() -> None:
    earlier, before, note = on_day(plan(), STATES, date(2024, 3, 4))

    assert earlier.metadata.data_date == date(2024, 2, 5)
    assert before == STATES[:1]
    assert note == (
        "The state of 2024-02-05 does not give: state. "
        "7 milestones are not in it and have the due dates of 2024-03-05."
    )
    assert facts("2024-03-04")["A-3"] == ("2024-03-01", "2024-04-11", "None")


def test_forecasts_and_completions_of_today_are_not_known_then() -> None:
    assert facts("2024-01-31")["A-1"] == ("2024-01-10", "None", "None")
    assert facts("2024-01-31")["A-3"] == ("2024-04-01", "None", "None")
    # It was completed before the later state, which does not have it.
    assert facts("2024-02-05")["A-1"] == ("2024-01-10", "None", "2024-01-20")


def test_on_the_data_date_it_is_the_document_itself() -> None:
    document = plan()

    assert on_day(document, STATES, date(2024, 3, 5)) == (document, STATES, "")


def test_before_the_first_state_nothing_is_known() -> None:
    with pytest.raises(MilepostError, match="no state of 2024-01-04 or earlier"):
        on_day(plan(), STATES, date(2024, 1, 4))
    with pytest.raises(MilepostError, match="the first one is that of 2024-03-05"):
        on_day(plan(), (), date(2024, 3, 4))
