"""Codes, handles and keys of issues look as the document, or else Jira, says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.rules.test_rules import document

from milepost import rules

if TYPE_CHECKING:
    from milepost.document.model import Document

PARTS: dict[str, Any] = {
    "milestones": {"A-1": {"aka": ["B-1"], "jira": "X-1", "jira_testplan": "Y-1"}, "B-2": {}},
    "sections": [{"title": "One", "text": ":jira:`X-2` and :jira:`Y-2`, :jira:`Y-2`, :cite:`REF-1`"}],
    "references": {"REF-1": {"authors": ["A. Author"], "year": "2020", "title": "T"}},
    "change_record": [
        {"date": "2024-01-31", "owner": "A. Author", "description": "See :jira:`Z-4`.", "issue": "Y-3"}
    ],
}


def findings(of: Document) -> list[rules.Finding]:
    return [finding for finding in rules.check(of) if finding.rule == "form"]


def where(patterns: dict[str, object]) -> list[tuple[str | int, ...]]:
    about = {"issue_url": "https://example.org/issues/{key}"}
    return [each.path for each in findings(document(about=about, patterns=patterns, **PARTS))]


def test_nothing_is_declared() -> None:
    assert where({}) == []


def test_each_kind_of_names() -> None:
    assert where({"milestones": "A-*"}) == [("milestones", "A-1", "aka", 0), ("milestones", "B-2")]
    assert where({"milestones": ["A-?", "B-[12]"]}) == []
    assert where({"references": "DOC-*"}) == [("references", "REF-1")]
    assert where({"references": "REF-*"}) == [("document", "handle")]
    assert where({"issues": ["X-*", "Z-[0-9]"]}) == [
        ("milestones", "A-1", "jira_testplan"),
        ("change_record", 0, "issue"),
        ("sections", 0, "text"),
        ("sections", 0, "text"),
    ]


def test_places_and_words() -> None:
    found = findings(
        document(about={"issue_url": "https://e.org/{key}"}, patterns={"issues": "X-*"}, **PARTS)
    )
    assert [(each.words, each.occurrence) for each in found if each.words] == [
        ("`Y-2`", 0),
        ("`Y-2`", 1),
        ("`Z-4`", 0),
    ]
    assert found[0].message == "'Y-1' does not look like the key of an issue"
    assert found[0].hint == "correct it, or add its form to patterns, which has X-*"


def test_a_code_selects_itself_as_in_selections() -> None:
    assert findings(document({"X[1]": {}}, patterns={"milestones": "X[1]"})) == []


@pytest.mark.parametrize("key", ["RFC-991", "X-7", "AB_2-10"])
@pytest.mark.parametrize("page", ["browse/", "issues/"])
def test_keys_of_issues(key: str, page: str) -> None:
    assert findings(with_issue(key, page)) == []


@pytest.mark.parametrize("key", ["rfc-991", "RFC-O91", "991", "RFC-0", "RFC"])
def test_keys_that_jira_does_not_have(key: str) -> None:
    assert [each.words for each in findings(with_issue(key, "browse/"))] == [f"`{key}`"]
    assert [each.path for each in findings(document({"M-1": {"jira": key}}))] == [
        ("milestones", "M-1", "jira")
    ]
    assert findings(with_issue(key, "issues/")) == []


def with_issue(key: str, page: str) -> Document:
    about = {"issue_url": f"https://example.org/{page}{{key}}"}
    return document(sections=[{"title": "One", "text": f":jira:`{key}`"}], about=about)
