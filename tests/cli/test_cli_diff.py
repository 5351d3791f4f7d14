"""`milepost diff` as a user meets it: real repositories, what is printed, what is written, exit codes."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.build.test_build import DOCUMENT
from tests.cli.test_cli import on_a_terminal, started

from milepost.base import escape, files
from milepost.base.marked import Mark
from milepost.cli.main import main
from milepost.diff import changes
from milepost.diff.comparison import Comparison, Edition, compare
from milepost.diff.plain_words import abridged, difference, words_of
from milepost.diff.sentences import sentence
from milepost.diff.summary import view
from milepost.document.figures import FacilityData
from milepost.document.model import Acronym, ChangeRecordEntry, Milestone, MilestoneSections, Section
from milepost.document.selection import Selection
from milepost.loading.load import loads
from milepost.prose.rst_parser import parse_line, parse_prose
from milepost.render.markdown import LONGEST, markdown

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]

NEW = (
    DOCUMENT.replace("due: 2026-07-01", "due: 2026-08-01")
    .replace("    completed: 2025-06-01\n", "")
    .replace("name: First flight", "name: First | flight")
    .replace("      See :ref:`chart`.", "      See now the :ref:`chart`.")
)
WITHOUT_FIGURE = DOCUMENT.partition("figures:")[0].replace(
    "See :ref:`chart`.\n\n      .. figure:: chart", "See."
)
RECORD = """\
change_record:
  - version: 1.1
    date: 2026-03-01
    owner: W. Coyote
    description: Slips, see the issue.
    issue: RFC-7
    authorises: [{}]
"""


def git(directory: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    done = subprocess.run(
        ["git", *identity, "-C", str(directory), *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def commit(directory: Path, text: str, tag: str) -> None:
    (directory / "milestones.yaml").write_text(text, "utf-8")
    git(directory, "add", ".")
    git(directory, "commit", "-qm", tag)
    git(directory, "tag", tag)


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with the tag v1.0, and changes since."""
    git(tmp_path, "init", "-q", "--initial-branch=main")
    commit(tmp_path, DOCUMENT, "v1.0")
    (tmp_path / "milestones.yaml").write_text(NEW, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(arguments)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


SHOWN = """\
ACME-7: v1.0 → working tree
1 date 31 days later (R-2); 1 milestone open again; 1 change of the text; 1 other change. \
No new entry of the change record authorises these changes.

Dates moved
  R-2 is due 2026-08-01, 31 days later than before (2026-07-01).

Completions
  R-1 is open again; it had been completed on 2025-06-01.

Text
  The text of section 1, “Plan”, has changed.
    See {+now the+} [chart].
    [figure chart]

Everything else
  R-2 was renamed from “First flight” to “First | flight”.
"""

MARKDOWN = """\
<!-- milepost diff -->
## ACME-7: v1.0 → working tree

1 date 31 days later (R-2); 1 milestone open again; 1 change of the text; 1 other change.

No new entry of the change record authorises these changes.

### Dates moved (1)

| Milestone | | Date | Before | Now | |
|---|---|---|---|---|---:|
| **R-2** | First \\| flight | due | 2026-07-01 | 2026-08-01 | 31 days later |

### Completions (1)

- R-1 is open again; it had been completed on 2025-06-01.

### Text (1)

The text of section 1, “Plan”, has changed.

> See **now the** \\[chart\\].
>
> \\[figure chart\\]

### Everything else (1)

- R-2 was renamed from “First flight” to “First \\| flight”.
"""

WRITTEN = ["summary.md", "summary.json", "index.html", "ACME-7.txt.diff", "gantt-diff.svg"]


def test_what_is_printed_and_written(plan: Path, run: Any) -> None:
    code, out, err = run("diff", "--no-pdf", "v1.0")

    assert (code, out) == (0, SHOWN)
    assert err.splitlines() == [f"build/diff/{name}" for name in WRITTEN]
    assert (plan / "build/diff/summary.md").read_text("utf-8") == MARKDOWN
    values = json.loads((plan / "build/diff/summary.json").read_text("utf-8"))
    assert values["old"] == {
        "name": "v1.0",
        "file": "v1.0:milestones.yaml",
        "commit": git(plan, "rev-parse", "v1.0")[:8],
        "handle": "ACME-7",
        "version": None,
        "status": "draft",
        "data_date": "2026-03-01",
    }
    assert values["changes"][0] == {
        "kind": "due moved",
        "group": "slips",
        "sentence": "R-2 is due 2026-08-01, 31 days later than before (2026-07-01).",
        "milestone": "R-2",
        "days": 31,
        "authorised": False,
        "authorised_by": [],
        "follows": None,
        "printed": True,
        "slack": [],
        "cause": None,
        "origin": None,
        "values": {"code": "R-2", "old": "2026-07-01", "new": "2026-08-01", "old_rank": 2, "new_rank": 2},
        "about": {"part": "milestones", "key": "R-2", "titles": None, "field": "due", "item": None},
    }
    assert values["changes"][2]["values"] == {
        "before": {"title": "Plan", "at": [0]},
        "after": {"title": "Plan", "at": [0]},
        "old": "See [chart].\n[figure chart]",
        "new": "See now the [chart].\n[figure chart]",
    }


def test_printed_instead_of_written(plan: Path, run: Any) -> None:
    assert run("diff", "v1.0", "--markdown") == (0, MARKDOWN, "")
    code, out, _ = run("diff", "v1.0", "--json")
    assert (code, json.loads(out)["counts"]) == (
        0,
        {"slips": 1, "completions": 1, "scope": 0, "text": 1, "other": 1, "not_printed": 0},
    )
    assert not (plan / "build").exists()


def test_no_differences(plan: Path, run: Any) -> None:
    assert run("diff", "--no-pdf", "v1.0", "HEAD", "--exit-code")[:2] == (
        0,
        "ACME-7: v1.0 → HEAD\nNo differences.\n",
    )
    markdown = (plan / "build/diff/summary.md").read_text("utf-8")
    assert markdown == "<!-- milepost diff -->\n## ACME-7: v1.0 → HEAD\n\nNo differences.\n"


# --- Which edition is meant --------------------------------------------------------------------------------


def test_revisions_files_and_paths(plan: Path, run: Any) -> None:
    git(plan, "commit", "-qam", "second")
    git(plan, "branch", "slipped")
    git(plan, "mv", "milestones.yaml", "plan.yaml")
    git(plan, "commit", "-qm", "renamed")
    first = git(plan, "rev-parse", "v1.0")
    (plan / "old.yaml").write_text(DOCUMENT, "utf-8")

    def differs(*names: str) -> bool:
        code, _, err = run("-f", "plan.yaml", "diff", "--exit-code", "--json", *names)
        assert err == ""
        return bool(code)

    assert differs("v1.0:milestones.yaml")
    assert differs("v1.0:milestones.yaml", "HEAD")
    assert not differs("v1.0:milestones.yaml", f"{first[:9]}:milestones.yaml")
    assert not differs("slipped:milestones.yaml")
    assert not differs("HEAD~1:milestones.yaml", "HEAD^{commit}:plan.yaml")
    assert not differs("v1.0:milestones.yaml", "old.yaml")
    assert not differs("old.yaml", "./old.yaml")


def test_a_file_wins_over_a_revision(plan: Path, run: Any) -> None:
    (plan / "v1.0").write_text(NEW, "utf-8")
    assert run("diff", "--exit-code", "--json", "v1.0")[0] == 0
    (plan / "v1.0").unlink()
    (plan / "v1.0").mkdir()
    assert run("diff", "--exit-code", "--json", "v1.0")[0] == 1


def test_below_the_top_of_the_repository(plan: Path, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (plan / "sub").mkdir()
    (plan / "sub/milestones.yaml").write_text(DOCUMENT.replace("name: Nozzle", "nmae: Nozzle"), "utf-8")
    git(plan, "add", ".")
    git(plan, "commit", "-qm", "below")

    fault = "HEAD:sub/milestones.yaml:35:5: "
    assert run("-f", "sub/milestones.yaml", "diff", "HEAD", "milestones.yaml")[2].startswith(fault)
    monkeypatch.chdir(plan / "sub")
    assert run("diff", "HEAD", "../milestones.yaml")[2].startswith(fault)
    assert run("diff", "HEAD:./milestones.yaml", "../milestones.yaml")[2].startswith(fault)
    assert run("diff", "--json", "HEAD:../milestones.yaml", "../milestones.yaml")[0] == 0
    assert run("diff", "--json", "HEAD:milestones.yaml", "../milestones.yaml")[0] == 0


# --- What goes wrong ---------------------------------------------------------------------------------------


def refused(lines: str) -> tuple[int, str, str]:
    """Return what comes of a comparison that cannot be made, for these `lines`."""
    return 1, "", lines


ANY = "name a tag, a branch, a commit or a file; there are: v1.0, main"
APART = "write the two names separately:"
THEN = "if the file had another name then, write"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("v1.1", "there is no file and no revision 'v1.1' (did you mean v1.0?)"),
        ("x.yaml", f"there is no file and no revision 'x.yaml' ({ANY})"),
        ("HEAD^{tree}", f"there is no file and no revision 'HEAD^{{tree}}' ({ANY})"),
        ("--help", f"there is no file and no revision '--help' ({ANY})"),
        (
            "v1.0..HEAD",
            f"there is no file and no revision 'v1.0..HEAD' ({APART} milepost diff OLD NEW)",
        ),
        ("HEAD:x.yaml", f"there is no file 'x.yaml' in 'HEAD' ({THEN} HEAD:PATH)"),
        ("v1.0:../x", f"there is no file '../x' in 'v1.0' ({THEN} v1.0:PATH)"),
        ("v1.0:", f"there is no file '' in 'v1.0' ({THEN} v1.0:PATH)"),
    ],
)
def test_what_cannot_be_compared(plan: Path, run: Any, name: str, message: str) -> None:
    assert run("diff", "--", name) == (1, "", f"{message}\n")
    assert not (plan / "build").exists()


