"""Dates of a milestone that contradict those of what it waits for."""

from __future__ import annotations

from pathlib import Path

import pytest

from milepost.loading.load import inspect
from milepost.rules.dates.links import check_links

HEAD = """\
format: 1
document:
  {handle: X-1, title: Plan, organisation: O, authors: [A], status: draft, draft_mark: D,
   data_date: 2024-01-31}
sections: [{title: Milestones}]
milestones:
"""

# What LDM-564 has, as published and as the schedule of February 2024 links its milestones.
COMPLETED_FIRST = """\
LDM-503-04b DM-NCSA-6
LDM-503-05 DM-NCSA-9
LDM-503-05 DM-AP-18
LDM-503-08 DM-NCSA-14
LDM-503-08 DM-NCSA-15
LDM-503-10 LDM-503-06
LDM-503-09 DM-DAX-2
LDM-503-09 DM-SQRE-2
LDM-503-09 DM-SUIT-5
LDM-503-13a DM-AP-13
LDM-503-15a DM-AP-12
DM-AP-6 DM-AP-18
DM-AP-6 DM-NCSA-9
DM-DRP-2 DM-DAX-5
DM-NCSA-3 DM-DAX-5
DM-SUIT-2 DM-DAX-2
"""
UNFINISHED = """\
LDM-503-15a DM-DRP-27
DM-DRP-26 DM-DRP-27
"""


def found(before: str, after: str) -> list[tuple[str, str, list[str]]]:
    """Return rule, message and the words about all places for a milestone B that waits for A."""
    text = f"{HEAD}  A: {{name: First, {before}}}\n  B: {{name: Second, {after}, predecessors: [A]}}\n"
    loaded, _ = inspect(text.encode(), "plan.yaml")
    assert loaded is not None
    return [
        (each.rule, each.message, [other.message for other in each.others])
        for each in check_links(loaded.document)
    ]


@pytest.mark.parametrize(
    ("before", "after", "rules"),
    [
        # Both are completed: only an earlier day contradicts the link.
        (
            "due: 2024-01-01, completed: 2024-01-12",
            "due: 2024-01-01, completed: 2024-01-11",
            ["completed_first"],
        ),
        ("due: 2024-01-01, completed: 2024-01-12", "due: 2024-01-01, completed: 2024-01-12", []),
        # Completed while the predecessor is not; a cancelled one is no predecessor any more.
        ("due: 2024-03-01", "due: 2024-03-01, completed: 2024-01-12", ["unfinished"]),
        ("due: 2024-03-01, state: deferred", "due: 2024-03-01, completed: 2024-01-12", ["unfinished"]),
        ("due: 2024-03-01, state: cancelled", "due: 2024-03-01, completed: 2024-01-12", []),
        # Due before, certainly.
        ("due: 2024-03-02", "due: 2024-03-01", ["backwards"]),
        ("due: 2024-03", "due: 2024-03-01", []),
        ("due: 2024-04", "due: 2024-03", ["backwards"]),
        ("due: tbd", "due: 2024-03-01", []),
        # Expected before: where a forecast says so, on either side.
        ("due: 2024-03-01, forecast: 2024-05-02", "due: 2024-05-01", ["expected_first"]),
        ("due: 2024-03-01, forecast: 2024-05-02", "due: 2024-05-02", []),
        ("due: 2024-03-01", "due: 2024-05-01, forecast: 2024-02-28", ["expected_first"]),
        ("due: 2024-03-01, forecast: 2024-Q2", "due: 2024-05-01", []),
        ("due: 2024-03-01, forecast: tbd", "due: 2024-05-01", []),
        ("due: 2024-05-02, forecast: 2024-03-01", "due: 2024-05-01, forecast: 2024-03-01", ["backwards"]),
        # Nobody expects what is set aside, and what is overdue is another finding.
        ("due: 2024-03-01, forecast: 2024-05-02", "due: 2024-05-01, state: cancelled", []),
        ("due: 2024-03-01, forecast: 2024-05-02", "due: 2024-05-01, state: deferred", []),
        ("due: 2024-03-01, forecast: 2024-05-02, state: cancelled", "due: 2024-05-01", ["cancelled"]),
        ("due: 2024-01-01, forecast: 2024-05-02", "due: 2024-01-02", []),
        ("due: 2024-01-01, completed: 2024-01-12", "due: 2024-05-01, forecast: 2024-04-01", []),
    ],
)
def test_two_milestones(before: str, after: str, rules: list[str]) -> None:
    assert [rule for rule, _, _ in found(before, after)] == rules


def test_both_dates_and_places_are_named() -> None:
    assert found("due: 2024-01-01, completed: 2024-01-12", "due: 2024-01-02, completed: 2024-01-11") == [
        (
            "completed_first",
            "B was completed 2024-01-11, before its predecessor A (2024-01-12)",
            ["B: due 2024-01-02, completed 2024-01-11", "A: due 2024-01-01, completed 2024-01-12"],
        )
    ]
    assert found("due: 2024-03-01, forecast: 2024-Q3", "due: 2024-05-01, forecast: 2024-06") == [
        (
            "expected_first",
            "B is expected 2024-06, before its predecessor A (2024-Q3)",
            ["B: due 2024-05-01, forecast 2024-06", "A: due 2024-03-01, forecast 2024-Q3"],
        )
    ]


