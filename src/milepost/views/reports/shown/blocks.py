"""The block schedule: activities by category on an axis of time, with milestones above them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from milepost.base.addresses import milestone_anchor
from milepost.base.dates import iso
from milepost.base.errors import count
from milepost.document import schedule
from milepost.document.selection import Selection
from milepost.views.reports.table import Column, Group, Kind, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from milepost.document.model import Document
    from milepost.document.schedule import State
    from milepost.history.links import ShownActivity
    from milepost.history.states import Snapshot
    from milepost.views.reports.table import Options


NO_ACTIVITIES = "No export of the schedule with categories of activities has been imported."
"""What is said where there are none."""


class Block(NamedTuple):
    """An activity.

    `is_late` says that it should have ended before the data date and has not. One that has only a start or
    only a finish has both on the same day.
    """

    code: str
    text: str
    start: date
    finish: date
    is_completed: bool
    is_late: bool

    @property
    def state(self) -> str:
        """How far it is, in words."""
        return "completed" if self.is_completed else "late" if self.is_late else "open"


class Marker(NamedTuple):
    """A milestone at the day on which it was completed or is expected."""

    code: str
    name: str
    label: str
    day: date
    state: State

    @property
    def anchor(self) -> str:
        """Its identifier."""
        return milestone_anchor(self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockSchedule:
    """A block schedule.

    Attributes:
        data_date: the day as of which all of it is known.
        categories: each with its blocks, which are sorted by their days.
        markers: the milestones, sorted by their days.
        title, note: of the chart.
        name: for files and identifiers.
    """

    data_date: date
    categories: tuple[tuple[str, tuple[Block, ...]], ...]
    markers: tuple[Marker, ...]
    title: str
    note: str
    name: str = "blocks"

    @property
    def description(self) -> str:
        """The text alternative of the chart."""
        blocks = sum(len(found) for _, found in self.categories)
        return (
            f"{_plural(blocks, 'activit')} in {_plural(len(self.categories), 'categor')}, "
            f"{count(len(self.markers), 'milestone')} above them."
        )

    @property
    def days(self) -> Iterator[date]:
        """All days that the axis has."""
        yield self.data_date
        yield from (marker.day for marker in self.markers)
        for _, found in self.categories:
            for block in found:
                yield from (block.start, block.finish)


def blocks_of(
    document: Document, activities: Iterable[ShownActivity], selection: Selection | None = None
) -> BlockSchedule:
    """Return the block schedule of `activities` with the selected milestones.

    Cancelled milestones, and what has no date, are left out. Categories are in the order of their earliest
    blocks.

    Args:
        document: the present state.
        activities: those of an export of the schedule.
        selection: which milestones; None for all.
    """
    data_date = document.metadata.data_date
    found: dict[str, list[Block]] = {}
    undated = 0
    for activity in activities:
        if block := _block(activity, data_date):
            found.setdefault(activity.category, []).append(block)
        else:
            undated += 1
    rows = [(category, tuple(sorted(blocks, key=_order))) for category, blocks in found.items()]
    note = "Activities by category, as the last export of the schedule gives them."
    if undated:
        are = "is" if undated == 1 else "are"
        note += f" {_plural(undated, 'activit')} without a date {are} left out."
    return BlockSchedule(
        data_date=data_date,
        categories=tuple(sorted(rows, key=lambda row: (_order(row[1][0]), row[0]))),
        markers=tuple(_markers(document, selection or Selection())),
        note=note,
        title=f"{document.metadata.handle}: block schedule as of {iso(data_date)}",
    )


def _plural(number: int, beginning: str) -> str:
    return f"{number} {beginning}{'y' if number == 1 else 'ies'}"


def _order(block: Block) -> tuple[date, date, str]:
    return block.start, block.finish, block.code


def _block(activity: ShownActivity, data_date: date) -> Block | None:
    finish = activity.completed or activity.finish or activity.start
    start = activity.start or finish
    if start is None or finish is None:
        return None
    is_completed = activity.completed is not None
    return Block(
        code=activity.code,
        text=activity.description or activity.name,
        start=min(start, finish),
        finish=finish,
        is_completed=is_completed,
        is_late=not is_completed and finish < data_date,
    )


def _markers(document: Document, selection: Selection) -> list[Marker]:
    found: list[Marker] = []
    for milestone in document.selected(selection):
        expected = schedule.expected(milestone)
        if expected is not None and expected.known:
            state = schedule.state(milestone, document.metadata.data_date)
            label = milestone.short_name or milestone.code
            found.append(Marker(milestone.code, milestone.name, label, expected.last, state))
    return sorted(found, key=lambda marker: (marker.day, marker.code))


def blocks_chart(document: Document, _: Sequence[Snapshot], options: Options) -> BlockSchedule:
    """Return the block schedule for a drawing."""
    return blocks_of(document, options.activities, options.selection)


def blocks(document: Document, snapshots: Sequence[Snapshot], options: Options) -> Table:
    """Return the activities as a table, those of each category together."""
    found = blocks_chart(document, snapshots, options)
    rows = (
        (category, block.text, block.start, block.finish, block.state, block.code)
        for category, kept in found.categories
        for block in kept
    )
    return Table(
        name="blocks",
        title="Block schedule",
        handle=document.metadata.handle,
        data_date=found.data_date,
        note=found.note,
        columns=(
            Column(name="category", title="Category"),
            Column(name="description", title="Activity"),
            Column(name="start", title="Start", kind=Kind.DATE),
            Column(name="finish", title="Finish", kind=Kind.DATE),
            Column(name="state", title="State"),
            Column(name="code", title="Code", kind=Kind.CODE),
        ),
        groups=(Group(rows=tuple(rows), nothing=NO_ACTIVITIES),),
    )
