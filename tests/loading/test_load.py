"""Loading: any bytes give either a document or problems with places in the file."""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.support.work import calls_of

from milepost.base.dates import PlannedDate
from milepost.base.errors import MOST_SHOWN, MilepostError, Place, Problem, quoted
from milepost.loading.load import loads
from milepost.loading.nodes import SourceText
from milepost.loading.positions import Places
from milepost.loading.yaml_tree import compose

if TYPE_CHECKING:
    from milepost.document.model import Milestone

VALID = (Path(__file__).parents[1] / "data" / "small.yaml").read_text(encoding="utf-8")
LINES = VALID.splitlines(keepends=True)


def problems_of(content: bytes) -> tuple[Problem, ...]:
    """Return the problems of `content`; nothing but `MilepostError` may be raised."""
    try:
        return loads(content, "file").warnings
    except MilepostError as error:
        return error.problems


def check(content: bytes) -> None:
    """Check that every problem of `content` can be read and has a place in it."""
    lines = re.split(r"\r\n|\r|\n", content.decode("utf-8-sig", errors="replace"))
    for problem in problems_of(content):
        assert "\n" not in str(problem)
        assert problem.message
        place = problem.place
        assert place is not None
        assert place.file == "file"
        assert place.line <= len(lines)
        if place.line:
            assert 1 <= place.column <= len(lines[place.line - 1]) + 1
        else:
            assert problem.rule == "empty"


def test_the_small_document_is_valid() -> None:
    loaded = loads(VALID.encode(), "file")
    assert loaded.warnings == ()
    assert [milestone.code for milestone in loaded.document.milestones] == ["M-3", "M-1", "M-2"]


@given(st.binary())
@example(b"\xff\xfe")
@example(b"\xef\xbb\xbf")
@example(b"format: 1\n\xef\xbb\xbf")
@settings(max_examples=120)
def test_any_bytes(content: bytes) -> None:
    check(content)


@given(st.text())
@settings(max_examples=120)
def test_any_text(text: str) -> None:
    check(text.encode(errors="surrogatepass"))


@given(st.text("ab:-?*&!|>'\"%@`{}[],#\n \t.<~\\", max_size=40))
@settings(max_examples=300)
def test_any_yaml_punctuation(text: str) -> None:
    check(f"format: 1\n{text}".encode())


@pytest.mark.slow
@given(st.integers(0, len(LINES) - 1), st.integers(1, 12))
@settings(max_examples=50)
def test_lines_taken_out(start: int, count: int) -> None:
    check("".join(LINES[:start] + LINES[start + count :]).encode())


@pytest.mark.slow
@given(st.integers(0, len(LINES) - 1), st.integers(1, 12), st.integers(0, len(LINES)))
@settings(max_examples=60)
def test_lines_repeated_elsewhere(start: int, count: int, after: int) -> None:
    check("".join(LINES[:after] + LINES[start : start + count] + LINES[after:]).encode())


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, len(VALID)), st.text(max_size=3)), min_size=1, max_size=3))
@settings(max_examples=70)
def test_characters_put_in(insertions: list[tuple[int, str]]) -> None:
    text = VALID
    for index, characters in insertions:
        text = text[:index] + characters + text[index:]
    check(text.encode(errors="surrogatepass"))


@pytest.mark.slow
@given(
    st.integers(0, len(LINES) - 1),
    st.sampled_from(["", "x", "[]", "{}", "- 1", "[[x]]", "{a: {b: c}}", "|", "''"]),
)
@settings(max_examples=80)
def test_values_of_another_kind(index: int, value: str) -> None:
    changed = re.sub(r"(:|-)(?: .*)?\n", rf"\1 {value}\n", LINES[index], count=1)
    check("".join([*LINES[:index], changed, *LINES[index + 1 :]]).encode())


# --- Text is read as written ---


def first_milestone(old: str, new: str) -> Milestone:
    """Return the milestone M-1 of the valid document with `old` replaced by `new`."""
    milestone = loads(VALID.replace(old, new).encode(), "file").document.milestone("M-1")
    assert milestone is not None
    return milestone


@pytest.mark.parametrize(
    "text",
    ["1.10", "no", "nil", "~1", "nullable", "0x1F", "08b", "1_000", "2020-01-01", "1e3", "=", "yes", ".inf"],
)
def test_scalars_stay_text(text: str) -> None:
    assert first_milestone("name: First", f"name: {text}").name == text


