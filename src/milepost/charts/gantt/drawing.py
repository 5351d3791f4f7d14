"""Draw the Gantt chart: due dates, completions, forecasts, slips and dependencies.

No meaning depends on colour alone: due is a hollow diamond and completed a disc, overdue is a filled diamond,
late is a filled bar and early a hollow one, and dependencies backwards in time are dashed. A month, quarter
or year is a bracket that ends at the mark. Deferred is a diamond with a dash in it, and cancelled a diamond
with a cross beside a name that is struck out.
"""

from __future__ import annotations

from itertools import accumulate
from math import ceil
from typing import TYPE_CHECKING

from milepost.base.dates import UNDATED, Unit, iso, planned, slip, slip_in_words
from milepost.charts.canvas import Canvas, Colour, Frame, Pen
from milepost.charts.gantt import changes, marks
from milepost.charts.gantt.layout import GAP, INSET, TAG, Layout, label_style
from milepost.charts.gantt.marks import LegendEntry
from milepost.charts.gantt.routing import clipped, routes
from milepost.document.schedule import State
from milepost.views.chart import Presence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from matplotlib.figure import Figure

    from milepost.base.dates import PlannedDate
    from milepost.charts.fonts import TextStyle
    from milepost.charts.gantt.routing import Point
    from milepost.views.chart import Bar, GanttChart
    from milepost.views.page import Page

_WIDE_YEAR = 60.0  # years wider than this are divided into quarters


def draw(chart: GanttChart, page: Page) -> Figure:
    """Draw `chart` as wide as `page`, however high it becomes."""
    layout = layout_of(chart, page)
    return _draw(layout, _routes(layout))


def draw_parts(chart: GanttChart, page: Page) -> Iterator[Figure]:
    """Draw `chart` on as many pages as it needs to be readable.

    A link from one part to another leaves the one and enters the other at the same place of the axis.
    """
    parts = layout_of(chart, page).parts()
    routed = _routes(parts[0])
    for part in parts:
        shift = part.borders[0] - parts[0].borders[0]
        yield _draw(part, [[(x, y + shift) for x, y in corners] for corners in routed])


def _draw(layout: Layout, routed: list[list[Point]]) -> Figure:
    chart, page = layout.chart, layout.page
    canvas = Canvas(page.width, layout.height)
    _draw_bands(canvas, layout)
    _draw_axis(canvas, layout)
    with canvas.faded(marks.FAINT if layout.column else 0.0):
        _draw_links(canvas, layout, routed)
    changes.draw_heading(canvas, layout)
    changes.draw_old_data_date(canvas, layout)
    _draw_data_date(canvas, layout)
    for number in layout.shown:
        bar = chart.bars[number]
        with canvas.group(f"{chart.name}-{bar.anchor}", describe(bar, chart.data_date, chart.old_data_date)):
            _draw_row(canvas, layout, number)
    for number, line in enumerate(_flow(_legend(chart, layout.label), layout.page)):
        for left, entry in line:
            entry.sign(canvas, left, layout.legend_line(number))
            canvas.text(
                (left + marks.KEY + marks.KEY_GAP, layout.legend_line(number)), entry.words, layout.label
            )
    return canvas.figure


def layout_of(chart: GanttChart, page: Page) -> Layout:
    """Return the layout of `chart` on `page`."""
    legend = _flow(_legend(chart, label_style(page)), page)
    return Layout.of(chart, page, len(legend), changes.column(chart, page))


def describe(bar: Bar, data_date: date, old_data_date: date | None = None) -> str:
    """Describe a row, as in `A-1 Name: due 2020-01-31, completed 2020-02-02 (2 days late)`.

    The changes since `old_data_date` follow after semicolons.
    """
    if bar.presence is Presence.REMOVED:
        return changes.describe_removed(bar)
    since = changes.changes(bar, old_data_date) if old_data_date else []
    return "; ".join([_describe_now(bar, data_date), *since])


