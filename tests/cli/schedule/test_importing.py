"""`milepost import` as a user meets it."""

from __future__ import annotations

import json
import re
import subprocess
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from tests.importing.test_proposal import PLAN
from tests.support.exports import COLUMNS_2022, relation, sheets, task, xls
from tests.support.forked import milepost

from milepost.history.exports import snapshot_of_schedule
from milepost.history.snapshots import as_csv
from milepost.schedule.read import parse

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
To record in schedule/2025-01-31.csv: 4 milestones

What moved since the document
  Due dates: 1 milestone moved by 14 days.
    14 days later  1 milestone  100 %  A-1 Walls
  4 milestones: 1 with another due date, 2 without news, 1 unchanged.

PLAN-1: working tree → 202501-ME.xls
1 date 14 days later (A-1); 1 other change. No new entry of the change record authorises these changes.

Dates moved
  A-1 is due 2025-02-15, 14 days later than before (2025-02-01).

Everything else
  The data date of the document changed from 2024-12-31 to 2025-01-31.
  The document is dated 2025-01-31 now; it was dated 2024-12-31.
"""
SUMMARY = """\
<!-- milepost import -->

## 202501-ME.xls

- Data date: 2025-01-31 (the end of the month in its name)
- 3 of 4 milestones found; not in the schedule: A-4
- 2 facts kept on purpose
- Recorded in 2025-01-31.csv: 3 milestones

**Nothing is written:**

- 1 milestone not in the schedule (more than 0): A-4 (gate missing=0)
- 1 milestone moved by more than that (13 days): A-1 (gate moved-days=13)

### What moved since the document

**Due dates:** 1 milestone moved by 14 days.

| Moved | Milestones | Share | |
|---|---:|---:|---|
| 14 days later | 1 | 100 % | A-1 Walls |

3 milestones: 1 with another due date, 1 without news, 1 unchanged.

<!-- milepost diff -->
## PLAN-1: working tree → 202501-ME.xls
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
    return milepost(plan, "import", "primavera", *arguments)


def test_a_dry_run_shows_the_difference_and_a_patch(plan: Path) -> None:
    result = run(plan, "202501-ME.xls")
    assert result.stdout == f"{SHOWN}\n{PATCH}"
    assert (result.returncode, result.stderr) == (0, "nothing is changed yet: add --write to do this\n")
    assert (plan / "milestones.yaml").read_text("utf-8") == PLAN


def test_the_patch_is_what_is_written_and_a_second_import_changes_nothing(plan: Path) -> None:
    patch = run(plan, "202501-ME.xls", "--format", "patch")
    assert patch.stdout == PATCH
    written = run(plan, "202501-ME.xls", "--write")
    assert (written.returncode, written.stdout) == (0, SHOWN.replace("To record in", "Recorded in"))
    assert written.stderr == "schedule/2025-01-31.csv: written\nmilestones.yaml: written\n"
    changed = (plan / "milestones.yaml").read_text("utf-8")
    (plan / "milestones.yaml").write_text(PLAN, "utf-8")
    subprocess.run(["git", "apply"], cwd=plan, input=patch.stdout, text=True, check=True)
    assert (plan / "milestones.yaml").read_text("utf-8") == changed
    again = run(plan, "202501-ME.xls", "--write")
    assert again.stderr == "milestones.yaml: there is nothing to change\n"
    assert "Recorded in schedule/2025-01-31.csv: 4 milestones, as recorded before\n" in again.stdout
    assert run(plan, "202501-ME.xls", "--write", "--exit-code").returncode == 4


