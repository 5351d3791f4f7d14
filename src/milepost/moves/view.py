"""What moved, ready to print."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.base.errors import count
from milepost.moves.explain import LEAST_ALIKE, Kind
from milepost.moves.lines import Line, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from milepost.moves.explain import Explanation, Row
    from milepost.moves.lines import Lines

_MOST_NAMED = 3
"""Causes or milestones that a line names."""
_MOST_LISTED = 6
"""Codes that are named of what is new, gone and so on."""
_LONGEST_NAME = 60
_DATES = {"forecast": "Forecasts", "due": "Due dates"}
_EVENTS = (Kind.NEW, Kind.GONE, Kind.RECODED, Kind.REOPENED, Kind.SET_ASIDE, Kind.REINSTATED)
_WORDS = {
    Kind.CORRECTED: "completed on another day",
    Kind.RESTATED: "with a date that is new, gone or more or less precise",
    Kind.BELOW: "below the threshold",
    Kind.FOLLOWS: "moved with a predecessor",
    Kind.CAUSE: "moved and others with {}",
    Kind.ALIKE: "moved by the same time as others",
    Kind.ALONE: "moved by {}",
    Kind.REBASELINED: "with another due date",
    Kind.NO_NEWS: "without news",
}
"""How many milestones are in a class, in words that follow the number; other classes say so themselves."""
_ONE, _MORE = {Kind.CAUSE: "it", Kind.ALONE: "itself"}, {Kind.CAUSE: "them", Kind.ALONE: "themselves"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """Milestones that moved by the same time, or nearly: by how much, how many, their share, and which."""

    by: str
    number: int
    share: str
    what: str

    @property
    def milestones(self) -> str:
        """How many, in words."""
        return _number(self.number, "milestone")

    @property
    def cells(self) -> tuple[str, ...]:
        """All that is in columns."""
        return self.by, self.milestones, self.share


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedView:
    """Milestones of one class: the class, and of each milestone its code and what became of it."""

    heading: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DateView:
    """The moves of forecasts, or of due dates.

    Attributes:
        name: of these dates.
        sentence: how many moved, by how much, and which share of it the lines have.
        lines: the heaviest ones first.
        listed: all milestones that moved, by class.
    """

    name: str
    sentence: str
    lines: tuple[LineView, ...]
    listed: tuple[ListedView, ...]

    @property
    def columns(self) -> tuple[tuple[str, ...], ...]:
        """The lines with all cells of a column as wide as its widest: numbers at its right end."""
        cells = [line.cells for line in self.lines]
        by, milestones, share = (max(map(len, column)) for column in zip(*cells, strict=True))
        return tuple(
            (moved.ljust(by), number.rjust(milestones), of.rjust(share), line.what)
            for (moved, number, of), line in zip(cells, self.lines, strict=True)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MovesView:
    """What became of all milestones.

    Attributes:
        counts: how many there are of each class, in a sentence.
        events: what is new, gone, completed and so on, in short sentences.
        dates: what moved.
        listed: all milestones of the classes that are no moves.
    """

    counts: str
    events: tuple[str, ...]
    dates: tuple[DateView, ...]
    listed: tuple[ListedView, ...]

    @property
    def is_short(self) -> bool:
        """Whether the lines are fewer than what moved."""
        return any(len(date.lines) < sum(len(each.rows) for each in date.listed) for date in self.dates)


def view_of(explanations: Sequence[Explanation]) -> MovesView:
    """Return the view of the explanations of one comparison; the classes are those of the first one."""
    first = explanations[0]
    moves = {Kind.RESTATED, Kind.BELOW, Kind.FOLLOWS, Kind.CAUSE, Kind.ALIKE, Kind.ALONE}
    return MovesView(
        counts=_counts(first),
        events=tuple(_events(first)),
        dates=tuple(_date(each, moves) for each in explanations if each.moved),
        listed=tuple(_listed(first, [kind for kind in Kind if kind not in moves])),
    )


def _counts(explanation: Explanation) -> str:
    found = [
        f"{number:,} {_WORDS.get(kind, str(kind)).format((_ONE if number == 1 else _MORE).get(kind))}"
        for kind, number in explanation.counts.items()
        if number
    ]
    return f"{_number(len(explanation.rows), 'milestone')}{': ' if found else ''}{', '.join(found)}."


def _events(explanation: Explanation) -> Iterator[str]:
    if explanation.date == "forecast" and explanation.had_news and not explanation.has_news:
        yield "Every forecast is the due date now, so that it is not known how forecasts moved."
    completed = explanation.of(Kind.COMPLETED)
    if completed:
        late = [row for row in completed if row.days > 0]
        most = max(late, key=lambda row: row.days, default=None)
        early = sum(row.days < 0 for row in completed)
        parts = (
            f"{len(late)} late (the most by {_number(most.days, 'day')}: {most.code})" if most else "",
            f"{len(completed) - len(late) - early} on time" if len(completed) > len(late) + early else "",
            f"{early} early" if early else "",
        )
        yield f"Completed: {', '.join(filter(None, parts))}; against the date expected before."
    for kind in _EVENTS:
        rows = explanation.of(kind)
        if rows:
            names = [f"{row.code} → {row.other}" if kind is Kind.RECODED else row.code for row in rows]
            yield f"{str(kind).capitalize()}: {_some(names, _MOST_LISTED)}."


def _date(explanation: Explanation, moves: Iterable[Kind]) -> DateView:
    lines = lines_of(explanation)
    shared = Line(rows=explanation.moved).wbs
    views = [_line(explanation, each, shared) for each in lines.lines]
    if lines.below is not None:
        less = f"less than {count(explanation.threshold, 'day')}"
        views.append(_line(explanation, lines.below, shared, less))
    return DateView(
        name=_DATES[explanation.date],
        sentence=_sentence(explanation, lines),
        lines=tuple(views),
        listed=tuple(_listed(explanation, [kind for kind in Kind if kind in moves])),
    )


def _sentence(explanation: Explanation, lines: Lines) -> str:
    number = len(explanation.moved)
    moved = f"{_number(number, 'milestone')} moved by {_number(explanation.moved_days, 'day')}"
    moved += " together" if number > 1 else ""
    if explanation.date == "forecast" and not explanation.had_news:
        moved += ", counted from due dates, because no forecast differed from these before"
    if not lines.rest:
        return f"{moved}."
    has = "this line is" if lines.number == 1 else f"these {lines.number} lines are"
    share = f"{100 * lines.days // explanation.moved_days} %"  # never 100 % for less than all
    return f"{moved}; {has} {share} of that, {_number(len(lines.rest), 'other')} the rest."


def _line(explanation: Explanation, line: Line, shared: str, by: str | None = None) -> LineView:
    says_more = line.wbs and not f"{shared}.".startswith(f"{line.wbs}.") and len(line.rows) >= LEAST_ALIKE
    where = f"mostly {line.wbs}: " if says_more else ""
    return LineView(
        by=by or line.by,
        number=len(line.rows),
        share=_share(line.days, explanation),
        what=f"{where}{_what(explanation, line)}",
    )


def _what(explanation: Explanation, line: Line) -> str:
    """Return which milestones a line is about: the causes with what follows them, and others."""
    if len(line.rows) == 1 and not line.followers:
        (row,) = line.rows
        return f"{row.code} {textwrap.shorten(row.name, _LONGEST_NAME, placeholder='…')}".rstrip()
    if not line.followers:
        return _some([row.code for row in line.rows])
    parts = [_head(explanation.by_code[code], number) for code, number in line.followers[:_MOST_NAMED]]
    more = line.followers[_MOST_NAMED:]
    if more:
        followers = sum(number for _, number in more)
        parts.append(f"{_number(len(more), 'other cause')} and {followers:,}")
    parts[0] += " with it" if line.followers[0][0] in {row.code for row in line.rows} else ""
    if line.others:
        parts.append(f"{line.others:,} {'other' if line.others == 1 else 'others'}")
    return ", ".join(parts)


def _head(cause: Row, followers: int) -> str:
    if cause.kind is Kind.COMPLETED:
        return f"{followers:,} with {cause.code} (completed {cause.by})"
    return f"{cause.code} and {followers:,}"


def _listed(explanation: Explanation, kinds: Iterable[Kind]) -> Iterator[ListedView]:
    """Yield the milestones of each class that has some; those of what moved, the greatest moves first."""
    for kind in kinds:
        rows = sorted(explanation.of(kind), key=lambda row: (-abs(row.days), row.days, row.code))
        if rows:
            heading = f"{str(kind).capitalize()} ({len(rows):,})"
            yield ListedView(heading=heading, rows=tuple((row.code, _became(row)) for row in rows))


def _became(row: Row) -> str:
    """Return what became of a milestone: its dates, by how much, and why."""
    why = ""
    if row.cause is not None:
        chain = f" by way of {row.after}" if row.after != row.cause else ""
        why = f"with {row.cause}{chain}"
    new_code = f"now {row.other}" if row.kind is Kind.RECODED else row.other and f"before: {row.other}"
    name = row.name if row.kind in {Kind.NEW, Kind.GONE} else ""
    return ", ".join(filter(None, (row.dates, row.by, why, new_code, name))) or row.name


def _some(names: Sequence[str], most: int = _MOST_NAMED) -> str:
    """Return the first of `names`, and how many others there are."""
    if len(names) <= most + 1:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {_number(len(names) - most, 'other')}"


def _number(number: int, what: str) -> str:
    return f"{number:,} {what if number == 1 else f'{what}s'}"


def _share(days: int, explanation: Explanation) -> str:
    return f"{round(100 * days / max(explanation.moved_days, 1))} %"
