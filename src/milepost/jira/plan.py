"""What is done to each issue: values, and the comment that says so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from milepost.base.dates import iso
from milepost.base.errors import count
from milepost.base.escape import jira as escaped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from milepost.document.model import Metadata
    from milepost.jira.wanted import Wanted


class Action(StrEnum):
    """What is done, or would be done, to an issue."""

    SET = "set"
    KEEP = "keep"
    SKIP = "skip"
    FAIL = "fail"
    UNFINISHED = "not finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """An issue as Jira has it.

    Attributes:
        id: by which Jira knows it, also after it has been moved to another project.
        key: its present key.
        due: its due date, if it has one.
        resolved: whether it is done.
    """

    id: str
    key: str
    due: date | None
    resolved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is done to one issue.

    Attributes:
        wanted: what the document says of it.
        issue: the issue; None if it could not be read, or was not asked for.
        action: what is done.
        reason: why it is skipped or has failed.
        hint: how to fix that.
    """

    wanted: Wanted
    issue: Issue | None
    action: Action
    reason: str = ""
    hint: str = ""

    @property
    def there(self) -> date | None:
        """The due date in Jira."""
        return self.issue.due if self.issue else None

    def failed(self, reason: str, hint: str = "") -> Step:
        """Return the same step, which has failed."""
        return replace(self, action=Action.FAIL, reason=reason, hint=hint)

    def unfinished(self) -> Step:
        """Return the same step; if a date was to be set, it is not known whether it was."""
        return replace(self, action=Action.UNFINISHED) if self.action is Action.SET else self


def asked_for(all_wanted: Iterable[Wanted]) -> tuple[str, ...]:
    """Return the keys of the issues that Jira is asked for: those that may get a date."""
    return tuple(wanted.key for wanted in all_wanted if wanted.due)


def plan(all_wanted: Iterable[Wanted], found: Mapping[str, Issue | str]) -> tuple[Step, ...]:
    """Return what is to be done.

    Args:
        all_wanted: what the document says of each issue.
        found: for each key that was asked for, the issue, or why it could not be read.
    """
    steps = [_step(wanted, found.get(wanted.key, "")) for wanted in all_wanted]
    return tuple(_without_clashes(steps))


def _step(wanted: Wanted, found: Issue | str) -> Step:
    if wanted.due is None:
        return Step(wanted=wanted, issue=None, action=Action.SKIP, reason=wanted.reason)
    if isinstance(found, str):
        return Step(wanted=wanted, issue=None, action=Action.FAIL, reason=found)
    if found.resolved:
        return Step(wanted=wanted, issue=found, action=Action.SKIP, reason="resolved")
    return Step(wanted=wanted, issue=found, action=Action.KEEP if found.due == wanted.due else Action.SET)


def _without_clashes(steps: Iterable[Step]) -> Iterator[Step]:
    """Yield `steps`; two keys of one issue, which was moved, fail if they want different days."""
    steps = tuple(steps)
    days: dict[str, set[date | None]] = {}
    for step in steps:
        if step.issue:
            days.setdefault(step.issue.id, set()).add(step.wanted.due)
    for step in steps:
        if step.issue and len(days[step.issue.id]) > 1:
            yield step.failed(f"{step.issue.key} is also given for a milestone with another date")
        else:
            yield step


def comment(step: Step, metadata: Metadata) -> str:
    """Return the comment about a change, in Jira's wiki markup."""
    if step.wanted.due is None:
        raise ValueError(f"{step.wanted.key} gets no date")
    before = iso(step.there) if step.there else "none"
    of = f"{escaped(metadata.handle)}, schedule of {iso(metadata.data_date)}"
    why = "; ".join(
        (f"{count(use.earlier, 'day')} before " if use.earlier else "") + escaped(use.code)
        for use in step.wanted.uses
        if use.due
    )
    return f"Due date {before} -> {iso(step.wanted.due)} to follow {of}: {why}."