@pytest.mark.parametrize("nothing", ["", "~", "null", "Null", "NULL"])
def test_what_programs_write_for_nothing_is_nothing(nothing: str) -> None:
    keys = ("short_name", "test_spec", "jira", "jira_testplan", "forecast", "completed")
    lines = "".join(f"\n    {key}: {nothing}" for key in keys)
    milestone = first_milestone("name: First", f"name: First{lines}")
    assert [getattr(milestone, key) for key in keys] == [None] * 6
    assert first_milestone("aka: [OLD-1]", f"aka: {nothing}").aka == ()
    assert first_milestone("name: First", "name: 'null'").name == "null"


def test_codes_stay_text() -> None:
    loaded = loads(VALID.replace("M-3", "007").encode(), "file")
    assert [milestone.code for milestone in loaded.document.milestones] == ["007", "M-1", "M-2"]


def test_white_space_is_normalised() -> None:
    assert first_milestone("name: First", 'name: " First\\t of \\n\\n all "').name == "First of all"


def test_dates_may_be_in_quotes() -> None:
    assert first_milestone("due: 2024-03-01", 'due: "2024-03-02"').due == PlannedDate(date(2024, 3, 2))


def test_aliases_repeat_values() -> None:
    text = VALID.replace("due: 2024-03-01", "due: &day 2024-03-02").replace("due: 2024-06-01", "due: *day")
    loaded = loads(text.encode(), "file")
    assert [(m.code, str(m.due)) for m in loaded.document.milestones] == [
        ("M-3", "2024-02-01"),
        ("M-1", "2024-03-02"),
        ("M-2", "2024-03-02"),
    ]


def test_document_is_frozen() -> None:
    document = loads(VALID.encode(), "file").document
    with pytest.raises(ValueError, match="frozen"):
        document.metadata.__setattr__("title", "Other")


# --- Places ---


def places(text: str) -> Places:
    source = SourceText(text, "f")
    return Places(source, compose(source).root)


def test_places_of_values_and_keys() -> None:
    found = places("a:\n  b: [x, y]\n  c:\n    - d: 1\n      e: 2\n    - f\n")
    assert found.of(("a",)) == Place("f", 1, 1)
    assert found.of(("a", "b")) == Place("f", 2, 6)
    assert found.of(("a", "b", 1)) == Place("f", 2, 10)
    assert found.of(("a", "c")) == Place("f", 3, 3)
    assert found.of(("a", "c", 0)) == Place("f", 4, 7)
    assert found.of(("a", "c", 0, "e")) == Place("f", 5, 10)
    assert found.of_key(("a", "c", 0, "e")) == Place("f", 5, 7)
    assert found.of_key(("a", "c", 1)) == Place("f", 6, 7)
    assert found.of_key(("a", 1)) == Place("f", 3, 3)
    assert found.of(("a", "c", 0, "missing")) == Place("f", 4, 7)
    assert found.of_key(("a", "missing")) == Place("f", 1, 1)
    assert found.of_key(()) == Place("f", 1, 1)
    assert found.of(("a", "b", 9)) == Place("f", 2, 6)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("t: |\n  one\n  two *x\n", (3, 7)),
        ("t: |\n\n\n  one\n\n  two *x\n", (6, 7)),
        ("t: |2-  # comment\n     one\n  two *x\n", (3, 7)),
        ("t: &a |\n  one\n  two *x\n", (3, 7)),
        ("t: &a\n  |\n    one\n    two *x\n", (4, 9)),
        ("t: >-\n  one\n  two *x\n", (3, 7)),
        ("t: >+\n  one\n\n\n  two *x\n", (5, 7)),
        ("t: one\n  two\n  *x\n", (3, 3)),
        ("t: 'it''s\n  two *x'\n", (2, 7)),
        ('t: "\\u00e9 \\t\\"\n  two \\\n  \\x41 *x"\n', (3, 8)),
        ("t: one two *x\r\n", (1, 12)),
        ("t: |\r\n  one\r\n  two *x\r\n", (3, 7)),
        ("t: ä😀 *x\n", (1, 7)),
    ],
)
def test_places_of_words(text: str, expected: tuple[int, int]) -> None:
    assert places(text).of_words(("t",), "*x") == Place("f", *expected)


