"""What a difference is checked with: its changes made to a document, and their opposites."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from milepost.diff.changes import (
    Change,
    Completed,
    CompletionMoved,
    DetailChanged,
    DueMoved,
    EntryAdded,
    EntryChanged,
    EntryRemoved,
    ForecastMoved,
    MetadataChanged,
    MilestoneAdded,
    MilestoneRemoved,
    Part,
    PredecessorAdded,
    PredecessorRemoved,
    ProseChanged,
    Recoded,
    Renamed,
    Reopened,
    SectionAdded,
    SectionChanged,
    SectionKey,
    SectionMoved,
    SectionPlace,
    SectionRemoved,
    StateChanged,
    new_codes,
)
from milepost.diff.compare import mentions_renamed, normalised
from milepost.diff.sections import renamed
from milepost.document.model import SETTINGS, Document, Metadata, order_key
from milepost.prose.values import mapped, mapped_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from milepost.document.fields import KeyedValue
    from milepost.document.model import Milestone, Section

_OPPOSITES: dict[type, type] = {
    MilestoneAdded: MilestoneRemoved,
    PredecessorAdded: PredecessorRemoved,
    SectionAdded: SectionRemoved,
    EntryAdded: EntryRemoved,
    Completed: Reopened,
}
_OPPOSITES |= {after: before for before, after in _OPPOSITES.items()}
_SWAPPED = {
    one: other
    for pair in (
        ("old", "new"),
        ("old_aka", "new_aka"),
        ("old_rank", "new_rank"),
        ("before", "after"),
        ("on", "was"),
    )
    for one, other in (pair, pair[::-1])
}


def mirrored(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return the difference the other way round; its order may be another.

    A change has the code that its milestone has afterwards; its opposite therefore has the code before.
    """
    changes = tuple(changes)
    earlier = {new: old for old, new in new_codes(changes).items()}
    return tuple(_mirrored(change, earlier) for change in changes)


def _mirrored(change: Change, earlier: dict[str, str]) -> Change:
    values = {field.name: getattr(change, field.name) for field in fields(change)}
    opposite = _OPPOSITES.get(type(change))
    if isinstance(change, EntryChanged) and change.part is Part.FIGURES and change.field == "name":
        values["key"] = change.old
    if opposite or {"old", "before"} & values.keys():
        values = {_SWAPPED.get(name, name): value for name, value in values.items()}
    for name in ("code", "predecessor"):
        if values.get(name) in earlier:
            values[name] = earlier[values[name]]
    return opposite(**values) if opposite else replace(change, **values)


def apply(document: Document, changes: Iterable[Change]) -> Document:
    """Return `document` with `changes` made, normalised."""
    changes = tuple(changes)
    document = _recode(normalised(document), [change for change in changes if isinstance(change, Recoded)])
    metadata = {change.field: change.new for change in changes if isinstance(change, MetadataChanged)}
    for change in changes:
        if isinstance(change, ProseChanged) and change.before is None:
            metadata["abstract"] = change.new
    update: dict[str, Any] = {
        part.value: _apply_to_entries(getattr(document, part.value), changes, part) for part in Part
    }
    update |= {
        "sections": _apply_to_sections(document.sections, changes),
        "milestones": tuple(sorted(_apply_to_milestones(document, changes), key=order_key)),
        "metadata": document.metadata.model_copy(
            update={name: value for name, value in metadata.items() if name in Metadata.model_fields}
        ),
        "unexpanded": metadata.get("unexpanded", document.unexpanded),
        **{
            part: getattr(document, part).model_copy(
                update={name: value for name, value in metadata.items() if name in model.model_fields}
            )
            for part, model in SETTINGS.items()
        },
    }
    return normalised(document.model_copy(update=update))


def _recode(document: Document, recoded: Sequence[Recoded]) -> Document:
    """Return `document` with the new codes in place of the old, wherever they are mentioned."""
    codes = new_codes(recoded)
    aka = {change.old: change.new_aka for change in recoded}
    rename = mentions_renamed(codes)

    def in_field(values: Sequence[Any], field: str) -> tuple[Any, ...]:
        return tuple(
            value.model_copy(update={field: mapped_line(getattr(value, field), rename)}) for value in values
        )

    milestones = tuple(
        milestone.model_copy(
            update={
                "code": codes.get(milestone.code, milestone.code),
                "aka": aka.get(milestone.code, milestone.aka),
                "predecessors": tuple(codes.get(code, code) for code in milestone.predecessors),
            }
        )
        for milestone in document.milestones
    )
    abstract = mapped(document.metadata.abstract, rename)
    return document.model_copy(
        update={
            "milestones": milestones,
            "metadata": document.metadata.model_copy(update={"abstract": abstract}),
            "sections": tuple(renamed(section, rename) for section in document.sections),
            "change_record": in_field(document.change_record, "description"),
            "figures": in_field(document.figures, "caption"),
        }
    )


