"""Lags that imports have recorded, on the pages of milestones in a project of Sphinx."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.sphinx_projects import Project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.sphinx_projects import Built

pytestmark = pytest.mark.slow

HEAD = "predecessor,successor,kind,lag\n"


def room(built: Built) -> list[str]:
    return [each.get_text() for each in built.body("milestones/gt-2.html").select(".milepost-room")]


def test_how_far_a_milestone_may_slip_counts_lags_and_changed_records_are_seen(tmp_path: Path) -> None:
    project = Project.copied("example", tmp_path)
    (project.source / "schedule").mkdir()
    records = project.source / "schedule/2030-05-31.relations.csv"
    records.write_text(f"{HEAD}GT-2,GT-3,FS,64\n", "utf-8")

    built = project.make()
    assert built.warnings == ""
    assert room(built) == ["It may slip 220 days before GT-3 cannot hold its date."]
    assert project.make().written == set()

    records.write_text(f"{HEAD}GT-2,GT-3,FS,80\n", "utf-8")
    again = project.make()
    assert room(again) == ["It may slip 218 days before GT-3 cannot hold its date."]
    assert "milestones/gt-1.html" not in again.written
