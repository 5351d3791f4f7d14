"""What is recorded of a whole export, and how it is read again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from tests.support.exports import COLUMNS_2024, relation, sheets, task, xls

from milepost.base.errors import MilepostError
from milepost.history.exports import snapshot_of_schedule
from milepost.history.links import (
    Link,
    activities_csv,
    links_csv,
    links_of,
    read_activities,
    read_relations,
    shown_activities_of,
)
from milepost.history.snapshots import as_csv, origin, read_snapshot
from milepost.history.states import as_of, unknown
from milepost.loading.load import loads
from milepost.schedule.activities import Kind, Schedule
from milepost.schedule.read import parse

if TYPE_CHECKING:
    from pathlib import Path

DAY = date(2024, 2, 29)
MILESTONE = {"task_type": "Finish Milestone"}
TRACKED = MILESTONE | {"actv_code_milestone_tracking_id": "Y"}
CELEBRATED = MILESTONE | {"actv_code_celebratory_achievements_id": "Top"}
ROWS = [
    task("T&SC-2(1)", "3/1/2024", task_name="=1+1", end_date="4/2/2024", user_field_859="2", **MILESTONE),
    task("B-1", "2/1/2024", status="Completed", act_end_date="2/3/2024", **MILESTONE),
    task(
        "A-1", "", task_name="Start", start_date="5/1/2024", actv_code_milestone_tracking_id="Y", **MILESTONE
    ),
    task(
        "D-1 x",
        "",
        task_name="No date, no 'quotes\"",
        actv_code_celebratory_achievements_id="Top",
        **MILESTONE,
    ),
    task(
        "W-1",
        "6/1/2024",
        task_type="Task Dependent",
        start_date="1/1/2024",
        actv_code_summary_chart_id="Site.Walls, doors",
    ),
    task("C-1", "6/1/2024", task_type="Task Dependent"),
]
RELATIONS = [
    relation("B-1", "A-1", "SS", "-8.50"),
    relation("A-1", "B-1"),
    relation("A-1", "B-1"),
    relation("A-1", "W-1"),
    relation("A-1", "X-9"),
]
STATE = """\
# milestones: schedule
# source: 202402-ME.xls
# sha256: HEX
code,level,wbs,due,forecast,completed,name,start,status,celebratory,tracked
A-1,,02C.04,2024-05-01,,,Start,2024-05-01,Not Started,,true
B-1,,02C.04,2024-02-01,,2024-02-03,Name of B-1,,Completed,,
D-1 x,,02C.04,,,,"No date, no 'quotes""\",,Not Started,Top,
T&SC-2(1),2,02C.04,2024-03-01,2024-04-02,,'=1+1,,Not Started,,
"""
LINKS = """\
# source: 202402-ME.xls
# sha256: HEX
predecessor,successor,kind,lag
A-1,B-1,FS,0
B-1,A-1,SS,-8.5
"""
ACTIVITIES = """\
# source: 202402-ME.xls
# sha256: HEX
code,name,category,description,start,finish,completed
W-1,Name of W-1,Site,"Walls, doors",2024-01-01,2024-06-01,
"""


@pytest.fixture(scope="module")
def schedule() -> Schedule:
    return parse(xls(sheets(ROWS, RELATIONS, COLUMNS_2024)), "202402-ME.xls")


def test_what_is_recorded_is_sorted_and_read_again(schedule: Schedule) -> None:
    snapshot = snapshot_of_schedule(schedule, DAY)

    assert as_csv(snapshot) == STATE.replace("HEX", schedule.sha256)
    assert read_snapshot(as_csv(snapshot).encode(), "2024-02-29.csv").snapshot == snapshot


def test_the_order_of_the_export_does_not_matter(schedule: Schedule) -> None:
    other = parse(xls(sheets(ROWS[::-1], RELATIONS[::-1], COLUMNS_2024)), "202402-ME.xls")

    assert as_csv(snapshot_of_schedule(other, DAY)).replace(other.sha256, "HEX") == STATE
    assert links_of(other) == links_of(schedule)


def test_relations_and_activities_beside(schedule: Schedule, tmp_path: Path) -> None:
    head = origin(schedule.file, schedule.sha256)
    links, activities = tmp_path / "2024-02-29.relations.csv", tmp_path / "2024-02-29.activities.csv"
    links.write_text(links_csv(links_of(schedule), head), "utf-8")
    activities.write_text(activities_csv(shown_activities_of(schedule), head), "utf-8")

    assert links.read_text("utf-8") == LINKS.replace("HEX", schedule.sha256)
    assert activities.read_text("utf-8") == ACTIVITIES.replace("HEX", schedule.sha256)
    assert read_relations(links) == (
        Link("A-1", "B-1", Kind.FINISH_TO_START, Decimal()),
        Link("B-1", "A-1", Kind.START_TO_START, Decimal("-8.5")),
    )
    assert read_activities(activities) == shown_activities_of(schedule)


def test_faults_of_relations_and_activities(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(
        "# sha256: 0\npredecessor,successor,kind,lag\nA-1,,XX,1\nA-1,B-1,FS,NaN\nA-1,B-1\n", "utf-8"
    )
    (tmp_path / "a.csv").write_text(ACTIVITIES.replace("2024-06-01", "2024-06-31"), "utf-8")
    (tmp_path / "e.csv").write_text("predecessor,succesor,kind,lag\n", "utf-8")
    (tmp_path / "n.csv").write_text("# sha256: 0\n", "utf-8")
    for name, expected in {
        "r.csv": [
            "r.csv:3:5: the code is missing (write it, or remove the row)",
            "r.csv:3:6: 'XX' is no kind of relation (write FS, SS, FF, SF)",
            "r.csv:4:12: 'NaN' is not a number of hours (write a number, as in 40 or -8)",
            "r.csv:5:1: this row has 2 cells, and there are 4 columns (an empty cell needs its comma)",
        ],
        "e.csv": ["e.csv:1:13: there is no column 'succesor' (did you mean successor?)"],
        "n.csv": ["n.csv: the line with the names of the columns is missing (add it)"],
    }.items():
        with pytest.raises(MilepostError) as caught:
            read_relations(tmp_path / name, shown_as=name)
        assert str(caught.value).split("\n") == expected
    with pytest.raises(MilepostError, match=r"a\.csv:4:.*2024-06-31"):
        read_activities(tmp_path / "a.csv", shown_as="a.csv")


PLAN = """\
format: 1
document:
  {handle: P-1, title: A, organisation: O, authors: [A], status: draft, draft_mark: D, data_date: 2024-03-31}
