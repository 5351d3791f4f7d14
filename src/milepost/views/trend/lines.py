"""The trend chart as values: a line of points for each milestone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.base.dates import UNDATED, iso
from milepost.views.chart import Presence

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from milepost.base.dates import PlannedDate


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    """What one state says of a milestone: the date that it had on the day of the state.

    `completed` marks the day of completion, which is both.
    """

    day: date
    date: PlannedDate
    completed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendLine:
    """The line of a milestone.

    Attributes:
        code, label, anchor: as of a `Bar`.
        runs: its points from the earliest to the last, divided where a state between two does not say the
            date. A completion is the last point of its run.
        end: what is printed beside the code: the last date, or what became of the milestone.
        completed: the day of completion, also where that is before the first state.
        set_aside: `cancelled` or `deferred`.
        baseline: the date to which it is compared; None if that is not drawn.
        labelled: whether it has a label.
        presence, was: as of a `Bar`.
    """

    code: str
    label: str
    anchor: str
    runs: tuple[tuple[TrendPoint, ...], ...]
    end: str
    completed: date | None = None
    set_aside: str | None = None
    baseline: PlannedDate | None = None
    labelled: bool = True
    was: TrendLine | None = None
    presence: Presence = Presence.KEPT

    @property
    def points(self) -> tuple[TrendPoint, ...]:
        """All of its points."""
        return tuple(point for run in self.runs for point in run)

    @property
    def changed(self) -> bool:
        """Whether the line is new, gone, or another than it was."""
        if self.presence is not Presence.KEPT:
            return True
        return self.was is not None and self.facts != self.was.facts

    @property
    def facts(self) -> tuple[object, ...]:
        """What is printed of it: without a date, only what became of the milestone."""
        return self.code, self.printed_label, self.course, self.labelled and bool(self.runs)

    @property
    def printed_label(self) -> str | None:
        """The label; None where there is no line."""
        return self.label if self.runs else None

    @property
    def course(self) -> tuple[object, ...]:
        """What is drawn of its dates."""
        return self.runs, self.end, self.baseline


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendChart:
    """The milestone trend chart; other attributes as in `GanttChart`.

    Attributes:
        dates: which dates are drawn, `due` or `forecast`.
        upwards: whether later dates are further up.
        days: the days of the states, from the earliest to the data date of the document.
        trends: the lines in the order of the document.
        old: the earlier chart with which this one is compared; None where nothing is compared.
    """

    name: str
    title: str
    description: str
    dates: str
    upwards: bool
    days: tuple[date, ...]
    trends: tuple[TrendLine, ...]
    old: TrendChart | None = None

    @property
    def data_date(self) -> date:
        """The data date of the document, which is the last of its days."""
        return self.days[-1]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the milestones in it."""
        return tuple(trend.code for trend in self.trends)

    @property
    def changed(self) -> bool:
        """Whether anything in it has changed since the earlier chart."""
        return self.old is not None and self.content != self.old.content

    @property
    def redrawn(self) -> bool:
        """The same, as in `GanttChart`."""
        return self.changed

    @property
    def content(self) -> tuple[object, ...]:
        """What is drawn, without what is only there because it is compared."""
        trends = [trend.facts for trend in self.trends if trend.presence is not Presence.REMOVED]
        return self.dates, self.upwards, self.days, trends

    @property
    def lines(self) -> tuple[str, ...]:
        """What it shows, as lines of text."""
        states = ", ".join(map(iso, self.days))
        direction = "up" if self.upwards else "down"
        lines = [
            f"{self.dates.capitalize()} dates in the states of {states}; later ones are further {direction}"
        ]
        for trend in self.trends:
            if not trend.runs:
                lines.append(f"- {trend.code}: {trend.end}, without a line")
                continue
            label = "" if trend.labelled else " (without a label)"
            lines.append(f"- {trend.code}: {trend.label}, {trend.end}{label}")
            if trend.baseline:
                lines.append(f"  baseline {trend.baseline}")
            lines += (
                f"  completed {iso(each.day)}" if each.completed else f"  on {iso(each.day)}: {each.date}"
                for each in trend.points
            )
        return tuple(lines)


def without_line(trends: Iterable[TrendLine]) -> dict[str, list[str]]:
    """Return the codes of the milestones without a line, by what became of them."""
    found: dict[str, list[str]] = {}
    for trend in trends:
        if not trend.runs:
            what = "No date yet" if trend.end == str(UNDATED) else trend.end.capitalize()
            found.setdefault(what, []).append(trend.code)
    return dict(sorted(found.items()))
