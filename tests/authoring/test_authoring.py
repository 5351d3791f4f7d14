"""Milestones changed by commands: exact bytes, and what holds for any document."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.authoring.canonical import canonical
from milepost.authoring.fields import add, complete, parse, set_fields
from milepost.authoring.mentions import recode, remove
from milepost.base.errors import MilepostError
from milepost.loading.load import loads

if TYPE_CHECKING:
    from collections.abc import Callable

    from milepost.document.model import Document

PLAN = """\
format: 1
document:
  handle: X-1
  title: Plan
  organisation: Office
  authors: [A. Author]
  status: draft
  draft_mark: Draft
  data_date: 2024-01-31
sections:
  - title: Milestones
    text: |
      First comes :milestone:`A-1`, then :milestone:`A-2`; see
      also A-1 itself.
    milestones: {codes: [A-1, A-2], no_deliveries: Nothing.}
milestones:
  # The first one.
  A-1:
    name: First light   # as agreed
    due: 2024-07-01
    predecessors:
      - B-1   # the camera
      - B-2

  A-2: {name: Second light, due: "2024-08-01", predecessors: [A-1]}

  # --- Others ---

  B-1:
    name: Camera
    due: 2024-06-01
    forecast: 2024-06-15
    state: deferred
    own: {forecast: agreed}

  B-2:
    name: Dome
    due: 2024-06-02
