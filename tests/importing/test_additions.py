"""Milestones and links that an import adds: which, where in the file, and what is left for the owner."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.support.exports import relation, sheets, task, xls
from tests.support.plans import HEAD, plans

from milepost.importing.additions.placement import placed
from milepost.importing.apply import apply
from milepost.importing.doubts import doubts
from milepost.importing.proposal import propose
from milepost.loading.load import loads
from milepost.schedule.read import parse

if TYPE_CHECKING:
    from tests.support.exports import Row
    from tests.support.plans import Written

    from milepost.document.model import Milestone
    from milepost.importing.proposal import Proposal

DAY = date(2025, 1, 31)
PLAN = """\
milestones:
  A-1:
    level: 1
    name: Name of A-1
    due: 2025-02-01
    predecessors:
      - B-1
      - B-3  # as agreed

  A-2:
    level: 1
    name: Name of A-2
    due: 2025-05-01
    predecessors: [A-1]

  B-1: {name: Name of B-1, due: 2025-01-01, level: 2}
  B-3: {name: Name of B-3, due: 2025-01-01, level: 2, predecessors: [B-1]}
  C-1: {name: Name of C-1, due: 2025-01-01}
"""
ROWS = {
    code: task(code, due, wbs_id="", user_field_859=level, end_date="8/1/2025")
    for code, due, level in (
        ("A-1", "2/1/2025", "1"),
        ("A-2", "5/1/2025", "1"),
        ("B-1", "1/1/2025", "2"),
        ("B-3", "1/1/2025", "2"),
        ("C-1", "1/1/2025", ""),
    )
}
LINKS = [("B-1", "A-1"), ("B-3", "A-1"), ("A-1", "A-2"), ("B-1", "B-3")]


class Import:
    """What an export does to a plan."""

    def __init__(
        self,
        settings: str,
        *more: Row,
        links: list[tuple[str, str]] = LINKS,
        without: str = "",
        plan: str = PLAN,
    ) -> None:
        self.old = f"{HEAD}schedule: {settings}\n{plan}"
        rows = [row for code, row in ROWS.items() if code != without] + list(more)
        export = parse(xls(sheets(rows, [relation(*each) for each in links])), "m.xls")
        document = loads(self.old.encode(), "plan.yaml").document
        self.proposal: Proposal = propose(document, export, DAY)
        found = doubts(document, export, self.proposal)
        self.warnings = [str(each) for each in found if "same name" not in str(each)]
        new, loaded = apply(self.old.encode(), "plan.yaml", self.proposal)
        self.new, self.document = new.decode(), loaded.document
        again = propose(self.document, export, DAY)
        assert (again.changes, again.new, again.links) == ((), (), {})
        assert apply(new, "plan.yaml", again)[0] == new

    def milestone(self, code: str) -> Milestone:
        found = self.document.milestone(code)
        assert found is not None
        return found

    @property
    def added(self) -> list[str]:
        return [each.code for each in self.proposal.new]


NEW_B = task(
    "B-2", "1/1/2025", wbs_id="P 1.02C", user_field_859="2", task_name="Test: B & more", end_date="3/1/2025"
)


def test_a_new_milestone_comes_in_where_the_file_has_its_like() -> None:
    found = Import("{codes: 'B-*', clean_names: ['Test: ']}", NEW_B)
    assert found.added == ["B-2"]
    entry = "  B-2: {name: B & more, due: 2025-01-01, forecast: 2025-03-01, level: 2, wbs: 02C}\n"
    assert f"forecast: 2025-08-01, level: 2}}\n{entry}  B-3:" in found.new
    assert found.milestone("B-2").predecessors == ()


def test_a_new_milestone_with_its_links() -> None:
    new = task("A-3", "3/1/2025", wbs_id="", status="Completed", act_end_date="1/15/2025")
    found = Import(
        "{codes: A-*, links: [deliveries, sections]}",
        new,
        links=[*LINKS, ("B-1", "A-3"), ("C-1", "A-3"), ("A-3", "A-2")],
    )
    entry = """\
  A-3:
    name: Name of A-3
    due: 2025-03-01
    completed: 2025-01-15
    predecessors:
      - B-1

