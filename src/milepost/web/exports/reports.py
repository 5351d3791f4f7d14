"""A report as CSV and JSON, for programs.

`docs/how-to/reports.md` describes both, `docs/reference/report-schema.json` is the schema of the JSON.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from milepost.base.dates import PlannedDate, iso
from milepost.history.csv_rows import csv_cell
from milepost.views.reports.table import Column, Share

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.views.reports.table import Cell, Row, Table

Flat = str | int | date | PlannedDate | None
"""What one cell of a table of cells can hold."""

SCHEMA = 1
"""The version of the JSON format; it increases with changes that are not compatible."""

GROUP = Column(name="group", title="Group")
"""The first column of a report in groups, in CSV and in a workbook."""


def report_csv(table: Table) -> str:
    """Return a report as CSV (RFC 4180): a header and the rows, without totals.

    Several codes are joined by spaces, and missing values are empty. Text that a spreadsheet could read as a
    formula is guarded as in `milepost.web.exports.data`.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)  # its default is RFC 4180: commas, CR LF, quotes if needed
    writer.writerow(column.name for column in columns_of(table))
    for row in rows_of(table):
        writer.writerow(
            "" if cell is None else csv_cell(cell) if isinstance(cell, str) else cell for cell in row
        )
    return text.getvalue()


def columns_of(table: Table) -> tuple[Column, ...]:
    """Return the columns of a report without groups: their names are in the first one, if they have any."""
    return (GROUP, *table.columns) if table.is_grouped else table.columns


def rows_of(table: Table) -> Iterator[list[Flat]]:
    """Yield the rows of all groups, with cells for `columns_of`."""
    for group in table.groups:
        for row in group.rows:
            yield [*([group.name] if table.is_grouped else []), *map(_flat, row)]


def _flat(cell: Cell) -> Flat:
    if isinstance(cell, Share):
        # A spreadsheet would read 3/5 as a day in May.
        return f"{cell.completed} of {cell.planned}" if cell.planned else None
    return " ".join(cell) if isinstance(cell, tuple) else cell


def report_json(table: Table) -> str:
    """Return a report as JSON."""
    values = {
        "schema": SCHEMA,
        "report": table.name,
        "title": table.title,
        "note": table.note,
        "document": {"handle": table.handle, "data_date": iso(table.data_date)},
        "columns": [
            {"name": column.name, "title": column.title, "kind": column.kind.value}
            for column in table.columns
        ],
        "groups": [
            {
                "name": group.name,
                "title": group.title,
                "rows": [_by_name(table, row) for row in group.rows],
                "total": None if group.total is None else _by_name(table, group.total),
            }
            for group in table.groups
        ],
    }
    return json.dumps(values, indent=1, ensure_ascii=False) + "\n"


def _by_name(table: Table, row: Row) -> dict[str, Any]:
    return {column.name: _value(cell) for column, cell in zip(table.columns, row, strict=True)}


def _value(cell: Cell) -> Any:
    if isinstance(cell, Share):
        return asdict(cell)
    if isinstance(cell, tuple):
        return list(cell)
    return cell if cell is None or isinstance(cell, int) else str(cell)
