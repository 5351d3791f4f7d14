"""Rules of the change record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.base.dates import iso
from milepost.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.document.model import Document


def check_record(document: Document) -> Iterator[Finding]:
    """Yield the entries of the change record that are out of order or have the version of another."""
    versions: set[str] = set()
    previous = None
    for index, change in enumerate(document.change_record):
        if change.version is not None and change.version in versions:
            yield Finding(
                path=("change_record", index, "version"),
                rule="version",
                message=f"the version {change.version} is already in the change record",
                hint="give each change its own version",
            )
        if change.version is not None:
            versions.add(change.version)
        if previous is not None and change.date < previous:
            yield Finding(
                path=("change_record", index, "date"),
                rule="order",
                message=f"{iso(change.date)} is before the date of the entry above, {iso(previous)}",
                hint="write the oldest first, and add new entries at the end",
            )
        previous = change.date
