"""The data date of an export: as given, as in the file, or the end of the month in the file's name."""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError, Place, Problem

if TYPE_CHECKING:
    from milepost.schedule.activities import Schedule

_MONTH = re.compile(r"(?<!\d)(?P<year>20\d{2})-?(?P<month>0[1-9]|1[0-2])(?!\d)")


def data_date_of(schedule: Schedule, given: date | None) -> tuple[date, str]:
    """Return the day as of which the dates of `schedule` are known, and where that is from, in words.

    Raises:
        MilepostError: nothing says it.
    """
    if given is not None:
        return given, "as given"
    if schedule.data_date is not None:
        return schedule.data_date, "from the file"
    if found := _MONTH.search(schedule.file):
        year, month = int(found["year"]), int(found["month"])
        return date(year, month, calendar.monthrange(year, month)[1]), "the end of the month in its name"
    raise MilepostError(
        Problem(
            rule="data-date",
            place=Place(schedule.file),
            message="neither the file nor its name says as of which day its dates are known",
            hint="give it with --data-date",
        )
    )
