"""The canonical form: examples by hand, and what holds for any document."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, given, settings
from tests.support.untidy import Untidy, untidy

from milepost.authoring.canonical import canonical
from milepost.authoring.fields import set_fields
from milepost.base.errors import MilepostError
from milepost.loading.load import loads
from milepost.loading.nodes import Mapping, Sequence

if TYPE_CHECKING:
    from milepost.base.errors import ValuePath
    from milepost.document.model import Document

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
    predecessors: [B-9, B-10]
  A-2: {name: "Second: light", level: 2, due: 2024-06-02, own: {name: clearer}}
  B-9: {name: Ninth, due: 2024-08-01}
  B-10: {name: Tenth, due: 2024-07-01}
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
  B-9: {name: Ninth, due: 2024-08-01}
  # The tenth,
  # in two lines.
  B-10:  #agreed
    # what it is called
    name: Tenth
    due: 2024-07-01  # not before

  # --- Tests ---
  #   of the office

  A-1: {name: First, due: 2024-06-01}
  A-2: {name: Second, due: 2024-06-02}
  # no more

# at the end
"""
    )


def test_the_document_of_the_repository_is_in_canonical_form() -> None:
    content = (ROOT / "milestones.yaml").read_bytes()
    assert canonical(content, FILE) == content


def test_a_faulty_document_is_refused() -> None:
    with pytest.raises(MilepostError) as raised:
        canonical(f"{ABOUT}{SECTIONS}milestones: {{A-1: {{nam: x}}}}\n".encode(), FILE)
    assert [problem.rule for problem in raised.value.problems] == ["missing", "unknown"]


def test_brackets_stay_where_they_fit_in_a_line_without_comments() -> None:
    codes = ", ".join(f"B-{number}" for number in range(1, 17))
    many = "".join(f"  B-{number}: {{name: N{number}, due: tbd}}\n" for number in range(1, 17))
    text = f"  A-1: {{name: First, due: tbd, predecessors: [{codes}]}}\n{many}"
    lines = "      - B-1  # the first\n" + "".join(f"      - B-{number}\n" for number in range(2, 17))

    assert (
        milestones(text).removesuffix(many)
        == f"""\
  A-1:
    name: First
    due: tbd
    predecessors: [{codes}]
"""
    )
    commented = text.replace("[B-1,", "[\n  B-1, # the first\n")
    assert (
        milestones(commented).removesuffix(many)
        == f"""\
  A-1:
    name: First
    due: tbd
    predecessors:
{lines}"""
    )


def test_texts_are_filled_and_everything_that_is_no_paragraph_stays() -> None:
    words = " ".join(["some words"] * 12)
    text = f"""\
sections:
  - title: Texts
    text: "{words} - and more
      [#n]_:\\n\\n* one\\n* {words}\\n\\nAs::\\n\\n   a  literal\\n     text\\n\\n1. first\\n\\n\\
      .. [#n] {words}\\n   end"
  - {{title: Short, text: 'One line.'}}
"""
    new = form(f"{ABOUT}{text}milestones: {{}}\n")
    assert (
        new.removeprefix(ABOUT).removesuffix("\nmilestones: {}\n")
        == f"""\
sections:
  - title: Texts
    text: |
      {words[:98].strip()}
      {words[98:].strip()} - and more [#n]_:

      * one
      * {words[:98].strip()}
        {words[98:].strip()}

      As::

         a  literal
           text

      1. first

      .. [#n] {words[:92].strip()}
         {words[92:].strip()} end
  - {{title: Short, text: One line.}}
"""
    )


def test_anchors_stay_before_what_repeats_them() -> None:
    text = """\
  B-2: &same {name: x, due: 2024}
  B-1: *same
  A-1:
    name: &name First
    due: tbd
  A-2: {name: *name, due: 2024}
"""
    assert milestones(text) == text.replace("{name: x, due: 2024}", "\n    name: x\n    due: 2024").replace(
        "&same \n", "&same\n"
    ).replace("{name: *name, due: 2024}", "\n    name: *name\n    due: 2024").replace("A-2: \n", "A-2:\n")


