"""Names of any length in anchors, addresses and names of files."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from milepost.base.addresses import anchor, milestone_file, milestone_page
from milepost.base.paths import figure, stem

LONG = "A" + "b" * 299


def test_short_names_stay_as_they_are() -> None:
    assert milestone_file(milestone_page("LDM-503-17a")) == "milestones/ldm-503-17a.html"
    assert (stem("X_1+b"), figure("schedule", "svg")) == ("X_1-b", "figures/schedule.svg")
    assert anchor("figure", "a" * 80) == f"figure-{'a' * 80}"


@given(st.integers(81, 400), st.sampled_from(["a", "A", "é", "-a", "/"]))
def test_long_names_are_cut(length: int, letters: str) -> None:
    name = (letters * length)[:length]

    assert len(f"{milestone_page(name)}.html") <= 94
    assert len(stem(name)) <= 89


def test_long_names_remain_different() -> None:
    names = [f"{LONG}{number}" for number in range(100)]

    assert len({anchor("milestone", name) for name in names}) == 100
    assert len({stem(name) for name in names}) == 100
    assert anchor("milestone", f"{LONG}-1") == anchor("milestone", f"{LONG}.1".upper())
