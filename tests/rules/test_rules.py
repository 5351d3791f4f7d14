"""Rules between the parts of a document; `loading/faults` has more of their messages."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from milepost import rules
from milepost.base.errors import Severity
from milepost.document.model import Document
from milepost.document.traverse import printed_milestones

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DAY = "2024-01-31"


def document(
    milestones: Mapping[str, Mapping[str, object]] | None = None,
    sections: Sequence[object] | None = None,
    **parts: object,
) -> Document:
    """Return a document without findings, except for what is passed in."""
    about: dict[str, object] = {
        "handle": "DOC-1",
        "title": "Plan",
        "organisation": "Office",
        "authors": ["A. Author"],
        "status": "draft",
        "data_date": DAY,
        "draft_mark": "Draft",
    }
    extra = parts.pop("about", {})
    assert isinstance(extra, dict)
    entries = {
        code: {"name": f"Name {number}", "level": "2", "due": "2024-03-01", **fields}
        for number, (code, fields) in enumerate((milestones or {"M-1": {}}).items())
    }
    return Document.parse(
        {
            "format": "1",
            "document": about | extra,
            "sections": sections or [{"title": "One"}],
            "milestones": entries,
            **parts,
        }
    )


def found(of: Document) -> list[tuple[str, tuple[str | int, ...], str]]:
    """Return rule, path and message of every finding."""
    return [(finding.rule, finding.path, finding.message) for finding in rules.check(of)]


def test_nothing_to_find() -> None:
    assert found(document()) == []


@pytest.mark.parametrize(
    ("predecessors", "messages"),
    [
        ({"A": [], "B": ["A"], "C": ["A", "B"]}, []),
        ({"A": ["A"]}, ["A waits for itself"]),
        ({"B": ["A"], "A": ["B"]}, ["these milestones wait for each other: A waits for B waits for A"]),
        (
            {"A": ["C"], "C": ["B"], "B": ["C"]},
            ["these milestones wait for each other: B waits for C waits for B"],
        ),
        (
            {"A": ["B"], "B": ["C"], "C": ["D"], "D": ["B", "A"]},
            [
                "these milestones wait for each other: A waits for B waits for C waits for D waits for A",
                "these milestones wait for each other: B waits for C waits for D waits for B",
            ],
        ),
        (
            {"A": ["B"], "B": ["A"], "C": ["D"], "D": ["C"], "E": ["A", "C"]},
            [
                "these milestones wait for each other: A waits for B waits for A",
                "these milestones wait for each other: C waits for D waits for C",
            ],
        ),
        # Two ways to the same milestone are no cycle.
        ({"A": ["B", "C"], "B": ["D"], "C": ["D"], "D": []}, []),
    ],
)
def test_cycles(predecessors: dict[str, list[str]], messages: list[str]) -> None:
    of = document({code: {"predecessors": each} for code, each in predecessors.items()})
    assert sorted(message for rule, _, message in found(of) if rule == "cycle") == messages


def test_a_cycle_is_shown_at_the_predecessor_that_begins_it() -> None:
    of = document({"A": {"predecessors": ["X", "C", "B"]}, "B": {"predecessors": ["A"]}, "C": {}, "X": {}})
    assert found(of) == [
        (
            "cycle",
            ("milestones", "A", "predecessors", 2),
            "these milestones wait for each other: A waits for B waits for A",
        )
    ]


def test_a_long_chain_and_a_long_cycle() -> None:
    codes = [f"M-{number:05}" for number in range(5000)]
    chain = {code: {"predecessors": [before]} for before, code in pairwise(codes)}
    assert found(document({codes[0]: {}, **chain})) == []
    messages = [
        message for _, _, message in found(document({codes[0]: {"predecessors": [codes[-1]]}, **chain}))
    ]
    assert len(messages) == 1
    assert messages[0].count("waits for") == 5000


@pytest.mark.parametrize(
    ("due", "forecast", "completed", "rule"),
    [
        ("2024-01-31", None, None, None),
        ("2024-01-30", None, None, "overdue"),
        ("2024-01-30", "2024-01-31", None, None),
        ("2024-02-01", "2024-01-30", None, "past_forecast"),
        ("2024-01-30", None, "2024-01-31", None),
        ("2024-02-01", None, "2024-02-01", "future"),
        ("2024-01-01", "2024-01-02", "2024-01-03", "forecast"),
    ],
)
def test_dates(due: str, forecast: str | None, completed: str | None, rule: str | None) -> None:
    of = document({"M-1": {"due": due, "forecast": forecast, "completed": completed}})
    assert [each for each, _, _ in found(of)] == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {}, []),
        ({"due": "2024-03-02"}, {"due": "2024-03-02"}, []),
        ({"due": "2024-03-02"}, {"due": "2024-03-01"}, ["backwards"]),
        ({}, {"completed": DAY}, ["unfinished"]),
        ({"completed": DAY}, {"completed": "2024-01-01"}, ["completed_first"]),
        ({"completed": DAY}, {}, []),
    ],
)
def test_contradictions(before: dict[str, object], after: dict[str, object], expected: list[str]) -> None:
    of = document({"A": before, "B": {**after, "predecessors": ["A"]}})
    assert [(rule, path) for rule, path, _ in found(of)] == [
        (rule, ("milestones", "B", "predecessors", 0)) for rule in expected
    ]


def test_only_the_contradictions_are_doubts() -> None:
    of = document({"A": {"due": "2024-01-01"}, "B": {"due": "2023-01-01", "predecessors": ["A", "Z"]}})
    assert [(finding.rule, finding.severity) for finding in rules.check(of)] == [
        ("predecessor", Severity.ERROR),
        ("overdue", Severity.WARNING),
        ("overdue", Severity.WARNING),
        ("backwards", Severity.WARNING),
    ]


@pytest.mark.parametrize(
    ("codes", "alike"),
    [
        (["M-1", "M-11", "M-1-1"], []),
        (["M-1a", "M-1A"], ["links cannot tell M-1A and M-1a apart: only letter case or punctuation differ"]),
        (["M-1", "M_1"], ["links cannot tell M-1 and M_1 apart: only letter case or punctuation differ"]),
        (
            ["M-1", "M.1", "M+1"],
            [
                "links cannot tell M+1 and M-1 apart: only letter case or punctuation differ",
                "links cannot tell M+1 and M.1 apart: only letter case or punctuation differ",
            ],
        ),
    ],
)
def test_codes_that_share_an_anchor(codes: list[str], alike: list[str]) -> None:
    of = document({code: {} for code in codes})
    assert [message for rule, _, message in found(of) if rule == "anchor"] == alike
    assert len(found(of)) == len(alike)


def test_the_rival_is_the_other_name() -> None:
    (finding,) = rules.check(document({"m-1": {}, "M-1": {}}))
    assert (finding.path, finding.rival) == (("milestones", "m-1"), ("milestones", "M-1"))


def test_a_milestone_and_its_own_earlier_code_may_not_be_alike() -> None:
    of = document({"M-1": {"aka": ["m-1"]}})
    assert [rule for rule, _, _ in found(of)] == ["anchor"]


def test_names_of_different_kinds_do_not_collide() -> None:
    of = document(
        {"plan": {}},
        [{"title": "One", "label": "other", "text": ":cite:`Plan`\n\n.. figure:: PLAN"}],
        figures={"PLAN": {"kind": "gantt", "level": "2", "caption": "C"}},
        references={"Plan": {"authors": ["A"], "year": "2020", "title": "T"}},
    )
    assert found(of) == []


def test_what_is_printed() -> None:
    levels = {"A": "2", "B": "3", "C": "3", "D": "1", "E": "4"}
    values: dict[str, dict[str, object]] = {code: {"level": level} for code, level in levels.items()}
    values["A"]["predecessors"] = ["B", "D"]
    values["C"]["predecessors"] = ["E"]
    second, third = (
        {"title": "Of a level", "milestones": {"level": level, "no_deliveries": "None"}} for level in "23"
    )
    of = document(values, [second])
    assert [path[1] for rule, path, _ in found(of) if rule == "undelivered"] == ["C", "D", "E"]
    assert printed_milestones(of) == {"A", "B"}
    of = document(values, [second, {"title": "Around", "sections": [third]}])
    assert printed_milestones(of) == {"A", "B", "C", "E"}
    assert printed_milestones(document(values)) == frozenset()


def test_no_section_prints_milestones() -> None:
    assert found(document({"A": {}, "B": {"level": "3"}})) == []


@pytest.mark.parametrize(
    ("record", "rules_found"),
    [
        ([("1.0", "2020-01-01"), ("1.1", "2020-01-01")], []),
        ([("1.0", "2020-01-01"), (None, "2020-01-02"), (None, "2020-01-03")], []),
        ([("1.1", "2020-01-01"), ("1.10", "2020-01-02")], []),
        ([("1.0", "2020-01-01"), ("1.0", "2020-01-02")], ["version"]),
        ([("1.0", "2020-01-02"), ("1.1", "2020-01-01"), ("1.2", "2020-01-02")], ["order"]),
        ([("1.0", "2020-01-02"), ("1.0", "2020-01-01")], ["version", "order"]),
    ],
)
def test_change_record(record: list[tuple[str | None, str]], rules_found: list[str]) -> None:
    changes = [{"version": version, "date": day, "owner": "A", "description": "D"} for version, day in record]
    assert [rule for rule, _, _ in found(document(change_record=changes))] == rules_found


def test_words_and_occurrences() -> None:
    text = ":cite:`A` :cite:`B`\n\n- :cite:`A`"
    findings = list(rules.check(document(sections=[{"title": "One", "text": text}])))
    assert [(finding.words, finding.occurrence) for finding in findings] == [
        ("`A`", 0),
        ("`B`", 0),
        ("`A`", 1),
    ]
    assert {finding.path for finding in findings} == {("sections", 0, "text")}


def test_issues_need_an_address() -> None:
    sections: list[object] = [{"title": "One", "text": ":jira:`X-1`"}]
    assert [rule for rule, _, _ in found(document(sections=sections))] == ["issue"]
    address = {"issue_url": "https://example.org/{key}"}
    assert found(document(sections=sections, about=address)) == []
    assert [path for _, path, _ in found(document(about={"issue_url": "https://example.org/"}))] == [
        ("document", "issue_url")
    ]
