"""The characters for which no font is read are in the face, so that a check of most documents is quick."""

from __future__ import annotations

from milepost.base.characters import LATEX_LOOKALIKES
from milepost.latex import glyphs, typefaces


def test_the_face_has_the_common_characters() -> None:
    other = set("\t\n\N{SOFT HYPHEN}") | set(LATEX_LOOKALIKES)

    assert glyphs._COMMON - typefaces.characters() <= other
    assert set("aÉß§µ–“") <= glyphs._COMMON
