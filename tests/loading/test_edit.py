"""Changes of a file in place: the document is the old one but for the change, and so is every other byte."""

from __future__ import annotations

import unicodedata
from difflib import SequenceMatcher
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.base.errors import MilepostError
from milepost.loading.edit import (
    NewValue,
    append_entry,
    has_proposal,
    remove_value,
    set_scalar,
    set_values,
)

ROOT = Path(__file__).parents[2]
REAL = (ROOT / "milestones.yaml").read_bytes()
SMALL = (ROOT / "tests/data/small.yaml").read_bytes()

STYLES = """\
# A comment: of the file
plain: draft     # a comment
single: 'draft'  # another
double: "draft"
nothing:         # still nothing
tilde: ~
last nothing:
long: one
  two
  three  # after it
folded: >-  # header
  one
  two

# between
literal: |+
  one

kept: end
shared: &name value
repeated: *name
in brackets: {a: 1, 'b': "two", c: , d: [x, y]}
list:
  - one
  -
  - key: value
    other: value
- no key: no
"""
STYLES = STYLES.replace("- no key: no\n", "ключ: значение\n")


def read(content: bytes) -> object:
    return yaml.load(unicodedata.normalize("NFC", content.decode("utf-8-sig")), yaml.CBaseLoader)


def edited(text: str, path: tuple[str | int, ...], value: str) -> str:
    return set_scalar(text.encode(), "file.yaml", path, value).decode()


# --- Values -------------------------------------------------------------------------------------------------


def test_the_status_of_a_real_document() -> None:
    changed = set_scalar(REAL, "", ("document", "status"), "approved")

    assert b"\n  status: draft  " in REAL
    assert changed == REAL.replace(b"\n  status: draft  ", b"\n  status: approved  ", 1)


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (("plain",), "plain: draft     #", "plain: new     #"),
        (("single",), "single: 'draft'", "single: 'new'"),
        (("double",), 'double: "draft"', 'double: "new"'),
        (("nothing",), "nothing:         #", "nothing: new         #"),
        (("tilde",), "tilde: ~\n", "tilde: new\n"),
        (("last nothing",), "last nothing:\n", "last nothing: new\n"),
        (("long",), "one\n  two\n  three  #", "new  #"),
        (("folded",), ">-  # header\n  one\n  two\n\n#", "new\n\n#"),
        (("literal",), "|+\n  one\n\nkept", "new\n\nkept"),
        (("repeated",), "repeated: *name", "repeated: new"),
        (("in brackets", "a"), "{a: 1,", "{a: new,"),
        (("in brackets", "b"), "'b': \"two\"", "'b': \"new\""),
        (("in brackets", "c"), "c: ,", "c: new,"),
        (("in brackets", "d", 1), "[x, y]", "[x, new]"),
        (("in brackets", "e"), "[x, y]}", "[x, y], e: new}"),
        (("list", 0), "- one\n", "- new\n"),
        (("list", 1), "  -\n", "  - new\n"),
        (("list", 2, "third"), "    other: value\n", "    other: value\n    third: new\n"),
        (("ключ",), "ключ: значение", "ключ: new"),
        (("added",), "ключ: значение\n", "ключ: значение\nadded: new\n"),
    ],
)
def test_each_way_to_write_a_value(path: tuple[str | int, ...], before: str, after: str) -> None:
    assert STYLES.count(before) == 1

    assert edited(STYLES, path, "new") == STYLES.replace(before, after)


