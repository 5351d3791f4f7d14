"""The open due dates of a document as a calendar: iCalendar, RFC 5545."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from icalendar import Calendar, Event, Timezone, TimezoneStandard, vText, vUri

from milepost.base.addresses import absolute, milestone_file, stable_uuid
from milepost.base.paths import BUILT_IN, Templates
from milepost.document.schedule import State
from milepost.render.environment import text_environment

if TYPE_CHECKING:
    from milepost.views.milestones import MilestoneInfo, Milestones


_STATUS = {State.CANCELLED: "CANCELLED", State.DEFERRED: "TENTATIVE"}


def milestones_ics(
    milestones: Milestones, site: str | None, stamp: datetime, templates: Templates = BUILT_IN
) -> bytes:
    """Return a calendar with an all-day event on the due date of each milestone that is not completed.

    The event of a milestone that is due in a month, quarter or year lasts as long: no day is invented.
    A milestone without a due date has no event. Calendars strike out the event of a cancelled milestone.
    The UID of an event depends on the document's handle and the milestone's code only.

    Args:
        milestones: the milestones.
        site: the address of the site, for links to their pages; None if it is not known.
        stamp: when the source was last revised, with its time zone.
        templates: where templates are looked for.

    Raises:
        ValueError: when `stamp` has no time zone.
    """
    if stamp.tzinfo is None:
        raise ValueError("the time of the revision has no time zone")
    calendar = Calendar()
    calendar.add("prodid", "-//Milepost//Milestones//EN")
    calendar.add("version", "2.0")
    name = _Text(f"{milestones.handle}: {milestones.title}")
    calendar.add("name", name)  # RFC 7986, 5.1
    calendar.add("x-wr-calname", name)  # read by programs older than RFC 7986
    for entry in milestones.entries:
        if entry.completed is None and entry.due_date.known:
            calendar.add_component(_event(entry, milestones, site, stamp.astimezone(UTC), templates))
    if not calendar.subcomponents:
        calendar.add_component(_utc())  # a calendar without any component is invalid (3.6)
    result: bytes = calendar.to_ical()
    return result


def _event(
    entry: MilestoneInfo, milestones: Milestones, site: str | None, stamp: datetime, templates: Templates
) -> Event:
    template = text_environment(templates).get_template("site/event.txt.jinja")
    description = template.render(entry=entry, document=milestones).strip()
    event = Event()
    event.add("uid", str(stable_uuid(milestones.handle, "milestone", entry.code)))
    event.add("dtstamp", stamp)
    event.add("dtstart", entry.due_date.first)  # a date without an end means that whole day (3.6.1)
    if entry.due_date.last != entry.due_date.first:
        event.add("dtend", entry.due_date.last + timedelta(days=1))  # the end is not part of the event
    event.add("summary", _Text(entry.heading))
    event.add("description", _Text(description))
    event.add("transp", "TRANSPARENT")  # subscribers are not busy on that day
    if entry.state in _STATUS:
        event.add("status", _STATUS[entry.state])
    if entry.state != "open":
        event.add("categories", [str(entry.state).capitalize()])
    if site is not None:
        event.add("url", vUri(absolute(site, milestone_file(entry.page))))
    return event


@cache
def _utc() -> Timezone:
    """Return a time zone, which no program displays."""
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001 -- local time, as 3.6.5 asks for
    standard.add("tzoffsetfrom", timedelta(0))
    standard.add("tzoffsetto", timedelta(0))
    zone = Timezone()
    zone.add("tzid", "Etc/UTC")
    zone.add_component(standard)
    return zone


class _Text(vText):
    r"""Text (3.3.11). The library's own class reads a backslash and an N, as in `C:\New`, as a line break."""

    def to_ical(self) -> bytes:
        escaped = self.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
        return escaped.encode()
