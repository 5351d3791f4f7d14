"""Reports as CSV, JSON and workbooks, read by other programs."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import openpyxl
import pytest
from tests.support.documents import document, loaded
from tests.support.reports import plan, state

from milepost.base.dates import PlannedDate, parse_planned
from milepost.history.csv_rows import text_of_cell
from milepost.loading.load import load
from milepost.views.reports.registry import REPORTS
from milepost.views.reports.table import Column, Group, Kind, Options, Share, Table
from milepost.web.exports.reports import columns_of, report_csv, report_json, rows_of
from milepost.web.exports.spreadsheet import report_workbook

if TYPE_CHECKING:
    from milepost.document.model import Document

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs/reference/report-schema.json").read_text("utf-8"))
STATES = (state("2024-01-05", "due", A_2=("2024-02-20",)),)
HOSTILE = (
    "=1+1", "+1", "-1", "@x", "'x", 'a "b", c', "2024-01-01", "1E5", "true", "<b>&", "x" * 999,
)  # fmt: skip
DOCUMENTS = {
    "plan": plan(),
    "real": load(ROOT / "milestones.yaml").document,
    "hostile": loaded(
        document(
            milestones={
                f"A-{number}": {"name": name, "due": "2024-01-10"} for number, name in enumerate(HOSTILE)
            }
        )
    ).document,
}


def tables(found: Document) -> dict[str, Table]:
    made = {report.name: report.table(found, STATES, Options()) for report in REPORTS}
    codes = next(report for report in REPORTS if report.name == "monthly")
    return made | {"monthly of codes": codes.table(found, STATES, Options(codes=True))}


TABLES = [(name, report) for name, found in DOCUMENTS.items() for report in tables(found)]


def made(name: str, report: str) -> Table:
    return tables(DOCUMENTS[name])[report]


EVERY_KIND = Table(
    name="all",
    title="All kinds",
    handle="DOC-1",
    data_date=date(2024, 3, 5),
    note="A note.",
    columns=(
        Column(name="code", title="Code", kind=Kind.CODE),
        Column(name="text", title="Text"),
        Column(name="number", title="Number", kind=Kind.NUMBER),
        Column(name="date", title="Date", kind=Kind.DATE),
        Column(name="codes", title="Codes", kind=Kind.CODES),
        Column(name="share", title="Share", kind=Kind.SHARE),
    ),
    groups=(
        Group(
            name="one",
            title="The first",
            rows=(
                ("A-1", "=1+1", -3, parse_planned("2024-07-04"), ("A-2", "A-3"), Share(3, 5)),
                ("A-2", "2024-01-01", None, parse_planned("2024-Q3"), (), Share(0, 0)),
            ),
            total=("all", None, -3, None, None, Share(3, 5)),
        ),
        Group(name="two", title="The second", rows=(("A-3", None, 0, date(2024, 3, 1), None, None),)),
    ),
)


def test_csv_of_every_kind_of_cell() -> None:
    assert report_csv(EVERY_KIND) == (
        "group,code,text,number,date,codes,share\r\n"
        "one,A-1,'=1+1,-3,2024-07-04,A-2 A-3,3 of 5\r\n"
        "one,A-2,2024-01-01,,2024-Q3,,\r\n"
        "two,A-3,,0,2024-03-01,,\r\n"
    )


def test_json_of_every_kind_of_cell() -> None:
    values = json.loads(report_json(EVERY_KIND))

    jsonschema.Draft202012Validator(SCHEMA).validate(values)
    assert values["document"] == {"handle": "DOC-1", "data_date": "2024-03-05"}
    assert values["columns"][3] == {"name": "date", "title": "Date", "kind": "date"}
    one, two = values["groups"]
    assert one["rows"][0] == {
        "code": "A-1",
        "text": "=1+1",
        "number": -3,
        "date": "2024-07-04",
        "codes": ["A-2", "A-3"],
        "share": {"completed": 3, "planned": 5},
    }
    assert one["total"]["number"] == -3
    assert (two["name"], two["total"], two["rows"][0]["number"]) == ("two", None, 0)


def sheet_of(table: Table) -> Any:
    return openpyxl.load_workbook(io.BytesIO(report_workbook(table))).active


def test_a_workbook_of_every_kind_of_cell() -> None:
    sheet = sheet_of(EVERY_KIND)
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]

    assert rows == [
        ["Group", "Code", "Text", "Number", "Date", "Codes", "Share"],
        ["one", "A-1", "=1+1", -3, datetime(2024, 7, 4), "A-2 A-3", "3 of 5"],  # noqa: DTZ001 -- of openpyxl
        ["one", "A-2", "2024-01-01", None, "2024-Q3", None, None],
        ["two", "A-3", None, 0, datetime(2024, 3, 1), None, None],  # noqa: DTZ001
    ]
    assert sheet["C2"].data_type == "s"  # never a formula
    assert sheet["E2"].number_format == "yyyy-mm-dd"
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("C2", "A1:G4")
    assert all(8 < sheet.column_dimensions[letter].width < 70 for letter in "ABCDEFG")


@pytest.mark.parametrize(("name", "report"), TABLES)
def test_what_programs_read_is_what_the_report_says(name: str, report: str) -> None:
    table = made(name, report)
    flat = [["" if cell is None else str(cell) for cell in row] for row in rows_of(table)]
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(report_json(table)))

    head, *rows = csv.reader(io.StringIO(report_csv(table), newline=""))
    assert head == [column.name for column in columns_of(table)]
    assert [[text_of_cell(cell) for cell in row] for row in rows] == flat
    for row, cells in zip(list(sheet_of(table).iter_rows())[1:], rows_of(table), strict=False):
        for cell, value in zip(row, cells, strict=True):
            assert cell.data_type != "f"
            if isinstance(value, PlannedDate) and cell.is_date:
                assert f"{cell.value:%Y-%m-%d}" == str(value)
            else:
                assert str(cell.value or "") == str(value or "") or cell.value == value


@pytest.mark.parametrize("report", [report.name for report in REPORTS])
def test_the_same_report_gives_the_same_bytes(report: str) -> None:
    table = made("plan", report)

    assert report_workbook(table) == report_workbook(made("plan", report))
    assert b"2024-03-05T00:00:00Z" in _part(report_workbook(table), "docProps/core.xml")


def _part(content: bytes, name: str) -> bytes:
    return zipfile.ZipFile(io.BytesIO(content)).read(name)
