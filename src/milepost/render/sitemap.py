"""What a site tells programs that walk the web: its pages, and that all of it may be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.paths import SITEMAP
from milepost.render.addresses import absolute, uri
from milepost.render.environment import text_environment
from milepost.render.xml import xml_environment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_MOST = 50_000


def sitemap(addresses: Iterable[str], lastmod: str | None = None, *own_templates: Path) -> str:
    """Return the sitemap of the pages at `addresses` (sitemaps.org, protocol 0.9), in their order.

    Args:
        addresses: whole addresses, with the scheme and host.
        lastmod: the day on which the pages changed, year-month-day; None where it is not known.
        own_templates: directories whose templates stand before the built-in ones.

    Raises:
        ValueError: when an address is not whole, or there are more than the 50,000 that a sitemap may hold.
    """
    pages = [uri(address) for address in addresses]
    for page in pages:
        if not page.startswith(("https://", "http://")):
            raise ValueError(f"a sitemap needs whole addresses, and {page!r} is none")
    if len(pages) > _MOST:
        raise ValueError(f"a sitemap holds {_MOST} pages, and these are {len(pages)}")
    template = xml_environment(*own_templates).get_template("site/sitemap.xml.jinja")
    return template.render(pages=pages, lastmod=lastmod)


def robots(site: str | None, *own_templates: Path) -> str:
    """Return the rules for robots (RFC 9309): everything may be read.

    Args:
        site: the address of the site. Where it is None, the sitemap is not named, since it would have to be
            by its whole address.
        own_templates: directories whose templates stand before the built-in ones.
    """
    template = text_environment(*own_templates).get_template("site/robots.txt.jinja")
    return template.render(sitemap=None if site is None else absolute(site, SITEMAP))
