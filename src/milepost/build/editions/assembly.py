"""Put the finished sites of several editions side by side, and insert the links between them."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Mapping
from typing import TYPE_CHECKING

from milepost.base.paths import BUILT_IN, Templates
from milepost.build.editions.edition import AT_THE_TOP, LANDING_FILE, NOT_FOUND_FILE, current, directories
from milepost.web.edition_banner import Changed, Choice, Dates, Known, Notice, Others, placed
from milepost.web.frame import from_anywhere

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from milepost.build.editions.edition import SiteEdition

_LIST = "editions.json"


class Assembly(Mapping[str, "str | bytes | Path"]):
    """The files of all editions by name; those of the current edition are at the top, too.

    Contents are made on access: ten editions of a large plan do not fit into memory.
    """

    def __init__(self, editions: Sequence[SiteEdition], templates: Templates = BUILT_IN) -> None:
        """Assemble `editions`.

        Args:
            editions: at least one, no two of one name: releases, the oldest first, then the draft.
            templates: where templates are looked for.
        """
        self._editions = editions
        self._top = current(editions)
        self._templates = templates
        self._directories = directories([edition.name for edition in editions])
        places = [(f"{self._directories[each.name]}/", each) for each in editions]
        self._files = {
            f"{place}{name}": (edition, place, name)
            for place, edition in [("", self._top), *places]
            for name in edition.files
            if not place or name not in AT_THE_TOP
        }

    def __getitem__(self, file: str) -> str | bytes | Path:
        if file == _LIST:
            return self._listed()
        edition, place, name = self._files[file]
        return self._placed(edition, place, name) if name.endswith(".html") else edition.site / name

    def __iter__(self) -> Iterator[str]:
        yield from self._files
        yield _LIST

    def __len__(self) -> int:
        return len(self._files) + 1

    def __contains__(self, file: object) -> bool:
        return file in self._files or file == _LIST

    def _placed(self, edition: SiteEdition, place: str, name: str) -> str:
        """Return a page of an edition, with its links to the other editions, for the directory `place`."""
        top = self._top

        def href(other: SiteEdition) -> str:
            there = "" if other is top else f"{self._directories[other.name]}/"
            target = f"{there}{other.counterpart(edition, name)}"
            return posixpath.relpath(target, posixpath.dirname(f"{place}{name}") or ".")

        notice = None
        if edition is not top:
            notice = Notice(
                mark=edition.facts.mark,
                here=edition.name,
                superseded=self._is_superseded(edition),
                current=top.name,
                href=href(top),
            )
        choices = [
            Choice(name=other.name, what=self._what(other), href=href(other), here=other is edition)
            for other in reversed(self._editions)
        ]
        page = (edition.site / name).read_text("utf-8")
        known, others = self._known(edition, place, name), self._others(edition, name, href)
        finished = placed(page, notice, choices, known, others, self._templates)
        return from_anywhere(finished, top.facts.site) if name == NOT_FOUND_FILE else finished

    def _others(self, edition: SiteEdition, name: str, href: Callable[[SiteEdition], str]) -> Others:
        """Return what the page `name` of an edition says of other editions."""
        if name in edition.facts.milestones:
            return Others(dates=tuple(self._dates(edition, name, href)))
        position = self._editions.index(edition)
        if name != LANDING_FILE or not position:
            return Others()
        before = self._editions[position - 1]
        return Others(before=before.name, changes=tuple(_changes(before, edition)))

    def _dates(self, edition: SiteEdition, name: str, href: Callable[[SiteEdition], str]) -> Iterator[Dates]:
        for other in reversed(self._editions):
            page = other.same(edition, name)
            if page is not None:
                due, forecast, status = other.facts.dates[page]
                yield Dates(
                    edition=other.name,
                    href=href(other),
                    here=other is edition,
                    due=due,
                    forecast=forecast,
                    status=status,
                )

    def _is_superseded(self, edition: SiteEdition) -> bool:
        """Return whether a later release is the current edition; the draft is always the latest."""
        return self._editions.index(edition) < self._editions.index(self._top)

    def _known(self, edition: SiteEdition, place: str, name: str) -> Known | None:
        """Return the canonical address of a page: that of the same page at the top, if there is one.

        None for the current edition, whose pages are right already.
        """
        site = self._top.facts.site
        if site is None or edition is self._top:
            return None
        page = edition.present(name)
        at_the_top = self._top.counterpart(edition, page)
        # The landing page is also the answer for a page without a counterpart.
        is_there = at_the_top != LANDING_FILE or page == LANDING_FILE
        return Known(
            before=f"{edition.facts.site or site}{name}",
            after=f"{site}{self._top.present(at_the_top) if is_there else f'{place}{page}'}",
        )

    def _what(self, edition: SiteEdition) -> str:
        """Return the status and date of an edition, for the list of editions."""
        words = [edition.facts.status, edition.date]
        return ", ".join(["current", *words] if edition is self._top else words)

    def _listed(self) -> str:
        """Return the list of editions as JSON, the newest first."""
        entries = [
            {
                "name": edition.name,
                "directory": f"{self._directories[edition.name]}/",
                "current": edition is self._top,
                "released": edition.revision.released,
                "commit": edition.revision.commit,
                "date": edition.date,
                "status": edition.facts.status,
                "version": edition.facts.version or None,
                "data_date": edition.facts.data_date,
            }
            for edition in reversed(self._editions)
        ]
        return json.dumps({"schema": 1, "editions": entries}, indent=1) + "\n"


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
