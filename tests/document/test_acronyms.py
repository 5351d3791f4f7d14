"""Acronyms: found in what is printed, as whole words, and not in names."""

from __future__ import annotations

import pytest
from tests.support.growth import assert_near_linear

from milepost.document import acronyms
from milepost.document.model import Document


def usage(
    text: str,
    defined: dict[str, object] | None = None,
    unexpanded: tuple[str, ...] = (),
    **parts: object,
) -> acronyms.Usage:
    """Return how a document whose only prose is `text` uses acronyms."""
    return acronyms.usage(
        Document.parse(
            {
                "format": "1",
                "document": {
                    "handle": "DOC-1",
                    "title": "Plan",
                    "organisation": "Office",
                    "authors": ["A. Author"],
                    "status": "draft",
                    "data_date": "2024-01-31",
                    "draft_mark": "Draft",
                },
                "sections": [{"title": "One", "text": text}],
                "milestones": {
                    "M-AB-1": {"name": "Name", "level": "2", "due": "2024-03-01", "aka": ["OLD/AB", "AB.X"]}
                },
                "acronyms": defined or {},
                "unexpanded": list(unexpanded),
                **parts,
            }
        )
    )


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("The AB is here.", True),
        ("AB", True),
        ("(AB)", True),
        ("AB/CD", True),
        ("*AB*", True),
        ("**an AB**", True),
        ("`the AB <https://example.org/>`__", True),
        ("several ABs", True),
        ("an AB-scale thing", True),
        ("AB's", True),
        ("AB2", False),
        ("ABC", False),
        ("xAB", False),
        ("ABsurd", False),
        ("ab", False),
        ("``AB``", False),
        ("AB::\n\n  x", True),
        ("x::\n\n  AB", False),
        (":cite:`AB`", False),
        (":jira:`AB-1`", False),
        ("AB-1 and AB-12-x and X-AB-1", False),
        ("M-AB-1, OLD/AB and AB.X", False),
        ("several M-AB-1s", False),
        ("OLD/AB/AB", True),
        ("see https://example.org/AB/x", False),
        ("see www.example.org/AB, and AB", True),
        ("AB.X.AB", True),
        ("AB\nAB", True),
        ("a [#n]_\n\n.. [#n] AB", True),
        ("- one\n\n  - AB", True),
        ("  quoted AB\n\nx", True),
        ("ΔAB, ÄAB, ABé, ЖABЖ", False),
        ("AB\u0331 and \u0915\u093eAB", False),
        ("日本AB", False),
        ("日本 AB、", True),
        ("AB_1, _AB", True),
    ],
)
def test_used(text: str, used: bool) -> None:
    found = usage(text, {"AB": "A B"})
    assert [entry.acronym for entry in found.printed] == (["AB"] if used else [])
    assert [entry.acronym for entry in found.unused] == ([] if used else ["AB"])


@pytest.mark.parametrize(
    ("text", "undefined"),
    [
        ("A plan for IT in 2024.", ["IT"]),
        ("The NASA and ESA", ["ESA", "NASA"]),
        ("One McDonald, Two iPhones, A Z", []),
        ("SQuaRE", []),
        ("3D, B2B, X1, 4K8", ["B2B"]),
        ("several PDFs", ["PDF"]),
        ("NASA-wide", ["NASA"]),
        ("DMTN-106 and RFC-1", []),
        ("known AB, new CD, listed EF", ["CD"]),
        ("M-AB-1", []),
    ],
)
def test_undefined(text: str, undefined: list[str]) -> None:
    found = usage(text, {"AB": "A B"}, ("EF",))
    assert [word for word, _ in found.undefined] == undefined
    assert {path for _, path in found.undefined} <= {("sections", 0, "text")}


@pytest.mark.parametrize("text", ["GRÖSSE", "DISEÑO", "ÉTATS", "ΛCDM", "ОХРАНА", "日本IT"])
def test_a_word_with_other_letters_is_no_acronym(text: str) -> None:
    assert usage(text).undefined == ()


def test_acronyms_of_other_scripts_are_whole_words() -> None:
    defined: dict[str, object] = {"РАН": "Академия наук"}
    assert usage("ОХРАНА", defined).printed == ()
    assert [entry.acronym for entry in usage("в РАН.", defined).printed] == ["РАН"]


@pytest.mark.parametrize("name", ["M-AB-1", "DOC-1", "OLD/AB", "REF"])
def test_a_name_that_is_an_acronym_too_is_used_where_the_prose_uses_it(name: str) -> None:
    references = {"REF": {"authors": ["A"], "year": "2020", "title": "T"}}
    for text, used in ((f"The {name} follows.", True), ("See :milestone:`M-AB-1` and :cite:`REF`.", False)):
        found = usage(text, {name: "A definition"}, references=references)
        assert bool(found.printed) is used
    assert usage("The REF follows.", references=references).undefined == ()
    assert usage("The REF follows.", {}, ("REF",), references=references).needless == ()


def test_acronyms_that_end_in_punctuation() -> None:
    defined: dict[str, object] = {"C++": "a", ".NET": "b", "A.B.": "c"}
    assert [each.acronym for each in usage("C++s, .NET, A.B.", defined).printed] == [".NET", "A.B.", "C++"]
    assert usage("C++x ASP.NET A.B.C.", defined).printed == ()


