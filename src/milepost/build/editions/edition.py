"""A finished edition, what is known of it, and its place beside others."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from milepost.base import addresses, files
from milepost.base.dates import from_epoch, iso
from milepost.base.paths import ROBOTS, SITEMAP
from milepost.build.site_extras import NOT_FOUND

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from milepost.git.releases import Revision

LANDING_FILE = "index.html"
"""The landing page of an edition."""
NOT_FOUND_FILE = f"{NOT_FOUND}.html"
"""The 404 page."""
TOP, STABLE, LATEST = "", "stable/", "latest/"
"""Places of editions beside the directory that each of them has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Facts about a finished edition.

    Attributes:
        handle, status, mark, version, data_date, site: as in the document; `mark` and `version` may be empty.
        milestones: the codes of each milestone, present and earlier, by the name of its page.
        names: its name, by the name of its page.
        dates: its baseline date, forecast and status, as they are printed, by the name of its page.
    """

    handle: str
    status: str
    mark: str
    version: str
    data_date: str
    site: str | None
    milestones: dict[str, list[str]]
    names: dict[str, str]
    dates: dict[str, list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A milestone that an edition does not have any more.

    Attributes:
        asked: the code of the address.
        codes: all its codes in the last edition that had it, the present one first.
        last: the name of that edition.
        page: its page there.
        became: its page in this edition, if it only has another code.
    """

    asked: str
    codes: tuple[str, ...]
    last: str
    page: str
    became: str | None


@dataclass(frozen=True, kw_only=True)
class SiteEdition:
    """A finished edition.

    Attributes:
        revision: its revision.
        site: the directory of its site.
        facts: what is known about it.
        files: the names of the files of its site.
        gone: the milestones that are no longer in it, by the name of the page that says so.
    """

    revision: Revision
    site: Path
    facts: Facts
    files: tuple[str, ...]
    gone: Mapping[str, Gone] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of its revision."""
        return self.revision.name

    @property
    def label(self) -> str:
        """The name that readers see."""
        return self.revision.label

    @property
    def date(self) -> str:
        """The day of its revision."""
        return iso(from_epoch(self.revision.committed))

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of its files."""
        return frozenset(self.files)

    @cached_property
    def pages(self) -> frozenset[str]:
        """The names of its pages."""
        return frozenset(name for name in self.files if name.endswith(".html")) - {NOT_FOUND_FILE}

    def counterpart(self, other: SiteEdition, page: str) -> str | None:
        """Return the page that corresponds to `page` of the `other` edition, or None."""
        return self.same(other, page) or (page if page in self.pages else None)

    def present(self, page: str) -> str:
        """Return the page that the page of an earlier code redirects to; any other page unchanged."""
        return self._present.get(page, page)

    def same(self, other: SiteEdition, page: str) -> str | None:
        """Return the page of the milestone that has `page` in the `other` edition, or None."""
        for code in other.codes(page):
            if code in self._pages_by_code:
                return self._pages_by_code[code]
        return None

    def says_gone(self, other: SiteEdition, page: str) -> str | None:
        """Return the page that says that the milestone of `page` in the `other` edition is gone, or None."""
        for code in other.codes(page):
            name = addresses.milestone_file(addresses.milestone_page(code))
            if name in self.gone:
                return name
        return None

    def codes(self, page: str) -> Sequence[str]:
        """Return the codes of the milestone that has a page, the present one first."""
        gone = self.gone.get(page)
        return gone.codes if gone else self.facts.milestones.get(page, ())

    def anchors_in(self, other: SiteEdition) -> dict[str, str]:
        """Return the anchors of milestones in the `other` edition by those here, where they differ.

        That of a milestone that is not there is "".
        """
        if other.name not in self._anchors_in:
            pages = {page: other.same(self, page) for page in self.facts.milestones}
            self._anchors_in[other.name] = {
                self._anchor(page): other._anchor(there) if there else ""
                for page, there in pages.items()
                if page != there
            }
        return self._anchors_in[other.name]

    def _anchor(self, page: str) -> str:
        """Return the anchor that sections of the milestone with this page have."""
        return addresses.milestone_anchor(self.facts.milestones[page][0])

    @cached_property
    def _anchors_in(self) -> dict[str, dict[str, str]]:
        return {}

    @cached_property
    def _present(self) -> dict[str, str]:
        return {
            addresses.milestone_file(addresses.milestone_page(code)): page
            for code, page in self._pages_by_code.items()
        }

    @cached_property
    def _pages_by_code(self) -> dict[str, str]:
        """The page of each milestone by its present code and its earlier ones."""
        return {code: page for page, codes in self.facts.milestones.items() for code in codes}


