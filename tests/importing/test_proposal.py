"""What an export changes in a document: each kind of fact, what stays, and the bytes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.exports import sheets, task, xls

from milepost.base.errors import MilepostError
from milepost.importing.apply import apply
from milepost.importing.data_date import data_date_of
from milepost.importing.proposal import propose
from milepost.loading.load import loads
from milepost.schedule.read import parse

if TYPE_CHECKING:
    from tests.support.exports import Row

    from milepost.importing.proposal import Proposal

HEAD = """\
format: 1
document:
  handle: PLAN-1
  title: A plan
  organisation: Office
  authors: [A. Author]
  status: draft
  data_date: 2024-12-31   # the end of the month
  draft_mark: Draft
sections:
  - title: Parts
    milestones: {codes: "*", no_deliveries: Nothing.}
schedule:
  clean_names: ["Test report: "]
milestones:
"""
PLAN = f"""\
{HEAD}
  # the walls
  A-1:
    name: 'Walls'   # as in the schedule
    level: 2
    due: 2025-02-01

  A-2: {{name: Roof, due: 2025-03-01, forecast: 2025-04-01, aka: [OLD-2]}}
  A-3:
    name: A better name
    own: {{name: clearer, due: agreed with the board}}
    due: 2025-03-01
    wbs: 02C.01
  A-4: {{name: Garden, due: 2025-05-01}}
