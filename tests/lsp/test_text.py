"""Texts change as those of editors do: their lines, the units of positions, and edits between two texts."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.lsp.reading.text import (
    Edit,
    Position,
    Span,
    Text,
    column_as_written,
    column_of,
    edits_between,
    units_of,
)

TEXTS = st.text(alphabet="ab: -\n\r\u2028\x0cé\U0001d4b6", max_size=40)
ENCODINGS = ("utf-8", "utf-16", "utf-32")


def position(text: str, index: int) -> Position:
    """Count lines as the protocol says: they end with a line feed, a carriage return, or both."""
    before = text[:index].replace("\r\n", "\n").replace("\r", "\n")
    return Position(before.count("\n"), len(before) - (before.rfind("\n") + 1))


def applied(text: str, edits: list[Edit]) -> str:
    changed = Text(text)
    for edit in sorted(edits, reverse=True):
        changed.change(edit)
    return changed.content


@given(TEXTS, st.data())
def test_a_change_replaces_exactly_the_characters_of_its_span(content: str, data: st.DataObject) -> None:
    text = Text(content)
    expected = content
    for _ in range(3):
        ends = st.integers(0, len(expected))
        start, end = sorted((data.draw(ends), data.draw(ends)))
        if "\r\n" in (expected[start - 1 : start + 1], expected[end - 1 : end + 1]):
            continue  # no position is between the two
        new = data.draw(TEXTS)
        text.change(Edit(Span(position(expected, start), position(expected, end)), new))
        expected = expected[:start] + new + expected[end:]

        assert text.content == expected
        assert text.lines == Text(expected).lines


@given(TEXTS, TEXTS)
def test_the_edits_between_two_texts_make_one_of_the_other(before: str, after: str) -> None:
    assert applied(before, edits_between(before, after)) == after


def test_edits_between_long_texts_are_found_between_lines_that_are_there_once() -> None:
    entries = [f"  A-{number}:\n    level: 1\n    predecessors:\n" for number in range(1000)]
    moved = [*entries[:300], *entries[700:], *entries[300:700]]
    moved[100] = "  A-100:\n    level: 2\n    predecessors:\n"
    before, after = "".join(entries), "".join(moved)
    edits = edits_between(before, after)

    assert applied(before, edits) == after
    assert edits[0] == Edit(Span.in_line(301, 11, 12), "2")
    assert len(edits) == 3
    other = after.replace("A-", "B-").replace("level", "due")
    assert applied(before, edits_between(before, other)) == other


def test_edits_between_texts_are_no_longer_than_the_words_that_differ() -> None:
    edits = edits_between("a:\r\n  due: 2024-07-01\r\nb: 1\r\n", "a:\r\n  due: 2024-07-02\r\nb: 1\r\n")

    assert edits == [Edit(Span.in_line(1, 16, 17), "2")]


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (Span(Position(0, 99), Position(0, 99)), "ab!\ncd\n"),
        (Span(Position(9, 0), Position(9, 0)), "ab\ncd\n!"),
        (Span(Position(1, 1), Position(9, 9)), "ab\nc!"),
        (Span(Position(0, 0), Position(1, 0)), "!cd\n"),
    ],
)
def test_positions_beyond_the_end_mean_the_end(span: Span, expected: str) -> None:
    text = Text("ab\ncd\n")
    text.change(Edit(span, "!"))

    assert text.content == expected


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_columns_are_counted_in_the_units_of_the_client(encoding: str) -> None:
    line = "é\U0001d4b6b"

    for column in range(len(line) + 1):
        units = len(line[:column].encode(f"{encoding}-le" if encoding != "utf-8" else encoding))
        units //= {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]

        assert units_of(line, column, encoding) == units
        assert column_of(line, units, encoding) == column
    assert column_of(line, 99, encoding) == len(line)


def test_columns_of_the_loader_count_composed_letters() -> None:
    line = "e\u0301a: x"  # an e and a mark, which the loader reads as one letter

    assert [column_as_written(line, column) for column in range(5)] == [0, 2, 3, 4, 5]
    assert column_as_written(unicodedata.normalize("NFC", line), 3) == 3


def test_the_shape_stays_while_somebody_writes_a_value() -> None:
    text = Text("a:\n  b: c\n")
    text.change(Edit(Span.in_line(1, 6, 6), "d"))
    assert (text.revision, text.shape) == (1, 0)
    text.change(Edit(Span.in_line(1, 3, 3), "d"))
    assert (text.revision, text.shape) == (2, 1)
    text.change(Edit(Span.in_line(1, 5, 5), "\n"))
    assert (text.revision, text.shape) == (3, 2)
