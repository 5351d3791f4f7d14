"""Overrides: what a file of them may say, what is taken over, and what is left out."""

from __future__ import annotations

import pytest
import yaml
from tests.importing.test_proposal import PLAN, proposal
from tests.support.exports import task

from milepost.base.errors import MilepostError
from milepost.importing.overrides import read_overrides, take_over

RUBIN = """\
---
A-1:
  comment: 'PMCS calls this: Masonry'
  description: Walls of
    the house
  name: Walls of brick,
    in two layers
  level: 3
OLD-2:
  aka:
  - OLDER-2
  - OLD-2
  test_spec: ''
  jira: X-1
A-3: {due: 2025-03-02, short_name: Doors}
A-9:
  level: 4
A-4:
"""


NO_CODES = (
    "local.yaml:1:1: codes of milestones belong here, each with what it overrides "
    "(write  CODE:  and below it, indented, name: ...)"
)
NO_COMMA = "write each code as an entry of a list, or call it something else"
MOST = "a reason has 1,000 at most"


def faults(text: str) -> list[str]:
    with pytest.raises(MilepostError) as caught:
        read_overrides(text.encode(), "local.yaml")
    return [str(problem) for problem in caught.value.problems]


def test_facts_of_the_schedule_are_set_and_marked_and_others_set() -> None:
    overrides = read_overrides(RUBIN.encode(), "local.yaml")
    result = take_over(overrides, PLAN.encode(), "plan.yaml", "on purpose")
    milestones = yaml.load(result.new, yaml.BaseLoader)["milestones"]
    before = yaml.load(PLAN, yaml.BaseLoader)["milestones"]
    why = "PMCS calls this: Masonry"
    assert milestones["A-1"] == before["A-1"] | {
        "name": "Walls of brick, in two layers",
        "level": "3",
        "own": {"name": why, "level": why},
    }
    assert milestones["A-2"] == before["A-2"] | {"aka": ["OLD-2", "OLDER-2"], "jira": "X-1"}
    # Its due date is marked already, with a better reason.
    assert milestones["A-3"] == before["A-3"] | {"due": "2025-03-02", "short_name": "Doors"}
    assert milestones["A-4"] == before["A-4"]
    assert (result.found, result.unknown) == (("A-1", "A-2", "A-3"), ("A-9",))
    assert (result.values, result.marks, result.reasons) == (6, 2, 1)
    assert overrides.left_out == {"description": 1}
    again = take_over(overrides, result.new, "plan.yaml", "on purpose")
    assert (again.new, again.values, again.marks) == (result.new, 0, 0)


def test_an_import_of_the_schedule_leaves_what_was_taken_over() -> None:
    overrides = read_overrides(b"A-4: {name: Lawn, completed: 2024-11-30}", "local.yaml")
    taken = take_over(overrides, PLAN.encode(), "plan.yaml", "on purpose").new.decode()
    row = task("A-4", "5/1/2025", task_name="Garden", wbs_id="")
    assert [fact.key for fact in proposal(row).changes] == []
    found = proposal(row, plan=taken)
    assert (found.changes, [own.fact.key for own in found.own]) == ((), ["name", "completed"])


def test_links_are_replaced_and_marked() -> None:
    overrides = read_overrides(b"A-4: {predecessors: [A-1]}", "local.yaml")
    result = take_over(overrides, PLAN.encode(), "plan.yaml", "no others")
    milestone = result.after.document.milestone("A-4")
    assert milestone is not None
    assert (milestone.predecessors, milestone.own.predecessors) == (("A-1",), "no others")


def test_keys_that_no_milestone_has_are_named_and_left_out() -> None:
    text = "A-1: {colour: red, nmae: X}\nA-2:\n  colour: [1]\n  state: cancelled\n"
    overrides = read_overrides(text.encode(), "local.yaml")
    assert [str(each) for each in overrides.warnings] == [
        "local.yaml:1:7: warning: no milestone has a key 'colour' (2 times) (it is left out)",
        "local.yaml:1:20: warning: no milestone has a key 'nmae' (it is left out; did you mean name?)",
        "local.yaml:4:3: warning: 'state' is not taken over (change it in the document)",
    ]
    result = take_over(overrides, PLAN.encode(), "plan.yaml", "on purpose")
    assert result.new == PLAN.encode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
         ["local.yaml: this is a pointer of Git LFS, not the file itself (run git lfs pull)"]),
        ("<html></html>", ["local.yaml: this is a web page or XML, not YAML (get the file itself)"]),
        ("\n", ["local.yaml: the file is empty (name another one)"]),
        ("- A-1\n",
         [NO_CODES]),
        ("A-1: Walls\nA-2: [name]\n",
         ["local.yaml:1:6: A-1 has no keys with values (write  key: value  below it)",
          "local.yaml:2:6: A-2 has no keys with values (write  key: value  below it)"]),
        ("A-1: {due: 31/01/2024, level: high, name: {a: b}, aka: ['a,b']}\n",
         ["local.yaml:1:12: due: '31/01/2024' is not a date (write it as year-month-day, like 2019-07-16)",
          "local.yaml:1:31: level: 'high' is not possible here (write a whole number from 1 to 9)",
          "local.yaml:1:43: name is a mapping, not text (write it after the colon)",
          f"local.yaml:1:56: aka: 'a,b' has a comma, which no code can have ({NO_COMMA})"]),
        ("A-1: {name: X}\nA-1: {level: x}\n",
         ["local.yaml:2:1: the key 'A-1' is already in line 1 (join the two, or rename one)"]),
    ],
)  # fmt: skip
def test_faults_have_their_places(text: str, expected: list[str]) -> None:
    assert faults(text) == expected


def test_two_codes_of_one_milestone_are_refused() -> None:
    overrides = read_overrides(b"OLD-2: {name: X}\nA-2: {name: Y}\n", "local.yaml")
    with pytest.raises(MilepostError) as caught:
        take_over(overrides, PLAN.encode(), "plan.yaml", "on purpose")
    assert [str(problem) for problem in caught.value.problems] == [
        "local.yaml:2:1: A-2 and OLD-2 (local.yaml:1:1) are both A-2 in the document (keep one of the two)"
    ]


def test_a_long_comment_is_cut() -> None:
    overrides = read_overrides(f"A-1: {{name: X, comment: {'word ' * 300}}}".encode(), "local.yaml")
    assert [str(each) for each in overrides.warnings] == [
        f"local.yaml:1:25: warning: this comment has 1,499 characters; {MOST} (its end is left out)"
    ]
    result = take_over(overrides, PLAN.encode(), "plan.yaml", "on purpose")
    milestone = result.after.document.milestone("A-1")
    assert milestone is not None
    assert milestone.own.name is not None
    assert (len(milestone.own.name), milestone.own.name[-6:]) == (1000, " word…")
