"""Dates: parsing and formatting. Days, not instants; nothing here reads the clock."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime

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
    year, month, day = (int(number) for number in match.groups())
    if not 1 <= month <= 12:
        raise ValueError(f"{text} is not a date: there is no month {month}")
    if year == 0:
        raise ValueError(f"{text} is not a date: there is no year 0")
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise ValueError(f"{text} is not a date: {calendar.month_name[month]} {year} has {last} days")
    return date(year, month, day)


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


def in_words(days: int) -> str:
    """Return in words by how many `days` something is late: `on time`, `2 days late`, `1 day early`."""
    if days == 0:
        return "on time"
    return f"{count(abs(days), 'day')} {'late' if days > 0 else 'early'}"


def moved_by(days: int) -> str:
    """Return in words by how many `days` a date has moved: `2 days later`, `1 day earlier`."""
    return f"{count(abs(days), 'day')} {'later' if days > 0 else 'earlier'}"


def slip(due: date, actual: date) -> int:
    """Return by how many days `actual` is later than `due`; negative when it is earlier."""
    return (actual - due).days
