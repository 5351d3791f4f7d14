"""Making one PDF from a view: the text, its figures and fonts in one directory, where LaTeX runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost import files, paths, tex, typefaces
from milepost.render import figures
from milepost.render.documents import latex

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from milepost.views import DocumentView

ENGINES = {"milepost": "lualatex", "lsstdoc": "xelatex"}
"""The program that typesets each layout of `milepost.model.Metadata`."""


def document_pdf(
    document: DocumentView,
    directory: Path,
    *,
    epoch: int,
    own_templates: Sequence[Path] = (),
    on_progress: Callable[[tex.Progress], None] = tex.ignore,
) -> tex.Typeset:
    """Typeset `document`; nothing is written outside of `directory`.

    Args:
        document: what is printed.
        directory: where LaTeX runs; what it left there for its next pass is used.
        epoch: the time that the PDF bears, in seconds since 1970.
        own_templates: directories whose templates stand before the built-in ones.
        on_progress: is told of each page.

    Raises:
        MilepostError: LaTeX stumbled over something.
    """
    text = latex(document, *own_templates)
    draw_figures(document, directory)
    return typeset_text(
        text,
        directory,
        paths.stem(document.handle),
        epoch=epoch,
        layout=document.layout,
        on_progress=on_progress,
    )


def typeset_text(  # noqa: PLR0913 -- all but the first three by name
    text: str,
    directory: Path,
    job: str,
    *,
    epoch: int,
    layout: str = "milepost",
    on_progress: Callable[[tex.Progress], None] = tex.ignore,
) -> tex.Typeset:
    """Typeset LaTeX whose figures are in `directory` already.

    Args:
        text: the LaTeX document.
        directory: as for `document_pdf`.
        job: the name of its files there, without an ending.
        epoch: as for `document_pdf`.
        layout: the layout that it is written for, as in `milepost.model.Metadata`; it decides on the engine.
        on_progress: is told of each page.

    Raises:
        MilepostError: LaTeX stumbled over something.
    """
    files.write(directory / f"{job}.tex", text)
    for font in typefaces.files():
        files.copy(font, directory / paths.FONTS / font.name)
    return tex.typeset(
        directory,
        job,
        source_date_epoch=epoch,
        engine=ENGINES[layout],
        on_progress=on_progress,
        locate=tex.source_marks(text),
    )


def draw_figures(document: DocumentView, directory: Path) -> None:
    """Draw the figures of `document` where LaTeX, running in `directory`, looks for them."""
    for figure in document.figures.values():
        files.write(directory / paths.figure(figure.name, "pdf"), figures.pdf(figure.drawing))
