"""All kinds of drawings."""

from __future__ import annotations

from milepost.views.chart import DeploymentDiagram, GanttChart
from milepost.views.trend.lines import TrendChart

Figure = GanttChart | DeploymentDiagram | TrendChart
