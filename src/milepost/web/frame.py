"""The frame of a site: what every page has around its text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from milepost.base.addresses import uri
from milepost.base.paths import BUILT_IN, Templates
from milepost.render.html import html_environment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from milepost.views.document import DocumentView
    from milepost.views.site import Page

# Relative addresses, without anchors in the same page and addresses of other hosts.
_RELATIVE = re.compile(
    r"""(?P<attribute>\b(?:href|src|action|data-content_root))="(?!#|/|[a-z]+:)(?:\./)?(?P<path>[^"]*)\""""
)

_ABSOLUTE = re.compile(r"""(?P<attribute>\b(?:href|src|action|data-content_root))="(?P<path>/[^"]*)\"""")
_SCRIPT = re.compile(r'<script src="([^"]*)not-found\.js[^"]*"></script>')
_ARTICLE = re.compile(r"(<article[^>]*>).*(</article>)", re.DOTALL)
NOT_FOUND_TITLE = "Page not found"
"""The title of the 404 page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What is the same on all pages, as markup, because Sphinx escapes nothing.

    Attributes:
        handle, title: of the document.
        name: both, for the titles of windows.
        edition: version, status and data date in one line.
        banner: marks a draft or an obsolete document; empty for an approved document.
        edit_url: where a reader can propose a change; empty if there is no such address.
    """

    handle: Markup
    title: Markup
    name: Markup
    edition: Markup
    banner: Markup
    edit_url: Markup


def not_found(document: DocumentView, pages: Sequence[Page], templates: Templates = BUILT_IN) -> Markup:
    """Return the body of the 404 page, with addresses relative to the landing page."""
    template = html_environment(templates).get_template("site/not-found.html.jinja")
    return Markup(template.render(document=document, pages=pages))  # noqa: S704 -- rendered with escaping


def from_anywhere(page: str, site: str | None) -> str:
    """Return `page` with absolute addresses: hosts show the 404 page at any address.

    Args:
        page: HTML of a page in the top directory of the site.
        site: the address of the site; None for the top directory of a host.
    """
    base = escape(urlsplit(uri(site)).path) if site else "/"
    return _RELATIVE.sub(lambda match: f'{match["attribute"]}="{base}{match["path"]}"', page)


def in_frame(not_found: str, site: str | None, *, title: str, body: str, script: str = "") -> str:
    """Return a page in a directory of the top, made of the 404 page of the same edition.

    Args:
        not_found: the 404 page, as `from_anywhere` returned it.
        site: the address that it got there.
        title: of the page.
        body: HTML, with addresses relative to the page.
        script: the name of a script of the page.
    """
    base = escape(urlsplit(uri(site)).path) if site else "/"
    page = _ABSOLUTE.sub(
        lambda match: (
            f'{match["attribute"]}="../{match["path"].removeprefix(base)}"'
            if match["path"].startswith(base)
            else match[0]
        ),
        not_found,
    )
    page = _SCRIPT.sub(
        lambda match: f'<script defer="defer" src="{match[1]}{script}"></script>' if script else "", page
    )
    page = page.replace(f"<title>{NOT_FOUND_TITLE}", f"<title>{escape(title)}", 1)
    return _ARTICLE.sub(lambda match: f"{match[1]}{body}{match[2]}", page, count=1)


def frame(document: DocumentView, status: str, templates: Templates = BUILT_IN) -> Frame:
    """Return the frame of the site of `document`."""
    values = {"document": document, "status": status}
    environment = html_environment(templates)
    return Frame(**environment.macros("site/frame.html.jinja", values, Frame.__slots__))
