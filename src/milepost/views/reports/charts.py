"""Charts of reports as plain values, which `milepost.charts.reports` draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Horizontal bars, each a row of parts that are counted.

    Attributes:
        name: of the chart, for identifiers.
        title, note: are printed above it.
        description: its text alternative.
        parts: the names of the parts, which say how each is drawn.
        rows: the label of each bar, and how long each of its parts is.
    """

    name: str
    title: str
    note: str
    description: str
    parts: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A sign at a date; `kind` says which one."""

    day: date
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRow:
    """A milestone on a time axis: its marks in the order in which they are drawn, and words at its end."""

    code: str
    name: str
    marks: tuple[Mark, ...]
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Milestones below each other with marks at their dates.

    Attributes:
        name, title, note, description: as of `Bars`.
        data_date: is marked by a line.
        rows: the milestones.
    """

    name: str
    title: str
    note: str
    description: str
    data_date: date
    rows: tuple[TimeRow, ...]


Chart = Bars | Timeline
