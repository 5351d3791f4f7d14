"""What cannot hold its date: hand-made plans, and random ones compared with all of their paths."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.documents import document, loaded
from tests.support.work import calls_of

from milepost.document import schedule
from milepost.document.impact import Impact, Successors, days_of_lag, is_to_come

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.document.model import Document


def plan(**milestones: dict[str, Any]) -> Document:
    """Return a document with these milestones, which are due on the first of 2025 if nothing else is said."""
    entries = {
        code: {"name": f"Name of {code}", "level": "2", "due": "2025-01-01"} | facts
        for code, facts in milestones.items()
    }
    return loaded(document(milestones=entries, document={"data_date": "2025-01-01"})).document


def impact(document: Document, code: str, to: str) -> Impact:
    found = document.milestone(code)
    assert found is not None
    return Successors(document).impact(found, date.fromisoformat(to))


def broken(found: Impact) -> list[tuple[str, int, tuple[str, ...]]]:
    return [(each.milestone.code, each.days, each.chain) for each in found.broken]


def gaps(found: Impact) -> list[tuple[str, str, int | None, int]]:
    return [(each.predecessor, each.successor.code, each.days, each.left) for each in found.gaps]


def test_a_slip_goes_on_as_far_as_dates_are_passed() -> None:
    document = plan(
        A={"due": "2025-01-10"},
        B={"due": "2025-01-20", "predecessors": ["A"]},
        C={"due": "2025-03-01", "predecessors": ["B"]},
        D={"due": "2025-01-25", "predecessors": ["B", "A"]},
        # Due early, but only after a milestone that holds.
        E={"due": "2025-01-15", "predecessors": ["C"]},
    )
    found = impact(document, "A", "2025-02-01")
    assert found.days == 22
    assert broken(found) == [("B", 12, ("A", "B")), ("D", 7, ("A", "D"))]
    assert gaps(found) == [("B", "C", 40, 28)]


def test_the_day_itself_is_in_time_and_a_month_lasts_to_its_end() -> None:
    document = plan(
        A={"due": "2025-01-10"},
        B={"due": "2025-01-31", "predecessors": ["A"]},
        C={"due": "2025-01", "predecessors": ["A"]},
    )
    assert broken(impact(document, "A", "2025-01-31")) == []
    assert broken(impact(document, "A", "2025-02-01")) == [("B", 1, ("A", "B")), ("C", 1, ("A", "C"))]


def test_forecasts_count_and_what_is_done_or_cancelled_waits_for_nothing() -> None:
    document = plan(
        A={"due": "2025-01-10", "forecast": "2025-02-10"},
        Done={"due": "2025-01-11", "completed": "2024-12-11", "predecessors": ["A"]},
        Gone={"due": "2025-01-11", "state": "cancelled", "reason": "Not needed.", "predecessors": ["A"]},
        Behind={"due": "2025-01-12", "predecessors": ["Done", "Gone"]},
        Later={"due": "2025-01-12", "forecast": "2025-04-01", "predecessors": ["A"]},
    )
    found = impact(document, "A", "2025-03-01")
    assert (str(found.expected), found.days) == ("2025-02-10", 19)
    assert broken(found) == []
    assert gaps(found) == [("A", "Later", 50, 31)]


def test_what_has_no_date_passes_a_slip_on() -> None:
    document = plan(
        A={"due": "2025-01-10"},
        Open={"due": "tbd", "predecessors": ["A"]},
        B={"due": "2025-01-20", "predecessors": ["Open"]},
        C={"due": "2025-06-01", "predecessors": ["Open"]},
    )
    found = impact(document, "A", "2025-02-01")
    assert broken(found) == [("B", 12, ("A", "Open", "B"))]
    assert gaps(found) == [("Open", "C", None, 120)]


@pytest.mark.parametrize(
    ("code", "first", "days"), [("A", "C", 5), ("B", "D", -9), ("D", None, 0), ("Open", None, 0)]
)
def test_the_first_to_break(code: str, first: str | None, days: int) -> None:
    document = plan(
        A={"due": "2025-01-10"},
        B={"due": "2025-01-20", "predecessors": ["A"]},
        Open={"due": "tbd", "predecessors": ["A"]},
        C={"due": "2025-01-15", "predecessors": ["Open"]},
        D={"due": "2025-01-11", "predecessors": ["B"]},
    )
    milestone = document.milestone(code)
    assert milestone is not None
    found = Successors(document).first_to_break(milestone)
    assert found == (None if first is None else (document.milestone(first), days))
    if found and days >= 0:
        to = schedule.expected(milestone).last + timedelta(days)  # type: ignore[union-attr]
        assert broken(impact(document, code, to.isoformat())) == []
        assert broken(impact(document, code, (to + timedelta(1)).isoformat()))[0][0] == first


def with_lags(document: Document, code: str, to: str, **lags: int) -> Impact:
    """Return the impact where links have lags, which are given as `A_B`."""
    found = document.milestone(code)
    assert found is not None
    by_link = {(one, other): days for pair, days in lags.items() for one, _, other in [pair.partition("_")]}
    return Successors(document, by_link).impact(found, date.fromisoformat(to))


def test_lags_of_several_ways_add_up_along_each() -> None:
    document = plan(
        A={"due": "2025-01-10"},
        B={"due": "2025-01-20", "predecessors": ["A"]},
        C={"due": "2025-01-20", "predecessors": ["A"]},
        D={"due": "2025-02-01", "predecessors": ["B", "C"]},
        E={"due": "2025-03-01", "predecessors": ["D"]},
    )
    # B holds its date, so that it makes nothing later; by way of C, D is on the 2nd of February.
    found = with_lags(document, "A", "2025-01-15", A_B=5, A_C=8, B_D=100, C_D=10, D_E=5)
    assert broken(found) == [("C", 3, ("A", "C")), ("D", 1, ("A", "C", "D"))]
    assert gaps(found) == [("A", "B", 5, 0), ("D", "E", 23, 22)]
    assert [(each.predecessor, each.successor, each.days) for each in found.lags] == [
        ("A", "B", 5),
        ("A", "C", 8),
        ("C", "D", 10),
        ("D", "E", 5),
    ]


def test_a_lead_lets_a_successor_hold() -> None:
    document = plan(A={"due": "2025-01-10"}, B={"due": "2025-01-20", "predecessors": ["A"]})
    assert broken(with_lags(document, "A", "2025-01-25", A_B=-5)) == []
    assert broken(with_lags(document, "A", "2025-01-26", A_B=-5)) == [("B", 1, ("A", "B"))]


def test_the_first_to_break_is_that_with_the_least_time_without_lags() -> None:
    document = plan(
        A={"due": "2025-01-10"},
        B={"due": "2025-01-20", "predecessors": ["A"]},
        Open={"due": "tbd", "predecessors": ["A"]},
        C={"due": "2025-02-20", "predecessors": ["Open"]},
    )
    first = document.milestone("A")
    assert first is not None
    assert Successors(document).first_to_break(first) == (document.milestone("B"), 10)
    lags = {("A", "Open"): 20, ("Open", "C"): 15}
    assert Successors(document, lags).first_to_break(first) == (document.milestone("C"), 6)


@pytest.mark.parametrize(
    ("hours", "days"),
    [
        ("0", 0),
        ("8", 1),
        ("7.9", 0),
        ("80", 10),
        ("-8", -3),
        ("-1", -3),
        ("-40", -7),
        ("-48", -10),
        ("-80", -14),
    ],
)
def test_hours_of_lags_are_days_of_8(hours: str, days: int) -> None:
    assert days_of_lag(Decimal(hours)) == days


def test_a_long_chain_needs_no_more_than_its_links() -> None:
    length = 3000
    document = plan(**{f"M-{n:05}": {"predecessors": [f"M-{n - 1:05}"] if n else []} for n in range(length)})
    found = with_lags(document, "M-00000", "2025-02-01")
    assert len(found.broken) == length - 1
    assert len(found.broken[-1].chain) == length


@st.composite
def plans(draw: st.DrawFn) -> Document:
    """Give a plan without circles: each milestone waits for some of those before it."""
    size = draw(st.integers(1, 7))
    milestones: dict[str, dict[str, Any]] = {}
    for number in range(size):
        before = draw(st.sets(st.sampled_from(range(number)))) if number else set()
        day = date(2025, 1, 1) + timedelta(draw(st.integers(0, 20)))
        facts: dict[str, Any] = {"predecessors": [f"M-{each}" for each in sorted(before)]}
        facts["due"] = draw(st.sampled_from([day.isoformat(), day.isoformat(), "tbd"]))
        if number and draw(st.integers(0, 5)) == 0:
            facts["completed"] = "2024-12-01"
        milestones[f"M-{number}"] = facts
    return plan(**milestones)


@st.composite
def lags_in(draw: st.DrawFn, document: Document) -> dict[tuple[str, str], int]:
    """Give lags of some of the links."""
    links = [(code, each.code) for each in document.milestones for code in each.predecessors]
    some = draw(st.lists(st.sampled_from(links), unique=True)) if links else []
    return {link: draw(st.integers(-10, 10)) for link in some}


def through_those_without_date(
    document: Document, code: str, lags: dict[tuple[str, str], int], so_far: int
) -> Iterator[tuple[str, int]]:
    """Yield what a slip reaches first that has a date, with the lags on each way to it."""
    for each in document.milestones:
        if code in each.predecessors and is_to_come(each):
            lag = so_far + lags.get((code, each.code), 0)
            if each.due.known:
                yield each.code, lag
            else:
                yield from through_those_without_date(document, each.code, lags, lag)


@given(st.data(), plans(), st.integers(0, 25))
def test_random_plans_with_lags_as_by_all_paths(data: st.DataObject, document: Document, days: int) -> None:
    lags = data.draw(lags_in(document))
    to = date(2025, 1, 1) + timedelta(days)
    start = document.milestone("M-0")
    assert start is not None
    day_of = {each.code: date.fromisoformat(str(each.due)) for each in document.milestones if each.due.known}
    latest: dict[str, date] = {}

    def follow(code: str, day: date) -> None:
        """Follow one path on, as long as dates are passed."""
        for each in document.milestones:
            if code in each.predecessors and is_to_come(each):
                then = day + timedelta(lags.get((code, each.code), 0))
                if each.code not in day_of or day_of[each.code] < then:
                    latest[each.code] = max(then, latest.get(each.code, then))
                    follow(each.code, then)

    if "M-0" not in day_of or day_of["M-0"] < to:
        follow("M-0", to)
    successors = Successors(document, lags)
    found = successors.impact(start, to)
    late = {code: (day - day_of[code]).days for code, day in latest.items() if code in day_of}
    assert {each.milestone.code: each.days for each in found.broken} == late
    for each in found.broken:
        assert each.chain[0] == "M-0"
        arrival = to
        for before, after in zip(each.chain, each.chain[1:], strict=False):
            arrival += timedelta(lags.get((before, after), 0))
        assert (arrival - day_of[each.milestone.code]).days == each.days
    for gap in found.gaps:
        reached = to if gap.predecessor == "M-0" else latest[gap.predecessor]
        there = reached + timedelta(lags.get((gap.predecessor, gap.successor.code), 0))
        assert gap.left == (day_of[gap.successor.code] - there).days >= 0
    first = successors.first_to_break(start)
    order = [each.code for each in document.milestones]
    ends = [
        ((day_of[end] - day_of["M-0"]).days - lag, order.index(end))
        for end, lag in through_those_without_date(document, "M-0", lags, 0)
        if "M-0" in day_of
    ]
    least = min(ends, default=None)
    assert (first and (first[1], order.index(first[0].code))) == least
    if first is not None:
        slipped = successors.impact(start, day_of["M-0"] + timedelta(max(0, first[1]) + 1))
        assert first[0].code in {each.milestone.code for each in slipped.broken}
        if first[1] >= 0:
            assert successors.impact(start, day_of["M-0"] + timedelta(first[1])).broken == ()


@given(plans(), st.integers(0, 25))
def test_random_plans_as_by_all_paths(document: Document, days: int) -> None:
    to = date(2025, 1, 1) + timedelta(days)
    by_code = {each.code: each for each in document.milestones}
    start = by_code["M-0"]
    late: set[str] = set()
    is_later = str(start.due) == "tbd" or date.fromisoformat(str(start.due)) < to

    def follow(code: str) -> None:
        for each in document.milestones:
            if code in each.predecessors and is_to_come(each):
                known = str(each.due) != "tbd"
                if not known or date.fromisoformat(str(each.due)) < to:
                    if known:
                        late.add(each.code)
                    follow(each.code)

    if is_later:
        follow(start.code)
    found = Successors(document).impact(start, to)
    assert {each.milestone.code for each in found.broken} == late
    for each in found.broken:
        assert each.days == (to - date.fromisoformat(str(each.milestone.due))).days > 0
        for before, after in zip(each.chain, each.chain[1:], strict=False):
            assert before in by_code[after].predecessors


def test_time_grows_with_the_number_of_links() -> None:
    def chain(length: int) -> Document:
        entries: dict[str, Any] = {
            f"M-{n}": {"due": "2025-01-01", "predecessors": [f"M-{k}" for k in range(max(0, n - 3), n)]}
            for n in range(length)
        }
        return plan(**entries)

    def work(length: int) -> int:
        document = chain(length)
        return calls_of(lambda: Successors(document).impact(document.milestone("M-0"), date(2026, 1, 1)))  # type: ignore[arg-type]

    assert work(400) < 5 * work(100)


def test_the_first_to_break_of_all_takes_as_long_as_there_are_links_where_most_have_no_date() -> None:
    def work(length: int) -> int:
        """Count the calls for a chain without dates, of which each waits for a milestone with a date, too."""
        dated: dict[str, dict[str, Any]] = {f"D-{n}": {"due": "2025-01-01"} for n in range(length)}
        chain: dict[str, dict[str, Any]] = {
            f"M-{n}": {"due": "tbd", "predecessors": [f"D-{n}", *([f"M-{n - 1}"] if n else [])]}
            for n in range(length)
        }
        document = plan(**dated, **chain, End={"due": "2025-02-01", "predecessors": [f"M-{length - 1}"]})
        first, end = document.milestone("D-0"), document.milestone("End")
        assert first is not None
        assert Successors(document).first_to_break(first) == (end, 31)
        successors = Successors(document)
        return calls_of(lambda: [successors.first_to_break(each) for each in document.milestones])

    assert work(200) < 5 * work(50)
