"""Cards, tables and charts in other formats than HTML: docutils' own nodes, which every builder can write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from milepost.sphinx.directives.nodes import (
    is_page_builder,
    milepost_card,
    milepost_chart,
    milepost_table,
)
from milepost.sphinx.domain import milepost_domain
from sphinx import addnodes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from milepost.sphinx.domain import MilepostDomain
    from milepost.sphinx.source import Chart

_HEADS = ("Code", "Name", "Level", "Due", "Expected", "Slip", "State")
_WIDTHS = (15, 39, 6, 10, 12, 12, 10)

_IMAGE_TYPES = {"application/pdf": "pdf", "image/svg+xml": "svg"}
"""The formats of images of charts; a builder gets the first one that it supports."""


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
