"""The open milestones of a document as calendars, by due date and by forecast: iCalendar, RFC 5545, 7986."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from datetime import date as Date  # noqa: N812 -- `date` is the one of an event
from typing import TYPE_CHECKING

from milepost.base.addresses import absolute, milestone_file, stable_uuid
from milepost.base.paths import BUILT_IN, Templates
from milepost.document.schedule import State
from milepost.render.environment import text_environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.base.dates import PlannedDate
    from milepost.views.milestones import MilestoneInfo, Milestones

_REFRESH = "P1D"
"""How often subscribers should look for changes."""
_STATUS = {State.CANCELLED: "CANCELLED", State.DEFERRED: "TENTATIVE"}
_KIND = {False: "milestone", True: "forecast"}
_UTC = (
    "BEGIN:VTIMEZONE",
    "TZID:Etc/UTC",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000",
    "END:STANDARD",
    "END:VTIMEZONE",
)
"""A time zone, which no program displays."""
_LONGEST = 74
"""Octets that a line may have, besides the space before what goes on (3.1)."""
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


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
    lines = list(_head(milestones, stamp, forecast=forecast))
    description = text_environment(templates).get_template("site/event.txt.jinja").render
    has_events = False
    for entry in milestones.entries:
        date = entry.expected_date if forecast else entry.due_date
        if entry.completed is None and date is not None and date.known:
            has_events = True
            uid = stable_uuid(milestones.handle, _KIND[forecast], entry.code)
            about = description(entry=entry, document=milestones).strip()
            lines += _event(entry, date, _time(stamp), str(uid), about)
            if site is not None:
                lines.append(f"URL:{absolute(site, milestone_file(entry.page))}")
            lines.append("END:VEVENT")
    if not has_events:
        lines += _UTC  # a calendar without any component is invalid (3.6)
    lines.append("END:VCALENDAR")
    return b"".join(map(_folded, lines))


def _head(milestones: Milestones, stamp: datetime, *, forecast: bool) -> Iterator[str]:
    title = f"{milestones.handle}: {milestones.title}"
    name = _text(f"{title} (forecasts)" if forecast else title)
    yield "BEGIN:VCALENDAR"
    yield "VERSION:2.0"
    yield "PRODID:-//Milepost//Milestones//EN"
    yield "METHOD:PUBLISH"
    yield f"NAME:{name}"  # RFC 7986, 5.1
    yield f"X-WR-CALNAME:{name}"  # read by programs older than RFC 7986
    yield f"LAST-MODIFIED:{_time(stamp)}"
    yield f"REFRESH-INTERVAL;VALUE=DURATION:{_REFRESH}"
    yield f"X-PUBLISHED-TTL:{_REFRESH}"  # the same for Outlook


def _event(entry: MilestoneInfo, date: PlannedDate, stamp: str, uid: str, about: str) -> Iterator[str]:
    """Yield the lines of an event but the last ones."""
    yield "BEGIN:VEVENT"
    yield f"SUMMARY:{_text(entry.heading)}"
    yield f"DTSTART;VALUE=DATE:{_day(date.first)}"
    if date.last < Date.max:
        yield f"DTEND;VALUE=DATE:{_day(date.last + timedelta(days=1))}"  # not part of the event (3.6.1)
    yield f"DTSTAMP:{stamp}"
    yield f"UID:{uid}"
    if entry.state != "open":
        yield f"CATEGORIES:{str(entry.state).capitalize()}"
    yield f"DESCRIPTION:{_text(about)}"
    yield f"LAST-MODIFIED:{stamp}"
    if entry.state in _STATUS:
        yield f"STATUS:{_STATUS[entry.state]}"
    yield "TRANSP:TRANSPARENT"  # subscribers are not busy on that day


def _day(day: Date) -> str:
    return f"{day.year:04}{day.month:02}{day.day:02}"


def _time(time: datetime) -> str:
    return f"{_day(time)}T{time.hour:02}{time.minute:02}{time.second:02}Z"


def _text(text: str) -> str:
    """Return a text as the value of a property (3.3.11)."""
    return text.translate(_ESCAPES)


def _folded(line: str) -> bytes:
    """Return a line in as many as it takes (3.1), divided neither within a character nor within an escape."""
    data = line.encode()
    pieces = []
    start = 0
    while len(data) - start > _LONGEST:
        end = start + _LONGEST
        while data[end] & 0xC0 == 0x80:
            end -= 1
        before = data[start:end]
        end -= (len(before) - len(before.rstrip(b"\\"))) % 2
        pieces.append(data[start:end])
        start = end
    return b"\r\n ".join([*pieces, data[start:]]) + b"\r\n"
