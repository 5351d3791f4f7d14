"""The summary of a difference: as strings for a template, and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from milepost.base.dates import PlannedDate, iso
from milepost.base.marked import Mark
from milepost.diff.changes import ChangeGroup, CompletionMoved, DueMoved, ForecastMoved, ProseChanged, kind_of
from milepost.diff.plain_words import BREAK, abridged, shortened, words_of, words_of_line
from milepost.document.fields import KeyedValue
from milepost.document.selection import Selection
from milepost.moves.values import values_of
from milepost.moves.view import view_of
from milepost.prose.values import Block, Inline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from milepost.base.marked import Piece
    from milepost.diff.changes import Change
    from milepost.diff.comparison import Comparison, Edition
    from milepost.diff.sentences import Explained
    from milepost.moves.view import MovesView

SCHEMA = 2
"""The version of the JSON; a change that breaks readers needs a new one."""

_FOLDED_FROM = 15
"""Parts with so many rows are folded."""
_AROUND = 8
"""Words shown on each side of a change of prose."""
_LONGEST_TEXT = 3000
"""Characters shown of a changed text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A date that has moved, is new or is gone, as printed."""

    code: str
    name: str
    date: str
    before: str
    now: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRow:
    """A change of a text: the sentence, and the lines that have changed."""

    sentence: str
    lines: tuple[tuple[Piece, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartView:
    """Changes of one group.

    Attributes:
        heading: of the part.
        kind: what the rows are: `slips`, `texts` or `sentences`.
        rows: instances of `Slip` or `TextRow`, or sentences.
        count: how many rows there are, including those that are left out.
        following: sentences about what follows from the slips.
    """

    heading: str
    kind: str
    rows: tuple[Any, ...]
    count: int
    following: tuple[str, ...] = ()

    @property
    def left_out(self) -> int:
        """How many rows were left out."""
        return self.count - len(self.rows)

    def cut(self, rows: int) -> PartView:
        """Return the part with at most `rows` rows."""
        return replace(self, rows=self.rows[:rows])

    @property
    def folded(self) -> bool:
        """Whether the part is so long that it is folded."""
        return len(self.rows) >= _FOLDED_FROM


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryView:
    """What a summary prints.

    Attributes:
        handle: of the document.
        old, new: the names of the editions.
        headline: the difference in one line.
        authority: how many changes the change record authorises, in a sentence; empty where none needs it.
        moves: what moved, in a few lines; None where these are no fewer than the dates that moved.
        parts: the changes, and those that are not authorised.
    """

    handle: str
    old: str
    new: str
    headline: str
    authority: str
    moves: MovesView | None
    parts: tuple[PartView, ...]

    def of(self, part: PartView) -> SummaryView:
        """Return the summary of `part` alone."""
        return replace(self, moves=None, parts=(part,))


def view(comparison: Comparison) -> SummaryView:
    """Return the summary of `comparison`."""
    parts = [_part(group, comparison.explained) for group in ChangeGroup]
    if comparison.is_partly_authorised:
        unauthorised = tuple(each.sentence for each in comparison.unauthorised)
        parts.append(_sentences("Not authorised", unauthorised))
    unknown = tuple(
        f"The entry {each.entry} authorises “{shortened(each.name)}”, which neither document has."
        for each in comparison.unknown
    )
    parts.append(_sentences("Authorised, but unknown", unknown))
    return SummaryView(
        handle=shortened(comparison.new.document.metadata.handle),
        old=shortened(comparison.old.name),
        new=shortened(comparison.new.name),
        headline=comparison.sentence,
        authority=authority(comparison),
        moves=moves(comparison),
        parts=tuple(part for part in parts if part.rows),
    )


def moves(comparison: Comparison) -> MovesView | None:
    """Return what moved, if the lines are fewer than the dates that moved."""
    shown = view_of(comparison.moves)
    return shown if shown.is_short else None


def authority(comparison: Comparison) -> str:
    """Return in a sentence whether the change record authorises the changes; empty where none needs it."""
    missing = len(comparison.unauthorised)
    if comparison.is_partly_authorised:
        return f"No new entry of the change record authorises {missing} of these changes."
    if missing:
        return "No new entry of the change record authorises these changes."
    return "The change record authorises all of these changes." if comparison.authorised else ""


def _part(group: ChangeGroup, explained: tuple[Explained, ...]) -> PartView:
    here = [each for each in explained if each.group is group]
    if group is ChangeGroup.SLIPS:
        slips = tuple(_slip(each) for each in here if each.is_edit)
        following = tuple(each.sentence for each in here if not each.is_edit)
        return PartView(heading=group, kind="slips", rows=slips, count=len(slips), following=following)
    if group is ChangeGroup.TEXT:
        return PartView(heading=group, kind="texts", rows=tuple(map(_text, here)), count=len(here))
    return _sentences(group, tuple(each.sentence for each in here))


def _sentences(heading: str, sentences: tuple[str, ...]) -> PartView:
    return PartView(heading=heading, kind="sentences", rows=sentences, count=len(sentences))


def _slip(explained: Explained) -> Slip:
    change = explained.change
    assert isinstance(change, DueMoved | ForecastMoved | CompletionMoved)  # noqa: S101 -- for mypy
    return Slip(
        code=change.code,
        name=shortened(explained.name or ""),
        date=change.field,
        before="none" if change.old is None else str(change.old),
        now="none" if change.new is None else str(change.new),
        by=change.by or (change.effect if change.effect != "moved" else ""),
    )


def _text(explained: Explained) -> TextRow:
    change = explained.change
    if not isinstance(change, ProseChanged):
        return TextRow(sentence=explained.sentence)
    lines = changed_lines(change)
    same = "" if lines else " Its words are the same; their markup is not."
    return TextRow(sentence=f"{explained.sentence}{same}", lines=lines)


def changed_lines(change: ProseChanged) -> tuple[tuple[Piece, ...], ...]:
    """Return the lines of a text that have changed, with some words around; none if only markup has."""
    if all(mark is Mark.KEPT for mark, _ in change.words):
        return ()
    return _lines(_begun(abridged(change.words, _AROUND)))


def _begun(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """Return the beginning of `pieces`, no longer than what is shown."""
    shown: list[Piece] = []
    left = _LONGEST_TEXT
    for mark, text in pieces:
        if len(text) > left:
            return (*shown, (mark, f"{text[:left]}…"), (Mark.KEPT, "(and more)"))
        shown.append((mark, text))
        left -= len(text)
    return tuple(shown)


def _lines(pieces: tuple[Piece, ...]) -> tuple[tuple[Piece, ...], ...]:
    """Return `pieces` line by line, with a sign for a line end that is not in both texts."""
    lines: list[list[Piece]] = [[]]
    for mark, text in pieces:
        if text != BREAK:
            lines[-1].append((mark, text))
            continue
        if mark is not Mark.KEPT:
            lines[-1].append((mark, "¶"))
        lines.append([])
    return tuple(tuple(line) for line in lines if line)


def as_json(
    comparison: Comparison,
    origins: Mapping[Change, Any],
    about: Mapping[Change, Any] | None = None,
    dates: Mapping[str, Any] | None = None,
    slack: Mapping[Change, Sequence[Any]] | None = None,
) -> str:
    """Return `comparison` as JSON; `docs/reference/diff-schema.json` describes it.

    Args:
        comparison: the two editions.
        origins: who made the changes, where git knows: dataclasses with texts.
        about: what each change is about in the YAML, likewise.
        dates: the dates of more than two editions, for JSON.
        slack: what moves of dates use of the time before successors, as dataclasses.
    """
    refused = {each.change for each in comparison.unauthorised}
    numbers = {each.change: number for number, each in enumerate(comparison.explained)}
    values = {
        "schema": SCHEMA,
        "old": edition_values(comparison.old),
        "new": edition_values(comparison.new),
        "headline": comparison.headline,
        "counts": {
            group.name.lower(): sum(each.group is group and each.is_edit for each in comparison.explained)
            for group in ChangeGroup
        },
        "changes": [
            {
                **_change(each),
                "printed": each.is_printed,
                "authorised": (each.cause or each.change) not in refused,
                "authorised_by": list(comparison.authorised_by[each.change]),
                "follows": each.follows,
                "cause": None if each.cause is None else numbers[each.cause],
                "origin": asdict(origins[each.change]) if each.change in origins else None,
                "about": asdict(about[each.change]) if about else None,
                "slack": [asdict(used) for used in (slack or {}).get(each.change, ())],
            }
            for each in comparison.explained
        ],
        "moves": values_of(comparison.moves),
        "dates": dates,
        "unauthorised": len(comparison.unauthorised),
        "unknown": [{"entry": each.entry, "name": each.name} for each in comparison.unknown],
    }
    return json.dumps(values, indent=1, ensure_ascii=False) + "\n"


def edition_values(edition: Edition) -> dict[str, Any]:
    """Return what JSON says of an edition."""
    about, record = edition.document.metadata, edition.document.change_record
    return {
        "name": edition.name,
        "file": edition.file,
        "commit": edition.commit,
        "handle": about.handle,
        "version": record[-1].version if record else None,
        "status": about.status,
        "data_date": iso(about.data_date),
    }


def _change(explained: Explained) -> dict[str, Any]:
    change = explained.change
    return {
        "kind": kind_of(change),
        "group": explained.group.name.lower(),
        "sentence": explained.sentence,
        "milestone": explained.code,
        "days": explained.days,
        "values": {
            field.name: _value(getattr(change, field.name))
            for field in fields(change)
            if explained.is_edit or field.name in {"subject", "old", "new"}
        },
    }


def _value(value: Any) -> Any:  # noqa: PLR0911 -- one case for each kind of value
    """Return a value of a change for JSON: dates and prose as text, parts of documents as objects."""
    match value:
        case None | bool() | int() | str():
            return value
        case date():
            return iso(value)
        case PlannedDate():
            return str(value)
        case Selection():
            beside = type(value).model_fields.keys() - Selection.model_fields.keys()
            return value.as_keys() | {name: _value(getattr(value, name)) for name in sorted(beside)}
        case KeyedValue():
            return {name: _value(getattr(value, name)) for name in type(value).model_fields}
        case tuple() if value and isinstance(value[0], Block):
            return words_of(value)
        case tuple() if value and isinstance(value[0], Inline):
            return words_of_line(value)
        case tuple():
            return [_value(item) for item in value]
        case _ if is_dataclass(value):
            return {field.name: _value(getattr(value, field.name)) for field in fields(value)}
        case _:
            raise TypeError(f"{value!r} cannot be written as JSON")
