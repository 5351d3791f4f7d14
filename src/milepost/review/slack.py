"""How much of the time before its successors a milestone uses that moved later, between two editions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.base.errors import count
from milepost.diff.changes import DueMoved, ForecastMoved, new_codes
from milepost.document.impact import Successors, expected, is_to_come

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from milepost.diff.changes import Change
    from milepost.diff.comparison import Comparison
    from milepost.document.model import Milestone

_MOST = 3
"""So many successors are told in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slack:
    """The time between a milestone that moved later and one that waits for it, as both are expected.

    Attributes:
        successor: the code of what waits.
        before: the days between the two in the old edition; with the present date of what did not wait then.
        left: the days between them now; negative if the successor is expected too early.
        has_forecast: whether the date of the successor is a forecast.
    """

    successor: str
    before: int
    left: int
    has_forecast: bool

    @property
    def words(self) -> str:
        """The same in words, as in `uses 12 of the 30 days before M-2`."""
        if self.left < 0:
            already = f", {-self.before} before" if self.before < 0 else ""
            is_due = "is expected" if self.has_forecast else "is due"
            return f"now {count(-self.left, 'day')} after {self.successor} {is_due}{already}"
        used = str(self.before - self.left) if self.left else "all"
        return f"uses {used} of the {count(self.before, 'day')} before {self.successor}"


def slacks(comparison: Comparison) -> dict[Change, tuple[Slack, ...]]:
    """Return what the moves of dates use of the time before direct successors, the tightest first.

    A move is that of the date which is expected now, the forecast or else the due date. Successors that moved
    as far, or farther, are left out, as is what is completed, cancelled or without a date.
    """
    old, new = comparison.old.document, comparison.new.document
    earlier = {now: was for was, now in new_codes(comparison.changes).items()}

    def before(code: str) -> Milestone | None:
        return old.milestone(earlier.get(code, code))

    successors = Successors(new)
    found: dict[Change, tuple[Slack, ...]] = {}
    for change in _last_moves(comparison.changes):
        was, now = before(change.code), new.milestone(change.code)
        moved = _days(was), _days(now)
        if was is None or moved[0] is None or moved[1] is None or moved[0] >= moved[1]:
            continue
        known = (
            _slack(each, before(each.code), was, moved[0], moved[1]) for each in successors.of(change.code)
        )
        tightest = sorted(filter(None, known), key=lambda each: each.left)
        if tightest:
            found[change] = tuple(tightest)
    return found


def in_words(found: Sequence[Slack]) -> str:
    """Return what a move uses in one sentence; an empty text for nothing."""
    words = [each.words for each in found[:_MOST]]
    more = len(found) - len(words)
    said = "; ".join([*words, *([f"and less time before {count(more, 'other')}"] if more else [])])
    return said and f"{said[0].upper()}{said[1:]}."


def _last_moves(changes: Iterable[Change]) -> Iterator[DueMoved | ForecastMoved]:
    """Yield one move for each milestone that has any: of the forecast rather than of the due date."""
    by_code: dict[str, DueMoved | ForecastMoved] = {}
    for change in changes:
        if isinstance(change, ForecastMoved) or (isinstance(change, DueMoved) and change.code not in by_code):
            by_code[change.code] = change
    yield from by_code.values()


def _slack(
    successor: Milestone, before: Milestone | None, was: Milestone, old: int, new: int
) -> Slack | None:
    """Return what is left before `successor`, if it is less than before.

    Args:
        successor: what waits now.
        before: the same in the old edition.
        was: what moved, as it was there.
        old: its day there, as a number.
        new: its day now.
    """
    day = _days(successor)
    if day is None:
        return None
    waited = before is not None and was.code in before.predecessors
    then = (_days(before) if waited else None) or day
    if then - old <= day - new:
        return None
    return Slack(
        successor=successor.code,
        before=then - old,
        left=day - new,
        has_forecast=successor.forecast is not None,
    )


def _days(milestone: Milestone | None) -> int | None:
    """Return the day that is expected of what is still to come, as a number; None if there is none."""
    if milestone is None or not is_to_come(milestone):
        return None
    day = expected(milestone)
    return day.last.toordinal() if day.known else None
