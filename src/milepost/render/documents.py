"""The documents: a view through its templates, to LaTeX or reStructuredText."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from milepost.base.escape import rst_finish
from milepost.base.paths import BUILT_IN, Templates
from milepost.redline.change_list import grouped
from milepost.render.environment import latex_environment, rst_environment, text_environment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from milepost.redline.change_list import ListedChange
    from milepost.views.document import DocumentView


def latex(document: DocumentView, templates: Templates = BUILT_IN) -> str:
    """Return `document` as LaTeX, for the class that it asks for."""
    template = latex_environment(templates).get_template(f"latex/{document.layout}.tex.jinja")
    return template.render(document=document, difference=None)


def diff_latex(  # noqa: PLR0913, PLR0917 -- what the document says, each thing by itself
    document: DocumentView,
    listing: Sequence[ListedChange],
    old_name: str,
    new_name: str,
    headline: str,
    templates: Templates = BUILT_IN,
) -> str:
    """Return the difference of two editions as LaTeX, always in the layout of this program.

    Args:
        document: the two editions, as `milepost.redline.merge` made them one.
        listing: what has changed, in sentences, each with the anchor of its place, which is no link if the
            document does not have it, and its group.
        old_name: which edition is the earlier one.
        new_name: which is the later one.
        headline: the difference in one sentence.
        templates: as in `latex`.
    """
    template = latex_environment(templates).get_template("latex/milepost.tex.jinja")
    groups = grouped(listing, document.anchors | document.part_anchors)
    difference = {"old": old_name, "new": new_name, "headline": headline, "groups": groups}
    return template.render(document=replace(document, layout="milepost"), difference=difference)


def rst(document: DocumentView, templates: Templates = BUILT_IN) -> str:
    """Return `document` as reStructuredText for docutils and Sphinx alike."""
    template = rst_environment(templates).get_template("rst/document.rst.jinja")
    return rst_finish(template.render(document=document))


def plain_text(document: DocumentView, templates: Templates = BUILT_IN) -> str:
    """Return `document` as plain text, a sentence or a field on each line."""
    text = text_environment(templates).get_template("text/document.txt.jinja").render(document=document)
    lines = (line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