def test_with_a_recorded_export_all_of_its_milestones_are_compared(plan: Path) -> None:
    before = [
        task("A-1", "2/15/2025", task_name="Walls", wbs_id=""),
        task("A-2", "3/1/2025", task_name="Roof", end_date="3/20/2025", wbs_id=""),
        task("X-1", "3/1/2025", task_name="Not of the document", end_date="3/8/2025", wbs_id=""),
        task("X-2", "3/1/2025", task_name="Gone"),
    ]
    now = [*ROWS, task("X-1", "3/1/2025", task_name="Not of the document", end_date="3/20/2025", wbs_id="")]
    (plan / "202501-ME.xls").write_bytes(xls(sheets(now, [relation("A-2", "X-1")])))
    recorded = snapshot_of_schedule(parse(xls(sheets(before)), "202412-ME.xls"), date(2024, 12, 31))
    (plan / "schedule").mkdir()
    (plan / "schedule" / "2024-12-31.csv").write_text(as_csv(recorded), "utf-8")

    result = run(plan, "202501-ME.xls", "--all")
    assert result.returncode == 0, result.stderr
    assert (
        result.stdout[result.stdout.index("What moved") : result.stdout.index("PLAN-1")]
        == """\
What moved since 2024-12-31 (schedule/2024-12-31.csv)
  Forecasts: 2 milestones moved by 24 days together.
    12 days later  2 milestones  100 %  A-2 and 1 with it
  New: A-3, A-4.
  Gone: X-2.
  6 milestones: 1 gone, 2 new, 1 moved with a predecessor, 1 moved and others with it, 1 without news.

  Forecasts: Moved with a predecessor (1)
    X-1: 2025-03-08 → 2025-03-20, 12 days later, with A-2

  Forecasts: Moved, and others with it (1)
    A-2: 2025-03-20 → 2025-04-01, 12 days later

  Gone (1)
    X-2: 2025-03-01, Gone

  New (2)
    A-3: 2025-03-01, Doors
    A-4: 2025-05-01, Garden

  No news (1)
    A-1: Walls

"""
    )
    (values,) = json.loads(run(plan, "202501-ME.xls", "--format", "json").stdout)
    assert (values["since"], values["sha256"]) == (
        "2024-12-31 (schedule/2024-12-31.csv)",
        sha256((plan / "202501-ME.xls").read_bytes()).hexdigest(),
    )
    assert [(each["date"], each["moved_days"]) for each in values["moves"]] == [("forecast", 24), ("due", 0)]


def test_an_older_export_is_recorded_and_changes_the_document_only_on_request(plan: Path) -> None:
    (plan / "202311-ME.xls").write_bytes((plan / "202501-ME.xls").read_bytes())
    message = "202311-ME.xls: warning: its data date, 2023-11-30, is before that of the document, 2024-12-31"
    recorded = run(plan, "202311-ME.xls", "--write")
    assert recorded.returncode == 0
    assert recorded.stderr == (
        f"{message} (it is recorded; add --older to let it change the document)\n"
        "schedule/2023-11-30.csv: written\n"
    )
    assert recorded.stdout.splitlines()[-1] == "Recorded in schedule/2023-11-30.csv: 4 milestones"
    assert (plan / "milestones.yaml").read_text("utf-8") == PLAN
    written = run(plan, "202311-ME.xls", "--write", "--older")
    assert (written.returncode, written.stderr) == (0, f"{message}\nmilestones.yaml: written\n")
    assert "data_date: 2023-11-30" in (plan / "milestones.yaml").read_text("utf-8")


def test_several_exports_are_imported_in_the_order_of_their_data_dates(plan: Path) -> None:
    later = [task("A-1", "3/15/2025", task_name="Walls", end_date="3/20/2025", wbs_id=""), *ROWS[1:]]
    (plan / "202504-ME.xls").write_bytes(xls(sheets(later)))
    (plan / "202504-draft.xls").write_bytes((plan / "202501-ME.xls").read_bytes())
    result = run(plan, "202504-draft.xls", "202504-ME.xls", "202501-ME.xls", "--write")
    assert (result.returncode, result.stderr.splitlines()) == (
        0,
        [
            "202504-draft.xls is left out: 202504-ME.xls has the same data date, 2025-04-30",
            "no export of 2 months before 2025-04-30 is recorded: 2025-02, 2025-03",
            "schedule/2025-01-31.csv: written",
            "schedule/2025-04-30.csv: written",
            "milestones.yaml: written",
        ],
    )
    headings = [line for line in result.stdout.splitlines() if line.startswith(("What moved", "PLAN-1"))]
    assert headings == [
        "What moved since the document",
        "PLAN-1: working tree → 202501-ME.xls",
        "What moved since 2025-01-31 (schedule/2025-01-31.csv)",
        "PLAN-1: working tree → 202504-ME.xls",
    ]
    document = (plan / "milestones.yaml").read_text("utf-8")
    assert "    due: 2025-03-15\n    forecast: 2025-03-20\n" in document
    assert "data_date: 2025-04-30" in document
    final = run(plan, "202501-ME.xls", "202504-draft.xls", "--write", "--record-only")
    assert final.returncode == 0
    assert (
        "Recorded in schedule/2025-04-30.csv: 4 milestones, instead of the state from 202504-ME.xls: "
        "1 changed (A-1)\n"
    ) in final.stdout
    assert (plan / "milestones.yaml").read_text("utf-8") == document
    one = run(plan, "202501-ME.xls", "202504-ME.xls", "--data-date", "2025-04-30")
    assert (one.returncode, "--data-date is for one file" in one.stderr) == (2, True)


