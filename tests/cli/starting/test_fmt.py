"""`milepost fmt`, and that every command which writes entries writes them in the canonical form."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import pytest
from tests.build.test_build import DOCUMENT
from tests.cli.test_cli_diff import run as run  # noqa: PLC0414 -- a fixture

from milepost.authoring.canonical import canonical
from milepost.authoring.fields import add
from milepost.loading.edit import NewEntry, add_entries

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., tuple[int, str, str]]

FORM = canonical(DOCUMENT.encode(), "")
LONG = "A name: " + "so long that it has several lines " * 4 + "in the file"


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "milestones.yaml"
    path.write_bytes(FORM.replace(b"due:", b"due:   "))
    return path


def test_a_check_and_a_patch_write_nothing(plan: Path, run: Run) -> None:
    before = plan.read_bytes()

    assert run("fmt", "--check") == (1, "", "milestones.yaml: would change\n")
    code, output, errors = run("fmt", "--diff")
    assert (code, errors) == (1, "milestones.yaml: would change\n")
    assert output.startswith("--- a/milestones.yaml\n+++ b/milestones.yaml\n@@ ")
    assert plan.read_bytes() == before


def test_the_document_is_written_once(plan: Path, run: Run) -> None:
    assert run("fmt") == (0, "", "milestones.yaml: written\n")
    assert plan.read_bytes() == FORM
    assert run("fmt") == (0, "", "milestones.yaml: there is nothing to change\n")
    assert run("fmt", "--check", "--diff") == (0, "", "")


def test_standard_input_is_printed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(FORM.replace(b"due:", b"due:   "))))
    assert run("fmt", "-f", "-") == (0, FORM.decode(), "")


def test_errors_are_listed_and_nothing_is_written(plan: Path, run: Run) -> None:
    faulty = plan.read_bytes().replace(b"due:", b"dew:")
    plan.write_bytes(faulty)

    code, output, errors = run("fmt")

    assert (code, output) == (1, "")
    assert "there is no key 'dew' here (did you mean due?)" in errors
    assert plan.read_bytes() == faulty


def test_a_new_document_is_in_canonical_form(tmp_path: Path, run: Run) -> None:
    run("new", str(tmp_path / "plan"))
    assert run("-f", str(tmp_path / "plan/milestones.yaml"), "fmt", "--check") == (0, "", "")


def test_new_entries_are_in_canonical_form() -> None:
    fields = {"name": LONG, "due": "tbd", "tags": "a,b", "predecessors": "R-1"}
    added = add(FORM, "", "R-10", fields)
    assert canonical(added, "") == added
    entry = NewEntry(key="Z-9: x", fields={"name": LONG, "due": "tbd"})
    added = add_entries(FORM, "", ("milestones",), [entry])
    assert canonical(added, "") == added
