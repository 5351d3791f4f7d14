"""What can be written: in documents that are no YAML yet, because somebody writes in them."""

from __future__ import annotations

import pytest
from tests.support.cursor import HEAD, at_cursor

from milepost.loading.load import loads
from milepost.lsp.completion import MOST_SHOWN, Offer, completions
from milepost.lsp.facts import facts_of
from milepost.lsp.reading.text import Edit, Span

MILESTONES = """\
milestones:
  A-1:
    name: First light
    due: 2024-07-01
    tags: [sky]
  A-2:
    name: >-
      Second
      light
    due: 2024-07-02
"""
REFERENCES = """\
references:
  DOC-2:
    authors: [A. Author]
    year: 2020
    title: A theory
acronyms:
  CCD: Charge-coupled device
  OPS: {definition: Operations, keep: true}
"""
FIGURES = """\
figures:
  plan:
    kind: gantt
    caption: The plan.
    codes: A-*
"""


def offered(marked: str) -> Offer:
    names, line, column = at_cursor(marked)
    sound = f"{HEAD}sections:\n  - title: All\n{MILESTONES}"
    return completions(names, facts_of(loads(sound.encode(), "x.yaml").document), line, column)


def labels(marked: str) -> list[str]:
    return [item.label for item in offered(marked).items]


def written(marked: str, label: str) -> str:
    """Return the line of the cursor after `label` is chosen."""
    names, line, column = at_cursor(marked)
    (item,) = [item for item in completions(names, None, line, column).items if item.label == label]
    names.text.change(Edit(item.span, item.new))
    return names.text.lines[line]


@pytest.mark.parametrize(
    "where",
    [
        "    predecessors:\n      - ‸\n",
        "    predecessors:\n    - ‸\n",
        "    predecessors: [‸",
        "    predecessors: [A-2, ‸]\n",
        "    predecessors: [A-2,\n      ‸",
    ],
)
def test_codes_are_offered_with_their_names(where: str) -> None:
    items = offered(f"{HEAD}{MILESTONES}  A-3:\n    name: x\n{where}").items

    assert [(item.label, item.detail) for item in items] == [
        ("A-1", "First light"),
        ("A-2", "Second light"),
        ("A-3", "x"),
    ]


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("document:\n  status: ‸", ["draft", "approved", "obsolete"]),
        ("document:\n  status: ap‸", ["approved"]),
        ("document:\n  paper: ‸  # note", ["letter", "a4"]),
        ("sections:\n  - title: x\n    milestones:\n      codes: ‸", ["A-1", "A-2"]),
        ("sections:\n  - milestones:\n      state: [open, ov‸]", ["overdue"]),
        ("sections:\n  - milestones:\n      not: {tags: ‸}", ["sky"]),
        ("sections:\n  - tit‸", ["title"]),
        ("sections:\n  - title: x\n    la‸\n    text: x", ["label"]),
        ("figures:\n  f:\n    kind: ‸", ["deployment", "gantt", "trend"]),
        ("figures:\n  f:\n    kind: trend\n    da‸", ["date"]),
        ("figures:\n  f:\n    kind: trend\n    date: ‸", ["due", "forecast"]),
        ("figures:\n  f:\n    kind: trend\n    baseline: ‸", ["true", "false"]),
        ("change_record:\n  - version: 1\n    authorises: [A‸]", ["A-1", "A-2"]),
        ("jira:\n  date: ‸", ["due", "expected"]),
    ],
)
def test_keys_and_values_are_offered(part: str, expected: list[str]) -> None:
    assert labels(f"format: 1\ndocument:\n  title: x\n{MILESTONES}{part}") == expected


def test_keys_that_are_there_are_not_offered_again() -> None:
    found = labels("format: 1\ndocument:\n  title: x\n  ‸\n  status: draft\nmilestones:\n")

    assert {"handle", "data_date", "abstract"} <= set(found)
    assert not {"title", "status"} & set(found)
    assert "sections" in labels("format: 1\ndocument:\n  title: x\n‸\nmilestones:\n")
    assert "format" not in labels("format: 1\ndocument:\n  title: x\n‸\nmilestones:\n")


def test_a_key_is_offered_with_what_it_means() -> None:
    (item,) = offered("format: 1\ndocument:\nmilestones:\n  A-1:\n    du‸").items

    assert item.detail == "required"
    assert "The baseline date" in item.about
    assert "Printed: wherever the milestone is." in item.about


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See :‸", [":cite:", ":ref:", ":milestone:", ":jira:"]),
        ("See :mi‸", [":milestone:"]),
        ("See :milestone:`‸", ["A-1", "A-2"]),
        ("See :milestone:`A-2‸` and more", ["A-2"]),
        ("See :cite:`D‸", ["DOC-2"]),
        ("See :ref:`‸", ["plan", "all"]),
        (".. figure:: ‸", ["plan"]),
        (".. fi‸", [".. figure::"]),
        ("The CC‸", ["CCD"]),
        ("It ends:‸", []),
        ("A plain wor‸", []),
    ],
)
@pytest.mark.parametrize("style", ["text: |\n      ", "text: >-\n\n      ", "text: "])
def test_roles_and_their_targets_are_offered_in_prose(text: str, expected: list[str], style: str) -> None:
    if "figure" in text or "fi‸" in text:
        style = "text: |\n      "
    marked = f"format: 1\ndocument:\nsections:\n  - title: x\n    label: all\n    {style}{text}\n"

    assert labels(f"{marked}{MILESTONES}{FIGURES}{REFERENCES}") == expected


def test_acronyms_are_offered_in_names_with_their_definitions() -> None:
    (item,) = offered(f"{HEAD}{REFERENCES}{MILESTONES}  A-3:\n    name: The OP‸").items

    assert (item.label, item.detail) == ("OPS", "Operations")


def test_what_is_chosen_replaces_what_is_written() -> None:
    head = f"{HEAD}{MILESTONES}{REFERENCES}sections:\n"

    assert written(f"{HEAD}{MILESTONES}    predecessors: [A-1, A-‸, B]", "A-1") == (
        "    predecessors: [A-1, A-1, B]"
    )
    assert written(f"{head}  - text: See :cite:`D‸OC` here", "DOC-2") == "  - text: See :cite:`DOC-2` here"
    assert written(f"{head}  - text: See :c‸", ":cite:") == "  - text: See :cite:`"
    assert written("format: 1\ndocument:\n  sta‸", "status") == "  status: "
    assert written("format: 1\ndocument:\n  sta‸tus: draft", "status") == "  status: draft"
    assert written("format: 1\ndocument:\nmile‸", "milestones") == "milestones:"


def test_many_codes_are_offered_in_part() -> None:
    many = "".join(f"  B-{number:04}:\n    name: x\n" for number in range(500))
    marked = f"format: 1\ndocument:\nmilestones:\n{many}    predecessors: [‸]"

    offer = offered(marked)
    assert len(offer.items) == MOST_SHOWN
    assert not offer.complete
    assert offered(marked.replace("‸", "B-0499‸")).complete
    assert offered(marked.replace("‸", "B-0499‸")).items[0].span == Span.in_line(1003, 19, 25)


def test_nothing_is_offered_in_comments_and_for_new_names() -> None:
    assert labels(f"{HEAD}  # st‸") == []
    assert labels(f"{HEAD}{MILESTONES}  B-‸") == []
