"""The command line as a user meets it: what it prints, where, and its exit codes; a process each time."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.build.test_build import DOCUMENT

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

FAULTY = DOCUMENT.replace("due: 2026-07-01", "due: 2026-02-30").replace("- R-1", "- R-9")
OVERDUE = DOCUMENT.replace("due: 2026-07-01", "due: 2026-02-01")


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    (tmp_path / "milestones.yaml").write_text(DOCUMENT, "utf-8")
    return tmp_path


def milepost(directory: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "milepost", *arguments],
        cwd=directory,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def on_a_terminal(directory: Path, *arguments: str, **environment: str) -> str:
    """Return what the command prints when both its outputs are a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "milepost", *arguments],
        cwd=directory,
        env={
            **{k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "TERM"}},
            "TERM": "xterm",
            **environment,
        },
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    seen = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:
            break
        if not piece:
            break
        seen += piece
    os.close(ours)
    process.wait()
    return seen.decode()


def test_check_of_a_good_document(plan: Path) -> None:
    done = milepost(plan, "check")

    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        "milestones.yaml: 3 milestones, no errors, no warnings\n",
        "",
    )


def test_check_prints_all_faults(plan: Path) -> None:
    (plan / "milestones.yaml").write_text(FAULTY, "utf-8")
    done = milepost(plan, "check")

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        "milestones.yaml:31:10: 2026-02-30 is not a date: February 2026 has 28 days "
        "(write it as year-month-day, like 2019-07-16)\n"
        "milestones.yaml:33:9: there is no milestone R-9 (did you mean R-2?)\n"
    )


def test_check_prints_warnings_and_can_be_strict(plan: Path) -> None:
    (plan / "milestones.yaml").write_text(OVERDUE, "utf-8")
    easy, strict = milepost(plan, "check"), milepost(plan, "check", "--strict")

    warning = (
        "milestones.yaml:31:5: warning: R-2 was due 2026-02-01, before the data date, and is not completed "
        "(enter its completion or a forecast)\n"
    )
    assert (easy.returncode, easy.stderr) == (0, warning)
    assert easy.stdout == "milestones.yaml: 3 milestones, no errors, 1 warning\n"
    assert (strict.returncode, strict.stderr) == (1, warning)


def test_another_file_is_named_as_the_user_named_it(plan: Path) -> None:
    (plan / "milestones.yaml").rename(plan / "plan.yaml")

    missing, found = milepost(plan, "check"), milepost(plan, "-f", "plan.yaml", "check")

    assert missing.returncode == 1
    assert missing.stderr.startswith("milestones.yaml: there is no such file")
    assert found.stdout.startswith("plan.yaml: 3 milestones")


def test_build_says_what_it_made_and_that_there_is_nothing_to_do(plan: Path) -> None:
    first, second = milepost(plan, "build", "rst"), milepost(plan, "build", "rst")

    assert first.returncode == 0
    assert first.stdout == "build/rst/figures/chart.svg\nbuild/rst/ACME-7.rst\n"
    assert first.stderr == ""
    assert (second.returncode, second.stdout) == (0, "nothing to do: everything is up to date\n")


