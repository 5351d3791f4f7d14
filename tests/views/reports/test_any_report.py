"""What must hold for every report on any document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from tests.support.documents import document, documents, loaded
from tests.support.reports import plan, state

from milepost.charts.reports.output import svg
from milepost.document.schedule import State
from milepost.render.reports import markdown, text_lines
from milepost.views.reports.registry import REPORTS
from milepost.views.reports.table import Kind, Options, Share, Table

if TYPE_CHECKING:
    from milepost.document.model import Document

BY_NAME = {report.name: report for report in REPORTS}
STATES = (state("2023-10-31", "due", "completed", A_1=("2023-05", None)),)
CELLS = {
    Kind.TEXT: (str,),
    Kind.CODE: (str,),
    Kind.NUMBER: (int,),
    Kind.CODES: (tuple,),
    Kind.SHARE: (Share,),
}


def table(name: str, document: Document, **options: Any) -> Table:
    return BY_NAME[name].table(document, STATES, Options(**options))


def number(cell: object) -> int:
    assert isinstance(cell, int)
    return cell


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
def test_each_report_has_a_function_and_cells_of_the_kinds_that_it_says(report: Any) -> None:
    found = report.table(plan(), STATES, Options())

    assert found.name == report.name
    assert found.groups
    assert found.note.endswith(".")
    for row in [*found.rows, *(group.total for group in found.groups if group.total)]:
        assert len(row) == len(found.columns)
        for cell, column in zip(row, found.columns, strict=True):
            assert cell is None or column.kind is Kind.DATE or isinstance(cell, CELLS[column.kind])


@given(documents())
@settings(max_examples=40, deadline=None)
def test_what_is_counted_adds_up(values: dict[str, Any]) -> None:
    made = loaded(values).document
    all_of_them = len(made.milestones)

    status = table("status", made)
    for group in status.groups:
        assert group.total is not None
        sums = [sum(number(row[at]) for row in group.rows) for at in range(1, len(status.columns))]
        assert list(group.total[1:]) == sums
        assert all(row[-1] == sum(map(number, row[1:-1])) for row in (*group.rows, group.total))
    counts = dict(zip(State, map(number, (status.groups[0].total or ())[1:-1]), strict=True))
    assert sum(counts.values()) == all_of_them

    remaining = list(table("remaining", made).rows)
    assert len(remaining) == all_of_them - counts[State.COMPLETED] - counts[State.CANCELLED]
    overdue = [row[0] for row in table("delayed", made).rows if row[5] == State.OVERDUE]
    assert len(overdue) == counts[State.OVERDUE]
    upcoming = [row[0] for row in table("upcoming", made).rows]
    assert sorted(map(str, upcoming[: len(overdue)])) == sorted(map(str, overdue))

    for by in ("level", "wbs"):
        months = table("monthly", made, by=by)
        for group in months.groups:
            assert not group.rows or group.total is not None
            for row in (*group.rows, *([group.total] if group.total else [])):
                *each, year = (cell for cell in row[1:] if isinstance(cell, Share))
                if group.name != "tbd":
                    assert Share(sum(s.completed for s in each), sum(s.planned for s in each)) == year
            if group.total:
                of_parts = [row[-1] for row in group.rows if isinstance(row[-1], Share)]
                planned = sum(share.planned for share in of_parts)
                assert Share(sum(share.completed for share in of_parts), planned) == group.total[-1]
        listed = table("monthly", made, by=by, codes=True).rows
        assert sum(number(row[3]) for row in listed) == sum(each.state is None for each in made.milestones)


@given(documents())
@settings(max_examples=15, deadline=None)
def test_every_report_can_be_printed(values: dict[str, Any]) -> None:
    made = loaded(values).document
    for report in REPORTS:
        found = report.table(made, STATES, Options(transitive=True, dates="expected"))
        lines = [line.text for line in text_lines(found, 100)]
        assert all(line == line.rstrip() and "\n" not in line for line in lines)
        codes = [
            str(row[at]) for row in found.rows for at, c in enumerate(found.columns) if c.kind is Kind.CODE
        ]
        assert all(any(code in line for line in lines) for code in codes)
        assert markdown(found).startswith("**")


@pytest.mark.parametrize("data_date", ["0001-01-01", "9999-12-31"])
def test_dates_at_the_ends_of_the_calendar(data_date: str) -> None:
    days = ("0001-01-01", "0999-05", "2024-03-31", "9999-12-31", "9999", "tbd")
    milestones = {
        f"A-{number}": {"name": "One", "due": due, "forecast": forecast}
        for number, (due, forecast) in enumerate(zip(days, reversed(days), strict=True))
    }
    values = document(document={"data_date": data_date}, milestones=milestones)
    found = loaded(values).document
    earlier = state("0001-01-01", "due", A_1=("9999-12-31",), A_2=("0001-01-01",))
    for report in REPORTS:
        options = Options(days=99_999)
        assert report.table(found, [earlier], options).columns
        if report.has_chart:
            assert svg(report.chart(found, [earlier], options)).startswith("<svg")
