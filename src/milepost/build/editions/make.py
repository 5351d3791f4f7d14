"""Build a site for each release of a document and for its draft, side by side for one host.

The YAML of an edition comes from its revision; program and templates are the present ones. Finished editions
are kept in a cache. Links to other editions are inserted when all editions are assembled.
"""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from milepost.base import addresses, files, fingerprint
from milepost.base.addresses import absolute
from milepost.base.errors import MilepostError
from milepost.build import publish
from milepost.build.document import document_view
from milepost.build.editions.assembly import Assembly
from milepost.build.editions.comparisons import ALL_PAIRS, make_comparisons, pairs
from milepost.build.editions.edition import Facts, SiteEdition, current, directories, places, published_at
from milepost.build.editions.gone import with_gone
from milepost.build.editions.sealed import sealed, unsealed
from milepost.build.site import SiteSource, make_site
from milepost.build.site_extras import data_files, sitemap_files
from milepost.git.source_state import COMMIT_LENGTH, SourceState
from milepost.history.folder import drawn_states
from milepost.history.lags import RecordedLags, recorded_lags
from milepost.history.names import drawn_from, links_from
from milepost.latex import pdf, toolchain
from milepost.loading.load import loads
from milepost.views.milestones import milestones_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from milepost.base.errors import Problem
    from milepost.base.paths import Workspace
    from milepost.git.releases import Revision
    from milepost.history.states import Snapshot
    from milepost.loading.load import Loaded
    from milepost.views.document import DocumentView

_RECORD = "edition.json"


@dataclass(slots=True)
class EditionsReport:
    """What a run of `make_editions` did.

    Attributes:
        made: names of the editions that were built.
        kept: names of the editions that were taken from the cache.
        failed: the problems of the others, by name.
        current: the edition at the top; None if there are no editions.
        warnings: about files that were kept in the directory of all editions.
    """

    made: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    failed: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    current: SiteEdition | None = None
    warnings: tuple[Problem, ...] = ()


def make_editions(  # noqa: PLR0913 -- all but the first two by name
    revisions: Sequence[Revision],
    workspace: Workspace,
    *,
    with_pdf: bool,
    epoch: int | None,
    most: int = ALL_PAIRS,
    on_made: Callable[[str], None] = lambda _: None,
    on_compare: Callable[[int], None] = lambda _: None,
    on_wait: Callable[[], None] = lambda: None,
) -> EditionsReport:
    """Build the editions of `revisions` and assemble them in `workspace.editions`.

    A revision that cannot be built is left out. If there is none left, existing files are kept.

    Args:
        revisions: releases from the oldest to the newest, the draft, and previews.
        workspace: where the document is.
        with_pdf: whether the sites offer the PDF.
        epoch: the value of SOURCE_DATE_EPOCH, where it is set.
        most: how many of the newest editions are compared with each other.
        on_made: called with the name of each edition before it is built.
        on_compare: called with the number of comparisons before they are made.
        on_wait: called before waiting for another run in the same workspace.
    """
    report = EditionsReport()
    named = directories([revision.name for revision in revisions])
    maker = _Maker(workspace, named, with_pdf=with_pdf, epoch=epoch)
    found: list[SiteEdition] = []
    with files.lock(workspace.lock("editions"), on_wait):
        publish.recover(workspace.editions)
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
            site = published_at(found)
            data = {
                place: maker.data(edition, absolute(site, place))
                for place, edition in places(found, named).items()
                if site is not None
            }
            listed = [each.name for each in found if each.revision.listed]
            comparisons = make_comparisons(
                found,
                named,
                workspace,
                wanted=pairs(listed, report.current.name, most),
                site=site,
                made_by=maker.made_by,
                on_made=on_compare,
            )
            together = Assembly(with_gone(found), named, data, comparisons, workspace.templates)
            report.warnings = publish.publish(together, workspace.editions).warnings
            maker.forget_others(found)
    return report