def test_nothing_to_do_imports_nothing_heavy(plan: Path) -> None:
    milepost(plan, "build", "rst")
    code = (
        "import sys; from milepost.cli.main import main; main(['build', 'rst']);"
        "print(sorted({'matplotlib', 'docutils', 'jinja2', 'pydantic', 'yaml'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=plan, capture_output=True, text=True, check=True)

    assert done.stdout == "nothing to do: everything is up to date\n[]\n"


def test_details_of_libraries_are_not_printed(plan: Path) -> None:
    """Furo's highlighting sets up logging when it is imported, and fontTools logs every table of a font."""
    code = (
        "import logging; from milepost.cli.main import main; main(['check']); import a11y_pygments;"
        "logging.getLogger('fontTools.subset').info('pruned'); logging.getLogger('x').warning('important')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=plan, capture_output=True, text=True, check=True)

    assert done.stderr == "important\n"


def test_the_pdf_is_reported_with_pages_and_passes(plan: Path) -> None:
    done = milepost(plan, "build", "pdf")

    assert re.fullmatch(
        r"build/latex/figures/chart\.pdf\nbuild/ACME-7\.pdf \(\d+ pages, 2 times through LaTeX\)\n",
        done.stdout,
    )
    assert done.stderr == ""


def test_progress_and_colours_are_for_terminals(plan: Path) -> None:
    (plan / "milestones.yaml").write_text(OVERDUE, "utf-8")

    assert "\x1b[33mwarning:\x1b[0m" in on_a_terminal(plan, "check")
    assert "\x1b[3" not in on_a_terminal(plan, "check", NO_COLOR="1")
    assert "\x1b" not in on_a_terminal(plan, "check", TERM="dumb")
    shown = on_a_terminal(plan, "build", "pdf")
    assert "LaTeX, pass 1: page 1" in shown
    assert shown.splitlines()[-1].startswith("milestones.yaml: 1 warning")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["build", "pfd"], "unknown target 'pfd'; choose from pdf, rst, figures, site, all"),
        ([], "the following arguments are required: COMMAND"),
        (["chek"], "invalid choice: 'chek'"),
    ],
)
def test_a_wrong_command_line(plan: Path, arguments: list[str], message: str) -> None:
    done = milepost(plan, *arguments)

    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_help_teaches(plan: Path) -> None:
    done = milepost(plan, "--help")

    assert done.returncode == 0
    for word in ("milepost check", "milepost build pdf", "exit codes:", "SOURCE_DATE_EPOCH", "NO_COLOR"):
        assert word in done.stdout


@pytest.mark.parametrize("value", ["soon", "-1", "1e9", "١٢"])
def test_a_bad_source_date_epoch(plan: Path, value: str) -> None:
    done = milepost(plan, "build", "rst", SOURCE_DATE_EPOCH=value)

    assert done.returncode == 1
    assert done.stderr == (
        f"SOURCE_DATE_EPOCH is {value!r}, which is not a number of seconds "
        "(set it to whole seconds since 1970, or unset it)\n"
    )


def test_characters_without_a_glyph_are_refused_where_they_stand(plan: Path) -> None:
    (plan / "milestones.yaml").write_text(DOCUMENT.replace("First flight", "First 漢 flight"), "utf-8")
    done = milepost(plan, "build", "pdf")

    assert done.returncode == 1
    assert done.stderr == (
        "milestones.yaml:29:17: the font has no '漢' (U+6F22) "
        "(write it in Latin, Greek or Cyrillic letters)\n"
    )


def test_git_gives_commit_and_state(plan: Path) -> None:
    def git(*arguments: str) -> str:
        identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        done = subprocess.run(
            ["git", *identity, "-C", str(plan), *arguments],
            env={**os.environ, "GIT_COMMITTER_DATE": "@1750000000 +0000"},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def revision() -> str:
        assert milepost(plan, "build", "rst").returncode == 0
        text = (plan / "build" / "rst" / "ACME-7.rst").read_text("utf-8")
        return next(line for line in text.splitlines() if line.startswith("Latest Revision"))

    (plan / ".gitignore").write_text("build/\n", "utf-8")
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "Plan")
    commit = git("rev-parse", "HEAD")[:8]

    assert revision().endswith(f" 2025-06-15 ({commit})")
    (plan / "notes.txt").write_text("not part of the document", "utf-8")
    assert revision().endswith(f" 2025-06-15 ({commit})")
    with (plan / "milestones.yaml").open("a", encoding="utf-8") as source:
        source.write("# edited\n")
    assert revision().endswith(f" 2025-06-15 ({commit}, with uncommitted changes)")
