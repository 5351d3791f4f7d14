"""The states of the document in history/: what is in them, and what the documentation shows of them."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.support.history_table import table

from milepost.base.dates import iso, planned
from milepost.diff.changes import Completed, DueMoved, ForecastMoved
from milepost.diff.comparison import compare
from milepost.git.revisions import read
from milepost.history.names import snapshots_in
from milepost.history.snapshots import as_csv, in_document, load_snapshot
from milepost.loading.load import load

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from milepost.base.dates import PlannedDate
    from milepost.history.states import Snapshot

ROOT = Path(__file__).parents[2]
HISTORY = ROOT / "history"
DAYS = ("2019-04-30", "2022-10-31", "2022-12-31", "2023-12-31", "2024-02-29")


@cache
def state(day: str) -> Snapshot:
    return load_snapshot(HISTORY / f"{day}.csv").snapshot


def checksum(days: Iterable[date | PlannedDate | None]) -> tuple[int, int, int]:
    """Return how many days there are, their sum since the year 1, and that of them times their rows."""
    known = [(row, planned(day).first) for row, day in enumerate(days, start=1) if day is not None]
    numbers = {row: day.toordinal() for row, day in known}
    return len(numbers), sum(numbers.values()), sum(row * number for row, number in numbers.items())


def column(day: str, name: str) -> list[date | PlannedDate | None]:
    return [facts.get(name) for facts in state(day).rows.values()]


def test_the_states_that_are_known() -> None:
    assert tuple(iso(day) for day, _ in snapshots_in(HISTORY))[::-1] == DAYS
    assert [len(state(day).rows) for day in DAYS] == [28, 112, 112, 113, 113]
    assert {str(state(day).scope) for day in DAYS[1:]} == {"codes:DM-*,LDM-*"}
    assert state(DAYS[0]).scope is None


@pytest.mark.parametrize("day", DAYS)
def test_the_files_are_canonical(day: str) -> None:
    path = HISTORY / f"{day}.csv"

    assert as_csv(state(day)).encode() == path.read_bytes()


@pytest.mark.parametrize("day", DAYS)
def test_the_document_has_all_milestones_of_its_states(day: str) -> None:
    loaded = in_document(load_snapshot(HISTORY / f"{day}.csv"), load(ROOT / "milestones.yaml"))

    assert loaded.warnings == ()
    missing = {each.code for each in load(ROOT / "milestones.yaml").document.milestones} - {
        each.code for each in loaded.document.milestones
    }
    assert missing == ({"LDM-503-19a"} if day.startswith("2022") else set())


# Computed from the exports, not from these files.
@pytest.mark.parametrize(
    ("day", "due", "completed"),
    [
        ("2019-04-30", (28, 20647810, 299500333), (7, 5157888, 21369990)),
        ("2022-10-31", (112, 82598492, 4668453915), (92, 67821135, 3374537212)),
        ("2022-12-31", (112, 82591822, 4667936400), (92, 67821135, 3374537212)),
        ("2023-12-31", (113, 83482595, 4758862146), (97, 71514462, 3676649018)),
        ("2024-02-29", (113, 83337328, 4752063620), (97, 71514462, 3676649018)),
    ],
)
def test_all_dates(day: str, due: tuple[int, int, int], completed: tuple[int, int, int]) -> None:
    assert (checksum(column(day, "due")), checksum(column(day, "completed"))) == (due, completed)


@pytest.mark.parametrize(
    ("day", "levels", "places"),
    [
        ("2022-10-31", {None: 3, 1: 1, 2: 39, 3: 69}, {"02C.08.03.01": 2}),
        ("2022-12-31", {None: 3, 1: 1, 2: 39, 3: 69}, {"02C.08.03": 2}),
        ("2023-12-31", {1: 1, 2: 40, 3: 69, 4: 3}, {"02C.08.03": 2, "02C.00": 41}),
        ("2024-02-29", {1: 1, 2: 40, 3: 69, 4: 3}, {"02C.08.03": 2, "02C.00": 41}),
    ],
)
def test_levels_and_places(day: str, levels: dict[int | None, int], places: dict[str, int]) -> None:
    usual = {"02C.03": 13, "02C.06": 6, "02C.04": 22, "02C.07": 17, "02C.08.01": 1, "02C.08.00": 1,
             "02C.10.02": 4, "02C.00": 40, "02C.05": 6}  # fmt: skip
    rows = state(day).rows

    assert Counter(row["level"] for row in rows.values()) == levels
    assert Counter(row["wbs"] for row in rows.values()) == usual | places
    assert (rows["DM-NET-2"]["level"], rows["DM-STAFF"]["level"], rows["DM-AP-1"]["level"]) == (1, 2, 3)
    assert rows["LDM-503-18q"]["level"] == (None if day.startswith("2022") else 4)
    assert sum(at * (row["level"] or 0) for at, row in enumerate(rows.values(), start=1)) == (
        14415 if day.startswith("2022") else 15915
    )


def test_the_forecasts() -> None:
    """Only the export of 2019 has some that say more than the due dates."""
    assert checksum(column("2019-04-30", "forecast")) == (16, 11800246, 182179326)
    assert [day for day in DAYS if "forecast" in state(day).columns] == ["2019-04-30"]


@pytest.mark.parametrize(
    ("code", "dates"),
    [
        (
            "LDM-503-01",
            [
                "2017-11-30 2018-05-30", "2017-11-30 2018-05-30", "2017-11-30 2018-05-30",
                "2023-06-01 2018-05-30", "2017-11-30 2018-05-30",
            ],
        ),
        (
            "LDM-503-09a",
            [
                "2018-11-30 None", "2020-05-29 2019-04-12", "2020-05-29 2019-04-12",
                "2023-09-05 2019-04-12", "2020-05-29 2019-04-12",
            ],
        ),
        (
            "LDM-503-13",
            [
                "2020-11-06 None", "2023-12-05 None", "2023-02-21 None",
                "2024-05-17 2023-02-28", "2024-04-30 2023-02-28",
            ],
        ),
        ("DM-SQRE-4", ["", "2023-01-05 None", "2023-02-21 None", "2024-03-04 None", "2023-02-28 None"]),
        ("LDM-503-18q", ["", "2024-06-10 None", "2024-01-11 None", "2023-12-15 None", "2024-01-11 None"]),
        ("LDM-503-19a", ["", "", "", "2025-02-12 None", "2024-11-01 None"]),
    ],
)  # fmt: skip
def test_some_milestones_through_all_states(code: str, dates: list[str]) -> None:
    found = (state(day).rows.get(code) for day in DAYS)

    assert [facts and f"{facts['due']} {facts['completed']}" for facts in found] == [
        each or None for each in dates
    ]


def test_forecasts_of_april_2019() -> None:
    rows = state("2019-04-30").rows

    assert str(rows["LDM-503-06"]["forecast"]) == "2019-11-11"
    assert rows["LDM-503-15"]["forecast"] is None  # as its baseline
    assert rows["LDM-503-01"]["forecast"] is None  # completed


# --- What docs/how-to/review.md shows -----------------------------------------------------------------------

REVIEW = (ROOT / "docs/how-to/review.md").read_text("utf-8")


def test_the_table_of_the_guide() -> None:
    assert table() in REVIEW


def test_the_example_of_the_guide() -> None:
    found = compare(*read(ROOT / "milestones.yaml", str(HISTORY / "2019-04-30.csv"), None))
    moved = {change.code: change.days or 0 for change in found.changes if isinstance(change, DueMoved)}

    assert len([days for days in moved.values() if days > 0]) == 24
    assert max(moved.items(), key=lambda move: move[1]) == ("LDM-503-14", 1665)
    assert [(code, days) for code, days in moved.items() if days < 0] == [("LDM-503-07", -183)]
    assert len([change for change in found.changes if isinstance(change, ForecastMoved)]) == 16
    assert len([change for change in found.changes if isinstance(change, Completed)]) == 49
    assert found.sentence in " ".join(REVIEW.split())


PAIRS = re.findall(r"^\$ make diff BASE=(\S+)(?: NEW=(\S+))?\n(.+)$", REVIEW, re.MULTILINE)


@pytest.mark.parametrize(("old", "new", "headline"), PAIRS)
def test_the_pairs_of_the_guide(old: str, new: str, headline: str) -> None:
    assert compare(*read(ROOT / "milestones.yaml", old, new or None)).sentence == headline


def test_the_guide_has_pairs() -> None:
    assert len(PAIRS) == 4
