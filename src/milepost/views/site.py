"""The layout of the site: which pages there are, what each is called, and what the landing page says."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from milepost.base.addresses import LABELS_OF_ENDS, section_anchor
from milepost.base.dates import iso, parse
from milepost.base.errors import count
from milepost.document.schedule import State
from milepost.views.chart import GanttChart
from milepost.views.trend.lines import TrendChart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.views.document import DocumentView, SectionView
    from milepost.views.milestones import MilestoneInfo, Milestones

DOCUMENT = "document"
"""The directory of the pages of the document's sections."""

DAYS_AHEAD = 90
"""How far the landing page looks ahead."""

REFERENCES, ACRONYMS = map(section_anchor, LABELS_OF_ENDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of the document.

    Attributes:
        name: its path below the site, without an ending; it depends on the section's label or title alone.
        heading: number and title.
        anchor: that of the section.
        section: what is on it; None for references and acronyms.
    """

    name: str
    heading: str
    anchor: str
    section: SectionView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteView:
    """What a site says besides its document.

    Attributes:
        pages: those of the document, in reading order.
        milestones: the code of each milestone by its anchor.
        charts: the names of the figures that are charts of milestones.
        timelines: those of them that are Gantt charts.
        status: `draft`, `approved` or `obsolete`.
        summary: how many milestones there are, and how many of them are in each state.
        overdue: the milestones that are, the latest first.
        next: those that are expected within `days_ahead` days after the data date.
        slips: those that are later than due, the latest first.
        pdf: the file of the document as PDF; None where there is none.
        citation: how the document is cited.
        bibtex: the same for BibTeX, in lines.
        files: the data for programs: the name of each file, and what it is.
        reports: those of the Status page, as `milepost.web.status_page` makes them.
    """

    pages: tuple[Page, ...]
    milestones: dict[str, str]
    charts: tuple[str, ...]
    timelines: tuple[str, ...]
    status: str
    summary: str
    overdue: tuple[MilestoneInfo, ...]
    next: tuple[MilestoneInfo, ...]
    slips: tuple[MilestoneInfo, ...]
    pdf: str | None
    citation: str
    bibtex: tuple[str, ...]
    files: tuple[tuple[str, str], ...]
    reports: tuple[object, ...] = ()
    days_ahead: int = DAYS_AHEAD


def pages(document: DocumentView) -> tuple[Page, ...]:
    """Return the pages of `document`: one for each of its highest sections, then references and acronyms."""
    return tuple(_pages(document))


def _pages(document: DocumentView) -> Iterator[Page]:
    labels = {section.anchor.removeprefix("section-") for section in document.sections}
    taken = labels | set(LABELS_OF_ENDS)
    for section in document.sections:
        name = section.anchor.removeprefix("section-")
        title = name.removeprefix("title-")
        if title not in taken:
            name = title
        yield Page(name=f"{DOCUMENT}/{name}", heading=section.heading, anchor=section.anchor, section=section)
    ends = (
        ("references", document.references_heading, REFERENCES, document.references),
        ("acronyms", document.acronyms_heading, ACRONYMS, document.acronyms),
    )
    for name, heading, anchor, entries in ends:
        if entries:
            yield Page(name=f"{DOCUMENT}/{name}", heading=heading, anchor=anchor, section=None)


def charts(document: DocumentView) -> tuple[str, ...]:
    """Return the names of the figures of `document` whose lines or rows are milestones."""
    kinds = GanttChart | TrendChart
    return tuple(name for name, figure in document.figures.items() if isinstance(figure.drawing, kinds))


def timelines(document: DocumentView) -> tuple[str, ...]:
    """Return the names of the figures of `document` that are Gantt charts."""
    return tuple(name for name, figure in document.figures.items() if isinstance(figure.drawing, GanttChart))


def overdue(milestones: Milestones) -> tuple[MilestoneInfo, ...]:
    """Return the milestones that are overdue, the latest first."""
    return tuple(entry for entry in slips(milestones) if entry.state is State.OVERDUE)


def coming(milestones: Milestones) -> tuple[MilestoneInfo, ...]:
    """Return the open milestones that are expected within the next days, the first of them first."""
    known = parse(milestones.data_date)
    last = iso(known + min(timedelta(DAYS_AHEAD), date.max - known))
    found = [
        (entry.expected_by, entry)
        for entry in milestones.entries
        if entry.state is State.OPEN and entry.expected_by is not None and entry.expected_by <= last
    ]
    return tuple(entry for _, entry in sorted(found, key=lambda pair: pair[0]))


def slips(milestones: Milestones) -> tuple[MilestoneInfo, ...]:
    """Return the milestones that are later than due, the latest first."""
    return tuple(sorted(filter(lambda entry: entry.late, milestones.entries), key=lambda entry: -entry.days))


def summary(milestones: Milestones) -> str:
    """Return the states of the milestones, as in `3 milestones: 1 completed, 2 open; 1 later than due`.

    Open are those that are planned and not completed, as in the filters of the timeline.
    """
    states = Counter(entry.state for entry in milestones.entries)
    total = len(milestones.entries)
    if not total:
        return "no milestones"
    late = sum(entry.late for entry in milestones.entries)
    overdue = states[State.OVERDUE]
    still_open = states[State.OPEN] + overdue
    words = [f"{states[State.COMPLETED]} completed"] if states[State.COMPLETED] else []
    words += [f"{states[state]} {state}" for state in (State.DEFERRED, State.CANCELLED) if states[state]]
    if still_open:
        words.append(f"{still_open} open{f', {overdue} of them overdue' if overdue else ''}")
    ending = f"; {late} later than due" if late else ""
    return f"{count(total, 'milestone')}: {', '.join(words)}{ending}"
