"""Give an entry of a mapping another key, or remove it; every other byte stays as it is."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from milepost.loading.edit.file import (
    BREAK,
    YamlFile,
    pair_in_brackets,
    shown,
    values,
    with_key,
    without_value,
)
from milepost.loading.edit.texts import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.base.errors import ValuePath
    from milepost.loading.edit.file import Span


def rename_key(content: bytes, file: str, path: ValuePath, new: str) -> bytes:
    """Return `content` with the key `new` for the entry at `path`.

    Args:
        content: the bytes of a file that `milepost.loading.load.loads` accepts.
        file: its name, for the place of an error.
        path: of an entry of a mapping.
        new: a key that the mapping does not have.

    Raises:
        MilepostError: there is no such entry, or its key cannot be changed.
    """
    edited = YamlFile(content, file)
    parent, wanted = edited.find(path[:-1]), unicodedata.normalize("NFC", new)
    edited.find(path)
    key = next(each for each in parent.parts[::2] if unicodedata.normalize("NFC", each.text) == str(path[-1]))
    attempts = ((key.start, key.end, text) for text in one_line(wanted, key.style))
    expected = with_key(values(edited.root), path, wanted)
    return edited.changed(expected, attempts, key, shown(path[-1]))


def remove_entry(content: bytes, file: str, path: ValuePath) -> bytes:
    """Return `content` without the entry at `path`, and without one of two blank lines around it.

    Comments above it stay.

    Args:
        content: the bytes of a file that `milepost.loading.load.loads` accepts.
        file: its name, for the place of an error.
        path: of an entry of a mapping that has others.

    Raises:
        MilepostError: there is no such entry, it is the only one, or it cannot be removed.
    """
    edited = YamlFile(content, file)
    parent, node = edited.find(path[:-1]), edited.find(path)
    if len(parent.parts) == 2:
        raise edited.refusal(node, f"{shown(path[-1])} is the only entry", "remove it with an editor")
    if parent.in_brackets:
        start, end = pair_in_brackets(parent, node)
    else:
        position = next(index for index, part in enumerate(parent.parts) if part is node)
        start, (end, _) = edited.line_start(parent.parts[position - 1].start), edited.after(node)
        is_apart = start == 0 or BREAK.sub("\n", edited.text[:start]).endswith("\n\n")
        blank = BREAK.match(edited.text, end)
        end = blank.end() if is_apart and blank else end
        if is_apart and end == len(edited.text) and start:
            start -= len(edited.line_end)
    anchors = {each.anchor for each in _spans(node) if each.kind != "alias" and each.anchor}
    elsewhere = (each for each in _spans(edited.root) if not start <= each.start < end)
    repeated = next((each for each in elsewhere if each.kind == "alias" and each.anchor in anchors), None)
    if repeated is not None:
        message = f"a value in {shown(path[-1])} is used in other places by *{repeated.anchor}"
        raise edited.refusal(node, message, "write the value out in each of them")
    expected = without_value(values(edited.root), path)
    return edited.changed(expected, [(start, end, "")], node, shown(path[-1]))


def _spans(node: Span) -> Iterator[Span]:
    """Yield a value and everything in it."""
    yield node
    for part in node.parts:
        yield from _spans(part)
