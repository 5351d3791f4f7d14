"""`milepost comments`: lists, patches, and what is written."""

from __future__ import annotations

import json
import stat
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from tests.build.test_build import DOCUMENT
from tests.support.comments import comment, written

from milepost.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LATER = {"key": "R-2", "old": "2026-06-01", "new": "2026-07-01", "proposal": "2026-08-01"}


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "milestones.yaml").write_text(DOCUMENT, "utf-8")
    (tmp_path / "ada.json").write_text(
        written(
            comment(1, **LATER),
            comment(2, field="name", old="Second", new="Launch", text="Good."),
        ),
        "utf-8",
    )
    later = {**LATER, "proposal": "2026-09-01"}
    (tmp_path / "ben.json").write_text(
        written(comment(1, **LATER), comment(3, **later, author="Ben", written="2026-11-26T11:30:00Z")),
        "utf-8",
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(["comments", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


LIST = """\
Comments on ACME-7
3 comments of 2 reviewers; 2 proposals: 2 can be applied; 1 comment in several files, counted once.

R-1: Engine test
  name: Second → Launch
    Ada, 2026-11-26 10:00 UTC [comment-2]
      Good.

R-2: First flight
  due: 2026-06-01 → 2026-07-01
    Ada, 2026-11-26 10:00 UTC [comment-1]
      Too late.
      proposes 2026-08-01 (applies)
    Ben, 2026-11-26 11:30 UTC [comment-3]
      Too late.
      proposes 2026-09-01 (applies)
"""


def test_the_lists(plan: Path, run: Any) -> None:
    assert run("ada.json", "ben.json") == (0, LIST, "")
    code, out, _ = run("ben.json", "ada.json", "--format", "json")
    values = json.loads(out)
    assert (code, [each["id"] for each in values["comments"]]) == (0, ["comment-2", "comment-1", "comment-3"])
    assert (values["comments"][1]["state"], values["comments"][1]["now"]) == ("applies", "2026-07-01")
    assert values["comments"][1]["path"] == ["milestones", "R-2", "due"]
    assert "### R-2: First flight" in run("ada.json", "--format", "markdown")[1]
    assert "h3. R" in run("ada.json", "--format", "jira")[1]
    assert (plan / "milestones.yaml").read_text("utf-8") == DOCUMENT


def test_a_patch_and_what_is_written(plan: Path, run: Any) -> None:
    path = plan / "milestones.yaml"
    path.chmod(0o640)
    code, out, err = run("ada.json", "ben.json", "--apply", "--author", "Ben")
    assert (code, err) == (0, "1 proposal; nothing is changed yet: add --write to do this\n")
    assert "-    due: 2026-07-01\n+    due: 2026-09-01\n" in out
    assert path.read_text("utf-8") == DOCUMENT
    subprocess.run(["git", "apply", "--check", "-"], input=out.encode(), check=True)
    assert run("ada.json", "ben.json", "--apply", "--accept", "comment-3", "--write") == (
        0, "milestones.yaml: written, with 1 proposal\n", "")  # fmt: skip
    assert path.read_text("utf-8") == DOCUMENT.replace("due: 2026-07-01", "due: 2026-09-01")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert run("ben.json", "--apply", "--author", "Ben", "--write") == (
        0, "", "milestones.yaml: there is nothing to change\n")  # fmt: skip
    code, out, err = run("ada.json", "--apply")
    assert (code, out) == (1, "")
    assert "this proposal cannot be applied: the value has changed since, it is '2026-09-01' now" in err
    assert (
        "proposes 2026-08-01 (conflict: the value has changed since, it is '2026-09-01' now)"
        in run("ada.json")[1]
    )


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--apply"], "Ben proposes '2026-09-01' and Ada proposes '2026-08-01' for the same value"),
        (
            ["--apply", "--accept", "comment-9"],
            "there is no proposal 'comment-9' (list them without --apply)",
        ),
        (["--apply", "--leave-out", "comment-2"], "there is no proposal 'comment-2'"),
        (
            ["--apply", "--author", "Eve"],
            "'Eve' proposes nothing (the reviewers with proposals are 'Ada', 'Ben')",
        ),
    ],
)
def test_what_cannot_be_applied_writes_nothing(
    plan: Path, run: Any, arguments: list[str], expected: str
) -> None:
    code, out, err = run("ada.json", "ben.json", *arguments, "--write")
    assert (code, out) == (1, "")
    assert expected in err
    assert (plan / "milestones.yaml").read_text("utf-8") == DOCUMENT
    assert run("ada.json", "ben.json", "--apply", "--leave-out", "comment-1")[0] == 0


def test_faults_of_all_files_are_said_together(plan: Path, run: Any) -> None:
    (plan / "bad.json").write_text("{", "utf-8")
    (plan / "worse.json").write_text(written(comment(text="")), "utf-8")
    code, out, err = run("bad.json", "ada.json", "worse.json", "missing.json")
    assert (code, out) == (1, "")
    assert [line.split(" (")[0] for line in err.splitlines()] == [
        "bad.json:1:2: there is no key here",
        "worse.json:13:3: this comment says nothing and proposes nothing",
        "missing.json: the file cannot be read: no such file or directory",
    ]


def test_comments_on_another_document_are_said(plan: Path, run: Any) -> None:
    (plan / "other.json").write_text(written(comment(), document="OTHER-1"), "utf-8")
    code, out, err = run("other.json")
    assert (code, err.startswith("other.json:3:14: warning: these are comments on 'OTHER-1'; ")) == (0, True)
    assert "R-1" in out


@pytest.mark.parametrize("arguments", [["--write"], ["--accept", "x"], ["--apply", "--format", "json"]])
def test_wrong_command_lines(run: Any, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run("ada.json", *arguments)
    assert caught.value.code == 2
