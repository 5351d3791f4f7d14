"""Findings are at the words that they are about, and their fixes fix them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.support.cursor import HEAD

from milepost.lsp.checking.program import Checker
from milepost.lsp.diagnostics import ACCEPT, diagnostics, from_json
from milepost.lsp.reading.names import Names
from milepost.lsp.reading.text import Text

if TYPE_CHECKING:
    from milepost.lsp.diagnostics import Diagnostic

BODY = """\
sections:
  - title: All
    text: |
      See :cite:`DOC-2`.

      .. figure:: plan
    milestones:
      codes: A-*
      no_deliveries: Nothing.
milestones:
  A-1:
    name: First light
    due: 2024-07-01
  A-2:
    name: Second light
    due: 2024-07-02
    predecessors: [A-1]
  A-3:
    name: Third light
    due: 2024-07-03
    predecessors:
      - A-1
      - A-2
references:
  DOC-2:
    authors: [A. Author]
    year: 2020
    title: A theory
figures:
  plan:
    kind: gantt
    caption: The plan.
    codes: A-*
"""
PLAN = HEAD + BODY


def found_in(content: str) -> tuple[Names, tuple[Diagnostic, ...]]:
    names = Names(Text(content))
    sent = json.loads(json.dumps(Checker().check(content, "plan.yaml")))
    return names, diagnostics(names, map(from_json, sent["found"]))


def test_the_plan_has_no_findings() -> None:
    assert found_in(PLAN)[1] == ()


@pytest.mark.parametrize(
    ("old", "new", "words", "message"),
    [
        ("status: draft", "statsu: draft", "statsu", "there is no key 'statsu' here (did you mean status?)"),
        ("status: draft", "status: drafd", "drafd", "'drafd' is not possible here"),
        ("- A-1\n", "- A-9\n", "A-9", "there is no milestone A-9"),
        ("[A-1]", "[A-9]", "A-9", "there is no milestone A-9"),
        ("`DOC-2`", "`DOC-3`", "`DOC-3`", "there is no reference DOC-3"),
        ("due: 2024-07-03", "due: 2024-02-30", "2024-02-30", "2024-02-30"),
        ("due: 2024-07-03", 'due: "2024-02-30"', '"2024-02-30"', "2024-02-30"),
        ("    due: 2024-07-03\n", "", "A-3", "due is missing"),
        ("[A-1]", "[e\u0301\U0001d4b6 b, A-9]", "A-9", "there is no milestone A-9"),
    ],
)
def test_a_finding_is_at_the_words_it_is_about(old: str, new: str, words: str, message: str) -> None:
    names, found = found_in(PLAN.replace(old, new, 1))

    at = {}
    for each in found:
        (line, start), (_, end) = each.span
        at[names.text.lines[line][start:end]] = each.message
    assert message in at.get(words, ""), at


NEEDLESS = """waivers:
    - rule: MP212
      about: [A-1]  # nobody knows why
      reason: So decided.
      authority: Board
