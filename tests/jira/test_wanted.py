"""Which issue should be due when, as the document has it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.support.jira_documents import loaded, of

from milepost.base.errors import MilepostError
from milepost.jira.wanted import server_of


def days(*milestones: str, **values: Any) -> dict[str, str]:
    """Return the day of each issue, or why it has none."""
    return {each.key: str(each.due or each.reason) for each in of(*milestones, **values)}


@pytest.mark.parametrize(
    ("milestone", "expected"),
    [
        ("due: 2024-06-01", "2024-06-01"),
        ("due: 2024-06", "2024-06-30"),
        ("due: 2024-Q3", "2024-09-30"),
        ("due: 2025", "2025-12-31"),
        ("due: tbd", "no date yet"),
        ("due: 2024-06-01, forecast: 2024-07-01", "2024-06-01"),
        ("due: 2024-06-01, forecast: tbd", "2024-06-01"),
        ("due: 2024-01-01, completed: 2024-01-02", "completed"),
        ("due: 2024-01-01, state: cancelled", "cancelled"),
        ("due: 2024-01-01, state: deferred, forecast: 2024-07-01", "deferred"),
    ],
)
def test_the_due_date_counts(milestone: str, expected: str) -> None:
    assert days(f"M-1: {{name: A, {milestone}, jira: AB-1}}") == {"AB-1": expected}


@pytest.mark.parametrize(
    ("milestone", "expected"),
    [
        ("due: 2024-06-01", "2024-06-01"),
        ("due: 2024-06-01, forecast: 2024-07", "2024-07-31"),
        ("due: 2024-06-01, forecast: tbd", "no date yet"),
        ("due: 2024-01-01, completed: 2024-01-02", "completed"),
        ("due: 2024-01-01, state: cancelled", "cancelled"),
        ("due: 2024-01-01, state: deferred", "deferred"),
        ("due: 2024-01-01, state: deferred, forecast: 2024-07-01", "2024-07-01"),
    ],
)
def test_or_the_date_that_is_expected(milestone: str, expected: str) -> None:
    found = days(f"M-1: {{name: A, {milestone}, jira: AB-1}}", more="jira: {date: expected}\n")
    assert found == {"AB-1": expected}


def test_a_test_plan_is_due_earlier() -> None:
    milestone = "M-1: {name: A, due: 2024-06-01, jira: AB-1, jira_testplan: ab-2}"
    assert days(milestone) == {"AB-1": "2024-06-01", "AB-2": "2024-04-17"}
    assert days(milestone, more="jira: {test_plan_days: 0}\n")["AB-2"] == "2024-06-01"
    assert days(milestone, more="jira: {test_plan_days: 30}\n")["AB-2"] == "2024-05-02"


def test_one_issue_of_two_milestones() -> None:
    (found,) = of(
        "M-1: {name: A, due: 2024-06-01, jira: AB-1}",
        "M-2: {name: B, due: 2024-06-01, jira: ab-1}",
        "M-3: {name: C, due: tbd, jira: AB-1}",
    )
    assert (found.due, found.reason) == (date(2024, 6, 1), "")
    assert [use.code for use in found.uses] == ["M-1", "M-2", "M-3"]


def test_contradictions_and_names_that_are_no_keys_are_found_together() -> None:
    milestones = (
        "M-1: {name: A, due: 2024-06-01, jira: AB-1}",
        "M-2: {name: B, due: 2024-07-01, jira: AB-1}",
        "M-3: {name: C, due: 2024-08-01, jira: AB-3, jira_testplan: AB-3}",
        "M-4: {name: D, due: 2024-08-01, jira: AB, jira_testplan: AB-04}",
        "M-5: {name: E, due: 2024-01-01, completed: 2024-01-01, jira: AB-1}",
    )
    with pytest.raises(MilepostError) as raised:
        of(*milestones, codes={"M-5"})
    other = "M-3 (m.yaml:15:41)"
    hint = "(name another issue in one of them)"
    assert str(raised.value).split("\n") == [
        f"m.yaml:14:41: AB-1 cannot be due 2024-07-01 with M-2 and 2024-06-01 with M-1 (m.yaml:13:41) {hint}",
        f"m.yaml:15:62: AB-3 cannot be due 2024-06-17 with M-3 test plan and 2024-08-01 with {other} {hint}",
        "m.yaml:16:41: 'AB' is not the key of an issue (write one like ABC-123)",
        "m.yaml:16:60: 'AB-04' is not the key of an issue (write one like ABC-123)",
    ]


def test_only_issues_of_some_milestones() -> None:
    milestones = (
        "M-1: {name: A, due: 2024-06-01, jira: AB-1, jira_testplan: AB-2}",
        "M-2: {name: B, due: 2024-07-01, jira: AB-3}",
    )
    assert [each.key for each in of(*milestones, codes={"M-2"})] == ["AB-3"]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", "https://jira.example.org/jira"),
        ("jira: {server: https://api.example.org/}\n", "https://api.example.org"),
        ("jira: {server: http://localhost:8080}\n", "http://localhost:8080"),
        ("jira: {server: 'http://[::1]:8080/jira'}\n", "http://[::1]:8080/jira"),
    ],
)
def test_the_server_is_known_from_the_address_of_issues_or_stated(more: str, expected: str) -> None:
    assert server_of(loaded("M-1: {name: A, due: 2024-06-01}", more=more).document) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://jira.example.org", "is not encrypted (write https:// in place of http://)"),
        ("http://localhost.example.org", "is not encrypted"),
        ("http://127.0.0.1.example.org", "is not encrypted"),
        ("https://me:secret@jira.example.org", "has a name or password in it (remove the part up to @)"),
        ("https://jira.example.org/?a=b", "(remove the part from ? or # on)"),
        ("ftp://jira.example.org", "is not the address of a page"),
    ],
)
def test_no_token_goes_to_an_address_where_others_can_read_it(address: str, expected: str) -> None:
    with pytest.raises(MilepostError) as raised:
        loaded("M-1: {name: A, due: 2024-06-01}", more=f"jira: {{server: '{address}'}}\n")
    assert expected in str(raised.value)
    assert str(raised.value).startswith("m.yaml:14:16: ")
    assert "secret" not in str(raised.value)


def test_the_address_of_issues_is_checked_likewise() -> None:
    text = loaded("M-1: {name: A, due: 2024-06-01}").document
    for issue_url, expected in {
        None: "the document does not say where Jira is (add it to the YAML: jira: {server: https://...})",
        "https://issues.example.org/{key}": "the document does not say where Jira is",
        "http://jira.example.org/browse/{key}": "issue_url: 'http://jira.example.org' is not encrypted",
        "https://a:secret@jira.example.org/browse/{key}": "issue_url: this address has a name or password",
    }.items():
        document = text.model_copy(
            update={"metadata": text.metadata.model_copy(update={"issue_url": issue_url})}
        )
        with pytest.raises(MilepostError) as raised:
            server_of(document)
        assert str(raised.value).startswith(expected)
        assert "secret" not in str(raised.value)
