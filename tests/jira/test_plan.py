"""What is done to each issue, and what the comment says."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.jira_documents import loaded, of

from milepost.jira.plan import Action, Issue, Step, asked_for, comment, plan

if TYPE_CHECKING:
    from milepost.document.model import Metadata
    from milepost.jira.wanted import Wanted

JUNE, JULY = date(2024, 6, 1), date(2024, 7, 1)


def issue(number: int = 1, **values: Any) -> Issue:
    known = {"id": str(number), "key": f"AB-{number}", "due": None, "resolved": False}
    return Issue(**known | values)


def wanted(*, due: str = "2024-06-01", more: str = "") -> tuple[Wanted, ...]:
    return of(f"M-1: {{name: A, due: {due}, jira: AB-1}}", more=more)


@pytest.mark.parametrize(
    ("found", "action", "reason"),
    [
        (issue(due=None), Action.SET, ""),
        (issue(due=JULY), Action.SET, ""),
        (issue(due=JUNE), Action.KEEP, ""),
        (issue(due=JULY, resolved=True), Action.SKIP, "resolved"),
        (issue(due=JUNE, resolved=True), Action.SKIP, "resolved"),
        ("there is no such issue", Action.FAIL, "there is no such issue"),
    ],
)
def test_what_is_done(found: Issue | str, action: Action, reason: str) -> None:
    (step,) = plan(wanted(), {"AB-1": found})
    assert (step.action, step.reason) == (action, reason)


def test_what_has_no_date_is_not_asked_for() -> None:
    all_wanted = wanted(due="tbd")
    assert asked_for(all_wanted) == ()
    (step,) = plan(all_wanted, {})
    assert (step.action, step.reason, step.there) == (Action.SKIP, "no date yet", None)


def test_two_keys_of_one_issue_that_was_moved() -> None:
    milestones = "M-1: {name: A, due: 2024-06-01, jira: AB-1}", "M-2: {name: B, due: %s, jira: CD-1}"
    for due, action in (("2024-06-01", Action.SET), ("2024-07-01", Action.FAIL)):
        steps = plan(of(milestones[0], milestones[1] % due), {"AB-1": issue(), "CD-1": issue()})
        assert [step.action for step in steps] == [action, action]


def said(step: Step, handle: str = "T-1") -> str:
    metadata: Metadata = loaded("M-1: {name: A, due: 2024-06-01}").document.metadata
    return comment(step, metadata.model_copy(update={"handle": handle}))


def test_the_comment_says_what_and_why() -> None:
    steps = plan(
        of("M-1: {name: A, due: 2024-06-01, jira: AB-1, jira_testplan: AB-2}"),
        {"AB-1": issue(due=date(2024, 5, 1)), "AB-2": issue(2)},
    )
    assert [said(step) for step in steps] == [
        "Due date 2024-05-01 -> 2024-06-01 to follow T-1, schedule of 2024-01-31: M-1.",
        "Due date none -> 2024-04-17 to follow T-1, schedule of 2024-01-31: 45 days before M-1.",
    ]


def test_text_of_the_document_is_no_markup_in_it() -> None:
    (step,) = plan(of("M_1+x_y: {name: A, due: 2024-06-01, jira: AB-1}"), {"AB-1": issue()})
    assert said(step, handle="T_1_x").endswith(r"to follow T\_1\_x, schedule of 2024-01-31: M\_1\+x\_y.")
