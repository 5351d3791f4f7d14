"""The directives: card, table and chart of milestones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from milepost.base.addresses import anchor
from milepost.sphinx.directives.nodes import milepost_card, milepost_chart, milepost_table
from milepost.sphinx.directives.options import AS_USUAL, CONDITIONS, sort_key
from milepost.sphinx.domain import MilepostDomain, milepost_domain, warn_unknown
from milepost.sphinx.queries import Card, ChartOf, Table
from milepost.views.chart import GanttChart
from milepost.web.widgets import MOST_BARS

if TYPE_CHECKING:
    from collections.abc import Callable

    from milepost.sphinx.queries import Query


class _Directive(SphinxDirective):
    @property
    def domain(self) -> MilepostDomain:
        return milepost_domain(self.env)

    def record(self, query: Query) -> None:
        """Record what the document shows, also if the milestones do not have it yet."""
        self.domain.record(self.env.docname, query)

    def shape(
        self, node: nodes.Element, title: type[nodes.TextElement], default: str, anchor: str
    ) -> list[nodes.Node]:
        """Apply the usual options to a table or figure; return it with messages of the parser.

        Args:
            node: the table or figure.
            title: what its caption is in the document tree.
            default: the caption if it has no other.
            anchor: the identifier if it has no name.
        """
        node["classes"] += self.options.get("class", [])
        for key in self.options.keys() & {"align", "alt", "width"}:
            node[key] = self.options[key]
        if "name" in self.options:
            self.set_source_info(node)
            self.add_name(node)
        else:
            self.identify(node, anchor)
        caption, messages = self.caption(default)
        text = title(self.options.get("caption", ""), "", *caption)
        # The default is data of the YAML, and no text of the project.
        text["translatable"] = "caption" in self.options
        self.set_source_info(text)
        node += text
        return [node, *messages]

    def caption(self, default: str) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the caption with its roles, and messages of the parser."""
        if "caption" not in self.options:
            return [nodes.Text(default)], []
        return self.parse_inline(self.options["caption"])

    def identify(self, node: nodes.Element, anchor: str) -> bool:
        """Set the place and the anchor of `node`; return False if that is taken, and it gets another one."""
        self.set_source_info(node)
        free, number = anchor, 1
        while free in self.state.document.ids:
            number += 1
            free = f"{anchor}--{number}"
        node["ids"].append(free)
        self.state.document.note_explicit_target(node)
        return number == 1


class MilestoneCard(_Directive):
    """`.. milestone:: CODE`: the milestone with its dates; references lead here where it has no page.

    With the option `short` it is one line of its state and slip, and references do not lead there.
    """

    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[dict[str, Callable[[str], Any]] | None] = {"short": directives.flag}

    def run(self) -> list[nodes.Node]:
        """Return the card, or nothing and warn if there is no such milestone."""
        code = " ".join(self.arguments[0].split())
        self.record(Card(code))
        entry = self.domain.source.entry(code)
        if entry is None:
            warn_unknown(self.domain.source, code, self.get_location())
            return []
        short = "short" in self.options
        card = milepost_card(code=entry.code, short=short)
        if short:
            self.set_source_info(card)
        elif self.identify(card, entry.anchor):
            self.domain.add_card(self.env.docname, entry.code, entry.anchor)
        return [card]


class MilestoneTable(_Directive):
    """`.. milestone-table::`: the milestones that meet all conditions in its options (`Table`)."""

    option_spec: ClassVar[dict[str, Callable[[str], Any]] | None] = {
        **AS_USUAL,
        "late": directives.flag,
        "predecessors-of": directives.unchanged_required,
        "sort": sort_key,
        "successors-of": directives.unchanged_required,
        **CONDITIONS,
    }

    def run(self) -> list[nodes.Node]:
        """Return the table, or a sentence if no milestone meets the conditions."""
        query = Table(
            selection=" ".join(self.options[key] for key in CONDITIONS if key in self.options),
            late="late" in self.options,
            successors_of=self.options.get("successors-of"),
            predecessors_of=self.options.get("predecessors-of"),
            sort=self.options.get("sort", "due"),
        )
        self.record(query)
        for code in (query.successors_of, query.predecessors_of):
            if code is not None and self.domain.source.entry(code) is None:
                warn_unknown(self.domain.source, code, self.get_location())
        codes = tuple(entry.code for entry in query.entries(self.domain.source))
        if not codes and "name" not in self.options:  # what has a name is referred to
            caption, messages = self.caption(self.domain.words("Milestones"))
            return [
                nodes.paragraph("", "", *caption, nodes.Text(f": {self.domain.words('none')}.")),
                *messages,
            ]
        free = f"milestones-{self.env.new_serialno('milepost')}"
        return self.shape(milepost_table(codes=codes), nodes.title, self.domain.words("Milestones"), free)


class MilestoneChart(_Directive):
    """`.. milestone-chart:: NAME`: a chart of the YAML; without a name, the first one."""

    optional_arguments = 1
    option_spec: ClassVar[dict[str, Callable[[str], Any]] | None] = {
        **AS_USUAL,
        "alt": directives.unchanged_required,
        "numbered": directives.flag,
    }

    def run(self) -> list[nodes.Node]:
        """Return the chart.

        Raises:
            docutils.parsers.rst.DirectiveError: when there is no such chart.
        """
        name = self.arguments[0] if self.arguments else None
        self.record(ChartOf(name))
        chart = self.domain.source.chart(name)
        if chart is None:
            known = ", ".join(self.domain.source.charts) or "none"
            raise self.error(f"there is no chart {name or 'of milestones'} (charts in the YAML: {known})")
        drawing = chart.drawing
        if len(drawing.codes) > MOST_BARS and isinstance(drawing, GanttChart):
            for file in self.domain.chart_files(chart, "svg"):
                self.env.images.add_file(self.env.docname, str(file))
        figure = milepost_chart(chart=drawing.name, numbered="numbered" in self.options)
        return self.shape(figure, nodes.caption, drawing.title, anchor("chart", drawing.name))
