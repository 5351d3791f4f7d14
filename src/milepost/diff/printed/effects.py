"""What a difference does to the printed document: which changes are printed, and what follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.diff.changes import EntryChanged, Part, new_codes
from milepost.diff.printed.follows import Follower
from milepost.diff.printed.outline import Outline
from milepost.diff.printed.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from milepost.diff.changes import Change
    from milepost.diff.printed.compared import Followed
    from milepost.document.model import Document
    from milepost.views.document import DocumentView


def effects(
    changes: Sequence[Change],
    documents: tuple[Document, Document],
    views: tuple[DocumentView, DocumentView],
) -> tuple[tuple[Followed, ...], Callable[[Change], bool]]:
    """Return what follows from `changes`, and a function that tells which of them are printed.

    A change from which something follows is printed.

    Args:
        changes: the difference of the two documents.
        documents: the old and the new one.
        views: what is printed of them.
    """
    codes, figures = new_codes(changes), new_figures(changes)
    shown = Shown(documents, views, codes, figures)
    follower = Follower(
        documents=documents,
        views=views,
        milestones=shown.milestones,
        outline=Outline(*views, tuple(changes), codes),
        changes=changes,
        figures=figures,
    )
    following = tuple(follower.found())
    causes = {cause for _, cause in following}
    return following, lambda change: change in causes or change in shown


def new_figures(changes: Iterable[Change]) -> dict[str, str]:
    """Return the new name of each figure that has another one, by its old name."""
    return {
        change.old: change.new
        for change in changes
        if isinstance(change, EntryChanged) and change.part is Part.FIGURES and change.field == "name"
    }