def test_a_key_can_be_repeated_as_a_value() -> None:
    text = """\
  &code A-1:
    &n name: First
    due: 2024
  A-0:
    name: *n
    due: 2025
    wbs: *code
    own: {&d due: x}
    test_spec: *d
"""
    own = "    test_spec: *d\n"
    # The order would put `*d` before `&d`, and stays. Keys with an anchor are on lines of their own.
    expected = text.replace("own: {&d due: x}", "own:\n      &d due: x")
    assert milestones(text) == expected
    assert own in expected
    new = set_fields(f"{ABOUT}{SECTIONS}milestones:\n{text}".encode(), FILE, "A-1", {"due": "2024-02"})
    assert new.decode().endswith(text.replace("due: 2024\n", "due: 2024-02\n"))


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_ends_of_lines_and_the_byte_order_mark(mark: bytes, end: str) -> None:
    text = f"{ABOUT}{SECTIONS}milestones: {{}}\n"
    assert canonical(mark + text.replace("\n", end).encode(), FILE) == text.encode()


def test_a_text_that_continues_by_accident_is_refused() -> None:
    text = f"{ABOUT}{SECTIONS}milestones:\n  A-1:\n    due: tbd\n    name: First\n      - B-1\n"
    with pytest.raises(MilepostError, match="this line continues the text above"):
        canonical(text.encode(), FILE)


# --- Any document -------------------------------------------------------------------------------------------


def model(document: Document) -> Document:
    """Return the document with those parts sorted whose order is not printed."""
    parts = {
        "references": tuple(sorted(document.references, key=lambda each: each.handle)),
        "acronyms": tuple(sorted(document.acronyms, key=lambda each: each.acronym)),
        "unexpanded": tuple(sorted(document.unexpanded)),
    }
    return document.model_copy(update=parts)


@given(untidy())
# A random style does not become simpler, and each run of the tests is the same.
@settings(max_examples=40, phases=[Phase.generate], derandomize=True)
def test_any_document_stays_the_same_with_all_comments(made: Untidy) -> None:
    content = made.text.encode()

    new = canonical(content, FILE)

    assert canonical(new, FILE) == new
    text = new.decode()
    assert not re.search(r"[ \t]$|\n\n\n|\n\n\Z|\A\n|\r", text, re.MULTILINE)
    assert text.endswith("\n")
    old_lines, new_lines = Lines(made.text), Lines(text)
    assert model(new_lines.document) == model(old_lines.document)
    for comment, (kind, path) in made.comments.items():
        assert text.count(comment) == 1
        _check_place(old_lines, new_lines, comment, kind, path)


class Lines:
    """The lines of a document, counted from 1, and where its parts are."""

    def __init__(self, text: str) -> None:
        self.lines = ["", *text.splitlines()]
        loaded = loads(text.encode(), FILE)
        self.document, self.places = loaded.document, loaded.places

    def of(self, path: ValuePath) -> int:
        return self.places.of_key(path).line

    def comment(self, text: str) -> int:
        return next(number for number, line in enumerate(self.lines) if line.endswith(text))

    def below(self, number: int) -> int:
        """Return the next line that is no comment."""
        rest = range(number + 1, len(self.lines))
        return next((each for each in rest if not self.is_comment(each)), len(self.lines))

    def is_comment(self, number: int) -> bool:
        return self.lines[number].lstrip().startswith("#")

    def children(self, path: ValuePath) -> list[ValuePath]:
        node, _ = self.places._walk(path)
        if isinstance(node, Mapping):
            return [(*path, key.text) for key, _ in node.pairs]
        return [(*path, step) for step in range(len(node.items))] if isinstance(node, Sequence) else []


def _check_place(old: Lines, new: Lines, comment: str, kind: str, path: ValuePath) -> None:
    number = new.comment(comment)
    is_above = new.is_comment(number) and new.below(number) in {new.of(path), new.of(path[:-1])}
    match kind:
        case "above":
            assert new.below(number) == new.of(path)
        case "beside":
            assert new.of(path) == number or (isinstance(path[-1], int) and is_above)
        case "group" if new.lines[number + 1]:
            assert is_above
            assert isinstance(path[-2], int)  # above the dash, in whose line the key is
        case "group":
            before = old.comment(comment)
            one, other = (
                {each for each in lines.children(path[:-1]) if lines.of(each) < at}
                for lines, at in ((old, before), (new, number))
            )
            assert one == other
        case "foot":
            indent = len(new.lines[number]) - len(new.lines[number].lstrip())
            assert all(new.of(each) < number for each in new.children(path))
            rest = [line for line in new.lines[number:] if line.strip() and not line.lstrip().startswith("#")]
            assert not rest or len(rest[0]) - len(rest[0].lstrip()) < indent