@pytest.mark.parametrize(
    ("value", "plain", "single", "in_brackets"),
    [
        ("1.10", "1.10", "'1.10'", "1.10"),
        ("no", "no", "'no'", "no"),
        ("2025-07-04", "2025-07-04", "'2025-07-04'", "2025-07-04"),
        ("O'Mullane", "O'Mullane", "'O''Mullane'", "O'Mullane"),
        ("a: b", '"a: b"', "'a: b'", '"a: b"'),
        ("a, b", "a, b", "'a, b'", '"a, b"'),
        ("a #1", '"a #1"', "'a #1'", '"a #1"'),
        ("C#", "C#", "'C#'", "C#"),
        ("null", '"null"', "'null'", '"null"'),
        ("", '""', "''", '""'),
        (" x", '" x"', "' x'", '" x"'),
        ("'x' y", "\"'x' y\"", "'''x'' y'", "\"'x' y\""),
        ("- x", '"- x"', "'- x'", '"- x"'),
        ("two\nlines", '"two\\u000Alines"', '"two\\u000Alines"', '"two\\u000Alines"'),
        ("a\tb", '"a\\u0009b"', '"a\\u0009b"', '"a\\u0009b"'),
        ("a\u2028b", '"a\\u2028b"', '"a\\u2028b"', '"a\\u2028b"'),
        ("\n\u0301", '"\\u000A\\u0301"', '"\\u000A\\u0301"', '"\\u000A\\u0301"'),
        ("\\", "\\", "'\\'", "\\"),
        ('": \\', "'\": \\'", "'\": \\'", "'\": \\'"),
        ("*name", '"*name"', "'*name'", '"*name"'),
        ("u\u0308ber", "über", "'über'", "über"),
        ("\u200bx", "\u200bx", "'\u200bx'", "\u200bx"),
        ("\x07", '"\\u0007"', '"\\u0007"', '"\\u0007"'),
        ("\U0001f680 up", "\U0001f680 up", "'\U0001f680 up'", "\U0001f680 up"),
    ],
)
def test_values_have_quotes_where_they_need_them(
    value: str, plain: str, single: str, in_brackets: str
) -> None:
    for path, expected in ((("plain",), plain), (("single",), single), (("in brackets", "a"), in_brackets)):
        assert edited("plain: zzz\nsingle: 'zzz'\nin brackets: {a: zzz}\n", path, value).count(expected)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_marks_stay(end: str, mark: bytes) -> None:
    content = mark + f"a: é{end}b: {end}c: e\u0301{end}d:{end}  - e: 1{end}".encode()

    assert set_scalar(content, "", ("c",), "x") == content.replace("e\u0301".encode(), b"x")
    assert set_scalar(content, "", ("f",), "x") == content + f"f: x{end}".encode()
    assert append_entry(content, "", ("d",), {"e": "2"}) == content + f"  - e: 2{end}".encode()


def test_a_file_without_a_line_end_at_its_end() -> None:
    assert edited("a: 1", ("b",), "2") == "a: 1\nb: 2"
    assert append_entry(b"a:\n- b: 1", "", ("a",), {"b": "2", "c": "3"}) == b"a:\n- b: 1\n- b: 2\n  c: 3"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (
            ("shared",),
            "20:9: 'shared' is used in other places by *name (write the value out in each of them)",
        ),
        (("list",), "24:3: 'list' is not a single value (change it with an editor)"),
        (("list", 2), "26:5: entry 3 is not a single value (change it with an editor)"),
        (("list", 3), "24:3: entry 4 is not a single value (change it with an editor)"),
        (("no", "where"), "2:1: there is no 'no' here (write it with an editor)"),
        (("plain", "where"), "2:8: 'where' is not a single value (change it with an editor)"),
    ],
)
def test_what_cannot_be_changed_is_refused(path: tuple[str | int, ...], message: str) -> None:
    with pytest.raises(MilepostError) as raised:
        edited(STYLES, path, "new")

    assert str(raised.value) == f"file.yaml:{message}"


def test_a_value_in_a_repeated_mapping_is_refused() -> None:
    text = "a: &x\n  b: 1\nc: *x\n"
    for path in (("a", "b"), ("c", "b"), ("a", "new"), ("c", "new")):
        with pytest.raises(MilepostError):
            edited(text, path, "2")


def test_a_missing_date_is_added_to_a_milestone() -> None:
    start = REAL.index(b"  LDM-503-17:\n")
    end = REAL.index(b"\n\n", start) + 1
    changed = set_scalar(REAL, "", ("milestones", "LDM-503-17", "completed"), "2024-11-01")

    assert changed == REAL[:end] + b"    completed: 2024-11-01\n" + REAL[end:]


def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(value, dict):
        return [each for key in value for each in places(value[key], (*path, key))]
    if isinstance(value, list):
        return [each for index, entry in enumerate(value) for each in places(entry, (*path, index))]
    return [path]


def replaced(value: object, path: tuple[str | int, ...], new: str) -> object:
    if not path:
        return new
    if isinstance(value, dict):
        return {key: replaced(each, path[1:], new) if key == path[0] else each for key, each in value.items()}
    assert isinstance(value, list)
    return [replaced(each, path[1:], new) if index == path[0] else each for index, each in enumerate(value)]


SCALARS = [
    (text, path) for text in (SMALL, STYLES.encode()) for path in places(read(text)) if path != ("shared",)
]


