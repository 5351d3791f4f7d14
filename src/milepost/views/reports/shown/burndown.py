"""How many milestones remain at the end of each month: planned, forecast, forecast earlier, and in fact."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from milepost.base.dates import UNDATED, PlannedDate, Unit, iso, months_before
from milepost.base.errors import count
from milepost.document import schedule
from milepost.document.selection import Selection
from milepost.history.states import said_of
from milepost.views.reports.table import Column, Group, Kind, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from milepost.document.model import Document, Milestone
    from milepost.history.states import Snapshot
    from milepost.views.reports.table import Options

_MOST_MONTHS = 600
"""Of more months, only those in which a number changes are listed."""


class Line(NamedTuple):
    """The milestones that remain at the end of each month; None where the line says nothing.

    `name` is for programs, `title` for people.
    """

    name: str
    title: str
    remaining: tuple[int | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Burndown:
    """A burndown.

    Attributes:
        data_date: up to this day it is known what is achieved.
        before: the day of the earlier state whose forecast is one of the lines; None without one.
        total: the number of milestones.
        months: the first day of each month.
        ends: the day for which the numbers of each month are: its last day.
        lines: planned, forecast, the forecast of the earlier state if there is one, and achieved.
        title, note: of the chart.
        name: for files and identifiers.
    """

    data_date: date
    before: date | None
    total: int
    months: tuple[PlannedDate, ...]
    ends: tuple[date, ...]
    lines: tuple[Line, ...]
    title: str
    note: str
    name: str = "burndown"

    @property
    def achieved(self) -> int:
        """How many remain on the data date."""
        known = [number for number in self.lines[-1].remaining if number is not None]
        return known[-1] if known else 0

    @property
    def description(self) -> str:
        """The text alternative of the chart."""
        ends = [f"{line.title} {line.remaining[-1]}" for line in self.lines if line.remaining[-1] is not None]
        return (
            f"{count(self.total, 'milestone')}, {self.achieved} of which remain on {iso(self.data_date)}. "
            f"Remaining at the end of {self.months[-1]}: {', '.join(ends)}."
        )


def state_before(snapshots: Iterable[Snapshot], day: date) -> Snapshot | None:
    """Return the latest state that is not after `day`."""
    return max((each for each in snapshots if each.day <= day), key=lambda each: each.day, default=None)


def burndown_of(
    document: Document, snapshots: Iterable[Snapshot], selection: Selection | None = None, months: int = 3
) -> Burndown:
    """Return how many of the selected milestones remain at the end of each month.

    Cancelled milestones are left out. A milestone remains as long as its date is not known, and an open one
    whose forecast has passed remains in the forecast: no date is known on which it will be done.

    Args:
        document: the present state.
        snapshots: earlier states.
        selection: which milestones; None for all.
        months: how many months before the data date the earlier forecast was made. The latest state that is
            not after that day is taken.
    """
    data_date = document.metadata.data_date
    selected = document.selected(selection or Selection())
    milestones = [each for each in selected if not each.cancelled]
    asked = months_before(data_date, months)
    snapshot = state_before(snapshots, asked)
    notes = list(_notes(selected, milestones, data_date))
    planned = [each.due for each in milestones]
    forecast = [_still_expected(each, data_date) for each in milestones]
    achieved = [_completed(each) for each in milestones]
    dates = [*planned, *forecast, *achieved, PlannedDate(data_date)]
    expected_then: list[PlannedDate] = []
    if snapshot is None:
        notes.append(f"No state from {iso(asked)} or before is known, so there is no earlier forecast.")
    else:
        states = [then for each in milestones if (then := as_known(each, snapshot))]
        expected_then = [_still_expected(each, snapshot.day) for each in states if not each.cancelled]
        dates += [*expected_then, PlannedDate(snapshot.day)]
        notes += _notes_of_state(snapshot, len(milestones) - len(states))
    ends = tuple(_ends(dates))
    lines = [
        Line("planned", "Planned", _remaining(planned, ends)),
        Line("forecast", "Forecast", _from(data_date, ends, _remaining(forecast, ends))),
    ]
    if snapshot is not None:
        title = f"Forecast of {iso(snapshot.day)}"
        lines.append(Line("forecast_then", title, _from(snapshot.day, ends, _remaining(expected_then, ends))))
    lines.append(Line("achieved", "Achieved", _until(data_date, ends, _remaining(achieved, ends))))
    kept = _kept(lines)
    return Burndown(
        data_date=data_date,
        before=None if snapshot is None else snapshot.day,
        total=len(milestones),
        months=tuple(PlannedDate(ends[number].replace(day=1), Unit.MONTH) for number in kept),
        ends=tuple(ends[number] for number in kept),
        lines=tuple(
            line._replace(remaining=tuple(line.remaining[number] for number in kept)) for line in lines
        ),
        title=f"{document.metadata.handle}: milestones that remain, as of {iso(data_date)}",
        note=" ".join(notes),
    )


def _notes(selected: Sequence[Milestone], planned: Sequence[Milestone], data_date: date) -> Iterator[str]:
    if cancelled := len(selected) - len(planned):
        yield f"{count(cancelled, 'cancelled milestone')} {_is(cancelled)} left out."
    overdue = sum(schedule.state(each, data_date) is schedule.State.OVERDUE for each in planned)
    if overdue:
        remain = "remains" if overdue == 1 else "remain"
        yield f"{count(overdue, 'milestone')} {_is(overdue)} overdue and {remain} in the forecast."
    if undated := sum(not (schedule.expected(each) or UNDATED).known for each in planned):
        yield f"{count(undated, 'milestone')} without a date remain{'s' * (undated == 1)} in the forecast."


def _notes_of_state(snapshot: Snapshot, unknown: int) -> Iterator[str]:
    if "forecast" not in snapshot.columns:
        yield f"The state of {iso(snapshot.day)} has no forecasts: its due dates are taken."
    if unknown:
        yield f"{count(unknown, 'milestone')} {_is(unknown)} not in the state of {iso(snapshot.day)}."


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _completed(milestone: Milestone) -> PlannedDate:
    return UNDATED if milestone.completed is None else PlannedDate(milestone.completed)


def _still_expected(milestone: Milestone, day: date) -> PlannedDate:
    """Return the date on which it is expected, as known on `day`; no date if that has passed."""
    expected = schedule.expected(milestone) or UNDATED
    return UNDATED if schedule.state(milestone, day) is schedule.State.OVERDUE else expected


def as_known(milestone: Milestone, snapshot: Snapshot) -> Milestone | None:
    """Return `milestone` as the state knew it; None if the state has no date of it.

    What it does not say of completions and cancellations is taken from now, if it was so then.
    """
    row = said_of(milestone, snapshot)
    if row is None or row.get("due") is None:
        return None
    facts = {
        "completed": milestone.completed if _is_until(milestone.completed, snapshot.day) else None,
        "state": milestone.state if _is_until(milestone.since, snapshot.day) else None,
        "forecast": None,
    }
    facts |= {key: row[key] for key in (*facts, "due") if key in row}
    return milestone.model_copy(update=facts)


def _is_until(day: date | None, last: date) -> bool:
    return day is not None and day <= last


def _ends(dates: Iterable[PlannedDate]) -> Iterator[date]:
    """Yield the last day of each month, from the one before the first of `dates` to that of the last one."""
    known = [each.last for each in dates if each.known]
    first = min(known).replace(day=1)
    month, last = (first - timedelta(1)).replace(day=1) if first > date.min else first, max(known)
    while True:
        end = PlannedDate(month, Unit.MONTH).last
        yield end
        if end >= last:
            return
        month = end + timedelta(1)


def _remaining(dates: Iterable[PlannedDate], ends: Iterable[date]) -> tuple[int | None, ...]:
    """Return how many of `dates` are after each day; those that are not known are after every day."""
    every = list(dates)
    known = sorted(each.last for each in every if each.known)
    return tuple(len(every) - bisect_right(known, end) for end in ends)


def _from(day: date, ends: Sequence[date], numbers: tuple[int | None, ...]) -> tuple[int | None, ...]:
    return tuple(number if end >= day else None for end, number in zip(ends, numbers, strict=True))


def _until(day: date, ends: Sequence[date], numbers: tuple[int | None, ...]) -> tuple[int | None, ...]:
    """Return the numbers of the months that begin before or on `day`."""
    return tuple(
        number if end.replace(day=1) <= day else None for end, number in zip(ends, numbers, strict=True)
    )


def _kept(lines: Sequence[Line]) -> list[int]:
    """Return the positions of the months to list."""
    rows = list(zip(*(line.remaining for line in lines), strict=True))
    if len(rows) <= _MOST_MONTHS:
        return list(range(len(rows)))
    changed = {number for number, (one, other) in enumerate(pairwise(rows)) if one != other}
    return sorted({0, len(rows) - 1} | changed | {number + 1 for number in changed})


def burndown_chart(document: Document, snapshots: Sequence[Snapshot], options: Options) -> Burndown:
    """Return the burndown for a drawing."""
    return burndown_of(document, snapshots, options.selection, options.months)


def burndown(document: Document, snapshots: Sequence[Snapshot], options: Options) -> Table:
    """Return the burndown as a table with a row for each month."""
    found = burndown_chart(document, snapshots, options)
    columns = (Column(name=line.name, title=line.title, kind=Kind.NUMBER) for line in found.lines)
    numbers = zip(*(line.remaining for line in found.lines), strict=True)
    note = (
        "How many milestones remain at the end of each month: planned by their due dates, forecast by the "
        "dates that are expected now, and achieved."
    )
    return Table(
        name="burndown",
        title="Burndown",
        handle=document.metadata.handle,
        data_date=found.data_date,
        note=f"{note} {found.note}".strip(),
        columns=(Column(name="month", title="Month", kind=Kind.DATE), *columns),
        groups=(Group(rows=tuple((month, *row) for month, row in zip(found.months, numbers, strict=True))),),
    )
