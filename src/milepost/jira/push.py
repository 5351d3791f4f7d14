"""Change the issues as planned, one after the other; the fault of one does not keep others from theirs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from milepost.jira.connection import IssueError
from milepost.jira.plan import Action, comment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from milepost.document.model import Metadata
    from milepost.jira.connection import Connection
    from milepost.jira.plan import Step


def push(steps: Iterable[Step], connection: Connection, metadata: Metadata) -> Iterator[Step]:
    """Yield each step as it was carried out.

    Raises:
        MilepostError: nothing more can be done, because Jira refuses the token or does not answer.
    """
    done: set[str] = set()
    for step in steps:
        issue, due = step.issue, step.wanted.due
        if step.action is not Action.SET or issue is None or due is None:
            yield step
            continue
        if issue.id in done:  # the other key of an issue that was moved
            yield replace(step, action=Action.KEEP)
            continue
        try:
            before = connection.issue(issue.id)  # a search may show what was there some seconds ago
            now = replace(step, issue=before)
            if before.resolved:
                yield replace(now, action=Action.SKIP, reason="resolved")
                continue
            if before.due == due:
                yield replace(now, action=Action.KEEP)
                continue
            connection.set_due(before, due, comment(now, metadata))
        except IssueError as error:
            yield step.failed(str(error), error.hint)
            continue
        done.add(issue.id)
        yield now
