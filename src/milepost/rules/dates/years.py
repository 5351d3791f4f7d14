"""Rules of years: a date that is decades from all others is likely mistyped."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from milepost.base.dates import planned
from milepost.base.errors import Severity, ValuePath
from milepost.base.suggest import Hint
from milepost.rules.finding import Finding, Other

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from milepost.base.dates import PlannedDate
    from milepost.document.model import Document

_FAR = 20
"""Years between two dates of a document without another one between them that are too many to be meant."""

_BEYOND = 5
"""Years beyond all other dates that somebody may have meant."""

_WIDEST = 200
"""Years between the first and the last of the usual dates from which no year is suggested: any would do."""

_ALIKE = 0.5
"""The least likeness of a year to one that may be meant."""


def check_years(document: Document) -> Iterator[Finding]:
    """Yield the dates whose years are decades from those of most others."""
    dates = list(_dates(document))
    counts = Counter(date.last.year for _, date in dates)
    usual = _usual(counts, document.metadata.data_date.year)
    meant_by: dict[int, int | None] = {}
    # The usual years have no others between them, so that one of these two dates is the nearest.
    ends = _ends([each for each in dates if each[1].last.year in usual])
    for path, date in dates:
        year = date.last.year
        if year not in usual:
            others = f"{usual[0]} to {usual[-1]}" if usual[0] != usual[-1] else f"{usual[0]}"
            if year not in meant_by:
                meant_by[year] = _meant(year, usual, counts)
            meant = meant_by[year]
            unknown = ", or write tbd if it is not known" if path[-1] in {"due", "forecast"} else ""
            yield Finding(
                path=path,
                rule="year",
                message=f"the year {year:04} is decades from all other dates, {others}",
                hint=(
                    Hint(f"did you mean {meant}?", words=f"{year:04}", instead=str(meant))
                    if meant
                    else f"fix the year{unknown}"
                ),
                severity=Severity.WARNING,
                others=(ends[year > usual[-1]],),
            )


def _dates(document: Document) -> Iterator[tuple[ValuePath, PlannedDate]]:
    """Yield all dates that are known with their paths, in the order of the file."""
    yield ("document", "data_date"), planned(document.metadata.data_date)
    for index, change in enumerate(document.change_record):
        yield ("change_record", index, "date"), planned(change.date)
    for milestone in document.milestones:
        for key in ("due", "forecast", "completed", "since"):
            date = getattr(milestone, key)
            if date is not None and planned(date).known:
                yield ("milestones", milestone.code, key), planned(date)


def _ends(dates: Sequence[tuple[ValuePath, PlannedDate]]) -> tuple[Other, Other]:
    """Return the first and the last of `dates`."""
    first, last = (choose(dates, key=lambda each: each[1].last) for choose in (min, max))
    return (
        Other(first[0], f"the earliest of the other dates is {first[1]}", at_key=False),
        Other(last[0], f"the latest of the other dates is {last[1]}", at_key=False),
    )


def _usual(counts: Counter[int], present: int) -> Sequence[int]:
    """Return the years of the largest group of dates, or of two as large the one with the year `present`.

    Between two groups there are decades without a date.
    """
    groups: list[list[int]] = [[]]
    years = sorted(counts)
    for year, following in pairwise([*years, years[-1]]):
        groups[-1].append(year)
        if following - year >= _FAR:
            groups.append([])
    return max(groups, key=lambda group: (sum(counts[year] for year in group), present in group))


def _meant(year: int, usual: Sequence[int], counts: Counter[int]) -> int | None:
    """Return the year that may be meant by `year`: one that the document has, or one near to those."""
    from difflib import SequenceMatcher  # noqa: PLC0415 -- most documents have no such year

    def likeness(other: int) -> tuple[float, int, int]:
        one, two = f"{year:04}", f"{other:04}"
        # Digits that are all there in another order are the most usual slip of the fingers.
        exchanged = 0.8 if sorted(one) == sorted(two) else 0.0
        return max(exchanged, SequenceMatcher(None, one, two).ratio()), counts[other], -other

    if usual[-1] - usual[0] > _WIDEST:
        return None
    for years in (usual, range(usual[0] - _BEYOND, usual[-1] + _BEYOND + 1)):
        best = max(years, key=likeness)
        if likeness(best)[0] >= _ALIKE:
            return best
    return None
