"""Put the banner and the list of editions into the finished page of one edition of a site.

Pages are built without information about other editions, so that a new edition does not make it necessary to
build the others again. They contain comments where this information goes.
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
_HISTORY, _SINCE = "<!-- milepost:history -->", "<!-- milepost:since -->"
_CANONICAL = re.compile(r'<link rel="canonical" href="[^"]*"\s*/?>')
_OWN_ADDRESS = re.compile(r'(<meta property="og:url" content=")[^"]*(")')


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An entry in the list of editions.

    Attributes:
        name: the name of the edition.
        what: a description, such as its date.
        href: the address of the page in that edition.
        here: whether the page is in that edition.
    """

    name: str
    what: str
    href: str
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """The banner on a page that is not in the current edition.

    Attributes:
        mark: the words that mark a draft or an obsolete document; empty for an approved one.
        here: the name of this edition.
        superseded: whether it is older than the current edition.
        current: the name of the current edition.
        href: the address of the page in the current edition.
    """

    mark: str
    here: str
    superseded: bool
    current: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """The dates of a milestone in an edition, as they are printed; `href` is its page there."""

    edition: str
    href: str
    here: bool
    due: str
    forecast: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What has changed of a milestone since the edition before; `href` is None where it is gone."""

    code: str
    href: str | None
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """What a page says of other editions.

    Attributes:
        dates: on the page of a milestone, its dates in all editions that have it, the newest first.
        before: on the landing page, the name of the edition before; else empty.
        changes: what has changed since then.
    """

    dates: tuple[Dates, ...] = ()
    before: str = ""
    changes: tuple[Changed, ...] = ()


NOTHING = Others()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The complete address of a page: `before`, as it was built, and `after`, the one to give to programs."""

    before: str
    after: str


def placed(  # noqa: PLR0913, PLR0917 -- the parts that are inserted
    page: str,
    notice: Notice | None,
    choices: Sequence[Choice],
    known: Known | None,
    others: Others = NOTHING,
    templates: Templates = BUILT_IN,
) -> str:
    """Return a page with banner, list of editions and canonical address.

    Args:
        page: HTML, as `milepost.build.site` made it.
        notice: replaces the banner of the page; None keeps it.
        choices: the editions.
        known: the canonical address; None keeps that of the page.
        others: what the page says of other editions.
        templates: where templates are looked for.
    """
    template = html_environment(templates).get_template("site/editions.html.jinja")
    if notice is not None:
        names = ("mark", "here", "superseded", "current", "href")
        values = {name: getattr(notice, name) for name in names}
        page = _insert(page, _BANNER, template.make_module(values).banner())  # type: ignore[attr-defined]
    switcher = template.make_module({"editions": choices}).switcher()  # type: ignore[attr-defined]
    page = _insert(page, _SWITCHER, switcher)
    if others.dates or others.before:
        module = template.make_module({each: getattr(others, each) for each in Others.__slots__})
        page = _insert(page, _HISTORY, module.history())  # type: ignore[attr-defined]
        page = _insert(page, _SINCE, module.since())  # type: ignore[attr-defined]
    return page if known is None else _known_as(page, known)


def _known_as(page: str, known: Known) -> str:
    """Return `page` with another address in its canonical link, Open Graph properties and JSON-LD."""
    address = escape(uri(known.after))
    page = _OWN_ADDRESS.sub(lambda match: f"{match[1]}{address}{match[2]}", page)
    before, after = (f'"url":{script_json(json.dumps(uri(each)))}' for each in (known.before, known.after))
    page = page.replace(before, after)
    link = f'<link rel="canonical" href="{address}">'
    if _CANONICAL.search(page):
        return _CANONICAL.sub(lambda _: link, page)
    return page.replace("</head>", f"{link}</head>", 1)


def _insert(page: str, start: str, content: str) -> str:
    """Return `page` with `content` between the comment `start` and the next end comment, if it has them."""
    before, comment, after = page.partition(start)
    return f"{before}{start}{content}{after[after.index(_END) :]}" if comment else page
