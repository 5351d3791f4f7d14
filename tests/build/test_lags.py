"""A site with recorded lags: on the page of a milestone, and built again when the records change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.build.test_build import DOCUMENT

from milepost.base.paths import Workspace
from milepost.build.document import Target, build
from milepost.git.source_state import SourceState

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

STATE = SourceState(commit="0123abcd", committed=1_750_000_000)
HEAD = DOCUMENT.partition("sections:")[0]
PLAN = f"""\
{HEAD}schedule: {{folder: ../recorded}}
sections:
  - title: Plan
    milestones: {{level: 2, no_deliveries: Nothing.}}
milestones:
  R-1: {{name: One, level: 2, due: 2030-01-01}}
  R-2: {{name: Two, level: 2, due: 2030-03-01, predecessors: [R-1]}}
"""


def test_records_in_a_shared_folder_count_on_the_page(tmp_path: Path) -> None:
    (tmp_path / "plan").mkdir()
    (tmp_path / "recorded").mkdir()
    source = tmp_path / "plan/milestones.yaml"
    source.write_text(PLAN, "utf-8")
    records = tmp_path / "recorded/2020-01-31.relations.csv"
    workspace = Workspace.of(source)

    def room(lag: str) -> str:
        records.write_text(f"predecessor,successor,kind,lag\n{lag}", "utf-8")
        report = build(workspace, frozenset({Target.SITE}), STATE)
        assert [problem for problem in report.warnings if problem.rule == "history"] == []
        page = (workspace.site / "milestones/r-1.html").read_text("utf-8")
        return page.partition("It may slip ")[2].partition(" before")[0]

    assert room("") == "59 days"
    assert room("R-1,R-2,FS,80\n") == "49 days"
    assert build(workspace, frozenset({Target.SITE}), STATE).written == []
    assert room("R-1,R-2,FS,-40\n") == "66 days"
