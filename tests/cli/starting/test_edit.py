"""`milepost edit`: a patch first, the document only with --write, and nothing if there is a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.build.test_build import DOCUMENT
from tests.cli.test_cli_diff import run as run  # noqa: PLC0414 -- a fixture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "milestones.yaml"
    path.write_text(DOCUMENT, "utf-8")
    return path


def test_a_patch_first_then_the_document(plan: Path, run: Run) -> None:
    code, output, errors = run("edit", "set", "R-2", "due=2026-08-01")

    assert (code, errors) == (0, "nothing is changed yet: add --write to do this\n")
    assert [line for line in output.splitlines() if line[0] in "+-"] == [
        "--- a/milestones.yaml",
        "+++ b/milestones.yaml",
        "-    due: 2026-07-01",
        "+    due: 2026-08-01",
    ]
    assert plan.read_text("utf-8") == DOCUMENT
    assert run("edit", "set", "R-2", "due=2026-08-01", "--write") == (0, "", "milestones.yaml: written\n")
    assert plan.read_text("utf-8") == DOCUMENT.replace("2026-07-01", "2026-08-01")
    code, output, errors = run("edit", "set", "R-2", "due=2026-08-01", "--write")
    assert (code, output, errors) == (0, "", "milestones.yaml: there is nothing to change\n")


@pytest.mark.usefixtures("plan")
def test_each_action(run: Run) -> None:
    assert "+    completed: 2026-02-27" in run("edit", "complete", "R-2", "2026-02-27")[1]
    assert "+  R-2x:" in run("edit", "add", "R-2x", "name=Third flight")[1]
    assert "-  R-2:" in run("edit", "remove", "R-2")[1]
    assert "there are no milestones of level 1" in run("edit", "remove", "R-2", "R-1")[2]
    assert "+      - R-1\n" in run("edit", "recode", "R-1", "S-1")[1]


@pytest.mark.parametrize(
    "arguments",
    [("recode", "R-1", "S-1", "S-2"), ("recode", "R-1"), ("set", "R-1"), ("complete", "R-1", "today")],
)
@pytest.mark.usefixtures("plan")
def test_a_wrong_command_line(arguments: tuple[str, ...], run: Run) -> None:
    with pytest.raises(SystemExit, match="2"):
        run("edit", *arguments)


def test_a_fault_leaves_the_document(plan: Path, run: Run) -> None:
    code, output, errors = run("edit", "set", "R-2", "due=soon", "--write")

    assert (code, output) == (1, "")
    assert errors.startswith("milestones.yaml:31:10: 'soon' is not a date (")
    assert plan.read_text("utf-8") == DOCUMENT
