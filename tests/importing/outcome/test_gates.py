"""The gates of an import: what each lets through, and how they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.importing.test_proposal import PLAN
from tests.support.exports import sheets, task, xls

from milepost.importing.month import bring_in, read_exports
from milepost.importing.outcome.gates import KINDS, Gate

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.exports import Row

    from milepost.importing.month import Month

DONE = PLAN.replace("due: 2025-05-01}", "due: 2025-05-01, completed: 2024-12-01}")
TAKEN = DONE.replace("schedule:\n", 'schedule:\n  codes: ["A-*"]\n')


@pytest.fixture
def month(tmp_path: Path) -> Month:
    rows: list[Row] = [
        task("A-1", "2/11/2025", task_name="Walls", end_date="3/1/2025"),  # 10 days; expected 28 days later
        task("A-2", "3/1/2025", task_name="DELETE Roof", end_date="4/1/2025"),
        task("A-4", "5/1/2025", task_name="Garden"),
        task("A-9", "6/1/2025", task_name="Gate"),
    ]
    (tmp_path / "202501.xls").write_bytes(xls(sheets(rows)))
    (export,) = read_exports([tmp_path / "202501.xls"], None)
    return bring_in(export, TAKEN.encode(), "plan.yaml")


@pytest.mark.parametrize(
    ("passes", "stops", "reason"),
    [
        ("missing=1", "missing", "1 milestone not in the schedule (more than 0): A-3"),
        ("new=1", "new=0", "1 milestone new (more than 0): A-9"),
        ("moved-days=28", "moved-days=27", "1 milestone moved by more than that (27 days): A-1"),
        (
            "completed-removed=1",
            "completed-removed",
            "1 milestone not completed any more (more than 0): A-4",
        ),
    ],
)
def test_each_gate_at_its_limit(month: Month, passes: str, stops: str, reason: str) -> None:
    assert Gate.parse(passes).stops(month) is None
    assert Gate.parse(stops).stops(month) == reason


def test_the_gate_of_warnings_counts_those_about_the_export(month: Month) -> None:
    number = len(month.warnings) + len(month.export.schedule.warnings)
    assert number
    assert Gate("warnings", number).stops(month) is None
    assert str(Gate("warnings", number - 1).stops(month)).startswith(f"{number} warning")


@pytest.mark.parametrize(
    "text", ["missing=", "missing=-1", "missing=x", "missing=1.5", "moved-days", "x", "", "="]
)
def test_what_is_no_gate(text: str) -> None:
    with pytest.raises(ValueError, match=r"there is no gate|has no number"):
        Gate.parse(text)


def test_every_gate_can_be_written_again() -> None:
    for name in KINDS:
        assert Gate.parse(str(Gate.parse(f"{name}=7"))) == Gate(name, 7)
