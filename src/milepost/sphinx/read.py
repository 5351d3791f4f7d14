"""Read the milestones of a project: from the YAML, or from a cache if nothing has changed."""

from __future__ import annotations

import gc
import hashlib
import pickle
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING

from milepost.base import files, fingerprint
from milepost.sphinx.source import Chart, ProjectMilestones

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from milepost.base.paths import Templates


_LIBRARIES = ("docutils", "pydantic", "pyyaml")


def read(path: Path, cache: Path, templates: Templates) -> ProjectMilestones:
    """Return the milestones of the YAML `path`.

    Args:
        path: the YAML.
        cache: where to keep the result for the next build.
        templates: the directories of templates.

    Raises:
        MilepostError: with all errors in the file.
    """
    program = _program(templates)
    digest = files.digest(str(path), _content(path), program)
    with _without_garbage_collection():
        project = _from_cache(cache, digest)
        if project is None:
            project = replace(_from_yaml(path), templates=templates, program=program, digest=digest)
            pickled = pickle.dumps(project, pickle.HIGHEST_PROTOCOL)
            files.write_if_changed(cache, hashlib.sha256(pickled).digest() + pickled)
    return project


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Pause the garbage collector: with many new objects that stay it is slow, and frees nothing."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""  # the loader reports why it cannot be read


def _program(templates: Templates) -> str:
    """Return a digest of everything besides the YAML that can change the result."""
    return files.digest(fingerprint.of_program(templates), *map(version, _LIBRARIES))


def _from_cache(cache: Path, digest: str) -> ProjectMilestones | None:
    """Return the cached milestones; None if they are of another source, or the cache is damaged."""
    try:
        content = cache.read_bytes()
    except OSError:
        return None
    checksum, pickled = content[:32], content[32:]
    if hashlib.sha256(pickled).digest() != checksum:
        return None
    try:
        project = pickle.loads(pickled)  # noqa: S301 -- written by us, beside Sphinx's own pickles
    except Exception:
        return None
    return project if isinstance(project, ProjectMilestones) and project.digest == digest else None


def _from_yaml(path: Path) -> ProjectMilestones:
    """Return the milestones of the YAML `path`.

    Raises:
        MilepostError: with all errors in the file.
    """
    # These import pydantic, which is slow and not needed when the cache is up to date.
    from milepost.document.acronyms import is_numbered, names_of
    from milepost.document.model import GanttFigure
    from milepost.loading.load import load
    from milepost.prose.values import plain
    from milepost.rules import ABOUT_THE_PRINTED_DOCUMENT
    from milepost.views import make_charts
    from milepost.views.chart import GanttChart
    from milepost.views.document import RevisionLine
    from milepost.views.milestones import milestones_of
    from milepost.views.resolve import resolve

    loaded = load(path)
    document = loaded.document
    view = resolve(document, loaded.places, RevisionLine(date=document.stated_date))
    charts = {}
    for figure in document.figures:
        if isinstance(figure, GanttFigure):
            # The document need not contain the figure.
            placed = view.figures.get(figure.name)
            drawing = placed.drawing if placed else make_charts.draw(figure, document, plain(figure.caption))
            if isinstance(drawing, GanttChart):
                charts[figure.name] = Chart(drawing=drawing, number=placed.number if placed else None)
    return ProjectMilestones(
        milestones=milestones_of(document, view),
        charts=charts,
        acronyms={entry.acronym: entry.definition for entry in document.acronyms},
        names=frozenset(name for name in names_of(document) if not is_numbered(name)),
        unexpanded=document.unexpanded,
        # The project shows milestones, but does not print the document.
        warnings=tuple(each for each in loaded.warnings if each.rule not in ABOUT_THE_PRINTED_DOCUMENT),
    )
