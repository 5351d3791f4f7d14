"""Comparison: two editions of a document, what differs between them, and all there is to say about it.

Every view of a difference is made from this one value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.diff.authorisation import authority, needs_authority
from milepost.diff.compare import diff
from milepost.diff.sentences import Explained, explain, headline

if TYPE_CHECKING:
    from milepost.diff.authorisation import Unknown
    from milepost.diff.changes import Change
    from milepost.document.model import Document
    from milepost.loading.load import Loaded


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One of the two documents.

    Attributes:
        name: as it was asked for: a file, a revision, or `working tree`.
        file: the YAML, as it stands in the places of problems.
        commit: abbreviated name of the commit; None for a file.
        loaded: what the YAML says, and where.
    """

    name: str
    file: str
    commit: str | None
    loaded: Loaded

    @property
    def document(self) -> Document:
        """What the YAML says."""
        return self.loaded.document


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two editions and their difference.

    Attributes:
        old, new: the editions.
        changes: the difference, as `milepost.diff.compare` gives it.
        explained: the same changes in the order in which they are read.
        headline: the difference in one line.
        authorised_by: for each change, the new entries of the change record that authorise it.
        unauthorised: the changes that no new entry authorises, though they need it, as in `explained`.
        unknown: names under `authorises` that mean nothing in either document.
    """

    old: Edition
    new: Edition
    changes: tuple[Change, ...]
    explained: tuple[Explained, ...]
    headline: str
    authorised_by: dict[Change, tuple[str, ...]]
    unauthorised: tuple[Explained, ...]
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
    """Return what differs between two editions, and what there is to say about it."""
    changes = diff(old.document, new.document)
    explained = explain(changes, old.document, new.document)
    found = authority(changes, old.document, new.document)
    authorised_by = dict(zip(changes, found.entries, strict=True))
    return Comparison(
        old=old,
        new=new,
        changes=changes,
        explained=explained,
        headline=headline(explained),
        authorised_by=authorised_by,
        unauthorised=tuple(
            each for each in explained if needs_authority(each.change) and not authorised_by[each.change]
        ),
        unknown=found.unknown,
    )
