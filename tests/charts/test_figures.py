"""Measure the figures, read them back from PDF and SVG, and compare them between processes."""

from __future__ import annotations

import csv
import hashlib
import os
import pickle
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from io import BytesIO
from itertools import combinations, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from xml.etree import ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch, PathPatch, Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from pypdf import PdfReader

from milepost.base.dates import UNDATED, PlannedDate, parse_planned, planned
from milepost.base.errors import MilepostError
from milepost.charts import fonts
from milepost.charts.canvas import Group, TitledGroup
from milepost.charts.fonts import TextStyle, Weight
from milepost.charts.gantt.routing import LANE, Area, Row, crossings, pieces, rounded, routes
from milepost.charts.output import draw, draw_parts, pdf, svg
from milepost.document.schedule import State
from milepost.views.chart import Bar, Dependency, DeploymentDiagram, Enclave, Facility, GanttChart, Summary
from milepost.views.page import PAGES, Page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from types import FrameType

    from matplotlib.figure import Figure as Drawing

    from milepost.views.figures import Figure

T = TypeVar("T")

LETTER = PAGES["milepost", "letter"]
DATA = Path(__file__).parents[1] / "data"
DATA_DATE = date(2025, 3, 28)
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = r"`$x_1$ %&<>\^~{}#`"
PIXELS = 4  # for a point, so that hinting does not matter


def bar(
    number: int,
    due: date,
    *,
    label: str = "",
    completed: date | None = None,
    forecast: date | None = None,
    overdue: bool = False,
) -> Bar:
    return Bar(
        code=f"X-{number}",
        label=label or f"Milestone number {number}",
        anchor=f"x-{number}",
        due=planned(due),
        forecast=None if forecast is None else planned(forecast),
        completed=None if completed is None else planned(completed),
        state=State.COMPLETED if completed else State.OVERDUE if overdue else State.OPEN,
    )


def gantt(
    bars: Sequence[Bar], links: Iterable[tuple[int, int]] = (), data_date: date = DATA_DATE
) -> GanttChart:
    years = [day.last.year for bar in bars for day in bar.dates] + [data_date.year]
    return GanttChart(
        name="plan",
        title="The plan",
        description="What is planned & done.",
        bars=tuple(bars),
        links=tuple(
            Dependency(predecessor=one, successor=other, backwards=bars[other].due < bars[one].due)
            for one, other in links
        ),
        data_date=data_date,
        start=date(min(years), 1, 1),
        end=date(max(years), 12, 31),
    )


def rows_of(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def state_of(row: dict[str, str]) -> State:
    if row["completed"]:
        return State.COMPLETED
    return State.OVERDUE if date.fromisoformat(row["due"]) < DATA_DATE else State.OPEN


def read_level2() -> GanttChart:
    bars = [
        Bar(
            code=row["code"],
            label=row["label"],
            anchor=row["code"].lower(),
            due=parse_planned(row["due"]),
            forecast=None,
            completed=parse_planned(row["completed"]) if row["completed"] else None,
            state=state_of(row),
        )
        for row in rows_of("level2.csv")
    ]
    number = {bar.code: row for row, bar in enumerate(bars)}
    pairs = [(number[row["predecessor"]], number[row["successor"]]) for row in rows_of("level2-links.csv")]
    return gantt(bars, sorted(pairs))


LEVEL2 = read_level2()

THREE = gantt(
    [
        bar(1, date(2025, 2, 1), completed=date(2025, 2, 1)),
        bar(2, date(2025, 3, 1), forecast=date(2025, 9, 1), overdue=True, label=HOSTILE),
        bar(3, date(2025, 11, 1), forecast=date(2025, 12, 31), label="a long label that goes on " * 4),
    ],
    [(0, 1), (1, 2)],
)

SUMMARY = Summary(
    heading="3 milestones on 2025-03-28",
    lines=("1 completed", "2 overdue", "next: X-1, 2025-09-11"),
    columns=("Due in", "all", "late", "longest slip"),
    years=(("2025", "2", "1", "181 days"), ("2026", "1", "0", "–")),
)

MANY = gantt(
    [
        bar(
            number,
            date(1999, 1, 5) + timedelta(days=80 * number),
            label="a label of several words " * (1 + number % 4),
            completed=date(1999, 1, 20) + timedelta(days=95 * number) if number < 90 else None,
            forecast=date(2026, 5, 5) if number % 10 == 0 else None,
            overdue=90 <= number < 119,
        )
        for number in range(120)
    ],
    [(number, (7 * number + 5) % 120) for number in range(0, 119, 2) if number != (7 * number + 5) % 120],
)

SERVICES = ("LSP Portal", "LSP Nublado", "TAP API", "SODA API", "SIA API", "WebDAV API")
BACKBONE = (
    "DBB Ingest/Metadata Management",
    "DBB Lifetime Management",
    "DBB Transport/Replication/Backup",
    "DBB Storage",
)
PROMPT = (
    "Archiving [Obsolete]",
    "Planned Observation Publication",
    "Prompt Processing Ingest",
    "Observatory Operations Data",
    "OCS Controlled Pipeline Service",
    "Telemetry Gateway",
)


def enclave(heading: str, components: Iterable[str] = ()) -> Enclave:
    return Enclave(heading=heading, components=tuple(components))


def diagram(*facilities: tuple[str, Sequence[Enclave]]) -> DeploymentDiagram:
    return DeploymentDiagram(
        name="sites",
        title="The sites",
        description="What runs where.",
        facilities=tuple(Facility(heading=heading, enclaves=tuple(inside)) for heading, inside in facilities),
    )


SITES = diagram(
    (
        "1 Base Facility",
        [
            enclave("1 Prompt Base Enclave", PROMPT),
            enclave("2 Archive Base Enclave", BACKBONE),
            enclave("3 DAC Chile Enclave", SERVICES),
            enclave("4 Commissioning Cluster Enclave", SERVICES),
        ],
    ),
    (
        "US Data Facility",
        [
            enclave(
                "5 Prompt US Enclave", ["Prompt Processing", "Alert Distribution", "Prompt Quality Control"]
            ),
            enclave("6 Archive US Enclave", BACKBONE),
            enclave(
                "7 Offline Production Enclave",
                ["Batch Production", "Offline Quality Control", "Bulk Distribution"],
            ),
            enclave("8 DAC US Enclave", SERVICES),
        ],
    ),
    ("Satellite Facility", [enclave("DAC Satellite Enclave"), enclave("Production Satellite Enclave")]),
)

OTHER_SITES = {
    "nothing": diagram(),
    "a bare facility": diagram(("Only", [])),
    "one enclave": diagram(("Only", [enclave("All of it", PROMPT)])),
    "hostile": diagram((HOSTILE, [enclave(HOSTILE, [HOSTILE, "W" * 90, "a/b" * 40, "long words " * 30])])),
    "dense": diagram(
        *((f"Facility {one}", [enclave(f"Enclave {two}", BACKBONE) for two in range(5)]) for one in range(3))
    ),
    "many": diagram(
        *((f"Facility {one}", [enclave(f"Enclave {two}", BACKBONE) for two in range(7)]) for one in range(5))
    ),
}

CHARTS = {
    "level2": LEVEL2,
    "none": gantt([]),
    "one": gantt([bar(1, date(2025, 6, 1))]),
    "three": THREE,
    "many": MANY,
    "a long code": gantt([replace(THREE.bars[0], code="CODE-" * 9)]),
    "an early data date": gantt(LEVEL2.bars, data_date=date(2016, 1, 1)),
}
FIGURES: dict[str, Figure] = {**CHARTS, "sites": SITES, **OTHER_SITES}


@pytest.fixture(params=list(FIGURES.values()), ids=list(FIGURES))
def figure(request: pytest.FixtureRequest) -> Figure:
    value: Figure = request.param
    return value


def texts_of(drawing: Drawing) -> list[tuple[Text, Bbox]]:
    """Return all texts with their boxes, in points from the top left corner."""
    drawing.dpi = 72 * PIXELS
    renderer = FigureCanvasAgg(drawing).get_renderer()  # type: ignore[no-untyped-call]
    height = 72 * drawing.get_size_inches()[1]
    found = []
    for text in drawing.findobj(Text):
        assert isinstance(text, Text)
        left, bottom, right, top = np.asarray(text.get_window_extent(renderer).extents) / PIXELS
        found.append((text, Bbox([[left, height - top], [right, height - bottom]])))
    return found


def groups(drawing: Drawing) -> dict[str, TitledGroup]:
    return {
        str(group.get_gid()): group
        for group in drawing.findobj(TitledGroup)
        if isinstance(group, TitledGroup)
    }


def members(group: TitledGroup, kind: type[T]) -> list[T]:
    return [member for member in group.members if isinstance(member, kind)]


def outside_titles(drawing: Drawing, kind: type[T]) -> list[T]:
    """Return what belongs to no row, link or box: such parts are in groups with titles."""
    found, parts = list[T](), list(drawing.artists)
    for part in parts:
        if isinstance(part, Group) and not isinstance(part, TitledGroup):
            parts += part.members
        elif isinstance(part, kind):
            found.append(part)
    return found


def spot(mark: Line2D) -> tuple[float, float]:
    """Return where a mark is."""
    ((x, y),) = np.asarray(mark.get_xydata(), dtype=float)
    return float(x), float(y)


def marks_of(group: TitledGroup) -> dict[str, tuple[float, float]]:
    """Return where the marks of a row are, by their shapes."""
    return {str(mark.get_marker()): spot(mark) for mark in members(group, Line2D)}


def vertices(patch: PathPatch) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in np.asarray(patch.get_path().vertices)]


