"""What a site tells programs of its news and its pages: Atom feed (RFC 4287), sitemap and robots.txt."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from milepost.base.addresses import absolute, stable_uuid, uri
from milepost.base.paths import BUILT_IN, FEED, SITEMAP, Templates
from milepost.render.environment import text_environment, xml_environment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from milepost.views.document import ChangeView, DocumentView


_MOST = 50_000


def change_feed(view: DocumentView, site: str | None, templates: Templates = BUILT_IN) -> str:
    """Return the change record as an Atom feed, newest first; it may be empty.

    Args:
        view: the document.
        site: the address of the site; None where it is not known, and then the feed has no links.
        templates: where templates are looked for.
    """
    # Within a day, the order of the record.
    entries = sorted(_identified(view), key=lambda entry: entry[1].date)
    return (
        xml_environment(templates)
        .get_template("site/feed.xml.jinja")
        .render(
            document=view,
            uuid=str(stable_uuid(view.handle, "change record")),
            # A feed must say when it changed. Without changes it is as old as what the document says.
            updated=entries[-1][1].date if entries else view.data_date,
            entries=entries[::-1],
            address=None if site is None else absolute(site, FEED),
            record=None if site is None else absolute(site, "#change-record"),
        )
    )


def _identified(view: DocumentView) -> Iterator[tuple[str, ChangeView]]:
    """Yield each entry with its UUID, in the order of the record.

    An entry is known by its version, which no other has, or else by its date and by how many such entries of
    that day come before it. Neither changes when entries are added or a description is corrected.
    """
    seen: Counter[tuple[str, str]] = Counter()
    for change in view.changes:
        name = ("version", change.version) if change.version else ("date", change.date)
        seen[name] += 1
        yield str(stable_uuid(view.handle, "change", *name, str(seen[name]))), change


def sitemap(addresses: Iterable[str], lastmod: str | None = None, templates: Templates = BUILT_IN) -> str:
    """Return the sitemap of the pages at `addresses` (sitemaps.org, protocol 0.9), in their order.

    Args:
        addresses: whole addresses, with the scheme and host.
        lastmod: the day on which the pages changed, year-month-day; None where it is not known.
        templates: where templates are looked for.

    Raises:
        ValueError: when an address is not whole, or there are more than the 50,000 that a sitemap may hold.
    """
    pages = [uri(address) for address in addresses]
    for page in pages:
        if not page.startswith(("https://", "http://")):
            raise ValueError(f"a sitemap needs whole addresses, and {page!r} is none")
    if len(pages) > _MOST:
        raise ValueError(f"a sitemap holds {_MOST} pages, and these are {len(pages)}")
    template = xml_environment(templates).get_template("site/sitemap.xml.jinja")
    return template.render(pages=pages, lastmod=lastmod)


def robots(site: str | None, templates: Templates = BUILT_IN) -> str:
    """Return the rules for robots (RFC 9309): everything may be read.

    Args:
        site: the address of the site. Where it is None, the sitemap is not named, since it would have to be
            by its whole address.
        templates: where templates are looked for.
    """
    template = text_environment(templates).get_template("site/robots.txt.jinja")
    return template.render(sitemap=None if site is None else absolute(site, SITEMAP))
