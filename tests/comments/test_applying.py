"""Comments find their places in a document that has moved on, and proposals change the fewest bytes."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cli.test_cli_diff import comparison
from tests.review.test_report import HEAD
from tests.support.comments import comment, commented, on

from milepost.comments.applying import Applied, apply
from milepost.comments.listing import listing
from milepost.comments.merging import merge
from milepost.comments.placing import Placed, State, merged_text, place
from milepost.loading.edit import patch
from milepost.loading.load import loads
from milepost.render.pasted import pasted_comments
from milepost.review.identity import identities

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENT = HEAD.replace("sections:\n", """\
change_record:
  - version: 1.0
    date: 2026-01-01
    owner: A. Author
    description: First of *all*.
  - date: 2026-01-02
    owner: B. Author
    description: >-
      The second one, which is
      written in two lines.
sections:
""") + """\
    label: plan
    text: |
      The first paragraph of the plan,
      in two lines.

      The second paragraph, which says more.

      - An item.
      - Another item of the list.
    sections:
      - title: Below
        text: >-
          Words that are folded
          into one line.
  - title: Aims
    text: "In quotes, and
      long: really."
milestones:
  # The first one.
  R-1:
    name: Name of R-1   # its name
    level: 2
    due: 2026-01-31
    forecast: 2026-02-28   # expected
    tags: [a, b]

  R-2: {name: Name of R-2, level: 2, due: "2026-02-28"}
references:
  REF-1:
    authors: [A]
    year: 2020
    title: The title of it
acronyms:
  API: Application Programming Interface
  XML:
    definition: Extensible Markup Language
    keep: true
