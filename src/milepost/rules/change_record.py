"""Rules of the change record."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from milepost.base.dates import iso
from milepost.base.errors import Severity
from milepost.prose.values import Issue, lines_with_notes
from milepost.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.document.model import ChangeRecordEntry, Document

LATEST_APPROVAL = timedelta(days=366)
"""How long after its data date a document can be approved."""


def check_record(document: Document) -> Iterator[Finding]:
    """Yield the entries of the change record that are out of order or have the version of another."""
    approved = document.metadata.status == "approved"
    versions: set[str] = set()
    latest: tuple[tuple[int, ...], str] | None = None
    previous = None
    for index, change in enumerate(document.change_record):
        path, number = ("change_record", index, "version"), _numbers(change.version)
        if change.version is not None and change.version in versions:
            message = f"the version {change.version} is already in the change record"
            hint = "give each change its own version"
            yield Finding(path=path, rule="version", message=message, hint=hint)
        elif number and latest and number < latest[0]:
            yield Finding(
                path=path,
                rule="version",
                message=f"the version {change.version} is lower than {latest[1]}, which is above it",
                hint="write the oldest first, and add new entries at the end",
                severity=Severity.ERROR if approved else Severity.WARNING,
            )
        if change.version is not None:
            versions.add(change.version)
        if number and change.version and (latest is None or number > latest[0]):
            latest = number, change.version
        if previous is not None and change.date < previous:
            yield Finding(
                path=("change_record", index, "date"),
                rule="order",
                message=f"{iso(change.date)} is before the date of the entry above, {iso(previous)}",
                hint="write the oldest first, and add new entries at the end",
            )
        previous = change.date
    if approved:
        yield from _check_approval(document)


def _numbers(version: str | None) -> tuple[int, ...] | None:
    """Return the numbers of a version such as 1.10, or None if it has other parts."""
    if version is None or not re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]{1,9})*", version):
        return None
    return tuple(int(number) for number in version.split("."))


def _check_approval(document: Document) -> Iterator[Finding]:
    """Yield what is missing in the change record of an approved document."""
    if not document.change_record:
        yield Finding(
            path=("document", "status"),
            rule="approval",
            message="an approved document has a change record, and this one has none",
            hint="add change_record with the entry of the approval, or set status: draft",
        )
        return
    index, last = len(document.change_record) - 1, document.change_record[-1]
    known, entry = document.metadata.data_date, ("change_record", index)
    if last.version is None:
        yield Finding(
            path=entry,
            rule="approval",
            message="the last entry of an approved document has no version",
            hint="add the line  version: ...",
            severity=Severity.WARNING,
        )
    if last.date > known + LATEST_APPROVAL:
        yield Finding(
            path=(*entry, "date"),
            rule="approval",
            message=f"{iso(last.date)} is more than a year after the data date, {iso(known)}",
            hint="fix the date, or set data_date to the day of the schedule",
        )
    elif last.date < known:
        yield Finding(
            path=(*entry, "date"),
            rule="approval",
            message=f"the document is approved, and its last entry is before the data date, {iso(known)}",
            hint="add the entry of this approval, or set status: draft",
            severity=Severity.WARNING,
        )
    if document.metadata.issue_url is not None and not _names_issue(last):
        yield Finding(
            path=entry,
            rule="approval",
            message="the last entry of an approved document does not name the issue of its approval",
            hint="add the line  issue: KEY",
            severity=Severity.WARNING,
        )


def _names_issue(entry: ChangeRecordEntry) -> bool:
    lines = lines_with_notes(entry.description)
    return entry.issue is not None or any(isinstance(inline, Issue) for line in lines for inline in line)
