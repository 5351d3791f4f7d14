"""Where everything stands on a Gantt chart: measures, columns, rows and the scale of time, all in points."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

from milepost.charts.canvas import POINTS, WIDTH
from milepost.charts.fonts import TextStyle, Weight
from milepost.charts.routing import Ground, Row

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from milepost.views.chart import Bar, GanttChart

LABEL = TextStyle(6.5)
HEADING = TextStyle(6.5, Weight.SEMI_BOLD)

PAGE_HEIGHT = 8.3 * POINTS
"""Height that leaves room for a caption on a letter page; charts with many rows are allowed to exceed it."""

INSET = 2.0
"""From the edge of the page to texts and signs."""

GAP = 7.0
"""Between columns, and between an entry of the legend and the next one."""

LEGEND_LINE = 11.0
"""Height of a line of the legend."""

TAG = 9.5
"""Height of the data date's tag, which stands between the years and the rows."""

_AIRY, _TIGHT = 15.0, 9.5  # height of a row of one line: wanted, and the least
_ARROWS = 10.5  # the least where arrows run above and below the marks
_CODE_ROOM, _LABEL_ROOM = 0.18 * WIDTH, 0.30 * WIDTH
_LINES = 3  # of a label, before it is cut
_MARGIN = 7.0  # right of the axis: half of a mark, and of a year's label
_AXIS = 10.0  # height of the strip of years, above and below the rows
_LEGEND_GAP = 5.0


@dataclass(frozen=True, slots=True)
class Scale:
    """The axis of time.

    Attributes:
        left, right: where `start` begins and where `end` is over.
        start, end: first and last day.
    """

    left: float
    right: float
    start: date
    end: date

    def x(self, day: date) -> float:
        """Return where `day` begins."""
        days = (self.end - self.start).days + 1
        return self.left + (self.right - self.left) * (day - self.start).days / days

    @property
    def year(self) -> float:
        """Width of a year, give or take a leap day."""
        return (self.right - self.left) / len(self.years)

    @property
    def years(self) -> tuple[date, ...]:
        """The first day of each year."""
        return tuple(self.start.replace(year=year) for year in range(self.start.year, self.end.year + 1))

    @property
    def quarters(self) -> tuple[date, ...]:
        """The first days of the quarters within the years."""
        return tuple(year.replace(month=month) for year in self.years for month in (4, 7, 10))


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A chart's measures.

    Attributes:
        chart: what is laid out.
        codes, labels: the lines that each row's code and label are broken into.
        legend_lines: number of lines of the legend.
        column: width of a column of changes at the right, 0 where there is none.
    """

    chart: GanttChart
    codes: tuple[tuple[str, ...], ...]
    labels: tuple[tuple[str, ...], ...]
    legend_lines: int
    column: float

    @classmethod
    def of(cls, chart: GanttChart, legend_lines: int, column: float = 0.0) -> Layout:
        """Measure and break the texts of `chart`."""
        return cls(
            chart=chart,
            codes=tuple(_code(bar) for bar in chart.bars),
            labels=tuple(LABEL.balance(bar.label, _LABEL_ROOM, _LINES) for bar in chart.bars),
            legend_lines=legend_lines,
            column=column,
        )

    @cached_property
    def label_left(self) -> float:
        """Left edge of the column of labels; that of the codes is `INSET`."""
        return INSET + _widest(self.codes, "Code") + GAP

    @cached_property
    def scale(self) -> Scale:
        """The axis of time, in the room that the columns leave."""
        left = self.label_left + _widest(self.labels, "Milestone") + GAP
        return Scale(left, self.right - _MARGIN, self.chart.start, self.chart.end)

    @property
    def right(self) -> float:
        """Right edge of what is drawn to scale; the column of changes begins there."""
        return WIDTH - self.column

    @cached_property
    def borders(self) -> tuple[float, ...]:
        """Heights of the borders between rows, the first one's top and the last one's bottom included."""
        extra = [
            LABEL.leading * (max(len(code), len(label)) - 1)
            for code, label in zip(self.codes, self.labels, strict=True)
        ]
        room = PAGE_HEIGHT - TAG - 2 * _AXIS - self.old_tag - self._legend_height - sum(extra)
        pitch = min(_AIRY, max(_ARROWS if self.column else _TIGHT, room / max(1, len(extra))))
        return tuple(accumulate((pitch + more for more in extra), initial=_AXIS + TAG))

    @cached_property
    def mark(self) -> float:
        """Half the width of the mark of a due date, smaller where rows are tight."""
        heights = (below - above for above, below in zip(self.borders, self.borders[1:], strict=False))
        largest, part = (2.8, 0.24) if self.column else (3.1, 0.27)
        return min(largest, part * min(heights, default=_AIRY))

    @cached_property
    def lane(self) -> float:
        """From the middle of a row to its arrows, which run above and below the marks."""
        heights = (row.bottom - row.top for row in self.rows)
        return min(self.mark + 1.5, (min(heights, default=_AIRY) / 2 + self.mark) / 2)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The rows as the router of links sees them."""
        return tuple(
            Row(top=top, bottom=bottom, x=self.scale.x(bar.due), radius=self.mark, marks=self._marks(bar))
            for bar, top, bottom in zip(self.chart.bars, self.borders, self.borders[1:], strict=False)
        )

    @cached_property
    def ground(self) -> Ground:
        """Where links may run: between the ends of the axis, and not along a line of the grid."""
        days = (*self.scale.years, self.chart.data_date, self.chart.old_data_date)
        rules = tuple(self.scale.x(day) for day in days if day is not None)
        return Ground(left=self.scale.left + 2, right=self.scale.right + 3, rules=rules)

    @property
    def years_above(self) -> float:
        """Middle of the years' labels above the rows."""
        return _AXIS / 2

    @property
    def years_below(self) -> float:
        """Middle of the years' labels below the rows."""
        return self.borders[-1] + self.old_tag + _AXIS / 2

    @property
    def old_tag(self) -> float:
        """Height of the tag of an earlier chart's data date, below the rows; 0 where there is none."""
        return TAG if self.chart.old_data_date not in {None, self.chart.data_date} else 0.0

    def legend_line(self, number: int) -> float:
        """Return the middle of a line of the legend, counted from 0."""
        return self.borders[-1] + self.old_tag + _AXIS + _LEGEND_GAP + LEGEND_LINE * (number + 0.5)

    @property
    def height(self) -> float:
        """Height of the figure."""
        return self.borders[-1] + self.old_tag + _AXIS + self._legend_height

    @property
    def _legend_height(self) -> float:
        return _LEGEND_GAP + LEGEND_LINE * self.legend_lines

    def _marks(self, bar: Bar) -> tuple[float, ...]:
        bars = (bar,) if bar.was is None else (bar, bar.was)
        days = (day for each in bars for day in (each.due, each.forecast, each.completed))
        return tuple(self.scale.x(day) for day in days if day is not None)


def _code(bar: Bar) -> tuple[str, ...]:
    """Return the lines of a row's code, those of the code that it had before first."""
    lines = LABEL.wrap(bar.code, _CODE_ROOM, _LINES)
    if bar.was is None or bar.was.code == bar.code:
        return lines
    return (*LABEL.wrap(f"{bar.was.code} →", _CODE_ROOM, _LINES), *lines)


def _widest(texts: Sequence[Sequence[str]], heading: str) -> float:
    """Return the width of a column."""
    return max(HEADING.width(heading), *(LABEL.width(line) for lines in texts for line in lines), 0.0)