sections: [{title: All}]
schedule: {clean_names: ["Name of "]}
milestones:
  NEW-1: {name: Start here, own: {name: clearer, due: agreed}, due: 2024-06-01, aka: [A-1], wbs: 02C.05}
  B-1: {name: B, due: 2024-02-02, level: 3}
  D-1: {name: D, due: 2024-07-01}
  E-1: {name: Only here, due: 2024-08-01}
"""


def test_a_document_as_of_a_whole_export(schedule: Schedule) -> None:
    document, snapshot = loads(PLAN.encode(), "p.yaml").document, snapshot_of_schedule(schedule, DAY)
    then = as_of(document, snapshot)

    assert unknown(document, snapshot) == ()
    assert [milestone.code for milestone in then.milestones] == ["B-1", "A-1", "D-1", "E-1"]
    finished, renamed, *others = then.milestones
    assert (finished.name, finished.level, str(finished.due)) == ("B-1", 3, "2024-02-01")
    assert (finished.completed, finished.wbs) == (date(2024, 2, 3), "02C.04")
    assert (renamed.name, str(renamed.due), renamed.wbs) == ("Start here", "2024-06-01", "02C.04")
    assert others == [document.milestone("D-1"), document.milestone("E-1")]


def test_faults_of_a_recorded_export() -> None:
    text = STATE.replace("Completed", "Done").replace(",true", ",yes").replace("2024-05-01,,,", "soon,,,")
    with pytest.raises(MilepostError) as caught:
        read_snapshot(text.encode(), "2024-02-29.csv")
    assert [str(problem).split(": ")[0] for problem in caught.value.problems] == [
        "2024-02-29.csv:5:13",
        "2024-02-29.csv:5:50",
        "2024-02-29.csv:6:49",
    ]
    assert "write 'Not Started', 'In Progress' or 'Completed'" in str(caught.value)
    with pytest.raises(MilepostError, match="there is no column 'status'"):
        read_snapshot(STATE.replace(": schedule", ": some").encode(), "2024-02-29.csv")
