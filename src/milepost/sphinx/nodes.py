"""What stands in the document tree for a card, a table, a chart and an acronym, and how it is written.

In HTML each is what the templates make of it. Other formats have no templates here: before they are written,
`PlainForms` replaces each by plain parts of a document, which every builder knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from milepost.sphinx import domain
from milepost.web import milestone_page, widgets
from sphinx import addnodes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.writers.html5 import HTML5Translator

    from milepost.sphinx.domain import MilepostDomain
    from milepost.sphinx.source import Chart
    from milepost.views.milestones import MilestoneInfo

_HEADS = ("Code", "Name", "Level", "Due", "Expected", "Slip", "State")
_WIDTHS = (15, 39, 6, 10, 12, 12, 10)

_IMAGE_TYPES = {"application/pdf": "pdf", "image/svg+xml": "svg"}
"""How a chart is drawn for builders that want an image: in the first way that is possible."""


class milepost_acronym(nodes.abbreviation):  # noqa: N801 -- docutils' way to name nodes
    """An `acronym` with its `explanation`. Builders that do not know it write an abbreviation."""


class milepost_card(nodes.General, nodes.Element):  # noqa: N801
    """The card of the milestone `code`; `ids` as in docutils."""


class milepost_table(nodes.General, nodes.Element):  # noqa: N801
    """A table of the milestones `codes` under `caption`."""


class milepost_chart(nodes.General, nodes.Element):  # noqa: N801
    """The chart `name` under `caption`; whether the figure is `numbered` as in the document."""


def is_page_builder(builder: Builder) -> bool:
    """Return whether `builder` writes HTML for browsers; electronic books are read without scripts."""
    return builder.format == "html" and builder.name != "epub"


class PlainForms(SphinxPostTransform):
    """Replaces cards, tables and charts where templates are not to the purpose."""

    # Before references are resolved (10), since the replacements refer to milestones.
    default_priority = 5

    def run(self, **kwargs: Any) -> None:  # noqa: ARG002 -- docutils' interface
        """Replace them."""
        milestones = domain.of(self.env)
        if is_page_builder(milestones.builder):
            return
        plain = _Plain(milestones, self.env.docname)
        for card in list(self.document.findall(milepost_card)):
            card.replace_self(plain.card(card))
        for table in list(self.document.findall(milepost_table)):
            table.replace_self(plain.table(table))
        for chart in list(self.document.findall(milepost_chart)):
            chart.replace_self(plain.chart(chart))


class _Plain:
    """Makes plain parts of a document."""

    def __init__(self, milestones: MilepostDomain, docname: str) -> None:
        self._milestones = milestones
        self._docname = docname

    def card(self, card: milepost_card) -> list[nodes.Node]:
        """Return the name of a milestone and what is known of it as a list of fields."""
        entry = self._milestones.source.entry(card["code"])
        if entry is None:
            return []
        days = (("Due", entry.due), ("Forecast", entry.forecast), ("Completed", entry.completed))
        facts = [
            *((name, day) for name, day in days if day),
            ("State", str(entry.state)),
            ("Slip", entry.slip),
        ]
        fields = nodes.field_list()
        for label, fact in facts:
            fields += nodes.field(
                "", nodes.field_name("", label), nodes.field_body("", nodes.paragraph("", fact))
            )
        place = nodes.target("", "", ids=card["ids"])  # LaTeX has no labels of paragraphs
        name = nodes.paragraph("", "", place, nodes.strong("", entry.heading))
        return [name, fields]

    def table(self, table: milepost_table) -> nodes.table:
        """Return a table with a row for each milestone."""
        group = nodes.tgroup("", *(nodes.colspec(colwidth=width) for width in _WIDTHS), cols=len(_WIDTHS))
        group += nodes.thead("", _row([nodes.Text(head) for head in _HEADS]))
        body = nodes.tbody()
        for entry in self._milestones.source.entries(table["codes"]):
            texts = (entry.name, str(entry.level), entry.due, _expected(entry), entry.slip, str(entry.state))
            body += _row([self._reference(entry.code), *map(nodes.Text, texts)])
        group += body
        title = nodes.title("", table["caption"])
        return nodes.table("", title, group, ids=table["ids"], classes=["colwidths-given"])

    def chart(self, chart: milepost_chart) -> nodes.Node:
        """Return a figure with the chart as an image, or in words where a builder has no images."""
        found = self._milestones.source.chart(chart["name"])
        if found is None:
            return nodes.paragraph("", chart["caption"])
        figure = nodes.figure("", ids=chart["ids"])
        image = self._image(found)
        figure += image if image is not None else nodes.paragraph("", found.drawing.description)
        figure += nodes.caption("", chart["caption"])
        return figure

    def _image(self, chart: Chart) -> nodes.image | None:
        builder, env = self._milestones.builder, self._milestones.env
        for kind, ending in _IMAGE_TYPES.items():
            if kind in builder.supported_image_types:
                path = str(self._milestones.drawn(chart, ending))
                # As Sphinx does with images that it has converted.
                env.images.add_file(self._docname, path)
                return nodes.image(uri=path, candidates={kind: path}, alt=chart.drawing.description)
        return None

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


def _expected(entry: MilestoneInfo) -> str:
    """Return the day of completion, the forecast or the due date, and which of them it is."""
    what = "completed" if entry.completed else "forecast" if entry.forecast else "due"
    return f"{entry.expected} ({what})"


def _skip_after(
    html: Callable[[HTML5Translator, Any, MilepostDomain], str],
) -> Callable[[HTML5Translator, Any], None]:
    """Return the visitor that writes what `html` returns, and nothing else of the node."""

    def visit(self: HTML5Translator, node: nodes.Element) -> None:
        self.body += [f'<span id="{anchor}"></span>' for anchor in node["ids"]]  # labels of authors, too
        self.body.append(html(self, node, domain.of(self.builder.env)))
        raise nodes.SkipNode

    return visit


def _here(translator: HTML5Translator, milestones: MilepostDomain) -> Callable[[str], str | None]:
    """Return what gives the address of a milestone, relative to the page that is being written."""
    return lambda code: milestones.address(code, translator.builder.current_docname)


def _card_html(translator: HTML5Translator, node: milepost_card, milestones: MilepostDomain) -> str:
    entry = milestones.source.entry(node["code"])
    if entry is None:
        return ""
    href = _here(translator, milestones)(entry.code)
    return milestone_page.card(entry, href, milestones.source.templates)


def _table_html(translator: HTML5Translator, node: milepost_table, milestones: MilepostDomain) -> str:
    entries = milestones.source.entries(node["codes"])
    return widgets.table(entries, _here(translator, milestones), node["caption"], milestones.source.templates)


def _chart_html(translator: HTML5Translator, node: milepost_chart, milestones: MilepostDomain) -> str:
    chart = milestones.source.chart(node["name"])
    if chart is None:
        return ""
    shown = milestones.source.entries(tuple(bar.code for bar in chart.drawing.bars))
    return widgets.chart(
        milestones.drawn(chart, "svg").read_text("utf-8"),
        chart.drawing,
        {entry.code: entry for entry in shown},
        _here(translator, milestones),
        node["caption"],
        chart.number if node["numbered"] else None,
        milestones.source.templates,
    )


def _visit_acronym(self: HTML5Translator, node: milepost_acronym) -> None:
    # Focus reaches it, so that the explanation can be read without a mouse.
    attributes = {"title": node["explanation"], "tabindex": "0"}
    self.body.append(self.starttag(node, "abbr", "", CLASS="milepost-acronym", **attributes))


def _depart_acronym(self: HTML5Translator, node: milepost_acronym) -> None:  # noqa: ARG001
    self.body.append("</abbr>")


def setup(app: Sphinx) -> None:
    """Make the nodes known to Sphinx."""
    app.add_node(milepost_acronym, html=(_visit_acronym, _depart_acronym))
    app.add_node(milepost_card, html=(_skip_after(_card_html), None))
    app.add_node(milepost_table, html=(_skip_after(_table_html), None))
    app.add_node(milepost_chart, html=(_skip_after(_chart_html), None))
    app.add_post_transform(PlainForms)
