"""Changes: what differs between two documents, as values.

Each class is one thing that a reviewer would say. `milepost.diff.compare` finds the changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from milepost.base.dates import effect, moved_by, planned, slip
from milepost.diff.plain_words import difference, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from milepost.base.marked import Piece
    from milepost.document.fields import KeyedValue
    from milepost.document.model import Milestone, Section
    from milepost.prose.values import Prose

SectionKey = tuple[int, ...]


class ChangeGroup(StrEnum):
    """What a change is about, in the order in which groups are listed; each value is a heading."""

    SLIPS = "Dates moved"
    COMPLETIONS = "Completions"
    SCOPE = "Scope"
    TEXT = "Text"
    OTHER = "Everything else"
    NOT_PRINTED = "Not printed"


class Part(StrEnum):
    """The parts of a document that are collections of entries; each name is the model's field."""

    CHANGE_RECORD = "change_record"
    REFERENCES = "references"
    ACRONYMS = "acronyms"
    FIGURES = "figures"


class _Change:
    kind: ClassVar[str]
    group: ClassVar[ChangeGroup] = ChangeGroup.OTHER


# --- Milestones ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class _WholeMilestone(_Change):
    group = ChangeGroup.SCOPE
    milestone: Milestone


class MilestoneAdded(_WholeMilestone):
    """A milestone is new."""

    kind = "milestone added"


class MilestoneRemoved(_WholeMilestone):
    """A milestone is gone."""

    kind = "milestone removed"


@dataclass(frozen=True, kw_only=True)
class Recoded(_Change):
    """A milestone has another code; one of its two codes is among the `aka` of the other edition."""

    kind = "recoded"
    group = ChangeGroup.SCOPE
    old: str
    new: str
    old_aka: tuple[str, ...]
    new_aka: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class _OfMilestone(_Change):
    """A change of one fact about a milestone, named by its new code."""

    code: str
    old: Any
    new: Any


class Renamed(_OfMilestone):
    """A milestone has another name."""

    kind = "renamed"
    field: ClassVar = "name"


class _DateMoved(_OfMilestone):
    group = ChangeGroup.SLIPS

    @property
    def days(self) -> int | None:
        """Days by which the date is certainly later, negative when earlier.

        It is None where one of the two is missing or not known, and where they overlap.
        """
        return (self.by and slip(self.old, self.new)) or None

    @property
    def by(self) -> str:
        """The same in words, as in `2 days later` or `1 quarter earlier`; empty for None."""
        return "" if self.old is None or self.new is None else moved_by(self.old, self.new)

    @property
    def effect(self) -> str:
        """In which way the date has changed; see `milepost.base.dates.effect`."""
        return (
            "moved" if self.old is None or self.new is None else effect(planned(self.old), planned(self.new))
        )


@dataclass(frozen=True, kw_only=True)
class DueMoved(_DateMoved):
    """The baseline date has moved.

    Attributes:
        old_rank, new_rank: position among the milestones that have sections below the same one in both
            editions, counted from 1; 0 for others. They differ where the new date moves the section.
    """

    field: ClassVar = "due"
    old_rank: int
    new_rank: int


class ForecastMoved(_DateMoved):
    """The forecast has moved, is new or is gone: each date may be None."""

    field: ClassVar = "forecast"


class CompletionMoved(_DateMoved):
    """The date of a completion has been corrected."""

    kind = "completion moved"
    field: ClassVar = "completed"


@dataclass(frozen=True, kw_only=True)
class Completed(_Change):
    """An open milestone is completed."""

    kind = "completed"
    group = ChangeGroup.COMPLETIONS
    code: str
    on: date


@dataclass(frozen=True, kw_only=True)
class Reopened(_Change):
    """A completed milestone is open again."""

    kind = "reopened"
    group = ChangeGroup.COMPLETIONS
    code: str
    was: date


@dataclass(frozen=True, slots=True)
class SetAside:
    """That a milestone is `cancelled` or `deferred`: `state`, the day of the decision, and why."""

    state: str
    since: date | None
    reason: str | None


class StateChanged(_OfMilestone):
    """A milestone is cancelled, deferred, or neither any more: `old` and `new` are `SetAside` or None."""

    group = ChangeGroup.SCOPE
    field: ClassVar = "state"

    @property
    def effect(self) -> str:
        """What it is now: cancelled, deferred or reinstated."""
        return "reinstated" if self.new is None else str(self.new.state)


@dataclass(frozen=True, kw_only=True)
class DetailChanged(_OfMilestone):
    """Another field of a milestone has changed: `field` is its name in the model, values may be None."""

    kind = "detail changed"
    field: str


