"""Give an entry of a mapping another key, or remove it; every other byte stays as it is."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from milepost.loading.edit.file import (
    BREAK,
    YamlFile,
    shown,
    values,
    with_key,
    with_values,
    without_pair,
    without_value,
)
from milepost.loading.edit.lists import list_edits, style_of
from milepost.loading.edit.texts import one_line
from milepost.loading.edit.values import are_apart, first_edits, joined, pair_of, with_new

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from milepost.base.errors import ValuePath
    from milepost.loading.edit.file import Span, Tree
    from milepost.loading.edit.values import NewValue


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


def rename_together(
    edited: YamlFile,
    path: ValuePath,
    new: str,
    changes: Sequence[NewValue],
    listed: tuple[str, tuple[str, ...]],
) -> tuple[bytes, Tree] | None:
    """Return a file with the key `new` for an entry, with other changes made at once, and its values.

    Whoever calls this must check that the file has these values.

    Args:
        edited: the file.
        path: of an entry of a mapping.
        new: a key that the mapping does not have.
        changes: other values, by their paths as they are now.
        listed: the key of a list in the entry, and the texts that it gets.

    Returns:
        None if not all of it can be written in the first way.
    """
    key, texts = listed
    parent, wanted = edited.find(path[:-1]), unicodedata.normalize("NFC", new)
    name = next(each for each in parent.parts[::2] if each.text == path[-1])
    plain, _, _ = pair_of(wanted, "", in_brackets=parent.in_brackets).rpartition(":")
    renamed = name.start, name.end, next(one_line(wanted, name.style)) if name.style else plain
    added = list_edits(edited, (*path, key), texts, style_of(edited, path[:-1], key))
    edits = sorted([*first_edits(edited, changes), renamed, *added], key=lambda each: each[:2])
    if not are_apart(edits):
        return None
    expected = with_key(with_new(values(edited.root), changes), path, wanted)
    expected = with_values(expected, {(*path[:-1], wanted, key): list(texts)})
    return edited.edited(*joined(edited.text, edits)), expected


def remove_entry(content: bytes, file: str, path: ValuePath) -> bytes:
    """Return `content` without the entry at `path`, and without one of two blank lines around it.

    Comments above it stay.

    Args:
        content: the bytes of a file that `milepost.loading.load.loads` accepts.
        file: its name, for the place of an error.
        path: of an entry of a mapping that has a key. The last one leaves `{}`.

    Raises:
        MilepostError: there is no such entry, or it cannot be removed.
    """
    edited = YamlFile(content, file)
    parent, node = edited.find(path[:-1]), edited.find(path)
    attempts = list(_without(edited, parent, node))
    if len(parent.parts) == 2 and not parent.in_brackets:
        attempts = [_emptied(edited, path[:-1], attempts[-1])]
    start, end, _ = attempts[0]
    anchors = {each.anchor for each in _spans(node) if each.kind != "alias" and each.anchor}
    elsewhere = (each for each in _spans(edited.root) if not start <= each.start < end)
    repeated = next((each for each in elsewhere if each.kind == "alias" and each.anchor in anchors), None)
    if repeated is not None:
        message = f"a value in {shown(path[-1])} is used in other places by *{repeated.anchor}"
        raise edited.refusal(node, message, "write the value out in each of them")
    expected = without_value(values(edited.root), path)
    return edited.changed(expected, attempts, node, shown(path[-1]))


def _emptied(edited: YamlFile, path: ValuePath, without: tuple[int, int, str]) -> tuple[int, int, str]:
    """Return how to remove the only entry of the mapping at `path`, which is `{}` then."""
    above, mapping = edited.find(path[:-1]), edited.find(path)
    key = above.parts[next(index for index, part in enumerate(above.parts) if part is mapping) - 1]
    colon = edited.text.index(":", key.end) + 1
    return joined(edited.text, [(colon, colon, " {}"), without])


def _without(edited: YamlFile, parent: Span, node: Span) -> Iterator[tuple[int, int, str]]:
    """Yield ways to remove an entry, each a text and the indices between which it is put."""
    if parent.in_brackets:
        yield joined(edited.text, sorted(without_pair(edited, parent, node)))
        return
    position = next(index for index, part in enumerate(parent.parts) if part is node)
    start, (end, _) = edited.line_start(parent.parts[position - 1].start), edited.after(node)
    is_apart = start == 0 or BREAK.sub("\n", edited.text[:start]).endswith("\n\n")
    blank = BREAK.match(edited.text, end)
    end = blank.end() if is_apart and blank else end
    if is_apart and end == len(edited.text) and start:
        yield start - len(edited.line_end), end, ""
    yield start, end, ""  # an empty line above can be one of a text


def _spans(node: Span) -> Iterator[Span]:
    """Yield a value and everything in it."""
    yield node
    for part in node.parts:
        yield from _spans(part)
