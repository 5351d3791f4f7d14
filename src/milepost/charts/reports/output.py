"""Write the chart of a report as SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.charts.output import svg_of
from milepost.charts.reports import bars, timeline
from milepost.views.reports.charts import Bars

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from milepost.views.reports.charts import Chart


def svg(chart: Chart) -> str:
    """Return `chart` as SVG."""
    return svg_of(chart, lambda: draw(chart))


def draw(chart: Chart) -> Figure:
    """Draw `chart`."""
    return bars.draw(chart) if isinstance(chart, Bars) else timeline.draw(chart)
