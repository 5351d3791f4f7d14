"""Waivers: what each accepts, and which of them are needless."""

from __future__ import annotations

from pathlib import Path

from milepost.loading.load import Loaded, loads
from milepost.release.checked import check_text

HEAD = """\
format: 1
document:
  handle: X-1
  title: Plan
  organisation: Office
  authors: [A. Author]
  status: draft
  draft_mark: Draft
  data_date: 2024-01-31
"""
LINK = """\
milestones:
  A-1:
    name: First
    due: 2024-07-01
  A-2:
    name: Second
    due: 2024-08-01
    completed: 2024-01-12
    predecessors: [A-1]
"""
SECTIONS = "sections:\n  - title: Milestones\n"


def loaded(text: str) -> Loaded:
    return loads(text.encode(), "plan.yaml")


def waiver(indent: int, rule: str, **more: str) -> str:
    keys = {"rule": rule, "reason": "As published.", "authority": "X-7", **more}
    listed = ", ".join(f"{key}: {value}" for key, value in keys.items())
    return f"{' ' * indent}waivers: [{{{listed}}}]\n"


def with_waiver(where: str, text: str) -> str:
    """Return the document with a waiver below the line `where`."""
    document = HEAD + SECTIONS + LINK
    assert f"{where}\n" in document
    return document.replace(f"{where}\n", f"{where}\n{text}", 1)


def ids(found: Loaded) -> list[str]:
    return [problem.rule for problem in found.warnings]


def test_without_a_waiver_the_contradiction_is_found() -> None:
    found = loaded(HEAD + SECTIONS + LINK)

    assert ids(found) == ["unfinished"]
    assert found.waived == ()


def test_each_milestone_of_a_contradiction_can_have_its_waiver() -> None:
    for where in ("    due: 2024-07-01", "    due: 2024-08-01"):
        for rule in ("MP204", "mp204", "unfinished"):
            found = loaded(with_waiver(where, waiver(4, rule)))
            (accepted,) = found.waived

            assert ids(found) == []
            assert accepted.problem.rule == "unfinished"
            assert accepted.problem.others
            assert accepted.why == "As published; X-7"
            assert found.accepted[0].hint == "accepted: As published; X-7"


def test_a_waiver_of_the_document_is_about_any_part_and_about_narrows_it() -> None:
    line = "  data_date: 2024-01-31"
    for about in ({}, {"about": "A-1"}, {"about": "[A-2]"}, {"about": "[A-1, A-2]"}):
        assert ids(loaded(with_waiver(line, waiver(2, "MP204", **about)))) == []
    other = loaded(with_waiver(line, waiver(2, "MP204", about="A-3")))
    assert ids(other) == ["needless_waiver", "unfinished"]


def test_the_nearest_waiver_is_used() -> None:
    text = with_waiver("    due: 2024-08-01", waiver(4, "MP204", reason="Near"))
    text = text.replace("  data_date: 2024-01-31\n", f"  data_date: 2024-01-31\n{waiver(2, 'MP204')}")
    found = loaded(text)

    assert [each.waiver.reason for each in found.waived] == ["Near"]
    (needless,) = found.warnings
    assert needless.message == "this waiver of MP204 waives nothing that another one does not"
    assert [str(note.place) for note in needless.others] == ["plan.yaml:20:15"]


def test_words_in_texts_and_entries_of_lists_can_be_named() -> None:
    text = HEAD + "sections:\n  - title: Milestones\n    text: The ABC and the DEF.\n" + LINK
    text = text.replace("    predecessors: [A-1]\n", "").replace("completed: 2024-01-12", "wbs: 02C")

    assert ids(loaded(text)) == ["acronym", "acronym"]
    about = loaded(text.replace("    text", waiver(4, "MP408", about="[ABC, DEF]") + "    text"))
    one = loaded(text.replace("    text", waiver(4, "MP408", about="DEF") + "    text"))
    assert ids(about) == []
    assert [each.message for each in one.warnings] == ["ABC looks like an acronym and has no definition"]


def test_every_entry_that_a_finding_is_about_can_have_waivers() -> None:
    """Two overdue milestones, a chart without a place, an unused reference, and two unused acronyms."""
    entries = f"""\
change_record:
  - date: 2024-01-31
    owner: A. Author
    description: Dates.
    version: 2
  - date: 2024-01-31
    owner: A. Author
    description: Again.
    version: 1
{waiver(4, "MP601")}\
sections:
  - title: Milestones
    sections:
      - title: Below
        text: The ABC.
    {waiver(0, "MP408")}\
milestones:
  A-1:
    name: First
    due: 2024-01-01
{waiver(4, "MP203")}\
figures:
  chart:
    kind: gantt
    caption: A chart.
    codes: "*"
{waiver(4, "MP403")}\
  trend:
    kind: trend
    caption: A trend.
    codes: "*"
{waiver(4, "MP403")}\
  sites:
    kind: deployment
    caption: Sites.
    facilities: [{{name: Here}}]
{waiver(4, "MP403")}\
references:
  R-1:
    authors: [A. Author]
    year: 2020
    title: A book
{waiver(4, "MP402")}\
acronyms:
  XY:
    definition: Not used
{waiver(4, "MP408")}\
"""
    found = loaded(HEAD + entries)

    assert ids(found) == []
    rules = {"version", "acronym", "overdue", "figure", "uncited"}
    assert {each.problem.rule for each in found.waived} == rules
    assert len(found.waived) == 8
    without = loaded(HEAD + "".join(line for line in entries.splitlines(True) if "waivers:" not in line))
    assert len(without.warnings) == 8
    assert without.waived == ()


def test_while_there_are_errors_no_waiver_is_needless() -> None:
    text = with_waiver("    due: 2024-07-01", waiver(4, "MP203"))
    _, sound = check_text(text.encode(), Path("plan.yaml"))
    _, broken = check_text(text.replace("[A-1]", "[A-1, A-9]").encode(), Path("plan.yaml"))

    assert [each.rule for each in sound] == ["needless_waiver", "unfinished"]
    assert [each.rule for each in broken] == ["unfinished", "predecessor"]


def test_waivers_of_rules_about_other_files_are_judged_where_these_are_looked_at(tmp_path: Path) -> None:
    text = HEAD + waiver(2, "MP701") + SECTIONS + "milestones: {}\n"
    source = tmp_path / "plan.yaml"
    source.write_text(text, "utf-8")

    assert ids(loaded(text)) == []
    found, problems = check_text(text.encode(), source)
    assert [each.rule for each in problems] == ["needless_waiver"]
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "nothing.jinja").write_text("", "utf-8")
    found, problems = check_text(text.encode(), source)
    assert problems == []
    assert found is not None
    assert [each.problem.rule for each in found.waived] == ["template"]


def test_what_a_repository_must_have_is_never_needless(tmp_path: Path) -> None:
    """The same document gives the finding before a commit, and none after it."""
    text = HEAD + waiver(2, "MP607") + SECTIONS + "milestones: {}\n"

    assert check_text(text.encode(), tmp_path / "plan.yaml")[1] == []


def test_an_approved_document_without_authority_cannot_be_accepted(tmp_path: Path) -> None:
    record = "change_record:\n  - {date: 2024-02-01, owner: A. Author, description: Approved.}\n"
    text = HEAD.replace("draft\n", "approved\n", 1) + record + SECTIONS + "milestones: {}\n"
    _, problems = check_text(text.encode(), tmp_path / "plan.yaml")

    assert [(each.rule, each.severity) for each in problems] == [("unversioned", "error")]
