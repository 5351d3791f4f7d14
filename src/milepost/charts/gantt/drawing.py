"""Draw the Gantt chart: due dates, completions, forecasts, slips and dependencies.

No meaning depends on colour alone: due is a hollow diamond and completed a disc, overdue is a filled diamond,
late is a filled bar and early a hollow one, and dependencies backwards in time are dashed. A month, quarter
or year is a bracket that ends at the mark. Deferred is a diamond with a dash in it, and cancelled a diamond
with a cross beside a name that is struck out.
"""

from __future__ import annotations

from itertools import cycle
from math import ceil
from typing import TYPE_CHECKING

from milepost.base.dates import Unit, iso, planned
from milepost.charts.canvas import Canvas, Colour, Frame, Pen
from milepost.charts.gantt import changes, marks
from milepost.charts.gantt.layout import GAP, INSET, OTHERS, TAG
from milepost.charts.gantt.legend import entries, flow
from milepost.charts.gantt.routing import crossings, pieces
from milepost.charts.gantt.sheets import sheets, whole
from milepost.document import schedule
from milepost.document.schedule import State
from milepost.views.chart import Presence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from matplotlib.figure import Figure

    from milepost.base.dates import PlannedDate
    from milepost.charts.gantt.layout import Layout
    from milepost.charts.gantt.routing import Point
    from milepost.charts.gantt.sheets import Sheet
    from milepost.views.chart import Bar, GanttChart
    from milepost.views.page import Page

_CHANGED = {Presence.ADDED: marks.NEW_LINK, Presence.REMOVED: marks.GONE_LINK}
_WIDE_YEAR = 60.0  # years wider than this are divided into quarters


def draw(chart: GanttChart, page: Page) -> Figure:
    """Draw `chart` as wide as `page`, however high it becomes."""
    return _draw(whole(chart, page))


def draw_parts(chart: GanttChart, page: Page) -> Iterator[Figure]:
    """Draw `chart` on as many pages as it needs to be readable.

    A link to another part is an entry in a column at the right, with the code at its other end.
    """
    yield from map(_draw, sheets(chart, page))


def _draw(sheet: Sheet) -> Figure:
    layout = sheet.layout
    chart, page = layout.chart, layout.page
    canvas = Canvas(page.width, layout.height)
    with canvas.group(f"{chart.name}-bands"):
        _draw_bands(canvas, layout)
    with canvas.group(f"{chart.name}-axis"):
        _draw_axis(canvas, layout)
    _draw_links(canvas, layout, sheet.routed)
    changes.draw_heading(canvas, layout)
    changes.draw_old_data_date(canvas, layout)
    with canvas.group(f"{chart.name}-known"):
        _draw_data_date(canvas, layout)
    for number, bar in enumerate(chart.bars):
        with canvas.group(f"{chart.name}-{bar.anchor}", describe(bar, chart.data_date, chart.old_data_date)):
            _draw_row(canvas, layout, number)
    if sheet.box:
        box, corner = sheet.box
        with canvas.group(f"{chart.name}-box"):
            box.draw(canvas, layout, corner)
    if layout.legend_lines:
        with canvas.group(f"{chart.name}-legend"):
            for number, line in enumerate(flow(entries(chart, layout.label), page)):
                for left, entry in line:
                    entry.draw(canvas, (left, layout.legend_line(number)), layout.label)
    return canvas.figure


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
        words = schedule.slip_on(bar.state, bar.due, day)[1]
        return "" if words == "none" else words

    def with_slip(what: str, day: PlannedDate) -> str:
        return f"{what} {day} ({late(day)})" if late(day) else f"{what} {day}"

    context = " (another part of the project)" if bar.context else ""
    parts = [f"{bar.code} {bar.label}{context}: due {bar.due}"]
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
    for row in layout.rows[::2]:
        canvas.box(Frame(0, row.top, layout.page.width, row.bottom - row.top), face=Colour.BAND)


