"""Imports that are killed: the document is the old or the new one, and the next run is right."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from tests.importing.test_overrides import RUBIN
from tests.importing.test_proposal import PLAN
from tests.support.crashes import KILLED, count_changes, restore, run
from tests.support.exports import sheets, task, xls

from milepost.base.files import TEMPORARY

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

COMMANDS = {
    "primavera": ("import", "primavera", "202501-ME.xls", "--write"),
    "overrides": ("import", "overrides", "local.yaml", "--write"),
}


# A sample of the changes, before some of which the file is opened; `make torture` tries all.
STEP = 1 if os.environ.get("MILEPOST_TORTURE") else 3


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    folder = tmp_path / "plan"
    folder.mkdir()
    (folder / "milestones.yaml").write_text(PLAN, "utf-8")
    (folder / "local.yaml").write_text(RUBIN, "utf-8")
    rows = [task("A-1", "2/15/2025", task_name="Walls"), task("A-4", "6/1/2025", task_name="Garden")]
    (folder / "202501-ME.xls").write_bytes(xls(sheets(rows)))
    return folder


@pytest.mark.parametrize("name", COMMANDS)
def test_a_kill_before_any_change_of_a_file(plan: Path, tmp_path: Path, name: str) -> None:
    command, document = COMMANDS[name], plan / "milestones.yaml"
    restore(plan, tmp_path / "saved")
    number = count_changes(plan, command)
    old, new = PLAN.encode(), document.read_bytes()
    assert old != new
    seen = set()
    for point in range(1, number + 1, STEP):
        restore(tmp_path / "saved", plan)
        assert run(plan, command, kill_at=point, torn=bool(point % 2)) == KILLED
        left = document.read_bytes()
        seen.add({old: "old", new: "new"}.get(left, f"neither at {point}"))
        assert run(plan, command) == 0
        assert document.read_bytes() == new
        assert list(plan.rglob(f"{TEMPORARY}*")) == []
    assert "old" in seen
    assert seen <= {"old", "new"}


def test_a_kill_at_any_time(plan: Path) -> None:
    command = [sys.executable, "-m", "milepost", *COMMANDS["primavera"]]
    document = plan / "milestones.yaml"
    start = time.monotonic()
    subprocess.run(command, cwd=plan, check=True, capture_output=True)
    length = time.monotonic() - start
    new = document.read_bytes()
    moments = random.Random(7)
    for _ in range(12 // STEP):
        document.write_text(PLAN, "utf-8")
        process = subprocess.Popen(command, cwd=plan, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(length * moments.uniform(0.5, 1.1))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert document.read_bytes() in {PLAN.encode(), new}
    document.write_text(PLAN, "utf-8")
    subprocess.run(command, cwd=plan, check=True, capture_output=True)
    assert document.read_bytes() == new
    assert list(plan.glob(f"{TEMPORARY}*")) == []