def _describe_now(bar: Bar, data_date: date) -> str:
    def late(day: PlannedDate) -> str:
        return slip_in_words(bar.due, day)

    def with_slip(what: str, day: PlannedDate) -> str:
        return f"{what} {day} ({late(day)})" if late(day) else f"{what} {day}"

    parts = [f"{bar.code} {bar.label}: due {bar.due}"]
    if bar.completed:
        parts.append(with_slip("completed", bar.completed))
    elif bar.set_aside:
        parts.append(f"{bar.set_aside} {iso(bar.since)}" if bar.since else f"{bar.set_aside}")
    elif bar.overdue:
        words = late(planned(data_date))
        parts.append(f"open, {words} on {iso(data_date)}" if words else f"overdue on {iso(data_date)}")
    else:
        parts.append("open")
    if bar.forecast:
        parts.append(with_slip("forecast", bar.forecast))
    return ", ".join(parts)


def _draw_bands(canvas: Canvas, layout: Layout) -> None:
    """Tint every other row, so that label and marks are easily seen to belong together."""
    for row in layout.rows[layout.shown.start : layout.shown.stop : 2]:
        canvas.box(Frame(0, row.top, layout.page.width, row.bottom - row.top), face=Colour.BAND)


def _draw_axis(canvas: Canvas, layout: Layout) -> None:
    """Draw the columns' headings, the grid, and the years above and below it."""
    scale, top, bottom = layout.scale, layout.top, layout.bottom
    canvas.text((INSET, top - TAG / 2), "Code", layout.heading)
    canvas.text((layout.label_left, top - TAG / 2), "Milestone", layout.heading)
    for height in (top, bottom):
        canvas.line((0, height), (layout.page.width, height), Pen(Colour.GREY))
    for quarter in scale.quarters if scale.year > _WIDE_YEAR else ():
        canvas.line((scale.x(quarter), top), (scale.x(quarter), bottom), Pen(Colour.RULE, 0.25))
    years = scale.years[:: _year_step(layout)]  # rules as well as labels: many rules would be one grey area
    for x in (*map(scale.x, years), scale.right):
        canvas.line((x, top - TAG), (x, bottom), Pen(Colour.RULE))
    for year in years:
        middle = scale.x(year) + scale.year / 2
        for height in (layout.years_above, layout.years_below):
            canvas.text((middle, height), str(year.year), layout.heading, align="center", colour=Colour.GREY)


def _year_step(layout: Layout) -> int:
    """Return the number of years from one label to the next, so that labels do not touch."""
    return ceil((layout.heading.width("0000") + 3) / layout.scale.year)


def _draw_data_date(canvas: Canvas, layout: Layout) -> None:
    """Draw the data date's line through all rows, with a tag above them."""
    x = layout.scale.x(layout.chart.data_date)
    label = f"data date {iso(layout.chart.data_date)}"
    width = layout.heading.width(label) + 6
    left = min(max(layout.scale.left, x - width / 2), layout.right - width)
    canvas.line((x, layout.top), (x, layout.bottom), Pen(Colour.INK, 0.8))
    tag = Frame(left, layout.top - TAG, width, TAG)
    canvas.box(tag, face=Colour.INK)
    middle = (tag.top + tag.bottom) / 2
    canvas.text((tag.centre, middle), label, layout.heading, align="center", colour=Colour.PAPER)


def _draw_row(canvas: Canvas, layout: Layout, number: int) -> None:
    """Draw a milestone's texts, marks and changes."""
    bar, row = layout.chart.bars[number], layout.rows[number]
    dimmed = bool(layout.column) and (not bar.changed or bar.presence is Presence.REMOVED)
    code, label = (Colour.GREY, Colour.GREY) if dimmed else (Colour.TEAL, Colour.INK)
    canvas.lines((INSET, row.middle), layout.codes[number], layout.label, colour=code)
    canvas.lines((layout.label_left, row.middle), layout.labels[number], layout.label, colour=label)
    if bar.state is State.CANCELLED:
        marks.strike(canvas, (layout.label_left, row.middle), layout.labels[number], layout.label)
    faded = marks.FAINT if dimmed else 0.0
    with canvas.faded(faded):
        _draw_spans(canvas, layout, number)
    changes.draw_past(canvas, layout, number)
    with canvas.faded(faded):
        _draw_marks(canvas, layout, number)
    changes.draw_change(canvas, layout, number)


