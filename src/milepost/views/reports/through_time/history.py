"""The dates of milestones in each state of a document, as a table for people and as one for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.base.dates import iso
from milepost.history.courses import courses
from milepost.views.reports.table import CODE, DUE, NAME, STATE, Column, Group, Kind, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from milepost.document.model import Document
    from milepost.history.courses import Course, Point
    from milepost.history.states import Snapshot
    from milepost.views.reports.table import Cell, Options

DATES = ("due", "forecast", "completed")
"""The dates that can be followed."""

ABSENT, UNKNOWN = "-", "?"
"""What stands for a milestone that a state does not have, and for a date that a state does not tell."""

_ALL_DATES = {"due": "due dates", "forecast": "forecasts", "completed": "days of completion"}
_NOTHING = {
    "due": "",
    "forecast": "An empty cell: no other date than the due date was expected. ",
    "completed": "An empty cell: it was not completed. ",
}


def followed(document: Document, snapshots: Sequence[Snapshot], options: Options, date: str) -> Table:
    """Return one of the dates of each milestone, a column for each state.

    Args:
        document: the present state, which has the last column.
        snapshots: the earlier ones.
        options: `selection` says which milestones.
        date: one of `DATES`.
    """
    chosen = _chosen(document, snapshots, options)
    days = sorted({point.day for course in chosen for point in course.points})
    note = (
        f"The {_ALL_DATES[date]} in each state, by the data date of the state. {_NOTHING[date]}"
        f"{ABSENT}: the state does not have the milestone; {UNKNOWN}: it does not tell that date."
    )
    rows = []
    for course in chosen:
        points = {point.day: point for point in course.points}
        cells = [_cell(points[day], date) if day in points else ABSENT for day in days]
        rows.append((course.code, course.name, *cells))
    return Table(
        name="history",
        title=f"{_ALL_DATES[date]} through time".capitalize(),
        handle=document.metadata.handle,
        data_date=document.metadata.data_date,
        note=note,
        columns=(CODE, NAME, *(Column(name=iso(day), title=iso(day), kind=Kind.DATE) for day in days)),
        groups=(Group(rows=tuple(rows)),),
    )


def _cell(point: Point, date: str) -> Cell:
    known: Cell = getattr(point, date)
    return known if date in point.stated else UNKNOWN


def points(document: Document, snapshots: Sequence[Snapshot], options: Options) -> Table:
    """Return all dates, a row for each milestone and state: a long table, for programs.

    What a state does not tell is named in the column `unknown`; another empty cell means that there was none.
    """
    rows = [
        (course.code, course.name, point.day, *_facts(point), _unknown(point))
        for course in _chosen(document, snapshots, options)
        for point in course.points
    ]
    return Table(
        name="history",
        title="Dates through time",
        handle=document.metadata.handle,
        data_date=document.metadata.data_date,
        note="The dates in each state, by the data date of the state.",
        columns=(
            CODE,
            NAME,
            Column(name="day", title="State of", kind=Kind.DATE),
            DUE,
            Column(name="forecast", title="Forecast", kind=Kind.DATE),
            Column(name="completed", title="Completed", kind=Kind.DATE),
            STATE,
            Column(name="unknown", title="Unknown", kind=Kind.CODES),
        ),
        groups=(Group(rows=tuple(rows)),),
    )


def _facts(point: Point) -> tuple[Cell, ...]:
    return point.due, point.forecast, point.completed, point.state


def _unknown(point: Point) -> tuple[str, ...]:
    return tuple(field for field in (*DATES, "state") if field not in point.stated)


def _chosen(document: Document, snapshots: Sequence[Snapshot], options: Options) -> list[Course]:
    codes = {milestone.code for milestone in options.milestones(document)}
    return [course for course in courses(document, snapshots) if course.code in codes]
