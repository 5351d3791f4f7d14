"""Acronyms with two meanings, and acronyms that are names of something else."""

from __future__ import annotations

from typing import Any

import pytest
from tests.rules.test_rules import document

from milepost import rules
from milepost.document.model import Acronym
from milepost.rules.texts.definitions import several_in

ABOUT_LIGHT = {
    "ISR": "Instrument Signal Removal",
    "CCD": "Charge coupled device",
    "DAX": "Data Access Services",
}


def findings(rule: str, text: str, acronyms: dict[str, str], **parts: Any) -> list[rules.Finding]:
    of = document(sections=[{"title": "One", "text": text}], acronyms=acronyms, **parts)
    return [finding for finding in rules.check(of) if finding.rule == rule]


@pytest.mark.parametrize(
    ("text", "acronyms", "other"),
    [
        ("an air bridge (AB)", {"AB": "All Black"}, "air bridge"),
        ("an air bridge (ABs)", {"AB": "All Black"}, "air bridge"),
        ("air bridges (ABs)", {"AB": "All Black"}, "air bridges"),
        ("an *air bridge* (AB)", {"AB": "All Black"}, "air bridge"),
        ("an air-bridge (“AB”)", {"AB": "All Black"}, "air-bridge"),
        ("an air bridge [AB]", {"AB": "All Black"}, "air bridge"),
        ("an air bridge (AB; see below)", {"AB": "All Black"}, "air bridge"),
        ("an air bridge, or AB, is", {"AB": "All Black"}, "air bridge"),
        ("an air bridge, abbreviated as AB, is", {"AB": "All Black"}, "air bridge"),
        ("an air bridge, AB, is", {"AB": "All Black"}, "air bridge"),
        ("the AB (air bridge) is", {"AB": "All Black"}, "air bridge"),
        ("the AB (an air bridge) is", {"AB": "All Black"}, "air bridge"),
        ("AB stands for Air Bridge.", {"AB": "All Black"}, "Air Bridge"),
        ("AB means air bridge.", {"AB": "All Black"}, "air bridge"),
        ("AB: air bridge", {"AB": "All Black"}, "air bridge"),
        ("AB = air bridge", {"AB": "All Black"}, "air bridge"),
        ("AB – air bridge", {"AB": "All Black"}, "air bridge"),
        ("The U.S. Data Office (USDO)", {"USDO": "US Department Of"}, "U.S. Data Office"),
        ("Bridges of Air and Stone (BAS)", {"BAS": "Basic"}, "Bridges of Air and Stone"),
        ("Wide-field Survey Explorer (WSE)", {"WSE": "Web"}, "Wide-field Survey Explorer"),
        ("Science Quality and Reliability (SQuaR)", {"SQuaR": "Web"}, "Science Quality and Reliability"),
        ("instrument signature removal (ISR)", ABOUT_LIGHT, "instrument signature removal"),
        ("instrument removal of signals (ISR)", ABOUT_LIGHT, "instrument removal of signals"),
        ("the Data Access Team (DAX)", ABOUT_LIGHT, "Data Access Team"),
        ("DAX (data access tools)", ABOUT_LIGHT, "data access tools"),
    ],
)
def test_a_text_that_says_something_else_than_the_table(
    text: str, acronyms: dict[str, str], other: str
) -> None:
    (finding,) = findings("definition", text, acronyms)
    (acronym,) = [each for each in acronyms if each in finding.message]
    assert finding.path == ("acronyms", acronym)
    assert finding.message == f"{acronym} has two definitions: '{acronyms[acronym]}' and '{other}'"
    assert [(each.path, each.words) for each in finding.others] == [(("sections", 0, "text"), other)]


@pytest.mark.parametrize(
    "text",
    [
        "an instrument signal removal (ISR)",
        "the removal of signals of an instrument (ISR)",
        "Instrument-signal removals (ISRs)",
        "charge-coupled devices (CCDs)",
        "Data Access Services (DAX)",
        "the services for data access (DAX)",
        "the team of data access (DAX)",
        "in short ranges (ISR 3)",
        "It is sent rarely, ISR is.",
        "See the images (CCD and ISR).",
        "Ready, CCD, is the first.",
        "CCD: the first of them.",
        "a cable, connector or device (see CCD)",
        "ISR (in the sense of Rubin)",
        "ISR is so ready.",
    ],
)
def test_texts_that_define_nothing_else(text: str) -> None:
    assert findings("definition", text, ABOUT_LIGHT) == []


