"""The canonical form: examples by hand, and what holds for any document."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from milepost.authoring.canonical import canonical
from milepost.base.errors import MilepostError
from milepost.loading.load import loads

ROOT = Path(__file__).parents[2]
FILE = "plan.yaml"

ABOUT = """\
format: 1

document:
  handle: X-1
  title: Plan
  organisation: Office
  authors:
    - A. Author
  status: draft
  data_date: 2024-01-31
  draft_mark: Draft

"""
SECTIONS = """\
sections:
  - title: Milestones
    milestones:
      codes: A-*
      no_deliveries: Nothing.

"""


def form(text: str) -> str:
    """Return the canonical form of a text, which is also that of itself."""
    new = canonical(text.encode(), FILE)
    assert canonical(new, FILE) == new
    return new.decode()


def milestones(text: str) -> str:
    """Return the canonical form of the milestones in `text`, which are indented by two spaces."""
    head = f"{ABOUT}{SECTIONS}milestones:\n"
    new = form(head + text)
    assert new.startswith(head)
    return new.removeprefix(head)


def test_keys_are_in_the_order_of_the_model_and_milestones_in_that_of_the_document() -> None:
    text = """\
  B-10: {due: 2024-07-01, name: Tenth}
  B-9: {due: 2024-08-01, name: Ninth}
  A-2: {due: 2024-06-02, name: "Second: light", own: {name: "clearer"}, level: '2'}
  A-1:
      due: "2024-06-02"
      predecessors: [B-9,
         B-10]
      name: 'First light'
"""
    assert (
        milestones(text)
        == """\
  A-1:
    name: First light
    due: 2024-06-02
    predecessors:
      - B-9
      - B-10
  A-2:
    name: "Second: light"
    level: 2
    due: 2024-06-02
    own: {name: clearer}
  B-9:
    name: Ninth
    due: 2024-08-01
  B-10:
    name: Tenth
    due: 2024-07-01
"""
    )


def test_a_comment_moves_with_the_entry_below_it_and_a_heading_stays() -> None:
    text = """\
  # --- Others ---

  # The tenth,
  # in two lines.
  B-10:  #agreed
    due: 2024-07-01   # not before
    # what it is called
    name: Tenth
  # the ninth
  B-9: {due: 2024-08-01, name: Ninth}

  # --- Tests ---
  #   of the office

  A-2: {due: 2024-06-02, name: Second}
  A-1: {due: 2024-06-01, name: First}
  # no more
# at the end
"""
    assert (
        milestones(text)
        == """\

  # --- Others ---

  # the ninth
  B-9:
    name: Ninth
    due: 2024-08-01
  # The tenth,
  # in two lines.
  B-10:  #agreed
    # what it is called
    name: Tenth
    due: 2024-07-01  # not before

  # --- Tests ---
  #   of the office

  A-1:
    name: First
    due: 2024-06-01
  A-2:
    name: Second
    due: 2024-06-02
  # no more

# at the end
"""
    )


def test_the_document_of_the_repository_and_the_one_that_new_writes_keep_their_model() -> None:
    content = (ROOT / "milestones.yaml").read_bytes()
    new = canonical(content, FILE)
    before, after = loads(content, FILE).document, loads(new, FILE).document
    assert before == after
    comments = [Counter(re.findall(r"(?m)^ *(#.*)|  +(# .*)", each.decode())) for each in (content, new)]
    assert comments[0] == comments[1]


def test_a_faulty_document_is_refused() -> None:
    with pytest.raises(MilepostError) as raised:
        canonical(f"{ABOUT}{SECTIONS}milestones: {{A-1: {{nam: x}}}}\n".encode(), FILE)
    assert [problem.rule for problem in raised.value.problems] == ["missing", "unknown"]