def test_a_document_that_was_called_otherwise(plan: Path, run: Any) -> None:
    """Its earlier name is found, and messages and authors are about the file of that name."""
    git(plan, "tag", "v0.9", "v1.0")
    commit(plan, DOCUMENT.replace("2026-07-01", "2026-02-30"), "v1.1")
    (plan / "milestones.yaml").unlink()
    (plan / "the plan.yaml").write_text(DOCUMENT.replace("2026-07-01", "2026-07-02"), "utf-8")
    git(plan, "add", "--all")
    git(plan, "commit", "--quiet", "--message", "Call it by what it is")

    code, printed, errors = run("-f", "the plan.yaml", "diff", "v1.0", "--json")
    assert (code, errors) == (0, "")
    (change,) = json.loads(printed)["changes"]
    assert change["origin"]["message"] == "Call it by what it is"
    assert run("-f", "the plan.yaml", "diff", "v1.1")[2].startswith("v1.1:milestones.yaml:31:10: 2026-02-30")


def test_what_was_looked_for_under_an_earlier_name(plan: Path, run: Any) -> None:
    git(plan, "rm", "--quiet", "--force", "milestones.yaml")
    git(plan, "commit", "--quiet", "--message", "Begin again")
    git(plan, "tag", "v0")
    commit(plan, DOCUMENT, "v1.1")
    git(plan, "mv", "milestones.yaml", "the plan.yaml")
    git(plan, "commit", "--quiet", "--message", "Call it by what it is")

    assert run("-f", "the plan.yaml", "diff", "v0") == refused(
        "there is no file 'milestones.yaml', which is 'the plan.yaml' now, in 'v0' "
        "(if the file had another name then, write v0:PATH)\n"
    )


def test_only_some_of_many_revisions_are_listed(plan: Path, run: Any) -> None:
    for number in range(1, 12):
        git(plan, "tag", f"v2.{number}")

    assert run("diff", "x.yaml")[2].endswith(
        " (name a tag, a branch, a commit or a file; there are: "
        "v2.11, v2.10, v2.9, v2.8, v2.7, v2.6, v2.5, v2.4, …)\n"
    )


