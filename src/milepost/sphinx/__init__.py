"""The Sphinx extension: milestones of a `milestones.yaml` in any documentation.

In: a `milestones.yaml` beside `conf.py`. Out: what Sphinx writes of it.

Put `"milepost.sphinx"` among the `extensions` in `conf.py` and a `milestones.yaml` beside it. Settings:

- `milepost_file`: the YAML, relative to the source directory; empty for a project that has no milestones of
  its own and only refers to those of others by intersphinx.
- `milepost_pages`: the directory of the milestones' pages below the output (`milestones`); empty for none.
- `milepost_explain_acronyms`: whether acronyms are explained where they first occur in a section. A document
  that begins with the field `:milepost-without-acronyms:` is left alone.

Roles, all of them in the domain `milepost` and without its name: `milestone` or `ms` refers to a milestone by
its code, `acr` explains an acronym. Directives: `milestone`, `milestone-table`, `milestone-chart`; their
options are in `milepost.sphinx.directives`. For each page of a milestone the event `milepost-page` is emitted
with the name of the page and the `milepost.catalogue.Entry`; markup that a handler returns is put
into the page's head.
"""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.errors import ConfigError, ExtensionError
from sphinx.util import logging

from milepost.base import files
from milepost.base.errors import MilepostError, Problem, Severity, count
from milepost.base.paths import SOURCE
from milepost.sphinx import acronyms, directives, domain, pages
from milepost.sphinx import nodes as milepost_nodes
from milepost.sphinx.read import read
from milepost.sphinx.source import ProjectMilestones
from milepost.web import widgets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

__all__ = ["setup"]

_logger = logging.getLogger(__name__)

_DIRECTORY = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*)?")
_FAILED = 2
"""The exit code of `sphinx-build` for what is worse than a warning."""


def setup(app: Sphinx) -> ExtensionMetadata:
    """Tell Sphinx of all that there is."""
    app.add_config_value("milepost_file", SOURCE, "env", (str,))
    app.add_config_value("milepost_pages", "milestones", "env", (str,))
    app.add_config_value("milepost_explain_acronyms", False, "env", (bool,))
    app.add_event(pages.EVENT)
    app.add_domain(domain.MilepostDomain)
    milepost_nodes.setup(app)
    for name, role in (
        ("milestone", directives.MilestoneRole(warn_dangling=True)),
        ("ms", directives.MilestoneRole(warn_dangling=True)),
        ("acr", directives.AcronymRole()),
    ):
        app.add_role(name, role)
        app.add_role_to_domain("milepost", name, role)
    for name, directive in (
        ("milestone", directives.MilestoneCard),
        ("milestone-table", directives.MilestoneTable),
        ("milestone-chart", directives.MilestoneChart),
    ):
        app.add_directive(name, directive)
        app.add_directive_to_domain("milepost", name, directive)
    app.connect("builder-inited", _begin)
    app.connect("env-get-outdated", _outdated)
    app.connect("doctree-read", acronyms.note_other_references)
    app.connect("doctree-read", acronyms.explain)
    app.connect("env-updated", pages.documents_to_write)
    app.connect("env-updated", _finish_reading)
    app.connect("warn-missing-reference", domain.warn_missing)
    app.connect("html-collect-pages", pages.collect)
    app.connect("html-page-context", pages.share_frame, priority=100)
    app.connect("html-page-context", _add_script)
    return {"version": version("milepost"), "parallel_read_safe": True, "parallel_write_safe": True}


def _begin(app: Sphinx) -> None:
    """Read the milestones before anything is built; with faults in the YAML, nothing is built at all.

    Raises:
        ConfigError: when a setting makes no sense.
    """
    directory = app.config.milepost_pages
    if not _DIRECTORY.fullmatch(directory):
        raise ConfigError(
            f"milepost_pages is {directory!r}, which is no directory below the output"
            " (write a name of letters, digits, -, _ and ., or several with / between them)"
        )
    milestones = domain.of(app.env)
    milestones.builder = app.builder
    try:
        milestones.source = _source(app)
    except MilepostError as error:
        _show(error.problems)
        faults = count(len(error.problems), "fault")
        _refuse_to_build(app, f"{app.config.milepost_file} has {faults}, see above; nothing has been built")
        return
    if milestones.data["source"] != milestones.source.digest:
        _show(milestones.source.doubts)
    milestones.pages = directory if pages.are_possible(app.builder) else ""
    if milepost_nodes.is_page_builder(app.builder):
        # Not by `html_static_path`, which Sphinx would then report as a setting that has changed.
        for file in widgets.static_files().iterdir():
            files.copy(file, Path(app.outdir) / "_static" / file.name)
        app.add_css_file("milepost.css")


def _source(app: Sphinx) -> ProjectMilestones:
    """Return what the YAML of a project says.

    Raises:
        MilepostError: with all faults of the file.
    """
    if not app.config.milepost_file:
        return ProjectMilestones.none()
    path = Path(app.srcdir, app.config.milepost_file)
    return read(path, Path(app.doctreedir) / "milepost" / "source.pickle")


def _refuse_to_build(app: Sphinx, message: str) -> None:
    """Let the build end with `message` instead of beginning.

    An exception would do that too, but since version 9 Sphinx shows each with a traceback, and asks for a
    report to its developers.
    """

    def build(*_arguments: object, **_options: object) -> None:
        _logger.error("%s", message)
        app.statuscode = _FAILED
        app.emit("build-finished", ExtensionError(message))

    app.build = build  # type: ignore[method-assign]


def _show(problems: Iterable[Problem]) -> None:
    """Show problems as Sphinx shows its own. Warnings can be suppressed as `milepost.yaml`, errors cannot."""
    for problem in problems:
        text = f"{problem.message} ({problem.hint})" if problem.hint else problem.message
        place = str(problem.place) if problem.place else None
        if place and problem.place and not problem.place.line:
            # Sphinx takes a place without a line for the name of a document.
            text, place = f"{place}: {text}", None
        if problem.severity is Severity.WARNING:
            _logger.warning("%s", text, location=place, type="milepost", subtype="yaml")
        else:
            _logger.error("%s", text, location=place)


def _outdated(_app: Sphinx, env: BuildEnvironment, *_found: set[str]) -> list[str]:
    """Return the documents that show what is no longer true of the milestones."""
    return sorted(domain.of(env).outdated())


def _finish_reading(_app: Sphinx, env: BuildEnvironment) -> None:
    """Note that all documents now show what the source says."""
    domain.of(env).note_source()


def _add_script(
    app: Sphinx, _page: str, _template: str, _context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Add the script to pages that have something for it to do."""
    shown = (milepost_nodes.milepost_table, milepost_nodes.milepost_chart)
    if doctree is not None and any(isinstance(node, shown) for node in doctree.findall()):
        app.add_js_file("milepost.js", loading_method="defer")
