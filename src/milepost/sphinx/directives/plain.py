"""Cards, tables and charts in other formats than HTML: docutils' own nodes, which every builder can write."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from milepost.sphinx.directives.columns import Column, latex_columns
from milepost.sphinx.directives.nodes import (
    is_page_builder,
    milepost_card,
    milepost_chart,
    milepost_table,
    milepost_unbroken,
)
from milepost.sphinx.domain import milepost_domain
from milepost.web.widgets import COLUMNS
from sphinx import addnodes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinx.application import Sphinx
    from sphinx.writers.latex import LaTeXTranslator

    from milepost.render.html import Translate
    from milepost.sphinx.domain import MilepostDomain
    from milepost.sphinx.source import Chart
    from milepost.views.milestones import MilestoneInfo

_DATE = re.compile(r"(\d{4}-[\dQ][\d-]*)")
_LONG = 15
"""Tables with more rows may be divided among pages in LaTeX."""

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
            if domain.builder.format == "latex":
                _before_targets(table, plain.columns(table))
            table.parent.replace(table, plain.table(table))
        for chart in list(self.document.findall(milepost_chart)):
            chart.parent.replace(chart, plain.chart(chart))


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
        words = self._domain.words
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
                fields += _field(
                    words(label), nodes.Text(words(fact) if label in {"State", "Slip"} else fact)
                )
        for issue in entry.issues:
            key = nodes.Text(issue.key)
            link = nodes.reference("", "", key, refuri=issue.url, internal=False) if issue.url else key
            fields += _field(words(f"{issue.what} issue"), link)
        if card["short"]:
            state, slip = words(entry.state).capitalize(), words(entry.slip)
            return [nodes.paragraph("", f"{state}; {words('slip')}: {slip}.")]
        # LaTeX writes labels of targets, but not of paragraphs. Those of the source have targets already.
        target = nodes.target("", "", ids=card["ids"][:1])
        labels = card["ids"][1:]
        return [nodes.paragraph("", "", target, nodes.strong("", entry.heading), ids=labels), fields]

    def columns(self, table: milepost_table) -> addnodes.tabular_col_spec:
        """Return the columns of a table, for LaTeX."""
        columns = self._columns(self._cells(table))
        return addnodes.tabular_col_spec(spec=latex_columns(columns, self._domain.env.config))

    def _cells(self, table: milepost_table) -> list[tuple[str, ...]]:
        return [_texts(entry, self._domain.words) for entry in self._domain.source.entries(table["codes"])]

    def _columns(self, cells: Sequence[tuple[str, ...]]) -> list[Column]:
        return [
            Column(self._domain.words(heading), [texts[number] for texts in cells])
            for number, (_, heading) in enumerate(COLUMNS)
        ]

    def table(self, table: milepost_table) -> nodes.table:
        """Return a table with a row for each milestone."""
        cells = self._cells(table)
        columns = self._columns(cells)
        group = nodes.tgroup("", *(nodes.colspec(colwidth=column.characters) for column in columns))
        group["cols"] = len(columns)
        group += nodes.thead("", _row([nodes.Text(column.heading) for column in columns]))
        group += nodes.tbody(
            "", *(_row([self._reference(texts[0]), *map(_cell, texts[1:])]) for texts in cells)
        )
        title = nodes.title("", "", *_text_of(table))
        made = nodes.table("", title, group, ids=table["ids"], classes=["colwidths-given", *table["classes"]])
        for key in ("align", "width"):
            if key in table:
                made[key] = table[key]
        if self._domain.builder.format == "latex" and len(cells) > _LONG:
            made["classes"].append("longtable")
        return made

    def chart(self, chart: milepost_chart) -> list[nodes.Node]:
        """Return a figure for each part of the chart, or a description if a builder has no images.

        Only the first has a caption and therefore a number.
        """
        source = self._domain.source.chart(chart["chart"])
        if source is None:
            return [nodes.paragraph("", "", *_text_of(chart))]
        description = chart.get("alt", source.drawing.description)
        images = self._images(source, description) or [nodes.paragraph("", description)]
        figures: list[nodes.Node] = []
        for number, image in enumerate(images, start=1):
            if "width" in chart and isinstance(image, nodes.image):
                image["width"] = chart["width"]
            words = _text_of(chart)
            if images[1:]:
                words.append(nodes.Text(f" ({self._domain.words('%d of %d', number, len(images))})"))
            if number == 1:
                figure = nodes.figure("", image, nodes.caption("", "", *words), ids=chart["ids"])
            else:
                figure = nodes.figure("", image, nodes.legend("", nodes.paragraph("", "", *words)))
            figure["classes"] += chart["classes"]
            if "align" in chart:
                figure["align"] = chart["align"]
            figures.append(figure)
        return figures

    def _images(self, chart: Chart, alt: str) -> Sequence[nodes.Element]:
        for kind, ending in _IMAGE_TYPES.items():
            if kind in self._domain.builder.supported_image_types:
                files = [str(path) for path in self._domain.chart_files(chart, ending)]
                for path in files:
                    # As Sphinx does for images that it has converted.
                    self._domain.env.images.add_file(self._docname, path)
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


def _before_targets(table: nodes.Element, columns: nodes.Element) -> None:
    """Insert the columns of a table for LaTeX; not between it and its labels, which would get lost."""
    position = table.parent.index(table)
    while position and isinstance(table.parent[position - 1], nodes.target):
        position -= 1
    table.parent.insert(position, columns)


def _texts(entry: MilestoneInfo, words: Translate) -> tuple[str, ...]:
    """Return the texts in the columns of a table."""
    expected = f"{entry.expected or words('none')} ({words(entry.meaning)})"
    level = str(entry.level or "")
    return (entry.code, entry.name, level, entry.due, expected, words(entry.slip), words(entry.state))


def _text_of(node: nodes.Element) -> list[nodes.Node]:
    """Return copies of what the caption or title of a chart or table contains."""
    return [child.deepcopy() for title in node.children for child in title.children]


def _field(label: str, content: nodes.Node) -> nodes.field:
    body = nodes.field_body("", nodes.paragraph("", "", content))
    return nodes.field("", nodes.field_name("", label), body)


def _cell(text: str) -> nodes.Node:
    """Return the text of a cell, whose dates LaTeX must not break at their hyphens."""
    cell = nodes.inline()
    for number, part in enumerate(_DATE.split(text)):
        cell += milepost_unbroken("", part) if number % 2 else nodes.Text(part)
    return cell


def _row(cells: Sequence[nodes.Node]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", cell)) for cell in cells))


def _visit_unbroken(self: LaTeXTranslator, node: milepost_unbroken) -> None:  # noqa: ARG001
    self.body.append(r"\mbox{")


def _depart_unbroken(self: LaTeXTranslator, node: milepost_unbroken) -> None:  # noqa: ARG001
    self.body.append("}")


def setup(app: Sphinx) -> None:
    """Register the nodes of other formats with Sphinx, and what makes them."""
    app.add_node(milepost_unbroken, latex=(_visit_unbroken, _depart_unbroken))
    app.add_post_transform(PlainForms)