"""
FILE = "plan.yaml"


def changed(function: Callable[..., bytes], *arguments: object) -> str:
    """Return the lines that differ, as in a patch without context."""
    new = function(PLAN.encode(), FILE, *arguments).decode()
    old_lines, new_lines = PLAN.splitlines(), new.splitlines()
    start = 0
    while start < min(len(old_lines), len(new_lines)) and old_lines[start] == new_lines[start]:
        start += 1
    end = 0
    while end < min(len(old_lines), len(new_lines)) - start and old_lines[-1 - end] == new_lines[-1 - end]:
        end += 1
    gone = [f"-{line}" for line in old_lines[start : len(old_lines) - end]]
    come = [f"+{line}" for line in new_lines[start : len(new_lines) - end]]
    return "\n".join([*gone, *come])


def faults(function: Callable[..., object], *arguments: object) -> list[str]:
    with pytest.raises(MilepostError) as caught:
        function(PLAN.encode(), FILE, *arguments)
    return str(caught.value).split("\n")


def test_a_field_is_changed_added_in_its_place_and_removed() -> None:
    assert changed(set_fields, "A-1", {"name": "First"}) == (
        "-    name: First light   # as agreed\n+    name: First   # as agreed"
    )
    assert changed(set_fields, "A-1", {"forecast": "2024-Q3"}) == "+    forecast: 2024-Q3"
    assert changed(set_fields, "A-1", {"level": "2"}) == "+    level: 2"
    new = set_fields(PLAN.encode(), FILE, "A-1", {"level": "2"}).decode()
    assert "    name: First light   # as agreed\n    level: 2\n    due:" in new
    assert changed(set_fields, "B-1", {"forecast": ""}) == "-    forecast: 2024-06-15"
    assert changed(set_fields, "A-2", {"level": "2", "due": "tbd"}) == (
        '-  A-2: {name: Second light, due: "2024-08-01", predecessors: [A-1]}\n'
        '+  A-2: {name: Second light, level: 2, due: "tbd", predecessors: [A-1]}'
    )


def test_lists_are_set_and_changed() -> None:
    assert changed(set_fields, "A-1", {"predecessors-": "B-1"}) == "-      - B-1   # the camera"
    assert changed(set_fields, "A-2", {"predecessors+": "B-2,A-1"}) == (
        '-  A-2: {name: Second light, due: "2024-08-01", predecessors: [A-1]}\n'
        '+  A-2: {name: Second light, due: "2024-08-01", predecessors: [A-1, B-2]}'
    )
    assert "tags:" in set_fields(PLAN.encode(), FILE, "B-2", {"tags": "x, y"}).decode()


def test_reasons_are_set_and_removed() -> None:
    assert changed(set_fields, "B-2", {"own.due": "agreed"}) == "+    own: {due: agreed}"
    assert changed(set_fields, "B-1", {"own.forecast": ""}) == "-    own: {forecast: agreed}"
    assert changed(set_fields, "B-1", {"own.forecast": "", "own.due": "x: y"}) == (
        '-    own: {forecast: agreed}\n+    own: {due: "x: y"}'
    )


def test_completion_takes_the_data_date_and_clears_what_no_longer_holds() -> None:
    assert changed(complete, "B-2", None) == "+    completed: 2024-01-31"
    assert changed(complete, "B-1", date(2024, 1, 30)) == (
        "-    forecast: 2024-06-15\n-    state: deferred\n+    completed: 2024-01-30"
    )
    assert faults(complete, "B-1", date(2024, 2, 1))[0].startswith("plan.yaml:")


def test_a_milestone_is_added_in_its_place() -> None:
    assert changed(add, "B-1a", {"name": "Camera, cold", "level": "2"}) == (
        "+  B-1a:\n+    name: Camera, cold\n+    level: 2\n+    due: tbd\n+"
    )
    assert faults(add, "A-1", {"name": "x"}) == [
        "plan.yaml:18:3: there is a milestone 'A-1' (choose another code)"
    ]
    assert faults(add, "C-1", {"name": "x", "due": "soon"})[0].endswith("or tbd)")


def test_a_new_code_is_changed_everywhere_but_in_plain_words() -> None:
    new = recode(PLAN.encode(), FILE, "A-1", "A-1 (b)").decode()

    assert new == (
        PLAN.replace(":milestone:`A-1`", ":milestone:`A-1 (b)`")
        .replace("codes: [A-1,", "codes: [A-1 (b),")
        .replace("  A-1:\n", "  A-1 (b):\n")
        .replace("      - B-2\n", "      - B-2\n    aka:\n      - A-1\n")
        .replace("predecessors: [A-1]", "predecessors: [A-1 (b)]")
    )
    assert "also A-1 itself" in new
    document = loads(new.encode(), FILE).document
    assert [each.code for each in document.milestones] == ["B-1", "B-2", "A-1 (b)", "A-2"]


def test_waivers_name_the_new_code() -> None:
    entry = "reason: As A-1 says., authority: X-7}   # why\n"
    here = f"    waivers:\n      - {{rule: MP204, about: [A-1, B-2], {entry}"
    there = f"  waivers:\n    - {{rule: MP204, about: A-1, {entry}"
    plan = PLAN.replace("      - B-2\n", f"      - B-2\n{here}")
    plan = plan.replace("sections:", f"{there}sections:", 1)
    new = recode(plan.encode(), FILE, "A-1", "C-1").decode()

    assert f"about: [C-1, B-2], {entry}" in new
    assert f"about: C-1, {entry}" in new


def test_an_earlier_code_can_come_back() -> None:
    there = recode(PLAN.encode(), FILE, "B-1", "C-1")
    back = recode(there, FILE, "C-1", "B-1")
    found = loads(back, FILE).document.milestone("B-1")

    assert found is not None
    assert found.aka == ("C-1",)


def test_a_milestone_is_removed_with_the_links_to_it() -> None:
    assert remove(PLAN.encode(), FILE, ["B-2"]).content.decode() == (
        PLAN.replace("      - B-2\n", "").replace("\n  B-2:\n    name: Dome\n    due: 2024-06-02\n", "")
    )
    (fault,) = faults(remove, ["A-1"])
    assert fault == (
        "plan.yaml:13:19: this text mentions A-1 "
        "(change the text first, or cancel the milestone (state=cancelled))"
    )


def test_what_does_not_exist_is_an_error_with_a_hint() -> None:
    assert faults(set_fields, "A-3", {}) == ["plan.yaml: there is no milestone 'A-3' (did you mean A-2?)"]
    taken = "plan.yaml:25:3: there is a milestone 'A-2' (choose another code)"
    assert faults(recode, "A-1", "A-2") == [taken]
    with pytest.raises(MilepostError) as caught:
        parse(["duee=1", "due", "due+=2", "name=a", "name=b"], FILE)
    assert str(caught.value).split("\n") == [
        "plan.yaml: there is no field 'duee' (did you mean due?)",
        "plan.yaml: 'due' sets nothing (write FIELD=VALUE)",
        "plan.yaml: 'due+' is no list (only aka, tags, predecessors are lists; write due=VALUE)",
        "plan.yaml: 'name' is set twice (remove one of the two)",
    ]


def test_a_code_is_typed_with_single_blanks_and_never_empty() -> None:
    assert recode(PLAN.encode(), FILE, "B-1", " C  1\n") == recode(PLAN.encode(), FILE, "B-1", "C 1")
    assert recode(PLAN.encode(), FILE, "B-1", "C: #1").decode() == (
        PLAN.replace("- B-1 ", '- "C: #1" ')
        .replace("  B-1:", '  "C: #1":')
        .replace("own: {forecast: agreed}\n", "own: {forecast: agreed}\n    aka:\n      - B-1\n")
    )
    assert faults(recode, "B-1", " ") == ["plan.yaml: the code is empty (write one)"]
    assert faults(add, "", {"name": "x"}) == ["plan.yaml: the code is empty (write one)"]


CHOSEN = PLAN.replace(
    "sections:",
    """\