def grid(drawing: Drawing) -> tuple[float, float]:
    """Return where the axis begins and ends: the first and the last upright line of the figure."""
    lines = [vertices(patch) for patch in drawing.findobj(PathPatch) if isinstance(patch, PathPatch)]
    uprights = [
        line[0][0] for line in lines if len(line) == 2 and line[0][0] == line[1][0] and line[0][1] == 10
    ]
    return min(uprights), max(uprights)


def position(chart: GanttChart, drawing: Drawing, day: date | PlannedDate) -> float:
    left, right = grid(drawing)
    return left + (right - left) * (planned(day).last - chart.start).days / (
        (chart.end - chart.start).days + 1
    )


# --- Everything can be read ---------------------------------------------------------------------------------


def test_no_text_overlaps_another(figure: Figure) -> None:
    boxes = texts_of(draw(figure))
    assert [
        (one.get_text(), other.get_text())
        for (one, box), (other, obstacle) in combinations(boxes, 2)
        if box.padded(-0.01).overlaps(obstacle)  # lines of a label touch
    ] == []


def test_no_text_is_clipped_or_too_small(figure: Figure) -> None:
    drawing = draw(figure)
    width, height = (72 * inches for inches in drawing.get_size_inches())
    assert width == 468
    for text, box in texts_of(drawing):
        assert float(text.get_fontsize()) >= 6, text
        assert box.x0 >= 0, text
        assert box.y0 >= 0, text
        assert box.x1 <= width, text
        assert box.y1 <= height, text
        assert not text.get_clip_on()


@pytest.mark.slow
@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
def test_no_mark_slip_or_link_touches_a_text(chart: GanttChart) -> None:
    drawing = draw(chart)
    texts = [box for _, box in texts_of(drawing)]
    drawn = [
        box
        for group in groups(drawing).values()
        for box in (*map(box_of_mark, members(group, Line2D)), *lines_of(group))
    ]
    assert not any(box.overlaps(text) for box in drawn for text in texts)


def box_of_mark(mark: Line2D) -> Bbox:
    (x, y), half = spot(mark), mark.get_markersize() / 2
    return Bbox([[x - half, y - half], [x + half, y + half]])


def lines_of(group: TitledGroup) -> list[Bbox]:
    """Return the box of each slip, and of each segment of a path."""
    slips = [patch.get_bbox() for patch in members(group, Rectangle)]
    segments = [segment for patch in members(group, PathPatch) for segment in pairwise(vertices(patch))]
    return slips + [
        Bbox([[min(x0, x1), min(y0, y1)], [max(x0, x1), max(y0, y1)]]) for (x0, y0), (x1, y1) in segments
    ]


@pytest.mark.parametrize("chart", [LEVEL2, MANY], ids=["level2", "many"])
def test_each_row_has_its_code_and_its_whole_label(chart: GanttChart) -> None:
    rows = groups(draw(chart))
    for bar in chart.bars:
        code, *label = (text.get_text() for text in members(rows[f"plan-{bar.anchor}"], Text))
        assert (code, " ".join(label)) == (bar.code, bar.label.strip())


def test_a_much_too_long_label_is_cut_but_complete_in_the_title() -> None:
    endless = "on and on " * 50
    chart = gantt([bar(1, date(2025, 6, 1), label=endless)])
    _, *label = (text.get_text() for text in members(groups(draw(chart))["plan-x-1"], Text))
    assert len(label) == 3
    assert label[-1].endswith("…")
    assert titles(svg(chart))["plan-x-1"] == f"X-1 {endless}: due 2025-06-01, open"


