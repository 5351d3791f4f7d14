"""Files of comments come from outside: each fault is said with its place, and nothing else is accepted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.comments import ABOUT, COMMENT, FILE, comment, commented, written

from milepost.base.errors import MilepostError, Problem
from milepost.comments.annotations import read
from milepost.comments.merging import merge
from milepost.comments.reading import LARGEST, MOST, reads

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs/reference/comments-schema.json").read_text("utf-8"))


def faults(text: str | bytes) -> list[str]:
    with pytest.raises(MilepostError) as caught:
        reads(text.encode() if isinstance(text, str) else text, "c.json")
    return str(caught.value).splitlines()


def test_a_file_of_the_page_is_read() -> None:
    text = written(
        comment(text="Größer\n\tals <b>", proposal="2026-03-01"),
        comment(2, written="2026-11-26T10:00:00.250Z"),
    )
    jsonschema.validate(json.loads(text), SCHEMA)
    found = reads(text.encode(), "c.json")
    assert (found.document, found.old, found.new) == ("ACME-7", "v1.0", "working tree")
    first, second = found.comments
    assert (first.author, first.text, first.proposal) == ("Ada", "Größer\n\tals <b>", "2026-03-01")
    assert (second.written - first.written).total_seconds() == 0.25
    assert reads(b"\xef\xbb\xbf" + text.encode(), "c.json") == found
    assert reads(text.replace("\n", "\r\n").encode(), "c.json").comments[0].says == first.says


WRONG: dict[str, tuple[Mapping[str, Any], str]] = {
    "id": ({"id": "x y"}, "c.json:31:10: this is no id (8 to 64 letters, digits, - and _ make one)"),
    "time": ({"written": "2026-02-30T10:00:00Z"},
             "this is no time (write it in UTC, like 2026-11-26T10:00:00Z)"),
    "zone": ({"written": "2026-02-28T10:00:00+01:00"}, "this is no time"),
    "type": ({"text": 5}, "text must be text (write it in quotes)"),
    "none": ({"author": None}, "author must be text (write it in quotes)"),
    "long": ({"author": "x" * 201}, "this text has 201 characters; 200 are the most for author (shorten it)"),
    "blank": ({"author": " "}, "author is empty (write it)"),
    "lines": ({"author": "a\nb"}, "author has more than one line (write it in one)"),
    "escape": ({"text": "\x1b[31mred"}, "the character U+001B is in text (remove it)"),
    "separator": ({"author": "a\u2028b"}, "author has more than one line"),
    "nothing": ({"text": " "}, "this comment says nothing and proposes nothing (remove it)"),
    "unknown": ({"propsal": "x"}, "unknown key 'propsal' (did you mean proposal?)"),
    "part": ({"part": "milestone"}, "this is no part of a document (write one of document, sections,"),
    "titles": ({"titles": ["x"]}, "only a section has titles, and always (write null for others)"),
    "no titles": ({"part": "sections"}, "only a section has titles, and always"),
    "empty titles": ({"part": "sections", "titles": []}, "titles are a list of 1 to 20 texts"),
    "key": ({"part": "document"}, "document has no keys (write null)"),
    "no key": ({"key": None}, "a field needs the key of what it belongs to (write both, or null)"),
    "item": ({"field": None, "item": "R-2"}, "an item needs the field that it is in (write both, or null)"),
    "whole": ({"field": None, "proposal": "x"},
              "nothing can be proposed for more than one value (write null)"),
}  # fmt: skip


@pytest.mark.parametrize(("values", "expected"), WRONG.values(), ids=WRONG)
def test_a_fault_is_said_with_its_place(values: Mapping[str, Any], expected: str) -> None:
    first, *_ = found = faults(written(comment(), comment(2, **values)))
    assert expected in first, found
    assert first.startswith("c.json:")
    assert int(first.split(":")[1]) > 29


def test_the_schema_refuses_what_can_be_said_in_a_schema() -> None:
    for name, (values, _) in WRONG.items():
        if name in {"time", "titles", "no titles", "key", "no key", "item", "whole", "blank", "nothing"}:
            continue  # what depends on another key, or on the calendar
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(json.loads(written(comment(**values))), SCHEMA)


def test_both_schemas_have_the_same_kinds_of_changes() -> None:
    summary = json.loads((ROOT / "docs/reference/diff-schema.json").read_text("utf-8"))
    kinds = summary["$defs"]["change"]["properties"]["kind"]["enum"]
    assert SCHEMA["$defs"]["comment"]["properties"]["change"]["enum"] == [*kinds, None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "c.json:1:1: this is not JSON"),
        ('{"schema": 1,\n }', "c.json:2:2: there is no key here"),
        ('{"schema": 1 "document": 2}', "c.json:1:14: neither a comma nor } is here"),
        ('{"a" 1}', "c.json:1:6: there is no colon after the key"),
        ("[1, 2", "c.json:1:6: neither a comma nor ] is here"),
        ("[] []", "c.json:1:4: the file goes on after its value"),
        ("[]", "c.json:1:1: the file must be an object with keys"),
        ('{"schema": 1, "schema": 1}', "c.json:1:15: the key 'schema' is here a second time"),
        ("[" * 100_000, "c.json:1:22: lists and objects are nested more than 20 deep"),
        ("[" + "9" * 5_000, "c.json:1:2: this is not JSON"),
        ('{"schema": 2}', "c.json:1:12: this is not version 1 of the format, which this program reads"),
        ('{"schema": true}', "this is not version 1 of the format"),
        (b"\xff\xfe{\x00", "c.json:1:1: the byte 0xFF is not UTF-8"),
        (b'{\n "\xe9"', "c.json:2:3: the byte 0xE9 is not UTF-8"),
        ('["\ud83d"]'.encode("utf-8", "surrogatepass"), "c.json:1:3: the byte 0xED is not UTF-8"),
        ("[" + "[]," * 250_000, "there are more than 200,000 values"),
    ],
)
def test_what_is_no_file_of_comments(text: str | bytes, expected: str) -> None:
    (found,) = [line for line in faults(text) if expected in line]
    assert found.startswith("c.json:")


def test_lone_halves_of_characters_have_no_way_in() -> None:
    text = written(comment(author="ADA")).replace('"ADA"', '"\\ud83d"')
    assert "the character U+D83D is in author (remove it)" in faults(text)[0]


def test_all_faults_are_said_at_once() -> None:
    lacking = {key: value for key, value in COMMENT.items() if key not in {"old", "text"}}
    found = faults(json.dumps({**FILE, "extra": 1, "comments": [lacking, 5, comment(author="")]}))
    assert [line.split(": ", 1)[1].split(" (")[0] for line in found] == [
        "a comment has no key 'old'",
        "a comment has no key 'text'",
        "a comment must be an object with keys",
        "author is empty",
        "unknown key 'extra'",
    ]


def test_an_id_is_in_a_file_once() -> None:
    (found,) = faults(written(comment(), comment()))
    assert "the comment in line 13 has the same id (remove one of the two)" in found


def test_files_are_bounded(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_bytes(b"[" + b" " * LARGEST)
    with pytest.raises(MilepostError, match="the file is larger than 8 MB"):
        read(path, "c.json")
    with pytest.raises(MilepostError, match="the file cannot be read: is a directory"):
        read(tmp_path, "c.json")
    many = json.dumps({**FILE, "comments": [0] * (MOST + 1)})
    assert "there are more than 5,000 comments" in faults(many)[0]


KEYS = st.sampled_from([*FILE, *COMMENT, *ABOUT]) | st.text()


@settings(max_examples=60)
@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner),
    max_leaves=20,
))  # fmt: skip
def test_any_json_is_read_or_refused_with_places(value: Any) -> None:
    for text in (json.dumps(value), json.dumps({**FILE, "comments": [value]}),
                 json.dumps({**FILE, "comments": [{**COMMENT, "about": value}]})):  # fmt: skip
        problems: tuple[Problem, ...] = ()
        try:
            reads(text.encode(), "c.json")
        except MilepostError as error:
            problems = error.problems
        assert all(problem.place and problem.place.line for problem in problems)


# --- Several files ------------------------------------------------------------------------------------------


def test_a_comment_in_two_files_counts_once_and_the_later_edit_counts() -> None:
    edited = comment(2, text="Much too late.", written="2026-11-27T10:00:00Z")
    merged = merge([commented(comment(), comment(2)), commented(edited, comment(), name="d.json")])
    assert [each.text for each in merged.comments] == ["Too late.", "Much too late."]
    assert (merged.repeated, merged.edited) == (1, frozenset({"comment-2"}))
    again = merge([commented(edited, comment()), commented(comment(), comment(2), name="d.json")])
    assert [each.says for each in again.comments] == [each.says for each in merged.comments]


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (comment(text="Other."), "was written at the same time and says something else than at c.json:13:3"),
        (comment(key="R-2", written="2026-11-27T10:00:00Z"), "is about something else than at c.json:13:3"),
    ],
)
def test_different_comments_with_one_id_are_refused(other: dict[str, Any], expected: str) -> None:
    with pytest.raises(MilepostError) as caught:
        merge([commented(comment()), commented(other, name="d.json")])
    assert str(caught.value) == f"d.json:13:3: the comment 'comment-1' {expected} (remove one of the two)"
