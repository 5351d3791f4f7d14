"""Draw and describe the changes of a Gantt chart since an earlier one.

Old marks are dashed and grey. An arrow leads from an old mark to the new one: above the marks for a due date,
below them for a forecast or a completion. Its head is filled if the new date is later and hollow if it is
earlier.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from matplotlib.path import Path

from milepost.base.dates import Unit, effect, iso, moved_by, slip
from milepost.charts.canvas import Colour, Frame, Pen
from milepost.charts.gantt.layout import INSET, TAG, heading_style, label_style
from milepost.charts.gantt.marks import (
    FAINT,
    GONE_LINK,
    KEY,
    KEY_MARK,
    NEW_LINK,
    SIZES,
    LegendEntry,
    draw_completed,
    draw_due,
    draw_forecast,
    draw_link,
    strike,
)
from milepost.views.chart import Presence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from milepost.base.dates import PlannedDate
    from milepost.charts.canvas import Canvas
    from milepost.charts.fonts import TextStyle
    from milepost.charts.gantt.layout import Layout
    from milepost.views.chart import Bar, GanttChart
    from milepost.views.page import Page

_HEAD = 3.2  # length of an arrow head
_LEAST_HEAD = 1.8  # its length where the arrow is hardly longer
_HEAD_WIDTH = 2.4
_PAD = 2.0  # between the words of a tag and its border
_TAG_HEIGHT = 7.8
_OLD = Pen(Colour.OLD, 0.7, (1.3, 0.8))
_MARK_ROOM = 9.0
_COLUMN = "Change"
_WORDS_INSET = INSET + _PAD  # from the edge of the page to the words in it
_SHAPES = {"due": "D", "forecast": ">", "completed": "o"}


class _Note(NamedTuple):
    """The entry of a row in the column of changes.

    Attributes:
        tag: whether a frame is drawn around the words.
        bold: whether they are set in the type of headings.
        mark: shape of the mark before words about a forecast or a completion.
    """

    words: str
    colour: str = Colour.INK
    bold: bool = False
    tag: bool = False
    mark: str = ""

    def style(self, page: Page) -> TextStyle:
        return heading_style(page) if self.bold else label_style(page)

    def width(self, page: Page) -> float:
        return self.style(page).width(self.words) + (_MARK_ROOM if self.mark else 0)


_TAGS = {
    Presence.ADDED: _Note("new", Colour.PAPER, bold=True, tag=True),
    Presence.REMOVED: _Note("removed", Colour.GREY, tag=True),
}


def column(chart: GanttChart, page: Page) -> float:
    """Return the width of the column of changes, 0 if nothing has changed."""
    if not chart.changed:
        return 0.0
    notes = [_note(bar) for bar in chart.bars]
    return (
        max([heading_style(page).width(_COLUMN), *(note.width(page) for note in notes if note)])
        + INSET
        + 2 * _PAD
    )


def changes(bar: Bar, since: date) -> list[str]:
    """Describe the changes of a row of the later chart since the data date `since`."""
    if bar.was is None:
        return [f"new since {iso(since)}"] if bar.presence is Presence.ADDED else []
    return list(_changes(bar, bar.was, since)) or [f"unchanged since {iso(since)}"]


def _changes(bar: Bar, was: Bar, since: date) -> Iterator[str]:
    yield from _renamed(bar, was)
    if bar.due != was.due:
        yield f"due date {_moved(was.due, bar.due)}"
    if bar.forecast and was.forecast:
        if bar.forecast != was.forecast:
            yield f"forecast {_moved(was.forecast, bar.forecast)}"
    elif bar.forecast:
        yield "had no forecast"
    elif was.forecast:
        yield f"was forecast {was.forecast}"
    if bar.completed and was.completed:
        if bar.completed != was.completed:
            yield f"completion {_moved(was.completed, bar.completed)}"
    elif bar.completed:
        yield f"completed since {iso(since)}"
    elif was.completed:
        yield f"open again, was completed {was.completed}"
    if bar.set_aside != was.set_aside:
        yield f"{bar.set_aside} since {iso(since)}" if bar.set_aside else f"no longer {was.set_aside}"
    elif bar.set_aside and bar.since != was.since:
        yield f"was {was.set_aside} {iso(was.since) if was.since else 'without a day'}"


def _renamed(bar: Bar, was: Bar) -> Iterator[str]:
    if bar.code != was.code:
        yield f"was {was.code}"
    if bar.label != was.label:
        yield f"was named {was.label}"
    if bar.context != was.context:
        yield f"{'now' if bar.context else 'no longer'} of another part of the project"


def describe_removed(bar: Bar) -> str:
    """Describe a row that is in the earlier chart only."""
    return f"{bar.code} {bar.label}: removed, {_was(_dates(bar))}"


def _moved(old: PlannedDate, new: PlannedDate) -> str:
    amount = moved_by(old, new)
    return f"moved {amount} from {old} to {new}" if amount else f"{effect(old, new)}: from {old} to {new}"


def _was(days: dict[str, PlannedDate]) -> str:
    return f"was {', '.join(f'{what} {day}' for what, day in days.items())}"


def _dates(bar: Bar) -> dict[str, PlannedDate]:
    """Return the dates of a row by their kinds, the keys of `_SHAPES`."""
    days = {"due": bar.due, "forecast": bar.forecast, "completed": bar.completed}
    return {what: day for what, day in days.items() if day is not None}


def _old_dates(bar: Bar) -> dict[str, PlannedDate]:
    """Return the dates that have changed since the earlier chart, by their kinds."""
    if bar.presence is Presence.REMOVED:
        return _dates(bar)
    now = _dates(bar)
    return {what: day for what, day in _dates(bar.was or bar).items() if now.get(what) != day}


def _arrows(bar: Bar) -> dict[str, tuple[PlannedDate, PlannedDate]]:
    """Return the old and the new day of what has moved: the due date, and at most one other date.

    What is known more or less precisely now has not moved.
    """
    if bar.presence is Presence.REMOVED:
        return {}
    now = _dates(bar)
    moves = {
        what: (day, now[what])
        for what, day in _old_dates(bar).items()
        if what in now and moved_by(day, now[what])
    }
    if "completed" in moves:
        moves.pop("forecast", None)
    return moves


def draw_past(canvas: Canvas, layout: Layout, number: int) -> None:
    """Draw the old marks of a row and their arrows, in a group of their own."""
    chart, bar, row, x = layout.chart, layout.chart.bars[number], layout.rows[number], layout.scale.x
    old_dates = _old_dates(bar)
    if old_dates:
        with canvas.group(f"{chart.name}-was-{bar.anchor}", f"{(bar.was or bar).code} {_was(old_dates)}"):
            for what, day in old_dates.items():
                if not day.known:
                    continue
                _draw_old(canvas, (x(day), row.middle), layout.mark, what, context=(bar.was or bar).context)
            for what, (old, new) in _arrows(bar).items():
                side = -1 if what == "due" else 1
                tail = row.middle + side * layout.mark
                _draw_arrow(canvas, x(old), x(new), row.middle + side * layout.lane, tail=tail)
    if bar.presence is Presence.REMOVED:
        strike(canvas, (INSET, row.middle), layout.texts[number].code, layout.label)
    if bar.newly_completed and bar.completed:
        _draw_ring(canvas, x(bar.completed), row.middle, layout.mark)


def _draw_old(canvas: Canvas, place: tuple[float, float], half: float, what: str, *, context: bool) -> None:
    x, middle = place
    shape = "s" if context and what == "due" else _SHAPES[what]
    canvas.mark((x, middle), shape, half * SIZES[shape], _OLD, face=Colour.PAPER)


def _draw_arrow(canvas: Canvas, old: float, new: float, height: float, *, tail: float) -> None:
    """Draw an arrow at `height`, with a line from its tail to the old mark at the height `tail`."""
    later = new > old
    pen = Pen(Colour.LATER if later else Colour.TEAL, 0.8)
    head = min(_HEAD, max(_LEAST_HEAD, abs(new - old))) * (1 if later else -1)
    canvas.path(Path([(old, tail), (old, height), (new - head / 2, height)]), pen)
    edges = [
        (new, height),
        *((new - head, height + side * _HEAD_WIDTH / 2) for side in (1, -1)),
        (new, height),
    ]
    closed = Path(edges, closed=True)
    canvas.path(closed, Pen(pen.colour, 0.5), face=pen.colour if later else Colour.PAPER)


def _draw_ring(canvas: Canvas, x: float, middle: float, half: float) -> None:
    canvas.mark((x, middle), "o", half * 2.1, Pen(Colour.TEAL, 0.7), face=Colour.PAPER)


def draw_heading(canvas: Canvas, layout: Layout) -> None:
    """Draw the heading of the column of changes, if there is one."""
    if layout.widths.changes:
        right = layout.page.width - _WORDS_INSET
        canvas.text((right, layout.top - TAG / 2), _COLUMN, layout.heading, align="right")


def draw_change(canvas: Canvas, layout: Layout, number: int) -> None:
    """Draw the entry of a row in the column of changes."""
    right, middle = layout.page.width - _WORDS_INSET, layout.rows[number].middle
    note = _note(layout.chart.bars[number]) if layout.widths.changes else None
    if note is None:
        return
    style = note.style(layout.page)
    width = style.width(note.words)
    if note.tag:
        frame = Frame(right - width - _PAD, middle - _TAG_HEIGHT / 2, width + 2 * _PAD, _TAG_HEIGHT)
        hollow = note.colour != Colour.PAPER
        pen = Pen(Colour.GREY, 0.5, (1.6, 1.0)) if hollow else Pen(Colour.TEAL, 0.5)
        canvas.box(frame, pen, face=Colour.PAPER if hollow else Colour.TEAL, radius=2.0)
    if note.mark:
        draw_mark = draw_forecast if note.mark == ">" else draw_completed
        draw_mark(canvas, right - width - _MARK_ROOM / 2, middle, layout.mark)
    canvas.text((right, middle), note.words, style, align="right", colour=note.colour)


def _note(bar: Bar) -> _Note | None:
    """Return the most important change of a row."""
    if bar.presence is not Presence.KEPT:
        return _TAGS[bar.presence]
    return next(_notes(bar, bar.was), None) if bar.was is not None else None


def _notes(bar: Bar, was: Bar) -> Iterator[_Note]:
    """Yield the changes of a row of both charts, the most important one first."""
    if bar.set_aside != was.set_aside:
        yield _Note(bar.set_aside or "reinstated")
    if bar.due != was.due:
        yield _days(was.due, bar.due)._replace(bold=True)
    if bar.completed != was.completed:
        if bar.completed and was.completed:
            yield _days(was.completed, bar.completed)._replace(mark="o")
        else:
            yield _Note("completed" if bar.completed else "reopened")
    if bar.forecast != was.forecast:
        if bar.forecast and was.forecast:
            yield _days(was.forecast, bar.forecast)._replace(mark=">")
        else:
            yield _Note("new" if bar.forecast else "gone", mark=">")
    if bar.code != was.code or bar.label != was.label:
        yield _Note("recoded" if bar.code != was.code else "renamed")
    if bar.context != was.context:
        yield _Note("now context" if bar.context else "no context")
    if bar.set_aside and bar.set_aside is was.set_aside and bar.since != was.since:
        yield _Note("other day")


def _days(old: PlannedDate, new: PlannedDate) -> _Note:
    """Return by how much a date has moved, if that is known exactly, or else in which way it has changed."""
    days, words = slip(old, new), moved_by(old, new)
    if not words:
        return _Note(effect(old, new).removeprefix("made "))
    sign, colour = ("+", Colour.LATER) if days > 0 else ("−", Colour.TEAL)
    amount, _, way = words.rpartition(" ")
    if old.unit is new.unit is Unit.DAY:
        amount = f"{abs(days)} d"
    return _Note(way if " to " in amount else f"{sign}{amount}", colour)


def draw_old_data_date(canvas: Canvas, layout: Layout) -> None:
    """Draw the data date of the earlier chart: a dashed line through all rows with a tag below them."""
    day = layout.chart.old_data_date
    if day is None or not layout.old_tag:
        return
    x, bottom = layout.scale.x(day), layout.bottom
    label = f"data date was {iso(day)}"
    width = layout.heading.width(label) + 6
    left = min(max(layout.scale.left, x - width / 2), layout.others_left - width)
    pen = Pen(Colour.INK, 0.6, (2.4, 1.6))
    canvas.line((x, layout.top), (x, bottom), pen)
    tag = Frame(left, bottom, width, layout.old_tag)
    canvas.box(tag, Pen(Colour.INK, 0.5), face=Colour.PAPER)
    canvas.text((tag.centre, (tag.top + tag.bottom) / 2), label, layout.heading, align="center")


def entries(chart: GanttChart) -> list[LegendEntry]:
    """Return the entries of the legend about changes."""
    if chart.old_data_date is None:
        return []
    since = iso(chart.old_data_date)
    if not chart.changed:
        return [LegendEntry(_same_key, f"no milestone has changed since {since}")]
    old = {what for bar in chart.bars for what in _old_dates(bar)}
    moves = [slip(*days) for bar in chart.bars for days in _arrows(bar).values()]
    shown = [
        *((what in old, _old_key(what), f"was {what}") for what in _SHAPES),
        (max(moves, default=0) > 0, _later_key, "moved later"),
        (min(moves, default=0) < 0, _earlier_key, "moved earlier"),
        (any(bar.newly_completed for bar in chart.bars), _ring_key, f"completed since {since}"),
        (any(link.presence is Presence.ADDED for link in chart.links), _new_link_key, "link new"),
        (any(link.presence is Presence.REMOVED for link in chart.links), _gone_link_key, "link gone"),
        (not all(bar.changed for bar in chart.bars), _unchanged_key, "unchanged"),
    ]
    return [LegendEntry(sign, words) for there, sign, words in shown if there]


def _old_key(what: str) -> Callable[[Canvas, float, float], None]:
    def draw(canvas: Canvas, left: float, middle: float) -> None:
        _draw_old(canvas, (left + KEY / 2, middle), KEY_MARK, what, context=False)

    return draw


def _later_key(canvas: Canvas, left: float, middle: float) -> None:
    _draw_arrow(canvas, left, left + KEY, middle - 0.5, tail=middle + 2)


def _earlier_key(canvas: Canvas, left: float, middle: float) -> None:
    _draw_arrow(canvas, left + KEY, left, middle - 0.5, tail=middle + 2)


def _ring_key(canvas: Canvas, left: float, middle: float) -> None:
    _draw_ring(canvas, left + KEY / 2, middle, KEY_MARK)
    draw_completed(canvas, left + KEY / 2, middle, KEY_MARK)


def _new_link_key(canvas: Canvas, left: float, middle: float) -> None:
    draw_link(canvas, [[(left, middle), (left + KEY, middle)]], NEW_LINK)


def _gone_link_key(canvas: Canvas, left: float, middle: float) -> None:
    draw_link(canvas, [[(left, middle), (left + KEY, middle)]], GONE_LINK)


def _unchanged_key(canvas: Canvas, left: float, middle: float) -> None:
    with canvas.faded(FAINT):
        draw_due(canvas, left + KEY / 2, middle, KEY_MARK)


def _same_key(canvas: Canvas, left: float, middle: float) -> None:
    for height in (middle - 1.2, middle + 1.2):
        canvas.line((left + KEY / 2 - 3, height), (left + KEY / 2 + 3, height), Pen(Colour.INK, 0.8))
