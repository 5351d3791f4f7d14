"""The lines of YAML that authorise what is not authorised yet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from milepost.base.dates import iso
from milepost.base.errors import MilepostError
from milepost.diff.changes import Part
from milepost.loading.edit import append_entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from milepost.diff.changes import EntryAdded
    from milepost.diff.comparison import Comparison
    from milepost.document.model import ChangeRecordEntry

_RECORD = Part.CHANGE_RECORD.value
_AUTHORISES = "authorises"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLines:
    """What to write, and where.

    Attributes:
        file: the YAML.
        line: they are written below this line, or instead of it.
        replaces: whether they are written instead of it.
        lines: what to write.
    """

    file: str
    line: int
    replaces: bool = False
    lines: tuple[str, ...]

    @property
    def where(self) -> str:
        """The place in words."""
        return f"{'instead of' if self.replaces else 'below'} line {self.line} of {self.file}"


def lines_to_add(comparison: Comparison) -> RecordLines | None:
    """Return the lines after which every change is authorised, but for those of older entries; or None.

    They name the milestone, section or part of each change that is not authorised. The words of a new entry
    are a proposal, for people to write better.
    """
    wanted = dict.fromkeys(comparison.names[each.change] for each in comparison.unauthorised)
    names = [name for name in wanted if name != _RECORD]
    if not names or comparison.new.loaded.snapshot is not None:  # a state of the history has no record
        return None
    if comparison.new_entries:
        return _in_entry(comparison, comparison.new_entries[-1], names)
    return _new_entry(comparison, names)


def _in_entry(comparison: Comparison, added: EntryAdded, names: Sequence[str]) -> RecordLines | None:
    places, path = comparison.new.loaded.places, (_RECORD, added.index)
    if places.sign(path) == "{":
        return None  # all of the entry is in one line, in which people find the place
    already = getattr(added.entry, _AUTHORISES)
    key = places.of_key((*path, "date" if places.key((*path, _AUTHORISES)) is None else _AUTHORISES))
    indent = " " * (key.column - 1)
    if places.key((*path, _AUTHORISES)) is None:
        return RecordLines(file=key.file, line=key.line, lines=tuple(_items(indent, names)))
    if not already or places.sign((*path, _AUTHORISES)) == "[":
        line = f"{indent}{_AUTHORISES}: {_flow([*already, *names])}"
        return RecordLines(file=key.file, line=key.line, replaces=True, lines=(line,))
    last = places.of((*path, _AUTHORISES, len(already) - 1))
    indent = " " * max(last.column - 3, 0)
    lines = [f"{indent}- {_scalar(name)}" for name in names]
    return RecordLines(file=last.file, line=last.line, lines=tuple(lines))


def _new_entry(comparison: Comparison, names: Sequence[str]) -> RecordLines | None:
    new = comparison.new
    record, about, source = new.document.change_record, new.document.metadata, new.loaded.places.source
    last = record[-1] if record else None
    values = {
        "version": _next_version(record),
        "date": iso(max(about.data_date, last.date) if last else about.data_date),
        "owner": last.owner if last else next(iter(about.authors), ""),
        "description": comparison.sentence,
    }
    values = {key: value for key, value in values.items() if value}
    before = source.text.splitlines()
    if not record:
        pairs = [f"{key}: {_scalar(value)}" for key, value in values.items()]
        entry = [f"  {'  ' if number else '- '}{pair}" for number, pair in enumerate(pairs)]
        lines = [f"{_RECORD}:", *entry, *_items("    ", names)]
        return RecordLines(file=new.file, line=len(before), lines=tuple(lines))
    try:
        content = append_entry(source.text.encode(), new.file, (_RECORD,), values)
    except MilepostError:
        return None
    after = content.decode().splitlines()
    line = next(
        (at for at, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), len(before)
    )
    lines = after[line : line + len(after) - len(before)]
    if not lines:
        return None  # a list in one line
    indent = lines[-1][: len(lines[-1]) - len(lines[-1].lstrip(" "))]
    return RecordLines(file=new.file, line=line, lines=(*lines, *_items(indent, names)))


def _items(indent: str, names: Sequence[str]) -> list[str]:
    return [f"{indent}{_AUTHORISES}:", *(f"{indent}  - {_scalar(name)}" for name in names)]


def _next_version(record: Sequence[ChangeRecordEntry]) -> str:
    """Return the last version with its last number raised by one; nothing where there is no such number."""
    versions = [entry.version for entry in record if entry.version]
    if not versions or not re.search(r"[0-9]", versions[-1]):
        return "" if record else "1.0"
    return re.sub(r"[0-9]+(?=[^0-9]*$)", lambda found: str(int(found[0]) + 1), versions[-1], count=1)


def _scalar(text: str) -> str:
    """Return `text` as YAML, in quotes where it needs them; every plain word is text in this format."""
    if re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z.-]*", text):
        return text
    return yaml.safe_dump(text, allow_unicode=True, width=float("inf")).removesuffix("...\n").strip()


def _flow(texts: Sequence[str]) -> str:
    plain = all(re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z.-]*", text) for text in texts)
    if plain:
        return f"[{', '.join(texts)}]"
    return yaml.safe_dump([*texts], allow_unicode=True, width=float("inf"), default_flow_style=True).strip()
