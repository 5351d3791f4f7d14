"""Gates: what an import that nobody watches must not do without a person looking at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.base.dates import slip
from milepost.base.errors import count, quoted
from milepost.base.suggest import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from milepost.base.dates import PlannedDate
    from milepost.document.model import Milestone
    from milepost.importing.month import Month

_MOST_LISTED = 8


def _missing(month: Month, _: int) -> list[str]:
    return list(month.proposal.missing)


def _new(month: Month, _: int) -> list[str]:
    before = month.before.document
    return [each.code for each in month.after.document.milestones if before.milestone(each.code) is None]


def _moved(month: Month, days: int) -> list[str]:
    return [
        after.code
        for before, after in _pairs(month)
        if any(abs(slip(old, new)) > days for old, new in _dates(before, after))
    ]


def _reopened(month: Month, _: int) -> list[str]:
    return [
        after.code
        for before, after in _pairs(month)
        if before.completed is not None and after.completed is None
    ]


def _warnings(month: Month, _: int) -> list[str]:
    return [problem.message for problem in (*month.export.schedule.warnings, *month.warnings)]


def _pairs(month: Month) -> Iterator[tuple[Milestone, Milestone]]:
    """Yield each milestone that stays, before and after."""
    for after in month.after.document.milestones:
        if (before := month.before.document.milestone(after.code)) is not None:
            yield before, after


def _dates(before: Milestone, after: Milestone) -> Iterator[tuple[PlannedDate, PlannedDate]]:
    """Yield the due dates, and the dates that were and are expected, as far as they are known."""
    expected = (before.forecast or before.due, after.forecast or after.due)
    for old, new in ((before.due, after.due), expected):
        if old.known and new.known:
            yield old, new


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """A kind of gate.

    Attributes:
        finds: what a gate of this kind is about.
        says: what is wrong with them, after their number.
        counts: whether the number of a gate says how many are let through; otherwise it is for `finds`.
        least: that number, if none is given; None if one must be given.
    """

    finds: Callable[[Month, int], list[str]]
    noun: str
    says: str
    counts: bool = True
    least: int | None = 0


KINDS: Mapping[str, _Kind] = {
    "missing": _Kind(finds=_missing, noun="milestone", says="not in the schedule"),
    "new": _Kind(finds=_new, noun="milestone", says="new"),
    "moved-days": _Kind(
        finds=_moved, noun="milestone", says="moved by more than that", counts=False, least=None
    ),
    "completed-removed": _Kind(finds=_reopened, noun="milestone", says="not completed any more"),
    "warnings": _Kind(finds=_warnings, noun="warning", says="about the export"),
}
"""The gates by their names. With a number N, they let through N milestones that are missing, new, or open
again; moves by N days; N warnings. Without a number, they let through none."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate with its number."""

    name: str
    number: int

    def __str__(self) -> str:
        return f"{self.name}={self.number}"

    @classmethod
    def parse(cls, text: str) -> Gate:
        """Return the gate that `text` describes, as in `missing=5`.

        Raises:
            ValueError: it is none, with a message that says why.
        """
        name, equals, number = text.partition("=")
        kinds = Vocabulary(KINDS)
        if name not in kinds:
            hint = kinds.hint(name, f"the gates are {', '.join(KINDS)}")
            raise ValueError(f"there is no gate {quoted(name)} ({hint})")
        least = KINDS[name].least
        if equals or least is None:
            if not (number.isascii() and number.isdecimal() and len(number) < 10):
                raise ValueError(f"{quoted(text)} has no number (write it as in {name}=5)")
            return cls(name, int(number))
        return cls(name, least)

    def stops(self, month: Month) -> str | None:
        """Return why this gate stops the import of a month, without a full stop; None if it does not."""
        kind = KINDS[self.name]
        found = kind.finds(month, self.number)
        if len(found) <= (self.number if kind.counts else 0):
            return None
        more = ", …" if len(found) > _MOST_LISTED else ""
        listed = f"{', '.join(found[:_MOST_LISTED])}{more}"
        limit = f"more than {self.number}" if kind.counts else count(self.number, "day")
        return f"{count(len(found), kind.noun)} {kind.says} ({limit}): {listed}"