def test_forty_rows_fit_on_a_page_with_their_caption() -> None:
    assert 72 * draw(LEVEL2, LETTER).get_size_inches()[1] <= LETTER.figure + 0.01


def test_few_rows_make_a_low_figure() -> None:
    assert draw(THREE).get_size_inches()[1] < 1.7


@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
def test_rows_are_never_tighter_than_can_be_read(chart: GanttChart) -> None:
    rows = groups(draw(chart))
    heights = [marks_of(rows[f"plan-{bar.anchor}"])["D"][1] for bar in chart.bars]
    assert all(below - above >= 9.49 for above, below in pairwise(heights))


@pytest.mark.parametrize("years", [1, 2, 9, 30, 120])
def test_the_years_on_the_axis_are_labelled_above_and_below(years: int) -> None:
    chart = gantt([bar(1, date(2000, 1, 1)), bar(2, date(1999 + years, 12, 31))], data_date=date(2000, 1, 1))
    labels = [text.get_text() for text, _ in texts_of(draw(chart)) if text.get_text().isdigit()]
    step = int(labels[2]) - int(labels[0]) if len(labels) > 2 else 1
    assert labels == [str(year) for year in range(2000, 2000 + years, step) for _ in range(2)]
    assert (step == 1) == (years <= 9)


# --- What the marks mean ------------------------------------------------------------------------------------


def test_due_and_completed_differ_by_shape_and_are_at_their_dates() -> None:
    drawing = draw(LEVEL2)
    rows = groups(drawing)
    for bar in LEVEL2.bars:
        marks = marks_of(rows[f"plan-{bar.anchor}"])
        expected = {"D": bar.due} | ({"o": bar.completed} if bar.completed else {})
        assert {shape: x for shape, (x, _) in marks.items()} == pytest.approx(
            {shape: position(LEVEL2, drawing, day) for shape, day in expected.items()}
        )
        assert len({y for _, y in marks.values()}) == 1


def test_the_slip_runs_from_due_to_completed_and_only_a_late_one_is_filled() -> None:
    drawing = draw(LEVEL2)
    rows = groups(drawing)
    for bar in LEVEL2.bars:
        slips = members(rows[f"plan-{bar.anchor}"], Rectangle)
        assert len(slips) == (bar.completed is not None)
        if bar.completed:
            days = sorted((bar.due, bar.completed))
            assert [slips[0].get_x(), slips[0].get_x() + slips[0].get_width()] == pytest.approx(
                [position(LEVEL2, drawing, day) for day in days]
            )
            filled = slips[0].get_facecolor() == slips[0].get_edgecolor()
            assert filled == (bar.completed > bar.due)


def test_a_milestone_completed_as_due_has_no_slip() -> None:
    row = groups(draw(THREE))["plan-x-1"]
    assert members(row, Rectangle) == []
    assert marks_of(row)["D"] == marks_of(row)["o"]


def test_overdue_milestones_are_filled_and_lead_to_the_data_date() -> None:
    drawing = draw(LEVEL2)
    rows = groups(drawing)
    filled = {}
    for bar in LEVEL2.bars:
        due = next(mark for mark in members(rows[f"plan-{bar.anchor}"], Line2D) if mark.get_marker() == "D")
        filled[bar.code] = due.get_markerfacecolor() == due.get_markeredgecolor()
    assert [code for code, is_filled in filled.items() if is_filled] == ["LDM-503-18q", "LDM-503-NET"]
    (line,) = members(rows["plan-ldm-503-net"], PathPatch)
    assert [x for x, _ in vertices(line)] == pytest.approx(
        [position(LEVEL2, drawing, day) for day in (date(2024, 4, 15), DATA_DATE)]
    )


def test_a_forecast_has_a_mark_of_its_own_that_a_dotted_line_leads_to() -> None:
    drawing = draw(THREE)
    row = groups(drawing)["plan-x-3"]
    assert marks_of(row)[">"][0] == pytest.approx(position(THREE, drawing, date(2025, 12, 31)))
    (line,) = members(row, PathPatch)
    assert [x for x, _ in vertices(line)] == [marks_of(row)["D"][0], marks_of(row)[">"][0]]


def test_the_data_date_is_a_line_through_all_rows_with_a_label() -> None:
    drawing = draw(LEVEL2)
    x = position(LEVEL2, drawing, DATA_DATE)
    lines = [vertices(patch) for patch in drawing.findobj(PathPatch) if isinstance(patch, PathPatch)]
    (line,) = [line for line in lines if [corner[0] for corner in line] == pytest.approx([x, x])]
    rows = groups(drawing)
    heights = [marks_of(rows[f"plan-{bar.anchor}"])["D"][1] for bar in LEVEL2.bars]
    assert line[0][1] < heights[0] < heights[-1] < line[1][1]
    (label,) = [box for text, box in texts_of(drawing) if text.get_text() == "data date 2025-03-28"]
    assert label.y1 < heights[0]
    assert label.x0 < x < label.x1


def test_context_is_told_by_shape_and_words() -> None:
    chart = gantt(
        [
            replace(bar(1, date(2025, 2, 1), completed=date(2025, 2, 1)), context=True),
            bar(2, date(2025, 6, 1)),
        ],
        [(0, 1)],
    )
    drawing = draw(chart)
    rows = groups(drawing)
    assert set(marks_of(rows["plan-x-1"])) == {"s", "o"}
    assert set(marks_of(rows["plan-x-2"])) == {"D"}
    texts = [text.get_text() for text, _ in texts_of(drawing)]
    assert "Milestone number 1 (context)" in texts
    assert texts[-4:] == ["due", "context: other parts", "completed", "link to successor"]
    assert rows["plan-x-1"].title == (
        "X-1 Milestone number 1 (another part of the project): due 2025-02-01, completed 2025-02-01 (on time)"
    )
    # A link ends at the side of a square.
    context_last = gantt([chart.bars[1], replace(chart.bars[0], due=planned(date(2025, 8, 1)))], [(0, 1)])
    line, _ = members(groups(draw(context_last))["plan-link-x-2-x-1"], PathPatch)
    middle = marks_of(groups(draw(context_last))["plan-x-1"])["s"][1]
    assert middle - vertices(line)[-1][1] == pytest.approx(3.1 * 0.85)


