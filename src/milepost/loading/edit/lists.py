"""Add entries to lists of a YAML file and remove others; the rest of each list stays as it is written."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError
from milepost.loading.edit.file import (
    BREAK,
    YamlFile,
    shown,
    values,
    with_values,
    without_pair,
    without_parts,
)
from milepost.loading.edit.values import item_of, joined, pair_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from milepost.base.errors import ValuePath
    from milepost.loading.edit.file import Edit, Span, Tree

_LAST_DASH = re.compile(r"-(?:[ \t\r\n]|#[^\r\n]*)*\Z")


def set_lists(
    content: bytes, file: str, path: ValuePath, key: str, new: Mapping[str, tuple[str, ...]]
) -> bytes:
    """Return `content` with the entries of some lists of texts.

    Lines are added for new entries and removed with old ones. A comment on a line of its own stays.

    Args:
        content: the bytes of a file that `milepost.loading.load.loads` accepts.
        file: its name, for the place of an error.
        path: of a mapping, whose entries have the lists.
        key: of the lists in these entries.
        new: the texts of the list by the key of its entry. Without any, the list is removed; one that is
            missing is added at the end of the entry.

    Raises:
        MilepostError: one of them cannot be changed.
    """
    if not new:
        return content
    edited = YamlFile(content, file)
    style = style_of(edited, path, key)
    edits = sorted(
        edit for code, texts in new.items() for edit in list_edits(edited, (*path, code, key), texts, style)
    )
    if all(one[1] <= other[0] for one, other in pairwise(edits)):
        lists: dict[ValuePath, Tree] = {(*path, code, key): _values(texts) for code, texts in new.items()}
        with suppress(MilepostError):
            attempt = joined(edited.text, edits)
            return edited.changed(with_values(values(edited.root), lists), [attempt], edited.root, shown(key))
    for code, texts in new.items():  # to find out which one is at fault
        edited = YamlFile(content, file)
        _refuse_repeated(edited, (*path, code, key))
        below = (*path, code, key)
        attempt = joined(edited.text, sorted(list_edits(edited, below, texts, style)))
        expected = with_values(values(edited.root), {below: _values(texts)})
        content = edited.changed(expected, [attempt], edited.find(below[:-1]), f"{shown(key)} of {code}")
    return content


def _values(texts: tuple[str, ...]) -> Tree:
    return [unicodedata.normalize("NFC", text) for text in texts] or None


def list_edits(
    edited: YamlFile, path: ValuePath, texts: tuple[str, ...], style: int | None
) -> Iterator[Edit]:
    """Yield what is put between which indices so that the list at `path` has these texts."""
    *above, key = path
    parent = edited.find(tuple(above))
    node = parent.child(key)
    wanted = tuple(unicodedata.normalize("NFC", text) for text in texts)
    if node is None:
        yield from _added(edited, parent, str(key), wanted, style) if wanted else ()
    elif node.kind == "alias":
        return  # it changes with the list that it repeats
    elif node.kind == "scalar":  # there is a key with nothing after it
        yield from _filled(edited, node, wanted)
    elif node.kind != "list" or any(part.kind != "scalar" for part in node.parts):
        raise edited.refusal(node, f"{shown(key)} is not a list of texts", "change it with an editor")
    elif not wanted:
        yield from _removed(edited, parent, node)
    elif not node.parts:
        end = node.start + 1 if "#" in edited.text[node.start : node.end] else node.end - 1  # comments stay
        yield node.start + 1, end, ", ".join(item_of(each, in_brackets=True) for each in wanted)
    else:
        change = _in_brackets if node.in_brackets else _in_lines
        yield from change(edited, node, wanted)


def _refuse_repeated(edited: YamlFile, path: ValuePath) -> None:
    """Raise an error where the list at `path` is that of another place, too."""
    node = edited.find(path[:-1]).child(path[-1])
    if node is not None and node.anchor:
        message = f"{shown(path[-1])} is used in other places (*{node.anchor})"
        raise edited.refusal(node, message, "write the list out in each of them")


def _changes(node: Span, wanted: tuple[str, ...]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Yield runs of old entries to remove, from and to, and the new ones to add there instead."""
    old = [part.text for part in node.parts]
    for tag, low, high, new_low, new_high in SequenceMatcher(None, old, wanted, autojunk=False).get_opcodes():
        if tag != "equal":
            yield low, high, wanted[new_low:new_high]


def _in_lines(edited: YamlFile, node: Span, wanted: tuple[str, ...]) -> Iterator[Edit]:
    """Yield how to change a list that has each of its entries on a line of its own."""
    dashes = dashes_of(edited, node)
    column = edited.column(dashes[0])
    for low, high, new in _changes(node, wanted):
        if new:
            index, line_end = edited.after(node.parts[low - 1]) if low else (edited.line_start(dashes[0]), "")
            lines = [f"{' ' * column}- {item_of(each, in_brackets=False)}" for each in new]
            text = edited.line_end.join(lines)
            yield index, index, f"{line_end}{text}{'' if line_end else edited.line_end}"
        for dash, part in zip(dashes[low:high], node.parts[low:high], strict=True):
            yield edited.line_start(dash), edited.after(part)[0], ""


