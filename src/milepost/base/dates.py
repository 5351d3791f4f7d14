"""Dates: parsing, comparing and formatting. Days, not instants; nothing here reads the clock."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from milepost.base.errors import count

LAST_EPOCH = 253_402_300_799
"""The last second of the year 9999, the last that has a date, in seconds since 1970."""

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)


def parse(text: str) -> date:
    """Return the day that `text` names as year-month-day (ISO 8601, extended format).

    Other notations are refused, not guessed: 03/04/2019 is a different day on each side of the Atlantic.

    Raises:
        ValueError: when `text` is not of that form, or no such day exists; the message says which.
    """
    match = _ISO.fullmatch(text)
    if match is None:
        raise ValueError(f"'{text}' is not a date")
    year, month, day = map(int, match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        pass  # in other words
    if not 1 <= month <= 12:
        raise ValueError(f"{text} is not a date: there is no month {month}")
    if year == 0:
        raise ValueError(f"{text} is not a date: there is no year 0")
    last = calendar.monthrange(year, month)[1]
    raise ValueError(f"{text} is not a date: {calendar.month_name[month]} {year} has {last} days")


def iso(day: date) -> str:
    """Return `day` as year-month-day, the one form in which dates are printed."""
    return day.isoformat()


def from_epoch(seconds: int) -> date:
    """Return the day, in UTC, of `seconds` since 1970 (the convention of SOURCE_DATE_EPOCH)."""
    return instant(seconds).date()


def instant(seconds: int) -> datetime:
    """Return the time, in UTC, of `seconds` since 1970."""
    return datetime.fromtimestamp(seconds, tz=UTC)


def to_epoch(day: date) -> int:
    """Return the first second of `day` in UTC as seconds since 1970."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


_NAMES = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def month_in_words(day: date) -> str:
    """Return the month of a day, as in `February 2024`, whatever the language of the machine."""
    return f"{_NAMES[day.month - 1]} {day.year}"


def months_before(day: date, months: int) -> date:
    """Return the same day `months` earlier, and of the last day of a month the last day of that one.

    Schedules are known as of the ends of months, so a month before November 30 is October 31. Nothing is
    before the first day of the calendar, or after its last.
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if not date.min.year <= year <= date.max.year:
        return date.min if year < date.min.year else date.max
    last = calendar.monthrange(year, month + 1)[1]
    is_last = day.day == calendar.monthrange(day.year, day.month)[1]
    return date(year, month + 1, last if is_last else min(day.day, last))


class Unit(StrEnum):
    """How precisely a planned date is known; the values are the words for it."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    NONE = "no date"


_MONTHS = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.YEAR: 12}


@dataclass(frozen=True, slots=True)
class PlannedDate:
    """A date of the plan: a day, month, quarter or year, or none yet.

    It is printed as it is written, and is at its last day where dates are sorted and compared: what is due in
    a quarter is in time until the quarter is over.

    Attributes:
        first: its first day; of `UNDATED`, which has none, the last day of the calendar.
        unit: how long it lasts.
    """

    first: date
    unit: Unit = Unit.DAY

    @property
    def last(self) -> date:
        """The last day of it."""
        if self.unit not in _MONTHS:
            return self.first
        month = self.first.month + _MONTHS[self.unit] - 1
        return date(self.first.year, month, calendar.monthrange(self.first.year, month)[1])

    @property
    def known(self) -> bool:
        """Whether there is a date at all."""
        return self.unit is not Unit.NONE

    def __str__(self) -> str:
        year = f"{self.first.year:04}"
        match self.unit:
            case Unit.DAY:
                return self.first.isoformat()
            case Unit.MONTH:
                return f"{year}-{self.first.month:02}"
            case Unit.QUARTER:
                return f"{year}-Q{(self.first.month + 2) // 3}"
            case Unit.YEAR:
                return year
            case Unit.NONE:
                return "tbd"

    def __lt__(self, other: PlannedDate) -> bool:
        """Return whether this date is sorted before `other`: by their last days, unknown ones last."""
        return (not self.known, self.last) < (not other.known, other.last)

    def __contains__(self, other: PlannedDate) -> bool:
        """Return whether all of `other` is within this date; everything is possible where none is known."""
        return not self.known or (other.known and self.first <= other.first and other.last <= self.last)

    def is_over(self, day: date) -> bool:
        """Return whether all of it is before `day`."""
        return self.known and self.last < day

    def is_before(self, other: PlannedDate) -> bool:
        """Return whether all of it is certainly before all of `other`."""
        return other.known and self.is_over(other.first)

    def distance(self, later: PlannedDate) -> tuple[int, int]:
        """Return by how many days `later` is later than this date, at the least and at the most.

        Something is late after the end of the date on which it was due, and early before its beginning.
        Both are negative for what is early, and 0 where the two overlap or one is not known.
        """
        if self.is_before(later):
            return (later.first - self.last).days, (later.last - self.last).days
        if later.is_before(self):
            return (later.last - self.first).days, (later.first - self.first).days
        return 0, 0


UNDATED = PlannedDate(date.max, Unit.NONE)
"""A date that is not known yet."""

