"""Make a site: Sphinx turns the emitted reStructuredText into pages; data for programs is added.

Sphinx works in a directory of its own, and reads and writes only what has changed since the last run. What an
unfinished run left there, or somebody changed, is never used: then everything is made from the start.
"""

from __future__ import annotations

import gc
import io
import re
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from milepost.base import files, fingerprint, paths
from milepost.base.addresses import milestone_file, uri
from milepost.base.dates import iso
from milepost.base.errors import MilepostError, Problem
from milepost.base.files import Kept
from milepost.base.paths import BUILT_IN, Templates
from milepost.base.processes.beside import Beside
from milepost.build.site_extras import (
    FOR_PROGRAMS,
    NOT_FOUND,
    UNLISTED,
    Heads,
    data_files,
    milestone_pages,
    sitemap_files,
)
from milepost.build.site_work import draw_cards, working_directory
from milepost.history.lags import RecordedLags
from milepost.history.names import ENDING, RELATIONS
from milepost.history.recorded import Recorded
from milepost.views import site as site_views
from milepost.views.milestones import milestones_of
from milepost.views.site import SiteView
from milepost.web import preview
from milepost.web.citation import bibtex, citation_text
from milepost.web.editions.earlier import with_earlier
from milepost.web.frame import NOT_FOUND_TITLE, frame, from_anywhere, not_found
from milepost.web.sources import site_sources
from milepost.web.status_page import parts, report_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from milepost.history.states import Snapshot
    from milepost.loading.load import Loaded
    from milepost.views.document import DocumentView
    from milepost.views.milestones import Milestones
    from milepost.web.editions.earlier import KnownThen
    from milepost.web.frame import Frame
    from milepost.web.status_page import Part

_PRIVATE = (".buildinfo", ".doctrees/", "_sources/")
"""What Sphinx writes beside the pages for its own use."""
_SIDEBARS = [
    "sidebar/brand.html",
    "sidebar/search.html",
    "sidebar/scroll-start.html",
    "sidebar/navigation.html",
    "sidebar/scroll-end.html",
    "sidebar/edition.html",
]
_LIGHT = {
    "color-brand-primary": "#035c5d",
    "color-brand-content": "#035c5d",
    "color-brand-visited": "#4b3f83",
}
_DARK = {"color-brand-primary": "#58c9c9", "color-brand-content": "#58c9c9", "color-brand-visited": "#b9a7f0"}
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSource:
    """What a site is made from.

    Attributes:
        content: the YAML.
        loaded: what it says.
        view: the same, ready to print.
        pdf: the document as PDF, where there is one.
        time: of the revision, in seconds since 1970.
        templates: where templates are looked for.
        earlier: by code, what was known of a milestone on earlier days.
        states: earlier states, from which trend charts are drawn.
        lags: those of the links of the document, as they are recorded.
        known: the earlier states for reports, if there are more.
        recorded: what imports of the schedule have recorded.
    """

    content: bytes
    loaded: Loaded
    view: DocumentView
    pdf: Path | None
    time: int
    templates: Templates = BUILT_IN
    earlier: Mapping[str, Sequence[KnownThen]] = field(default_factory=dict)
    states: tuple[Snapshot, ...] = ()
    lags: RecordedLags = field(default_factory=RecordedLags)
    known: tuple[Snapshot, ...] = ()
    recorded: Recorded = field(default_factory=Recorded)


def make_site(source: SiteSource, work: Path) -> dict[str, str | bytes | Path]:
    """Make the site of `source`, and return its files by their names; some are files in `work`.

    Args:
        source: what it is made from.
        work: the working directory of Sphinx; what the last run left there saves time.

    Raises:
        MilepostError: Sphinx cannot make it, or warns of something.
    """
    document = source.loaded.document
    # Sphinx copies scripts for a language, and does not remove those for another one.
    program = files.digest(fingerprint.of_everything(source.templates), source.view.language)
    with ExitStack() as beside, _document_in_use():
        with working_directory(work, program):
            begun = beside.enter_context(Beside(lambda: _reports(source, Kept(work / "reports"))))
            findings = (*source.loaded.warnings, *source.loaded.accepted)
            milestones = milestones_of(document, source.view, findings, source.lags.days)
            edition = frame(source.view, document.metadata.status, source.templates).edition.unescape()
            cards = preview.cards(source.view, milestones, edition)
            drawing = beside.enter_context(Beside(lambda: draw_cards(cards, work / "cards")))
            _require_sphinx()
            data = beside.enter_context(Beside(lambda: _data(source, milestones)))
            reports, of_reports = begun.result()
            site_view = _site_view(source, milestones, reports)
            sources = dict(_sources(source, site_view, Kept(work / "texts")))
            changed = files.mirror(sources, work / "source")
            heads = Heads(source.view, site_view, milestones, cards, source.templates)
            images = _run_sphinx(work, source, site_view, milestones, heads, changed)
            pictures = drawing.result()
        contents = _pages(source, work, milestones, sources, images)
        contents.update(data.result())
    contents.update(pictures)
    contents.update(of_reports)
    if source.pdf:
        contents[source.pdf.name] = source.pdf
    return contents