def dashes_of(edited: YamlFile, node: Span) -> list[int]:
    """Return the index of the dash before each entry of a list."""
    ends = [node.start, *(part.end for part in node.parts)]
    found = (
        _LAST_DASH.search(edited.text, end, part.start) for end, part in zip(ends, node.parts, strict=False)
    )
    return [match.start() if match else part.start for match, part in zip(found, node.parts, strict=True)]


def _in_brackets(edited: YamlFile, node: Span, wanted: tuple[str, ...]) -> Iterator[Edit]:
    """Yield how to change a list in brackets that keeps its place."""
    parts, kept = node.parts, len(node.parts)
    for low, high, new in _changes(node, wanted):
        items = ", ".join(item_of(each, in_brackets=True) for each in new)
        if new and low:
            yield parts[low - 1].end, parts[low - 1].end, f", {items}"
        elif new:
            ending = ", " if high < kept else ""
            yield parts[0].start, parts[0].start, f"{items}{ending}"
        if low < high:
            yield from without_parts(edited, node, low, high)


def _removed(edited: YamlFile, parent: Span, node: Span) -> Iterator[Edit]:
    """Yield how to remove a list with its key."""
    position = next(index for index, part in enumerate(parent.parts) if part is node)
    key = parent.parts[position - 1]
    if parent.in_brackets:
        yield from without_pair(edited, parent, node)
        return
    line = edited.line_start(key.start)
    if node.in_brackets:
        end, _ = edited.after(node)
        while line < end:
            found = BREAK.search(edited.text, line, end)
            after = found.end() if found else end
            if not edited.text[line:after].lstrip(" \t").startswith("#"):  # comments stay
                yield line, after, ""
            line = after
        return
    found = BREAK.search(edited.text, key.end)
    yield line, found.end() if found else len(edited.text), ""
    for dash, part in zip(dashes_of(edited, node), node.parts, strict=True):
        yield edited.line_start(dash), edited.after(part)[0], ""


def _filled(edited: YamlFile, node: Span, wanted: tuple[str, ...]) -> Iterator[Edit]:
    """Yield how to write a list after a key that has nothing after it."""
    if not wanted:
        return
    texts = ", ".join(item_of(each, in_brackets=True) for each in wanted)
    space = " " if edited.text[node.start - 1] == ":" else ""
    yield node.start, node.end, f"{space}[{texts}]"


def style_of(edited: YamlFile, path: ValuePath, key: str) -> int | None:
    """Return how lists of that key are written in the mappings of the mapping at `path`.

    It is by how much their dashes are to the right of the key, or None where they are in brackets.
    """
    beside = [each for each in edited.find(path).parts if each.kind == "mapping"]
    in_lines = (entry for entry in beside if not entry.in_brackets)
    same = [each for entry in in_lines if (each := entry.child(key)) is not None and each.kind == "list"]
    return None if in_brackets_mostly(same) else dash_of(edited, beside)


def _added(
    edited: YamlFile, parent: Span, key: str, wanted: tuple[str, ...], style: int | None
) -> Iterator[Edit]:
    """Yield how to add a list with its key at the end of a mapping, written as those beside it."""
    if parent.kind != "mapping":
        raise edited.refusal(parent, f"{shown(key)} cannot be added here", "change it with an editor")
    pair = pair_of(key, wanted, in_brackets=parent.in_brackets)
    if parent.in_brackets:
        end = parent.parts[-1].end if parent.parts else parent.start + 1
        yield end, end, f", {pair}" if parent.parts else pair
        return
    column = edited.indent(parent)
    index, line_end = edited.after(parent, column)
    indent = " " * column
    lines = [f"{indent}{pair}"]
    if style is not None:
        dash = indent + " " * style
        name, _, _ = pair_of(key, "", in_brackets=False).rpartition(":")
        lines = [f"{indent}{name}:", *(f"{dash}- {item_of(each, in_brackets=False)}" for each in wanted)]
    text = edited.line_end.join(lines)
    yield index, index, f"{line_end}{text}{'' if line_end else edited.line_end}"


def in_brackets_mostly(lists: Sequence[Span]) -> bool:
    """Return whether most of these lists are written in brackets."""
    filled = [each for each in lists if each.parts]
    return 2 * sum(each.in_brackets for each in filled) > len(filled)


def dash_of(edited: YamlFile, mappings: Iterable[Span]) -> int:
    """Return by how much the dashes of a list are to the right of its key, as in the first of `mappings`."""
    for mapping in mappings:
        for key, value in zip(mapping.parts[::2], mapping.parts[1::2], strict=False):
            if value.kind == "list" and value.parts and not value.in_brackets:
                return edited.column(dashes_of(edited, value)[0]) - edited.column(key.start)
    return 2
