"""Cards, tables, charts and acronyms in HTML, by the templates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from docutils import nodes
from markupsafe import Markup
from sphinx.locale import _

from milepost.sphinx.directives.nodes import milepost_acronym, milepost_card, milepost_chart, milepost_table
from milepost.sphinx.domain import MilepostDomain, milepost_domain
from milepost.views.chart import GanttChart
from milepost.views.trend.lines import TrendChart
from milepost.web import milestone_page, widgets

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator


_Address = Callable[[str], str | None]
"""Returns the address of a milestone, by its code, relative to the page that is being written."""


def _visitor(
    html: Callable[[HTML5Translator, Any, _Address, str], str],
) -> Callable[[HTML5Translator, Any], None]:
    """Return a visitor that writes the result of `html` and skips the node's children."""

    def visit(self: HTML5Translator, node: nodes.Element) -> None:
        domain = milepost_domain(self.builder.env)
        written = _written(self)
        first, *others = [each for each in node["ids"] if not written[each]] or [""]
        self.body += [f'<span id="{each}"></span>' for each in others]
        written.update(node["ids"])
        here = self.builder.current_docname
        is_filtered = _is_filtered(node, domain)
        if is_filtered and not written["filters"] and len(domain.source.milestones.entries) > 1:
            written["filters"] = 1
            self.body.append('<div class="milepost-filter-place"></div>\n')  # so that the bar moves nothing
        self.body.append(html(self, node, lambda code: domain.address(code, here), first))
        raise nodes.SkipNode

    return visit


def _is_filtered(node: nodes.Element, domain: MilepostDomain) -> bool:
    """Return whether filters act on a node: tables have rows, and charts but for those of trends."""
    if not isinstance(node, milepost_chart):
        return isinstance(node, milepost_table)
    chart = domain.source.chart(node["chart"])
    return chart is not None and isinstance(chart.drawing, GanttChart)


def _written(self: HTML5Translator) -> Counter[str]:
    """Return which identifiers the page has already.

    They are unique in a document, but some builders write several documents as one page.
    """
    written: Counter[str] = self.__dict__.setdefault("milepost_written", Counter())
    return written


def _card_html(self: HTML5Translator, node: milepost_card, href: _Address, identifier: str) -> str:
    domain = milepost_domain(self.builder.env)
    entry = domain.source.entry(node["code"])
    if entry is None:
        return ""
    place = f'<span id="{identifier}"></span>' if identifier else ""
    return place + milestone_page.card(
        entry, href(entry.code), domain.source.templates, short=node["short"], translate=domain.words
    )


def _table_html(self: HTML5Translator, node: milepost_table, href: _Address, identifier: str) -> str:
    domain = milepost_domain(self.builder.env)
    return widgets.table(
        domain.source.entries(node["codes"]),
        href,
        _caption(self, node, _("Link to this table")),
        domain.source.templates,
        more=domain.index_address(domain.builder.current_docname),  # type: ignore[attr-defined]  # HTML builders have it
        shape=_shape(node, identifier),
        translate=domain.words,
    )


def _chart_html(self: HTML5Translator, node: milepost_chart, href: _Address, identifier: str) -> str:
    domain = milepost_domain(self.builder.env)
    chart = domain.source.chart(node["chart"])
    if chart is None:
        return ""
    written = _written(self)
    written[f"figure {node['chart']}"] += 1
    file = domain.chart_files(chart, "svg")[0]
    number = chart.number if node["numbered"] and not self.config.numfig else None
    if isinstance(chart.drawing, TrendChart):
        return widgets.trend(
            file.read_text("utf-8"),
            replace(chart.drawing, description=node.get("alt", chart.drawing.description)),
            href,
            _caption(self, node, _("Link to this image")),
            number,
            domain.source.templates,
            copy=written[f"figure {node['chart']}"],
            shape=_shape(node, identifier),
            translate=domain.words,
        )
    entries = domain.source.entries(chart.drawing.codes)
    image = None
    if len(chart.drawing.bars) > widgets.MOST_BARS:
        name = domain.env.images[str(file)][1]
        domain.builder.images[str(file)] = name
        image = f"{domain.builder.imgpath}/{name}"
    return widgets.chart(
        "" if image else file.read_text("utf-8"),
        replace(chart.drawing, description=node.get("alt", chart.drawing.description)),
        {entry.code: entry for entry in entries},
        href,
        _caption(self, node, _("Link to this image")),
        number,
        domain.source.templates,
        copy=written[f"figure {node['chart']}"],
        image=image,
        shape=_shape(node, identifier),
        translate=domain.words,
    )


def _depart(self: HTML5Translator, node: nodes.Element) -> None:
    """Do nothing: the visitors write all of a node, and skip this."""


def _shape(node: nodes.Element, identifier: str) -> widgets.Shape:
    classes = [f"align-{node['align']}"] if "align" in node else []
    width = node.get("width", "")
    return widgets.Shape(
        identifier, " ".join(classes + node["classes"]), f"{width}px" if width.isdigit() else width
    )


def _caption(self: HTML5Translator, node: nodes.Element, to_itself: str) -> Markup:
    """Return the caption of a figure or table as Sphinx writes it, with its number and a link to itself."""
    body, self.body = self.body, []
    self.add_fignumber(node)
    self.body.append('<span class="caption-text">')
    for title in node.children:
        for child in title.children:
            child.walkabout(self)
    self.body.append("</span>")
    self.add_permalink_ref(node, to_itself)
    caption, self.body = "".join(self.body), body
    return Markup(caption)  # noqa: S704 -- written by Sphinx, which escapes texts


def _visit_acronym(self: HTML5Translator, node: milepost_acronym) -> None:
    # Focusable, so that the explanation can be read without a mouse.
    attributes = {"title": node["explanation"], "tabindex": "0"}
    self.body.append(self.starttag(node, "abbr", "", CLASS="milepost-acronym", **attributes))


def _depart_acronym(self: HTML5Translator, node: milepost_acronym) -> None:  # noqa: ARG001
    self.body.append("</abbr>")


def setup(app: Sphinx) -> None:
    """Register the nodes with Sphinx."""
    app.add_node(milepost_acronym, html=(_visit_acronym, _depart_acronym))
    app.add_node(milepost_card, html=(_visitor(_card_html), None))
    app.add_enumerable_node(milepost_table, "table", html=(_visitor(_table_html), _depart))
    app.add_enumerable_node(milepost_chart, "figure", html=(_visitor(_chart_html), _depart))
