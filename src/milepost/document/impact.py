"""What cannot hold its date if a milestone slips: through the links, as a lower bound.

Links have no durations, so a milestone is only sure to be late if something before it is later than its own
date. How much work lies between the two is not known; what really follows may be more.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.document import schedule

if TYPE_CHECKING:
    from datetime import date

    from milepost.base.dates import PlannedDate
    from milepost.document.model import Document, Milestone


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A milestone that cannot hold its date.

    Attributes:
        milestone: it.
        expected: the date that is expected of it now.
        days: how many days after the end of that date it is, at least.
        chain: the codes from the milestone that slips to this one, along the fewest links.
    """

    milestone: Milestone
    expected: PlannedDate
    days: int
    chain: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A link whose successor still holds its date, but has less time left.

    Attributes:
        predecessor: the code of what is later than before.
        successor: the milestone that holds.
        expected: the date that is expected of it now.
        days: from the one to the other, as expected now; None if there is no date for the first.
        left: the days that remain.
    """

    predecessor: str
    successor: Milestone
    expected: PlannedDate
    days: int | None
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What follows if a milestone slips.

    Attributes:
        milestone: what slips.
        expected: the date that is expected of it now.
        to: the day to which it slips.
        broken: what cannot hold its date; those that break first come first.
        gaps: the links that hold, the tightest first.
    """

    milestone: Milestone
    expected: PlannedDate
    to: date
    broken: tuple[Broken, ...]
    gaps: tuple[Gap, ...]

    @property
    def days(self) -> int:
        """How much later it is than expected now, at least."""
        return (self.to - self.expected.last).days if self.expected.known else 0


class Successors:
    """The successors of each milestone that is still to come, for many questions about one document."""

    def __init__(self, document: Document) -> None:
        self._order = {milestone.code: place for place, milestone in enumerate(document.milestones)}
        self._following: defaultdict[str, list[Milestone]] = defaultdict(list)
        for milestone in document.milestones:
            if is_to_come(milestone):
                for code in dict.fromkeys(milestone.predecessors):
                    self._following[code].append(milestone)

    def impact(self, milestone: Milestone, to: date) -> Impact:
        """Return what follows if `milestone` is done only on the day `to`.

        A milestone without a date cannot be late, but what follows it can. What is completed or cancelled
        waits for nothing. Nothing follows if it is done no later than expected.
        """
        expected = _expected(milestone)
        if expected.known and to <= expected.last:
            return Impact(milestone=milestone, expected=expected, to=to, broken=(), gaps=())
        reached: dict[str, tuple[str, ...]] = {milestone.code: (milestone.code,)}
        moved = deque([milestone])
        broken: list[Broken] = []
        gaps: list[Gap] = []
        while moved:
            here = moved.popleft()
            for successor in self._following[here.code]:
                if successor.code in reached:
                    continue
                date_now = _expected(successor)
                if date_now.known and date_now.last >= to:
                    gaps.append(_gap(here, successor, date_now, to))
                    continue
                reached[successor.code] = (*reached[here.code], successor.code)
                moved.append(successor)
                if date_now.known:
                    late = (to - date_now.last).days
                    chain = reached[successor.code]
                    broken.append(Broken(milestone=successor, expected=date_now, days=late, chain=chain))
        return Impact(
            milestone=milestone,
            expected=expected,
            to=to,
            broken=tuple(
                sorted(broken, key=lambda each: (each.expected.last, self._order[each.milestone.code]))
            ),
            gaps=tuple(sorted(gaps, key=lambda each: (each.left, self._order[each.successor.code]))),
        )

    def first_to_break(self, milestone: Milestone) -> tuple[Milestone, int] | None:
        """Return the milestone that a slip of `milestone` breaks first, and the days that it may slip before.

        The days are negative where that milestone is expected before this one already. None if nothing
        follows that has a date, or this milestone has no date itself.
        """
        date_now = _expected(milestone)
        if not date_now.known:
            return None
        seen = {milestone.code}
        waiting = [milestone]
        followers: list[Milestone] = []
        while waiting:
            for successor in self._following[waiting.pop().code]:
                if successor.code not in seen:
                    seen.add(successor.code)
                    (followers if _expected(successor).known else waiting).append(successor)
        if not followers:
            return None
        first = min(followers, key=lambda each: (_expected(each).last, self._order[each.code]))
        return first, (_expected(first).last - date_now.last).days


def is_to_come(milestone: Milestone) -> bool:
    """Return whether `milestone` may still slip: it is neither completed nor cancelled."""
    return milestone.completed is None and not milestone.cancelled


def _expected(milestone: Milestone) -> PlannedDate:
    found = schedule.expected(milestone)
    if found is None:
        raise ValueError(f"{milestone.code} is cancelled")
    return found


def _gap(here: Milestone, successor: Milestone, date_now: PlannedDate, to: date) -> Gap:
    before = _expected(here)
    return Gap(
        predecessor=here.code,
        successor=successor,
        expected=date_now,
        days=(date_now.last - before.last).days if before.known else None,
        left=(date_now.last - to).days,
    )