def test_the_legend_is_beside_the_rows_where_nothing_else_is() -> None:
    drawing = draw(LEVEL2)
    (frame,) = (box for box in drawing.findobj(FancyBboxPatch) if isinstance(box, FancyBboxPatch))
    box = Bbox.from_bounds(frame.get_x(), frame.get_y(), frame.get_width(), frame.get_height())
    words = {text.get_text(): place for text, place in texts_of(drawing)}
    assert all(box.x0 < words[each].x0 and words[each].x1 < box.x1 for each in ("due", "overdue"))
    # It is left of the data date, and right of the marks and links of the rows beside it.
    assert box.x1 == pytest.approx(position(LEVEL2, drawing, DATA_DATE) - 4)
    assert not any(each.overlaps(box) for group in groups(drawing).values() for each in drawn_in(group))
    # With a summary, its words are in the box, and the legend is below the rows.
    summed = draw(replace(LEVEL2, summary=SUMMARY))
    (frame,) = (box for box in summed.findobj(FancyBboxPatch) if isinstance(box, FancyBboxPatch))
    box = Bbox.from_bounds(frame.get_x(), frame.get_y(), frame.get_width(), frame.get_height())
    inside = [text.get_text() for text, place in texts_of(summed) if box.y0 < place.y0 and place.x0 > box.x0]
    inside = inside[-(4 + 12) :]
    assert inside[:4] == [SUMMARY.heading, *SUMMARY.lines]
    assert inside[4:] == [*SUMMARY.columns, *SUMMARY.years[0], *SUMMARY.years[1]]
    assert all(
        box.x0 < place.x0 and place.x1 < box.x1 and place.y1 < box.y1
        for text, place in texts_of(summed)
        if text.get_text() in {SUMMARY.heading, *SUMMARY.lines, "–", "181 days"}
    )
    # Where marks are everywhere, it is below the rows.
    crowded = gantt([bar(number, date(2017, 2, 1), completed=date(2025, 3, 1)) for number in range(20)])
    (place,) = (place for text, place in texts_of(draw(crowded)) if text.get_text() == "due")
    assert place.y0 > max(box.y1 for text, box in texts_of(draw(crowded)) if text.get_text() == "2017")


def drawn_in(group: TitledGroup) -> list[Bbox]:
    return [*map(box_of_mark, members(group, Line2D)), *lines_of(group)]


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_nothing_overlaps_in_any_chart(data: st.DataObject) -> None:
    days = st.dates(date(2016, 1, 1), date(2029, 12, 31))
    size = data.draw(st.integers(1, 24))
    bars = [
        replace(
            bar(
                number,
                day,
                label=data.draw(st.sampled_from(["short", "of several words " * 4, "W" * 60])),
                completed=data.draw(st.none() | days),
                forecast=data.draw(st.none() | days),
            ),
            due=data.draw(st.sampled_from([planned(day), parse_planned(f"{day.year}-Q2"), UNDATED])),
            context=data.draw(st.booleans()),
        )
        for number, day in enumerate(sorted(data.draw(st.lists(days, min_size=size, max_size=size))))
    ]
    ends = st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)).filter(
        lambda link: link[0] < link[1]
    )
    links = sorted(data.draw(st.sets(ends, max_size=20))) if size > 1 else []
    chart = gantt(bars)
    chart = replace(
        chart,
        links=tuple(Dependency(predecessor=a, successor=b, backwards=False) for a, b in links if a != b),
        summary=data.draw(st.sampled_from([None, SUMMARY])),
    )
    for page in (LETTER, Page(390.0, 400.0)):
        for drawing in draw_parts(chart, page):
            width, height = (72 * inches for inches in drawing.get_size_inches())
            boxes = texts_of(drawing)
            frames = [box for box in drawing.findobj(FancyBboxPatch) if isinstance(box, FancyBboxPatch)]
            for frame in frames:
                box = Bbox.from_bounds(frame.get_x(), frame.get_y(), frame.get_width(), frame.get_height())
                assert not any(
                    each.overlaps(box) for group in groups(drawing).values() for each in drawn_in(group)
                )
            for text, box in boxes:
                assert -0.01 <= box.x0 <= box.x1 <= width + 0.01, text
                assert 0 <= box.y0 <= box.y1 <= height, text
            assert [
                (one.get_text(), other.get_text())
                for (one, box), (other, obstacle) in combinations(boxes, 2)
                if box.padded(-0.01).overlaps(obstacle)
            ] == []


def test_the_legend_explains_what_is_there_and_nothing_else() -> None:
    everything = [
        "due",
        "completed",
        "late",
        "early",
        "overdue",
        "link to successor",
        "link backwards in time",
    ]
    assert [text.get_text() for text, _ in texts_of(draw(LEVEL2))][-7:] == everything
    assert [text.get_text() for text, _ in texts_of(draw(gantt([bar(1, date(2025, 6, 1))])))][-2:] == [
        "Milestone number 1",
        "due",
    ]


# --- Links --------------------------------------------------------------------------------------------------


def test_every_link_leads_from_its_predecessors_mark_to_its_successors() -> None:
    drawn = groups(draw(LEVEL2))
    links = {name: group for name, group in drawn.items() if name.startswith("plan-link-")}
    assert len(links) == len(LEVEL2.links) == 35
    for link in LEVEL2.links:
        ends = [LEVEL2.bars[link.predecessor].anchor, LEVEL2.bars[link.successor].anchor]
        line, head = members(links[f"plan-link-{'-'.join(ends)}"], PathPatch)
        (x0, y0), (x1, y1) = (marks_of(drawn[f"plan-{anchor}"])["D"] for anchor in ends)
        side = 1.9 if link.backwards else 0.0
        start, end = vertices(line)[0], vertices(line)[-1]
        assert start == pytest.approx((x0 + side, y0))
        assert end == pytest.approx((x1 + side, y1 + (-3.1 if y1 > y0 else 3.1 - side)))
        assert vertices(head)[0] == end


def test_links_backwards_in_time_are_dashed_and_of_another_colour() -> None:
    colours: dict[str, set[str]] = {}
    root = ET.fromstring(svg(LEVEL2))
    for link in LEVEL2.links:
        ends = LEVEL2.bars[link.predecessor], LEVEL2.bars[link.successor]
        (group,) = (
            group
            for group in root.iter(f"{SVG}g")
            if group.get("id") == f"plan-link-{ends[0].anchor}-{ends[1].anchor}"
        )
        style = group.findall(f"{SVG}path")[0].get("style", "")
        found = re.search("stroke: (#[0-9a-f]+)", style)
        assert found
        assert (found[1] == "#b0307f") == ("stroke-dasharray" in style) == link.backwards
        if not link.backwards:
            colours.setdefault(ends[0].code, set()).add(found[1])
    # All links of a predecessor have its colour, and those of the next predecessor another one.
    assert {len(each) for each in colours.values()} == {1}
    assert all(one != other for one, other in pairwise(colours.values()))
    assert len(set.union(*colours.values())) == 5


