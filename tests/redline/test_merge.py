"""Merging two editions: which words are marked, and that each edition is still in the view of both."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.documents import document, documents, view
from tests.support.pairs import Reading, merged, new_text, old_text

from milepost.base.marked import (
    Mark,
    Marked,
    along,
    beside,
    deleted,
    fate,
    inserted,
    kept,
    pieces,
    separated,
)
from milepost.diff.plain_words import words
from milepost.prose.values import Footnote, Internal, Paragraph, Text
from milepost.redline.merge import merge
from milepost.render.documents import diff_latex
from milepost.views.document import Move

if TYPE_CHECKING:
    from collections.abc import Callable

KEPT, INSERTED, DELETED = Mark


@pytest.mark.slow
@settings(max_examples=40)
@given(old=documents(), new=documents())
def test_each_edition_can_be_read_from_the_view_of_both(old: dict[str, Any], new: dict[str, Any]) -> None:
    both = merged(old, new)

    assert Reading(both, new_text).texts == Reading(view(new, 2), new_text).texts
    assert Reading(both, old_text).texts == Reading(view(old), new_text).texts


# --- Words ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("the same", "the same", [(KEPT, "the same")]),
        ("", "all new", [(INSERTED, "all new")]),
        ("all gone", "", [(DELETED, "all gone")]),
        (
            "released weekly and often",
            "released daily and often",
            [(KEPT, "released "), (DELETED, "weekly"), (INSERTED, "daily"), (KEPT, " and often")],
        ),
        # A date, a code, a number is one word; so is what changed on both sides of a space.
        (
            "due 2019-02-28, as A-503-10",
            "due 2019-03-28, as A-503-10a",
            [
                (KEPT, "due "),
                (DELETED, "2019-02-28"),
                (INSERTED, "2019-03-28"),
                (KEPT, ", as "),
                (DELETED, "A-503-10"),
                (INSERTED, "A-503-10a"),
            ],
        ),
        (
            "keep one two",
            "keep three four",
            [(KEPT, "keep "), (DELETED, "one two"), (INSERTED, "three four")],
        ),
        # Texts that share hardly a word replace each other.
        (
            "alpha beta to gamma",
            "delta eta to iota",
            [(DELETED, "alpha beta to gamma"), (INSERTED, "delta eta to iota")],
        ),
    ],
)
def test_words_are_marked(old: str, new: str, expected: list[tuple[Mark, str]]) -> None:
    text = words(old, new)

    assert text.pieces == tuple(expected)
    assert (text.before, text) == (old, new)


def test_marked_text_is_true_where_anything_is_printed() -> None:
    assert deleted("gone")
    assert not Marked(())


def test_a_deleted_line_end_parts_lines() -> None:
    text = Marked([(KEPT, "a\n"), (DELETED, "b\nc"), (INSERTED, "d")])

    assert text.lines() == ("a", "", "d")
    assert [line.before for line in text.lines()] == ["a", "b", "c"]


def test_an_end_of_a_line_that_is_new_or_gone_shows() -> None:
    joined = Marked([(KEPT, "a"), (DELETED, "\n"), (INSERTED, " "), (KEPT, "b")])
    parted = Marked([(KEPT, "a"), (DELETED, " "), (INSERTED, "\n"), (KEPT, "b")])
    with_an_empty_line_less = Marked([(KEPT, "a\n"), (DELETED, "\n"), (KEPT, "b")])
    with_a_line_more = Marked([(KEPT, "a\n"), (INSERTED, "b\n"), (KEPT, "c")])

    def pieces_of(text: Marked) -> list[tuple[tuple[Mark, str], ...]]:
        return [line.pieces for line in text.lines()]

    assert pieces_of(joined) == [((KEPT, "a"), (DELETED, "↵")), ((INSERTED, " "), (KEPT, "b"))]
    assert pieces_of(parted) == [((KEPT, "a"), (DELETED, " "), (INSERTED, "↵")), ((KEPT, "b"),)]
    assert pieces_of(with_an_empty_line_less) == [((KEPT, "a"),), ((DELETED, "↵"),), ((KEPT, "b"),)]
    assert pieces_of(with_a_line_more) == [((KEPT, "a"),), ((INSERTED, "b"),), ((KEPT, "c"),)]
    assert pieces_of(inserted("a\n\nb")) == [((INSERTED, "a"),), (), ((INSERTED, "b"),)]


@given(st.lists(st.sampled_from([kept, inserted, deleted]), max_size=6))
def test_a_separator_stands_between_two_texts_of_one_edition(marks: list[Callable[[str], Marked]]) -> None:
    texts = [mark(f"{number}") for number, mark in enumerate(marks)]

    listed = separated(texts, ", ")

    assert [text for text, _ in listed] == texts
    for edition in (new_text, old_text):
        read = "".join(edition(text) + edition(gap) for text, gap in listed)
        assert read == ", ".join(filter(None, map(edition, texts)))
    assert separated(["a", "b"], ", ") == (("a", ", "), ("b", ""))


def test_a_label_has_the_mark_of_its_text() -> None:
    assert along(", ", (deleted("a"), deleted("b"))) == deleted(", ")
    assert along(", ", (deleted("a"), inserted("b"))) == ", "
    assert beside(kept("Draft"), inserted("notice")) == inserted("Draft")
    assert beside("Draft", "notice") == "Draft"
    # A label without text is not printed.
    assert not along("– ", beside(deleted("Draft"), inserted("notice")))


# --- Parts ------------------------------------------------------------------------------------------------


def schedule(**due: str) -> dict[str, Any]:
    """Return a document with a section for each of these milestones."""
    return document(
        sections=[{"title": "Milestones", "milestones": {"level": "1", "no_deliveries": "Nothing."}}],
        milestones={code: {"name": f"name of {code}", "level": "1", "due": day} for code, day in due.items()},
    )


def test_a_milestone_that_moved_is_printed_at_its_new_place_with_a_note_at_both() -> None:
    old = schedule(A="2024-01-01", B="2024-02-01", C="2024-03-01")
    new = schedule(A="2024-04-01", B="2024-02-01", C="2024-03-01")

    stub, second, third, first = merged(old, new).sections[0].sections

    assert (stub.move, stub.title) == (
        Move(note="1.1 name of A: A: moved to 1.3", anchor="milestone-a", gone=True),
        "",
    )
    assert first.move == Move(note="moved from 1.1", anchor="was-milestone-a", gone=False)
    assert stub.anchor == "was-milestone-a"
    assert [pieces(section.number) for section in (second, third, first)] == [
        ((DELETED, "1.2"), (INSERTED, "1.1")),
        ((DELETED, "1.3"), (INSERTED, "1.2")),
        ((DELETED, "1.1"), (INSERTED, "1.3")),
    ]
    assert first.milestone is not None
    assert pieces(first.milestone.due) == ((DELETED, "2024-01-01"), (INSERTED, "2024-04-01"))
    assert pieces(first.title) == ((KEPT, "name of A: A"),)


def test_a_milestone_that_is_gone_stays_in_its_place() -> None:
    both = merged(schedule(A="2024-01-01", B="2024-02-01"), schedule(B="2024-02-01"))

    gone, kept_one = both.sections[0].sections

    assert fate(gone) is DELETED
    assert gone.anchor == "was-milestone-a"
    assert pieces(kept_one.number) == ((DELETED, "1.2"), (INSERTED, "1.1"))


def test_a_completion_and_its_opposite_are_marked() -> None:
    old = schedule(A="2023-01-01")
    new = schedule(A="2023-01-01")
    new["milestones"]["A"]["completed"] = "2023-02-01"

    completed = merged(old, new).sections[0].sections[0].milestone
    reopened = merged(new, old).sections[0].sections[0].milestone

    assert completed is not None
    assert reopened is not None
    assert pieces(completed.status) == ((DELETED, "currently incomplete"), (INSERTED, "completed"))
    assert completed.since == inserted("2023-02-01")
    assert pieces(reopened.since or "") == ((DELETED, "2023-02-01"),)


def test_a_recoded_milestone_is_the_same_and_mentions_of_it_are_still_links() -> None:
    old = schedule(A="2024-01-01")
    new = schedule(B="2024-01-01")
    new["milestones"]["B"] |= {"name": "name of A", "aka": ["A"]}
    old["sections"][0]["text"], new["sections"][0]["text"] = "See :milestone:`A`.", "See :milestone:`B`."

    section = merged(old, new).sections[0]

    (paragraph,) = section.blocks
    assert isinstance(paragraph, Paragraph)
    link = paragraph.inlines[1]
    assert isinstance(link, Internal)
    assert (link.anchor, pieces(link.text)) == ("milestone-b", ((DELETED, "A"), (INSERTED, "B")))
    assert pieces(section.sections[0].title) == ((KEPT, "name of A: "), (DELETED, "A"), (INSERTED, "B"))


def test_a_footnote_that_is_gone_does_not_count() -> None:
    note = "One [#a]_ here.\n\n.. [#a] First."
    old = document(
        sections=[{"title": "One", "text": note}, {"title": "Two", "text": note.replace("One", "Two")}]
    )
    new = document(
        sections=[{"title": "One", "text": "One here."}, {"title": "Two", "text": old["sections"][1]["text"]}]
    )

    first, second = merged(old, new).sections

    assert first.footnotes == (Footnote((Text(deleted("First.")),), deleted("1")),)
    assert pieces(second.footnotes[0].number) == ((DELETED, "2"), (INSERTED, "1"))


def test_a_link_that_is_gone_leads_nowhere() -> None:
    reference = {"R-1": {"authors": ["A"], "year": "2001", "title": "T"}}
    old = document(sections=[{"title": "One", "text": "See :cite:`R-1`."}], references=reference)
    new = document(sections=[{"title": "One", "text": "See."}])

    both = merged(old, new)

    (paragraph,) = both.sections[0].blocks
    assert isinstance(paragraph, Paragraph)
    assert not [inline for inline in paragraph.inlines if isinstance(inline, Internal)]
    assert both.references[0].anchor == "was-reference-r-1"
    assert fate(both.references) is DELETED


@pytest.mark.slow
@settings(max_examples=20)
@given(old=documents(), new=documents())
def test_no_place_has_two_parts_and_no_link_leads_nowhere(old: dict[str, Any], new: dict[str, Any]) -> None:
    source = diff_latex(merged(old, new), [("gone", "nowhere", "Scope")], "old", "new", "all")

    places = re.findall(r"\\anchor\{([^}]*)\}", source.split(r"\begin{document}")[1])
    assert sorted(places) == sorted(set(places))
    assert set(
        re.findall(r"\\(?:hyperlink|movenote)\{([^}]*)\}", source.split(r"\begin{document}")[1])
    ) <= set(places)


@pytest.mark.slow
@given(values=documents())
@settings(max_examples=20)
def test_a_document_does_not_differ_from_itself(values: dict[str, Any]) -> None:
    source = diff_latex(merge(view(values), view(values), ()), [], "old", "new", "nothing")

    text = source.split(r"\tableofcontents")[1]
    assert not re.search(r"\\(inserted|deleted|changed|movenote)\{", text)
