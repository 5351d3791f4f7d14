"""Reads the YAML of a project, once in a build, and not at all if it is unchanged."""

from __future__ import annotations

import gc
import hashlib
import pickle
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING

from milepost.base import files, fingerprint
from milepost.base.paths import Templates
from milepost.sphinx.source import Chart, ProjectMilestones

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from milepost.document.model import Document
    from milepost.views.document import DocumentView

_LIBRARIES = ("docutils", "pydantic", "pyyaml")


def read(path: Path, cache: Path) -> ProjectMilestones:
    """Return what the YAML `path` says.

    Args:
        path: the file.
        cache: where the result is kept for the next time, when the file and the program are the same.

    Raises:
        MilepostError: with all faults of the file.
    """
    templates = Templates.beside(path)
    program = _program(templates)
    digest = files.digest(str(path), _content(path), program)
    with _nothing_collected():
        found = _from_cache(cache, digest)
        if found is None:
            found = replace(_read(path), templates=templates, program=program, digest=digest)
            pickled = pickle.dumps(found, pickle.HIGHEST_PROTOCOL)
            files.write(cache, hashlib.sha256(pickled).digest() + pickled)
    return found


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Pause the collector of garbage, which looks for it in vain, and long, where much is made to stay."""
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
        return b""  # loading says what is the matter with it


def _program(templates: Templates) -> str:
    """Return a digest of everything but the YAML that can change what is printed."""
    return files.digest(
        fingerprint.of_program(templates),
        *map(version, _LIBRARIES),
    )


def _from_cache(cache: Path, digest: str) -> ProjectMilestones | None:
    """Return what was read before from the same; None where it is something else, or damaged."""
    try:
        kept = cache.read_bytes()
    except OSError:
        return None
    checksum, pickled = kept[:32], kept[32:]
    if hashlib.sha256(pickled).digest() != checksum:
        return None
    try:
        found = pickle.loads(pickled)  # noqa: S301 -- written by us, beside Sphinx's own pickles
    except Exception:
        return None
    return found if isinstance(found, ProjectMilestones) and found.digest == digest else None


def _read(path: Path) -> ProjectMilestones:
    """Return what the YAML `path` says.

    Raises:
        MilepostError: with all faults of the file.
    """
    # pydantic, below these, takes its time.
    from milepost.document.acronyms import is_numbered, names_of
    from milepost.loading.load import load
    from milepost.views.document import RevisionLine
    from milepost.views.milestones import catalogue
    from milepost.views.resolve import resolve

    loaded = load(path)
    document = loaded.document
    view = resolve(document, loaded.places, RevisionLine(date=document.stated_date))
    return ProjectMilestones(
        catalogue=catalogue(document, view),
        charts=dict(_charts(document, view)),
        acronyms={entry.acronym: entry.definition for entry in document.acronyms},
        names=frozenset(name for name in names_of(document) if not is_numbered(name)),
        unexpanded=document.unexpanded,
        doubts=loaded.warnings,
    )


def _charts(document: Document, view: DocumentView) -> Iterator[tuple[str, Chart]]:
    """Yield each chart of the milestones with its name; one that the document does not place, too."""
    from milepost.document.model import GanttFigure
    from milepost.document.prose import plain
    from milepost.views import make_charts
    from milepost.views.chart import GanttChart

    for figure in document.figures:
        if isinstance(figure, GanttFigure):
            placed = view.figures.get(figure.name)
            drawing = placed.drawing if placed else make_charts.draw(figure, document, plain(figure.caption))
            if isinstance(drawing, GanttChart):
                yield figure.name, Chart(drawing=drawing, number=placed.number if placed else None)