def test_links_share_a_line_only_where_they_share_an_end() -> None:
    drawing = draw(LEVEL2)
    routed = routes_of(LEVEL2, drawing)
    for (one, corners), (other, others) in combinations(zip(LEVEL2.links, routed, strict=True), 2):
        if one.predecessor != other.predecessor and one.successor != other.successor:
            assert not any(
                share(first, second) for first in pairwise(corners) for second in pairwise(others)
            ), (one, other)


def routes_of(chart: GanttChart, drawing: Drawing) -> list[list[tuple[float, float]]]:
    """Return the straight parts of the links, without the curves of their corners."""
    rows = groups(drawing)
    return [
        vertices(
            members(
                rows[f"plan-link-{chart.bars[link.predecessor].anchor}-{chart.bars[link.successor].anchor}"],
                PathPatch,
            )[0]
        )
        for link in chart.links
    ]


Segment = tuple[tuple[float, float], tuple[float, float]]


def share(one: Segment, other: Segment) -> bool:
    """Return whether two upright or two level segments lie on top of each other."""
    for along, across in ((0, 1), (1, 0)):
        if one[0][across] == one[1][across] and other[0][across] == other[1][across]:
            first, second = sorted(point[along] for point in one), sorted(point[along] for point in other)
            overlap = min(first[1], second[1]) - max(first[0], second[0])
            if abs(one[0][across] - other[0][across]) < 0.4 and overlap > 0.01:
                return True
    return False


numbers = st.integers(min_value=0, max_value=11)


@given(
    days=st.lists(st.floats(min_value=0, max_value=200), min_size=12, max_size=12),
    links=st.sets(st.tuples(numbers, numbers).filter(lambda link: link[0] != link[1]), max_size=30),
)
def test_routes_are_orthogonal_and_stay_in_their_area(days: list[float], links: set[tuple[int, int]]) -> None:
    rows = [
        Row(top=12.0 * number, bottom=12.0 * number + 12, x=x, radius=3.0, marks=(x,))
        for number, x in enumerate(days)
    ]
    ground = Area(left=-5.0, right=205.0)
    pairs = sorted(links)
    for (source, target), corners in zip(pairs, routes(rows, pairs, ground), strict=True):
        assert all(x0 == x1 or y0 == y1 for (x0, y0), (x1, y1) in pairwise(corners))
        assert all(-5 <= x <= 205 for x, _ in corners)
        assert abs(corners[0][0] - rows[source].x) < rows[source].radius
        assert abs(corners[-1][0] - rows[target].x) < rows[target].radius
        assert corners[0][1] == rows[source].middle
        assert abs(corners[-1][1] - rows[target].middle) <= rows[target].radius


def test_links_of_neighbours_lead_straight_down() -> None:
    rows = [Row(top=top, bottom=top + 12, x=50.0, radius=3.0, marks=(50.0,)) for top in (0.0, 12.0)]
    assert routes(rows, [(0, 1)], Area(left=0, right=100)) == [[(50.0, 6.0), (50.0, 15.0)]]


def test_a_lane_keeps_off_marks_lines_and_other_lanes() -> None:
    rows = [
        Row(top=top, bottom=top + 12, x=50.0, radius=3.0, marks=(50.0,)) for top in (0.0, 12.0, 24.0, 36.0)
    ]
    free = routes(rows, [(0, 2), (1, 3)], Area(left=0, right=100))
    lanes = [{x for x, _ in corners} - {50.0} for corners in free]
    assert lanes == [{50 + 2 * LANE}, {50 - 2 * LANE}]
    ruled = routes(rows, [(0, 2), (1, 3)], Area(left=0, right=100, rules=(50 - 2 * LANE,)))
    assert [{x for x, _ in corners} - {50.0} for corners in ruled] == [{50 - 3 * LANE}, {50 + 2 * LANE}]


def test_a_line_has_a_gap_where_it_crosses_another_but_not_where_links_join() -> None:
    rows = [
        Row(top=12.0 * number, bottom=12.0 * number + 12, x=x, radius=3.0, marks=(x,))
        for number, x in enumerate((50.0, 20.0, 60.0, 80.0))
    ]
    # From the second row to the third the way is across the lane from the first row to the fourth.
    links = [(0, 3), (1, 2)]
    routed = routes(rows, links, Area(left=0, right=100))
    assert [(round(x, 3), round(y, 3)) for x, y in routed[1]] == [(20, 18), (20, 24.6), (60, 24.6), (60, 27)]
    assert [(round(x, 3), round(y, 3)) for x, y in routed[0]] == [(50, 6), (50, 36.6), (80, 36.6), (80, 39)]
    assert crossings(routed, links) == [[pytest.approx(24.6)], []]
    interrupted = [[(x, round(y, 3)) for x, y in piece] for piece in pieces(routed[0], [24.6])]
    assert interrupted == [[(50, 6), (50, 23.5)], [(50, 25.7), (50, 36.6), (80, 36.6), (80, 39)]]
    # Links into the same row join.
    joined = [(0, 3), (1, 3)]
    assert crossings(routes(rows, joined, Area(left=0, right=100)), joined) == [[], []]


def test_a_corner_is_rounded_only_as_far_as_there_is_room() -> None:
    path = rounded([[(0, 0), (0, 10), (3, 10), (3, 20)]], radius=2)
    assert np.asarray(path.vertices).tolist() == [
        [0, 0], [0, 8.5], [0, 10], [1.5, 10], [1.5, 10], [3, 10], [3, 11.5], [3, 20],
    ]  # fmt: skip


# --- Deployment ---------------------------------------------------------------------------------------------


def test_every_text_stays_inside_of_its_box() -> None:
    for sites in (SITES, *OTHER_SITES.values()):
        drawing = draw(sites)
        boxes = dict(texts_of(drawing))
        for group in groups(drawing).values():
            (frame,) = members(group, FancyBboxPatch)
            left, top = frame.get_x(), frame.get_y()
            for text in members(group, Text):
                box = boxes[text]
                assert left <= box.x0
                assert box.x1 <= left + frame.get_width()
                assert top <= box.y0
                assert box.y1 <= top + frame.get_height()


def test_boxes_lie_inside_of_each_other_and_beside_their_neighbours() -> None:
    for sites in (SITES, *OTHER_SITES.values()):
        drawing = draw(sites)
        for group in groups(drawing).values():
            outer = frame_of(group)
            inner = [frame_of(member) for member in members(group, TitledGroup)]
            assert all(outer.x0 < box.x0 and box.x1 < outer.x1 for box in inner)
            assert all(outer.y0 < box.y0 and box.y1 < outer.y1 for box in inner)
            assert not any(one.overlaps(other) for one, other in combinations(inner, 2))


