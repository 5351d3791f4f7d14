"""The dates of each milestone in several editions, side by side."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from milepost.base.dates import iso, moved_by, slip
from milepost.diff.summary import edition_values
from milepost.document import schedule

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from milepost.diff.comparison import Edition
    from milepost.document.model import Milestone


_NOT_THERE, _NOT_KNOWN = ("", "not there"), ("", "not known")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A milestone in one edition.

    Attributes:
        due: the baseline date; empty where the edition does not have the milestone.
        state: the state and its day, or the forecast; else `not there`, or `not known` of a state in the
            history that says nothing about the milestone.
        moved: by how much the due date is later or earlier than in the edition before, in words.
        values: the same for programs.
    """

    due: str
    state: str
    moved: str
    values: dict[str, str | int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatesRow:
    """A milestone whose dates are not the same in all editions.

    Attributes:
        code, name: those of the last edition that has it.
        cells: the milestone in each edition.
        moved: by how much the due date is later or earlier in the last edition than in the first, in words.
        days: the same as a number; None where it is not certain.
    """

    code: str
    name: str
    cells: tuple[Cell, ...]
    moved: str
    days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """The editions, and the milestones in the order of the last one, then those gone."""

    editions: tuple[Edition, ...]
    rows: tuple[DatesRow, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the editions."""
        return tuple(edition.name for edition in self.editions)

    @property
    def values(self) -> dict[str, Any]:
        """The same for `summary.json`."""
        return {
            "editions": [edition_values(edition) for edition in self.editions],
            "milestones": [
                {
                    "code": row.code,
                    "name": row.name,
                    "days": row.days,
                    "in": [cell.values for cell in row.cells],
                }
                for row in self.rows
            ],
        }

    @property
    def number(self) -> int:
        """How many editions there are."""
        return len(self.names)

    @property
    def names_in_words(self) -> str:
        """The names as in a sentence."""
        return f"{', '.join(self.names[:-1])} and {self.names[-1]}"


def side_by_side(editions: Sequence[Edition]) -> SideBySide:
    """Return the dates in `editions`, the earliest first; milestones are matched by all their codes."""
    now: dict[str, str] = {}
    for edition in editions:
        now |= schedule.current_codes(edition.document.milestones)

    def current(code: str) -> str:
        seen = {code}
        while (code := now.get(code, code)) not in seen:
            seen.add(code)
        return code

    by_code = [{current(each.code): each for each in edition.document.milestones} for edition in editions]
    said = [_said(edition, current) for edition in editions]
    order = dict.fromkeys(code for found in reversed(by_code) for code in found)
    rows = []
    for code in order:
        found = [
            (edition, each.get(code) if codes is None or code in codes else None)
            for edition, each, codes in zip(editions, by_code, said, strict=True)
        ]
        texts = [_cell(edition, milestone) for edition, milestone in found]
        if len({text for text in texts if text != _NOT_KNOWN}) < 2:
            continue
        before = [None, *(milestone for _, milestone in found)]
        cells = (
            Cell(
                due=due,
                state=state,
                moved=_moved(one, other)[0],
                values=_values(edition, other, state) | {"days": _moved(one, other)[1]},
            )
            for (due, state), one, (edition, other) in zip(texts, before, found, strict=False)
        )
        moved, days = _moved(found[0][1], found[-1][1])
        name = next(milestone.name for _, milestone in reversed(found) if milestone)
        rows.append(DatesRow(code=code, name=name, cells=tuple(cells), moved=moved, days=days))
    return SideBySide(editions=tuple(editions), rows=tuple(rows))


def _said(edition: Edition, current: Callable[[str], str]) -> frozenset[str] | None:
    """Return the milestones about which a state in the history says something; None for a whole document."""
    places = edition.loaded.snapshot
    if places is None:
        return None
    cells = (places.scalar((row, 0)) for row in itertools.count())
    return frozenset(current(cell.text) for cell in itertools.takewhile(bool, cells) if cell)


def _cell(edition: Edition, milestone: Milestone | None) -> tuple[str, str]:
    """Return the due date and what has become of a milestone, as texts."""
    if milestone is None:
        return _NOT_THERE if edition.loaded.snapshot is None else _NOT_KNOWN
    day = schedule.since(milestone)
    words = str(schedule.state(milestone, edition.document.metadata.data_date))
    if day is not None:
        words = f"{words} {iso(day)}"
    elif milestone.forecast is not None:
        words = f"{words}, expected {milestone.forecast}"
    return str(milestone.due), words


def _values(edition: Edition, milestone: Milestone | None, state: str) -> dict[str, str | int | None]:
    """Return what `_cell` says, for programs; `state` are its words for a milestone that is not there."""
    if milestone is None:
        return {"due": None, "state": state, "since": None, "forecast": None}
    day = schedule.since(milestone)
    return {
        "due": str(milestone.due),
        "state": str(schedule.state(milestone, edition.document.metadata.data_date)),
        "since": None if day is None else iso(day),
        "forecast": None if milestone.forecast is None else str(milestone.forecast),
    }


def _moved(old: Milestone | None, new: Milestone | None) -> tuple[str, int | None]:
    """Return by how much a due date is later or earlier, in words and in days."""
    if old is None or new is None:
        return "", None
    words = moved_by(old.due, new.due)
    return words, slip(old.due, new.due) if words else None
