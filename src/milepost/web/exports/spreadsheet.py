"""The milestones for spreadsheets: a workbook, and CSV that Excel opens in every language.

A spreadsheet that opens CSV guesses what each cell is: `MAR-1` becomes a day in March, `007` becomes 7. In
the workbook each cell has its type.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from xlsxwriter import Workbook

from milepost.base.addresses import absolute, milestone_file
from milepost.base.escape import csv_cell
from milepost.web.exports.data import COLUMNS, cells

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from milepost.views.milestones import MilestoneInfo, Milestones

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_FIRST_YEAR = 1901  # Excel takes 1900 for a leap year, and has no days before it
_LONGEST_CELL = 32_767  # characters that Excel allows
_MOST_LINKS = 65_000  # that a sheet of Excel may have

# Text that Excel takes for a number, a date, a time or a truth value.
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_GUESSED = re.compile(
    rf"""
    \W*\d[\d\s.,:/%+-]*(?:e[+-]?\d+|[ap]m?)?\W*       # 1-2, 02.10, 1E5, 12:30 pm, 5 %
    | (?:\d+[\s./-]*)?(?:{_MONTHS})[a-z]*[\s.,/-]*\d[\d\s.,/-]*  # MAR-1, 3 Dec 2024
    | \d+[\s./-]*(?:{_MONTHS})[a-z]*                     # 1-MAR
    | true | false
    """,
    re.IGNORECASE | re.VERBOSE,
)
_PLAIN_NUMBER = re.compile(r"[1-9]\d{,9}", re.ASCII)

_WIDTHS = {
    "code": 16,
    "name": 60,
    "label": 30,
    "slip": 16,
    "predecessors": 30,
    "successors": 30,
    "sections": 24,
}
_WIDTHS |= {"issues": 22, "page": 30, "reason": 40, "tags": 18, "aka": 16}
_WIDTH = 12


def excel_csv(milestones: Milestones) -> bytes:
    """Return the milestones as CSV that Excel opens by a double click.

    It is UTF-16 with a byte order mark, and its cells are separated by tabs: the form that does not depend on
    the language of Excel, whose separator is a semicolon in half of Europe. An apostrophe is put before text
    that would be read as a formula, number or date, and before text that begins with one.
    """
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, dialect=csv.excel_tab)
    writer.writeheader()
    for entry in milestones.entries:
        writer.writerow({name: _excel_cell(cell) for name, cell in cells(entry).items()})
    return b"\xff\xfe" + text.getvalue().encode("utf-16-le")


def _excel_cell(cell: str | int | None) -> str | int:
    if cell is None or isinstance(cell, int):
        return "" if cell is None else cell
    is_right = _DAY.fullmatch(cell) or _PLAIN_NUMBER.fullmatch(cell)
    return f"'{cell}" if _GUESSED.fullmatch(cell) and not is_right else csv_cell(cell)


def workbook(milestones: Milestones, site: str | None, stamp: datetime) -> bytes:
    """Return the milestones as a workbook of one sheet, for Excel and others.

    Days are dates, levels and days of slip are numbers, and everything else is text, never a formula. Codes
    link to the pages of milestones.

    Args:
        milestones: the milestones.
        site: the address of the site; None if it is not known, and there are no links.
        stamp: when the source was last revised: the workbook was created then.
    """
    content = io.BytesIO()
    # In memory, the files within the workbook have the same time, whatever the clock says.
    book = Workbook(content, {"in_memory": True})
    book.set_properties(
        {
            "title": f"{milestones.handle}: {milestones.title}",
            "comments": f"As known on {milestones.data_date}",
            "created": stamp.astimezone(UTC).replace(tzinfo=None),
        }
    )
    sheet = book.add_worksheet("Milestones")
    head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E3EEEE", "valign": "top"})
    day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"})
    text = book.add_format({"valign": "top", "num_format": "@"})
    wrapped = book.add_format({"valign": "top", "num_format": "@", "text_wrap": True})
    link = book.add_format({"valign": "top", "font_color": "#035C5D", "underline": 1})
    for column, name in enumerate(COLUMNS):
        sheet.set_column(column, column, _WIDTHS.get(name, _WIDTH))
        sheet.write_string(0, column, name, head)
    for row, entry in enumerate(milestones.entries, 1):
        for column, (name, cell) in enumerate(_in_order(entry)):
            if name == "code" and site is not None and row <= _MOST_LINKS:
                address = absolute(site, milestone_file(entry.page))
                sheet.write_url(row, column, address, link, str(cell), "Page of the milestone")
            else:
                _write(sheet, row, column, cell, day, wrapped if name in {"name", "reason"} else text)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(milestones.entries), 1), len(COLUMNS) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    book.close()
    return content.getvalue()


def _in_order(entry: MilestoneInfo) -> list[tuple[str, str | int | None]]:
    row = cells(entry)
    return [(name, row[name]) for name in COLUMNS]


def _write(  # noqa: PLR0913, PLR0917 -- a cell, its place and how it may look
    sheet: Worksheet, row: int, column: int, cell: str | int | None, day: Format, text: Format
) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, int):
        sheet.write_number(row, column, cell)
    elif _DAY.fullmatch(cell) and (found := date.fromisoformat(cell)).year >= _FIRST_YEAR:
        sheet.write_datetime(row, column, found, day)
    else:
        sheet.write_string(row, column, cell[:_LONGEST_CELL], text)
