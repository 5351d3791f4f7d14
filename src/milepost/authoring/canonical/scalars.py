"""Write a text in YAML: plain where it can be, else in quotes; folded into lines where it is too long."""

from __future__ import annotations

import re
from functools import lru_cache

from milepost.authoring.canonical.tree import ABSENT
from milepost.loading.edit.texts import needs_no_escapes, quoted_text

_BLANKS = re.compile(r"[ \t\n]+")
_INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`")
_BRACKETS = frozenset(",[]{}")
_ALLOWED_BEFORE_TEXT = frozenset("-?:")


def words_in(text: str) -> list[str]:
    """Return the words of a text, between blanks and ends of lines; other spaces are characters of words."""
    return [word for word in _BLANKS.split(text) if word]


@lru_cache(maxsize=20_000)
def in_one_line(text: str, *, as_key: bool = False, in_brackets: bool = False) -> str:
    """Return a text in one line, with quotes only if it needs them."""
    plain = _can_be_plain(text) and not (as_key and text == "<<")
    if plain and in_brackets:
        plain = text[0] not in "?:" and not _BRACKETS & set(text)
    return text if plain else quoted_text(text)


def _can_be_plain(text: str) -> bool:
    if text in ABSENT or text != text.strip() or not needs_no_escapes(text):
        return False
    if text[0] in _INDICATORS and not (text[0] in _ALLOWED_BEFORE_TEXT and text[1:2].strip()):
        return False
    return ": " not in text and " #" not in text and not text.endswith(":")
