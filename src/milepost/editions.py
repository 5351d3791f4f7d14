"""Editions: a site for each release of a document, side by side for one host.

An edition is yesterday's document in today's layout: the YAML of a revision, printed by the program and the
templates as they are now. One that was made before is not made again; what it has to say of the others is put
into its finished pages when all of them are brought together.
"""

from __future__ import annotations

import json
import posixpath
import shutil
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from milepost import files, ingredients, paths, pdf
from milepost.build import SourceState, laid_out
from milepost.catalogue import catalogue
from milepost.dates import from_epoch, iso
from milepost.errors import MilepostError
from milepost.load import loads
from milepost.paths import ROBOTS, SITEMAP
from milepost.render.site_editions import Choice, Notice, placed
from milepost.render.site_frame import from_anywhere
from milepost.site import SiteSource, make_site
from milepost.site_files import NOT_FOUND

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from milepost.errors import Problem
    from milepost.paths import Workspace

_COMMIT_LENGTH = 8
_NOT_FOUND = f"{NOT_FOUND}.html"
_AT_THE_TOP = frozenset({SITEMAP, ROBOTS, _NOT_FOUND})
"""Files that count at the top of a host alone."""
_LANDING = "index.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A revision of the source from which an edition can be made.

    Attributes:
        name: of the tag or branch.
        commit: full name of its commit.
        committed: when that was made, in seconds since 1970.
        content: the YAML as it was then.
        file: its name in the places of problems.
        released: whether it is a tag, and not the branch on which the document is written.
    """

    name: str
    commit: str
    committed: int
    content: bytes
    file: str
    released: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of an edition that has been made.

    Attributes:
        status, mark, version, data_date, site: as in the document; `mark` and `version` may be empty.
        milestones: the codes of each milestone, present and earlier, by the name of its page.
    """

    status: str
    mark: str
    version: str
    data_date: str
    site: str | None
    milestones: dict[str, list[str]]


@dataclass(frozen=True, kw_only=True)
class Edition:
    """An edition that has been made: its revision, its site, its pages, and the facts about it."""

    revision: Revision
    site: Path
    facts: Facts
    pages: frozenset[str]

    @property
    def name(self) -> str:
        """What it is called."""
        return self.revision.name

    @property
    def date(self) -> str:
        """The day of its revision."""
        return iso(from_epoch(self.revision.committed))

    @property
    def directory(self) -> str:
        """Where it stands below the top: by its name, with a mark of its own where that is no safe one."""
        safe = paths.stem(self.name).lstrip(".-") or "edition"
        return f"v/{safe}" if safe == self.name else f"v/{safe}-{files.digest(self.name)[:6]}"

    def counterpart(self, other: Edition, page: str) -> str:
        """Return the page here that is the `page` of the `other`; the landing page for want of one."""
        for code in other.facts.milestones.get(page, ()):
            if code in self._pages_by_code:
                return self._pages_by_code[code]
        return page if page in self.pages else _LANDING

    @cached_property
    def _pages_by_code(self) -> dict[str, str]:
        """The page of each milestone by its present code and its earlier ones."""
        return {code: page for page, codes in self.facts.milestones.items() for code in codes}


@dataclass(slots=True)
class EditionsReport:
    """What the making of editions has done.

    Attributes:
        made: the names of those that were made now.
        kept: the names of those that had been made before.
        failed: what is wrong with the others, by their names.
        current: the one at the top; None when there is none at all.
        files: how many files there are in the end.
    """

    made: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    failed: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    current: Edition | None = None
    files: int = 0


def make_editions(
    revisions: Sequence[Revision],
    workspace: Workspace,
    *,
    with_pdf: bool,
    epoch: int | None,
    on_made: Callable[[str], None] = lambda _: None,
) -> EditionsReport:
    """Make the editions of `revisions` and bring them together in `workspace.editions`.

    A revision that cannot be made is left out. Without any, what was there before stays.

    Args:
        revisions: releases from the oldest to the newest, then the draft.
        workspace: where the document is.
        with_pdf: whether the sites offer the PDF.
        epoch: the value of SOURCE_DATE_EPOCH, where it is set.
        on_made: is told the name of each edition that is about to be made.
    """
    report = EditionsReport()
    own = (workspace.own_templates,) if workspace.own_templates.is_dir() else ()
    maker = _Maker(workspace, own, with_pdf=with_pdf, epoch=epoch)
    found: list[Edition] = []
    with files.alone(workspace.editions.parent):
        for revision in revisions:
            edition = maker.kept(revision)
            if edition is not None:
                report.kept.append(revision.name)
            else:
                on_made(revision.name)
                try:
                    edition = maker.made(revision)
                except MilepostError as error:
                    report.failed[revision.name] = error.problems
                    continue
                report.made.append(revision.name)
            found.append(edition)
        if found:
            report.current = current(found)
            contents = dict(_Together(found, report.current, own).contents())
            files.mirror(contents, workspace.editions)
            report.files = len(contents)
            maker.forget_all_but(found)
    return report


def current(editions: Sequence[Edition]) -> Edition:
    """Return the edition for the top: the last approved release, else the last release, else the draft.

    Args:
        editions: at least one; as for `make_editions`.
    """
    releases = [edition for edition in editions if edition.revision.released]
    approved = [edition for edition in releases if edition.facts.status == "approved"]
    return (approved or releases or list(editions))[-1]


