"""Each person is spelt in one way, and several people are not taken for one."""

from __future__ import annotations

import pytest
from tests.rules.test_rules import document

from milepost import rules
from milepost.base.errors import quoted


def findings(*references: str, authors: str = "", owners: str = "") -> list[rules.Finding]:
    """Return what is found about names; several are parted by a stroke."""
    record = [
        {"date": "2024-01-01", "owner": owner, "description": "D"} for owner in owners.split("|") if owner
    ]
    of = document(
        about={"authors": authors.split("|") if authors else ["Z"]},
        sections=[{"title": "One", "text": " ".join(f":cite:`R-{i}`" for i, _ in enumerate(references))}],
        references={
            f"R-{index}": {"authors": names.split("|"), "year": "2020", "title": f"T{index}"}
            for index, names in enumerate(references)
        },
        change_record=record,
    )
    return [finding for finding in rules.check(of) if finding.rule == "author"]


def test_all_places_of_a_name_that_is_spelt_in_three_ways() -> None:
    (finding,) = findings("Lim, K.T.|Bosch, J.", "Lim, K-T", "Lim, K.T.", authors="K-T. Lim")
    assert finding.message == "one person is spelt 'Lim, K-T' here, and 'Lim, K.T.' elsewhere"
    assert finding.path == ("references", "R-1", "authors", 0)
    assert [(other.path, other.message) for other in finding.others] == [
        (("document", "authors", 0), "'K-T. Lim'"),
        (("references", "R-0", "authors", 0), "'Lim, K.T.'"),
        (("references", "R-2", "authors", 0), "'Lim, K.T.'"),
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Lim, K.T.", "Lim, K-T"),
        ("Lim, K.T.", "Lim, K. T."),
        ("Lim, K.T.", "Lim, KT"),
        ("Lim, K.T.", "Lim K.T."),
        ("Lim, K.T.", "K.T. Lim"),
        ("Lim, K.T.", "Lim, Kian-Tat"),
        ("Lim, K.T.", "Lim, K."),
        ("Lim, Kian-Tat", "Lim, Kian Tat"),
        ("O'Mullane, W.", "O’Mullane, W."),
        ("O'Mullane, W.", "OMullane, W."),
        ("O'Mullane, W.", "O'Mulane, W."),
        ("Swinbank, J.", "Swinbnak, J."),
        ("Dubois-Felsmann, G.", "Dubois Felsmann, G."),
        ("Jurić, M.", "Juric, M."),
        ("Müller, A.", "Mueller, A."),
        ("van der Berg, J.", "Van der Berg, J."),
        ("van der Berg, J.", "J. van der Berg"),
        ("J. Van Der Berg", "J. van der Berg"),
        ("GUY, L.P.", "Guy, L.P."),
    ],
)
def test_two_spellings_in_references(first: str, second: str) -> None:
    (finding,) = findings(first, second)
    assert finding.path == ("references", "R-1", "authors", 0)
    assert [other.path for other in finding.others] == [("references", "R-0", "authors", 0)]


@pytest.mark.parametrize(
    "names",
    [
        ["Lim, K.T.", "Lim, K.T."],
        ["Lim, K.T.", "Lim, A."],
        ["Lim, K.T.", "Lim, K.A."],
        ["Smith, J.", "Smith, J.A.", "Smith, J.B."],
        ["Smith, J.", "Smith, Jane", "Smith, John"],
        ["Smith, John", "Smith, James"],
        ["Bosch, J.", "Busch, J."],
        ["Andersen, A.", "Anderson, B."],
        ["Bosch, J.|et al.", "Guy, L.P.|et al."],
        ["Data Management Team", "Camera Team"],
        ["Vera C. Rubin Observatory", "Example Observatory"],
    ],
)
def test_several_people(names: list[str]) -> None:
    assert findings(*names) == []


def test_names_may_have_another_form_in_another_kind_of_place() -> None:
    assert findings("Lim, K.T.", authors="Kian-Tat Lim", owners="K.T. Lim|K.T. Lim, W. O'Mullane") == []
    assert findings("Berg, J. van der", owners="J. van der Berg") == []


@pytest.mark.parametrize(
    ("owners", "spelt"),
    [
        ("K. Lim|A. Bee and Kian Lim", "'Kian Lim' here, and 'K. Lim'"),
        ("K. Lim|A. Bee, K.T. Lim", "'K.T. Lim' here, and 'K. Lim'"),
        ("K. Lim|K. Lim (Office)|k. lim", "'k. lim' here, and 'K. Lim'"),
        ("Lim|K. Lim|K. Lim", "'Lim' here, and 'K. Lim'"),
    ],
)
def test_owners_of_changes(owners: str, spelt: str) -> None:
    (finding,) = findings(owners=owners)
    assert finding.message == f"one person is spelt {spelt} elsewhere"


@pytest.mark.parametrize(("author", "owner"), [("W. O'Mullane", "W.O'Mullane"), ("K.T. Lim", "K. T. Lim")])
def test_initials_in_the_change_record_are_those_of_the_title_page(author: str, owner: str) -> None:
    (finding,) = findings(authors=author, owners=owner)
    assert finding.message == f"one person is spelt {quoted(owner)} here, and {quoted(author)} elsewhere"
    family = author.rsplit(maxsplit=1)[-1]
    assert findings(authors=author, owners=f"{family}, {author.removesuffix(family).strip()}") == []


def test_the_curator_is_one_of_the_authors() -> None:
    of = document(about={"authors": ["William O'Mullane"], "curator": "William O’Mullane"})
    assert [finding.path for finding in rules.check(of)] == [("document", "curator")]
