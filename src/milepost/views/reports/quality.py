"""How sound a schedule is, by the points of the DCMA's assessment that mean something without durations.

Source: Defense Contract Management Agency, DCMA-EA PAM 200.1, October 2012, section 4 (the 14 points): logic
(1), leads (2), lags (3), types of relations (4), invalid dates (9), missed (11), baseline execution index
(14). What is in no baseline counts in the last one as due.

Missed, of what is due by the data date, is what was finished later than its baseline, or is not finished.
The source counts actual and forecast finishes after the baseline; what is open can only be finished after the
data date, and so after its baseline. If a schedule expects an earlier finish, point 9 finds that, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.base.dates import PlannedDate
from milepost.document import schedule as states
from milepost.document.schedule import State
from milepost.schedule.activities import Kind as LinkKind
from milepost.views.reports.table import Column, Group, Kind, Table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date

    from milepost.document.model import Document
    from milepost.history.states import Snapshot
    from milepost.schedule.activities import Schedule
    from milepost.views.reports.table import Options, Row

_SHARE_OF_LINKS, _LEAST_FS, _LEAST_INDEX = 5, 90, 95
"""Thresholds in percent: at most, at least, at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A milestone or activity, as far as the points are about it.

    Attributes:
        code: its code.
        due: its baseline; None for none.
        finish: when it was completed, or is expected; None where that is not known.
        is_completed: whether it was.
    """

    code: str
    due: PlannedDate | None
    finish: PlannedDate | None
    is_completed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A relation; `lag` is negative for a lead, in any unit."""

    predecessor: str
    successor: str
    kind: LinkKind = LinkKind.FINISH_TO_START
    lag: float = 0


def quality(document: Document, _: Sequence[Snapshot], options: Options) -> Table:
    """Assess the milestones of a document that are planned, and the links between them."""
    known = document.metadata.data_date
    planned = [
        each
        for each in options.milestones(document)
        if not states.state(each, known).is_set_aside or each.forecast is not None
    ]
    items = [
        Item(
            code=each.code,
            due=each.due if each.due.known else None,
            finish=states.expected(each),
            is_completed=states.state(each, known) is State.COMPLETED,
        )
        for each in planned
        if not each.cancelled
    ]
    links = [
        Link(predecessor=before, successor=each.code) for each in planned for before in each.predecessors
    ]
    note = "Of a document, links are from the finish of one milestone to the start of another, without lags."
    return _table(document.metadata.handle, known, note, _points(items, links, known))


def quality_of(schedule: Schedule, known: date) -> Table:
    """Assess a whole export as of its data date: all activities, and all relations of open ones."""
    items = [
        Item(
            code=each.code,
            due=PlannedDate(each.baseline) if each.baseline else None,
            finish=PlannedDate(finish) if (finish := each.completed or each.finish) else None,
            is_completed=each.completed is not None,
        )
        for each in schedule.activities
    ]
    links = [
        Link(
            predecessor=each.predecessor,
            successor=each.successor,
            kind=each.kind,
            lag=float(each.lag),
        )
        for each in schedule.relations
    ]
    note = "Of an export, relations with activities that are not in it count as well."
    return _table(schedule.file, known, note, _points(items, links, known))


def _table(handle: str, known: date, note: str, rows: Iterable[Row]) -> Table:
    return Table(
        name="quality",
        title="Quality of the schedule",
        handle=handle,
        data_date=known,
        note="The points of the DCMA's 14-point assessment (DCMA-EA PAM 200.1, 2012) that need no durations. "
        f"{note}",
        columns=(
            Column(name="point", title="Point", kind=Kind.NUMBER),
            Column(name="what", title="What"),
            Column(name="found", title="Found", kind=Kind.NUMBER),
            Column(name="of", title="Of", kind=Kind.NUMBER),
            Column(name="share", title="Share"),
            Column(name="threshold", title="Threshold"),
            Column(name="met", title="Met"),
        ),
        groups=(Group(rows=tuple(rows)),),
    )


def _points(items: Sequence[Item], links: Sequence[Link], known: date) -> Iterable[Row]:
    """Yield a row for each point."""
    still_open = {each.code for each in items if not each.is_completed}
    after = {each.successor for each in links}
    before = {each.predecessor for each in links}
    without = [code for code in still_open if code not in after or code not in before]
    yield _at_most(1, "open, without a predecessor or a successor", without, still_open, _SHARE_OF_LINKS)
    counted = [each for each in links if each.successor in still_open]
    leads = [each for each in counted if each.lag < 0]
    yield _at_most(2, "relations of open ones with a lead", leads, counted, 0)
    lags = [each for each in counted if each.lag > 0]
    yield _at_most(3, "relations of open ones with a lag", lags, counted, _SHARE_OF_LINKS)
    usual = [each for each in counted if each.kind is LinkKind.FINISH_TO_START]
    yield _at_least(4, "relations of open ones from finish to start", len(usual), len(counted), _LEAST_FS)
    wrong = [each for each in items if each.finish and _is_invalid(each, each.finish, known)]
    yield _at_most(9, "expected before, or completed after the data date", wrong, items, 0)
    due = [each for each in items if each.due is not None and each.due.last <= known]
    missed = [each for each in due if not each.is_completed or _is_late(each)]
    yield _at_most(11, "due by the data date, and late or not completed", missed, due, _SHARE_OF_LINKS)
    completed = sum(each.is_completed for each in items)
    planned = len(due) + sum(each.due is None for each in items)
    yield _at_least(14, "completed, of those that should be (index)", completed, planned, _LEAST_INDEX)


def _is_late(item: Item) -> bool:
    return item.due is not None and item.finish is not None and item.due.is_before(item.finish)


def _is_invalid(item: Item, finish: PlannedDate, known: date) -> bool:
    return finish.last > known if item.is_completed else finish.is_over(known)


def _at_most(point: int, what: str, found: Collection[object], of: Collection[object], most: int) -> Row:
    met = len(found) * 100 <= most * len(of)
    return (point, what, len(found), len(of), _share(len(found), len(of)), f"at most {most} %", _words(met))


def _at_least(point: int, what: str, found: int, of: int, least: int) -> Row:
    met = found * 100 >= least * of
    return (point, what, found, of, _share(found, of), f"at least {least} %", _words(met))


def _share(found: int, of: int) -> str | None:
    return f"{found * 100 / of:.1f} %" if of else None


def _words(met: object) -> str:
    return "yes" if met else "no"