def frame_of(group: TitledGroup) -> Bbox:
    (frame,) = members(group, FancyBboxPatch)
    return Bbox.from_bounds(frame.get_x(), frame.get_y(), frame.get_width(), frame.get_height())


def test_every_facility_enclave_and_component_is_drawn_in_full() -> None:
    drawn = groups(draw(SITES))
    assert len(drawn) == 3 + 10 + 38
    for one, facility in enumerate(SITES.facilities, start=1):
        assert words(drawn[f"sites-facility-{one}"]) == facility.heading
        for two, inside in enumerate(facility.enclaves, start=1):
            assert words(drawn[f"sites-facility-{one}-enclave-{two}"]) == inside.heading
            for three, component in enumerate(inside.components, start=1):
                printed = words(drawn[f"sites-facility-{one}-enclave-{two}-component-{three}"])
                assert printed.replace("/ ", "/") == component


def words(group: TitledGroup) -> str:
    return " ".join(text.get_text() for text in members(group, Text))


def test_the_diagram_is_compact_and_set_in_seven_points() -> None:
    drawing = draw(SITES)
    assert drawing.get_size_inches()[1] < 6
    assert min(float(text.get_fontsize()) for text, _ in texts_of(drawing)) == 7


def test_a_diagram_that_does_not_fit_is_set_in_smaller_type() -> None:
    drawing = draw(OTHER_SITES["dense"], LETTER)
    assert drawing.get_size_inches()[1] <= 8
    assert min(float(text.get_fontsize()) for text, _ in texts_of(drawing)) < 7


# --- Type ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "room", "limit", "expected"),
    [
        ("", 50, 3, ("",)),
        ("short", 50, 3, ("short",)),
        ("white   space \n is one", 200, 3, ("white space is one",)),
        ("one two three four", 50, 3, ("one two", "three four")),
        ("DBB Transport/Replication/Backup", 90, 3, ("DBB Transport/", "Replication/Backup")),
        ("wwwwwwwwww", 40, 3, ("wwwww", "wwwww")),
        ("one two three four five six", 40, 2, ("one two", "three…")),
    ],
)
def test_texts_are_broken_where_they_have_to_be(
    text: str, room: float, limit: int, expected: tuple[str, ...]
) -> None:
    assert TextStyle(10).wrap(text, room, limit) == expected


def test_balanced_lines_are_about_equally_long() -> None:
    style = TextStyle(10)
    assert style.wrap("Prompt Processing Ingest", 105, 2) == ("Prompt Processing", "Ingest")
    assert style.balance("Prompt Processing and so on", 105, 2) == ("Prompt Processing", "and so on")
    assert style.balance("a b c d e f g h", 60, 3) == ("a b c d", "e f g h")


@given(text=st.text(alphabet="ab /\n", max_size=60), room=st.floats(min_value=8, max_value=90))
def test_broken_lines_fit_and_lose_nothing(text: str, room: float) -> None:
    style = TextStyle(8, Weight.SEMI_BOLD)
    for lines in (style.wrap(text, room, 100), style.balance(text, room, 100)):
        assert all(style.width(line) <= room for line in lines)
        assert "".join("".join(lines).split()) == "".join(text.split())


def test_characters_missing_in_all_fonts_are_refused() -> None:
    chart = gantt([bar(1, date(2025, 6, 1), label="日本 ok")])
    with pytest.raises(MilepostError) as caught:
        draw(chart)
    assert str(caught.value) == (
        "the fonts of the figures cannot print U+65E5, U+672C in '日本' "
        "(use letters that Fira Sans or DejaVu Sans have, in a short name for instance)"
    )


# --- PDF ----------------------------------------------------------------------------------------------------


def fonts_in(reader: PdfReader) -> dict[str, bool]:
    """Return the fonts of a PDF's only page, without the subsets' tags, and whether TrueType is embedded."""
    (page,) = reader.pages
    found = {}
    for reference in page["/Resources"]["/Font"].values():  # type: ignore[index]
        font = reference.get_object()
        font = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        found[font["/BaseFont"].split("+")[1]] = "/FontFile2" in font["/FontDescriptor"]
    return found


@pytest.mark.slow
def test_a_pdf_has_one_page_embedded_fonts_and_no_trace_of_when_it_was_made() -> None:
    reader = PdfReader(BytesIO(pdf(LEVEL2, LETTER)))
    assert fonts_in(reader) == {"FiraSans-Regular": True, "FiraSans-SemiBold": True}
    assert reader.metadata == {"/Title": "The plan", "/Creator": "Milepost", "/Producer": "Milepost"}
    assert [float(length) for length in reader.pages[0].mediabox][:3] == [0, 0, 468]


@pytest.mark.slow
def test_embedded_fonts_have_no_tables_for_setting_text() -> None:
    (page,) = PdfReader(BytesIO(pdf(THREE, LETTER))).pages
    for reference in page["/Resources"]["/Font"].values():  # type: ignore[index]
        font = reference.get_object()["/DescendantFonts"][0].get_object()
        embedded = TTFont(BytesIO(font["/FontDescriptor"]["/FontFile2"].get_object().get_data()))
        assert not {"GDEF", "GPOS", "GSUB", "kern"} & set(embedded.keys())
        assert {"glyf", "hmtx"} <= set(embedded.keys())


@pytest.mark.slow
def test_the_texts_of_a_pdf_can_be_selected() -> None:
    text = PdfReader(BytesIO(pdf(LEVEL2, LETTER))).pages[0].extract_text()
    for bar in LEVEL2.bars:
        assert f"{bar.code} {bar.label}" in text.replace("\n", " ")


def test_hostile_labels_are_printed_literally() -> None:
    assert HOSTILE in PdfReader(BytesIO(pdf(THREE, LETTER))).pages[0].extract_text()
    texts = [element.text for element in ET.fromstring(svg(THREE)).iter(f"{SVG}text")]
    assert HOSTILE in texts
    assert titles(svg(THREE))["plan-x-2"].startswith(f"X-2 {HOSTILE}: due ")


@pytest.mark.slow
def test_characters_missing_in_fira_sans_are_printed_in_the_other_font() -> None:
    reader = PdfReader(BytesIO(pdf(gantt([bar(1, date(2025, 6, 1), label="snow ☃")]), LETTER)))
    assert "snow ☃" in reader.pages[0].extract_text()
    assert fonts_in(reader)["DejaVuSans"]


# --- SVG ----------------------------------------------------------------------------------------------------


