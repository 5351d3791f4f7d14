"""The pages of milestones: no documents of Sphinx, but in the theme's frame, and made only when they change.

What a page was made from is kept as a digest beside Sphinx's own memory of what it has read: what the page
says, and the frame that the theme puts around it, which is made once in each build to be compared.
"""

from __future__ import annotations

import html
import json
import posixpath
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util import logging

from milepost import files
from milepost.paths import milestone_page
from milepost.render import pages
from milepost.render.pages import Linked, MilestonePage, Neighbour
from milepost.sphinx import domain, search

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment

    from milepost.catalogue import Related

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
    return _Pages(app).outdated()


def documents_to_write(app: Sphinx, _env: BuildEnvironment) -> list[str]:
    """Return a document if there are pages to be written (event `env-updated`).

    Before version 9 Sphinx writes nothing, pages of extensions included, where no document has changed.
    """
    return [app.config.root_doc] if are_possible(app.builder) and _Pages(app).have_news() else []


def keep_navigation(
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Make the tree of contents once for all pages of milestones (event `html-page-context`).

    It is the same on all of them, since they lie in one directory and none is in the tree.
    """
    milestones = domain.of(app.env)
    make = context.get("toctree")
    if (
        doctree is not None
        or not make
        or not milestones.pages
        or not pagename.startswith(f"{milestones.pages}/")
    ):
        return

    def toctree(**options: Any) -> str:
        key = repr(sorted(options.items()))
        if key not in milestones.navigation:
            milestones.navigation[key] = make(**options)
        return milestones.navigation[key]

    context["toctree"] = toctree


@dataclass(slots=True)
class _Record:
    """What was written the last time.

    Attributes:
        output: the directory of the output.
        source: the digest of the source.
        made_from: a digest of all that the pages were made from.
        heads: a digest of what other extensions had in the heads of the pages.
        frames: digests of what the theme puts around two of the pages.
        pages: by their names, digests of what they say.
        redirects: the names of the pages that lead to others.
    """

    output: str
    source: str = ""
    made_from: str = ""
    heads: str = ""
    frames: list[str] = field(default_factory=list)
    pages: dict[str, str] = field(default_factory=dict)
    redirects: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path, output: str) -> _Record:
        """Return the record in `path`; an empty one where there is none of that output."""
        try:
            record = cls(**json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return cls(output)
        return record if record.output == output else cls(output)

    @property
    def files(self) -> list[str]:
        """The names of all that was written."""
        return [*self.pages, *self.redirects]

    def write(self, path: Path) -> None:
        """Keep the record in `path`."""
        values = asdict(self)
        files.write(path, json.dumps(values, indent=1, sort_keys=True) + "\n")


class _Pages:
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
        self._labels = app.env.get_domain("std").anonlabels  # type: ignore[attr-defined]
        self._path = Path(app.doctreedir) / f"milepost-{self._builder.name}.json"
        self._record = _Record.read(self._path, str(app.outdir))

    def have_news(self) -> bool:
        """Return whether what the pages say has changed since they were written, or one is missing.

        What else they depend on are settings and documents, and changes of those make Sphinx write anyway.
        """
        return (
            self._record.source != self._source.digest
            or not self._are_there(self._entries)
            or self._record.heads != files.digest(*self._heads().values())
        )

    def outdated(self) -> Iterator[Made]:
        """Yield the pages that have to be written, and do what else there is to do."""
        self._milestones.navigation.clear()
        self._warn_of_documents()
        if self._builder.indexer is not None:
            search.add(self._builder.indexer, self._entries)
        heads = self._heads()
        frames = self._frames()
        places = self._section_places()
        made_from = files.digest(self._source.digest, *frames, repr(places), *heads.values())
        if self._record.made_from != made_from or not self._are_there(self._record.files):
            yield from self._changed(heads, frames, made_from)

    def _changed(self, heads: dict[str, str], frames: list[str], made_from: str) -> Iterator[Made]:
        """Yield the pages that say or look otherwise than before; bring redirects up to date."""
        views = dict(self._views())
        program = self._source.program
        digests = {
            name: files.digest(program, repr(view), heads.get(name, "")) for name, view in views.items()
        }
        # Another frame is another one on all pages; where it is on one only, that milestone has changed.
        same_frame = any(frame in self._record.frames for frame in frames)
        kept = {
            name: digest
            for name, digest in self._record.pages.items()
            if same_frame and digests.get(name) == digest and self._file(name).is_file()
        }
        redirects = dict(self._redirects())
        self._remove(set(self._record.files) - {*views, *redirects})
        record = _Record(output=str(self._app.outdir), frames=frames, pages=kept, redirects=sorted(redirects))
        # An interruption must not leave pages that are not what is recorded of them.
        record.write(self._path)
        for name, view in views.items():
            if name not in kept:
                body = pages.milestone(view, *self._source.own_templates)
                yield name, self._context(view, body, heads.get(name, "")), "page.html"
        for name, text in redirects.items():
            files.write(self._file(name), text)
        record.pages, record.source, record.made_from = digests, self._source.digest, made_from
        record.heads = files.digest(*heads.values())
        record.write(self._path)

    def _views(self) -> Iterator[tuple[str, MilestonePage]]:
        """Yield what each page says, by its name."""
        entries = list(self._entries.items())
        for position, (name, entry) in enumerate(entries):
            before = entries[position - 1] if position else None
            after = entries[position + 1] if position + 1 < len(entries) else None
            yield (
                name,
                MilestonePage(
                    entry=entry,
                    predecessors=tuple(self._neighbour(name, each) for each in entry.predecessors),
                    successors=tuple(self._neighbour(name, each) for each in entry.successors),
                    sections=tuple(
                        Linked(text=section.heading, href=self._section(name, section.anchor))
                        for section in entry.sections
                    ),
                    data_date=self._source.catalogue.data_date,
                    previous=before and Linked(text=before[1].heading, href=self._relative(name, before[0])),
                    next=after and Linked(text=after[1].heading, href=self._relative(name, after[0])),
                ),
            )

    def _neighbour(self, name: str, related: Related) -> Neighbour:
        href = self._relative(name, self._milestones.page_of(related.page))
        return Neighbour(related=related, href=href)

    def _section(self, name: str, anchor: str) -> str | None:
        """Return the address of a section of the document, if the documents of the project have it."""
        docname, identifier = self._labels.get(anchor, ("", ""))
        return f"{self._relative(name, docname)}#{identifier}" if docname else None

    def _section_places(self) -> list[tuple[str, str]]:
        """Return where the sections are to which pages refer."""
        anchors = {section.anchor for entry in self._entries.values() for section in entry.sections}
        return [self._labels.get(anchor, ("", "")) for anchor in sorted(anchors)]

    def _heads(self) -> dict[str, str]:
        """Return what other extensions want to have in the heads of pages, by the names of these."""
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
        names = list(self._entries)
        path = self._path.with_suffix(".frame")
        digests = []
        for name in dict.fromkeys([*names[:1], *names[-1:]]):
            self._builder.handle_page(name, self._context(None, "", ""), "page.html", outfilename=path)
            digests.append(files.digest(name, path.read_bytes()))
        return digests

    def _redirects(self) -> Iterator[tuple[str, str]]:
        """Yield the pages that lead from earlier codes to present ones: their names and their text."""
        if not self._builder.out_suffix.endswith("html"):
            return  # a format for programs, which look up codes
        base = self._app.config.html_baseurl
        for target, entry in self._entries.items():
            for code in entry.aka:
                name = self._milestones.page_of(milestone_page(code))
                href = self._relative(name, target)
                canonical = posixpath.join(base, self._builder.get_target_uri(target)) if base else href
                language = self._app.config.language.replace("_", "-")
                yield (
                    name,
                    pages.redirect(code, entry, href, canonical, language, *self._source.own_templates),
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

    def _are_there(self, names: Iterable[str]) -> bool:
        return all(self._file(name).is_file() for name in names)


def _related(linked: Linked | None) -> dict[str, str | None] | None:
    """Return a page before or after another as Sphinx's templates want it: the title as HTML."""
    return None if linked is None else {"link": linked.href, "title": html.escape(linked.text)}