_PLANNED = re.compile(r"(\d{4})(?:-(?:(\d{2})|Q([1-4])))?", re.ASCII)
DAY_FORM = "write it as year-month-day, like 2019-07-16"
_PLANNED_FORMS = "write a day like 2019-07-16, a month like 2019-07, a quarter like 2019-Q3, a year, or tbd"
_LIKE_A_DAY = re.compile(r"\d+\D+\d+\D+\d+")
_QUARTER = re.compile(r"(?:(\d{4})[-/. ]*)?[Qq]([1-4])(?:[-/. ]*(\d{4}))?", re.ASCII)
_NUMBERS = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})|(\d{1,2})[-./](\d{1,2})[-./](\d{4})", re.ASCII)
"""Year, month and day; or day and month, in either order, and year."""
_LAST_MONTH = 12
_NOTHING = re.compile(
    r"-|–|—|~|\?+|n\.?/?a\.?|nil|no(ne|t yet|t known|t scheduled| date)?|null|open|t\.?b\.?[acd]\.?|pending"
    r"|to be (announced|confirmed|decided|determined)|un(dated|known|scheduled)",
    re.IGNORECASE,
)
"""What people write for a date that they do not know."""


def parse_planned(text: str) -> PlannedDate:
    """Return the planned date that `text` is: `2019-07-16`, `2019-07`, `2019-Q3`, `2019` or `tbd`.

    Raises:
        ValueError: as `parse` does.
    """
    if text == str(UNDATED):
        return UNDATED
    match = _PLANNED.fullmatch(text)
    if match is None:
        return PlannedDate(parse(text))
    year, month, quarter = match.groups()
    unit = Unit.MONTH if month else Unit.QUARTER if quarter else Unit.YEAR
    first = int(month) if month else 3 * int(quarter) - 2 if quarter else 1
    day = f"{year}-{first:02}-01"
    try:
        return PlannedDate(parse(day), unit)
    except ValueError as error:
        raise ValueError(str(error).replace(day, text)) from None


def planned_hint(text: str) -> str:
    """Return how to write a planned date, for somebody who wrote `text`, which is none."""
    if _NOTHING.fullmatch(text):
        return "write tbd where there is no date yet"
    match = _QUARTER.fullmatch(text)
    if match is not None and bool(match[1]) != bool(match[3]):
        return f"write it as {match[1] or match[3]}-Q{match[2]}"
    return DAY_FORM if _LIKE_A_DAY.match(text) else _PLANNED_FORMS


def meant(text: str, *, vague: bool) -> str:
    """Return the date that `text` certainly is, in the form of this program; nothing if it can be several.

    Args:
        text: what cannot be read.
        vague: whether a quarter is possible, and no date yet.
    """
    if vague and _NOTHING.fullmatch(text):
        return str(UNDATED)
    quarter = _QUARTER.fullmatch(text)
    if vague and quarter is not None and bool(quarter[1]) != bool(quarter[3]):
        return f"{quarter[1] or quarter[3]}-Q{quarter[2]}"
    found = _NUMBERS.fullmatch(text)
    if found is None:
        return ""
    numbers = [int(number) for number in found.groups() if number]
    year, months = (numbers[0], numbers[1:2]) if found[1] else (numbers[2], numbers[:2])
    possible = {month for month in months if month <= _LAST_MONTH}
    if len(possible) != 1:
        return ""  # a day can be a month as well
    (month,) = possible
    day = numbers[2] if found[1] else numbers[1 - numbers.index(month)]
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def planned(day: date | PlannedDate) -> PlannedDate:
    """Return `day` as a planned date."""
    return day if isinstance(day, PlannedDate) else PlannedDate(day)


def slip(due: date | PlannedDate, actual: date | PlannedDate) -> int:
    """Return by how many days `actual` is certainly later than `due`; negative when it is earlier."""
    return min(planned(due).distance(planned(actual)), key=abs)


def slip_in_words(due: PlannedDate, actual: PlannedDate) -> str:
    """Return the same in words: `2 days late`, `1 quarter early`, or `1 to 92 days late` if a date is vague.

    It is `on time` where the two overlap and `actual` is a day, and empty where nothing can be said.
    """
    amount, way = _amount(due, actual), "late" if due.is_before(actual) else "early"
    if amount:
        return f"{amount} {way}"
    return "on time" if due.known and actual.unit is Unit.DAY else ""


def moved_by(old: date | PlannedDate, new: date | PlannedDate) -> str:
    """Return in words by how much a date has moved: `2 days later`, `1 quarter earlier`.

    It is empty where the two overlap or one is not known.
    """
    before, after = planned(old), planned(new)
    amount, way = _amount(before, after), "later" if before.is_before(after) else "earlier"
    return amount and f"{amount} {way}"


def effect(old: PlannedDate, new: PlannedDate) -> str:
    """Return in which way a date has changed: moved, made precise, made less precise, set or withdrawn."""
    if not old.known or not new.known:
        return "set" if new.known else "withdrawn"
    if new in old:
        return "made precise"
    return "made less precise" if old in new else "moved"


def _amount(old: PlannedDate, new: PlannedDate) -> str:
    """Return how far apart two dates are, in their unit if both have the same."""
    least, most = sorted(map(abs, old.distance(new)))
    if not least:
        return ""
    if old.unit is new.unit and old.unit in _MONTHS:
        months = abs((new.first.year - old.first.year) * 12 + new.first.month - old.first.month)
        return count(months // _MONTHS[old.unit], old.unit)
    return f"{least} to {count(most, 'day')}" if least < most else count(least, "day")
