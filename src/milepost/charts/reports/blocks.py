"""Draw a block schedule: a row for each category, and milestones above all of them.

No text is over another one or over a block that is not its own: blocks of a row are below each other where
there is no room side by side, and the labels of milestones are at different heights. No meaning depends on
colour alone: what is completed is filled, what is late has a thick border.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from milepost.base.dates import iso
from milepost.charts.canvas import Canvas, Colour, Frame, Pen
from milepost.charts.fonts import TextStyle, Weight
from milepost.charts.gantt import marks
from milepost.charts.gantt.layout import LEGEND_LINE
from milepost.charts.gantt.legend import flow
from milepost.charts.reports.sheet import Head
from milepost.charts.reports.time_axis import STRIP, TimeAxis, scale_of
from milepost.document.schedule import State
from milepost.views.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from matplotlib.figure import Figure

    from milepost.charts.gantt.layout import Scale
    from milepost.views.reports.shown.blocks import Block, BlockSchedule, Marker

_SIZE = 6.5
_GAP = 4.0
_LANE = 13.0  # height of a block with the room below it
_BLOCK = 10.0  # height of a block
_LABEL = 9.0  # height of a label of a milestone
_HALF = 3.2  # of a mark
_LONGEST_LABEL, _LONGEST_TEXT = 0.18, 0.34  # in proportion to the width of the page
_CATEGORY = 0.16
_LINES = 4  # of a category
_WIDTH = 720.0  # of the page
_MOST_HEIGHTS = 10  # of labels, before lines to their marks are behind other labels
_KINDS = {
    "completed activity": (True, False),
    "open activity": (False, False),
    "late activity": (False, True),
}
"""What is said of an activity that is completed or late."""


class _Placed(NamedTuple):
    """A block in a lane, with the place of its text, which is inside of the block or beside it."""

    block: Block
    lane: int
    left: float
    right: float
    text: str
    text_left: float


@dataclass(frozen=True, slots=True)
class _Row:
    """The row of a category."""

    lines: tuple[str, ...]
    placed: tuple[_Placed, ...]
    top: float
    height: float


def draw(schedule: BlockSchedule) -> Figure:
    """Draw `schedule`, however high it becomes."""
    page = Page(_WIDTH, float("inf"))
    head = Head(schedule.title, schedule.note)
    style = TextStyle(_SIZE, family=page.typeface)
    strong = TextStyle(_SIZE, Weight.SEMI_BOLD, page.typeface)
    labels = {
        marker.code: style.wrap(marker.label, _LONGEST_LABEL * page.width, 1)[0]
        for marker in schedule.markers
    }
    widths = {code: style.width(label) + 2 for code, label in labels.items()}
    names = [strong.wrap(name, _CATEGORY * page.width, _LINES) for name, _ in schedule.categories]
    widest = max((strong.width(line) for lines in names for line in lines), default=0.0)
    scale = _scale(schedule, widths, widest + 3 * _GAP, page.width - 2 * _GAP)
    heights = _heights(schedule.markers, widths, scale)
    line = head.height + (max(heights.values(), default=-1) + 1) * _LABEL + 2 * _HALF  # of the marks
    top = line + _HALF + _GAP + STRIP
    rows = list(_rows(schedule, names, scale, page, top))
    bottom = rows[-1].top + rows[-1].height if rows else top + _LANE
    entries = list(_entries(schedule))
    legend = flow(entries, page) if entries else []
    canvas = Canvas(page.width, bottom + STRIP + 2 * _GAP + len(legend) * LEGEND_LINE + _GAP)
    head.draw(canvas)
    axis = TimeAxis(scale, top, bottom)
    with canvas.group(f"{schedule.name}-rows"):
        for row in rows[::2]:
            canvas.box(Frame(0, row.top, page.width, row.height), face=Colour.BAND)
    with canvas.group(f"{schedule.name}-axis"):
        axis.draw(canvas, strong)
        for row in rows:
            canvas.line((0, row.top), (page.width, row.top), Pen(Colour.RULE))
    with canvas.group(f"{schedule.name}-known"):
        axis.draw_data_date(canvas, schedule.data_date, strong)
    places = {
        each.code: (scale.x_of(each.day), line - 2 * _HALF - (heights[each.code] + 0.5) * _LABEL)
        for each in schedule.markers
    }
    with canvas.group(f"{schedule.name}-lines"):
        for x, middle in places.values():
            canvas.line((x, middle - _LABEL / 2 + 1), (x, line), Pen(Colour.GREY, 0.4))
    for marker in schedule.markers:
        x, middle = places[marker.code]
        title = f"{marker.code} {marker.name}: {marker.state} {iso(marker.day)}"
        with canvas.group(f"{schedule.name}-{marker.anchor}", title):
            canvas.box(Frame(x + 1, middle - _LABEL / 2, widths[marker.code], _LABEL), face=Colour.PAPER)
            canvas.text((x + 2, middle), labels[marker.code], style)
            _draw_mark(canvas, marker.state, (x, line))
    for number, row in enumerate(rows):
        canvas.lines((_GAP, row.top + row.height / 2), row.lines, strong)
        for placed in row.placed:
            block = placed.block
            title = f"{block.code} {block.text}: {block.start} to {block.finish}, {block.state}"
            with canvas.group(f"{schedule.name}-{number}-{placed.lane}-{round(placed.left * 100)}", title):
                _draw_block(canvas, placed, row.top, style)
    with canvas.group(f"{schedule.name}-legend"):
        for number, line_of_entries in enumerate(legend):
            for left, entry in line_of_entries:
                entry.draw(canvas, (left, bottom + STRIP + 2 * _GAP + (number + 0.5) * LEGEND_LINE), style)
    return canvas.figure


def _scale(schedule: BlockSchedule, widths: dict[str, float], left: float, right: float) -> Scale:
    """Return the scale with room for the label right of the last milestones."""
    scale = scale_of(schedule.days, left, right)
    for marker in schedule.markers:
        part = (scale.x_of(marker.day) - left) / (scale.right - left)
        most = right - widths[marker.code]
        if left + part * (scale.right - left) > most:
            scale = replace(scale, right=left + (most - left) / part)
    return scale


def _heights(markers: Sequence[Marker], widths: dict[str, float], scale: Scale) -> dict[str, int]:
    """Return at which height the label of each milestone is, counted from the marks upwards.

    A label is right of a line down to its mark. It has the lowest height at which it is over no other label,
    and over no such line of another one; only where labels would be very high, lines are behind labels.
    """
    heights: dict[str, int] = {}
    done: list[tuple[float, float, int]] = []
    for marker in reversed(markers):
        left = scale.x_of(marker.day)
        right = left + widths[marker.code] + _GAP
        beside = [(each, height) for each, _, height in done if each < right]
        taken = {height for _, height in beside}
        height = max(taken, default=-1) + 1
        if height >= _MOST_HEIGHTS:
            height = next(level for level in range(len(taken) + 1) if level not in taken)
        heights[marker.code] = height
        done.append((left, right, height))
    return heights


def _rows(
    schedule: BlockSchedule, names: Iterable[tuple[str, ...]], scale: Scale, page: Page, top: float
) -> Iterator[_Row]:
    style = TextStyle(_SIZE, family=page.typeface)
    for lines, (_, blocks) in zip(names, schedule.categories, strict=True):
        placed = tuple(_placed(blocks, scale, page, style))
        lanes = 1 + max(each.lane for each in placed)
        height = max(lanes * _LANE, len(lines) * style.leading) + _GAP
        yield _Row(lines, placed, top, height)
        top += height


def _placed(blocks: Iterable[Block], scale: Scale, page: Page, style: TextStyle) -> Iterator[_Placed]:
    """Yield the blocks of a row, each in the first lane in which there is room for it and its text."""
    lanes: list[list[tuple[float, float]]] = []
    for block in blocks:
        left, right = scale.x_of(block.start), max(scale.x_of(block.finish), scale.x_of(block.start) + 1.5)
        text, text_left = _text(block, left, right, scale.left, page, style)
        ends = min(left, text_left - 2), max(right, text_left + style.width(text) + 2)
        lane = next(
            (
                number
                for number, taken in enumerate(lanes)
                if all(ends[1] + 1 <= start or end + 1 <= ends[0] for start, end in taken)
            ),
            len(lanes),
        )
        if lane == len(lanes):
            lanes.append([])
        lanes[lane].append(ends)
        yield _Placed(block, lane, left, right, text, text_left)


def _text(  # noqa: PLR0913, PLR0917 -- a block and the room around it
    block: Block, left: float, right: float, least: float, page: Page, style: TextStyle
) -> tuple[str, float]:
    """Return the text of a block and its place: inside, else right of it, else left of it."""
    width = style.width(block.text)
    if width <= right - left - 4:
        return block.text, left + 2
    rooms = {"right": page.width - _GAP - right - 3, "left": left - least - 3, "inside": right - left - 4}
    most = _LONGEST_TEXT * page.width
    for side in ("right", "left"):
        if min(width, most) <= rooms[side]:
            break
    else:
        side = max(rooms, key=lambda each: rooms[each])
    text = style.wrap(block.text, min(max(rooms[side], style.size), most), 1)[0]
    places = {"right": right + 3, "left": left - 3 - style.width(text), "inside": left + 2}
    return text, places[side]


def _draw_block(canvas: Canvas, placed: _Placed, top: float, style: TextStyle) -> None:
    middle = top + _GAP / 2 + placed.lane * _LANE + _LANE / 2
    frame = Frame(placed.left, middle - _BLOCK / 2, placed.right - placed.left, _BLOCK)
    _draw_box(canvas, frame, is_completed=placed.block.is_completed, is_late=placed.block.is_late)
    canvas.text((placed.text_left, middle), placed.text, style)


def _draw_box(canvas: Canvas, frame: Frame, *, is_completed: bool, is_late: bool) -> None:
    pen = Pen(Colour.OVERDUE, 1.4) if is_late else Pen(Colour.TEAL if is_completed else Colour.GREY, 0.6)
    canvas.box(frame, pen, face=Colour.RULE if is_completed else Colour.PAPER)


def _entries(schedule: BlockSchedule) -> Iterator[marks.LegendEntry]:
    """Yield what the blocks and marks mean that there are."""
    blocks = {(block.is_completed, block.is_late) for _, found in schedule.categories for block in found}
    for words, kind in _KINDS.items():
        if kind in blocks:
            yield marks.LegendEntry(partial(_block_sign, *kind), words)
    for state in sorted({marker.state for marker in schedule.markers}, key=list(State).index):
        yield marks.LegendEntry(partial(_mark_sign, state), f"{state} milestone")


def _block_sign(is_completed: bool, is_late: bool, canvas: Canvas, left: float, middle: float) -> None:
    frame = Frame(left, middle - _LABEL / 3, marks.KEY, 2 * _LABEL / 3)
    _draw_box(canvas, frame, is_completed=is_completed, is_late=is_late)


def _mark_sign(state: State, canvas: Canvas, left: float, middle: float) -> None:
    _draw_mark(canvas, state, (left + marks.KEY / 2, middle))


def _draw_mark(canvas: Canvas, state: State, at: tuple[float, float]) -> None:
    if state is State.COMPLETED:
        marks.draw_completed(canvas, *at, _HALF)
    else:
        marks.draw_due(canvas, *at, _HALF, state)
