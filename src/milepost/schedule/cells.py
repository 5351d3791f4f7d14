"""Read single cells of an export: texts, codes, dates, places in the work breakdown structure.

Primavera P6 writes all cells as text. Dates are month first, as in `7/16/2021 8:00:00 AM`; the sheet
`USERDATA` claims another form, which the cells do not have.
"""

from __future__ import annotations

import html
import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TYPE_CHECKING

from milepost.base import dates
from milepost.base.characters import plainly_written, without_invisible
from milepost.base.errors import quoted

if TYPE_CHECKING:
    from milepost.schedule.tables import Cell

DATE_FORMS = "write month/day/year, as in 7/16/2021, or year-month-day"

_TIME = r"(?:[ T]+\d{1,2}:\d{2}(?::\d{2})?(?: ?[AP]M)?)?"
# Layouts of P6 add an A to an actual date and a * to one with a constraint.
_MARKS = r"(?: ?A)?\*?"
_MONTH_FIRST = re.compile(rf"(\d{{1,2}})/(\d{{1,2}})/(\d{{4}}){_TIME}{_MARKS}", re.ASCII)
_ISO = re.compile(rf"(\d{{4}}-\d{{2}}-\d{{2}}){_TIME}{_MARKS}", re.ASCII)
_WITH_NAME = re.compile(rf"(\d{{1,2}})-([A-Z][a-z]{{2}})-(\d{{4}}){_TIME}{_MARKS}", re.ASCII)
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def text_of(cell: Cell) -> str:
    """Return the text of a cell in one line, without entities of HTML and invisible characters."""
    if isinstance(cell, str) and cell.isascii() and cell.isprintable() and "&" not in cell:
        return " ".join(cell.split()) if " " in cell else cell  # nearly all cells are so plain
    match cell:
        case None:
            return ""
        case bool():
            return "Y" if cell else ""
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() | date() | time():
            return cell.isoformat()
    plain = without_invisible(_CONTROLS.sub(" ", html.unescape(str(cell))))
    return " ".join(plain.split())


def code_of(cell: Cell) -> str:
    """Return the code in a cell, with plain hyphens and one character for each letter."""
    return _code(cell if isinstance(cell, str) else text_of(cell))


@lru_cache(maxsize=100_000)  # relations repeat them
def _code(cell: str) -> str:
    text = text_of(cell)
    return text if text.isascii() else unicodedata.normalize("NFC", plainly_written(text))


def date_of(cell: Cell) -> date | None:
    """Return the day in a cell, or None if it is empty; the time of the day is left out.

    Raises:
        ValueError: it is no date, with a message that says why.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = text_of(cell)
    if not text:
        return None
    if found := _ISO.fullmatch(text):
        return dates.parse(found[1])
    if found := _WITH_NAME.fullmatch(text):
        if found[2] not in _MONTHS:
            raise ValueError(f"{quoted(text)} is not a date: there is no month {found[2]}")
        day, month, year = int(found[1]), _MONTHS.index(found[2]) + 1, int(found[3])
    elif found := _MONTH_FIRST.fullmatch(text):
        month, day, year = map(int, found.groups())
        if month > 12 >= day:
            raise ValueError(f"{quoted(text)} has no month {month}: its day seems to come first")
    else:
        raise ValueError(f"{quoted(text)} is not a date")
    return dates.parse(f"{year:04}-{month:02}-{day:02}")


def wbs_of(cell: Cell) -> str | None:
    """Return the place below the project, `02C.04.03` of `Plan 19-04.02C.04.03`; None for the project."""
    _, _, place = text_of(cell).partition(".")
    return place or None


def level_of(cell: Cell) -> int | None:
    """Return the level of a milestone.

    Raises:
        ValueError: it is not a number from 1 to 9.
    """
    text = text_of(cell)
    if not text:
        return None
    if not re.fullmatch("[1-9]", text):
        raise ValueError(f"{quoted(text)} is not a level")
    return int(text)


def hours_of(cell: Cell) -> Decimal:
    """Return a number of hours; 0 for an empty cell.

    Raises:
        ValueError: it is not a number.
    """
    return _hours(text_of(cell))


@lru_cache(maxsize=1000)
def _hours(text: str) -> Decimal:
    try:
        hours = Decimal(text.replace(",", "") or "0")
    except InvalidOperation:
        raise ValueError(f"{quoted(text)} is not a number of hours") from None
    if not hours.is_finite():
        raise ValueError(f"{quoted(text)} is not a number of hours")
    return hours


def is_marked(cell: Cell) -> bool:
    """Return whether a cell of a yes-or-no column says yes; "N" and "0" say no."""
    return text_of(cell).casefold() not in {"", "n", "no", "0", "false"}


def category_of(cell: Cell) -> tuple[str, str] | None:
    """Return category and description of `Category.Description`; None for an empty cell."""
    category, _, description = text_of(cell).partition(".")
    return (category.strip(), description.strip()) if category.strip() else None
