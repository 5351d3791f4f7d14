"""The line of a problem, with a mark below what is meant."""

from __future__ import annotations

import pytest

from milepost.base.errors import Place
from milepost.findings.excerpt import excerpt

LINES = [
    "milestones:",
    "  A-1:",
    '    name: "Rehearsal #1"  # as agreed',
    "    due: 2024-13-01   # a month too far",
    "    reason: 見直し中 again",
    "\tcode: x",
    "    text: " + "word " * 40,
]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (Place("f", 2, 3), [" 2 |   A-1:", "   |   ^^^"]),
        (Place("f", 3, 11), [' 3 |     name: "Rehearsal #1"  # as agreed', "   |           ^^^^^^^^^^^^^^"]),
        (Place("f", 4, 10), [" 4 |     due: 2024-13-01   # a month too far", "   |          ^^^^^^^^^^"]),
        (Place("f", 4, 5), [" 4 |     due: 2024-13-01   # a month too far", "   |     ^^^"]),
        (Place("f", 5, 13), [" 5 |     reason: 見直し中 again", "   |             ^^^^^^^^^^^^^^"]),
        (Place("f", 6, 2), [" 6 |     code: x", "   |     ^^^^"]),
        (Place("f", 1), [" 1 | milestones:"]),
        (Place("f"), []),
        (Place("f", 9, 1), []),
    ],
)
def test_what_is_meant_is_marked(place: Place, expected: list[str]) -> None:
    assert excerpt(place, LINES) == expected


def test_a_place_after_the_end_of_a_line_is_marked() -> None:
    assert excerpt(Place("f", 1, 13), ["milestones:"]) == [" 1 | milestones:", "   |            ^"]


def test_of_a_long_line_the_part_around_the_place_is_shown() -> None:
    line, mark = excerpt(Place("f", 7, 111), LINES)

    assert line.startswith(" 7 | ...")
    assert line.endswith("...")
    assert len(line) < 110
    assert line[mark.index("^") :].startswith("word")


def test_controls_of_a_terminal_are_shown_as_codes() -> None:
    assert excerpt(Place("f", 1, 7), ["name: \x1b[31mred"]) == [
        " 1 | name: <U+001B>[31mred",
        "   |       ^^^^^^^^^^^^^^^",
    ]
