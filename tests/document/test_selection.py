"""Selections: what each condition means, the form in a YAML and that on a command line, and their faults.

The milestones of `FACTS` differ in one thing each, so that a condition selects a few of them.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from milepost.base.dates import parse_planned
from milepost.document.conditions import facts_of
from milepost.document.date_ranges import DateRange
from milepost.document.figures import GanttFigure
from milepost.document.model import Milestone, MilestoneSections
from milepost.document.schedule import State
from milepost.document.selection import Conditions, Selection, SelectionError

PAGE = (Path(__file__).parents[2] / "docs/reference/selection.md").read_text("utf-8")
DATA_DATE = date(2024, 6, 30)
Values = dict[str, Any]

FACTS: dict[str, Values] = {
    "A-1": {"level": "1", "wbs": "02C.04"},
    "A-2": {"level": "2", "wbs": "02C.04.03", "tags": ["big", "red"]},
    "A-10": {"level": "2", "wbs": "02C.041", "due": "2024"},
    "B-1": {"wbs": "02C", "due": "tbd"},
    "B-2": {"due": "2023-12-31", "completed": "2024-02-29"},
    "B-3": {"due": "2024-06-29"},
    "B-4": {"due": "2024-Q2", "forecast": "2024-Q4"},
    "C/x": {"state": "cancelled", "tags": ["red"]},
    "C/y": {"state": "deferred", "forecast": "tbd"},
    "a-1": {"level": "9", "due": "2024-09"},
}
PLAN = [
    Milestone.model_validate({"code": code, "name": code, "due": "2025-01-15", **facts})
    for code, facts in FACTS.items()
]
ALL = [milestone.code for milestone in PLAN]


def codes(selection: Selection, data_date: date = DATA_DATE) -> str:
    return " ".join(each.code for each in PLAN if selection.holds(facts_of(each, data_date)))


# --- What is selected --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", " ".join(ALL)),
        ("codes:*", " ".join(ALL)),
        # The whole code, and capitals count.
        ("codes:A-1", "A-1"),
        ("codes:A", ""),
        ("codes:A-*", "A-1 A-2 A-10"),
        ("codes:?-1", "A-1 B-1 a-1"),
        ("codes:[AB]-[!12]", "B-3 B-4"),
        ("codes:A-?,*x", "A-1 A-2 C/x"),
        ("level:2", "A-2 A-10"),
        ("level:1,9", "A-1 a-1"),
        ("level:none", "B-1 B-2 B-3 B-4 C/x C/y"),
        ("level:none,1 codes:A-*,B-1", "A-1 B-1"),
        # Whole parts of the breakdown, not beginnings of their names.
        ("wbs:02C", "A-1 A-2 A-10 B-1"),
        ("wbs:02C.04", "A-1 A-2"),
        ("wbs:02C.04.03", "A-2"),
        ("wbs:02C.04.03,02C.041", "A-2 A-10"),
        ("wbs:02", ""),
        ("state:completed", "B-2"),
        ("state:overdue", "B-3"),
        ("state:open", "A-1 A-2 A-10 B-1 B-4 a-1"),
        ("state:cancelled,deferred", "C/x C/y"),
        # Dates are at their last day.
        ("due:2024", "A-10 B-3 B-4 a-1"),
        ("due:2024-Q4", "A-10"),
        ("due:2024-Q1..2024-Q2", "B-3 B-4"),
        ("due:2024-06-30..2024-06-30", "B-4"),
        ("due:..2024-06-29", "B-2 B-3"),
        ("due:2024-12..", "A-1 A-2 A-10 C/x C/y"),
        ("due:2025-01-15", "A-1 A-2 C/x C/y"),
        ("due:tbd", "B-1"),
        ("due:tbd,2023", "B-1 B-2"),
        ("due:..", "A-1 A-2 A-10 B-2 B-3 B-4 C/x C/y a-1"),
        ("completed:..", "B-2"),
        ("completed:2024-02", "B-2"),
        ("completed:tbd", ""),
        ("forecast:2024", "B-4"),
        ("forecast:..", "B-4"),
        ("forecast:tbd", "C/y"),
        ("tags:red", "A-2 C/x"),
        ("tags:big,red codes:C*", "C/x"),
        # Each value below `not` leaves milestones out.
        ("not codes:A-*,B-*", "C/x C/y a-1"),
        ("not level:none", "A-1 A-2 A-10 a-1"),
        ("not level:none not codes:a-1,A-10", "A-1 A-2"),
        ("codes:A-* not wbs:02C.04.03 not level:1", "A-10"),
        ("not forecast:..,tbd not tags:red not due:..2024,tbd", "A-1"),
        ("codes:A-* not codes:A-*", ""),
    ],
)
def test_what_is_selected(text: str, expected: str) -> None:
    assert codes(Selection.from_text(text)) == expected


def test_states_are_those_of_the_data_date() -> None:
    selection = Selection.from_text("state:overdue")
    assert codes(selection, date(2024, 6, 29)) == ""
    assert codes(selection, date(2025, 1, 1)) == "A-10 B-3 B-4 a-1"


def test_brackets_in_codes_can_be_meant() -> None:
    """No code of a YAML has one, but the patterns are those of the shell."""
    plain = PLAN[0]
    for code, pattern in (("A[1]", "A[[]1[]]"), ("A[1]", "A[[]1]"), ("A]", "A]"), ("A[1", "A[[]?")):
        selection = Selection(codes=(pattern,))
        odd = plain.model_copy(update={"code": code})
        assert [selection.holds(facts_of(each, DATA_DATE)) for each in (plain, odd)] == [False, True]
        assert Selection.from_text(str(selection)) == selection


def test_one_value_and_a_list_of_one_are_the_same() -> None:
    one = Selection.model_validate({"codes": "A-*", "level": "2", "not": {"state": "open"}})
    assert one == Selection.model_validate({"codes": ["A-*"], "level": ["2"], "not": {"state": ["open"]}})
    assert (one.codes, one.level, one.excluded) == (("A-*",), (2,), Conditions(state=(State.OPEN,)))


# --- Both forms --------------------------------------------------------------------------------------------

DAYS = st.one_of(
    st.dates(date(1990, 1, 1), date(2050, 12, 31)).map(str),
    st.sampled_from(["2024", "2024-02", "2024-Q3", "2025-12", "2026-Q1", "2027"]),
)


@st.composite
def ranges(draw: Any) -> str:
    one, other = sorted((draw(DAYS), draw(DAYS)), key=lambda day: parse_planned(day).first)
    if parse_planned(other).last < parse_planned(one).first:
        one, other = other, one
    first, last = draw(st.sampled_from([(one, other), ("", one), (one, ""), ("", "")]))
    return str(draw(st.sampled_from([f"{first}..{last}", one, "tbd"])))


WORDS = st.from_regex(r"[A-Za-z0-9äß]{1,6}(-[0-9]{1,2})?", fullmatch=True)
CONDITIONS = st.fixed_dictionaries(
    {},
    optional={
        key: values | st.lists(values, min_size=1, max_size=3)
        for key, values in {
            "codes": st.text("AZaz09-._+&/*?[]!:()'\"#é", min_size=1, max_size=8) | st.just('A "B" (c)'),
            "level": st.sampled_from(["1", "2", "9", "none"]),
            "wbs": st.lists(WORDS, min_size=1, max_size=3).map(".".join),
            "state": st.sampled_from(list(State)).map(str),
            "due": ranges(),
            "completed": ranges(),
            "forecast": ranges(),
            "tags": WORDS,
        }.items()
    },
)


@given(required=CONDITIONS, excluded=CONDITIONS)
@settings(max_examples=150)
def test_both_forms_say_the_same(required: Values, excluded: Values) -> None:
    selection = Selection.model_validate(required | {"not": excluded})
    again = Selection.from_text(str(selection))

    assert again == selection
    assert str(again) == str(selection)
    assert Selection.model_validate(selection.as_keys()) == selection
    assert Selection.model_validate(yaml.load(yaml.dump(selection.as_keys()), yaml.BaseLoader)) == selection
    assert codes(again) == codes(selection)
    assert selection.is_empty == (not str(selection))


@given(st.text("codes:level due state not *,.-[]A1 \t\n\u00a0xyz", max_size=40))
@settings(max_examples=200)
def test_any_text_is_a_selection_or_has_a_fault_in_words(text: str) -> None:
    selection: Selection | None = None
    faults: tuple[str, ...] = ()
    try:
        selection = Selection.from_text(text)
    except SelectionError as error:
        faults = error.faults
    assert bool(faults) == (selection is None)
    assert all(re.fullmatch(r".+ \(.+\)", fault) for fault in faults)
    if selection is not None:
        assert Selection.from_text(str(selection)) == selection


@given(first=DAYS, last=DAYS, day=DAYS)
@settings(max_examples=100)
def test_each_date_is_in_one_of_the_ranges_that_follow_each_other(first: str, last: str, day: str) -> None:
    cuts = sorted({parse_planned(each).last for each in (first, last)})
    ends = ["", *(str(cut) for cut in cuts), ""]
    found = []
    for after, until in pairwise(ends):
        begin = str(date.fromordinal(date.fromisoformat(after).toordinal() + 1)) if after else ""
        found.append(parse_planned(day) in DateRange.parse(f"{begin}..{until}"))
    assert found.count(True) == 1


# --- Faults ------------------------------------------------------------------------------------------------

RANGES = (
    "write a range like 2024-01-01..2024-12-31, one with an open end like 2024-Q2.. or ..2023, "
    "a day, month, quarter or year alone, or tbd"
)
PARTS = "write its parts joined by dots, like 02C.04.03"
KEYS = "codes, level, wbs, state, due, completed, forecast, tags"


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("A-*", ["'A-*' is not a condition (write it after a key, as in codes:A-*)"]),
        ("code:A-*", ["there is no condition 'code' (did you mean codes?)"]),
        ("x:A-*", [f"there is no condition 'x' (the conditions are {KEYS})"]),
        ("codes:", ["a value is missing in 'codes:' (write codes:VALUE or codes:ONE,OTHER)"]),
        ("codes", ["a value is missing in 'codes' (write codes:VALUE or codes:ONE,OTHER)"]),
        ("codes:A,,B", ["a value is missing in 'codes:A,,B' (write codes:VALUE or codes:ONE,OTHER)"]),
        (
            "level:1 level:2",
            ["level is given twice (put its values after one of the two, with commas between them)"],
        ),
        ("codes:A not", ["nothing follows the last not (write a condition after it)"]),
        (
            "not not codes:A",
            ["'not' is not a condition (write one not before each, as in not codes:ABC-1)"],
        ),
        ("NOT codes:A", ["'NOT' is not a condition (write one not before each, as in not codes:ABC-1)"]),
        ("level:two", ["level: 'two' is not a level (write a number from 1 to 9, or none)"]),
        ("not level:0", ["level: '0' is not a level (write a number from 1 to 9, or none)"]),
        ("state:overdu", ["state: 'overdu' is not a state (did you mean overdue?)"]),
        (
            "state:late",
            ["state: 'late' is not a state (write completed, open, overdue, deferred, cancelled)"],
        ),
        ("due:2024-13", [f"due: 2024-13 is not a date: there is no month 13 ({RANGES})"]),
        ("due:2024..2023-12", [f"due: 2024..2023-12 ends before it begins ({RANGES})"]),
        ("due:2024..tbd", [f"due: tbd cannot be an end of a range ({RANGES})"]),
        ("due:2024...2025", [f"due: '.2025' is not a date ({RANGES})"]),
        (
            "wbs:02C..04",
            [f"wbs: '02C..04' is not a place in a work breakdown structure ({PARTS})"],
        ),
        (
            "tags:#1",
            ["tags: '#1' is not one short word (use letters and digits, joined by single - . _ + & or /)"],
        ),
        # All of them at once.
        (
            "cods:A level:x due:soon",
            [
                "there is no condition 'cods' (did you mean codes?)",
                "level: 'x' is not a level (write a number from 1 to 9, or none)",
                f"due: 'soon' is not a date ({RANGES})",
            ],
        ),
    ],
)
def test_faults_of_a_text(text: str, faults: list[str]) -> None:
    with pytest.raises(SelectionError) as caught:
        Selection.from_text(text)
    assert list(caught.value.faults) == faults
    assert str(caught.value) == "; ".join(faults)


@pytest.mark.parametrize(
    "values",
    [
        {"codes": []},
        {"codes": [["A"]]},
        {"codes": {"A": "B"}},
        {"codes": "A, B"},
        {"codes": "A\u00a0B"},
        {"level": ["1", ""]},
        {"due": {}},
        {"not": "codes"},
        {"not": {"not": {}}},
        {"not": {"late": "true"}},
    ],
)
def test_other_values_are_refused(values: Values) -> None:
    with pytest.raises(ValidationError):
        Selection.model_validate(values)


def test_a_long_text_is_shortened_in_its_fault() -> None:
    with pytest.raises(SelectionError) as caught:
        Selection.from_text(f"due:{'9' * 10_000}")
    assert len(str(caught.value)) < 300


# --- The page of the documentation -------------------------------------------------------------------------


def test_the_examples_of_the_page_say_the_same_in_both_forms() -> None:
    as_keys = [yaml.load(each, yaml.BaseLoader) for each in re.findall(r"(?s)```yaml\n(.*?)```", PAGE)]
    (as_text,) = re.findall(r"(?s)```text\n(.*?)```", PAGE)
    sections, chart = as_keys[0]["sections"][0]["milestones"], as_keys[1]["figures"]["schedule"]
    selections = [Selection.model_validate(each) for each in as_keys[2:]]

    assert str(MilestoneSections.model_validate(sections)) == (
        "codes:LDM-* not codes:LDM-503-19 not state:cancelled"
    )
    assert str(GanttFigure.model_validate({"name": "schedule", **chart}).context) == "codes:LSST-*"

    assert [str(selection) for selection in selections] == as_text.splitlines()
    assert len(selections) == 3


def test_the_example_for_sphinx_is_a_selection() -> None:
    (example,) = re.findall(r"(?s)```rst\n(.*?)```", PAGE)
    options = dict(re.findall(r":(\w+): (.+)", example))
    excluded = [f"not {condition}" for condition in options.pop("not").split()]
    required = [f"{key}:{','.join(values.replace(',', ' ').split())}" for key, values in options.items()]

    assert str(Selection.from_text(" ".join([*required, *excluded]))) == (
        "codes:LDM-503-*,LDM-GEN3 state:open,overdue not level:none not tags:internal"
    )


def test_the_page_names_every_condition_and_state() -> None:
    table = PAGE[: PAGE.index("## In a YAML")]
    assert {key for key in Conditions.model_fields if f"`{key}`" not in table} == set()
    assert {state for state in State if f"`{state}`" not in table} == set()
