"""The grid of what is due by month."""

from __future__ import annotations

from typing import Any

from tests.support.reports import plan

from milepost.document.selection import Selection
from milepost.views.reports.monthly import monthly
from milepost.views.reports.table import Options, Share


def grid(**options: Any) -> dict[str, dict[str, dict[str, str]]]:
    """Return the shares that are not empty, by year, part and column."""
    table = monthly(plan(), (), Options(**options))
    return {
        group.name: {
            str(row[0]): {
                column.name: f"{cell.completed}/{cell.planned}"
                for column, cell in zip(table.columns, row, strict=True)
                if isinstance(cell, Share) and cell.planned
            }
            for row in (*group.rows, group.total or ())
        }
        for group in table.groups
    }


def test_the_grid_by_level() -> None:
    assert grid() == {
        "2024": {
            "1": {"01": "1/1", "06": "0/1", "year": "1/2"},
            "2": {"02": "0/1", "03": "0/1", "04": "0/1", "year": "0/3"},
            "all": {"01": "1/1", "02": "0/1", "03": "0/1", "04": "0/1", "06": "0/1", "year": "1/5"},
        },
        "tbd": {"2": {"year": "0/1"}, "all": {"year": "0/1"}},
    }


def test_the_grid_by_wbs() -> None:
    assert {part: cells["year"] for part, cells in grid(by="wbs")["2024"].items()} == {
        "W.01": "1/2",
        "W.02": "0/2",
        "none": "0/1",
        "all": "1/5",
    }


def test_the_grid_by_section_counts_what_is_in_several_once_in_totals() -> None:
    """A-4 delivers A-2 and A-3, which have sections of their own."""
    assert {part: cells["year"] for part, cells in grid(by="section")["2024"].items()} == {
        "A-1": "1/1",
        "A-2": "0/1",
        "A-3": "0/1",
        "A-4": "0/3",
        "none": "0/1",
        "all": "1/5",
    }


def test_the_list_of_codes() -> None:
    table = monthly(plan(), (), Options(codes=True))

    assert tuple(table.rows) == (
        ("2024-01", "1", 1, 1, ("A-1",)),
        ("2024-02", "2", 0, 1, ("B-1",)),
        ("2024-03", "2", 0, 1, ("A-2",)),
        ("2024-04", "2", 0, 1, ("A-3",)),
        ("2024-06", "1", 0, 1, ("A-4",)),
        ("tbd", "2", 0, 1, ("B-4",)),
    )
    assert "2 cancelled or deferred milestones are left out." in table.note


def test_a_quarter_and_a_year_count_in_their_last_month() -> None:
    milestones = {"A-1": {"name": "One", "due": "2024-Q2"}, "A-2": {"name": "Two", "due": "2024"}}
    table = monthly(plan(milestones=milestones), (), Options(codes=True))

    assert [(row[0], row[-1]) for row in table.rows] == [("2024-06", ("A-1",)), ("2024-12", ("A-2",))]


def test_of_nothing() -> None:
    table = monthly(plan(), (), Options(selection=Selection.from_text("codes:Z")))

    assert [group.rows for group in table.groups] == [()]
