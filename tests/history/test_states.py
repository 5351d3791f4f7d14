"""A document with the facts of an earlier day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from milepost.base.dates import parse_planned
from milepost.diff.changes import MilestoneAdded, MilestoneRemoved, PredecessorAdded, Recoded
from milepost.diff.compare import diff
from milepost.document.model import Document
from milepost.document.selection import Selection
from milepost.history.states import FACTS, Snapshot, as_of, snapshot_of, unknown

if TYPE_CHECKING:
    from milepost.document.model import Milestone

DAY = date(2024, 1, 31)
ALL = Selection()


def document(**milestones: dict[str, Any]) -> Document:
    """Return a document of April 2024 with these milestones; their names use _ for -."""
    return Document.parse(
        {
            "format": "1",
            "document": {
                "handle": "X-1",
                "title": "T",
                "organisation": "O",
                "authors": ["A"],
                "status": "draft",
                "data_date": "2024-04-30",
                "draft_mark": "Draft",
            },
            "sections": [{"title": "S"}],
            "milestones": {
                code.replace("_", "-"): {"name": code, "level": "2", "due": "2024-12-31", **facts}
                for code, facts in milestones.items()
            },
        }
    )


def snapshot(*columns: str, scope: Selection | None = ALL, **rows: Any) -> Snapshot:
    facts = {code.replace("_", "-"): dict(zip(columns, row, strict=True)) for code, row in rows.items()}
    return Snapshot(day=DAY, scope=scope, columns=columns, rows=facts)


def then(document: Document, state: Snapshot, code: str = "A-1") -> Milestone:
    milestone = as_of(document, state).milestone(code)
    assert milestone is not None
    return milestone


def test_what_the_snapshot_says_replaces_the_facts_of_the_document() -> None:
    today = document(A_1={"due": "2024-05-01", "completed": "2024-03-01", "name": "First", "jira": "J-1"})
    due = parse_planned("2024-02")
    state = snapshot("due", "completed", "name", A_1=(due, None, "Start"))

    earlier = then(today, state)

    assert (earlier.due, earlier.completed, earlier.name) == (due, None, "Start")
    assert (earlier.jira, earlier.level) == ("J-1", 2)
    assert as_of(today, state).metadata.data_date == DAY


def test_an_empty_cell_is_none_and_a_missing_column_is_unknown() -> None:
    today = document(A_1={"forecast": "2025"})

    assert then(today, snapshot("forecast", A_1=(None,))).forecast is None
    assert then(today, snapshot("completed", A_1=(None,))).forecast == parse_planned("2025")


@pytest.mark.parametrize("listed", ["A-1", "B-1"])
def test_what_happened_after_that_day_had_not_happened(listed: str) -> None:
    """Whether the milestone is in the snapshot without that column, or not at all."""
    today = document(
        A_1={"completed": "2024-02-01"}, B_1={"state": "deferred", "since": "2024-04-01", "reason": "Snow"}
    )
    state = Snapshot(day=DAY, scope=None, columns=("due",), rows={listed: {"due": parse_planned("2024")}})

    assert then(today, state).completed is None
    put_off = then(today, state, "B-1")
    assert (put_off.state, put_off.since, put_off.reason) == (None, None, None)


def test_what_had_happened_by_that_day_stays() -> None:
    today = document(A_1={"completed": "2024-01-31"}, B_1={"state": "deferred", "since": "2024-01-31"})
    state = snapshot("due", scope=None, C_1=(parse_planned("2024"),))

    assert then(today, state).completed == DAY
    assert then(today, state, "B-1").state == "deferred"


def test_state_and_completion_never_contradict_each_other() -> None:
    done = document(A_1={"completed": "2024-01-15"})
    dropped = document(A_1={"state": "cancelled", "since": "2024-01-10", "reason": "Money"})

    cancelled = then(done, snapshot("state", A_1=("cancelled",)))
    assert (cancelled.state, cancelled.completed) == ("cancelled", None)
    completed = then(dropped, snapshot("completed", A_1=(date(2024, 1, 5),)))
    assert (completed.state, completed.since, completed.reason) == (None, None, None)
    assert completed.completed == date(2024, 1, 5)


def test_the_day_and_reason_of_another_state_are_unknown() -> None:
    today = document(A_1={"state": "cancelled", "since": "2024-01-10", "reason": "Money"})
    earlier = then(today, snapshot("state", A_1=("deferred",)))
    assert (earlier.state, earlier.since, earlier.reason) == ("deferred", None, None)
    same = then(today, snapshot("state", A_1=("cancelled",)))
    assert (same.state, same.since, same.reason) == ("cancelled", date(2024, 1, 10), "Money")


def test_a_milestone_that_a_complete_snapshot_has_not_did_not_exist() -> None:
    today = document(A_1={"predecessors": ["B-1"]}, B_1={})
    due = (parse_planned("2024-12-31"),)

    complete = as_of(today, snapshot("due", A_1=due))
    assert [each.code for each in complete.milestones] == ["A-1"]
    assert [type(change) for change in diff(complete, today)][1:] == [PredecessorAdded, MilestoneAdded]
    codes = as_of(today, snapshot("due", scope=Selection.from_text("codes:A-*"), A_1=due))
    assert [each.code for each in codes.milestones] == ["A-1", "B-1"]
    some = as_of(today, snapshot("due", scope=None, A_1=due))
    assert [each.code for each in some.milestones] == ["A-1", "B-1"]


def test_a_milestone_that_is_gone_is_there_if_enough_is_known_of_it() -> None:
    today = document(A_1={})
    columns = ("name", "level", "due")
    rows: dict[str, Any] = {
        "A_1": ("A_1", 2, parse_planned("2024-12-31")),
        "B_1": ("Second", 3, parse_planned("tbd")),
    }
    state = snapshot(*columns, **rows)

    assert unknown(today, state) == ()
    (gone,) = (change for change in diff(as_of(today, state), today) if isinstance(change, MilestoneRemoved))
    assert (gone.milestone.code, gone.milestone.name, gone.milestone.level) == ("B-1", "Second", 3)
    only_a = Selection.from_text("codes:A-*")
    assert unknown(today, snapshot(*columns, scope=only_a, **rows)) == ("B-1",)
    for less in (
        snapshot("due", A_1=rows["A_1"][2:], B_1=rows["B_1"][2:]),
        snapshot(*columns, scope=None, **rows),
    ):
        assert unknown(today, less) == ("B-1",)
        assert as_of(today, less).milestone("B-1") is None


def test_an_earlier_code() -> None:
    today = document(A_2={"aka": ["A-1", "A-0"]}, B_1={"predecessors": ["A-2"]})
    due = (parse_planned("2024-12-31"),)
    earlier = as_of(today, snapshot("due", A_1=due, B_1=due))

    assert [(each.code, each.aka, each.predecessors) for each in earlier.milestones] == [
        ("A-1", ("A-0",), ()),
        ("B-1", (), ("A-1",)),
    ]
    assert [change for change in diff(earlier, today) if not hasattr(change, "field")] == [
        Recoded(old="A-1", new="A-2", old_aka=("A-0",), new_aka=("A-0", "A-1"))
    ]


def test_a_code_that_was_another_milestone_then() -> None:
    """Two milestones of that day are one today, which has the code of the one, and the other one as aka."""
    today = document(A_2={"aka": ["A-1"]})
    columns, due = ("name", "level", "due"), parse_planned("2024-12-31")
    earlier = as_of(today, snapshot(*columns, A_1=("One", 2, due), A_2=("Two", 2, due)))

    assert [(each.code, each.name, each.aka) for each in earlier.milestones] == [
        ("A-1", "One", ()),
        ("A-2", "Two", ()),
    ]


def test_a_snapshot_of_a_document_has_all_facts_sorted_by_code() -> None:
    found = snapshot_of(document(B_1={"due": "2020"}, A_1={"completed": "2024-01-01"}))

    assert list(found.rows) == ["A-1", "B-1"]
    assert (found.day, found.scope, found.columns) == (date(2024, 4, 30), ALL, FACTS)
    assert found.rows["A-1"]["completed"] == date(2024, 1, 1)
    assert as_of(document(B_1={}, A_1={}), found) == document(
        B_1={"due": "2020"}, A_1={"completed": "2024-01-01"}
    )
