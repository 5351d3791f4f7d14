"""Write the chart of a report as SVG and PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from milepost.charts.output import pdf_of, svg_of
from milepost.charts.reports import bars, blocks, burndown, timeline
from milepost.views.reports.charts import Bars, Timeline
from milepost.views.reports.shown.blocks import BlockSchedule
from milepost.views.reports.shown.burndown import Burndown

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

    from milepost.views.reports.charts import Chart

_DRAW: dict[type, Callable[[Any], Figure]] = {
    Bars: bars.draw,
    Timeline: timeline.draw,
    Burndown: burndown.draw,
    BlockSchedule: blocks.draw,
}
"""What draws each kind of chart."""


def svg(chart: Chart) -> str:
    """Return `chart` as SVG."""
    return svg_of(chart, lambda: draw(chart))


def pdf(chart: Chart) -> bytes:
    """Return `chart` as a PDF of one page."""
    return pdf_of(chart, lambda: draw(chart))


def draw(chart: Chart) -> Figure:
    """Draw `chart`."""
    return _DRAW[type(chart)](chart)
