"""The comments of several reviewers together: each once, and of an edited one what was written last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError, Problem, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from milepost.comments.model import Comment, CommentFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Comments of several files.

    Attributes:
        comments: in the order in which they were written.
        repeated: how many were in more than one file.
        edited: those of which an earlier version was left out, by their id.
    """

    comments: tuple[Comment, ...]
    repeated: int
    edited: frozenset[str]


def merge(files: Iterable[CommentFile]) -> Merged:
    """Return the comments of `files`.

    Raises:
        MilepostError: two different comments have the same id and time, or the same id and another change.
    """
    latest: dict[str, Comment] = {}
    repeated: set[str] = set()
    edited: set[str] = set()
    problems: list[Problem] = []
    for file in files:
        for comment in file.comments:
            known = latest.get(comment.id)
            if known is None:
                latest[comment.id] = comment
            elif known.says == comment.says:
                repeated.add(comment.id)
            elif known.about != comment.about:
                problems.append(_clash(comment, known, "is about something else"))
            elif known.written == comment.written:
                problems.append(
                    _clash(comment, known, "was written at the same time and says something else")
                )
            else:
                edited.add(comment.id)
                latest[comment.id] = max(known, comment, key=lambda each: each.written)
    if problems:
        raise MilepostError(*problems)
    in_order = sorted(latest.values(), key=lambda comment: (comment.written, comment.author, comment.id))
    return Merged(comments=tuple(in_order), repeated=len(repeated), edited=frozenset(edited))


def _clash(comment: Comment, known: Comment, how: str) -> Problem:
    return Problem(
        rule="comments",
        place=comment.place,
        message=f"the comment {quoted(comment.id)} {how} than at {known.place}",
        hint="remove one of the two",
    )
