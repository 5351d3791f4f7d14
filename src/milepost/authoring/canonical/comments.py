"""Decide what each comment of a file is about.

At the end of a line, it is about what is in the line. On a line of its own, directly above an entry, it is
about that entry; with an empty line below, about the entries that follow, as the heading of a group. Further
in than what follows, it is at the foot of the mapping or list above.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from milepost.authoring.canonical.tree import Collection, Entry, Foot, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from milepost.authoring.canonical.reading import Comment, Level, Read, Seen


def attach(file: Read) -> None:
    """Put the comments of `file` into its tree, and note where there are empty lines."""
    starts = [seen.entry.index for seen in file.seen]
    _note_empty_lines(file)
    own: list[tuple[int, Comment]] = []
    for comment in file.comments:
        position = bisect_right(starts, comment.index) - 1
        if comment.has_own_line or position < 0:
            own.append((position, comment))
        else:
            _beside(file.seen[position], comment)
    for position, comments in groupby(own, key=lambda pair: pair[0]):
        before = file.seen[position] if position >= 0 else None
        after = file.seen[position + 1] if position + 1 < len(file.seen) else None
        _between(file, before, after, [comment for _, comment in comments])
    _set_apart(file.root)


def _note_empty_lines(file: Read) -> None:
    last = -1
    for seen in file.seen:
        line = file.line_of(seen.entry.index)
        seen.entry.apart = line != last and file.is_blank(line - 1)
        last = line


def _set_apart(entry: Entry) -> None:
    """Note where entries are apart: where most of those without a heading are."""
    value = entry.value
    if isinstance(value, Collection):
        between = [each.apart for each in value.entries[1:] if not each.groups]
        value.apart = bool(between) and 2 * sum(between) >= len(between)
        for each in value.entries:
            _set_apart(each)


def _beside(seen: Seen, comment: Comment) -> None:
    """Attach a comment at the end of a line."""
    while seen.level.in_brackets and seen.level.end <= comment.index and seen.level.owner:
        seen = seen.level.owner
    entry = seen.entry
    if entry.beside or (entry.key is None and entry.entries):
        entry.above.append(comment.text)
    else:
        entry.beside = comment.text


def _between(file: Read, before: Seen | None, after: Seen | None, comments: Sequence[Comment]) -> None:
    """Attach comments on lines of their own between two entries."""
    feet: list[tuple[Entry, Comment]] = []
    levels = list(_ended(before, after))
    least = 0
    for number, comment in enumerate(comments):
        if before is not None and _is_before_value(before, comment):
            before.entry.above.append(comment.text)
            continue
        bracket = _bracket(before, comment)
        if bracket is not None and (after is None or after.entry.index > bracket.end):
            feet.append((bracket.owner.entry if bracket.owner else file.root, comment))
            continue
        if after is not None and (bracket or not levels or comment.column <= after.column):
            _ahead(file, after.entry, comments[number:])
            break
        fitting = (at for at in range(least, len(levels)) if levels[at][1] <= comment.column)
        least = next(fitting, len(levels) - 1)
        owner = levels[least][0] if levels else None
        feet.append((owner.entry if owner else file.root, comment))
    _add_feet(file, feet)


def _is_before_value(seen: Seen, comment: Comment) -> bool:
    """Return whether a comment is between a key, or a dash, and the value that begins on a line below."""
    if seen.inner is not None:
        return seen.inner.in_brackets and comment.index < seen.inner.start
    has_text = not isinstance(seen.entry.value, Text) or bool(seen.entry.value.text or seen.entry.value.style)
    return has_text and comment.index < seen.value_start


def _bracket(before: Seen | None, comment: Comment) -> Level | None:
    """Return the innermost list or mapping in brackets in which a comment is."""
    if before is None:
        return None
    level = before.inner if before.inner is not None and before.inner.in_brackets else before.level
    while level.in_brackets and not level.start < comment.index < level.end:
        if level.owner is None:
            return None
        level = level.owner.level
    return level if level.in_brackets else None


def _ended(before: Seen | None, after: Seen | None) -> Iterator[tuple[Seen | None, int]]:
    """Yield the owners of the mappings and lists that end between two entries, with their columns."""
    if before is None or (after is not None and after.level is before.inner):
        return
    while before.level.in_brackets and before.level.owner is not None:
        before = before.level.owner
    value = before.entry.value
    if not before.entry.entries and (not isinstance(value, Text) or value.is_absent):
        yield before, before.column + 1
    level = before.level
    while after is None or level is not after.level:
        yield level.owner, level.column
        if level.owner is None:
            return
        level = level.owner.level


def _ahead(file: Read, entry: Entry, comments: Sequence[Comment]) -> None:
    """Attach comments above an entry."""
    blocks = list(_blocks(comments))
    if comments[-1].line + 1 == file.line_of(entry.index):
        entry.above[:0] = block = blocks.pop()
        entry.apart = file.is_blank(file.line_of(entry.index) - len(block) - 1)
    entry.groups += map(tuple, blocks)


def _blocks(comments: Sequence[Comment]) -> Iterator[list[str]]:
    """Yield the lines of comments that have no empty line between them together."""
    block = [comments[0].text]
    for one, other in pairwise(comments):
        if other.line != one.line + 1:
            yield block
            block = []
        block.append(other.text)
    yield block


def _add_feet(file: Read, feet: Sequence[tuple[Entry, Comment]]) -> None:
    for _, group in groupby(feet, key=lambda pair: id(pair[0])):
        entry, first = (members := list(group))[0]
        apart = file.is_blank(first.line - 1)
        for block in _blocks([comment for _, comment in members]):
            entry.foot.append(Foot(tuple(block), apart=apart or bool(entry.foot)))
