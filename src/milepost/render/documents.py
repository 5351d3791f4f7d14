"""A document as LaTeX, reStructuredText or plain text, by its templates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from milepost.base.escape import rst_finish
from milepost.base.paths import BUILT_IN, Templates
from milepost.redline.change_list import grouped
from milepost.render.environment import latex_environment, rst_environment, text_environment
from milepost.review.embedded import pack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from milepost.moves.view import MovesView
    from milepost.redline.change_list import ListedChange
    from milepost.review.report import Report
    from milepost.review.side_by_side import SideBySide
    from milepost.views.document import DocumentView
    from milepost.views.impact import ImpactView


def latex(document: DocumentView, templates: Templates = BUILT_IN) -> str:
    """Return `document` as LaTeX, for the class that it asks for."""
    template = latex_environment(templates).get_template(f"latex/{document.layout}.tex.jinja")
    return template.render(document=document, difference=None)


def diff_latex(  # noqa: PLR0913, PLR0917 -- the parts of the document
    document: DocumentView,
    listing: Sequence[ListedChange],
    old_name: str,
    new_name: str,
    headline: str,
    templates: Templates = BUILT_IN,
    *,
    report: Report | None = None,
    dates: SideBySide | None = None,
    packet: bool = False,
) -> str:
    """Return the difference of two editions as LaTeX, for the class of the new one.

    Args:
        document: both editions in one, made by `milepost.redline.merge`.
        listing: the list of changes. An anchor that the document does not have becomes plain text.
        old_name: the name of the old edition.
        new_name: the name of the new edition.
        headline: the difference in one sentence.
        templates: as in `latex`.
        report: the changes as a board reads them, in the order of `listing`, instead of which it is listed.
        dates: those of more than two editions.
        packet: whether the cover sheet of `report` comes first.
    """
    template = latex_environment(templates).get_template(f"latex/{document.layout}.tex.jinja")
    anchors = document.anchors | document.part_anchors
    places = [anchor if anchor in anchors else None for _, anchor, _ in listing]
    difference = {
        "old": old_name,
        "new": new_name,
        "headline": headline,
        "groups": grouped(listing, anchors),
        "places": places,
        "packed": pack(report, places, anchors) if report else "",
        "report": report,
        "dates": dates,
        "front": _marked_in_front(document),
        "cover": report.cover if report and packet else None,
    }
    return template.render(document=document, difference=difference)


def _marked_in_front(document: DocumentView) -> tuple[tuple[str, str | None], ...]:
    """Return, with their names, the texts whose changes cannot be marked where they are printed.

    The class of the layout `lsstdoc` prints the title page and running heads itself, without marks.
    """
    form = ("Form", document.form)
    if document.layout != "lsstdoc":
        return (form,)
    return (
        form,
        ("Handle", document.handle),
        ("Publisher", document.publisher),
        ("Mark", document.mark),
        ("Notice", document.notice),
    )


def rst(document: DocumentView, templates: Templates = BUILT_IN) -> str:
    """Return `document` as reStructuredText for docutils and Sphinx alike."""
    template = rst_environment(templates).get_template("rst/document.rst.jinja")
    return rst_finish(template.render(document=document))


def plain_text(document: DocumentView, templates: Templates = BUILT_IN) -> str:
    """Return `document` as plain text, with each sentence and each field on its own line."""
    text = text_environment(templates).get_template("text/document.txt.jinja").render(document=document)
    lines = (line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def impact_text(impact: ImpactView, templates: Templates = BUILT_IN) -> str:
    """Return as plain text what follows if a milestone slips."""
    return text_environment(templates).get_template("text/impact.txt.jinja").render(impact=impact)


def moves_text(
    moves: MovesView, templates: Templates = BUILT_IN, *, events: bool = True, everything: bool = False
) -> str:
    """Return as plain text what moved.

    Args:
        moves: what moved.
        templates: as in `latex`.
        events: whether to say what is new, gone, completed and so on.
        everything: whether to list all milestones by class.
    """
    template = text_environment(templates).get_template("text/moves.txt.jinja")
    return template.render(moves=moves, events=events, all=everything)
