"""Compare charts, and check the marks, arrows and words of the changes."""

from __future__ import annotations

import hashlib
import os
import pickle
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch, PathPatch, Rectangle
from matplotlib.text import Text
from tests.charts.test_figures import (
    DIGESTS,
    HOSTILE,
    SVG,
    bar,
    box_of_mark,
    gantt,
    groups,
    lines_of,
    marks_of,
    members,
    outside_titles,
    position,
    rows_of,
    spot,
    texts_of,
    titles,
    vertices,
)

from milepost.base.dates import planned
from milepost.charts.canvas import Colour
from milepost.charts.output import draw, pdf, svg
from milepost.document.figures import GanttFigure
from milepost.document.schedule import State
from milepost.loading.load import load
from milepost.redline.chart import compare
from milepost.views import make_charts
from milepost.views.chart import Bar, Dependency, GanttChart, Presence, Summary
from milepost.views.page import PAGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure as Drawing
    from matplotlib.transforms import Bbox

ROOT = Path(__file__).parents[2]

LETTER = PAGES["milepost", "letter"]


def day(text: str) -> date:
    return date.fromisoformat(text)


def edition(*bars: Bar, on: str, links: tuple[tuple[int, int], ...] = ()) -> GanttChart:
    return gantt(sorted(bars, key=lambda bar: (bar.due, bar.code)), links, day(on))


# --- Six rows with all that can happen ----------------------------------------------------------------------

BEFORE = edition(
    bar(1, day("2019-01-10")),
    bar(2, day("2019-03-01"), forecast=day("2019-05-01")),
    bar(3, day("2019-04-01")),
    bar(4, day("2019-06-01")),
    bar(5, day("2019-07-01")),
    bar(6, day("2019-08-01"), completed=day("2019-02-01")),
    bar(8, day("2019-10-01"), forecast=day("2019-11-01")),
    on="2019-02-15",
)
AFTER = edition(
    bar(1, day("2019-01-10"), completed=day("2019-03-20")),
    bar(2, day("2019-03-01"), forecast=day("2019-06-01"), overdue=False),
    replace(bar(7, day("2019-04-01")), label="Milestone number 3"),
    bar(4, day("2019-07-16")),
    bar(6, day("2019-08-01"), completed=day("2019-01-25")),
    bar(8, day("2019-09-19")),
    bar(9, day("2020-01-01")),
    links=((0, 1), (3, 6)),
    on="2019-03-31",
)
SIX = compare(BEFORE, AFTER, {"X-3": "X-7"})


def test_rows_are_matched_by_code_and_removed_rows_keep_their_place() -> None:
    assert [(bar.code, bar.presence.value, bar.was.code if bar.was else None) for bar in SIX.bars] == [
        ("X-1", "kept", "X-1"),
        ("X-2", "kept", "X-2"),
        ("X-7", "kept", "X-3"),
        ("X-5", "removed", None),
        ("X-4", "kept", "X-4"),
        ("X-6", "kept", "X-6"),
        ("X-8", "kept", "X-8"),
        ("X-9", "added", None),
    ]
    assert all(bar.was in (*BEFORE.bars, None) for bar in SIX.bars)
    now = [
        replace(bar, was=None, presence=Presence.KEPT)
        for bar in SIX.bars
        if bar.presence is not Presence.REMOVED
    ]
    assert now == list(AFTER.bars)


def test_the_chart_is_that_of_the_later_edition_on_an_axis_for_both() -> None:
    assert (SIX.name, SIX.title) == ("plan-diff", "The plan: changes since 2019-02-15")
    assert (SIX.data_date, SIX.old_data_date) == (day("2019-03-31"), day("2019-02-15"))
    assert (SIX.start, SIX.end) == (day("2019-01-01"), day("2020-12-31"))
    backwards = compare(AFTER, BEFORE, {})
    assert (backwards.start, backwards.end) == (day("2019-01-01"), day("2020-12-31"))


