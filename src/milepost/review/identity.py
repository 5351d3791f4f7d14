"""What a comment of a reviewer says of the change that it is about, so that its place is found again later.

A change is named by what it is about in the YAML, by code, label or key and by field, never by its number or
line. The page and the marked PDF hold this for each change, and `comments.json` repeats it;
`docs/reference/comments-schema.json` describes it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from milepost.base.dates import PlannedDate, iso
from milepost.diff.changes import (
    Completed,
    Consequence,
    EntryAdded,
    EntryChanged,
    EntryRemoved,
    MetadataChanged,
    MilestoneAdded,
    MilestoneRemoved,
    Part,
    PredecessorAdded,
    PredecessorRemoved,
    ProseChanged,
    Recoded,
    Reopened,
    SectionAdded,
    SectionChanged,
    SectionMoved,
    SectionRemoved,
    StateChanged,
    kind_of,
)
from milepost.diff.plain_words import words_of, words_of_line
from milepost.document.model import PARTS_OF_SETTINGS, Metadata
from milepost.document.traverse import section_path
from milepost.prose.values import Block, Inline

if TYPE_CHECKING:
    from milepost.base.errors import ValuePath
    from milepost.diff.changes import Change, SectionKey, SectionPlace
    from milepost.diff.comparison import Comparison, Edition
    from milepost.document.model import Section

SCHEMA = 1
"""The version of `comments.json`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a change is about.

    Attributes:
        part: the key of the YAML at the top in which it is: `milestones`, `sections`, `document`, ...
        key: the code of the milestone, the label of the section or the key of the entry; in the change record
            its version or else its date; None for `document`, and for a section without a label.
        titles: of a section, from the top down; None for others.
        field: the key in the YAML; None for a whole milestone, section or entry.
        item: what is new or gone in a list of names, such as a predecessor; None otherwise.
    """

    part: str
    key: str | None = None
    titles: tuple[str, ...] | None = None
    field: str | None = None
    item: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A change as a comment repeats it.

    Attributes:
        about: what it is about.
        change: its kind, as in `summary.json`.
        old, new: the value in both editions as the YAML has it; None where there is none, or no single one.
        accepts: what a reviewer can propose instead: a `day`, a `date` of the plan, a `line` or a `text`;
            empty for nothing.
    """

    about: About
    change: str
    old: str | None = None
    new: str | None = None
    accepts: str = ""

    @property
    def as_json(self) -> str:
        """The keys of a comment that the change gives, as JSON."""
        values = {"about": asdict(self.about), "change": self.change, "old": self.old, "new": self.new}
        return json.dumps(values, ensure_ascii=False)


def identities(comparison: Comparison) -> dict[Change, Identity]:
    """Return what comments say of each change."""
    following = (each.change for each in comparison.explained if not each.is_edit)
    return {change: _identity(comparison, change) for change in (*comparison.changes, *following)}


def editions(comparison: Comparison) -> str:
    """Return the keys at the top of `comments.json` that the comparison gives, as JSON."""
    old, new = (
        {"name": edition.name, "commit": edition.commit} for edition in (comparison.old, comparison.new)
    )
    handle = comparison.new.document.metadata.handle
    return json.dumps({"schema": SCHEMA, "document": handle, "old": old, "new": new}, ensure_ascii=False)


def digest(comparison: Comparison) -> str:
    """Return what a page keeps comments by: the same for the same contents of both editions."""
    loaded = (comparison.old.loaded, comparison.new.loaded)
    sources = (places.source.text for each in loaded for places in (each.places, each.snapshot) if places)
    return sha256("\0".join(sources).encode()).hexdigest()[:16]


