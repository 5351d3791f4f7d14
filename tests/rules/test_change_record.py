"""The change record: versions and dates in order, nothing twice, and complete where it approves."""

from __future__ import annotations

from typing import Any

import pytest
from tests.rules.test_rules import document

from milepost import rules


def findings(*entries: dict[str, Any], **about: str) -> list[rules.Finding]:
    record = [{"date": "2024-02-01", "owner": "A", "description": f"D{i}"} | e for i, e in enumerate(entries)]
    return list(rules.check(document(change_record=record, about=about)))


def places(finding: rules.Finding) -> list[tuple[str | int, ...]]:
    return [finding.path, *(other.path for other in finding.others)]


@pytest.mark.parametrize(
    ("versions", "message", "place"),
    [
        (["1.0", "1.1", "1.0"], "the version 1.0 is already in the change record", 0),
        (["1.0", "1.1", "v1.0"], "the version v1.0 is already in the change record, as 1.0", 0),
        (["1.0", "1.1", "1.00"], "the version 1.00 is already in the change record, as 1.0", 0),
        (["1.0", "2.0", "1.1"], "the version 1.1 is lower than 2.0, which is above it", 1),
    ],
)
def test_versions(versions: list[str], message: str, place: int) -> None:
    (finding,) = findings(*({"version": version} for version in versions))
    assert finding.message == message
    assert places(finding) == [("change_record", 2, "version"), ("change_record", place, "version")]


@pytest.mark.parametrize(
    "versions",
    [
        ["1.0rc1", "1.0rc2", "1.0"],
        ["1.0 draft", "1.0"],
        ["1.0 (draft 2)", "1.0"],
        ["1.9", "1.10"],
        ["A", "B"],
    ],
)
def test_versions_in_order(versions: list[str]) -> None:
    assert findings(*({"version": version} for version in versions)) == []
    (finding,) = findings(*({"version": version} for version in versions[:-3:-1]))
    assert finding.message == f"the version {versions[-2]} is lower than {versions[-1]}, which is above it"


def test_an_entry_with_an_earlier_date_than_that_above() -> None:
    (finding,) = findings({"date": "2024-02-02"}, {"date": "2024-02-01"}, {"date": "2024-02-03"})
    assert finding.rule == "order"
    assert places(finding) == [("change_record", 1, "date"), ("change_record", 0, "date")]


def test_an_entry_that_repeats_another() -> None:
    twice = {"description": "Update  the *schedule*."}
    (finding,) = findings(twice, {}, {**twice, "version": "2", "owner": "B"})
    assert finding.rule == "repeated"
    assert places(finding) == [("change_record", 2), ("change_record", 0)]
    assert len(findings({"description": "Update."}, {"description": "Update"})) == 1
    assert findings(twice, {**twice, "date": "2024-02-02"}) == []
    assert findings({**twice, "version": "1"}, {**twice, "version": "2"}) == []
    assert findings(twice, {"description": "Update the schedule again."}) == []


@pytest.mark.parametrize(
    ("entry", "rule", "about"),
    [
        ({}, "unversioned", ["status"]),
        ({"version": "TBD"}, "unversioned", ["status"]),
        ({"version": "1", "issue": "TBD"}, "no_authority", ["status"]),
        ({"version": "1", "issue": "RFC-XXX"}, "no_authority", ["status"]),
        ({"version": "1", "description": "By :jira:`RFC-TBD`."}, "no_authority", ["status"]),
        ({"version": "1", "date": "2024-01-30"}, "early", ["status", "data_date"]),
        ({"version": "1", "date": "2025-02-28"}, "approval", ["status", "data_date"]),
    ],
)
def test_an_approval_that_is_not_complete(entry: dict[str, Any], rule: str, about: list[str]) -> None:
    entry = entry if rule == "no_authority" else {"issue": "X-1", **entry}
    found = findings(entry, status="approved", issue_url="https://example.org/{key}")
    assert [(each.rule, places(each)[1:]) for each in found] == [(rule, [("document", key) for key in about])]


@pytest.mark.parametrize("version", ["1", "1.0-draft2", "A", "XX1", "Issue 2"])
def test_an_approval_that_is_complete(version: str) -> None:
    entry = {"version": version, "description": "By :jira:`X-1`."}
    assert findings(entry, status="approved", issue_url="https://example.org/{key}") == []


def test_a_key_in_the_words_of_the_last_entry_is_the_issue_to_add() -> None:
    about = {"status": "approved", "data_date": "2024-01-31", "issue_url": "https://e.org/{key}"}
    hints = [
        [each.hint for each in findings({"version": "1", "description": words}, **about)]
        for words in ("Approved in RFC-12.", "Approved by the board.")
    ]
    assert hints == [["add the line  issue: RFC-12"], ["add the line  issue: KEY"]]