def test_the_summary_counts_the_changes() -> None:
    assert SIX.summary == Summary(
        heading="Since 2019-02-15",
        lines=(
            *("1 due later", "1 due earlier", "1 completed", "1 new", "1 removed", "1 link new"),
            "none unchanged",
        ),
    )
    assert compare(AFTER, AFTER, {}).summary is None


def test_links_keep_to_their_rows() -> None:
    ends = [(SIX.bars[link.predecessor].code, SIX.bars[link.successor].code) for link in SIX.links]
    assert ends == [("X-1", "X-2"), ("X-4", "X-9")]


def test_the_text_alternative_lists_the_changes() -> None:
    assert SIX.description == (
        "Gantt chart of 7 milestones on the data date 2019-03-31, compared with that of 2019-02-15. "
        "2 due dates moved: 1 later (X-4 by 45 days), 1 earlier (X-8 by 12 days). "
        "1 forecast moved: 1 later (X-2 by 31 days). "
        "New (1): X-9. "
        "Removed (1): X-5. "
        "Newly completed (1): X-1 on 2019-03-20. "
        "Completion moved (1): X-6 7 days earlier. "
        "No longer forecast (1): X-8. "
        "Recoded (1): X-3 to X-7. "
        "New links (1): X-1 before X-2. "
        "None are unchanged."
    )
    assert compare(AFTER, BEFORE, {"X-7": "X-3"}).description == (
        "Gantt chart of 7 milestones on the data date 2019-02-15, compared with that of 2019-03-31. "
        "2 due dates moved: 1 later (X-8 by 12 days), 1 earlier (X-4 by 45 days). "
        "1 forecast moved: 1 earlier (X-2 by 31 days). "
        "New (1): X-5. "
        "Removed (1): X-9. "
        "Completion moved (1): X-6 7 days later. "
        "Open again (1): X-1. "
        "Forecast for the first time (1): X-8. "
        "Recoded (1): X-7 to X-3. "
        "Links gone (1): X-1 before X-2. "
        "None are unchanged."
    )


def test_rows_describe_their_changes() -> None:
    found = titles(svg(SIX))
    assert {name: title for name, title in found.items() if "-link-" not in name} == {
        "plan-diff-x-1": "X-1 Milestone number 1: due 2019-01-10, completed 2019-03-20 (69 days late); "
        "completed since 2019-02-15",
        "plan-diff-x-2": "X-2 Milestone number 2: due 2019-03-01, open, forecast 2019-06-01 (92 days late); "
        "forecast moved 31 days later from 2019-05-01 to 2019-06-01",
        "plan-diff-was-x-2": "X-2 was forecast 2019-05-01",
        "plan-diff-x-7": "X-7 Milestone number 3: due 2019-04-01, open; was X-3",
        "plan-diff-removed-x-5": "X-5 Milestone number 5: removed, was due 2019-07-01",
        "plan-diff-was-removed-x-5": "X-5 was due 2019-07-01",
        "plan-diff-x-4": "X-4 Milestone number 4: due 2019-07-16, open; "
        "due date moved 45 days later from 2019-06-01 to 2019-07-16",
        "plan-diff-was-x-4": "X-4 was due 2019-06-01",
        "plan-diff-x-6": "X-6 Milestone number 6: due 2019-08-01, completed 2019-01-25 (188 days early); "
        "completion moved 7 days earlier from 2019-02-01 to 2019-01-25",
        "plan-diff-was-x-6": "X-6 was completed 2019-02-01",
        "plan-diff-x-8": "X-8 Milestone number 8: due 2019-09-19, open; "
        "due date moved 12 days earlier from 2019-10-01 to 2019-09-19; was forecast 2019-11-01",
        "plan-diff-was-x-8": "X-8 was due 2019-10-01, forecast 2019-11-01",
        "plan-diff-x-9": "X-9 Milestone number 9: due 2020-01-01, open; new since 2019-02-15",
    }
    back = titles(svg(compare(AFTER, replace(BEFORE, bars=(replace(BEFORE.bars[0], label="One"),)), {})))
    assert back["plan-diff-x-1"] == (
        "X-1 One: due 2019-01-10, open; was named Milestone number 1; open again, was completed 2019-03-20"
    )


