"""The outline of a document: what became of its sections between two editions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from milepost.base.alignment import longest_run, weight
from milepost.diff.changes import (
    Change,
    ProseChanged,
    SectionAdded,
    SectionChanged,
    SectionKey,
    SectionMoved,
    SectionPlace,
    SectionRemoved,
)
from milepost.diff.section_matching import matches
from milepost.document.prose import mapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from milepost.document.model import Section
    from milepost.document.prose import Inline

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
    # With new codes in place of the old, texts that mention a milestone are the same as before.
    same = matches(dict(_flat([renamed(section, rename) for section in old])), right)
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


def renamed(section: Section, rename: Callable[[Inline], Inline]) -> Section:
    """Return `section` and what is below it with `rename` made to every inline of their texts."""
    inner = tuple(renamed(below, rename) for below in section.sections)
    return section.model_copy(update={"text": mapped(section.text, rename), "sections": inner})


def _alone(section: Section) -> Section:
    return section.model_copy(update={"sections": ()})


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
        weights = [weight(_says(left[before]), _says(right[after])) for before, after in family]
        stayed = longest_run([after[-1] for _, after in family], weights)
        moved |= {before for index, (before, _) in enumerate(family) if index not in stayed}
    return moved


def _says(section: Section) -> str:
    return f"{section.title}\n{section.text}"


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
