"""How to cite a document: as text and as BibTeX."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from milepost.base import escape
from milepost.base.addresses import uri
from milepost.base.paths import BUILT_IN, Templates, stem
from milepost.render.environment import LATEX_DELIMITERS, escaping_environment, text_environment

if TYPE_CHECKING:
    from jinja2 import Environment

    from milepost.views.document import DocumentView

# The names in BibTeX; `calendar.month_abbr` depends on the locale.
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MOST_COMMAS = 2
"""Commas that a name may have: `Last, Jr, First`."""


def citation_text(view: DocumentView, address: str | None, templates: Templates = BUILT_IN) -> str:
    """Return the citation of the document in one line.

    Args:
        view: the document.
        address: where it is published; None if that is not known.
        templates: where templates are looked for.
    """
    template = text_environment(templates).get_template("site/citation.txt.jinja")
    return " ".join(template.render(document=view, address=address).split())


def bibtex(view: DocumentView, address: str | None, templates: Templates = BUILT_IN) -> str:
    """Return the document as a BibTeX entry with the handle as key; arguments as in `citation_text`."""
    day = view.revision_date
    return (
        _bibtex_environment(templates)
        .get_template("site/citation.bib.jinja")
        .render(
            document=view,
            key=Markup(stem(view.handle)),  # noqa: S704 -- letters, digits and ._-
            year=day[:4],
            month=_MONTHS[int(day[5:7]) - 1],
            # Printed by a command that takes it verbatim; a URI has no braces.
            address=None if address is None else Markup(uri(address)),  # noqa: S704
        )
    )


@cache
def _bibtex_environment(templates: Templates = BUILT_IN) -> Environment:
    environment = escaping_environment(escape.bibtex, templates, **LATEX_DELIMITERS)
    environment.filters.update(name=_name, title=escape.bibtex_title)
    return environment


def _name(author: str) -> Markup:
    """Return a name for BibTeX, in braces if it would be read as several names or be refused."""
    name = escape.bibtex(author)
    in_braces = re.search(r"\b(?:and|others)\b", author, re.IGNORECASE) or author.count(",") > _MOST_COMMAS
    return Markup("{{{}}}").format(name) if in_braces else name