def test_a_new_forecast_is_described() -> None:
    now = edition(bar(1, day("2019-01-10"), forecast=day("2019-04-01")), on="2019-03-31")
    chart = compare(BEFORE, now, {})
    assert titles(svg(chart))["plan-diff-x-1"].endswith("(81 days late); had no forecast")
    assert column_of(chart)["X-1"] == "new"


# --- The real dates -----------------------------------------------------------------------------------------


def read_real() -> GanttChart:
    """Compare the schedule of April 2019 with the document of today."""
    document = load(ROOT / "milestones.yaml").document
    (figure,) = (figure for figure in document.figures if isinstance(figure, GanttFigure))
    new = make_charts.draw(figure, document, "The plan")
    assert isinstance(new, GanttChart)
    labels = {bar.code: bar for bar in new.bars}
    bars = []
    for row in rows_of("schedule-2019-04.csv"):
        due, forecast = day(row["baseline"]), day(row["forecast"])
        completed = day(row["completed"]) if row["completed"] else None
        bars.append(
            replace(
                labels[row["code"]],
                due=planned(due),
                forecast=planned(forecast) if completed is None and forecast != due else None,
                completed=None if completed is None else planned(completed),
                state=State.COMPLETED
                if completed
                else State.OVERDUE
                if forecast < day("2019-04-01")
                else State.OPEN,
            )
        )
    return compare(replace(edition(*bars, on="2019-04-01"), name=new.name), new, {})


REAL = read_real()


def plain(number: int, due: str) -> Bar:
    return bar(number, day(due))


def long_codes(prefix: str) -> list[Bar]:
    return [replace(plain(n, f"20{n}-05-05"), code=f"{prefix}-{n}-{'CODE-' * 7}") for n in (19, 20)]


HOSTILE_NOW = edition(
    replace(plain(1, "2030-01-01"), code=HOSTILE, label=HOSTILE), plain(2, "2030-12-31"), on="2019-05-01"
)
HOSTILE_BEFORE = edition(
    replace(plain(1, "2010-01-01"), code=HOSTILE + HOSTILE, label="W" * 90),
    replace(plain(3, "2010-01-02"), code="gone " + HOSTILE, label=f"{HOSTILE} " * 20),
    on="2019-05-02",
)

MANY_NOW = edition(
    *(bar(n, date(2019, 1, 1) + timedelta(days=41 * n), label="words " * (n % 25 + 1)) for n in range(90)),
    on="2024-01-01",
)
MANY_BEFORE = edition(
    *(
        bar(n, date(2019, 1, 1) + timedelta(days=(41 * n * n) % 3000), forecast=date(2027, 1, 1 + n % 28))
        for n in range(10, 99)
    ),
    on="2023-12-01",
)

CHARTS = {
    "six": SIX,
    "back": compare(AFTER, BEFORE, {"X-7": "X-3"}),
    "real": REAL,
    "hostile": compare(HOSTILE_BEFORE, HOSTILE_NOW, {HOSTILE + HOSTILE: HOSTILE}),
    "long codes": compare(
        edition(*long_codes("OLD"), on="2019-01-01"),
        edition(*long_codes("NEW"), on="2020-12-31"),
        {bar.code: bar.code.replace("OLD", "NEW") for bar in long_codes("OLD")},
    ),
    "many": compare(MANY_BEFORE, MANY_NOW, {}),
    "the same": compare(replace(AFTER, data_date=day("2019-02-01")), AFTER, {}),
    "the same day": compare(replace(BEFORE, data_date=AFTER.data_date), AFTER, {}),
    "all gone": compare(AFTER, replace(AFTER, bars=(), links=()), {}),
    "all new": compare(replace(AFTER, bars=(), links=()), AFTER, {}),
    "nothing": compare(gantt([]), gantt([]), {}),
}


