"""The table and the chart of milestones, as HTML for any page.

They are complete without a script. `SCRIPTS` add filters, sorting, tabs, zoom and tooltips; their data is in
attributes `data-…`. `milepost.css` is the style sheet.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from milepost.base import paths
from milepost.base.addresses import anchor
from milepost.base.dates import iso
from milepost.base.errors import count
from milepost.base.escape import script_json
from milepost.base.paths import BUILT_IN, Templates
from milepost.document.schedule import State
from milepost.render.html import Translate, english, html_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from markupsafe import Markup

    from milepost.views.chart import GanttChart
    from milepost.views.milestones import MilestoneInfo
    from milepost.views.trend.lines import TrendChart


STATES = tuple(State)


class _Row(NamedTuple):
    entry: MilestoneInfo
    href: str | None


class Shape(NamedTuple):
    """The identifier, classes and width that a table or chart is to have; "" for the default."""

    identifier: str = ""
    classes: str = ""
    width: str = ""


COLUMNS = (
    ("code", "Code"),
    ("name", "Name"),
    ("level", "Level"),
    ("due", "Due"),
    ("expected", "Expected"),
    ("slip", "Slip"),
    ("state", "State"),
)
"""The columns of the table: the key to sort by, and the heading."""

EARLY_SCRIPT = "milepost-early.js"
"""For the head of a page: decides what of the page is shown first."""
SCRIPTS = (
    "milepost-tooltips.js",
    "milepost-table.js",
    "milepost-axis.js",
    "milepost-bars.js",
    "milepost-chart.js",
    "milepost.js",
)
"""The scripts of pages with tables or charts, in the order in which they are loaded."""

MOST_ROWS = 300
"""Of tables with more rows, the page has the first ones, and the others as data for the script."""
_FIRST_ROWS = 100
MOST_BARS = 300
"""Charts with more rows are images of their own, and drawn by the script from the data of a table."""


def table(  # noqa: PLR0913 -- the values that the table prints
    entries: Sequence[MilestoneInfo],
    href: Callable[[str], str | None],
    caption: str,
    templates: Templates = BUILT_IN,
    *,
    more: str | None = None,
    shape: Shape | None = None,
    translate: Translate = english,
) -> str:
    """Return the table of milestones as HTML.

    Args:
        entries: the milestones of the rows.
        href: returns the address of the page of a milestone by its code; if it returns None, the code is not
            a link.
        caption: plain text, or `Markup`.
        templates: where templates are looked for.
        more: the address of a page with all milestones, for tables with too many rows.
        shape: of the table, if it is not the default.
        translate: returns the words in the language of the page.
    """
    template = html_environment(templates).get_template("milestones/table.html.jinja")
    is_large = len(entries) > MOST_ROWS
    shown = entries[:_FIRST_ROWS] if is_large else entries
    return template.render(
        rows=[_Row(entry, href(entry.code)) for entry in shown],
        columns=COLUMNS,
        caption=caption,
        data=_data(entries, href) if is_large else "",
        more=more or "",
        shown=len(shown),
        total=len(entries),
        shape=shape or Shape(),
        _=translate,
    )


def _data(entries: Sequence[MilestoneInfo], href: Callable[[str], str | None]) -> Markup:
    """Return the rows of a table as JSON; the script knows the order, and what to use for 0 and at the end.

    Texts are left out that follow from others: the address from the code, words from dates and days.
    """
    first = next(filter(None, (href(entry.code) for entry in entries)), "")
    before, _, after = first.rpartition(entries[0].page)
    rows: list[list[str | int]] = []
    for entry in entries:
        address = href(entry.code) or ""
        days = entry.days
        words = f"{count(abs(days), 'day')} {'late' if days > 0 else 'early'}"
        words = words if days else "on time" if entry.completed else "none"
        is_usual = address == f"{before}{re.sub('[^a-z0-9]+', '-', entry.code.lower()).strip('-')}{after}"
        row = [
            *(entry.code, entry.name, entry.level or 0, entry.due, STATES.index(entry.state), days),
            0 if entry.expected == entry.due else entry.expected or "none",
            0 if entry.due_by == entry.due else entry.due_by or "",
            0 if entry.expected_by == entry.expected else entry.expected_by or "",
            0 if entry.meaning == ("due" if entry.state.is_open else entry.state) else entry.meaning,
            0 if entry.slip == words else entry.slip,
            entry.wbs or 0,
            " ".join(entry.aka) or 0,
            0 if is_usual else address,
        ]
        while row[-1] == 0:
            row.pop()
        rows.append(row)
    values = {"before": before, "after": after, "states": [state.value for state in STATES], "rows": rows}
    return script_json(json.dumps(values, ensure_ascii=False, separators=(",", ":")))


def chart(  # noqa: PLR0913, PLR0917 -- the values that the figure prints
    svg: str,
    chart: GanttChart,
    entries: Mapping[str, MilestoneInfo],
    href: Callable[[str], str | None],
    caption: str,
    number: str | None,
    templates: Templates = BUILT_IN,
    *,
    copy: int = 1,
    image: str | None = None,
    shape: Shape | None = None,
    translate: Translate = english,
) -> str:
    """Return a chart as HTML: a figure in which each row links to its milestone's page.

    Args:
        svg: the chart as drawn by `milepost.charts.output.svg`.
        chart: the chart.
        entries: the milestones by their codes. Rows of other milestones are not changed.
        href: as in `table`.
        caption: plain text, or `Markup`.
        number: the number of the figure in its document, such as `2`; None if it has none.
        templates: where templates are looked for.
        copy: counts the figures of the same chart on the page, so that identifiers are unique.
        image: the address of the chart as a file, if it is too large for the page.
        shape: of the figure; the default has an identifier made from the name of the chart.
        translate: as in `table`.

    Raises:
        xml.etree.ElementTree.ParseError: when `svg` is not well-formed.
    """
    from milepost.charts.svg import linked  # noqa: PLC0415 -- importing matplotlib is slow

    suffix = "" if copy == 1 else f"-{copy}"
    template = html_environment(templates).get_template("milestones/chart.html.jinja")
    return template.render(
        shape=Shape(anchor("milepost-chart", chart.name) + suffix) if shape is None else shape,
        svg="" if image else linked(svg, chart, entries, href, suffix),
        image=image or "",
        data=_bars(chart) if image else "",
        description=chart.description,
        caption=caption,
        number=number,
        _=translate,
    )


def trend(  # noqa: PLR0913, PLR0917 -- the values that the figure prints
    svg: str,
    chart: TrendChart,
    href: Callable[[str], str | None],
    caption: str,
    number: str | None,
    templates: Templates = BUILT_IN,
    *,
    copy: int = 1,
    shape: Shape | None = None,
    translate: Translate = english,
) -> str:
    """Return a trend chart as HTML: a figure in which each line links to its milestone's page.

    Args and what is raised are those of `chart`.
    """
    from milepost.charts.svg import linked_lines  # noqa: PLC0415 -- importing matplotlib is slow

    suffix = "" if copy == 1 else f"-{copy}"
    template = html_environment(templates).get_template("milestones/trend.html.jinja")
    return template.render(
        shape=Shape(anchor("milepost-chart", chart.name) + suffix) if shape is None else shape,
        svg=linked_lines(svg, chart, href, suffix),
        title=chart.title,
        caption=caption,
        number=number,
        _=translate,
    )


def _bars(chart: GanttChart) -> Markup:
    """Return as JSON what the script needs to draw the rows of a chart, besides the data of a table."""
    values = {
        "start": iso(chart.start),
        "end": iso(chart.end),
        "known": iso(chart.data_date),
        "description": chart.description,
        "codes": [bar.code for bar in chart.bars],
    }
    return script_json(json.dumps(values, ensure_ascii=False, separators=(",", ":")))


def static_files() -> Path:
    """Return the directory of `milepost.css` and the scripts, which pages with tables or charts need."""
    return paths.builtin_templates() / "milestones" / "static"
