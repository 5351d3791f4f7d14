"""Bring a file into the canonical form."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from milepost.authoring.canonical.comments import attach
from milepost.authoring.canonical.order import put_in_order
from milepost.authoring.canonical.proof import prove
from milepost.authoring.canonical.reading import read
from milepost.authoring.canonical.shape import DOCUMENT
from milepost.authoring.canonical.writing import Writer
from milepost.base.errors import MilepostError
from milepost.loading.load import decode, loads

if TYPE_CHECKING:
    from milepost.loading.load import Loaded

_MISREAD = "dash"
"""The rule about lines that are probably no part of the text above: as one line, nobody would see it."""


def canonical(content: bytes, file: str, loaded: Loaded | None = None) -> bytes:
    """Return the document in canonical form: UTF-8 without a byte order mark, with line feeds.

    Args:
        content: the bytes of the document.
        file: its name, for the places of problems.
        loaded: what `content` is, if that is known already.

    Raises:
        MilepostError: the document has errors, or cannot be written without a change of its meaning.
    """
    loaded = loaded or loads(content, file)
    misread = [each for each in loaded.warnings if each.rule == _MISREAD]
    if misread:
        raise MilepostError(*misread)
    text = decode(content, file)
    old = read(text)
    attach(old)
    put_in_order(old.root, DOCUMENT, loaded.document)
    new = Writer().document(old.root, DOCUMENT)
    if new != text:
        prove(old, old.root, loaded.document, new, file)
    return new.encode()


def canonical_as(before: bytes, after: bytes, file: str) -> bytes:
    """Return `after`, a changed document, in canonical form if `before` is in it, and otherwise as it is."""
    with suppress(MilepostError):  # there is no such form of one of them
        if after != before and canonical(before, file) == before:
            return canonical(after, file)
    return after
