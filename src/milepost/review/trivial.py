"""Which changes of a text are trivial: those of blanks, punctuation, case and markup alone."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from milepost.diff.changes import EntryChanged, MetadataChanged, ProseChanged, Renamed, SectionChanged
from milepost.diff.plain_words import words_of, words_of_line
from milepost.prose.values import Block, Inline

if TYPE_CHECKING:
    from milepost.diff.changes import Change

_NAMES = {"authors", "caption", "definition", "description", "name", "owner", "publisher", "text", "title"}
"""The fields whose values are names or text; those of others, such as an address, have no trivial changes."""
_TOKENS = re.compile(r"(?<!\w)-?\d+(?:[.,:]\d+)*|[^\W_]+|\S")
"""A number with its sign and what divides it, a word, or another sign."""
_IGNORED = frozenset(".,;:'\"_*`\N{ZERO WIDTH SPACE}\N{WORD JOINER}")
_IGNORED_KINDS = ("Pd", "Ps", "Pe", "Pi", "Pf")
"""Dashes, brackets and quotation marks. Other signs mean something: ? ! < = + % § and the like."""


def is_trivial(change: Change) -> bool:
    """Return whether no word, no number and no sign that means something differs."""
    if not isinstance(change, ProseChanged | Renamed | SectionChanged | EntryChanged | MetadataChanged):
        return False
    if getattr(change, "field", "text") not in _NAMES:
        return False
    old, new = _text(change.old), _text(change.new)
    return bool(old) and bool(new) and _tokens(old) == _tokens(new)


def _text(value: object) -> str:
    """Return a value as plain text; nothing for what is none."""
    match value:
        case str():
            return value
        case tuple() if all(isinstance(each, str) for each in value):
            return "\n".join(value)
        case tuple() if all(isinstance(each, Block) for each in value):
            return words_of(value)
        case tuple() if all(isinstance(each, Inline) for each in value):
            return words_of_line(value)
        case _:
            return ""


def _tokens(text: str) -> list[str]:
    normal = unicodedata.normalize("NFKC", text).replace("\N{SOFT HYPHEN}", "").replace("\N{MINUS SIGN}", "-")
    tokens = _TOKENS.findall(normal if "://" in normal else normal.casefold())
    return [each for each in tokens if not _is_ignored(each)]


def _is_ignored(token: str) -> bool:
    return token in _IGNORED or (len(token) == 1 and unicodedata.category(token) in _IGNORED_KINDS)