@pytest.fixture(params=list(CHARTS.values()), ids=list(CHARTS))
def chart(request: pytest.FixtureRequest) -> GanttChart:
    value: GanttChart = request.param
    return value


class Arrow(NamedTuple):
    """An arrow as it is drawn: from where, to where, at which height, and whether its head is filled."""

    old: float
    new: float
    height: float
    filled: bool


def pieces(chart: GanttChart, drawing: Drawing, row: Bar) -> tuple[list[tuple[float, float]], list[Arrow]]:
    """Return the middles of a row's old marks, in the order of due, forecast, completed, and its arrows."""
    group = groups(drawing).get(f"{chart.name}-was-{row.anchor}")
    if group is None:
        return [], []
    patches = members(group, PathPatch)
    dashed = [patch for patch in patches if patch.get_linestyle() not in {"solid", "-"}]
    shafts = [patch for patch in patches if patch not in dashed]
    old_marks = [middle(patch) for patch in dashed]
    return old_marks, [
        Arrow(
            old=vertices(shaft)[0][0],
            new=vertices(head)[0][0],
            height=vertices(head)[0][1],
            filled=head.get_facecolor() == head.get_edgecolor(),
        )
        for shaft, head in zip(shafts[::2], shafts[1::2], strict=True)
    ]


def middle(patch: PathPatch) -> tuple[float, float]:
    box = patch.get_path().get_extents()
    return float(box.x0 + box.x1) / 2, float(box.y0 + box.y1) / 2


def column_of(chart: GanttChart) -> dict[str, str]:
    """Return the text in the column of changes, by code."""
    drawing = draw(chart)
    left = right_of_axis(drawing)
    rows = groups(drawing)
    found = {}
    for row in chart.bars:
        texts = members(rows[f"{chart.name}-{row.anchor}"], Text)
        found[row.code] = " ".join(text.get_text() for text in texts if text.get_position()[0] > left)
    return found


def right_of_axis(drawing: Drawing) -> float:
    lines = [vertices(patch) for patch in drawing.findobj(PathPatch) if isinstance(patch, PathPatch)]
    return max(line[0][0] for line in lines if len(line) == 2 and line[0][1] == 10)


def test_old_marks_are_at_the_old_dates_and_arrows_lead_to_the_new_ones() -> None:
    drawing = draw(SIX)
    rows = groups(drawing)

    def x(text: str) -> float:
        return position(SIX, drawing, day(text))

    expected = {
        "X-2": (["2019-05-01"], [("2019-05-01", "2019-06-01", 1, True)]),
        "X-5": (["2019-07-01"], []),
        "X-4": (["2019-06-01"], [("2019-06-01", "2019-07-16", -1, True)]),
        "X-6": (["2019-02-01"], [("2019-02-01", "2019-01-25", 1, False)]),
        "X-8": (["2019-10-01", "2019-11-01"], [("2019-10-01", "2019-09-19", -1, False)]),
    }
    for row in SIX.bars:
        old_marks, arrows = pieces(SIX, drawing, row)
        days, moves = expected.get(row.code, ([], []))
        assert [old_mark[0] for old_mark in old_marks] == pytest.approx([x(one) for one in days])
        assert [(arrow.old, arrow.new) for arrow in arrows] == [
            pytest.approx((x(old), x(new))) for old, new, _, _ in moves
        ]
        if row.presence is not Presence.REMOVED:
            height = marks_of(rows[f"plan-diff-{row.anchor}"])["D"][1]
            assert [old_mark[1] for old_mark in old_marks] == pytest.approx([height] * len(old_marks))
            # Above the marks for a due date, below them for other dates.
            assert [np.sign(arrow.height - height) for arrow in arrows] == [side for *_, side, _ in moves]
        assert [arrow.filled for arrow in arrows] == [filled for *_, filled in moves]


