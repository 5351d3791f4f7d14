"""The Sphinx extension: milestones of a `milestones.yaml` in any Sphinx project.

In: a `milestones.yaml` beside `conf.py`. Out: pages, cards, tables, charts and references in Sphinx's output.

Add `"milepost.sphinx"` to the `extensions` in `conf.py`. Settings:

- `milepost_file`: the YAML, relative to the source directory; empty for a project that has no milestones of
  its own and only refers to those of other projects by intersphinx.
- `milepost_pages`: the directory of the milestones' pages below the output (`milestones`); empty for none.
- `milepost_short_names`: whether roles and directives have names without the domain, too.
- `milepost_explain_acronyms`: whether acronyms are explained where they first occur in a section. A document
  that begins with the field `:milepost-without-acronyms:` is left unchanged.

Roles, in the domain `milepost` and also without its name: `milestone` or `ms` refers to a milestone by its
code, `acr` explains an acronym. Directives: `milestone`, `milestone-table`, `milestone-chart`; their options
are in `milepost.sphinx.directives.blocks`. For each page of a milestone the extension emits the event
`milepost-page` with the name of the page and the `milepost.catalogue.Entry`; markup that a handler returns is
put into the page's head.
"""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.errors import ConfigError, ExtensionError, SphinxParallelError
from sphinx.util import logging

from milepost.base import files
from milepost.base.errors import MilepostError, Problem, Severity, count
from milepost.base.paths import SOURCE, Templates
from milepost.render.html import english
from milepost.render.overrides import check_templates
from milepost.sphinx import directives, links, texts, words
from milepost.sphinx.directives.nodes import is_page_builder, milepost_chart, milepost_table
from milepost.sphinx.domain import MilepostDomain, milepost_domain, warn_missing
from milepost.sphinx.pages import making as pages
from milepost.sphinx.pages import search
from milepost.sphinx.pages.manifest import WrittenDocuments
from milepost.sphinx.source import ProjectMilestones, kept_in, read
from milepost.web import widgets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

__all__ = ["setup"]

_logger = logging.getLogger(__name__)

