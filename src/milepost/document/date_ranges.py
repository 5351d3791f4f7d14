"""Ranges of planned dates, with open ends: `2024-01..2024-06`, `..2023`, `2024-Q2..`, or `2024-Q2` alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from milepost.base.dates import UNDATED, PlannedDate, parse_planned

RANGE_FORMS = (
    "write a range like 2024-01-01..2024-12-31, one with an open end like 2024-Q2.. or ..2023, "
    "a day, month, quarter or year alone, or tbd"
)

_TO = ".."


@dataclass(frozen=True, slots=True)
class DateRange:
    """From the beginning of `first` to the end of `last`; None is an open end.

    A planned date is in the range that holds its last day, by which it is sorted, too. So it is in exactly
    one of several ranges that follow each other, however vague it is.
    """

    first: PlannedDate | None
    last: PlannedDate | None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the range that `text` is; `tbd` holds what has no date yet, and `..` all that has one.

        Raises:
            ValueError: when it is none, or ends before it begins; the message says which.
        """
        begin, to, end = text.partition(_TO)
        if not to:
            day = parse_planned(text)
            return cls(day, day)
        first, last = (parse_planned(part.strip()) if part.strip() else None for part in (begin, end))
        if UNDATED in {first, last}:
            raise ValueError(f"{UNDATED} cannot be an end of a range")
        if first and last and last.last < first.first:
            raise ValueError(f"{text} ends before it begins")
        return cls(first, last)

    def __contains__(self, day: PlannedDate | None) -> bool:
        if day is None or UNDATED in {day, self.first}:
            return day == self.first == UNDATED
        after = self.first is None or self.first.first <= day.last
        return after and (self.last is None or day.last <= self.last.last)

    def __str__(self) -> str:
        if self.first == self.last and self.first is not None:
            return str(self.first)
        return f"{self.first or ''}{_TO}{self.last or ''}"
