"""What is recorded of an export beside its milestones: the relations between them, and activities to show.

# source: 202402-ME.xls
# sha256: 7f83b1657ff1fc53b92dc18148a1d65dfc2d4b1fa3d677284addd200126d9069
predecessor,successor,kind,lag
A-1,A-2,FS,0
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from milepost.base import dates
from milepost.base.errors import quoted
from milepost.history.csv_rows import CsvRows, csv_cell, text_of_cell
from milepost.history.exports import plain
from milepost.loading.load import read
from milepost.schedule.activities import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from pathlib import Path

    from milepost.loading.nodes import Scalar
    from milepost.schedule.activities import Schedule

_LINKS = ("predecessor", "successor", "kind", "lag")
_SHOWN = ("code", "name", "category", "description", "start", "finish", "completed")


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """A relation between two milestones of an export.

    Attributes:
        predecessor, successor: their codes.
        kind: what it joins.
        lag: the time between the two, in hours; negative for a lead.
    """

    predecessor: str
    successor: str
    kind: Kind
    lag: Decimal


@dataclass(frozen=True, slots=True, order=True)
class ShownActivity:
    """An activity that the export assigns to a category of a summary chart.

    Attributes:
        code, name: of the activity.
        category: of the chart.
        description: what is shown in it.
        start, finish: as expected now, or as they were.
        completed: the day of completion; None while it is open.
    """

    code: str
    name: str
    category: str
    description: str
    start: date | None
    finish: date | None
    completed: date | None


def links_of(schedule: Schedule) -> tuple[Link, ...]:
    """Return the relations of which both ends are milestones of the export, sorted, each once."""
    codes = {each.code for each in schedule.milestones}
    joined = (each for each in schedule.joined if each.predecessor in codes and each.successor in codes)
    links = {Link(plain(each.predecessor), plain(each.successor), each.kind, each.lag) for each in joined}
    return tuple(sorted(links))


def shown_activities_of(schedule: Schedule) -> tuple[ShownActivity, ...]:
    """Return the activities that have a category, sorted."""
    found = [
        ShownActivity(
            plain(each.code),
            plain(each.name),
            plain(each.category[0]),
            plain(each.category[1]),
            each.start,
            each.actual or each.finish,
            each.completed,
        )
        for each in schedule.activities
        if each.category is not None
    ]
    return tuple(sorted(found, key=lambda each: each.code))


def links_csv(links: Iterable[Link], head: str) -> str:
    """Return links as CSV; `head` are the first lines."""
    rows = (
        (csv_cell(each.predecessor), csv_cell(each.successor), each.kind, _hours(each.lag)) for each in links
    )
    return _csv(head, _LINKS, rows)


def activities_csv(activities: Iterable[ShownActivity], head: str) -> str:
    """Return activities as CSV; `head` are the first lines."""
    rows = ([csv_cell(_text(getattr(each, name))) for name in _SHOWN] for each in activities)
    return _csv(head, _SHOWN, rows)


def read_relations(path: Path, *, shown_as: str | None = None) -> tuple[Link, ...]:
    """Return the links in the file `path`, sorted.

    Raises:
        MilepostError: with every fault of the file.
    """
    table = _table(path, shown_as)
    found: list[Link] = []
    for cells in table.cells(table.take_columns(_LINKS, _LINKS)):
        kind, lag = Kind.FINISH_TO_START, Decimal()
        try:
            kind = Kind(cells["kind"].text)
        except ValueError:
            message = f"{quoted(cells['kind'].text)} is no kind of relation"
            table.complain("choice", cells["kind"].place, message, f"write {', '.join(Kind)}")
        try:
            lag = Decimal(text_of_cell(cells["lag"].text))
        except InvalidOperation:
            lag = Decimal("NaN")
        if not lag.is_finite():
            message = f"{quoted(cells['lag'].text)} is not a number of hours"
            table.complain("number", cells["lag"].place, message, "write a number, as in 40 or -8")
        predecessor, successor = (_code(table, cells[name]) for name in ("predecessor", "successor"))
        found.append(Link(predecessor, successor, kind, lag))
    if table.problems:
        raise table.error()
    return tuple(sorted(found))


def read_activities(path: Path, *, shown_as: str | None = None) -> tuple[ShownActivity, ...]:
    """Return the activities in the file `path`, sorted by code.

    Raises:
        MilepostError: with every fault of the file.
    """
    table = _table(path, shown_as)
    found: list[ShownActivity] = []
    for cells in table.cells(table.take_columns(_SHOWN, _SHOWN)):
        days = [_day(table, cells[name]) for name in ("start", "finish", "completed")]
        name, category, description = (
            text_of_cell(cells[name].text) for name in ("name", "category", "description")
        )
        found.append(ShownActivity(_code(table, cells["code"]), name, category, description, *days))
    if table.problems:
        raise table.error()
    return tuple(sorted(found, key=lambda each: each.code))


def _table(path: Path, shown_as: str | None) -> CsvRows:
    file = shown_as or str(path)
    table = CsvRows(read(path, file), file)
    table.take_statements()
    if not table.rows and not table.problems:
        table.complain("missing", table.start, "the line with the names of the columns is missing", "add it")
    return table


def _code(table: CsvRows, cell: Scalar) -> str:
    code = text_of_cell(cell.text).strip()
    if not code:
        table.complain("empty", cell.place, "the code is missing", "write it, or remove the row")
    return code


def _day(table: CsvRows, cell: Scalar) -> date | None:
    if not cell.text:
        return None
    try:
        return dates.parse(cell.text)
    except ValueError as error:
        table.complain("date", cell.place, str(error), "write it as year-month-day, like 2019-07-16")
        return None


def _csv(head: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    text.write(head)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def _hours(lag: Decimal) -> str:
    text = f"{lag or Decimal():f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _text(value: object) -> str:
    return "" if value is None else str(value)