_DIRECTORY = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*)?")
_FAILED = 2
"""The exit code of `sphinx-build` for an error."""


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension with Sphinx."""
    app.add_config_value("milepost_file", SOURCE, "env", (str,))
    app.add_config_value("milepost_pages", "milestones", "env", (str,))
    app.add_config_value("milepost_explain_acronyms", False, "env", (bool,))
    app.add_event(pages.EVENT)
    app.add_domain(MilepostDomain)
    directives.setup(app)
    app.connect("builder-inited", _begin)
    app.connect("env-get-outdated", _outdated)
    app.connect("doctree-read", texts.note_references)
    app.connect("doctree-read", texts.explain)
    app.connect("doctree-resolved", search.remember_stems)
    app.connect("env-updated", links.add_labels)
    app.connect("env-updated", links.add_addresses)
    app.connect("env-updated", pages.documents_to_write)
    app.connect("env-updated", _finish_reading)
    app.connect("env-updated", _to_write_again)
    app.connect("build-finished", _finish_writing)
    app.connect("warn-missing-reference", warn_missing)
    app.connect("html-collect-pages", pages.collect)
    app.connect("html-page-context", pages.share_frame, priority=100)
    app.connect("html-page-context", _add_script)
    return {"version": version("milepost"), "parallel_read_safe": True, "parallel_write_safe": True}


def _begin(app: Sphinx) -> None:
    """Read the milestones before the build starts; with errors in the YAML, nothing is built.

    Raises:
        ConfigError: when a setting is invalid.
    """
    directory = app.config.milepost_pages
    if not _DIRECTORY.fullmatch(directory):
        raise ConfigError(
            f"milepost_pages is {directory!r}, which is not a directory below the output"
            " (write a name of letters, digits, -, _ and ., or several names with / between them)"
        )
    domain = milepost_domain(app.env)
    domain.builder = app.builder
    catalogue = words.read(app)
    domain.words = catalogue or english
    links.remove_labels(app.env)
    try:
        domain.source = _source(app, catalogue.digest if catalogue else "")
    except MilepostError as error:
        _replace_build(app, _refuse(app, error.problems))
        return
    _replace_build(app, _build_or_fail(app))
    if domain.data["source"] != domain.source.digest:
        _log(domain.source.warnings)
        if app.config.milepost_file:
            _log(check_templates(Path(app.srcdir, app.config.milepost_file)))
    domain.pages = directory if pages.are_possible(app.builder) else ""
    if is_page_builder(app.builder):
        # Not with `html_static_path`: Sphinx would report it as a changed setting.
        for file in widgets.static_files().iterdir():
            files.copy_if_changed(file, Path(app.outdir) / "_static" / file.name)
        app.add_css_file("milepost.css")


def _source(app: Sphinx, others: str) -> ProjectMilestones:
    """Return the milestones of a project; `others` is a digest of what else it shows.

    Raises:
        MilepostError: with all errors in the file.
    """
    if not app.config.milepost_file:
        return ProjectMilestones.none()
    path = Path(app.srcdir, app.config.milepost_file)
    # A site is built from a copy of its YAML, and has a setting for the templates beside the original.
    own = getattr(app.config, "milepost_templates", None)
    templates = Templates.beside(path) if own is None else Templates(tuple(map(Path, own)))
    source = read(path, kept_in(Path(app.doctreedir)), templates, printed=own is not None)
    program, digest = (files.digest(each, others) for each in (source.program, source.digest))
    return replace(source, program=program, digest=digest) if others else source


def _replace_build(app: Sphinx, build: Callable[..., None]) -> None:
    """Replace the method of `app` that builds.

    An exception would not do: Sphinx 9 shows each with a traceback and asks for a report to its developers.
    """
    app.build = build  # type: ignore[method-assign]


def _refuse(app: Sphinx, problems: tuple[Problem, ...]) -> Callable[..., None]:
    """Return a method for `app` that does not build, but logs `problems`."""
    message = f"{app.config.milepost_file} has {count(len(problems), 'error')}, see above; nothing was built"

    def refuse(*_arguments: object, **_options: object) -> None:
        _fail(app, problems, message)
        app.emit("build-finished", ExtensionError(message))

    return refuse


def _build_or_fail(app: Sphinx) -> Callable[..., None]:
    """Return the method of `app` that builds, but with errors in templates as messages."""
    build = app.build

    def build_or_fail(*arguments: Any, **options: Any) -> None:
        try:
            build(*arguments, **options)
        except Exception as exception:
            error = milepost_error(exception)
            if error is None:
                raise
            message = f"the build failed with {count(len(error.problems), 'error')}, see above"
            _fail(app, error.problems, message)

    return build_or_fail


def _fail(app: Sphinx, problems: Iterable[Problem], message: str) -> None:
    _log(problems)
    _logger.error("%s", message)
    app.statuscode = _FAILED


def milepost_error(exception: BaseException) -> MilepostError | None:
    """Return the error of Milepost that Sphinx passes on as `exception`, or None if it is another one."""
    cause: BaseException | None = exception
    while cause is not None and not isinstance(cause, MilepostError):
        cause = cause.__cause__
    name = f"{MilepostError.__module__}.{MilepostError.__qualname__}: "
    if cause is None and isinstance(exception, SphinxParallelError) and str(exception).startswith(name):
        # Only the text comes from another process.
        return MilepostError(Problem(rule="build", message=str(exception).removeprefix(name), hint=""))
    return cause


def _log(problems: Iterable[Problem]) -> None:
    """Log problems as Sphinx does its own. Warnings can be suppressed as `milepost.yaml`, errors cannot."""
    for problem in problems:
        text = f"{problem.message} ({problem.hint})" if problem.hint else problem.message
        place = str(problem.place) if problem.place else None
        if place and problem.place and not problem.place.line:
            # Sphinx would take a place without a line for the name of a document.
            text, place = f"{place}: {text}", None
        if problem.severity is Severity.WARNING:
            _logger.warning("%s", text, location=place, type="milepost", subtype="yaml")
        else:
            _logger.error("%s", text, location=place)


def _outdated(_app: Sphinx, env: BuildEnvironment, *_changes: set[str]) -> list[str]:
    """Return the documents to read again because the milestones they show have changed."""
    return sorted(milepost_domain(env).outdated())


def _to_write_again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return the documents whose milestones have changed since they were written.

    Sphinx reads them again, but not for a builder that did not finish, or that was not used at that time.
    """
    record = WrittenDocuments.read(_written_path(app), str(app.outdir))
    changed = [
        name for name, digest in milepost_domain(env).answers().items() if record.answers.get(name) != digest
    ]
    # Until they are written it is unknown what they show: an unfinished build may have written them, or not.
    known = {name for name in changed if name in record.answers}
    record.answers.update(dict.fromkeys(changed, ""))
    record.write(_written_path(app))
    return sorted(known)


def _finish_writing(app: Sphinx, exception: Exception | None) -> None:
    """Record what the documents show that have been written."""
    if exception is None:
        answers = milepost_domain(app.env).answers()
        WrittenDocuments(output=str(app.outdir), answers=answers).write(_written_path(app))


def _written_path(app: Sphinx) -> Path:
    return Path(app.doctreedir) / "milepost" / f"written-{app.builder.name}.json"


def _finish_reading(_app: Sphinx, env: BuildEnvironment) -> None:
    """Record that all documents are up to date with the source."""
    milepost_domain(env).note_source()


def _add_script(
    app: Sphinx, _page: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Add the scripts to pages with a table or a chart."""
    scripted = (milepost_table, milepost_chart)
    if doctree is not None and any(isinstance(node, scripted) for node in doctree.findall()):
        # In the head, before the first element is drawn; themes may put scripts at the end of the page.
        early = context["pathto"](f"_static/{widgets.EARLY_SCRIPT}", 1)
        context["metatags"] = f'{context.get("metatags", "")}<script src="{early}"></script>\n'
        for script in widgets.SCRIPTS:
            app.add_js_file(script, loading_method="defer")
