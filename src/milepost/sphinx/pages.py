"""The pages of milestones: no documents of Sphinx, but in the theme's frame, and made only when they change.

What a page was made from is kept as a digest beside Sphinx's own memory of what it has read: what the page
says, and the frame that the theme puts around it, which is made once in each build to be compared.
"""

from __future__ import annotations

import html
import os
import posixpath
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util import logging

from milepost.base import addresses, files
from milepost.sphinx import domain, search
from milepost.sphinx.manifest import Manifest
from milepost.web import milestone_page
from milepost.web.milestone_page import Linked, MilestonePage, Neighbour

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment

    from milepost.views.milestones import Related

_logger = logging.getLogger(__name__)

EVENT = "milepost-page"
"""Emitted for each page with its name and milestone; the markup that handlers return is put into its head."""

Made = tuple[str, dict[str, Any], str]
"""A page for Sphinx to write: its name, what its template prints, and the template."""


def are_possible(builder: Builder) -> bool:
    """Return whether `builder` writes pages of extensions."""
    return isinstance(builder, StandaloneHTMLBuilder) and builder.name not in {"epub", "singlehtml"}


def collect(app: Sphinx) -> Iterable[Made]:
    """Return the pages to be written, for Sphinx (event `html-collect-pages`).

    Before and after that, all else is brought up to date: the search, the pages that lead from earlier codes
    to the present ones, and those of milestones that are gone.
    """
    to_make = domain.of(app.env).pages_to_make
    return () if to_make is None else to_make.outdated()


