"""Earlier states as a user meets them: which one a name means, what is said of it, and how one is saved."""

from __future__ import annotations

import hashlib
import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from tests.build.test_build import DOCUMENT
from tests.cli.test_cli_diff import git
from tests.cli.test_cli_diff import run as run  # noqa: PLC0414 -- a fixture
from tests.support.forked import milepost

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

JANUARY = """\
# milestones: some
code,due,completed
R-1,2025-05-01,
R-2,2026-05-01,
"""
DECEMBER = JANUARY.replace("2026-05-01", "2026-04-01")


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A document with two states, in no repository."""
    (tmp_path / "milestones.yaml").write_text(DOCUMENT, "utf-8")
    (tmp_path / "history").mkdir()
    (tmp_path / "history/2026-01-31.csv").write_text(JANUARY, "utf-8")
    (tmp_path / "history/2025-12-31.csv").write_text(DECEMBER, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    return tmp_path


def repository(plan: Path) -> None:
    git(plan, "init", "-q")
    git(plan, "add", ".")
    git(plan, "commit", "-qm", "first")


SHOWN = """\
ACME-7: state of 2026-01-31 (history/2026-01-31.csv) → working tree
1 date 61 days later (R-2); 1 milestone completed; 1 other change. \
No new entry of the change record authorises these changes.

Dates moved
  R-2 is due 2026-07-01, 61 days later than before (2026-05-01).

Completions
  R-1 was completed on 2025-06-01.

Everything else
  The data date of the document changed from 2026-01-31 to 2026-03-01.
  The document is dated 2026-03-01 now; it was dated 2026-01-31.