def _apply_to_milestones(document: Document, changes: Iterable[Change]) -> Iterable[Milestone]:
    found = {milestone.code: milestone for milestone in document.milestones}
    for change in changes:
        update: dict[str, Any] = {}
        match change:
            case MilestoneAdded(milestone=milestone):
                found[milestone.code] = milestone
            case MilestoneRemoved(milestone=milestone):
                del found[milestone.code]
            case Completed(on=day):
                update = {"completed": day}
            case Reopened():
                update = {"completed": None}
            case PredecessorAdded(code=code, predecessor=predecessor):
                update = {"predecessors": (*found[code].predecessors, predecessor)}
            case PredecessorRemoved(code=code, predecessor=predecessor):
                update = {"predecessors": tuple(p for p in found[code].predecessors if p != predecessor)}
            case StateChanged(new=None):
                update = {"state": None, "since": None, "reason": None}
            case StateChanged(new=aside):
                update = {"state": aside.state, "since": aside.since, "reason": aside.reason}
            case Renamed() | DueMoved() | ForecastMoved() | CompletionMoved() | DetailChanged():
                update = {change.field: change.new}
        if update:
            code = getattr(change, "code", "")
            found[code] = found[code].model_copy(update=update)
    return found.values()


def _apply_to_entries(
    entries: Sequence[KeyedValue], changes: Iterable[Change], part: Part
) -> tuple[KeyedValue, ...]:
    kept = dict(enumerate(entries))
    added: list[EntryAdded] = []
    for change in changes:
        match change:
            case EntryRemoved(part=here, index=index) if here is part:
                del kept[index]
            case EntryChanged(part=here, before=index, field=field, new=new) if here is part:
                update = dict(new) if field == "selection" else {field: new}
                kept[index] = kept[index].model_copy(update=update)
            case EntryAdded(part=here) if here is part:
                added.append(change)
    result = list(kept.values())
    for change in sorted(added, key=lambda change: change.index):
        result.insert(change.index, change.entry)
    return tuple(result)


class _Node:
    """A section that can be changed, and the sections below it."""

    def __init__(self, section: Section) -> None:
        self.section = section
        self.children = [_Node(inner) for inner in section.sections]

    def update(self, field: str, value: object) -> None:
        self.section = self.section.model_copy(update={field: value})

    def done(self) -> Section:
        return self.section.model_copy(update={"sections": tuple(child.done() for child in self.children)})


def _apply_to_sections(sections: Sequence[Section], changes: Iterable[Change]) -> tuple[Section, ...]:
    top = [_Node(section) for section in sections]

    def siblings_of(at: SectionKey) -> list[_Node]:
        siblings = top
        for index in at[:-1]:
            siblings = siblings[index].children
        return siblings

    leaving: list[tuple[list[_Node], _Node]] = []
    arriving: dict[SectionKey, _Node] = {}
    for change in changes:
        match change:
            case SectionRemoved(at=at) | SectionMoved(before=SectionPlace(at=at)):
                siblings = siblings_of(at)
                leaving.append((siblings, siblings[at[-1]]))
                if isinstance(change, SectionMoved):
                    arriving[change.after.at] = siblings[at[-1]]
            case SectionAdded(at=at, section=section):
                arriving[at] = _Node(section)
            case SectionChanged(before=SectionPlace(at=at), field=field, new=value):
                siblings_of(at)[at[-1]].update(field, value)
            case ProseChanged(before=SectionPlace(at=at), new=value):
                siblings_of(at)[at[-1]].update("text", value)
    for siblings, node in leaving:
        siblings.remove(node)
    # In the order of the new document: all that comes before a place is there when its turn comes.
    for at, node in sorted(arriving.items(), key=lambda arrival: arrival[0]):
        siblings_of(at).insert(at[-1], node)
    return tuple(node.done() for node in top)
