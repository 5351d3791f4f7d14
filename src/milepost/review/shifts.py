"""Milestones that moved alike, in one line: what follows another one is below its cause.

Which move explains which others is decided in `milepost.moves.explain`, as for all outputs.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.base.errors import count
from milepost.diff.changes import DueMoved, ForecastMoved
from milepost.moves.explain import LEAST_ALIKE
from milepost.review.rows import Group, Row, origins_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from milepost.diff.changes import Change
    from milepost.diff.comparison import Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A milestone that moved as others did.

    Attributes:
        code: its code.
        dates: its new dates and, of what follows another one, that one.
        number: of its first row.
    """

    code: str
    dates: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Milestones whose dates moved alike, and of which nothing else changed.

    Attributes:
        sentence: what they share, as in `3 milestones: due date 31 days later.`
        groups: one for each milestone, with its rows: causes first, each with what follows it.
        members: the same in short.
    """

    sentence: str
    groups: tuple[Group, ...]
    members: tuple[Member, ...]

    @property
    def authority(self) -> str:
        """What authorises them, in a sentence."""
        rows = [row for group in self.groups for row in group.rows]
        refused = sum(row.tells_refusal for row in rows)
        entries = dict.fromkeys(row.authority for row in rows if row.authority)
        if refused:
            return "Not authorised." if not entries else f"{count(refused, 'change')} not authorised."
        return f"Authorised by {', '.join(entries)}." if entries else ""

    @property
    def slack(self) -> tuple[tuple[str, str], ...]:
        """The codes of those whose moves use time before successors, each with that in a sentence."""
        rows = ((group.code, row.slack) for group in self.groups for row in group.rows)
        return tuple((code, slack) for code, slack in rows if slack)

    @property
    def origins(self) -> str:
        """Who made the changes, as of a group."""
        return origins_of(row for group in self.groups for row in group.rows)


def shifts(comparison: Comparison, groups: Iterable[Group]) -> tuple[list[Shift], list[Group]]:
    """Return the groups whose only changes are moves by the same time, together, and all others.

    Two are enough if one of them is the cause of the other.
    """
    groups = list(groups)
    alike: dict[tuple[str, ...], list[Group]] = {}
    rest: list[Group] = []
    for group in groups:
        moves = [_move(comparison.explained[row.number].change, row) for row in group.rows]
        if all(moves):
            alike.setdefault(tuple(sorted(moves)), []).append(group)
        else:
            rest.append(group)
    found: list[Shift] = []
    for shared, members in alike.items():
        causes = _causes(comparison, members)
        if len(members) >= LEAST_ALIKE or causes:
            found.append(_shift(comparison, shared, members, causes))
        else:
            rest += members
    order = {group.code: number for number, group in enumerate(groups)}
    return found, sorted(rest, key=lambda group: order[group.code])


def _causes(comparison: Comparison, groups: Sequence[Group]) -> dict[str, str]:
    """Return for each of `groups` that follows another one, by all of its dates, the code of that one."""
    here = {group.code for group in groups}
    causes: dict[str, str] = {}
    for group in groups:
        dates = {change.field for row in group.rows if (change := _moved(comparison, row))}
        found = {
            row.cause
            for each in comparison.moves
            if each.date in dates and (row := each.by_code.get(group.code)) is not None
        }
        cause = found.pop() if len(found) == 1 else None
        if cause in here:
            causes[group.code] = cause
    return causes


def _shift(
    comparison: Comparison, shared: tuple[str, ...], groups: Sequence[Group], causes: Mapping[str, str]
) -> Shift:
    followers = Counter(causes.values())
    place = {group.code: number for number, group in enumerate(groups)}

    def rank(group: Group) -> tuple[int, int, bool, int]:
        head = causes.get(group.code, group.code)
        return -followers[head], place[head], head != group.code, place[group.code]

    ordered = sorted(groups, key=rank)
    codes = [group.code for group in ordered]
    heads = [f"{code} and {followers[code]} with it" for code in codes if followers[code]]
    by = "; ".join((" and ".join(shared), *heads))
    return Shift(
        sentence=f"{count(len(groups), 'milestone')}: {by}.",
        groups=tuple(ordered),
        members=tuple(
            Member(
                code=group.code,
                dates=" and ".join(
                    str(getattr(comparison.explained[row.number].change, "new", "")) for row in group.rows
                )
                + (f" with {causes[group.code]}" if group.code in causes else ""),
                number=group.rows[0].number,
            )
            for group in ordered
        ),
    )


def _moved(comparison: Comparison, row: Row) -> DueMoved | ForecastMoved | None:
    change = comparison.explained[row.number].change
    return change if isinstance(change, DueMoved | ForecastMoved) else None


def _move(change: Change, row: Row) -> str:
    """Return by how much a date has moved, in words; empty for what is more than a move."""
    if isinstance(change, DueMoved | ForecastMoved) and change.by and not row.follows:
        plain = "; the baseline moved" not in row.sentence
        return f"{'due date' if isinstance(change, DueMoved) else 'forecast'} {change.by}" if plain else ""
    return ""
