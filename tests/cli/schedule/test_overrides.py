"""`milepost import overrides` as a user meets it."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from tests.importing.test_overrides import RUBIN
from tests.importing.test_proposal import PLAN
from tests.support.forked import milepost

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

FOUND = """\
local.yaml: 4 milestones, 3 of them in the document
left out, not in the document: A-9
left out: description, once
comments: 1 of 1 taken as reasons of what is marked
2 facts marked as the document's own; 6 values changed

PLAN-1: working tree → local.yaml
"""
PATCH = """\
--- a/milestones.yaml
+++ b/milestones.yaml
@@ -16,14 +16,16 @@
 BLANK
   # the walls
   A-1:
-    name: 'Walls'   # as in the schedule
-    level: 2
+    name: 'Walls of brick, in two layers'   # as in the schedule
+    level: 3
     due: 2025-02-01
+    own: {name: "PMCS calls this: Masonry", level: "PMCS calls this: Masonry"}
 BLANK
-  A-2: {name: Roof, due: 2025-03-01, forecast: 2025-04-01, aka: [OLD-2]}
+  A-2: {name: Roof, due: 2025-03-01, forecast: 2025-04-01, aka: [OLD-2, OLDER-2], jira: X-1}
   A-3:
     name: A better name
     own: {name: clearer, due: agreed with the board}
-    due: 2025-03-01
+    due: 2025-03-02
     wbs: 02C.01
+    short_name: Doors
   A-4: {name: Garden, due: 2025-05-01}
""".replace(" BLANK", " ")


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    (tmp_path / "milestones.yaml").write_text(PLAN, "utf-8")
    (tmp_path / "local.yaml").write_text(RUBIN, "utf-8")
    return tmp_path


def run(plan: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return milepost(plan, "import", "overrides", "local.yaml", *arguments)


def test_what_changes_is_shown_and_then_written(plan: Path) -> None:
    shown = run(plan)
    assert shown.stdout.startswith(FOUND)
    assert shown.stdout.endswith(PATCH)
    assert shown.stderr == "nothing is changed yet: add --write to do this\n"
    assert run(plan, "--format", "patch").stdout == PATCH
    assert (plan / "milestones.yaml").read_text("utf-8") == PLAN
    assert run(plan, "--write").stderr == "milestones.yaml: written\n"
    subprocess.run(["git", "apply", "-R", "-"], cwd=plan, input=PATCH, text=True, check=True)
    assert (plan / "milestones.yaml").read_text("utf-8") == PLAN


def test_a_second_import_changes_nothing_and_a_fault_neither(plan: Path) -> None:
    run(plan, "--write", "--reason", "on purpose")
    changed = (plan / "milestones.yaml").read_bytes()
    assert run(plan, "--write").stderr == "milestones.yaml: there is nothing to change\n"
    (plan / "local.yaml").write_text("A-1: {due: soon}\nA-2: {completed: 2029-01-01}\n", "utf-8")
    refused = run(plan, "--write")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("local.yaml:1:12: due: 'soon' is not a date")
    assert (plan / "milestones.yaml").read_bytes() == changed
