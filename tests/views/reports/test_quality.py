"""The quality of a schedule, counted by hand."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.exports import COLUMNS_2019, relation, sheets, task, xls
from tests.support.reports import plan

from milepost.loading.load import load
from milepost.schedule.read import parse
from milepost.views.reports.quality import quality, quality_of
from milepost.views.reports.table import Options

if TYPE_CHECKING:
    from milepost.views.reports.table import Table


def counts(table: Table) -> dict[object, tuple[object, ...]]:
    return {row[0]: row[2:4] + row[6:] for row in table.rows}


def test_a_document_is_counted() -> None:
    """A-1 is completed; A-2, A-3, A-4, B-1 and B-4 are open; B-2 is cancelled, B-3 is deferred.

    Without a predecessor or a successor: A-4 (nothing waits for it), B-1 (waits for nothing) and B-4. Five
    links lead to open ones. A-2 and B-1 should be done, as known on 2024-03-05; A-1 was, ten days late: all
    three missed their dates. A-3 is expected late but is not due yet. B-4 has no date, which counts as due in
    the index.
    """
    assert counts(quality(plan(), (), Options())) == {
        1: (3, 5, "no"),
        2: (0, 5, "yes"),
        3: (0, 5, "yes"),
        4: (5, 5, "yes"),
        9: (2, 6, "no"),
        11: (3, 3, "no"),
        14: (1, 4, "no"),
    }


def test_an_export_is_counted() -> None:
    content = xls(
        sheets(
            [
                task("A", "1/10/2024", status="Completed", act_end_date="1/10/2024"),
                task("B", "1/20/2024", status="Completed", act_end_date="2/5/2024"),
                task("C", "1/31/2024", end_date="3/1/2024"),
                task("D", "6/1/2024", end_date="1/15/2024"),
                task("E", "", end_date="7/1/2024"),
                task("F", "8/1/2024"),
                task("G", "1/12/2024", end_date="1/12/2024"),
                task("H", "1/31/2024", status="Completed", act_end_date="1/31/2024"),
            ],
            [
                relation("A", "B", lag="80"),
                relation("B", "C", lag="-8"),
                relation("C", "D", kind="SS", lag="16"),
                relation("D", "E"),
                relation("E", "ELSEWHERE"),
                relation("ELSEWHERE", "F"),
            ],
            COLUMNS_2019,
        )
    )
    table = quality_of(parse(content, "plan.xls"), date(2024, 1, 31))

    assert (table.handle, table.data_date) == ("plan.xls", date(2024, 1, 31))
    assert counts(table) == {
        1: (2, 5, "no"),  # nothing waits for F, and G is alone
        2: (1, 4, "no"),  # of the relations that lead to C, D, E and F
        3: (1, 4, "no"),
        4: (3, 4, "no"),
        9: (3, 8, "no"),  # B was completed after the data date, D and G are expected before it
        11: (3, 5, "no"),  # B was late, C and G are open, of A, B, C, G and H
        14: (3, 6, "no"),  # A, B and H, of A, B, C, G, H, and E, which is not in the baseline
    }
    assert [row[4] for row in table.rows] == [
        *("40.0 %", "25.0 %", "25.0 %", "75.0 %", "37.5 %", "60.0 %", "50.0 %"),
    ]


def test_without_anything_to_count_nothing_is_missed() -> None:
    table = quality(plan(milestones={}, sections=[{"title": "S"}]), (), Options())

    assert {row[6] for row in table.rows} == {"yes"}
    assert {row[4] for row in table.rows} == {None}


# The milestones of LDM-564 that were not completed on 2024-11-30, by hand: how many others each waits for,
# how many wait for it, and whether it was due by then.
OPEN_OF_LDM_564 = """\
DM-DAX-9     0 1 later
DM-DRP-27    1 2 due
LDM-503-12a  2 1 later
LDM-503-14   6 0 later
LDM-503-16   1 1 later
LDM-503-17   1 0 later
LDM-503-17a  6 1 later
LDM-503-18q  0 0 due
LDM-503-19   1 0 later
LDM-503-19a  0 1 later
LDM-503-EFDc 1 1 later
LDM-503-NET  0 1 due
LDM-503-RSPb 1 1 later
"""


def dates_in(text: str) -> dict[str, dict[str, str]]:
    """Return the dates of each milestone in the lines of a YAML, which is not read as one."""
    found: dict[str, dict[str, str]] = {}
    for line in text.partition("\nmilestones:\n")[2].partition("\nfigures:\n")[0].splitlines():
        if entry := re.fullmatch(r"  (\S+):", line):
            found[entry[1]] = {}
        elif value := re.fullmatch(r"    (due|completed): (\d{4}-\d\d-\d\d)", line):
            found[list(found)[-1]][value[1]] = value[2]
    return found


def test_ldm_564_is_counted() -> None:
    rows = [line.split() for line in OPEN_OF_LDM_564.splitlines()]
    without = [code for code, before, after, _ in rows if before == "0" or after == "0"]
    links = sum(int(before) for _, before, _, _ in rows)
    overdue = [code for code, _, _, when in rows if when == "due"]
    dates = dates_in(Path("milestones.yaml").read_text("utf-8"))
    completed = {code: each for code, each in dates.items() if "completed" in each}
    late = [code for code, each in completed.items() if each["due"] < each["completed"]]

    assert (len(dates), len(completed), len(rows), links, len(late)) == (115, 102, 13, 20, 59)
    assert set(dates) - set(completed) == {code for code, *_ in rows}
    assert all(each["due"] <= "2024-11-30" for each in completed.values())
    assert counts(quality(load(Path("milestones.yaml")).document, (), Options())) == {
        1: (len(without), 13, "no"),
        2: (0, 20, "yes"),
        3: (0, 20, "yes"),
        4: (20, 20, "yes"),
        9: (len(overdue), 115, "no"),
        11: (59 + len(overdue), 102 + len(overdue), "no"),
        14: (102, 102 + len(overdue), "yes"),
    }
    assert (len(without), len(overdue)) == (7, 3)
