"""The difference between two documents, found from their models alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from milepost.diff import parts, sections
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
    SetAside,
    StateChanged,
)
from milepost.document.model import PARTS_OF_SETTINGS, Document, Metadata, Milestone
from milepost.document.traverse import deliveries, own_sections
from milepost.prose.values import Footnote, Inline, MilestoneMention, mapped, mapped_line

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from datetime import date

_DETAILS = tuple(
    field
    for field in Milestone.model_fields
    if field not in {"code", "aka", "name", "due", "forecast", "completed", "state", "predecessors"}
)
"""The fields of a milestone whose changes are all of the class `DetailChanged`."""


def diff(old: Document, new: Document) -> tuple[Change, ...]:
    """Return what differs between `old` and `new`, each thing once; nothing where they print the same.

    Neither the order of what is sorted when printed (milestones, predecessors, acronyms, references, figures)
    nor mentions of a milestone by its new code are differences. `diff(new, old)` holds the opposite of each
    change, in another order.
    """
    old, new = normalised(old), normalised(new)
    codes = _recoded(old, new)
    rename = mentions_renamed(codes)
    return (
        *_metadata(old, new, rename),
        *parts.diff(Part.CHANGE_RECORD, old.change_record, new.change_record, rename),
        *sections.diff(old.sections, new.sections, rename),
        *_milestones(old, new, codes),
        *parts.diff(Part.FIGURES, old.figures, new.figures, rename),
        *parts.diff(Part.REFERENCES, old.references, new.references, rename),
        *parts.diff(Part.ACRONYMS, old.acronyms, new.acronyms, rename),
    )


def normalised(document: Document) -> Document:
    """Return `document` with everything that is sorted when printed in one fixed order."""
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
    """Return the new code of each milestone that has another one in `new`, by its old code."""
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
    for field, part in PARTS_OF_SETTINGS.items():
        before, after = (getattr(getattr(document, part), field) for document in (old, new))
        if before != after:
            yield MetadataChanged(field=field, old=before, new=after)


def _milestones(old: Document, new: Document, codes: Mapping[str, str]) -> Iterator[Change]:
    left = {codes.get(milestone.code, milestone.code): milestone for milestone in old.milestones}
    right = {milestone.code: milestone for milestone in new.milestones}
    for milestone in old.milestones:
        if codes.get(milestone.code, milestone.code) not in right:
            yield MilestoneRemoved(milestone=milestone)
    both = {codes.get(code, code) for code in old.once(own_sections)} & new.once(own_sections).keys()
    ranks = _ranks(old, both, codes), _ranks(new, both, {})
    delivered = old.once(deliveries), new.once(deliveries)
    for milestone in new.milestones:
        before = left.get(milestone.code)
        if before is None:
            yield MilestoneAdded(milestone=milestone)
        else:
            yield from _milestone(before, milestone, ranks)
            yield from _predecessors(before, milestone, codes, delivered)


def _ranks(document: Document, both: Collection[str], codes: Mapping[str, str]) -> dict[str, int]:
    """Return the position of each milestone among those with sections below the same one, counted from 1.

    Milestones without a section of their own in one of the editions are not counted: their position is 0.

    Args:
        document: one of the editions.
        both: the new codes of the milestones with sections in both.
        codes: the new codes of milestones in `document`, where they have others.
    """
    counted: Counter[int] = Counter()
    ranks = dict.fromkeys((milestone.code for milestone in document.milestones), 0)
    for code, asked in document.once(own_sections).items():
        if codes.get(code, code) in both:
            counted[id(asked)] += 1
            ranks[code] = counted[id(asked)]
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
    if old.state != new.state:
        yield StateChanged(code=code, old=_set_aside(old), new=_set_aside(new))
    for field in _DETAILS:
        if old.state != new.state and field in {"since", "reason"}:
            continue  # a part of the change of the state
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            yield DetailChanged(code=code, field=field, old=before, new=after)


def _set_aside(milestone: Milestone) -> SetAside | None:
    state = milestone.state
    return state and SetAside(state, milestone.since, milestone.reason)


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
    delivered: tuple[Mapping[str, frozenset[str]], Mapping[str, frozenset[str]]],
) -> Iterator[Change]:
    before, after = {codes.get(code, code): code for code in old.predecessors}, set(new.predecessors)
    for code in sorted(before.keys() - after):
        delivery = before[code] in delivered[0].get(old.code, ())
        yield PredecessorRemoved(code=new.code, predecessor=code, delivery=delivery)
    for code in sorted(after - before.keys()):
        delivery = code in delivered[1].get(new.code, ())
        yield PredecessorAdded(code=new.code, predecessor=code, delivery=delivery)


def mentions_renamed(codes: Mapping[str, str]) -> Callable[[Inline], Inline]:
    """Return a function that gives the mention of a milestone its new code."""

    def rename(inline: Inline) -> Inline:
        match inline:
            case MilestoneMention(code) if code in codes:
                return MilestoneMention(codes[code])
            case Footnote(inlines):
                return replace(inline, inlines=mapped_line(inlines, rename))
            case _:
                return inline

    return rename
