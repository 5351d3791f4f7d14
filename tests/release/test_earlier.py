"""Due dates that moved after their milestones were completed, by the recorded states."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from milepost.loading.load import load, loads
from milepost.release.earlier import check_earlier

if TYPE_CHECKING:
    from milepost.base.errors import Problem

PLAN = """\
format: 1
document:
  {handle: X-1, title: Plan, organisation: O, authors: [A], status: draft, draft_mark: D,
   data_date: 2024-01-31}
sections: [{title: Milestones}]
milestones:
  A-1:
    name: First
    due: 2023-12-31
    completed: 2023-12-12
    aka: [OLD-1]
  A-2:
    name: Second
    due: 2024-03-01
"""

# By hand from history/*.csv of this repository: the due date in the first state that has it as completed.
LDM_564 = """\
DM-AP-12 2023-07-03 2023-12-31
DM-DAX-13 2022-06-01 2022-10-31
DM-SUIT-5 2022-07-01 2022-10-31
LDM-503-02 2017-11-30 2019-04-30
LDM-503-04 2018-06-01 2019-04-30
LDM-503-04b 2018-06-01 2019-04-30
LDM-503-05 2018-08-31 2019-04-30
LDM-503-06 2020-06-03 2022-10-31
LDM-503-07 2019-08-30 2019-04-30
LDM-503-13 2024-05-17 2023-12-31
LDM-503-15 2023-09-01 2023-12-31
LDM-503-16a 2024-06-07 2023-12-31
LDM-503-EFDa 2023-02-14 2022-10-31
LDM-503-RSPa 2024-04-30 2023-12-31
LDM-GEN3 2022-06-01 2022-10-31
"""


def found(folder: Path, *, plan: str = PLAN, **states: str) -> list[Problem]:
    """Return what contradicts states, which are named after their files with `__` for `/` and `_` for `-`."""
    for name, text in states.items():
        path = folder / f"{name.replace('__', '/').replace('_', '-').lower()}.csv"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return check_earlier(loads(plan.encode(), "plan.yaml"), folder / "plan.yaml")


def state(*rows: str, scope: str = "all") -> str:
    return "".join(f"{line}\n" for line in (f"# milestones: {scope}", "code,due,completed", *rows))


def test_the_first_state_with_the_completion_is_what_counts(tmp_path: Path) -> None:
    (problem,) = found(
        tmp_path,
        history__2023_10_31=state("A-1,2023-10-31,"),  # open: a plan may change
        history__2023_12_31=state("A-1,2023-11-30,2023-12-12"),
        history__2024_01_15=state("A-1,2023-12-31,2023-12-12"),
    )

    assert str(problem) == (
        "plan.yaml:9:10: warning: A-1 is due 2023-12-31, and was due 2023-11-30 when it was completed "
        "(write 2023-11-30 again, by which the completion is measured)"
    )
    csv = tmp_path / "history/2023-12-31.csv"
    assert [other.words for other in problem.others] == [
        "plan.yaml:10:5: A-1 was completed 2023-12-12",
        f"{csv}:3:5: recorded on 2023-12-31: due 2023-11-30, completed 2023-12-12",
    ]


def test_the_same_date_or_one_that_overlaps_has_not_moved(tmp_path: Path) -> None:
    assert found(tmp_path, history__2023_12_31=state("A-1,2023-12-31,2023-12-12")) == []
    assert found(tmp_path, history__2023_12_31=state("A-1,2023-12,2023-12-12")) == []
    assert found(tmp_path, history__2023_12_31=state("A-1,tbd,2023-12-12")) == []
    assert len(found(tmp_path, history__2023_12_31=state("A-1,2023-11,2023-12-12"))) == 1


def test_no_state_from_the_data_date_on_counts(tmp_path: Path) -> None:
    assert found(tmp_path, history__2024_01_31=state("A-1,2023-11-30,2023-12-12")) == []


def test_earlier_codes_and_open_milestones(tmp_path: Path) -> None:
    rows = state("OLD-1,2023-11-30,2023-12-12", "A-2,2023-11-30,2023-12-12")
    assert [each.path for each in found(tmp_path, history__2023_12_31=rows)] == [("milestones", "A-1", "due")]


def test_a_recorded_export_counts_unless_the_date_is_the_documents_own(tmp_path: Path) -> None:
    export = state("A-1,2023-11-30,2023-12-12", "Z-9,2023-11-30,2023-12-12", scope="schedule")
    own = PLAN.replace("    aka:", "    own: {due: by hand}\n    aka:")

    assert len(found(tmp_path, schedule__2023_12_31=export)) == 1
    assert found(tmp_path, plan=own) == []
    assert len(found(tmp_path, plan=own, history__2023_12_31=state("A-1,2023-11-30,2023-12-12"))) == 1


def test_a_state_with_faults_is_left_to_what_reads_it(tmp_path: Path) -> None:
    for text in (
        "",
        "x",
        "code,name\nA-1,First\n",
        state("A-1,soon,2023-12-12", "A-1"),
        'code,due,completed\n"',
    ):
        assert found(tmp_path, history__2023_12_31=text) == []
    (tmp_path / "history/2023-12-31.csv").write_bytes(b"code,due,completed\nA-1,\xff,x\n")
    assert found(tmp_path) == []


def test_cells_in_quotes_and_over_several_lines(tmp_path: Path) -> None:
    text = (
        '# milestones: all\ncode,reason,due,completed\nB,"one\ntwo",tbd,\nA-1,"a, b",2023-11-30,2023-12-12\n'
    )
    (problem,) = found(tmp_path, history__2023_12_31=text)
    assert (problem.others[1].place.line, problem.others[1].place.column) == (5, 1)


def test_ldm_564() -> None:
    source = Path("milestones.yaml")
    problems = check_earlier(load(source), source)
    listed = {
        f"{each.path[1]} {each.hint.split()[1]} {each.others[1].place.file[-14:-4]}" for each in problems
    }
    assert listed == set(LDM_564.splitlines())
