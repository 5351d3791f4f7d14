"""What cannot hold its date if a milestone slips: through the links, as a lower bound.

Links have no durations, so a milestone is only sure to be late if something before it is later than its own
date, or later than the lag of the link allows, where that is known. How much work lies between the two is not
known; what really follows may be more.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from milepost.document import schedule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from milepost.base.dates import PlannedDate
    from milepost.document.model import Document, Milestone

_HOURS = 8
_WORKING_DAYS = 5


def days_of_lag(hours: Decimal) -> int:
    """Return the days that a lag of so many hours of work takes at least; negative for a lead.

    8 hours are a day, and what is left over is none. A lead reaches as far back as it can: for each 5 days of
    it that are begun, there may be a weekend of 2 days.
    """
    days = math.floor(hours / _HOURS)
    return days if days >= 0 else days - 2 * math.ceil(-days / _WORKING_DAYS)


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A milestone that is later than before.

    Attributes:
        code: of the milestone.
        day: on which it is done at the earliest, as an ordinal.
        through: what makes it so late; None for the milestone that slips.
        links: how many links there are from that.
    """

    code: str
    day: int
    through: Step | None = field(default=None, repr=False)
    links: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A milestone that cannot hold its date.

    Attributes:
        milestone: it.
        expected: the date that is expected of it now.
        days: how many days after the end of that date it is, at least.
        step: by what it is later.
    """

    milestone: Milestone
    expected: PlannedDate
    days: int
    step: Step

    @property
    def chain(self) -> tuple[str, ...]:
        """The codes from the milestone that slips to this one, along the fewest links that make it so."""
        codes = [self.step.code]
        step = self.step.through
        while step is not None:
            codes.append(step.code)
            step = step.through
        return tuple(reversed(codes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A link whose successor still holds its date, but has less time left.

    Attributes:
        predecessor: the code of what is later than before.
        successor: the milestone that holds.
        expected: the date that is expected of it now.
        days: from the one to the other, as expected now, without the lag; None if there is no date for the
            first.
        left: the days that remain.
    """

    predecessor: str
    successor: Milestone
    expected: PlannedDate
    days: int | None
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """The lag of a link between two milestones, in days."""

    predecessor: str
    successor: str
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What follows if a milestone slips.

    Attributes:
        milestone: what slips.
        expected: the date that is expected of it now.
        to: the day to which it slips.
        broken: what cannot hold its date; those that break first come first.
        gaps: the links that hold, the tightest first.
        lags: those that were counted.
    """

    milestone: Milestone
    expected: PlannedDate
    to: date
    broken: tuple[Broken, ...]
    gaps: tuple[Gap, ...]
    lags: tuple[Lag, ...] = ()

    @property
    def days(self) -> int:
        """How much later it is than expected now, at least."""
        return (self.to - self.expected.last).days if self.expected.known else 0


class Successors:
    """The successors of each milestone that is still to come, for many questions about one document."""

    def __init__(self, document: Document, lags: Mapping[tuple[str, str], int] | None = None) -> None:
        """Find the successors.

        Args:
            document: the document.
            lags: the days that must lie between a milestone and its successor, where they are known.
        """
        self._milestones = {milestone.code: milestone for milestone in document.milestones}
        self._order = {code: place for place, code in enumerate(self._milestones)}
        self._lags = lags or {}
        self._following: defaultdict[str, list[Milestone]] = defaultdict(list)
        for milestone in document.milestones:
            if is_to_come(milestone):
                for code in dict.fromkeys(milestone.predecessors):
                    self._following[code].append(milestone)
        self._ranks = self._ranked()

    def of(self, code: str) -> Sequence[Milestone]:
        """Return what waits for the milestone with that code, in the order of the document."""
        return self._following.get(code, ())

    def impact(self, milestone: Milestone, to: date) -> Impact:
        """Return what follows if `milestone` is done only on the day `to`.

        A milestone without a date cannot be late, but what follows it can. What is completed or cancelled
        waits for nothing. Nothing follows if it is done no later than expected.
        """
        date_now = expected(milestone)
        if date_now.known and to <= date_now.last:
            return Impact(milestone=milestone, expected=date_now, to=to, broken=(), gaps=())
        broken: list[Broken] = []
        gaps: list[Gap] = []
        lags: list[Lag] = []
        wave = _Wave(self, Step(milestone.code, to.toordinal()))
        for successor, latest, arriving in wave:
            lags += (
                Lag(predecessor=each.code, successor=successor.code, days=lag)
                for each, lag in arriving
                if lag
            )
            date_then = expected(successor)
            if date_then.known and date_then.last.toordinal() >= latest.day:
                gaps += (self._gap(each, lag, successor, date_then) for each, lag in arriving)
                continue
            wave.go_on(latest)
            if date_then.known:
                days = latest.day - date_then.last.toordinal()
                broken.append(Broken(milestone=successor, expected=date_then, days=days, step=latest))
        order = self._order
        return Impact(
            milestone=milestone,
            expected=date_now,
            to=to,
            broken=tuple(sorted(broken, key=lambda each: (each.expected.last, order[each.milestone.code]))),
            gaps=tuple(sorted(gaps, key=lambda each: (each.left, order[each.successor.code]))),
            lags=tuple(sorted(lags, key=lambda each: (order[each.predecessor], order[each.successor]))),
        )

    def first_to_break(self, milestone: Milestone) -> tuple[Milestone, int] | None:
        """Return the milestone that a slip of `milestone` breaks first, and the days that it may slip before.

        The days are negative where that milestone is expected before this one already. None if nothing
        follows that has a date, or this milestone has no date itself.
        """
        date_now = expected(milestone)
        if not date_now.known:
            return None
        day, _, first = self._first_days.get(milestone.code, (0, 0, None))
        return None if first is None else (first, day - date_now.last.toordinal())

    @cached_property
    def _first_days(self) -> dict[str, tuple[int, int, Milestone]]:
        """By code, the day on which each milestone may be done at the latest, and what breaks after it.

        With the place of the latter in the document. A milestone without a date passes a slip on. Each
        milestone is looked at once, after all that waits for it.
        """
        found: dict[str, tuple[int, int, Milestone]] = {}
        for code in sorted(self._following, key=self._ranks.__getitem__, reverse=True):
            days = []
            for successor in self._following[code]:
                date_then = expected(successor)
                lag = self._lags.get((code, successor.code), 0)
                if date_then.known:
                    days.append((date_then.last.toordinal() - lag, self._order[successor.code], successor))
                elif successor.code in found:
                    day, place, first = found[successor.code]
                    days.append((day - lag, place, first))
            if days:
                found[code] = min(days, key=lambda each: each[:2])
        return found

    def arrivals(self, step: Step) -> Iterator[tuple[int, Milestone, int]]:
        """Yield what waits for a milestone, with its rank before it, and the lag of the link behind it."""
        for successor in self._following.get(step.code, ()):
            yield self._ranks[successor.code], successor, self._lags.get((step.code, successor.code), 0)

    def _gap(self, step: Step, lag: int, successor: Milestone, date_then: PlannedDate) -> Gap:
        before = expected(self._milestones[step.code])
        return Gap(
            predecessor=step.code,
            successor=successor,
            expected=date_then,
            days=(date_then.last - before.last).days - lag if before.known else None,
            left=date_then.last.toordinal() - step.day - lag,
        )

    def _ranked(self) -> dict[str, int]:
        """Return a number for each milestone that is greater than those of all that it waits for."""
        waiting = dict.fromkeys(self._milestones, 0)
        for followers in self._following.values():
            for follower in followers:
                waiting[follower.code] += 1
        ranks: dict[str, int] = {}
        ready = [code for code, number in waiting.items() if not number]
        while ready:
            code = ready.pop()
            ranks[code] = len(ranks)
            for follower in self._following.get(code, ()):
                waiting[follower.code] -= 1
                if not waiting[follower.code]:
                    ready.append(follower.code)
        # Milestones in a circle, which is an error of the document, come last.
        return ranks | {code: len(ranks) for code in waiting if code not in ranks}


class _Wave:
    """A slip that goes on from milestone to milestone: each is met once, after all that it waits for."""

    def __init__(self, successors: Successors, start: Step) -> None:
        self._successors = successors
        self._arriving: dict[str, list[tuple[Step, int]]] = {start.code: []}
        self._waiting: list[tuple[int, str, Milestone]] = []
        self.go_on(start)

    def go_on(self, step: Step) -> None:
        """Let the slip reach what waits for a milestone."""
        for rank, successor, lag in self._successors.arrivals(step):
            if successor.code not in self._arriving:
                self._arriving[successor.code] = []
                heappush(self._waiting, (rank, successor.code, successor))
            self._arriving[successor.code].append((step, lag))

    def __iter__(self) -> Iterator[tuple[Milestone, Step, Sequence[tuple[Step, int]]]]:
        """Yield each milestone that is met, when it is done now, and from where with which lags."""
        while self._waiting:
            _, code, successor = heappop(self._waiting)
            arriving = self._arriving[code]
            day, links, through = max(
                ((step.day + lag, -step.links, step) for step, lag in arriving), key=lambda each: each[:2]
            )
            yield successor, Step(code, day, through, 1 - links), arriving


def is_to_come(milestone: Milestone) -> bool:
    """Return whether `milestone` may still slip: it is neither completed nor cancelled."""
    return milestone.completed is None and not milestone.cancelled


def expected(milestone: Milestone) -> PlannedDate:
    """Return the date that is expected of `milestone`, which is not cancelled."""
    found = schedule.expected(milestone)
    if found is None:
        raise ValueError(f"{milestone.code} is cancelled")
    return found
