"""Write the chart of a report as SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from milepost.views.reports.charts import Chart


def svg(chart: Chart) -> str:
    """Return `chart` as SVG."""
    raise NotImplementedError(chart)
