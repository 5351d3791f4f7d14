"""The layout of a trend chart: its axes, the places of points, and labels at the right that do not overlap.

All lengths are points.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from milepost.base.dates import iso
from milepost.charts.canvas import Frame
from milepost.charts.fonts import TextStyle, Weight
from milepost.charts.room import SIGN, TREND_ROOM, TREND_SIZE
from milepost.charts.trend.axes import Axis, around
from milepost.charts.trend.labels import spread
from milepost.views.chart import Presence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from milepost.charts.canvas import Point
    from milepost.views.page import Page
    from milepost.views.trend.lines import TrendChart, TrendLine, TrendPoint

TITLE, STATES, TICKS, LEGEND = 11.0, 11.0, 11.0, 11.0
"""Heights of the lines of text above and below the axes."""
LEADER = 16.0
"""Width of the room in which leaders go from lines to their labels."""
GAP = 4.0
_BETWEEN = 3.0  # between two labels
_SHAPE = 0.68  # height of the axes divided by their width
_FURTHEST = timedelta(3653)  # from the states, where these span less than half of it


class Label(NamedTuple):
    """A label: its texts, and where its line ends and its middle is."""

    trend: int
    code: str
    end: str
    name: str
    at: Point
    middle: float


class Texts(NamedTuple):
    """The texts of a label before it has a place."""

    trend: int
    code: str
    end: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The layout of `chart` on `page`.

    Attributes:
        frame: the rectangle of the axes.
        x, y: the axes of the days of states and of the dates.
        labels: from top to bottom.
        label_left, label_width: the column of labels.
        pitch: height of a label.
        height: of the whole drawing.
    """

    chart: TrendChart
    page: Page
    frame: Frame
    x: Axis
    y: Axis
    labels: tuple[Label, ...]
    label_left: float
    pitch: float
    height: float

    @property
    def label(self) -> TextStyle:
        """Type of the labels."""
        return TextStyle(TREND_SIZE, family=self.page.typeface)

    @property
    def heading(self) -> TextStyle:
        """Type of codes and headings."""
        return TextStyle(TREND_SIZE, Weight.SEMI_BOLD, self.page.typeface)

    @property
    def right(self) -> float:
        """The right edge of the axes."""
        return self.frame.left + self.frame.width

    def place(self, point: TrendPoint) -> Point:
        """Return where a point is; a month, quarter or year is at its last day."""
        return self.x.at(point.day), self.y.at(point.date.last)

    def box(self, label: Label) -> Frame:
        """Return the rectangle that a label may fill."""
        height = self.pitch - _BETWEEN
        return Frame(self.label_left, label.middle - height / 2, self.page.width - self.label_left, height)


def layout_of(chart: TrendChart, page: Page, legend_lines: int) -> Layout:
    """Return the layout of `chart` on `page`, with so many lines of legend."""
    label = TextStyle(TREND_SIZE, family=page.typeface)
    heading = TextStyle(TREND_SIZE, Weight.SEMI_BOLD, page.typeface)
    texts = [
        _texts(number, trend) for number, trend in enumerate(chart.trends) if trend.labelled and trend.runs
    ]
    widest = max((heading.width(each.code) + GAP + label.width(each.end) for each in texts), default=0.0)
    widest = max([widest, *(label.width(each.name) for each in texts)])
    column = min(widest + SIGN, TREND_ROOM * page.width)
    left = label.width("0000-00-00") + GAP
    label_left = page.width - column
    width = label_left - LEADER - left
    top = TITLE + STATES
    around_axes = top + TICKS + TITLE + legend_lines * LEGEND
    room = page.figure - around_axes
    pitch = 2 * label.leading + _BETWEEN
    if len(texts) * pitch > room:
        pitch = label.leading + 0.5
        texts = [each._replace(name="") for each in texts]
    height = min(max(_SHAPE * width, len(texts) * pitch), max(room, len(texts) * pitch))
    frame = Frame(left, top, width, height)
    (start, end), (low, high) = _ends(chart)
    x = Axis(start, end, frame.left, frame.left + frame.width)
    y = Axis(low, high, *((frame.bottom, frame.top) if chart.upwards else (frame.top, frame.bottom)))
    ends = [_path(chart.trends[each.trend], x, y)[-1] for each in texts]
    # Lines that end together have their labels in the order in which they come there.
    order = sorted(
        range(len(texts)),
        key=lambda number: [at[1] for at in reversed(_path(chart.trends[texts[number].trend], x, y))],
    )
    middles = spread([ends[number][1] for number in order], pitch, frame.top, frame.bottom)
    room_for_code = column - SIGN
    labels = tuple(
        _label(texts[number], ends[number], middle, room_for_code, (heading, label))
        for number, middle in zip(order, middles, strict=True)
    )
    return Layout(
        chart=chart,
        page=page,
        frame=frame,
        x=x,
        y=y,
        labels=labels,
        label_left=label_left,
        pitch=pitch,
        height=around_axes + height,
    )


