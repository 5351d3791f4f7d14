"""Give a finished page of one edition the complete addresses that it has beside other editions.

A page is built for the address of the document. Programs read complete addresses in its head: the canonical
one, which pages of several editions share, and those of other files, which are beside the page.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote

from markupsafe import escape

from milepost.base.addresses import absolute, page_address, uri
from milepost.base.escape import script_json

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

_CANONICAL = re.compile(r'<link rel="canonical" href="[^"]*"\s*/?>')
_OWN_ADDRESS = re.compile(r'(<meta property="og:url" content=")[^"]*(")')
_ABSTRACT = re.compile(r'(<meta name="citation_abstract_html_url" content=")[^"]*(")')
_CITATION = re.compile(r'<section id="how-to-cite">.*?</section>', re.DOTALL)
_NO_INDEX = '<meta name="robots" content="noindex">'


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """The complete addresses of a page.

    Attributes:
        site: the address of the site of all editions.
        built: the address of the site for which the page was built; None if it was not known.
        here: the address of the directory of its edition.
        permanent: the same, as long as there are editions; for citations.
        page: the name of the page.
        canonical: the address that this page and its counterparts in other editions share.
        files: what is in the directory of its edition.
    """

    site: str
    built: str | None
    here: str
    permanent: str
    page: str
    canonical: str
    files: Collection[str]


def addressed(text: str, addresses: Addresses) -> str:
    """Return the page `text` with its addresses: canonical, to files of its edition, and in citations."""
    head, end, body = text.partition("</head>")
    canonical = escape(uri(addresses.canonical))
    if addresses.built is not None:
        own = page_address(addresses.built, addresses.page)
        head = _moved(head, addresses.built, lambda path: _target(path, addresses, own))
        if _ABSTRACT.search(head):
            head = _ABSTRACT.sub(lambda match: f"{match[1]}{escape(uri(addresses.here))}{match[2]}", head)
            body = _cited(body, addresses.built, addresses.permanent)
    head = _OWN_ADDRESS.sub(lambda match: f"{match[1]}{canonical}{match[2]}", head)
    link = f'<link rel="canonical" href="{canonical}">'
    head = _CANONICAL.sub(lambda _: link, head) if _CANONICAL.search(head) else f"{head}{link}"
    return f"{head}{end}{body}"


def unindexed(text: str) -> str:
    """Return the page `text` with the request to search engines not to list it."""
    return text.replace("</head>", f"{_NO_INDEX}</head>", 1)


def _target(path: str, addresses: Addresses, own: str) -> str | None:
    """Return where an address in the head leads, or None if it is not changed."""
    if absolute(addresses.built or "", path) == own:
        return addresses.canonical
    if not path:
        return absolute(addresses.site)
    return absolute(addresses.here, path) if unquote(path) in addresses.files else None


def _moved(head: str, built: str, target: Callable[[str], str | None]) -> str:
    """Return `head` with other addresses below `built`, in attributes and in JSON."""
    for quoted, plain in ((_attribute, unescape), (_json, _from_json)):

        def moved(
            match: re.Match[str], quoted: Callable[[str], str] = quoted, plain: Callable[[str], str] = plain
        ) -> str:
            to = target(plain(match["path"]))
            return match[0] if to is None else quoted(to)

        start = re.escape(quoted(absolute(built)))
        head = re.sub(f'(?<="){start}(?P<path>[^"?#\\s]*)(?=")', moved, head)
    return head


def _attribute(address: str) -> str:
    return str(escape(address))


def _json(address: str) -> str:
    return str(script_json(json.dumps(address)))[1:-1]


def _from_json(address: str) -> str:
    return str(json.loads(f'"{address}"'))


def _cited(body: str, before: str, after: str) -> str:
    """Return `body` with the address `after` in its section of citations.

    Elements may be within the address: dates and codes have their own.
    """
    shown = {str(escape(way(before))): str(escape(way(after))) for way in (str, uri)}

    def section(match: re.Match[str]) -> str:
        text = match[0]
        for old, new in shown.items():
            letters = "(?:<[^<>]*>)*".join(map(re.escape, old))
            text = re.sub(rf"{letters}(?![\w/%?#&=])", lambda _, new=new: new, text)  # type: ignore[misc]
        return text

    return _CITATION.sub(section, body, count=1)
