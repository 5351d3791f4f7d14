"""Parts of pages: the table of milestones and the chart, HTML from templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from milepost import paths
from milepost.render.html import html_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from milepost.catalogue import Entry
    from milepost.chart import GanttChart


def table(
    entries: Sequence[Entry], href: Callable[[str], str | None], caption: str, *own_templates: Path
) -> str:
    """Return a table of `entries`; `href` gives the address of a code's page, or None."""
    template = html_environment(*own_templates).get_template("parts/table.html.jinja")
    return template.render(entries=entries, href=href, caption=caption)


def chart(  # noqa: PLR0913, PLR0917
    svg: str,
    chart: GanttChart,
    entries: Mapping[str, Entry],  # noqa: ARG001
    href: Callable[[str], str | None],  # noqa: ARG001
    caption: str,
    number: str | None,
    *own_templates: Path,
) -> str:
    """Return a figure with the chart `svg`."""
    template = html_environment(*own_templates).get_template("parts/chart.html.jinja")
    drawing = Markup(svg[svg.index("<svg") :])  # noqa: S704 -- drawn by us
    return template.render(svg=drawing, chart=chart, caption=caption, number=number)


def static_files() -> Path:
    """Return the directory of the styles and the script."""
    return paths.builtin_templates() / "parts" / "static"
