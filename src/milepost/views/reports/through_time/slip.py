"""The report on slip: each milestone against one and two months earlier, and against its baseline."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from milepost.base import dates
from milepost.base.dates import PlannedDate, iso, months_before, moved_by
from milepost.base.errors import count
from milepost.document import schedule
from milepost.history.courses import courses
from milepost.views.reports.charts import Timeline, TimeRow
from milepost.views.reports.table import CODE, DUE, NAME, Column, Group, Kind, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from milepost.document.model import Document
    from milepost.history.courses import Point
    from milepost.history.states import Snapshot
    from milepost.views.reports.table import Cell, Options

MONTHS = (2, 1)
"""How many months earlier the states are."""

MOST_ROWS = 40
"""Milestones in the chart: those that moved most."""

_ABOUT = {
    "due": "Due dates, as each state gives them.",
    "expected": "Expected dates: the day of completion, or else the forecast, or else the due date. What a "
    "state that gives no forecasts expected is not known.",
}


def slip(document: Document, snapshots: Sequence[Snapshot], options: Options) -> Table:
    """Compare the dates of each milestone with those of the states one and two months earlier."""
    data_date, dated = document.metadata.data_date, options.dates
    states = state_days(data_date, snapshots)
    asked = {milestone.code for milestone in options.milestones(document)}
    rows = []
    for course in courses(document, snapshots):
        milestone = document.milestone(course.code)
        if milestone is None or course.code not in asked:
            continue
        points = {point.day: point for point in course.points}
        now = date_of(points[data_date], dated)
        cells: list[Cell] = [course.code, course.name]
        for months in MONTHS:
            point = points.get(day) if (day := states[months]) else None
            then = date_of(point, dated) if point else None
            cells += [then, moved(then, now)]
        set_aside = schedule.state(milestone, data_date).is_set_aside
        late = None if set_aside else schedule.slip(milestone, data_date)[0]
        if not options.moved or any(cells[3::2]):
            rows.append((*cells, now, *([milestone.due] if dated != "due" else []), late))
    return Table(
        name="slip",
        title=f"Slip of {dated} dates",
        handle=document.metadata.handle,
        data_date=data_date,
        note=f"{_ABOUT[dated]} {' '.join(_states_in_words(data_date, states))} Days are later if positive. "
        "Slip is the number of days from the due date as of now to the day of completion; of an overdue "
        "milestone to the data date, of an open one to its forecast.",
        columns=(CODE, NAME, *_columns(dated)),
        groups=(Group(rows=tuple(rows)),),
    )


def _columns(dated: str) -> Iterator[Column]:
    for months in MONTHS:
        title = f"{dated.capitalize()} {count(months, 'month')} earlier"
        yield Column(name=f"{dated}_{months}", title=title, kind=Kind.DATE)
        yield Column(name=f"moved_{months}", title="Moved since", kind=Kind.NUMBER)
    yield Column(name=dated, title=dated.capitalize(), kind=Kind.DATE)
    if dated != "due":
        yield DUE
    yield Column(name="slip", title="Slip", kind=Kind.NUMBER)


def state_days(data_date: date, snapshots: Sequence[Snapshot]) -> dict[int, date | None]:
    """Return the day of the last state at or before each number of months before `data_date`."""
    days = sorted(snapshot.day for snapshot in snapshots)
    found = {months: months_before(data_date, months) for months in MONTHS}
    return {
        months: next((day for day in reversed(days) if day <= earlier), None)
        for months, earlier in found.items()
    }


def _states_in_words(data_date: date, states: Mapping[int, date | None]) -> Iterator[str]:
    for months, day in states.items():
        earlier = f"{count(months, 'month').capitalize()} earlier ({iso(months_before(data_date, months))})"
        yield f"{earlier}: the state of {iso(day)}." if day else f"{earlier}: there is no state."


def date_of(point: Point, dated: str) -> PlannedDate | None:
    """Return the due or the expected date that a state gives; None if it gives none."""
    if dated == "due":
        return point.due
    if point.completed is not None:
        return PlannedDate(point.completed)
    if "forecast" not in point.stated or point.state == "cancelled":
        return None
    return point.forecast or (point.due if point.state is None else None)


def moved(then: PlannedDate | None, now: PlannedDate | None) -> int | None:
    """Return by how many days a date is later than it was, at least; None if one is not known."""
    if then is None or now is None or not then.known or not now.known:
        return None
    return dates.slip(then, now)


def slip_chart(document: Document, snapshots: Sequence[Snapshot], options: Options) -> Timeline:
    """Return what has moved in the last two months: its dates then, a month ago and now."""
    data_date, dated = document.metadata.data_date, options.dates
    table = slip(document, snapshots, replace(options, moved=True))
    states = state_days(data_date, snapshots)
    # Where both are the same state, its dates are drawn once.
    drawn = {
        months: day
        for months, day in states.items()
        if day and (months == MONTHS[0] or day != states[MONTHS[0]])
    }
    moves: list[tuple[int, TimeRow]] = []
    for code, name, two, _, one, _, now, *_ in table.rows:
        then_by_months = dict(zip(MONTHS, (two, one), strict=True))
        marks = [
            (then.last, f"earlier-{months}")
            for months in drawn
            if isinstance(then := then_by_months[months], PlannedDate) and then.known
        ]
        if isinstance(now, PlannedDate) and now.known and marks:
            marks.append((now.last, "now"))
            first = next(then for then in (two, one) if isinstance(then, PlannedDate) and then.known)
            row = TimeRow(
                code=str(code), name=str(name), marks=tuple(marks), words=moved_by(first, now) or "as before"
            )
            moves.append((abs(dates.slip(first, now)), row))
    moves.sort(key=lambda each: -each[0])
    shown = tuple(row for _, row in moves[:MOST_ROWS])
    marked = [day for row in shown for day, _ in row.marks] or [data_date]
    left_out = len(moves) - len(shown)
    less = [f"Left out: {count(left_out, 'milestone')} that moved less."] if left_out else []
    return Timeline(
        name="slip",
        title=f"{table.handle}: {table.title}, as of {iso(data_date)}",
        note=" ".join([*_states_in_words(data_date, states), *less]),
        description="; ".join(f"{row.code} {row.words}" for row in shown) or "Nothing has moved.",
        data_date=data_date,
        start=months_before(min(marked), 1),
        end=months_before(max(marked), -1),
        kinds=(
            *((f"earlier-{months}", f"{dated} on {iso(day)}") for months, day in drawn.items()),
            ("now", f"{dated} now"),
        ),
        rows=shown,
    )
