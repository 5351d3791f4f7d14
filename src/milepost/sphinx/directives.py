"""The directives and roles: card, table and chart of milestones; references to milestones; acronyms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.roles import XRefRole
from sphinx.util import logging
from sphinx.util.docutils import ReferenceRole, SphinxDirective

from milepost.base.addresses import anchor
from milepost.base.suggest import Vocabulary
from milepost.document.conditions import HOLDS
from milepost.sphinx.domain import MilepostDomain, milepost_domain, warn_unknown
from milepost.sphinx.nodes import milepost_acronym, milepost_card, milepost_chart, milepost_table
from milepost.sphinx.queries import SORT_KEYS, Card, ChartOf, Definition, Reference, Table
from milepost.web.widgets import MOST_BARS

if TYPE_CHECKING:
    from collections.abc import Callable

    from sphinx.environment import BuildEnvironment

    from milepost.sphinx.queries import Query

_logger = logging.getLogger(__name__)


class _Directive(SphinxDirective):
    @property
    def domain(self) -> MilepostDomain:
        return milepost_domain(self.env)

    def record(self, query: Query) -> None:
        """Record what the document shows, also if the milestones do not have it yet."""
        self.domain.record(self.env.docname, query)

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
    option_spec: ClassVar[dict[str, Callable[[str], Any]] | None] = {"short": directives.flag}

    def run(self) -> list[nodes.Node]:
        """Return the card, or nothing and warn if there is no such milestone."""
        code = self.arguments[0]
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


def _words(argument: str | None) -> list[str]:
    """Split an option at blanks and commas.

    Raises:
        ValueError: when it is empty.
    """
    return directives.unchanged_required(argument or "").replace(",", " ").split()


def _condition(key: str) -> Callable[[str | None], str]:
    """Return the reader of the option with the values of a condition; it gives the condition as text."""

    def read(argument: str | None) -> str:
        return _checked(f"{key}:{','.join(_words(argument))}")

    return read


def _excluded(argument: str | None) -> str:
    """Read conditions of which none may hold."""
    text = directives.unchanged_required(argument or "")
    return _checked(" ".join(f"not {condition}" for condition in text.split()))


def _checked(selection: str) -> str:
    """Return a selection as text.

    Raises:
        ValueError: when it is none; the message says why.
    """
    from milepost.document.selection import Selection  # noqa: PLC0415 -- importing pydantic is slow

    return str(Selection.from_text(selection))


_CONDITIONS = {**{key: _condition(key) for key in HOLDS}, "not": _excluded}
"""Options that are conditions of a selection."""


def _sort(argument: str | None) -> str:
    return directives.choice(argument or "", SORT_KEYS)


class MilestoneTable(_Directive):
    """`.. milestone-table::`: the milestones that meet all conditions in its options (`Table`)."""

    option_spec: ClassVar[dict[str, Callable[[str], Any]] | None] = {
        "caption": directives.unchanged_required,
        "late": directives.flag,
        "predecessors-of": directives.unchanged_required,
        "sort": _sort,
        "successors-of": directives.unchanged_required,
        **_CONDITIONS,
    }

    def run(self) -> list[nodes.Node]:
        """Return the table, or a sentence if no milestone meets the conditions."""
        query = Table(
            selection=" ".join(self.options[key] for key in _CONDITIONS if key in self.options),
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
        caption = self.options.get("caption", "Milestones")
        if not codes:
            return [nodes.paragraph("", f"{caption}: none.")]
        table = milepost_table(codes=codes, caption=caption)
        self.identify(table, f"milestones-{self.env.new_serialno('milepost')}")
        return [table]


class MilestoneChart(_Directive):
    """`.. milestone-chart:: NAME`: a chart of the YAML; without a name, the first one."""

    optional_arguments = 1
    option_spec: ClassVar[dict[str, Callable[[str], Any]] | None] = {
        "caption": directives.unchanged_required,
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
        if len(drawing.bars) > MOST_BARS:
            for file in self.domain.chart_files(chart, "svg"):
                self.env.images.add_file(self.env.docname, str(file))
        figure = milepost_chart(
            name=drawing.name,
            caption=self.options.get("caption", drawing.title),
            numbered="numbered" in self.options,
        )
        self.identify(figure, anchor("chart", drawing.name))
        return [figure]


class MilestoneRole(XRefRole):
    """A reference to a milestone by its code or an earlier one: `M-1`, or `the words <M-1>`."""

    innernodeclass = nodes.inline

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the reference; it belongs to the domain also if the role was used without its name."""
        self.name = "milepost:milestone"
        return super().run()

    def process_link(
        self,
        env: BuildEnvironment,
        refnode: nodes.Element,
        has_explicit_title: bool,
        title: str,
        target: str,
    ) -> tuple[str, str]:
        """Record what the document refers to."""
        title, target = super().process_link(env, refnode, has_explicit_title, title, target)
        milepost_domain(env).record(env.docname, Reference(target))
        return title, target


class AcronymRole(ReferenceRole):
    """An acronym of the YAML, explained: `DM`, or `the words <DM>`."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the acronym, or its text and warn if the YAML does not define it."""
        domain = milepost_domain(self.env)
        domain.record(self.env.docname, Definition(self.target))
        definition = domain.source.acronyms.get(self.target)
        if definition is None:
            hint = Vocabulary(domain.source.acronyms).hint(self.target, "add it under acronyms")
            _logger.warning(
                "there is no acronym %s (%s)",
                self.target,
                hint,
                location=self.get_location(),
                type="milepost",
                subtype="acronym",
            )
            return [nodes.Text(self.title)], []
        return [milepost_acronym(self.rawtext, self.title, acronym=self.target, explanation=definition)], []