@contextmanager
def _document_in_use() -> Iterator[None]:
    """Have the garbage collector leave out what there is already: it would look through it for nothing."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _reports(source: SiteSource, kept: Kept) -> tuple[tuple[Part, ...], dict[str, str | bytes]]:
    """Return the reports, and their files."""
    known = source.known or source.states
    reports = parts(source.loaded.document, known, source.recorded, source.templates, kept)
    made = dict(report_files(reports, kept))
    kept.remove_others()
    return reports, made


def _data(source: SiteSource, milestones: Milestones) -> dict[str, str | bytes]:
    """Return the files for programs."""
    return dict(data_files(source.view, milestones, source.time, source.templates))


def _pages(
    source: SiteSource, work: Path, milestones: Milestones, sources: Iterable[str], images: set[str]
) -> dict[str, str | bytes | Path]:
    """Return what Sphinx has made of `sources`, with the images on it, and the sitemaps."""
    # Sphinx leaves pages and images behind whose documents are gone.
    current = (
        {f"{name.removesuffix('.rst')}.html" for name in sources} | milestone_pages(milestones) | UNLISTED
    )
    current |= {f"_images/{name}" for name in images}
    contents: dict[str, str | bytes | Path] = {
        name: path
        for name, path in files.walk(work / "html")
        if name in current or not (name.endswith(".html") or name.startswith((*_PRIVATE, "_images/")))
    }
    page = f"{NOT_FOUND}.html"
    contents[page] = from_anywhere((work / "html" / page).read_text("utf-8"), source.view.site)
    contents.update(sitemap_files(source.view, milestones, tuple(contents), source.templates))
    for entry in milestones.entries:
        if states := source.earlier.get(entry.code):
            name = milestone_file(entry.page)
            page = (work / "html" / name).read_text("utf-8")
            contents[name] = with_earlier(page, states, source.templates)
    return contents


def _site_view(source: SiteSource, milestones: Milestones, reports: tuple[Part, ...]) -> SiteView:
    return SiteView(
        pages=site_views.pages(source.view),
        milestones={entry.anchor: entry.code for entry in milestones.entries},
        charts=site_views.charts(source.view),
        timelines=site_views.timelines(source.view),
        status=source.loaded.document.metadata.status,
        summary=site_views.summary(milestones),
        overdue=site_views.overdue(milestones),
        next=site_views.coming(milestones),
        slips=site_views.slips(milestones),
        pdf=None if source.pdf is None else source.pdf.name,
        citation=citation_text(source.view, source.view.site, source.templates),
        bibtex=tuple(bibtex(source.view, source.view.site, source.templates).splitlines()),
        files=FOR_PROGRAMS,
        reports=reports,
    )


def _sources(source: SiteSource, site_view: SiteView, kept: Kept) -> Iterator[tuple[str, str | bytes]]:
    """Yield the name and content of each source file for Sphinx."""
    yield paths.SOURCE, source.content
    for name, text in site_sources(source.view, site_view, source.templates, kept).items():
        yield f"{name}.rst", text
    kept.remove_others()
    for name, figure in source.view.figures.items():
        if name not in site_view.charts:  # the extension draws those
            from milepost.charts import output

            yield paths.figure(name, "svg"), output.svg(figure.drawing)
    if source.states:
        from milepost.history.snapshots import as_csv

        for state in source.states:  # where the extension looks for them
            yield f"{paths.HISTORY}/{iso(state.day)}{ENDING}", as_csv(state)
    if source.lags.links:
        from milepost.history.links import links_csv

        yield f"{paths.HISTORY}/{source.lags.day}{RELATIONS}", links_csv(source.lags.links, "")


def _require_sphinx() -> None:
    """Import Sphinx, which takes a while."""
    try:
        import furo  # noqa: F401 -- Sphinx looks for it itself
        import sphinx.application
        import sphinx.builders.html  # noqa: F401 -- it is used later
    except ImportError:
        raise MilepostError(
            Problem(
                rule="site",
                message="a site is made by Sphinx and Furo, which are not installed",
                hint="pip install 'milepost[site]'",
            )
        ) from None


def _run_sphinx(  # noqa: PLR0913, PLR0917 -- what is made, from what, and where
    work: Path,
    source: SiteSource,
    site_view: SiteView,
    milestones: Milestones,
    heads: Heads,
    changed: list[str],
) -> set[str]:
    """Let Sphinx write the pages to `work`; return the names of the images on them.

    The source files `changed` are those that are not as in the last run.
    """
    from sphinx.application import Sphinx
    from sphinx.errors import SphinxError
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    from milepost.build import site_theme
    from milepost.sphinx import milepost_error
    from milepost.sphinx.source import provide

    page_frame = frame(source.view, site_view.status, source.templates)
    log = io.StringIO()
    try:
        forget_last_run()
        with patch_docutils(None), docutils_namespace():
            directory = (work / "source").resolve()  # as Sphinx itself names it
            provide(
                source.loaded,
                source.view,
                milestones,
                directory / paths.SOURCE,
                source.templates,
                source.states,
            )
            application = Sphinx(
                directory,
                None,
                work / "html",
                work / "doctrees",
                "html",
                confoverrides=_configuration(source, page_frame),
                status=None,
                warning=log,
            )
            site_theme.frame_pages(application, page_frame, heads, has_index=bool(site_view.milestones))
            body = not_found(source.view, site_view.pages, source.templates)
            site_theme.add_page(application, NOT_FOUND, NOT_FOUND_TITLE, body, "not-found.js")
            site_theme.read_again(application, changed)
            # Not the method that the extension has put there, which only logs errors.
            Sphinx.build(application)
    except SphinxError as error:
        if isinstance(error.__cause__, OSError):
            raise error.__cause__ from error
        raise milepost_error(error) or _failure(str(error)) from error
    warnings = _COLOUR.sub("", log.getvalue()).strip()
    if warnings:
        raise _failure(warnings)
    return {name for _, name in application.env.images.values()}


def forget_last_run() -> None:
    """Clear what Sphinx keeps of its last run in this process: the language, and checksums of scripts."""
    from sphinx.builders.html import _assets
    from sphinx.locale import translators

    translators.clear()
    for each in vars(_assets).values():
        if hasattr(each, "cache_clear"):
            each.cache_clear()


def _configuration(source: SiteSource, page_frame: Frame) -> dict[str, Any]:
    """Return the settings of Sphinx. There is no `conf.py`: no text of the YAML is run as code."""
    templates = paths.builtin_templates() / "site"
    return {
        "extensions": ["milepost.sphinx", "milepost.build.site_theme"],
        "project": source.view.handle,
        "html_title": str(page_frame.name),
        "language": source.view.language.replace("-", "_"),
        "nitpicky": True,
        "smartquotes": False,
        "highlight_language": "none",
        "suppress_warnings": ["milepost.yaml"],  # doubts about the document are for `milepost check`
        "milepost_explain_acronyms": True,
        "milepost_templates": [str(directory) for directory in source.templates.own],
        "milepost_frame": files.digest(*asdict(page_frame).values()),
        "html_theme": "furo",
        "html_theme_options": {
            "light_css_variables": _LIGHT,
            "dark_css_variables": _DARK,
            "top_of_page_buttons": ["edit"],
        },
        "html_sidebars": {"**": _SIDEBARS},
        "html_baseurl": uri(source.view.site) if source.view.site else "",
        "html_copy_source": False,
        "html_show_sourcelink": False,
        "html_show_copyright": False,
        "html_use_index": False,
        "html_domain_indices": False,
        "html_static_path": [str(templates / "static")],
        "html_css_files": ["site.css"],
        "html_js_files": [("site.js", {"defer": "defer"})],
        "html_favicon": str(templates / "static" / "favicon.svg"),
        "templates_path": [str(templates / "theme")],
    }


def _failure(message: str) -> MilepostError:
    return MilepostError(
        Problem(
            rule="site",
            message=f"Sphinx could not make the site: {message}",
            hint="fix the errors above; the previous site is unchanged",
        )
    )
