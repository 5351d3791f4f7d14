"""Rules of the change record, and the order of versions."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from milepost.base.dates import iso
from milepost.base.errors import Severity
from milepost.prose.values import Issue, lines_with_notes
from milepost.rules.finding import Finding, Other

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from milepost.base.errors import ValuePath
    from milepost.document.model import ChangeRecordEntry, Document

INCOMPLETE = frozenset({"unversioned", "no_authority"})
"""Rules whose warnings are faults where a document is being approved. Elsewhere they are not, so that earlier
releases without a version or an issue can still be built and compared."""

_PLACEHOLDER = re.compile(
    r"(?<![^\W_])(?:TB[ACDN]|X{2,}|\?+|n/?a|none|draft|pending|unreleased)$", re.IGNORECASE
)
"""What people write where a version or the number of an issue is not known yet."""

LATEST_APPROVAL = timedelta(days=366)
"""How long after its data date a document can be approved."""

_FULL_STOP = re.compile(r"\.(?=\W*$)")
_EARLIER_THAN_RELEASE = re.compile(r"(?<=\d)[\s._(]*(?=(?:alpha|beta|dev|draft|pre|preview|rc)[^a-z]*$)")
"""Where a version goes on with the name of a state before its release: 1.0rc1, 1.0 (draft)."""


def check_record(document: Document) -> Iterator[Finding]:
    """Yield the entries of the change record that are out of order, or repeat another one."""
    yield from _versions(document)
    yield from _dates(document)
    yield from _repeated(document)
    if document.metadata.status == "approved":
        yield from _check_approval(document)


def _path(index: int, key: str) -> ValuePath:
    return ("change_record", index, key)


def _versions(document: Document) -> Iterator[Finding]:
    """Yield the versions that are equal to an earlier one, or lower."""
    earlier: dict[object, tuple[int, str]] = {}
    latest: tuple[int, str] | None = None
    for index, change in enumerate(document.change_record):
        version = change.version
        if version is None:
            continue
        order = compare_versions(version, latest[1]) if latest else None
        same = earlier.setdefault(_sortable(version), (index, version))
        if same[0] != index:
            written = "" if same[1] == version else f", as {same[1]}"
            yield Finding(
                path=_path(index, "version"),
                rule="version",
                message=f"the version {version} is already in the change record{written}",
                hint="give each change its own version",
                others=(_version(*same),),
            )
        elif order == -1 and latest:
            yield Finding(
                path=_path(index, "version"),
                rule="version",
                message=f"the version {version} is lower than {latest[1]}, which is above it",
                hint="write the oldest first, and add new entries at the end",
                severity=Severity.WARNING if document.metadata.status == "draft" else Severity.ERROR,
                others=(_version(*latest),),
            )
        if order != -1:
            latest = index, version


def _version(index: int, version: str) -> Other:
    return Other(_path(index, "version"), f"version {version}", at_key=False)


def _sortable(version: str) -> object:
    """Return what is equal for versions that are the same, such as 1.0 and v1.00."""
    release, suffix = _halves(version)
    return (tuple(release), tuple(suffix)) if release else version


def _dates(document: Document) -> Iterator[Finding]:
    """Yield the dates that are before that of the entry above."""
    for index, (above, change) in enumerate(pairwise(document.change_record), 1):
        if change.date < above.date:
            yield Finding(
                path=_path(index, "date"),
                rule="order",
                message=f"{iso(change.date)} is before the date of the entry above, {iso(above.date)}",
                hint="write the oldest first, and add new entries at the end",
                others=(
                    Other(_path(index - 1, "date"), f"the entry above: {iso(above.date)}", at_key=False),
                ),
            )


def _repeated(document: Document) -> Iterator[Finding]:
    """Yield the entries that say of the same day what another one says, and are no versions of their own."""
    earlier: dict[tuple[date, str], tuple[int, str | None]] = {}
    for index, change in enumerate(document.change_record):
        words = _FULL_STOP.sub("", " ".join(str(change.description).casefold().split()))
        first, version = earlier.setdefault((change.date, words), (index, change.version))
        if first != index and None in {version, change.version}:
            there = f"{version or 'no version'}, {iso(change.date)}, with the same description"
            yield Finding(
                path=("change_record", index),
                rule="repeated",
                message=f"an entry of {iso(change.date)} already says this",
                hint="remove one of the two, or say what else changed",
                severity=Severity.WARNING,
                others=(Other(("change_record", first), there, at_key=False),),
            )


def compare_versions(one: str, other: str) -> int | None:
    """Return -1, 0 or 1 if `one` is before, equal to or after `other`; None if their order is not known.

    Numbers are compared as numbers, so that 1.10 is after 1.9. What follows a hyphen, and `rc` and
    `draft`, are before the version without it, as for tags: 1.0-rc1, then 1.0. Letters have the order of the
    alphabet, with AA after Z; a letter and a number in the same place have no order.
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
    plain = _EARLIER_THAN_RELEASE.sub("-", re.sub(r"^v(?=[\W_]*\d)", "", version.casefold()), count=1)
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
    status = Other(("document", "status"), "status: approved")
    dates = (status, Other(("document", "data_date"), f"data_date: {iso(known)}"))
    if last.version is None or _PLACEHOLDER.fullmatch(last.version):
        yield Finding(
            path=entry if last.version is None else (*entry, "version"),
            rule="unversioned",
            message="the last entry of an approved document has no version",
            hint="add the line  version: ..." if last.version is None else "write the version",
            severity=Severity.WARNING,
            others=(status,),
        )
    if last.date > known + LATEST_APPROVAL:
        yield Finding(
            path=(*entry, "date"),
            rule="approval",
            message=f"{iso(last.date)} is more than a year after the data date, {iso(known)}",
            hint="fix the date, or set data_date to the day of the schedule",
            others=dates,
        )
    elif last.date < known:
        yield Finding(
            path=(*entry, "date"),
            rule="early",
            message=f"the document is approved, and its last entry is before the data date, {iso(known)}",
            hint="add the entry of this approval, or set status: draft",
            severity=Severity.WARNING,
            others=dates,
        )
    if document.metadata.issue_url is not None and not _names_issue(last):
        yield Finding(
            path=entry,
            rule="no_authority",
            message="the last entry of an approved document does not name the issue of its approval",
            hint=f"add the line  issue: {_plain_key(last) or 'KEY'}",
            severity=Severity.WARNING,
            others=(status,),
        )


def _plain_key(entry: ChangeRecordEntry) -> str:
    """Return what looks like the key of an issue in the words of an entry, where it is no link."""
    words = " ".join(
        getattr(each, "text", "") for line in lines_with_notes(entry.description) for each in line
    )
    found = re.search(r"\b[A-Z][A-Z0-9]+-[0-9]+\b", words)
    return found[0] if found else ""


def _names_issue(entry: ChangeRecordEntry) -> bool:
    keys = [
        inline.key
        for line in lines_with_notes(entry.description)
        for inline in line
        if isinstance(inline, Issue)
    ]
    keys += [entry.issue] if entry.issue is not None else []
    return any(not _PLACEHOLDER.search(key) for key in keys)
