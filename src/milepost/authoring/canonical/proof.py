"""Prove that a file in canonical form is the same document, with the same comments at the same places."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from milepost.authoring.canonical.comments import attach
from milepost.authoring.canonical.reading import read
from milepost.authoring.canonical.tree import plain, remarks
from milepost.base.errors import MilepostError, Place, Problem, quoted
from milepost.document.model import Document
from milepost.loading.nodes import SourceText

if TYPE_CHECKING:
    from milepost.authoring.canonical.reading import Read
    from milepost.authoring.canonical.tree import Entry

_HINT = "change this part with an editor; nothing is changed yet"


def prove(old: Read, expected: Entry, document: Document, new: str, file: str) -> None:
    """Check a text in canonical form.

    Args:
        old: the file as it was.
        expected: its tree, in order, with all comments.
        document: the model of the file.
        new: the text.
        file: its name, for the place of an error.

    Raises:
        MilepostError: the text is another document, or a comment is lost or at another place.
    """
    again = read(new)
    _prove_comments_kept(old, again, file)
    attach(again)
    for one, other in zip(remarks(expected), remarks(again.root), strict=True):
        if one != other:
            message = f"the comment {quoted(one[2])} would be at another place"
            raise _refusal(Place(file), message, "move it")
    if _sorted(Document.parse(plain(again.root))) != _sorted(document):
        raise _refusal(Place(file), "the document would be another one", _HINT)


def _prove_comments_kept(old: Read, new: Read, file: str) -> None:
    left = Counter(comment.text for comment in new.comments)
    for comment in old.comments:
        left[comment.text] -= 1
        if left[comment.text] < 0:
            place = SourceText(old.text, file).place(comment.index)
            raise _refusal(place, f"the comment {quoted(comment.text)} would be lost", "move it")


def _sorted(document: Document) -> Document:
    """Return the document with those parts sorted whose order has no meaning."""
    parts = {
        "references": tuple(sorted(document.references, key=lambda each: each.handle)),
        "acronyms": tuple(sorted(document.acronyms, key=lambda each: each.acronym)),
        "unexpanded": tuple(sorted(document.unexpanded)),
    }
    return document.model_copy(update=parts)


def _refusal(place: Place, message: str, hint: str) -> MilepostError:
    return MilepostError(Problem(rule="format", place=place, message=message, hint=hint))
