"""Names, titles and notices have no markup: what reads as some is printed as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.rules.test_rules import document

from milepost import rules

if TYPE_CHECKING:
    from milepost.document.model import Document

ROLE = ":milestone:`M-1`"
PLACES: dict[tuple[str | int, ...], dict[str, Any]] = {
    **{
        ("document", key): {"about": {key: ROLE}}
        for key in ("title", "short_title", "organisation", "group", "dates_from", "draft_mark")
    },
    **{
        ("document", key): {"about": {key: ROLE}}
        for key in ("obsolete_mark", "obsolete_notice", "control_notice", "control_footer")
    },
    ("document", "authors", 0): {"about": {"authors": [ROLE]}},
    ("change_record", 0, "owner"): {
        "change_record": [{"date": "2024-01-31", "owner": ROLE, "description": "D"}]
    },
    ("sections", 0, "title"): {"sections": [{"title": ROLE, "label": "x"}]},
    ("sections", 0, "milestones", "no_deliveries"): {
        "sections": [{"title": "T", "milestones": {"codes": "M-1", "no_deliveries": ROLE}}]
    },
    **{("milestones", "M-1", key): {"milestones": {"M-1": {key: ROLE}}} for key in ("name", "short_name")},
    ("milestones", "M-1", "reason"): {"milestones": {"M-1": {"state": "deferred", "reason": ROLE}}},
    ("figures", "f", "facilities", 0, "name"): {"f": [{"name": ROLE, "enclaves": []}]},
    ("figures", "f", "facilities", 0, "enclaves", 0, "name"): {
        "f": [{"name": "F", "enclaves": [{"name": ROLE}]}]
    },
    ("figures", "f", "facilities", 0, "enclaves", 0, "components", 0): {
        "f": [{"name": "F", "enclaves": [{"name": "E", "components": [ROLE]}]}]
    },
    **{
        ("references", "R-1", key): {
            "references": {"R-1": {"authors": ["A"], "year": "2020", "title": "T", key: ROLE}}
        }
        for key in ("title", "series", "publisher")
    },
    ("acronyms", "AB"): {"acronyms": {"AB": ROLE}},
}


def of_markup(of: Document) -> list[rules.Finding]:
    return [finding for finding in rules.check(of) if finding.rule == "markup"]


@pytest.mark.parametrize("path", PLACES)
def test_each_plain_text(path: tuple[str | int, ...]) -> None:
    parts = dict(PLACES[path])
    if "f" in parts:
        figure = {"kind": "deployment", "caption": "C", "facilities": parts.pop("f")}
        parts["figures"] = {"f": figure}
    found = of_markup(document(**parts))
    assert {finding.path for finding in found} == {path}
    assert found[0].message == "this reads as a role, whose text is not in backquotes"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("The **bold** one", "**bold**"),
        ("The *first* one", "*first*"),
        ("The ``code`` of it", "``code``"),
        ("A `link <https://example.org>`__", "`link <https://example.org>`"),
        ("A [link](https://example.org)", "[link](https://example.org"),
        ("One [#note]_", "[#note]_"),
        (r"A \textbf{bold} one", r"\textbf{"),
        (r"Search \& display", r"\&"),
        ("Search &amp; display", "&amp;"),
        ("For {{ name }}", "{{ name }}"),
    ],
)
def test_names_with_markup(name: str, words: str) -> None:
    found = of_markup(document({"M-1": {"name": name}}))
    assert words in [finding.words for finding in found]
    assert {finding.hint for finding in found} == {"this text is printed as it is: write it without markup"}


@pytest.mark.parametrize(
    "name",
    [
        "Search & display: A&A, R&D; [Obsolete] DBB Ingest/Metadata",
        "LDM-* and DM-*, C:\\new, v1.0~rc1, DELETE -- first",
        "Notebook (beta) – 50 % of #12, $5 million",
        "a_b_c, __init__, 2*3*4",
    ],
)
def test_names_without_markup(name: str) -> None:
    assert of_markup(document({"M-1": {"name": name}})) == []
