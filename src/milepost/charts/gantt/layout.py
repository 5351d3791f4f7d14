"""Compute the layout of a Gantt chart: columns, rows and the time axis, in points."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from milepost.base.dates import UNDATED, planned
from milepost.charts.fonts import TextStyle, Weight
from milepost.charts.gantt.routing import Area, Row

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from milepost.base.dates import PlannedDate
    from milepost.views.chart import Bar, GanttChart
    from milepost.views.page import Page

_SIZE = 6.5  # of all type

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
_CODE_ROOM, _LABEL_ROOM = 0.18, 0.30  # of the width
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
        breaks: the rows with which the parts of the chart begin, and the number of rows.
        part: the number of the part that is drawn.
    """

    chart: GanttChart
    page: Page
    codes: tuple[tuple[str, ...], ...]
    labels: tuple[tuple[str, ...], ...]
    legend_lines: int
    column: float
    breaks: tuple[int, ...] = ()
    part: int = 0

    @classmethod
    def of(cls, chart: GanttChart, page: Page, legend_lines: int, column: float = 0.0) -> Layout:
        """Break the texts of `chart` into lines, for a drawing in one part."""
        label, room = label_style(page), _LABEL_ROOM * page.width
        return cls(
            chart=chart,
            page=page,
            codes=tuple(_code(bar, page) for bar in chart.bars),
            labels=tuple(label.balance(bar.label, room, _LINES) for bar in chart.bars),
            legend_lines=legend_lines,
            column=column,
            breaks=(0, len(chart.bars)),
        )

    def parts(self) -> tuple[Layout, ...]:
        """Return a layout for each part of the chart, of about equal heights; one if it fits on a page."""
        most = self._room
        if self._rows_height(0, len(self._extra)) <= most:
            return (self,)
        least = most / 2
        breaks = self._breaks(most)
        while most - least > 1:  # the least height at which there are no more parts
            middle = (least + most) / 2
            narrower = self._breaks(middle)
            if len(narrower) > len(breaks):
                least = middle
            else:
                most, breaks = middle, narrower
        return tuple(replace(self, breaks=breaks, part=part) for part in range(len(breaks) - 1))

    def _breaks(self, height: float) -> tuple[int, ...]:
        """Fill parts of `height` one by one; return the first row of each, and the number of rows."""
        breaks = [0]
        for row in range(len(self._extra)):
            if row > breaks[-1] and self._rows_height(breaks[-1], row + 1) > height:
                breaks.append(row)
        return (*breaks, len(self._extra))

    def _rows_height(self, first: int, end: int) -> float:
        """Return the least height of some rows."""
        return self._extra_above[end] - self._extra_above[first] + (end - first) * self._least_row

    @property
    def _room(self) -> float:
        """The height for rows in a figure."""
        return self.page.figure - TAG - 2 * _AXIS - self.old_tag - self._legend_height

    def _widest(self, texts: Sequence[Sequence[str]], heading: str) -> float:
        """Return the width of a column."""
        widths = (self.label.width(line) for lines in texts for line in lines)
        return max(self.heading.width(heading), *widths, 0.0)

    @property
    def label(self) -> TextStyle:
        """The type of texts."""
        return label_style(self.page)

    @property
    def heading(self) -> TextStyle:
        """The type of headings."""
        return heading_style(self.page)

    @property
    def _least_row(self) -> float:
        return _LEAST_DIFF_ROW if self.column else _LEAST_ROW

    @cached_property
    def _extra(self) -> list[float]:
        """The height of each row's lines after the first."""
        return [
            self.label.leading * (max(len(code), len(label)) - 1)
            for code, label in zip(self.codes, self.labels, strict=True)
        ]

    @cached_property
    def _extra_above(self) -> list[float]:
        return list(accumulate(self._extra, initial=0.0))

    @property
    def shown(self) -> range:
        """The rows of this part."""
        return range(*self.breaks[self.part : self.part + 2])

    @cached_property
    def label_left(self) -> float:
        """Left edge of the column of labels."""
        return INSET + self._widest(self.codes, "Code") + GAP

    @cached_property
    def scale(self) -> Scale:
        """The time axis, between the columns."""
        left = self.label_left + self._widest(self.labels, "Milestone") + GAP
        right = self.right - _MARGIN - self._undated
        return Scale(left, right, self.chart.start, self.chart.end)

    @property
    def _undated(self) -> float:
        """Width of the column right of the axis for milestones without a date; 0 where all have one."""
        undated = not all(bar.due.known for bar in self.chart.bars)
        return self.label.width(str(UNDATED)) + _MARGIN if undated else 0.0

    @property
    def right(self) -> float:
        """Left edge of the column of changes."""
        return self.page.width - self.column

    @cached_property
    def borders(self) -> tuple[float, ...]:
        """Heights of the borders of all rows, of which those of this part are inside of the axis."""
        pitch = min(
            _ROW,
            *(
                (self._room - (self._extra_above[end] - self._extra_above[first])) / max(1, end - first)
                for first, end in pairwise(self.breaks)
            ),
        )
        pitch = max(pitch, self._least_row)
        heights = list(accumulate((pitch + more for more in self._extra), initial=0.0))
        top = _AXIS + TAG - heights[self.shown.start]
        return tuple(top + height for height in heights)

    @property
    def top(self) -> float:
        """The upper end of the axis."""
        return self.borders[self.shown.start]

    @property
    def bottom(self) -> float:
        """The lower end of the axis."""
        return self.borders[self.shown.stop]

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
        """The rows, for `milepost.charts.gantt.routing`."""
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
        return self.bottom + self.old_tag + _AXIS / 2

    @property
    def old_tag(self) -> float:
        """Height of the tag of an earlier chart's data date, below the rows; 0 where there is none."""
        return TAG if self.chart.old_data_date not in {None, self.chart.data_date} else 0.0

    def legend_line(self, number: int) -> float:
        """Return the middle of a line of the legend, counted from 0."""
        return self.bottom + self.old_tag + _AXIS + _LEGEND_GAP + LEGEND_LINE * (number + 0.5)

    @property
    def height(self) -> float:
        """Height of the figure."""
        return self.bottom + self.old_tag + _AXIS + self._legend_height

    @property
    def _legend_height(self) -> float:
        return _LEGEND_GAP + LEGEND_LINE * self.legend_lines

    def _marks(self, bar: Bar) -> tuple[float, ...]:
        bars = (bar,) if bar.was is None else (bar, bar.was)
        return (self._due(bar), *(self.scale.x(day) for each in bars for day in each.dates))

    def _due(self, bar: Bar) -> float:
        """Return the middle of the mark of a due date, or of the word for none yet right of the axis."""
        return self.scale.x(bar.due) if bar.due.known else self.scale.right + (self._undated + _MARGIN) / 2


def label_style(page: Page) -> TextStyle:
    """Return the type for texts on `page`."""
    return TextStyle(_SIZE, family=page.typeface)


def heading_style(page: Page) -> TextStyle:
    """Return the type for headings on `page`."""
    return TextStyle(_SIZE, Weight.SEMI_BOLD, page.typeface)


def _code(bar: Bar, page: Page) -> tuple[str, ...]:
    """Return the lines of a row's code, after those of its former code."""
    style, room = label_style(page), _CODE_ROOM * page.width
    lines = style.wrap(bar.code, room, _LINES)
    if bar.was is None or bar.was.code == bar.code:
        return lines
    return (*style.wrap(f"{bar.was.code} →", room, _LINES), *lines)
