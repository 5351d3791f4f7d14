"""Compute the layout of a Gantt chart, or of a part of one: columns, rows and the time axis, in points."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from milepost.base.dates import UNDATED, planned
from milepost.charts.fonts import TextStyle, Weight
from milepost.charts.gantt.routing import Area, Row
from milepost.charts.room import GANTT_SIZE, LINES, in_gantt

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from milepost.base.dates import PlannedDate
    from milepost.views.chart import Bar, GanttChart
    from milepost.views.page import Page

INSET = 2.0
"""From the edge of the page to texts and signs."""

GAP = 7.0
"""Between columns, and between an entry of the legend and the next one."""

LEGEND_LINE = 11.0
"""Height of a line of the legend."""

TAG = 9.5
"""Height of the data date's tag, between the years and the rows."""

CONTEXT = 0.85
"""Half the side of the mark of a milestone of another part of the project, in proportion to `Layout.mark`."""

CODE_ROOM, OTHERS_ROOM = 0.18, 0.16
"""The greatest widths of columns besides that of names, in proportion to that of the page."""

_ROW, _LEAST_ROW = 15.0, 9.5  # height of a row of one line: wanted, and the least
_LEAST_DIFF_ROW = 10.5  # the least with arrows above and below the marks
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
        return self.x_of(planned(day).last)

    def x_of(self, day: date) -> float:
        """Return where `day` begins."""
        days = (self.end - self.start).days + 1
        return self.left + (self.right - self.left) * (day - self.start).days / days

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


class Texts(NamedTuple):
    """The lines of one row in the columns for its code, its label and its links to other parts.

    Attributes:
        ends: for the links to other parts, whether the row is their source, and whether they lead down.
    """

    code: tuple[str, ...]
    label: tuple[str, ...]
    others: tuple[str, ...] = ()
    ends: tuple[tuple[bool, bool], ...] = ()

    @property
    def lines(self) -> int:
        """The number of lines of the row."""
        return max(1, len(self.code), len(self.label), len(self.others))


class Widths(NamedTuple):
    """The widths of columns; a column without content has the width 0."""

    code: float
    label: float
    undated: float = 0.0
    others: float = 0.0
    changes: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The positions of everything in a drawing of a chart, or of one of its parts.

    Attributes:
        chart: the chart, with the rows and the links of this part.
        texts: the texts of each row.
        widths: the widths of the columns, in all parts the same.
        pitch: the height of a row of one line.
        legend_lines: number of lines of the legend below the rows; 0 where it is beside the rows.
    """

    chart: GanttChart
    page: Page
    texts: tuple[Texts, ...]
    widths: Widths
    pitch: float
    legend_lines: int

    @cached_property
    def label_left(self) -> float:
        """Left edge of the column of labels."""
        return INSET + self.widths.code + GAP

    @cached_property
    def scale(self) -> Scale:
        """The time axis, between the columns."""
        left = self.label_left + self.widths.label + GAP
        right = self.others_left - _MARGIN - self.widths.undated
        return Scale(left, right, self.chart.start, self.chart.end)

    @property
    def right(self) -> float:
        """Left edge of the column of changes."""
        return self.page.width - self.widths.changes

    @property
    def others_left(self) -> float:
        """Left edge of the column of links to other parts."""
        return self.right - self.widths.others

    @cached_property
    def borders(self) -> tuple[float, ...]:
        """Heights of the borders of all rows."""
        more = self.label.leading
        heights = (self.pitch + more * (texts.lines - 1) for texts in self.texts)
        return tuple(accumulate(heights, initial=_AXIS + TAG))

    @property
    def top(self) -> float:
        """The upper end of the axis."""
        return self.borders[0]

    @property
    def bottom(self) -> float:
        """The lower end of the axis."""
        return self.borders[-1]

    @property
    def mark(self) -> float:
        """Half the width of the mark of a due date, smaller where rows are tight."""
        largest, part = (2.8, 0.24) if self.widths.changes else (3.1, 0.27)
        return min(largest, part * self.pitch)

    @property
    def lane(self) -> float:
        """From the middle of a row to the arrows above and below its marks."""
        return min(self.mark + 1.5, (self.pitch / 2 + self.mark) / 2)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The rows, for `milepost.charts.gantt.routing`."""
        return tuple(
            Row(
                top=top,
                bottom=bottom,
                x=self.due(bar),
                radius=self.mark * (CONTEXT if bar.context else 1.0),
                marks=self._marks(bar),
                square=bar.context,
            )
            for bar, top, bottom in zip(self.chart.bars, self.borders, self.borders[1:], strict=False)
        )

    @cached_property
    def area(self) -> Area:
        """Where links may be: between the ends of the axis, and not along a line of the grid."""
        rules = tuple(map(self.scale.x, (*self.scale.years, *self.data_dates)))
        return Area(left=self.scale.left + 2, right=self.scale.right + self.widths.undated + 3, rules=rules)

    @property
    def data_dates(self) -> tuple[date, ...]:
        """The days that are lines through all rows."""
        days = (self.chart.data_date, self.chart.old_data_date)
        return tuple(day for day in days if day is not None)

    def extent(self, number: int) -> tuple[float, float]:
        """Return where the signs of a row begin and end."""
        bar, row = self.chart.bars[number], self.rows[number]
        bars = (bar,) if bar.was is None else (bar, bar.was)
        ends = [*row.marks, *(self.scale.x_of(day.first) for each in bars for day in each.dates)]
        if bar.overdue:
            ends.append(self.scale.x(self.chart.data_date))
        return min(ends) - self.mark, max(ends) + self.mark

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
        return _old_tag(self.chart)

    def legend_line(self, number: int) -> float:
        """Return the middle of a line of the legend, counted from 0."""
        return self.bottom + self.old_tag + _AXIS + _LEGEND_GAP + LEGEND_LINE * (number + 0.5)

    @property
    def height(self) -> float:
        """Height of the figure."""
        return self.bottom + self.old_tag + _AXIS + _legend_height(self.legend_lines)

    @property
    def fits(self) -> bool:
        """Whether the figure fits on the page."""
        return self.height <= self.page.figure + 0.01

    @property
    def label(self) -> TextStyle:
        """The type of texts."""
        return label_style(self.page)

    @property
    def heading(self) -> TextStyle:
        """The type of headings."""
        return heading_style(self.page)

    def _marks(self, bar: Bar) -> tuple[float, ...]:
        bars = (bar,) if bar.was is None else (bar, bar.was)
        return (self.due(bar), *(self.scale.x(day) for each in bars for day in each.dates))

    def due(self, bar: Bar) -> float:
        """Return the middle of the mark of a due date, or of the word for none yet right of the axis."""
        if bar.due.known:
            return self.scale.x(bar.due)
        return self.scale.right + (self.widths.undated + _MARGIN) / 2


