"""The parts of a site that show milestones: their table and their chart, as HTML for any page.

They say everything without a script. `milepost.js` beside them, where a page has it, adds filters, sorting
and tooltips; what it needs to know is in attributes `data-…`. `milepost.css` gives them their looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.base import paths
from milepost.base.addresses import anchor
from milepost.base.paths import BUILT_IN, Templates
from milepost.render.html import html_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from milepost.views.chart import GanttChart
    from milepost.views.milestones import MilestoneInfo

COLUMNS = (
    ("code", "Code"),
    ("name", "Name"),
    ("level", "Level"),
    ("due", "Due"),
    ("expected", "Expected"),
    ("slip", "Slip"),
    ("state", "State"),
)
"""The columns of the table: by what it can be sorted, and the heading."""


def table(
    entries: Sequence[MilestoneInfo],
    href: Callable[[str], str | None],
    caption: str,
    templates: Templates = BUILT_IN,
) -> str:
    """Return the table of milestones as HTML.

    Args:
        entries: the milestones, one a row, in this order.
        href: returns the address of the page of the milestone of a code; None where there is no page, so that
            the code is no link. It is called with the codes of `entries`.
        caption: what the table shows; plain text, or `Markup`.
        templates: where templates are looked for.
    """
    template = html_environment(templates).get_template("milestones/table.html.jinja")
    return template.render(
        rows=[_Row(entry, href(entry.code), _meaning(entry)) for entry in entries],
        columns=COLUMNS,
        caption=caption,
    )


def chart(  # noqa: PLR0913, PLR0917 -- what the figure says, each thing by itself
    svg: str,
    chart: GanttChart,
    entries: Mapping[str, MilestoneInfo],
    href: Callable[[str], str | None],
    caption: str,
    number: str | None,
    templates: Templates = BUILT_IN,
) -> str:
    """Return a chart as HTML: a figure in which each row leads to its milestone's page.

    Args:
        svg: what `milepost.charts.output.svg` makes of `chart`.
        chart: what is shown.
        entries: the milestones by their codes. A row whose milestone is not among them stays as it is.
        href: as in `table`; it is called with the codes of the chart's rows.
        caption: what the chart shows; plain text, or `Markup`.
        number: the figure's number in its document, as in `2`; None where it has none.
        templates: as in `table`.

    Raises:
        xml.etree.ElementTree.ParseError: when `svg` is no XML.
    """
    from milepost.charts.svg import linked  # noqa: PLC0415 -- matplotlib takes its time

    template = html_environment(templates).get_template("milestones/chart.html.jinja")
    return template.render(
        anchor=anchor("milepost-chart", chart.name),
        svg=linked(svg, chart, entries, href),
        caption=caption,
        number=number,
    )


def static_files() -> Path:
    """Return the directory of `milepost.css` and `milepost.js`, which a page with parts should have."""
    return paths.builtin_templates() / "milestones" / "static"


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the table; `meaning` says what the expected date is."""

    entry: MilestoneInfo
    href: str | None
    meaning: str


def _meaning(entry: MilestoneInfo) -> str:
    if entry.completed is not None:
        return "completed"
    return "due" if entry.forecast is None else "forecast"
