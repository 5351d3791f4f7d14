"""The open milestones of a document as calendars, by due date and by forecast: iCalendar, RFC 5545, 7986."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from datetime import date as Date  # noqa: N812 -- `date` is the one of an event
from functools import cache
from typing import TYPE_CHECKING

from icalendar import Calendar, Event, Timezone, TimezoneStandard, vDuration, vText, vUri

from milepost.base.addresses import absolute, milestone_file, stable_uuid
from milepost.base.paths import BUILT_IN, Templates
from milepost.document.schedule import State
from milepost.render.environment import text_environment

if TYPE_CHECKING:
    from milepost.base.dates import PlannedDate
    from milepost.views.milestones import MilestoneInfo, Milestones


_REFRESH = timedelta(days=1)
"""How often subscribers should look for changes."""
_STATUS = {State.CANCELLED: "CANCELLED", State.DEFERRED: "TENTATIVE"}


def milestones_ics(
    milestones: Milestones,
    site: str | None,
    stamp: datetime,
    templates: Templates = BUILT_IN,
    *,
    forecast: bool = False,
) -> bytes:
    """Return a calendar with an all-day event for each milestone that is not completed.

    An event is on the due date or, in the calendar of forecasts, on the date that is expected now. If that is
    a month, quarter or year, the event lasts as long: no day is invented. A milestone without such a date has
    no event. Calendars strike out the event of a cancelled milestone. The UID of an event depends on the
    document's handle, the milestone's code and the kind of calendar only.

    Args:
        milestones: the milestones.
        site: the address of the site, for links to their pages; None if it is not known.
        stamp: when the source was last revised, with its time zone.
        templates: where templates are looked for.
        forecast: whether events are on expected dates.

    Raises:
        ValueError: when `stamp` has no time zone.
    """
    if stamp.tzinfo is None:
        raise ValueError("the time of the revision has no time zone")
    stamp = stamp.astimezone(UTC)
    calendar = Calendar()
    calendar.add("prodid", "-//Milepost//Milestones//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    title = f"{milestones.handle}: {milestones.title}"
    name = _Text(f"{title} (forecasts)" if forecast else title)
    calendar.add("name", name)  # RFC 7986, 5.1
    calendar.add("x-wr-calname", name)  # read by programs older than RFC 7986
    calendar.add("last-modified", stamp)
    calendar.add("refresh-interval", vDuration(_REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(_REFRESH))  # the same for Outlook
    for entry in milestones.entries:
        date = entry.expected_date if forecast else entry.due_date
        if entry.completed is None and date is not None and date.known:
            event = _event(entry, date, milestones, stamp, templates)
            event.add("uid", str(stable_uuid(milestones.handle, _KIND[forecast], entry.code)))
            if site is not None:
                event.add("url", vUri(absolute(site, milestone_file(entry.page))))
            calendar.add_component(event)
    if not calendar.subcomponents:
        calendar.add_component(_utc())  # a calendar without any component is invalid (3.6)
    result: bytes = calendar.to_ical()
    return result


_KIND = {False: "milestone", True: "forecast"}


def _event(
    entry: MilestoneInfo, date: PlannedDate, milestones: Milestones, stamp: datetime, templates: Templates
) -> Event:
    template = text_environment(templates).get_template("site/event.txt.jinja")
    description = template.render(entry=entry, document=milestones).strip()
    event = Event()
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("dtstart", date.first)
    if date.last < Date.max:
        event.add("dtend", date.last + timedelta(days=1))  # the end is not part of the event (3.6.1)
    event.add("summary", _Text(entry.heading))
    event.add("description", _Text(description))
    event.add("transp", "TRANSPARENT")  # subscribers are not busy on that day
    if entry.state in _STATUS:
        event.add("status", _STATUS[entry.state])
    if entry.state != "open":
        event.add("categories", [str(entry.state).capitalize()])
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