def test_places_of_words_that_occur_several_times() -> None:
    found = places("t: >\n  a b\n  b\n\n  a\n  b\n")
    assert [found.of_words(("t",), "a b", n) for n in (0, 1, 2)] == [
        Place("f", 2, 3),
        Place("f", 5, 3),
        Place("f", 5, 3),
    ]
    assert found.of_words(("t",), "c") == Place("f", 1, 4)


def test_places_of_lines() -> None:
    found = places("t: |\n\n  one\n\n    two\n")
    assert [found.of(("t",), line) for line in (1, 2, 3, 4, 9)] == [
        Place("f", 3, 3),
        Place("f", 3, 3),
        Place("f", 5, 5),
        Place("f", 5, 5),
        Place("f", 5, 7),
    ]


# --- Size ---


def large_document(milestones: int) -> str:
    """Return a document of so many milestones with almost three times as many predecessors."""
    head = VALID.split("milestones:\n  M-1")[0].replace(":milestone:`M-1`", "M-1")
    entries = []
    for number in range(milestones):
        before = {number // 2, number // 3, number - 1} - {number, -1}
        entries.append(
            f"  N-{number}:\n    name: Number {number} of the ABC\n    level: 2\n"
            f"    due: 20{number * 90 // milestones:02}-01-01\n    aka: [OLD-{number}]\n"
            f"    predecessors: [{', '.join(f'N-{each}' for each in sorted(before))}]\n"
        )
    return f"{head}milestones:\n{''.join(entries)}"


@pytest.mark.slow
def test_many_milestones_take_work_in_proportion() -> None:
    calls = []
    for milestones in (500, 2000):
        content = large_document(milestones).encode()
        assert len(loads(content, "file").document.milestones) == milestones
        calls.append(calls_of(partial(loads, content, "file")))
    # Four times the milestones; quadratic work would be sixteen times as much.
    assert calls[1] / calls[0] < 5


@pytest.mark.slow
def test_many_faults_take_work_in_proportion() -> None:
    def refuse(content: bytes, faults: int) -> None:
        with pytest.raises(MilepostError) as caught:
            loads(content, "file")
        assert len(caught.value.problems) == faults

    calls = []
    for milestones in (500, 2000):
        text = large_document(milestones).replace("predecessors: [N-", "predecessors: [X-")
        calls.append(calls_of(partial(refuse, text.encode(), milestones - 1)))
    assert calls[1] / calls[0] < 6


@pytest.mark.parametrize(
    "fault",
    ["due: 2024-33-01", "unknown{n}: x", "jira: !x y", "jira: &x{n} y", "ji\u200bra: y"],
)
def test_faults_everywhere_take_work_in_proportion(fault: str) -> None:
    calls = []
    for milestones in (250, 1000):
        text = large_document(milestones)
        for n in range(milestones):
            text = text.replace(f"    aka: [OLD-{n}]\n", f"    {fault.replace('{n}', str(n))}\n", 1)
        calls.append(calls_of(partial(problems_of, text.encode())))
    assert calls[1] / calls[0] < 5


def test_faults_in_one_text_take_work_in_proportion() -> None:
    calls = []
    for paragraphs in (250, 1000):
        text = "".join(f"      See :cite:`R-{n}`, an *open star.\n\n" for n in range(paragraphs))
        content = VALID.replace("    text: |\n", f"    text: |\n{text}", 1).encode()
        calls.append(calls_of(partial(problems_of, content)))
    assert calls[1] / calls[0] < 5


def test_aliases_are_bounded_by_the_size_of_what_they_repeat() -> None:
    sections = "".join(f"  - title: T{n}\n    text: *t\n" for n in range(100))
    first = f"sections:\n  - title: T\n    text: &t {'word ' * 10_000}\n{sections}"
    (problem,) = problems_of(VALID.replace("sections:\n", first, 1).encode())
    assert problem.message == "*t multiplies the size of the file"


def test_many_problems_are_counted_rather_than_shown() -> None:
    problems = [Problem(rule="x", message=f"fault {n}", place=Place("file", 1, 1)) for n in range(300)]
    lines = str(MilepostError(*problems)).splitlines()
    assert len(lines) == MOST_SHOWN + 1
    assert lines[-1] == "there are 100 more problems (fix these first)"


# --- Messages ---


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("word", "'word'"),
        ("it's", "'it's'"),
        ("two\nlines", "'two lines'"),
        ("bell\a", "'bell<U+0007>'"),
        ("x" * 61, f"'{'x' * 57}...'"),
    ],
)
def test_quoted(text: str, shown: str) -> None:
    assert quoted(text) == shown
