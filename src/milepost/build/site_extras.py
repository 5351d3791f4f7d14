"""What a site has for programs: files beside its pages, and what the head of each page says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.base import dates
from milepost.base.addresses import absolute, milestone_file, milestone_page
from milepost.base.paths import (
    CALENDAR,
    DATA,
    FEED,
    ROBOTS,
    SITEMAP,
    TABLE,
    Templates,
)
from milepost.web import calendar, data, feeds, head
from milepost.web.sources import LANDING, TIMELINE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from milepost.views.document import DocumentView
    from milepost.views.milestones import Milestones
    from milepost.views.site import SiteView
    from milepost.web.head import Head

FOR_PROGRAMS = (
    (DATA, "all that is known of every milestone"),
    (TABLE, "the same as a table"),
    (CALENDAR, "a calendar of the open due dates"),
    (FEED, "a feed of the change record"),
    ("objects.inv", "what other Sphinx projects refer to by intersphinx"),
)
"""The files that the landing page names, and what each of them is."""
NOT_FOUND = "404"
"""The page that hosts show for what they lack."""
APART = frozenset({f"{NOT_FOUND}.html", "search.html"})
"""Pages that nobody looks for."""


def beside(
    view: DocumentView, milestones: Milestones, time: int, files: Iterable[str], templates: Templates
) -> Iterator[tuple[str, str | bytes]]:
    """Yield the name and content of each file for programs.

    Args:
        view: the document.
        milestones: its milestones.
        time: of the revision, in seconds since 1970.
        files: what else the site has; its pages are listed for search engines.
        templates: where templates are looked for.
    """
    yield DATA, data.milestones_json(milestones, view, view.site)
    yield TABLE, data.milestones_csv(milestones).encode()
    yield CALENDAR, calendar.milestones_ics(milestones, view.site, dates.instant(time), templates)
    yield FEED, feeds.change_feed(view, view.site, templates)
    yield ROBOTS, feeds.robots(view.site, templates)
    if view.site is not None:
        addresses = [absolute(view.site, name) for name in _pages(milestones, files)]
        yield SITEMAP, feeds.sitemap(addresses, None, templates)


def _pages(milestones: Milestones, files: Iterable[str]) -> list[str]:
    """Return the pages that are worth finding: not those of earlier codes, which lead elsewhere."""
    unlisted = APART | _of_earlier_codes(milestones)
    return [name for name in files if name.endswith(".html") and name not in unlisted]


def of_milestones(milestones: Milestones) -> frozenset[str]:
    """Return the pages of milestones, and those that lead there from earlier codes."""
    return _of_earlier_codes(milestones) | {milestone_file(entry.page) for entry in milestones.entries}


def _of_earlier_codes(milestones: Milestones) -> frozenset[str]:
    return frozenset(
        milestone_file(milestone_page(code)) for entry in milestones.entries for code in entry.aka
    )


class Heads:
    """Knows what the head of each page says."""

    def __init__(
        self, view: DocumentView, site: SiteView, milestones: Milestones, templates: Templates
    ) -> None:
        self._view = view
        self._site = site
        self._entries = {milestone_file(entry.page): entry for entry in milestones.entries}
        self._headings = {page.name: page.heading for page in site.pages} | {TIMELINE: "Timeline"}
        self._templates = templates

    def of(self, page: str) -> str:
        """Return the elements for the head of the page of that name, without an ending; empty for others."""
        described = self._head(page, f"{page}.html")
        return head.head_html(described, self._templates) if described else ""

    def _head(self, page: str, file: str) -> Head | None:
        view = self._view
        if page == LANDING:
            return head.document_metadata(view, view.site, self._site.pdf)
        address = None if view.site is None else absolute(view.site, file)
        if file in self._entries:
            return head.milestone_metadata(view, self._entries[file], address)
        if page in self._headings:
            title = f"{view.handle}: {self._headings[page]}"
            description = self._site.summary if page == TIMELINE else f"{title}. {view.title}"
            return head.page_metadata(view, title, description, address)
        return None