def test_the_real_dates_are_where_they_were_and_are() -> None:
    drawing = draw(REAL)
    old = {row["code"]: planned(day(row["baseline"])) for row in rows_of("schedule-2019-04.csv")}
    moved = 0
    for row in REAL.bars:
        old_marks, arrows = pieces(REAL, drawing, row)
        if row.code in old and row.due != old[row.code]:
            moved += 1
            assert old_marks[0][0] == pytest.approx(position(REAL, drawing, old[row.code]))
            (arrow,) = arrows
            assert (arrow.old, arrow.new) == pytest.approx(
                (old_marks[0][0], position(REAL, drawing, row.due))
            )
            assert arrow.filled == (row.due > old[row.code])
        else:
            assert arrows == []
    assert moved == 25


def test_the_column_of_the_real_changes() -> None:
    column = column_of(REAL)
    days = {}
    for row in rows_of("schedule-2019-04.csv"):
        (now,) = (bar for bar in REAL.bars if bar.code == row["code"])
        number = (now.due.first - day(row["baseline"])).days
        if number:
            days[now.code] = f"{'+' if number > 0 else '−'}{abs(number)} d"
    assert days["LDM-503-12"] == "+1659 d"
    assert days["LDM-503-07"] == "−183 d"
    assert {code: words for code, words in column.items() if words.endswith(" d")} == days
    # The table of 2019 has no rows of other parts of the project.
    assert sum(words == "new" for words in column.values()) == 12 + 2
    assert {code: words for code, words in column.items() if code not in days and words != "new"} == {
        "LDM-503-01": "",
        "LDM-503-03": "",
        "LDM-503-10a": "completed",
    }


def test_forty_two_rows_fit_on_a_page() -> None:
    assert len(REAL.bars) == 42
    assert 72 * draw(REAL, LETTER).get_size_inches()[1] <= LETTER.figure + 0.01


# --- Nothing overlaps ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_no_text_overlaps_another_or_is_clipped(chart: GanttChart) -> None:
    drawing = draw(chart)
    width, height = (72 * inches for inches in drawing.get_size_inches())
    boxes = texts_of(drawing)
    assert width == 468
    assert [
        (one.get_text(), other.get_text())
        for (one, box), (other, obstacle) in combinations(boxes, 2)
        if box.padded(-0.01).overlaps(obstacle)
    ] == []
    for text, box in boxes:
        assert float(text.get_fontsize()) >= 6
        assert box.x0 >= 0
        assert box.y0 >= 0
        assert box.x1 <= width
        assert box.y1 <= height


@pytest.mark.slow
def test_no_mark_old_mark_arrow_or_link_touches_a_text_or_leaves_the_page(chart: GanttChart) -> None:
    drawing = draw(chart)
    struck = {f"{chart.name}-{bar.anchor}" for bar in chart.bars if bar.presence is Presence.REMOVED}
    signs = [
        box
        for name, group in groups(drawing).items()
        if name not in struck
        for box in (*map(box_of_mark, members(group, Line2D)), *lines_of(group))
    ]
    texts = [box for _, box in texts_of(drawing)]
    assert not any(sign.overlaps(text) for sign in signs for text in texts)
    height = 72 * drawing.get_size_inches()[1]
    assert min((min(sign.x0, sign.y0) for sign in signs), default=0) >= 0
    assert max((sign.x1 for sign in signs), default=0) <= 468
    assert max((sign.y1 for sign in signs), default=0) <= height


def test_old_marks_and_arrows_stay_in_their_rows(chart: GanttChart) -> None:
    drawing = draw(chart)
    bands = [box.get_bbox() for box in outside_titles(drawing, Rectangle) if box.get_width() == 468]
    assert len(bands) == (len(chart.bars) + 1) // 2
    borders = sorted({float(border) for band in bands for border in (band.y0, band.y1)})
    for number, row in enumerate(chart.bars):
        group = groups(drawing).get(f"{chart.name}-was-{row.anchor}")
        if group and number + 1 < len(borders):
            for box in lines_of(group):
                assert borders[number] <= box.y0
                assert box.y1 <= borders[number + 1]


