"""Comments as they are listed: by milestone in the order of the document, with who, when and what."""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import unified_diff
from itertools import groupby
from typing import TYPE_CHECKING, Any

from milepost.base.errors import count, printable
from milepost.comments.finding import PROSE
from milepost.comments.placing import Placed, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from milepost.comments.merging import Merged

_MOST_LINES = 40
"""Lines of a proposed text that are listed; the patch has all."""
_LONGEST = 60
"""Characters of a value that is listed in its line; of a longer one, the lines that change are listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A comment as it is listed.

    Attributes:
        about: the field and its change, as in `due: 2026-01-31 → 2026-02-28`; it may be empty.
        author: who wrote it.
        when: minute and time zone, with a note if an earlier version was left out, and the page of a PDF.
        id: to accept it.
        lines: what is said.
        proposal: what is proposed, and what becomes of it; empty if nothing is.
        changes: of a proposed text, the lines that it changes: a sign and the line.
        reason: why it has no place; empty if it has one.
    """

    about: str
    author: str
    when: str
    id: str
    lines: tuple[str, ...]
    proposal: str
    changes: tuple[tuple[str, str], ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The comments on one milestone, section or part."""

    heading: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """All comments.

    Attributes:
        title: the document.
        summary: how many there are of each kind, in a sentence.
        groups: those that have a place, in the order of the document.
        lost: those whose place is gone.
    """

    title: str
    summary: str
    groups: tuple[Group, ...]
    lost: tuple[Group, ...]


def listing(merged: Merged, placed: Sequence[Placed], handle: str) -> Listing:
    """Return the comments as they are listed."""
    return Listing(
        title=f"Comments on {printable(handle)}",
        summary=_summary(merged, placed),
        groups=_groups((each for each in placed if each.path), merged),
        lost=_groups((each for each in placed if not each.path), merged),
    )


def _summary(merged: Merged, placed: Sequence[Placed]) -> str:
    authors = {each.comment.author for each in placed}
    proposed = [each.state for each in placed if each.comment.proposal is not None]
    lost = sum(not each.path for each in placed)
    parts = [f"{count(len(placed), 'comment')} of {count(len(authors), 'reviewer')}"]
    if proposed:
        found = [f"{proposed.count(state)} {words}" for state, words in _COUNTED.items() if state in proposed]
        parts.append(f"{count(len(proposed), 'proposal')}: {', '.join(found)}")
    if lost:
        parts.append(f"{count(lost, 'comment')} without a place in the document")
    if merged.repeated:
        parts.append(f"{count(merged.repeated, 'comment')} in several files, counted once")
    if merged.edited:
        parts.append(f"{count(len(merged.edited), 'edited comment')}, listed as written last")
    return f"{'; '.join(parts)}."


_COUNTED = {
    State.APPLIES: "can be applied",
    State.DONE: "already in the document",
    State.MOVED: "in conflict with a later change",
    State.GONE: "without a place",
}


def _groups(placed: Iterable[Placed], merged: Merged) -> tuple[Group, ...]:
    return tuple(
        Group(heading=printable(heading), entries=tuple(_entry(each, merged) for each in found))
        for heading, found in groupby(placed, key=lambda each: each.heading)
    )


def _entry(placed: Placed, merged: Merged) -> Entry:
    comment = placed.comment
    edited = ", edited" if comment.id in merged.edited else ""
    where = f", {comment.where}" if comment.where and not comment.lost else ""
    when = "without a date" if comment.written.year == 1970 else f"{comment.written:%Y-%m-%d %H:%M} UTC"
    in_lines = _has_lines(placed)
    return Entry(
        about=printable(_about(placed)),
        author=printable(comment.author),
        when=f"{when}{edited}{where}",
        id=comment.id,
        lines=tuple(printable(line) for line in comment.text.strip().split("\n") if line.strip()),
        proposal=_proposal(placed),
        changes=_changes(placed) if in_lines else (),
        reason=printable(placed.reason) if placed.state is State.GONE and not placed.path else "",
    )


def _has_lines(placed: Placed) -> bool:
    comment = placed.comment
    values = (comment.old, comment.new, comment.proposal)
    return (comment.about.part, comment.about.field) in PROSE or any(
        len(value) > _LONGEST or "\n" in value for value in values if value
    )


def _about(placed: Placed) -> str:
    """Return the field and its change, without the line ends of a text."""
    comment = placed.comment
    about = comment.about
    what = " ".join(filter(None, (about.field, about.item))) or (comment.change or "")
    if _has_lines(placed) or (comment.old is None and comment.new is None):
        return what if comment.change in {None, what} or not about.item else f"{what} ({comment.change})"
    old, new = (value or "none" for value in (comment.old, comment.new))
    return f"{what}: {old} → {new}" if old != new else f"{what}: {new}"


def _proposal(placed: Placed) -> str:
    """Return what is proposed and what becomes of it, in a sentence."""
    comment = placed.comment
    if comment.proposal is None:
        return ""
    if not comment.proposal.strip():
        what = "proposes to have none"
    elif _has_lines(placed):
        what = "proposes another text"
    else:
        what = f"proposes {comment.proposal}"
    words = str(placed.state)
    if placed.state is State.MOVED:
        words = f"conflict: {placed.reason}"
    elif placed.state is State.GONE:
        words = f"cannot be applied: {placed.reason}" if placed.path else str(placed.state)
    return printable(f"{what} ({words})")


def _changes(placed: Placed) -> tuple[tuple[str, str], ...]:
    """Return the lines that a proposed text changes: `-` or `+`, and the line."""
    comment = placed.comment
    if comment.proposal is None:
        return ()
    old, new = ((value or "").rstrip().split("\n") for value in (comment.new, comment.proposal))
    lines = [line for line in list(unified_diff(old, new, n=0, lineterm=""))[2:] if line[:1] in "+-"]
    shown = [(line[0], printable(line[1:])) for line in lines[:_MOST_LINES]]
    if len(lines) > _MOST_LINES:
        shown.append(("…", f"and {len(lines) - _MOST_LINES} more lines"))
    return tuple(shown)


def as_json(merged: Merged, placed: Iterable[Placed], handle: str) -> str:
    """Return the comments as JSON: those of a file, with what became of each."""
    values = {"schema": 1, "document": handle, "comments": [_values(each, merged) for each in placed]}
    return json.dumps(values, indent=1, ensure_ascii=True) + "\n"


def _values(placed: Placed, merged: Merged) -> dict[str, Any]:
    comment = placed.comment
    about = comment.about
    return {
        "id": comment.id,
        "about": {
            "part": about.part,
            "key": about.key,
            "titles": about.titles,
            "field": about.field,
            "item": about.item,
        },
        "change": comment.change,
        "old": comment.old,
        "new": comment.new,
        "author": comment.author,
        "written": comment.written.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "text": comment.text,
        "proposal": comment.proposal,
        "where": comment.where or None,
        "edited": comment.id in merged.edited,
        "heading": placed.heading,
        "path": list(placed.path) or None,
        "now": placed.current,
        "state": placed.state.name.lower(),
        "reason": placed.reason or None,
    }
