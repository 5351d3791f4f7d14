"""The graph of links between milestones as text for Graphviz and for Mermaid."""

from __future__ import annotations

import textwrap
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from milepost.base import escape
from milepost.base.addresses import milestone_page
from milepost.base.paths import BUILT_IN, Templates
from milepost.render.environment import escaping_environment

if TYPE_CHECKING:
    from milepost.render.templates import TemplateEnvironment
    from milepost.views.reports.shown.graph import Graph

_LINE = 32  # characters; Mermaid itself wraps


def dot(graph: Graph, templates: Templates = BUILT_IN) -> str:
    """Return `graph` in the language of Graphviz."""
    return _dot(templates).get_template("reports/graph.dot.jinja").render(graph=graph)


def mermaid(graph: Graph, templates: Templates = BUILT_IN) -> str:
    """Return `graph` as a flowchart of Mermaid."""
    return _mermaid(templates).get_template("reports/graph.mmd.jinja").render(graph=graph)


@cache
def _dot(templates: Templates) -> TemplateEnvironment:
    environment = escaping_environment(escape.dot, templates)
    environment.add_filters(name=escape.dot_name, literal=Markup, lines=_lines)
    return environment


@cache
def _mermaid(templates: Templates) -> TemplateEnvironment:
    environment = escaping_environment(escape.mermaid, templates)
    environment.add_filters(identifier=_identifier, literal=Markup)
    return environment


def _lines(text: str) -> list[str]:
    return textwrap.wrap(text, _LINE, break_on_hyphens=False)


def _identifier(code: str) -> Markup:
    """Return a name for Mermaid, in which no word of its language is alone."""
    return Markup("m_" + milestone_page(code).replace("-", "_"))  # noqa: S704 -- letters, digits and _


def names(graph: Graph) -> dict[str, str]:
    """Return what each node and edge is, by the name that Graphviz gives it."""
    named = {node.code: str(escape.dot_name(node.code)).replace('\\"', '"') for node in graph.nodes}
    found = {named[node.code]: f"{node.code}: {node.label}, {node.when}" for node in graph.nodes}
    for edge in graph.edges:
        through = ", through others" if edge.through else ""
        name = f"{named[edge.predecessor]}->{named[edge.successor]}"
        found[name] = f"{edge.predecessor} before {edge.successor}{through}"
    return found
