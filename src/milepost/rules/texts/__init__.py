"""Rules of texts: what they refer to, what they define, and how they are written.

In: a `Document`. Out: findings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.rules.texts.acronyms import check_acronyms
from milepost.rules.texts.authors import check_authors
from milepost.rules.texts.markup import check_markup
from milepost.rules.texts.printing import check_printed
from milepost.rules.texts.references import check_prose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.document.model import Document
    from milepost.rules.finding import Finding

__all__ = ["check_texts"]


def check_texts(document: Document) -> Iterator[Finding]:
    """Yield every finding about the texts of `document`."""
    yield from check_prose(document)
    yield from check_markup(document)
    yield from check_printed(document)
    yield from check_acronyms(document)
    yield from check_authors(document)
