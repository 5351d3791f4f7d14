"""The drawings that `milepost report` writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.base.paths import Templates

if TYPE_CHECKING:
    from pathlib import Path

    from milepost.views.reports.charts import Chart
    from milepost.views.reports.shown.graph import Graph


def drawing(form: str, chart: Chart, source: Path) -> bytes:
    """Return `chart` in the format `form`; templates beside the document `source` come first."""
    from milepost.views.reports.shown.graph import Graph

    if isinstance(chart, Graph):
        return _graph(form, chart, Templates.beside(source)).encode()
    from milepost.charts.reports import output

    return output.pdf(chart) if form == "pdf" else output.svg(chart).encode()


def _graph(form: str, graph: Graph, templates: Templates) -> str:
    from milepost.render.graph import dot, mermaid, names

    if form == "mermaid":
        return mermaid(graph, templates)
    text = dot(graph, templates)
    if form == "dot":
        return text
    from milepost.charts.reports import graphviz

    return graphviz.draw(
        text, name=graph.name, title=graph.title, description=graph.description, titles=names(graph)
    )
