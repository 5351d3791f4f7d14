"""Every milestone of two states is in one class, causes are found, and forecasts are no baselines."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.moves import facts, month, state

from milepost.base.dates import PlannedDate
from milepost.moves.explain import MOVED, Explanation, Kind, Row, explain
from milepost.moves.facts import FIELDS, Facts, State

DAY = date(2024, 1, 1)


def kinds(explanation: Explanation) -> dict[str, str]:
    return {row.code: row.kind.name for row in explanation.rows}


def forecasts(earlier: State, later: State, *links: tuple[str, str], threshold: int = 0) -> Explanation:
    found, _ = explain(earlier, later, links, threshold)
    assert found.date == "forecast"
    return found


@pytest.mark.parametrize(
    ("before", "now", "kind", "days"),
    [
        ("2024-05-01 2024-06-01", "2024-05-01 2024-06-11", "ALONE", 10),
        ("2024-05-01 2024-06-01", "2024-05-01 2024-05-31", "ALONE", -1),
        ("2024-05-01", "2024-05-01 2024-06-01", "ALONE", 31),
        ("2024-05-01 2024-06-01", "2024-05-11 2024-06-01", "REBASELINED", 0),
        ("2024-05-01", "2024-05-11", "REBASELINED", 0),
        ("2024-05-01 2024-06-01", "2024-06-01", "REBASELINED", 0),
        ("2024-05-01 2024-06-01", "2024-05-01", "ALONE", -31),
        ("2024-05-01 2024-05-01", "2024-05-01", "NO_NEWS", 0),
        ("2024-05-01 2024-06-01", "2024-05-01 2024-06-01", "UNCHANGED", 0),
        ("2024-05-01 2024-06-01", "2024-05-01 - 2024-06-11", "COMPLETED", 10),
        ("2024-05-01 2024-06-01", "2024-05-01 - 2024-05-31", "COMPLETED", -1),
        ("2024-05-01 - 2024-04-01", "2024-05-01 2024-06-01", "REOPENED", 0),
        ("2024-05-01 - 2024-04-01", "2024-05-01 - 2024-04-03", "CORRECTED", 2),
        ("2024-05-01 - 2024-04-01", "2024-06-01 - 2024-04-01", "REBASELINED", 0),
        ("2024-05-01 - 2024-04-01", "2024-05-01 - 2024-04-01", "UNCHANGED", 0),
        ("2024-05-01", "2024-06-01 cancelled", "SET_ASIDE", 0),
        ("2024-05-01 deferred", "2024-05-01 cancelled", "SET_ASIDE", 0),
        ("2024-05-01 deferred", "2024-05-01", "REINSTATED", 0),
        ("2024-05-01 tbd", "2024-05-01 2024-06-01", "RESTATED", 0),
        ("2024-05-01 2024-Q3", "2024-05-01 2024-08-01", "RESTATED", 0),
        ("2024-05-01 2024-Q3", "2024-05-01 2024-Q4", "ALONE", 92),
    ],
)
def test_a_milestone_is_in_the_first_class_that_holds(before: str, now: str, kind: str, days: int) -> None:
    other = "2030-01-01 2031-01-01"  # has news, so that a forecast may move back to its baseline
    found = forecasts(state(A=before, other=other), state(A=now, other=other))
    (row,) = (row for row in found.rows if row.code == "A")
    assert (row.kind.name, row.days) == (kind, days)
    assert found.moved_days == (abs(days) if row.kind in MOVED else 0)


def test_baselines_are_explained_apart_from_forecasts() -> None:
    earlier = state(A="2024-05-01 2024-06-01", B="2024-05-01 2024-06-01", C="2024-07-01 2024-08-01")
    later = state(A="2024-05-11 2024-06-21", B="2024-05-11 2024-06-01", C="2024-07-01 2024-08-03")
    forecast, due = explain(earlier, later, [("A", "B")])

    assert (forecast.date, kinds(forecast)) == ("forecast", {"A": "ALONE", "B": "REBASELINED", "C": "ALONE"})
    assert (due.date, kinds(due)) == ("due", {"A": "CAUSE", "B": "FOLLOWS", "C": "UNCHANGED"})
    assert (forecast.moved_days, due.moved_days) == (22, 20)


def test_forecasts_that_are_all_baselines_did_not_move_back_to_them() -> None:
    earlier = state(A="2024-05-01 2024-06-01", B="2024-05-01 2024-06-01")
    later = state(A="2024-05-01 2024-05-01", B="2024-05-02 2024-05-02")

    assert kinds(forecasts(earlier, later)) == {"A": "NO_NEWS", "B": "REBASELINED"}


def test_what_is_not_stated_is_not_known() -> None:
    known = state(A="2024-05-01 2024-06-01", B="2024-05-01 cancelled")
    dates = State(milestones={code: facts("2024-05-02") for code in "AB"}, stated=frozenset({"due"}))

    (due,) = explain(known, dates)
    assert due.date == "due"
    assert kinds(due) == {"A": "ALONE", "B": "ALONE"}


def test_recoded_by_its_earlier_codes_or_by_a_name_that_one_vanished_and_one_new_milestone_have() -> None:
    earlier = State(
        milestones={
            "A": facts("2024-05-01 2024-06-01", "One"),
            "B": facts("2024-05-01 2024-06-01", "Two"),
            "C": facts("2024-05-01", "Same"),
            "D": facts("2024-05-01", "Same"),
        }
    )
    later = State(
        milestones={
            "A2": facts("2024-05-01 2024-06-11", "Another name"),
            "B2": facts("2024-05-01 2024-06-11", "two"),
            "C2": facts("2024-05-01", "Same"),
        },
        aka={"A": "A2"},
    )
    found = forecasts(earlier, later, ("A2", "B2"))

    assert kinds(found) == {
        "A": "RECODED",
        "A2": "CAUSE",
        "B": "RECODED",
        "B2": "FOLLOWS",
        "C": "GONE",
        "C2": "NEW",
        "D": "GONE",
    }
    assert {row.code: row.other for row in found.rows if row.other} == {
        "A": "A2",
        "A2": "A",
        "B": "B2",
        "B2": "B",
    }


def moved(**days: int) -> tuple[State, State]:
    """Return two states between which the forecasts of milestones move by these days."""

    def at(day: int) -> Facts:
        return Facts(due=PlannedDate(DAY), forecast=PlannedDate(DAY + timedelta(day)))

    order = {code: 100 + place for place, code in enumerate(days)}
    return (
        State(milestones={code: at(order[code]) for code in days}),
        State(milestones={code: at(order[code] + number) for code, number in days.items()}),
    )


def test_the_beginning_of_a_chain_is_the_cause_of_all_that_moved_by_as_much() -> None:
    found = forecasts(
        *moved(A=31, B=31, C=31, D=31, E=30, F=31),
        *(("A", "B"), ("B", "C"), ("C", "D"), ("D", "E"), ("E", "F")),
    )
    assert kinds(found) == {
        "A": "CAUSE",
        "B": "FOLLOWS",
        "C": "FOLLOWS",
        "D": "FOLLOWS",
        "E": "ALONE",
        "F": "ALIKE",
    }
    assert found.followers == {"A": ("B", "C", "D")}
    assert [row.after for row in found.rows] == [None, "A", "B", "C", None, None]


def test_a_completion_explains_moves_by_as_much_as_it_was_late() -> None:
    earlier = state(A="2024-01-01 2024-02-01", B="2024-05-01 2024-06-01", C="2024-05-01 2024-06-01")
    later = state(A="2024-01-01 - 2024-02-11", B="2024-05-11 2024-06-11", C="2024-05-01 2024-06-12")
    forecast, due = explain(earlier, later, [("A", "B"), ("A", "C")])

    assert kinds(forecast) == {"A": "COMPLETED", "B": "FOLLOWS", "C": "ALONE"}
    assert forecast.by_code["B"].cause == "A"
    assert kinds(due) == {"A": "COMPLETED", "B": "ALONE", "C": "UNCHANGED"}


def test_what_moved_by_less_than_the_threshold_is_no_cause() -> None:
    found = forecasts(*moved(A=4, B=4, C=5, D=-4), ("A", "B"), threshold=5)
    assert kinds(found) == {"A": "BELOW", "B": "BELOW", "C": "ALONE", "D": "BELOW"}
    assert found.moved_days == 17


def test_a_circle_of_links_begins_at_the_earliest_of_its_milestones() -> None:
    links = (("A", "B"), ("B", "C"), ("C", "A"), ("C", "D"), ("D", "E"), ("E", "E"))
    for names in ("ABCDE", "DECBA"):
        found = forecasts(*moved(**dict.fromkeys(names, 7)), *links)
        first = next(name for name in names if name in "ABC")
        assert {row.code: row.cause for row in found.rows if row.code != first} == dict.fromkeys(
            set("ABCDE") - {first}, first
        )


small = st.dictionaries(
    st.sampled_from("ABCDEFG"),
    st.builds(
        Facts,
        name=st.sampled_from(["", "One", "Two"]),
        due=st.none() | st.sampled_from([PlannedDate(DAY + timedelta(days)) for days in (0, 1, 2)]),
        forecast=st.none() | st.sampled_from([PlannedDate(DAY + timedelta(days)) for days in (0, 1, 2, 9)]),
        completed=st.none() | st.sampled_from([DAY + timedelta(days) for days in (0, 1, 2)]),
        state=st.none() | st.sampled_from(["cancelled", "deferred"]),
    ),
)
states = st.builds(State, milestones=small, stated=st.just(FIELDS) | st.just(FIELDS - {"forecast"}))
links = st.lists(st.tuples(st.sampled_from("ABCDEFGH"), st.sampled_from("ABCDEFGH")), max_size=20)


@given(states, states, links, st.integers(0, 3), st.randoms())
@settings(max_examples=200, deadline=None)
def test_every_code_is_in_one_class_and_the_order_does_not_matter(
    earlier: State, later: State, joined: list[tuple[str, str]], threshold: int, order: random.Random
) -> None:
    def shuffled(given: State) -> State:
        return State(
            milestones=dict(order.sample([*given.milestones.items()], len(given.milestones))),
            stated=given.stated,
        )

    found = explain(earlier, later, joined, threshold)
    for each in found:
        codes = sorted(earlier.milestones.keys() | later.milestones.keys())
        assert [row.code for row in each.rows] == codes
        assert sum(each.counts.values()) == len(codes)
        assert all(row.cause is None for row in each.rows if row.kind is not Kind.FOLLOWS)
    again = explain(shuffled(earlier), shuffled(later), order.sample(joined, len(joined)), threshold)
    assert [each.rows for each in again] == [each.rows for each in found]


def with_a_cause(explanation: Explanation, joined: list[tuple[str, str]]) -> set[str]:
    """Return what follows another one, by the definition: there is a way to it, over equal moves alone.

    What is not known passes a move on.
    """
    rows: dict[str, Row] = {
        row.code: row for row in explanation.rows if row.kind in MOVED or row.kind is Kind.COMPLETED
    }
    reached: defaultdict[str, set[str]] = defaultdict(set)
    for start, first in rows.items():
        waiting = [start]
        while waiting:
            here = waiting.pop()
            for before, after in joined:
                if before != here or after in reached[start]:
                    continue
                is_equal = after in rows and rows[after].kind in MOVED and rows[after].days == first.days
                if is_equal or after not in explanation.by_code:
                    reached[start].add(after)
                    waiting.append(after)
    # Of milestones in a circle that nothing else explains, the earliest is the beginning.
    order = sorted(rows, key=lambda code: (rows[code].new or PlannedDate(date.max), code))
    return {
        code
        for code in rows
        if any(
            code in reached[other] and (other not in reached[code] or order.index(other) < order.index(code))
            for other in rows
            if other != code
        )
    }


@given(
    st.lists(st.sampled_from([7, 7, 7, 9, 0]), min_size=6, max_size=8),
    st.lists(st.tuples(st.sampled_from("ABCDEFGH"), st.sampled_from("ABCDEFGH")), max_size=30),
    st.booleans(),
)
@settings(max_examples=400, deadline=None)
def test_what_follows_is_what_the_definition_says(
    days: list[int], joined: list[tuple[str, str]], completed: bool
) -> None:
    earlier, later = moved(**dict(zip("ABCDEFGH", days, strict=False)))  # others are not known
    if completed:
        late = DAY + timedelta(107)
        later = State(milestones={**later.milestones, "A": Facts(due=PlannedDate(DAY), completed=late)})
    found = forecasts(earlier, later, *joined)

    assert {row.code for row in found.of(Kind.FOLLOWS)} == with_a_cause(found, joined)
    causes = {row.cause for row in found.of(Kind.FOLLOWS)}
    assert {row.code for row in found.of(Kind.CAUSE)} == {
        code for code in causes if code and found.by_code[code].kind is not Kind.COMPLETED
    }
    for row in found.of(Kind.FOLLOWS):
        chain = [row]
        while chain[-1].after is not None:
            assert is_before(chain[-1].after, chain[-1].code, joined, found)
            chain.append(found.by_code[chain[-1].after])
        assert chain[-1].code == row.cause
        assert {each.days for each in chain} == {row.days}


def is_before(code: str, after: str, joined: list[tuple[str, str]], explanation: Explanation) -> bool:
    """Return whether a link joins the two, directly or by way of what is not known."""
    reached, waiting = {code}, [code]
    while waiting:
        here = waiting.pop()
        for before, successor in joined:
            if before == here and successor == after:
                return True
            if before == here and successor not in explanation.by_code and successor not in reached:
                reached.add(successor)
                waiting.append(successor)
    return False


def test_circles_that_follow_each_other_have_one_cause() -> None:
    links = (("D", "E"), ("E", "D"), ("A", "B"), ("B", "A"), ("D", "A"), ("E", "B"), ("x", "D"), ("B", "x2"))
    found = forecasts(*moved(A=7, B=7, D=7, E=7), *links)
    assert {row.code: row.cause for row in found.rows} == {"A": "D", "B": "D", "D": None, "E": "D"}


def test_what_is_not_known_passes_a_move_on_and_what_moved_otherwise_does_not() -> None:
    links = (("A", "x"), ("x", "y"), ("y", "B"), ("A", "C"), ("C", "D"), ("B", "E"))
    found = forecasts(*moved(A=7, B=7, C=8, D=7, E=7), *links)
    assert found.followers == {"A": ("B", "E")}
    assert [row.after for row in found.rows] == [None, "A", None, None, "B"]


@pytest.mark.parametrize("seed", range(5))
def test_the_causes_of_a_month_are_found(seed: int) -> None:
    made = month(seed)
    found = forecasts(made.earlier, made.later, *made.links)

    assert {code: frozenset(codes) for code, codes in found.followers.items()} == made.causes
    counts = {kind: number for kind, number in found.counts.items() if kind not in MOVED and number}
    moves = sum(found.counts[kind] for kind in MOVED)
    assert counts.pop(Kind.UNCHANGED) + moves == 1302 - 7
    assert counts == {Kind.RECODED: 1, Kind.GONE: 1, Kind.NEW: 1, Kind.COMPLETED: 4}
    assert moves > 0.85 * 260


@pytest.mark.parametrize("known", [10_000, 1_000])
def test_ten_thousand_activities_with_two_hundred_thousand_links_take_seconds(known: int) -> None:
    chance = random.Random(1)
    codes = [f"A-{number}" for number in range(10_000)]
    days = {code: chance.choice((25, 25, 31, chance.randrange(1, 300))) for code in codes[:known]}
    earlier, later = moved(**days)
    joined = [(chance.choice(codes), chance.choice(codes)) for _ in range(200_000)]

    start = time.process_time()
    found = forecasts(earlier, later, *joined)
    assert time.process_time() - start < 10
    assert sum(found.counts.values()) == known