def label_style(page: Page) -> TextStyle:
    """Return the type for texts on `page`."""
    return TextStyle(GANTT_SIZE, family=page.typeface)


def heading_style(page: Page) -> TextStyle:
    """Return the type for headings on `page`."""
    return TextStyle(GANTT_SIZE, Weight.SEMI_BOLD, page.typeface)


def least_row(chart: GanttChart) -> float:
    """Return the least height of a row of one line."""
    return _LEAST_DIFF_ROW if chart.changed else _LEAST_ROW


def pitch_of(parts: Sequence[Sequence[Texts]], chart: GanttChart, page: Page, legend_lines: int) -> float:
    """Return the height of a row of one line with which all `parts` of `chart` fit on pages like `page`."""
    room, more = room_for_rows(page, chart, legend_lines), label_style(page).leading
    pitches = [(room - more * sum(row.lines - 1 for row in rows)) / max(1, len(rows)) for rows in parts]
    return max(least_row(chart), min(_ROW, *pitches))


def room_for_rows(page: Page, chart: GanttChart, legend_lines: int) -> float:
    """Return the height for rows in a figure on `page`."""
    return page.figure - TAG - 2 * _AXIS - _old_tag(chart) - _legend_height(legend_lines)


def texts_of(chart: GanttChart, page: Page) -> tuple[Texts, ...]:
    """Break the codes and labels of all rows into lines."""
    style = label_style(page)
    return tuple(
        Texts(
            code=_code(bar, style, CODE_ROOM * page.width),
            label=style.balance(_label(bar), in_gantt(page).width, LINES),
        )
        for bar in chart.bars
    )


def widths_of(chart: GanttChart, page: Page, texts: Sequence[Texts], changes: float) -> Widths:
    """Return the widths of all columns; `changes` is that of the column of changes."""
    style, heading = label_style(page), heading_style(page)

    def widest(lines: Sequence[tuple[str, ...]], title: str) -> float:
        widths = (style.width(line) for each in lines for line in each)
        return max(heading.width(title), *widths, 0.0)

    others = [each.others for each in texts]
    return Widths(
        code=widest([each.code for each in texts], "Code"),
        label=widest([each.label for each in texts], "Milestone"),
        undated=0.0 if all(bar.due.known for bar in chart.bars) else style.width(str(UNDATED)) + _MARGIN,
        others=widest(others, OTHERS) + INSET + GAP / 2 if any(others) else 0.0,
        changes=changes,
    )


OTHERS = "Other parts"
"""The heading of the column of links to other parts."""


def _label(bar: Bar) -> str:
    return f"{bar.label} (context)" if bar.context else bar.label


def _code(bar: Bar, style: TextStyle, room: float) -> tuple[str, ...]:
    """Return the lines of a row's code, after those of its former code."""
    lines = style.wrap(bar.code, room, LINES)
    if bar.was is None or bar.was.code == bar.code:
        return lines
    return (*style.wrap(f"{bar.was.code} →", room, LINES), *lines)


def _old_tag(chart: GanttChart) -> float:
    return TAG if chart.old_data_date not in {None, chart.data_date} else 0.0


def _legend_height(lines: int) -> float:
    return _LEGEND_GAP + LEGEND_LINE * lines if lines else 0.0
