"""Sum up moves in a few lines: equal moves together and, where these are too many, nearly equal ones.

The heaviest groups of equal moves are taken, as many as there are lines. If these are too small a share of
the moved days, ranges of days are taken, as narrow as possible, and each one that is not needed for the share
becomes its heaviest group again. So ten lines always account for nine tenths of the moved days.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from milepost.moves.explain import MOVED, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from milepost.moves.explain import Explanation, Row

MOST = 10
"""Lines."""
SHARE = 0.9
"""Of the moved days, that the lines account for."""
_WIDTHS = (0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.0, 4.0, 9.0, 99.0, float("inf"))
"""How much longer the longest move of a range may be than its shortest, in parts of the shortest."""
_WEEK = 7
"""Shorter moves are as good as a week there: 1 to 4 days is a narrow range."""
_MOST_OF = 0.8
"""If so many of a line have the same place in the work breakdown structure, the line names it."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """Milestones that moved by the same time, or nearly.

    Attributes:
        rows: the earliest dates first.
        followers: how many of them follow each cause; the causes of most come first. A cause that was
            completed late is none of `rows`.
    """

    rows: tuple[Row, ...]
    followers: tuple[tuple[str, int], ...] = ()

    @cached_property
    def days(self) -> int:
        """The sum of the days by which they moved, whichever way."""
        return sum(abs(row.days) for row in self.rows)

    @cached_property
    def least(self) -> int:
        """The shortest move in days, negative for earlier."""
        return min((row.days for row in self.rows), key=abs, default=0)

    @cached_property
    def most(self) -> int:
        """The longest move in days, negative for earlier."""
        return max((row.days for row in self.rows), key=abs, default=0)

    @property
    def by(self) -> str:
        """By how much they moved, in words, as in `25 days later` or `20 to 35 days later`."""
        words = {row.by for row in self.rows}
        if len(words) == 1:
            return words.pop()
        return f"{abs(self.least)} to {abs(self.most)} days {'later' if self.most > 0 else 'earlier'}"

    @property
    def others(self) -> int:
        """How many of them neither follow a cause nor are one."""
        return sum(row.kind not in {Kind.CAUSE, Kind.FOLLOWS} for row in self.rows)

    @cached_property
    def wbs(self) -> str:
        """The place in the work breakdown structure that most of them share; empty if there is none."""
        below: Counter[str] = Counter()
        for row in self.rows:
            parts = (row.wbs or "").split(".")
            below.update(".".join(parts[: depth + 1]) for depth in range(len(parts)) if parts[0])
        shared = [place for place, number in below.items() if number >= _MOST_OF * len(self.rows)]
        return max(shared, key=lambda place: (len(place.split(".")), below[place]), default="")


@dataclass(frozen=True, kw_only=True)
class Lines:
    """The moves of an explanation in a few lines.

    Attributes:
        explanation: what is summed up.
        lines: the heaviest ones first.
        below: what moved by less than the threshold; it is one of the lines, and None if it is nothing.
        rest: what moved and is in none of them.
    """

    explanation: Explanation
    lines: tuple[Line, ...]
    below: Line | None
    rest: tuple[Row, ...]

    @property
    def number(self) -> int:
        """How many lines there are."""
        return len(self.lines) + (self.below is not None)

    @property
    def days(self) -> int:
        """The moved days that the lines account for."""
        return self.explanation.moved_days - sum(abs(row.days) for row in self.rest)


def lines_of(explanation: Explanation, most: int = MOST, share: float = SHARE) -> Lines:
    """Return what moved in at most `most` lines that account for `share` of the moved days.

    Two lines are always enough: one for what is later, and one for what is earlier. Fewer may not be.
    """
    below = explanation.of(Kind.BELOW)
    room = most - bool(below)
    wanted = share * explanation.moved_days - sum(abs(row.days) for row in below)
    groups = _equal(explanation)
    chosen = sorted(groups, key=_weight)[:room]
    if _days(chosen) < wanted:
        chosen = _ranges(groups, room, wanted)
    taken = {row.code for group in chosen for row in group}
    return Lines(
        explanation=explanation,
        lines=tuple(_line(group) for group in sorted(chosen, key=_weight)),
        below=_line(below) if below else None,
        rest=tuple(row for row in explanation.of(*MOVED) if row.code not in taken),
    )


_Group = tuple["Row", ...]


def _equal(explanation: Explanation) -> list[_Group]:
    """Return the rows that moved by the same time together: later ones first, the shortest moves first."""
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in explanation.of(*MOVED):
        found[row.by].append(row)
    return sorted(
        map(tuple, found.values()), key=lambda group: (group[0].days < 0, abs(group[0].days), group[0].by)
    )


def _days(groups: Sequence[_Group]) -> int:
    return sum(abs(row.days) for group in groups for row in group)


def _weight(group: _Group) -> tuple[int, int, int, str]:
    """Return by what groups are sorted: the most days first, then the most milestones."""
    return -_days([group]), -len(group), abs(group[0].days), group[0].by


def _ranges(groups: list[_Group], most: int, wanted: float) -> list[_Group]:
    """Return at most `most` ranges of `groups`, as narrow as possible, that have the wanted days."""
    weights = [_days([group]) for group in groups]
    bounds = [(min(sizes), max(sizes)) for sizes in ([abs(row.days) for row in group] for group in groups)]
    later = sum(group[0].days > 0 for group in groups)
    spans: list[tuple[int, int]] = []
    for width in _WIDTHS:
        free = [each for each in ((0, later), (later, len(groups))) if each[0] < each[1]]
        spans = []
        while free and len(spans) < most:
            heaviest, at = max(
                (_heaviest(weights, bounds, segment, width), -number) for number, segment in enumerate(free)
            )
            low, high = -heaviest[1], heaviest[2]
            start, end = free.pop(-at)
            free += [each for each in ((start, low), (high, end)) if each[0] < each[1]]
            spans.append((low, high))
        if sum(sum(weights[low:high]) for low, high in spans) >= wanted:
            break
    return list(_needed(groups, weights, spans, wanted))


def _heaviest(
    weights: Sequence[int], bounds: Sequence[tuple[int, int]], segment: tuple[int, int], width: float
) -> tuple[int, int, int]:
    """Return the days of the heaviest range that is not too wide, where it begins, negative, and its end."""
    low, end = segment
    days, best = 0, (-1, 0, 0)
    for high in range(low, end):
        days += weights[high]
        while low < high and bounds[high][1] - bounds[low][0] > width * max(bounds[low][0], _WEEK):
            days -= weights[low]
            low += 1
        best = max(best, (days, -low, high + 1))
    return best


def _needed(
    groups: Sequence[_Group], weights: Sequence[int], spans: Sequence[tuple[int, int]], wanted: float
) -> Iterator[_Group]:
    """Yield the rows of each range, or of a group that is most of it where the others are not needed."""
    spare = sum(sum(weights[low:high]) for low, high in spans) - wanted

    def lost(span: tuple[int, int]) -> int:
        return sum(weights[slice(*span)]) - max(weights[slice(*span)])

    for span in sorted(spans, key=lambda span: (lost(span), span)):
        if lost(span) <= min(spare, sum(weights[slice(*span)]) / 2):
            spare -= lost(span)
            yield max(groups[slice(*span)], key=lambda group: _days([group]))
        else:
            yield tuple(row for group in groups[slice(*span)] for row in group)


def _line(rows: Sequence[Row]) -> Line:
    followers = Counter(row.cause for row in rows if row.cause is not None)
    followers.update({row.code: 0 for row in rows if row.kind is Kind.CAUSE})
    order = sorted(followers.items(), key=lambda each: (-each[1], each[0]))
    return Line(
        rows=tuple(sorted(rows, key=lambda row: (row.new is None, row.new and row.new.last, row.code))),
        followers=tuple(order),
    )
