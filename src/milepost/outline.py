"""The outline of a document: which sections of two documents are the same, and what became of them."""

from __future__ import annotations

import difflib
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from milepost.changes import (
    Change,
    ProseChanged,
    SectionAdded,
    SectionChanged,
    SectionKey,
    SectionMoved,
    SectionPlace,
    SectionRemoved,
)
from milepost.text import lines_of, mapped, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

    from milepost.model import Section
    from milepost.text import Inline

_ALIKE = 0.6
"""How alike titles or texts must be for a section in the same place to be the same one, reworded."""
_FIELDS = ("title", "label", "milestones")

Sections = dict[SectionKey, "Section"]


def diff(
    old: Sequence[Section], new: Sequence[Section], rename: Callable[[Inline], Inline]
) -> Iterator[Change]:
    """Yield what differs between the sections `old` and `new`.

    Args:
        old: the sections at the top of the one document.
        new: those of the other.
        rename: gives mentions of milestones that were recoded their new code.
    """
    left, right = dict(_flat(old)), dict(_flat(new))
    same = _matches(left, right)
    found = set(same.values())
    for at, section in left.items():
        if at not in same:
            yield SectionRemoved(at=at, section=_alone(section))
    moved = _moved(same, left, right)
    for at, section in right.items():
        if at not in found:
            yield SectionAdded(at=at, section=_alone(section))
    for before, after in sorted(same.items(), key=lambda pair: pair[1]):
        if before in moved:
            yield SectionMoved(before=_place(left, before), after=_place(right, after))
        places = _place(left, before), _place(right, after)
        yield from _changes(left[before], right[after], places, rename)


def _place(sections: Sections, at: SectionKey) -> SectionPlace:
    return SectionPlace(title=sections[at].title, at=at)


def apply(sections: Sequence[Section], changes: Iterable[Change]) -> tuple[Section, ...]:
    """Return `sections` with those of `changes` that are about them made."""
    top = [_node(section) for section in sections]
    nodes = dict(_nodes(top))
    arriving: dict[SectionKey, _Node] = {}
    leaving: list[SectionKey] = []
    for change in changes:
        match change:
            case SectionRemoved(at=at):
                leaving.append(at)
            case SectionMoved(before=before, after=after):
                leaving.append(before.at)
                arriving[after.at] = nodes[before.at]
            case SectionAdded(at=at, section=section):
                arriving[at] = _Node(section, [])
            case SectionChanged(before=before, field=name, new=value):
                nodes[before.at].change(name, value)
            case ProseChanged(before=SectionPlace(at=at), new=value):
                nodes[at].change("text", value)
            case _:
                pass
    for at in leaving:
        siblings = nodes[at[:-1]].children if len(at) > 1 else top
        siblings.remove(nodes[at])
    # In the order of the new document: whatever stands before a place is there when its turn comes.
    for at, node in sorted(arriving.items(), key=lambda arrival: arrival[0]):
        siblings = top
        for index in at[:-1]:
            siblings = siblings[index].children
        siblings.insert(at[-1], node)
    return tuple(child.section() for child in top)


@dataclass(slots=True, eq=False)
class _Node:
    """A section that can be changed, and the sections below it."""

    value: Section
    children: list[_Node] = field(default_factory=list)

    def change(self, name: str, value: object) -> None:
        self.value = self.value.model_copy(update={name: value})

    def section(self) -> Section:
        return self.value.model_copy(update={"sections": tuple(child.section() for child in self.children)})


def _node(section: Section) -> _Node:
    return _Node(section, [_node(inner) for inner in section.sections])


def _nodes(siblings: Sequence[_Node], above: SectionKey = ()) -> Iterator[tuple[SectionKey, _Node]]:
    for index, node in enumerate(siblings):
        yield (*above, index), node
        yield from _nodes(node.children, (*above, index))


def _flat(sections: Sequence[Section], above: SectionKey = ()) -> Iterator[tuple[SectionKey, Section]]:
    for index, section in enumerate(sections):
        yield (*above, index), section
        yield from _flat(section.sections, (*above, index))


def _alone(section: Section) -> Section:
    return section.model_copy(update={"sections": ()})


