"""The comparison of two editions: the changes, in words, and which of them are authorised.

Every output of `milepost diff` is made from this one value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.base.errors import Place, Problem, Severity, quoted
from milepost.diff.authorisation import authority
from milepost.diff.changes import (
    EntryAdded,
    EntryChanged,
    MetadataChanged,
    Part,
    ProseChanged,
    SectionAdded,
    SectionChanged,
    SectionMoved,
)
from milepost.diff.compare import diff
from milepost.diff.sentences import Explained, explain, headline
from milepost.document.model import Metadata

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from milepost.base.errors import ValuePath
    from milepost.diff.authorisation import Unknown
    from milepost.diff.changes import Change
    from milepost.document.model import Document
    from milepost.loading.load import Loaded


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One of the two documents.

    Attributes:
        name: as it was asked for: a file, a revision, or `working tree`; of a state also its day.
        file: the YAML or the snapshot, as the messages about it name it.
        commit: abbreviated name of the commit; None for a file.
        loaded: the document, and the place of each value in the YAML.
    """

    name: str
    file: str
    commit: str | None
    loaded: Loaded

    @property
    def document(self) -> Document:
        """The document that was loaded."""
        return self.loaded.document


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two editions and their difference.

    Attributes:
        old, new: the editions.
        changes: the difference, as `milepost.diff.compare` finds it.
        explained: the same changes, in the order in which they are listed.
        headline: the difference in one line.
        authorised_by: for each change, the new entries of the change record that authorise it.
        unauthorised: the changes that no new entry authorises, though they need it, as in `explained`.
        names: for each change that needs it, what to name under `authorises`.
        new_entries: the entries of the change record that are new.
        unknown: names under `authorises` that neither document has.
    """

    old: Edition
    new: Edition
    changes: tuple[Change, ...]
    explained: tuple[Explained, ...]
    headline: str
    authorised_by: dict[Change, tuple[str, ...]]
    unauthorised: tuple[Explained, ...]
    names: dict[Change, str]
    new_entries: tuple[EntryAdded, ...]
    unknown: tuple[Unknown, ...]

    @property
    def sentence(self) -> str:
        """The headline as a sentence."""
        return f"{self.headline[:1].upper()}{self.headline[1:]}."

    @property
    def authorised(self) -> int:
        """How many changes a new entry of the change record authorises."""
        return sum(bool(entries) for entries in self.authorised_by.values())

    @property
    def is_partly_authorised(self) -> bool:
        """Whether some of the changes are authorised and some are not."""
        return bool(self.unauthorised) and self.authorised > 0


def compare(old: Edition, new: Edition) -> Comparison:
    """Compare two editions."""
    changes = diff(old.document, new.document)
    explained = explain(changes, old.document, new.document)
    found = authority(changes, old.document, new.document)
    authorised_by = dict(zip(changes, found.entries, strict=True))
    names = dict(zip(changes, found.names, strict=True))
    return Comparison(
        old=old,
        new=new,
        changes=changes,
        explained=explained,
        headline=headline(explained),
        authorised_by=authorised_by,
        unauthorised=tuple(
            each for each in explained if names[each.change] is not None and not authorised_by[each.change]
        ),
        names={change: name for change, name in names.items() if name is not None},
        new_entries=found.new,
        unknown=found.unknown,
    )


def unknown_names(comparison: Comparison, severity: Severity) -> Iterator[Problem]:
    """Yield a problem for each name under `authorises` that neither version has."""
    for each in comparison.unknown:
        yield Problem(
            rule="authorises",
            place=comparison.new.loaded.places.of(each.path),
            message=f"{quoted(each.name)} matches nothing in either version",
            hint="name a milestone, a section or a part, or everything",
            severity=severity,
        )


def unauthorised_changes(comparison: Comparison) -> Iterator[Problem]:
    """Yield a problem for each change that no new entry of the change record authorises."""
    for each in comparison.unauthorised:
        yield Problem(
            rule="unauthorised",
            place=_place(comparison, each),
            message=f"no new entry of the change record authorises this: {each.sentence.removesuffix('.')}",
            hint=_hint(each.change, comparison.names[each.change]),
        )


def _hint(change: Change, name: str) -> str:
    if name != Part.CHANGE_RECORD:
        return f"add {quoted(name)} to authorises of the new entry"
    if isinstance(change, EntryAdded):
        return "a new entry comes after all others, with a later date and version"
    return f"leave older entries as they were, or add {quoted(name)} to authorises of a new entry"


def _place(comparison: Comparison, explained: Explained) -> Place:
    """Return the place of what a change is about, or the file if it is gone."""
    new = comparison.new
    if explained.code is not None:
        known = new.document.milestone(explained.code) is not None
        return new.loaded.places.of_key(("milestones", explained.code)) if known else Place(new.file)
    path = _path(explained.change)
    return new.loaded.places.of_key(path) if path else Place(new.file)


def _path(change: Change) -> ValuePath | None:  # noqa: PLR0911 -- one case for each kind of change
    """Return the path of what `change` is about in the new document, or None if it is gone."""
    match change:
        case MetadataChanged(field="unexpanded"):
            return ("unexpanded",)
        case MetadataChanged(field=field, new=new) if new:
            return ("document", Metadata.model_fields[field].alias or field)
        case EntryAdded(part=part, index=index):
            return (part.value, index)
        case EntryChanged(part=part, after=index, field=field, new=new) if new:
            return (part.value, index, field)
        case EntryChanged(part=part, after=index):
            return (part.value, index)
        case SectionAdded(at=at):
            return _section(at)
        case SectionMoved(after=after):
            return _section(after.at)
        case SectionChanged(after=after, field=field):
            return (*_section(after.at), field)
        case ProseChanged(after=after):
            return (*_section(after.at), "text") if after else ("document", "abstract")
        case _:
            return None


def _section(at: Sequence[int]) -> ValuePath:
    """Return the path of a section: `sections` before each of its positions."""
    return tuple(step for index in at for step in ("sections", index))
