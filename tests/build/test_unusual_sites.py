"""Sites of unusual documents: names of any length, milestones in several places, any address."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from bs4 import BeautifulSoup
from tests.support.documents import document

from milepost.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

LONG = "A" + "b" * 98
"""With a letter in front of it, as long as a name may be."""


def build(directory: Path, **parts: Any) -> Path:
    """Build the site of a document with these parts, and return its directory."""
    (directory / "milestones.yaml").write_text(json.dumps(document(**parts)), "utf-8")
    assert main(["-f", str(directory / "milestones.yaml"), "build", "site", "--no-pdf"]) == 0
    return directory / "build/site"


def test_names_may_be_long(tmp_path: Path) -> None:
    milestone = {"name": LONG * 3, "level": "1", "due": "2024-03-01"}
    site = build(
        tmp_path,
        document={"handle": f"D{LONG}"},
        milestones={f"M{LONG}": milestone | {"aka": [f"O{LONG}"]}, f"N{LONG}": milestone},
        sections=[
            {
                "title": LONG * 3,
                "text": f"See :ref:`F{LONG}`, :milestone:`M{LONG}`.\n\n.. figure:: F{LONG}\n",
            },
            {"title": "Label", "label": f"L{LONG}", "text": f"See :ref:`L{LONG}`."},
            {"title": "Milestones", "milestones": {"level": "1", "no_deliveries": "None."}},
        ],
        figures={f"F{LONG}": {"kind": "gantt", "level": "1", "caption": "The chart."}},
    )

    assert len(list((site / "document").glob("*.html"))) == 3
    assert len(list((site / "milestones").glob("*.html"))) == 4  # with the index
    page = next((site / "document").glob("ab*.html"))
    text = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    figure, milestone_page = (str(link["href"]) for link in text.select("article p a.internal"))
    assert text.find(id=figure.removeprefix("#")) is not None
    assert (page.parent / milestone_page).is_file()


def test_a_milestone_has_one_anchor_wherever_it_is_delivered(tmp_path: Path) -> None:
    def milestone(level: str, *predecessors: str, due: str = "2024-03-01") -> dict[str, Any]:
        return {"name": "Name", "level": level, "due": due, "predecessors": list(predecessors)}

    milestones = {
        "A": milestone("1", "C", "D"),
        "B": milestone("1", "C", "D"),
        "C": milestone("2", "D"),
        "D": milestone("3"),
    }
    sections = [
        {"title": f"Level {level}", "text": "Text.", "milestones": {"level": level, "no_deliveries": "None."}}
        for level in ("1", "2")
    ]
    for edit in ({}, {"B": milestone("1", "C", due="2024-04-01")}, {"C": milestone("2", due="2024-04-01")}):
        milestones |= edit
        site = build(tmp_path, milestones=milestones, sections=sections)

    for page in site.rglob("*.html"):
        identifiers = Counter(re.findall(r'\sid="([^"]*)"', page.read_text("utf-8")))
        assert {name for name, count in identifiers.items() if count > 1} == set(), page
    anchors = Counter(
        anchor
        for page in (site / "document").glob("*.html")
        for anchor in re.findall(r'\sid="(milestone-[a-d])"', page.read_text("utf-8"))
    )
    assert anchors == {"milestone-a": 1, "milestone-b": 1, "milestone-c": 1, "milestone-d": 1}


def test_the_site_may_have_any_address(tmp_path: Path) -> None:
    site = build(tmp_path, document={"site": "https://example.org/a&b/'c'/плaн"})

    root = "/a&b/'c'/%D0%BF%D0%BBa%D0%BD/"
    page = BeautifulSoup((site / "404.html").read_text("utf-8"), "html.parser")
    addresses = {str(each[name]) for name in ("href", "src", "action") for each in page.select(f"[{name}]")}
    assert addresses
    assert {each for each in addresses if not each.startswith((root, "#", "https://"))} == set()
    landing = BeautifulSoup((site / "index.html").read_text("utf-8"), "html.parser")
    canonical = [link["href"] for link in landing.select('[rel="canonical"]')]
    assert canonical == [f"https://example.org{root}"]