def _draw_spans(canvas: Canvas, layout: Layout, number: int) -> None:
    """Draw the time from the due date to the completion, the forecast or the data date."""
    bar, row, x = layout.chart.bars[number], layout.rows[number], layout.scale.x
    if bar.presence is Presence.REMOVED:
        return
    for day, colour in ((bar.due, marks.colour_of_due(bar.state)), (bar.forecast, Colour.FORECAST)):
        if day is not None and day.known and day.unit is not Unit.DAY:
            marks.draw_bracket(canvas, (x(day.first), x(day)), row.middle, layout.mark, colour)
    if bar.set_aside or not bar.due.known or not (bar.forecast is None or bar.forecast.known):
        return
    if bar.completed:
        days = slip(bar.due, bar.completed)
        due = bar.due.first if days < 0 else bar.due.last
        if days:
            marks.draw_slip(canvas, x(due), x(bar.completed), row.middle)
    elif bar.overdue or bar.forecast:
        until = max(bar.forecast or bar.due, planned(layout.chart.data_date) if bar.overdue else bar.due)
        marks.draw_open(canvas, x(bar.due), x(until), row.middle, overdue=bar.overdue)


def _draw_marks(canvas: Canvas, layout: Layout, number: int) -> None:
    """Draw the marks of a milestone at its dates."""
    bar, row, x = layout.chart.bars[number], layout.rows[number], layout.scale.x
    if bar.presence is Presence.REMOVED:
        return
    if bar.due.known:
        marks.draw_due(canvas, row.x, row.middle, layout.mark, bar.state)
    else:
        canvas.text((row.x, row.middle), str(bar.due), layout.label, align="center", colour=Colour.GREY)
    if bar.forecast and bar.forecast.known:
        marks.draw_forecast(canvas, x(bar.forecast), row.middle, layout.mark)
    if bar.completed:
        marks.draw_completed(canvas, x(bar.completed), row.middle, layout.mark)


def _routes(layout: Layout) -> list[list[Point]]:
    pairs = [(link.predecessor, link.successor) for link in layout.chart.links]
    return routes(layout.rows, pairs, layout.area)


def _draw_links(canvas: Canvas, layout: Layout, routed: list[list[Point]]) -> None:
    """Draw the dependencies: those backwards in time last, because they matter most."""
    chart = layout.chart
    for link, corners in sorted(zip(chart.links, routed, strict=True), key=lambda pair: pair[0].backwards):
        line = clipped(corners, layout.top, layout.bottom)
        if not line:
            continue
        predecessor, successor = chart.bars[link.predecessor], chart.bars[link.successor]
        title = f"{predecessor.code} before {successor.code}{', but due after it' if link.backwards else ''}"
        with canvas.group(f"{chart.name}-link-{predecessor.anchor}-{successor.anchor}", title):
            marks.draw_link(canvas, line, backwards=link.backwards, head=line[-1] == corners[-1])


