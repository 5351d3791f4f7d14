"""The milestones of a document with all facts about them, also those that its sections do not print.

These are how late a milestone is, its successors, and the sections that deliver it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from milepost.base.addresses import milestone_anchor, milestone_page
from milepost.base.dates import iso, parse_planned
from milepost.base.errors import count
from milepost.document import schedule
from milepost.document.conditions import Facts
from milepost.document.impact import Successors, is_to_come
from milepost.document.schedule import State
from milepost.document.traverse import walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from milepost.base.dates import PlannedDate
    from milepost.base.errors import Problem
    from milepost.document.model import Document, Milestone
    from milepost.views.document import DocumentView, MilestoneView


_HANDLE = re.compile(r"[^\W_]+(?:-[^\W_]+)*-\w*\d\w*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """An issue of the tracker; `what` says what it is the issue of, `url` is None without an address."""

    what: str
    key: str
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """A predecessor or successor, for one line. `page` is as in `MilestoneInfo`."""

    code: str
    name: str
    page: str
    due: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How far a milestone may slip.

    Attributes:
        first: what waits for it and is the first that cannot hold its date then.
        days: by which it may slip before that; negative where `first` is expected before it already.
    """

    first: Related
    days: int

    @property
    def words(self) -> str:
        """The days in words, whatever their sign."""
        return count(abs(self.days), "day")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliveries:
    """What the section of a milestone delivers; `nothing` is its sentence where that is nothing."""

    items: tuple[Related, ...]
    nothing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A section of the document in which a milestone is delivered, or which is its own."""

    heading: str
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneInfo:
    """A milestone.

    Attributes:
        code, name, level, wbs, tags, test_spec, aka: as in `milepost.document.model.Milestone`.
        label: the short name where it has one, else the name.
        anchor: its place in the document, as in `milepost.views.document`.
        page: the name of its page, without directory and ending.
        due_date: the baseline date.
        forecast: the date that the schedule expects now, where it is another; None otherwise.
        completed: the day of completion; None while it is open.
        expected_date, state, status, days, slip: see `milepost.document.schedule`.
        since: the day on which it was cancelled or deferred.
        reason: why.
        predecessors, successors: in the document's order.
        sections: where it is delivered or has its own section, in reading order.
        room: how far it may slip; None where nothing that has a date waits for it, or it will not slip.
        deliveries: what its own section says; None where it has none.
        findings: what `milepost check` warns of.
        issues: its own, then that of its test plan.
    """

    code: str
    name: str
    label: str
    level: int | None
    wbs: str | None
    anchor: str
    page: str
    due_date: PlannedDate
    forecast: str | None
    completed: str | None
    expected_date: PlannedDate | None
    state: State
    status: str
    since: str | None
    reason: str | None
    days: int
    slip: str
    predecessors: tuple[Related, ...]
    successors: tuple[Related, ...]
    room: Room | None
    sections: tuple[Delivered, ...]
    deliveries: Deliveries | None
    findings: tuple[str, ...]
    test_spec: str | None
    issues: tuple[Tracked, ...]
    aka: tuple[str, ...]
    tags: tuple[str, ...]

    @property
    def due(self) -> str:
        """The baseline date as it is printed."""
        return str(self.due_date)

    @property
    def due_by(self) -> str | None:
        """The last day of the baseline date; None where there is no date yet."""
        return iso(self.due_date.last) if self.due_date.known else None

    @property
    def expected(self) -> str | None:
        """The date that is expected, as it is printed; None where the milestone is cancelled."""
        return None if self.expected_date is None else str(self.expected_date)

    @property
    def expected_by(self) -> str | None:
        """The last day of the date that is expected; None where there is none."""
        expected = self.expected_date
        return iso(expected.last) if expected is not None and expected.known else None

    @property
    def facts(self) -> Facts:
        """What selections are about."""
        return Facts(
            code=self.code,
            level=self.level,
            wbs=self.wbs,
            state=self.state,
            due=self.due_date,
            completed=None if self.completed is None else parse_planned(self.completed),
            forecast=None if self.forecast is None else parse_planned(self.forecast),
            tags=self.tags,
        )

    @property
    def meaning(self) -> str:
        """Which date `expected` is, or why there is none."""
        if self.completed is None and self.forecast is not None and self.state is not State.CANCELLED:
            return "forecast"
        return "due" if self.state.is_open else str(self.state)

    @property
    def late(self) -> bool:
        """Whether it was completed, is expected, or is still open after its due date."""
        return self.days > 0

    @property
    def keys(self) -> tuple[str, ...]:
        """The names in the test specification, such as handles, and those of the issues."""
        names = _HANDLE.findall(self.test_spec or "")
        return tuple(dict.fromkeys((*names, *(issue.key for issue in self.issues))))

    @property
    def heading(self) -> str:
        """Code and name in one line."""
        return f"{self.code}: {self.name}"


@dataclass(frozen=True, kw_only=True)
class Milestones:
    """All milestones of a document, in its order.

    Attributes:
        handle, title: of the document.
        data_date: the day as of which all dates are known, year-month-day.
        entries: the milestones.
        acronyms: the definition of each acronym of the document's table.
        dates_from: where the dates come from, if the document says so.
    """

    handle: str
    title: str
    data_date: str
    entries: tuple[MilestoneInfo, ...]
    acronyms: dict[str, str]
    dates_from: str | None = None

    def entry(self, code: str) -> MilestoneInfo | None:
        """Return the milestone of that code, which may be an earlier one; None where there is none."""
        return self._by_code.get(code)

    @cached_property
    def _by_code(self) -> dict[str, MilestoneInfo]:
        by_code = {entry.code: entry for entry in self.entries}
        codes = schedule.current_codes(self.entries)
        return {old: by_code[code] for old, code in codes.items()} | by_code


def milestones_of(
    document: Document,
    view: DocumentView,
    warnings: Iterable[Problem] = (),
    lags: Mapping[tuple[str, str], int] | None = None,
) -> Milestones:
    """Return the milestones of `document`, whose sections are those of its `view`.

    Args:
        document: the document.
        view: the same, ready to print.
        warnings: of the loader; each milestone gets those that are about it.
        lags: the days that must lie between a milestone and its successor, where they are known.
    """
    return Milestones(
        handle=view.handle,
        title=view.title,
        data_date=view.data_date,
        dates_from=document.metadata.origin(document.metadata.data_date),
        entries=tuple(_Collector(document, view, warnings, Successors(document, lags)).entries()),
        acronyms={entry.acronym: entry.definition for entry in view.acronyms},
    )


class _Collector:
    def __init__(
        self, document: Document, view: DocumentView, warnings: Iterable[Problem], to_come: Successors
    ) -> None:
        self._document = document
        self._data_date = document.metadata.data_date
        self._positions = {each.code: position for position, each in enumerate(document.milestones)}
        self._successors: dict[str, list[Milestone]] = {each.code: [] for each in document.milestones}
        for milestone in document.milestones:
            for code in dict.fromkeys(milestone.predecessors):
                self._successors[code].append(milestone)
        self._to_come = to_come
        self._findings: dict[str | int, list[str]] = {}
        for problem in warnings:
            if problem.path[:1] == ("milestones",) and len(problem.path) > 1:
                text = f"{problem.message} ({problem.hint})" if problem.hint else problem.message
                self._findings.setdefault(problem.path[1], []).append(text)
        self._shown: dict[str, Related] = {}
        self._sections: dict[str, list[Delivered]] = {}
        self._own: dict[str, MilestoneView] = {}
        for _, section in walk(view.sections):
            if section.milestone is not None:
                place = Delivered(heading=section.heading, anchor=section.anchor)
                self._own[section.milestone.code] = section.milestone
                delivered = (delivery.code for delivery in section.milestone.deliveries)
                for code in (section.milestone.code, *delivered):
                    self._sections.setdefault(code, []).append(place)

    def entries(self) -> Iterator[MilestoneInfo]:
        for milestone in self._document.milestones:
            yield self._entry(milestone)

    def _entry(self, milestone: Milestone) -> MilestoneInfo:
        predecessors = set(milestone.predecessors)
        days, slip = schedule.slip(milestone, self._data_date)
        return MilestoneInfo(
            code=milestone.code,
            name=milestone.name,
            label=milestone.short_name or milestone.name,
            level=milestone.level,
            wbs=milestone.wbs,
            anchor=milestone_anchor(milestone.code),
            page=milestone_page(milestone.code),
            due_date=milestone.due,
            forecast=None if milestone.forecast is None else str(milestone.forecast),
            completed=_iso(milestone.completed),
            expected_date=schedule.expected(milestone),
            state=schedule.state(milestone, self._data_date),
            status=schedule.status(milestone, self._data_date),
            since=_iso(milestone.since),
            reason=milestone.reason,
            days=days,
            slip=slip,
            # The document is in its order, so that picking from it keeps it.
            predecessors=tuple(map(self._related, self._in_order(predecessors))),
            successors=tuple(map(self._related, self._successors[milestone.code])),
            room=self._room(milestone),
            sections=tuple(self._sections.get(milestone.code, ())),
            deliveries=self._deliveries(milestone.code),
            findings=tuple(self._findings.get(milestone.code, ())),
            test_spec=milestone.test_spec,
            issues=tuple(self._issues(milestone)),
            aka=milestone.aka,
            tags=milestone.tags,
        )

    def _room(self, milestone: Milestone) -> Room | None:
        found = self._to_come.first_to_break(milestone) if is_to_come(milestone) else None
        return None if found is None else Room(first=self._related(found[0]), days=found[1])

    def _deliveries(self, code: str) -> Deliveries | None:
        own = self._own.get(code)
        if own is None:
            return None
        items = self._in_order({delivery.code for delivery in own.deliveries})
        return Deliveries(items=tuple(map(self._related, items)), nothing=own.no_deliveries)

    def _in_order(self, codes: set[str]) -> list[Milestone]:
        return [
            self._document.milestones[position]
            for position in sorted(map(self._positions.__getitem__, codes))
        ]

    def _related(self, milestone: Milestone) -> Related:
        shown = self._shown.get(milestone.code)
        if shown is None:  # one for all that it is linked to
            shown = self._shown[milestone.code] = Related(
                code=milestone.code,
                name=milestone.name,
                page=milestone_page(milestone.code),
                due=str(milestone.due),
                status=schedule.status(milestone, self._data_date),
            )
        return shown

    def _issues(self, milestone: Milestone) -> Iterator[Tracked]:
        address = self._document.metadata.issue_url
        for what, key in (("Milestone", milestone.jira), ("Test plan", milestone.jira_testplan)):
            if key is not None:
                yield Tracked(what=what, key=key, url=address and address.replace("{key}", key))


def _iso(day: date | None) -> str | None:
    return None if day is None else iso(day)
