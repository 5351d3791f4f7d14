"""Draw the card of a milestone or of its document: the picture that programs show with a link to a page.

Pillow draws it: there are only words on it, and no axes. The bytes depend on the words of the card alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image, ImageColor, ImageDraw, ImageFont

from milepost.base.errors import MilepostError
from milepost.charts.fonts import TextStyle, Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE = (1200, 630)
"""Width and height in pixels, as Open Graph and others recommend."""

_EDGE = 70
_BAR = 22
_ROOM = SIZE[0] - 2 * _EDGE
_COLOURS = {"late": "#b36b00", "overdue": "#b94600", "set aside": "#5f6b70", "": "#035c5d"}
_PAPER, _INK = "#ffffff", "#14191b"

# A card is drawn as numbers of colours in its palette: the first half leads from the paper to the ink, the
# second half from the paper to the colour of the state. So edges are smooth, and no colours need be counted.
_DARK, _QUIET, _RULE = 127, 88, 22
_GROUND, _STATE = 128, 255


@dataclass(frozen=True, slots=True)
class Card:
    """The words of a card.

    Attributes:
        heading: a code, or the handle of the document.
        name: what has that code or handle; wrapped, and cut after three lines.
        facts: dates and state, in one line.
        source: what it is from, at the top; empty for the document itself.
        colour: a key of the colours: late, overdue, set aside or empty.
    """

    heading: str
    name: str
    facts: str
    source: str
    colour: str = ""


def png(card: Card) -> bytes:
    """Return `card` as a PNG file. Text that the fonts of the figures cannot print is left out."""
    picture = Image.new("L", SIZE, 0)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, _BAR, SIZE[1]), fill=_STATE)
    _write(picture, 54, TextStyle(30), card.source, _QUIET, 1)
    heading = TextStyle(76, Weight.SEMI_BOLD)
    draw.rectangle((_EDGE, 126, SIZE[0], 126 + heading.leading), fill=_GROUND)
    _write(picture, 130, heading, card.heading, _STATE, 1)
    _write(picture, 148 + heading.leading, TextStyle(52), card.name, _DARK, 3)
    draw.line((_EDGE, 530, SIZE[0] - _EDGE, 530), fill=_RULE, width=2)
    _write(picture, 550, TextStyle(36, Weight.SEMI_BOLD), card.facts, _DARK, 1)
    picture.putpalette(_palette(_COLOURS[card.colour]))
    content = BytesIO()
    picture.save(content, "PNG", compress_level=3)  # in half of the time of 6, and a fifth larger
    return content.getvalue()


@cache
def _palette(colour: str) -> bytes:
    """Return the colours from the paper to the ink, and from the paper to `colour`."""
    paper, *ends = (ImageColor.getrgb(each)[:3] for each in (_PAPER, _INK, colour))
    return bytes(
        round(start + (end - start) * step / _DARK)
        for rgb in ends
        for step in range(_DARK + 1)
        for start, end in zip(paper, rgb, strict=True)
    )


def _write(  # noqa: PLR0913, PLR0917 -- a text, its place and how it looks
    picture: Image.Image, top: float, style: TextStyle, text: str, colour: int, limit: int
) -> None:
    """Write `text` in at most `limit` lines."""
    for line, font in _lines(style, text, limit):
        left = float(_EDGE)
        for before, character in pairwise(f" {line}"):
            glyph = _glyph(font, character)
            left += _kerning(font, before, character)
            picture.paste(colour, (round(left) + glyph.left, round(top) + glyph.top), glyph.mask)
            left += glyph.advance
        top += style.leading


class _Glyph(NamedTuple):
    """A character in a font: its form, where that begins from its place, and how far the next one is."""

    mask: Image.Image
    left: int
    top: int
    advance: float


@cache
def _glyph(font: ImageFont.FreeTypeFont, character: str) -> _Glyph:
    """Draw a character once for all cards, which takes longer than all else."""
    left, top, right, bottom = (round(edge) for edge in font.getbbox(character))
    mask = Image.new("L", (max(right - left, 1), max(bottom - top, 1)))
    ImageDraw.Draw(mask).text((-left, -top), character, 255, font)
    return _Glyph(mask, left, top, font.getlength(character))


@cache
def _kerning(font: ImageFont.FreeTypeFont, one: str, other: str) -> float:
    return font.getlength(one + other) - font.getlength(one) - font.getlength(other)


def _lines(style: TextStyle, text: str, limit: int) -> Iterator[tuple[str, ImageFont.FreeTypeFont]]:
    try:
        lines = style.wrap(text, _ROOM, limit) if text else ()
        fonts = [_font(str(style.properties(line).get_file()), style.size) for line in lines]
    except MilepostError:  # no font has all of its characters
        return
    yield from zip(lines, fonts, strict=True)


@cache
def _font(path: str, size: float) -> ImageFont.FreeTypeFont:
    # The basic layout is in every Pillow; the other one depends on a library of the machine.
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