def titles(text: str) -> dict[str, str]:
    """Return the titles of all groups that have one, by their identifiers."""
    return {
        group.get("id", ""): title
        for group in ET.fromstring(text).iter(f"{SVG}g")
        if (title := group.findtext(f"{SVG}title")) is not None
    }


def test_an_svg_says_what_it_shows() -> None:
    root = ET.fromstring(svg(LEVEL2))
    assert root.get("role") == "img"
    names = root.get("aria-labelledby", "").split()
    assert [(element.get("id"), element.text) for element in list(root)[:2]] == [
        (names[0], "The plan"),
        (names[1], "What is planned & done."),
    ]


def test_each_row_of_an_svg_is_a_group_with_a_title() -> None:
    found = titles(svg(LEVEL2))
    assert [name for name in found if not name.startswith("plan-link-")] == [
        f"plan-{bar.anchor}" for bar in LEVEL2.bars
    ]
    assert found["plan-ldm-503-01"] == (
        "LDM-503-01 Science Platform with WISE data in PDAC: "
        "due 2017-11-30, completed 2018-05-30 (181 days late)"
    )
    assert found["plan-ldm-503-11b"] == (
        "LDM-503-11b Pipelines Release Fall 2019: due 2020-12-01, completed 2020-11-30 (1 day early)"
    )
    assert found["plan-ldm-503-net"] == (
        "LDM-503-NET Network Verification End-to-End: due 2024-04-15, open, 347 days late on 2025-03-28"
    )
    assert found["plan-ldm-503-19"] == "LDM-503-19 All 1a,1b DM requirements verified: due 2025-09-11, open"
    assert found["plan-link-ldm-503-06-ldm-503-07"] == "LDM-503-06 before LDM-503-07, but due after it"
    three = titles(svg(THREE))
    assert three["plan-x-1"] == "X-1 Milestone number 1: due 2025-02-01, completed 2025-02-01 (on time)"
    assert three["plan-x-2"].endswith(
        ": due 2025-03-01, open, 27 days late on 2025-03-28, forecast 2025-09-01 (184 days late)"
    )


def test_the_groups_of_a_diagram_have_titles() -> None:
    found = titles(svg(SITES))
    assert found["sites-facility-2"] == "US Data Facility"
    assert found["sites-facility-2-enclave-4"] == "8 DAC US Enclave in US Data Facility"
    assert found["sites-facility-2-enclave-4-component-3"] == "TAP API in 8 DAC US Enclave"


def test_the_texts_of_an_svg_are_texts_in_fira_sans(figure: Figure) -> None:
    root = ET.fromstring(svg(figure))
    texts = list(root.iter(f"{SVG}text"))
    assert [element.text for element in texts] == [text.get_text() for text, _ in texts_of(draw(figure))]
    assert all("'Fira Sans', sans-serif" in element.get("style", "") for element in texts)


def test_the_lengths_of_texts_are_those_of_what_they_say() -> None:
    drawing = draw(LEVEL2)
    measured = [box.width for _, box in texts_of(drawing)]
    stated = [
        float(element.get("textLength", "0")) for element in ET.fromstring(svg(LEVEL2)).iter(f"{SVG}text")
    ]
    assert stated == pytest.approx(measured, rel=0.03)


def test_svgs_can_be_put_into_one_page() -> None:
    texts = [svg(LEVEL2), svg(SITES), svg(replace(THREE, name="other"))]
    names = [
        element.get("id") for text in texts for element in ET.fromstring(text).iter() if element.get("id")
    ]
    assert len(names) == len(set(names))
    assert not any("<style" in text or "ns0:" in text or "<?xml" in text for text in texts)
    for text in texts:
        used = set(re.findall(r'href="#([^"]+)"', text)) | set(re.findall(r"url\(#([^)]+)\)", text))
        assert used <= {element.get("id") for element in ET.fromstring(text).iter()}


# --- The same every time ------------------------------------------------------------------------------------

DIGESTS = """
import hashlib, pickle, sys
from milepost.charts.output import pdf, svg
from milepost.views.page import PAGES
LETTER = PAGES["milepost", "letter"]
figures = pickle.load(sys.stdin.buffer)
assert "matplotlib.pyplot" not in sys.modules
for figure in figures:
    print(hashlib.sha256(pdf(figure, LETTER)).hexdigest(), hashlib.sha256(svg(figure).encode()).hexdigest())
"""


@pytest.mark.slow
def test_the_bytes_depend_on_nothing_but_the_figure(tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_text("font.size: 30\nlines.linewidth: 9\ntext.usetex: True\n")
    expected = [
        " ".join(hashlib.sha256(data).hexdigest() for data in (pdf(figure, LETTER), svg(figure).encode()))
        for figure in (LEVEL2, SITES)
    ]
    variables = {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"}
    result = subprocess.run(
        [sys.executable, "-c", DIGESTS],
        input=pickle.dumps((LEVEL2, SITES)),
        env=os.environ | variables | {"PYTHONPATH": str(Path(__file__).parents[2] / "src")},
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    assert result.stdout.decode().split("\n")[:-1] == expected


def test_drawing_leaves_the_settings_of_the_process_alone() -> None:
    before = dict(mpl.rcParams)
    draw(THREE)
    pdf(THREE, LETTER)
    svg(THREE)
    assert dict(mpl.rcParams) == before


def test_threads_do_not_disturb_each_other() -> None:
    expected = [svg(THREE), svg(SITES)] * 2
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(svg, [THREE, SITES] * 2)) == expected


# --- Charts of many rows ------------------------------------------------------------------------------------


def pages_of(figure: Figure) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(pdf(figure, LETTER))).pages]


def test_a_chart_of_many_rows_is_divided_among_pages() -> None:
    parts = list(draw_parts(MANY, LETTER))
    assert len(parts) == 5
    codes = [[name for name in groups(part) if re.fullmatch(r"plan-x-\d+", name)] for part in parts]
    assert [name for names in codes for name in names] == [f"plan-{bar.anchor}" for bar in MANY.bars]
    assert {len(names) for names in codes} == {24}
    for part in parts:
        boxes = texts_of(part)
        height = 72 * part.get_size_inches()[1]
        assert height <= LETTER.figure + 0.01
        words = [text.get_text() for text, _ in boxes]
        assert {"Code", "Milestone", "due", "data date 2025-03-28", "1999"} <= set(words)
        assert all(float(text.get_fontsize()) >= 6 and 0 <= box.y0 < box.y1 <= height for text, box in boxes)


