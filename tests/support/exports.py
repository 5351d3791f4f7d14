"""Exports of a schedule as Primavera P6 writes them, in each of its formats and layouts."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import xlwt
from xlwt.CompoundDoc import XlsDoc

if TYPE_CHECKING:
    from collections.abc import Sequence

CAPTIONS = {
    "task_code": "Activity ID",
    "status_code": "Activity Status",
    "wbs_id": "WBS Code",
    "task_name": "Activity Name",
    "start_date": "(*)Start",
    "base_end_date": "(*)BL Project Finish",
    "act_end_date": "Actual Finish",
    "end_date": "(*)Finish",
    "delete_record_flag": "Delete This Row",
    "user_field_859": "Milestone Level",
    "actv_code_celebratory_achievements_id": "Celebratory Achievements",
    "task_type": "Activity Type",
    "actv_code_milestone_tracking_id": "Milestone Tracking",
    "actv_code_summary_chart_id": "Summary Chart",
    "pred_task_id": "Predecessor",
    "task_id": "Successor",
    "pred_type": "Relationship Type",
    "lag_hr_cnt": "Lag(h)",
}
COLUMNS_2019 = [
    "task_code",
    "status_code",
    "wbs_id",
    "task_name",
    "start_date",
    "base_end_date",
    "act_end_date",
    "end_date",
    "delete_record_flag",
]
COLUMNS_2022 = [
    "task_code",
    "status_code",
    "wbs_id",
    "actv_code_celebratory_achievements_id",
    "task_name",
    "start_date",
    "base_end_date",
    "act_end_date",
    "end_date",
    "user_field_859",
    "delete_record_flag",
]
COLUMNS_2024 = [
    *COLUMNS_2022[:4],
    "task_type",
    "actv_code_milestone_tracking_id",
    "actv_code_summary_chart_id",
    *COLUMNS_2022[4:],
]
RELATION_COLUMNS = ["pred_task_id", "task_id", "pred_type", "lag_hr_cnt", "delete_record_flag"]

Row = dict[str, str]
Sheets = dict[str, list[list[str]]]

USER_DATA = [["user_data"], ["UserSettings Do Not Edit"], ["DateFormat=dd'-'mmm'-'yy\r\n"]]
"""The sheet that claims a form of dates that the cells do not have."""


def task(code: str, due: str, *, status: str = "Not Started", **others: str) -> Row:
    """Return a row of a milestone with its baseline and forecast on the day `due`."""
    row = {
        "task_code": code,
        "status_code": status,
        "task_name": f"Name of {code}",
        "wbs_id": "Plan 1.02C.04",
    }
    return row | {"base_end_date": due, "end_date": due} | others


def relation(predecessor: str, successor: str, kind: str = "FS", lag: str = "0") -> Row:
    """Return a row of a relation."""
    return {"pred_task_id": predecessor, "task_id": successor, "pred_type": kind, "lag_hr_cnt": lag}


def sheet(columns: Sequence[str], rows: Sequence[Row]) -> list[list[str]]:
    """Return a sheet: machine names, captions, then the rows."""
    captions = [CAPTIONS.get(column, column) for column in columns]
    return [list(columns), captions, *([row.get(column, "") for column in columns] for row in rows)]


def sheets(
    tasks: Sequence[Row], relations: Sequence[Row] = (), columns: Sequence[str] = COLUMNS_2022
) -> Sheets:
    """Return the sheets of an export."""
    return {
        "TASK": sheet(columns, tasks),
        "TASKPRED": sheet(RELATION_COLUMNS, relations),
        "USERDATA": USER_DATA,
    }


def xls(contents: Sheets) -> bytes:
    """Return a workbook of Excel 97 (BIFF 8), in which all cells are text."""
    file = io.BytesIO()
    _book(contents).save(file)
    return file.getvalue()


def encrypted_xls(contents: Sheets) -> bytes:
    """Return a workbook of Excel 97 that says of itself that it has a password ([MS-XLS], 2.4.117)."""
    records = _book(contents).get_biff_data()
    first = 4 + int.from_bytes(records[2:4], "little")
    with_password = b"\x2f\x00" + (54).to_bytes(2, "little") + b"\x01\x00\x01\x00\x01\x00" + bytes(48)
    file = io.BytesIO()
    XlsDoc().save(file, records[:first] + with_password + records[first:])
    return file.getvalue()


def _book(contents: Sheets) -> xlwt.Workbook:
    book = xlwt.Workbook()
    for name, rows in contents.items():
        page = book.add_sheet(name)
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                if text:
                    page.write(number, column, text)
    return book


_XLSX = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>'
    ),
}
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def xlsx(contents: Sheets, **others: str) -> bytes:
    """Return a workbook of Excel 2007 (Office Open XML); `others` are further parts of it."""
    parts = dict(_XLSX)
    numbered = list(enumerate(contents.items(), start=1))
    names = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, (name, _) in numbered)
    parts["xl/workbook.xml"] = (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><sheets>{names}</sheets></workbook>'
    )
    links = "".join(
        f'<Relationship Id="r{n}" Type="{_LINKS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n, _ in numbered
    )
    parts["xl/_rels/workbook.xml.rels"] = (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>'
    )
    for number, (_, rows) in numbered:
        lines = "".join(f"<row>{''.join(map(_xlsx_cell, row))}</row>" for row in rows)
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{_MAIN}"><sheetData>{lines}</sheetData></worksheet>'
        )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in {**parts, **others}.items():
            archive.writestr(name, text)
    return file.getvalue()


def with_row(workbook: bytes, row: str) -> bytes:
    """Return a workbook with something at the end of its first sheet."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            if name.endswith("sheet1.xml"):
                text = text.replace("</sheetData>", f"{row}</sheetData>")
            new.writestr(name, text)
    return file.getvalue()


def _xlsx_cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def compound_file(*entries: str) -> bytes:
    """Return the beginning of a compound file whose directory has these entries ([MS-CFB], 2.6.1)."""
    content = bytes.fromhex("d0cf11e0a1b11ae1").ljust(512, b"\0")
    for name in entries:
        letters = f"{name}\0".encode("utf-16-le")
        content += (letters.ljust(64, b"\0") + len(letters).to_bytes(2, "little")).ljust(128, b"\0")
    return content
