"""The roles: references to milestones, and acronyms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.roles import XRefRole
from sphinx.util import logging
from sphinx.util.docutils import ReferenceRole

from milepost.base.suggest import Vocabulary
from milepost.sphinx.directives.nodes import milepost_acronym
from milepost.sphinx.domain import milepost_domain
from milepost.sphinx.queries import Definition, Reference

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment

_logger = logging.getLogger(__name__)


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