def test_faults_of_both_editions_at_once(plan: Path, run: Any) -> None:
    commit(plan, DOCUMENT.replace("2026-07-01", "2026-02-30"), "v1.1")
    (plan / "milestones.yaml").write_text(DOCUMENT.replace("format: 1", "format: 2"), "utf-8")

    assert run("diff", "v1.1") == refused(
        "v1.1:milestones.yaml:31:10: 2026-02-30 is not a date: February 2026 has 28 days "
        "(write it as year-month-day, like 2019-07-16)\n"
        "milestones.yaml:1:9: the file is written in format '2', this program reads 1 "
        "(install a newer version of it)\n",
    )


def test_an_older_format_and_a_missing_file(plan: Path, run: Any) -> None:
    commit(plan, DOCUMENT.replace("format: 1", "format: 0"), "old")
    (plan / "milestones.yaml").unlink()
    assert run("diff", "old") == refused(
        "old:milestones.yaml:1:9: the file is written in format '0', this program reads 1 "
        "(change the file to format 1)\n"
        "milestones.yaml: there is no such file (check its name and folder)\n",
    )


def test_no_repository(tmp_path: Path, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "milestones.yaml").write_text(DOCUMENT, "utf-8")
    (tmp_path / "old.yaml").write_text(DOCUMENT, "utf-8")

    assert run("diff", "v1.0") == refused(
        f"there is no file 'v1.0' and no revision either: {tmp_path} is not in a git repository "
        "(pass two files)\n",
    )
    assert run("diff", "--json", "old.yaml")[0] == 0


def test_no_git(plan: Path, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(plan))
    assert run("diff", "v1.0") == refused(
        "there is no file 'v1.0' and no revision either: git is not installed "
        "(install git, or pass two files)\n",
    )


def test_a_link_is_followed_in_earlier_revisions(plan: Path, run: Any) -> None:
    (plan / "plans").mkdir()
    (plan / "milestones.yaml").rename(plan / "plans/2024.yaml")
    (plan / "milestones.yaml").symlink_to("plans/2024.yaml")
    git(plan, "add", "--all")
    git(plan, "commit", "-qm", "link")
    (plan / "plans/2024.yaml").write_text(NEW.replace("2026-08-01", "2026-09-01"), "utf-8")

    code, output, errors = run("diff", "--no-pdf", "HEAD")
    assert (code, "R-2 is due 2026-09-01, 31 days later than before (2026-08-01)." in output) == (0, True)
    assert errors.startswith("build/diff/")


