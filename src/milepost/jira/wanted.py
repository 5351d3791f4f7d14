"""Which issue should be due when, as the document has it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from milepost.base.addresses import fault_of_server
from milepost.base.dates import iso
from milepost.base.errors import MilepostError, Place, Problem, quoted
from milepost.document import schedule

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import date

    from milepost.document.model import Document, Milestone
    from milepost.loading.positions import Places

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*-[1-9][0-9]*")
_BROWSE = "/browse/{key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """An issue that a milestone names.

    Attributes:
        key: of the issue, in capitals.
        code: of the milestone.
        field: `jira` or `jira_testplan`.
        earlier: by how many days the issue is due before the milestone.
        due: the day on which it should be due; None if it is left alone.
        reason: why it is left alone; empty if it is not.
        place: where the document names it.
    """

    key: str
    code: str
    field: str
    earlier: int
    due: date | None
    reason: str
    place: Place

    @property
    def subject(self) -> str:
        """What the issue is about, in words."""
        return self.code if self.field == "jira" else f"{self.code} test plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the document says of one issue: the milestones that name it agree.

    Attributes:
        key: of the issue.
        due: the day on which it should be due; None if it is left alone.
        reason: why it is left alone; empty if it is not.
        uses: by which milestones, and as what.
    """

    key: str
    due: date | None
    reason: str
    uses: tuple[Use, ...]

    @property
    def subject(self) -> str:
        """What the issue is about, in words."""
        return ", ".join(use.subject for use in self.uses)


def wanted(document: Document, places: Places, codes: Collection[str] | None = None) -> tuple[Wanted, ...]:
    """Return what the document says of each issue that its milestones name, in the order of the document.

    Args:
        document: the document.
        places: of its values.
        codes: of the milestones that are meant; None for all.

    Raises:
        MilepostError: with every name that is no key of an issue, and every issue that two milestones want
            on different days. That is looked for among all milestones.
    """
    by_key: dict[str, list[Use]] = {}
    for use in _uses(document, places):
        by_key.setdefault(use.key, []).append(use)
    problems = [*_no_keys(by_key), *_contradictions(by_key.values())]
    if problems:
        raise MilepostError(*sorted(problems, key=lambda problem: problem.place or Place("")))
    return tuple(
        _together(uses) for uses in by_key.values() if codes is None or any(use.code in codes for use in uses)
    )


def server_of(document: Document) -> str:
    """Return the address of Jira: `server` below `jira`, or else the one in `issue_url` of the document.

    Raises:
        MilepostError: there is none, or no password may be sent to it.
    """
    address = document.jira.server
    if address is None and (issues := document.metadata.issue_url or "").endswith(_BROWSE):
        address = issues.removesuffix(_BROWSE)
    if address is None:
        message = "the document does not say where Jira is"
        hint = "add it to the YAML: jira: {server: https://...}"
        raise MilepostError(Problem(rule="jira", message=message, hint=hint))
    fact, remedy = fault_of_server(address)
    if fact:
        raise MilepostError(Problem(rule="jira", message=f"issue_url: {fact}", hint=remedy))
    return address.rstrip("/")


def _uses(document: Document, places: Places) -> Iterator[Use]:
    for milestone in document.milestones:
        due, reason = _due(document, milestone)
        for field, key, earlier in (
            ("jira", milestone.jira, 0),
            ("jira_testplan", milestone.jira_testplan, document.jira.test_plan_days),
        ):
            if key is not None:
                yield Use(
                    key=key.upper(),
                    code=milestone.code,
                    field=field,
                    earlier=earlier,
                    due=due and due - timedelta(days=earlier),
                    reason=reason,
                    place=places.of(("milestones", milestone.code, field)),
                )


def _due(document: Document, milestone: Milestone) -> tuple[date | None, str]:
    """Return the day on which `milestone` is due, or why its issues are left alone.

    A month, quarter or year is due on its last day. The due date of a deferred milestone no longer holds.
    """
    if milestone.completed is not None:
        return None, "completed"
    if milestone.cancelled:
        return None, "cancelled"
    is_due = document.jira.date == "due"
    if is_due and milestone.state is not None:
        return None, milestone.state
    day = milestone.due if is_due else schedule.expected(milestone)
    if day is None or not day.known:
        return None, milestone.state or "no date yet"
    return day.last, ""


def _together(uses: Iterable[Use]) -> Wanted:
    """Return what several uses of one issue say together: those with a date count."""
    uses = tuple(uses)
    due = next((use.due for use in uses if use.due), None)
    reason = "" if due else ", ".join(dict.fromkeys(use.reason for use in uses))
    return Wanted(key=uses[0].key, due=due, reason=reason, uses=uses)


def _no_keys(by_key: dict[str, list[Use]]) -> Iterator[Problem]:
    for key, uses in by_key.items():
        if not _KEY.fullmatch(key):
            message, hint = f"{quoted(key)} is not the key of an issue", "write one like ABC-123"
            yield from (Problem(rule="jira", place=use.place, message=message, hint=hint) for use in uses)


def _contradictions(all_uses: Iterable[list[Use]]) -> Iterator[Problem]:
    for uses in all_uses:
        dated = [(use, iso(use.due)) for use in uses if use.due]
        for use, day in dated[1:]:
            first, first_day = dated[0]
            if day != first_day:
                other = f"{first_day} with {first.subject} ({first.place})"
                message = f"{use.key} cannot be due {day} with {use.subject} and {other}"
                hint = "name another issue in one of them"
                yield Problem(rule="jira", place=use.place, message=message, hint=hint)
