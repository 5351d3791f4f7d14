"""What a site says between its editions: their comparison, milestones that are gone, and the feed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.base.addresses import stable_uuid, uri
from milepost.base.paths import BUILT_IN, Templates
from milepost.render.environment import xml_environment
from milepost.render.html import html_environment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from milepost.web.editions.page import Dates

MOST_ANNOUNCED = 20
"""So many changes of an edition are in the feed; the page has them all."""
_ENTRY = re.compile(r"  <entry>.*?</entry>\n", re.DOTALL)
_ID = re.compile(r"<id>urn:uuid:([^<]*)</id>")
_UPDATED = re.compile(r"<updated>([^<]*)</updated>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two editions that are compared, by their names: the page of that, and the difference in a sentence."""

    old: str
    new: str
    href: str
    headline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """An edition, with the pages that compare it with older ones, the newest first."""

    name: str
    what: str
    pairs: tuple[Pair, ...]


def compare_page(editions: Sequence[Compared], templates: Templates = BUILT_IN) -> str:
    """Return the body of the page on which two editions are chosen; `editions` are the newest first."""
    template = html_environment(templates).get_template("site/choose-editions.html.jinja")
    return template.render(editions=editions)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoneMilestone:
    """A milestone that an edition does not have any more. Addresses are relative to its page.

    Attributes:
        code, name: as they were in the last edition that had it.
        asked: the code of the address, if that is an earlier one; else empty.
        handle: of the document.
        here: the name of this edition.
        last: its dates in the last edition that had it.
        removed_by: the entries of the change record that authorise that it is gone; empty if none does.
        changes: the address of what changed then; empty if the two editions are not compared.
        became: its present code and the address of that; empty if it has none.
    """

    code: str
    name: str
    asked: str
    handle: str
    here: str
    last: Dates
    removed_by: str
    changes: str
    became: tuple[str, str] | tuple[()]


def gone_page(milestone: GoneMilestone, templates: Templates = BUILT_IN) -> str:
    """Return the body of the page of a milestone that is gone."""
    template = html_environment(templates).get_template("site/gone.html.jinja")
    return template.render(milestone=milestone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """A new edition, for the feed.

    Attributes:
        name: its name.
        date: the day of its commit.
        before: the name of the edition before it.
        headline: what has changed since then, in a sentence.
        changes: the same in many.
        address: of the page with the changes; None if that of the site is not known.
    """

    name: str
    date: str
    before: str
    headline: str
    changes: tuple[str, ...]
    address: str | None


def announced(feed: str, editions: Sequence[Announcement], templates: Templates = BUILT_IN) -> str:
    """Return the feed of the change record with an entry for each of `editions` as well, the newest first."""
    found = _ENTRY.findall(feed)
    name = _ID.search(feed)
    if not editions or name is None:
        return feed
    template = xml_environment(templates).get_template("site/feed-edition.xml.jinja")
    entries = [
        template.render(
            edition=each,
            uuid=str(stable_uuid(name[1], "edition", each.name)),
            address=None if each.address is None else uri(each.address),
            changes=each.changes[:MOST_ANNOUNCED],
            more=len(each.changes[MOST_ANNOUNCED:]),
        )
        for each in editions
    ]
    entries = sorted([*entries, *found], key=_updated, reverse=True)
    head, _, _ = feed.partition("  <entry>\n")
    head = head.removesuffix("</feed>\n")
    newest = _updated(entries[0])
    head = _UPDATED.sub(lambda match: f"<updated>{max(match[1], newest)}</updated>", head, count=1)
    return f"{head}{''.join(entries)}</feed>\n"


def _updated(entry: str) -> str:
    found = _UPDATED.search(entry)
    return found[1] if found else ""
