"""Axes of time: where a day is, and which days are ticks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from milepost.base.dates import iso

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_DAYS = (1, 2, 5, 10)
_MONTHS = (1, 3, 6)
_YEARS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis from the day `start` at `low` to the day `end` at `high`, in points."""

    start: date
    end: date
    low: float
    high: float

    def at(self, day: date) -> float:
        """Return where a day is; one beyond an end is at that end."""
        inside = min(max(day, self.start), self.end)
        return self.low + (self.high - self.low) * (inside - self.start).days / (self.end - self.start).days

    def has(self, day: date) -> bool:
        """Return whether a day is between the ends."""
        return self.start <= day <= self.end

    def ticks(self, room: Callable[[str], float]) -> list[tuple[date, str]]:
        """Return the days of the ticks with their labels: as many as there is room for.

        `room` returns how many points a label and the space beside it need.
        """
        for found in self._choices():
            if all(
                abs(self.at(later) - self.at(day)) >= (room(label) + room(other)) / 2
                for (day, label), (later, other) in pairwise(found)
            ):
                return found
        return []

    def _choices(self) -> Iterator[list[tuple[date, str]]]:
        """Yield possible ticks, many of them first: days, months, years."""
        length = (self.end - self.start).days
        for step in _DAYS if length < 100 else ():
            yield [
                (day, iso(day))
                for number in range(length + 1)
                if not (day := self.start + timedelta(number)).toordinal() % step
            ]
        for step in _MONTHS if length < 100 * 366 else ():
            yield [
                (day, f"{day.year:04}-{day.month:02}")
                for year in range(self.start.year, self.end.year + 1)
                for month in range(1, 13, step)
                if self.has(day := date(year, month, 1))
            ]
        for step in _YEARS:
            yield [
                (day, f"{year:04}")
                for year in range(self.start.year, self.end.year + 1)
                if not year % step and self.has(day := date(year, 1, 1))
            ]


def around(first: date, last: date, part: float = 0.03, least: int = 3) -> tuple[date, date]:
    """Return the ends of an axis that has two days on it, with some space before and after them."""
    space = max(least, round((last - first).days * part))
    before = min(space, (first - date.min).days)
    after = min(space, (date.max - last).days)
    return first - timedelta(before), last + timedelta(after)