def is_for_the_top(name: str) -> bool:
    """Return whether a file only has a meaning at the top of a host."""
    stem, _, ending = SITEMAP.rpartition(".")
    return name in {ROBOTS, NOT_FOUND_FILE} or bool(re.fullmatch(rf"{stem}(-\d+)?\.{ending}", name))


def current(editions: Sequence[SiteEdition]) -> SiteEdition:
    """Return the edition for the top: the last approved or obsolete release, else the last, else the draft.

    Editions that are not listed are only considered if all others could not be built.

    Args:
        editions: at least one; as for `make_editions`.
    """
    listed = [edition for edition in editions if edition.revision.listed] or list(editions)
    releases = [edition for edition in listed if edition.revision.released]
    issued = [edition for edition in releases if edition.facts.status != "draft"]
    return (issued or releases or [each for each in listed if not each.revision.preview] or listed)[-1]


def places(editions: Sequence[SiteEdition], directories: Mapping[str, str]) -> dict[str, SiteEdition]:
    """Return the edition in each directory, by its path with a slash at the end; "" is the top.

    The current edition is also in `stable/` if it is approved, and the draft, or without one the last
    release, in `latest/`: links from elsewhere lead there. These are copies, because a static host has no
    links, and a page that redirects loses the anchor where there is no JavaScript.
    """
    top = current(editions)
    found = {TOP: top}
    if top.revision.released and top.facts.status != "draft":
        found[STABLE] = top
    if newest := latest(editions):
        found[LATEST] = newest
    return found | {f"{directories[each.name]}/": each for each in editions}


def latest(editions: Sequence[SiteEdition]) -> SiteEdition | None:
    """Return the draft, or without one the last release that is listed."""
    drafts = [each for each in editions if not (each.revision.released or each.revision.preview)]
    releases = [each for each in editions if each.revision.released and each.revision.listed]
    return next(iter(drafts[-1:] or releases[-1:]), None)


def published_at(editions: Sequence[SiteEdition]) -> str | None:
    """Return the address of the site of all editions: that of the current one, or else of the newest."""
    newest_first = (current(editions), *reversed(editions))
    return next((each.facts.site for each in newest_first if each.facts.site), None)


def directories(names: Sequence[str]) -> dict[str, str]:
    """Return the directory of each edition below the top, by name.

    It is the name, or a similar one with a digest if the name is not safe in a path. No two editions share a
    directory, even if the file system ignores case: of such names, those with capitals get a digest.
    """
    plain = {
        name
        for name in names
        if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]{,99}", name)
        and (name == name.lower() or [each.lower() for each in names].count(name.lower()) == 1)
    }
    found = {name: name for name in plain}
    taken = {name.lower() for name in plain}
    for name in sorted(set(names) - plain):
        stem = re.sub(r"[^A-Za-z0-9._-]", "-", name).lstrip(".-")[:100] or "edition"
        digest = files.digest(name)
        candidates = (f"{stem}-{digest[:length]}" for length in range(6, len(digest)))
        found[name] = next(each for each in candidates if each.lower() not in taken)
        taken.add(found[name].lower())
    return {name: f"v/{directory}" for name, directory in found.items()}