@settings(max_examples=100, deadline=None)
@given(
    where=st.sampled_from(SCALARS),
    value=st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
    | st.text("ab:#-?'\"\\,[]{}&*!|>%@` \n\t~0", max_size=6),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_only_one_value_changes(where: tuple[bytes, tuple[str | int, ...]], value: str, end: str) -> None:
    content, path = where[0].replace(b"\n", end.encode()), where[1]
    changed = set_scalar(content, "", path, value)

    expected = unicodedata.normalize("NFC", value)
    assert read(changed) == replaced(read(content), path, expected)
    lines, old = changed.splitlines(), content.splitlines()
    new = [
        tag for tag, *_ in SequenceMatcher(None, old, lines, autojunk=False).get_opcodes() if tag != "equal"
    ]
    assert len(new) <= 1
    assert len(lines) <= len(old)
    assert set_scalar(changed, "", path, value) == changed


# --- Entries ------------------------------------------------------------------------------------------------

ENTRY = {"version": "1.7", "date": "2024-12-01", "owner": "W. O'Mullane", "description": "Dates: approved."}
LINES = """\
  - version: 1.7
    date: 2024-12-01
    owner: W. O'Mullane
    description: "Dates: approved."
"""


def appended(text: str, *, as_comment: bool = False) -> str:
    return append_entry(text.encode(), "f", ("change_record",), ENTRY, as_comment=as_comment).decode()


def test_an_entry_of_a_real_document() -> None:
    last = "    description: Update schedule, reomve rebaseline, June data approved in :jira:`RFC-940`\n"
    text = REAL.decode()

    assert appended(text) == text.replace(last, f"{last}\n{LINES}")


def test_an_entry_as_a_comment() -> None:
    text = SMALL.decode()
    comment = "".join(f"  # {line[2:]}\n" for line in LINES.splitlines())
    changed = appended(text, as_comment=True)

    assert changed == text.replace("Second version.\n", f"Second version.\n{comment}")
    assert read(changed.encode()) == read(SMALL)
    assert has_proposal(changed.encode(), "", ("change_record",))
    assert not has_proposal(SMALL, "", ("change_record",))
    assert appended(changed.replace("  # ", "  ")).count("version: 1.7") == 2


@pytest.mark.parametrize(
    "entries",
    [
        "- a: >\n    b\n\n    c\n@\n# next\nx: y\n",
        "- a: |+\n    b\n\n@x: y\n",
        "- a: b # c\n  # of b\n@# next\nx: y\n",
        "-\n  # - a note\n  a: b\n@",
        "- a: {b: c}\n- d: [e]\n@",
    ],
)
def test_an_entry_is_put_below_the_last_one(entries: str) -> None:
    lines = "".join(f"{line[2:]}\n" for line in LINES.splitlines())
    text = f"change_record:\n{entries}"

    assert appended(text.replace("@", "")) == text.replace("@", lines)


def test_an_entry_in_brackets() -> None:
    expected = '{version: 1.7, date: 2024-12-01, owner: W. O\'Mullane, description: "Dates: approved."}'

    assert appended("change_record: [{a: b}]\n") == f"change_record: [{{a: b}}, {expected}]\n"


VALUES = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.text(
    "ab:#-\"'\n\t\u2028\u0301*", max_size=5
)


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(VALUES, min_size=1, max_size=3),
    content=st.sampled_from([SMALL, REAL]),
    crlf=st.booleans(),
)
def test_only_an_entry_is_added(values: list[str], content: bytes, crlf: bool) -> None:
    content = content[: content.index(b"\nsections:") + 1].replace(b"\n", b"\r\n" if crlf else b"\n")
    entry = {f"key{number}": value for number, value in enumerate(values)}
    old = read(content)
    for as_comment in (False, True):
        changed = append_entry(content, "", ("change_record",), entry, as_comment=as_comment)
        new = read(changed)
        if not as_comment:
            assert new["change_record"].pop() == {  # type: ignore[index]
                key: unicodedata.normalize("NFC", value) for key, value in entry.items()
            }
        assert new == old
        lines, before = changed.splitlines(), content.splitlines()
        added = [tag for tag, *_ in SequenceMatcher(None, before, lines, autojunk=False).get_opcodes()]
        assert set(added) <= {"equal", "insert"}
        assert added.count("insert") == 1


