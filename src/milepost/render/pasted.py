"""A difference as a board reads it, and comments on it, as text to paste.

By the templates `templates/diff/review.*.jinja` and `templates/diff/comments.*.jinja`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from milepost.base import escape
from milepost.base.paths import BUILT_IN, Templates
from milepost.render.environment import escaping_environment

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2 import Environment

    from milepost.comments.listing import Listing
    from milepost.review.report import Report
    from milepost.review.side_by_side import SideBySide

_ESCAPES: dict[str, Callable[[str], Markup]] = {
    "jira": escape.jira,
    "md": escape.markdown,
    "txt": Markup,
}


def pasted(
    report: Report, side_by_side: SideBySide | None, form: str, templates: Templates = BUILT_IN
) -> str:
    """Return the cover sheet and the changes by milestone as text.

    Args:
        report: the difference.
        side_by_side: the dates of more than two editions.
        form: `jira` or `txt`.
        templates: the directories to search for templates.
    """
    template = _environment(form, templates).get_template(f"diff/review.{form}.jinja")
    text = template.render(report=report, side_by_side=side_by_side)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def pasted_comments(listing: Listing, form: str, templates: Templates = BUILT_IN) -> str:
    """Return the comments of reviewers as text; `form` is `jira`, `md` or `txt`."""
    template = _environment(form, templates).get_template(f"diff/comments.{form}.jinja")
    return re.sub(r"\n{3,}", "\n\n", template.render(listing=listing)).strip() + "\n"


@cache
def _environment(form: str, templates: Templates) -> Environment:
    return escaping_environment(_ESCAPES[form], templates)
