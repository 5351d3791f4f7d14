"""Set one value, remove it, or add one entry; every other byte stays as it is.

The file is not written from values, which would lose comments, quotes and order. Instead, the places of the
values are taken from the events of the parser, the new text is put there, and the result is read again: it
must be the old document but for the change.
"""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise, product
from typing import TYPE_CHECKING

import yaml

from milepost.base.errors import MilepostError, quoted
from milepost.loading.edit.file import (
    BREAK,
    Span,
    Tree,
    YamlFile,
    parse,
    shown,
    values,
    with_value,
    without_pair,
    without_value,
)
from milepost.loading.edit.texts import block, one_line, reworded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from milepost.base.errors import ValuePath
    from milepost.loading.edit.file import Edit

_LAST_DASH = re.compile(r"-(?:[ \t\r\n]|#[^\r\n]*)*\Z")


def set_scalar(content: bytes, file: str, path: ValuePath, value: str, *, in_lines: bool = False) -> bytes:
    """Return `content` with `value` at `path`.

    A value in quotes keeps its kind of quotes if it can; another one gets quotes only if it needs them. Of a
    text that is written in several lines, only the words that differ are changed. A key that is missing is
    added at the end of its mapping.

    Args:
        content: the bytes of a file that `milepost.loading.load.loads` accepts.
        file: its name, for the place of an error.
        path: where the value is.
        value: the text as it will be read.
        in_lines: whether to write a text of several lines as a block, where it can be.

    Raises:
        MilepostError: a list or mapping is there, an alias repeats the value, or there is no place for it.
    """
    edited = YamlFile(content, file)
    return _changed(edited, NewValue(path, value, in_lines=in_lines))


def remove_value(content: bytes, file: str, path: ValuePath) -> bytes:
    """Return `content` without the key at `path`, its value and the comment after it.

    Args:
        content: as in `set_scalar`.
        file: as in `set_scalar`.
        path: where the value is: a single one.

    Raises:
        MilepostError: there is no such key, it is the only one, or its value is used in other places.
    """
    return _changed(YamlFile(content, file), NewValue(path, None))


@dataclass(frozen=True, slots=True)
class NewValue:
    """A value to set at a path as by `set_scalar`, to add if it is a mapping, or to remove if it is None.

    A key that is missing is added after the last one of `after` that its mapping has, or at the end.
    """

    path: ValuePath
    value: str | Mapping[str, str] | None
    in_lines: bool = False
    after: tuple[str, ...] = ()


def set_values(content: bytes, file: str, new: Sequence[NewValue]) -> bytes:
    """Return `content` with all values in `new`: the same as one after the other, but read only twice.

    Raises:
        MilepostError: one of them cannot be changed.
    """
    edited = YamlFile(content, file)
    edits = first_edits(edited, new)
    if are_apart(edits):
        expected = with_new(values(edited.root), new)
        with suppress(MilepostError):
            return edited.changed(expected, [joined(edited.text, edits)], edited.root, "the document")
    for each in new:
        content = _changed(YamlFile(content, file), each)
    return content


def first_edits(edited: YamlFile, new: Iterable[NewValue]) -> list[Edit]:
    """Return the first way to make each change, in the order of the file."""
    written = [each for each in new if not _is_repeated(edited, each.path)]
    firsts = [next(_ways(edited, each)[0], (0, -1, "")) for each in written]
    return sorted(firsts, key=lambda each: each[:2])


def are_apart(edits: Sequence[Edit]) -> bool:
    """Return whether edits in the order of the file can be made at once."""
    apart = all(one[1] <= other[0] for one, other in pairwise([(0, 0, ""), *edits]))
    return apart and all(start <= end for start, end, _ in edits)


def with_new(tree: Tree, new: Iterable[NewValue]) -> Tree:
    """Return `tree` with all changes."""
    for each in new:
        tree = _expected(tree, each)
    return tree


def _is_repeated(edited: YamlFile, path: ValuePath) -> bool:
    """Return whether `path` leads through an alias, so that a change is made where the alias leads."""
    node: Span | None = edited.root
    for step in path[:-1]:
        node = node.child(step) if node is not None else None
        if node is not None and node.kind == "alias":
            return True
    return False


def joined(text: str, edits: Sequence[tuple[int, int, str]]) -> tuple[int, int, str]:
    """Return edits that are apart and in order as one."""
    at = first = edits[0][0] if edits else 0
    parts = []
    for start, end, new in edits:
        parts += [text[at:start], new]
        at = end
    return first, at, "".join(parts)


