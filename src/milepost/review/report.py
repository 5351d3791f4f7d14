"""The changes as a board reads them: by milestone, causes before what follows, equal shifts in one line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from milepost.diff.changes import (
    ChangeGroup,
    Completed,
    Consequence,
    EntryAdded,
    EntryChanged,
    EntryRemoved,
    MetadataChanged,
    Part,
    ProseChanged,
    SectionAdded,
    SectionChanged,
    SectionMoved,
    SectionPlace,
    SectionRemoved,
    new_codes,
)
from milepost.diff.summary import authority, changed_lines, moves
from milepost.document import schedule
from milepost.document.traverse import section_number
from milepost.review.cover import Cover, cover
from milepost.review.identity import digest, editions, identities
from milepost.review.rows import Group, Row
from milepost.review.shifts import shifts
from milepost.review.slack import in_words, slacks
from milepost.review.trivial import is_trivial

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from milepost.diff.changes import Change
    from milepost.diff.comparison import Comparison, Edition
    from milepost.diff.sentences import Explained
    from milepost.document.model import Milestone
    from milepost.moves.view import MovesView
    from milepost.review.cover import Origin
    from milepost.review.identity import Identity
    from milepost.review.shifts import Shift

_KINDS = {
    ChangeGroup.SLIPS: "dates",
    ChangeGroup.COMPLETIONS: "dates",
    ChangeGroup.SCOPE: "scope",
    ChangeGroup.TEXT: "prose",
    ChangeGroup.OTHER: "other",
    ChangeGroup.NOT_PRINTED: "unprinted",
}
"""The filter to which the changes of a group belong."""
_PARTS = {
    Part.CHANGE_RECORD: "Change record",
    Part.FIGURES: "Figures",
    Part.REFERENCES: "References",
    Part.ACRONYMS: "Acronyms",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A difference as a board reads it.

    Attributes:
        cover: what is asked for, why, and by whom.
        authority: whether the changes are authorised, in a sentence; empty where none needs it.
        moves: what moved, in a few lines; None where these are no fewer than the dates that moved.
        shifts: milestones that moved alike.
        milestones: the other milestones, the greatest slips first.
        others: sections in the order of the document, then the other parts.
        unprinted: milestones, then sections and parts, with changes that the printed document does not show.
        kinds: how many changes there are of each kind, and of those that are `refused` and `trivial`.
        editions: what a file of comments repeats of the document and its two editions, as JSON.
        digest: by which a page keeps comments.
    """

    cover: Cover
    authority: str
    moves: MovesView | None
    shifts: tuple[Shift, ...]
    milestones: tuple[Group, ...]
    others: tuple[Group, ...]
    unprinted: tuple[Group, ...]
    kinds: dict[str, int]
    editions: str
    digest: str

    @property
    def rows(self) -> Iterator[Row]:
        """All changes."""
        alike = (group for shift in self.shifts for group in shift.groups)
        for group in (*alike, *self.milestones, *self.others, *self.unprinted):
            yield from group.rows

    @property
    def number(self) -> int:
        """How many milestones there are that did not move alike."""
        return len(self.milestones)


def report(comparison: Comparison, origins: Mapping[Change, Origin] | None = None) -> Report:
    """Return the difference as a board reads it.

    Args:
        comparison: the two editions.
        origins: who made the changes, where git knows.
    """
    named, used = identities(comparison), slacks(comparison)
    rows = [
        replace(
            _row(comparison, number, each, named[each.change], (origins or {}).get(each.change)),
            slack=in_words(used.get(each.change, ())),
        )
        for number, each in enumerate(comparison.explained)
    ]
    listed = [*zip(rows, comparison.explained, strict=True)]
    groups, others = _groups(comparison, [(row, each) for row, each in listed if each.is_printed])
    alike, rest = shifts(comparison, groups)
    hidden, hidden_others = _groups(comparison, [(row, each) for row, each in listed if not each.is_printed])
    return Report(
        cover=cover(comparison, origins or {}),
        authority=authority(comparison),
        moves=moves(comparison),
        shifts=tuple(alike),
        milestones=tuple(rest),
        others=tuple(others),
        unprinted=(*hidden, *hidden_others),
        kinds={
            **{kind: sum(row.kind == kind for row in rows) for kind in dict.fromkeys(_KINDS.values())},
            "refused": sum(row.refused for row in rows),
            "trivial": sum(row.trivial for row in rows),
        },
        editions=editions(comparison),
        digest=digest(comparison),
    )


