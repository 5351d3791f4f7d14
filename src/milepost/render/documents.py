"""The documents: a view through its templates, to LaTeX or reStructuredText."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.escape import rst_finish
from milepost.render.environment import latex_environment, rst_environment

if TYPE_CHECKING:
    from pathlib import Path

    from milepost.views import DocumentView


def latex(document: DocumentView, *own_templates: Path) -> str:
    """Return `document` as LaTeX, for the class that it asks for."""
    template = latex_environment(*own_templates).get_template(f"latex/{document.layout}.tex.jinja")
    return template.render(document=document)


def rst(document: DocumentView, *own_templates: Path) -> str:
    """Return `document` as reStructuredText for docutils and Sphinx alike."""
    template = rst_environment(*own_templates).get_template("rst/document.rst.jinja")
    return rst_finish(template.render(document=document))
