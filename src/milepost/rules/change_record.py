"""Rules of the change record, and the order of versions."""

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

INCOMPLETE = frozenset({"unversioned", "no_authority"})
"""Rules whose warnings are faults where a document is being approved. Elsewhere they are not, so that earlier
releases without a version or an issue can still be built and compared."""

LATEST_APPROVAL = timedelta(days=366)
"""How long after its data date a document can be approved."""


def check_record(document: Document) -> Iterator[Finding]:
    """Yield the entries of the change record that are out of order or have the version of another."""
    approved = document.metadata.status == "approved"
    versions: set[str] = set()
    latest: str | None = None
    previous = None
    for index, change in enumerate(document.change_record):
        path = ("change_record", index, "version")
        order = compare_versions(change.version, latest) if change.version and latest else None
        if change.version is not None and change.version in versions:
            message = f"the version {change.version} is already in the change record"
            hint = "give each change its own version"
            yield Finding(path=path, rule="version", message=message, hint=hint)
        elif order == -1:
            yield Finding(
                path=path,
                rule="version",
                message=f"the version {change.version} is lower than {latest}, which is above it",
                hint="write the oldest first, and add new entries at the end",
                severity=Severity.WARNING if document.metadata.status == "draft" else Severity.ERROR,
            )
        if change.version is not None:
            versions.add(change.version)
            latest = latest if order == -1 else change.version
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


def compare_versions(one: str, other: str) -> int | None:
    """Return -1, 0 or 1 if `one` is before, equal to or after `other`; None if their order is not known.

    Numbers are compared as numbers, so that 1.10 is after 1.9. What follows a hyphen is before the version
    without it, as for tags: 1.0-rc1, then 1.0. Letters are in the order of the alphabet, with AA after Z; a
    letter and a number in the same place have no order.
    """
    versions = _halves(one), _halves(other)
    if not all(release for release, _ in versions):
        return None
    for half, (ours, theirs) in enumerate(zip(*versions, strict=True)):
        for mine, yours in zip(ours, theirs, strict=False):
            if mine[0] != yours[0]:
                return None
            if mine != yours:
                return -1 if mine < yours else 1
        if len(ours) != len(theirs):
            without_hyphen = half == 1 and not (ours and theirs)
            return 1 if (len(ours) > len(theirs)) != without_hyphen else -1
    return 0


_Part = tuple[str, int, str]


def _halves(version: str) -> tuple[list[_Part], list[_Part]]:
    """Return the kind, number and letters of each part of a version before and after its first hyphen."""
    plain = re.sub(r"^v(?=[\W_]*\d)", "", version.casefold())
    release, _, suffix = plain.partition("-")
    return _parts(release, longer_is_later=True), _parts(suffix, longer_is_later=False)


def _parts(text: str, *, longer_is_later: bool) -> list[_Part]:
    return [
        ("number", int(number), "") if number else ("letters", len(letters) * longer_is_later, letters)
        for number, letters in re.findall(r"(\d+)|([^\W\d_]+)", text)
    ]


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
            rule="unversioned",
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
            rule="early",
            message=f"the document is approved, and its last entry is before the data date, {iso(known)}",
            hint="add the entry of this approval, or set status: draft",
            severity=Severity.WARNING,
        )
    if document.metadata.issue_url is not None and not _names_issue(last):
        yield Finding(
            path=entry,
            rule="no_authority",
            message="the last entry of an approved document does not name the issue of its approval",
            hint="add the line  issue: KEY",
            severity=Severity.WARNING,
        )


def _names_issue(entry: ChangeRecordEntry) -> bool:
    lines = lines_with_notes(entry.description)
    return entry.issue is not None or any(isinstance(inline, Issue) for line in lines for inline in line)
