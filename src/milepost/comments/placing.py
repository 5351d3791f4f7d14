"""What has become of each comment: its place in the document, and whether its proposal still applies."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from milepost.base.errors import quoted
from milepost.comments.finding import PROSE, Found, find, same
from milepost.diff.alignment import matching_blocks
from milepost.diff.authorisation import PARTS
from milepost.document.traverse import section_number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from milepost.base.errors import ValuePath
    from milepost.comments.model import Comment
    from milepost.loading.load import Loaded


class State(StrEnum):
    """What can become of a proposal; each value is how it is said."""

    NOTE = "no proposal"
    APPLIES = "applies"
    DONE = "already so"
    MOVED = "the value has changed since"
    GONE = "place gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A comment and its place.

    Attributes:
        comment: what the reviewer says.
        heading: the milestone, section or part that it is about, as it is called now.
        path: of the value in the document; empty if there is none.
        state: what becomes of its proposal.
        current: the value that the document has.
        reason: why it has no place, or cannot be applied; empty otherwise.
        value: what to write; empty to remove the value, None if there is nothing to do.
    """

    comment: Comment
    heading: str
    path: ValuePath
    state: State
    current: str | None = None
    reason: str = ""
    value: str | None = None


def place(comments: Iterable[Comment], loaded: Loaded) -> tuple[Placed, ...]:
    """Return the comments in the order of the document: milestones, other parts, those without a place."""
    document = loaded.document
    order = {milestone.code: number for number, milestone in enumerate(document.milestones)}
    fields = {name: number for number, name in enumerate(_FIELDS)}

    def rank(placed: Placed) -> tuple[object, ...]:
        about, path = placed.comment.about, placed.path
        if not path:
            return (2, 0, (), about.part, about.key or "", about.field or "")
        if about.part == "milestones":
            at = order.get(str(path[1]), -1) if len(path) > 1 else -1
            field = fields.get(about.field or "", len(fields) if about.field else -1)
            return (0, at, (), "", "", f"{field:03}{about.field or ''}")
        numbers = tuple(step for step in path if isinstance(step, int))
        name = str(path[1]) if len(path) > 1 else ""
        return (1, PARTS.index(about.part), numbers, "", name, about.field or "")

    return tuple(sorted((_placed(comment, loaded) for comment in comments), key=rank))


_FIELDS = ("code", "name", "short_name", "level", "wbs", "due", "forecast", "completed", "state")


def _placed(comment: Comment, loaded: Loaded) -> Placed:
    found = comment.lost or find(comment, loaded)
    if isinstance(found, str):
        heading = comment.where if comment.lost else ""
        heading = heading or comment.about.key or " / ".join(comment.about.titles or ()) or comment.about.part
        return Placed(comment=comment, heading=heading, path=(), state=State.GONE, reason=found)
    state, value, reason = _state(comment, found)
    return Placed(
        comment=comment,
        heading=_heading(comment, found, loaded),
        path=found.path,
        state=state,
        current=found.value,
        reason=reason,
        value=value,
    )


def _state(comment: Comment, found: Found) -> tuple[State, str | None, str]:  # noqa: PLR0911 -- one for each state
    """Return what becomes of a proposal, what to write, and why it cannot be written."""
    proposal, about = comment.proposal, comment.about
    if proposal is None:
        return State.NOTE, None, ""
    if not found.is_single:
        return State.GONE, None, f"{about.field or about.part} is not a single value that can be replaced"
    is_prose = (about.part, about.field) in PROSE
    if same(found.value, proposal, in_lines=is_prose):
        return State.DONE, None, ""
    if any(same(found.value, each, in_lines=is_prose) for each in (comment.new, comment.old)):
        return State.APPLIES, proposal, ""
    if is_prose and comment.new and found.value:
        merged = merged_text(comment.new, proposal, found.value)
        if merged is not None and same(merged, found.value, in_lines=True):
            return State.DONE, None, ""
        if merged is not None:
            return State.APPLIES, merged, ""
    if is_prose and found.value:
        return State.MOVED, proposal, "the paragraph has changed since"
    return State.MOVED, proposal, f"{State.MOVED}, it is {_shown(found.value)} now"


def _shown(value: str | None) -> str:
    return "without a value" if value is None else quoted(value)


def merged_text(base: str, proposed: str, now: str) -> str | None:
    """Return `now` with what `proposed` changes in `base`; None if both change the same paragraph."""
    old, new, there = (text.rstrip().split("\n") for text in (base, proposed, now))
    kept = matching_blocks(old, there)
    ends = [(0, 0, 0), *matching_blocks(old, new), (len(old), len(new), 0)]
    result = list(there)
    for (start, new_start, size), (next_start, next_new, _) in reversed(list(pairwise(ends))):
        low, high = start + size, next_start
        words = new[new_start + size : next_new]
        if low == high and not words:
            continue
        first, last = low, high
        while first > 0 and old[first - 1].strip():
            first -= 1
        while last < len(old) and old[last].strip():
            last += 1
        first, last = max(first - 1, 0), min(last + 1, len(old))  # with the empty lines around
        block = next((each for each in kept if each[0] <= first and last <= each[0] + each[2]), None)
        if block is None:
            return None
        shift = block[1] - block[0]
        result[low + shift : high + shift] = words
    return "\n".join(result)


def _heading(comment: Comment, found: Found, loaded: Loaded) -> str:
    part, path = comment.about.part, found.path
    if part == "milestones" and len(path) > 1:
        milestone = loaded.document.milestone(str(path[1]))
        was = f" (was {comment.about.key})" if found.renamed else ""
        return f"{path[1]}{was}: {milestone.name if milestone else ''}"
    if part == "sections":
        position = tuple(step for step in path if isinstance(step, int))
        sections = loaded.document.sections
        title = ""
        for index in position:
            title, sections = sections[index].title, sections[index].sections
        return f"{section_number(position)} {title}"
    name = found.renamed or comment.about.key
    return f"{_CALLED[part]}: {name}" if name else _CALLED[part]


_CALLED = {
    "document": "Document",
    "milestones": "Milestones",
    "change_record": "Change record",
    "figures": "Figures",
    "references": "References",
    "acronyms": "Acronyms",
    "unexpanded": "Words that are no acronyms",
    "schedule": "Imports of the schedule",
    "jira": "Settings of Jira",
}
