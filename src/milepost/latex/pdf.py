"""Make the PDF of a document or of a difference in a directory of its own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from milepost.base import files, paths
from milepost.base.paths import BUILT_IN, Templates
from milepost.latex import engine, typefaces
from milepost.latex.passes import Engines
from milepost.render.documents import diff_latex, latex

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from milepost.redline.change_list import ListedChange
    from milepost.review.report import Report
    from milepost.review.side_by_side import SideBySide
    from milepost.views.document import DocumentView

ENGINES = {"milepost": "lualatex", "lsstdoc": "xelatex"}
"""The program that typesets each layout of `milepost.document.model.Metadata`."""


def document_pdf(
    document: DocumentView,
    directory: Path,
    *,
    epoch: int,
    templates: Templates = BUILT_IN,
    on_progress: Callable[[engine.Progress], None] = engine.ignore,
) -> engine.Typeset:
    """Typeset `document`; nothing is written outside of `directory`.

    Args:
        document: the document.
        directory: where LaTeX runs; its auxiliary files of an earlier run are used.
        epoch: the time in the PDF, in seconds since 1970.
        templates: the directories of the templates.
        on_progress: called after each page.

    Raises:
        MilepostError: LaTeX reported an error.
    """
    text = latex(document, templates)
    return _typeset_with_figures(
        document, text, directory, paths.stem(document.handle), epoch=epoch, on_progress=on_progress
    )


def diff_pdf(  # noqa: PLR0913 -- all but the first two by name
    merged: DocumentView,
    directory: Path,
    *,
    listing: Sequence[ListedChange],
    old_name: str,
    new_name: str,
    headline: str,
    epoch: int,
    report: Report | None = None,
    dates: SideBySide | None = None,
    packet: bool = False,
    templates: Templates = BUILT_IN,
    on_progress: Callable[[engine.Progress], None] = engine.ignore,
) -> engine.Typeset:
    """Typeset the difference of two editions with the list of changes; for the rest see `document_pdf`."""
    text = diff_latex(
        merged,
        listing,
        old_name,
        new_name,
        headline,
        templates,
        report=report,
        dates=dates,
        packet=packet,
    )
    job = f"{paths.stem(merged.handle)}-{'packet' if packet else 'diff'}"
    return _typeset_with_figures(merged, text, directory, job, epoch=epoch, on_progress=on_progress)


def _typeset_with_figures(  # noqa: PLR0913 -- all but the first four by name
    document: DocumentView,
    text: str,
    directory: Path,
    job: str,
    *,
    epoch: int,
    on_progress: Callable[[engine.Progress], None],
) -> engine.Typeset:
    """Draw the figures while the engine typesets what is before them, and typeset the document."""
    with Engines() as engines:
        start(engines, text, directory, job, epoch=epoch, layout=document.layout)
        given = partial(give, engines, text, directory, job, epoch=epoch, layout=document.layout)
        draw_figures(document, directory, text, lambda complete: given(complete=complete))
        return typeset_text(
            text,
            directory,
            job,
            epoch=epoch,
            layout=document.layout,
            on_progress=on_progress,
            engines=engines,
        )


def start(  # noqa: PLR0913 -- all but the first four by name
    engines: Engines,
    text: str,
    directory: Path,
    job: str,
    *,
    epoch: int,
    layout: str = "milepost",
) -> None:
    """Write `<job>.tex`, and have an engine wait that has read its preamble; see `typeset_text`."""
    _write(text, directory, job)
    engine.prepare(engines, engine.job_of(directory, job, ENGINES[layout], epoch), text)


def _write(text: str, directory: Path, job: str) -> None:
    """Write the document and what it includes besides figures."""
    files.write_if_changed(directory / f"{job}.tex", text)
    for font in typefaces.files():
        files.copy_if_changed(font, directory / paths.FONTS / font.name)
    (directory / paths.FIGURES).mkdir(exist_ok=True)


def typeset_text(  # noqa: PLR0913 -- all but the first three by name
    text: str,
    directory: Path,
    job: str,
    *,
    epoch: int,
    layout: str = "milepost",
    on_progress: Callable[[engine.Progress], None] = engine.ignore,
    engines: Engines,
) -> engine.Typeset:
    """Typeset `text`, whose figures are in `directory`, into `<job>.pdf`; for the rest see `document_pdf`.

    Of `engines`, one may wait that `start` has started for this document, and to which `give` has given a
    part of it.
    """
    _write(text, directory, job)
    return engine.typeset(
        directory,
        job,
        source_date_epoch=epoch,
        engine=ENGINES[layout],
        on_progress=on_progress,
        locate=engine.source_marks(text),
        engines=engines,
    )


def give(  # noqa: PLR0913 -- all but the first four by name
    engines: Engines,
    text: str,
    directory: Path,
    job: str,
    *,
    epoch: int,
    layout: str = "milepost",
    complete: Collection[str],
) -> None:
    """Let the engine that `start` has started typeset what is before the first figure not in `complete`.

    Those in `complete`, and the auxiliary files, stay as they are until `typeset_text`.
    """
    engine.give(engines, engine.job_of(directory, job, ENGINES[layout], epoch), text, complete)


def draw_figures(
    document: DocumentView, directory: Path, text: str = "", give: Callable[[set[str]], object] = set
) -> None:
    """Draw the figures of a document into `directory`, in the order in which its `text` includes them.

    `give` is called before each with the names of the complete files.
    """
    figures = {paths.figure(figure.name, "pdf"): figure for figure in document.figures.values()}
    complete: set[str] = set()
    for name in sorted(figures, key=text.find):
        give(complete)
        from milepost.charts import output

        files.write_if_changed(directory / name, output.pdf(figures[name].drawing, document.page))
        complete.add(name)
