"""The milestones for spreadsheets, read by another library: values of cells, and that nothing is guessed."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from hypothesis import given
from tests.support.documents import document
from tests.support.printed import DOCUMENTS
from tests.support.published import ANY_TEXT, HOSTILE, PRINTED, REAL, published, published_values

from milepost.history.csv_rows import csv_cell
from milepost.web.exports.data import COLUMNS, cells
from milepost.web.exports.spreadsheet import excel_csv, workbook

if TYPE_CHECKING:
    from tests.support.published import Published

STAMP = datetime(2030, 2, 1, 12, 30, tzinfo=UTC)


def book_of(source: Published) -> Any:
    return openpyxl.load_workbook(io.BytesIO(workbook(source.milestones, source.view.site, STAMP)))


def sheet_of(source: Published) -> Any:
    return book_of(source)["Milestones"]


def table(content: bytes) -> list[dict[str, str]]:
    text = content.decode("utf-16")
    return list(csv.DictReader(io.StringIO(text, newline=""), dialect=csv.excel_tab))


# --- The workbook ---


@pytest.mark.parametrize("name", ["real", "plan", "hostile"])
def test_the_workbook_has_every_value_with_its_type(name: str) -> None:
    source = published({"real": REAL, "plan": DOCUMENTS["plan"], "hostile": HOSTILE}[name])
    sheet = sheet_of(source)
    head, *rows = sheet.iter_rows()
    assert tuple(cell.value for cell in head) == COLUMNS
    assert len(rows) == len(source.milestones.entries)
    for row, entry in zip(rows, source.milestones.entries, strict=True):
        wanted = cells(entry)
        for cell, column in zip(row, COLUMNS, strict=True):
            value = wanted[column]
            if value in {None, ""}:
                assert cell.value is None
            elif isinstance(cell.value, datetime):
                assert (cell.value.date().isoformat(), cell.number_format) == (value, "yyyy-mm-dd")
            else:
                assert cell.value == value
                assert cell.data_type == ("n" if isinstance(value, int) else "s")
    days = [cell for row in rows for cell in row if isinstance(cell.value, datetime)]
    assert len(days) > 2 * len(rows)  # due, and the last days to sort by


def test_the_workbook_is_made_to_be_read() -> None:
    source = published(REAL)
    sheet = sheet_of(source)
    last = len(source.milestones.entries) + 1
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == f"A1:X{last}"
    assert sheet.column_dimensions["B"].width > 40
    for cell, entry in zip(sheet["A"][1:], source.milestones.entries, strict=True):
        assert cell.hyperlink.target == f"https://ldm-564.lsst.io/milestones/{entry.page}.html"
    assert book_of(source).properties.title.startswith("LDM-564: ")


def test_without_an_address_and_without_milestones() -> None:
    source = published(REAL)
    content = workbook(source.milestones, None, STAMP)
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Milestones"]
    assert all(cell.hyperlink is None for cell in sheet["A"])
    empty = workbook(replace(source.milestones, entries=()), None, STAMP)
    assert openpyxl.load_workbook(io.BytesIO(empty))["Milestones"].max_row == 1


def test_the_workbook_depends_on_nothing_but_its_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither on the clock nor on the order in which things were made before."""
    source = published(REAL)
    first = workbook(source.milestones, source.view.site, STAMP)
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    monkeypatch.setattr("time.localtime", lambda *_: (2033, 5, 18, 3, 33, 20, 2, 138, 0))
    assert workbook(source.milestones, source.view.site, STAMP) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = book_of(source).properties
    assert properties.created == properties.modified == STAMP.replace(tzinfo=None)
    assert workbook(source.milestones, source.view.site, STAMP + timedelta(days=1)) != first


@given(PRINTED)
def test_the_workbook_gives_any_text_back(text: str) -> None:
    source = published(HOSTILE)
    entries = tuple(replace(entry, name=text) for entry in source.milestones.entries[:1])
    content = workbook(replace(source.milestones, entries=entries), None, STAMP)
    cell: Any = openpyxl.load_workbook(io.BytesIO(content))["Milestones"]["B2"]
    assert (cell.value, cell.data_type) == (text, "s")


# --- The table for Excel ---


def test_excel_knows_the_encoding_and_the_separator_in_every_language() -> None:
    content = excel_csv(published(HOSTILE).milestones)
    assert content.startswith(b"\xff\xfe")
    lines = content.decode("utf-16").split("\r\n")
    assert lines[0].split("\t") == list(COLUMNS)
    assert {len(line.split("\t")) for line in lines[:-1]} == {len(COLUMNS)}


@pytest.mark.parametrize("name", ["real", "plan", "hostile"])
def test_the_table_for_excel_has_the_values_of_the_other_one(name: str) -> None:
    source = published({"real": REAL, "plan": DOCUMENTS["plan"], "hostile": HOSTILE}[name])
    rows = table(excel_csv(source.milestones))
    for row, entry in zip(rows, source.milestones.entries, strict=True):
        for column, value in cells(entry).items():
            text = "" if value is None else str(value)
            assert row[column] in {text, f"'{text}"}
            if not isinstance(value, int):
                assert row[column][:1] not in set("=+-@")


GUESSED = [
    "1-2",
    "02.10",
    "007",
    "1E5",
    "12:30",
    "1/2",
    "5%",
    "2025-07",
    "MAR-1",
    "Dec 2024",
    "1-SEP",
    "TRUE",
]
PLAIN = [
    "LDM-503-17",
    "DM-DAX-9",
    "2025-07-04",
    "2025-Q3",
    "2025",
    "02C.00",
    "Final rehearsal",
    "March",
    "tbd",
]


@pytest.mark.parametrize(
    ("text", "guarded"), [*((each, True) for each in GUESSED), *((each, False) for each in PLAIN)]
)
def test_codes_and_dates_stay_what_they_are(text: str, *, guarded: bool) -> None:
    """What Excel would make a number or a date of has an apostrophe; a day is a date, and a year a number."""
    source = published(HOSTILE)
    entry = replace(source.milestones.entries[0], name=text)
    (row,) = table(excel_csv(replace(source.milestones, entries=(entry,))))
    assert row["name"] == (f"'{text}" if guarded else text)


@given(ANY_TEXT)
def test_the_table_for_excel_gives_any_text_back(text: str) -> None:
    source = published(HOSTILE)
    entry = replace(source.milestones.entries[0], name=text)
    (row,) = table(excel_csv(replace(source.milestones, entries=(entry,))))
    assert row["name"] in {csv_cell(text), f"'{text}"}


def test_the_last_days_of_the_calendar_are_dates_and_those_before_excel_are_text() -> None:
    milestones = {
        "M-1": {"name": "Early", "level": "1", "due": "1850-01-01"},
        "M-2": {"name": "Late", "level": "1", "due": "9999-12-31"},
    }
    sheet = sheet_of(published_values(document(milestones=milestones)))
    early, late = [cell.value for cell in sheet["E"]][1:]
    assert (early, str(late)) == ("1850-01-01", "9999-12-31 00:00:00")