def test_variables_of_another_repository_do_not_matter(
    plan: Path, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hook has GIT_DIR and its relatives in its environment."""
    (plan / "sub").mkdir()
    shutil.copy(plan / "milestones.yaml", plan / "sub/milestones.yaml")
    git(plan, "add", "--all")
    git(plan, "commit", "-qm", "sub")
    expected = run("-f", "sub/milestones.yaml", "diff", "--json", "HEAD")
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"):
        monkeypatch.setenv(name, ".git")

    assert run("-f", "sub/milestones.yaml", "diff", "--json", "HEAD") == expected
    assert expected[0] == 0


def test_a_shallow_clone_says_so(plan: Path, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    git(plan, "commit", "-qam", "second")
    git(plan, "clone", "-q", "--depth=1", "--no-tags", f"file://{plan}", str(plan / "clone"))
    monkeypatch.chdir(plan / "clone")
    assert run("diff", "v1.0")[2] == (
        "there is no file and no revision 'v1.0' "
        "(this is a shallow clone; run: git fetch --unshallow --tags)\n"
    )


def test_git_is_asked_in_english_and_never_given_an_option(
    plan: Path, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = subprocess.run(["which", "git"], capture_output=True, text=True, check=True).stdout.strip()
    (plan / "bin").mkdir()
    fake = plan / "bin/git"
    fake.write_text(f'#!/bin/sh\necho "$LC_ALL $GIT_NO_LAZY_FETCH $*" >> "{plan}/asked"\nexec {real} "$@"\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{plan / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")

    run("diff", "--json", "v1.0")
    run("diff", "--", "--output=evil")

    asked = (plan / "asked").read_text().splitlines()
    assert all(line.startswith("C 1 --no-pager -c core.fsmonitor=false ") for line in asked)
    assert not [line for line in asked if "evil" in line or "fetch" in line.split(" ", 2)[2]]
    assert not (plan / "evil").exists()


def test_nothing_in_the_repository_is_touched(plan: Path, run: Any) -> None:
    def state() -> str:
        return files.digest_of_files(plan)

    before = state()
    run("diff", "v1.0", "--json")
    run("diff", "v1.0", "HEAD", "--markdown")
    assert state() == before


@pytest.mark.usefixtures("plan")
def test_exit_codes(run: Any) -> None:
    assert run("diff", "v1.0", "--json")[0] == 0
    assert run("diff", "v1.0", "--json", "--exit-code")[0] == 1
    assert run("diff", "v1.0", "--no-pdf", "--exit-code")[0] == 1
    assert run("diff", "v1.0", "v1.0", "--json", "--exit-code")[0] == 0
    assert run("diff", "v1.0", "v1.0", "--json", "--exit-code", "--require-record")[0] == 0
    for arguments in (["diff"], ["diff", "v1.0", "--json", "--markdown"], ["diff", "--format", "x", "v1.0"]):
        with pytest.raises(SystemExit) as exit_:
            main(arguments)
        assert exit_.value.code == 2


def test_colours_are_for_terminals(plan: Path) -> None:
    shown = on_a_terminal(plan, "diff", "--no-pdf", "v1.0").replace("\r", "")
    assert "\x1b[1mDates moved\x1b[0m\n\x1b[31m  R-2 is due" in shown
    assert "    See \x1b[32mnow the\x1b[0m [chart]." in shown
    assert not re.search("\x1b\\[[0-9]+m", on_a_terminal(plan, "diff", "--no-pdf", "v1.0", NO_COLOR="1"))
    assert "\x1b" not in on_a_terminal(plan, "diff", "--no-pdf", "v1.0", TERM="dumb")


def test_an_output_that_cannot_show_every_letter(plan: Path) -> None:
    done = started(plan, "diff", "--no-pdf", "v1.0", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0
    assert done.stdout.startswith("ACME-7: v1.0 \\u2192 working tree\n")


@pytest.mark.parametrize("reader", ["head -1", "true"])
def test_files_are_written_even_if_the_output_is_closed(plan: Path, reader: str) -> None:
    command = f"{sys.executable} -m milepost diff --no-pdf --exit-code v1.0 | {reader}"
    shell = ["bash", "-o", "pipefail", "-c", command]

    done = subprocess.run(shell, cwd=plan, capture_output=True, text=True, check=False)

    assert done.returncode == 1  # there are differences
    assert done.stdout == ("ACME-7: v1.0 → working tree\n" if reader == "head -1" else "")
    assert done.stderr.splitlines() == [f"build/diff/{name}" for name in WRITTEN]
    assert sorted(path.name for path in (plan / "build/diff").iterdir()) == sorted(WRITTEN)


def test_files_are_written_even_if_both_outputs_are_closed(plan: Path) -> None:
    command = f"{sys.executable} -m milepost diff --no-pdf v1.0 |& true"
    subprocess.run(["bash", "-c", command], cwd=plan, check=True)
    assert {path.name for path in (plan / "build/diff").iterdir()} == set(WRITTEN)


def test_help_teaches(plan: Path) -> None:
    out = started(plan, "diff", "--help").stdout
    for words in (
        "a file              if there is a file of that name; else",
        "REVISION:PATH",
        "--exit-code",
    ):
        assert words in out


# --- The change record -------------------------------------------------------------------------------------


def authorised(names: str) -> str:
    return NEW.replace("sections:\n", RECORD.format(names) + "sections:\n", 1)


@pytest.mark.parametrize(
    ("names", "lacking"),
    [
        ("everything", []),
        ("milestones, Plan", []),
        ("R-1, R-2, sections", []),
        (
            "milestones, acronyms",
            ["20:5: …: The text of section 1, “Plan”, has changed (add 'Plan' …)"],
        ),
        (
            "Plan",
            [
                "34:3: …: R-2 is due 2026-08-01, 31 days later than before (2026-07-01) (add 'R-2' …)",
                "28:3: …: R-1 is open again; it had been completed on 2025-06-01 (add 'R-1' …)",
                "34:3: …: R-2 was renamed from “First flight” to “First | flight” (add 'R-2' …)",
            ],
        ),
    ],
)
def test_what_the_change_record_authorises(plan: Path, run: Any, names: str, lacking: list[str]) -> None:
    (plan / "milestones.yaml").write_text(authorised(names), "utf-8")

    code, _, err = run("diff", "v1.0", "--json", "--require-record")

    message = "no new entry of the change record authorises this"
    hint = "to authorises of the new entry"
    problems = [f"milestones.yaml:{line}".replace("…", message, 1).replace("…", hint) for line in lacking]
    written = [f"    authorises: [{names}{', Plan' if 'milestones' in names else ', R-2, R-1'}]"]
    to_add = ["To authorise these changes, add instead of line 17 of milestones.yaml:", *written]
    assert err.splitlines() == (problems + to_add if lacking else [])
    assert code == bool(lacking)


def test_an_entry_that_names_nothing_authorises_nothing(plan: Path, run: Any) -> None:
    text = authorised("x").replace("    authorises: [x]\n", "")
    (plan / "milestones.yaml").write_text(text, "utf-8")
    assert run("diff", "v1.0", "--json", "--require-record")[0] == 1
    assert run("diff", "v1.0", "--json")[0] == 0


def test_entries_that_are_not_new_authorise_nothing_and_are_not_rewritten(plan: Path, run: Any) -> None:
    commit(plan, authorised("everything"), "v1.1")
    later = authorised("everything").replace("2026-08-01", "2026-09-01").replace("Slips,", "Slides,")
    (plan / "milestones.yaml").write_text(later, "utf-8")

    code, _, err = run("diff", "v1.1", "--json", "--require-record")

    assert code == 1
    problems, _, to_add = err.partition("To authorise these changes, add ")
    said = [line.partition("authorises this: ")[2] for line in problems.splitlines()]
    record = "The description of the entry 1.1 of the change record"
    moved = "R-2 is due 2026-09-01, 31 days later than before (2026-08-01)"
    kept = "leave older entries as they were, or add 'change_record' to authorises of a new entry"
    assert said == [
        f"{moved} (add 'R-2' to authorises of the new entry)",
        f"{record} changed from “Slips, see the issue.” to “Slides, see the issue.” ({kept})",
    ]
    assert to_add.splitlines() == [
        "below line 17 of milestones.yaml:",
        "  - version: 1.2",
        "    date: 2026-03-01",
        "    owner: W. Coyote",
        "    description: 1 date 31 days later (R-2); 1 other change.",
        "    authorises:",
        "      - R-2",
    ]


def test_a_name_that_means_nothing(plan: Path, run: Any) -> None:
    (plan / "milestones.yaml").write_text(authorised("everything, R-77"), "utf-8")
    problem = (
        "'R-77' matches nothing in either version (name a milestone, a section or a part, or everything)\n"
    )
    assert run("diff", "v1.0", "--json")[::2] == (0, f"milestones.yaml:17:30: warning: {problem}")
    assert run("diff", "v1.0", "--json", "--require-record")[::2] == (1, f"milestones.yaml:17:30: {problem}")


def test_old_codes_and_sections_that_are_gone_can_be_authorised() -> None:
    old = DOCUMENT.replace(
        "milestones:\n  R-1", "  - title: Gone\n    sections:\n      - title: Inner\nmilestones:\n  R-1"
    )
    new = DOCUMENT.replace("  R-2:\n", "  R-3:\n    aka: [R-2]\n").replace("2026-07-01", "2026-08-01")
    record = RECORD.format("R-2, Gone")
    found = comparison(old, new.replace("sections:\n", f"{record}sections:\n", 1))
    assert [each.sentence for each in found.unauthorised] == []
    assert found.authorised == 4
    assert view(found).authority == "The change record authorises all of these changes."


# --- The summary -------------------------------------------------------------------------------------------


def edition(text: str, name: str) -> Edition:
    return Edition(name=name, file=name, commit=None, loaded=loads(text.encode(), name))


def comparison(old: str, new: str) -> Comparison:
    return compare(edition(old, "old"), edition(new, "new"))


def test_names_can_do_no_harm() -> None:
    markup = "</details><script>alert(1)</script> @octocat #12 [x](https://evil.example)"
    evil = f"'{markup} |`~~**__ $x$ :tada: www.e.org'"
    new = DOCUMENT.replace("name: First flight", f"name: {evil}").replace("2026-07-01", "2026-08-01")
    text = markdown(view(comparison(DOCUMENT, new)))
    (row,) = (line for line in text.splitlines() if line.startswith("| **R-2**"))
    assert row == (
        "| **R-2** | \\</details\\>\\<script\\>alert(1)\\</script\\> @&#8203;octocat #&#8203;12 "
        "\\[x\\](https:&#8203;//evil.example) \\|\\`\\~\\~\\*\\*\\_\\_ \\$x\\$ :&#8203;tada: "
        "www&#8203;.e.org "
        "| due | 2026-07-01 | 2026-08-01 | 31 days later |"
    )


@given(st.text())
def test_markdown_reads_exactly_its_words(text: str) -> None:
    escaped = str(escape.markdown(text))
    read = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", escaped.replace("&#8203;", ""))
    assert read == escape.without_turns(" ".join(text.split()))
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_<>|~\[\]$]", escaped)
    assert not re.search(r"^(?:[-+=#]|\d+[.)])(?!&)", escaped)


ALL = "  - title: All\n    text: |\n      .. figure:: all\n"
WITH_ALL = WITHOUT_FIGURE.replace(
    "sections:\n", 'figures:\n  all: {kind: gantt, caption: All., codes: "*"}\nsections:\n', 1
).replace("\nmilestones:\n", f"\n{ALL}milestones:\n", 1)
"""A document with a chart of all milestones, to which more can be added."""


def test_a_long_summary_is_folded_and_then_cut() -> None:
    def document(number: int, due: str) -> str:
        name = "Quality assurance of the nozzle, part"
        return WITH_ALL + "".join(
            f"  Q-{each}:\n    name: {name} {each}\n    level: 2\n    due: {due}\n" for each in range(number)
        )

    folded = markdown(view(comparison(document(20, "2026-09-01"), document(20, "2026-10-01"))))
    assert "### Dates moved (20)\n\n<details><summary>Show</summary>\n\n| Milestone" in folded
    assert folded.endswith("30 days later |\n\n</details>\n")

    cut = markdown(view(comparison(document(3000, "2026-09-01"), document(3000, "2026-10-01"))))
    assert len(cut) <= LONGEST
    assert cut.count("| **Q-") == 375
    assert cut.endswith("\n\n*2625 more are not shown; `summary.json` has all.*\n\n</details>\n")


def test_long_texts_do_not_push_out_the_dates() -> None:
    def document(due: str, word: str) -> str:
        sections = "".join(
            f"  - title: Part {each}\n    text: {word} {'@#<>|*' * 400} {each}\n" for each in range(40)
        )
        milestones = "".join(
            f"  Q-{each}:\n    name: Q\n    level: 2\n    due: {due}\n" for each in range(100)
        )
        head = WITH_ALL.partition("sections:")[0]
        return f"{head}sections:\n{sections}{ALL}milestones:\n{milestones}"

    text = markdown(view(comparison(document("2026-09-01", "one"), document("2026-10-01", "two"))))

    assert len(text) <= LONGEST
    assert text.count("| **Q-") == 100
    assert "### Text (40)" in text
    assert text.count("not shown") == 1


def test_a_long_text_is_cut() -> None:
    words = " ".join(f"word{number}" for number in range(1_200))
    text = markdown(
        view(
            comparison(
                DOCUMENT,
                DOCUMENT.replace("      See :ref", "      " + words.replace(" w", "\n      w") + " :ref"),
            )
        )
    )
    assert len(text) < 5000
    assert " (and more)\n" in text


def test_texts_that_differ_in_markup_alone() -> None:
    new = DOCUMENT.replace("See :ref:`chart`.", "See `chart <https://a.example>`__ :ref:`chart`.")
    newer = new.replace("`chart <https://a.example>`__", "``chart``")
    assert "> See ~~chart \\<https:&#8203;//a.example\\>~~ **\\`\\`chart\\`\\`** \\[chart\\]." in markdown(
        view(comparison(new, newer))
    )
    two, one = (f"See{gap}:ref:`chart`." for gap in ("\n\n      ", " "))
    paragraphs = DOCUMENT.replace("See :ref:`chart`.", two), DOCUMENT.replace("See :ref:`chart`.", one)
    assert "> See ~~¶~~\n>\n> \\[chart\\]." in markdown(view(comparison(*paragraphs)))


def check(value: Any, schema: dict[str, Any], definitions: dict[str, Any]) -> None:
    """Check `value` against the parts of JSON Schema that ours is made of, and that it has no other keys."""
    schema = definitions[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    if "const" in schema or "enum" in schema:
        assert value in schema.get("enum", [schema.get("const")])
        return
    kinds = {
        "string": str,
        "integer": int,
        "boolean": bool,
        "array": list,
        "object": dict,
        "null": type(None),
    }
    named = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    assert type(value) in [kinds[name] for name in named]
    for item in value if isinstance(value, list) else []:
        check(item, schema["items"], definitions)
    if isinstance(value, dict) and "properties" in schema:
        assert set(value) == set(schema["properties"]) == set(schema["required"])
        for key, inner in value.items():
            check(inner, schema["properties"][key], definitions)


def test_the_json_is_as_described(plan: Path, run: Any) -> None:
    schema = json.loads((ROOT / "docs/reference/diff-schema.json").read_text("utf-8"))
    (plan / "milestones.yaml").write_text(authorised("R-1, R-77"), "utf-8")
    sonde = str(ROOT / "tests/data/documents/sonde.yaml")
    for names in (["v1.0"], [sonde], ["v1.0", sonde], ["v1.0", "v1.0"], ["v1.0", sonde, "v1.0"]):
        check(json.loads(run("diff", "--json", *names)[1]), schema, schema["$defs"])
    effects = ("moved", "made precise", "made less precise", "set", "withdrawn")
    several = {
        changes.DueMoved: [f"due {effect}" for effect in effects],
        changes.ForecastMoved: [f"forecast {effect}" for effect in effects],
        changes.StateChanged: ["cancelled", "deferred", "reinstated"],
    }
    every = get_args(changes.Change)
    kinds = [kind for change in every for kind in several.get(change) or [change.kind]]
    assert schema["$defs"]["change"]["properties"]["kind"]["enum"] == kinds


# --- Sentences ---------------------------------------------------------------------------------------------

PLACE = changes.SectionPlace(title="Plan", at=(1, 0))
OTHER = changes.SectionPlace(title="Plan", at=(2,))
MILESTONE = Milestone.model_validate({"code": "M-1", "name": "First", "level": "2", "due": "2026-01-31"})
ACRONYM = Acronym(acronym="ABC", definition="Alphabet")
ENTRY = ChangeRecordEntry.model_validate(
    {
        "version": "1.7",
        "date": "2026-01-31",
        "owner": "W. Coyote",
        "description": "Slips, see :milestone:`R-1`.",
    }
)
PLACES = "it moves from place 3 of its section to place 2"
DAY, LATER = date(2026, 1, 31), date(2026, 2, 1)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (changes.MilestoneAdded(milestone=MILESTONE), "M-1 is new: “First”, level 2, due 2026-01-31."),
        (changes.MilestoneRemoved(milestone=MILESTONE), "M-1 is gone: “First”, level 2, due 2026-01-31."),
        (changes.Recoded(old="A", new="B", old_aka=(), new_aka=("A",)), "A was recoded to B."),
        (
            changes.Recoded(old="B", new="A", old_aka=("A",), new_aka=()),
            "B was recoded to A, but B is not among its earlier codes.",
        ),
        (changes.Renamed(code="A", old="X", new="Y"), "A was renamed from “X” to “Y”."),
        (
            changes.DueMoved(code="A", old=LATER, new=DAY, old_rank=3, new_rank=2),
            f"A is due 2026-01-31, 1 day earlier than before (2026-02-01); {PLACES}.",
        ),
        (changes.ForecastMoved(code="A", old=None, new=DAY), "A has a forecast now: 2026-01-31."),
        (
            changes.ForecastMoved(code="A", old=DAY, new=None),
            "A no longer has a forecast; it was 2026-01-31.",
        ),
        (
            changes.ForecastMoved(code="A", old=DAY, new=LATER),
            "A is forecast for 2026-02-01, 1 day later than before (2026-01-31).",
        ),
        (changes.Completed(code="A", on=DAY), "A was completed on 2026-01-31."),
        (changes.Reopened(code="A", was=DAY), "A is open again; it had been completed on 2026-01-31."),
        (
            changes.CompletionMoved(code="A", old=DAY, new=LATER),
            "A was completed on 2026-02-01, 1 day later than stated before (2026-01-31).",
        ),
        (changes.DetailChanged(code="A", field="level", old=2, new=3), "The level of A changed from 2 to 3."),
        (
            changes.DetailChanged(code="A", field="level", old=2, new=None),
            "The level of A is gone; it was 2.",
        ),
        (
            changes.DetailChanged(code="A", field="wbs", old="02C", new="02C.04"),
            "The place in the work breakdown structure of A changed from “02C” to “02C.04”.",
        ),
        (
            changes.DetailChanged(code="A", field="tags", old=("big",), new=("big", "red")),
            "The list of tags of A changed from big to big; red.",
        ),
        (
            changes.MilestoneAdded(milestone=MILESTONE.model_copy(update={"level": None})),
            "M-1 is new: “First”, due 2026-01-31.",
        ),
        (
            changes.DetailChanged(code="A", field="aka", old=(), new=("B", "C")),
            "The list of earlier codes of A is new: B; C.",
        ),
        (
            changes.DetailChanged(code="A", field="test_spec", old="T-1", new=None),
            "The test specification of A is gone; it was “T-1”.",
        ),
        (changes.PredecessorAdded(code="A", predecessor="B", delivery=False), "A now waits for B."),
        (changes.PredecessorRemoved(code="A", predecessor="B", delivery=True), "A no longer delivers B."),
        (
            changes.SectionAdded(at=(1, 0), section=Section(title="Plan")),
            "Section 2.1, “Plan”, is new.",
        ),
        (changes.SectionRemoved(at=(1,), section=Section(title="Plan")), "Section 2, “Plan”, is gone."),
        (changes.SectionMoved(before=PLACE, after=OTHER), "Section 2.1, “Plan”, is now section 3."),
        (
            changes.SectionMoved(before=PLACE, after=PLACE),
            "Section 2.1, “Plan”, has moved, but has the same number.",
        ),
        (
            changes.SectionChanged(before=PLACE, after=OTHER, field="title", old="Aim", new="Plan"),
            "The title of section 3 changed from “Aim” to “Plan”.",
        ),
        (
            changes.SectionChanged(before=PLACE, after=OTHER, field="label", old=None, new="plan"),
            "The label of section 3, “Plan”, is new: “plan”.",
        ),
        (
            changes.SectionChanged(
                before=PLACE,
                after=PLACE,
                field="milestones",
                old=MilestoneSections.model_validate({"level": "1", "no_deliveries": "None."}),
                new=None,
            ),
            "The choice of milestones of section 2.1, “Plan”, is gone; it was “level:1”, else “None.”.",
        ),
        (
            changes.SectionChanged(
                before=PLACE,
                after=PLACE,
                field="milestones",
                old=MilestoneSections.model_validate({"level": "1", "no_deliveries": "None."}),
                new=MilestoneSections.model_validate(
                    {"codes": "A-*", "not": {"state": "open"}, "deliveries": {"codes": "B-*"}}
                    | {"no_deliveries": "Nothing."}
                ),
            ),
            (
                "The choice of milestones of section 2.1, “Plan”, changed from “level:1”, else “None.” to "
                "“codes:A-* not state:open”, delivers “codes:B-*”, else “Nothing.”."
            ),
        ),
        (
            changes.ProseChanged(before=None, after=None, old=(), new=parse_prose("Words.")),
            "The text of the abstract has changed.",
        ),
        (
            changes.EntryAdded(part=changes.Part.CHANGE_RECORD, key="1.7", index=0, entry=ENTRY),
            "The entry 1.7 of the change record is new: 2026-01-31, W. Coyote, “Slips, see R-1.”.",
        ),
        (
            changes.EntryRemoved(part=changes.Part.ACRONYMS, key="ABC", index=0, entry=ACRONYM),
            "The acronym ABC is gone: “Alphabet”.",
        ),
        (
            changes.EntryChanged(
                part=changes.Part.ACRONYMS,
                key="ABC",
                before=0,
                after=0,
                field="keep",
                old=False,
                new=True,
            ),
            "The mark to keep it of the acronym ABC is new: set.",
        ),
        (
            changes.EntryChanged(
                part=changes.Part.FIGURES,
                key="plant",
                before=0,
                after=0,
                field="caption",
                old=parse_line("Of *A*."),
                new=parse_line("Of :milestone:`A`."),
            ),
            "The caption of the figure plant changed from “Of *A*.” to “Of A.”.",
        ),
        (
            changes.EntryChanged(
                part=changes.Part.FIGURES,
                key="plan",
                before=0,
                after=0,
                field="selection",
                old=Selection.from_text("level:2"),
                new=Selection.from_text("codes:A-* due:2024.."),
            ),
            "The choice of milestones of the figure plan changed from “level:2” to “codes:A-* due:2024..”.",
        ),
        (
            changes.EntryChanged(
                part=changes.Part.FIGURES,
                key="plan",
                before=0,
                after=0,
                field="context",
                old=None,
                new=Selection.from_text("codes:B-*"),
            ),
            "The choice of the context of the figure plan is new: “codes:B-*”.",
        ),
        (
            changes.EntryChanged(
                part=changes.Part.FIGURES,
                key="plant",
                before=0,
                after=0,
                field="facilities",
                old=(FacilityData(name="Base"),),
                new=(
                    FacilityData.model_validate(
                        {
                            "name": "Top",
                            "enclaves": [{"name": "Dome", "number": "2", "components": ["Motor"]}],
                        }
                    ),
                ),
            ),
            (
                "The drawing of the figure plant has changed: the facility “Top” is new, "
                "with “Dome” × 2 (“Motor”); the facility “Base” is gone."
            ),
        ),
        (
            changes.MetadataChanged(field="authors", old=("A. B.",), new=("A. B.", "C. D.")),
            "The list of authors of the document changed from A. B. to A. B.; C. D.",
        ),
        (
            changes.MetadataChanged(field="title", old="x" * 300, new="x" * 301),
            f"The title of the document has changed; its beginning is the same: “{'x' * 199}…”.",
        ),
    ],
)
def test_sentences(change: changes.Change, expected: str) -> None:
    assert sentence(change) == expected


def test_dates_that_moved_come_by_size_whatever_the_direction() -> None:
    def document(*days: int) -> str:
        return WITH_ALL + "".join(
            f"  Q-{number}:\n    name: Q\n    level: 2\n    due: 2026-09-{day:02}\n"
            for number, day in enumerate(days)
        )

    found = comparison(document(10, 10, 10, 10), document(12, 10, 1, 11))
    assert [(each.code, each.days) for each in found.explained] == [("Q-2", -9), ("Q-0", 2), ("Q-3", 1)]
    assert found.headline == "2 dates later, the most by 2 days (Q-0); 1 date 9 days earlier (Q-2)"


def test_levels_places_and_tags_are_about_the_scope_only_where_they_select() -> None:
    def change(document: str) -> Comparison:
        old = document.replace("level: 1\n    due: 2026", "level: 1\n    wbs: A.1\n    due: 2026")
        return comparison(old, old.replace("level: 1\n    wbs: A.1\n", "wbs: A.2\n    tags: [big]\n"))

    found = change(DOCUMENT)
    assert [each.group.name for each in found.explained if each.is_edit] == ["SCOPE"] * 3
    assert found.headline == (
        "1 change of level; 1 change of the place in the work breakdown structure; 1 change of tags"
    )

    by_code = DOCUMENT.replace("level: 1\n      no_", "codes: R-*\n      no_")
    found = change(by_code.replace("plan.\n    level: 1\n", "plan.\n    codes: R-*\n"))
    assert [each.sentence for each in found.explained] == [
        "The level of R-2 is gone; it was 1.",
        "The place in the work breakdown structure of R-2 changed from “A.1” to “A.2”.",
        "The list of tags of R-2 is new: big.",
    ]
    assert [each.group.name for each in found.explained] == ["NOT_PRINTED"] * 3
    assert found.headline == "no differences in what is printed; 3 changes not printed"


def test_forecasts_that_come_and_go_are_counted_apart() -> None:
    forecast = DOCUMENT.replace("due: 2026-07-01", "due: 2026-07-01\n    forecast: 2026-08-01")
    assert comparison(DOCUMENT, forecast).headline == "1 forecast new"
    assert comparison(forecast, DOCUMENT).headline == "1 forecast gone"


# --- Words -------------------------------------------------------------------------------------------------


def test_words_of_prose() -> None:
    prose = parse_prose(
        "One *two* **three** ``four`` `five <https://a.example>`__ :cite:`A-1` :jira:`B-2` [#n]_.\n\n"
        "- six\n\n  1. seven\n\n  Eight.\n\n::\n\n  nine\n  ten\n\n.. figure:: chart\n\n.. [#n] A note.\n"
    )
    assert words_of(prose) == (
        "One *two* **three** ``four`` five <https://a.example> [A-1] B-2 (note: A note.).\n"
        "• six\n1. seven\nEight.\nnine\nten\n[figure chart]"
    )


def test_difference_of_words() -> None:
    pieces = difference("The plan is good.\nIt stays.", "The new plan is bad.\nIt stays.")
    assert pieces == (
        (Mark.KEPT, "The"),
        (Mark.INSERTED, "new"),
        (Mark.KEPT, "plan is"),
        (Mark.DELETED, "good."),
        (Mark.INSERTED, "bad."),
        (Mark.KEPT, "\n"),
        (Mark.KEPT, "It stays."),
    )
    assert abridged(pieces, 1)[-2:] == ((Mark.KEPT, "\n"), (Mark.KEPT, "…"))


WORDS = st.lists(st.sampled_from(["a", "b", "c", "\n"]))


@given(WORDS, WORDS)
def test_a_difference_of_words_holds_both_texts(old: list[str], new: list[str]) -> None:
    pieces = difference(" ".join(old), " ".join(new))
    for mark, text in ((Mark.INSERTED, old), (Mark.DELETED, new)):
        read = " ".join(piece for kind, piece in pieces if kind is not mark)
        assert re.findall(r"\n|\S+", read) == re.findall(r"\n|\S+", " ".join(text))


# --- What comes with it ------------------------------------------------------------------------------------


def test_the_workflow_gives_no_rights_to_what_a_pull_request_contains() -> None:
    text = (ROOT / ".github/workflows/milestones-diff.yml").read_text("utf-8")
    workflow = yaml.load(text, yaml.BaseLoader)
    diff, comment = workflow["jobs"]["diff"], workflow["jobs"]["comment"]

    assert workflow["on"] == "pull_request"
    assert workflow["permissions"] == {}
    assert diff["permissions"] == {"contents": "read"}
    assert comment["permissions"] == {"pull-requests": "write"}
    assert not [step for step in comment["steps"] if "run" in step or "checkout" in step["uses"]]
    assert "secrets" not in text
    for job in (diff, comment):
        for step in job["steps"]:
            assert "${{" not in step.get("run", "") + step.get("with", {}).get("script", "")
    assert "'<!-- milepost diff -->'" in comment["steps"][-1]["with"]["script"]
    assert MARKDOWN.startswith("<!-- milepost diff -->\n")


def run_the_step(directory: Path, document: str) -> tuple[int, dict[str, str], str]:
    """Run the shell step of the workflow as GitHub does; return its exit code, its outputs, the summary."""
    workflow = yaml.load((ROOT / ".github/workflows/milestones-diff.yml").read_text("utf-8"), yaml.BaseLoader)
    (step,) = (step for step in workflow["jobs"]["diff"]["steps"] if step.get("id") == "diff")
    programs = directory.parent / "programs"
    programs.mkdir(exist_ok=True)
    files.write_if_changed(programs / "milepost", f'#!/bin/sh\nexec {sys.executable} -m milepost "$@"\n')
    (programs / "milepost").chmod(0o755)
    outputs, summary = (directory.parent / name for name in ("outputs", "summary"))
    for file in (outputs, summary):
        file.write_text("")
    done = subprocess.run(
        ["bash", "-e", "-c", step["run"]],
        cwd=directory,
        env={
            **os.environ,
            "PATH": f"{programs}:{os.environ['PATH']}",
            "DOCUMENT": document,
            "BASE": git(directory, "rev-parse", "main"),
            "GITHUB_OUTPUT": str(outputs),
            "GITHUB_STEP_SUMMARY": str(summary),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    found = dict(line.split("=", 1) for line in outputs.read_text().splitlines())
    return done.returncode, found, summary.read_text("utf-8")


def test_the_workflow_compares_with_where_the_branch_began(tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    (repository / "plan").mkdir(parents=True)
    source = repository / "plan/milestones.yaml"

    def land(text: str) -> str:
        source.write_text(text, "utf-8")
        git(repository, "add", ".")
        git(repository, "commit", "-qm", "text")
        return git(repository, "rev-parse", "--short=8", "HEAD")

    git(repository, "init", "-q")
    files.write_if_changed(repository / "README", "nothing")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "empty")
    git(repository, "switch", "-qc", "branch")
    land(DOCUMENT)
    assert run_the_step(repository, "plan/milestones.yaml") == (0, {}, "The document is new.\n")

    git(repository, "branch", "-f", "main", "branch")
    began = git(repository, "rev-parse", "--short=8", "HEAD")
    ours = land(NEW)
    git(repository, "switch", "-q", "main")
    land(DOCUMENT.replace("name: First flight", "name: Something else"))
    git(repository, "switch", "-q", "branch")
    code, outputs, summary = run_the_step(repository, "plan/milestones.yaml")
    assert (code, outputs) == (0, {"files": "plan/build/diff", "changes": "4"})
    assert summary == MARKDOWN.replace("v1.0 → working tree", f"{began} → {ours}")
    assert (repository / "plan/build/diff/index.html").exists()

    # Unauthorised changes of an approved document fail the check; the comment is written anyway.
    land(authorised("R-1").replace("status: draft", "status: approved"))
    code, outputs, summary = run_the_step(repository, "plan/milestones.yaml")
    assert (code, outputs) == (1, {"files": "plan/build/diff", "changes": "6"})
    approved = authorised("everything").replace("status: draft", "status: approved")
    land(approved)
    assert run_the_step(repository, "plan/milestones.yaml")[0] == 0


def test_the_hook_checks_the_document(plan: Path) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert (hook["language"], hook["pass_filenames"]) == ("python", False)
    assert re.search(hook["files"], "milestones.yaml")
    program, *arguments = hook["entry"].split()
    assert program == "milepost"
    assert started(plan, *arguments).returncode == 0
