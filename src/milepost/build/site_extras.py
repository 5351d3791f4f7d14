"""The parts of a site for programs: data files, and metadata in the head of each page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.base import dates
from milepost.base.addresses import milestone_file, milestone_page, page_address
from milepost.base.paths import (
    CALENDAR,
    CODES,
    DATA,
    EXCEL_TABLE,
    FEED,
    FORECASTS,
    ROBOTS,
    TABLE,
    WORKBOOK,
    Templates,
)
from milepost.web import feeds, head
from milepost.web.exports import calendar, data, spreadsheet
from milepost.web.milestone_page import TO_AN_INDEX
from milepost.web.preview import preview
from milepost.web.sources import LANDING, STATUS, TIMELINE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from milepost.charts.cards import Card
    from milepost.views.document import DocumentView
    from milepost.views.milestones import Milestones
    from milepost.views.site import SiteView
    from milepost.web.head import Head

FOR_PROGRAMS = (
    (DATA, "all that is known of every milestone"),
    (TABLE, "the same as a table, for programs"),
    (WORKBOOK, "the same as a workbook, for Excel and others"),
    (EXCEL_TABLE, "the same as a table that Excel opens"),
    (CALENDAR, "a calendar of the open due dates"),
    (FORECASTS, "a calendar of the dates that are expected now"),
    (FEED, "a feed of the change record"),
    ("objects.inv", "what other Sphinx projects refer to by intersphinx"),
)
"""The files that the landing page names, and what each of them is."""
NOT_FOUND = "404"
"""The name of the 404 page."""
UNLISTED = frozenset({f"{NOT_FOUND}.html", "search.html"})
"""Pages left out of the sitemap."""


def data_files(
    view: DocumentView, milestones: Milestones, time: int, templates: Templates
) -> Iterator[tuple[str, str | bytes]]:
    """Yield the name and content of each file for programs but the sitemaps.

    Args:
        view: the document.
        milestones: those of the document.
        time: of the revision, in seconds since 1970.
        templates: the directories of templates.
    """
    yield DATA, data.milestones_json(milestones, view, view.site)
    yield TABLE, data.milestones_csv(milestones).encode()
    stamp = dates.instant(time)
    yield WORKBOOK, spreadsheet.workbook(milestones, view.site, stamp)
    yield EXCEL_TABLE, spreadsheet.excel_csv(milestones)
    yield CALENDAR, calendar.milestones_ics(milestones, view.site, stamp, templates)
    yield FORECASTS, calendar.milestones_ics(milestones, view.site, stamp, templates, forecast=True)
    yield FEED, feeds.change_feed(view, view.site, templates)
    yield CODES, data.codes_js(milestones)
    yield ROBOTS, feeds.robots(view.site, templates)


def sitemap_files(
    view: DocumentView, milestones: Milestones, files: Iterable[str], templates: Templates
) -> Iterator[tuple[str, str]]:
    """Yield the name and content of each sitemap, which list the pages among the `files` of the site."""
    if view.site is not None:
        yield from feeds.sitemaps(view.site, _listed_pages(milestones, files), templates)


def _listed_pages(milestones: Milestones, files: Iterable[str]) -> list[str]:
    """Return the pages for the sitemap; the landing page is the address of the site itself."""
    unlisted = UNLISTED | _redirects(milestones)
    listed = (name for name in files if name.endswith(".html") and name not in unlisted)
    return ["" if name == f"{LANDING}.html" else name for name in listed]


def milestone_pages(milestones: Milestones) -> frozenset[str]:
    """Return the pages of milestones, their index, and the redirects from their earlier codes."""
    pages = {milestone_file(entry.page) for entry in milestones.entries}
    return _redirects(milestones) | pages | index_pages(len(milestones.entries))


def index_pages(count: int) -> frozenset[str]:
    """Return the pages of the index of that many milestones."""
    parts = range(1, count // TO_AN_INDEX + 2)
    return frozenset({milestone_file("index"), *(milestone_file(f"index.{number}") for number in parts)})


def _redirects(milestones: Milestones) -> frozenset[str]:
    return frozenset(
        milestone_file(milestone_page(code)) for entry in milestones.entries for code in entry.aka
    )


class Heads:
    """The metadata in the head of each page."""

    def __init__(
        self,
        view: DocumentView,
        site: SiteView,
        milestones: Milestones,
        cards: dict[str, Card],
        templates: Templates,
    ) -> None:
        self._view = view
        self._site = site
        self._entries = {milestone_file(entry.page): entry for entry in milestones.entries}
        self._headings = {page.name: page.heading for page in site.pages} | {
            TIMELINE: "Timeline",
            STATUS: "Status",
        }
        self._index = f"{view.handle}: Milestones"
        self._cards = cards
        self._templates = templates

    def of(self, page: str) -> str:
        """Return the elements for the head of `page`, a name without suffix; "" where there are none."""
        metadata = self._metadata(page, f"{page}.html")
        return head.head_html(metadata, self._templates) if metadata else ""

    def _metadata(self, page: str, file: str) -> Head | None:
        view = self._view
        address = None if view.site is None else page_address(view.site, file)
        if file in self._entries:
            entry = self._entries[file]
            return head.milestone_metadata(view, entry, address, preview(view, self._cards, entry.page))
        picture = preview(view, self._cards)
        if page == LANDING:
            return head.document_metadata(view, address, self._site.pdf, picture)
        if file in index_pages(len(self._entries)):
            return head.page_metadata(view, self._index, self._site.summary, address, picture)
        if page in self._headings:
            title = f"{view.handle}: {self._headings[page]}"
            description = self._site.summary if page in {TIMELINE, STATUS} else f"{title}. {view.title}"
            return head.page_metadata(view, title, description, address, picture)
        return None
