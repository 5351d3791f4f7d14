"""Charts of milestones that are due in a quarter, have no date, are cancelled, or have mistyped years."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.text import Text
from tests.charts.test_figures import (
    bar,
    gantt,
    grid,
    groups,
    marks_of,
    members,
    position,
    texts_of,
    titles,
    vertices,
)
from tests.support.printed import DOCUMENTS
from tests.support.published import published

from milepost.base.dates import parse_planned
from milepost.charts.canvas import Colour
from milepost.charts.output import draw, svg
from milepost.document.schedule import State
from milepost.redline.chart import compare
from milepost.views.chart import GanttChart, Summary


def plan() -> GanttChart:
    (figure,) = published(DOCUMENTS["plan"]).view.figures.values()
    assert isinstance(figure.drawing, GanttChart)
    return figure.drawing


PLAN = plan()
DRAWING = draw(PLAN)
ROWS = {row.code: groups(DRAWING)[f"{PLAN.name}-{row.anchor}"] for row in PLAN.bars}


def brackets(code: str) -> list[tuple[str, str]]:
    """Return the first and the last day of each bracket of a row: lines that have an upright at the left."""
    lines = [vertices(patch) for patch in members(ROWS[code], PathPatch)]
    ticks = {start[0] for start, *_, end in lines if start[0] == end[0]}
    return [
        (day_at(start[0]), day_at(end[0]))
        for start, *_, end in lines
        if start[0] in ticks and start[0] < end[0]
    ]


def day_at(x: float) -> str:
    left, right = grid(DRAWING)
    days = (x - left) / (right - left) * ((PLAN.end - PLAN.start).days + 1)
    return date.fromordinal(PLAN.start.toordinal() + round(days)).isoformat()


def test_marks_are_at_the_last_day_and_brackets_show_the_rest() -> None:
    assert {code: brackets(code) for code in ROWS if brackets(code)} == {
        "MONTH-1": [("2025-05-01", "2025-05-31")],
        "MONTH-2": [("2025-06-01", "2025-06-30")],
        "QUARTER-1": [("2025-07-01", "2025-09-30"), ("2025-10-01", "2025-12-31")],
        "QUARTER-2": [("2025-04-01", "2025-06-30")],
        "YEAR-1": [("2026-01-01", "2026-12-31")],
        "OFF-2": [("2026-01-01", "2026-03-31")],
        "OFF-3": [("2025-10-01", "2025-12-31")],
        "LATER-2": [("2027-01-01", "2027-12-31")],
    }
    for row in PLAN.bars:
        marks = {shape: x for shape, (x, _) in marks_of(ROWS[row.code]).items()}
        dates = {"D": row.due, ">": row.forecast, "o": row.completed}
        known = {shape: day for shape, day in dates.items() if day is not None and day.known}
        assert marks == pytest.approx({shape: position(PLAN, DRAWING, day) for shape, day in known.items()})


def test_what_has_no_date_says_so_right_of_the_axis() -> None:
    right = grid(DRAWING)[1]
    words = {
        code: [(text.get_text(), text.get_position()[0]) for text in members(row, Text)]
        for code, row in ROWS.items()
    }
    tbd = {code: x for code, texts in words.items() for text, x in texts if text == "tbd"}
    assert set(tbd) == {"LATER-1", "LATER-2"}
    assert all(x > right for x in tbd.values())
    boxes = [box for text, box in texts_of(DRAWING) if text.get_text() == "tbd"]
    assert all(box.x1 <= 468 for box in boxes)


def test_deferred_and_cancelled_are_told_by_shape() -> None:
    """Each row: the colours of the diamond, the strokes in it by their directions, and those in the name."""
    styles = {}
    for code in ("YEAR-1", "OFF-1", "OFF-2", "OFF-3", "MONTH-1"):
        (due,) = (mark for mark in members(ROWS[code], Line2D) if mark.get_marker() == "D")
        colours = [str(colour).upper() for colour in (due.get_markeredgecolor(), due.get_markerfacecolor())]
        strokes = [vertices(patch) for patch in members(ROWS[code], PathPatch)]
        x = marks_of(ROWS[code])["D"][0]
        inside = [end[1] - start[1] for start, end in strokes if x - 3 < start[0] < end[0] < x + 3]
        names = [start for start, *_ in strokes if start[0] < grid(DRAWING)[0]]
        directions = "".join(sorted("/" if rise < 0 else "\\" if rise > 0 else "-" for rise in inside))
        styles[code] = (*colours, directions, len(names))
    assert styles == {
        "YEAR-1": (Colour.INK, Colour.PAPER, "", 0),
        "OFF-1": (Colour.GREY, Colour.PAPER, "/\\", 1),
        "OFF-2": (Colour.GREY, Colour.PAPER, "-", 0),
        "OFF-3": (Colour.GREY, Colour.PAPER, "-", 0),
        "MONTH-1": (Colour.OVERDUE, Colour.OVERDUE, "", 0),
    }


def test_the_summary_counts_what_the_chart_shows() -> None:
    assert PLAN.summary == Summary(
        heading="12 milestones on 2025-06-30",
        lines=(
            "2 completed, 1 of them late",
            "7 open, 1 of them overdue",
            "2 deferred",
            "1 cancelled",
            "next: MONTH-2, 2025-06",
        ),
        columns=("Due in", "all", "late", "longest slip"),
        years=(("2025", "9", "4", "30 days"), ("2026", "1", "0", "–")),
    )


def test_rows_in_words() -> None:
    words = titles(svg(PLAN))
    assert {row.code: words[f"{PLAN.name}-{row.anchor}"].partition(": ")[2] for row in PLAN.bars} == {
        "DAY-1": "due 2025-07-04, open, forecast 2025-07-16 (12 days late)",
        "DAY-2": "due 2025-02-01, completed 2025-02-03 (2 days late)",
        "MONTH-1": "due 2025-05, open, 30 days late on 2025-06-30",
        "MONTH-2": "due 2025-06, open",
        "QUARTER-1": "due 2025-Q3, open, forecast 2025-Q4 (1 quarter late)",
        "QUARTER-2": "due 2025-Q2, completed 2025-04-15 (on time)",
        "YEAR-1": "due 2026, open",
        "LATER-1": "due tbd, open",
        "LATER-2": "due tbd, open, forecast 2027",
        "OFF-1": "due 2025-03-01, cancelled 2025-01-15",
        "OFF-2": "due 2025-04-01, deferred 2025-03-15, forecast 2026-Q1",
        "OFF-3": "due 2025-Q4, deferred",
    }


def test_the_legend_has_what_the_chart_has() -> None:
    words = [text.get_text() for text, _ in texts_of(DRAWING)]
    assert words[words.index("due") :] == [
        "due",
        "month or longer",
        "tbd",
        "no date yet",
        "completed",
        "late",
        "forecast",
        "overdue",
        "deferred",
        "cancelled",
    ]


@pytest.mark.parametrize("year", [204, 2204, 9999])
def test_a_mistyped_century_leaves_the_ground_white(year: int) -> None:
    chart = gantt([bar(1, date(2025, 2, 1)), bar(2, date(year, 9, 1))])
    drawing = draw(chart)
    lines = [vertices(patch) for patch in drawing.findobj(PathPatch) if isinstance(patch, PathPatch)]
    rules = sorted({x0 for (x0, y0), *_, (x1, y1) in lines if x0 == x1 and y1 - y0 > 20})
    gaps = [after - before for before, after in pairwise(rules)]
    assert len(rules) < 30
    # The end of the axis and the data date may be near to a rule.
    assert sum(gap < 12 for gap in gaps) <= 3
    years = [text.get_text() for text, _ in texts_of(drawing) if text.get_text().isdigit()]
    assert str(chart.start.year) in years


def edition(*rows: tuple[str, State]) -> GanttChart:
    return gantt(
        [
            replace(bar(number, date(2025, 1, 1)), due=parse_planned(due), state=state)
            for number, (due, state) in enumerate(rows, start=1)
        ]
    )


def test_the_difference_of_two_plans() -> None:
    """An arrow is drawn only for what has certainly moved; the rest is said in words."""
    dues = ("2025-Q3", "2025-Q3", "2025-Q3", "tbd", "2025-07-01", "2025-07-02")
    chart = compare(
        edition(*((due, State.OPEN) for due in dues)),
        edition(
            ("2025-Q4", State.OPEN),
            ("2025-08-01", State.OPEN),
            ("tbd", State.OPEN),
            ("2025-07", State.OPEN),
            ("2025-07-01", State.CANCELLED),
            ("2025-07-02", State.DEFERRED),
        ),
        {},
    )
    words = titles(svg(chart))
    assert {row.code: words[f"{chart.name}-{row.anchor}"].partition("; ")[2] for row in chart.bars} == {
        "X-1": "due date moved 1 quarter later from 2025-Q3 to 2025-Q4",
        "X-2": "due date made precise: from 2025-Q3 to 2025-08-01",
        "X-3": "due date withdrawn: from 2025-Q3 to tbd",
        "X-4": "due date set: from tbd to 2025-07",
        "X-5": "cancelled since 2025-03-28",
        "X-6": "deferred since 2025-03-28",
    }
    texts = texts_of(draw(chart))
    column = [text.get_text() for text, box in texts if box.x1 > 460 and text.get_text() != "Change"]
    assert column == ["+1 quarter", "precise", "withdrawn", "set", "cancelled", "deferred"]
    legend = [text.get_text() for text, _ in texts]
    assert "moved later" in legend
    assert "moved earlier" not in legend
    assert chart.description.endswith(
        "1 due date moved: 1 later (X-1 by 1 quarter). Due date made precise (1): X-2 to 2025-08-01. "
        "Due date withdrawn (1): X-3 to tbd. Due date set (1): X-4 to 2025-07. "
        "Newly deferred (1): X-6. Newly cancelled (1): X-5. None are unchanged."
    )