def test_a_summary_does_not_replace_the_document(plan: Path) -> None:
    before = (plan / "milestones.yaml").read_bytes()
    done = run(plan, "202501-ME.xls", "--summary", "milestones.yaml")

    assert (done.returncode, "milestones.yaml is the document itself" in done.stderr) == (2, True)
    assert (plan / "milestones.yaml").read_bytes() == before


def test_a_gate_stops_the_import_and_the_summary_says_why(plan: Path) -> None:
    gates = ["--gate", "missing", "--gate", "moved-days=13", "--gate", "warnings=1"]
    (plan / "202501-ME.xls").write_bytes(xls(sheets(ROWS[:-1])))
    files = sorted(plan.iterdir())
    stopped = run(plan, "202501-ME.xls", "--write", *gates, "--summary", "summary.md")
    assert (stopped.returncode, stopped.stderr.splitlines()) == (
        3,
        [
            "202501-ME.xls: 1 milestone not in the schedule (more than 0): A-4 (--gate missing=0)",
            "202501-ME.xls: 1 milestone moved by more than that (13 days): A-1 (--gate moved-days=13)",
            "stopped by a gate: nothing is written",
        ],
    )
    assert sorted(plan.iterdir()) == sorted([*files, plan / "summary.md"])
    assert (plan / "milestones.yaml").read_text("utf-8") == PLAN
    assert (plan / "summary.md").read_text("utf-8").startswith(SUMMARY)
    values = json.loads(run(plan, "202501-ME.xls", *gates, "--format", "json").stdout)
    assert [each["gate"] for each in values[0]["stopped"]] == ["missing=0", "moved-days=13"]
    assert (values[0]["changes_document"], values[0]["recorded"]["changed"]) == (True, True)
    passing = ["--gate", "missing=1", "--gate", "moved-days=14", "--gate", "completed-removed"]
    assert run(plan, "202501-ME.xls", "--write", *passing).returncode == 0
    wrong = run(plan, "202501-ME.xls", "--gate", "mising=5")
    assert wrong.returncode == 2
    assert "there is no gate 'mising' (did you mean missing?)" in wrong.stderr


def test_a_fault_leaves_the_document_as_it_was(plan: Path) -> None:
    (plan / "202501-ME.xls").write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n")
    result = run(plan, "202501-ME.xls", "--write")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        "202501-ME.xls: this is a pointer of Git LFS, not the file itself (run git lfs pull)\n"
    )
    assert run(plan, "none.xls").stderr == ("none.xls: there is no such file (check its name and folder)\n")
    assert (plan / "milestones.yaml").read_text("utf-8") == PLAN


def test_new_milestones_links_and_small_moves_are_counted(plan: Path) -> None:
    asked = "schedule:\n  codes: B-*\n  links: all\n  threshold: 40\n  columns: {level: own_level}\n"
    text = PLAN.replace("schedule:\n", asked)
    (plan / "milestones.yaml").write_text(text, "utf-8")
    new = [task(f"B-{number}", "6/1/2025", wbs_id="", own_level="3") for number in range(1, 23)]
    links = [relation("A-1", "A-2"), relation("B-1", "B-2"), relation("WORK-1", "B-1")]
    near = ROWS[1] | {"end_date": "4/9/2025"}
    contents = sheets([ROWS[0], near, *ROWS[2:], *new], links, [*COLUMNS_2022, "own_level"])
    (plan / "202501-ME.xls").write_bytes(xls(contents))
    written = run(plan, "202501-ME.xls", "--write")
    assert written.returncode == 0, written.stderr
    codes = ", ".join(sorted(row["task_code"] for row in new)[:20])
    assert f"\n22 milestones added: {codes} and 2 others\n" in written.stdout
    assert "\n1 forecast stays, less than 40 days from the schedule\n" in written.stdout
    assert "A-2 now waits for A-1." in written.stdout
    (counts,) = re.findall(r"(?m)^  26 milestones: .*$", written.stdout)
    assert "22 new" in counts
    changed = (plan / "milestones.yaml").read_text("utf-8")
    assert "aka: [OLD-2], predecessors: [A-1]}" in changed
    assert changed.count("level: 3") == 22
    again = run(plan, "202501-ME.xls", "--write")
    assert "milestones.yaml: there is nothing to change\n" in again.stderr
    # A column that is not there leaves the document as it was.
    (plan / "202501-ME.xls").write_bytes(xls(sheets(ROWS)))
    fault = run(plan, "202501-ME.xls", "--write")
    assert fault.stderr == (
        "202501-ME.xls:TASK!A1: TASK has no column own_level (row 1 has the names of the columns)\n"
    )
    assert (plan / "milestones.yaml").read_text("utf-8") == changed
