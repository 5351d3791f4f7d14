"""The pages of milestones and their index, which are no documents of Sphinx; written only if they change.

A digest of what each page was made from is kept beside Sphinx's own cache: of the contents, and of the
theme's frame, which each build makes once to compare it.
"""

from __future__ import annotations

import os
import posixpath
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util import logging

from milepost.base import addresses, files
from milepost.base.processes.beside import Beside
from milepost.sphinx.domain import milepost_domain
from milepost.sphinx.pages import search
from milepost.sphinx.pages.contents import PageContents, context
from milepost.sphinx.pages.frame import Frame
from milepost.sphinx.pages.manifest import Manifest
from milepost.web import milestone_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment


_logger = logging.getLogger(__name__)

EVENT = "milepost-page"
"""Emitted for each page with its name and milestone; markup that handlers return is put into its head."""

_MANY = 20
"""Pages for which it pays to make the frame by itself."""

Made = tuple[str, dict[str, Any], str]
"""A page for Sphinx to write: name, context of the template, and template."""


def are_possible(builder: Builder) -> bool:
    """Return whether `builder` can write pages of extensions."""
    return isinstance(builder, StandaloneHTMLBuilder) and builder.name not in {"epub", "singlehtml"}


def collect(app: Sphinx) -> Iterable[Made]:
    """Return the pages for Sphinx to write (event `html-collect-pages`).

    While they are written, also update the search and the redirects from earlier codes, and remove the pages
    of milestones that no longer exist.
    """
    to_make = milepost_domain(app.env).pages_to_make
    return () if to_make is None else to_make.outdated()


