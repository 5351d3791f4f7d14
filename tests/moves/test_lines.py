"""Ten lines account for nine tenths of the moved days, with ranges as narrow as that allows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.moves.test_explain import forecasts, moved
from tests.support.moves import month

from milepost.moves.explain import MOVED, Kind
from milepost.moves.lines import Line, Lines, lines_of


def shown(lines: Lines) -> list[tuple[str, int, int]]:
    return [(line.by, len(line.rows), line.days) for line in lines.lines]


def summed(*days: int, most: int = 10) -> Lines:
    earlier, later = moved(**{f"A{number:03}": each for number, each in enumerate(days)})
    return lines_of(forecasts(earlier, later), most)


def test_equal_moves_are_one_line_and_the_most_days_come_first() -> None:
    assert shown(summed(*[25] * 26, *[3] * 10, -100, 40, 40)) == [
        ("25 days later", 26, 650),
        ("100 days earlier", 1, 100),
        ("40 days later", 2, 80),
        ("3 days later", 10, 30),
    ]


def test_nearly_equal_moves_are_one_line_only_where_equal_ones_are_too_many() -> None:
    scattered = [*range(20, 36), *range(100, 110)]
    assert shown(summed(*[400] * 3, *scattered, 1, -7, most=3)) == [
        ("400 days later", 3, 1200),
        ("100 to 109 days later", 10, 1045),
        ("30 to 35 days later", 6, 195),  # with these, it is nine tenths
    ]


def test_a_range_is_its_heaviest_group_alone_if_the_others_are_few_and_not_needed() -> None:
    many = [*[100] * 20, 101, *[300] * 10, *range(20, 36), *range(20, 36)]
    assert shown(summed(*many, most=3)) == [
        ("300 days later", 10, 3000),
        ("100 days later", 20, 2000),
        ("30 to 35 days later", 12, 390),
    ]


def test_what_is_below_the_threshold_is_one_of_the_lines() -> None:
    earlier, later = moved(A=2, B=-3, C=20, D=30)
    found = lines_of(forecasts(earlier, later, threshold=5), most=2)
    assert found.below is not None
    assert [row.code for row in found.below.rows] == ["B", "A"]  # the earliest dates first
    assert (found.number, found.days, shown(found)) == (2, 55, [("20 to 30 days later", 2, 50)])


def test_a_line_names_the_causes_of_most_first() -> None:
    earlier, later = moved(A=9, B=9, C=9, D=9, E=9, F=9)
    (line,) = lines_of(forecasts(earlier, later, ("A", "B"), ("C", "D"), ("D", "E"))).lines
    assert (line.followers, line.others) == ((("C", 2), ("A", 1)), 1)


def test_a_line_says_where_most_of_it_is_in_the_work_breakdown_structure() -> None:
    row = forecasts(*moved(A=9)).rows[0]
    places = ["02C.04.01", "02C.04.01", "02C.04.02", "02C.04", "02C.05"]

    assert Line(rows=tuple(replace(row, wbs=place) for place in places)).wbs == "02C.04"
    assert Line(rows=(replace(row, wbs="02C"), replace(row, wbs="03"))).wbs == ""
    assert Line(rows=(row,)).wbs == ""


@given(st.lists(st.integers(-400, 400), max_size=120), st.integers(0, 9), st.integers(3, 12))
@settings(max_examples=150, deadline=None)
def test_any_moves_are_summed_up(days: list[int], threshold: int, most: int) -> None:
    earlier, later = moved(**{f"A{number:03}": each for number, each in enumerate(days)})
    explanation = forecasts(earlier, later, threshold=threshold)
    found = lines_of(explanation, most)

    assert found.number <= most
    assert found.days >= 0.9 * explanation.moved_days
    below = found.below.rows if found.below else ()
    rows = [row for line in found.lines for row in line.rows]
    assert sorted(row.code for row in (*rows, *below, *found.rest)) == [row.code for row in explanation.moved]
    assert {row.kind for row in rows} <= {*MOVED}
    assert found.days == sum(line.days for line in found.lines) + sum(abs(row.days) for row in below)
    assert [line.days for line in found.lines] == sorted((line.days for line in found.lines), reverse=True)
    spans = sorted((line.least * line.most > 0, line.least, line.most) for line in found.lines)
    assert all(same_way for same_way, _, _ in spans)
    # Each milestone whose move is as long as one in a line is in that line.
    lengths = [{row.days for row in line.rows} for line in found.lines]
    assert sum(map(len, lengths)) == len(set().union(*lengths))


@pytest.mark.parametrize("seed", range(8))
def test_ten_lines_are_enough_for_a_month(seed: int) -> None:
    made = month(seed)
    explanation = forecasts(made.earlier, made.later, *made.links, threshold=5)
    found = lines_of(explanation)
    assert found.number <= 10
    assert found.days >= 0.9 * explanation.moved_days
    # A cause is in the same line as what follows it.
    for line in found.lines:
        codes = {row.code for row in line.rows}
        assert {row.cause for row in line.rows if row.kind is Kind.FOLLOWS} <= codes
