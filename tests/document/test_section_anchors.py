"""Anchors of sections: readable, the same wherever a section is, and all different."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.documents import document
from tests.support.published import PRINTED, REAL, published, published_values

from milepost.base.addresses import anchor, has_readable_slug, title_slug
from milepost.document.traverse import walk

TITLES = ["Scope & goals", "Цели", "Сроки", "Στόχοι", "目標", "C++", "C#", "C", "Плата", "...", "A" * 300]


def anchors(sections: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Return the anchors of sections by their titles."""
    found: dict[str, list[str]] = {}
    for _, section in walk(published_values(document(sections=sections)).view.sections):
        found.setdefault(section.title, []).append(section.anchor)
    return found


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Functionality in DM releases", "functionality-in-dm-releases"),
        ("Scope & goals: what, why?", "scope-goals-what-why"),
        ("Цели и сроки", "tseli-i-sroki"),
        ("Ёлка, щит, подъезд; Їжак", "yolka-shchit-podezd-yizhak"),
        ("Στόχοι και Ορόσημα", "stochoi-kai-orosima"),
        ("Übersicht der Größe, crème brûlée, Łódź, Ærø", "ubersicht-der-grosse-creme-brulee-lodz-aero"),
        (
            "Non\u2011breaking \u201cquotes\u201d \u2013 and\u00a0spaces\u200b",
            "non-breaking-quotes-and-spaces",
        ),
        ("C++", "c-47ad9a09"),
        ("C#", "c-643f189a"),
        ("目標", "362d074c"),
        ("...", "eef6e78b"),
        ("A" * 81, f"{'a' * 80}-{title_slug('A' * 81)[-8:]}"),
    ],
)
def test_a_slug_is_made_from_the_letters_of_the_title(title: str, slug: str) -> None:
    assert title_slug(title) == slug


@given(PRINTED)
def test_any_title_has_a_slug_that_files_and_links_can_have(title: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", title_slug(title))
    assert len(title_slug(title)) <= 89
    assert len(anchor("kind", title)) <= 94


@given(st.lists(PRINTED, min_size=2, max_size=2, unique_by=lambda text: " ".join(text.split())))
def test_titles_share_a_slug_only_if_they_are_nearly_the_same(titles: list[str]) -> None:
    one, other = titles
    if title_slug(one) == title_slug(other):
        assert has_readable_slug(one)
        assert has_readable_slug(other)


@pytest.mark.parametrize("seed", range(5))
def test_a_section_that_moves_keeps_its_anchor(seed: int) -> None:
    sections = [{"title": title, "text": "Text."} for title in TITLES]
    before = anchors(sections)
    shuffled = random.Random(seed).sample(sections, len(sections))

    assert anchors([{"title": "Введение"}, *shuffled]) == before | anchors([{"title": "Введение"}])
    assert len({each for found in before.values() for each in found}) == len(TITLES)


def test_sections_of_the_same_title_are_told_apart_by_those_above() -> None:
    one, two = ({"title": title, "sections": [{"title": "Scope"}]} for title in ("One", "Two"))
    before = anchors([one, two])

    assert before == anchors([two, one]) | {"Scope": before["Scope"]}
    assert before["Scope"] == anchors([two, one])["Scope"][::-1]
    assert len(set(before["Scope"])) == 2
    assert anchors([one]) == {"One": ["section-title-one"], "Scope": ["section-title-scope"]}


def test_a_section_below_another_one_does_not_change_the_anchor_of_the_higher() -> None:
    found = anchors([{"title": "One", "sections": [{"title": "Scope"}]}, {"title": "Scope"}])

    assert found["Scope"][1] == "section-title-scope"
    assert re.fullmatch("section-title-scope-[0-9a-f]{8}", found["Scope"][0])


def test_similar_titles_are_told_apart() -> None:
    found = anchors([{"title": "A & B"}, {"title": "A / B"}])

    assert found == {title: [f"section-title-{title_slug(title, ())}"] for title in ("A & B", "A / B")}


def test_equal_sections_are_counted() -> None:
    assert anchors([{"title": "A"}, {"title": "A"}]) == {"A": ["section-title-a", "section-title-a--2"]}


def test_the_real_document_keeps_its_anchors() -> None:
    found = [section.anchor for _, section in walk(published(REAL).view.sections) if not section.milestone]

    assert found == [
        "section-title-introduction",
        "section-title-scope",
        "section-title-release-management",
        "section-title-preparation-of-releases",
        "section-title-deployment-of-releases",
        "section-title-levels-of-operational-validation",
        "section-title-functionality-in-dm-releases",
    ]
