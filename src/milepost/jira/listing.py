"""What is done to issues, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.base.errors import Problem
from milepost.jira.plan import Action
from milepost.views.reports.table import Column, Group, Kind, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from milepost.document.model import Metadata
    from milepost.jira.plan import Step
    from milepost.views.reports.table import Row

_COLUMNS = (
    Column(name="issue", title="Issue", kind=Kind.CODE),
    Column(name="milestones", title="Milestone", kind=Kind.CODES),
    Column(name="of", title="Issue of"),
    Column(name="there", title="In Jira", kind=Kind.DATE),
    Column(name="here", title="Here", kind=Kind.DATE),
    Column(name="action", title="Action"),
    Column(name="reason", title="Reason"),
)
_OF = {"jira": "milestone", "jira_testplan": "test plan"}


def table(steps: Sequence[Step], server: str, metadata: Metadata, *, written: bool) -> Table:
    """Return what is done, or would be done, to the issues on `server`."""
    return Table(
        name="jira",
        title="Due dates of issues",
        handle=metadata.handle,
        data_date=metadata.data_date,
        note=f"On {server}." if written else f"On {server}; nothing is changed yet.",
        columns=_COLUMNS,
        groups=(Group(rows=tuple(map(_row, steps)), nothing="No milestone has an issue."),),
    )


def summary(steps: Sequence[Step], *, written: bool) -> str:
    """Return in words how many issues there are of each kind, as in `2 to set, 5 right, 1 skipped`."""
    words = {
        Action.SET: "set" if written else "to set",
        Action.KEEP: "right already",
        Action.SKIP: "skipped",
        Action.FAIL: "failed",
        Action.UNFINISHED: "not finished",
    }
    counted = ((sum(step.action is action for step in steps), word) for action, word in words.items())
    return ", ".join(f"{number} {word}" for number, word in counted if number) or "no issues"


def problem_of(step: Step) -> Problem:
    """Return the problem of a step that failed."""
    use = step.wanted.uses[0]
    return Problem(rule="jira", place=use.place, message=f"{step.wanted.key}: {step.reason}", hint=step.hint)


def _row(step: Step) -> Row:
    uses = step.wanted.uses
    return (
        step.wanted.key,
        tuple(dict.fromkeys(use.code for use in uses)),
        ", ".join(dict.fromkeys(_OF[use.field] for use in uses)),
        step.there,
        step.wanted.due,
        step.action.value,
        step.reason or None,
    )