"""


@pytest.mark.parametrize("name", ["2026-01-31", "2026-01-", "2026", "history/2026-01-31.csv"])
@pytest.mark.usefixtures("plan")
def test_a_state_by_its_day_or_the_beginning_of_it(run: Any, name: str) -> None:
    assert run("diff", "--markdown", "2026-01") == run("diff", "--markdown", name)


def test_what_is_printed_and_written(plan: Path, run: Any) -> None:
    assert run("diff", "--no-pdf", "2026-01")[:2] == (0, SHOWN)
    values = json.loads((plan / "build/diff/summary.json").read_text("utf-8"))
    assert values["old"] == {
        "name": "state of 2026-01-31 (history/2026-01-31.csv)",
        "file": "history/2026-01-31.csv",
        "commit": None,
        "handle": "ACME-7",
        "version": None,
        "status": "draft",
        "data_date": "2026-01-31",
    }
    for name in ("summary.md", "index.html", "ACME-7.txt.diff"):
        assert "state of 2026-01-31 (history/2026-01-31.csv)" in (plan / "build/diff" / name).read_text(
            "utf-8"
        )


@pytest.mark.usefixtures("plan")
def test_two_states(run: Any) -> None:
    code, output, _ = run("diff", "2025", "2026", "--json")

    values = json.loads(output)
    assert code == 0
    assert [values[side]["name"] for side in ("old", "new")] == [
        "state of 2025-12-31 (history/2025-12-31.csv)",
        "state of 2026-01-31 (history/2026-01-31.csv)",
    ]
    assert [change["sentence"] for change in values["changes"]] == [
        "R-2 is due 2026-05-01, 30 days later than before (2026-04-01).",
        "The data date of the document changed from 2025-12-31 to 2026-01-31.",
        "The document is dated 2026-01-31 now; it was dated 2025-12-31.",
    ]


def test_two_states_differ_only_in_what_both_say(plan: Path, run: Any) -> None:
    (plan / "history/2025-10-31.csv").write_text(
        "# milestones: all\ncode,due,completed,name\nR-1,2025-04-01,,Test\nP-1,2025-01-01,2025-03-01,Jet\n",
        "utf-8",
    )
    (plan / "history/2026-01-31.csv").write_text(
        "# milestones: some\ncode,due,level\nR-1,2025-05-01,2\nR-2,2026-05-01,2\n", "utf-8"
    )

    def sentences(*names: str) -> dict[bool, list[str]]:
        """Return what is printed and what is not: milestones of level 2 are in no section and no chart."""
        changes = json.loads(run("diff", "--json", *names)[1])["changes"]
        return {
            printed: [change["sentence"] for change in changes if change["printed"] == printed]
            for printed in (True, False)
        }

    assert sentences("2025-10", "2026-01") == {
        True: [
            "The data date of the document changed from 2025-10-31 to 2026-01-31.",
            "The document is dated 2026-01-31 now; it was dated 2025-10-31.",
        ],
        False: [
            "R-1 is due 2025-05-01, 30 days later than before (2025-04-01).",
            "R-2 is new: “First flight”, level 2, due 2026-05-01.",
        ],
    }
    assert sentences("2026-01", "2025-10") == {
        True: [
            "The data date of the document changed from 2026-01-31 to 2025-10-31.",
            "The document is dated 2025-10-31 now; it was dated 2026-01-31.",
        ],
        False: [
            "R-1 is due 2025-04-01, 30 days earlier than before (2025-05-01).",
            "R-2 is gone: “First flight”, level 2, due 2026-05-01.",
        ],
    }


def test_the_other_edition_is_the_document_of_a_state(plan: Path, run: Any) -> None:
    (plan / "other.yaml").write_text(DOCUMENT.replace("Nozzle", "Jet"), "utf-8")

    assert "Nozzle" not in run("diff", "--markdown", "2026", "other.yaml")[1]
    assert "Nozzle" not in run("diff", "--markdown", "other.yaml", "2026")[1]


def test_names_that_mean_several_states_or_none(plan: Path, run: Any) -> None:
    (plan / "history/2025-11-30.csv").write_text(DECEMBER, "utf-8")

    assert run("diff", "2025") == (
        1, "", "'2025' is the beginning of 2 states (write one of 2025-11-30, 2025-12-31)\n"
    )  # fmt: skip
    outside = f"no revision either: {plan} is not in a git repository"
    remedy = "pass two files, or name a state: 2026-01-31, 2025-12-31, 2025-11-30"
    for name in ("v1.6", "2024", "202", "2025-1-"):
        assert run("diff", name)[2] == f"there is no file and no state '{name}' and {outside} ({remedy})\n"
    repository(plan)
    git(plan, "tag", "v1.4")
    there = "the revisions are v1.4, main; the states are 2026-01-31, 2025-12-31, 2025-11-30"
    for name, question in (
        ("nothing", ""),
        ("v1.6", "did you mean v1.4? "),
        ("2026-02", "did you mean 2026-01-31? "),
    ):
        assert run("diff", name) == (
            1, "", f"there is no file, no revision and no state '{name}' ({question}{there})\n"
        )  # fmt: skip


def test_only_some_of_many_states_are_listed(plan: Path, run: Any) -> None:
    repository(plan)
    for year in range(1990, 2000):
        (plan / f"history/{year}-12-31.csv").write_text(JANUARY, "utf-8")

    assert run("diff", "x")[2].endswith(
        "; the states are 2026-01-31, 2025-12-31, 1999-12-31, 1998-12-31, 1997-12-31, 1996-12-31, "
        "1995-12-31, 1994-12-31, …)\n"
    )


def test_a_tag_or_branch_wins_over_a_state_and_the_state_over_a_commit(plan: Path, run: Any) -> None:
    def old(name: str) -> str:
        code, output, errors = run("diff", "--json", name)
        assert (code, errors) == (0, "")
        found: str = json.loads(output)["old"]["name"]
        return found

    state = "state of 2026-01-31 (history/2026-01-31.csv)"
    repository(plan)
    # A commit whose hash begins with 2026 would be one that git names by these four digits.
    tree = git(plan, "rev-parse", "HEAD^{tree}")
    number, commit = 0, ""
    while not commit.startswith("2026"):
        body = f"tree {tree}\nauthor A <a@b.c> {number} +0000\ncommitter A <a@b.c> {number} +0000\n\nx\n"
        commit = hashlib.sha1(f"commit {len(body)}\0{body}".encode(), usedforsecurity=False).hexdigest()
        number += 1
    subprocess.run(
        ["git", "-C", str(plan), "hash-object", "-t", "commit", "-w", "--stdin"],
        input=body.encode(),
        check=True,
    )
    assert git(plan, "rev-parse", "--verify", "2026^{commit}") == commit
    assert old("2026") == state
    assert old(commit[:10]) == commit[:10]

    git(plan, "tag", "2026-01")
    git(plan, "branch", "2025-12-31")
    assert old("2026-01") == "2026-01"
    assert old("2025-12-31") == "2025-12-31"
    assert old("history/2026-01-31.csv") == old("2026-01-31") == state
    git(plan, "tag", "-d", "2026-01")
    assert old("2026-01") == state


def test_a_state_in_a_revision(plan: Path, run: Any) -> None:
    repository(plan)
    (plan / "history/2026-01-31.csv").unlink()

    code, output, _ = run("diff", "--markdown", "HEAD:history/2026-01-31.csv")
    shown = "## ACME-7: state of 2026-01-31 (HEAD:history/2026-01-31.csv) → working tree"
    assert (code, output.splitlines()[1]) == (0, shown)


def test_without_git_and_where_git_fails(plan: Path, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (plan / ".git").mkdir()
    assert run("diff", "--json", "2026")[0] == 0
    monkeypatch.setenv("PATH", str(plan))
    assert run("diff", "--json", "2026")[0] == 0


@pytest.mark.parametrize("depth", [[], ["--depth=1"]], ids=["whole", "shallow"])
def test_a_fresh_clone(plan: Path, run: Any, monkeypatch: pytest.MonkeyPatch, depth: list[str]) -> None:
    repository(plan)
    git(plan, "commit", "-qm", "second", "--allow-empty")
    git(plan, "clone", "-q", *depth, f"file://{plan}", str(plan / "clone"))
    monkeypatch.chdir(plan / "clone")

    headline = SHOWN.splitlines()[1].partition(" No new")[0]
    assert headline in run("diff", "--markdown", "2026-01")[1]
    if depth:
        assert run("diff", "v1.6")[2] == (
            "there is no file, no revision and no state 'v1.6' (this is a shallow clone; "
            "run: git fetch --unshallow --tags; the revisions are main, origin/main; "
            "the states are 2026-01-31, 2025-12-31)\n"
        )


def test_the_history_is_beside_the_document(plan: Path, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (plan / "below").mkdir()
    monkeypatch.chdir(plan / "below")

    code, output, _ = run("-f", "../milestones.yaml", "diff", "--json", "2026")
    assert code == 0
    assert json.loads(output)["old"]["name"] == "state of 2026-01-31 (../history/2026-01-31.csv)"


def test_faults_of_a_state_and_of_the_document_at_once(plan: Path, run: Any) -> None:
    (plan / "history/2026-01-31.csv").write_text(JANUARY.replace("2026-05-01", "2026-5-1"), "utf-8")
    (plan / "milestones.yaml").write_text(DOCUMENT.replace("2026-07-01", "2026-02-30"), "utf-8")

    assert run("diff", "2026") == (
        1,
        "",
        (
            "history/2026-01-31.csv:4:5: '2026-5-1' is not a date "
            "(write it as year-month-day, like 2019-07-16)\n"
            "milestones.yaml:31:10: 2026-02-30 is not a date: February 2026 has 28 days "
            "(write it as year-month-day, like 2019-07-16)\n"
        ),
    )
    assert not (plan / "build").exists()


def test_others_are_listed_once_and_are_no_error(plan: Path, run: Any) -> None:
    (plan / "history/2026-01-31.csv").write_text(f"{JANUARY}OTHER-1,2026-05-01,\n", "utf-8")

    code, output, errors = run("diff", "--exit-code", "--json", "2026", "2026")
    assert (code, json.loads(output)["changes"]) == (0, [])
    assert errors == ("history/2026-01-31.csv: warning: 1 milestone is not in ACME-7 and left out: OTHER-1\n")


def test_a_sign_that_the_font_does_not_have(plan: Path, run: Any) -> None:
    (plan / "history/2026-01-31.csv").write_text('# milestones: some\ncode,name\nR-1,"A, 山"\n', "utf-8")

    code, _, errors = run("diff", "2026")
    assert code == 1
    assert errors.startswith("history/2026-01-31.csv:3:9: the font has no '山' (U+5C71)")


# --- Saving ------------------------------------------------------------------------------------------------


def test_saved_and_compared(plan: Path, run: Any) -> None:
    path = "history/2026-03-01.csv"
    assert run("history", "save") == (0, f"{path} (3 milestones)\n", "")
    assert (plan / path).read_text("utf-8") == SAVED
    assert run("history", "save") == (0, f"{path} (3 milestones, nothing changed)\n", "")

    assert run("diff", "--markdown", "--exit-code", "2026-03") == (
        0,
        (
            "<!-- milepost diff -->\n"
            "## ACME-7: state of 2026-03-01 (history/2026-03-01.csv) → working tree\n\nNo differences.\n"
        ),
        "",
    )
    (plan / "milestones.yaml").write_text(DOCUMENT.replace("2026-07-01", "2026-08-01"), "utf-8")
    assert "1 date 31 days later (R-2)." in run("diff", "--markdown", "2026-03")[1]
    # A month may be corrected.
    assert run("history", "save") == (0, f"{path} (3 milestones)\n", "")
    assert "2026-08-01" in (plan / path).read_text("utf-8")


SAVED = """\
# milestones: all
code,level,wbs,due,forecast,completed,state,since,reason,name
P-1,2,,2025-02-01,,2025-02-03,,,,Nozzle
R-1,1,,2025-05-01,,2025-06-01,,,,Engine test
R-2,1,,2026-07-01,,,,,,First flight
"""


def test_where_it_is_saved(plan: Path, run: Any) -> None:
    (plan / "archive").mkdir()

    assert run("history", "save", "--output", "archive")[1] == "archive/2026-03-01.csv (3 milestones)\n"
    assert run("history", "-f", "milestones.yaml", "save", "--output", "new/2026-03-01.csv")[0] == 0
    assert (plan / "new/2026-03-01.csv").read_text("utf-8") == SAVED
    for name in ("history/2026-01-31.csv", "history/march.csv", "history/2026-03-01.yaml"):
        assert run("history", "save", "--output", name) == (
            1,
            "",
            (
                f"{name} is not the name of a state of 2026-03-01, the data date "
                "(write history/2026-03-01.csv, or only the folder)\n"
            ),
        )
    assert (plan / "history/2026-01-31.csv").read_text("utf-8") == JANUARY


def test_a_faulty_document_is_not_saved(plan: Path, run: Any) -> None:
    (plan / "milestones.yaml").write_text(DOCUMENT.replace("2026-07-01", "2026-02-30"), "utf-8")

    code, output, errors = run("history", "save")
    assert (code, output) == (1, "")
    assert errors.startswith("milestones.yaml:31:10: 2026-02-30 is not a date")
    assert sorted(path.name for path in (plan / "history").iterdir()) == ["2025-12-31.csv", "2026-01-31.csv"]


def test_a_wrong_command_line(tmp_path: Path) -> None:
    done = milepost(tmp_path, "history", "delete")
    assert done.returncode == 2
    assert "choose from 'save'" in done.stderr


# --- Following dates through time -------------------------------------------------------------------------

FOLLOWED = """\
ACME-7: Due dates through time, as of 2026-03-01
The due dates in each state, by the data date of the state. -: the state does not have the
milestone; ?: it does not tell that date.