def test_rows_leave_room_for_the_arrows(chart: GanttChart) -> None:
    drawing = draw(chart)
    rows = groups(drawing)
    heights = [
        marks_of(rows[f"{chart.name}-{bar.anchor}"])["s" if bar.context else "D"][1]
        for bar in chart.bars
        if bar.presence is not Presence.REMOVED
    ]
    assert all(below - above >= 10.49 for above, below in pairwise(heights))


def test_the_column_is_aligned_at_the_right_of_everything_to_scale(chart: GanttChart) -> None:
    drawing = draw(chart)
    left = right_of_axis(drawing)
    column = [box for text, box in texts_of(drawing) if text.get_position()[0] > left + 3 and box.x0 > left]
    assert bool(column) == chart.changed
    if column:
        # Right edges differ by no more than the side bearing of the last letter.
        assert max(box.x1 for box in column) - min(box.x1 for box in column) < 0.6
        marks = [mark for group in groups(drawing).values() for mark in members(group, Line2D)]
        beside = [box_of_mark(mark) for mark in marks if spot(mark)[0] <= left]
        assert all(box.x1 < min(text.x0 for text in column) for box in beside)


def test_tags_frame_their_words() -> None:
    drawing = draw(SIX)
    boxes = dict(texts_of(drawing))
    for name, words, hollow in (("x-9", "new", False), ("removed-x-5", "removed", True)):
        row = groups(drawing)[f"plan-diff-{name}"]
        (text,) = (text for text in members(row, Text) if text.get_text() == words)
        (frame,) = members(row, FancyBboxPatch)
        box: Bbox = boxes[text]
        assert frame.get_x() < box.x0
        assert box.x1 < frame.get_x() + frame.get_width() <= 468
        assert (frame.get_facecolor()[:3] == to_rgb(Colour.PAPER)) == hollow
        assert (frame.get_linestyle() not in {"solid", "-"}) == hollow


# --- What is drawn -------------------------------------------------------------------------------------


def test_the_column_says_what_matters_most() -> None:
    assert column_of(SIX) == {
        "X-1": "completed",
        "X-2": "+31 d",
        "X-7": "recoded",
        "X-5": "removed",
        "X-4": "+45 d",
        "X-6": "−7 d",
        "X-8": "−12 d",
        "X-9": "new",
    }
    assert column_of(CHARTS["back"])["X-1"] == "reopened"
    assert column_of(CHARTS["back"])["X-8"] == "+12 d"
    renamed = replace(AFTER, bars=(replace(AFTER.bars[0], label="Other"), *AFTER.bars[1:]))
    assert column_of(compare(AFTER, renamed, {}))["X-1"] == "renamed"


def test_numbers_that_are_not_about_the_due_date_have_a_mark_before_them() -> None:
    drawing = draw(SIX)
    rows, left = groups(drawing), right_of_axis(drawing)
    before = {
        row.code: [
            mark.get_marker()
            for mark in members(rows[f"plan-diff-{row.anchor}"], Line2D)
            if spot(mark)[0] > left
        ]
        for row in SIX.bars
    }
    assert {code: marks for code, marks in before.items() if marks} == {"X-2": [">"], "X-6": ["o"]}


def test_completions_since_the_old_edition_have_a_ring() -> None:
    drawing = draw(REAL)
    rows = groups(drawing)
    ringed = set()
    for row in REAL.bars:
        discs = [
            mark
            for mark in members(rows[f"{REAL.name}-{row.anchor}"], Line2D)
            if mark.get_marker() == "o" and row.completed
        ]
        assert {spot(mark)[0] for mark in discs} <= {position(REAL, drawing, row.completed or row.due)}
        if len(discs) == 2:
            ringed.add(row.code)
    old = {row["code"]: row["completed"] for row in rows_of("schedule-2019-04.csv")}
    assert ringed == {row.code for row in REAL.bars if row.completed and old.get(row.code) == ""}
    assert len(ringed) == 16


