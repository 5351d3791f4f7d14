"""Add whole entries to a mapping of a YAML file, written as the entries that are there.

Where an entry comes is decided by the caller. Its indentation, blank lines, lists and the order of its keys
are those of the other entries.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.loading.edit.file import BREAK, YamlFile, shown, values, with_values
from milepost.loading.edit.lists import dash_of, in_brackets_mostly
from milepost.loading.edit.texts import WIDTH, folded, needs_no_escapes
from milepost.loading.edit.values import item_of, joined, pair_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from milepost.base.errors import ValuePath
    from milepost.loading.edit.file import Edit, Span, Tree

_NEAR = 20
"""How far away an entry may be from which the order of keys is taken."""
_FOLDABLE = re.compile(r"[^ ]+(?: [^ ]+)+")
_COMMENT = re.compile(r"[ \t]*#")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """An entry to add to a mapping.

    Attributes:
        key: of the entry.
        fields: its keys with their values; a list is never empty.
        after: the key of the entry that comes before it.
        before: the key of the entry that comes after it, used where `after` is None. Without either, it is
            added at the end.
    """

    key: str
    fields: Mapping[str, str | tuple[str, ...]]
    after: str | None = None
    before: str | None = None


def add_entries(content: bytes, file: str, path: ValuePath, new: Sequence[NewEntry]) -> bytes:
    """Return `content` with the entries in `new`; those at the same place come in the given order.

    Args:
        content: the bytes of a file that `milepost.loading.load.loads` accepts.
        file: its name, for the place of an error.
        path: where the mapping is.
        new: the entries, none of which is in the mapping.

    Raises:
        MilepostError: there is no mapping, or no place for an entry.
    """
    if not new:
        return content
    edited = YamlFile(content, file)
    node = edited.find(path)
    if node.kind != "mapping":
        raise edited.refusal(node, f"{shown(path[-1])} is not a mapping", "add the entries with an editor")
    new = [_normalised(each) for each in new]
    added: dict[ValuePath, Tree] = {
        (*path, each.key): {
            key: list(value) if isinstance(value, tuple) else value for key, value in each.fields.items()
        }
        for each in new
    }
    edits = sorted(_in_brackets(edited, node, new) if node.in_brackets else _in_lines(edited, node, new))
    what = ", ".join(each.key for each in new)
    return edited.changed(with_values(values(edited.root), added), [joined(edited.text, edits)], node, what)


def keys(content: bytes, file: str, path: ValuePath) -> tuple[str, ...]:
    """Return the keys of the mapping at `path`, in the order of the file."""
    node = YamlFile(content, file).find(path)
    return tuple(unicodedata.normalize("NFC", key.text) for key in node.parts[::2])


def _normalised(entry: NewEntry) -> NewEntry:
    def text(value: str) -> str:
        return unicodedata.normalize("NFC", value)

    fields = {
        key: tuple(map(text, value)) if isinstance(value, tuple) else text(value)
        for key, value in entry.fields.items()
    }
    return NewEntry(key=text(entry.key), fields=fields, after=entry.after, before=entry.before)


def _in_lines(edited: YamlFile, node: Span, new: Sequence[NewEntry]) -> Iterator[Edit]:
    """Yield how to add entries to a mapping that has each of its entries on lines of its own."""
    style = _Style(edited, node)
    keys = {key.text: index for index, key in enumerate(node.parts[::2])}
    for (after, before), group in _by_place(new, keys):
        texts = [style.lines(each, near=keys.get(after or before or "", 0)) for each in group]
        gap = edited.line_end if style.is_apart(keys[before or after or ""]) else ""
        if before is not None:
            key = node.parts[2 * keys[before]]
            start = edited.line_start(key.start)
            while (line := edited.line_start(start - 1) if start else 0) < start and _COMMENT.match(
                edited.text, line
            ):  # directly above, and about what follows
                start = line
            yield start, start, "".join(f"{text}{edited.line_end}{gap}" for text in texts)
        elif after is not None:
            index, line_end = edited.after(node.parts[2 * keys[after] + 1], style.column)
            text = edited.line_end.join(f"{gap}{text}" for text in texts)
            yield index, index, f"{line_end}{text}{'' if line_end else edited.line_end}"


def _by_place(
    new: Sequence[NewEntry], keys: Mapping[str, int]
) -> Iterator[tuple[tuple[str | None, str | None], list[NewEntry]]]:
    """Yield the entries of each place together: those after an entry, and those before one."""
    last = next(reversed(list(keys)), None)
    groups: dict[tuple[str | None, str | None], list[NewEntry]] = {}
    for each in new:
        after = each.after if each.after in keys else None
        before = each.before if after is None and each.before in keys else None
        place = (after, before) if after or before else (last, None)
        groups.setdefault(place, []).append(each)
    yield from groups.items()


class _Style:
    """How the entries of a mapping are written."""

    def __init__(self, edited: YamlFile, node: Span) -> None:
        self._edited = edited
        self.column = edited.indent(node) if node.parts else 2
        entries = [each for each in node.parts[1::2] if each.kind == "mapping" and each.parts]
        self._pairs = list(_pairs(node))
        self._orders = [[key.text for key in each.parts[::2]] for each in node.parts[1::2]]
        inner = next((each for each in entries if not each.in_brackets), None)
        self._inner = edited.indent(inner) if inner else self.column + 2
        in_lines = (each for each in entries if not each.in_brackets)
        lists = [each for entry in in_lines for each in entry.parts[1::2] if each.kind == "list"]
        self._lists_in_brackets = in_brackets_mostly(lists)
        self._dash = dash_of(edited, entries)

    def is_apart(self, index: int) -> bool:
        """Return whether a blank line is between the entry with that index and one beside it."""
        pairs = self._pairs
        if len(pairs) == 1:
            return not pairs[0][1].in_brackets
        index = min(index, len(pairs) - 2)
        end, _ = self._edited.after(pairs[index][1])
        between = self._edited.text[end : pairs[index + 1][0].start]
        return any(not line.strip() for line in BREAK.split(between)[:-1])

    def lines(self, entry: NewEntry, near: int) -> str:
        """Return an entry as it is written, without the last line break; `near` is beside it."""
        name, _, _ = pair_of(entry.key, "", in_brackets=False).rpartition(":")
        fields = [(key, entry.fields[key]) for key in self.sorted_keys(entry.fields, near)]
        indent = " " * self.column
        if self._pairs and self._pairs[near][1].in_brackets:
            return f"{indent}{name}: {in_braces(fields)}"
        lines = [f"{indent}{name}:"]
        for key, value in fields:
            below = f"{' ' * self._inner}"
            pair = f"{below}{pair_of(key, value, in_brackets=False)}"
            head, _, _ = pair_of(key, "", in_brackets=False).rpartition(":")
            if (
                isinstance(value, str)
                and len(pair) > WIDTH
                and _FOLDABLE.fullmatch(value)
                and needs_no_escapes(value)
            ):
                lines += [f"{below}{head}: >-", *folded(value, self._inner + 2)]
                continue
            if isinstance(value, str) or self._lists_in_brackets:
                lines.append(pair)
                continue
            lines.append(f"{below}{head}:")
            lines += [f"{below}{' ' * self._dash}- {item_of(item, in_brackets=False)}" for item in value]
        return self._edited.line_end.join(lines)

    def sorted_keys(self, keys: Mapping[str, object], near: int) -> list[str]:
        """Return the keys in the order of the entry near by that has the most of them, the nearest of these.

        A key that it does not have comes after the one before it.
        """
        first = max(near - _NEAR, 0)
        orders = enumerate(self._orders[first : near + _NEAR + 1], start=first)
        most = max(
            orders, key=lambda each: (len(keys.keys() & each[1]), -abs(each[0] - near)), default=(0, [])
        )
        model = most[1]
        order = [key for key in model if key in keys]
        for position, key in enumerate(keys):
            if key not in order:
                before = [other for other in list(keys)[:position] if other in order]
                order.insert(order.index(before[-1]) + 1 if before else 0, key)
        return order


def _pairs(mapping: Span) -> Iterator[tuple[Span, Span]]:
    return zip(mapping.parts[::2], mapping.parts[1::2], strict=True)


def in_braces(fields: Sequence[tuple[str, str | tuple[str, ...]]]) -> str:
    """Return a mapping in braces, in one line."""
    return f"{{{', '.join(pair_of(key, value, in_brackets=True) for key, value in fields)}}}"


def _in_brackets(edited: YamlFile, node: Span, new: Sequence[NewEntry]) -> Iterator[Edit]:
    """Yield how to add entries to a mapping in braces."""
    style = _Style(edited, node)
    keys = {key.text: index for index, key in enumerate(node.parts[::2])}

    def text(entry: NewEntry, near: int) -> str:
        fields = [(key, entry.fields[key]) for key in style.sorted_keys(entry.fields, near)]
        name, _, _ = pair_of(entry.key, "", in_brackets=True).rpartition(":")
        return f"{name}: {in_braces(fields)}"

    has_comments = "#" in edited.text[node.start : node.end]
    if not keys and not edited.root.in_brackets and not has_comments:
        index, line_end = edited.after(node)
        yield node.start - 1, node.end, ""  # with the blank before the empty mapping
        texts = [style.lines(each, near=0) for each in new]
        gap = f"{edited.line_end}{edited.line_end}"
        yield index, index, f"{line_end}{gap.join(texts)}{'' if line_end else edited.line_end}"
        return
    if not keys:
        start = node.start + 1
        yield start, start, ", ".join(text(each, 0) for each in new)
        return
    for (after, before), group in _by_place(new, keys):
        index = keys[before] if before is not None else keys[after or ""] + 1
        texts = [text(each, index) for each in group]
        if 2 * index < len(node.parts):  # in front of the next one, so that comments stay where they are
            start = node.parts[2 * index].start
            yield start, start, "".join(f"{each},{_space(edited, start)}" for each in texts)
        else:
            yield from _at_end(edited, node, texts)


def _at_end(edited: YamlFile, node: Span, texts: Sequence[str]) -> Iterator[Edit]:
    """Yield how to add texts after the last entry of a mapping in braces."""
    last = node.parts[-1].end
    space = _space(edited, node.parts[-2].start)
    closing = node.end - 1
    start = edited.line_start(closing)
    comma = re.match(r"(?:[ \t\r\n]|#[^\r\n]*)*,", edited.text[last:closing])
    if "#" not in edited.text[last:closing] or start <= last:
        begin = last + (comma.end() if comma else 0)
        yield begin, begin, ("" if comma else ",") + ",".join(f"{space}{each}" for each in texts)
        return
    # A comment is on the line of the last one: it stays there.
    if not comma:
        yield last, last, ","
    indent = space.lstrip("\r\n") if "\n" in space or "\r" in space else " "
    yield start, start, "".join(f"{indent}{each},{edited.line_end}" for each in texts)


def _space(edited: YamlFile, start: int) -> str:
    """Return what separates an entry in braces, whose key is at `start`, from the one before it."""
    line = edited.line_start(start)
    before = edited.text[line:start]
    return f"{edited.line_end}{before}" if not before.strip() else " "
