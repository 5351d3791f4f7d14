"""What an export of the schedule would change in a document.

Only facts of milestones that the document has change, and only those that the export states: an empty cell
says nothing. Facts that are the document's own stay (`own`, see `milepost.document.model.Own`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.base.dates import iso
from milepost.document.schedule import current_codes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from milepost.base.errors import ValuePath
    from milepost.document.model import Document, Milestone
    from milepost.document.settings.schedule import ScheduleSettings
    from milepost.schedule.activities import Activity, Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A fact of a milestone in the document and in the schedule, as texts of the YAML.

    Attributes:
        code: of the milestone in the document.
        key: of the fact.
        document: what the document says; None for nothing.
        schedule: what the schedule says.
    """

    code: str
    key: str
    document: str | None
    schedule: str | None

    @property
    def path(self) -> ValuePath:
        """Where it is in the document."""
        return "milestones", self.code, self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFact:
    """A fact that the document states on purpose, with the reason."""

    fact: Fact
    reason: str

    @property
    def is_needless(self) -> bool:
        """Whether the schedule says the same."""
        return self.fact.document == self.fact.schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What an export would change.

    Attributes:
        data_date: the data date of the export.
        found: the activities of the export that are milestones of the document, by the document's codes.
        missing: the codes of the document that the export does not have.
        changes: the facts that change, in the order of the document.
        own: the facts that stay as they are.
    """

    data_date: date
    found: dict[str, Activity]
    missing: tuple[str, ...]
    changes: tuple[Fact, ...]
    own: tuple[OwnFact, ...]


def propose(document: Document, schedule: Schedule, data_date: date) -> Proposal:
    """Return what `schedule`, whose dates are known as of `data_date`, would change in `document`."""
    now = current_codes(document.milestones)
    found: dict[str, Activity] = {}
    for activity in schedule.activities:
        code = now.get(activity.code, activity.code)
        # A code wins over an earlier one of the same milestone.
        if document.milestone(code) is not None and (code == activity.code or code not in found):
            found[code] = activity
    changes: list[Fact] = []
    own: list[OwnFact] = []
    for milestone in document.milestones:
        if milestone.code not in found:
            continue
        for fact in _facts(milestone, found[milestone.code], document.schedule):
            reason = milestone.own.reason(fact.key)
            if reason is not None:
                own.append(OwnFact(fact=fact, reason=reason))
            elif fact.document != fact.schedule:
                changes.append(fact)
    return Proposal(
        data_date=data_date,
        found=found,
        missing=tuple(each.code for each in document.milestones if each.code not in found),
        changes=tuple(changes),
        own=tuple(own),
    )


def _facts(milestone: Milestone, activity: Activity, settings: ScheduleSettings) -> Iterator[Fact]:
    """Yield the facts of a milestone of which the export says something."""
    if name := settings.clean(activity.name):
        yield _fact(milestone, "name", milestone.name, name)
    if activity.level is not None:
        yield _fact(milestone, "level", _text(milestone.level), str(activity.level))
    if activity.wbs is not None:
        yield _fact(milestone, "wbs", milestone.wbs, activity.wbs)
    if activity.due is not None:
        yield _fact(milestone, "due", str(milestone.due), iso(activity.due))
    is_open = activity.completed is None
    news = activity.finish if is_open and activity.finish != activity.due else None
    yield _fact(milestone, "forecast", _text(milestone.forecast), _text(news))
    yield _fact(milestone, "completed", _text(milestone.completed), _text(activity.completed))


def _fact(milestone: Milestone, key: str, document: str | None, schedule: str | None) -> Fact:
    return Fact(code=milestone.code, key=key, document=document, schedule=schedule)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