def test_rows_without_change_are_dimmed() -> None:
    drawing = draw(REAL)
    for row in REAL.bars:
        group = groups(drawing)[f"{REAL.name}-{row.anchor}"]
        colour = members(group, Text)[1].get_color()
        due = next(mark for mark in members(group, Line2D) if mark.get_marker() in {"D", "s"})
        assert (colour == Colour.GREY) == (not row.changed)
        if row.code in {"LDM-503-01", "LDM-503-03"}:
            assert not row.changed
            assert sum(to_rgb(due.get_markeredgecolor())) > 1.4


def test_links_are_fainter_than_usual() -> None:
    def colours(chart: GanttChart) -> set[str]:
        drawn = groups(draw(chart))
        return {
            str(patch.get_edgecolor())
            for name, group in drawn.items()
            if "-link-" in name
            for patch in members(group, PathPatch)[:1]
        }

    assert colours(SIX).isdisjoint(colours(AFTER))
    assert colours(CHARTS["the same"]) == colours(AFTER)


def test_the_code_of_a_removed_row_is_struck_through() -> None:
    drawing = draw(SIX)
    row = groups(drawing)["plan-diff-removed-x-5"]
    (line,) = members(row, PathPatch)
    code = dict(texts_of(drawing))[members(row, Text)[0]]
    (x0, y0), (x1, y1) = vertices(line)
    assert (x0, x1) == pytest.approx((code.x0, code.x1), abs=0.7)
    assert code.y0 < y0 == y1 < code.y1
    assert members(row, Line2D) == []


def test_a_recoded_row_has_both_codes() -> None:
    texts = members(groups(draw(SIX))["plan-diff-x-7"], Text)
    assert [text.get_text() for text in texts] == ["X-3 →", "X-7", "Milestone number 3", "recoded"]


def test_both_data_dates_are_drawn_and_only_the_old_one_is_dashed() -> None:
    for chart, old, new in ((SIX, "2019-02-15", "2019-03-31"), (REAL, "2019-04-01", "2024-11-30")):
        drawing = draw(chart)
        lines = outside_titles(drawing, PathPatch)
        for text, dashed in ((old, True), (new, False)):
            x = position(chart, drawing, day(text))
            (line,) = (
                line
                for line in lines
                if len(vertices(line)) == 2 and [x0 for x0, _ in vertices(line)] == pytest.approx([x, x])
            )
            assert (line.get_linestyle() not in {"solid", "-"}) == dashed
            label = f"data date {'was ' if dashed else ''}{text}"
            (box,) = (box for words, box in texts_of(drawing) if words.get_text() == label)
            assert box.x0 < x < box.x1


def test_the_legend_explains_old_marks_and_arrows() -> None:
    def legend(chart: GanttChart) -> list[str]:
        texts = [text.get_text() for text, _ in texts_of(draw(chart))]
        return texts[texts.index("due") :]

    assert legend(SIX) == [
        "due", "completed", "late", "early", "forecast", "was due", "was forecast",
        "was completed", "moved later", "moved earlier", "completed since 2019-02-15", "link new",
    ]  # fmt: skip
    assert legend(CHARTS["all new"])[-1] == "link new"
    assert [text.get_text() for text, _ in texts_of(draw(CHARTS["all gone"]))][-4:] == [
        "was due",
        "was forecast",
        "was completed",
        "link gone",
    ]
    assert legend(REAL)[-1] == "unchanged"


# --- Nothing has changed ------------------------------------------------------------------------------------


def test_where_nothing_has_changed_the_chart_says_so_and_has_the_ordinary_marks() -> None:
    chart = CHARTS["the same"]
    assert chart.description == (
        "Gantt chart of 7 milestones on the data date 2019-03-31, compared with that of 2019-02-01. "
        "No milestone has changed."
    )
    compared, ordinary = draw(chart), draw(AFTER)
    assert texts_of(compared)[-1][0].get_text() == "no milestone has changed since 2019-02-01"
    for row in AFTER.bars:
        one, other = groups(compared)[f"plan-diff-{row.anchor}"], groups(ordinary)[f"plan-{row.anchor}"]
        assert looks(one.members) == looks(other.members)
    assert titles(svg(chart))["plan-diff-x-8"].endswith("open; unchanged since 2019-02-01")


