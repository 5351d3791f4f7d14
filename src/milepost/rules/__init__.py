"""Rules: what must, or should, hold between the parts of a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.rules.finding import Finding
from milepost.rules.names import check_names
from milepost.rules.printed import check_printed
from milepost.rules.prose import check_prose
from milepost.rules.record import check_record
from milepost.rules.schedule import check_schedule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.model import Document

__all__ = ["Finding", "check"]


def check(document: Document) -> Iterator[Finding]:
    """Yield every finding about `document`: faults, which make it invalid, and doubts."""
    yield from check_names(document)
    yield from check_schedule(document)
    yield from check_prose(document)
    yield from check_printed(document)
    yield from check_record(document)
