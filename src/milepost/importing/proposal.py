"""What an export of the schedule would change in a document.

Only facts that the export states change: an empty cell says nothing. Facts that are the document's own stay
(`own`, see `milepost.document.model.Own`). Milestones and links come in where the document asks for them
(`schedule`, see `milepost.document.settings.schedule`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError

from milepost.base.dates import planned, slip
from milepost.document.model import Milestone
from milepost.document.schedule import current_codes
from milepost.importing.additions.entries import arrivals, with_milestones
from milepost.importing.additions.links import links_of
from milepost.importing.facts import facts_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from milepost.base.errors import Problem, ValuePath
    from milepost.document.model import Document
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
        small: forecasts that stay because they would move by fewer days than the threshold.
        own: the facts that stay as they are.
        new: the milestones that are added, in the order of the document.
        links: the new predecessors of milestones that the document has, by their codes.
        held: warnings about what is not added or removed.
        document: the document with all of this.
    """

    data_date: date
    found: dict[str, Activity]
    missing: tuple[str, ...]
    changes: tuple[Fact, ...]
    small: tuple[Fact, ...]
    own: tuple[OwnFact, ...]
    new: tuple[Milestone, ...]
    links: dict[str, tuple[str, ...]]
    held: tuple[Problem, ...]
    document: Document


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
    small: list[Fact] = []
    own: list[OwnFact] = []
    for milestone in document.milestones:
        if milestone.code not in found:
            continue
        for fact in _facts(milestone, found[milestone.code], document.schedule):
            reason = milestone.own.reason(fact.key)
            if reason is not None:
                own.append(OwnFact(fact=fact, reason=reason))
            elif fact.document == fact.schedule:
                continue
            elif _is_small(milestone, found[milestone.code], fact, document.schedule.threshold or 0):
                small.append(fact)
            else:
                changes.append(fact)
    after = _with_facts(document, changes, data_date)
    known = {activity.code: code for code, activity in found.items()}
    come = arrivals(after, schedule, known, data_date)
    after = with_milestones(after, come.new)
    links = links_of(after, schedule, known | {each.code: each.code for each in come.new}, data_date)
    for code, predecessors in links.own.items():
        before = document.milestone(code)
        if before is not None and before.own.predecessors is not None:
            texts = ", ".join(before.predecessors) or None, ", ".join(predecessors) or None
            fact = Fact(code=code, key="predecessors", document=texts[0], schedule=texts[1])
            own.append(OwnFact(fact=fact, reason=before.own.predecessors))
    linked = [
        each.model_copy(update={"predecessors": links.changed.get(each.code, each.predecessors)})
        for each in after.milestones
    ]
    added = {each.code for each in come.new}
    return Proposal(
        data_date=data_date,
        found=found,
        missing=tuple(each.code for each in document.milestones if each.code not in found),
        changes=tuple(changes),
        small=tuple(small),
        own=tuple(own),
        new=tuple(each for each in linked if each.code in added),
        links={code: each for code, each in links.changed.items() if code not in added},
        held=(*come.held, *links.warnings),
        document=after.model_copy(update={"milestones": tuple(linked)}),
    )


def _facts(milestone: Milestone, activity: Activity, settings: ScheduleSettings) -> Iterator[Fact]:
    """Yield the facts of a milestone of which the export says something."""
    for key, value in facts_in(activity, settings).items():
        old = getattr(milestone, key)
        yield Fact(code=milestone.code, key=key, document=None if old is None else str(old), schedule=value)


def _is_small(milestone: Milestone, activity: Activity, fact: Fact, threshold: int) -> bool:
    """Return whether a forecast moves by fewer days than the threshold from what the document would say."""
    if fact.key != "forecast" or activity.completed is not None or activity.finish is None:
        return False
    due = milestone.due if milestone.own.due or activity.due is None else planned(activity.due)
    expected = milestone.forecast or due
    return expected.known and abs(slip(expected, activity.finish)) < threshold


def _with_facts(document: Document, changes: Iterable[Fact], data_date: date) -> Document:
    """Return `document` with changed facts; a value that cannot be in a document is left out."""
    texts: dict[str, dict[str, str | None]] = {}
    for fact in changes:
        texts.setdefault(fact.code, {})[fact.key] = fact.schedule
    milestones = [_with(milestone, texts.get(milestone.code, {})) for milestone in document.milestones]
    metadata = document.metadata.model_copy(update={"data_date": data_date})
    whole = document.model_copy(update={"metadata": metadata, "milestones": tuple(milestones)})
    return with_milestones(whole, ())  # in the order of the new dates


def _with(milestone: Milestone, texts: dict[str, str | None]) -> Milestone:
    least = {"code": milestone.code, "name": milestone.name, "due": str(milestone.due)}
    try:
        parsed = Milestone.model_validate({**least, **texts})
    except ValidationError:  # the document with it is refused when it is read
        return milestone
    return milestone.model_copy(update={key: getattr(parsed, key) for key in texts}) if texts else milestone
