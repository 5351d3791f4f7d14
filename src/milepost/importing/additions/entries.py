"""Milestones of an export that become the document's, and those that do not though they are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from pydantic import ValidationError

from milepost.base.errors import Place, Problem, Severity, quoted
from milepost.document.conditions import facts_of
from milepost.document.model import Milestone
from milepost.document.traverse import own_sections
from milepost.importing.facts import facts_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from milepost.document.model import Document
    from milepost.document.selection import Selection
    from milepost.schedule.activities import Activity, Schedule

TO_GO = "delete"
"""How a name begins in the schedule that is to be removed from it."""
NO_DATE = "tbd"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """Milestones of an export that the document asks for and does not have.

    Attributes:
        new: those that become milestones of the document, in the order of the export.
        held: why others do not.
    """

    new: tuple[Milestone, ...] = ()
    held: tuple[Problem, ...] = ()


def arrivals(document: Document, schedule: Schedule, known: Mapping[str, str], data_date: date) -> Arrivals:
    """Return which milestones of `schedule` become the document's.

    They are those that `codes` selects; and those that `deliveries` selects and a milestone with a section
    delivers, if such links are followed.

    Args:
        document: with the facts of the export.
        schedule: the export.
        known: the codes of activities that are milestones of the document, each with its code there.
        data_date: the day as of which the dates of the export are known.
    """
    asked = document.schedule
    if asked.codes is None and asked.deliveries is None:
        return Arrivals()
    aka = {earlier for each in document.milestones for earlier in each.aka}
    selected: dict[str, Milestone] = {}
    candidates: dict[str, Milestone] = {}
    held: dict[str, Problem] = {}
    for activity in schedule.milestones:
        if activity.code in known or activity.code in aka:
            continue
        try:
            milestone = _milestone(activity, document)
        except ValidationError as error:
            if asked.codes is not None and _may_select(asked.codes, activity.code):
                held[activity.code] = _invalid(activity, error)
            continue
        facts = facts_of(milestone, data_date)
        if asked.codes is not None and asked.codes.holds(facts):
            selected[activity.code] = milestone
        elif asked.deliveries is not None and asked.deliveries.holds(facts):
            candidates[activity.code] = milestone
    if candidates and {"deliveries", "all"} & set(asked.links):
        whole = with_milestones(document, selected.values())
        selected |= _delivered(whole, schedule, known, candidates, data_date)
    recoded = _recoded(document, known)
    for code in selected:
        if problem := _doubtful(schedule.by_code[code], selected[code].name, recoded):
            held[code] = problem
    return Arrivals(
        new=tuple(
            selected[each.code]
            for each in schedule.milestones
            if each.code in selected and each.code not in held
        ),
        held=tuple(held.values()),
    )


def with_milestones(document: Document, new: Iterable[Milestone]) -> Document:
    """Return `document` with further milestones."""
    milestones = sorted([*document.milestones, *new], key=lambda each: (each.due, each.code))
    return document.model_copy(update={"milestones": tuple(milestones)})


def _delivered(
    document: Document,
    schedule: Schedule,
    known: Mapping[str, str],
    candidates: Mapping[str, Milestone],
    data_date: date,
) -> dict[str, Milestone]:
    """Return which of `candidates` a milestone with a section delivers."""
    found: dict[str, Milestone] = {}
    own = document.once(own_sections)
    for relation in schedule.relations:
        code = known.get(relation.successor, relation.successor)
        before, after = candidates.get(relation.predecessor), document.milestone(code)
        if before is None or after is None or after.own.predecessors is not None:
            continue
        if code in own and own[code].delivers(after, before, data_date):
            found[before.code] = before
    return found


def _milestone(activity: Activity, document: Document) -> Milestone:
    """Return the milestone that an activity would be."""
    facts = {"due": NO_DATE, **facts_in(activity, document.schedule)}
    return Milestone.model_validate({"code": activity.code, **facts})


def _may_select(selection: Selection, code: str) -> bool:
    return not selection.codes or any(fnmatchcase(code, pattern) for pattern in selection.codes)


def _recoded(document: Document, known: Mapping[str, str]) -> frozenset[str]:
    """Return the names of milestones that an export does not have: another one may be the same."""
    codes = set(known.values())
    milestones = (each for each in document.milestones if each.code not in codes and not each.cancelled)
    return frozenset(each.name.casefold() for each in milestones)


def _doubtful(activity: Activity, name: str, recoded: frozenset[str]) -> Problem | None:
    """Return why a milestone is not added that the document asks for."""
    if activity.name.casefold().startswith(TO_GO):
        message = f"{activity.code} is called {quoted(activity.name)}, and is not added"
        return _warning(activity.place, message, "ask what is meant")
    if name.casefold() in recoded:
        message = f"{activity.code} is not added, because it may be one of the document"
        return _warning(activity.place, message, "see what is said of its name")
    return None


def _invalid(activity: Activity, error: ValidationError) -> Problem:
    detail = error.errors(include_url=False)[0]
    context = detail.get("ctx", {})
    reason = context.get("message") or f"it has no {detail['loc'][0]}"
    hint = context.get("hint") or "ask for it"
    return _warning(activity.place, f"{activity.code} is not added: {reason}", hint)


def _warning(place: Place, message: str, hint: str) -> Problem:
    return Problem(rule="schedule", place=place, message=message, hint=hint, severity=Severity.WARNING)
