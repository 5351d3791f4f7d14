"""What is recorded of a whole export of the schedule: the facts about all of its milestones."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from milepost.base.dates import planned
from milepost.document.fields import Day, Flag, Planned, String
from milepost.document.model import Milestone
from milepost.history.states import FACTS, OF_SCHEDULE, Snapshot
from milepost.schedule.activities import Status

if TYPE_CHECKING:
    from datetime import date
    from typing import Any

    from milepost.schedule.activities import Activity, Schedule

_LONGEST = 1_000
"""More characters of a text cannot be read again."""
_ALWAYS = {"due", "forecast", "completed", "name", "status"}
"""Columns of every export; it has another one if that says something of a milestone."""


class OfSchedule(Milestone):
    """A milestone as a whole export has it: any of its facts may be missing."""

    name: String | None = None  # type: ignore[assignment]  # a milestone of a document needs one
    due: Planned | None = None  # type: ignore[assignment]  # likewise
    wbs: String | None = None
    start: Day | None = None
    status: Status | None = None
    celebratory: String | None = None
    tracked: Flag = False


def snapshot_of_schedule(schedule: Schedule, day: date) -> Snapshot:
    """Return the facts about all milestones of an export whose dates are known as of `day`."""
    rows = {plain(each.code): _facts(each) for each in schedule.milestones}
    columns = tuple(
        name
        for name in (*FACTS, *OF_SCHEDULE)
        if name in _ALWAYS or any(facts.get(name) for facts in rows.values())
    )
    return Snapshot(
        day=day,
        scope=None,
        columns=columns,
        rows={code: {name: facts[name] for name in columns} for code, facts in rows.items()},
        is_schedule=True,
        source=schedule.file,
        sha256=schedule.sha256,
    )


def plain(text: str) -> str:
    """Return `text` without what cannot be read again from a file of the history."""
    normal = unicodedata.normalize("NFC", text)
    return " ".join("".join(sign for sign in normal if sign.isprintable()).split())[:_LONGEST]


def _facts(activity: Activity) -> dict[str, Any]:
    """Return the facts as an import writes them into a document."""
    is_open = activity.completed is None
    news = activity.finish if is_open and activity.finish != activity.due else None
    return {
        "level": activity.level,
        "wbs": plain(activity.wbs or "") or None,
        "due": planned(activity.due) if activity.due else None,
        "forecast": planned(news) if news else None,
        "completed": activity.completed,
        "name": plain(activity.name) or None,
        "start": activity.start,
        "status": activity.status,
        "celebratory": plain(activity.celebratory) or None,
        "tracked": activity.is_tracked or None,
    }
