"""Reports on dates: what is late, what comes next, and what remains."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from milepost.base.dates import UNDATED, PlannedDate, iso, months_before
from milepost.base.errors import count
from milepost.document import schedule
from milepost.document.impact import is_to_come
from milepost.document.schedule import State
from milepost.views.reports.charts import Timeline, TimeRow
from milepost.views.reports.table import (
    CODE,
    DUE,
    EXPECTED,
    LEVEL,
    NAME,
    NO_PART,
    STATE,
    Column,
    Group,
    Kind,
    Table,
    part_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from milepost.document.model import Document, Milestone
    from milepost.history.states import Snapshot
    from milepost.views.reports.table import Options, Row

_EXPECTED_IS = "The expected date is the forecast, or else the due date."
_DAYS_LATE = Column(name="days", title="Days late", kind=Kind.NUMBER)


def delayed(document: Document, _: Sequence[Snapshot], options: Options) -> Table:
    """List what is overdue or expected after its due date, the latest first, with what waits for it."""
    data_date = document.metadata.data_date
    waiting: dict[str, list[str]] = {}
    for milestone in document.milestones:
        if is_to_come(milestone):
            for code in dict.fromkeys(milestone.predecessors):
                waiting.setdefault(code, []).append(milestone.code)
    late: list[tuple[int, Row]] = []
    for milestone in options.milestones(document):
        now, days = schedule.state(milestone, data_date), schedule.slip(milestone, data_date)[0]
        if now.is_open and (days > 0 or now is State.OVERDUE):
            held = tuple(waiting.get(milestone.code, ()))
            late.append((days, (*_facts(milestone, data_date), days, held)))
    late.sort(key=lambda each: -each[0])
    return Table(
        name="delayed",
        title="Delayed milestones",
        handle=document.metadata.handle,
        data_date=data_date,
        note="Open milestones that are overdue, or expected after they are due. "
        f"{_EXPECTED_IS} Days late are counted from the due date to the expected date or, of what is "
        "overdue, to the data date.",
        columns=(
            *_COLUMNS,
            _DAYS_LATE,
            Column(name="waiting", title="What waits for it", kind=Kind.CODES),
        ),
        groups=(Group(rows=tuple(row for _, row in late)),),
    )


def upcoming(document: Document, _: Sequence[Snapshot], options: Options) -> Table:
    """List what is overdue, and then what is due or expected in the time ahead."""
    data_date, to = document.metadata.data_date, last_day(document, options)
    found: list[tuple[bool, PlannedDate, Row]] = []
    for milestone in options.milestones(document):
        now, date_now = schedule.state(milestone, data_date), schedule.expected(milestone) or UNDATED
        if not is_to_come(milestone):
            continue
        is_expected = date_now.known and data_date <= date_now.last <= to
        # The due date of what is deferred no longer holds.
        is_due = now.is_open and milestone.due.known and data_date <= milestone.due.last <= to
        if now is State.OVERDUE or is_expected or is_due:
            when = milestone.due if is_due and not is_expected else date_now
            days = (date_now.last - data_date).days if date_now.known else None
            row = (*_facts(milestone, data_date), days, schedule.slip(milestone, data_date)[0])
            found.append((now is not State.OVERDUE, when, row))
    found.sort(key=lambda each: each[:2])
    return Table(
        name="upcoming",
        title=f"Upcoming milestones until {iso(to)}",
        handle=document.metadata.handle,
        data_date=data_date,
        note=f"What is overdue, then what is due or expected by {iso(to)}, "
        f"{count((to - data_date).days, 'day')} ahead. {_EXPECTED_IS}",
        columns=(*_COLUMNS, Column(name="ahead", title="Days ahead", kind=Kind.NUMBER), _DAYS_LATE),
        groups=(Group(rows=tuple(row for _, _, row in found)),),
    )


def last_day(document: Document, options: Options) -> date:
    """Return the last day on which a report looks ahead."""
    data_date = document.metadata.data_date
    return options.to or data_date + min(timedelta(days=options.days), date.max - data_date)


def remaining(document: Document, _: Sequence[Snapshot], options: Options) -> Table:
    """List what is not completed, by its place in the work breakdown structure.

    On a day after the data date, that is what is not expected to be completed by then.
    """
    data_date = document.metadata.data_date
    day = options.as_of or data_date
    places: dict[str, list[Row]] = {}
    milestones = options.milestones(document)
    for milestone in milestones:
        if is_to_come(milestone) and not _is_done_by(milestone, day, data_date):
            place = part_of(milestone.wbs, options.wbs_depth)
            places.setdefault(place, []).append(_facts(milestone, data_date))
    number = sum(map(len, places.values()))
    note = f"{number} of {count(len(milestones), 'milestone')}. {_EXPECTED_IS}"
    if day > data_date:
        note += (
            f" What is expected by {iso(day)} is taken for completed then; what is overdue is not expected."
        )
    return Table(
        name="remaining",
        title="Remaining milestones by WBS" if day <= data_date else f"Remaining on {iso(day)} by WBS",
        handle=document.metadata.handle,
        data_date=data_date,
        note=note,
        columns=_COLUMNS,
        groups=tuple(
            Group(name=place, title=f"{place} ({count(len(rows), 'milestone')})", rows=tuple(rows))
            for place, rows in sorted(places.items(), key=lambda each: (each[0] == NO_PART, each[0]))
        )
        or (Group(rows=()),),
    )


def _is_done_by(milestone: Milestone, day: date, data_date: date) -> bool:
    """Return whether an open milestone is expected to be completed by `day`."""
    if day <= data_date or schedule.state(milestone, data_date) is State.OVERDUE:
        return False
    date_now = schedule.expected(milestone)
    return date_now is not None and date_now.known and date_now.last <= day


_COLUMNS = (CODE, NAME, LEVEL, DUE, EXPECTED, STATE)


def _facts(milestone: Milestone, data_date: date) -> Row:
    """Return the cells for `_COLUMNS`."""
    return (
        milestone.code,
        milestone.name,
        milestone.level,
        milestone.due,
        schedule.expected(milestone),
        str(schedule.state(milestone, data_date)),
    )


def upcoming_chart(document: Document, snapshots: Sequence[Snapshot], options: Options) -> Timeline:
    """Return what `upcoming` lists on an axis from a month before the data date to the last day."""
    table = upcoming(document, snapshots, options)
    rows = tuple(
        row for code, *_ in table.rows if (row := _coming(document.milestone(str(code)), table.data_date))
    )
    kinds = {kind for row in rows for _, kind in row.marks}
    return Timeline(
        name="upcoming",
        title=f"{table.handle}: {table.title}, as of {iso(table.data_date)}",
        note="An arrow is at the edge for a date beyond it.",
        description="; ".join(f"{row.code} {row.words}" for row in rows) or "Nothing is coming.",
        data_date=table.data_date,
        start=months_before(table.data_date, 1),
        end=last_day(document, options),
        kinds=tuple((kind, kind) for kind in ("due", "overdue", "expected") if kind in kinds),
        rows=rows,
    )


def _coming(milestone: Milestone | None, data_date: date) -> TimeRow | None:
    if milestone is None:
        return None
    now, date_now = schedule.state(milestone, data_date), schedule.expected(milestone)
    marks = []
    if milestone.due.known and now.is_open:
        marks.append((milestone.due.last, "overdue" if now is State.OVERDUE else "due"))
    if milestone.forecast is not None and milestone.forecast.known:
        marks.append((milestone.forecast.last, "expected"))
    words = f"overdue, {date_now}" if now is State.OVERDUE else f"{date_now}"
    return TimeRow(code=milestone.code, name=milestone.name, marks=tuple(marks), words=words)
