"""Changes as rows, and the rows of one milestone, section or part together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from milepost.base.marked import Piece
    from milepost.review.cover import Origin
    from milepost.review.identity import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One change.

    Attributes:
        number: its place among the changes of the comparison.
        sentence: what has changed.
        lines: of a text, the lines that have changed.
        slack: what the move of a date uses of the time before successors, in a sentence; mostly empty.
        kind: `dates`, `scope`, `prose`, `other` or `unprinted`.
        follows: whether it follows from the change above it.
        trivial: whether nobody who reads the printed document would miss it.
        authority: the new entries of the change record that authorise it, in words; empty if none does.
        needs_authority: whether it must be authorised.
        tells_refusal: whether it is said beside it that it is not authorised; not where that is said of all.
        identity: what a comment on it repeats.
        origin: who made it, where git knows.
    """

    number: int
    sentence: str
    lines: tuple[tuple[Piece, ...], ...] = ()
    slack: str = ""
    kind: str
    follows: bool
    trivial: bool
    authority: str
    needs_authority: bool
    tells_refusal: bool
    identity: Identity
    origin: Origin | None = None

    @property
    def refused(self) -> bool:
        """Whether it must be authorised and is not."""
        return self.needs_authority and not self.authority


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The changes of one milestone, section or part.

    Attributes:
        code: of the milestone, or the number of the section; empty for a part.
        name: of the milestone or part, or the title of the section.
        facts: level, date and lateness of the milestone, as in `level 2, due 2026-07-01, 5 days late`.
        rows: the changes.
    """

    code: str
    name: str
    facts: str
    rows: tuple[Row, ...]

    @property
    def heading(self) -> str:
        """Code and name in one line."""
        return ": ".join(filter(None, (self.code, self.name)))

    @property
    def origins(self) -> str:
        """Who made the changes, and in which commits; empty where git does not know."""
        return origins_of(self.rows)


def origins_of(rows: Iterable[Row]) -> str:
    """Return who made changes, and in which commits."""
    known = dict.fromkeys(row.origin for row in rows if row.origin)
    return "; ".join(f"{origin.author}, {origin.commit}: {origin.message}" for origin in known)
