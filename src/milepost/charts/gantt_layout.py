"""Compute the layout of a Gantt chart: columns, rows and the time axis, in points."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

from milepost.base.dates import UNDATED, planned
from milepost.charts.canvas import POINTS, WIDTH
from milepost.charts.fonts import TextStyle, Weight
from milepost.charts.routing import Area, Row

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from milepost.base.dates import PlannedDate
    from milepost.views.chart import Bar, GanttChart

LABEL = TextStyle(6.5)
HEADING = TextStyle(6.5, Weight.SEMI_BOLD)

PAGE_HEIGHT = 8.3 * POINTS
"""Height that leaves room for a caption on a letter page; rows get lower to fit, but stay readable."""

INSET = 2.0
"""From the edge of the page to texts and signs."""

GAP = 7.0
"""Between columns, and between an entry of the legend and the next one."""

LEGEND_LINE = 11.0
"""Height of a line of the legend."""

TAG = 9.5
"""Height of the data date's tag, between the years and the rows."""

_ROW, _LEAST_ROW = 15.0, 9.5  # height of a row of one line: wanted, and the least
_LEAST_DIFF_ROW = 10.5  # the least with arrows above and below the marks
_CODE_ROOM, _LABEL_ROOM = 0.18 * WIDTH, 0.30 * WIDTH
_LINES = 3  # of a label, before it is cut
_MARGIN = 7.0  # right of the axis: half of a mark, and of a year's label
_AXIS = 10.0  # height of the strip of years, above and below the rows
_LEGEND_GAP = 5.0


@dataclass(frozen=True, slots=True)
class Scale:
    """The time axis, from the beginning of `start` at `left` to the end of `end` at `right`."""

    left: float
    right: float
    start: date
    end: date

    def x(self, day: date | PlannedDate) -> float:
        """Return where `day` begins; of a month, quarter or year the last day."""
        days = (self.end - self.start).days + 1
        return self.left + (self.right - self.left) * (planned(day).last - self.start).days / days

    @property
    def year(self) -> float:
        """Mean width of a year."""
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
    """The positions of all parts of a chart.

    Attributes:
        codes, labels: the lines of each row's code and label.
        legend_lines: number of lines of the legend.
        column: width of the column of changes at the right, 0 where there is none.
    """

    chart: GanttChart
    codes: tuple[tuple[str, ...], ...]
    labels: tuple[tuple[str, ...], ...]
    legend_lines: int
    column: float

    @classmethod
    def of(cls, chart: GanttChart, legend_lines: int, column: float = 0.0) -> Layout:
        """Break the texts of `chart` into lines."""
        return cls(
            chart=chart,
            codes=tuple(_code(bar) for bar in chart.bars),
            labels=tuple(LABEL.balance(bar.label, _LABEL_ROOM, _LINES) for bar in chart.bars),
            legend_lines=legend_lines,
            column=column,
        )

    @cached_property
    def label_left(self) -> float:
        """Left edge of the column of labels."""
        return INSET + _widest(self.codes, "Code") + GAP

    @cached_property
    def scale(self) -> Scale:
        """The time axis, between the columns."""
        left = self.label_left + _widest(self.labels, "Milestone") + GAP
        right = self.right - _MARGIN - self._undated
        return Scale(left, right, self.chart.start, self.chart.end)

    @property
    def _undated(self) -> float:
        """Width of the column right of the axis for milestones without a date; 0 where all have one."""
        undated = not all(bar.due.known for bar in self.chart.bars)
        return LABEL.width(str(UNDATED)) + _MARGIN if undated else 0.0

    @property
    def right(self) -> float:
        """Left edge of the column of changes."""
        return WIDTH - self.column

    @cached_property
    def borders(self) -> tuple[float, ...]:
        """Heights of the borders of the rows, from the first one's top to the last one's bottom."""
        extra = [
            LABEL.leading * (max(len(code), len(label)) - 1)
            for code, label in zip(self.codes, self.labels, strict=True)
        ]
        room = PAGE_HEIGHT - TAG - 2 * _AXIS - self.old_tag - self._legend_height - sum(extra)
        pitch = min(_ROW, max(_LEAST_DIFF_ROW if self.column else _LEAST_ROW, room / max(1, len(extra))))
        return tuple(accumulate((pitch + more for more in extra), initial=_AXIS + TAG))

    @cached_property
    def mark(self) -> float:
        """Half the width of the mark of a due date, smaller where rows are tight."""
        heights = (below - above for above, below in zip(self.borders, self.borders[1:], strict=False))
        largest, part = (2.8, 0.24) if self.column else (3.1, 0.27)
        return min(largest, part * min(heights, default=_ROW))

    @cached_property
    def lane(self) -> float:
        """From the middle of a row to the arrows above and below its marks."""
        heights = (row.bottom - row.top for row in self.rows)
        return min(self.mark + 1.5, (min(heights, default=_ROW) / 2 + self.mark) / 2)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The rows, for `milepost.charts.routing`."""
        return tuple(
            Row(top=top, bottom=bottom, x=self._due(bar), radius=self.mark, marks=self._marks(bar))
            for bar, top, bottom in zip(self.chart.bars, self.borders, self.borders[1:], strict=False)
        )

    @cached_property
    def area(self) -> Area:
        """Where links may be: between the ends of the axis, and not along a line of the grid."""
        days = (*self.scale.years, self.chart.data_date, self.chart.old_data_date)
        rules = tuple(self.scale.x(day) for day in days if day is not None)
        return Area(left=self.scale.left + 2, right=self.scale.right + self._undated + 3, rules=rules)

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
        return (self._due(bar), *(self.scale.x(day) for each in bars for day in each.dates))

    def _due(self, bar: Bar) -> float:
        """Return the middle of the mark of a due date, or of the word for none yet right of the axis."""
        return self.scale.x(bar.due) if bar.due.known else self.scale.right + (self._undated + _MARGIN) / 2


def _code(bar: Bar) -> tuple[str, ...]:
    """Return the lines of a row's code, after those of its former code."""
    lines = LABEL.wrap(bar.code, _CODE_ROOM, _LINES)
    if bar.was is None or bar.was.code == bar.code:
        return lines
    return (*LABEL.wrap(f"{bar.was.code} →", _CODE_ROOM, _LINES), *lines)


def _widest(texts: Sequence[Sequence[str]], heading: str) -> float:
    """Return the width of a column."""
    return max(HEADING.width(heading), *(LABEL.width(line) for lines in texts for line in lines), 0.0)
