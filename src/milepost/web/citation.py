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

# As BibTeX calls them; `calendar.month_abbr` depends on the locale.
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MOST_COMMAS = 2
"""In a name: `Last, Jr, First`."""


def issued(view: DocumentView) -> str:
    """Return the day of the edition, year-month-day.

    That of an approved one is the day of the last change, since all changes are recorded; that of a draft the
    day of the revision.
    """
    return view.changes[-1].date if view.changes and view.mark is None else view.revision_date


def citation_text(view: DocumentView, address: str | None, templates: Templates = BUILT_IN) -> str:
    """Return in one line how to cite the document.

    Args:
        view: the document.
        address: where it is published; None where that is not known.
        templates: where templates are looked for.
    """
    template = text_environment(templates).get_template("site/citation.txt.jinja")
    return " ".join(template.render(document=view, issued=issued(view), address=address).split())


def bibtex(view: DocumentView, address: str | None, templates: Templates = BUILT_IN) -> str:
    """Return the document as an entry of BibTeX with the handle as key; arguments as in `citation_text`."""
    day = issued(view)
    return (
        _bibtex_environment(templates)
        .get_template("site/citation.bib.jinja")
        .render(
            document=view,
            key=Markup(stem(view.handle)),  # noqa: S704 -- letters, digits and ._-
            year=day[:4],
            month=_MONTHS[int(day[5:7]) - 1],
            # An address is printed by a command that takes it as it is; a URI has no braces.
            address=None if address is None else Markup(uri(address)),  # noqa: S704
        )
    )


@cache
def _bibtex_environment(templates: Templates = BUILT_IN) -> Environment:
    environment = escaping_environment(escape.bibtex, templates, **LATEX_DELIMITERS)
    environment.filters.update(name=_name, title=escape.bibtex_title)
    return environment


def _name(author: str) -> Markup:
    """Return a name for BibTeX: whole, where it would be read as several (`and`), as none or not at all."""
    name = escape.bibtex(author)
    misread = re.search(r"\b(?:and|others)\b", author, re.IGNORECASE) or author.count(",") > _MOST_COMMAS
    return Markup("{{{}}}").format(name) if misread else name