LONG = {
    "of a name with many parts": lambda n: "A-" * n + "B",
    "joined by ampersands": lambda n: "A&" * n,
    "of digits of another script": lambda n: "٣" * n,
    "of capitals": lambda n: "A" * n,
    "of words before brackets": lambda n: "a " * n + "(AB)",
    "of known parts": lambda n: "M-AB-" * n,
}


@pytest.mark.parametrize("kind", LONG)
def test_a_long_text_takes_time_in_proportion(kind: str) -> None:
    phrases = ["-".join("A" * n) for n in range(1, 100)] + [f"M-AB-{n}" for n in range(1000)]
    finder = acronyms.Finder(phrases, ["A-B-" * 50 + "C"], ["A&A"])
    assert_near_linear(lambda text: list(finder.occurrences(text)), LONG[kind], 3000)


def test_first_use_is_where_an_undefined_acronym_is_reported() -> None:
    change = {"date": "2020-01-01", "owner": "A", "description": "The XY."}
    assert usage("The XY.", change_record=[change]).undefined == (
        ("XY", ("change_record", 0, "description")),
    )


def test_kept_and_needless() -> None:
    found = usage(
        "AB and XY",
        {
            "AB": {"definition": "A B", "keep": "true"},
            "CD": {"definition": "C D", "keep": "true"},
            "EF": {"definition": "E F", "keep": "false"},
        },
        ("XY", "YZ"),
    )
    assert [entry.acronym for entry in found.printed] == ["AB", "CD"]
    assert [entry.acronym for entry in found.unused] == ["EF"]
    assert [entry.acronym for entry in found.kept_though_used] == ["AB"]
    assert found.needless == ("YZ",)


def test_the_longer_one_is_meant() -> None:
    found = usage("A&B and M1M3", {"A&B": "a", "A": "b", "M1": "c", "M1M3": "d"})
    assert [entry.acronym for entry in found.printed] == ["A&B", "M1M3"]


def test_order_of_the_table() -> None:
    found = usage("DP0 DM dM M3 M1M3 M1", dict.fromkeys(("M3", "M1M3", "DP0", "dM", "DM", "M1"), "x"))
    assert [entry.acronym for entry in found.printed] == ["DM", "dM", "DP0", "M1", "M1M3", "M3"]


def test_only_what_is_printed_counts() -> None:
    milestones = {
        "L-1": {"name": "The AA", "level": "2", "due": "2024-03-01", "predecessors": ["L-2"]},
        "L-2": {"name": "The BB", "short_name": "The CC", "level": "3", "due": "2024-03-01"},
        "L-3": {"name": "The DD", "level": "3", "due": "2024-03-01"},
    }
    defined: dict[str, object] = {key: key for key in ("AA", "BB", "CC", "DD")}
    shown = [{"title": "One", "milestones": {"level": "2", "no_deliveries": "None"}}]
    assert [each.acronym for each in usage("", defined, milestones=milestones).printed] == []
    assert [each.acronym for each in usage("", defined, milestones=milestones, sections=shown).printed] == [
        "AA",
        "BB",
    ]
    chart = {"chart": {"kind": "gantt", "level": "3", "caption": "The DD"}}
    for text, printed in (("", []), (".. figure:: chart", ["CC", "DD"])):
        found = usage(text, defined, milestones=milestones, figures=chart)
        assert [each.acronym for each in found.printed] == printed
        trend = {"chart": {**chart["chart"], "kind": "trend"}}
        found = usage(text, defined, milestones=milestones, figures=trend)
        assert [each.acronym for each in found.printed] == printed


def test_numbers_and_addresses_are_no_acronyms() -> None:
    found = usage("Parts II, III, IV and XXIX at https://example.org/CCD/NASA; MM, CD, DM and XL.")
    assert [word for word, _ in found.undefined] == ["CD", "DM", "MM", "XL"]
    assert [entry.acronym for entry in usage("Part II", {"II": "Image Index"}).printed] == ["II"]


@pytest.mark.parametrize(
    ("text", "undefined"),
    [
        ("SCOPE AND PURPOSE", []),
        ("INTRODUCTION", []),
        ("REVIEW OF THE CCD.", []),
        ("DM SIT", ["DM", "SIT"]),
        ("The SCOPE OF it", ["OF", "SCOPE"]),
    ],
)
def test_words_in_a_text_in_capitals_are_no_acronyms(text: str, undefined: list[str]) -> None:
    assert [word for word, _ in usage(text).undefined] == undefined
    assert [entry.acronym for entry in usage(f"{text} AB", {"AB": "Air bridge"}).printed] == ["AB"]


def test_a_definition_in_the_table_uses_the_acronyms_in_it() -> None:
    defined: dict[str, object] = {
        "CCD": "Charge Coupled Device",
        "FP": "Focal plane of CCDs",
        "RFP": "Raft of FP",
    }
    found = usage("The RFP.", defined)
    assert [entry.acronym for entry in found.printed] == ["CCD", "FP", "RFP"]
    assert found.unused == ()
    assert [entry.acronym for entry in usage("The CCD.", defined).unused] == ["FP", "RFP"]