def _matches(left: Sections, right: Sections) -> dict[SectionKey, SectionKey]:
    """Return which section of `right` each section of `left` is, by the surest signs first."""
    same: dict[SectionKey, SectionKey] = {}

    def match(
        sign_left: Callable[[SectionKey], Hashable], sign_right: Callable[[SectionKey], Hashable]
    ) -> None:
        """Match what has a sign that no other unmatched section on its side has."""
        by_sign = [
            _unique(left.keys() - same.keys(), sign_left),
            _unique(right.keys() - set(same.values()), sign_right),
        ]
        for sign in by_sign[0].keys() & by_sign[1].keys():
            same[by_sign[0][sign]] = by_sign[1][sign]

    match(lambda at: left[at].label, lambda at: right[at].label)
    match(lambda at: _titles(left, at), lambda at: _titles(right, at))
    match(lambda at: left[at].title, lambda at: right[at].title)
    match(lambda at: left[at].text or None, lambda at: right[at].text or None)
    match(lambda at: left[at].milestones, lambda at: right[at].milestones)
    _match_reworded(same, left, right)
    return same


def _unique(
    places: Iterable[SectionKey], sign: Callable[[SectionKey], Hashable]
) -> dict[Hashable, SectionKey]:
    found: dict[Hashable, list[SectionKey]] = {}
    for at in places:
        if sign(at) is not None:
            found.setdefault(sign(at), []).append(at)
    return {name: where[0] for name, where in found.items() if len(where) == 1}


def _titles(sections: Sections, at: SectionKey) -> tuple[str, ...]:
    return tuple(sections[at[:depth]].title for depth in range(1, len(at) + 1))


def _match_reworded(same: dict[SectionKey, SectionKey], left: Sections, right: Sections) -> None:
    """Match sections in the same place under the same parent that read much alike."""
    taken = set(same.values())
    for before in sorted(left.keys() - same.keys()):
        above = same.get(before[:-1]) if len(before) > 1 else ()
        after = None if above is None else (*above, before[-1])
        if after in right and after not in taken and _alike(left[before], right[after]):
            same[before] = after
            taken.add(after)


def _alike(old: Section, new: Section) -> bool:
    titles = difflib.SequenceMatcher(None, old.title, new.title, autojunk=False).ratio()
    texts = difflib.SequenceMatcher(None, _words(old), _words(new), autojunk=False).ratio()
    return titles >= _ALIKE or (bool(old.text) and texts >= _ALIKE)


def _words(section: Section) -> list[str]:
    return " ".join(plain(line) for line in lines_of(section.text)).split()


def _moved(same: Mapping[SectionKey, SectionKey], left: Sections, right: Sections) -> set[SectionKey]:
    """Return the sections of `left` that moved: to another parent, or past siblings that stayed."""
    moved = set()
    families: dict[SectionKey, list[tuple[SectionKey, SectionKey]]] = {}
    for before, after in same.items():
        parent = same.get(before[:-1]) if len(before) > 1 else ()
        if parent == after[:-1]:
            families.setdefault(after[:-1], []).append((before, after))
        else:
            moved.add(before)
    for family in families.values():
        family.sort()
        stayed = _longest_run(
            [after[-1] for _, after in family], [_weight(left[b], right[a]) for b, a in family]
        )
        moved |= {before for index, (before, _) in enumerate(family) if index not in stayed}
    return moved


def _weight(old: Section, new: Section) -> int:
    """Return a number for a pair of sections, the same when they are swapped.

    Where either of two sections may be said to have moved, it settles which: so that the difference the
    other way round says the same of the same section.
    """
    first, second = sorted((old.title, new.title))
    return zlib.crc32(f"{first}\n{second}".encode())


def _longest_run(positions: Sequence[int], weights: Sequence[int]) -> set[int]:
    """Return the indices of the longest increasing run in `positions`, of those the heaviest."""
    best: list[tuple[int, int, int | None]] = []
    for index, position in enumerate(positions):
        before = [
            (best[earlier][0], best[earlier][1], earlier)
            for earlier in range(index)
            if positions[earlier] < position
        ]
        length, weight, link = max(before, default=(0, 0, None), key=lambda run: run[:2])
        best.append((length + 1, weight + weights[index], link))
    run: set[int] = set()
    at = max(range(len(best)), key=lambda index: best[index][:2], default=None)
    while at is not None:
        run.add(at)
        at = best[at][2]
    return run


def _changes(
    old: Section, new: Section, places: tuple[SectionPlace, SectionPlace], rename: Callable[[Inline], Inline]
) -> Iterator[Change]:
    before, after = places
    for name in _FIELDS:
        was, now = getattr(old, name), getattr(new, name)
        if was != now:
            yield SectionChanged(before=before, after=after, field=name, old=was, new=now)
    if mapped(old.text, rename) != new.text:
        yield ProseChanged(before=before, after=after, old=old.text, new=new.text)