def documents_to_write(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return a document if there are pages to be written (event `env-updated`).

    Before version 9 Sphinx writes nothing, pages of extensions included, where no document has changed.
    """
    if not are_possible(app.builder):
        return []
    to_make = domain.of(env).pages_to_make = Pages(app)
    return [app.config.root_doc] if to_make.have_news() else []


def share_frame(
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Make once what is the same on all pages of milestones (event `html-page-context`).

    None of them is in the tree of contents, so that this tree and the addresses of styles and scripts are the
    same on all that are equally deep below the root.
    """
    milestones = domain.of(app.env)
    if doctree is not None or not milestones.pages or not pagename.startswith(f"{milestones.pages}/"):
        return
    for name in ("toctree", "css_tag", "js_tag"):
        if name in context:
            context[name] = _once(context[name], f"{name} {context['content_root']}", milestones.shared)


def _once(make: Callable[..., str], name: str, made: dict[str, str]) -> Callable[..., str]:
    """Return a function that makes what `make` does, and takes from `made` what has been made before."""

    def make_once(*arguments: Any, **options: Any) -> str:
        key = f"{name} {arguments} {sorted(options.items())}"
        if key not in made:
            made[key] = make(*arguments, **options)
        return made[key]

    return make_once


class Pages:
    """The pages of a build."""

    def __init__(self, app: Sphinx) -> None:
        self._app = app
        self._builder: StandaloneHTMLBuilder = app.builder  # type: ignore[assignment]  # as pages are wanted
        self._milestones = domain.of(app.env)
        self._source = self._milestones.source
        self._entries = {
            self._milestones.page_of(entry.page): entry
            for entry in self._source.catalogue.entries
            if self._milestones.pages
        }
        self._names = list(self._entries)
        self._positions = {name: position for position, name in enumerate(self._names)}
        self._path = Path(app.doctreedir) / f"milepost-{self._builder.name}.json"
        self._manifest = Manifest.read(self._path, str(app.outdir))

    def have_news(self) -> bool:
        """Return whether what the pages say has changed since they were written, or one is missing.

        What else they depend on are settings and documents, and changes of those make Sphinx write anyway.
        """
        return (
            self._manifest.source != self._source.digest
            or self._manifest.heads != files.digest(*self._heads.values())
            or bool(self._missing)
        )

    def outdated(self) -> Iterator[Made]:
        """Yield the pages that have to be written, and do what else there is to do."""
        self._milestones.shared.clear()
        self._warn_of_documents()
        if self._builder.indexer is not None:
            search.add(self._builder.indexer, self._entries)
        frames = self._frames()
        made_from = files.digest(
            self._source.digest, *frames, *map(repr, self._section_places.values()), *self._heads.values()
        )
        if self._manifest.made_from != made_from or self._missing:
            yield from self._changed(frames, made_from)

    def _changed(self, frames: list[str], made_from: str) -> Iterator[Made]:
        """Yield the pages that say or look otherwise than before; bring redirects up to date."""
        digests = dict(self._digests())
        # Another frame is another one on all pages; where it is on one only, that milestone has changed.
        same_frame = any(frame in self._manifest.frames for frame in frames)
        kept = {
            name: digest
            for name, digest in self._manifest.pages.items()
            if same_frame and digests.get(name) == digest and name not in self._missing
        }
        redirects = dict(self._redirects())
        self._remove(set(self._manifest.files) - {*digests, *redirects})
        manifest = Manifest(
            output=str(self._app.outdir), frames=frames, pages=kept, redirects=sorted(redirects)
        )
        # An interruption must not leave pages that are not what is recorded of them.
        manifest.write(self._path)
        for name in [name for name in digests if name not in kept]:
            view = self._view(name)
            body = milestone_page.milestone(view, self._source.templates)
            yield name, self._context(view, body, self._heads.get(name, "")), "page.html"
        for name, text in redirects.items():
            files.write(self._file(name), text)
        manifest.pages, manifest.source, manifest.made_from = digests, self._source.digest, made_from
        manifest.heads = files.digest(*self._heads.values())
        manifest.write(self._path)

    @cached_property
    def _missing(self) -> set[str]:
        """The pages that were written, or are to be, and are not there."""
        names = {*self._manifest.files, *self._entries}
        is_there = os.path.isfile  # much quicker than by `Path`, for thousands of them
        return {name for name in names if not is_there(self._builder.get_outfilename(name))}

    def _around(self, name: str) -> tuple[str | None, str | None]:
        """Return the pages before and after a page."""
        position = self._positions[name]
        before = self._names[position - 1] if position else None
        return before, self._names[position + 1] if position + 1 < len(self._names) else None

    def _digests(self) -> Iterator[tuple[str, str]]:
        """Yield the names of the pages with digests of what they say."""
        for name, entry in self._entries.items():
            around = [other and (other, self._entries[other].heading) for other in self._around(name)]
            places = [self._section_places[section.anchor] for section in entry.sections]
            said = repr((entry, around, places, self._source.catalogue.data_date))
            yield name, files.digest(self._source.program, said, self._heads.get(name, ""))

    def _view(self, name: str) -> MilestonePage:
        """Return what a page says."""
        entry = self._entries[name]
        before, after = (
            other and Linked(text=self._entries[other].heading, href=self._relative(name, other))
            for other in self._around(name)
        )
        return MilestonePage(
            entry=entry,
            predecessors=tuple(self._neighbour(name, each) for each in entry.predecessors),
            successors=tuple(self._neighbour(name, each) for each in entry.successors),
            sections=tuple(
                Linked(text=section.heading, href=self._section(name, section.anchor))
                for section in entry.sections
            ),
            data_date=self._source.catalogue.data_date,
            previous=before or None,
            next=after or None,
        )

    def _neighbour(self, name: str, related: Related) -> Neighbour:
        href = self._relative(name, self._milestones.page_of(related.page))
        return Neighbour(related=related, href=href)

    def _section(self, name: str, anchor: str) -> str | None:
        """Return the address of a section of the document, if the documents of the project have it."""
        place = self._section_places[anchor]
        return place and f"{self._relative(name, place[0])}#{place[1]}"

    @cached_property
    def _section_places(self) -> dict[str, tuple[str, str] | None]:
        """The documents and identifiers of the sections to which pages refer, where there are such."""
        labels = self._app.env.get_domain("std").anonlabels  # type: ignore[attr-defined]
        anchors = {section.anchor for entry in self._entries.values() for section in entry.sections}
        return {anchor: labels.get(anchor) for anchor in sorted(anchors)}

    @cached_property
    def _heads(self) -> dict[str, str]:
        """What other extensions want to have in the heads of pages, by the names of these."""
        if not self._app.events.listeners.get(EVENT):
            return {}
        return {
            name: "\n".join(filter(None, self._app.emit(EVENT, name, entry)))
            for name, entry in self._entries.items()
        }

    def _context(self, view: MilestonePage | None, body: str, head: str) -> dict[str, Any]:
        """Return what the theme's template needs to know, as Sphinx gives it for a document.

        Without a view it is that of an empty page.
        """
        return {
            "title": html.escape(view.entry.heading) if view else "",
            "body": body,
            "metatags": head,
            "prev": _related(view.previous) if view else None,
            "next": _related(view.next) if view else None,
            "parents": [],
            "meta": {},
            "toc": "",
            "display_toc": False,
            "sourcename": "",
        }

    def _frames(self) -> list[str]:
        """Return digests of what the theme puts around the first page and the last one.

        Both, because other extensions may put there something of the milestone.
        """
        path = self._path.with_suffix(".frame")
        digests = []
        for name in dict.fromkeys([*self._names[:1], *self._names[-1:]]):
            self._builder.handle_page(name, self._context(None, "", ""), "page.html", outfilename=path)
            digests.append(files.digest(name, path.read_bytes()))
        return digests

    def _redirects(self) -> Iterator[tuple[str, str]]:
        """Yield the pages that lead from earlier codes to present ones: their names and their text."""
        if self._builder.out_suffix in {".fjson", ".fpickle"}:
            return  # for programs, which look up codes
        base = self._app.config.html_baseurl
        for target, entry in self._entries.items():
            for code in entry.aka:
                name = self._milestones.page_of(addresses.milestone_page(code))
                href = self._relative(name, target)
                canonical = posixpath.join(base, self._builder.get_target_uri(target)) if base else href
                language = self._app.config.language.replace("_", "-")
                yield (
                    name,
                    milestone_page.redirect(code, entry, href, canonical, language, self._source.templates),
                )

    def _warn_of_documents(self) -> None:
        """Warn of documents that are lost because a milestone's page has their place."""
        for name in sorted(self._app.env.found_docs & self._entries.keys()):
            _logger.warning(
                "the page of the milestone %s takes the place of this document (move the document)",
                self._entries[name].code,
                location=name,
                type="milepost",
                subtype="page",
            )

    def _remove(self, names: Iterable[str]) -> None:
        """Remove pages that were written before, and directories that they had for themselves."""
        for name in names:
            path = self._file(name)
            path.unlink(missing_ok=True)
            if path.stem == "index" and path.parent.is_dir() and not any(path.parent.iterdir()):
                path.parent.rmdir()

    def _relative(self, name: str, other: str) -> str:
        return self._builder.get_relative_uri(name, other)

    def _file(self, name: str) -> Path:
        return Path(self._builder.get_outfilename(name))


def _related(linked: Linked | None) -> dict[str, str | None] | None:
    """Return a page before or after another as Sphinx's templates want it: the title as HTML."""
    return None if linked is None else {"link": linked.href, "title": html.escape(linked.text)}