schedule:
  codes: {codes: [B-2, "B-?"]}
  deliveries: [B-1, B-2]   # those
figures:
  chart: {kind: gantt, caption: A chart., codes: [B-1, A-1], context: {codes: B-2}}
sections:""",
    1,
)


def test_every_selection_has_the_new_code() -> None:
    new = recode(CHOSEN.encode(), FILE, "B-2", "B-20").decode()

    assert new == (
        CHOSEN.replace("B-2,", "B-20,")
        .replace("B-2]   #", "B-20]   #")
        .replace("codes: B-2}", "codes: B-20}")
        .replace("- B-2\n", "- B-20\n")
        .replace("  B-2:", "  B-20:")
        .replace("due: 2024-06-02\n", "due: 2024-06-02\n    aka:\n      - B-2\n")
    )


def test_selections_no_longer_name_what_is_removed_unless_they_have_nothing_else() -> None:
    removal = remove(CHOSEN.encode(), FILE, ["B-1", "B-2"])

    assert removal.notes == (
        "plan.yaml: figures: chart: codes no longer names B-1",
        "plan.yaml: schedule: codes: codes no longer names B-2",
    )
    new = removal.content.decode()
    assert 'codes: {codes: ["B-?"]}\n  deliveries: [B-1, B-2]   # those\n' in new
    assert "codes: [A-1], context: {codes: B-2}}" in new


IN_BRACES = """\
milestones: {
  # about A-1
  A-1: {  # at A-1
    name: First,  # its name
    due: 2024-07-01,  # agreed
    # about its links
    predecessors: [B-1],
  },
  # about B-1
  B-1: {name: Camera, due: 2024-06-01}  # the camera
}
"""


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_comments_in_braces_stay_where_they_are_about_something_else(line_end: str) -> None:
    plan = PLAN[: PLAN.index("milestones:\n")].replace("`A-2`", "`A-1`") + IN_BRACES

    def edited(function: Callable[..., bytes], *arguments: object) -> str:
        new = function(plan.replace("\n", line_end).encode(), FILE, *arguments).decode()
        return new.replace(line_end, "\n").removeprefix(plan.removesuffix(IN_BRACES))

    assert edited(lambda content, file: remove(content, file, ["B-1"]).content) == (
        IN_BRACES.replace("    predecessors: [B-1],\n", "").replace(
            "  B-1: {name: Camera, due: 2024-06-01}  # the camera", "    # the camera"
        )
    )
    assert edited(set_fields, "A-1", {"predecessors": ""}) == (
        IN_BRACES.replace("    predecessors: [B-1],\n", "")
    )
    with_level = edited(set_fields, "A-1", {"level": "2"})
    assert with_level == IN_BRACES.replace("First,", "First, level: 2,")


def test_a_new_key_is_below_the_comments_about_the_value_before() -> None:
    plan = PLAN.replace("      - B-2\n", "      - B-2\n      # and the others\n    # of A-1\n")

    for new, lines in (
        (set_fields(plan.encode(), FILE, "A-1", {"tags": "x"}), "    tags:\n      - x\n"),
        (set_fields(plan.encode(), FILE, "A-1", {"own.due": "agreed"}), "    own: {due: agreed}\n"),
    ):
        place = "      # and the others\n"
        assert new.decode() == plan.replace(place, f"{place}{lines}")
    at_the_end = f"{PLAN}    predecessors:\n      - B-1\n      # and the others"  # no line end
    new = set_fields(at_the_end.encode(), FILE, "B-2", {"tags": "x"})
    assert new.decode() == f"{at_the_end}\n    tags:\n      - x"


def test_the_empty_lines_of_a_text_stay_when_the_entry_below_is_removed() -> None:
    plan = PLAN.replace("name: Camera", "name: Camera\n    wbs: 1").replace(
        "own: {forecast: agreed}\n\n", "own: {forecast: agreed}\n    test_spec: |+\n      DOC-1\n\n"
    )
    new = remove(plan.encode(), FILE, ["B-2"]).content.decode()
    assert new.endswith("    test_spec: |+\n      DOC-1\n\n")


ALONE = PLAN[: PLAN.index("sections:")] + "sections:\n  - title: One\n"


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\n  # first\n  A-1: {name: x, due: tbd}  # it\n", " {}\n  # first\n"),
        ("   # all\n  A-1:\n    name: x\n    due: tbd", " {}   # all\n"),
        (" {A-1: {name: x, due: tbd}}\n", " {}\n"),
        (" {\n  # one\n  A-1: {name: x, due: tbd},\n}\n", " {\n  # one\n}\n"),
    ],
)
def test_the_only_milestone_is_removed(before: str, after: str, line_end: str) -> None:
    plan, expected = (f"{ALONE}milestones:{text}" for text in (before, after))
    removal = remove(plan.replace("\n", line_end).encode(), FILE, ["A-1"])
    assert removal.content.decode() == expected.replace("\n", line_end)


def test_what_is_added_in_empty_brackets_keeps_the_comment_in_them() -> None:
    empty = f"{ALONE}milestones: {{\n  # none yet\n}}\n"
    assert add(empty.encode(), FILE, "A-1", {"name": "x"}).decode() == empty.replace(
        "{\n", "{A-1: {name: x, due: tbd}\n"
    )
    plan = PLAN.replace("name: Dome\n", "name: Dome\n    predecessors: [  # none\n      ]\n")
    new = set_fields(plan.encode(), FILE, "B-2", {"predecessors": "B-1, B-1"}).decode()
    assert new == plan.replace("[  # none", "[B-1  # none")


CODES = st.sampled_from(["A-1", "A-2", "B-1", "B-2"])
TEXTS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=30)


def meaning(document: Document) -> dict[str, object]:
    return {each.code: each.model_dump(exclude={"name"}) for each in document.milestones}


@settings(max_examples=60, deadline=None)
@given(CODES, TEXTS)
def test_any_name_is_written_so_that_it_is_read_and_nothing_else_changes(code: str, name: str) -> None:
    try:
        new = set_fields(PLAN.encode(), FILE, code, {"name": name})
    except MilepostError:  # a name that no document can have
        return
    document, before = loads(new, FILE).document, loads(PLAN.encode(), FILE).document
    found = document.milestone(code)
    assert found is not None
    assert found.name.split() == unicodedata.normalize("NFC", name).split()
    assert meaning(document) == meaning(before)
    assert set_fields(new, FILE, code, {"name": name}) == new
    comments = ["# The first one.", "# the camera", "# --- Others ---"]
    assert [comment in new.decode() for comment in comments] == [True, True, True]


# --- Waivers, aliases and the canonical form ---

WAIVED = PLAN.replace(
    "sections:",
    """\
  waivers:
    # Known from the start.
    - rule: MP205
      about: [A-1, B-2]  # both
      reason: So decided.
      authority: Board
    # About the dome alone.
    - rule: MP204
      about: B-2
      # and more
      reason: So decided.
      authority: Board
