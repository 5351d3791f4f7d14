"""The summary of a difference as Markdown: a view through `templates/summary/`, for a pull request."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from milepost import escape
from milepost.render.environment import escaping_environment

if TYPE_CHECKING:
    from pathlib import Path

    from jinja2 import Environment, Template

    from milepost.summary import SummaryView

LONGEST = 65_000
"""Characters; GitHub refuses a comment of more than 65,536."""


def markdown(summary: SummaryView, *own_templates: Path) -> str:
    """Return `summary` as GitHub's Markdown, with so many rows of each part as a comment can hold."""
    template = _environment(*own_templates).get_template("summary/summary.md.jinja")
    rows = max((len(part.rows) for part in summary.parts), default=0)
    text = _rendered(template, summary)
    while len(text) > LONGEST and rows:
        rows //= 2
        text = _rendered(template, summary.cut(rows))
    return text


def _rendered(template: Template, summary: SummaryView) -> str:
    return re.sub(r"\n{3,}", "\n\n", template.render(summary=summary)).rstrip() + "\n"


@cache
def _environment(*own: Path) -> Environment:
    return escaping_environment(escape.markdown, own)
