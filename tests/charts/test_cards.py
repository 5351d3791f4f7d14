"""The pictures that go with links: size, bytes, and texts that are long or that no font can print."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from tests.support.published import REAL, published

from milepost.charts.cards import SIZE, Card, png
from milepost.web.preview import MOST_CARDS, OF_DOCUMENT, card_file, cards, preview

if TYPE_CHECKING:
    from collections.abc import Sequence

EDGE, BAR = 70, 22
PLAIN = Card("M-1", "First light", "Due 2030-03-01, open", "TST-1: A plan")


def pixels(card: Card) -> Image.Image:
    return Image.open(io.BytesIO(png(card))).convert("RGB")


def ink(card: Card, top: int, bottom: int) -> tuple[int, int, int, int] | None:
    """Return the box of what is drawn right of the bar between two heights."""
    part = pixels(card).crop((BAR + 1, top, SIZE[0], bottom)).convert("L")
    return part.point(lambda shade: 255 if shade < 200 else 0).getbbox()


def test_a_card_is_a_small_png_of_the_usual_size() -> None:
    content = png(PLAIN)
    picture = Image.open(io.BytesIO(content))
    assert (picture.format, picture.size) == ("PNG", (1200, 630))
    assert len(content) < 40_000
    assert set(picture.info) <= {"transparency", "gamma"}  # no time, no name of a program


def test_its_bytes_depend_on_its_words_alone() -> None:
    assert png(PLAIN) == png(Card("M-1", "First light", "Due 2030-03-01, open", "TST-1: A plan"))
    assert png(PLAIN) != png(Card("M-1", "First light", "Due 2030-03-02, open", "TST-1: A plan"))


@pytest.mark.parametrize(
    "name",
    [
        "Engineering Facility Database at the summit capturing all telemetry, " * 5,
        "W" * 300,
        "Опорные телескопы и другие инструменты; Ελληνικά με τόνους",
    ],
)
def test_long_names_stay_within_the_card(name: str) -> None:
    card = Card("CODE-" * 40, name, "Due 2030-03-01, " * 20, "TST-1: " + name)
    for top, bottom in ((0, 120), (120, 240), (240, 520), (540, 630)):
        box = ink(card, top, bottom)
        assert box is not None
        assert box[2] <= SIZE[0] - BAR - EDGE + 6
    assert ink(card, 515, 528) is None  # nothing reaches the line below the name


@pytest.mark.parametrize("name", ["日本語の名前", "🚀 Launch"])
def test_what_no_font_has_is_left_out_not_drawn_as_boxes(name: str) -> None:
    card = Card("M-1", name, "Due 2030", "TST-1")
    assert ink(card, 240, 520) is None
    assert ink(card, 120, 240) is not None


def test_the_colour_says_the_state() -> None:
    def bar(colour: str) -> object:
        return pixels(Card("M-1", "", "", "", colour)).getpixel((5, 300))

    colours = [bar(each) for each in ("", "late", "overdue", "set aside")]
    assert len(set(colours)) == 4
    assert all(contrast(colour) > 3 for colour in colours)


def contrast(colour: object) -> float:
    """Return the contrast with white (WCAG 2.2)."""
    assert isinstance(colour, tuple)
    parts = [each / 255 for each in colour]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return float(1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05))


# --- Which cards there are ---


def names(count: int) -> Sequence[str]:
    source = published(REAL)
    entries = tuple(source.milestones.entries[:1] * count)
    return list(cards(source.view, replace(source.milestones, entries=entries), "Draft"))


def test_each_milestone_has_a_card_unless_there_are_too_many() -> None:
    source = published(REAL)
    found = cards(source.view, source.milestones, "Draft")
    assert set(found) == {OF_DOCUMENT, *(card_file(entry.page) for entry in source.milestones.entries)}
    card = found["cards/ldm-503-18q.png"]
    assert card.facts == "Due 2024-01-11, overdue, 324 days late"
    assert card.colour == "overdue"
    assert len(names(MOST_CARDS)) > 1
    assert names(MOST_CARDS + 1) == [OF_DOCUMENT]


def test_a_page_without_a_card_has_that_of_the_document() -> None:
    source = published(REAL)
    found = cards(source.view, source.milestones, "Draft")
    own, other = preview(source.view, found, "ldm-503-17"), preview(source.view, found, "no-such-page")
    assert own is not None
    assert own.address == "https://ldm-564.lsst.io/cards/ldm-503-17.png"
    assert own.words.startswith("LDM-503-17: Final operations rehearsal. Due 2025-07-04")
    assert other == preview(source.view, found)
    assert other is not None
    assert other.address == "https://ldm-564.lsst.io/card.png"
