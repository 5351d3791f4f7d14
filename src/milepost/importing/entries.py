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
        held: those that are left out, with the reason.
    """

    new: tuple[Milestone, ...]
    held: tuple[Problem, ...]


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
    selections = [each for each in (asked.codes, asked.deliveries) if each is not None]
    if not selections:
        return Arrivals(new=(), held=())
    aka = {earlier for each in document.milestones for earlier in each.aka}
    gone = _gone(document, known.values())
    new: dict[str, Milestone] = {}
    may_be_delivered: dict[str, Milestone] = {}
    held: dict[str, Problem] = {}
    for activity in schedule.milestones:
        if activity.code in known or activity.code in aka:
            continue
        try:
            milestone = _milestone(activity, document)
        except ValidationError as error:
            if any(_may_select(each, activity.code) for each in selections):
                held[activity.code] = _invalid(activity, error)
            continue
        facts = facts_of(milestone, data_date)
        if problem := _doubtful(activity, gone):
            held[activity.code] = problem
        if asked.codes is not None and asked.codes.holds(facts):
            new[activity.code] = milestone
        elif asked.deliveries is not None and asked.deliveries.holds(facts):
            may_be_delivered[activity.code] = milestone
        else:
            held.pop(activity.code, None)
    arrived = {code: each for code, each in new.items() if code not in held}
    if {"deliveries", "all"} & set(asked.links):
        more = _delivered(document, schedule, known, arrived, may_be_delivered, data_date)
        new |= more
        arrived |= {code: each for code, each in more.items() if code not in held}
    return Arrivals(
        new=tuple(arrived[each.code] for each in schedule.milestones if each.code in arrived),
        held=tuple(
            problem for code, problem in held.items() if code in new or code not in may_be_delivered
        ),
    )


def with_milestones(document: Document, new: Iterable[Milestone]) -> Document:
    """Return `document` with further milestones."""
    milestones = sorted([*document.milestones, *new], key=lambda each: (each.due, each.code))
    return document.model_copy(update={"milestones": tuple(milestones)})


def _delivered(
    document: Document,
    schedule: Schedule,
    known: Mapping[str, str],
    new: Mapping[str, Milestone],
    candidates: Mapping[str, Milestone],
    data_date: date,
) -> dict[str, Milestone]:
    """Return which of `candidates` a milestone with a section delivers."""
    found: dict[str, Milestone] = {}
    whole = with_milestones(document, new.values())
    own = whole.once(own_sections)
    for relation in schedule.relations:
        code = known.get(relation.successor, relation.successor)
        milestone = candidates.get(relation.predecessor)
        if milestone is None or milestone.code in found or code not in own:
            continue
        successor = whole.milestone(code)
        if (
            successor is not None
            and successor.own.predecessors is None
            and own[code].delivers(successor, milestone, data_date)
        ):
            found[milestone.code] = milestone
    return found


def _milestone(activity: Activity, document: Document) -> Milestone:
    """Return the milestone that an activity would be."""
    facts = {"due": NO_DATE, **facts_in(activity, document.schedule)}
    return Milestone.model_validate({"code": activity.code, **facts})


def _may_select(selection: Selection, code: str) -> bool:
    return not selection.codes or any(fnmatchcase(code, pattern) for pattern in selection.codes)


def _gone(document: Document, found: Iterable[str]) -> dict[str, str]:
    """Return the codes of milestones that an export does not have, by their names."""
    codes = set(found)
    return {
        each.name.casefold(): each.code
        for each in document.milestones
        if each.code not in codes and each.state is None and each.completed is None
    }


def _doubtful(activity: Activity, gone: Mapping[str, str]) -> Problem | None:
    """Return why a milestone may not be meant to be in the document."""
    if activity.name.casefold().startswith(TO_GO):
        message = f"{activity.code} is called {quoted(activity.name)}, and is not added"
        return held(activity.place, message, "ask what is meant")
    if before := gone.get(activity.name.casefold()):
        message = f"{before} is not in the schedule any more, and {activity.code}, which is not added, has its name"
        hint = f"if it is the same, call it {activity.code}, and add aka: [{before}]; else cancel {before}"
        return held(activity.place, message, hint)
    return None


def _invalid(activity: Activity, error: ValidationError) -> Problem:
    detail = error.errors(include_url=False)[0]
    context = detail.get("ctx", {})
    reason = context.get("message") or f"it has no {detail['loc'][0]}"
    return held(activity.place, f"{activity.code} is not added: {reason}", context.get("hint", "correct it in the schedule"))


def held(place: Place, message: str, hint: str) -> Problem:
    """Return the warning about what is left as it is."""
    return Problem(rule="schedule", place=place, message=message, hint=hint, severity=Severity.WARNING)
