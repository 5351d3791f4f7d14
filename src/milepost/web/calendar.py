"""The open due dates of a document as a calendar: iCalendar, RFC 5545."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from icalendar import Calendar, Event, Timezone, TimezoneStandard, vText, vUri

from milepost.base.addresses import absolute, milestone_file, stable_uuid
from milepost.base.dates import parse
from milepost.base.paths import BUILT_IN, Templates
from milepost.render.environment import text_environment

if TYPE_CHECKING:
    from milepost.views.milestones import Catalogue, MilestoneInfo


def milestones_ics(
    catalogue: Catalogue, site: str | None, stamp: datetime, templates: Templates = BUILT_IN
) -> bytes:
    """Return a calendar with a day-long event on the due date of each milestone that is not completed.

    An event keeps its UID whatever becomes of its milestone, as long as that has its code.

    Args:
        catalogue: the milestones.
        site: the address of the site, for links to their pages; None where it is not known.
        stamp: when the source was last revised, with its time zone.
        templates: where templates are looked for.

    Raises:
        ValueError: when `stamp` has no time zone.
    """
    if stamp.tzinfo is None:
        raise ValueError("the time of the revision lacks its time zone")
    calendar = Calendar()
    calendar.add("prodid", "-//Milepost//Milestones//EN")
    calendar.add("version", "2.0")
    name = _Text(f"{catalogue.handle}: {catalogue.title}")
    calendar.add("name", name)  # RFC 7986, 5.1
    calendar.add("x-wr-calname", name)  # what programs older than that one read
    for entry in catalogue.entries:
        if entry.completed is None:
            calendar.add_component(_event(entry, catalogue, site, stamp.astimezone(UTC), templates))
    if not calendar.subcomponents:
        calendar.add_component(_utc())
    result: bytes = calendar.to_ical()
    return result


def _event(
    entry: MilestoneInfo, catalogue: Catalogue, site: str | None, stamp: datetime, templates: Templates
) -> Event:
    template = text_environment(templates).get_template("site/event.txt.jinja")
    description = template.render(entry=entry, document=catalogue).strip()
    event = Event()
    event.add("uid", str(stable_uuid(catalogue.handle, "milestone", entry.code)))
    event.add("dtstamp", stamp)
    event.add("dtstart", parse(entry.due))  # a date without an end is that day (3.6.1)
    event.add("summary", _Text(entry.heading))
    event.add("description", _Text(description))
    event.add("transp", "TRANSPARENT")  # whoever subscribes is not busy on that day
    if entry.state == "overdue":
        event.add("categories", ["Overdue"])
    if site is not None:
        event.add("url", vUri(absolute(site, milestone_file(entry.page))))
    return event


@cache
def _utc() -> Timezone:
    """Return what nobody sees, for a calendar without events: one of nothing at all is not valid (3.6)."""
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001 -- local time is what is meant (3.6.5)
    standard.add("tzoffsetfrom", timedelta(0))
    standard.add("tzoffsetto", timedelta(0))
    zone = Timezone()
    zone.add("tzid", "Etc/UTC")
    zone.add_component(standard)
    return zone


class _Text(vText):
    r"""Text (3.3.11). The library's own takes a backslash and an N, as in `C:\New`, for the end of a line."""

    def to_ical(self) -> bytes:
        escaped = self.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
        return escaped.encode()