def _groups(
    comparison: Comparison, listed: Iterable[tuple[Row, Explained]]
) -> tuple[list[Group], list[Group]]:
    """Return the groups of milestones, and those of sections and parts."""
    of_milestones: dict[str, list[Row]] = {}
    of_others: dict[tuple[int, tuple[int, ...], str, str], list[Row]] = {}
    causes = {each.change: each for each in comparison.explained}
    for row, each in listed:
        about = causes[each.cause] if each.cause is not None else each
        if about.code is not None:
            of_milestones.setdefault(about.follows or about.code, []).append(row)
        else:
            of_others.setdefault(_place(about.change), []).append(row)
    return [
        _milestone(comparison, code, _causes_first(comparison, found))
        for code, found in of_milestones.items()
    ], [
        Group(code=code, name=name, facts="", rows=tuple(found))
        for (_, _, code, name), found in sorted(of_others.items())
    ]


def _row(
    comparison: Comparison, number: int, each: Explained, identity: Identity, origin: Origin | None
) -> Row:
    change = each.change
    entries = comparison.authorised_by[change]
    return Row(
        number=number,
        sentence=each.sentence,
        lines=changed_lines(change) if isinstance(change, ProseChanged) else (),
        kind=_KINDS[each.group],
        follows=each.follows is not None or each.cause is not None,
        trivial=not each.is_printed or is_trivial(change),
        authority=", ".join(entries),
        needs_authority=change in comparison.names,
        tells_refusal=change in comparison.names and not entries and comparison.is_partly_authorised,
        identity=identity,
        origin=origin,
    )


def _causes_first(comparison: Comparison, rows: Iterable[Row]) -> tuple[Row, ...]:
    """Return `rows` with what follows at the end, and a completion, from which it follows, just before."""

    def rank(row: Row) -> tuple[bool, bool]:
        return row.follows, isinstance(comparison.explained[row.number].change, Completed)

    return tuple(sorted(rows, key=rank))


def _place(  # noqa: PLR0911 -- one case for each kind of change
    change: Change,
) -> tuple[int, tuple[int, ...], str, str]:
    """Return by what changes of sections and parts are grouped and sorted: rank, place, number and name."""
    match change:
        case MetadataChanged() | ProseChanged(before=None) | Consequence(place=None):
            return 0, (), "", "The document"
        case Consequence(place=SectionPlace(at=at, title=title)):
            return 1, at, section_number(at), title
        case Consequence(place=Part() as part):
            return 2 + list(Part).index(part), (), "", _PARTS[part]
        case SectionAdded(at=at, section=section) | SectionRemoved(at=at, section=section):
            return 1, at, section_number(at), section.title
        case SectionMoved(after=after) | SectionChanged(after=after):
            return 1, after.at, section_number(after.at), after.title
        case ProseChanged(after=after) if after is not None:
            return 1, after.at, section_number(after.at), after.title
        case EntryAdded(part=part) | EntryRemoved(part=part) | EntryChanged(part=part):
            return 2 + list(Part).index(part), (), "", _PARTS[part]
        case _:
            raise TypeError(f"a change of a milestone: {change!r}")


def _milestone(comparison: Comparison, code: str, rows: tuple[Row, ...]) -> Group:
    codes = {now: was for was, now in new_codes(comparison.changes).items()}
    old, new = comparison.old, comparison.new
    milestone = new.document.milestone(code)
    before = old.document.milestone(codes.get(code, code))
    some = milestone or before
    if some is None:
        raise ValueError(f"{code} is in neither edition")
    was, now = (_lateness(edition, each) for edition, each in ((old, before), (new, milestone)))
    late = now if now == was or not was or not now else f"{now} (before: {was})"
    facts = (
        "" if some.level is None else f"level {some.level}",
        "gone" if milestone is None else "new" if before is None else "",
        f"due {some.due}",
        late,
    )
    return Group(code=code, name=some.name, facts=", ".join(filter(None, facts)), rows=rows)


def _lateness(edition: Edition, milestone: Milestone | None) -> str:
    """Return the state of a milestone and how late it is, in words."""
    if milestone is None:
        return ""
    data_date = edition.document.metadata.data_date
    words = str(schedule.state(milestone, data_date))
    slip = schedule.slip(milestone, data_date)[1]
    return words if slip == "none" else f"{words}, {slip}"
