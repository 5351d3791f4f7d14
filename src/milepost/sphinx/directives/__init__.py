"""The directives and roles: card, table and chart of milestones; references to milestones; acronyms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.sphinx.directives import blocks, html, plain, roles

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["setup"]


def setup(app: Sphinx) -> None:
    """Register nodes, roles and directives with Sphinx."""
    html.setup(app)
    plain.setup(app)
    for name, role in (
        ("milestone", roles.MilestoneRole(warn_dangling=True)),
        ("ms", roles.MilestoneRole(warn_dangling=True)),
        ("acr", roles.AcronymRole()),
    ):
        app.add_role(name, role)
        app.add_role_to_domain("milepost", name, role)
    for name, directive in (
        ("milestone", blocks.MilestoneCard),
        ("milestone-table", blocks.MilestoneTable),
        ("milestone-chart", blocks.MilestoneChart),
    ):
        app.add_directive(name, directive)
        app.add_directive_to_domain("milepost", name, directive)