@dataclass(frozen=True, kw_only=True)
class _Predecessor(_Change):
    """`delivery` is whether the predecessor is delivered in the section of the milestone `code`."""

    group = ChangeGroup.SCOPE
    code: str
    predecessor: str
    delivery: bool


class PredecessorAdded(_Predecessor):
    """A milestone has a new predecessor."""

    kind = "predecessor added"


class PredecessorRemoved(_Predecessor):
    """A milestone no longer has a predecessor."""

    kind = "predecessor removed"


# --- Sections -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class SectionPlace:
    """A section in one of the two documents: its title, and its position, counted from 0, at each level."""

    title: str
    at: SectionKey


@dataclass(frozen=True, kw_only=True)
class _WholeSection(_Change):
    """`section` is without the sections below it, which have their own changes."""

    group = ChangeGroup.TEXT
    at: SectionKey
    section: Section


class SectionAdded(_WholeSection):
    """A section is new; `at` is its place in the new document."""

    kind = "section added"


class SectionRemoved(_WholeSection):
    """A section is gone; `at` was its place in the old document."""

    kind = "section removed"


@dataclass(frozen=True, kw_only=True)
class SectionMoved(_Change):
    """A section is at another place, and not only because others before it were added or removed."""

    kind = "section moved"
    group = ChangeGroup.TEXT
    before: SectionPlace
    after: SectionPlace


@dataclass(frozen=True, kw_only=True)
class SectionChanged(_Change):
    """The title, label or milestones of a section have changed; `field` is the name in the model."""

    kind = "section changed"
    group = ChangeGroup.TEXT
    before: SectionPlace
    after: SectionPlace
    field: str
    old: Any
    new: Any


@dataclass(frozen=True, kw_only=True)
class ProseChanged(_Change):
    """The text of a section has changed, or that of the abstract, where both places are None."""

    kind = "prose changed"
    group = ChangeGroup.TEXT
    before: SectionPlace | None
    after: SectionPlace | None
    old: Prose
    new: Prose

    @cached_property
    def words(self) -> tuple[Piece, ...]:
        """The words of both texts as one; see `milepost.diff.plain_words.difference`."""
        return difference(words_of(self.old), words_of(self.new))


# --- The rest -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class _WholeEntry(_Change):
    part: Part
    key: str
    index: int
    entry: KeyedValue


class EntryAdded(_WholeEntry):
    """A change record entry, reference, acronym or figure is new; `index` is its place now."""

    kind = "entry added"


class EntryRemoved(_WholeEntry):
    """A change record entry, reference, acronym or figure is gone; `index` was its place."""

    kind = "entry removed"


@dataclass(frozen=True, kw_only=True)
class EntryChanged(_Change):
    """A field of such an entry has changed; `before` and `after` are its places in the two documents."""

    kind = "entry changed"
    part: Part
    key: str
    before: int
    after: int
    field: str
    old: Any
    new: Any


@dataclass(frozen=True, kw_only=True)
class MetadataChanged(_Change):
    """A field of the title page, or another one about the whole document, has changed."""

    kind = "document changed"
    field: str
    old: Any
    new: Any


@dataclass(frozen=True, kw_only=True)
class Consequence(_Change):
    """What is printed differently because of others. `old` and `new` are numbers, dates or names."""

    kind = "follows"
    subject: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    sentence: str
    anchor: str
    place: SectionPlace | Part | None = None


Change = (
    MilestoneAdded
    | MilestoneRemoved
    | Recoded
    | Renamed
    | DueMoved
    | ForecastMoved
    | Completed
    | Reopened
    | CompletionMoved
    | StateChanged
    | DetailChanged
    | PredecessorAdded
    | PredecessorRemoved
    | SectionAdded
    | SectionRemoved
    | SectionMoved
    | SectionChanged
    | ProseChanged
    | EntryAdded
    | EntryRemoved
    | EntryChanged
    | MetadataChanged
    | Consequence
)


def kind_of(change: Change) -> str:
    """Return the kind of `change` in words, as in `milestone added` or `due made precise`."""
    match change:
        case StateChanged():
            return change.effect
        case DueMoved() | ForecastMoved():
            return f"{change.field} {change.effect}"
        case _:
            return change.kind


def new_codes(changes: Iterable[Change]) -> dict[str, str]:
    """Return the new code of each recoded milestone, by its old code."""
    return {change.old: change.new for change in changes if isinstance(change, Recoded)}
