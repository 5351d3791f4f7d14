"""Cards, tables, charts and acronyms in HTML, by the templates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from docutils import nodes

from milepost.sphinx.directives.nodes import milepost_acronym, milepost_card, milepost_chart, milepost_table
from milepost.sphinx.domain import milepost_domain
from milepost.web import milestone_page, widgets

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

    from milepost.sphinx.domain import MilepostDomain

_Address = Callable[[str], str | None]
"""Returns the address of a milestone, by its code, relative to the page that is being written."""


def _visitor(
    html: Callable[[Any, MilepostDomain, _Address, Counter[str]], str],
) -> Callable[[HTML5Translator, Any], None]:
    """Return a visitor that writes the result of `html` and skips the node's children."""

    def visit(self: HTML5Translator, node: nodes.Element) -> None:
        domain = milepost_domain(self.builder.env)
        # Identifiers are unique in a document, but some builders write several documents as one page.
        written: Counter[str] = self.__dict__.setdefault("milepost_written", Counter())
        self.body += [f'<span id="{each}"></span>' for each in node["ids"] if not written[each]]
        written.update(node["ids"])
        here = self.builder.current_docname
        is_filtered = isinstance(node, milepost_table | milepost_chart)
        if is_filtered and not written["filters"] and len(domain.source.milestones.entries) > 1:
            written["filters"] = 1
            self.body.append('<div class="milepost-filter-place"></div>\n')  # so that the bar moves nothing
        self.body.append(html(node, domain, lambda code: domain.address(code, here), written))
        raise nodes.SkipNode

    return visit


def _card_html(node: milepost_card, domain: MilepostDomain, href: _Address, _written: Counter[str]) -> str:
    entry = domain.source.entry(node["code"])
    if entry is None:
        return ""
    return milestone_page.card(entry, href(entry.code), domain.source.templates, short=node["short"])


def _table_html(node: milepost_table, domain: MilepostDomain, href: _Address, _written: Counter[str]) -> str:
    entries = domain.source.entries(node["codes"])
    more = domain.index_address(domain.builder.current_docname)  # type: ignore[attr-defined]
    return widgets.table(entries, href, node["caption"], domain.source.templates, more=more)


def _chart_html(node: milepost_chart, domain: MilepostDomain, href: _Address, written: Counter[str]) -> str:
    chart = domain.source.chart(node["name"])
    if chart is None:
        return ""
    entries = domain.source.entries(tuple(bar.code for bar in chart.drawing.bars))
    written[f"figure {node['name']}"] += 1
    file = domain.chart_files(chart, "svg")[0]
    image = None
    if len(chart.drawing.bars) > widgets.MOST_BARS:
        name = domain.env.images[str(file)][1]
        domain.builder.images[str(file)] = name
        image = f"{domain.builder.imgpath}/{name}"
    return widgets.chart(
        "" if image else file.read_text("utf-8"),
        chart.drawing,
        {entry.code: entry for entry in entries},
        href,
        node["caption"],
        chart.number if node["numbered"] else None,
        domain.source.templates,
        copy=written[f"figure {node['name']}"],
        image=image,
    )


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
    app.add_node(milepost_table, html=(_visitor(_table_html), None))
    app.add_node(milepost_chart, html=(_visitor(_chart_html), None))