"""
    assert entry in found.new
    assert found.new.index("  A-2:") < found.new.index("  A-3:") < found.new.index("  B-1:")
    assert "predecessors: [A-1, A-3]" in found.new


@pytest.mark.parametrize(
    ("settings", "added"),
    [
        ("{}", []),
        ("{codes: '*'}", ["B-2", "D-1"]),
        ("{codes: {level: 2}}", ["B-2"]),
        ("{codes: {codes: '*', not: {codes: B-*}}}", ["D-1"]),
        ("{codes: {forecast: 2025-03}}", ["B-2"]),
        # Of those that deliveries selects, only what a milestone with a section delivers.
        ("{deliveries: '*', links: deliveries}", ["B-2"]),
        ("{deliveries: '*', links: all}", ["B-2"]),
        ("{deliveries: 'D-*', links: all}", []),
        ("{deliveries: '*', links: sections}", []),
        ("{deliveries: '*'}", []),
    ],
)
def test_which_milestones_come_in(settings: str, added: list[str]) -> None:
    other = task("D-1", "1/1/2025", wbs_id="", end_date="2/1/2025")
    found = Import(settings, NEW_B, other, links=[*LINKS, ("B-2", "A-1"), ("D-1", "A-1")])
    assert found.added == added


def test_what_is_no_milestone_or_known_by_another_code_does_not_come_in() -> None:
    activity = task("A-8", "1/1/2025", task_type="Task Dependent")
    plan = PLAN.replace("C-1: {", "C-1: {aka: [A-9], ")
    rows = [*ROWS.values(), activity, task("A-9", "1/1/2025"), task("A-7", "", end_date="")]
    columns = [
        "task_code",
        "status_code",
        "task_name",
        "task_type",
        "base_end_date",
        "act_end_date",
        "end_date",
    ]
    export = parse(
        xls(sheets([{"task_type": "Finish Milestone"} | row for row in rows], [], columns)), "m.xls"
    )
    document = loads(f"{HEAD}schedule: {{codes: '*'}}\n{plan}".encode(), "p.yaml").document
    new = propose(document, export, DAY).new
    assert [(each.code, str(each.due)) for each in new] == [("A-7", "tbd")]


def test_what_may_not_be_meant_is_not_added() -> None:
    rows = [
        task("A-4", "1/1/2025", task_name="DELETE it", end_date="2/1/2025"),
        task("A-5", "1/1/2025", task_name="name of C-1", end_date="2/1/2025"),
        task("A-6", "1/1/2025", task_name="", end_date="2/1/2025"),
    ]
    found = Import("{codes: ['A-*', 'C-*']}", *rows, without="C-1")
    assert found.added == []
    assert found.warnings == [
        "m.xls:TASK!A9: warning: A-6 is not added: it has no name (ask for it)",
        "m.xls:TASK!A7: warning: A-4 is called 'DELETE it', and is not added (ask what is meant)",
        (
            "m.xls:TASK!A8: warning: A-5 is not added, because it may be one of the document"
            " (see what is said of its name)"
        ),
        (
            "m.xls:TASK!A8: warning: C-1 is not in the schedule any more, and A-5 has its name"
            " (if it is the same, call it A-5, and add aka: [C-1])"
        ),
    ]
    # The owner has decided.
    cancelled = PLAN.replace("C-1: {", "C-1: {state: cancelled, ")
    assert Import("{codes: 'A-*'}", *rows, without="C-1", plan=cancelled).added == ["A-5"]


def test_a_milestone_that_is_gone_is_reported_and_stays() -> None:
    found = Import("{codes: 'B-*', links: all}", without="B-3", links=[LINKS[0], LINKS[2]])
    assert found.warnings == [
        (
            "m.xls: warning: B-3 is not in the schedule any more (if it is no longer planned, add"
            " state: cancelled; if it has another code there, make that its code, and add aka: [B-3])"
        )
    ]
    assert "B-3  # as agreed" in found.new
    assert "B-3: {name: Name of B-3, due: 2025-01-01, level: 2, predecessors: [B-1]}" in found.new
    # It is not asked for, or its state is known.
    assert Import("{codes: 'A-*'}", without="B-3").warnings == []
    cancelled = PLAN.replace("B-3: {", "B-3: {state: cancelled, ")
    assert Import("{codes: 'B-*'}", without="B-3", plan=cancelled).warnings == []


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ("none", {"A-1": "B-1 B-3", "A-2": "A-1", "B-3": "B-1"}),
        ("deliveries", {"A-1": "B-3", "A-2": "A-1 B-1", "B-3": "B-1"}),
        ("sections", {"A-1": "B-1 B-3", "A-2": "", "B-3": "B-1"}),
        ("[sections, deliveries]", {"A-1": "B-3", "A-2": "B-1", "B-3": "B-1"}),
        ("all", {"A-1": "B-3 C-1", "A-2": "B-1", "B-3": ""}),
    ],
)
def test_the_kinds_of_links(kinds: str, expected: dict[str, str]) -> None:
    found = Import(
        f"{{links: {kinds}}}", links=[("B-3", "A-1"), ("B-1", "A-2"), ("C-1", "A-1"), ("C-1", "C-1")]
    )
    assert {code: " ".join(found.milestone(code).predecessors) for code in expected} == expected


def test_links_change_by_the_fewest_bytes() -> None:
    found = Import("{links: all}", links=[("B-3", "A-1"), ("B-1", "B-3"), ("C-1", "A-2"), ("A-1", "A-2")])
    expected = PLAN.replace("      - B-1\n", "").replace("[A-1]", "[A-1, C-1]")
    without_forecasts = re.sub(r"    forecast: .*\n|, forecast: [^},]*", "", found.new)
    assert without_forecasts.endswith(expected)


def test_own_predecessors_stay() -> None:
    plan = PLAN.replace(
        "    predecessors: [A-1]\n", "    predecessors: [A-1]\n    own: {predecessors: by hand}\n"
    )
    found = Import(
        "{links: all, deliveries: 'B-*'}", NEW_B, links=[*LINKS[:2], LINKS[3], ("B-2", "A-2")], plan=plan
    )
    assert found.milestone("A-2").predecessors == ("A-1",)
    assert found.added == []
    (own,) = found.proposal.own
    assert (own.fact.code, own.fact.key, own.fact.document, own.fact.schedule) == (
        "A-2",
        "predecessors",
        "A-1",
        None,
    )
    assert not own.is_needless
    same = Import("{links: all}", plan=plan).proposal.own
    assert [each.is_needless for each in same] == [True]


def test_links_that_would_be_a_circle_are_not_added() -> None:
    found = Import("{links: all}", links=[*LINKS, ("A-2", "B-1"), ("A-2", "C-1"), ("A-2", "A-2")])
    assert found.warnings == [
        (
            "m.xls:TASKPRED!A7: warning: B-1 waits for A-2 in the schedule, but A-2 waits for B-1 already"
            " (this link is not added: ask which of the two comes first)"
        )
    ]
    assert found.milestone("B-1").predecessors == ()
    assert found.milestone("C-1").predecessors == ("A-2",)


def test_links_of_a_code_that_is_cut_short_stay() -> None:
    plan = PLAN.replace("B-3", "LONG-30").replace('codes: "B-*"', 'codes: "*"')
    row = task("LONG-30", "1/1/2025", wbs_id="", end_date="2/1/2025")
    links = [("B-1", "A-1"), ("LONG-3", "A-1"), ("B-1", "LONG-3"), ("C-1", "A-2")]
    found = Import("{links: all}", row, links=links, plan=plan, without="B-3")
    assert found.milestone("A-1").predecessors == ("B-1", "LONG-30")
    assert found.milestone("LONG-30").predecessors == ("B-1",)
    assert found.milestone("A-2").predecessors == ("C-1",)
    assert found.warnings == [
        (
            "m.xls: warning: LONG-3, in 2 relations, is no activity; LONG-30 has no relations"
            " (LONG-30 may have been cut short there: ask for it)"
        ),
        (
            "m.xls: warning: 2 links of LONG-30 stay, though the schedule has no relations of it"
            " (it may be called LONG-3 there)"
        ),
    ]


def test_an_export_without_relations_changes_no_links() -> None:
    found = Import("{links: all}", links=[])
    assert found.milestone("A-1").predecessors == ("B-1", "B-3")
    assert found.warnings == [
        "m.xls: warning: the export has no relations, so that no predecessors change (export them as well)"
    ]


@pytest.mark.parametrize(
    ("forecast", "due", "finish", "expected"),
    [
        ("2025-03-10", "3/1/2025", "3/14/2025", "2025-03-10"),  # 4 days
        ("2025-03-10", "3/1/2025", "3/15/2025", "2025-03-15"),
        ("2025-03-10", "3/1/2025", "3/6/2025", "2025-03-10"),
        ("", "3/1/2025", "3/4/2025", "None"),
        ("", "3/8/2025", "3/11/2025", "None"),  # the baseline moves by a week, and what is expected with it
        ("2025-03-04", "3/1/2025", "3/1/2025", "2025-03-04"),
        ("2025-03", "3/1/2025", "4/3/2025", "2025-03"),  # from the end of the month on
        ("tbd", "3/1/2025", "3/2/2025", "2025-03-02"),
    ],
)
def test_forecasts_below_the_threshold(forecast: str, due: str, finish: str, expected: str) -> None:
    more = f", forecast: {forecast}" if forecast else ""
    plan = f"milestones:\n  X-1: {{name: Name of X-1, due: 2025-03-01{more}}}\n"
    found = Import("{threshold: 5}", task("X-1", due, wbs_id="", end_date=finish), plan=plan)
    assert str(found.milestone("X-1").forecast) == expected
    assert len(found.proposal.small) == (expected in {forecast, "None"})


def test_a_completion_is_never_below_the_threshold() -> None:
    plan = "milestones:\n  X-1: {name: Name of X-1, due: 2025-01-20, forecast: 2025-01-21}\n"
    done = task("X-1", "1/20/2025", wbs_id="", status="Completed", act_end_date="1/20/2025")
    found = Import("{threshold: 5}", done, plan=plan).milestone("X-1")
    assert (found.forecast, found.completed) == (None, date(2025, 1, 20))


# --- Where they come ----------------------------------------------------------------------------------------


def order(codes: str, new: str) -> str:
    """Return the codes of a file, each with its due day, after new ones have come in."""
    days = dict(each.split("@") for each in f"{codes} {new}".split())
    entries = "".join(f"  {code}: {{name: {code}, due: 2025-01-{day}}}\n" for code, day in days.items())
    milestones = loads(f"{HEAD}milestones:\n{entries}".encode(), "p").document.milestones
    found, more = ([each.split("@")[0] for each in text.split()] for text in (codes, new))
    places = list(placed(more, list(found), {each.code: each for each in milestones}))
    for code, after, before in reversed(places):
        found.insert(found.index(after) + 1 if after else found.index(before) if before else 0, code)
    return " ".join(found)


@pytest.mark.parametrize(
    ("codes", "new", "expected"),
    [
        ("A-1@01 A-2@02 A-10@03", "A-3@01 A-11@01 A-0@09", "A-0 A-1 A-2 A-3 A-10 A-11"),  # by code
        ("A-1@05 A-10@06 A-2@01", "A-11@01", "A-1 A-10 A-11 A-2"),  # character by character
        ("B-1@01 A-1@02 B-0@03", "A-0@02 C-1@09", "B-1 A-0 A-1 B-0 C-1"),  # by due date, then code
        # By due date; some have moved since.
        (
            " ".join(f"{'CADB'[n % 4]}-{20 - n}@{n + 10}" for n in range(12)),
            "X-1@15",
            "C-20 A-19 D-18 B-17 C-16 A-15 X-1 D-14 B-13 C-12 A-11 D-10 B-9",
        ),
        # By groups, each in its own order.
        (
            "R-9@01 R-2@02 R-5@03 D-1@09 D-2@01 D-3@05",
            "R-1@02 D-4@01 D-0@01",
            "R-9 R-1 R-2 R-5 D-0 D-1 D-2 D-3 D-4",
        ),
        ("", "A-2@02 A-1@03", "A-1 A-2"),
    ],
)
def test_the_place_of_a_new_milestone(codes: str, new: str, expected: str) -> None:
    assert order(codes, new) == expected


# --- Any file, any export -----------------------------------------------------------------------------------

CODES = ("A-1", "A-2", "A-3", "B-1", "B-2", "B-10", "no")
SETTINGS = (
    "{codes: A-*}",
    "{codes: '*', links: all}",
    "{codes: A-*, deliveries: B-*, links: deliveries}",
    "{links: [sections, deliveries], threshold: 40}",
)

SECTIONS = (
    'codes: "A-*", deliveries: {codes: "B-*"}',
    "level: 1",
    "due: ..2025-06, deliveries: {level: none}",
    "state: open, not: {wbs: 02C.04}",
)


@st.composite
def exports(draw: st.DrawFn) -> tuple[list[Row], list[Row]]:
    codes = draw(st.lists(st.sampled_from([*CODES, "A-4", "B-3", "(x) 1"]), unique=True))
    rows = [
        task(
            code,
            f"{draw(st.integers(1, 12))}/1/2025",
            task_name=draw(st.sampled_from([f"Name of {code}", f"{code}: #1"])),
            end_date=f"{draw(st.integers(1, 12))}/1/2025",
            user_field_859=draw(st.sampled_from(["", "1", "2"])),
        )
        for code in codes
    ]
    ends = st.sampled_from([*CODES, "A-4", "B-3", "WORK-1"])
    return rows, [relation(*each) for each in draw(st.lists(st.tuples(ends, ends), max_size=12))]


@settings(max_examples=50, deadline=None, phases=[Phase.reuse, Phase.generate])
@given(
    st.sampled_from(SETTINGS).flatmap(lambda each: plans(CODES, f"schedule: {each}\n")),
    st.sampled_from(SECTIONS),
    exports(),
)
def test_a_second_import_changes_nothing_and_other_lines_stay(
    plan: tuple[str, dict[str, Written]], section: str, export: tuple[list[Row], list[Row]]
) -> None:
    text = plan[0].replace(SECTIONS[0], section)
    schedule = parse(xls(sheets(*export)), "m.xls")
    found = propose(loads(text.encode(), "plan.yaml").document, schedule, DAY)
    new, loaded = apply(text.encode(), "plan.yaml", found)
    assert loaded.document.milestones == found.document.milestones
    again = propose(loaded.document, schedule, DAY)
    assert (again.changes, again.new, again.links) == ((), (), {})
    assert apply(new, "plan.yaml", again)[0] == new
    # Without the lines of what is reported, the files are the same.
    assert _others(text, found) == _others(new.decode(), found)
    before, after = (yaml.load(each, yaml.BaseLoader)["milestones"] for each in (text, new))
    assert [code for code in after if code in before] == list(before)
    assert set(after) - set(before) == {each.code for each in found.new}
    for code, facts in before.items():
        changed = {fact.key for fact in found.changes if fact.code == code}
        changed |= {"predecessors"} if code in found.links else set()
        for key in (facts.keys() | after[code].keys()) - changed:
            assert facts.get(key) == after[code].get(key)
    # Comments stay, but for those on lines of predecessors.
    gone = set(re.findall(r"# note \d+", text)) - set(re.findall(r"# note \d+", new.decode()))
    lines = [line for line in text.splitlines() if any(line.endswith(note) for note in gone)]
    assert all(
        re.search(r"predecessors:|^\s+(- )?['\"]?(A-|B-|no)[\w-]*['\"]?,?  #", line) for line in lines
    ), lines


def _others(text: str, found: Proposal) -> list[str]:
    """Return the lines of a file that nothing in a proposal is about."""
    touched = {fact.code for fact in found.changes} | set(found.links) | {each.code for each in found.new}
    kept: list[str] = []
    inside = False
    for line in text.replace("\r", "").removesuffix("\n").split("\n"):
        if start := re.match(r"  ['\"]?([^\s'\"#].*?)['\"]?:(?:\s|$)", line):
            inside = start[1] in touched
        elif line and not line.startswith("   "):
            inside = False
        if not inside and line.strip() and "data_date" not in line:
            kept.append(line)
    return kept
