"""Changes: what differs between two documents, as values.

Each class says one thing that a reviewer would say. Each knows its mirror image, the change that undoes it;
`mirrored` gives those of a whole difference. `milepost.diff.compare` finds changes and applies them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

from milepost.base.dates import slip

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from milepost.document.model import KeyedValue, Milestone, Section
    from milepost.document.prose import Prose

SectionKey = tuple[int, ...]


class Part(StrEnum):
    """The parts of a document that are collections of entries; each name is the model's field."""

    CHANGE_RECORD = "change_record"
    REFERENCES = "references"
    ACRONYMS = "acronyms"
    FIGURES = "figures"


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneAdded:
    """A milestone is new."""

    kind: ClassVar = "milestone added"
    milestone: Milestone

    def mirrored(self) -> Change:
        """Return the change that undoes this one."""
        return MilestoneRemoved(milestone=self.milestone)


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneRemoved:
    """A milestone is gone."""

    kind: ClassVar = "milestone removed"
    milestone: Milestone

    def mirrored(self) -> Change:
        """Return the change that undoes this one."""
        return MilestoneAdded(milestone=self.milestone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recoded:
    """A milestone has another code; the earlier one is among its `aka`, or was."""

    kind: ClassVar = "recoded"
    old: str
    new: str
    old_aka: tuple[str, ...]
    new_aka: tuple[str, ...]

    def mirrored(self) -> Change:
        """Return the change that undoes this one."""
        return Recoded(old=self.new, new=self.old, old_aka=self.new_aka, new_aka=self.old_aka)


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfMilestone:
    """A change of one fact about a milestone, whose code is the new one where it was recoded."""

    code: str
    old: Any
    new: Any

    def mirrored(self) -> Change:
        """Return the change that undoes this one, as far as the milestone keeps its code."""
        return replace(self, old=self.new, new=self.old)  # type: ignore[return-value]  # every subclass is a Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed(_OfMilestone):
    """A milestone has another name; both are strings."""

    kind: ClassVar = "renamed"
    field: ClassVar = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class DueMoved(_OfMilestone):
    """The baseline date has moved.

    Attributes:
        old, new: dates.
        old_rank, new_rank: its position among the milestones of its level, counted from 1; they differ where
            the new date moves it to another place in the document.
    """

    kind: ClassVar = "due moved"
    field: ClassVar = "due"
    old_rank: int
    new_rank: int

    @property
    def days(self) -> int:
        """By how many days it is later; negative when earlier."""
        return slip(self.old, self.new)

    def mirrored(self) -> Change:
        """Return the change that undoes this one."""
        return replace(self, old=self.new, new=self.old, old_rank=self.new_rank, new_rank=self.old_rank)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastMoved(_OfMilestone):
    """The forecast has moved, come or gone: each date may be None."""

    kind: ClassVar = "forecast moved"
    field: ClassVar = "forecast"

    @property
    def days(self) -> int | None:
        """By how many days it is later; None where one of the two is missing."""
        return None if self.old is None or self.new is None else slip(self.old, self.new)


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """An open milestone is completed."""

    kind: ClassVar = "completed"
    field: ClassVar = "completed"
    code: str
    on: date

    def mirrored(self) -> Change:
        """Return the change that undoes this one."""
        return Reopened(code=self.code, was=self.on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """A completed milestone is open again."""

    kind: ClassVar = "reopened"
    field: ClassVar = "completed"
    code: str
    was: date

    def mirrored(self) -> Change:
        """Return the change that undoes this one."""
        return Completed(code=self.code, on=self.was)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionMoved(_OfMilestone):
    """The date of a completion has been put right."""

    kind: ClassVar = "completion moved"
    field: ClassVar = "completed"

    @property
    def days(self) -> int:
        """By how many days it is later; negative when earlier."""
        return slip(self.old, self.new)


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailChanged(_OfMilestone):
    """Another field of a milestone has changed: `field` is its name in the model, values may be None."""

    kind: ClassVar = "detail changed"
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PredecessorAdded:
    """A milestone has a new predecessor; `delivery` when it is of a lower level."""

    kind: ClassVar = "predecessor added"
    code: str
    predecessor: str
    delivery: bool

    def mirrored(self) -> Change:
        """Return the change that undoes this one."""
        return PredecessorRemoved(code=self.code, predecessor=self.predecessor, delivery=self.delivery)


@dataclass(frozen=True, slots=True, kw_only=True)
class PredecessorRemoved:
    """A milestone has lost a predecessor; `delivery` when it is of a lower level."""

    kind: ClassVar = "predecessor removed"
    code: str
    predecessor: str
    delivery: bool

    def mirrored(self) -> Change:
        """Return the change that undoes this one."""
        return PredecessorAdded(code=self.code, predecessor=self.predecessor, delivery=self.delivery)


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionPlace:
    """A section in one of the two documents: its title, and its position, counted from 0, at each level."""

    title: str
    at: SectionKey


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionAdded:
    """A section is new; `section` is without the sections below it, which are said to be new themselves."""

    kind: ClassVar = "section added"
    at: SectionKey
    section: Section

    def mirrored(self) -> Change:
        """Return the change that undoes this one."""
        return SectionRemoved(at=self.at, section=self.section)


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionRemoved:
    """A section is gone; `section` as in `SectionAdded`, `at` where it was."""

    kind: ClassVar = "section removed"
    at: SectionKey
    section: Section

    def mirrored(self) -> Change:
        """Return the change that undoes this one."""
        return SectionAdded(at=self.at, section=self.section)


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionMoved:
    """A section stands elsewhere: not only because others came or went before it."""

    kind: ClassVar = "section moved"
    before: SectionPlace
    after: SectionPlace

    def mirrored(self) -> Change:
        """Return the change that undoes this one."""
        return SectionMoved(before=self.after, after=self.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionChanged:
    """The title, label or milestones of a section have changed; `field` is the name in the model."""

    kind: ClassVar = "section changed"
    before: SectionPlace
    after: SectionPlace
    field: str
    old: Any
    new: Any

    def mirrored(self) -> Change:
        """Return the change that undoes this one."""
        return replace(self, before=self.after, after=self.before, old=self.new, new=self.old)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProseChanged:
    """The text of a section has changed, or that of the abstract, where both places are None."""

    kind: ClassVar = "prose changed"
    before: SectionPlace | None
    after: SectionPlace | None
    old: Prose
    new: Prose

    def mirrored(self) -> Change:
        """Return the change that undoes this one."""
        return ProseChanged(before=self.after, after=self.before, old=self.new, new=self.old)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryAdded:
    """A change record entry, reference, acronym or figure is new; `index` is its place now."""

    kind: ClassVar = "entry added"
    part: Part
    key: str
    index: int
    entry: KeyedValue

    def mirrored(self) -> Change:
        """Return the change that undoes this one."""
        return EntryRemoved(part=self.part, key=self.key, index=self.index, entry=self.entry)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRemoved:
    """A change record entry, reference, acronym or figure is gone; `index` was its place."""

    kind: ClassVar = "entry removed"
    part: Part
    key: str
    index: int
    entry: KeyedValue

    def mirrored(self) -> Change:
        """Return the change that undoes this one."""
        return EntryAdded(part=self.part, key=self.key, index=self.index, entry=self.entry)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryChanged:
    """A field of such an entry has changed; `before` and `after` are its places in the two documents."""

    kind: ClassVar = "entry changed"
    part: Part
    key: str
    before: int
    after: int
    field: str
    old: Any
    new: Any

    def mirrored(self) -> Change:
        """Return the change that undoes this one."""
        return replace(self, before=self.after, after=self.before, old=self.new, new=self.old)


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataChanged:
    """A field of the title page or of what controls the document has changed: its name in the model."""

    kind: ClassVar = "document changed"
    field: str
    old: Any
    new: Any

    def mirrored(self) -> Change:
        """Return the change that undoes this one."""
        return replace(self, old=self.new, new=self.old)


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
)


def mirrored(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return what undoes `changes`, which are all of one difference: the difference the other way round.

    The order may be another. A change bears the code that its milestone has afterwards; the mirror image of a
    change of a milestone that was recoded therefore bears the code that it had before.
    """
    changes = tuple(changes)
    earlier = {change.new: change.old for change in changes if isinstance(change, Recoded)}
    return tuple(_with_codes(change.mirrored(), earlier) for change in changes)


def _with_codes(change: Change, codes: Mapping[str, str]) -> Change:
    fields = ("code", "predecessor")
    names = {name: codes[code] for name in fields if (code := getattr(change, name, "")) in codes}
    return replace(change, **names)  # type: ignore[arg-type]  # only fields that it has