sections:""",
    1,
).replace(
    "predecessors: [A-1]}",
    "predecessors: [A-1], waivers: [{rule: MP205, about: [B-2], reason: R., authority: B}]}",
)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_waivers_of_what_is_removed_go_and_others_name_the_rest(line_end: str) -> None:
    def written(text: str) -> bytes:
        return text.replace("\n", line_end).encode()

    removal = remove(written(WAIVED), FILE, ["B-2"])

    end = WAIVED.index("    # About the dome alone.")
    without = WAIVED[:end] + WAIVED[WAIVED.index("sections:") :]
    assert removal.content == written(
        without.replace("[A-1, B-2]", "[A-1]")
        .replace(", waivers: [{rule: MP205, about: [B-2], reason: R., authority: B}]", "")
        .replace("      - B-2\n", "")
        .replace("\n  B-2:\n    name: Dome\n    due: 2024-06-02\n", "")
    )
    assert removal.notes == (
        "plan.yaml: document: the waiver of MP205 is no longer about B-2",
        "plan.yaml: document: the waiver of MP204 is removed: it was about B-2 alone",
        "plan.yaml: milestones: A-2: the waiver of MP205 is removed: it was about B-2 alone",
    )


def test_a_waiver_that_would_waive_nothing_goes_and_one_that_did_not_before_stays() -> None:
    waivers = """\
    waivers:
      - rule: MP205  # due before
        reason: So decided.
        authority: Board
      - {rule: MP212, reason: Needless before., authority: Board}
