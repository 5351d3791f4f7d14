"""Files for feed readers and search engines: Atom feed (RFC 4287), sitemap and robots.txt."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from milepost.base.addresses import absolute, stable_uuid
from milepost.base.paths import BUILT_IN, FEED, SITEMAP, Templates
from milepost.render.environment import text_environment, xml_environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from milepost.views.document import ChangeView, DocumentView

_MAX_PAGES = 50_000
"""How many pages a sitemap may list."""


def change_feed(view: DocumentView, site: str | None, templates: Templates = BUILT_IN) -> str:
    """Return the change record as an Atom feed, newest first; it may be empty.

    Args:
        view: the document.
        site: the address of the site; if it is None, the feed has no links.
        templates: where templates are looked for.
    """
    # Entries of the same day keep the order of the record.
    entries = sorted(_identified(view), key=lambda entry: entry[1].date)
    return (
        xml_environment(templates)
        .get_template("site/feed.xml.jinja")
        .render(
            document=view,
            uuid=str(stable_uuid(view.handle, "change record")),
            # A feed must have a date. Without changes it is that of the document's facts.
            updated=entries[-1][1].date if entries else view.data_date,
            entries=entries[::-1],
            address=None if site is None else absolute(site, FEED),
            record=None if site is None else absolute(site, "#change-record"),
        )
    )


def _identified(view: DocumentView) -> Iterator[tuple[str, ChangeView]]:
    """Yield each entry with its identifier, in the order of the record.

    The identifier is made from the version, which is unique, or else from the date and the position among the
    entries of that date. Neither changes when entries are added or a description is corrected.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for change in view.changes:
        name = ("version", change.version) if change.version else ("date", change.date)
        counts[name] += 1
        yield str(stable_uuid(view.handle, "change", *name, str(counts[name]))), change


def sitemaps(site: str, pages: Sequence[str], templates: Templates = BUILT_IN) -> Iterator[tuple[str, str]]:
    """Yield the name and content of each sitemap of a site (sitemaps.org, protocol 0.9).

    That is one; or, where one may not list as many pages, an index and sitemaps with a number.

    Args:
        site: the address of the site, with scheme and host.
        pages: their paths in the site, in the order of the list.
        templates: where templates are looked for.
    """
    environment = xml_environment(templates)
    index, one = map(environment.get_template, ("site/sitemap-index.xml.jinja", "site/sitemap.xml.jinja"))
    parts = [pages[start : start + _MAX_PAGES] for start in range(0, len(pages), _MAX_PAGES)] or [()]
    names = [SITEMAP]
    if len(parts) > 1:
        names = [SITEMAP.replace(".", f"-{number}.") for number in range(1, len(parts) + 1)]
        yield SITEMAP, index.render(sitemaps=[absolute(site, name) for name in names])
    for name, part in zip(names, parts, strict=True):
        yield name, one.render(pages=[absolute(site, page) for page in part])


def robots(site: str | None, templates: Templates = BUILT_IN) -> str:
    """Return the rules for robots (RFC 9309): everything may be read.

    Args:
        site: the address of the site. If it is None, the sitemap is not named: that needs a complete address.
        templates: where templates are looked for.
    """
    template = text_environment(templates).get_template("site/robots.txt.jinja")
    return template.render(sitemap=None if site is None else absolute(site, SITEMAP))
