"""The document tree's nodes for a card, a table, a chart and an acronym, and how they are written.

HTML comes from the templates. For other formats `PlainForms` replaces the nodes by docutils' own nodes, which
every builder can write.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from milepost.sphinx.domain import milepost_domain
from milepost.web import milestone_page, widgets
from sphinx import addnodes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.writers.html5 import HTML5Translator

    from milepost.sphinx.domain import MilepostDomain
    from milepost.sphinx.source import Chart

_HEADS = ("Code", "Name", "Level", "Due", "Expected", "Slip", "State")
_WIDTHS = (15, 39, 6, 10, 12, 12, 10)

_IMAGE_TYPES = {"application/pdf": "pdf", "image/svg+xml": "svg"}
"""The formats of images of charts; a builder gets the first one that it supports."""


class milepost_acronym(nodes.abbreviation):  # noqa: N801 -- docutils' way to name nodes
    """An `acronym` with its `explanation`. Builders without a visitor for it write an abbreviation."""


class milepost_card(nodes.General, nodes.Element):  # noqa: N801
    """The card of the milestone `code`, or a line if it is `short`; `ids` as in docutils."""


class milepost_table(nodes.General, nodes.Element):  # noqa: N801
    """A table of the milestones `codes` under `caption`."""


class milepost_chart(nodes.General, nodes.Element):  # noqa: N801
    """The chart `name` under `caption`; `numbered`: whether it has the number of its figure."""


def is_page_builder(builder: Builder) -> bool:
    """Return whether `builder` writes HTML for browsers. EPUB is not: its readers run no scripts."""
    return builder.format == "html" and builder.name != "epub"


class PlainForms(SphinxPostTransform):
    """Replace cards, tables and charts by docutils' own nodes in other formats than HTML."""

    # Before references are resolved (10), because the replacements refer to milestones.
    default_priority = 5

    def run(self, **kwargs: Any) -> None:  # noqa: ARG002 -- docutils' interface
        """Replace the nodes of a document."""
        domain = milepost_domain(self.env)
        if is_page_builder(domain.builder):
            return
        plain = _Plain(domain, self.env.docname)
        # Not with `replace_self`, which would give the first of the new nodes the same identifiers once more.
        for card in list(self.document.findall(milepost_card)):
            card.parent.replace(card, plain.card(card))
        for table in list(self.document.findall(milepost_table)):
            table.parent.replace(table, plain.table(table))
        for chart in list(self.document.findall(milepost_chart)):
            chart.replace_self(plain.chart(chart))


class _Plain:
    """Makes the replacements for a document."""

    def __init__(self, domain: MilepostDomain, docname: str) -> None:
        self._domain = domain
        self._docname = docname

    def card(self, card: milepost_card) -> list[nodes.Node]:
        """Return the heading of a milestone and a list of fields."""
        entry = self._domain.source.entry(card["code"])
        if entry is None:
            return []
        facts = {
            "Due": entry.due,
            "Forecast": entry.forecast,
            "Completed": entry.completed,
            "State": str(entry.state),
            "Since": entry.since,
            "Reason": entry.reason,
            "Slip": entry.slip,
        }
        fields = nodes.field_list()
        for label, fact in facts.items():
            if fact:
                body = nodes.field_body("", nodes.paragraph("", fact))
                fields += nodes.field("", nodes.field_name("", label), body)
        if card["short"]:
            return [nodes.paragraph("", f"{str(entry.state).capitalize()}; slip: {entry.slip}.")]
        # LaTeX writes labels of targets, but not of paragraphs. Those of the source have targets already.
        target = nodes.target("", "", ids=card["ids"][:1])
        labels = card["ids"][1:]
        return [nodes.paragraph("", "", target, nodes.strong("", entry.heading), ids=labels), fields]

    def table(self, table: milepost_table) -> nodes.table:
        """Return a table with a row for each milestone."""
        group = nodes.tgroup("", *(nodes.colspec(colwidth=width) for width in _WIDTHS), cols=len(_WIDTHS))
        group += nodes.thead("", _row([nodes.Text(head) for head in _HEADS]))
        body = nodes.tbody()
        for entry in self._domain.source.entries(table["codes"]):
            expected = f"{entry.expected or 'none'} ({entry.meaning})"
            texts = (entry.name, str(entry.level or ""), entry.due, expected, entry.slip, str(entry.state))
            body += _row([self._reference(entry.code), *map(nodes.Text, texts)])
        group += body
        title = nodes.title("", table["caption"])
        return nodes.table("", title, group, ids=table["ids"], classes=["colwidths-given"])

    def chart(self, chart: milepost_chart) -> list[nodes.Node]:
        """Return a figure for each part of the chart, or a description if a builder has no images.

        Only the first has a caption and therefore a number.
        """
        source = self._domain.source.chart(chart["name"])
        if source is None:
            return [nodes.paragraph("", chart["caption"])]
        images = self._images(source) or [nodes.paragraph("", source.drawing.description)]
        figures: list[nodes.Node] = []
        for number, image in enumerate(images, start=1):
            words = f"{chart['caption']} ({number} of {len(images)})" if images[1:] else chart["caption"]
            if number == 1:
                figures.append(nodes.figure("", image, nodes.caption("", words), ids=chart["ids"]))
            else:
                figures.append(nodes.figure("", image, nodes.legend("", nodes.paragraph("", words))))
        return figures

    def _images(self, chart: Chart) -> Sequence[nodes.Element]:
        for kind, ending in _IMAGE_TYPES.items():
            if kind in self._domain.builder.supported_image_types:
                files = [str(path) for path in self._domain.chart_files(chart, ending)]
                for path in files:
                    # As Sphinx does for images that it has converted.
                    self._domain.env.images.add_file(self._docname, path)
                alt = chart.drawing.description
                return [nodes.image(uri=path, candidates={kind: path}, alt=alt) for path in files]
        return []

    def _reference(self, code: str) -> nodes.Node:
        reference = addnodes.pending_xref(
            "",
            refdomain="milepost",
            reftype="milestone",
            reftarget=code,
            refdoc=self._docname,
            refexplicit=False,
        )
        reference += nodes.inline("", code)
        return reference


def _row(cells: Sequence[nodes.Node]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", cell)) for cell in cells))


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
    app.add_post_transform(PlainForms)
