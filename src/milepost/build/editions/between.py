"""What pages say of the differences between editions, and pages that are about more than one edition."""

from __future__ import annotations

import posixpath
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from milepost.base.addresses import absolute
from milepost.base.paths import BUILT_IN, Templates
from milepost.build.editions.comparisons import FOLDER
from milepost.build.editions.edition import LANDING_FILE, NOT_FOUND_FILE
from milepost.web.editions.between import (
    Announcement,
    Compared,
    GoneMilestone,
    Pair,
    announced,
    compare_page,
    gone_page,
)
from milepost.web.editions.page import Dates, Moved
from milepost.web.frame import in_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from milepost.build.editions.comparisons import Comparisons, Difference
    from milepost.build.editions.edition import SiteEdition

COMPARE_FILE = f"{FOLDER}/{LANDING_FILE}"
"""The page on which editions are chosen, in the directory of the current edition."""


class Between:
    """The differences between editions, for their pages."""

    def __init__(
        self,
        editions: Sequence[SiteEdition],
        current: SiteEdition,
        comparisons: Comparisons,
        site: str | None,
        templates: Templates = BUILT_IN,
    ) -> None:
        """Hold the comparisons of `editions`, which are published at `site`."""
        self._listed = [edition for edition in editions if edition.revision.listed]
        self._by_name = {edition.name: edition for edition in editions}
        self._current = current
        self._comparisons = comparisons
        self._site = site
        self._templates = templates

    def files(self, edition: SiteEdition, *, at_the_top: bool) -> Iterator[str]:
        """Yield the names of the pages that an edition has besides those that were built."""
        yield from edition.gone
        if at_the_top and self._comparisons.all:
            yield COMPARE_FILE

    def page(self, edition: SiteEdition, name: str, href: Callable[[SiteEdition, str], str]) -> str | None:
        """Return a page that was not built with the edition; None if it was.

        Args:
            edition: the edition.
            name: of the page.
            href: returns the address of a page in another edition.
        """
        if gone := edition.gone.get(name):
            last = self._by_name[gone.last]
            due, forecast, status = last.facts.dates[gone.page]
            difference = self._difference_that_removed(last, gone.codes)
            changes = difference.of(gone.codes) if difference else ()
            code = gone.codes[0]
            at = f"#{changes[0].anchor}" if changes and changes[0].anchor else ""
            milestone = GoneMilestone(
                code=code,
                name=last.facts.names[gone.page],
                asked="" if gone.asked == code else gone.asked,
                handle=edition.facts.handle,
                here=edition.label,
                last=Dates(
                    edition=last.label,
                    href=href(last, gone.page),
                    here=False,
                    due=due,
                    forecast=forecast,
                    status=status,
                ),
                removed_by=", ".join(filter(None, (change.removed_by for change in changes))),
                changes=f"{href(self._current, difference.file)}{at}" if difference and changes else "",
                became=()
                if gone.became is None
                else (edition.facts.milestones[gone.became][0], posixpath.basename(gone.became)),
            )
            title = f"{gone.asked}: {milestone.name}"
            return self._framed(edition, title, gone_page(milestone, self._templates))
        if name == COMPARE_FILE:
            body = compare_page(self._compared, self._templates)
            return self._framed(edition, "Compare editions", body, "compare.js")
        return None

    def _framed(self, edition: SiteEdition, title: str, body: str, script: str = "") -> str:
        not_found = (edition.site / NOT_FOUND_FILE).read_text("utf-8")
        return in_frame(not_found, edition.facts.site, title=title, body=body, script=script)

    def _difference_that_removed(self, last: SiteEdition, codes: Sequence[str]) -> Difference | None:
        """Return the first difference from the `last` edition with a milestone in which it is gone."""
        for edition in self._listed[self._listed.index(last) + 1 :]:
            difference = self._comparisons.between(last.name, edition.name)
            if difference and any(change.is_removal for change in difference.of(codes)):
                return difference
        return None

    @cached_property
    def _compared(self) -> list[Compared]:
        """The editions with the pages that compare them with older ones, the newest first."""
        return [
            Compared(
                name=edition.label,
                what=", ".join(
                    [*(["current"] if edition is self._current else []), edition.facts.status, edition.date]
                ),
                pairs=tuple(
                    Pair(
                        old=old.label,
                        new=edition.label,
                        href=f"{posixpath.basename(difference.directory)}/{LANDING_FILE}",
                        headline=difference.headline,
                    )
                    for old in reversed(self._listed)
                    if (difference := self._comparisons.all.get((old.name, edition.name)))
                ),
            )
            for edition in reversed(self._listed)
        ]

    def link(self, one: SiteEdition, other: SiteEdition) -> str | None:
        """Return the page that compares two editions, from the top of the site; None if there is none."""
        difference = self._comparisons.between(one.name, other.name)
        return difference.file if difference else None

    def moves(self, edition: SiteEdition, name: str, href: Callable[[str], str]) -> Iterator[Moved]:
        """Yield how the milestone of a page has changed from each edition to the next, the newest first.

        Args:
            edition: the edition of the page.
            name: of the page.
            href: returns the address of a file at the top of the site.
        """
        codes = dict.fromkeys(edition.codes(name))
        for other in self._listed:
            if page := other.same(edition, name):
                codes |= dict.fromkeys(other.codes(page))
        for old, new in reversed([*pairwise(self._listed)]):
            difference = self._comparisons.between(old.name, new.name)
            if difference and (changes := difference.of([*codes])):
                at = next((f"#{change.anchor}" for change in changes if change.anchor), "")
                yield Moved(
                    old=old.label,
                    new=new.label,
                    href=f"{href(difference.file)}{at}",
                    changes=tuple(change.sentence for change in changes),
                )

    def feed(self, edition: SiteEdition, feed: str) -> str:
        """Return the feed of an edition with an entry for each release that is known there."""
        releases = [each for each in self._listed if each.revision.released]
        is_old = edition in releases and edition is not self._current
        known = releases[: releases.index(edition) + 1] if is_old else releases
        entries = []
        for old, new in pairwise(known):
            if difference := self._comparisons.between(old.name, new.name):
                entries.append(
                    Announcement(
                        name=new.label,
                        date=new.date,
                        before=old.label,
                        headline=difference.headline,
                        changes=tuple(change.sentence for change in difference.changes),
                        address=self._site and absolute(self._site, difference.file),
                    )
                )
        return announced(feed, entries[::-1], self._templates)
