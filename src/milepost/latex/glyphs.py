"""Refuse characters that the fonts of the document do not have, with their places."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from milepost.base.characters import LATEX_LOOKALIKES
from milepost.base.errors import MilepostError, Problem
from milepost.latex import typefaces
from milepost.loading.nodes import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.loading.load import Loaded
    from milepost.loading.positions import Places

# Every text face has these or what is printed for them, so that most documents need no look into a font.
_COMMON = frozenset(map(chr, [*range(0x20, 0x7F), *range(0xA1, 0x100)])) | frozenset(
    {*"\t\n\N{NO-BREAK SPACE}\N{SOFT HYPHEN}–—‘’“”…", *LATEX_LOOKALIKES}
)


def require(loaded: Loaded) -> None:
    """Check that the fonts have every character of the document, unless its class chooses the fonts.

    Raises:
        MilepostError: with the place of each missing character.
    """
    if loaded.document.metadata.layout != "milepost":
        return
    problems: list[Problem] = []
    for places in filter(None, (loaded.places, loaded.snapshot)):
        text = places.source.text
        if "\\" not in text and _COMMON.issuperset(text):
            continue  # each character is written as itself, so that none of them can be missing
        for scalar in _scalars(places.root):
            unusual = frozenset(scalar.text) - _COMMON
            if unusual:
                missing = sorted(unusual - typefaces.characters())
                problems += [_problem(character, scalar, places) for character in missing]
    if problems:
        raise MilepostError(*problems)


def _scalars(node: Node) -> Iterator[Scalar]:
    match node:
        case Scalar():
            yield node
        case Sequence(items=items):
            for item in items:
                yield from _scalars(item)
        case Mapping(pairs=pairs):
            for key, value in pairs:
                yield key
                yield from _scalars(value)


def _problem(character: str, scalar: Scalar, places: Places) -> Problem:
    letter = unicodedata.category(character)[0] in "LM"
    return Problem(
        rule="glyph",
        place=places.of_character(scalar, scalar.text.index(character)),
        message=f"the font has no {character!r} (U+{ord(character):04X})",
        hint="write it in Latin, Greek or Cyrillic letters" if letter else "write it in words, or remove it",
    )