"""  # fmt: skip


def placed(text: str, *comments: dict[str, Any]) -> tuple[Placed, ...]:
    return place(merge([commented(*comments)]).comments, loads(text.encode(), "m.yaml"))


def states(text: str, *comments: dict[str, Any]) -> list[State]:
    return [each.state for each in placed(text, *comments)]


def applied(text: str, *comments: dict[str, Any]) -> Applied:
    content = text.encode()
    return apply(content, loads(content, "m.yaml"), placed(text, *comments), "m.yaml")


def result(text: str, *comments: dict[str, Any]) -> str:
    found = applied(text, *comments)
    assert not found.problems, found.problems
    return found.content.decode()


def of(part: str, key: str | None, field: str | None, **values: Any) -> dict[str, Any]:
    titles = values.pop("titles", None)
    return comment(part=part, key=key, titles=titles, field=field, **values)


PARAGRAPH = "The second paragraph, which says more."
TEXT = (
    "The first paragraph of the plan,\nin two lines.\n\nThe second paragraph, which says more.\n\n"
    "- An item.\n- Another item of the list."
)

# What is proposed, and the same edit by hand.
EDITS: dict[str, tuple[dict[str, Any], str, str]] = {
    "date": (of("milestones", "R-1", "due", new="2026-01-31", proposal="2026-Q2"),
             "due: 2026-01-31\n", "due: 2026-Q2\n"),
    "date in quotes": (of("milestones", "R-2", "due", new="2026-02-28", proposal="2026-03"),
                       '"2026-02-28"', '"2026-03"'),
    "name": (of("milestones", "R-1", "name", new="Name of R-1", proposal="A: name #1"),
             "name: Name of R-1   #", 'name: "A: name #1"   #'),
    "level": (of("milestones", "R-1", "level", new="2", old="1", proposal="3"),
              "level: 2\n    due", "level: 3\n    due"),
    "absent": (of("milestones", "R-1", "completed", old="2026-01-01", new=None, proposal="2026-01-30"),
               "tags: [a, b]\n", "tags: [a, b]\n    completed: 2026-01-30\n"),
    "absent in brackets": (of("milestones", "R-2", "forecast", old="2026-01-01", new=None, proposal="tbd"),
                           '"2026-02-28"}', '"2026-02-28", forecast: tbd}'),
    "removed": (of("milestones", "R-1", "forecast", old=None, new="2026-02-28", proposal=""),
                "    forecast: 2026-02-28   # expected\n", ""),
    "removed in brackets": (of("milestones", "R-2", "level", old=None, new="2", proposal=""),
                            "level: 2, due: \"", "due: \""),
    "document": (of("document", None, "data_date", old="2026-02-01", new="2026-03-01", proposal="2026-03-02"),
                 "data_date: 2026-03-01", "data_date: 2026-03-02"),
    "title": (of("sections", "plan", "title", titles=["Plan"], old="X", new="Plan", proposal="The plan"),
              "title: Plan", "title: The plan"),
    "text": (of("sections", "plan", "text", titles=["Plan"], old=None, new=TEXT,
                proposal=TEXT.replace("which says more", "that says less")),
             "which says more", "that says less"),
    "paragraph": (of("sections", "plan", "text", titles=["Plan"], old=None, new=TEXT,
                     proposal=TEXT.replace(PARAGRAPH, f"{PARAGRAPH}\n\nAnother\none.")),
                  f"      {PARAGRAPH}\n", f"      {PARAGRAPH}\n\n      Another\n      one.\n"),
    "paragraph gone": (of("sections", "plan", "text", titles=["Plan"], old=None, new=TEXT,
                          proposal=TEXT.replace(f"{PARAGRAPH}\n\n", "")),
                       f"      {PARAGRAPH}\n\n", ""),
    "folded": (of("sections", None, "text", titles=["Plan", "Below"], old=None,
                  new="Words that are folded into one line.", proposal="Words that are put into one line."),
               "that are folded", "that are put"),
    "quotes": (of("sections", None, "text", titles=["Aims"], old=None,
                  new="In quotes, and long: really.", proposal='In "quotes", and long: yes.'),
               "In quotes, and\n      long: really.", 'In \\"quotes\\", and\n      long: yes.'),
    "record": (of("change_record", "1.0", "description", old=None, new="First of *all*.",
                  proposal="First of them: all."),
               "First of *all*.", '"First of them: all."'),
    "record without version": (of("change_record", "2026-01-02", "description", old=None,
                                  new="The second one, which is written in two lines.",
                                  proposal="The second one, which is written in 2 lines."),
                               "in two lines.\nsections", "in 2 lines.\nsections"),
    "reference": (of("references", "REF-1", "title", old="", new="The title of it", proposal="Its title"),
                  "The title of it", "Its title"),
    "acronym": (of("acronyms", "API", "definition", old=None, new="Application Programming Interface",
                   proposal="Application Interface"),
                "API: Application Programming Interface", "API: Application Interface"),
    "acronym in full": (of("acronyms", "XML", "keep", old="false", new="true", proposal="false"),
                        "keep: true", "keep: false"),
}  # fmt: skip


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(("proposed", "before", "after"), EDITS.values(), ids=EDITS)
def test_a_proposal_changes_the_same_bytes_as_an_edit_by_hand(
    proposed: dict[str, Any], before: str, after: str, end: str
) -> None:
    text, before, after = (each.replace("\n", end) for each in (DOCUMENT, before, after))
    assert text.count(before) == 1
    assert result(text, proposed) == text.replace(before, after)


def test_several_proposals_are_applied_together_and_the_patch_is_one_of_git(tmp_path: Path) -> None:
    edits = {
        name: EDITS[name] for name in ("date", "name", "text", "acronym", "absent in brackets", "record")
    }
    by_hand = DOCUMENT
    for _, before, after in edits.values():
        by_hand = by_hand.replace(before, after)
    proposed = [{**each, "id": f"comment-{n}"} for n, (each, _, _) in enumerate(edits.values())]
    done = applied(DOCUMENT, *proposed)
    assert done.content.decode() == by_hand
    assert len(done.accepted) == len(edits)
    for text in (DOCUMENT, DOCUMENT.rstrip("\n"), DOCUMENT.replace("\n", "\r\n")):
        (tmp_path / "m.yaml").write_text(text, "utf-8", newline="")
        content = applied(text, *proposed).content
        made = patch(text.encode(), content, "m.yaml")
        subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=made, check=True)
        assert (tmp_path / "m.yaml").read_bytes() == content


def test_two_proposals_for_one_value() -> None:
    one, two = (
        of("milestones", "R-1", "due", new="2026-01-31", proposal=day)
        | {"id": f"comment-{n}", "author": name}
        for n, (day, name) in enumerate([("2026-04-01", "Ada"), ("2026-05-01", "Ben")])
    )
    found = applied(DOCUMENT, one, two)
    assert found.content.decode() == DOCUMENT
    (problem,) = found.problems
    assert str(problem) == (
        "c.json:30:3: Ben proposes '2026-05-01' and Ada proposes '2026-04-01' for the same value "
        "(accept one of them: --accept comment-0 or --accept comment-1)"
    )
    alike = applied(DOCUMENT, one, {**two, "proposal": "2026-04-01 "})
    assert len(alike.accepted) == 2
    assert alike.content.decode() == DOCUMENT.replace("due: 2026-01-31", "due: 2026-04-01")


def test_proposals_for_different_paragraphs_of_a_text_go_together() -> None:
    text = of("sections", "plan", "text", titles=["Plan"], old=None, new=TEXT)
    one = {**text, "id": "comment-a", "proposal": TEXT.replace("first", "very first")}
    two = {**text, "id": "comment-b", "proposal": TEXT.replace("Another item", "An item more")}
    same = {**text, "id": "comment-c", "proposal": TEXT.replace("two lines", "2 lines")}
    expected = DOCUMENT.replace("first paragraph", "very first paragraph").replace(
        "Another item", "An item more"
    )
    assert result(DOCUMENT, one, two) == expected
    assert "for the same value" in str(applied(DOCUMENT, one, same).problems[0])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-01-31", State.APPLIES),  # as in the new edition
        ("2025-12-31", State.APPLIES),  # as in the old one
        ("2026-05-01", State.DONE),
        ("2026-04-01", State.MOVED),
    ],
)
def test_what_becomes_of_a_proposal(value: str, expected: State) -> None:
    text = DOCUMENT.replace("due: 2026-01-31", f"due: {value}")
    proposed = of("milestones", "R-1", "due", old="2025-12-31", new="2026-01-31", proposal="2026-05-01")
    (found,) = placed(text, proposed)
    assert (found.state, found.current) == (expected, value)
    problems = applied(text, proposed).problems
    assert [problem.message for problem in problems] == (
        ["this proposal cannot be applied: the value has changed since, it is '2026-04-01' now"]
        if expected is State.MOVED
        else []
    )


@pytest.mark.parametrize(
    ("proposed", "expected"),
    [
        (of("milestones", "R-9", "due"), "there is no milestone 'R-9' (did you mean R-2?)"),
        (of("milestones", "r-1", "due"), "there is no milestone 'r-1'"),
        (of("milestones", "R-1", "dew"), "there is no 'dew' in a milestone"),
        (of("milestones", "R-1", "__class__"), "there is no '__class__' in a milestone"),
        (of("sections", "nowhere", "text", titles=["Nothing"]), "there is no section 'nowhere'"),
        (of("acronyms", "ZZZ", "definition"), "there is no 'ZZZ' in acronyms"),
        (of("figures", "chart", "caption"), "there is no 'chart' in figures"),
        (of("schedule", None, "dew"), "there is no 'dew' in the settings of imports"),
        (of("jira", None, "dew"), "there is no 'dew' in the settings of Jira"),
    ],
)
def test_a_comment_whose_place_is_gone_says_why(proposed: dict[str, Any], expected: str) -> None:
    (found,) = placed(DOCUMENT, {**proposed, "proposal": "x"})
    assert (found.state, found.path) == (State.GONE, ())
    assert found.reason.startswith(expected)


def test_comments_on_settings_are_found() -> None:
    settings = "schedule: {clean_names: ['Test: ']}\njira:\n  date: expected\n"
    names, date = placed(
        DOCUMENT + settings,
        of("schedule", None, "clean_names", number=1, text="x"),
        of("jira", None, "date", number=2, old="due", new="expected", proposal="due"),
    )
    assert (names.path, date.path, date.state) == (
        ("schedule", "clean_names"),
        ("jira", "date"),
        State.APPLIES,
    )


@pytest.mark.parametrize("field", ["tags", "predecessors", "code"])
def test_only_single_values_can_be_replaced(field: str) -> None:
    (found,) = placed(DOCUMENT, of("milestones", "R-1", field, proposal="x"))
    assert (found.state, bool(found.path)) == (State.GONE, True)
    assert found.reason == f"{field} is not a single value that can be replaced"


def test_places_are_found_after_the_document_has_moved_on() -> None:
    recoded = DOCUMENT.replace("  R-1:\n", "  R-7:\n    aka: [R-1]\n")
    (found,) = placed(recoded, EDITS["date"][0])
    assert (found.path, found.state, found.heading) == (
        ("milestones", "R-7", "due"), State.APPLIES, "R-7 (was R-1): Name of R-1")  # fmt: skip
    renamed = DOCUMENT.replace("title: Plan", "title: The plan of it")
    assert placed(renamed, EDITS["text"][0])[0].path == ("sections", 0, "text")
    front = "sections:\n  - title: Front\n    text: Words.\n"
    moved = DOCUMENT.replace("sections:\n", front, 1).replace("    label: plan\n", "")
    assert placed(moved, EDITS["text"][0])[0].path == ("sections", 1, "text")
    unnamed = moved.replace("title: Plan", "title: Quite another title")
    assert placed(unnamed, EDITS["text"][0])[0].path == ("sections", 1, "text")  # by its paragraphs
    dated = DOCUMENT.replace("version: 1.0", "version: 1.1")
    assert placed(dated, EDITS["record"][0])[0].path == ("change_record", 0, "description")
    longer = DOCUMENT.replace("  API:", "  APIX:")
    assert placed(longer, EDITS["acronym"][0])[0].path == ("acronyms", "APIX")


def test_sections_of_one_title_are_told_apart_or_the_doubt_is_said() -> None:
    twice = DOCUMENT.replace("milestones:\n  #", "  - title: Other\n    sections:\n      - title: Below\n"
                             "        text: Other words.\nmilestones:\n  #")  # fmt: skip
    assert placed(twice, EDITS["folded"][0])[0].path == ("sections", 0, "sections", 0, "text")
    lost = of("sections", None, "text", titles=["Gone", "Below"], proposal="x")
    assert placed(twice, lost)[0].reason == "2 sections have the title 'Below'"


def test_a_text_that_changed_elsewhere_gets_the_paragraph() -> None:
    moved = DOCUMENT.replace("The first paragraph", "The very first paragraph").replace(
        "      - An item.\n", "      - An item.\n      - One more.\n"
    )
    assert result(moved, EDITS["text"][0]) == moved.replace("which says more", "that says less")
    changed = DOCUMENT.replace("paragraph, which", "paragraph (which")
    assert states(changed, EDITS["text"][0]) == [State.MOVED]
    assert states(DOCUMENT.replace("which says more", "that says less"), EDITS["text"][0]) == [State.DONE]


def test_a_result_with_faults_is_not_written() -> None:
    found = applied(DOCUMENT, of("milestones", "R-1", "due", new="2026-01-31", proposal="soon"))
    assert found.content.decode() == DOCUMENT
    (problem,) = found.problems
    assert str(problem).startswith("m.yaml:45:10: 'soon' is not a date")
    gone = applied(DOCUMENT, of("milestones", "R-1", "due", new="2026-01-31", proposal=""))
    assert "due" in str(gone.problems[0])
    markup = applied(DOCUMENT, {**EDITS["text"][0], "proposal": TEXT.replace("says", ":cite:`X`")})
    assert markup.problems


def test_a_value_that_is_used_in_other_places_is_refused() -> None:
    text = DOCUMENT.replace("due: 2026-01-31", "due: &day 2026-01-31").replace('"2026-02-28"', "*day")
    (problem,) = applied(text, EDITS["date"][0]).problems
    assert str(problem) == (
        "c.json:13:3: 'due' is used in other places by *day (write the value out in each of them)"
    )
    repeated = of("milestones", "R-2", "due", new="2026-01-31", proposal="2026-05")
    (problem,) = applied(text, repeated).problems
    assert "&day marks a value to repeat, and nothing repeats it" in str(problem)


HOSTILE = "\u202e<script>alert(1)</script>\n# h1\n[x](javascript:1)\n{code}h1. @all #1 | `x`\n- key: value"


def test_hostile_text_is_only_text_in_every_list() -> None:
    hostile = of("milestones", "R-1", "due", new="2026-01-31", text=HOSTILE, author="<b>@Ada</b> *x*")
    found = placed(DOCUMENT, hostile)
    shown = listing(merge([commented(hostile)]), found, "ACME-7")
    markdown, jira, text = (pasted_comments(shown, form) for form in ("md", "jira", "txt"))
    assert "\u202e" not in markdown + jira + text
    assert "<script>" not in markdown
    assert "\n# h1" not in markdown
    assert "[x](java" not in markdown
    assert "{code}" not in jira.replace("\\{code\\}", "")
    assert "<U+202E><script>" in text
    name = of("milestones", "R-1", "name", new="Name of R-1", proposal="x\n  evil: true\n# y: &a *b")
    milestone = loads(result(DOCUMENT, name).encode(), "m.yaml").document.milestone("R-1")
    assert milestone is not None
    assert milestone.name == "x evil: true # y: &a *b"


# --- Properties ---------------------------------------------------------------------------------------------

LINES = DOCUMENT.split("\n")
ELSEWHERE = {
    "a comment": ("  # The first one.\n", "  # The first one.\n  # And a note.\n"),
    "another milestone": ("milestones:\n", "milestones:\n  A-1: {name: New, due: tbd}\n"),
    "the other milestone": ("Name of R-2", "Another name"),
    "the code": ("  R-1:\n", "  R-3:\n    aka: [R-1]\n"),
    "the order": ("    tags: [a, b]\n", "    wbs: 1.2\n    tags: [a, b]\n"),
    "the title": ("title: Plan\n", "title: Plans\n"),
    "a section before": ("sections:\n", "sections:\n  - title: New\n    text: New words.\n"),
    "a section below": ("  - title: Aims", "  - title: More\n    text: More words.\n  - title: Aims"),
    "another paragraph": ("- Another item", "- One more item"),
    "a record entry": (
        "  - date: 2026-01-02\n",
        "  - version: 1.1\n    date: 2026-01-02\n    owner: C\n    description: D\n  - date: 2026-01-02\n",
    ),
    "an acronym": ("  API:", "  AAA: A A A\n  API:"),
    "line ends": ("\n", "\r\n"),
    "a mark": ("format:", "\ufeffformat:"),
}
SURVIVING = [
    "date",
    "name",
    "level",
    "absent",
    "removed",
    "title",
    "text",
    "folded",
    "record",
    "reference",
    "acronym",
]


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(SURVIVING),
    edits=st.lists(st.sampled_from(sorted(ELSEWHERE)), unique=True, max_size=6),
)
def test_comments_survive_edits_of_the_document_elsewhere(name: str, edits: list[str]) -> None:
    proposed, before, after = EDITS[name]
    text = DOCUMENT
    for edit in sorted(edits, key=lambda each: each == "line ends"):
        before_edit, after_edit = ELSEWHERE[edit]
        assert before_edit in text
        text = text.replace(before_edit, after_edit, -1 if edit == "line ends" else 1)
    if name == "title" and "the title" in edits:
        assert states(text, proposed) == [State.MOVED]
        return
    if "\r\n" in text:
        before, after = before.replace("\n", "\r\n"), after.replace("\n", "\r\n")
    assert result(text, proposed) == text.replace(before, after, 1)


LINE = st.sampled_from(["a", "b", "c", "d", "e f", ""])


@given(
    base=st.lists(LINE, max_size=12), proposed=st.lists(LINE, max_size=12), now=st.lists(LINE, max_size=12)
)
def test_texts_are_merged_as_wanted_or_not_at_all(
    base: list[str], proposed: list[str], now: list[str]
) -> None:
    old, new, there = ("\n".join(lines).rstrip() for lines in (base, proposed, now))
    assert merged_text(old, new, old) == new
    assert merged_text(old, old, there) == there
    merged = merged_text(old, new, there)
    if merged is not None:
        lines = {*new.split("\n"), *there.split("\n")}
        assert set(merged.split("\n")) <= lines


def test_all_changes_of_a_difference_can_be_commented_and_found() -> None:
    old = DOCUMENT
    new = DOCUMENT
    for _, before, after in EDITS.values():
        new = new.replace(before, after, 1)
    both = comparison(old, new)
    changes = [on(each, n, text="x") for n, each in enumerate(identities(both).values())]
    found = placed(new, *changes)
    assert len(found) >= 12
    assert [each.reason for each in found if not each.path] == []
    for each in found:
        if each.comment.new is not None and each.current is not None:
            assert each.current.split() == each.comment.new.split()
