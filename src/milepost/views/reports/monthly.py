"""The report by month: of what is due in each month, how much is completed."""

from __future__ import annotations

import calendar
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from milepost.base.dates import UNDATED, iso
from milepost.base.errors import count
from milepost.document import schedule
from milepost.document.schedule import State
from milepost.document.traverse import deliveries
from milepost.views.reports.charts import Bar, Bars
from milepost.views.reports.table import NO_PART, Column, Group, Kind, Share, Table, part_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from milepost.document.model import Document, Milestone
    from milepost.history.states import Snapshot
    from milepost.views.reports.table import Options, Row

    PartsOf = Callable[[Milestone], tuple[str, ...]]

_MONTHS = range(1, 13)
_TITLES = {"level": "level", "wbs": "WBS", "section": "section"}
_PART = Column(name="part", title="Part")

_GRID = (
    _PART,
    *(Column(name=f"{month:02}", title=calendar.month_abbr[month], kind=Kind.SHARE) for month in _MONTHS),
    Column(name="year", title="Year", kind=Kind.SHARE),
)
_LIST = (
    Column(name="month", title="Month", kind=Kind.DATE),
    _PART,
    Column(name="completed", title="Completed", kind=Kind.NUMBER),
    Column(name="planned", title="Planned", kind=Kind.NUMBER),
    Column(name="codes", title="Codes", kind=Kind.CODES),
)


def monthly(document: Document, _: Sequence[Snapshot], options: Options) -> Table:
    """Count what is due in each month and what of it is completed, or list the codes."""
    asked = options.milestones(document)
    planned = [each for each in asked if each.state is None]
    parts_of = _parts_of(document, options)
    note = (
        "By the month in which milestones are due: completed of planned. What is due in a quarter or a year "
        "counts in its last month."
    )
    if left_out := len(asked) - len(planned):
        are = "is" if left_out == 1 else "are"
        note += f" {count(left_out, 'cancelled or deferred milestone')} {are} left out."
    if options.by == "section":
        note += " A milestone counts in each section that has or delivers it, and once in totals."
    return Table(
        name="monthly",
        title=f"Milestones by month due and {_TITLES[options.by]}",
        handle=document.metadata.handle,
        data_date=document.metadata.data_date,
        note=note,
        columns=_LIST if options.codes else _GRID,
        groups=(
            (Group(rows=tuple(_listed(planned, parts_of))),)
            if options.codes
            else tuple(_years(planned, parts_of)) or (Group(rows=()),)
        ),
    )


def _parts_of(document: Document, options: Options) -> PartsOf:
    """Return the function that gives the parts in which a milestone counts."""
    if options.by == "level":
        return lambda milestone: (str(milestone.level or NO_PART),)
    if options.by == "wbs":
        return lambda milestone: (part_of(milestone.wbs, options.wbs_depth),)
    found = document.once(deliveries)
    within: dict[str, list[str]] = {}
    for owner in (each.code for each in document.milestones if each.code in found):
        for code in {owner, *found[owner]}:
            within.setdefault(code, []).append(owner)
    return lambda milestone: tuple(within.get(milestone.code, (NO_PART,)))


def month_of(milestone: Milestone) -> str:
    """Return the month in which `milestone` is due at the latest: `2024-07`, or `tbd`."""
    return iso(milestone.due.last)[:7] if milestone.due.known else str(UNDATED)


def _listed(milestones: Sequence[Milestone], parts_of: PartsOf) -> Iterator[Row]:
    # Milestones are in the order of their due dates.
    for month, due in groupby(milestones, month_of):
        for part, found in _by_part(due, parts_of):
            share = _share(found)
            yield month, part, share.completed, share.planned, tuple(each.code for each in found)


def _years(milestones: Sequence[Milestone], parts_of: PartsOf) -> Iterator[Group]:
    for year, due in groupby(milestones, lambda milestone: month_of(milestone)[:4]):
        in_year = list(due)
        is_dated = year != str(UNDATED)
        yield Group(
            name=year,
            title=year if is_dated else "No date yet",
            rows=tuple(_row(part, found) for part, found in _by_part(in_year, parts_of)),
            total=_row("all", in_year),
        )


def _row(part: str, milestones: Sequence[Milestone]) -> Row:
    due: dict[str, list[Milestone]] = {}
    for each in milestones:
        due.setdefault(month_of(each)[5:], []).append(each)
    return (part, *(_share(due.get(f"{month:02}", ())) for month in _MONTHS), _share(milestones))


def _by_part(milestones: Iterable[Milestone], parts_of: PartsOf) -> list[tuple[str, list[Milestone]]]:
    found: dict[str, list[Milestone]] = {}
    for milestone in milestones:
        for part in parts_of(milestone):
            found.setdefault(part, []).append(milestone)
    return sorted(found.items(), key=lambda each: (each[0] == NO_PART, each[0]))


def _share(milestones: Iterable[Milestone]) -> Share:
    found = list(milestones)
    return Share(sum(each.completed is not None for each in found), len(found))


_MOST_MONTHS = 12
"""Months that each have a label in the chart; of more, only the years do."""
_STATES = (State.COMPLETED, State.OPEN, State.OVERDUE)


def monthly_chart(document: Document, _: Sequence[Snapshot], options: Options) -> Bars:
    """Return a bar for each month from the first to the last in which something is due."""
    data_date = document.metadata.data_date
    planned = [each for each in options.milestones(document) if each.state is None]
    dated = [each for each in planned if each.due.known]
    counts = {month: Counter[State]() for month in _months(dated)}
    for each in dated:
        counts[month_of(each)][schedule.state(each, data_date)] += 1
    is_short = len(counts) <= _MOST_MONTHS
    bars = [
        Bar(
            label=month if is_short else month[:4] if month.endswith("-01") or number == 0 else "",
            counts=tuple(found[state] for state in _STATES),
            words=f"{month}: " + ", ".join(f"{found[state]} {state}" for state in _STATES if found[state]),
        )
        for number, (month, found) in enumerate(counts.items())
    ]
    undated = len(planned) - len(dated)
    words = [f"{sum(found[state] for found in counts.values())} {state}" for state in _STATES]
    return Bars(
        name="monthly",
        title=f"{document.metadata.handle}: Milestones by month due, as of {iso(data_date)}",
        note=f"{count(undated, 'milestone')} without a date yet." if undated else "",
        description=f"{', '.join(words)}. " + "; ".join(bar.words for bar in bars if any(bar.counts)),
        parts=_STATES,
        rows=tuple(bars),
        upright=True,
    )


def _months(milestones: Sequence[Milestone]) -> Iterator[str]:
    """Yield each month from that of the first milestone to that of the last, which are in order."""
    if milestones:
        first, last = milestones[0].due.last, milestones[-1].due.last
        for month in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
            yield f"{month // 12:04}-{month % 12 + 1:02}"
