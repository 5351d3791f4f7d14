"""References to one document under two handles, and figures in two places."""

from __future__ import annotations

from typing import Any

import pytest
from tests.rules.test_rules import document

from milepost import rules

BOOK = {"authors": ["Author, A."], "year": "2020", "title": "A Book"}


def findings(rule: str, **parts: Any) -> list[rules.Finding]:
    return [finding for finding in rules.check(document(**parts)) if finding.rule == rule]


@pytest.mark.parametrize(
    ("change", "is_one"),
    [
        ({}, True),
        ({"title": "A  book"}, True),
        ({"authors": ["Author, A.B.", "Other, C."]}, True),
        ({"url": "https://example.org/a"}, True),
        ({"year": "2021"}, False),
        ({"title": "Another"}, False),
        ({"authors": ["Other, A."]}, False),
        ({"title": "Another", "url": "https://example.org/A/"}, True),
        ({"title": "Another", "url": "http://www.example.org/a"}, True),
        ({"title": "Another", "url": "https://dx.example.org/a"}, False),
    ],
)
def test_two_references(change: dict[str, object], is_one: bool) -> None:
    first = {**BOOK, "url": "https://example.org/a"}
    found = findings("reference_twice", references={"R-1": first, "R-2": {**BOOK, **change}})
    assert [(each.path, [other.path for other in each.others]) for each in found] == (
        [(("references", "R-2"), [("references", "R-1")])] if is_one else []
    )


def test_both_places_of_a_figure_are_named() -> None:
    (finding,) = findings(
        "figure",
        sections=[{"title": "One", "text": "..  figure:: f"}, {"title": "Two", "text": ".. figure:: f"}],
        figures={"f": {"kind": "gantt", "codes": "M-1", "caption": "C"}},
    )
    assert finding.path == ("sections", 1, "text")
    assert [(other.path, other.words) for other in finding.others] == [
        (("sections", 0, "text"), ".. figure:: f")
    ]
