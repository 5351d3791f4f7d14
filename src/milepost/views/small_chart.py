"""The small chart on the page of a milestone: when it, its predecessors and its successors are due.

Places on its axis are percentages of its width.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import TYPE_CHECKING

from milepost.base.dates import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from milepost.document.schedule import State
    from milepost.views.milestones import MilestoneInfo

MOST_BESIDE = 5
"""Predecessors or successors that are drawn; of more, the nearest in time."""
_MOST_YEARS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallRow:
    """A row: `due` and `expected` are places of days, None where there is no date."""

    code: str
    state: State
    late: bool
    itself: bool
    due: str | None
    expected: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallChart:
    """A chart of a few rows.

    Attributes:
        rows: predecessors, the milestone itself, successors.
        years: the years at the axis with the places of their first days.
        data_date: its place.
        more: how many predecessors and successors are not drawn.
    """

    rows: tuple[SmallRow, ...]
    years: tuple[tuple[int, str], ...]
    data_date: str
    more: int


def small_chart(
    entry: MilestoneInfo,
    predecessors: Sequence[MilestoneInfo],
    successors: Sequence[MilestoneInfo],
    data_date: str,
) -> SmallChart | None:
    """Return the chart of `entry` between the others, which are in order; None if no date is known."""
    before, after = predecessors[-MOST_BESIDE:], successors[:MOST_BESIDE]
    drawn = (*before, entry, *after)
    days = [parse(day) for each in drawn for day in (each.due_by, each.expected_by) if day]
    if not days:
        return None
    known = parse(data_date)
    first = min(*days, known).year
    start, end = date(first, 1, 1), date(min(max(*days, known).year + 1, date.max.year), 1, 1)
    length = max((end - start).days, 1)

    def place(day: date) -> str:
        return f"{100 * min((day - start).days / length, 1):.2f}"

    step = ceil((end.year - first) / _MOST_YEARS) or 1
    return SmallChart(
        rows=tuple(
            SmallRow(
                code=each.code,
                state=each.state,
                late=each.late,
                itself=each is entry,
                due=_place(each.due_by, place),
                expected=_place(each.expected_by, place),
            )
            for each in drawn
        ),
        years=tuple((year, place(date(year, 1, 1))) for year in range(first, end.year, step)),
        data_date=place(known),
        more=len(predecessors) + len(successors) + 1 - len(drawn),
    )


def facts_in_charts(entry: MilestoneInfo) -> tuple[object, ...]:
    """Return all that a chart shows of a milestone, its own or that of another one."""
    return entry.code, entry.state, entry.late, entry.due_by, entry.expected_by


def _place(day: str | None, place: Callable[[date], str]) -> str | None:
    return None if day is None else place(parse(day))
