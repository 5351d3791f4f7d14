"""The trend chart of LDM-564 in the documentation, compared with the states in `history/`, cell by cell.

The CSV is read by Python's own reader, and the drawing from its lines and marks.
"""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from tests.support.published import REAL, ROOT

from milepost.base.addresses import milestone_anchor
from milepost.base.paths import Workspace
from milepost.charts.trend.layout import layout_of
from milepost.document.figures import TrendFigure
from milepost.history.folder import states_of
from milepost.loading.load import load
from milepost.views.page import SCREEN
from milepost.views.trend.make import trend_chart

if TYPE_CHECKING:
    from milepost.views.trend.lines import TrendChart

PICTURE = ROOT / "docs/images/trend.svg"
GUIDE = ROOT / "docs/how-to/history.md"
SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}href"


def cells() -> dict[str, dict[str, dict[str, str]]]:
    """Return the row of each milestone in each state, by code and day."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for path in sorted((ROOT / "history").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            next(file)
            for row in csv.DictReader(file):
                found.setdefault(row["code"], {})[path.stem] = row
    return found


@cache
def chart(*codes: str) -> TrendChart:
    loaded = load(REAL)
    states, warnings = states_of(Workspace.of(REAL), loaded.document)
    assert warnings == []
    figure = TrendFigure.model_validate({"name": "trend", "kind": "trend", "caption": "T", "codes": [*codes]})
    return trend_chart(figure, loaded.document, states, "T")


def test_each_point_is_a_cell_and_each_cell_of_an_open_milestone_is_a_point() -> None:
    document, known = load(REAL).document, cells()
    drawn = chart("*")
    assert len(drawn.trends) == len(document.milestones)
    compared = 0
    for trend in drawn.trends:
        milestone = document.milestone(trend.code)
        assert milestone is not None
        points = {str(point.day): str(point.date) for point in trend.points if not point.completed}
        expected = {day: row["due"] for day, row in known.get(trend.code, {}).items() if not row["completed"]}
        if milestone.completed is None:
            expected[str(drawn.data_date)] = str(milestone.due)
        assert points == expected, trend.code
        completed = [str(point.day) for point in trend.points if point.completed]
        last = milestone.completed
        inside = last is not None and last >= drawn.days[0]
        assert completed == ([str(last)] if inside else []), trend.code
        compared += len(points)
    assert compared > 100


def test_each_mark_of_the_picture_in_the_guide_is_at_its_cell() -> None:
    root, known = ET.parse(PICTURE).getroot(), cells()
    document = load(REAL).document
    drawn = chart("LDM-503-1[1-7]", "LDM-503-12a")
    layout = layout_of(drawn, SCREEN, 1)
    groups = {group.get("id"): group for group in root.iter(f"{SVG}g")}
    for trend in drawn.trends:
        milestone = document.milestone(trend.code)
        assert milestone is not None
        group = groups[f"trend-{milestone_anchor(trend.code)}"]
        marks = {
            (round(float(mark.get("x", 0)), 1), round(float(mark.get("y", 0)), 1))
            for mark in group.iter(f"{SVG}use")
            if float(mark.get("x", 0)) < layout.right
        }
        expected = {
            (date.fromisoformat(day), date.fromisoformat(row["due"]))
            for day, row in known[trend.code].items()
            if not row["completed"]
        }
        if milestone.completed:
            expected.add((milestone.completed, milestone.completed))
        else:
            expected.add((drawn.data_date, milestone.due.last))

        assert marks == {(round(layout.x.at(x), 1), round(layout.y.at(y), 1)) for x, y in expected}
        # The title, which browsers show as a tooltip, has the dates themselves.
        title = group.findtext(f"{SVG}title") or ""
        for day, row in known[trend.code].items():
            assert (f"{row['due']} on {day}" in title) == (not row["completed"])


def test_an_axis_is_even() -> None:
    """So that marks that are right at two days are right at all of them."""
    layout = layout_of(chart("LDM-503-1[1-7]", "LDM-503-12a"), SCREEN, 1)
    for axis in (layout.x, layout.y):
        days = [axis.start + timedelta(number) for number in range((axis.end - axis.start).days + 1)]
        steps = {round(axis.at(after) - axis.at(before), 6) for before, after in pairwise(days)}
        assert len(steps) == 1


def test_the_picture_is_what_the_command_in_the_guide_draws() -> None:
    (command,) = re.findall(
        r"(?m)^milepost (history .*) --output docs/images/trend.svg$", GUIDE.read_text("utf-8")
    )
    options = [part.strip("'") for part in re.findall(r"'[^']*'|\S+", command)]
    done = subprocess.run(
        [sys.executable, "-m", "milepost", *options, "--format", "svg"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    def words(svg: str) -> list[str]:
        return [text for text in ET.fromstring(svg).itertext() if text.strip()]

    assert words(done.stdout) == words(PICTURE.read_text("utf-8"))
