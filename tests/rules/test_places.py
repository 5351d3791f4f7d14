"""Each finding about dates, links and names has all places that it is about, with the dates there."""

from __future__ import annotations

import pytest

from milepost.loading.load import inspect

HEAD = """\
format: 1
document: {handle: X-1, title: Plan, organisation: O, authors: [A], status: draft, draft_mark: D,
  data_date: 2024-01-31}
"""
SECTIONS = "sections: [{title: Milestones}]\n"
FIRST = "  A: {name: First, due: 2024-07-01}\n"


def noted(rule: str, parts: str, sections: str = SECTIONS) -> list[list[str]]:
    """Return the place of each finding of `rule`, and then the other places with their words."""
    _, problems = inspect(f"{HEAD}{sections}{parts}".encode(), "plan.yaml")
    return [
        [str(each.place).partition(":")[2], *(note.words.partition(":")[2] for note in each.others)]
        for each in problems
        if each.rule == rule
    ]


@pytest.mark.parametrize(
    ("rule", "milestones", "places"),
    [
        (
            "future",
            "  A: {name: First, due: 2024-01-01, completed: 2024-02-01}\n",
            ["6:48", "3:3: the data date is 2024-01-31"],
        ),
        (
            "state",
            "  A: {name: First, due: 2024-01-01, completed: 2024-01-01, state: cancelled}\n",
            ["6:60", "6:37: A was completed 2024-01-01"],
        ),
        (
            "overdue",
            "  A: {name: First, due: 2024-01-30}\n",
            ["6:20", "3:3: the data date is 2024-01-31"],
        ),
        (
            "past_forecast",
            "  A: {name: First, due: 2024-07-01, forecast: 2024-01-30}\n",
            ["6:37", "3:3: the data date is 2024-01-31"],
        ),
        (
            "past_forecast",
            "  A: {name: First, due: 2024-07-01, forecast: 2024-Q1, state: deferred}\n",
            [],
        ),
        (
            "past_forecast",
            "  A: {name: First, due: 2024-07-01, forecast: 2023-Q4, state: deferred}\n",
            ["6:37", "3:3: the data date is 2024-01-31"],
        ),
        (
            "forecast",
            "  A: {name: First, due: 2024-01-01, forecast: 2024-02-01, completed: 2024-01-12}\n",
            ["6:37", "6:59: A was completed 2024-01-12"],
        ),
        (
            "forecast",
            "  A: {name: First, due: 2024-01-01, forecast: 2024-02-01, state: cancelled}\n",
            ["6:37", "6:59: A is cancelled"],
        ),
        (
            "predecessor",
            f"{FIRST}  B: {{name: Second, due: 2024-07-01, predecessors: [A, A]}}\n",
            ["7:56", "7:53: A for the first time"],
        ),
        (
            "backwards",
            f"{FIRST}  B: {{name: Second, due: 2024-06-30, predecessors: [A]}}\n",
            ["7:53", "7:3: B: due 2024-06-30", "6:3: A: due 2024-07-01"],
        ),
        (
            "cancelled",
            (
                "  A: {name: First, due: tbd, state: cancelled}\n"
                "  B: {name: Second, due: tbd, predecessors: [A]}\n"
            ),
            ["7:46", "7:3: B: due tbd", "6:3: A: due tbd, cancelled"],
        ),
        (
            "cycle",
            (
                "  A: {name: First, due: tbd, predecessors: [C]}\n"
                "  B: {name: Second, due: tbd, predecessors: [A]}\n"
                "  C: {name: Third, due: tbd, predecessors: [B]}\n"
            ),
            ["6:45", "8:45: C waits for B", "7:46: B waits for A"],
        ),
        (
            "year",
            f"{FIRST}  B: {{name: Second, due: 2204-07-01}}\n",
            ["7:26", "6:25: the latest of the other dates is 2024-07-01"],
        ),
        (
            "year",
            f"{FIRST}  B: {{name: Second, due: 1924-07-01}}\n",
            ["7:26", "3:14: the earliest of the other dates is 2024-01-31"],
        ),
        (
            "same_name",
            f"{FIRST}  B: {{name: first, due: tbd}}\n",
            ["7:13", "6:13: the name of A, due 2024-07-01"],
        ),
        (
            "anchor",
            f"{FIRST}  a: {{name: Second, due: tbd}}\n",
            ["7:3", "6:3: the milestone A"],
        ),
        (
            "aka",
            f"{FIRST}  B: {{name: Second, due: tbd, aka: [A]}}\n",
            ["7:37", "6:3: the milestone A"],
        ),
        (
            "aka",
            "  A: {name: First, due: tbd, aka: [C]}\n  B: {name: Second, due: tbd, aka: [C]}\n",
            ["7:37", "6:36: C is an earlier code of A"],
        ),
    ],
)
def test_milestones(rule: str, milestones: str, places: list[str]) -> None:
    assert noted(rule, f"milestones:\n{milestones}") == ([places] if places else [])


@pytest.mark.parametrize(
    ("rule", "sections", "places"),
    [
        (
            "label",
            "sections:\n- {title: One, label: plan}\n- {title: Two, label: plan}\n",
            ["6:23", "5:23: the section One"],
        ),
        (
            "section_address",
            "sections:\n- {title: One}\n- {title: One}\n",
            ["6:11", "5:11: this section has the address 'one'"],
        ),
        (
            "selection",
            (
                "sections:\n- {title: One, milestones: {codes: A, no_deliveries: N}}\n"
                "- {title: Two, milestones: {codes: A, no_deliveries: N}}\n"
            ),
            ["6:16", "5:16: this selects some of them, too"],
        ),
    ],
)
def test_sections(rule: str, sections: str, places: list[str]) -> None:
    assert noted(rule, f"milestones:\n{FIRST}", sections) == [places]