def test_completions_are_compared_along_direct_links_and_each_once() -> None:
    milestones = (
        "  A: {name: First, due: 2024-01-01, completed: 2024-01-20}\n"
        "  B: {name: Second, due: tbd, predecessors: [A, B]}\n"
        "  C: {name: Third, due: 2024-01-01, completed: 2024-01-10, predecessors: [B, B]}\n"
    )
    loaded, _ = inspect(f"{HEAD}{milestones}".encode(), "plan.yaml")
    assert loaded is not None
    assert [(each.rule, each.path) for each in check_links(loaded.document)] == [
        ("unfinished", ("milestones", "C", "predecessors", 0))
    ]


def along_a_chain(*keys: str) -> list[tuple[str, ...]]:
    """Return rule, message and places of what is found about A, B, ..., each waiting for the one before."""
    lines = [f"  A: {{name: A, {keys[0]}}}\n"]
    for before, code, more in zip("ABCD", "BCDE", keys[1:], strict=False):
        lines.append(f"  {code}: {{name: {code}, {more}, predecessors: [{before}]}}\n")
    loaded, _ = inspect(f"{HEAD}{''.join(reversed(lines))}".encode(), "plan.yaml")
    assert loaded is not None
    return [
        (each.rule, each.message, *(str(other.path[1]) for other in each.others))
        for each in check_links(loaded.document)
    ]


@pytest.mark.parametrize(
    ("keys", "findings"),
    [
        (
            ["due: 2024-09-01", "due: tbd", "due: 2024-08-01"],
            [("backwards", "C is due 2024-08-01, before A (2024-09-01)", "CBA")],
        ),
        (
            ["due: 2024-09-01", "due: tbd", "due: 2024", "due: 2024-08", "due: 2024-10-01"],
            [("backwards", "D is due 2024-08, before A (2024-09-01)", "DCA")],
        ),
        (
            ["due: 2024-09-20", "due: 2024-09", "due: 2024-09-10"],
            [("backwards", "C is due 2024-09-10, before A (2024-09-20)", "CBA")],
        ),
        (
            ["due: 2024-03-01, forecast: 2024-09-01", "due: tbd", "due: 2024-08-01"],
            [("expected_first", "C is expected 2024-08-01, before A (2024-09-01)", "CBA")],
        ),
        # Each contradiction is found once, where the chain has it.
        (["due: 2024-09-01", "due: 2024-07", "due: 2024-08-01"], [("backwards", "", "BA")]),
        (["due: 2024-09-01", "due: 2024-08-01", "due: tbd", "due: 2024-08-02"], [("backwards", "", "BA")]),
        # Nothing contradicts: the same day, dates that overlap, what is not planned, or is done.
        (["due: 2024-09-01", "due: tbd", "due: 2024-09-01"], []),
        (["due: 2024-09-20", "due: 2024-09", "due: 2024-09"], []),
        (["due: 2024-09-01, state: cancelled", "due: tbd", "due: 2024-08-01"], [("cancelled", "", "BA")]),
        (["due: 2024-09-01", "due: tbd", "due: 2024-08-01, state: cancelled"], []),
        (["due: 2024-01-01, completed: 2024-01-02", "due: tbd", "due: 2024-03-01, forecast: 2024-02-20"], []),
    ],
)
def test_a_chain_through_milestones_without_a_day(
    keys: list[str], findings: list[tuple[str, str, str]]
) -> None:
    found = along_a_chain(*keys)
    assert [(rule, "".join(places)) for rule, _, *places in found] == [
        (rule, places) for rule, _, places in findings
    ]
    for (_, message, *_), (_, expected, places) in zip(found, findings, strict=True):
        if expected:
            assert message == f"{expected}, which it waits for through {places[1]}"


def test_a_chain_that_a_milestone_is_linked_with_twice_or_in_a_circle() -> None:
    milestones = (
        "  A: {name: First, due: 2024-09-01}\n"
        "  B: {name: Second, due: tbd, predecessors: [A]}\n"
        "  C: {name: Third, due: tbd, predecessors: [A, D]}\n"
        "  D: {name: Fourth, due: 2024-08-01, predecessors: [B, C]}\n"
        "  E: {name: Fifth, due: 2024-08-01, predecessors: [A, B]}\n"
    )
    loaded, _ = inspect(f"{HEAD}{milestones}".encode(), "plan.yaml")
    assert loaded is not None
    assert [(each.rule, each.path) for each in check_links(loaded.document)] == [
        ("backwards", ("milestones", "D", "predecessors", 0)),
        ("backwards", ("milestones", "E", "predecessors", 0)),
    ]


def test_the_contradictions_of_ldm_564_by_name() -> None:
    loaded, _ = inspect(Path("milestones.yaml").read_bytes(), "milestones.yaml")
    assert loaded is not None
    document = loaded.document
    pairs: dict[str, list[str]] = {}
    for each in check_links(document):
        _, code, _, index = each.path
        milestone = document.milestone(str(code))
        assert milestone is not None
        assert isinstance(index, int)
        pairs.setdefault(each.rule, []).append(f"{code} {milestone.predecessors[index]}")

    assert pairs.keys() == {"completed_first", "unfinished"}
    assert sorted(pairs["completed_first"]) == sorted(COMPLETED_FIRST.splitlines())
    assert sorted(pairs["unfinished"]) == sorted(UNFINISHED.splitlines())
