"""The changes as a board reads them: by milestone, causes first, equal shifts in one line, who and why."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.build.test_build import DOCUMENT
from tests.cli.test_cli_diff import comparison, edition, git
from tests.support.documents import documents

from milepost.base import escape
from milepost.cli.main import main
from milepost.diff.comparison import compare
from milepost.diff.summary import as_json
from milepost.git.blame import origins
from milepost.git.revisions import read
from milepost.render.pasted import pasted
from milepost.review.report import report
from milepost.review.side_by_side import side_by_side

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from milepost.review.report import Report
    from milepost.review.rows import Group

HEAD = DOCUMENT.partition("milestones:\n  R-1")[0].partition("sections:")[0] + "sections:\n  - title: Plan\n"
CHART = """\
  - title: Chart
    text: |
      .. figure:: chart
figures:
  chart: {kind: gantt, caption: All of them., codes: "*"}
"""


def plan(*milestones: str, data_date: str = "2026-03-01", record: str = "", sections: str = "") -> str:
    """Return a document; a milestone is `CODE due [key: value, ...]`."""
    rows = []
    for each in milestones:
        code, due, *facts = each.split(" ", 2)
        values = ", ".join([f"name: Name of {code}", "level: 2", f"due: {due}", *facts])
        rows.append(f"  {code}: {{{values}}}\n")
    head = re.sub("data_date: .*", f"data_date: {data_date}", HEAD).replace(
        "sections:\n", f"{record}sections:\n"
    )
    return f"{head}{sections}{CHART}milestones:\n{''.join(rows)}"


def reported(old: str, new: str) -> Report:
    return report(comparison(old, new))


def shown(groups: tuple[Group, ...]) -> dict[str, list[str]]:
    return {
        group.heading: [f"{'> ' if row.follows else ''}{row.sentence}" for row in group.rows]
        for group in groups
    }


def test_a_milestone_is_in_one_place_with_its_name_level_and_lateness() -> None:
    found = reported(
        plan("A 2026-01-01", "B 2026-05-01 predecessors: [A]", "C 2026-06-01"),
        plan("A 2026-01-01 completed: 2026-02-10", "B 2026-06-01 forecast: 2026-06-03", "C 2026-06-01"),
    )
    assert shown(found.milestones) == {
        "B: Name of B": [
            "B is due 2026-06-01, 31 days later than before (2026-05-01).",
            "B has a forecast now: 2026-06-03.",
            "B no longer waits for A.",
        ],
        "A: Name of A": ["A was completed on 2026-02-10."],
    }
    assert [group.facts for group in found.milestones] == [
        "level 2, due 2026-06-01, open, 2 days late (before: open)",
        "level 2, due 2026-01-01, completed, 40 days late (before: overdue, 59 days late)",
    ]


def test_what_follows_from_a_milestone_that_is_gone_or_new_is_below_it() -> None:
    with_a = plan("A 2026-01-01", "B 2026-05-01 predecessors: [A]", "C 2026-06-01 predecessors: [A, B]")
    without = plan("B 2026-05-01", "C 2026-06-01 predecessors: [B]")
    gone, new = reported(with_a, without), reported(without, with_a)

    assert shown(gone.milestones) == {
        "A: Name of A": [
            "A is gone: “Name of A”, level 2, due 2026-01-01.",
            "> B no longer waits for A.",
            "> C no longer waits for A.",
        ]
    }
    assert shown(new.milestones) == {
        "A: Name of A": [
            "A is new: “Name of A”, level 2, due 2026-01-01.",
            "> B now waits for A.",
            "> C now waits for A.",
        ]
    }
    assert gone.milestones[0].facts == "level 2, gone, due 2026-01-01"


def test_a_baseline_that_moved_after_completion_and_a_forecast_that_ended_say_so() -> None:
    found = reported(
        plan("A 2017-11-30 completed: 2017-12-01", "B 2026-01-01 forecast: 2026-04-01", "C 2026-01-01"),
        plan(
            "A 2019-02-28 completed: 2017-12-01",
            "B 2026-01-01 completed: 2026-02-01, short_name: Second",
            "C 2026-01-11 completed: 2026-01-05",
        ),
    )
    sentences = shown(found.milestones)
    assert sentences["A: Name of A"] == [
        (
            "A is due 2019-02-28, 455 days later than before (2017-11-30); "
            "the baseline moved after completion: 1 day late became 454 days early."
        )
    ]
    assert sentences["B: Name of B"] == [
        "The short name of B is new: “Second”.",
        "B was completed on 2026-02-01.",
        "> B no longer has a forecast, because it is completed; it was 2026-04-01.",
    ]
    assert (
        "the baseline moved with the completion: 4 days late became 6 days early."
        in sentences["C: Name of C"][0]
    )
    assert (
        "forecast"
        not in comparison(
            plan("B 2026-01-01 forecast: 2026-04-01"), plan("B 2026-01-01 completed: 2026-02-01")
        ).headline
    )


def test_what_moved_with_a_predecessor_is_below_its_cause() -> None:
    links = {"B": "A", "C": "B", "Y": "X", "Z": "X"}

    def at(**days: str) -> str:
        waits = {code: f" predecessors: [{before}]" for code, before in links.items()}
        return plan(*(f"{code} 2026-{day}{waits.get(code, '')}" for code, day in days.items()))

    before = at(A="05-01", B="05-02", C="05-03", D="05-04", X="06-01", Y="06-02", Z="06-03")
    after = at(A="05-11", B="05-12", C="05-13", D="05-14", X="06-08", Y="06-09", Z="06-13")
    found = reported(before, after)

    assert [shift.sentence for shift in found.shifts] == [
        "5 milestones: due date 10 days later; A and 2 with it.",
        "2 milestones: due date 7 days later; X and 1 with it.",
    ]
    assert [(member.code, member.dates) for member in found.shifts[0].members] == [
        ("A", "2026-05-11"),
        ("B", "2026-05-12 with A"),
        ("C", "2026-05-13 with A"),
        ("D", "2026-05-14"),
        ("Z", "2026-06-13"),
    ]
    assert [group.code for group in found.shifts[1].groups] == ["X", "Y"]
    assert found.milestones == ()
    assert found.moves is not None
    assert [(line.by, line.what) for line in found.moves.dates[0].lines] == [
        ("10 days later", "A and 2 with it, 2 others"),
        ("7 days later", "X and 1 with it"),
    ]
    pasted_text = pasted(found, None, "txt")
    assert "  10 days later  5 milestones  78 %  A and 2 with it, 2 others\n" in pasted_text


def test_milestones_that_moved_alike_are_one_line() -> None:
    old = plan(
        "A 2026-05-01", "B 2026-05-02", "C 2026-05-03", "D 2026-05-04 forecast: 2026-06-01", "E 2026-05-05"
    )
    new = plan(
        "A 2026-06-01", "B 2026-06-02", "C 2026-06-03", "D 2026-06-04 forecast: 2026-07-01", "E 2026-05-06"
    )
    found = reported(old, new)

    (shift,) = found.shifts
    assert shift.sentence == "3 milestones: due date 31 days later."
    assert [group.code for group in shift.groups] == ["A", "B", "C"]
    assert [group.code for group in found.milestones] == ["D", "E"]
    assert reported(plan("A 2026-05-01", "B 2026-05-02"), plan("A 2026-06-01", "B 2026-06-02")).shifts == ()


@settings(max_examples=25)
@given(old=documents(), new=documents())
def test_each_change_is_in_one_place(old: Any, new: Any) -> None:
    found = comparison(json.dumps(old), json.dumps(new))
    rows = [*report(found).rows]
    assert sorted(row.number for row in rows) == list(range(len(found.explained)))
    assert all(row.sentence == found.explained[row.number].sentence for row in rows)


def test_what_is_trivial() -> None:
    def text(words: str) -> str:
        return plan("A 2026-05-01", sections=f"    text: {words}\n")

    assert [row.trivial for row in reported(text("One, two."), text("one two")).rows] == [True]
    assert [row.trivial for row in reported(text("one two"), text("one three")).rows] == [False]
    pairs = {
        "it takes 1.5 days": ("it takes 15 days", False),
        "one ship before another": ("another ship before one", False),
        "also ships fly": ("ships fly also", False),
        "less < more": ("less > more", False),
        "at -5 degrees": ("at 5 degrees", False),
        "done, or not": ("done? or not", False),
        "in 10 days": ("in 10 % days", False),
        "re-sign it": ("resign it", False),
        "from 2019-2020": ("from 2019-2021", False),
        "say 'one' - or two...": ("say “one” – or two…", True),
        "a *strong* word": ("a strong word", True),
        "10 km far": ("10\N{NO-BREAK SPACE}km   far", True),
        "see `here <https://example.org/A>`_": ("see `here <https://example.org/a>`_", False),
    }
    for old, (new, expected) in pairs.items():
        found = reported(text(json.dumps(old)), text(json.dumps(new)))
        assert [row.trivial for row in found.rows] == [expected], (old, new)
    named = plan("A 2026-05-01")
    for new, expected in (
        ("'Name – of A'", True),
        ("name of a", True),
        ("Name of B", False),
        ("Name of A?", False),
    ):
        assert [row.trivial for row in reported(named, named.replace("Name of A", new)).rows] == [expected], (
            new
        )
    assert [row.trivial for row in reported(plan("A 2026-05-01"), plan("A 2026-05-01 jira: X-1")).rows] == [
        True
    ]
    assert [row.trivial for row in reported(plan("A 2026-05-01"), plan("A 2026-05-02")).rows] == [False]


RECORD = """\
change_record:
  - version: 1.1
    date: 2026-03-01
    owner: W. Coyote
    description: The board moved it, see RFC-7.
    issue: RFC-7
    authorises: [A]
