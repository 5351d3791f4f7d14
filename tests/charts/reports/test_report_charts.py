"""The charts of reports: what is drawn is in proportion, is named, and is the same every time."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from tests.support.reports import plan, state

from milepost.charts.reports.output import svg
from milepost.charts.svg import SVG
from milepost.document.selection import Selection
from milepost.views.reports.registry import REPORTS
from milepost.views.reports.table import Options

if TYPE_CHECKING:
    from milepost.views.reports.charts import Chart

BY_NAME = {report.name: report for report in REPORTS}
STATES = (
    state("2024-01-05", "due", A_2=("2024-02-20",), A_4=("2024-03",)),
    state("2024-02-05", "due", A_2=("2024-03-11",), A_3=("2024-03-02",)),
)


def chart(name: str, options: Options | None = None) -> Chart:
    return BY_NAME[name].chart(plan(), STATES, options or Options())


def groups(drawn: str) -> dict[str, ET.Element]:
    root = ET.fromstring(drawn)
    return {element.attrib["id"]: element for element in root.iter(f"{{{SVG}}}g") if "id" in element.attrib}


def titles(drawn: str) -> dict[str, str]:
    found = {name: group.findtext(f"{{{SVG}}}title") for name, group in groups(drawn).items()}
    return {name: title for name, title in found.items() if title}


def boxes(group: ET.Element) -> list[tuple[float, float, float, float]]:
    """Return left, top, right and bottom of each path in a group."""
    found = []
    for path in group.iter(f"{{{SVG}}}path"):
        numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", path.get("d", ""))]
        found.append((min(numbers[::2]), min(numbers[1::2]), max(numbers[::2]), max(numbers[1::2])))
    return found


@pytest.mark.parametrize("name", [report.name for report in REPORTS if report.has_chart])
def test_a_chart_is_drawn_the_same_every_time_and_says_what_it_shows(name: str) -> None:
    drawn = svg(chart(name))

    assert drawn == svg(chart(name))
    root = ET.fromstring(drawn)
    assert root.findtext(f"{{{SVG}}}title", "").startswith("DOC-1: ")
    assert "as of 2024-03-05" in root.findtext(f"{{{SVG}}}title", "")
    assert root.findtext(f"{{{SVG}}}desc")


@pytest.mark.parametrize("name", [report.name for report in REPORTS if report.has_chart])
def test_a_chart_of_nothing_is_drawn_all_the_same(name: str) -> None:
    selection = Selection.from_text("codes:Z")

    assert ET.fromstring(svg(chart(name, Options(selection=selection)))).findtext(f"{{{SVG}}}title")


def test_the_bars_of_status_are_as_long_as_the_counts() -> None:
    drawn = svg(chart("status"))
    assert titles(drawn) == {
        "status-1": "level 1: 1 completed, 1 open",
        "status-2": "level 2: 2 open, 2 overdue",
        "status-3": "no level: 1 deferred, 1 cancelled",
    }
    one, two, none = (boxes(groups(drawn)[f"status-{number}"]) for number in (1, 2, 3))
    lengths = [[round(right - left, 1) for left, _, right, _ in bar] for bar in (one, two, none)]
    unit = lengths[0][0]
    assert lengths == [[unit, unit], pytest.approx([2 * unit, 2 * unit], abs=0.2), [unit, unit]]
    assert all(before[2] == after[0] for bar in (one, two, none) for before, after in pairwise(bar))


def test_the_months_have_as_many_places_as_there_are_months() -> None:
    drawn = svg(chart("monthly"))

    assert titles(drawn) == {
        "monthly-1": "2024-01: 1 completed",
        "monthly-2": "2024-02: 1 overdue",
        "monthly-3": "2024-03: 1 overdue",
        "monthly-4": "2024-04: 1 open",
        "monthly-6": "2024-06: 1 open",
    }
    lefts = [boxes(groups(drawn)[f"monthly-{number}"])[0][0] for number in (1, 2, 4, 6)]
    step = lefts[1] - lefts[0]
    assert lefts == pytest.approx([lefts[0] + step * months for months in (0, 1, 3, 5)], abs=0.1)
    assert "1 milestone without a date yet." in drawn


def test_slip_draws_the_dates_that_the_table_has() -> None:
    assert titles(svg(chart("slip"))) == {
        "slip-1": "A-4 Opening: earlier-2 2024-03-31, now 2024-06-30; 3 months later",
        "slip-2": "A-3 Doors: earlier-1 2024-03-02, now 2024-04-01; 30 days later",
        "slip-3": "A-2 Roof: earlier-2 2024-02-20, earlier-1 2024-03-11, now 2024-03-01; 10 days later",
    }


def test_one_state_for_both_months_is_drawn_once() -> None:
    drawn = svg(BY_NAME["slip"].chart(plan(), STATES[:1], Options()))

    assert "due on 2024-01-05" in drawn
    assert titles(drawn)["slip-2"] == "A-2 Roof: earlier-2 2024-02-20, now 2024-03-01; 10 days later"


def test_upcoming_draws_due_and_expected_dates() -> None:
    drawn = svg(chart("upcoming", Options(to=date(2024, 6, 30))))

    assert titles(drawn) == {
        "upcoming-1": "B-1 Ground: overdue 2024-02-10; overdue, 2024-02-10",
        "upcoming-2": "A-2 Roof: overdue 2024-03-01; overdue, 2024-03-01",
        "upcoming-3": "A-3 Doors: due 2024-04-01, expected 2024-05-31; 2024-05-31",
        "upcoming-4": "A-4 Opening: due 2024-06-30; 2024-06",
    }
    assert "data date 2024-03-05" in drawn


def test_names_of_any_text_are_escaped() -> None:
    milestones = {"A-1": {"name": "<b>& $x$ \\frac", "due": "2024-03-10"}}

    drawn = svg(BY_NAME["upcoming"].chart(plan(milestones=milestones), (), Options()))

    assert titles(drawn)["upcoming-1"].startswith("A-1 <b>& $x$ \\frac: due")
