"""The texts in a change, by which it is known what follows from it."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from milepost.diff.changes import (
    EntryAdded,
    EntryRemoved,
    MilestoneAdded,
    MilestoneRemoved,
    ProseChanged,
    SectionAdded,
    SectionRemoved,
)
from milepost.diff.plain_words import words_of, words_of_line
from milepost.document.fields import KeyedValue
from milepost.prose.values import Block, Inline, figure_places

if TYPE_CHECKING:
    from milepost.diff.changes import Change


def said(change: Change, side: int) -> str:
    """Return the texts in a change, in the old or in the new edition."""
    if isinstance(change, EntryAdded | MilestoneAdded | SectionAdded):
        return text(change) if side else ""
    if isinstance(change, EntryRemoved | MilestoneRemoved | SectionRemoved):
        return "" if side else text(change)
    return text(getattr(change, "new" if side else "old", None))


def text(value: Any) -> str:  # noqa: PLR0911 -- one case for each kind of value
    """Return all texts in `value` in one."""
    if isinstance(value, str):
        return value
    if isinstance(value, tuple) and value and isinstance(value[0], Block):
        return words_of(value)
    if isinstance(value, tuple) and value and isinstance(value[0], Inline):
        return words_of_line(value)
    if isinstance(value, tuple):
        return " ".join(map(text, value))
    if isinstance(value, KeyedValue):
        return " ".join(text(getattr(value, name)) for name in type(value).model_fields)
    if is_dataclass(value):
        return " ".join(text(getattr(value, field.name)) for field in fields(value))
    return ""


def figures_in(change: Change, side: int) -> set[str]:
    """Return the names of the figures that the text of a change places, in the old or in the new edition."""
    if isinstance(change, SectionAdded | SectionRemoved):
        prose = change.section.text if isinstance(change, SectionAdded) == bool(side) else ()
    elif isinstance(change, ProseChanged):
        prose = change.new if side else change.old
    else:
        return set()
    return set(figure_places(prose))
