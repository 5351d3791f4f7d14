"""Charts of reports as plain values, which `milepost.charts.reports` draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.views.reports.shown.blocks import BlockSchedule
from milepost.views.reports.shown.burndown import Burndown
from milepost.views.reports.shown.graph import Graph

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar of parts that are counted.

    Attributes:
        label: is printed beside or below it; may be empty.
        counts: how long each of its parts is.
        words: the same in words.
    """

    label: str
    counts: tuple[int, ...]
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Bars of counts, below each other or, `upright`, beside each other.

    Attributes:
        name: of the chart, for identifiers.
        title, note: are printed above it.
        description: its text alternative.
        parts: the names of the parts, which also say how each is drawn.
        rows: the bars.
        upright: whether they are beside each other.
    """

    name: str
    title: str
    note: str
    description: str
    parts: tuple[str, ...]
    rows: tuple[Bar, ...]
    upright: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRow:
    """A milestone on a time axis.

    Attributes:
        code, name: of the milestone.
        marks: days with the kinds of their signs; a line joins the first with the last.
        words: are printed at the end of the row.
    """

    code: str
    name: str
    marks: tuple[tuple[date, str], ...]
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Milestones below each other, with signs at their dates.

    Attributes:
        name, title, note, description: as of `Bars`.
        data_date: is marked by a line.
        start, end: the days at the ends of the axis; what is before or after is at the edge.
        kinds: the kinds of signs in use, with the words of the legend.
        rows: the milestones.
    """

    name: str
    title: str
    note: str
    description: str
    data_date: date
    start: date
    end: date
    kinds: tuple[tuple[str, str], ...]
    rows: tuple[TimeRow, ...]


Chart = Bars | Timeline | Burndown | BlockSchedule | Graph