def test_links_to_other_parts_end_in_the_codes_of_their_other_ends() -> None:
    parts = list(draw_parts(MANY, LETTER))
    part_of = {name: number for number, part in enumerate(parts) for name in groups(part)}
    expected: dict[str, dict[str, list[str]]] = {}
    for link in MANY.links:
        ends = MANY.bars[link.predecessor], MANY.bars[link.successor]
        one, other = (part_of[f"plan-{end.anchor}"] for end in ends)
        assert part_of.get(f"plan-link-{ends[0].anchor}-{ends[1].anchor}") == (one if one == other else None)
        if one != other:
            expected.setdefault(ends[0].code, {}).setdefault("to", []).append(ends[1].code)
            expected.setdefault(ends[1].code, {}).setdefault("from", []).append(ends[0].code)
    assert len(expected) > 60
    for part in parts:
        (heading,) = (text for text, _ in texts_of(part) if text.get_text() == "Other parts")
        for bar in MANY.bars:
            group = groups(part).get(f"plan-{bar.anchor}")
            if group is None:
                continue
            texts = [
                text for text in members(group, Text) if text.get_position()[0] == heading.get_position()[0]
            ]
            words = " ".join(text.get_text() for text in texts)
            found = re.findall(r"(from|to) ([^a-z]+)", words)
            assert {way: codes.strip().split(", ") for way, codes in found} == expected.get(bar.code, {})


def test_all_parts_have_the_same_axis_and_the_legend_of_their_own_signs() -> None:
    early = [bar(number, date(2020, 1, 1), completed=date(2020, 2, 1)) for number in range(60)]
    late = [bar(number, date(2030, 1, 1)) for number in range(60, 120)]
    chart = gantt([*early, *late])
    parts = list(draw_parts(chart, LETTER))
    assert len(parts) == 3
    assert len({grid(part) for part in parts}) == 1
    legends = [[text.get_text() for text, _ in texts_of(part)][-3:] for part in parts]
    assert legends[0] == ["due", "completed", "late"]
    assert legends[2][1:] == ["Milestone number 119", "due"]


ROWS_AND_PAGES = [(40, page) for page in PAGES.values()] + list(
    zip((60, 150, 500), PAGES.values(), strict=False)
)
"""One sheet on each page, and several sheets on some."""


@pytest.mark.parametrize(("size", "page"), ROWS_AND_PAGES)
def test_no_text_is_smaller_than_six_points_however_many_rows_there_are(size: int, page: Page) -> None:
    chart = gantt(
        [bar(number, date(2018, 1, 1) + timedelta(days=9 * number)) for number in range(size)],
        [(number, number + 7) for number in range(0, size - 7, 3)],
    )
    sizes: set[float] = set()

    def note(text: str, _cm: object, tm: list[float], _font: object, size: float) -> None:
        if text.strip():
            sizes.add(round(size * tm[3], 2))

    reader = PdfReader(BytesIO(pdf(chart, page)))
    for sheet in reader.pages:
        sheet.extract_text(visitor_text=note)
        assert float(sheet.mediabox.width) == pytest.approx(page.width)
        assert float(sheet.mediabox.height) <= page.figure + 0.01
    assert sizes == {6.5}
    assert (len(reader.pages) == 1) == (size == 40)


def test_a_diagram_of_many_boxes_is_divided_among_pages() -> None:
    crowded = [enclave("Enclave 1", (f"component {number}" for number in range(300)))]
    others = [enclave(f"Enclave {number}", BACKBONE) for number in range(2, 30)]
    sites = diagram(("One", [*crowded, *others]), ("Two", others), ("Three", []))
    pages = pages_of(sites)
    text = " ".join(" ".join(pages).split())
    assert len(pages) > 3
    for number in range(300):
        assert text.count(f"component {number} ") == 1
    assert text.count("DBB Storage") == 2 * len(others)
    assert "One (continued)" in text
    assert "Enclave 1 (continued)" in text
    for part in draw_parts(sites, LETTER):
        assert part.get_size_inches()[1] <= LETTER.figure / 72
        assert min(float(text.get_fontsize()) for text, _ in texts_of(part)) >= 6


# --- Time is in proportion to the input ---------------------------------------------------------------------


def steps(call: Callable[[], object]) -> int:
    """Return how many lines of `milepost.charts` are run by `call`."""
    count = 0

    def trace(frame: FrameType, event: str, _arg: object) -> Callable[..., Any] | None:
        nonlocal count
        if "milepost/charts" not in frame.f_code.co_filename:
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("word", ["a", "/", "ab "])
@pytest.mark.parametrize("limit", [3, 10_000])
def test_wrapping_takes_time_in_proportion_to_the_text(
    monkeypatch: pytest.MonkeyPatch, word: str, limit: int
) -> None:
    measured: list[int] = []

    def width(text: str, _weight: Weight, _family: str) -> float:
        measured.append(len(text))
        return len(text) * 0.5

    monkeypatch.setattr(fonts, "_width", width)
    totals = []
    for length in (500, 2000):
        measured.clear()
        lines = steps(partial(TextStyle(6.5).balance, word * length, 140, limit))
        totals.append((lines, sum(measured)))
    assert all(long < 6 * short for short, long in zip(*totals, strict=True))


def test_routing_takes_time_in_proportion_to_the_links() -> None:
    def route(rows: list[Row], links: list[tuple[int, int]]) -> None:
        crossings(routes(rows, links, Area(left=-5.0, right=205.0)), links)

    counts = []
    for size in (250, 1000):
        rows = [
            Row(top=12.0 * row, bottom=12.0 * row + 12, x=x, radius=3.0, marks=(x,))
            for row in range(size)
            for x in [37.0 * row % 200]
        ]
        links = sorted((row, (7 * row + 5) % size) for row in range(size) if row != (7 * row + 5) % size)
        counts.append(steps(partial(route, rows, links)))
    assert counts[1] < 5 * counts[0]


def test_a_line_that_crosses_very_many_others_is_not_dashed_by_gaps() -> None:
    # The way from each row to the next but one is across the lane from the first row to the last.
    size = 100
    xs = [50.0, *(x for row in range(size) for x in [20.0 if row % 4 < 2 else 80.0]), 50.0]
    rows = [
        Row(top=12.0 * row, bottom=12.0 * row + 12, x=x, radius=3.0, marks=(x,)) for row, x in enumerate(xs)
    ]
    for end, gaps in ((20, 9), (100, 0)):
        links = [(0, size + 1), *((row, row + 2) for row in range(1, end - 1, 2) if xs[row] != xs[row + 2])]
        found = crossings(routes(rows, links, Area(left=0, right=100)), links)
        assert (len(found[0]), len(links)) == (gaps, len(links))