"""


def test_the_cover_sheet_has_the_words_of_the_change_record() -> None:
    found = reported(
        plan("A 2026-05-01", "B 2026-05-02"),
        plan("A 2026-06-01", "B 2026-05-02 completed: 2026-02-01", record=RECORD),
    )
    fields = {field.label: field.lines for field in found.cover.fields}

    assert fields["Document"] == ("ACME-7: Releases of the Rocket",)
    assert fields["From"] == ("old (draft, data date 2026-03-01)",)
    assert fields["To"] == ("new (version 1.1, draft, data date 2026-03-01)",)
    assert fields["Proposed by"] == ("W. Coyote",)
    assert fields["Reason"] == ("The board moved it, see RFC-7.",)
    assert fields["Issue"] == ("RFC-7",)
    assert fields["Summary"] == ("1 date 31 days later (A)", "1 milestone completed", "1 other change")
    assert fields["Consequences if not approved"] == (
        "old stays in force.",
        "1 milestone that is completed stays open in it.",
        "1 due date is not what is planned now.",
        "1 other change is not made.",
    )
    assert fields["Milestones affected"] == ("2: A; B",)
    assert fields["Sections affected"] == ("1: change record",)
    assert fields["Authorised by"] == ("1.1, of 2026-03-01, W. Coyote, RFC-7: 1 change",)
    assert fields["Not authorised"] == ("B was completed on 2026-02-01.",)
    assert found.cover.to_add
    assert found.cover.to_add.lines == ("    authorises: [A, B]",)
    authorities = {found_row.sentence[:1]: found_row.authority for found_row in found.rows}
    assert (authorities["A"], authorities["B"], found.kinds["refused"]) == ("1.1", "", 1)


def test_editions_side_by_side_follow_recoded_milestones() -> None:
    texts = (
        plan("A 2026-05-01", "B 2026-05-02", "Z 2026-01-01"),
        plan("A2 2026-06-01 aka: [A], forecast: 2026-07-01", "B 2026-05-02", "Z 2026-01-01"),
        plan("A3 2026-06-01 aka: [A2], completed: 2026-02-02", "B 2026-05-02 completed: 2026-01-03"),
    )
    table = side_by_side([edition(text, name) for text, name in zip(texts, ("v1", "v2", "v3"), strict=True)])

    assert table.names_in_words == "v1, v2 and v3"
    rows = {row.code: [(cell.due, cell.state, cell.moved) for cell in row.cells] for row in table.rows}
    assert rows == {
        "A3": [
            ("2026-05-01", "open", ""),
            ("2026-06-01", "open, expected 2026-07-01", "31 days later"),
            ("2026-06-01", "completed 2026-02-02", ""),
        ],
        "B": [
            ("2026-05-02", "open", ""),
            ("2026-05-02", "open", ""),
            ("2026-05-02", "completed 2026-01-03", ""),
        ],
        "Z": [("2026-01-01", "overdue", ""), ("2026-01-01", "overdue", ""), ("", "not there", "")],
    }
    assert [row.moved for row in table.rows] == ["", "31 days later", ""]
    values = table.values
    assert [each["name"] for each in values["editions"]] == ["v1", "v2", "v3"]
    assert {row["code"]: row["days"] for row in values["milestones"]} == {"A3": 31, "B": None, "Z": None}
    (moved,) = (row["in"] for row in values["milestones"] if row["code"] == "A3")
    assert moved == [
        {"due": "2026-05-01", "state": "open", "since": None, "forecast": None, "days": None},
        {"due": "2026-06-01", "state": "open", "since": None, "forecast": "2026-07-01", "days": 31},
        {"due": "2026-06-01", "state": "completed", "since": "2026-02-02", "forecast": None, "days": None},
    ]
    assert values["milestones"][-1]["in"][-1]["state"] == "not there"


# --- Who made a change ---


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    git(tmp_path, "init", "-q", "--initial-branch=main")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def commit_as(directory: Path, author: str, message: str, text: str) -> str:
    (directory / "milestones.yaml").write_text(text, "utf-8")
    git(directory, "add", ".")
    git(
        directory,
        "commit",
        "-qm",
        message,
        f"--author={author} <x@example.org>",
        f"--date=2026-03-0{len(message)} 12:00:00 +0000",
    )
    return git(directory, "rev-parse", "HEAD")[:8]


def test_each_change_has_the_author_of_its_line(repository: Path) -> None:
    base = DOCUMENT.replace("2026-07-01", "2026-07-02")
    first = commit_as(repository, "First", "a", base)
    moved = base.replace("2026-07-02", "2026-08-01")
    second = commit_as(repository, "Second & Co", "ab", moved)
    reworded = moved.replace("      See :ref:`chart`.", "      See now :ref:`chart`.")
    third = commit_as(repository, "Third", "abc", reworded)
    source = repository / "milestones.yaml"
    source.write_text(reworded.replace("name: First flight", "name: Second flight"), "utf-8")

    def found(old: str, new: str | None) -> dict[str, tuple[str, str, str, str]]:
        compared = compare(*read(source, old, new))
        known = origins(compared, source)
        values = json.loads(as_json(compared, known))["changes"]
        listed = [each["origin"] and tuple(each["origin"].values()) for each in values]
        return dict(zip((each.sentence for each in compared.explained), listed, strict=True))

    due = "R-2 is due 2026-08-01, 30 days later than before (2026-07-02)."
    text = "The text of section 1, “Plan”, has changed."
    by_second, by_third = ("Second & Co", "2026-03-02", second, "ab"), ("Third", "2026-03-03", third, "abc")
    assert found(first, third) == {due: by_second, text: by_third}
    assert found(first, None) == {
        due: by_second,
        text: by_third,
        "R-2 was renamed from “First flight” to “Second flight”.": None,  # not committed
    }
    assert set(found(third, first).values()) == {None}  # backwards, nobody made it
    git(repository, "config", "diff.x.textconv", "touch ran; cat")
    (repository / ".gitattributes").write_text("*.yaml diff=x filter=x\n", "utf-8")
    git(repository, "config", "filter.x.clean", "touch ran; cat")
    assert found(first, None)[due] == by_second
    assert not (repository / "ran").exists()


def test_a_change_outside_of_git_has_no_author(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, due in (("old", "2026-07-01"), ("new", "2026-08-01")):
        (tmp_path / f"{name}.yaml").write_text(DOCUMENT.replace("2026-07-01", due), "utf-8")
    compared = compare(*read(tmp_path / "new.yaml", "old.yaml", None))
    assert origins(compared, tmp_path / "new.yaml") == {}


# --- Text to paste ---


@given(st.text(min_size=1))
def test_jira_prints_exactly_its_words(text: str) -> None:
    escaped = str(escape.jira(text))
    assert re.sub(r"\\([{}\[\]|*_^~+?!#@\\()DPbh-])", r"\1", escaped) == " ".join(
        escape.without_turns(text).split()
    )
    assert not re.search(r"(?<!\\)(?:\\\\)*[{}\[\]|*_^~+?!#@]", escaped)


def test_the_texts_to_paste() -> None:
    old = plan("A 2026-05-01", "B-1 2026-05-02 predecessors: [A]")
    new = plan("B-1 2026-05-02 completed: 2026-02-01", record=RECORD)
    new = new.replace("Name of B-1", "'{code} *x* B'")
    found = reported(old, new)

    jira, plain = (pasted(found, None, form) for form in ("jira", "txt"))

    assert "|| Proposed by | W. Coyote |\n|| Reason | The board moved it, see RFC-7. |" in jira
    gone = "A is gone: “Name of A”, level 2, due 2026-05-01. (authorised by 1.1)"
    assert f"\n* {gone}\n** B-1 no longer waits for A." in jira
    assert "*B-1: \\{code\\} \\*x\\* B* - level 2" in jira
    assert "(*not authorised*)" in jira
    assert (
        "\n  - A is gone: “Name of A”, level 2, due 2026-05-01. (authorised by 1.1)\n    > B-1 no longer"
        in plain
    )
    assert "Proposed by:\n  W. Coyote\n" in plain
    assert "B-1: {code} *x* B (level 2" in plain


def test_a_state_says_nothing_of_milestones_that_it_does_not_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "history").mkdir()
    (tmp_path / "history/2025-01-31.csv").write_text("# milestones: some\ncode,due\nA,2026-04-01\n", "utf-8")
    (tmp_path / "history/2025-06-30.csv").write_text(
        "# milestones: some\ncode,due\nA,2026-04-02\nB,2026-05-01\n"
    )
    (tmp_path / "milestones.yaml").write_text(plan("A 2026-06-01", "B 2026-05-02"), "utf-8")

    assert main(["diff", "2025-01", "2025-06", "milestones.yaml", "--no-pdf"]) == 0

    assert capsys.readouterr().out.partition("Dates in ")[2].splitlines()[1:] == [
        "  B: not known → 2026-05-01, open → 2026-05-02, open",
        "  A: 2026-04-01, open → 2026-04-02, open → 2026-06-01, open (61 days later)",
    ]
