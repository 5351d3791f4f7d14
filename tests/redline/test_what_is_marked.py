"""What differs in print is named in the list, marked where it is printed, and reached by the keys n and p."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from tests.redline.test_edition import comparison
from tests.support.documents import document

from milepost.base.marked import pieces
from milepost.build.diff import _text_diff
from milepost.charts import output
from milepost.diff.summary import changed_lines
from milepost.redline.edition import mark
from milepost.render.diff_page import diff_page

if TYPE_CHECKING:
    from milepost.diff.comparison import Comparison


def sentences(found: Comparison) -> list[str]:
    return [each.sentence for each in found.explained]


def page(found: Comparison) -> str:
    """Return the HTML page without its style and script."""
    marked = mark(found)
    figures = {name: output.svg(figure.drawing) for name, figure in marked.merged.figures.items()}
    text = diff_page(marked.merged, marked.listing, *marked.names, figures, marked.headline)
    return re.sub(r"(?s)<(style|script).*?</\1>", "", text)


def stops(found: Comparison) -> list[str]:
    """Return the class of each place at which the keys stop."""
    return re.findall(r'class="(change [^"]*)"', page(found))


def text_diff(found: Comparison) -> list[str]:
    """Return the lines that differ in the plain text."""
    return [line for line in _text_diff(mark(found)).splitlines()[2:] if line[0] in "+-"]


# --- Prose ------------------------------------------------------------------------------------------------


def of_text(old: str, new: str) -> Comparison:
    return comparison(*(document(sections=[{"title": "One", "text": text}]) for text in (old, new)))


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("::\n\n  if a:\n    b\n", "::\n\n  if a:\n      b\n", ["  b", "    b"]),
        ("::\n\n  a  = 1\n", "::\n\n  a = 1\n", ["  =", " ="]),
        ("It takes 10 km more.", "It takes 10\u00a0km more.", ["10 km", "10\u00a0km"]),
        ("It takes 10 000 km.", "It takes 10\u202f000 km.", ["10 000", "10\u202f000"]),
    ],
    ids=["indentation", "blanks", "no-break space", "narrow no-break space"],
)
def test_blanks_that_are_printed_differently(old: str, new: str, shown: list[str]) -> None:
    found = of_text(old, new)

    assert sentences(found) == ["The text of section 1, “One”, has changed."]
    assert [row for row in changed_lines(found.changes[0]) if any(mark != "kept" for mark, _ in row)]  # type: ignore[arg-type]
    assert stops(found) == ["change edited"]
    deleted, inserted = (re.findall(f"<{tag}>([^<]*)</{tag}>", page(found)) for tag in ("del", "ins"))
    assert [deleted[1], inserted[1]] == shown  # after the legend
    assert text_diff(found)


NOTED = "First [#a]_.\n\n.. [#a] Note one.\n"
OTHER = "Second [#b]_.\n\n.. [#b] Note two.\n"


@pytest.mark.parametrize(
    ("old", "new", "numbers"),
    [
        (f"{NOTED}\n{OTHER}", OTHER, ["wasnote1", "note1"]),
        (OTHER, f"{NOTED}\n{OTHER}", ["note1", "note2"]),
        (NOTED, "Nothing at all of that.", ["wasnote1"]),
        (f"- {NOTED.replace(chr(10) * 2, chr(10) * 2 + '  ')}\n{OTHER}", OTHER, ["wasnote1", "note1"]),
    ],
    ids=["gone", "new", "alone", "in a list"],
)
def test_the_notes_of_both_editions_have_places_of_their_own(old: str, new: str, numbers: list[str]) -> None:
    shown = page(of_text(old, new))
    places = re.findall(r'\bid="([^"]*)"', shown)
    links = re.findall(r'href="#([^"]*)"', shown)

    assert len(places) == len(set(places))
    assert set(links) <= set(places)
    assert [place for place in places if re.fullmatch(r"(was)?note\d+", place)] == numbers
    for number in numbers:
        call, back = shown.index(f'href="#{number}"'), shown.index(f'href="#{number}call"')
        assert call < back


def test_a_reference_without_publisher_has_no_comma_for_it() -> None:
    def cited(title: str) -> dict[str, Any]:
        reference = {"authors": ["A. B."], "year": "2020", "title": title, "url": "https://example.org/"}
        return document(
            sections=[{"title": "One", "text": "See :cite:`R-1` and :cite:`R-2`."}],
            references={"R-1": reference, "R-2": {**reference, "title": "Same"}},
        )

    shown = page(comparison(cited("Old"), cited("New")))
    assert ", , " not in re.sub(r"<[^>]*>", "", shown)
    assert ", URL " in shown


# --- Milestones -------------------------------------------------------------------------------------------


def plan(**due: str) -> dict[str, Any]:
    """Return a document with a section for each of these milestones, and another one without a section."""
    milestones = {code: {"name": code, "level": "1", "due": day} for code, day in due.items()}
    return document(
        sections=[{"title": "Plan", "milestones": {"level": "1", "no_deliveries": "None."}}],
        milestones=milestones | {"Z": {"name": "Z", "level": "2", "due": "2024-03-03"}},
    )


def notes(found: Comparison) -> list[tuple[str, str]]:
    """Return the milestone of each section that has moved, with its note."""
    (above,) = mark(found).merged.sections
    moved = [section for section in above.sections if section.move and section.milestone]
    return [
        (str(section.milestone and section.milestone.code), str(section.move and section.move.note))
        for section in moved
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            {"A": "2024-03-01", "B": "2024-04-01"},
            {"A": "2024-05-01", "B": "2024-04-01"},
            [("A", "moved from 1.1")],
        ),
        (
            {"A": "2024-03-01", "B": "2024-04-01"},
            {"A": "2024-03-01", "B": "2024-02-01"},
            [("B", "moved from 1.2")],
        ),
        (
            {"A": "2024-03-01", "B": "2024-03-02", "C": "2024-03-03", "D": "2024-04-01"},
            {"A": "2024-05-01", "B": "2024-05-02", "C": "2024-05-03", "D": "2024-04-01"},
            [("A", "moved from 1.1"), ("B", "moved from 1.2"), ("C", "moved from 1.3")],
        ),
    ],
    ids=["later", "earlier", "three past one"],
)
def test_the_mover_is_the_milestone_whose_date_has_changed(
    old: dict[str, str], new: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    found = comparison(plan(**old), plan(**new))

    assert notes(found) == expected
    moving = {each.code for each in found.explained if "it moves" in each.sentence}
    assert moving == {code for code, _ in expected}


def test_a_milestone_that_is_new_moves_no_other() -> None:
    found = comparison(
        plan(A="2024-03-01", B="2024-04-01"), plan(A="2024-03-01", B="2024-04-02", N="2024-02-01")
    )

    assert "B is due 2024-04-02, 1 day later than before (2024-04-01)." in sentences(found)
    assert notes(found) == []


def test_a_milestone_without_a_section_has_no_place() -> None:
    values = plan(A="2024-03-01")
    moved = plan(A="2024-03-01")
    moved["milestones"]["Z"]["due"] = "2024-02-01"

    assert sentences(comparison(values, moved)) == [
        "Z is due 2024-02-01, 31 days earlier than before (2024-03-03)."
    ]


# --- The change record and other entries ------------------------------------------------------------------

ENTRY = {"version": "1.6", "date": "2023-08-13", "owner": "A. B.", "description": "Update."}


def record(*entries: dict[str, Any]) -> dict[str, Any]:
    return document(change_record=list(entries))


def rows(found: Comparison) -> list[tuple[str, ...]]:
    """Return the marked cells of the change record, in the notation of `git diff --word-diff`."""
    signs = {"kept": "{}", "inserted": "+{}+", "deleted": "-{}-"}
    return [
        tuple(
            "".join(signs[mark].format(text) for mark, text in pieces(cell))
            for cell in (change.version, change.date, change.owner)
        )
        for change in mark(found).merged.changes
    ]


@pytest.mark.parametrize(
    ("old", "new", "sentence", "version"),
    [
        (
            "1.6",
            "1.7",
            "The version of the entry 2023-08-13 of the change record changed from “1.6” to “1.7”.",
            "-1.6-+1.7+",
        ),
        (None, "1.6", "The version of the entry 2023-08-13 of the change record is new: “1.6”.", "+1.6+"),
        (
            "1.6",
            None,
            "The version of the entry 2023-08-13 of the change record is gone; it was “1.6”.",
            "-1.6-",
        ),
    ],
)
def test_an_entry_with_another_version(old: str, new: str, sentence: str, version: str) -> None:
    first = {**ENTRY, "version": "1.5", "date": "2023-01-01"}
    found = comparison(record(first, {**ENTRY, "version": old}), record(first, {**ENTRY, "version": new}))

    assert sentences(found) == [sentence]
    assert rows(found) == [("1.5", "2023-01-01", "A. B."), (version, "2023-08-13", "A. B.")]
    assert stops(found) == ["change " + ("edited" if old and new else "inserted" if new else "deleted")]


def test_a_new_entry_is_listed_with_its_content_and_no_other_becomes_it() -> None:
    other = {**ENTRY, "version": "1.7", "description": "Something else."}
    found = comparison(record(ENTRY), record(ENTRY, other))
    replaced = comparison(record(ENTRY), record(other))

    new = "The entry 1.7 of the change record is new: 2023-08-13, A. B., “Something else.”."
    assert sentences(found) == [new]
    assert rows(found) == [("1.6", "2023-08-13", "A. B."), ("+1.7+", "+2023-08-13+", "+A. B.+")]
    assert sentences(replaced) == [
        "The entry 1.6 of the change record is gone: 2023-08-13, A. B., “Update.”.", new
    ]  # fmt: skip
    assert rows(replaced) == [("-1.6-", "-2023-08-13-", "-A. B.-"), ("+1.7+", "+2023-08-13+", "+A. B.+")]


# --- Long values ------------------------------------------------------------------------------------------


def test_a_change_in_a_long_value_is_shown_with_the_words_around_it() -> None:
    words = " ".join(f"word{number}" for number in range(60))
    old, new = (document(document={"control_footer": f"{words} {end} it."}) for end in ("before", "after"))

    before = "… word52 word53 word54 word55 word56 word57 word58 word59"
    what = "The control footer of the document changed from"
    assert sentences(comparison(old, new)) == [f"{what} “{before} before it.” to “{before} after it.”."]
    shorter = document(document={"control_footer": words})
    assert sentences(comparison(old, shorter)) == [f"{what} “{before} before it.” to “{before}”."]


def test_long_lists_show_what_has_changed_in_them() -> None:
    names = [f"Author number {number}" for number in range(40)]
    old, new = document(document={"authors": names}), document(document={"authors": [*names[:-1], "Another"]})

    (sentence,) = sentences(comparison(old, new))
    assert "; Author number 39 to …" in sentence
    assert sentence.endswith("; Another.")


# --- Figures ----------------------------------------------------------------------------------------------

PROMPT = {"name": "Prompt", "components": ["Alerts", "Images"]}
ARCHIVE = {"name": "Archive", "components": ["Tapes"]}
BASE_SITE: dict[str, Any] = {
    "kind": "deployment",
    "caption": "Where it is.",
    "facilities": [{"name": "Base", "enclaves": [PROMPT, ARCHIVE]}],
}


def drawn(figure: dict[str, Any]) -> dict[str, Any]:
    return document(
        sections=[{"title": "One", "text": "Text.\n\n.. figure:: sites"}],
        figures={"sites": figure},
        milestones={"A": {"name": "A", "level": "1", "due": "2024-03-01"}},
    )


@pytest.mark.parametrize(
    "other",
    [
        {**BASE_SITE, "facilities": [{"name": "Base camp", "enclaves": [PROMPT, ARCHIVE]}]},
        {**BASE_SITE, "facilities": [{"name": "Base", "enclaves": [ARCHIVE]}]},
        {"kind": "gantt", "caption": "Where it is.", "level": "1"},
    ],
    ids=["facility", "enclave", "kind"],
)
def test_a_figure_that_is_drawn_differently_is_shown_before_and_after(other: dict[str, Any]) -> None:
    found = comparison(drawn(BASE_SITE), drawn(other))
    shown = page(found)
    places = re.findall(r'\bid="([^"]*)"', shown)

    assert re.findall(r'<figure id="([^"]*)" class="([^"]*)"', shown) == [
        ("was-figure-sites", "change deleted"), ("figure-sites", "change inserted")
    ]  # fmt: skip
    assert len(places) == len(set(places))
    merged = mark(found).merged.figures
    assert merged["sites"].drawing == mark(found).new.figures["sites"].drawing
    (name,) = merged.keys() - {"sites"}
    before = mark(found).old.figures["sites"].drawing
    assert merged[name].drawing == replace(before, name=name)


def test_a_figure_with_another_caption_is_one_figure() -> None:
    found = comparison(drawn(BASE_SITE), drawn({**BASE_SITE, "caption": "Where it all is."}))

    assert list(mark(found).merged.figures) == ["sites"]
    assert stops(found) == ["change edited"]


@pytest.mark.parametrize(
    ("enclaves", "sentence"),
    [
        ([ARCHIVE], "the enclave “Prompt” in “Base” is gone, with “Alerts”, “Images”"),
        ([ARCHIVE, PROMPT], "the enclave “Archive” in “Base” has another place"),
        (
            [{**PROMPT, "number": "2", "components": ["Alerts", "Pictures"]}, ARCHIVE],
            (
                "the enclave “Prompt” in “Base” has the number 2, before none; "
                "the component “Images” in “Prompt” was renamed to “Pictures”"
            ),
        ),
        (
            [{**PROMPT, "components": ["Alerts"]}, {**ARCHIVE, "components": ["Tapes", "Images", "Disks"]}],
            (
                "the component “Images” in “Prompt” moved to “Archive”; "
                "the component “Disks” in “Archive” is new"
            ),
        ),
    ],
)
def test_what_became_of_the_boxes_of_a_diagram(enclaves: list[Any], sentence: str) -> None:
    other = {**BASE_SITE, "facilities": [{"name": "Base", "enclaves": enclaves}]}
    found = comparison(drawn(BASE_SITE), drawn(other))

    assert sentences(found) == [f"The drawing of the figure sites has changed: {sentence}."]
    assert any(figure.drawing.changed for figure in mark(found).merged.figures.values())
    assert text_diff(found)


def test_a_figure_that_moved_within_its_section_is_marked_at_both_places() -> None:
    def placed(text: str) -> dict[str, Any]:
        return document(sections=[{"title": "One", "text": text}], figures={"sites": BASE_SITE})

    found = comparison(
        placed("Text.\n\nMore.\n\n.. figure:: sites"), placed("Text.\n\n.. figure:: sites\n\nMore.")
    )
    assert stops(found) == ["change move", "change move"]
    assert page(found).index("Figure 1: moved here") < page(found).index("Figure 1: moved from here")


# --- What follows -----------------------------------------------------------------------------------------


def test_the_last_use_of_an_acronym_is_what_its_row_goes_with() -> None:
    def using(text: str) -> dict[str, Any]:
        return document(sections=[{"title": "One", "text": text}], acronyms={"ABC": "Alphabet"})

    found = comparison(using("The ABC."), using("The letters."))
    text, row = found.explained

    assert row.sentence == "ABC, “Alphabet”, is gone from the table of acronyms."
    assert (row.cause, row.group) == (text.change, text.group)
    assert found.headline == "1 change of the text"


def test_sections_with_other_numbers_are_named_below_the_section_that_is_new() -> None:
    sections = [{"title": title, "text": f"About {title}."} for title in ("One", "Two", "Three")]
    new = {"title": "Zero", "text": "All of it is new here."}
    found = comparison(document(sections=sections), document(sections=[new, *sections]))

    assert sentences(found) == [
        "Section 1, “Zero”, is new.", "Sections 1 to 3 have the numbers 2 to 4 now.",
    ]  # fmt: skip
    assert found.explained[1].cause == found.changes[0]


def test_a_level_that_selects_a_milestone_says_where_it_is_printed_now() -> None:
    values, other = plan(A="2024-03-01"), plan(A="2024-03-01")
    other["milestones"]["Z"]["level"] = "1"
    found = comparison(values, other)

    assert sentences(found)[1:] == ["Section 1, “Plan”, now has a section for Z."]
    assert all(each.is_printed for each in found.explained)


def test_links_that_come_and_go_are_drawn_as_such() -> None:
    def linked(**predecessors: str) -> dict[str, Any]:
        milestones = {code: {"name": code, "due": "2024-03-01"} for code in "ABC"}
        for code, other in predecessors.items():
            milestones[code] = {**milestones[code], "predecessors": [other]}  # type: ignore[dict-item]
        return document(
            sections=[{"title": "One", "text": ".. figure:: chart"}],
            figures={"chart": {"kind": "gantt", "caption": "All.", "codes": "*"}},
            milestones=milestones,
        )

    found = comparison(linked(B="A"), linked(C="A"))
    marked = mark(found)

    assert stops(found) == ["change redrawn"]
    assert "New links (1): A before C. Links gone (1): A before B." in marked.charts["chart"].description
    drawing = output.svg(marked.charts["chart"])
    assert ">link new<" in drawing
    assert "no milestone has changed" not in drawing
