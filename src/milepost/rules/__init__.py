"""Rules between the parts of a document.

In: a `Document`. Out: findings, each with the path of its value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.rules.change_record import check_record
from milepost.rules.dates.schedule import check_schedule
from milepost.rules.dates.years import check_years
from milepost.rules.finding import Finding, Other
from milepost.rules.identity.addresses import check_addresses
from milepost.rules.identity.names import check_names
from milepost.rules.identity.patterns import check_patterns
from milepost.rules.selections import check_selections
from milepost.rules.texts import check_texts
from milepost.rules.waivers import check_waivers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.document.model import Document

__all__ = ["ABOUT_THE_PRINTED_DOCUMENT", "Finding", "Other", "check"]

ABOUT_THE_PRINTED_DOCUMENT = frozenset(
    {"acronym", "figure", "section_address", "selection", "uncited", "undelivered"}
    | {"early", "no_authority", "order", "unversioned"}
)
"""Rules whose warnings are about what the document contains, cites and uses, or its approval."""


def check(document: Document) -> Iterator[Finding]:
    """Yield every finding about `document`: errors and warnings."""
    yield from check_names(document)
    yield from check_addresses(document)
    yield from check_patterns(document)
    yield from check_schedule(document)
    yield from check_years(document)
    yield from check_texts(document)
    yield from check_selections(document)
    yield from check_record(document)
    yield from check_waivers(document)