class _Maker:
    """Build editions, or find them in the cache."""

    def __init__(
        self, workspace: Workspace, named: Mapping[str, str], *, with_pdf: bool, epoch: int | None
    ) -> None:
        self._workspace = workspace
        self._cache = workspace.editions_cache
        self._work = workspace.editions_work
        self._templates = workspace.templates
        self._named = named
        self._with_pdf = with_pdf
        self._epoch = epoch
        self._last: tuple[Revision, Loaded, DocumentView, int] | None = None
        self._states: tuple[Snapshot, ...] = ()
        self._lags = RecordedLags()
        self.made_by = files.digest(
            fingerprint.of_everything(workspace.templates), toolchain.own_classes(), f"{with_pdf} {epoch}"
        )

    def kept(self, revision: Revision) -> SiteEdition | None:
        """Return the edition from the cache; None if it is not there exactly as it was built."""
        directory = self._directory(revision)
        record = _Record.read(directory)
        try:
            if record is None or any(
                files.digest((directory / "site" / name).read_bytes()) != digest
                for name, digest in record.files.items()
            ):
                return None
        except OSError:
            return None
        return SiteEdition(
            revision=revision, site=directory / "site", facts=Facts(**record.facts), files=tuple(record.files)
        )

    def made(self, revision: Revision) -> SiteEdition:
        """Build an edition.

        Raises:
            MilepostError: as `milepost.build.document.build`.
        """
        loaded, view, time = self._read(revision)
        # The draft changes often; with the files of its last run, Sphinx rebuilds less.
        is_draft = not (revision.released or revision.preview)
        work = self._work / ("draft" if is_draft else "others")
        if not is_draft and work.exists():
            shutil.rmtree(work)
        printed = None
        if self._with_pdf:
            printed = pdf.document_pdf(view, work / "latex", epoch=time, templates=self._templates).pdf
        source = SiteSource(
            content=revision.content,
            loaded=loaded,
            view=view,
            pdf=printed,
            time=time,
            templates=self._templates,
            states=self._states,
            lags=self._lags,
        )
        directory = self._directory(revision)
        _remove(directory)
        site = directory / "site"
        contents = make_site(source, work)
        publish.publish(contents, site)
        names = tuple(contents)
        milestones = milestones_of(loaded.document, view).entries
        facts = Facts(
            handle=view.handle,
            status=loaded.document.metadata.status,
            mark=view.mark or "",
            version=view.version or "",
            data_date=view.data_date,
            site=view.site,
            milestones={
                addresses.milestone_file(entry.page): [entry.code, *entry.aka] for entry in milestones
            },
            names={addresses.milestone_file(entry.page): entry.name for entry in milestones},
            dates={
                addresses.milestone_file(entry.page): [entry.due, entry.forecast or "", entry.status]
                for entry in milestones
            },
        )
        _Record(
            name=revision.name,
            released=revision.released,
            made_by=self.made_by,
            facts=asdict(facts),
            files={name: files.digest((site / name).read_bytes()) for name in names},
        ).write(directory)
        edition = SiteEdition(revision=revision, site=site, facts=facts, files=names)
        if view.site:  # now, because the YAML has been read
            self.data(edition, absolute(view.site, f"{self._named[revision.name]}/"))
        return edition

    def data(self, edition: SiteEdition, address: str) -> dict[str, Path]:
        """Return the files for programs of an edition that is published at `address`, by name.

        The site of the edition has those for the address of the document.
        """
        if address == absolute(edition.facts.site or ""):
            return {}
        directory = edition.site.parent / "data" / files.digest(address)[:24]
        if (found := _recorded(directory)) is None:
            loaded, view, time = self._read(edition.revision)
            findings = (*loaded.warnings, *loaded.accepted)
            milestones = milestones_of(loaded.document, view, findings, self._lags.days)
            there = replace(view, site=address)
            found = {}
            made = (
                *data_files(there, milestones, time, self._templates),
                *sitemap_files(there, milestones, edition.files, self._templates),
            )
            for name, content in made:
                files.write_if_changed(directory / name, content)
                found[name] = files.digest(content)
            files.write_if_changed(directory / _RECORD, sealed(found))
        return {name: directory / name for name in found}

    def _read(self, revision: Revision) -> tuple[Loaded, DocumentView, int]:
        """Return the document in a revision, and the time of that; the last one is remembered."""
        if self._last is None or self._last[0] != revision:
            loaded = loads(revision.content, revision.file)
            state = SourceState(
                commit=revision.commit[:COMMIT_LENGTH], committed=revision.committed, epoch=self._epoch
            )
            self._states, _ = drawn_states(self._workspace, loaded.document)
            self._lags = recorded_lags(self._workspace, loaded.document)
            view, time = document_view(loaded, state, self._states)
            self._last = (revision, loaded, replace(view, edit_url=_edit_url(revision, view)), time)
        return self._last[1:]

    def forget_others(self, editions: Sequence[SiteEdition]) -> None:
        """Remove editions that cannot be used again.

        These are unfinished ones, those of another program or other options, earlier drafts, and tags before
        they moved. Releases that this run did not choose are kept.
        """
        names = {edition.name for edition in editions}
        chosen = {edition.site.parent for edition in editions}
        for directory in set(self._cache.iterdir()) - chosen:
            record = _Record.read(directory)
            is_of_other_release = record and record.released and record.name not in names
            if record is None or record.made_by != self.made_by or not is_of_other_release:
                _remove(directory)
        shutil.rmtree(self._work / "others", ignore_errors=True)

    def _directory(self, revision: Revision) -> Path:
        # A tag and a branch of one commit share a site, unless links lead to the source of the branch.
        can_be_edited = f"{revision.branch} {revision.preview}" if b"edit_url" in revision.content else ""
        content = revision.content
        records = drawn_from(self._workspace, content), links_from(self._workspace, content)
        made_from = (content, revision.commit, str(revision.committed), can_be_edited, *records)
        key = files.digest(*made_from, self.made_by)
        return self._cache / key[:24]


def _edit_url(revision: Revision, view: DocumentView) -> str | None:
    """Return where a reader can edit the source of this edition.

    The address in the document is that for the draft. It is right for another branch if its path names that.
    """
    address, branch = view.edit_url, revision.branch
    is_right = branch and address and (not revision.preview or f"/{branch}/" in address)
    return address if is_right else None


def _remove(path: Path) -> None:
    """Remove a folder, or a file that something else put in its place."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """What is known of an edition in the cache; written last, so that an unfinished edition has none.

    Attributes:
        name, released: as in `Revision`.
        made_by: digest of the program, its templates and the options.
        facts: fields of `Facts`.
        files: digest of each file of the site, by name.
    """

    name: str
    released: bool
    made_by: str
    facts: dict[str, Any]
    files: dict[str, str]

    @classmethod
    def read(cls, directory: Path) -> _Record | None:
        """Return the record in `directory`; None if there is none, or it is not as it was written."""
        try:
            return cls(**unsealed(directory / _RECORD))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, directory: Path) -> None:
        files.write_if_changed(directory / _RECORD, sealed(asdict(self)))


def _recorded(directory: Path) -> dict[str, str] | None:
    """Return the digests of the files in `directory` by name; None if they are not as they were written."""
    try:
        found = unsealed(directory / _RECORD)
        intact = all(publish.has_digest(directory / name, digest) for name, digest in found.items())
    except (OSError, ValueError):
        return None
    return found if intact else None
