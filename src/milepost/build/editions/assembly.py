"""Put the finished sites of several editions side by side, and insert the links between them."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from milepost.base.addresses import absolute, page_address
from milepost.base.paths import BUILT_IN, FEED, Templates
from milepost.build.editions.between import COMPARE_FILE, Between
from milepost.build.editions.edition import (
    LANDING_FILE,
    LATEST,
    NOT_FOUND_FILE,
    STABLE,
    TOP,
    current,
    is_for_the_top,
    latest,
    places,
    published_at,
)
from milepost.web.editions.addresses import Addresses, addressed, unindexed
from milepost.web.editions.page import Changed, Choice, Dates, Notice, Others, Switcher, placed
from milepost.web.frame import from_anywhere

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from milepost.build.editions.comparisons import Comparisons
    from milepost.build.editions.edition import SiteEdition

_ANCHOR = re.compile(r'\bid="(milestone-[^"]*)"')
_LIST = "editions.json"
_SWITCHER = "switcher.json"


class Assembly(Mapping[str, "str | bytes | Path"]):
    """The files of all editions by name; those of some editions are in more than one place.

    Contents are made on access: ten editions of a large plan do not fit into memory.
    """

    def __init__(
        self,
        editions: Sequence[SiteEdition],
        directories: Mapping[str, str],
        data: Mapping[str, Mapping[str, Path]],
        comparisons: Comparisons,
        templates: Templates = BUILT_IN,
    ) -> None:
        """Assemble `editions`.

        Args:
            editions: at least one, no two of one name: releases, the oldest first, the draft, previews.
            directories: as the function of that name returns them.
            data: by place, the files for programs that have other addresses there than those of the edition.
            comparisons: the differences between them.
            templates: where templates are looked for.
        """
        self._editions = editions
        self._top = current(editions)
        self._latest = latest(editions)
        self._places = places(editions, directories)
        self._site = published_at(editions)
        self._data = data
        self._templates = templates
        self._directories = directories
        self._comparisons = comparisons
        self._between = Between(editions, self._top, comparisons, self._site, templates)
        self._files = {
            f"{place}{name}": (edition, place, name)
            for place, edition in self._places.items()
            for name in dict.fromkeys(
                (*edition.files, *data.get(place, {}), *self._between.files(edition, at_the_top=place == TOP))
            )
            if place == TOP or not is_for_the_top(name)
        }

    def __getitem__(self, file: str) -> str | bytes | Path:
        if file == _LIST:
            return self._listed()
        if file == _SWITCHER and self._site is not None:
            return self._switcher_json(self._site)
        if difference := self._comparisons.by_file.get(file):
            return difference.page()
        edition, place, name = self._files[file]
        if name.endswith(".html"):
            return self._placed(edition, place, name)
        path = self._data.get(place, {}).get(name) or edition.site / name
        return self._between.feed(edition, path.read_text("utf-8")) if name == FEED else path

    def __iter__(self) -> Iterator[str]:
        yield from self._files
        yield from self._lists()
        yield from self._comparisons.by_file

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, file: object) -> bool:
        return file in self._files or file in self._lists() or file in self._comparisons.by_file

    def _lists(self) -> tuple[str, ...]:
        """Return the names of the lists of editions; one of them needs complete addresses."""
        return (_LIST,) if self._site is None else (_LIST, _SWITCHER)

    def _placed(self, edition: SiteEdition, place: str, name: str) -> str:
        """Return a page of an edition, with its links to the other editions, for the directory `place`."""
        top = self._top

        def choice(other: SiteEdition, there: str | None = None, label: str = "", what: str = "") -> Choice:
            there = self._place(other) if there is None else there
            page = other.counterpart(edition, name)
            gone = None if page else other.says_gone(edition, name)
            codes = edition.codes(name) or ["this page"]
            anchors = edition.anchors_in(other) if page else {}
            differing = {anchor: anchors[anchor] for anchor in sorted(anchors.keys() & on_page)}
            return Choice(
                name=label or other.label,
                what=what or self._what(other),
                date="" if what else other.date,
                href=href(f"{there}{page or gone or LANDING_FILE}"),
                here=there == place if label else other is edition and place not in always,
                lacks="" if page or other is edition else codes[0],
                says_so=gone is not None,
                anchors=json.dumps(differing) if differing else "",
                compare=None if label else compare(other),
            )

        def href(target: str) -> str:
            return posixpath.relpath(target, posixpath.dirname(f"{place}{name}") or ".")

        def compare(other: SiteEdition) -> str | None:
            file = self._between.link(edition, other)
            return None if file is None else href(file)

        always = dict(self._always())
        text = self._between.page(edition, name, lambda other, file: href(f"{self._place(other)}{file}"))
        text = text or (edition.site / name).read_text("utf-8")
        on_page = set(_ANCHOR.findall(text))
        finished = placed(
            text,
            None
            if edition is top
            else Notice(
                kind=self._kind(edition),
                mark=edition.facts.mark,
                here=edition.label,
                current=choice(top),
                older=min(edition, top, key=self._editions.index).label,
                compare=compare(top),
            ),
            Switcher(
                here=edition.label,
                always=tuple(
                    choice(other, there, there.strip("/"), f"now {other.label}")
                    for there, other in always.items()
                ),
                editions=tuple(choice(other) for other in self._named_by(edition)),
                compare=href(COMPARE_FILE) if COMPARE_FILE in self._files else None,
            ),
            others=self._others(edition, name, choice, href),
            templates=self._templates,
        )
        if name == NOT_FOUND_FILE:
            return from_anywhere(finished, self._site)
        if self._site is not None:
            finished = addressed(finished, self._addresses(edition, place, name, self._site))
        return finished if edition is top else unindexed(finished)

    def _place(self, edition: SiteEdition) -> str:
        """Return the place to which other editions link."""
        return TOP if edition is self._top else f"{self._directories[edition.name]}/"

    def _always(self) -> Iterator[tuple[str, SiteEdition]]:
        """Yield the places at which there is always the newest state, with the edition that is there now."""
        for place in (LATEST, STABLE):
            edition = self._places.get(place)
            if edition and edition.revision.listed:
                yield place, edition

    def _named_by(self, edition: SiteEdition) -> Iterator[SiteEdition]:
        """Yield the editions that an edition names, the newest first: those that are listed, and itself."""
        for other in reversed(self._editions):
            if other.revision.listed or other is edition:
                yield other

    def _others(
        self,
        edition: SiteEdition,
        name: str,
        choice: Callable[[SiteEdition], Choice],
        href: Callable[[str], str],
    ) -> Others:
        """Return what the page `name` of an edition says of other editions."""
        if edition.codes(name):
            dates = tuple(self._dates(edition, name, choice))
            return Others(dates=dates, moves=tuple(self._between.moves(edition, name, href)))
        before = self._before(edition)
        if name != LANDING_FILE or before is None:
            return Others()
        file = self._between.link(before, edition)
        compare = None if file is None else href(file)
        return Others(before=before.label, changes=tuple(_changes(before, edition)), compare=compare)

    def _before(self, edition: SiteEdition) -> SiteEdition | None:
        """Return the edition before; for a preview the draft, if there is one."""
        earlier = self._editions[: self._editions.index(edition)]
        return next((each for each in reversed(earlier) if _can_be_before(each)), None)

    def _dates(
        self, edition: SiteEdition, name: str, choice: Callable[[SiteEdition], Choice]
    ) -> Iterator[Dates]:
        for other in self._named_by(edition):
            page = other.same(edition, name)
            if page is not None:
                due, forecast, status = other.facts.dates[page]
                yield Dates(
                    edition=other.label,
                    href=choice(other).href,
                    here=other is edition,
                    due=due,
                    forecast=forecast,
                    status=status,
                )

    def _kind(self, edition: SiteEdition) -> str:
        """Return what the banner of an edition says that it is; the draft is never superseded."""
        if edition.revision.preview:
            return "preview"
        if self._editions.index(edition) < self._editions.index(self._top):
            return "superseded"
        return edition.facts.status if edition.revision.released else "draft"

    def _addresses(self, edition: SiteEdition, place: str, name: str, site: str) -> Addresses:
        return Addresses(
            site=site,
            built=edition.facts.site,
            here=absolute(site, place),
            permanent=absolute(site, f"{self._directories[edition.name]}/"),
            page=name,
            canonical=page_address(site, self._canonical(edition, name)),
            files=edition.names,
        )

    def _canonical(self, edition: SiteEdition, name: str) -> str:
        """Return the one place that a page and its counterparts in other editions are known by.

        That is the top; of a page that is not there, the newest release that has it, or else the latest
        state. An edition that is not listed is never named by others.
        """
        page = edition.present(name)
        listed = [each for each in reversed(self._editions) if each.revision.listed]
        releases = [each for each in listed if each.revision.released]
        rest = [each for each in listed if not each.revision.released]
        for other in (self._top, *releases, *rest, edition):
            counterpart = other.says_gone if page in edition.gone else other.counterpart
            if found := counterpart(edition, page):
                place = LATEST if other is self._latest and other is not self._top else self._place(other)
                return f"{place}{other.present(found)}"
        return f"{self._place(edition)}{page}"

    def _what(self, edition: SiteEdition) -> str:
        """Return the status of an edition, for the list of editions."""
        words = ["current"] if edition is self._top else ["preview"] if edition.revision.preview else []
        return ", ".join([*words, edition.facts.status])

    def _listed(self) -> str:
        """Return the list of editions as JSON, the newest first."""
        entries = [
            {
                "name": edition.name,
                "title": edition.revision.title or None,
                "directory": f"{self._directories[edition.name]}/",
                "current": edition is self._top,
                "released": edition.revision.released,
                "preview": edition.revision.preview,
                "commit": edition.revision.commit,
                "date": edition.date,
                "status": edition.facts.status,
                "version": edition.facts.version or None,
                "data_date": edition.facts.data_date,
            }
            for edition in reversed(self._editions)
            if edition.revision.listed
        ]
        always = {place.strip("/"): edition.name for place, edition in self._always()}
        return json.dumps({"schema": 1, **always, "editions": entries}, indent=1) + "\n"

    def _switcher_json(self, site: str) -> str:
        """Return the list of editions for the switcher of the theme pydata-sphinx-theme, the newest first."""
        entries = [
            {"name": f"{place.strip('/')} ({edition.label})", "version": place.strip("/"), "place": place}
            for place, edition in self._always()
        ]
        entries += [
            {"name": edition.label, "version": edition.name, "place": self._place(edition)}
            for edition in reversed(self._editions)
            if edition.revision.listed
        ]
        values = [
            {
                "name": each["name"],
                "version": each["version"],
                "url": absolute(site, each["place"]),
                **({"preferred": True} if each["version"] == self._top.name else {}),
            }
            for each in entries
        ]
        return json.dumps(values, indent=1) + "\n"


def _can_be_before(edition: SiteEdition) -> bool:
    """Return whether others compare themselves with an edition: not with previews or what is hidden."""
    return edition.revision.listed and not edition.revision.preview


def _changes(before: SiteEdition, after: SiteEdition) -> Iterator[Changed]:
    """Yield what has changed of milestones from one edition to another, those that are gone last."""
    labels = ("due", "forecast", "")
    for page, codes in after.facts.milestones.items():
        earlier = before.same(after, page)
        if earlier is None:
            due, _, status = after.facts.dates[page]
            yield Changed(code=codes[0], href=page, what=f"is new: due {due}, {status}")
            continue
        pairs = zip(labels, before.facts.dates[earlier], after.facts.dates[page], strict=True)
        moved = [
            f"{label} {new or 'none'}, was {old or 'none'}".strip() for label, old, new in pairs if old != new
        ]
        if moved:
            yield Changed(code=codes[0], href=page, what="; ".join(moved))
    for page, codes in before.facts.milestones.items():
        if after.same(before, page) is None:
            yield Changed(code=codes[0], href=None, what="is no longer in the plan")