class _Maker:
    """Makes editions, and finds those that have been made."""

    def __init__(
        self, workspace: Workspace, own: tuple[Path, ...], *, with_pdf: bool, epoch: int | None
    ) -> None:
        self._cache = workspace.editions_cache
        self._work = workspace.editions_work
        self._own = own
        self._with_pdf = with_pdf
        self._epoch = epoch
        self._program = ingredients.of_everything(own)

    def kept(self, revision: Revision) -> Edition | None:
        """Return the edition if it has been made from the same; what was broken off has no record."""
        directory = self._directory(revision)
        try:
            facts = Facts(**json.loads((directory / "edition.json").read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        return _edition(revision, directory / "site", facts)

    def made(self, revision: Revision) -> Edition:
        """Make an edition.

        Raises:
            MilepostError: as `milepost.build.build`.
        """
        loaded = loads(revision.content, revision.file)
        state = SourceState(
            commit=revision.commit[:_COMMIT_LENGTH], committed=revision.committed, epoch=self._epoch
        )
        view, time = laid_out(loaded, state)
        # The draft changes often, and less of it has to be made when Sphinx finds what it made before.
        work = self._work / ("release" if revision.released else "draft")
        if revision.released and work.exists():
            shutil.rmtree(work)
        printed = None
        if self._with_pdf:
            printed = pdf.document_pdf(view, work / "latex", epoch=time, own_templates=self._own).pdf
        source = SiteSource(
            content=revision.content,
            loaded=loaded,
            view=view,
            pdf=printed,
            time=time,
            own_templates=self._own,
        )
        directory = self._directory(revision)
        make_site(source, work, directory / "site")
        facts = Facts(
            status=loaded.document.metadata.status,
            mark=view.mark or "",
            version=view.version or "",
            data_date=view.data_date,
            site=view.site,
            milestones={
                paths.milestone_file(entry.page): [entry.code, *entry.aka]
                for entry in catalogue(loaded.document, view).entries
            },
        )
        files.write(directory / "edition.json", json.dumps(asdict(facts), sort_keys=True))
        return _edition(revision, directory / "site", facts)

    def forget_all_but(self, editions: Iterable[Edition]) -> None:
        """Remove what was made from other revisions, or by another program."""
        wanted = {edition.site.parent.name for edition in editions}
        for directory in self._cache.iterdir():
            if directory.name not in wanted:
                shutil.rmtree(directory)
        shutil.rmtree(self._work / "release", ignore_errors=True)

    def _directory(self, revision: Revision) -> Path:
        key = files.digest(
            revision.content,
            revision.commit,
            str(revision.committed),
            self._program,
            f"{self._with_pdf} {self._epoch}",
        )
        return self._cache / key[:24]


def _edition(revision: Revision, site: Path, facts: Facts) -> Edition:
    pages = frozenset(name for name, _ in files.tree(site) if name.endswith(".html")) - _AT_THE_TOP
    return Edition(revision=revision, site=site, facts=facts, pages=pages)


class _Together:
    """All editions in one place, `top` at its top."""

    def __init__(self, editions: Sequence[Edition], top: Edition, own: tuple[Path, ...]) -> None:
        self._editions = editions
        self._top = top
        self._own = own

    def contents(self) -> Iterator[tuple[str, str | bytes | Path]]:
        """Yield the name and content of each file."""
        places = [("", self._top), *((f"{edition.directory}/", edition) for edition in self._editions)]
        for place, edition in places:
            for name, path in files.tree(edition.site):
                if place and name in _AT_THE_TOP:
                    continue
                is_page = name.endswith(".html")
                yield f"{place}{name}", self._placed(edition, place, name) if is_page else path
        yield "editions.json", self._listed()

    def _placed(self, edition: Edition, place: str, name: str) -> str:
        """Return a page of an edition as it stands at `place`."""
        top = self._top

        def href(other: Edition) -> str:
            there = "" if other is top else f"{other.directory}/"
            target = f"{there}{other.counterpart(edition, name)}"
            return posixpath.relpath(target, posixpath.dirname(f"{place}{name}") or ".")

        notice = None
        if edition is not top:
            notice = Notice(
                status=edition.facts.status,
                mark=edition.facts.mark,
                here=edition.name,
                current=top.name,
                href=href(top),
            )
        choices = [
            Choice(name=other.name, what=self._what(other), href=href(other), here=other is edition)
            for other in reversed(self._editions)
        ]
        page = (edition.site / name).read_text("utf-8")
        finished = placed(page, notice, choices, self._canonical(edition, place, name), *self._own)
        return from_anywhere(finished, top.facts.site) if name == _NOT_FOUND else finished

    def _canonical(self, edition: Edition, place: str, name: str) -> str | None:
        """Return the address by which a page should be known: at the top, where it is there, too."""
        site = self._top.facts.site
        if site is None:
            return None
        at_the_top = self._top.counterpart(edition, name)
        # The landing page stands in for other pages, but is not the same.
        is_there = at_the_top != _LANDING or name == _LANDING
        return f"{site}{at_the_top if is_there else f'{place}{name}'}"

    def _what(self, edition: Edition) -> str:
        """Return in words what an edition is, for whoever has the choice."""
        words = [edition.facts.status, edition.date]
        return ", ".join(["current", *words] if edition is self._top else words)

    def _listed(self) -> str:
        """Return the list of the editions for programs, the newest first."""
        entries = [
            {
                "name": edition.name,
                "directory": f"{edition.directory}/",
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