def looks(artists: Sequence[object]) -> list[object]:
    """Return where the parts of a row are, and in which colours."""
    found: list[object] = []
    for artist in artists:
        if isinstance(artist, Text):
            found.append((artist.get_text(), artist.get_position(), artist.get_color()))
        elif isinstance(artist, Line2D):
            found.append((spot(artist), artist.get_markersize(), artist.get_markeredgecolor()))
        elif isinstance(artist, Rectangle):
            found.append((np.asarray(artist.get_bbox().extents).tolist(), artist.get_facecolor()))
        elif isinstance(artist, PathPatch):
            found.append((vertices(artist), artist.get_edgecolor()))
    return found


def test_one_data_date_is_drawn_once() -> None:
    texts = [text.get_text() for text, _ in texts_of(draw(CHARTS["the same day"]))]
    assert [text for text in texts if text.startswith("data date")] == ["data date 2019-03-31"]
    assert "compared with an earlier one of the same date." in CHARTS["the same day"].description


# --- Files --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_both_charts_can_be_in_one_page(chart: GanttChart) -> None:
    names = [element.get("id") for element in ET.fromstring(svg(chart)).iter() if element.get("id")]
    assert len(names) == len(set(names))
    ordinary = {element.get("id") for element in ET.fromstring(svg(AFTER)).iter() if element.get("id")}
    assert ordinary.isdisjoint(names)


def test_hostile_texts_are_printed_literally() -> None:
    chart = CHARTS["hostile"]
    texts = [element.text for element in ET.fromstring(svg(chart)).iter(f"{SVG}text")]
    assert HOSTILE in texts
    found = titles(svg(chart))
    assert found["plan-diff-x-1"].startswith(
        f"{HOSTILE} {HOSTILE}: due 2030-01-01, open; was {HOSTILE}{HOSTILE}; "
    )
    assert found["plan-diff-removed-x-3"].startswith(f"gone {HOSTILE} {HOSTILE} ")


@pytest.mark.slow
def test_the_bytes_depend_on_nothing_but_the_chart() -> None:
    result = subprocess.run(
        [sys.executable, "-c", DIGESTS],
        input=pickle.dumps((SIX,)),
        env=os.environ | {"PYTHONHASHSEED": "4711", "TZ": "America/Santiago", "LC_ALL": "C"},
        capture_output=True,
        check=True,
    )
    digests = [hashlib.sha256(data).hexdigest() for data in (pdf(SIX, LETTER), svg(SIX).encode())]
    assert result.stdout.decode().split() == digests


# --- Any two charts -----------------------------------------------------------------------------------------

some_bars = st.lists(
    st.builds(plain, st.integers(0, 9), st.dates(date(2019, 1, 1), date(2021, 1, 1)).map(str)),
    max_size=8,
    unique_by=lambda bar: bar.code,
)


@given(
    before=some_bars,
    after=some_bars,
    codes=st.dictionaries(*[st.integers(0, 9).map("X-{}".format)] * 2, max_size=3),
)
def test_every_row_of_both_charts_is_there_once(
    before: list[Bar], after: list[Bar], codes: dict[str, str]
) -> None:
    old, new = edition(*before, on="2020-01-01"), edition(*after, on="2020-06-01")
    chart = compare(old, new, codes)
    now = [bar for bar in chart.bars if bar.presence is not Presence.REMOVED]
    gone = [bar for bar in chart.bars if bar.presence is Presence.REMOVED]
    assert [bar.code for bar in now] == [bar.code for bar in new.bars]
    assert sorted([bar.code for bar in gone] + [bar.was.code for bar in now if bar.was]) == sorted(
        bar.code for bar in old.bars
    )
    assert list(chart.bars) == sorted(chart.bars, key=lambda bar: (bar.due, bar.code))
    assert len({bar.anchor for bar in chart.bars}) == len(chart.bars)
    assert compare(old, new, codes) == chart
    assert chart.links == tuple[Dependency, ...]()
