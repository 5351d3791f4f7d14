"""Characters that nobody sees or that look like others: spaces, signs without width, hyphens, directions.

Those in strings are written as parts of a character class of a regular expression.
"""

from __future__ import annotations

import re
import unicodedata

BLANKS = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
"""Spaces that neither YAML nor a key, date or code takes for one."""

HYPHENS = "\u2010-\u2015\u2212\ufe58\ufe63\uff0d"
"""What keyboards and word processors write in place of a hyphen."""

DIRECTION_CONTROLS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""What changes the direction of writing (Unicode Standard Annex 9)."""

_ZERO_WIDTH = f"\u00ad\u180e\u200b-\u200d\u2060-\u2064\ufeff{DIRECTION_CONTROLS}"

INVISIBLE = re.compile(f"[{BLANKS}{_ZERO_WIDTH}]")

LATEX_LOOKALIKES = {
    "\N{HYPHEN}": "-",
    "\N{NON-BREAKING HYPHEN}": r"\mbox{-}",
    "\N{NARROW NO-BREAK SPACE}": "~",
    "\N{WORD JOINER}": "{}",
    **dict.fromkeys(
        "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u205f\N{IDEOGRAPHIC SPACE}", r"\ "
    ),
}
"""Characters that most text faces do not have, with what prints the same."""


def without_invisible(text: str) -> str:
    """Return `text` with plain spaces for the other ones, and without characters that have no width."""
    return re.sub(f"[{_ZERO_WIDTH}]", "", re.sub(f"[{BLANKS}]", " ", text))


def plainly_written(text: str) -> str:
    """Return `text` with plain hyphens and spaces for what looks like them, and nothing invisible."""
    return re.sub(f"[{HYPHENS}]", "-", without_invisible(text))


def odd_character(character: str) -> tuple[str, str]:
    """Return message and hint about an invisible character, or a hyphen, where it cannot be meant."""
    name = unicodedata.name(character, "").lower()
    kind, hint = "invisible character", "remove it"
    if re.match(f"[{HYPHENS}]", character):
        kind, hint = "character", "write a plain hyphen"
    elif re.match(f"[{BLANKS}]", character):
        hint = "put a plain space in its place"
    code = f"U+{ord(character):04X}" + (f" ({name})" if name else "")
    return f"the {kind} {code} is here", hint
