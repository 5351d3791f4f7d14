"""Importing months: all files are written or none, also where something goes wrong in between."""

from __future__ import annotations

import os
import subprocess
from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.importing.test_proposal import PLAN
from tests.support import crashes
from tests.support.exports import COLUMNS_2024, relation, sheets, task, xls
from tests.support.forked import milepost

from milepost.authoring.canonical import canonical
from milepost.base import files
from milepost.base.errors import MilepostError
from milepost.base.paths import Workspace
from milepost.build.history import earlier_dates
from milepost.build.month import prepare, write
from milepost.git.revisions import read
from milepost.history.folder import states_of
from milepost.loading.load import load, loads
from milepost.views.document import RevisionLine
from milepost.views.milestones import milestones_of
from milepost.views.resolve import resolve

if TYPE_CHECKING:
    from pathlib import Path

KIND = {"task_type": "Finish Milestone"}
ROWS = [
    task("A-1", "2/15/2025", task_name="Walls", **KIND),
    task("OLD-2", "3/1/2025", task_name="Roof", end_date="4/20/2025", **KIND),
    task("Z-1", "3/1/2025", task_name="Of another document", **KIND),
    task("W-1", "3/1/2025", task_type="Task", actv_code_summary_chart_id="Site.Walls"),
]


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    folder = tmp_path / "plan"
    folder.mkdir()
    (folder / "milestones.yaml").write_text(PLAN, "utf-8")
    exports = {
        "202501.xls": ROWS,
        "202502.xls": [task("A-1", "3/15/2025", task_name="Walls", **KIND), *ROWS[1:]],
    }
    for name, rows in exports.items():
        content = xls(sheets(rows, [relation("A-1", "OLD-2", lag="8")], COLUMNS_2024))
        (folder / name).write_bytes(content)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder that are kept."""
    found = dict(files.walk(folder))
    return {name: path.read_bytes() for name, path in found.items() if not name.startswith("build/")}


def bring_in(folder: Path, *names: str) -> None:
    workspace = Workspace.of(folder / "milestones.yaml")
    write(prepare(workspace, [folder / name for name in names]), lambda: None)


def test_documents_that_share_a_folder_record_the_same_bytes(plan: Path) -> None:
    other = plan.parent / "other"
    other.mkdir()
    text = PLAN.replace("A-1:", "Z-1:").replace("schedule:\n", "schedule:\n  folder: ../plan/schedule\n")
    (other / "milestones.yaml").write_text(text, "utf-8")
    bring_in(plan, "202501.xls")
    recorded = contents(plan / "schedule")
    assert sorted(recorded) == ["2025-01-31.activities.csv", "2025-01-31.csv", "2025-01-31.relations.csv"]

    (other / "202501.xls").write_bytes((plan / "202501.xls").read_bytes())
    bring_in(other, "202501.xls")
    assert contents(plan / "schedule") == recorded
    assert not (other / "schedule").exists()
    assert "2025-01-31" in (other / "milestones.yaml").read_text("utf-8")


def test_an_import_keeps_the_statement_of_where_the_dates_come_from(plan: Path) -> None:
    source = plan / "milestones.yaml"
    stated = '  dates_from: "Month end {month}, as of {date}."\n  control_notice: Controlled.\n'
    source.write_text(PLAN.replace("  draft_mark: Draft\n", f"  draft_mark: Draft\n{stated}"), "utf-8")
    before = source.read_text("utf-8")
    bring_in(plan, "202501.xls")
    assert stated in source.read_text("utf-8")
    for content, words in (
        (before, "Controlled. Month end December 2024, as of 2024-12-31."),
        (source.read_text("utf-8"), "Controlled. Month end January 2025, as of 2025-01-31."),
    ):
        loaded = loads(content.encode(), "plan.yaml")
        view = resolve(loaded.document, loaded.places, RevisionLine(date=date(2025, 2, 1)))
        assert view.notice == words
        assert milestones_of(loaded.document, view).dates_from == words.removeprefix("Controlled. ")


def test_a_document_in_canonical_form_stays_in_it(plan: Path) -> None:
    source = plan / "milestones.yaml"
    before = canonical(PLAN.encode(), "plan.yaml")
    source.write_bytes(before)
    (plan / "202501.xls").write_bytes(
        xls(
            sheets(
                [task("A-1", "2/15/2027", task_name="A wall, " * 20 + "no more", **KIND)], [], COLUMNS_2024
            )
        )
    )
    bring_in(plan, "202501.xls")
    after = source.read_bytes()
    assert (after != before, canonical(after, "plan.yaml")) == (True, after)


def test_a_state_without_relations_replaces_one_with_them_as_a_whole(plan: Path) -> None:
    bring_in(plan, "202501.xls")
    (plan / "202501.csv").write_text(
        "task_code,status_code,task_name,base_end_date,act_end_date,end_date\n"
        "A-1,Not Started,Walls,2025-02-20,,\n"
    )
    bring_in(plan, "202501.csv")
    assert sorted(contents(plan / "schedule")) == ["2025-01-31.csv"]


def test_recorded_states_are_earlier_states_of_the_document(plan: Path) -> None:
    bring_in(plan, "202501.xls", "202502.xls")
    workspace = Workspace.of(plan / "milestones.yaml")
    document = load(workspace.source).document
    (state,), warnings = states_of(workspace, document)
    assert (state.day, state.source, list(state.rows), warnings) == (
        date(2025, 1, 31),
        "202501.xls",
        ["A-1", "OLD-2", "Z-1"],
        [],
    )
    then, _ = earlier_dates(workspace, document)
    assert {
        code: [(each.day, each.due, each.forecast) for each in known] for code, known in then.items()
    } == {
        "A-1": [("2025-01-31", "2025-02-15", "")],
        "A-2": [("2025-01-31", "2025-03-01", "2025-04-20")],
    }
    old, new = read(workspace.source, "2025-01", None)
    assert old.name == f"state of 2025-01-31 ({plan / 'schedule' / '2025-01-31.csv'})"
    dates = [
        str(milestone.due)
        for each in (old, new)
        if (milestone := each.loaded.document.milestone("A-1")) is not None
    ]
    assert dates == ["2025-02-15", "2025-03-15"]
    assert {each.code for each in old.loaded.document.milestones} == {"A-1", "OLD-2", "A-3", "A-4"}

    (plan / "history").mkdir()
    (plan / "history" / "2025-01-31.csv").write_text("# milestones: some\ncode,due\nA-1,2025-02-16\n")
    (state,), _ = states_of(workspace, document)
    assert (state.is_schedule, len(state.rows)) == (False, 1)


def test_an_error_at_any_file_leaves_all_as_they_were(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bring_in(plan, "202501.xls")
    before = contents(plan)
    replaced = type(plan).replace
    for number in range(1, 4 + 1):
        left = number

        def fails(path: Path, target: Path) -> Path:
            nonlocal left
            left -= 1
            if left == 0:
                raise OSError(28, "No space left on device", str(target))
            return replaced(path, target)

        (plan / "202501-2.xls").write_bytes(
            xls(sheets([task("A-1", "2/18/2025", **KIND), ROWS[3]], [relation("A-1", "A-1")], COLUMNS_2024))
        )
        with monkeypatch.context() as patched:
            patched.setattr(type(plan), "replace", fails)
            with pytest.raises(OSError, match="No space"):
                bring_in(plan, "202501-2.xls")
        (plan / "202501-2.xls").unlink()
        assert contents(plan) == before, number


def test_a_document_that_was_changed_meanwhile_is_left_alone(plan: Path) -> None:
    workspace = Workspace.of(plan / "milestones.yaml")
    planned = prepare(workspace, [plan / "202501.xls"])
    workspace.source.write_text(f"{PLAN}\n# a word\n", "utf-8")
    with pytest.raises(MilepostError, match="has changed meanwhile"):
        write(planned, lambda: None)
    assert not (plan / "schedule").exists()


# A sample of the changes; `make torture` tries all.
STEP = 1 if os.environ.get("MILEPOST_TORTURE") else 4


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_files_that_the_same_import_completes(plan: Path) -> None:
    arguments = ["import", "primavera", "202501.xls", "202502.xls", "--write"]
    before = contents(plan)
    whole = plan.parent / "whole"
    subprocess.run(["cp", "-r", plan, whole], check=True)
    changes = crashes.count_changes(whole, arguments)
    expected = contents(whole)
    assert changes > 6
    for number in range(1, changes + 1, STEP):
        copy = plan.parent / f"copy-{number}"
        subprocess.run(["cp", "-r", plan, copy], check=True)
        crashes.run(copy, arguments, kill_at=number)
        left = {name: content for name, content in contents(copy).items() if files.TEMPORARY not in name}
        for name, content in left.items():
            assert content in {before.get(name), expected[name]}, (number, name)
        if left["milestones.yaml"] != before["milestones.yaml"]:
            assert left == expected, number
        assert crashes.run(copy, arguments) == 0
        assert {k: v for k, v in contents(copy).items() if not k.startswith(".")} == expected, number


@pytest.mark.slow
def test_a_site_is_built_again_after_an_export_is_recorded(plan: Path) -> None:
    def run(*arguments: str) -> str:
        done = milepost(plan, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("build", "rst")
    assert "nothing to do" in run("build", "rst")
    (plan / "202411.xls").write_bytes((plan / "202501.xls").read_bytes())
    run("import", "primavera", "202411.xls", "--write")
    assert "nothing to do" not in run("build", "site", "--no-pdf")
    pages = (path.read_text("utf-8") for path in (plan / "build" / "site").rglob("*.html"))
    assert any("2025-02-15" in page for page in pages)