def _identity(  # noqa: PLR0911, PLR0912 -- one case for each kind of change
    comparison: Comparison, change: Change
) -> Identity:
    kind = kind_of(change)
    match change:
        case MilestoneAdded(milestone=milestone) | MilestoneRemoved(milestone=milestone):
            return Identity(about=About(part="milestones", key=milestone.code), change=kind)
        case Recoded(old=old, new=new):
            about = About(part="milestones", key=new, field="code")
            return Identity(about=about, change=kind, old=old, new=new)
        case Completed(code=code, on=day):
            return _value(About(part="milestones", key=code, field="completed"), kind, None, day)
        case Reopened(code=code, was=day):
            return _value(About(part="milestones", key=code, field="completed"), kind, day, None)
        case StateChanged(code=code, old=old, new=new):
            about = About(part="milestones", key=code, field="state")
            return _value(about, kind, old and old.state, new and new.state)
        case (
            PredecessorAdded(code=code, predecessor=other) | PredecessorRemoved(code=code, predecessor=other)
        ):
            about = About(part="milestones", key=code, field="predecessors", item=other)
            return Identity(about=about, change=kind)
        case SectionAdded(at=at):
            return Identity(about=_section(comparison.new, at, None), change=kind)
        case SectionRemoved(at=at):
            return Identity(about=_section(comparison.old, at, None), change=kind)
        case SectionMoved(after=after):
            return Identity(about=_section(comparison.new, after.at, None), change=kind)
        case SectionChanged(after=after, field=field, old=old, new=new):
            return _value(_section(comparison.new, after.at, field), kind, old, new)
        case ProseChanged(before=before, after=after):
            return _prose(comparison, kind, before, after)
        case EntryAdded(part=part, key=key) | EntryRemoved(part=part, key=key):
            return Identity(about=About(part=part.value, key=key), change=kind)
        case EntryChanged():
            return _entry(comparison, change)
        case MetadataChanged(field="unexpanded"):
            return Identity(about=About(part="unexpanded"), change=kind)
        case MetadataChanged(field=field, old=old, new=new) if field in PARTS_OF_SETTINGS:
            return _value(About(part=PARTS_OF_SETTINGS[field], field=field), kind, old, new)
        case MetadataChanged(field=field, old=old, new=new):
            about = About(part="document", field=Metadata.model_fields[field].alias or field)
            return _value(about, kind, old, new)
        case Consequence(place=place, old=was, new=now):
            return Identity(about=_place(comparison, place), change=kind, old=_text(was), new=_text(now))
        case _:
            about = About(part="milestones", key=change.code, field=change.field)
            return _value(about, kind, change.old, change.new)


def _place(comparison: Comparison, place: SectionPlace | Part | None) -> About:
    """Return what is about a place: a section of the new edition, a part, or the title page."""
    if isinstance(place, Part):
        return About(part=place.value)
    return _section(comparison.new, place.at, None) if place else About(part="document")


def _section(edition: Edition, at: SectionKey, field: str | None) -> About:
    """Return what is about the section at a position, counted from 0 at each level."""
    titles: list[str] = []
    sections: tuple[Section, ...] = edition.document.sections
    label = None
    for index in at:
        label = sections[index].label
        titles.append(sections[index].title)
        sections = sections[index].sections
    return About(part="sections", key=label, titles=tuple(titles), field=field)


def _prose(comparison: Comparison, kind: str, old: SectionPlace | None, new: SectionPlace | None) -> Identity:
    """Return the identity of a change of a text, with its markup in both editions."""
    abstract = About(part="document", field="abstract")
    about = abstract if new is None else _section(comparison.new, new.at, "text")
    was, now = (
        written(edition, (*section_path(place.at), "text") if place else ("document", "abstract"))
        for edition, place in ((comparison.old, old), (comparison.new, new))
    )
    return Identity(about=about, change=kind, old=was, new=now, accepts="text")


def _entry(comparison: Comparison, change: EntryChanged) -> Identity:
    about = About(part=change.part.value, key=change.key, field=change.field)
    if not any(_is_prose(value) for value in (change.old, change.new)):
        return _value(about, change.kind, change.old, change.new)
    in_record = change.part is Part.CHANGE_RECORD
    was, now = (
        written(edition, (change.part.value, index if in_record else change.key, change.field))
        for edition, index in ((comparison.old, change.before), (comparison.new, change.after))
    )
    return Identity(about=about, change=change.kind, old=was, new=now, accepts="text")


def written(edition: Edition, path: ValuePath) -> str | None:
    """Return the text at `path` as the YAML has it, or None if there is none."""
    scalar = edition.loaded.places.scalar(path)
    return None if scalar is None or scalar.is_absent else scalar.text.rstrip("\n")


def _value(about: About, kind: str, old: Any, new: Any) -> Identity:
    """Return the identity of a change of one value; only single values can be proposed."""
    single = all(value is None or isinstance(value, str | int | date | PlannedDate) for value in (old, new))
    kinds = {date: "day", PlannedDate: "date"}
    sort = next((name for each, name in kinds.items() if isinstance(new or old, each)), "line")
    accepts = sort if single else ""
    return Identity(about=about, change=kind, old=_text(old), new=_text(new), accepts=accepts)


def _text(value: Any) -> str | None:  # noqa: PLR0911 -- one case for each kind of value
    """Return a value as the YAML has it, or as readers see it where it is not a single one."""
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case date():
            return iso(value)
        case str() | int() | PlannedDate():
            return str(value)
        case tuple() if all(isinstance(item, str) for item in value):
            return ", ".join(value) or None
        case tuple() if value and isinstance(value[0], Block):
            return words_of(value)
        case tuple() if value and isinstance(value[0], Inline):
            return words_of_line(value)
        case _:
            return None


def _is_prose(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], Inline | Block)
