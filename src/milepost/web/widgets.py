"""The table and the chart of milestones, as HTML for any page.

They are complete without a script. `milepost.js` adds filters, sorting and tooltips; its data is in
attributes `data-…`. `milepost.css` is their style sheet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from milepost.base import paths
from milepost.base.addresses import anchor
from milepost.base.paths import BUILT_IN, Templates
from milepost.render.html import html_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from milepost.views.chart import GanttChart
    from milepost.views.milestones import MilestoneInfo


class _Row(NamedTuple):
    entry: MilestoneInfo
    href: str | None


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


def table(
    entries: Sequence[MilestoneInfo],
    href: Callable[[str], str | None],
    caption: str,
    templates: Templates = BUILT_IN,
) -> str:
    """Return the table of milestones as HTML.

    Args:
        entries: the milestones of the rows.
        href: returns the address of the page of a milestone by its code; if it returns None, the code is not
            a link.
        caption: plain text, or `Markup`.
        templates: where templates are looked for.
    """
    template = html_environment(templates).get_template("milestones/table.html.jinja")
    return template.render(
        rows=[_Row(entry, href(entry.code)) for entry in entries],
        columns=COLUMNS,
        caption=caption,
    )


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

    Raises:
        xml.etree.ElementTree.ParseError: when `svg` is not well-formed.
    """
    from milepost.charts.svg import linked  # noqa: PLC0415 -- importing matplotlib is slow

    suffix = "" if copy == 1 else f"-{copy}"
    template = html_environment(templates).get_template("milestones/chart.html.jinja")
    return template.render(
        anchor=anchor("milepost-chart", chart.name) + suffix,
        svg=linked(svg, chart, entries, href, suffix),
        caption=caption,
        number=number,
    )


def static_files() -> Path:
    """Return the directory of `milepost.css` and `milepost.js`, which pages with tables or charts need."""
    return paths.builtin_templates() / "milestones" / "static"
