"""The difference between two documents: found from their models alone, applied to one to give the other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from milepost.diff import entries, sections
from milepost.diff.changes import (
    Change,
    Completed,
    CompletionMoved,
    DetailChanged,
    DueMoved,
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
)
from milepost.document.model import Document, Metadata, Milestone, order_key
from milepost.document.prose import Footnote, Inline, MilestoneMention, mapped, mapped_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

_DETAILS = tuple(
    field
    for field in Milestone.model_fields
    if field not in {"code", "aka", "name", "due", "forecast", "completed", "predecessors"}
)
"""The fields of a milestone whose changes have no class of their own."""


def diff(old: Document, new: Document) -> tuple[Change, ...]:
    """Return what differs between `old` and `new`, each thing once; nothing where they print the same.

    The order of entries that are printed in an order of their own (milestones, predecessors, acronyms,
    references, figures) is no difference. Nor are mentions of a milestone by its new code.

    `apply(old, diff(old, new))` is `normalised(new)`, and `diff(new, old)` holds the same changes as
    `mirrored(diff(old, new))`, in an order of its own.
    """
    old, new = normalised(old), normalised(new)
    codes = _recoded(old, new)
    rename = mentions_renamed(codes)
    return (
        *_metadata(old, new, rename),
        *entries.diff(Part.CHANGE_RECORD, old.change_record, new.change_record, rename),
        *sections.diff(old.sections, new.sections, rename),
        *_milestones(old, new, codes),
        *entries.diff(Part.FIGURES, old.figures, new.figures, rename),
        *entries.diff(Part.REFERENCES, old.references, new.references, rename),
        *entries.diff(Part.ACRONYMS, old.acronyms, new.acronyms, rename),
    )


def normalised(document: Document) -> Document:
    """Return `document` with everything that is printed in an order of its own in one fixed order."""
    return document.model_copy(
        update={
            "milestones": tuple(_normal_milestone(milestone) for milestone in document.milestones),
            "references": tuple(sorted(document.references, key=lambda reference: reference.handle)),
            "acronyms": tuple(sorted(document.acronyms, key=lambda acronym: acronym.acronym)),
            "figures": tuple(sorted(document.figures, key=lambda figure: figure.name)),
            "unexpanded": tuple(sorted(document.unexpanded)),
        }
    )


def _normal_milestone(milestone: Milestone) -> Milestone:
    update = {"aka": tuple(sorted(milestone.aka)), "predecessors": tuple(sorted(milestone.predecessors))}
    return milestone.model_copy(update=update)


def _recoded(old: Document, new: Document) -> dict[str, str]:
    """Return the new code of each milestone that has one."""
    left = {milestone.code: milestone for milestone in old.milestones}
    right = {milestone.code: milestone for milestone in new.milestones}
    gone = [milestone for code, milestone in left.items() if code not in right]
    come = [milestone for code, milestone in right.items() if code not in left]
    codes: dict[str, str] = {}
    for before in sorted(gone, key=lambda milestone: milestone.code):
        for after in sorted(come, key=lambda milestone: milestone.code):
            same = before.code in after.aka or after.code in before.aka
            if same and after.code not in codes.values():
                codes[before.code] = after.code
                break
    return codes


def _metadata(old: Document, new: Document, rename: Callable[[Inline], Inline]) -> Iterator[Change]:
    for field in Metadata.model_fields:
        before, after = getattr(old.metadata, field), getattr(new.metadata, field)
        if field == "abstract":
            if mapped(before, rename) != after:
                yield ProseChanged(before=None, after=None, old=before, new=after)
        elif before != after:
            yield MetadataChanged(field=field, old=before, new=after)
    if old.unexpanded != new.unexpanded:
        yield MetadataChanged(field="unexpanded", old=old.unexpanded, new=new.unexpanded)


def _milestones(old: Document, new: Document, codes: Mapping[str, str]) -> Iterator[Change]:
    left = {codes.get(milestone.code, milestone.code): milestone for milestone in old.milestones}
    right = {milestone.code: milestone for milestone in new.milestones}
    for milestone in old.milestones:
        if codes.get(milestone.code, milestone.code) not in right:
            yield MilestoneRemoved(milestone=milestone)
    ranks = _ranks(old), _ranks(new)
    for milestone in new.milestones:
        before = left.get(milestone.code)
        if before is None:
            yield MilestoneAdded(milestone=milestone)
        else:
            yield from _milestone(before, milestone, ranks)
            yield from _predecessors(before, milestone, codes, left, right)


def _ranks(document: Document) -> dict[str, int]:
    """Return the position of each milestone among those of its level, counted from 1."""
    counted: dict[int, int] = {}
    ranks = {}
    for milestone in document.milestones:
        counted[milestone.level] = counted.get(milestone.level, 0) + 1
        ranks[milestone.code] = counted[milestone.level]
    return ranks


def _milestone(
    old: Milestone, new: Milestone, ranks: tuple[Mapping[str, int], Mapping[str, int]]
) -> Iterator[Change]:
    code = new.code
    if old.code != new.code:
        yield Recoded(old=old.code, new=new.code, old_aka=old.aka, new_aka=new.aka)
    elif old.aka != new.aka:
        yield DetailChanged(code=code, field="aka", old=old.aka, new=new.aka)
    if old.name != new.name:
        yield Renamed(code=code, old=old.name, new=new.name)
    if old.due != new.due:
        old_rank, new_rank = ranks[0][old.code], ranks[1][new.code]
        yield DueMoved(code=code, old=old.due, new=new.due, old_rank=old_rank, new_rank=new_rank)
    if old.forecast != new.forecast:
        yield ForecastMoved(code=code, old=old.forecast, new=new.forecast)
    yield from _completion(code, old.completed, new.completed)
    for field in _DETAILS:
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            yield DetailChanged(code=code, field=field, old=before, new=after)


def _completion(code: str, old: date | None, new: date | None) -> Iterator[Change]:
    if old is None and new is not None:
        yield Completed(code=code, on=new)
    elif old is not None and new is None:
        yield Reopened(code=code, was=old)
    elif old != new:
        yield CompletionMoved(code=code, old=old, new=new)


def _predecessors(
    old: Milestone,
    new: Milestone,
    codes: Mapping[str, str],
    left: Mapping[str, Milestone],
    right: Mapping[str, Milestone],
) -> Iterator[Change]:
    before, after = {codes.get(code, code) for code in old.predecessors}, set(new.predecessors)
    for code in sorted(before - after):
        delivery = left[code].level > old.level
        yield PredecessorRemoved(code=new.code, predecessor=code, delivery=delivery)
    for code in sorted(after - before):
        delivery = right[code].level > new.level
        yield PredecessorAdded(code=new.code, predecessor=code, delivery=delivery)


def apply(document: Document, changes: Iterable[Change]) -> Document:
    """Return `document` with `changes` made: what `diff` found between it and another gives that other.

    The result is in the order of `normalised`.
    """
    changes = tuple(changes)
    document = _recode(normalised(document), [change for change in changes if isinstance(change, Recoded)])
    update: dict[str, Any] = {"sections": sections.apply(document.sections, changes)}
    update["milestones"] = tuple(sorted(_changed_milestones(document, changes), key=order_key))
    for part in Part:
        update[part.value] = entries.apply(part, getattr(document, part.value), changes)
    metadata = {change.field: change.new for change in changes if isinstance(change, MetadataChanged)}
    for change in changes:
        if isinstance(change, ProseChanged) and change.before is None:
            metadata["abstract"] = change.new
    update["metadata"] = document.metadata.model_copy(
        update={name: value for name, value in metadata.items() if name in Metadata.model_fields}
    )
    if "unexpanded" in metadata:
        update["unexpanded"] = metadata["unexpanded"]
    return normalised(document.model_copy(update=update))


def _recode(document: Document, recoded: Sequence[Recoded]) -> Document:
    """Return `document` with the new codes in place of the old, wherever they are mentioned."""
    codes = {change.old: change.new for change in recoded}
    rename = mentions_renamed(codes)
    aka = {change.old: change.new_aka for change in recoded}
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
    return document.model_copy(
        update={
            "milestones": milestones,
            "metadata": document.metadata.model_copy(
                update={"abstract": mapped(document.metadata.abstract, rename)}
            ),
            "sections": tuple(sections.renamed(section, rename) for section in document.sections),
            "change_record": tuple(
                entry.model_copy(update={"description": mapped_line(entry.description, rename)})
                for entry in document.change_record
            ),
            "figures": tuple(
                figure.model_copy(update={"caption": mapped_line(figure.caption, rename)})
                for figure in document.figures
            ),
        }
    )


def _changed_milestones(document: Document, changes: Iterable[Change]) -> Iterable[Milestone]:
    found = {milestone.code: milestone for milestone in document.milestones}

    def change_field(code: str, **fields: Any) -> None:
        found[code] = found[code].model_copy(update=fields)

    for change in changes:
        match change:
            case MilestoneAdded(milestone=milestone):
                found[milestone.code] = milestone
            case MilestoneRemoved(milestone=milestone):
                del found[milestone.code]
            case Completed(code=code, on=day):
                change_field(code, completed=day)
            case Reopened(code=code):
                change_field(code, completed=None)
            case PredecessorAdded(code=code, predecessor=predecessor):
                change_field(code, predecessors=(*found[code].predecessors, predecessor))
            case PredecessorRemoved(code=code, predecessor=predecessor):
                change_field(
                    code, predecessors=tuple(p for p in found[code].predecessors if p != predecessor)
                )
            case (
                Renamed(code=code, field=field, new=new)
                | DueMoved(code=code, field=field, new=new)
                | ForecastMoved(code=code, field=field, new=new)
                | CompletionMoved(code=code, field=field, new=new)
                | DetailChanged(code=code, field=field, new=new)
            ):
                change_field(code, **{field: new})
            case _:
                pass
    return found.values()


def mentions_renamed(codes: Mapping[str, str]) -> Callable[[Inline], Inline]:
    """Return what gives the mention of a milestone its new code."""

    def rename(inline: Inline) -> Inline:
        match inline:
            case MilestoneMention(code) if code in codes:
                return MilestoneMention(codes[code])
            case Footnote(inlines):
                return replace(inline, inlines=mapped_line(inlines, rename))
            case _:
                return inline

    return rename