def documents_to_write(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return a document if there are pages to write (event `env-updated`).

    Before version 9, Sphinx writes no pages of extensions if no document has changed.
    """
    if not are_possible(app.builder):
        return []
    to_make = milepost_domain(env).pages_to_make = Pages(app)
    return [app.config.root_doc] if to_make.have_news() else []


def share_frame(
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Make the parts that all pages of milestones share only once (event `html-page-context`).

    No such page is in the table of contents, so this table and the addresses of styles and scripts are the
    same on all pages in the same directory.
    """
    domain = milepost_domain(app.env)
    if doctree is not None or not domain.pages or not pagename.startswith(f"{domain.pages}/"):
        return
    for name in ("toctree", "css_tag", "js_tag"):
        if name in context:
            context[name] = _cached(context[name], f"{name} {context['content_root']}", domain.shared)


def _cached(make: Callable[..., str], name: str, cache: dict[str, str]) -> Callable[..., str]:
    """Return `make` with its results kept in `cache`."""

    def cached(*arguments: Any, **options: Any) -> str:
        key = f"{name} {arguments} {sorted(options.items())}"
        if key not in cache:
            cache[key] = make(*arguments, **options)
        return cache[key]

    return cached


class Pages:
    """The pages of a build."""

    def __init__(self, app: Sphinx) -> None:
        self._app = app
        self._builder: StandaloneHTMLBuilder = app.builder  # type: ignore[assignment]  # see `are_possible`
        self._domain = milepost_domain(app.env)
        self._source = self._domain.source
        self._contents = PageContents(app, self._domain)
        self._entries = self._contents.entries
        self._path = Path(app.doctreedir) / f"milepost-{self._builder.name}.json"
        self._manifest = Manifest.read(self._path, str(app.outdir))

    def have_news(self) -> bool:
        """Return whether the contents of the pages have changed, or a page is missing.

        The pages also depend on settings and documents, but if those change, Sphinx writes pages anyway.
        """
        return (
            self._manifest.source != self._source.digest
            or self._manifest.heads != files.digest(*self._heads.values())
            or bool(self._missing)
        )

    def outdated(self) -> Iterator[Made]:
        """Yield the pages to write, and update the search, redirects and manifest."""
        self._domain.shared.clear()
        self._warn_of_documents()
        if self._builder.indexer is not None:
            search.add(self._builder.indexer, self._entries)
        frames = self._frames()
        made_from = files.digest(self._source.digest, *frames, *self._contents.shared, *self._heads.values())
        if self._manifest.made_from != made_from or self._missing:
            yield from self._changed(frames, made_from)

    def _changed(self, frames: list[str], made_from: str) -> Iterator[Made]:
        """Yield the pages whose contents or frame have changed; update redirects and manifest."""
        digests = dict(self._contents.digests(self._heads))
        # If both frames differ, the theme has changed; if one does, only that milestone has.
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
        # After an interruption, pages that may be written or not must not count as up to date.
        manifest.write(self._path)
        changed = [name for name in digests if name not in kept]
        of_milestones = [name for name in changed if name in self._entries]
        written = set(of_milestones) if self._write(of_milestones) else set()
        for name in changed:
            if name not in written:
                yield *self._made(name), "page.html"
        for name, text in redirects.items():
            files.write_if_changed(self._file(name), text)
        manifest.pages, manifest.source, manifest.made_from = digests, self._source.digest, made_from
        manifest.heads = files.digest(*self._heads.values())
        manifest.write(self._path)

    def _made(self, name: str) -> tuple[str, dict[str, Any]]:
        return name, self._contents.context(name, self._heads.get(name, ""))

    def _write(self, names: list[str]) -> bool:
        """Write pages of milestones in a frame that is made once; return False where it does not fit."""
        differences = self._domain.differences
        if differences is None or len(names) < _MANY:
            return False
        frame = Frame(self._builder, differences, self._path.with_suffix(".frame"))
        middle = len(names) // 2
        if not frame.fits(map(self._made, (names[0], names[middle], names[-1]))):
            return False

        def write(names: list[str]) -> None:
            for name in names:
                content = frame.page(*self._made(name))
                self._file(name).write_text(content, "utf-8", "xmlcharrefreplace")

        self._file(names[0]).parent.mkdir(parents=True, exist_ok=True)
        with Beside(lambda: write(names[middle:])) as others:
            write(names[:middle])
            others.result()
        return True

    @cached_property
    def _missing(self) -> set[str]:
        """The pages that do not exist, or no longer exist, in the output."""
        names = {*self._manifest.files, *self._entries, *self._contents.index}
        exists = os.path.isfile  # much faster than `Path.is_file`, and there are thousands
        return {name for name in names if not exists(self._builder.get_outfilename(name))}

    @cached_property
    def _heads(self) -> dict[str, str]:
        """The markup of other extensions for the heads of pages, by the names of the pages."""
        if not self._app.events.listeners.get(EVENT):
            return {}
        return {
            name: "\n".join(filter(None, self._app.emit(EVENT, name, entry)))
            for name, entry in self._entries.items()
        }

    def _frames(self) -> list[str]:
        """Return digests of the theme's frame of the first and the last page.

        Of both, because other extensions may put something about the milestone into it.
        """
        path = self._path.with_suffix(".frame")
        digests = []
        names = list(self._entries)
        for name in dict.fromkeys([*names[:1], *names[-1:]]):
            self._builder.handle_page(name, context("", ""), "page.html", outfilename=path)
            digests.append(files.digest(name, path.read_bytes()))
        return digests

    def _redirects(self) -> Iterator[tuple[str, str]]:
        """Yield the names and contents of the pages that redirect from earlier codes."""
        if self._builder.out_suffix in {".fjson", ".fpickle"}:
            return  # these are read by programs, which look up codes
        base = self._app.config.html_baseurl
        for target, entry in self._entries.items():
            for code in entry.aka:
                name = self._domain.page_name(addresses.milestone_page(code))
                href = self._contents.relative(name, target)
                canonical = posixpath.join(base, self._builder.get_target_uri(target)) if base else href
                language = self._app.config.language.replace("_", "-")
                yield (
                    name,
                    milestone_page.redirect(
                        code,
                        entry,
                        href,
                        canonical,
                        language,
                        self._source.templates,
                        self._domain.words,
                    ),
                )

    def _warn_of_documents(self) -> None:
        """Warn of documents that a milestone's page overwrites."""
        for name in sorted(self._app.env.found_docs & self._entries.keys()):
            _logger.warning(
                "the page of the milestone %s overwrites this document (move the document)",
                self._entries[name].code,
                location=name,
                type="milepost",
                subtype="page",
            )

    def _remove(self, names: Iterable[str]) -> None:
        """Remove pages of an earlier build, and their directories if these are empty."""
        for name in names:
            path = self._file(name)
            path.unlink(missing_ok=True)
            if path.stem == "index" and path.parent.is_dir() and not any(path.parent.iterdir()):
                path.parent.rmdir()

    def _file(self, name: str) -> Path:
        return Path(self._builder.get_outfilename(name))