Code  Name          2025-12-31  2026-01-31  2026-03-01
R-1   Engine test   2025-05-01  2025-05-01  2025-05-01
R-2   First flight  2026-04-01  2026-05-01  2026-07-01
"""


@pytest.mark.usefixtures("plan")
def test_dates_are_followed_through_states(run: Any) -> None:
    code, output, errors = run("history", "--select", "codes:R-1,R-2")

    assert (code, errors) == (0, "")
    assert output == FOLLOWED
    assert "2025-12-31" not in run("history", "--since", "2026-01-01")[1]
    assert run("history", "--format", "csv", "--select", "codes:R-1")[1].splitlines()[:2] == [
        "code,name,day,due,forecast,completed,state,unknown",
        "R-1,Engine test,2025-12-31,2025-05-01,,,,forecast state",
    ]


def test_dates_are_followed_through_git(plan: Path, run: Any) -> None:
    repository(plan)
    text = (plan / "milestones.yaml").read_text("utf-8")
    later = text.replace("data_date: 2026-03-01", "data_date: 2026-04-30").replace("2026-07-01", "2026-08-01")
    (plan / "milestones.yaml").write_text(later, "utf-8")
    code, output, errors = run("history", "--through", "git", "--select", "codes:R-2")

    assert (code, errors) == (0, "")
    assert output.splitlines()[-2:] == [
        "Code  Name          2026-03-01  2026-04-30",
        "R-2   First flight  2026-07-01  2026-08-01",
    ]


@pytest.mark.usefixtures("plan")
@pytest.mark.parametrize(
    "arguments",
    [
        ("save", "--date", "due"),
        ("--output", "history/../milestones.yaml"),
        ("--date", "due", "--format", "csv"),
        ("--select", "R-1"),
    ],
)
def test_options_that_do_not_fit_are_refused(
    arguments: tuple[str, ...], run: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        run("history", *arguments)
    assert capsys.readouterr().err.startswith("usage: milepost history")


# --- The trend chart ----------------------------------------------------------------------------------------


def test_the_trend_chart_is_a_file(plan: Path, run: Any) -> None:
    code, out, _ = run("history", "--select", "level:1", "--output", "trend.svg")
    assert (code, out) == (0, "trend.svg\n")
    drawing = (plan / "trend.svg").read_text("utf-8")
    assert '<title id="trend-title">ACME-7: due dates from state to state</title>' in drawing
    assert "R-2: 2026-04-01, then 2026-05-01, then 2026-07-01" in drawing

    code, out, _ = run("history", "--format", "svg", "--select", "level:1")
    assert (code, out) == (0, drawing)

    code, _, _ = run(
        "history", "--date", "forecast", "--direction", "down", "--baseline", "--output", "t.pdf"
    )
    assert code == 0
    assert (plan / "t.pdf").read_bytes().startswith(b"%PDF")


def test_the_trend_chart_needs_milestones(plan: Path, run: Any) -> None:
    code, _, error = run("history", "--select", "codes:X", "--output", "trend.svg")

    assert code == 1
    assert "no milestone is selected by codes:X (change one of the conditions)" in error
    assert not (plan / "trend.svg").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--baseline",), "--baseline is for charts"),
        (("--labels", "level:1", "--format", "csv"), "--labels is for charts"),
        (("--date", "completed", "--format", "svg"), "a chart has completions beside"),
        (("save", "--direction", "up"), "--direction is no option of save"),
    ],
)
def test_options_of_charts_are_refused_elsewhere(plan: Path, options: tuple[str, ...], message: str) -> None:
    done = milepost(plan, "history", *options)

    assert done.returncode == 2
    assert message in done.stderr
