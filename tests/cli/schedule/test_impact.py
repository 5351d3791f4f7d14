"""`milepost impact` as a user meets it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.support.forked import milepost

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

pytestmark = pytest.mark.slow

PLAN = """\
format: 1
document:
  handle: PLAN-1
  title: A plan
  organisation: Office
  authors: [A. Author]
  status: draft
  data_date: 2025-01-01
  draft_mark: Draft
sections:
  - title: Parts
    milestones: {codes: "*", no_deliveries: Nothing.}
milestones:
  A-1: {name: Walls, level: 2, due: 2025-02-01, aka: [OLD-1]}
  A-2: {name: Roof, level: 2, due: 2025-02-20, predecessors: [A-1]}
  A-3: {name: Opening, level: 2, due: 2025-06, predecessors: [A-2]}
  A-4: {name: Ground, level: 2, due: 2024-12-01, completed: 2024-12-01}
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    (tmp_path / "milestones.yaml").write_text(PLAN, "utf-8")
    return tmp_path


def impact(plan: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return milepost(plan, "impact", *arguments)


def test_what_is_printed(plan: Path) -> None:
    result = impact(plan, "OLD-1", "--to", "2025-03-01")
    assert (
        result.stdout
        == """\
A-1 Walls: 2025-03-01, 28 days later than expected (2025-02-01)

Cannot hold its date:
  A-2  2025-02-20, 9 days too early  Roof
      by way of A-1 > A-2

Can hold, with less time:
  A-3  2025-06, 121 of 130 days left after A-2  Opening

This is the least that follows: links have no durations.
"""
    )
    assert (result.returncode, result.stderr) == (0, "")


def test_json(plan: Path) -> None:
    result = impact(plan, "A-2", "--to", "2025-03-01", "--format", "json")
    assert json.loads(result.stdout) == {
        "code": "A-2",
        "name": "Roof",
        "to": "2025-03-01",
        "move": "2025-03-01, 9 days later than expected (2025-02-20)",
        "broken": [],
        "gaps": [
            {
                "code": "A-3",
                "name": "Opening",
                "expected": "2025-06",
                "days": 130,
                "left": 121,
                "remains": "121 of 130 days",
                "predecessor": "A-2",
            }
        ],
        "lags": [],
        "source": "",
    }


def test_recorded_lags_count(plan: Path) -> None:
    folder = plan / "schedule"
    folder.mkdir()
    rows = "A-1,A-2,FS,48\nA-2,A-3,FS,-8\n"
    (folder / "2024-12-31.relations.csv").write_text(f"predecessor,successor,kind,lag\n{rows}")
    result = impact(plan, "A-1", "--to", "2025-02-18")
    assert (
        result.stdout
        == """\
A-1 Walls: 2025-02-18, 17 days later than expected (2025-02-01)

Cannot hold its date:
  A-2  2025-02-20, 4 days too early  Roof
      by way of A-1 > A-2

Can hold, with less time:
  A-3  2025-06, 129 of 133 days left after A-2  Opening

This is the least that follows: links have no durations.
It counts the lags of these links (schedule/2024-12-31.relations.csv):
  A-1 > A-2  6 days
  A-2 > A-3  3 days less
"""
    )
    (folder / "2024-12-31.relations.csv").write_text("predecessor,successor,kind,lag\nA-1,A-2,FS,x\n")
    result = impact(plan, "A-1", "--to", "2025-02-18")
    assert "Every date can hold." in result.stdout
    assert result.stderr == (
        "schedule/2024-12-31.relations.csv:2:12: warning: 'x' is not a number of hours "
        "(write a number, as in 40 or -8)\n"
    )


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("A-5", "--to", "2025-03-01"), 1, "there is no milestone A-5 (did you mean A-4?)\n"),
        (
            ("A-4", "--to", "2025-03-01"),
            1,
            "A-4 is completed, and cannot slip (give one that is still to come)\n",
        ),
    ],
)
def test_what_cannot_be_asked(plan: Path, arguments: tuple[str, ...], code: int, message: str) -> None:
    result = impact(plan, *arguments)
    assert (result.returncode, result.stdout, result.stderr) == (code, "", message)


def test_a_date_that_is_none(plan: Path) -> None:
    result = impact(plan, "A-1", "--to", "2025-02-30")
    assert result.returncode == 2
    assert result.stderr.endswith(
        "error: argument --to: 2025-02-30 is not a date: February 2025 has 28 days (write year-month-day)\n"
    )
