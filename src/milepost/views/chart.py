"""Views of the figures: resolved, sorted values that a figure renderer only has to draw.

Everything here is plain data. Nothing is looked up, sorted or formatted by the renderers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from milepost.base.dates import iso
from milepost.document.schedule import State

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from milepost.base.dates import PlannedDate


class Presence(StrEnum):
    """Which of two charts that are compared has a row."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One row of the Gantt chart: a milestone with its dates.

    Attributes:
        code: the milestone's code, printed as it is.
        label: the short name where the milestone has one, else its name.
        anchor: identifier that is safe in XML and in URLs, derived from the code alone.
        due: the baseline date.
        forecast: the date that the schedule expects now, when it differs from the baseline.
        completed: the day of completion; None while the milestone is open.
        state: that of the milestone on the data date.
        since: the day on which the milestone was cancelled or deferred, where it is known.
        context: whether the milestone is of another part of the project and drawn for its links only.
        was: the row of the same milestone in the earlier chart, when two charts are compared.
        presence: whether the later chart alone has the row, or the earlier one alone; the dates of a row that
            was removed are those that it had.
    """

    code: str
    label: str
    anchor: str
    due: PlannedDate
    forecast: PlannedDate | None
    completed: PlannedDate | None
    state: State
    since: date | None = None
    context: bool = False
    was: Bar | None = None
    presence: Presence = Presence.KEPT

    @property
    def overdue(self) -> bool:
        """Whether it is open, and the date expected now was before the data date."""
        return self.state is State.OVERDUE

    @property
    def set_aside(self) -> State | None:
        """Its state, if it is deferred or cancelled."""
        return self.state if self.state.is_set_aside else None

    @property
    def dates(self) -> tuple[PlannedDate, ...]:
        """The dates that it has and that are known."""
        return tuple(
            day for day in (self.due, self.forecast, self.completed) if day is not None and day.known
        )

    @property
    def changed(self) -> bool:
        """Whether the row is new, gone, or another than it was; being overdue by now is no change."""
        if self.presence is not Presence.KEPT:
            return True
        return self.was is not None and self._facts != self.was._facts

    @property
    def newly_completed(self) -> bool:
        """Whether it has been completed since the earlier chart."""
        return self.was is not None and self.was.completed is None and self.completed is not None

    @property
    def _facts(self) -> tuple[object, ...]:
        return (
            self.code,
            self.label,
            self.due,
            self.forecast,
            self.completed,
            self.set_aside,
            self.set_aside and self.since,
            self.context,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """A line from a predecessor's row to its successor's, both indices into `GanttChart.bars`.

    `backwards` is true when the successor is due before the predecessor. `presence` says which of two charts
    that are compared has it.
    """

    predecessor: int
    successor: int
    backwards: bool
    presence: Presence = Presence.KEPT


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a chart shows, in numbers.

    Attributes:
        heading: what is counted, and on which day.
        lines: one statement in each.
        columns, years: a table of the years in which milestones are due; empty where there is none.
    """

    heading: str
    lines: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    years: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GanttChart:
    """The Gantt chart of selected milestones, and of others that are their context.

    Attributes:
        name: the figure's name, used for file names and identifiers.
        title: one line that names the chart for people who cannot see it.
        description: the text alternative, made from the data.
        bars: the rows from top to bottom, in the order of the document.
        links: all predecessor links between rows, in the order of (predecessor, successor).
        data_date: the day as of which completions and forecasts are known.
        start, end: first day (a 1 January) and last day (a 31 December) of the axis: every date of
            every bar and the data date lie between them.
        summary: printed where the rows leave room for it.
        old_data_date: the data date of the earlier chart with which this one is compared; see
            `milepost.redline.chart`. None where nothing is compared.
    """

    name: str
    title: str
    description: str
    bars: tuple[Bar, ...]
    links: tuple[Dependency, ...]
    data_date: date
    start: date
    end: date
    summary: Summary | None = None
    old_data_date: date | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the milestones in it."""
        return tuple(bar.code for bar in self.bars)

    @property
    def changed(self) -> bool:
        """Whether any row or link has changed since the earlier chart."""
        return any(bar.changed for bar in self.bars) or any(
            link.presence is not Presence.KEPT for link in self.links
        )

    @property
    def redrawn(self) -> bool:
        """Whether anything in it has changed, the data date included."""
        return self.changed or self.old_data_date not in {None, self.data_date}

    @property
    def lines(self) -> tuple[str, ...]:
        """What it shows, as lines of text."""
        before: dict[int, list[str]] = {}
        for link in self.links:
            before.setdefault(link.successor, []).append(self.bars[link.predecessor].code)
        lines = [f"Data date: {iso(self.data_date)}"]
        for row, bar in enumerate(self.bars):
            lines.append(
                f"- {bar.code}: {bar.label}{' (another part of the project)' if bar.context else ''}"
            )
            dates = {"due": bar.due, "completed": bar.completed, "forecast": bar.forecast}
            lines += (f"  {what} {day}" for what, day in dates.items() if day is not None)
            if bar.set_aside:
                lines.append(f"  {bar.set_aside}{f' {iso(bar.since)}' if bar.since else ''}")
            lines += (f"  after {code}" for code in before.get(row, ()))
        return tuple(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclave:
    """A group of components inside a facility; `heading` carries its number where it has one."""

    heading: str
    components: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facility:
    """A site with its enclaves, in the order in which they are drawn."""

    heading: str
    enclaves: tuple[Enclave, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentDiagram:
    """The deployment of components to enclaves of facilities; other attributes as in `GanttChart`.

    `notes` say what became of boxes in the other of two diagrams that are compared, in few words or none, by
    the positions of facility, enclave and component; None where nothing is compared.
    """

    name: str
    title: str
    description: str
    facilities: tuple[Facility, ...]
    notes: Mapping[tuple[int, ...], str] | None = field(default=None, compare=False)

    @property
    def changed(self) -> bool:
        """Whether anything in it is not in the other of two diagrams that are compared."""
        return bool(self.notes)

    @property
    def redrawn(self) -> bool:
        """The same, as in `GanttChart`."""
        return self.changed

    @property
    def lines(self) -> tuple[str, ...]:
        """What it shows, as lines of text."""
        lines: list[str] = []
        for facility in self.facilities:
            lines.append(f"- {facility.heading}")
            for enclave in facility.enclaves:
                lines += (f"  - {enclave.heading}", *(f"    - {name}" for name in enclave.components))
        return tuple(lines)
