"""Names of milestones that are of two of them, or look cut off."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from milepost.loading.load import inspect
from milepost.rules.identity.milestone_names import check_milestone_names

if TYPE_CHECKING:
    from milepost.rules.finding import Finding

HEAD = """\
format: 1
document:
  {{handle: X-1, title: Plan, organisation: O, authors: [A], status: draft, draft_mark: D,
    data_date: 2024-01-31, language: {}}}
sections: [{{title: Milestones}}]
milestones:
"""

# 101 characters, to be continued.
WHOLE = (
    "Images of a camera are calibrated, and the calibration is kept with the images of each night at both "
)


def findings(*milestones: str, language: str = "en") -> list[Finding]:
    """Return what is found about milestones with these keys, called M-1, M-2 and so on."""
    entries = "".join(f"  M-{number}: {{due: tbd, {keys}}}\n" for number, keys in enumerate(milestones, 1))
    loaded, _ = inspect(f"{HEAD.format(language)}{entries}".encode(), "plan.yaml")
    assert loaded is not None
    return list(check_milestone_names(loaded.document))


def signs(name: str, language: str = "en") -> list[str]:
    """Return how the name of a milestone looks cut off."""
    return [each.message.partition(": ")[2] for each in findings(f"name: '{name}'", language=language)]


@pytest.mark.parametrize(
    ("name", "sign"),
    [
        ("Assemble FITS image,", "it ends with ','"),
        ("Camera installed -", "it ends with '-'"),
        ("Camera –", "it ends with '–'"),
        ("Camera installed and…", "it ends with '…'"),
        ("Camera installed ...", "it ends with '...'"),
        ("Camera installed:", "it ends with ':'"),
        ("Tests of the camera (both", "'(' is not closed"),
        ("Tests (first) of the camera [both", "'[' is not closed"),
        ('Release of "Camera', "'\"' is not closed"),
        ("Integration of “Camera", "'“' is not closed"),
        ("Images of the camera and", "it ends with 'and'"),
        ("Images of the camera and/or", "it ends with 'and/or'"),
        ("Images Of The", "it ends with 'The'"),
        ("IMAGES OF THE", "it ends with 'THE'"),
        ("Date of", "it ends with 'of'"),
        ("What the camera is made of and", "it ends with 'and'"),
        ("Camera installed–", "it ends with '–'"),
        ("Sub-", "it ends with '-'"),
        ("Camera ..", "it ends with '..'"),
        ("Camera w/", "it ends with '/'"),
        ("Camera „first", "'„' is not closed"),
        ("Integration and test of the", "it ends with 'the'"),
        (WHOLE + "archive centres sto", "it is 120 characters long and ends with 'sto'"),
        (WHOLE + "archive centre in", ""),  # 118 characters
        (WHOLE + "archive centres, in", "it is 120 characters long and ends with 'in'"),
    ],
)
def test_names_that_look_cut_off(name: str, sign: str) -> None:
    assert signs(name) == ([sign] if sign else [])


@pytest.mark.parametrize(
    "name",
    [
        "Camera installed",
        "Camera installed.",
        "Camera switched on",
        "Operators can log in",
        "a",
        "Phase A",
        "Review of plan B and A",
        "Tests (of the camera)",
        "a) Tests",
        'Display of 24"',
        'The "Camera"',
        "Release C++",
        "Ready?",
        "Vote: OR",
        "What the camera is made of",
        "The night that all wait for, and the one after it",
        "The one we waited for",
        "Option a",
        "Grade A-",
        "Camera „first“ and “second”",
        "„Camera“",
        "»Camera« and «camera»",
        "DRP-MS-DET-3: Overlap resolution at tract & patch boundaries",  # 60 characters
        WHOLE + "archive centres stored.",
    ],
)
def test_names_that_are_whole(name: str) -> None:
    assert signs(name) == []


def test_a_word_that_other_names_have_is_whole_at_any_length() -> None:
    name = WHOLE + "archive centres sto"
    assert len(name) == 120
    assert [each.rule for each in findings(f"name: '{name}'", "name: Sto")] == []


def test_what_is_shorter_than_many_others_was_not_cut_at_its_length() -> None:
    longer = "Another name that is longer as nothing cuts it " * 3
    names = [f"name: {longer}{each}" for each in "ABC"]
    assert findings(f"name: '{WHOLE}archive centres sto'", *names) == []


def test_words_after_which_more_must_follow_are_those_of_the_language() -> None:
    assert signs("Kamera für die", "de") == ["it ends with 'die'"]
    assert signs("Kamera ist an", "de-DE") == []
    assert signs("Essais de la caméra et", "fr") == ["it ends with 'et'"]
    assert signs("Cámara de la", "es") == ["it ends with 'la'"]
    assert signs("Consegna della", "it") == ["it ends with 'della'"]
    assert signs("Camera van de", "nl") == ["it ends with 'de'"]
    assert signs("Entrega da", "pt") == ["it ends with 'da'"]
    assert signs("Kamera und", "sv") == []


def test_a_short_name_can_be_cut_too_and_the_place_is_its_end() -> None:
    (finding,) = findings("name: The camera and the telescope, short_name: Camera and")
    assert finding.path == ("milestones", "M-1", "short_name")
    assert finding.message == "M-1 has a short name that looks cut off: it ends with 'and'"
    assert finding.words == "and"


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("DELETE First light", 1),
        ("DELETE - First light", 1),
        ("DELETED: First light", 1),
        ("DELETE_First light", 1),
        ("TO BE DELETED First light", 1),
        ("To be deleted: First light", 1),
        ("delete", 1),
        ("Deleted.", 1),
        ("delete_first", 1),
        ("DELETER is installed", 0),
        ("Delete old calibration", 0),
        ("Delete - First light", 1),
        ("[delete] First light", 1),
        ("*DELETE* First light", 1),
        ("Deleted objects are kept", 0),
        ("Delete markers are read", 0),
        ("First light, DELETE", 0),
    ],
)
def test_names_that_are_to_be_deleted(name: str, number: int) -> None:
    assert [each.rule for each in findings(f"name: '{name}'")] == ["to_delete"] * number
    assert [each.path[2] for each in findings(f"name: First, short_name: '{name}'")] == [
        "short_name"
    ] * number


def test_milestones_with_one_name() -> None:
    (finding,) = findings("name: First light", "name: Camera", "name: 'First  Light'", "name: FIRST LIGHT")
    assert finding.path == ("milestones", "M-3", "name")
    assert finding.message == "M-3 and M-4 have the name of M-1, 'First light'"
    assert [(other.path, other.message) for other in finding.others] == [
        (("milestones", code, "name"), f"the name of {code}, due tbd") for code in ("M-1", "M-3", "M-4")
    ]


def test_milestones_with_one_short_name() -> None:
    (finding,) = findings("name: First, short_name: Light", "name: Second, short_name: light")
    assert finding.message == "M-2 has the short name of M-1, 'Light'"


@pytest.mark.parametrize(
    ("state", "number"), [("state: cancelled", 0), ("state: deferred", 1), ("completed: 2024-01-12", 1)]
)
def test_what_replaces_a_cancelled_milestone_may_have_its_name(state: str, number: int) -> None:
    assert len(findings(f"name: First light, {state}", "name: First light")) == number


def test_the_names_of_ldm_564() -> None:
    loaded, _ = inspect(Path("milestones.yaml").read_bytes(), "milestones.yaml")
    assert loaded is not None
    found = {(each.rule, each.path[1], each.words) for each in check_milestone_names(loaded.document)}
    assert found == {
        ("cut_off", "DM-NCSA-4", "in"),
        ("cut_off", "DM-NCSA-5", "image,"),
        ("cut_off", "DM-NCSA-14", "sto"),
    }


@pytest.mark.parametrize("other", ["First  LIGHT", "First light.", "FIRST\u00a0light"])
def test_names_that_readers_cannot_tell_apart(other: str) -> None:
    (finding,) = findings("name: First light", f"name: '{other}'")
    assert (finding.rule, finding.path) == ("same_name", ("milestones", "M-2", "name"))
    assert finding.message == "M-2 has the name of M-1, 'First light'"
    assert findings("name: First light", "name: First lights") == []


def test_a_short_name_that_is_the_name_of_another_one() -> None:
    (finding,) = findings("name: First light", "name: Light of the second camera, short_name: First light")
    assert (finding.rule, finding.path) == ("same_name", ("milestones", "M-2", "short_name"))
    assert finding.message == "M-2 has the name of M-1 as its short name, 'First light'"
    assert [(other.path, other.message) for other in finding.others] == [
        (("milestones", "M-1", "name"), "the name of M-1, due tbd")
    ]
    assert findings("name: First light, short_name: First light") == []
    assert findings("name: First light, state: cancelled", "name: Second, short_name: First light") == []
