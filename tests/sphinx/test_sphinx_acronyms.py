"""Acronyms explained in any Sphinx project, by the role and where they first occur in a section."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.sphinx_projects import Project

from milepost.document.acronyms import Finder

if TYPE_CHECKING:
    from pathlib import Path

    from bs4 import Tag
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow

CCD, HW, RD = "Charge-Coupled Device", "Hardware", "Research & <b>Development</b>"


def explained(body: Tag) -> list[tuple[str, object, object, str]]:
    """Return the explained acronyms in order: text, explanation, place in the tab order, words before."""
    return [
        (
            abbr.get_text(),
            abbr["title"],
            abbr["tabindex"],
            str(abbr.previous_sibling or "").split("\n")[-1][-9:],
        )
        for abbr in body.select("abbr.milepost-acronym")
    ]


def test_the_first_acronyms_of_each_section_are_explained(tmp_path: Path) -> None:
    built = Project.copied("example", tmp_path).make()

    assert explained(built.body("acronyms.html")) == [
        ("CCD", CCD, "0", "The "),
        ("HW", HW, "0", " is "),
        ("R&D", RD, "0", "literal, "),
        ("the device", CCD, "0", "not, and "),
        ("CCD", CCD, "0", ""),
        ("HW", HW, "0", ", then "),
        ("R&D", RD, "0", " a name, "),
    ]
    assert built.body("plain.html").select("abbr") == []


def test_titles_names_links_and_literals_are_left_alone(tmp_path: Path) -> None:
    body = Project.copied("example", tmp_path).make().body("acronyms.html")

    for place in ("h1", "h2", "code", "a", "caption", "title"):
        assert body.select(f"{place} abbr") == [], place
    assert "The board CCD-12 is a name" in " ".join(body.get_text().split())


def test_without_the_setting_only_the_role_explains(tmp_path: Path) -> None:
    built = Project.copied("example", tmp_path).make(milepost_explain_acronyms=False)

    assert [found[:2] for found in explained(built.body("acronyms.html"))] == [
        ("the device", CCD),
        ("R&D", RD),
    ]


def test_a_document_can_be_left_alone(tmp_path: Path) -> None:
    project = Project.copied("example", tmp_path)
    text = (project.source / "acronyms.rst").read_text("utf-8")
    (project.source / "acronyms.rst").write_text(f":milepost-without-acronyms:\n\n{text}", "utf-8")

    built = project.make()

    assert built.warnings == ""
    assert [found[:2] for found in explained(built.body("acronyms.html"))] == [
        ("the device", CCD),
        ("R&D", RD),
    ]


def test_an_explanation_by_the_role_is_the_first(tmp_path: Path) -> None:
    project = Project.copied("example", tmp_path)
    project.edit(
        "plain.rst", "Nothing here", ":acr:`The device <CCD>`, or CCD, or :milepost:acr:`CCD`. Nothing here"
    )

    built = project.make()

    assert built.warnings == ""
    assert [found[:2] for found in explained(built.body("plain.html"))] == [("The device", CCD), ("CCD", CCD)]


def test_other_formats_have_the_explanation_in_the_text(tmp_path: Path) -> None:
    project = Project.copied("example", tmp_path)

    text = (project.make("text").output / "acronyms.txt").read_text("utf-8")
    tex = (project.make("latex").output / "garden.tex").read_text("utf-8")

    assert (
        'The CCD (Charge-Coupled Device) is HW (Hardware), the CCDs are\nhardware. "R&D" is literal, R&D '
        "(Research & <b>Development</b>) is\nnot, and the device (Charge-Coupled Device) is known.\n"
    ) in text
    assert r"The \sphinxstyleabbreviation{CCD} (Charge\sphinxhyphen{}Coupled Device) is" in tex


def test_an_explanation_can_be_reached_by_keyboard(tmp_path: Path, browser: Browser) -> None:
    built = Project.copied("example", tmp_path).make()
    page = browser.new_page()
    page.goto((built.output / "acronyms.html").as_uri())
    abbr = page.locator("abbr.milepost-acronym").nth(1)
    before = abbr.evaluate("element => getComputedStyle(element, '::after').content")
    page.locator("abbr.milepost-acronym").first.focus()
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.textContent")
    after = abbr.evaluate("element => getComputedStyle(element, '::after').content")
    page.close()

    assert (before, focused, after) == ("none", "HW", '"Hardware"')


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("AB and ABC, the ABs", ["AB", "ABC", "AB"]),
        ("AB-1 and AB-based, X-AB, XAB", ["AB", "AB"]),
        ("NAME-AB is NAME, AB/CD", []),
        ("UNAB and UN-AB", ["AB"]),
        ("R&AB: AB&X", ["R&AB", "AB"]),
        ("", []),
    ],
)
def test_acronyms_are_whole_words_outside_of_names(text: str, found: list[str]) -> None:
    finder = Finder(["AB", "ABC", "R&AB"], ["NAME-AB", "AB/CD"], ["UNAB", "NAME"])

    occurrences = list(finder.occurrences(text))

    assert (
        [acronym for _, _, acronym in occurrences]
        == [text[start:end] for start, end, _ in occurrences]
        == found
    )
