"""The sources that Sphinx makes a site from: the document as several pages of reStructuredText."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from milepost.base.escape import rst_finish
from milepost.base.files import Kept
from milepost.base.paths import BUILT_IN, Templates
from milepost.render.environment import rst_environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinja2 import Template

    from milepost.views.document import DocumentView
    from milepost.views.site import Page, SiteView

LANDING, TIMELINE, STATUS = "index", "timeline", "status"


def site_sources(
    document: DocumentView, site: SiteView, templates: Templates = BUILT_IN, kept: Kept | None = None
) -> dict[str, str]:
    """Return the reStructuredText of each page by its name, a path below the site without an ending.

    Args:
        document: the document.
        site: what the site says besides it.
        templates: the directories of templates.
        kept: has the pages that were made of the same sections before.
    """
    keep = kept or Kept()
    environment = rst_environment(templates)
    sources = {
        name: environment.get_template(f"site/{name}.rst.jinja").render(document=document, site=site)
        for name in (LANDING, TIMELINE, STATUS)
    }
    template = environment.get_template("site/page.rst.jinja")
    sources = {name: rst_finish(text) for name, text in sources.items()}
    links = repr((sorted(document.linked), site.milestones, site.charts))
    for page in site.pages:
        make = partial(_page, template, document, site, page)
        # A project's own template may print anything.
        is_kept = page.section is not None and not templates.own
        made_from = (links, *printed_on(page, document)) if is_kept else ()
        sources[page.name] = (keep.get(make, "rst", *made_from) if is_kept else make()).decode()
    return sources


def printed_on(page: Page, document: DocumentView) -> Iterator[str]:
    """Yield all that the built-in template prints on the page of a section, but where links lead."""
    section = repr(page)
    yield section
    for name, figure in document.figures.items():
        if repr(name) in section:
            yield repr((name, figure.number, figure.anchor, figure.caption, figure.drawing.description))


def _page(template: Template, document: DocumentView, site: SiteView, page: Page) -> bytes:
    return rst_finish(template.render(document=document, site=site, page=page)).encode()
