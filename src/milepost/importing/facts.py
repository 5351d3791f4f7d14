"""What an export says of an activity, as the keys and texts of a milestone in the YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.base.dates import iso

if TYPE_CHECKING:
    from milepost.document.settings.schedule import ScheduleSettings
    from milepost.schedule.activities import Activity


def facts_in(activity: Activity, settings: ScheduleSettings) -> dict[str, str | None]:
    """Return the facts that an export states; None for a date that there is none of, as it says.

    Args:
        activity: a row of the export.
        settings: how names are written in the document.
    """
    facts: dict[str, str | None] = {}
    if name := settings.clean(activity.name):
        facts["name"] = name
    if activity.level is not None:
        facts["level"] = str(activity.level)
    if activity.wbs is not None:
        facts["wbs"] = activity.wbs
    if activity.due is not None:
        facts["due"] = iso(activity.due)
    completed, finish = activity.completed, activity.finish
    if completed is not None:
        facts["forecast"] = None
    elif finish is not None:
        facts["forecast"] = None if finish == activity.due else iso(finish)
    facts["completed"] = None if completed is None else iso(completed)
    return facts
