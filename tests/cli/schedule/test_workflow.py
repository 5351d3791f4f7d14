"""The workflow that imports exports: its commands are run as GitHub runs them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tests.importing.test_proposal import PLAN
from tests.support.exports import sheets, task, xls

if TYPE_CHECKING:
    from tests.support.exports import Row

ROOT = Path(__file__).parents[3]
FILE = ROOT / ".github/workflows/schedule.yml"
ROWS = [
    task("A-1", "2/15/2025", task_name="Walls"),
    task("A-2", "3/1/2025", task_name="Roof", end_date="4/1/2025"),
    task("A-3", "3/1/2025", task_name="Doors"),
    task("A-4", "5/1/2025", task_name="Garden"),
]
ODD = "exports/202501 $(touch hacked); `touch hacked` 'x.xls"
GH = """\
#!/bin/sh
echo "$@" >> "$GH_LOG"
"""


def workflow() -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(FILE.read_text("utf-8"), yaml.BaseLoader)
    return found


def step(job: str) -> str:
    (commands,) = (each["run"] for each in workflow()["jobs"][job]["steps"] if "env" in each)
    return str(commands)


def git(directory: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    command = ["git", *identity, *arguments]
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, check=True).stdout.strip()


def run(directory: Path, commands: str, **environment: str) -> tuple[int, str, str, str]:
    """Run commands as GitHub does; return exit code, outputs, summary and what is printed on stderr."""
    programs = directory.parent / "programs"
    programs.mkdir(exist_ok=True)
    for name, text in (("milepost", f'#!/bin/sh\nexec {sys.executable} -m milepost "$@"\n'), ("gh", GH)):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    outputs, summary = directory.parent / "outputs", directory.parent / "summary"
    outputs.write_text("")
    summary.write_text("")
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", commands],
        cwd=directory,
        env={
            **os.environ,
            **{key: value for key, value in workflow()["env"].items() if key != "MILEPOST"},
            "PATH": f"{programs}:{os.environ['PATH']}",
            "GITHUB_OUTPUT": str(outputs),
            "GITHUB_STEP_SUMMARY": str(summary),
            "GH_LOG": str(directory.parent / "gh"),
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, outputs.read_text(), summary.read_text("utf-8"), done.stderr


def push(repository: Path, name: str, rows: list[Row]) -> str:
    """Commit an export, and return the commit before."""
    before = git(repository, "rev-parse", "HEAD")
    (repository / name).parent.mkdir(exist_ok=True)
    (repository / name).write_bytes(xls(sheets(rows)))
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "export")
    return before


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-qb", "main")
    (folder / "milestones.yaml").write_text(PLAN, "utf-8")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "plan")
    return folder


def test_the_job_that_runs_the_program_cannot_write() -> None:
    jobs = workflow()["jobs"]
    assert workflow()["permissions"] == {}
    assert jobs["import"]["permissions"] == {"contents": "read"}
    assert jobs["propose"]["permissions"] == {"contents": "write", "pull-requests": "write"}
    assert "milepost " not in step("propose")
    assert "secrets" not in FILE.read_text("utf-8")
    for job in jobs.values():
        assert not any("${{" in each.get("run", "") for each in job["steps"])


@pytest.mark.slow
def test_a_new_export_becomes_a_pull_request(repository: Path, tmp_path: Path) -> None:
    before = push(repository, ODD, ROWS)
    code, outputs, summary, errors = run(repository, step("import"), BEFORE=before)
    assert (code, outputs) == (0, "changed=true\n"), errors
    assert not list(repository.rglob("hacked"))
    assert "1 date 14 days later (A-1)" in summary
    patch = (repository / "build/schedule/import.patch").read_text("utf-8")
    assert "+++ b/milestones.yaml\n" in patch
    assert "+++ b/schedule/2025-01-31.csv\n" in patch

    git(tmp_path, "clone", "-q", "--bare", str(repository), "origin.git")
    git(tmp_path, "clone", "-q", "origin.git", "fresh")
    fresh = tmp_path / "fresh"
    (fresh / "build").mkdir()
    subprocess.run(["cp", "-r", repository / "build/schedule", fresh / "build"], check=True)
    code, *_, errors = run(fresh, step("propose"), BASE="main", GH_TOKEN="none")
    assert code == 0, errors
    log = (tmp_path / "gh").read_text("utf-8").splitlines()
    assert log[-1].startswith("pr create --base main --head schedule-import --title Import the schedule ")
    changed = git(tmp_path / "origin.git", "diff", "--name-only", "main", "schedule-import").splitlines()
    assert (
        changed
        == ["milestones.yaml", "schedule/2025-01-31.csv", "schedule/2025-01-31.relations.csv"][: len(changed)]
    )
    assert "due: 2025-02-15" in git(tmp_path / "origin.git", "show", "schedule-import:milestones.yaml")


@pytest.mark.slow
def test_a_gate_fails_the_run_with_the_summary_and_nothing_new_is_no_request(repository: Path) -> None:
    before = push(repository, "exports/202501.xls", [task("A-1", "6/15/2026", task_name="Walls"), *ROWS[1:]])
    code, outputs, summary, _ = run(repository, step("import"), BEFORE=before)
    assert (code, outputs) == (3, "")
    assert "1 milestone moved by more than that (400 days): A-1 (gate moved-days=400)" in summary
    assert git(repository, "status", "--porcelain") == "?? build/"

    before = git(repository, "rev-parse", "HEAD")
    (repository / "README").write_text("text")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "text")
    assert run(repository, step("import"), BEFORE=before)[:3] == (0, "", "")
    first = run(
        repository, step("import"), BEFORE="0" * 40
    )  # the first push of a branch: all exports are new
    assert first[0] == 3
