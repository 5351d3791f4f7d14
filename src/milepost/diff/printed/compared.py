"""Two editions, for what finds differences in what is printed of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from milepost.diff.changes import Change, Consequence, MetadataChanged, MilestoneAdded, MilestoneRemoved

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from milepost.diff.printed.outline import Outline
    from milepost.diff.printed.shown import Place
    from milepost.document.model import Document
    from milepost.views.document import DocumentView

Followed = tuple[Consequence, "Change | None"]
"""What is printed differently, and the change that it follows from, where it is one."""


class Compared:
    """Two editions and what is printed of them."""

    def __init__(  # noqa: PLR0913 -- by name
        self,
        *,
        documents: tuple[Document, Document],
        views: tuple[DocumentView, DocumentView],
        milestones: tuple[Mapping[str, Mapping[Place, Any]], Mapping[str, Mapping[Place, Any]]],
        outline: Outline,
        changes: Sequence[Change],
        figures: Mapping[str, str],
    ) -> None:
        """Compare what is printed of two documents.

        Args:
            documents: the old and the new document.
            views: what is printed of them.
            milestones: where each milestone is printed in each of them, by its new code.
            outline: which of their sections are the same.
            changes: the difference of the two documents.
            figures: the new names of renamed figures, by their old ones.
        """
        self._documents, self._views, self._milestones = documents, views, milestones
        self._outline, self._changes, self._figures = outline, changes, figures
        self._whole = {
            change.milestone.code
            for change in changes
            if isinstance(change, MilestoneAdded | MilestoneRemoved)
        }

    def _first(self, fits: Callable[[Change], bool]) -> Change | None:
        return next((change for change in self._changes if fits(change)), None)


def is_field(*names: str) -> Callable[[Change], bool]:
    """Return a function that tells whether a change is one of these fields of the document."""
    return lambda change: isinstance(change, MetadataChanged) and change.field in names
