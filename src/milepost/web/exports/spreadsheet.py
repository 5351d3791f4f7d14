"""The milestones for spreadsheets: a workbook, and CSV that Excel opens in every language.

A spreadsheet that opens CSV guesses what each cell is: `MAR-1` becomes a day in March, `007` becomes 7. In
the workbook each cell has its type.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from xlsxwriter import Workbook

from milepost.base.addresses import absolute, milestone_file
from milepost.base.dates import PlannedDate, Unit, iso
from milepost.history.csv_rows import csv_cell
from milepost.views.reports.table import Kind
from milepost.web.exports.data import COLUMNS, cells
from milepost.web.exports.reports import columns_of, rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from milepost.views.milestones import MilestoneInfo, Milestones
    from milepost.views.reports.table import Table
    from milepost.web.exports.reports import Flat

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
_NARROWEST = 8
_LONGEST_PROPERTY = 255  # characters that Excel allows in a property of a workbook


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The head of a column of a sheet: its words, its width in characters, and whether its cells wrap."""

    title: str
    width: float = _WIDTH
    wraps: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The only sheet of a workbook.

    Attributes:
        name: that of the sheet.
        title, about: of the workbook.
        head: one for each column.
        rows: their cells.
        links: where the first cell of each row leads; empty where they lead nowhere.
        fixed: how many columns stay in view.
    """

    name: str
    title: str
    about: str
    head: Sequence[Heading]
    rows: Sequence[Sequence[str | int | date | None]]
    links: Sequence[str] = ()
    fixed: int = 1


def workbook(milestones: Milestones, site: str | None, stamp: datetime) -> bytes:
    """Return the milestones as a workbook; codes link to the pages of milestones.

    Args:
        milestones: the milestones.
        site: the address of the site; None if it is not known, and there are no links.
        stamp: when the source was last revised: the workbook was created then.
    """
    pages = milestones.entries if site is not None else ()
    return book(
        Sheet(
            name="Milestones",
            title=f"{milestones.handle}: {milestones.title}",
            about=f"As known on {milestones.data_date}",
            head=[
                Heading(title=name, width=_WIDTHS.get(name, _WIDTH), wraps=name in {"name", "reason"})
                for name in COLUMNS
            ],
            rows=[_in_order(entry) for entry in milestones.entries],
            links=[absolute(site or "", milestone_file(entry.page)) for entry in pages],
        ),
        stamp,
    )


def report_workbook(table: Table) -> bytes:
    """Return a report as a workbook, without totals, so that its rows can be filtered and sorted."""
    columns, rows = columns_of(table), [[_typed(cell) for cell in row] for row in rows_of(table)]
    lengths = [[len(str(row[at])) for row in rows if row[at] is not None] for at in range(len(columns))]
    return book(
        Sheet(
            name=table.name.capitalize(),
            title=f"{table.handle}: {table.title}",
            about=f"As known on {iso(table.data_date)}. {table.note}"[:_LONGEST_PROPERTY],
            head=[
                Heading(
                    title=column.title,
                    width=min(max([_NARROWEST, *longest]) + 2, _WIDTHS["name"]),
                    wraps=column.kind in {Kind.TEXT, Kind.CODES},
                )
                for column, longest in zip(columns, lengths, strict=True)
            ],
            rows=rows,
            fixed=2 if table.is_grouped else 1,
        ),
        datetime.combine(table.data_date, time(tzinfo=UTC)),
    )


def _typed(cell: Flat) -> str | int | date | None:
    """Return a day as a date, and other planned dates as text."""
    if isinstance(cell, PlannedDate):
        return cell.first if cell.unit is Unit.DAY else str(cell)
    return cell


def book(sheet: Sheet, stamp: datetime) -> bytes:
    """Return a workbook, for Excel and others, that was created at `stamp`.

    Days are dates, whole numbers are numbers, and everything else is text, never a formula.
    """
    content = io.BytesIO()
    # In memory, the files within the workbook have the same time, whatever the clock says.
    file = Workbook(content, {"in_memory": True})
    created = stamp.astimezone(UTC).replace(tzinfo=None)
    file.set_properties({"title": sheet.title, "comments": sheet.about, "created": created})
    page = file.add_worksheet(sheet.name)
    head = file.add_format(
        {"bold": True, "bottom": 1, "bg_color": "#E3EEEE", "valign": "top", "text_wrap": True}
    )
    day = file.add_format({"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"})
    text = file.add_format({"valign": "top", "num_format": "@"})
    wrapped = file.add_format({"valign": "top", "num_format": "@", "text_wrap": True})
    link = file.add_format({"valign": "top", "font_color": "#035C5D", "underline": 1})
    for column, heading in enumerate(sheet.head):
        page.set_column(column, column, heading.width)
        page.write_string(0, column, heading.title, head)
    for row, cells_of_row in enumerate(sheet.rows, 1):
        for column, cell in enumerate(cells_of_row):
            if column == 0 and sheet.links and row <= _MOST_LINKS:
                page.write_url(row, column, sheet.links[row - 1], link, str(cell), "Page of the milestone")
            else:
                _write(page, row, column, cell, day, wrapped if sheet.head[column].wraps else text)
    page.freeze_panes(1, sheet.fixed)
    page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.head) - 1)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    file.close()
    return content.getvalue()


def _in_order(entry: MilestoneInfo) -> list[str | int | date | None]:
    row = cells(entry)
    return [
        date.fromisoformat(cell) if isinstance(cell, str) and _DAY.fullmatch(cell) else cell
        for cell in map(row.__getitem__, COLUMNS)
    ]


def _write(  # noqa: PLR0913, PLR0917 -- a cell, its place and how it may look
    sheet: Worksheet, row: int, column: int, cell: str | int | date | None, day: Format, text: Format
) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, int):
        sheet.write_number(row, column, cell)
    elif isinstance(cell, date) and cell.year >= _FIRST_YEAR:
        sheet.write_datetime(row, column, cell, day)
    else:
        sheet.write_string(row, column, str(cell)[:_LONGEST_CELL], text)