def _draw_axis(canvas: Canvas, layout: Layout) -> None:
    """Draw the columns' headings, the grid, and the years above and below it."""
    scale, top, bottom = layout.scale, layout.top, layout.bottom
    canvas.text((INSET, top - TAG / 2), "Code", layout.heading)
    canvas.text((layout.label_left, top - TAG / 2), "Milestone", layout.heading)
    if layout.widths.others:
        canvas.text((layout.others_left + GAP / 2, top - TAG / 2), OTHERS, layout.heading)
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
    left = min(max(layout.scale.left, x - width / 2), layout.others_left - width)
    canvas.line((x, layout.top), (x, layout.bottom), Pen(Colour.INK, 0.8))
    tag = Frame(left, layout.top - TAG, width, TAG)
    canvas.box(tag, face=Colour.INK)
    middle = (tag.top + tag.bottom) / 2
    canvas.text((tag.centre, middle), label, layout.heading, align="center", colour=Colour.PAPER)


def _draw_row(canvas: Canvas, layout: Layout, number: int) -> None:
    """Draw a milestone's texts, marks and changes."""
    bar, row, texts = layout.chart.bars[number], layout.rows[number], layout.texts[number]
    dimmed = bool(layout.widths.changes) and (not bar.changed or bar.presence is Presence.REMOVED)
    # In a chart of changes, grey texts are those of rows that have not changed.
    grey = dimmed or (bar.context and not layout.widths.changes)
    code, label = (Colour.GREY, Colour.GREY) if grey else (Colour.TEAL, Colour.INK)
    canvas.lines((INSET, row.middle), texts.code, layout.label, colour=code)
    canvas.lines((layout.label_left, row.middle), texts.label, layout.label, colour=label)
    canvas.lines((layout.others_left + GAP / 2, row.middle), texts.others, layout.label, colour=Colour.GREY)
    if bar.state is State.CANCELLED:
        marks.strike(canvas, (layout.label_left, row.middle), texts.label, layout.label)
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
        days, _ = schedule.slip_on(bar.state, bar.due, bar.completed)
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
        marks.draw_due(canvas, row.x, row.middle, layout.mark, bar.state, context=bar.context)
    else:
        canvas.text((row.x, row.middle), str(bar.due), layout.label, align="center", colour=Colour.GREY)
    if bar.forecast and bar.forecast.known:
        marks.draw_forecast(canvas, x(bar.forecast), row.middle, layout.mark)
    if bar.completed:
        marks.draw_completed(canvas, x(bar.completed), row.middle, layout.mark)


def _draw_links(canvas: Canvas, layout: Layout, routed: list[list[Point]]) -> None:
    """Draw the dependencies: those backwards in time last, because they matter most."""
    chart = layout.chart
    heights = crossings(routed, [(link.predecessor, link.successor) for link in chart.links])
    # Where links join before a successor, the shorter one is on top, so that each can be followed back.
    order = sorted(
        range(len(routed)),
        key=lambda number: (
            chart.links[number].presence is not Presence.KEPT,
            chart.links[number].backwards,
            -abs(chart.links[number].successor - chart.links[number].predecessor),
        ),
    )
    pens = _pens(chart)
    faint = marks.FAINT if layout.widths.changes else 0.0
    with canvas.faded(faint):
        for row, texts in zip(layout.rows, layout.texts, strict=True):
            for source, downwards in texts.ends:
                marks.draw_end(canvas, row, source=source, downwards=downwards)
    for number in order:
        link = chart.links[number]
        predecessor, successor = chart.bars[link.predecessor], chart.bars[link.successor]
        backwards = ", but due after it" if link.backwards else ""
        title = f"{predecessor.code} before {successor.code}{backwards}{marks.FATES[link.presence]}"
        usual = marks.BACKWARDS if link.backwards else pens.get(link.predecessor, marks.NEW_LINK)
        pen = _CHANGED.get(link.presence, usual)
        name = f"{chart.name}-link-{predecessor.anchor}-{successor.anchor}"
        with canvas.faded(faint if link.presence is Presence.KEPT else 0.0), canvas.group(name, title):
            marks.draw_link(canvas, pieces(routed[number], heights[number]), pen)


def _pens(chart: GanttChart) -> dict[int, Pen]:
    """Return the pen of each predecessor."""
    predecessors = sorted(
        {link.predecessor for link in chart.links if not link.backwards and link.presence is Presence.KEPT}
    )
    return dict(zip(predecessors, cycle(marks.LINKS), strict=False))
