"""The drawing of trend charts: labels that do not overlap, axes, and the files."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.base.dates import PlannedDate, Unit, parse_planned, planned
from milepost.charts import output, svg
from milepost.charts.canvas import POINTS, Frame, Label
from milepost.charts.trend.axes import Axis, around
from milepost.charts.trend.labels import spread
from milepost.charts.trend.layout import layout_of
from milepost.charts.trend.marks import Style
from milepost.document.figures import MOST_LABELS
from milepost.views.page import PAGES, SCREEN, Page
from milepost.views.trend.lines import TrendChart, TrendLine, TrendPoint

if TYPE_CHECKING:
    from collections.abc import Sequence

LETTER = PAGES["milepost", "letter"]
NARROW = Page(260.0, 330.0)


def trend(code: str, *said: tuple[str, str], label: str = "First light", **more: object) -> TrendLine:
    points = tuple(TrendPoint(day=date.fromisoformat(day), date=parse_planned(when)) for day, when in said)
    values = {"end": said[-1][1] if said else "tbd"} | more
    return TrendLine(code=code, label=label, anchor=f"m-{code}", runs=(points,) if points else (), **values)  # type: ignore[arg-type]


def chart(*trends: TrendLine, days: Sequence[str] = (), upwards: bool = True) -> TrendChart:
    known = {point.day for each in trends for point in each.points} | set(map(date.fromisoformat, days))
    return TrendChart(
        name="trend",
        title="The trend",
        description="Lines.",
        dates="due",
        upwards=upwards,
        days=tuple(sorted(known)) or (date(2024, 1, 31),),
        trends=trends,
    )


# --- Labels -------------------------------------------------------------------------------------------------


@given(st.lists(st.floats(0, 100), max_size=12), st.floats(1, 8))
def test_labels_are_spread_without_overlap_between_the_ends(wanted: list[float], height: float) -> None:
    places = spread(wanted, height, 0.0, 100.0)

    assert all(height / 2 - 1e-6 <= place <= 100 - height / 2 + 1e-6 for place in places)
    assert all(after - before >= height - 1e-6 for before, after in pairwise(sorted(places)))
    assert [place for _, place in sorted(zip(wanted, places, strict=True))] == pytest.approx(sorted(places))


def test_labels_with_enough_room_are_where_they_are_wanted() -> None:
    assert spread([50.0, 20.0], 10.0, 0.0, 100.0) == [50.0, 20.0]
    assert spread([50.0, 50.0, 52.0], 10.0, 0.0, 100.0) == pytest.approx([40.666, 50.666, 60.666], abs=1e-2)
    assert spread([99.0, 98.0], 10.0, 0.0, 100.0) == [95.0, 85.0]


_DAYS = st.integers(0, 1500).map(lambda days: date(2021, 1, 1) + timedelta(days))
_DATES = st.one_of(
    _DAYS.map(planned),
    st.sampled_from(
        [parse_planned(text) for text in ("2022-05", "2023-Q4", "2025", "9999-12-31", "1990-01-01")]
    ),
)
_NAMES = st.sampled_from(
    ["Short", "A name that is much longer than any column of labels can be, " * 3, "W" * 60, "é"]
)


@st.composite
def charts(draw: st.DrawFn) -> TrendChart:
    days = sorted(draw(st.sets(_DAYS, min_size=1, max_size=6)))
    trends = []
    for number in range(draw(st.integers(1, 22))):
        said = [(day, draw(_DATES)) for day in days if draw(st.integers(0, 3))]
        cut = draw(st.integers(0, len(said)))
        runs = [
            tuple(TrendPoint(day=day, date=when) for day, when in part) for part in (said[:cut], said[cut:])
        ]
        completed = draw(st.none() | st.dates(days[0], days[-1]))
        if completed:
            runs.append((TrendPoint(day=completed, date=planned(completed), completed=True),))
        runs = [run for run in runs if run]
        trends.append(
            TrendLine(
                code=draw(st.sampled_from(["A", "ITC-NR-100030(54)", "LONGEST-CODE-" * 4])) + f"-{number}",
                label=draw(_NAMES),
                anchor=f"m-{number}",
                runs=tuple(runs),
                end=draw(st.sampled_from(["2024-06-30", "completed 2023-05-31", "cancelled"])),
                set_aside=draw(st.sampled_from([None, "cancelled"])),
                baseline=draw(st.none() | _DATES),
                labelled=number < MOST_LABELS,
            )
        )
    return chart(*trends, days=[str(day) for day in days], upwards=draw(st.booleans()))


def boxes(drawn: TrendChart, page: Page) -> list[tuple[str, Frame]]:
    """Return the rectangle of each text: as wide as it is, and as high as small letters."""
    figure = output.draw(drawn, page)
    height = figure.get_figheight() * POINTS
    found = []
    for text in figure.findobj(Label):
        x, baseline = text.get_position()
        size = float(text.get_fontsize())
        left = x - text.length * {"left": 0.0, "center": 0.5, "right": 1.0}[text.get_horizontalalignment()]
        found.append((text.get_text(), Frame(left, baseline - 0.6 * size, text.length, 0.7 * size)))
    for words, box in found:
        assert box.left >= -0.01, words
        assert box.left + box.width <= page.width + 0.01, words
        assert box.top >= 0, words
        assert box.bottom <= height, words
    return found


def overlap(one: Frame, other: Frame) -> bool:
    return (
        one.left < other.left + other.width
        and other.left < one.left + one.width
        and one.top < other.bottom
        and other.top < one.bottom
    )


@settings(deadline=None, max_examples=60)
@given(charts(), st.sampled_from([LETTER, SCREEN, NARROW]))
def test_no_two_texts_overlap_and_none_leaves_the_drawing(drawn: TrendChart, page: Page) -> None:
    found = boxes(drawn, page)

    for number, (words, box) in enumerate(found):
        for others, other in found[:number]:
            assert not overlap(box, other), (words, others)


@settings(deadline=None, max_examples=30)
@given(charts())
def test_a_chart_fits_on_the_page(drawn: TrendChart) -> None:
    assert output.draw(drawn, LETTER).get_figheight() * POINTS <= LETTER.figure


def test_as_many_lines_as_have_labels_look_different_without_colours() -> None:
    styles = [Style.of(number) for number in range(MOST_LABELS)]

    assert len({(style.shape, style.pen.dashes) for style in styles}) == MOST_LABELS


# --- Axes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2024-01-01", "2024-01-08", ["2024-01-01", "2024-01-03", "2024-01-05", "2024-01-07"]),
        ("2024-01-15", "2024-12-15", ["2024-04", "2024-07", "2024-10"]),
        ("2019-04-01", "2024-12-01", ["2020", "2021", "2022", "2023", "2024"]),
        ("1950-01-01", "2049-12-01", ["1950", "1960", "1970", "1980"]),
    ],
)
def test_ticks_are_days_months_or_years(start: str, end: str, expected: list[str]) -> None:
    axis = Axis(date.fromisoformat(start), date.fromisoformat(end), 0.0, 200.0)

    labels = [label for _, label in axis.ticks(lambda text: 4 * len(text))]

    assert labels[: len(expected)] == expected
    assert len(labels) <= 10


@given(_DAYS, st.integers(0, 40_000), st.floats(60, 600))
def test_ticks_have_room_whatever_the_time(start: date, days: int, width: float) -> None:
    first, last = around(start, start + timedelta(days))
    axis = Axis(first, last, 0.0, width)
    ticks = axis.ticks(lambda text: 4.0 * len(text))

    assert ticks == sorted(ticks)
    assert all(axis.at(after) - axis.at(before) >= 4.0 * 4 for (before, _), (after, _) in pairwise(ticks))


def test_axes_end_with_the_calendar() -> None:
    assert around(date.min, date.max) == (date.min, date.max)


# --- Signs --------------------------------------------------------------------------------------------------


def words(drawn: TrendChart) -> list[str]:
    return [text.get_text() for text in output.draw(drawn).findobj(Label)]


def test_the_chart_says_which_date_it_draws() -> None:
    said = words(chart(trend("A", ("2023-06-30", "2024-01-01"), ("2024-01-31", "2024-05-01"))))

    assert {"Due date", "Report date", "due date = report date", "due date in a state"} <= set(said)
    assert not any("forecast" in each for each in said)


def test_what_is_beyond_the_axis_does_not_squeeze_the_rest() -> None:
    drawn = chart(trend("A", ("2023-06-30", "9999-12-31")), trend("B", ("2023-06-30", "2024-05-01")))
    layout = layout_of(drawn, LETTER, 1)

    assert layout.y.end < date(2025, 1, 1)
    assert layout.y.at(date.max) == layout.frame.top
    assert {"9999-12-31", "beyond the axis"} <= set(words(drawn))


def test_later_dates_are_further_up_or_down() -> None:
    lines = trend("A", ("2023-06-30", "2023-01-01"), ("2024-01-31", "2024-05-01"))
    for upwards in (True, False):
        layout = layout_of(chart(lines, upwards=upwards), LETTER, 1)
        first, last = (layout.place(point)[1] for point in lines.points)
        assert (last < first) == upwards


def test_a_month_is_a_line_up_to_its_last_day() -> None:
    point = TrendPoint(day=date(2024, 1, 31), date=PlannedDate(date(2024, 3, 1), Unit.MONTH))
    lines = TrendLine(code="A", label="A", anchor="a", runs=((point,),), end="2024-03")
    layout = layout_of(chart(lines), LETTER, 1)

    assert layout.place(point)[1] == layout.y.at(date(2024, 3, 31))
    assert "month, quarter or year, at its last day" in words(chart(lines))


def test_milestones_without_a_line_are_listed_with_the_reason() -> None:
    assert "Deferred: B; No date yet: A, C" in words(
        chart(trend("A"), trend("B", end="deferred"), trend("C"))
    )


# --- Files --------------------------------------------------------------------------------------------------

HOSTILE = chart(
    trend(
        "A&B", ("2023-06-30", "2024-01-01"), ("2024-01-31", "2024-05-01"), label=r"<b> $x^2$ \textbf{x} & “é”"
    ),
    trend("C", ("2023-06-30", "2023-09-01"), label="Second"),
)


def test_the_svg_has_titles_and_texts_as_they_are() -> None:
    root = ET.fromstring(output.svg(HOSTILE))
    titles = [each.text for each in root.iter(f"{{{svg.SVG}}}title")]
    texts = ["".join(each.itertext()) for each in root.iter(f"{{{svg.SVG}}}text")]

    assert titles[0] == "The trend"
    assert root.findtext(f"{{{svg.SVG}}}desc") == "Lines."
    assert r"A&B <b> $x^2$ \textbf{x} & “é”: due 2024-01-01 on 2023-06-30, 2024-05-01 on 2024-01-31" in titles
    assert r"<b> $x^2$ \textbf{x} & “é”" in texts


def test_lines_link_to_the_pages_of_their_milestones() -> None:
    pages = {"A&B": "milestones/a-b.html", "C": None}
    element = svg.linked_lines(output.svg(HOSTILE), HOSTILE, pages.get, "-2")
    root = ET.fromstring(str(element))
    (link,) = root.iter(f"{{{svg.SVG}}}a")

    assert link.get("href") == "milestones/a-b.html"
    assert (link.get("aria-label") or "").startswith("A&B ")
    identifiers = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(identifiers) == len(set(identifiers))
    assert all((identifier or "").endswith("-2") for identifier in identifiers)
    colours = re.findall(r"#[0-9a-f]{6}", re.sub(r"var\([^)]*\)", "", str(element)))
    assert colours == []  # each is a variable, so that dark pages have others


@pytest.mark.parametrize("write", [output.svg, lambda drawn: output.pdf(drawn, LETTER)])
def test_the_same_chart_gives_the_same_bytes(write: object) -> None:
    assert callable(write)
    assert write(HOSTILE) == write(HOSTILE)