def _legend(chart: GanttChart, style: TextStyle) -> list[LegendEntry]:
    """Return an entry for each kind of sign in the chart."""
    bars = [bar for bar in chart.bars if bar.presence is not Presence.REMOVED]
    links = chart.links
    slips = [slip(bar.due, bar.completed) for bar in bars if bar.completed]
    entries = [
        (any(bar.due.known for bar in bars) or not bars, _due_key(State.OPEN), "due"),
        (any(day.unit is not Unit.DAY for bar in bars for day in bar.dates), _bracket_key, "month or longer"),
        (any(not bar.due.known for bar in bars), _undated_key(style), "no date yet"),
        (bool(slips), _completed_key, "completed"),
        (max(slips, default=0) > 0, _late_key, "late"),
        (min(slips, default=0) < 0, _early_key, "early"),
        (any(bar.forecast and bar.forecast.known for bar in bars), _forecast_key, "forecast"),
        (any(bar.overdue for bar in bars), _overdue_key, "overdue"),
        (any(bar.state is State.DEFERRED for bar in bars), _due_key(State.DEFERRED), "deferred"),
        (any(bar.state is State.CANCELLED for bar in bars), _due_key(State.CANCELLED), "cancelled"),
        (any(not link.backwards for link in links), _link_key, "link to successor"),
        (any(link.backwards for link in links), _backwards_key, "link backwards in time"),
    ]
    return [LegendEntry(sign, words) for shown, sign, words in entries if shown] + changes.entries(chart)


def _flow(entries: list[LegendEntry], page: Page) -> list[list[tuple[float, LegendEntry]]]:
    """Break the legend into lines of entries with their left edges."""
    style = label_style(page)
    lines: list[list[LegendEntry]] = [[]]
    for entry in entries:
        before = sum(other.width(style) + GAP for other in lines[-1])
        if before + entry.width(style) > page.width - INSET:
            lines.append([])
        lines[-1].append(entry)
    return [
        list(
            zip(
                accumulate((entry.width(style) + GAP for entry in line[:-1]), initial=INSET),
                line,
                strict=True,
            )
        )
        for line in lines
    ]


def _due_key(state: State) -> Callable[[Canvas, float, float], None]:
    def draw(canvas: Canvas, left: float, middle: float) -> None:
        marks.draw_due(canvas, left + marks.KEY / 2, middle, marks.KEY_MARK, state)

    return draw


def _bracket_key(canvas: Canvas, left: float, middle: float) -> None:
    right = left + marks.KEY - 4
    marks.draw_bracket(canvas, (left + 1, right), middle, marks.KEY_MARK, Colour.INK)
    marks.draw_due(canvas, right, middle, marks.KEY_MARK)


def _undated_key(style: TextStyle) -> Callable[[Canvas, float, float], None]:
    def draw(canvas: Canvas, left: float, middle: float) -> None:
        canvas.text((left + marks.KEY / 2, middle), str(UNDATED), style, align="center", colour=Colour.GREY)

    return draw


def _completed_key(canvas: Canvas, left: float, middle: float) -> None:
    marks.draw_completed(canvas, left + marks.KEY / 2, middle, marks.KEY_MARK)


def _overdue_key(canvas: Canvas, left: float, middle: float) -> None:
    marks.draw_open(canvas, left + 4, left + marks.KEY, middle, overdue=True)
    marks.draw_due(canvas, left + 4, middle, marks.KEY_MARK, State.OVERDUE)


def _forecast_key(canvas: Canvas, left: float, middle: float) -> None:
    marks.draw_open(canvas, left, left + marks.KEY - 4, middle, overdue=False)
    marks.draw_forecast(canvas, left + marks.KEY - 4, middle, marks.KEY_MARK)


def _late_key(canvas: Canvas, left: float, middle: float) -> None:
    marks.draw_slip(canvas, left, left + marks.KEY, middle)


def _early_key(canvas: Canvas, left: float, middle: float) -> None:
    marks.draw_slip(canvas, left + marks.KEY, left, middle)


def _link_key(canvas: Canvas, left: float, middle: float) -> None:
    marks.draw_link(canvas, [(left, middle), (left + marks.KEY, middle)], backwards=False)


def _backwards_key(canvas: Canvas, left: float, middle: float) -> None:
    marks.draw_link(canvas, [(left, middle), (left + marks.KEY, middle)], backwards=True)
