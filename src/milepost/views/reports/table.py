"""What a report is: a table of plain values, and the options that the functions of reports take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from milepost.base.dates import PlannedDate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.document.model import Document, Milestone
    from milepost.document.selection import Selection
    from milepost.history.links import ShownActivity
    from milepost.history.states import Snapshot


class Kind(StrEnum):
    """What the cells of a column are: `codes` are several in a tuple, `share` is a `Share`."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CODE = "code"
    CODES = "codes"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Share:
    """How many are completed of those that are planned."""

    completed: int
    planned: int


Cell = str | int | date | PlannedDate | Share | tuple[str, ...] | None
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: `name` for programs, `title` for people."""

    name: str
    title: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rows that belong together.

    Attributes:
        name: for programs; empty where a table has one group only.
        title: for people; empty as well then.
        rows: each has a cell for each column.
        total: a last row that sums the others up, if there is one.
        nothing: what is said where there are no rows.
    """

    name: str = ""
    title: str = ""
    rows: tuple[Row, ...]
    total: Row | None = None
    nothing: str = "There are none."


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The result of a report.

    Attributes:
        name: of the report.
        title: in words.
        handle: of the document.
        data_date: as of which all of it is known.
        note: which dates it is about, and what else a reader must know.
        columns: of all groups.
        groups: at least one, if only with rows.
    """

    name: str
    title: str
    handle: str
    data_date: date
    note: str
    columns: tuple[Column, ...]
    groups: tuple[Group, ...]

    @property
    def rows(self) -> Iterator[Row]:
        """The rows of all groups, without totals."""
        return (row for group in self.groups for row in group.rows)

    @property
    def is_grouped(self) -> bool:
        """Whether the groups have names."""
        return any(group.name for group in self.groups)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a report can be asked for; each report uses some of it.

    Attributes:
        selection: which milestones it is about; None for all.
        as_of: the day that `remaining` is about, if it is not the data date.
        days: how far ahead of the data date it looks.
        to: the last day on which it looks, instead of `days`.
        wbs_depth: how many parts of a place in the work breakdown structure count.
        by: what the rows of a grid are: `level`, `wbs` or `section`.
        dates: which dates it compares: `due` or `expected`.
        moved: whether it leaves out what has not moved.
        codes: whether it lists codes rather than counts.
        transitive: whether it follows predecessors of predecessors.
        months: how many months before the data date the earlier forecast of a burndown was made.
        direction: in which a graph is read: `LR` from the left to the right, `TB` from top to bottom.
        recorded: the last export of the schedule that was imported, if there is one.
        activities: those of that export that have a category.
    """

    selection: Selection | None = None
    as_of: date | None = None
    days: int = 90
    to: date | None = None
    wbs_depth: int = 2
    by: str = "level"
    dates: str = "due"
    moved: bool = False
    codes: bool = False
    transitive: bool = False
    months: int = 3
    direction: str = "LR"
    recorded: Snapshot | None = None
    activities: tuple[ShownActivity, ...] = ()

    def milestones(self, document: Document) -> tuple[Milestone, ...]:
        """Return the milestones of `document` that are asked for, in its order."""
        return document.milestones if self.selection is None else document.selected(self.selection)


CODE = Column(name="code", title="Code", kind=Kind.CODE)
NAME = Column(name="name", title="Name")
LEVEL = Column(name="level", title="Level", kind=Kind.NUMBER)
DUE = Column(name="due", title="Due", kind=Kind.DATE)
EXPECTED = Column(name="expected", title="Expected", kind=Kind.DATE)
STATE = Column(name="state", title="State")
"""Columns that several reports have."""

NO_PART = "none"
"""Stands for the level or the place of what has none."""


def part_of(wbs: str | None, depth: int) -> str:
    """Return the first parts of a place in the work breakdown structure."""
    return NO_PART if wbs is None else ".".join(wbs.split(".")[:depth])
