"""Remove an entry of a list with its comments; every other byte stays as it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from milepost.loading.edit.file import BREAK, YamlFile, values, without_pair, without_parts, without_value
from milepost.loading.edit.lists import dashes_of
from milepost.loading.edit.values import joined

if TYPE_CHECKING:
    from milepost.base.errors import ValuePath
    from milepost.loading.edit.file import Edit, Span


def remove_item(content: bytes, file: str, path: ValuePath) -> bytes:
    """Return `content` without the entry at `path` of a list; the last one goes with the key of the list.

    Comments directly above the entry, and in it, go with it.

    Args:
        content: the bytes of a file that `milepost.loading.load.loads` accepts.
        file: its name, for the place of an error.
        path: of an entry of a list that is in a mapping.

    Raises:
        MilepostError: there is no such entry, or it cannot be removed.
    """
    edited = YamlFile(content, file)
    mapping, listed, node = edited.find(path[:-2]), edited.find(path[:-1]), edited.find(path)
    index = next(index for index, part in enumerate(listed.parts) if part is node)
    is_only = len(listed.parts) == 1
    if is_only:
        edits = _without_key(edited, mapping, listed)
    elif listed.in_brackets:
        edits = list(without_parts(edited, listed, index, index + 1))
    else:
        edits = [_without_lines(edited, dashes_of(edited, listed)[index], node)]
    expected = without_value(values(edited.root), path[:-1] if is_only else path)
    return edited.changed(expected, [joined(edited.text, sorted(edits))], node, "this")


def _without_key(edited: YamlFile, mapping: Span, node: Span) -> list[Edit]:
    """Return how to remove a key with its value `node`."""
    position = next(index for index, part in enumerate(mapping.parts) if part is node)
    key = mapping.parts[position - 1]
    is_last = position + 1 == len(mapping.parts)
    if mapping.in_brackets:
        return without_pair(edited, mapping, node)
    if edited.text[edited.line_start(key.start) : key.start].strip() and not is_last:  # after a dash
        return [(key.start, mapping.parts[position + 1].start, "")]
    return [_without_lines(edited, key.start, node)]


def _without_lines(edited: YamlFile, first: int, node: Span) -> Edit:
    """Return how to remove the lines from that of `first` to the last of `node`, with the comments."""
    start, column = edited.line_start(first), edited.column(first)
    end, _ = edited.after(node, column)
    comment = re.compile(rf"[ \t]{{{column}}}#")
    while start and comment.match(edited.text, line := edited.line_start(_before(edited.text, start))):
        start = line
    blank = BREAK.match(edited.text, end)
    above = BREAK.sub("\n", edited.text[max(start - 4, 0) : start])
    return start, blank.end() if blank and above.endswith("\n\n") else end, ""


def _before(text: str, line_start: int) -> int:
    """Return the index of the last character of the line before the one that begins at `line_start`."""
    return line_start - (2 if text.endswith("\r\n", 0, line_start) else 1)
