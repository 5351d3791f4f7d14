"""The trend chart as values: which points a line has, where it has gaps, and which lines have labels."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st
from tests.support.documents import document, loaded

from milepost.base.dates import parse_planned, planned
from milepost.document.figures import MOST_LABELS, TrendFigure
from milepost.history.snapshots import read_snapshot
from milepost.views.trend.make import trend_chart

if TYPE_CHECKING:
    from milepost.history.states import Snapshot
    from milepost.views.trend.lines import TrendChart, TrendLine

FIRST, SECOND, LAST = "2023-06-30", "2023-12-31", "2024-01-31"


def state(day: str, *lines: str) -> Snapshot:
    text = "\n".join(("# milestones: some", *lines, ""))
    return read_snapshot(text.encode(), f"history/{day}.csv").snapshot


def chart(milestones: dict[str, Any], *states: Snapshot, **figure: Any) -> TrendChart:
    asked = TrendFigure.model_validate({"name": "t", "kind": "trend", "caption": "c", "codes": "*"} | figure)
    return trend_chart(asked, loaded(document(milestones=milestones)).document, states, "The trend")


def line(milestone: dict[str, Any], *states: Snapshot, **figure: Any) -> TrendLine:
    (found,) = chart({"A": {"name": "First", "due": "2024-05-01"} | milestone}, *states, **figure).trends
    return found


def runs(found: TrendLine) -> list[list[tuple[str, str]]]:
    """Return the points of each run: the day and the date; for a completion, `done` instead of the date."""
    return [
        [(str(point.day), "done" if point.completed else str(point.date)) for point in run]
        for run in found.runs
    ]


# --- Points -------------------------------------------------------------------------------------------------


def test_a_line_has_the_date_of_each_state_and_that_of_the_document() -> None:
    found = line({}, state(SECOND, "code,due", "A,2024-03"), state(FIRST, "code,due", "A,2024-02-01"))

    assert runs(found) == [[(FIRST, "2024-02-01"), (SECOND, "2024-03"), (LAST, "2024-05-01")]]
    assert found.end == "2024-05-01"


def test_a_state_that_does_not_say_the_date_leaves_a_gap() -> None:
    states = state(FIRST, "code,due", "A,2024-02-01"), state(SECOND, "code,completed", "A,")

    assert runs(line({}, *states)) == [[(FIRST, "2024-02-01")], [(LAST, "2024-05-01")]]


def test_a_state_without_the_milestone_leaves_a_gap() -> None:
    states = state(FIRST, "code,due", "A,2024-02-01"), state(SECOND, "code,due", "B,2024-02-01")

    assert runs(line({}, *states)) == [[(FIRST, "2024-02-01")], [(LAST, "2024-05-01")]]


def test_a_forecast_that_is_not_stated_is_not_the_due_date() -> None:
    states = state(FIRST, "code,due", "A,2024-02-01"), state(SECOND, "code,due,forecast", "A,2024-02-01,")

    found = chart(
        {"A": {"name": "First", "due": "2024-05-01", "forecast": "2024-06"}}, *states, date="forecast"
    )

    # An empty forecast says that the milestone is expected when it is due.
    assert runs(found.trends[0]) == [[(SECOND, "2024-02-01"), (LAST, "2024-06")]]
    assert found.days == (date(2023, 12, 31), date(2024, 1, 31))
    assert found.dates == "forecast"


def test_an_empty_forecast_is_unknown_where_no_due_date_is_stated() -> None:
    found = line({}, state(SECOND, "code,forecast", "A,"), date="forecast")

    assert runs(found) == [[(LAST, "2024-05-01")]]


def test_due_dates_and_forecasts_are_never_mixed() -> None:
    states = state(FIRST, "code,due,forecast", "A,2024-02-01,2024-03-01")
    due, forecast = (line({"forecast": "2024-07-01"}, states, date=which) for which in ("due", "forecast"))

    assert runs(due) == [[(FIRST, "2024-02-01"), (LAST, "2024-05-01")]]
    assert runs(forecast) == [[(FIRST, "2024-03-01"), (LAST, "2024-07-01")]]


def test_no_date_yet_leaves_a_gap() -> None:
    found = line({"due": "tbd"}, state(FIRST, "code,due", "A,2024-02-01"), state(SECOND, "code,due", "A,tbd"))

    assert runs(found) == [[(FIRST, "2024-02-01")]]
    assert found.end == "tbd"


def test_earlier_codes_are_followed() -> None:
    assert runs(line({"aka": ["OLD"]}, state(FIRST, "code,due", "OLD,2024-02-01"))) == [
        [(FIRST, "2024-02-01"), (LAST, "2024-05-01")]
    ]


# --- Completions --------------------------------------------------------------------------------------------


def test_a_completion_ends_the_line_on_the_diagonal() -> None:
    states = (
        state(FIRST, "code,due,completed", "A,2024-02-01,"),
        state(SECOND, "code,due,completed", "A,2024-02-01,2023-10-04"),
    )
    found = line({"completed": "2023-10-05"}, *states)

    # The document corrects the day.
    assert runs(found) == [[(FIRST, "2024-02-01"), ("2023-10-05", "done")]]
    assert found.points[-1].date == planned(found.points[-1].day)
    assert found.end == "completed 2023-10-05"


def test_a_completion_is_known_where_a_state_says_nothing_of_completions() -> None:
    states = state(FIRST, "code,due", "A,2024-02-01"), state(SECOND, "code,due", "A,2024-02-01")

    assert runs(line({"completed": "2023-10-05"}, *states)) == [
        [(FIRST, "2024-02-01"), ("2023-10-05", "done")]
    ]


def test_what_was_completed_before_the_first_state_has_no_line() -> None:
    found = chart(
        {
            "A": {"name": "First", "due": "2023-05-01", "completed": "2023-05-02"},
            "B": {"name": "Second", "due": "2024-05-01"},
        },
        state(FIRST, "code,due,completed", "A,2023-05-01,2023-05-02", "B,2024-04-01,"),
    )

    assert [runs(each) for each in found.trends] == [[], [[(FIRST, "2024-04-01"), (LAST, "2024-05-01")]]]
    assert found.trends[0].end == "completed before 2023-06-30"
    assert "Completed before 2023-06-30: A." in found.description


def test_a_completion_that_became_known_late_is_not_joined_backwards() -> None:
    found = line(
        {"completed": "2023-11-01"},
        state(FIRST, "code,due,completed", "A,2024-02-01,"),
        state(SECOND, "code,due,completed", "A,2024-02-01,"),
    )

    assert runs(found) == [[(FIRST, "2024-02-01"), (SECOND, "2024-02-01")], [("2023-11-01", "done")]]


def test_a_milestone_that_was_opened_again_goes_on_after_a_gap() -> None:
    found = line(
        {},
        state(FIRST, "code,due,completed", "A,2023-06-01,2023-06-30"),
        state(SECOND, "code,due,completed", "A,2024-04-01,"),
    )

    assert runs(found) == [[("2023-06-30", "done")], [(SECOND, "2024-04-01"), (LAST, "2024-05-01")]]


def test_a_cancelled_milestone_ends_before_the_state_that_says_so() -> None:
    found = line(
        {"state": "cancelled", "since": "2023-12-01"},
        state(FIRST, "code,due,state", "A,2024-02-01,"),
        state(SECOND, "code,due,state", "A,2024-02-01,cancelled"),
    )

    assert runs(found) == [[(FIRST, "2024-02-01")]]
    assert found.set_aside == "cancelled"
    assert found.end == "cancelled 2023-12-01"


# --- The chart ----------------------------------------------------------------------------------------------


def test_only_states_since_a_day_and_before_the_data_date_are_drawn() -> None:
    found = chart(
        {"A": {"name": "First", "due": "2024-05-01"}},
        *(state(day, "code,due", "A,2024-02-01") for day in (FIRST, SECOND, LAST, "2024-02-29")),
        since="2023-07-01",
    )

    assert [str(day) for day in found.days] == [SECOND, LAST]


def test_without_states_each_line_is_a_point() -> None:
    found = chart({"A": {"name": "First", "due": "2024-05-01"}})

    assert runs(found.trends[0]) == [[(LAST, "2024-05-01")]]
    assert "in one state, 2024-01-31" in found.description


def test_the_baseline_is_the_first_date_drawn_or_the_due_date_of_a_forecast() -> None:
    states = state(FIRST, "code,due,forecast", "A,2024-02-01,2024-03-01")

    assert line({}, states).baseline is None
    assert line({}, states, baseline="true").baseline == parse_planned("2024-02-01")
    assert line({}, states, baseline="true", date="forecast").baseline == parse_planned("2024-05-01")


def test_of_too_many_lines_those_that_moved_most_have_labels() -> None:
    codes = [f"M-{number:02}" for number in range(MOST_LABELS + 3)]
    milestones = {
        code: {"name": code, "due": f"2024-05-{number + 1:02}"} for number, code in enumerate(codes)
    }
    states = state(FIRST, "code,due", *(f"{code},2024-05-01" for code in codes))

    found = chart(milestones, states)
    chosen = chart(milestones, states, labels={"codes": ["M-0[0-2]"]})

    assert [each.code for each in found.trends if not each.labelled] == codes[:3]
    assert [each.code for each in chosen.trends if each.labelled] == codes[:3]
    assert "3 other lines without a label" in found.description


def test_the_text_alternative_is_short_enough_to_be_heard() -> None:
    milestones = {
        f"D-{number:03}": {"name": "D", "due": "2023-01-01", "completed": "2023-01-01"}
        for number in range(200)
    }
    milestones["A"] = {"name": "First", "due": "2024-05-01"}
    states = [state(f"2023-06-{day:02}", "code,due", f"A,2024-01-{day:02}") for day in range(1, 29)]

    found = chart(milestones, *states)

    assert "A: 2024-01-01, then 27 other dates, then 2024-05-01." in found.description
    assert "D-011 and 188 others." in found.description
    assert len(found.description) < 400
    assert len([each for each in found.lines if each.startswith("  on ")]) == 29


_DATES = st.sampled_from(["", "2023-08-01", "2024-02", "2024-Q3", "2025", "tbd", "2024-06-30"])


@given(st.lists(st.tuples(_DATES, st.booleans()), min_size=1, max_size=6))
def test_each_state_that_says_the_date_is_a_point_and_no_other(said: list[tuple[str, bool]]) -> None:
    days = [f"2023-{month:02}-28" for month in range(1, len(said) + 1)]
    states = [
        state(day, "code,due", f"A,{due or 'tbd'}") if stated else state(day, "code,level", "A,1")
        for day, (due, stated) in zip(days, said, strict=True)
    ]
    expected = [
        (day, due) for day, (due, stated) in zip(days, said, strict=True) if stated and due not in {"", "tbd"}
    ]

    found = runs(line({}, *states))

    assert [point for run in found for point in run] == [*expected, (LAST, "2024-05-01")]
    position = {day: number for number, day in enumerate([*days, LAST])}
    for run in found:  # within a run, no state is left out
        places = [position[day] for day, _ in run]
        assert places == list(range(places[0], places[-1] + 1))
    assert all(position[after[0][0]] - position[before[-1][0]] > 1 for before, after in pairwise(found))
