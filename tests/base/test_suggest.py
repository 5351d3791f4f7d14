"""Suggestions: the nearest name, or the same one with plain characters."""

from __future__ import annotations

import pytest
from tests.support.growth import assert_near_linear

from milepost.base.suggest import Vocabulary


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("M-2", "did you mean M-1?"),
        ("completely different", "add it"),
        ("M\N{NON-BREAKING HYPHEN}1", "write M-1 without the character U+2011"),
        ("M\N{EN DASH}1", "write M-1 without the character U+2013"),
        ("M-\N{ZERO WIDTH SPACE}1", "write M-1 without the character U+200B"),
        ("two\N{NO-BREAK SPACE}words", "write two words without the character U+00A0"),
    ],
)
def test_hint(name: str, hint: str) -> None:
    assert Vocabulary(["M-1", "two words"]).hint(name, "add it") == hint


def test_many_unknown_names_take_time_in_proportion() -> None:
    def ask(number: int) -> None:
        vocabulary = Vocabulary(f"M-{n}" for n in range(300))
        for n in range(number):
            vocabulary.nearest(f"N-{n}")

    assert_near_linear(ask, lambda number: number, 100)


def test_a_long_name_costs_little() -> None:
    vocabulary = Vocabulary(["A" * 200 + str(n) for n in range(100)])
    assert_near_linear(vocabulary.nearest, lambda number: "A" * number, 2000)
