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


# --- Planned dates ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025-07-04", "2025-07-04", "2025-07-04"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025-12", "2025-12-01", "2025-12-31"),
        ("2025-Q1", "2025-01-01", "2025-03-31"),
        ("2025-Q2", "2025-04-01", "2025-06-30"),
        ("2025-Q3", "2025-07-01", "2025-09-30"),
        ("2025-Q4", "2025-10-01", "2025-12-31"),
        ("2025", "2025-01-01", "2025-12-31"),
        ("0204", "0204-01-01", "0204-12-31"),
        ("9999-Q4", "9999-10-01", "9999-12-31"),
    ],
)
def test_planned_dates_are_printed_as_written(text: str, first: str, last: str) -> None:
    date = dates.parse_planned(text)
    assert (str(date), str(date.first), str(date.last), date.known) == (text, first, last, True)


def test_there_may_be_no_date_yet() -> None:
    assert dates.parse_planned("tbd") == dates.UNDATED
    assert (str(dates.UNDATED), dates.UNDATED.known) == ("tbd", False)
    # It is not the last day of the calendar, which is a date.
    assert dates.planned(date.max) != dates.UNDATED
    assert sorted([dates.UNDATED, dates.planned(date.max)])[-1] is dates.UNDATED


def test_planned_dates_are_sorted_by_their_last_days() -> None:
    texts = ["2025", "tbd", "2025-Q3", "2025-09-29", "2025-10-01", "2025-07", "2024-12-31", "9999"]
    ordered = ["2024-12-31", "2025-07", "2025-09-29", "2025-Q3", "2025-10-01", "2025", "9999", "tbd"]
    assert [str(each) for each in sorted(map(dates.parse_planned, texts))] == ordered


_FORMS = "write a day like 2019-07-16, a month like 2019-07, a quarter like 2019-Q3, a year, or tbd"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("2025-13", "2025-13 is not a date: there is no month 13", _FORMS),
        ("2025-Q5", "'2025-Q5' is not a date", _FORMS),
        ("2025-Q0", "'2025-Q0' is not a date", _FORMS),
        ("0000", "0000 is not a date: there is no year 0", _FORMS),
        ("July 2025", "'July 2025' is not a date", _FORMS),
        ("25", "'25' is not a date", _FORMS),
        ("2025-7", "'2025-7' is not a date", _FORMS),
        ("٢٠٢١", "'٢٠٢١' is not a date", _FORMS),
        ("2025-06-31", "2025-06-31 is not a date: June 2025 has 30 days", dates.DAY_FORM),
        ("4.7.2025", "'4.7.2025' is not a date", dates.DAY_FORM),
        *(
            (text, f"'{text}' is not a date", "write it as 2025-Q3")
            for text in ("2025-q3", "2025Q3", "Q3 2025", "q3/2025", "2025/Q3", "2025 Q3")
        ),
        *(
            (text, f"'{text}' is not a date", "write tbd where there is no date yet")
            for text in ("TBD", "Tbd", "T.B.D.", "tba", "n/a", "NA", "none", "null", "~", "?", "-", "unknown")
        ),
        ("to be decided", "'to be decided' is not a date", "write tbd where there is no date yet"),
    ],
)
def test_other_spellings_are_refused_with_the_right_one(text: str, message: str, hint: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        dates.parse_planned(text)
    assert dates.planned_hint(text) == hint


@pytest.mark.parametrize(
    ("due", "actual", "days", "late", "moved", "effect"),
    [
        ("2025-07-04", "2025-07-06", 2, "2 days late", "2 days later", "moved"),
        ("2025-07-04", "2025-07-03", -1, "1 day early", "1 day earlier", "moved"),
        ("2025-07-04", "2025-07-04", 0, "on time", "", "made precise"),
        # Late is counted from the last day of what was promised, early from its first.
        ("2025-Q3", "2025-10-01", 1, "1 day late", "1 day later", "moved"),
        ("2025-Q3", "2025-08-08", 0, "on time", "", "made precise"),
        ("2025-Q3", "2025-06-30", -1, "1 day early", "1 day earlier", "moved"),
        # In one unit where both have the same, otherwise from the least to the most.
        ("2025-Q3", "2026-Q1", 93, "2 quarters late", "2 quarters later", "moved"),
        ("2025-07", "2025-06", -1, "1 month early", "1 month earlier", "moved"),
        ("2025", "2026", 1, "1 year late", "1 year later", "moved"),
        ("2025-09-30", "2025-Q4", 1, "1 to 92 days late", "1 to 92 days later", "moved"),
        ("2025-07", "2025-Q1", -92, "92 to 181 days early", "92 to 181 days earlier", "moved"),
        # Nothing can be said where one may be within the other.
        ("2025-11-15", "2025-Q4", 0, "", "", "made less precise"),
        ("2025-Q4", "2025-11", 0, "", "", "made precise"),
        ("tbd", "2025-07-04", 0, "", "", "set"),
        ("2025-07-04", "tbd", 0, "", "", "withdrawn"),
    ],
)
def test_how_much_later(  # noqa: PLR0917 -- the columns of the table
    due: str, actual: str, days: int, late: str, moved: str, effect: str
) -> None:
    old, new = dates.parse_planned(due), dates.parse_planned(actual)
    assert dates.slip(old, new) == days
    assert dates.slip_in_words(old, new) == late
    assert dates.moved_by(old, new) == moved
    if old != new:
        assert dates.effect(old, new) == effect


def test_a_date_is_over_after_its_last_day() -> None:
    quarter = dates.parse_planned("2025-Q2")
    assert not quarter.is_over(date(2025, 6, 30))
    assert quarter.is_over(date(2025, 7, 1))
    assert not dates.UNDATED.is_over(date.max)


@pytest.mark.parametrize("text", ["2025-07-04", "2025-07", "2025-Q3", "2025"])
def test_a_date_is_before_another_only_if_all_of_it_is(text: str) -> None:
    year = dates.parse_planned("2025")
    assert not dates.parse_planned(text).is_before(year)
    assert not year.is_before(dates.parse_planned(text))
    assert dates.parse_planned(text).is_before(dates.parse_planned("2026"))
    assert not dates.parse_planned(text).is_before(dates.UNDATED)
    assert not dates.UNDATED.is_before(dates.parse_planned(text))


@pytest.mark.parametrize(
    ("text", "vague", "expected"),
    [
        ("7/16/2024", False, "2024-07-16"),
        ("16.7.2024", False, "2024-07-16"),
        ("5/5/2024", False, "2024-05-05"),
        ("2024/7/1", False, "2024-07-01"),
        ("2024-7-1", True, "2024-07-01"),
        ("7/6/2024", False, ""),  # a day of June or of July
        ("30.2.2024", False, ""),
        ("16/17/2024", False, ""),
        ("1/2/24", False, ""),
        ("Q3 2024", True, "2024-Q3"),
        ("Q3 2024", False, ""),
        ("TBC", True, "tbd"),
        ("TBC", False, ""),
        ("soon", True, ""),
    ],
)
def test_what_a_date_is_meant_to_be(text: str, vague: bool, expected: str) -> None:
    assert dates.meant(text, vague=vague) == expected
