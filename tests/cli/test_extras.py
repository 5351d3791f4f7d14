"""What needs optional packages says so in one line where they are missing, and everything else works."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.cli.test_commands import PLAN

if TYPE_CHECKING:
    from pathlib import Path

SITE = ("sphinx", "furo", "babel", "tornado", "xlsxwriter")
OTHERS = ("pypdf", "jira", "requests", "pygls", "lsprotocol")
BLOCKED = "import sys; sys.modules.update(dict.fromkeys(sys.argv.pop(1).split(',')))\n"
MAIN = "from milepost.cli.main import main; sys.exit(main())"


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    (tmp_path / "milestones.yaml").write_text(PLAN, "utf-8")
    (tmp_path / "old.yaml").write_text(PLAN.replace("03-01", "02-01"), "utf-8")
    (tmp_path / "c.pdf").write_bytes(b"%PDF-1.4\n")
    return tmp_path


def milepost(plan: Path, command: str, *missing: str) -> subprocess.CompletedProcess[str]:
    blocked = ",".join(missing or SITE + OTHERS)
    line = [sys.executable, "-c", BLOCKED + MAIN, blocked, *command.split()]
    return subprocess.run(line, cwd=plan, capture_output=True, text=True, check=False)


ALL = "a site needs Sphinx, Furo, Babel, Tornado and XlsxWriter, which are not installed"
PIP = "run: pip install"
SITE_EXTRA = f"{PIP} 'milepost[site]'"


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (
            "build",
            f"{ALL} ({SITE_EXTRA}; or build without it: milepost build pdf rst figures)",
        ),
        (
            "build site --no-pdf",
            f"{ALL} ({SITE_EXTRA}; or build without it: milepost build pdf rst figures)",
        ),
        ("serve", f"{ALL} ({PIP} 'milepost[site]')"),
        ("editions", f"{ALL} ({PIP} 'milepost[site]')"),
        (
            "watch",
            f"{ALL} ({SITE_EXTRA}; or watch without it: milepost watch pdf rst figures)",
        ),
        (
            "report status --format xlsx --output a.xlsx",
            f"an Excel file needs XlsxWriter, which is not installed ({PIP} 'milepost[site]')",
        ),
        (
            "history --output a.xlsx",
            f"an Excel file needs XlsxWriter, which is not installed ({PIP} 'milepost[site]')",
        ),
        ("jira push", f"Jira needs the package jira, which is not installed ({PIP} 'milepost[jira]')"),
        (
            "comments c.pdf",
            f"c.pdf: annotations of a PDF need pypdf, which is not installed ({PIP} 'milepost[review]')",
        ),
        ("lsp", f"the language server needs pygls, which is not installed ({PIP} 'milepost[lsp]')"),
    ],
)
def test_what_needs_them_says_so_in_one_line(plan: Path, command: str, message: str) -> None:
    done = milepost(plan, command)

    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{message}\n")
    assert not (plan / "build").exists()


@pytest.mark.parametrize("missing", SITE)
def test_one_that_is_missing_is_named_before_anything_is_built(plan: Path, missing: str) -> None:
    done = milepost(plan, "build site --no-pdf", missing)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.lower().startswith(f"a site needs {missing}, which is not installed (run: pip install")
    assert not (plan / "build").exists()


def test_everything_else_works_without_them(plan: Path) -> None:
    for command in (
        "build rst",
        "diff old.yaml --no-pdf --packet",
        "report status --format svg",
        "completion zsh",
    ):
        done = milepost(plan, command)
        assert done.returncode == 0, (command, done.stderr)
