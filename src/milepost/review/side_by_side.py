"""The dates of each milestone in several editions, side by side."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.base.dates import PlannedDate, iso, moved_by
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
    """

    due: str = ""
    state: str = ""
    moved: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatesRow:
    """A milestone whose dates are not the same in all editions; `moved` is from the first to the last one."""

    code: str
    name: str
    cells: tuple[Cell, ...]
    moved: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """The editions by their names, and the milestones in the order of the last one, then those gone."""

    names: tuple[str, ...]
    rows: tuple[DatesRow, ...]

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
        cells = [_cell(edition, milestone) for edition, milestone in found]
        if len({cell for cell in cells if cell != _NOT_KNOWN}) < 2:
            continue
        dues = [milestone.due if milestone else None for _, milestone in found]
        moves = ["", *(_moved(one, other) for one, other in itertools.pairwise(dues))]
        name = next(milestone.name for _, milestone in reversed(found) if milestone)
        rows.append(
            DatesRow(
                code=code,
                name=name,
                cells=tuple(
                    Cell(due=due, state=state, moved=moved)
                    for (due, state), moved in zip(cells, moves, strict=True)
                ),
                moved=_moved(dues[0], dues[-1]),
            )
        )
    return SideBySide(names=tuple(edition.name for edition in editions), rows=tuple(rows))


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


def _moved(old: PlannedDate | None, new: PlannedDate | None) -> str:
    return "" if old is None or new is None else moved_by(old, new)
