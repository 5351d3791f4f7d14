"""Dates: every day of a range, and everything that is not a day."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from milepost.base import dates

DAYS_BEFORE = {1: 0, 2: 31, 3: 59, 4: 90, 5: 120, 6: 151, 7: 181, 8: 212, 9: 243, 10: 273, 11: 304, 12: 334}
"""Days of an ordinary year before each month."""


def test_every_day_from_1996_to_2104() -> None:
    found = 0
    for year in range(1996, 2105):
        for month in range(1, 13):
            for day in range(1, 32):
                text = f"{year:04}-{month:02}-{day:02}"
                try:
                    parsed = dates.parse(text)
                except ValueError:
                    continue
                found += 1
                assert (parsed.year, parsed.month, parsed.day) == (year, month, day)
                assert dates.iso(parsed) == text
                assert dates.from_epoch(dates.to_epoch(parsed)) == parsed
                assert dates.from_epoch(dates.to_epoch(parsed) + 86399) == parsed
    # 109 years; leap years are every fourth from 1996 to 2104, 2000 included and 2100 not.
    assert found == 109 * 365 + 27


def test_days_that_do_not_exist() -> None:
    lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    for month, length in enumerate(lengths, start=1):
        assert dates.parse(f"2019-{month:02}-{length:02}") == date(2019, month, length)
        with pytest.raises(ValueError, match=rf"2019 has {length} days$"):
            dates.parse(f"2019-{month:02}-{length + 1:02}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2019-02-30", "2019-02-30 is not a date: February 2019 has 28 days"),
        ("2020-02-30", "2020-02-30 is not a date: February 2020 has 29 days"),
        ("1900-02-29", "1900-02-29 is not a date: February 1900 has 28 days"),
        ("2019-04-00", "2019-04-00 is not a date: April 2019 has 30 days"),
        ("2019-13-01", "2019-13-01 is not a date: there is no month 13"),
        ("2019-00-01", "2019-00-01 is not a date: there is no month 0"),
        ("0000-01-01", "0000-01-01 is not a date: there is no year 0"),
        ("7/16/2021", "'7/16/2021' is not a date"),
        ("16.7.2021", "'16.7.2021' is not a date"),
        ("2021-7-16", "'2021-7-16' is not a date"),
        ("20210716", "'20210716' is not a date"),
        ("2021-07-16T00:00", "'2021-07-16T00:00' is not a date"),
        ("2021-07-16 ", "'2021-07-16 ' is not a date"),
        ("٢٠٢١-٠٧-١٦", "'٢٠٢١-٠٧-١٦' is not a date"),
        ("", "'' is not a date"),
    ],
)
def test_not_a_date(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        dates.parse(text)


def test_ends_of_the_calendar() -> None:
    assert dates.parse("0001-01-01") == date.min
    assert dates.parse("9999-12-31") == date.max


def test_epoch() -> None:
    assert dates.from_epoch(0) == date(1970, 1, 1)
    assert dates.from_epoch(-1) == date(1969, 12, 31)
    assert dates.to_epoch(date(2001, 9, 9)) == 999993600


@pytest.mark.parametrize(
    ("actual", "days"), [("2020-03-01", 2), ("2020-02-28", 0), ("2020-02-01", -27), ("2021-02-28", 366)]
)
def test_slip(actual: str, days: int) -> None:
    assert dates.slip(date(2020, 2, 28), dates.parse(actual)) == days


def test_day_of_the_year_from_the_epoch() -> None:
    for month, before in DAYS_BEFORE.items():
        assert dates.to_epoch(date(1970, month, 1)) == before * 86400
        assert dates.from_epoch(before * 86400) == date(1970, 1, 1) + timedelta(days=before)