def date_axis(chart: TrendChart) -> Axis:
    """Return the axis of dates of `chart`, without its place."""
    return Axis(*_ends(chart)[1], 0.0, 1.0)


def _texts(number: int, trend: TrendLine) -> Texts:
    match trend.presence:
        case Presence.ADDED:
            end = f"{trend.end}, new"
        case Presence.REMOVED:
            end = "gone"
        case Presence.KEPT if trend.was is not None and trend.was.end != trend.end:
            end = f"{trend.end} (was {trend.was.end})"
        case _:
            end = trend.end
    return Texts(number, trend.code, end, trend.label)


def _label(texts: Texts, at: Point, middle: float, room: float, styles: tuple[TextStyle, TextStyle]) -> Label:
    """Return a label with texts that fit into `room`."""
    heading, style = styles
    (code,) = heading.wrap(texts.code, room, 1)
    rest = room - heading.width(code) - GAP
    # Rather no day of a completion than a part of it.
    ends = (texts.end, texts.end.partition(" (")[0], texts.end.partition(" ")[0])
    end = next((each for each in ends if style.width(each) <= rest), "")
    name = style.wrap(texts.name, room, 1)[0] if texts.name else ""
    return Label(texts.trend, code, end, name, at, middle)


def _path(trend: TrendLine, x: Axis, y: Axis) -> list[Point]:
    return [(x.at(point.day), y.at(point.date.last)) for point in trend.points]


def _ends(chart: TrendChart) -> tuple[tuple[date, date], tuple[date, date]]:
    """Return the first and the last day of both axes."""
    trends = [each for trend in chart.trends for each in (trend, trend.was) if each is not None]
    days = [
        *chart.days,
        *(chart.old.days if chart.old else ()),
        *(p.day for each in trends for p in each.points),
    ]
    first, last = min(days), max(days)
    # What is further away is an arrow at the edge, and does not squeeze the rest.
    furthest = max(_FURTHEST, 2 * (last - first))
    dates = [first, last]
    dates += (day for day in _dates(trends) if first - day <= furthest and day - last <= furthest)
    least = 3 if first < last else 15
    return around(first, last, least=least), around(min(dates), max(dates), least=least)


def _dates(trends: Sequence[TrendLine]) -> Iterator[date]:
    for trend in trends:
        for day in (*(point.date for point in trend.points), *filter(None, [trend.baseline])):
            yield day.first
            yield day.last


def days_with_labels(layout: Layout) -> list[tuple[date, float]]:
    """Return the days of the states that are named above the axes, with the middles of their labels.

    The last and the first come first, the others as far as there is room.
    """
    half = layout.label.width("0000-00-00") / 2
    days = list(layout.chart.days)
    found: list[tuple[date, float]] = []
    for day in dict.fromkeys([days[-1], days[0], *reversed(days)]):
        middle = min(max(layout.x.at(day), half), layout.label_left - half)
        if all(abs(middle - other) >= 2 * half + GAP for _, other in found):
            found.append((day, middle))
    return found


def name_of_day(day: date) -> str:
    """Return a day as it is printed."""
    return iso(day)
