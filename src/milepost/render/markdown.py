"""The summary of a difference, and what moved, as Markdown for a pull request."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from milepost.base import escape
from milepost.base.paths import BUILT_IN, Templates
from milepost.render.environment import escaping_environment

if TYPE_CHECKING:
    from jinja2 import Environment, Template

    from milepost.diff.summary import SummaryView
    from milepost.importing.outcome.view import ImportView
    from milepost.moves.view import MovesView

LONGEST = 65_000
"""Characters; GitHub refuses a comment of more than 65,536."""


def import_markdown(summary: ImportView, difference: SummaryView, templates: Templates = BUILT_IN) -> str:
    """Return what an import does as GitHub's Markdown, for the description of a pull request."""
    head = _rendered(_environment(templates).get_template("diff/import.md.jinja"), summary)
    return f"{head}\n{markdown(difference, templates, longest=LONGEST - len(head))}"


def markdown(summary: SummaryView, templates: Templates = BUILT_IN, *, longest: int = LONGEST) -> str:
    """Return `summary` as GitHub's Markdown, with as many rows as fit into a comment.

    Rows of the longest part are left out first, so that a few long texts do not displace the dates.
    """
    template = _environment(templates).get_template("diff/summary.md.jinja")
    parts = list(summary.parts)
    longest -= len(moves_markdown(summary.moves, templates)) if summary.moves else 0
    lengths = [len(_rendered(template, summary.of(part))) for part in parts]
    while sum(lengths) > longest and any(part.rows for part in parts):
        at = max((at for at, part in enumerate(parts) if part.rows), key=lambda at: lengths[at])
        parts[at] = parts[at].cut(len(parts[at].rows) // 2)
        lengths[at] = len(_rendered(template, summary.of(parts[at])))
    return _rendered(template, replace(summary, parts=tuple(parts)))


def moves_markdown(moves: MovesView, templates: Templates = BUILT_IN) -> str:
    """Return what moved as GitHub's Markdown, without a heading."""
    text = _environment(templates).get_template("diff/moves.md.jinja").render(moves=moves, events=True)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _rendered(template: Template, summary: SummaryView | ImportView) -> str:
    return re.sub(r"\n{3,}", "\n\n", template.render(summary=summary)).rstrip() + "\n"


@cache
def _environment(templates: Templates = BUILT_IN) -> Environment:
    return escaping_environment(escape.markdown, templates)
