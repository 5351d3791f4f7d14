"""The sources that Sphinx makes a site from: the document as several pages of reStructuredText."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.base.escape import rst_finish
from milepost.base.paths import BUILT_IN, Templates
from milepost.render.environment import rst_environment

if TYPE_CHECKING:
    from milepost.views.document import DocumentView
    from milepost.views.site import SiteView

LANDING, TIMELINE, STATUS = "index", "timeline", "status"


def site_sources(document: DocumentView, site: SiteView, templates: Templates = BUILT_IN) -> dict[str, str]:
    """Return the reStructuredText of each page by its name, a path below the site without an ending."""
    environment = rst_environment(templates)
    sources = {
        name: environment.get_template(f"site/{name}.rst.jinja").render(document=document, site=site)
        for name in (LANDING, TIMELINE, STATUS)
    }
    template = environment.get_template("site/page.rst.jinja")
    for page in site.pages:
        sources[page.name] = template.render(document=document, site=site, page=page)
    return {name: rst_finish(text) for name, text in sources.items()}