def test_all_places_are_named() -> None:
    first, second = findings(
        "definition",
        "An air bridge (AB).\n\n- Air bridge (AB).\n- An air bridge (AB).",
        {"AB": "All Black"},
        milestones={"M-1": {"name": "Advanced building (AB)"}},
        change_record=[{"date": "2024-01-01", "owner": "A", "description": "The Air-bridges (ABs)."}],
    )
    assert [(each.path[0], each.words, each.occurrence) for each in first.others] == [
        ("change_record", "Air-bridges", 0),
        ("sections", "air bridge", 0),
        ("sections", "Air bridge", 0),
        ("sections", "air bridge", 1),
    ]
    assert second.message == "AB has two definitions: 'All Black' and 'Advanced building'"
    assert [each.path for each in second.others] == [("milestones", "M-1", "name")]


def test_two_texts_without_an_entry() -> None:
    (finding,) = findings("definition", "An air bridge (AB). An all-black (AB). A new air bridge (AB).", {})
    assert (finding.path, finding.words) == (("sections", 0, "text"), "all-black")
    assert [(each.words, each.message) for each in finding.others] == [
        ("air bridge", "AB is 'air bridge' here")
    ]


@pytest.mark.parametrize(
    ("acronyms", "message"),
    [
        ({"AB": "One", "A.B": "Two"}, "AB has two definitions: 'One' and 'Two (as A.B)'"),
        ({"AB": "Air Bridge / All Black"}, "AB has two definitions: 'Air Bridge' and 'All Black'"),
        ({"AB": "air bridge, or all black"}, "AB has two definitions: 'air bridge' and 'all black'"),
    ],
)
def test_two_meanings_in_the_table(acronyms: dict[str, str], message: str) -> None:
    found = findings("definition", "AB and A.B", acronyms)
    assert [finding.message for finding in found] == [message]
    assert [each.path for finding in found for each in finding.others] == [
        ("acronyms", key) for key in acronyms if key == "A.B"
    ]


def test_one_meaning_in_the_table() -> None:
    acronyms = {"AB": "One", "Ab": "One", "CD": "Compact disc, or a disc", "EF": "End, or finish"}
    assert findings("definition", "AB Ab CD EF", acronyms) == []


def test_a_word_that_is_defined_and_listed_as_having_no_definition() -> None:
    (finding,) = findings("acronym", "AB", {"AB": "Air Bridge"}, unexpanded=["AB"])
    assert finding.message == "AB has a definition, and is listed as a word without one"
    assert [other.path for other in finding.others] == [("acronyms", "AB")]


def test_names_of_something_else() -> None:
    parts: dict[str, Any] = {
        "milestones": {"CDR": {}, "M-1": {"aka": ["PDR"]}, "CDR-1": {}},
        "references": {"pdr": {"authors": ["A"], "year": "2020", "title": "T"}},
        "about": {"handle": "FDR"},
    }
    acronyms = dict.fromkeys(("CDR", "PDR", "FDR", "M", "DR"), "Review")
    found = findings("acronym_name", "CDR PDR FDR M DR :cite:`pdr`", acronyms, **parts)
    assert [(each.message, [other.path for other in each.others]) for each in found] == [
        ("CDR is an acronym, and CDR is the code of a milestone", [("milestones", "CDR")]),
        (
            "PDR is an acronym, and PDR is an earlier code of M-1",
            [("milestones", "M-1", "aka", 0), ("references", "pdr")],
        ),
        ("FDR is an acronym, and FDR is the handle of this document", [("document", "handle")]),
    ]


@pytest.mark.parametrize("definition", ["!", "...; ???", "/", "a or -"])
def test_a_definition_may_have_parts_without_words(definition: str) -> None:
    entry = Acronym.model_construct(acronym="AB", definition=definition)

    assert list(several_in(entry)) == []
