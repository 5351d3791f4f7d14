"""Put the entries of a document into their order; comments that are headings of groups stay in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from milepost.authoring.canonical.scalars import words_in
from milepost.authoring.canonical.shape import order_of_keys, shape_below
from milepost.authoring.canonical.tree import Collection, Entry, Lines, Repeated, Text
from milepost.document.acronyms import sort_key
from milepost.document.model import order_key
from milepost.importing.additions.placement import natural
from milepost.views.resolve import reference_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from milepost.authoring.canonical.shape import Shape
    from milepost.document.model import Document, Section

    Key = Callable[[Entry], Any]


def put_in_order(root: Entry, shape: Shape, document: Document) -> None:
    """Sort all entries of a tree, with the comments about them."""
    _sort(root, shape, _orders(document))


def _orders(document: Document) -> dict[str, Key]:
    """Return the keys by which the entries of parts of the document are sorted, by the name of the part."""
    sections = {
        milestone.code
        for section in _sections(document.sections)
        if section.milestones is not None
        for milestone in document.selected(section.milestones)
    }
    milestones = {
        each.code: (0, order_key(each)) if each.code in sections else (1, natural(each.code))
        for each in document.milestones
    }
    references = {each.handle: reference_key(each) for each in document.references}
    acronyms = {each.acronym: sort_key(each) for each in document.acronyms}
    return {
        "milestones": lambda entry: milestones[_words(entry.key)],
        "references": lambda entry: references[_words(entry.key)],
        "acronyms": lambda entry: acronyms[_words(entry.key)],
        "unexpanded": lambda entry: (_words(_text(entry)).casefold(), _words(_text(entry))),
    }


def _words(text: str | None) -> str:
    return " ".join(words_in(text or ""))


def _text(entry: Entry) -> str:
    return entry.value.text if isinstance(entry.value, Text) else ""


def _sections(sections: Iterable[Section]) -> Iterator[Section]:
    for section in sections:
        yield section
        yield from _sections(section.sections)


def _sort(entry: Entry, shape: Shape, orders: dict[str, Key]) -> None:
    value = entry.value
    if not isinstance(value, Collection):
        return
    for each in value.entries:
        _sort(each, shape_below(shape, each), orders)
        if value.is_list:
            _put_above(each)
    order = orders.get(shape.name)
    if order is None and not value.is_list:
        positions = order_of_keys(shape.models)
        order = lambda each: positions.get(each.key or "", len(positions))  # noqa: E731 -- as the others
    if order is not None:
        _sort_entries(value, order)


def _put_above(entry: Entry) -> None:
    """Put comments above the first key of an entry of a list above the dash, which is in the same line."""
    if entry.entries and not entry.value.anchor:
        first = entry.entries[0]
        entry.above += [line for lines in first.groups for line in lines] + first.above
        first.groups, first.above = [], []


def _sort_entries(collection: Collection, order: Key) -> None:
    """Sort the entries of each group, unless a value would then come after an alias that repeats it."""
    groups: list[tuple[list[Lines], list[Entry]]] = []
    for entry in collection.entries:
        if entry.groups or not groups:
            groups.append((entry.groups, []))
            entry.groups = []
        groups[-1][1].append(entry)
    new = [entry for _, entries in groups for entry in sorted(entries, key=order)]
    if new != collection.entries and not _keeps_anchors_first(collection.entries, new):
        new = collection.entries
    position = 0
    for lines, entries in groups:
        new[position].groups = lines
        position += len(entries)
    collection.entries = new


def _keeps_anchors_first(old: list[Entry], new: list[Entry]) -> bool:
    """Return whether each alias stays on the same side of each anchor with its name."""
    anchors = [(position, name) for position, each in enumerate(old) for name in _anchors(each)]
    if not anchors:
        return True
    now = {id(entry): position for position, entry in enumerate(new)}
    moved = [now[id(entry)] for entry in old]
    aliases: dict[str, list[int]] = {}
    for position, each in enumerate(old):
        for name in _names(each):
            aliases.setdefault(name, []).append(position)
    return all(
        (anchor < alias) == (moved[anchor] < moved[alias])
        for anchor, name in anchors
        for alias in aliases.get(name, ())
        if alias != anchor
    )


def _anchors(entry: Entry) -> Iterator[str]:
    if entry.key_anchor:
        yield entry.key_anchor
    if not isinstance(entry.value, Repeated) and entry.value.anchor:
        yield entry.value.anchor
    for each in entry.entries:
        yield from _anchors(each)


def _names(entry: Entry) -> Iterator[str]:
    """Yield the names of all anchors and aliases."""
    if entry.key_anchor:
        yield entry.key_anchor
    if entry.value.anchor:
        yield entry.value.anchor
    for each in entry.entries:
        yield from _names(each)
