"""What is put into the finished page of one edition of a site: what it has to say of the other editions.

Pages are made without knowledge of other editions, so that none needs to be made again because of them. They
have comments where that knowledge goes.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import escape

from milepost.base.addresses import uri
from milepost.base.escape import script_json
from milepost.base.paths import BUILT_IN, Templates
from milepost.render.html import html_environment

if TYPE_CHECKING:
    from collections.abc import Sequence

_END = "<!-- milepost:end -->"
_BANNER, _SWITCHER = "<!-- milepost:banner -->", "<!-- milepost:editions -->"
_CANONICAL = re.compile(r'<link rel="canonical" href="[^"]*"\s*/?>')
_OWN_ADDRESS = re.compile(r'(<meta property="og:url" content=")[^"]*(")')


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An edition to choose: its name, what it is, where the page is in it, whether it is this one."""

    name: str
    what: str
    href: str
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What warns that this is not the current edition.

    Attributes:
        mark: the words of the document that mark a draft; empty for an approved one.
        here: the name of this edition.
        superseded: whether it is older than the current one.
        current: that of the current one.
        href: where the page is in the current edition.
    """

    mark: str
    here: str
    superseded: bool
    current: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The whole address of a page: `before`, as it was made, and `after`, by which it should be known."""

    before: str
    after: str


def placed(
    page: str,
    notice: Notice | None,
    choices: Sequence[Choice],
    known: Known | None,
    templates: Templates = BUILT_IN,
) -> str:
    """Return a page as it stands among the editions.

    Args:
        page: HTML, as `milepost.build.site` made it.
        notice: replaces what the page says of its status; None leaves that as it is.
        choices: the editions.
        known: the address by which the page should be known; None leaves what it says of that as it is.
        templates: where templates are looked for.
    """
    template = html_environment(templates).get_template("site/editions.html.jinja")
    if notice is not None:
        names = ("mark", "here", "superseded", "current", "href")
        values = {name: getattr(notice, name) for name in names}
        page = _filled(page, _BANNER, template.make_module(values).banner())  # type: ignore[attr-defined]
    switcher = template.make_module({"editions": choices}).switcher()  # type: ignore[attr-defined]
    page = _filled(page, _SWITCHER, switcher)
    return page if known is None else _known_as(page, known)


def _known_as(page: str, known: Known) -> str:
    """Return `page` with its address in the link for search engines, the card and the data in its head."""
    address = escape(known.after)
    page = _OWN_ADDRESS.sub(lambda found: f"{found[1]}{address}{found[2]}", page)
    before, after = (f'"url":{script_json(json.dumps(uri(each)))}' for each in (known.before, known.after))
    page = page.replace(before, after)
    link = f'<link rel="canonical" href="{address}">'
    if _CANONICAL.search(page):
        return _CANONICAL.sub(lambda _: link, page)
    return page.replace("</head>", f"{link}</head>", 1)


def _filled(page: str, start: str, content: str) -> str:
    """Return `page` with `content` between the comment `start` and the next end, where it has these."""
    before, found, after = page.partition(start)
    return f"{before}{start}{content}{after[after.index(_END) :]}" if found else page
