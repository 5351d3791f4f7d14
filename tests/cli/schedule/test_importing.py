"""`milepost import` as a user meets it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.importing.test_proposal import PLAN
from tests.support.exports import sheets, task, xls

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

ROWS = [
    task("A-1", "2/15/2025", task_name="Walls", user_field_859="2", wbs_id=""),
    task("A-2", "3/1/2025", task_name="Roof", end_date="4/1/2025", wbs_id=""),
    task("A-3", "3/1/2025", task_name="Doors", wbs_id="Plan.02C.01"),
    task("A-4", "5/1/2025", task_name="Garden", wbs_id=""),
]
SHOWN = """\
202501-ME.xls: 4 milestones, 0 relations, 0 of them between these; data date 2025-01-31 \
(the end of the month in its name)
4 of 4 milestones found
2 facts kept on purpose
The schedule agrees with 1 of them now: A-3 (due)

PLAN-1: working tree → 202501-ME.xls
1 date 14 days later (A-1); 1 other change. No new entry of the change record authorises these changes.

Dates moved
  A-1 is due 2025-02-15, 14 days later than before (2025-02-01).

Everything else
  The data date of the document changed from 2024-12-31 to 2025-01-31.
  The document is dated 2025-01-31 now; it was dated 2024-12-31.
"""
PATCH = """\
--- a/milestones.yaml
+++ b/milestones.yaml
@@ -5,7 +5,7 @@
   organisation: Office
   authors: [A. Author]
   status: draft
-  data_date: 2024-12-31   # the end of the month
+  data_date: 2025-01-31   # the end of the month
   draft_mark: Draft
 sections:
   - title: Parts
@@ -18,7 +18,7 @@
   A-1:
     name: 'Walls'   # as in the schedule
     level: 2
-    due: 2025-02-01
+    due: 2025-02-15
BLANK
   A-2: {name: Roof, due: 2025-03-01, forecast: 2025-04-01, aka: [OLD-2]}
   A-3:
""".replace("BLANK", " ")  # a line that is kept


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    (tmp_path / "milestones.yaml").write_text(PLAN, "utf-8")
    (tmp_path / "202501-ME.xls").write_bytes(xls(sheets(ROWS)))
    return tmp_path


def run(plan: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "milepost", "import", "primavera", *arguments]
    return subprocess.run(command, cwd=plan, capture_output=True, text=True, check=False)


def test_a_dry_run_shows_the_difference_and_a_patch(plan: Path) -> None:
    result = run(plan, "202501-ME.xls")
    assert result.stdout == f"{SHOWN}\n{PATCH}"
    assert (result.returncode, result.stderr) == (0, "nothing is changed yet: add --write to do this\n")
    assert (plan / "milestones.yaml").read_text("utf-8") == PLAN


def test_the_patch_is_what_is_written_and_a_second_import_changes_nothing(plan: Path) -> None:
    patch = run(plan, "202501-ME.xls", "--format", "patch")
    assert patch.stdout == PATCH
    written = run(plan, "202501-ME.xls", "--write")
    assert (written.returncode, written.stdout) == (0, SHOWN)
    assert written.stderr == "milestones.yaml: written\n"
    changed = (plan / "milestones.yaml").read_text("utf-8")
    (plan / "milestones.yaml").write_text(PLAN, "utf-8")
    subprocess.run(["git", "apply"], cwd=plan, input=patch.stdout, text=True, check=True)
    assert (plan / "milestones.yaml").read_text("utf-8") == changed
    again = run(plan, "202501-ME.xls", "--write")
    assert again.stderr == "milestones.yaml: there is nothing to change\n"


def test_an_older_export_is_written_only_on_request(plan: Path) -> None:
    (plan / "202311-ME.xls").write_bytes((plan / "202501-ME.xls").read_bytes())
    message = "its data date, 2023-11-30, is before that of the document, 2024-12-31"
    refused = run(plan, "202311-ME.xls", "--write")
    assert refused.returncode == 1
    assert refused.stderr == f"202311-ME.xls: {message} (add --older to write it all the same)\n"
    assert (plan / "milestones.yaml").read_text("utf-8") == PLAN
    dry = run(plan, "202311-ME.xls")
    assert (dry.returncode, dry.stderr.splitlines()[0]) == (
        0,
        f"202311-ME.xls: warning: {message} (add --older to write it all the same)",
    )
    assert run(plan, "202311-ME.xls", "--write", "--older").returncode == 0


def test_a_fault_leaves_the_document_as_it_was(plan: Path) -> None:
    (plan / "202501-ME.xls").write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n")
    result = run(plan, "202501-ME.xls", "--write")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        "202501-ME.xls: this is a pointer of Git LFS, not the file itself (run git lfs pull)\n"
    )
    assert run(plan, "none.xls").stderr == ("none.xls: there is no such file (check its name and folder)\n")
    assert (plan / "milestones.yaml").read_text("utf-8") == PLAN
