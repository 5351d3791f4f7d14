"""`milepost watch`: real processes, whose outputs follow the document."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from tests.support.running import Running, running

from milepost.base.paths import Workspace
from milepost.build.document import Target
from milepost.cli.serving import rebuilding
from milepost.cli.terminal import Terminal
from milepost.loading.load import inspect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from milepost.base.errors import Problem
    from milepost.loading.load import Loaded

PLAN = """\
format: 1
document:
  handle: PLAN-1
  title: A plan
  organisation: Nobody
  authors: [N. N.]
  status: draft
  data_date: 2024-01-31
  draft_mark: Draft
sections:
  - title: Milestones
    milestones:
      codes: "*"
      no_deliveries: Nothing.
milestones:
  A-1:
    name: Begin
    due: 2024-06-01
"""
DUE = "due: 2024-06-01"
BUILT = r"build/.*, in [\d.]+ s"
WATCHING = "watching milestones.yaml and what it is built from until you press Ctrl\\+C"


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "milestones.yaml"
    path.write_text(PLAN, "utf-8")
    return path


@pytest.fixture
def watched(plan: Path) -> Iterator[Running]:
    """Yield a watch of what is made without TeX."""
    with running(plan.parent, "watch", "rst") as process:
        process.until(WATCHING)
        yield process


def fresh_pdf(plan: Path, directory: Path) -> bytes:
    """Return the PDF of a build from nothing."""
    directory.mkdir()
    shutil.copy(plan, directory)
    command = [sys.executable, "-m", "milepost", "build", "pdf"]
    subprocess.run(command, cwd=directory, check=True, capture_output=True)
    return (directory / "build/PLAN-1.pdf").read_bytes()


@pytest.mark.slow
def test_the_pdf_follows_the_document(plan: Path, tmp_path: Path) -> None:
    pdf = plan.parent / "build/PLAN-1.pdf"
    with running(plan.parent, "watch", "pdf") as process:
        process.until(WATCHING)
        assert process.lines[0].startswith("build/PLAN-1.pdf (")
        first = pdf.read_bytes()

        plan.write_text(PLAN.replace(DUE, "due: 2024-13-01"), "utf-8")
        errors = process.until(r"milestones\.yaml: .*1 error.*")
        assert errors[0].startswith("milestones.yaml:18:10: ")
        assert errors[0].endswith("]")
        assert pdf.read_bytes() == first

        plan.write_text(PLAN.replace(DUE, "due: 2025-06-01"), "utf-8")
        assert process.until(BUILT)[0].startswith("build/PLAN-1.pdf (")
        second = pdf.read_bytes()
        assert process.stop() == 0

    assert second != first
    assert second == fresh_pdf(plan, tmp_path / "fresh")
    assert len([line for line in process.lines if line.startswith("watching ")]) == 1
    assert not any("Traceback" in line for line in process.lines)


def text_of(plan: Path) -> str:
    return (plan.parent / "build/rst/PLAN-1.rst").read_text("utf-8")


def test_saves_within_a_moment_are_one_build(plan: Path, watched: Running) -> None:
    for month in range(1, 13):  # until the machine was fast enough to save within moments
        longest, last = 0.0, time.monotonic()
        for day in range(2, 8):
            plan.write_text(PLAN.replace(DUE, f"due: 2024-{month:02}-0{day}"), "utf-8")
            longest, last = max(longest, time.monotonic() - last), time.monotonic()
            time.sleep(0.05)
        lines = [*watched.until(BUILT), *watched.quiet(1)]
        if longest < 0.1:
            break

    assert longest < 0.1
    assert len([line for line in lines if "build/" in line]) == 1
    assert f"2024-{month:02}-07" in text_of(plan)


def test_an_editor_may_replace_the_file_or_remove_it_first(plan: Path, watched: Running) -> None:
    new = plan.with_name("new.yaml")
    new.write_text(PLAN.replace(DUE, "due: 2024-06-02"), "utf-8")
    times = plan.stat()
    os.utime(new, ns=(times.st_atime_ns, times.st_mtime_ns))  # a replacement with the same time and size
    new.replace(plan)
    watched.until(BUILT)
    assert "2024-06-02" in text_of(plan)

    plan.unlink()
    time.sleep(0.3)
    plan.write_text(PLAN.replace(DUE, "due: 2024-06-03"), "utf-8")
    assert len(watched.until(BUILT)) == 1  # nothing was said about the missing file
    assert "2024-06-03" in text_of(plan)

    plan.unlink()
    assert watched.until(r"milestones\.yaml: .*")[0].startswith("milestones.yaml: there is no such file")
    plan.write_text(PLAN, "utf-8")
    watched.until(BUILT)
    assert "2024-06-01" in text_of(plan)


def test_a_template_comes_changes_and_goes(plan: Path, watched: Running) -> None:
    before = text_of(plan)
    template = plan.parent / "templates/rst/document.rst.jinja"
    template.parent.mkdir(parents=True)
    template.write_text("one\n", "utf-8")
    watched.until(BUILT)
    assert text_of(plan) == "one\n"

    template.write_text("{{ nothing }}\n", "utf-8")
    assert watched.until(r".*\btemplates/rst/document\.rst\.jinja:1: .*")
    assert text_of(plan) == "one\n"

    shutil.rmtree(plan.parent / "templates")
    watched.until(BUILT)
    assert text_of(plan) == before


def test_a_warning_is_said_once(plan: Path, watched: Running) -> None:
    late = PLAN.replace(DUE, "due: 2023-06-01")  # before the data date, and not completed
    plan.write_text(late, "utf-8")
    first = watched.until(BUILT)
    plan.write_text(f"# a comment\n{late}", "utf-8")
    second = watched.until(BUILT + "|no output has changed, .*")

    assert [line for line in first if "warning: " in line]
    assert not [line for line in second if "warning: " in line]
    assert next(line for line in second if line.startswith("milestones.yaml: ")).endswith(" as before)")


def test_a_commit_and_another_branch_are_changes(plan: Path) -> None:
    """The revision that is printed depends on them."""

    def git(*arguments: str) -> None:
        identity = ("-c", "user.name=N. N.", "-c", "user.email=n@example.org")
        subprocess.run(["git", *identity, *arguments], cwd=plan.parent, check=True, capture_output=True)

    (plan.parent / ".gitignore").write_text("build/\n", "utf-8")
    git("init", "--initial-branch", "main")
    git("add", ".")
    git("commit", "--message", "One")
    git("switch", "--create", "other")
    plan.write_text(PLAN.replace(DUE, "due: 2024-06-02"), "utf-8")
    for number in range(40):
        plan.with_name(f"notes-{number}.txt").write_text("x\n", "utf-8")
    with running(plan.parent, "watch", "rst") as process:
        process.until(WATCHING)
        modified = text_of(plan)

        git("add", ".")
        git("commit", "--message", "Two")
        process.until(BUILT)
        committed = text_of(plan)

        git("switch", "main")
        process.until(BUILT)
        switched = text_of(plan)
        assert process.quiet(0.5) == []

    assert len({modified, committed, switched}) == 3
    assert "2024-06-02" in committed
    assert "2024-06-01" in switched


def test_a_missing_document_is_an_error_at_once(tmp_path: Path) -> None:
    with running(tmp_path, "watch", "rst") as process:
        lines = process.until(".*no such file.*")
        assert process.process.wait(timeout=60) == 1

    assert lines == ["milestones.yaml: there is no such file (check its name and folder)"]
    assert list(tmp_path.iterdir()) == []


def test_the_check_and_the_build_read_the_document_once(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[bytes] = []

    def noted(content: bytes, file: str) -> tuple[Loaded | None, tuple[Problem, ...]]:
        read.append(content)
        return inspect(content, file)

    seen: list[rebuilding.Outcome] = []

    def show(outcome: rebuilding.Outcome) -> None:
        seen.append(outcome)
        if len(seen) == 2:
            raise KeyboardInterrupt
        plan.write_text(PLAN.replace(DUE, "due: 2024-06-02"), "utf-8")

    monkeypatch.setattr(rebuilding, "inspect", noted)
    with pytest.raises(KeyboardInterrupt):
        rebuilding.Rebuilding(Workspace.of(plan), frozenset({Target.RST}), Terminal(None, None, {})).run(show)
    assert read == [PLAN.encode(), plan.read_bytes()]
    assert [outcome.built is not None for outcome in seen] == [True, True]
