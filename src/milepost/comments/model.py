"""Comments as values; `docs/reference/comments-schema.json` describes the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from milepost.base.errors import Place
    from milepost.review.identity import About


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What a reviewer says of a change.

    Attributes:
        id: different for each comment of anybody; the same after an edit.
        about: what it is about in the YAML.
        change: the kind of the change, or None for a comment on more than one.
        old, new: the value in both editions as the YAML has it.
        author: who wrote it.
        written: when it was written or last edited.
        text: what is said; empty if something is only proposed.
        proposal: the value to have instead; empty to have none, None if nothing is proposed.
        place: where it is in its file.
        where: of an annotation, its page in the PDF; empty for others.
        lost: of an annotation on no change, in words where it is; empty for others.
    """

    id: str
    about: About
    change: str | None
    old: str | None
    new: str | None
    author: str
    written: datetime
    text: str
    proposal: str | None
    place: Place
    where: str = ""
    lost: str = ""

    @property
    def says(self) -> tuple[object, ...]:
        """Everything but where it was read."""
        return (
            *(self.id, self.about, self.change, self.old, self.new),
            *(self.author, self.written, self.text, self.proposal),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentFile:
    """A file of comments.

    Attributes:
        file: its name.
        document: the handle of the document.
        place: that of the handle.
        old, new: the names of the editions that the reviewer compared.
        comments: in the order of the file.
    """

    file: str
    document: str
    place: Place
    old: str
    new: str
    comments: tuple[Comment, ...]