@pytest.mark.parametrize("text", ["change_record:\n", "change_record: []\n", "change_record: none\n"])
def test_a_list_without_entries_is_refused(text: str) -> None:
    with pytest.raises(MilepostError, match=r"f:1:1[5-6]: 'change_record' is not a list with entries"):
        appended(text)


# --- Several values, texts of several lines, and values that go ---------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("before", "after", "path"),
    [
        ("a: 1\nb: 2  # two\nc: 3\n", "a: 1\nc: 3\n", ("b",)),
        ("a: 1\nb: 2", "a: 1\n", ("b",)),
        ("- a: 1\n  b: 2\n- c\n", "- b: 2\n- c\n", (0, "a")),
        ("a: {b: 1, c: 2}\n", "a: {c: 2}\n", ("a", "b")),
        ("a: {b: 1, c: 2}\n", "a: {b: 1}\n", ("a", "c")),
        ("a: |\n  x\n\n  y\n\n# of b\nb: 1\n", "\n# of b\nb: 1\n", ("a",)),
    ],
)
def test_a_value_is_removed_with_its_key(
    before: str, after: str, path: tuple[str | int, ...], end: str
) -> None:
    before, after = before.replace("\n", end), after.replace("\n", end)
    assert remove_value(before.encode(), "f", path).decode() == after


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("a: {b: 1}\n", ("a", "b"), "f:1:8: 'b' is the only key here (remove it with an editor)"),
        ("a: [1]\nb: 2\n", ("a",), "f:1:4: 'a' is not a single value (remove it with an editor)"),
        ("a: &x 1\nb: *x\n", ("a",), "f:1:4: 'a' cannot be changed here (change it with an editor)"),
        ("a: 1\nb: 1\n", ("c",), "f:1:1: there is no 'c' here (write it with an editor)"),
    ],
)
def test_what_cannot_be_removed(text: str, path: tuple[str, ...], expected: str) -> None:
    with pytest.raises(MilepostError) as caught:
        remove_value(text.encode(), "f", path)
    assert str(caught.value) == expected


def test_comments_below_a_block_stay() -> None:
    text = "a: |\n  one\n# of b\nb: 1\nc: |\n  two\n  # text\n\n # of nothing\n"
    assert edited(text, ("a",), "new") == text.replace("|\n  one", "new")
    assert edited(text, ("c",), "new") == text.replace("|\n  two\n  # text", "new")
    assert edited(text, ("d",), "4") == text.replace("  # text\n", "  # text\nd: 4\n")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ("a: |\n  one two\n  three\n", "one 2\nthree\n", "a: |\n  one 2\n  three\n"),
        ("a: |\n  one\n\n  two\n", "one\n\nnew\nwords\n\ntwo\n", "a: |\n  one\n\n  new\n  words\n\n  two\n"),
        ("a: >-\n  one two\n  three four\n", "one two 3 four", "a: >-\n  one two\n  3 four\n"),
        ("a: 'it''s\n  two'\n", "it's 'new' two", "a: 'it''s ''new''\n  two'\n"),
        ("a: one\n  two  # c\n", "one 2", "a: one\n  2  # c\n"),
        ("a: one\n", "one\n\ntwo", "a: |-\n  one\n\n  two\n"),
        ("b: one\n", "one\n\ntwo\n", "b: one\na: |\n  one\n\n  two\n"),
        ("a: one\n", " one\ntwo\n", "a: |2\n   one\n  two\n"),
    ],
)
def test_texts_keep_the_lines_that_stay(before: str, value: str, after: str, end: str) -> None:
    before, after = before.replace("\n", end), after.replace("\n", end)
    assert set_scalar(before.encode(), "f", ("a",), value, in_lines=True).decode() == after


@settings(max_examples=40)
@given(st.data())
def test_several_values_are_the_same_as_one_after_the_other(data: st.DataObject) -> None:
    paths: list[tuple[str | int, ...]] = [
        ("plain",), ("single",), ("double",), ("nothing",), ("folded",), ("in brackets", "a"),
        ("new",), ("newer",),
    ]  # fmt: skip
    values = st.none() | st.sampled_from(["x", "a: b", "#", "two\nlines\n", "it's", ""])
    new = [
        NewValue(path, data.draw(values if path[0] not in {"new", "newer"} else values.filter(bool)))
        for path in data.draw(st.lists(st.sampled_from(paths), unique=True))
    ]
    expected = STYLES.encode()
    for each in new:
        expected = set_values(expected, "f", [each])
    assert set_values(STYLES.encode(), "f", new) == expected
