"""What the pages of milestones and of their index show."""

from __future__ import annotations

import html
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from milepost.base import files
from milepost.sphinx.queries import ChartOf, Table, line_facts
from milepost.views.site import summary
from milepost.views.small_chart import MOST_BESIDE, facts_in_charts, small_chart
from milepost.web import milestone_page
from milepost.web.milestone_page import TO_AN_INDEX, IndexPage, Linked, MilestonePage, Neighbour

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sphinx.application import Sphinx

    from milepost.sphinx.domain import MilepostDomain
    from milepost.views.milestones import MilestoneInfo, Related
    from milepost.views.small_chart import SmallChart

_INDEX = "Milestones"
"""The title of the index."""


class PageContents:
    """The contents of the pages of a build.

    Attributes:
        entries: the milestones by the names of their pages.
        index: the milestones on each page of the index, by its name.
    """

    def __init__(self, app: Sphinx, domain: MilepostDomain) -> None:
        self._app = app
        self._domain = domain
        self._source = domain.source
        self.entries = {
            domain.page_name(entry.page): entry for entry in self._source.milestones.entries if domain.pages
        }
        self._names = list(self.entries)
        self._positions = {name: position for position, name in enumerate(self._names)}
        self.index = dict(self._index_parts())

    @property
    def shared(self) -> Iterator[str]:
        """What the pages show besides the milestones, as texts."""
        others = (*self._section_places.values(), self._path_above, self._mentions, self._shown)
        return map(repr, others)

    def _previous_and_next(self, name: str) -> tuple[str | None, str | None]:
        """Return the pages before and after a page."""
        position = self._positions[name]
        before = self._names[position - 1] if position else None
        return before, self._names[position + 1] if position + 1 < len(self._names) else None

    def digests(self, heads: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """Yield the names of the pages with digests of their contents."""
        for name, entry in self.entries.items():
            others = [
                other and (other, self.entries[other].heading) for other in self._previous_and_next(name)
            ]
            places = [self._section_places[section.anchor] for section in entry.sections]
            found = self._mentions.get(entry.code), self._shown.get(entry.code), self._path_above
            facts = (entry, others, places, found, self._beside(entry), self._source.milestones.data_date)
            yield name, files.digest(self._source.program, repr(facts), heads.get(name, ""))
        total = summary(self._source.milestones)
        for name, part in self.index.items():
            of_index = ([line_facts(entry) for entry in part], total, list(self.index), self._path_above)
            yield name, files.digest(self._source.program, repr(of_index))

    def context(self, name: str, head: str) -> dict[str, Any]:
        """Return the context of the theme's template for a page."""
        if name in self.index:
            return context(self._domain.words(_INDEX), self._index_body(name))
        view = self._view(name)
        body = milestone_page.milestone(view, self._source.templates, self._domain.words)
        return context(view.entry.heading, body, head, view.previous, view.next)

    def _index_parts(self) -> Iterator[tuple[str, tuple[MilestoneInfo, ...]]]:
        """Yield the pages of the index with their milestones; pages of milestones have no full stop."""
        entries = tuple(self.entries.values())
        first = self._domain.page_name("index")
        for number, start in enumerate(range(0, len(entries), TO_AN_INDEX), start=1):
            is_free = number == 1 and first not in self.entries and first not in self._app.env.found_docs
            name = first if is_free else f"{first}.{number}"
            yield name, entries[start : start + TO_AN_INDEX]

    def _index_body(self, name: str) -> str:
        def href(code: str) -> str | None:
            entry = self._source.entry(code)
            return None if entry is None else self.relative(name, self._domain.page_name(entry.page))

        page = IndexPage(
            path=self._links_above(name)[:1],
            summary=summary(self._source.milestones),
            entries=self.index[name],
            parts=tuple(
                Linked(
                    text=f"{part[0].code} to {part[-1].code}",
                    href=None if other == name else self.relative(name, other),
                )
                for other, part in self.index.items()
            ),
        )
        return milestone_page.index(page, href, self._source.templates, self._domain.words)

    @cached_property
    def _path_above(self) -> tuple[tuple[str, str], ...]:
        """The pages above those of milestones, with their titles."""
        return (self._app.config.root_doc, self._app.config.project), (
            next(iter(self.index), ""),
            self._domain.words(_INDEX),
        )

    def _links_above(self, name: str) -> tuple[Linked, ...]:
        return tuple(Linked(text=title, href=self.relative(name, page)) for page, title in self._path_above)

    def _chart(self, entry: MilestoneInfo) -> SmallChart | None:
        before, after = (
            self._source.entries(tuple(each.code for each in related))
            for related in (entry.predecessors, entry.successors)
        )
        return small_chart(entry, before, after, self._source.milestones.data_date)

    def _beside(self, entry: MilestoneInfo) -> list[tuple[object, ...] | None]:
        """Return what the chart of a milestone shows of the others in it."""
        related = (*entry.predecessors[-MOST_BESIDE:], *entry.successors[:MOST_BESIDE])
        return [self._facts_in_charts.get(each.code) for each in related]

    @cached_property
    def _facts_in_charts(self) -> dict[str, tuple[object, ...]]:
        return {entry.code: facts_in_charts(entry) for entry in self._source.milestones.entries}

    @cached_property
    def _mentions(self) -> dict[str, list[tuple[str, str, str]]]:
        """The other sections that mention each milestone: document, anchor, title."""
        codes = {
            word: entry for entry in self.entries.values() for word in (entry.code, *entry.aka, entry.anchor)
        }
        found: dict[str, dict[tuple[str, str, str], None]] = {}
        for docname, mentions in sorted(self._domain.data["mentions"].items()):
            for word, section, title in mentions:
                entry = codes.get(word)
                if entry and not any(self._is_in(place.anchor, docname, section) for place in entry.sections):
                    found.setdefault(entry.code, {})[docname, section[0], title] = None
        return {code: list(places) for code, places in found.items()}

    def _is_in(self, anchor: str, docname: str, section: tuple[str, ...]) -> bool:
        place = self._section_places[anchor]
        return place is not None and place[0] == docname and place[1] in section

    @cached_property
    def _shown(self) -> dict[str, list[tuple[str, str]]]:
        """The documents that have each milestone in a chart or a table, with their titles."""
        codes: dict[object, list[str]] = {}
        found: dict[str, dict[tuple[str, str], None]] = {}
        for docname, queries in sorted(self._domain.data["asked"].items()):
            document = docname, self._app.env.titles[docname].astext()
            for query in queries:
                if query not in codes:
                    codes[query] = self._codes_of(query)
                for code in codes[query]:
                    found.setdefault(code, {})[document] = None
        return {code: list(documents) for code, documents in found.items()}

    def _codes_of(self, query: object) -> list[str]:
        """Return the codes of the milestones in the chart or table that a query asks for."""
        if isinstance(query, Table):
            return [entry.code for entry in query.entries(self._source)]
        chart = self._source.chart(query.name) if isinstance(query, ChartOf) else None
        return [*chart.drawing.codes] if chart else []

    def _view(self, name: str) -> MilestonePage:
        """Return the contents of a page."""
        entry = self.entries[name]
        before, after = (
            other and Linked(text=self.entries[other].heading, href=self.relative(name, other))
            for other in self._previous_and_next(name)
        )
        return MilestonePage(
            entry=entry,
            path=self._links_above(name),
            chart=self._chart(entry),
            deliveries=tuple(
                self._neighbour(name, each) for each in (entry.deliveries.items if entry.deliveries else ())
            ),
            predecessors=tuple(self._neighbour(name, each) for each in entry.predecessors),
            successors=tuple(self._neighbour(name, each) for each in entry.successors),
            first_to_break=self._neighbour(name, entry.room.first) if entry.room else None,
            sections=tuple(
                Linked(text=section.heading, href=self._section(name, section.anchor))
                for section in entry.sections
            ),
            mentions=tuple(
                Linked(text=title, href=f"{self.relative(name, page)}#{anchor}")
                for page, anchor, title in self._mentions.get(entry.code, ())
            ),
            shown=tuple(
                Linked(text=title, href=f"{self.relative(name, page)}?row={quote(entry.code)}")
                for page, title in self._shown.get(entry.code, ())
            ),
            data_date=self._source.milestones.data_date,
            previous=before or None,
            next=after or None,
        )

    def _neighbour(self, name: str, related: Related) -> Neighbour:
        href = self.relative(name, self._domain.page_name(related.page))
        return Neighbour(related=related, href=href)

    def _section(self, name: str, anchor: str) -> str | None:
        """Return the address of a section of the document, or None if the project does not have it."""
        place = self._section_places[anchor]
        return place and f"{self.relative(name, place[0])}#{place[1]}"

    @cached_property
    def _section_places(self) -> dict[str, tuple[str, str] | None]:
        """The documents and identifiers of the sections that pages refer to; None for those without."""
        labels = self._app.env.get_domain("std").anonlabels  # type: ignore[attr-defined]
        anchors = {section.anchor for entry in self.entries.values() for section in entry.sections}
        ours = set(self._domain.data["labels"])  # these are no sections
        return {anchor: None if anchor in ours else labels.get(anchor) for anchor in sorted(anchors)}

    def relative(self, name: str, other: str) -> str:
        """Return the address of the page `other` relative to the page `name`."""
        return self._domain.builder.get_relative_uri(name, other)


def context(
    title: str,
    body: str,
    head: str = "",
    previous: Linked | None = None,
    following: Linked | None = None,
) -> dict[str, Any]:
    """Return the context of the theme's template, as for a document."""
    return {
        "title": html.escape(title),
        "body": body,
        "metatags": head,
        "prev": _related(previous),
        "next": _related(following),
        "parents": [],
        "meta": {},
        "toc": "",
        "display_toc": False,
        "sourcename": "",
    }


def _related(linked: Linked | None) -> dict[str, str | None] | None:
    """Return the previous or next page as Sphinx's templates expect it: with the title as HTML."""
    return None if linked is None else {"link": linked.href, "title": html.escape(linked.text)}
