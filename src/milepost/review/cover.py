"""The cover sheet of the packet, on the lines of a change request of 3GPP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.base.dates import iso
from milepost.base.errors import count
from milepost.diff.changes import (
    Completed,
    DueMoved,
    EntryAdded,
    EntryChanged,
    EntryRemoved,
    ProseChanged,
    SectionAdded,
    SectionChanged,
    SectionMoved,
    SectionRemoved,
)
from milepost.diff.plain_words import words_of_line
from milepost.diff.summary import authority
from milepost.document.model import ChangeRecordEntry
from milepost.document.traverse import section_number
from milepost.review.record_lines import RecordLines, lines_to_add

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from milepost.diff.changes import Change
    from milepost.diff.comparison import Comparison, Edition

_MOST_LINES = 5
"""Lines of the summary."""
_MOST_COMMITS = 10
"""So many commits are named."""
_MOST_NAMES = 40
"""So many milestones or sections are named; the rest is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Who made a change: the last commit of its line in the YAML; `commit` is an abbreviated hash."""

    author: str
    date: str
    commit: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of the cover sheet: its label, and its lines."""

    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """The cover sheet.

    Attributes:
        handle, title: of the document.
        fields: in the order in which they are printed.
        to_add: the lines of the YAML that would authorise what is not authorised.
    """

    handle: str
    title: str
    fields: tuple[Field, ...]
    to_add: RecordLines | None


def cover(comparison: Comparison, origins: Mapping[Change, Origin]) -> Cover:
    """Return the cover sheet; its words are those of the new entries of the change record."""
    about = comparison.new.document.metadata
    entries = [
        change.entry for change in comparison.new_entries if isinstance(change.entry, ChangeRecordEntry)
    ]
    authors = dict.fromkeys(origin.author for origin in origins.values())
    issues = dict.fromkeys(entry.issue for entry in entries if entry.issue)
    fields = {
        "Document": [f"{about.handle}: {about.title}"],
        "From": [_edition(comparison.old)],
        "To": [_edition(comparison.new)],
        "Proposed by": [*dict.fromkeys(entry.owner for entry in entries)] or [*authors],
        "Reason": [words_of_line(entry.description) for entry in entries],
        "Issue": [*issues],
        "Summary": _summary(comparison),
        "Consequences if not approved": _consequences(comparison),
        "Milestones affected": _listed(_milestones(comparison)),
        "Sections affected": _listed(_sections(comparison)),
        "Authorised by": [*_authorities(comparison)],
        "Not authorised": _refused(comparison),
        "Commits": _commits(origins.values()),
    }
    missing = {
        "Proposed by": "not stated: the change record has no new entry",
        "Reason": "not stated: the change record has no new entry",
        "Authorised by": "no new entry of the change record",
        "Milestones affected": "none",
        "Sections affected": "none",
        "Not authorised": "nothing",
    }
    return Cover(
        handle=about.handle,
        title=about.title,
        fields=tuple(
            Field(label=label, lines=tuple(lines) or (missing[label],))
            for label, lines in fields.items()
            if lines or label in missing
        ),
        to_add=lines_to_add(comparison),
    )


def _edition(edition: Edition) -> str:
    about, record = edition.document.metadata, edition.document.change_record
    version = f"version {record[-1].version}" if record and record[-1].version else ""
    facts = (version, about.status, f"data date {iso(about.data_date)}", edition.commit or "")
    return f"{edition.name} ({', '.join(filter(None, facts))})"


def _authorities(comparison: Comparison) -> Iterator[str]:
    """Yield the new entries of the change record, and how much each of them authorises."""
    for change in comparison.new_entries:
        entry = change.entry
        if isinstance(entry, ChangeRecordEntry):
            number = sum(change.key in keys for keys in comparison.authorised_by.values())
            facts = (f"of {iso(entry.date)}", entry.owner, entry.issue)
            yield f"{change.key}, {', '.join(filter(None, facts))}: {count(number, 'change')}"


def _commits(origins: Iterable[Origin]) -> list[str]:
    """Return the commits, the last one first."""
    known = sorted({(each.date, each.commit, each.author, each.message) for each in origins}, reverse=True)
    named = [
        f"{commit} {date}, {author}: {message}" for date, commit, author, message in known[:_MOST_COMMITS]
    ]
    return named if len(known) <= _MOST_COMMITS else [*named, f"and {len(known) - _MOST_COMMITS} more"]


def _summary(comparison: Comparison) -> list[str]:
    """Return the headline in at most five lines."""
    parts = comparison.headline.split("; ")
    if len(parts) > _MOST_LINES:
        parts = [*parts[: _MOST_LINES - 1], "; ".join(parts[_MOST_LINES - 1 :])]
    return [f"{part[:1].upper()}{part[1:]}" for part in parts]


def _consequences(comparison: Comparison) -> list[str]:
    """Return what stays untrue if the old edition stays in force."""
    old = comparison.old.name
    printed = [each.change for each in comparison.explained if each.is_edit and each.is_printed]
    completed = sum(isinstance(change, Completed) for change in printed)
    moved = sum(isinstance(change, DueMoved) for change in printed)
    others = len(printed) - completed - moved
    facts = (
        f"{count(completed, 'milestone')} that {_are(completed)} completed {_stay(completed)} open in it."
        if completed
        else "",
        f"{count(moved, 'due date')} {_are(moved)} not what is planned now." if moved else "",
        f"{count(others, 'other change')} {_are(others)} not made." if others else "",
    )
    return [f"{old} stays in force.", *filter(None, facts)] if comparison.changes else []


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _stay(number: int) -> str:
    return "stays" if number == 1 else "stay"


def _milestones(comparison: Comparison) -> Iterable[str]:
    return dict.fromkeys(each.code for each in comparison.explained if each.code and each.is_printed)


def _sections(comparison: Comparison) -> Iterable[str]:
    """Return the numbers and titles of the sections, and the parts, that change."""
    names: dict[str, None] = {}
    printed = {each.change for each in comparison.explained if each.is_printed}
    for change in comparison.changes:
        match change:
            case _ if change not in printed:
                pass
            case SectionAdded(at=at, section=section) | SectionRemoved(at=at, section=section):
                names[f"{section_number(at)} {section.title}"] = None
            case SectionMoved(after=after) | SectionChanged(after=after):
                names[f"{section_number(after.at)} {after.title}"] = None
            case ProseChanged(after=after):
                names[f"{section_number(after.at)} {after.title}" if after else "abstract"] = None
            case EntryAdded(part=part) | EntryRemoved(part=part) | EntryChanged(part=part):
                names[part.value.replace("_", " ")] = None
    return names


def _listed(names: Iterable[str]) -> list[str]:
    named = [*filter(None, names)]
    if not named:
        return []
    more = len(named) - _MOST_NAMES
    return [f"{len(named)}: {'; '.join(named[:_MOST_NAMES])}{f'; and {more} more' if more > 0 else ''}"]


def _refused(comparison: Comparison) -> list[str]:
    sentences = [each.sentence for each in comparison.unauthorised]
    if len(sentences) <= _MOST_LINES:
        return sentences
    shown: Sequence[str] = sentences[: _MOST_LINES - 3]
    where = ", marked in the list" if comparison.is_partly_authorised else ""
    return [authority(comparison), *shown, f"and {len(sentences) - len(shown)} more{where}"]
