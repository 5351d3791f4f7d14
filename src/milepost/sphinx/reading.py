"""Reads the YAML of a project: from the file to all that its documents may show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost import chart_layout
from milepost.acronyms import is_numbered, names_of
from milepost.catalogue import catalogue
from milepost.chart import GanttChart
from milepost.layout import lay_out
from milepost.load import load
from milepost.model import GanttFigure
from milepost.sphinx.source import Chart, Source
from milepost.text import plain
from milepost.views import Revision

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from milepost.model import Document
    from milepost.views import DocumentView


def read(path: Path) -> Source:
    """Return what the YAML `path` says.

    Raises:
        MilepostError: with all faults of the file.
    """
    loaded = load(path)
    document = loaded.document
    view = lay_out(document, loaded.places, Revision(date=document.stated_date))
    return Source(
        catalogue=catalogue(document, view),
        charts=dict(_charts(document, view)),
        acronyms={entry.acronym: entry.definition for entry in document.acronyms},
        names=frozenset(name for name in names_of(document) if not is_numbered(name)),
        unexpanded=document.unexpanded,
        doubts=loaded.warnings,
    )


def _charts(document: Document, view: DocumentView) -> Iterator[tuple[str, Chart]]:
    """Yield each chart of the milestones with its name; one that the document does not place, too."""
    for figure in document.figures:
        if isinstance(figure, GanttFigure):
            placed = view.figures.get(figure.name)
            drawing = placed.drawing if placed else chart_layout.draw(figure, document, plain(figure.caption))
            if isinstance(drawing, GanttChart):
                yield figure.name, Chart(drawing=drawing, number=placed.number if placed else None)
