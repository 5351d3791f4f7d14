"""What moved in the schedule: since the last recorded export, or since the document."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.importing.test_proposal import PLAN
from tests.support.exports import relation, sheets, task, xls

from milepost.history.exports import snapshot_of_schedule
from milepost.history.snapshots import as_csv
from milepost.importing.month import Export, bring_in
from milepost.importing.moves import Moved, moved
from milepost.schedule.read import parse

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.exports import Row

    from milepost.schedule.activities import Schedule

DAY = date(2025, 1, 31)


def schedule(*rows: Row, links: tuple[tuple[str, str], ...] = ()) -> Schedule:
    return parse(xls(sheets(rows, [relation(*each) for each in links])), "202501-ME.xls")


def explained(export: Schedule, folder: Path, plan: str = PLAN) -> Moved:
    month = bring_in(Export(schedule=export, data_date=DAY, origin=""), plan.encode(), "plan.yaml")
    return moved(month, folder)


def classes(found: Moved, date: str) -> dict[str, str]:
    (explanation,) = (each for each in found.explanations if each.date == date)
    return {row.code: row.kind.name for row in explanation.rows}


def record(folder: Path, day: date, *rows: Row) -> None:
    folder.mkdir(exist_ok=True)
    text = as_csv(snapshot_of_schedule(schedule(*rows), day))
    (folder / f"{day}.csv").write_text(text, "utf-8")


def test_without_a_recorded_export_the_milestones_of_the_document_are_compared(tmp_path: Path) -> None:
    export = schedule(
        task("A-1", "2/1/2025", end_date="2/11/2025"),
        task("OLD-2", "3/1/2025", end_date="4/11/2025"),  # the earlier code of A-2
        task("A-3", "3/9/2025"),  # its due date is the document's own
        task("X-1", "3/1/2025"),  # not of the document
        links=(("A-1", "ACTIVITY-7"), ("ACTIVITY-7", "OLD-2"), ("X-1", "A-1")),
    )
    found = explained(export, tmp_path / "schedule")
    assert found.since == "the document"
    assert classes(found, "forecast") == {"A-1": "CAUSE", "A-2": "FOLLOWS", "A-3": "NO_NEWS"}
    assert classes(found, "due") == {"A-1": "UNCHANGED", "A-2": "UNCHANGED", "A-3": "UNCHANGED"}


def test_the_last_recorded_export_before_is_compared_with_all_of_its_milestones(
    tmp_path: Path,
) -> None:
    record(tmp_path, date(2024, 11, 30), task("A-1", "1/1/2020"))
    record(
        tmp_path,
        date(2024, 12, 31),
        task("A-1", "2/1/2025", end_date="2/2/2025"),
        task("OLD-2", "3/1/2025", end_date="4/1/2025"),
        task("X-1", "3/1/2025", task_name="Gone"),
        task("X-2", "3/1/2025", end_date="3/2/2025"),
    )
    record(tmp_path, DAY, task("A-1", "1/1/2021"))
    export = schedule(
        task("A-1", "2/1/2025", end_date="2/5/2025"),
        task("A-2", "3/1/2025", end_date="4/4/2025"),
        task("X-2", "3/1/2025", end_date="5/1/2025"),
        task("X-3", "3/1/2025", task_name="New"),
        links=(("A-1", "A-2"),),
    )
    found = explained(export, tmp_path)
    assert found.since == f"2024-12-31 ({tmp_path.name}/2024-12-31.csv)"
    assert classes(found, "forecast") == {
        "A-1": "CAUSE",
        "A-2": "FOLLOWS",
        "OLD-2": "RECODED",
        "X-1": "GONE",
        "X-2": "ALONE",
        "X-3": "NEW",
    }


@pytest.mark.parametrize("is_recorded", [False, True])
def test_moves_below_the_threshold_are_a_class(tmp_path: Path, *, is_recorded: bool) -> None:
    plan = PLAN.replace("schedule:\n", "schedule:\n  threshold: 5\n")
    if is_recorded:
        record(tmp_path, date(2024, 12, 31), task("A-2", "3/1/2025", end_date="4/1/2025"))
    found = explained(schedule(task("A-2", "3/1/2025", end_date="4/4/2025")), tmp_path, plan)
    assert classes(found, "forecast")["A-2"] == "BELOW"
