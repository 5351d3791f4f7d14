"""Limits: the check refuses what is too long for a page or a file name, and names the limit."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.support.documents import document

from milepost.base.errors import MilepostError
from milepost.loading.load import loads

DAY = "2024-03-01"


def faults(values: dict[str, Any]) -> list[str]:
    """Return the messages of the faults of a document, without places."""
    try:
        loads(json.dumps(values).encode(), "milestones.yaml")
    except MilepostError as error:
        return [problem.message for problem in error.problems]
    return []


def with_text(field: str, text: str) -> dict[str, Any]:
    """Return the values of a document in which one field is `text`."""
    values = document(
        milestones={"M-1": {"name": "Name", "level": "1", "due": DAY}},
        references={"R-1": {"authors": ["A"], "year": "2020", "title": "T"}},
    )
    match field:
        case "code":
            values["milestones"] = {text: values["milestones"]["M-1"]}
        case "handle of a reference":
            values["references"] = {text: values["references"]["R-1"]}
        case "earlier code":
            values["milestones"]["M-1"]["aka"] = [text]
        case "label":
            values["sections"][0]["label"] = text
        case "title of a section":
            values["sections"][0]["title"] = text
        case "author":
            values["document"]["authors"] = [text]
        case "name":
            values["milestones"]["M-1"]["name"] = text
        case "address":
            values["references"]["R-1"]["url"] = "https://e.org/" + text[14:]
        case "caption":
            facilities = [{"name": "F"}]
            values["figures"] = {"f": {"kind": "deployment", "caption": text, "facilities": facilities}}
        case "acronym":
            values["acronyms"] = {text: "Definition"}
        case _:
            values["document"][field] = text
    return values


@pytest.mark.parametrize(
    ("field", "most"),
    [
        *((field, 100) for field in ("handle", "code", "earlier code", "label", "handle of a reference")),
        *(
            (field, 1000)
            for field in ("title", "organisation", "author", "title of a section", "name", "acronym")
        ),
        ("address", 2000),
        ("caption", 2500),
    ],
)
def test_the_longest_text(field: str, most: int) -> None:
    assert faults(with_text(field, "a" * most)) == []
    message = f"this text has {most + 1:,} characters; {most:,} are the most here"
    assert faults(with_text(field, "a" * (most + 1))) == [message]


def test_a_code_of_many_parts_is_refused_at_once() -> None:
    assert faults(with_text("code", "-".join("A" * 500))) == [
        "this text has 999 characters; 100 are the most here"
    ]


def test_long_prose_is_accepted_in_paragraphs() -> None:
    lines = "\n".join(["some words in a line"] * 400)
    values = document(document={"abstract": "\n\n".join([lines] * 5)})
    assert faults(values) == []
    values["document"]["abstract"] = f"{lines}\n{lines}"
    assert faults(values) == ["a paragraph of this text has more than 10,000 characters"]
