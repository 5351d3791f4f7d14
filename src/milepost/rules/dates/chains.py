"""Find what a milestone waits for through predecessors that have no day of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.base.dates import Unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from milepost.base.dates import PlannedDate
    from milepost.document.model import Document, Milestone

    DateOf = Callable[[Milestone], PlannedDate | None]
    Latest = tuple[PlannedDate, Milestone]


class Chains:
    """What milestones wait for, directly or through others whose date is a month, a quarter, a year or `tbd`.

    A day ends a chain: what is before it is compared with that day. So does a date that contradicts an
    earlier one of the chain, so that each contradiction is found once.
    """

    def __init__(self, document: Document, date_of: DateOf) -> None:
        """Compare dates as `date_of` gives them, which returns None for a milestone that ends a chain."""
        self._document = document
        self._date_of = date_of
        self._known: dict[str, Latest | None] = {}

    def latest(self, milestone: Milestone) -> Latest | None:
        """Return the latest of the dates of `milestone` and of what it waits for, and whose date it is."""
        begun: set[str] = set()
        left = [milestone]
        while left:
            each = left[-1]
            waiting = (
                [] if each.code in begun else [p for p in self._before(each) if p.code not in self._known]
            )
            begun.add(each.code)
            if waiting and each.code not in self._known:
                left += waiting
            else:
                left.pop()
                if each.code not in self._known:
                    self._known[each.code] = self._of(each)
        return self._known[milestone.code]

    def _before(self, milestone: Milestone) -> list[Milestone]:
        date = self._date_of(milestone)
        if date is None or date.unit is Unit.DAY:
            return []
        predecessors = map(self._document.milestone, milestone.predecessors)
        return [each for each in predecessors if each is not None]

    def _of(self, milestone: Milestone) -> Latest | None:
        date = self._date_of(milestone)
        if date is None:
            return None
        found = [(date, milestone)] if date.known else []
        for each in self._before(milestone):  # in a circle, one of them is not known yet
            latest = self._known.get(each.code)
            if latest is not None and not (date.known and date.is_before(latest[0])):
                found.append(latest)
        return max(found, key=lambda each: each[0].first, default=None)
