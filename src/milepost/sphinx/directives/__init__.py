"""The directives and roles: card, table and chart of milestones; references to milestones; acronyms.

All have names with the domain, such as `milepost:milestone`. The short names are registered after those of
all other extensions, and only where no other extension has them, whatever the order of the extensions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx.util import logging
from sphinx.util.docutils import is_directive_registered, is_role_registered

from milepost.sphinx.directives import blocks, html, plain, roles

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

__all__ = ["setup"]

_logger = logging.getLogger(__name__)

_ROLES = {
    "milestone": roles.MilestoneRole(warn_dangling=True),
    "ms": roles.MilestoneRole(warn_dangling=True),
    "acr": roles.AcronymRole(),
}
_DIRECTIVES = {
    "milestone": blocks.MilestoneCard,
    "milestone-table": blocks.MilestoneTable,
    "milestone-chart": blocks.MilestoneChart,
}
_LAST = 1000
"""After the handlers of other extensions, which have 500 by default."""


def setup(app: Sphinx) -> None:
    """Register nodes, roles and directives with Sphinx."""
    html.setup(app)
    plain.setup(app)
    app.add_config_value("milepost_short_names", True, "env", (bool,))
    for name, role in _ROLES.items():
        app.add_role_to_domain("milepost", name, role)
    for name, directive in _DIRECTIVES.items():
        app.add_directive_to_domain("milepost", name, directive)
    app.connect("config-inited", _add_short_names, priority=_LAST)


def _add_short_names(app: Sphinx, config: Config) -> None:
    """Register the names without the domain that no other extension has (event `config-inited`)."""
    if not config.milepost_short_names:
        return
    for name, role in _ROLES.items():
        if is_role_registered(name):
            _note_taken("role", name)
        else:
            app.add_role(name, role)
    for name, directive in _DIRECTIVES.items():
        if is_directive_registered(name):
            _note_taken("directive", name)
        else:
            app.add_directive(name, directive)


def _note_taken(kind: str, name: str) -> None:
    _logger.info("the %s %s is that of another extension; ours is milepost:%s", kind, name, name)