"""


def proposal(*rows: Row, plan: str = PLAN, day: date = date(2025, 1, 31)) -> Proposal:
    export = parse(xls(sheets(rows)), "202501-ME.xls")
    return propose(loads(plan.encode(), "plan.yaml").document, export, day)


def changes(found: Proposal) -> list[tuple[str, str, str | None, str | None]]:
    return [(fact.code, fact.key, fact.document, fact.schedule) for fact in found.changes]


def test_each_fact_that_the_export_states() -> None:
    found = proposal(
        task(
            "A-1",
            "2/15/2025 5:00:00 PM",
            task_name="Test report: Walls and doors",
            user_field_859="3",
            end_date="3/1/2025 5:00:00 PM",
        ),
        task("A-4", "5/1/2025", task_name="Garden", status="Completed", act_end_date="1/20/2025", wbs_id=""),
    )
    assert changes(found) == [
        ("A-1", "name", "Walls", "Walls and doors"),
        ("A-1", "level", "2", "3"),
        ("A-1", "wbs", None, "02C.04"),
        ("A-1", "due", "2025-02-01", "2025-02-15"),
        ("A-1", "forecast", None, "2025-03-01"),
        ("A-4", "completed", None, "2025-01-20"),
    ]
    assert found.missing == ("A-2", "A-3")


def test_a_forecast_that_is_the_baseline_is_no_news_and_ends_one() -> None:
    found = proposal(task("A-2", "3/1/2025", task_name="Roof", wbs_id=""))
    assert changes(found) == [("A-2", "forecast", "2025-04-01", None)]


def test_a_milestone_is_found_by_an_earlier_code_unless_the_present_one_is_there() -> None:
    old = task("OLD-2", "4/1/2025", task_name="Roof", wbs_id="")
    assert [each[:2] for each in changes(proposal(old))] == [("A-2", "due"), ("A-2", "forecast")]
    new = task("A-2", "3/1/2025", task_name="Roof", end_date="4/1/2025", wbs_id="")
    assert changes(proposal(new, old)) == changes(proposal(old, new)) == []


def test_what_is_the_documents_own_stays_and_it_is_said_where_it_is_needless() -> None:
    found = proposal(task("A-3", "3/1/2025", task_name="A name", wbs_id="Plan.02C.01"))
    assert changes(found) == []
    assert [(own.fact.key, own.reason, own.is_needless) for own in found.own] == [
        ("name", "clearer", False),
        ("due", "agreed with the board", True),
    ]


def test_only_the_bytes_that_say_something_new_change() -> None:
    found = proposal(
        task("A-1", "2/15/2025", task_name="Walls: #1", user_field_859="2", wbs_id=""),
        task("A-2", "3/1/2025", task_name="Roof", status="Completed", act_end_date="1/7/2025", wbs_id=""),
        task("A-3", "9/1/2025", task_name="Another", wbs_id="Plan.02C.02"),
    )
    changed, loaded = apply(PLAN.encode(), "plan.yaml", found)
    assert changed.decode() == (
        PLAN.replace("2024-12-31", "2025-01-31")
        .replace("name: 'Walls'   #", "name: 'Walls: #1'   #")
        .replace("due: 2025-02-01", "due: 2025-02-15")
        .replace(
            "due: 2025-03-01, forecast: 2025-04-01, aka: [OLD-2]",
            "due: 2025-03-01, completed: 2025-01-07, aka: [OLD-2]",
        )
        .replace("wbs: 02C.01", "wbs: 02C.02")
    )
    assert loaded.document.metadata.data_date == date(2025, 1, 31)


def test_a_document_that_would_have_errors_is_not_made() -> None:
    late = proposal(task("A-1", "2/1/2025", task_name="Walls", status="Completed", act_end_date="3/1/2025"))
    with pytest.raises(MilepostError) as caught:
        apply(PLAN.encode(), "plan.yaml", late)
    assert "A-1 cannot be completed after the data date, 2025-01-31" in str(caught.value)


@pytest.mark.parametrize(
    ("file", "given", "expected"),
    [
        ("202402-ME.xls", None, ("2024-02-29", "the end of the month in its name")),
        ("2023-12 final.xls", None, ("2023-12-31", "the end of the month in its name")),
        ("202402-ME.xls", date(2024, 2, 1), ("2024-02-01", "as given")),
    ],
)
def test_the_data_date(file: str, given: date | None, expected: tuple[str, str]) -> None:
    export = parse(xls(sheets([task("A-1", "1/1/2025")])), file)
    day, origin = data_date_of(export, given)
    assert (day.isoformat(), origin) == expected


@pytest.mark.parametrize("file", ["export.xls", "202413-ME.xls", "12024022.xls"])
def test_a_data_date_that_nothing_says(file: str) -> None:
    export = parse(xls(sheets([task("A-1", "1/1/2025")])), file)
    with pytest.raises(MilepostError) as caught:
        data_date_of(export, None)
    assert str(caught.value) == (
        f"{file}: neither the file nor its name says as of which day its dates are known"
        " (give it with --data-date)"
    )


ROWS = st.lists(
    st.builds(
        lambda code, due, finish, name, done: task(
            code,
            f"{due}/1/2025",
            task_name=name,
            end_date=f"{finish}/1/2025",
            status="Completed" if done else "Not Started",
            act_end_date="12/1/2024" if done else "",
        ),
        st.sampled_from(["A-1", "A-2", "A-3", "A-4", "OLD-2", "B-1"]),
        st.integers(1, 12),
        st.integers(1, 12),
        st.text("ab:#-'\",[]{}& ", min_size=1, max_size=8).map(lambda text: f"n{text}"),
        st.booleans(),
    ),
    max_size=5,
    unique_by=lambda row: row["task_code"],
)


@settings(max_examples=40, deadline=None)
@given(ROWS, st.sampled_from(["\n", "\r\n"]))
def test_a_second_import_changes_nothing_and_other_lines_stay(rows: list[Row], end: str) -> None:
    plan = PLAN.replace("\n", end)
    found = proposal(*rows, plan=plan)
    changed, _ = apply(plan.encode(), "plan.yaml", found)
    again = proposal(*rows, plan=changed.decode())
    assert again.changes == ()
    assert apply(changed, "plan.yaml", again)[0] == changed
    # A comment is still on the line, or below the line, on which it was.
    assert changed.decode().count("#") - plan.count("#") == sum(
        (fact.schedule or "").count("#") - (fact.document or "").count("#") for fact in found.changes
    )
    assert f"  # the walls{end}  A-1:{end}" in changed.decode()
