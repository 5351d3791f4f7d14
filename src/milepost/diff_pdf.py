"""The difference of two editions as a PDF, made in a directory of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost import paths, tex
from milepost.pdf import draw_figures, typeset_text
from milepost.render.documents import diff_latex

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from milepost.render.listing import Change
    from milepost.views import DocumentView


def diff_pdf(  # noqa: PLR0913 -- all but the first two by name
    merged: DocumentView,
    directory: Path,
    *,
    listing: Sequence[Change],
    old_name: str,
    new_name: str,
    headline: str,
    epoch: int,
    own_templates: Sequence[Path] = (),
    on_progress: Callable[[tex.Progress], None] = tex.ignore,
) -> tex.Typeset:
    """Typeset the difference of two editions; nothing is written outside of `directory`.

    Args:
        merged: the two editions as one, as `milepost.merge` makes it.
        directory: where LaTeX runs; what it left there for its next pass is used.
        listing: what has changed, in sentences, each with the anchor of its place, if it has one, and its
            group.
        old_name: what the earlier edition is called.
        new_name: what the later one is called.
        headline: the difference in one sentence.
        epoch: the time that the PDF bears, in seconds since 1970.
        own_templates: directories whose templates stand before the built-in ones.
        on_progress: is told of each page.

    Raises:
        MilepostError: LaTeX stumbled over something, or a character has no glyph.
    """
    draw_figures(merged, directory)
    return typeset_text(
        diff_latex(merged, listing, old_name, new_name, headline, *own_templates),
        directory,
        f"{paths.stem(merged.handle)}-diff",
        epoch=epoch,
        on_progress=on_progress,
    )