"""
OTHER = "{rule: MP212, reason: So decided., authority: Board}"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("status: draft", "statsu: draft"),
        ("  A-1:\n    name", "  A-1:\n    nmae"),
        ("[A-1]", "[A-1x]"),
        ("[A-1]", "[A\u20111]"),
        (":cite:`DOC-2`", ":cite:`DOC-2x`"),
        (":cite:`DOC-2`", ":ciet:`DOC-2`"),
        ("status: draft", "status: drafd"),
        ("- A-2\n", "- A-2\n      - A-2\n"),
        ("[A-1]", "[A-1, A-1]"),
        ("due: 2024-07-01\n", "due: 2024-01-01\n    completed: 2024-01-01\n    forecast: 2024-02-01\n"),
        ("due: 2024-07-03\n", "due: 2024-07-03\n    reason: no staff\n"),
        ("See :cite:`DOC-2`.\n", "See :cite:`DOC-2`.\n\n      .. figure:: plan\n"),
        ("references:\n", "acronyms:\n  CCD: Charge-coupled device\nreferences:\n"),
        ("references:\n", "unexpanded: [NASA]\nreferences:\n"),
        ("title: A theory\n", "title: A theory\n  DOC-4:\n    authors: [A]\n    year: 2020\n    title: X\n"),
        ("due: 2024-07-01\n", "due: 2024/7/1\n"),
        ("due: 2024-07-03\n", "due: Q4 2024\n"),
        ("  A-1:\n    name", "  A-1:\n    code: A-1\n    name"),
        ("status: draft", f"{NEEDLESS}  status: draft"),
        ("status: draft", f"{NEEDLESS.replace('MP212', 'MP215', 1)}    - {OTHER}\n  status: draft"),
        ("sections:", f"  waivers:\n    - {OTHER}  # why\nsections:"),
    ],
)
def test_a_fix_fixes_its_finding_and_makes_no_other(old: str, new: str) -> None:
    broken = PLAN.replace(old, new, 1)
    _, found = found_in(broken)
    fixes = [(each, fix) for each in found for fix in each.fixes if not fix.title.startswith(ACCEPT)]
    assert fixes, [each.message for each in found]
    for finding, fix in fixes:
        text = Text(broken)
        for edit in sorted(fix.edits, reverse=True):
            text.change(edit)
        left = [each.message for each in found_in(text.content)[1]]
        assert finding.message not in left, (fix.title, text.content)
        assert len(left) < len(found), (fix.title, left)


def test_a_waiver_that_waives_nothing_is_removed_as_a_whole() -> None:
    broken = PLAN.replace("status: draft", f"{NEEDLESS}    - {OTHER}\n  status: draft", 1)
    _, found = found_in(broken)
    first, second = (fix for each in found for fix in each.fixes if fix.title.startswith("Remove"))
    for fix, left in ((first, f"waivers:\n    - {OTHER}\n"), (second, NEEDLESS)):
        text = Text(broken)
        for edit in fix.edits:
            text.change(edit)
        assert text.content == PLAN.replace("status: draft", f"{left}  status: draft", 1)


def applied(content: str, title: str, **filled: str) -> str:
    """Return a text after the fix whose title begins so, with values after keys that it leaves empty."""
    _, found = found_in(content)
    (fix,) = [fix for each in found for fix in each.fixes if fix.title.startswith(title)]
    text = Text(content)
    for edit in fix.edits:
        text.change(edit)
    new = text.content
    for key, value in filled.items():
        assert f" {key}:\n" in f"{new}\n"  # an error until somebody writes it
        new = f"{new}\n".replace(f" {key}:\n", f" {key}: {value}\n")
    return new


def test_an_acronym_is_defined_or_listed() -> None:
    text = PLAN.replace("See :cite", "A CDR. See :cite")
    for before in (
        text,
        f"{text}acronyms:\n    CCD:  # c\n      definition: Device\n      keep: true\nunexpanded: [NASA]\n",
        text.replace("A CDR", "A CDR of NASA").replace(
            "references:", "unexpanded:  # c\n- NASA\n\nacronyms:  # c\n\nreferences:"
        ),
    ):
        defined = applied(before, "Define CDR", CDR="Critical Design Review")
        listed = applied(before, "List CDR")
        for new in (defined, listed):
            assert not [each for each in found_in(new)[1] if "CDR" in each.message], new
            assert len(found_in(new)[1]) < len(found_in(before)[1])
    assert "\n- NASA\n- CDR\n\nacronyms:  # c\n" in listed
    assert "\nacronyms:  # c\n  CDR: Critical" in defined
    assert "\nunexpanded: [NASA, CDR]" in applied(f"{text}unexpanded: [NASA]  # ]\n", "List CDR")


@pytest.mark.parametrize(
    ("old", "new", "waiver"),
    [
        (
            "due: 2024-07-03\n",
            "due: 2024-07-01\n",
            "- A-2\n    waivers:\n      - rule: MP205\n        reason: R\n        authority: B\nreferences:",
        ),
        (
            "due: 2024-07-03\n",
            "due: 2024-07-01\n    waivers:\n    - {rule: MP308, reason: R, authority: B}\n\n",
            "authority: B}\n    - rule: MP205\n      reason: R\n      authority: B\n",
        ),
        (
            "  A-2:\n    name: Second light\n    due: 2024-07-02\n    predecessors: [A-1]\n",
            "  A-2: {name: Second light, due: 2024-06-02, predecessors: [A-1]}\n",
            '    - rule: MP205\n      about: ["A-2"]\n      reason: R\n      authority: B\nsections:',
        ),
        (
            "See :cite",
            "A CDR. See :cite",
            "    waivers:\n      - rule: MP408\n        reason: R\n        authority: B\nmilestones:",
        ),
        (
            "references:\n",
            "unexpanded: [NASA]\nreferences:\n",
            "    - rule: MP408\n      reason: R\n      authority: B\nsections:",
        ),
    ],
)
def test_a_finding_is_accepted_where_it_is(old: str, new: str, waiver: str) -> None:
    before = PLAN.replace(old, new, 1)
    after = applied(before, ACCEPT, reason="R", authority="B")

    assert waiver in after
    ids = [each.id for each in found_in(after)[1]]
    assert ids == ([] if "MP308" not in new else ["MP801"])


def test_what_cannot_be_waived_is_not_offered_to_be() -> None:
    broken = PLAN.replace("[A-1]", "[A-9]").replace("document:", "document:\n  waivers: []", 1)
    titles = [fix.title for each in found_in(broken)[1] for fix in each.fixes]
    assert not [title for title in titles if title.startswith(ACCEPT)]


def test_all_places_of_a_finding_are_named() -> None:
    names, found = found_in(PLAN.replace("due: 2024-07-01", "due: 2024-07-05"))

    finding = found[0]
    assert finding.id.startswith("MP2")
    words = [
        names.text.lines[span.start.line][span.start.column : span.end.column] for span, _ in finding.others
    ]
    assert words == ["A-2", "A-1"]
    assert finding.others[0][1].startswith("A-2: due 2024-07-02")


def test_many_findings_are_bounded() -> None:
    many = "".join(f"  B-{number}:\n    name: x\n    dew: 2024\n" for number in range(300))

    _, found = found_in(PLAN.replace("milestones:\n  A", f"milestones:\n{many}  A"))

    assert len(found) == 201
    assert "more problems" in found[-1].message


@pytest.mark.parametrize(
    "content", ["format: 1\ndocument: [", "format: 1\ndocument: \ud800", "\x00format: 1\n"]
)
def test_a_broken_text_is_a_finding(content: str) -> None:
    answered = Checker().answer({"about": "check", "text": content, "file": "plan.yaml"})

    assert answered["found"]
    assert answered["facts"] is None