def _changed(edited: YamlFile, new: NewValue) -> bytes:
    attempts, at = _ways(edited, new)
    return edited.changed(_expected(values(edited.root), new), attempts, at, shown(new.path[-1]))


def _expected(tree: Tree, new: NewValue) -> Tree:
    if new.value is None:
        return without_value(tree, new.path)
    value = _composed(new.value)
    return with_value(tree, new.path, value if isinstance(value, str) else dict[str, Tree](value))


def _composed(value: str | Mapping[str, str]) -> str | dict[str, str]:
    """Return texts as a file is read: with one character for each letter, where there is one."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    return {key: unicodedata.normalize("NFC", text) for key, text in value.items()}


def _ways(edited: YamlFile, new: NewValue) -> tuple[Iterator[tuple[int, int, str]], Span]:
    """Return ways to make a change, each a text and the indices between which it is put; and where it is."""
    if new.value is None:
        return _removed(edited, new.path)
    path, in_lines, value = new.path, new.in_lines, _composed(new.value)
    parent = edited.find(path[:-1])
    node = parent.child(path[-1])
    what = shown(path[-1])
    if node is None and parent.kind == "mapping":
        near = next(filter(None, (parent.child(key) for key in reversed(new.after))), None)
        return _added(edited, parent, (str(path[-1]), value), near, in_lines=in_lines), parent
    if node is None or node.kind in {"mapping", "list"} or not isinstance(value, str):
        raise edited.refusal(node or parent, f"{what} is not a single value", "change it with an editor")
    if node.anchor and node.kind != "alias":
        message = f"{what} is used in other places by *{node.anchor}"
        raise edited.refusal(node, message, "write the value out in each of them")
    end = edited.block_end(node) if node.style in {"|", ">"} else node.end
    space = " " if node.start == node.end and edited.text[node.start - 1] in ":-" else ""
    texts = [text for text in one_line(value, node.style) if _reads_as(text, value, node_in=parent)]
    whole = ((node.start, end, f"{space}{text}") for text in texts or one_line(value, node.style))
    blocks = block(value, edited.indent(parent) + 2, edited.line_end) if in_lines else ()
    lines = ((node.start, end, f"{space}{text}") for text in blocks)
    return chain(reworded(edited.text, node, value, edited.line_end), lines, whole), node


def _reads_as(text: str, value: str, *, node_in: Span) -> bool:
    """Return whether `text` alone is read as `value`."""
    with suppress(yaml.YAMLError, ValueError, KeyError):
        return values(parse(f"{{k: {text}}}" if node_in.in_brackets else f"k: {text}")) == {"k": value}
    return False


def _removed(edited: YamlFile, path: ValuePath) -> tuple[Iterator[tuple[int, int, str]], Span]:
    """Return how to remove a key with its value, as `_ways` does."""
    parent, node = edited.find(path[:-1]), edited.find(path)
    what = shown(path[-1])
    if parent.kind != "mapping" or node.kind in {"mapping", "list"}:
        raise edited.refusal(node, f"{what} is not a single value", "remove it with an editor")
    if len(parent.parts) == 2:
        raise edited.refusal(node, f"{what} is the only key here", "remove it with an editor")
    position = next(index for index, part in enumerate(parent.parts) if part is node)
    key = parent.parts[position - 1]
    if parent.in_brackets:
        return iter([joined(edited.text, sorted(without_pair(edited, parent, node)))]), node
    start = edited.line_start(key.start)
    end, _ = edited.after(node)
    if edited.text[start : key.start].strip() and position + 1 < len(parent.parts):  # after a dash
        start, end = key.start, parent.parts[position + 1].start
    return iter([(start, end, "")]), node


def append_entry(
    content: bytes, file: str, path: ValuePath, entry: Mapping[str, str], *, as_comment: bool = False
) -> bytes:
    """Return `content` with `entry` at the end of the list at `path`, which has entries.

    Args:
        content: as in `set_scalar`.
        file: as in `set_scalar`.
        path: where the list is.
        entry: the keys and values of the new entry; what is empty is absent.
        as_comment: write it as lines of a comment, ready to be filled in; the document stays the same.

    Raises:
        MilepostError: there is no list with entries, or no place for the entry.
    """
    edited = YamlFile(content, file)
    node = edited.find(path)
    what = shown(path[-1])
    if node.kind != "list" or not node.parts:
        raise edited.refusal(node, f"{what} is not a list with entries", "add the entry with an editor")
    entry = {key: unicodedata.normalize("NFC", value) for key, value in entry.items()}
    expected = values(edited.root)
    if not as_comment:
        expected = with_value(
            expected, (*path, len(node.parts)), {key: value or None for key, value in entry.items()}
        )
    return edited.changed(expected, [_appended(edited, node, entry, as_comment=as_comment)], node, what)


def has_proposal(content: bytes, file: str, path: ValuePath) -> bool:
    """Return whether an entry that `append_entry` has written as a comment is below the list at `path`."""
    edited = YamlFile(content, file)
    start, _ = edited.after(edited.find(path))
    lines = BREAK.split(edited.text[start:])
    comments = [line.strip() for line in lines]
    until = next((index for index, line in enumerate(comments) if line and line[0] != "#"), len(comments))
    return any(re.match(r"# - \w+:", line) for line in comments[:until])


def _added(
    edited: YamlFile,
    parent: Span,
    entry: tuple[str, str | dict[str, str]],
    near: Span | None,
    *,
    in_lines: bool,
) -> Iterator[tuple[int, int, str]]:
    """Yield ways to add a key to a mapping, after the value `near` if it is given.

    Each is a text, and the indices between which it is put.
    """
    key, value = entry
    pair = pair_of(key, value, in_brackets=parent.in_brackets)
    if parent.in_brackets:
        end = (near or parent.parts[-1]).end if parent.parts else parent.start + 1
        yield end, end, f", {pair}" if parent.parts else pair
        return
    indent = edited.indent(parent)
    index, line_end = edited.after(near or parent, indent)
    name, _, _ = pair_of(key, "", in_brackets=False).rpartition(":")
    texts = block(value, indent + 2, edited.line_end) if in_lines and isinstance(value, str) else ()
    pairs = [f"{name}: {text}" for text in texts]
    for each in (*pairs, pair):
        yield index, index, f"{line_end}{' ' * indent}{each}{'' if line_end else edited.line_end}"


def _appended(
    edited: YamlFile, node: Span, entry: Mapping[str, str], *, as_comment: bool
) -> tuple[int, int, str]:
    """Return how to add an entry to a list: a text, and the indices between which it is put."""
    in_brackets = node.in_brackets and not as_comment
    pairs = [pair_of(key, value or None, in_brackets=in_brackets) for key, value in entry.items()]
    if in_brackets:
        end = node.parts[-1].end
        return end, end, f", {{{', '.join(pairs)}}}"
    first, last = node.parts[0], node.parts[-1]
    dash = None if node.in_brackets else _LAST_DASH.search(edited.text, 0, first.start)
    column = edited.column(dash.start()) if dash else 0
    index, line_end = edited.after(node, column)
    above = edited.text[edited.after(node.parts[-2])[0] : last.start] if len(node.parts) > 1 else ""
    blank = edited.line_end if BREAK.match(above.lstrip(" \t")) else ""
    sign = "# " if as_comment else ""
    lines = [f"{' ' * column}{sign}{'  ' if number else '- '}{pair}" for number, pair in enumerate(pairs)]
    return (
        index,
        index,
        f"{line_end}{blank}{edited.line_end.join(lines)}{'' if line_end else edited.line_end}",
    )


def pair_of(key: str, value: str | tuple[str, ...] | dict[str, str] | None, *, in_brackets: bool) -> str:
    """Return a key and its value with as few quotes as they need; a list or mapping is in brackets."""
    if isinstance(value, tuple | dict):
        name, _, _ = pair_of(key, "", in_brackets=in_brackets).rpartition(":")
    if isinstance(value, dict):
        pairs = (pair_of(each, text, in_brackets=True) for each, text in value.items())
        return f"{name}: {{{', '.join(pairs)}}}"
    if isinstance(value, tuple):
        return f"{name}: [{', '.join(item_of(item, in_brackets=True) for item in value)}]"
    return _single_pair(key, value, in_brackets=in_brackets)


@lru_cache(maxsize=10_000)
def _single_pair(key: str, value: str | None, *, in_brackets: bool) -> str:
    for name, text in product(one_line(key), [""] if value is None else one_line(value)):
        pair = f"{name}: {text}" if text else f"{name}:"
        with suppress(yaml.YAMLError, ValueError, KeyError):
            if values(parse(f"{{{pair}}}" if in_brackets else pair)) == {key: value}:
                return pair
    raise AssertionError(
        f"{quoted(key)} and its value cannot be written in YAML"
    )  # double quotes can write any text


def item_of(value: str, *, in_brackets: bool) -> str:
    """Return an entry of a list with as few quotes as it needs, without a dash."""
    return pair_of("k", value, in_brackets=in_brackets).removeprefix("k: ")