"""
    late = PLAN.replace("due: 2024-06-01", "due: 2024-08-01").replace(
        "      - B-2\n", f"      - B-2\n{waivers}"
    )
    removal = remove(late.encode(), FILE, ["B-1"])

    assert removal.notes == (
        "plan.yaml: milestones: A-1: the waiver of MP205 is removed: it would waive nothing",
    )
    rest = "    waivers:\n      - {rule: MP212, reason: Needless before., authority: Board}\n"
    assert f"      - B-2\n{rest}" in removal.content.decode()


REPEATED = PLAN.replace("predecessors:\n      - B-1 ", "predecessors: &links\n      - B-1 ").replace(
    "predecessors: [A-1]", "predecessors: *links"
)


def test_lists_that_are_repeated_change_where_they_are_written() -> None:
    removal = remove(REPEATED.encode(), FILE, ["B-1"]).content.decode()
    assert "&links\n      - B-2\n" in removal
    assert "*links" in removal
    new = recode(REPEATED.encode(), FILE, "B-2", "D-2").decode()
    assert new == REPEATED.replace("      - B-2\n", "      - D-2\n").replace(
        "  B-2:\n    name: Dome\n    due: 2024-06-02\n",
        "  D-2:\n    name: Dome\n    due: 2024-06-02\n    aka:\n      - B-2\n",
    )
    with pytest.raises(MilepostError, match=r"'predecessors' is used in other places \(\*links\)"):
        set_fields(REPEATED.encode(), FILE, "A-1", {"predecessors": "B-2"})
    named = PLAN.replace("name: Camera", "name: &n Camera").replace("name: Dome", "name: *n")
    with pytest.raises(MilepostError, match=r"a value in 'B-1' is used in other places by \*n"):
        remove(named.encode(), FILE, ["B-1"])
    within = PLAN.replace("name: Camera", "name: &n Camera\n    short_name: *n") + "# *n is a comment\n"
    assert b"Camera" not in remove(within.encode(), FILE, ["B-1"]).content


def test_what_is_typed_is_read_as_it_is_meant() -> None:
    assert parse(["name =  New   name "], FILE) == {"name": "New name"}
    assert faults(add, "C-1", {"due": "2025"}) == ["plan.yaml: 'C-1' has no name (write name=NAME)"]
    assert faults(add, "C-1", {"name": "x", "tags+": "y"}) == [
        "plan.yaml: a new milestone has nothing that 'tags+' could change (write tags=VALUE)"
    ]
    added = changed(add, "C-1", {"name": "x", "own.name": "As agreed."})
    assert added == "+\n+  C-1:\n+    name: x\n+    due: tbd\n+    own: {name: As agreed.}"
    done = complete(PLAN.encode(), FILE, "B-2", date(2024, 1, 30))
    with pytest.raises(MilepostError) as caught:
        complete(done, FILE, "B-2", None)
    already = "plan.yaml:39:16: B-2 was completed 2024-01-30 already (give another day to change that)"
    assert str(caught.value) == already
    assert b"completed: 2024-01-29" in complete(done, FILE, "B-2", date(2024, 1, 29))


def test_a_document_in_canonical_form_stays_in_it() -> None:
    plan = canonical(PLAN.encode(), FILE)
    long = "A name of more than a hundred characters, which is too long for its line, and folded there"
    for new in (
        set_fields(plan, FILE, "B-2", {"due": "2024-09", "name": f"{long}; {long}", "tags": "b,a"}),
        complete(plan, FILE, "B-1", date(2024, 1, 30)),
        add(plan, FILE, "B-9", {"name": long, "due": "2023", "own.name": "as agreed"}),
        remove(plan, FILE, ["B-1", "B-2"]).content,
        recode(plan, FILE, "B-2", "A-0"),
    ):
        assert new != plan
        assert canonical(new, FILE) == new
