"""Put every milestone of two states of a schedule into one class, and find what explains its move.

Forecasts and baselines are explained apart, so that one is never taken for the other. In each explanation,
every code of the two states is in exactly one class: the first one of `Kind` that holds.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from milepost.base.dates import iso, moved_by, planned, slip
from milepost.moves.causes import causes_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from milepost.base.dates import PlannedDate
    from milepost.moves.facts import Facts, Link, State

LEAST_ALIKE = 3
"""So many milestones that moved by the same time are a group."""


class Kind(StrEnum):
    """What became of a milestone, in the order in which it is decided.

    Attributes:
        RECODED: an earlier code; the milestone has its row under the new code.
        GONE: the later state does not have it.
        NEW: the earlier state did not have it.
        REOPENED: it was completed, and is open again.
        COMPLETED: it was open, and is completed.
        CORRECTED: it was completed, and the day is another one now.
        SET_ASIDE: it was cancelled or deferred.
        REINSTATED: it no longer is.
        RESTATED: its date is new, withdrawn, or a vague one that was changed, by no certain number of days.
        BELOW: it moved by fewer days than the threshold.
        FOLLOWS: a predecessor moved by the same time, directly or by way of others that did.
        CAUSE: it moved, and others follow it.
        ALIKE: it moved by the same time as at least two others.
        ALONE: it moved by itself.
        REBASELINED: its baseline moved, and its forecast did not. Only where forecasts are explained.
        NO_NEWS: its forecast is its baseline, now as before. Only where forecasts are explained.
        UNCHANGED: none of these.
    """

    RECODED = "recoded"
    GONE = "gone"
    NEW = "new"
    REOPENED = "open again"
    COMPLETED = "completed"
    CORRECTED = "completion corrected"
    SET_ASIDE = "cancelled or deferred"
    REINSTATED = "reinstated"
    RESTATED = "dated otherwise"
    BELOW = "below the threshold"
    FOLLOWS = "moved with a predecessor"
    CAUSE = "moved, and others with it"
    ALIKE = "moved by the same time as others"
    ALONE = "moved by itself"
    REBASELINED = "baseline moved"
    NO_NEWS = "no news"
    UNCHANGED = "unchanged"


MOVED = (Kind.CAUSE, Kind.FOLLOWS, Kind.ALIKE, Kind.ALONE)
"""The classes of what moved by at least the threshold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What became of one milestone.

    Attributes:
        code: of it; of what is gone or recoded, the earlier one.
        name: the present one, or the last one.
        kind: its class.
        other: of a recoded milestone its new code, of one that has a new code the earlier one.
        old, new: the date that is explained, before and now; of a completion, what was expected and the day.
        days: by which it is later, negative when earlier; from and to the last days of months and quarters.
            Of a completion, how late it was. 0 for what did not move.
        by: the same in words.
        cause: of what follows, the code of the milestone at the beginning of the chain.
        after: the predecessor by which it follows that.
        wbs: its place in the work breakdown structure.
    """

    code: str
    name: str
    kind: Kind
    other: str | None = None
    old: PlannedDate | None = None
    new: PlannedDate | None = None
    days: int = 0
    by: str = ""
    cause: str | None = None
    after: str | None = None
    wbs: str | None = None

    @property
    def dates(self) -> str:
        """Both dates, as in `2024-02-01 → 2024-03-01`."""
        return " → ".join(str(each) for each in (self.old, self.new) if each is not None)


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """What became of all milestones.

    Attributes:
        date: `forecast` or `due`, the date whose moves are explained.
        rows: one for each code of the two states, sorted by code.
        threshold: the days below which a move is no news.
        had_news, has_news: whether a forecast of the earlier and the later state differs from its due date.
    """

    date: str
    rows: tuple[Row, ...]
    threshold: int = 0
    had_news: bool = True
    has_news: bool = True

    @cached_property
    def counts(self) -> dict[Kind, int]:
        """How many rows each class has; the sum is the number of rows."""
        found = Counter(row.kind for row in self.rows)
        return {kind: found[kind] for kind in Kind}

    def of(self, *kinds: Kind) -> tuple[Row, ...]:
        """Return the rows of these classes."""
        return tuple(row for row in self.rows if row.kind in kinds)

    @cached_property
    def moved(self) -> tuple[Row, ...]:
        """The rows of what moved, whether below the threshold or not."""
        return self.of(*MOVED, Kind.BELOW)

    @cached_property
    def moved_days(self) -> int:
        """The sum of the days by which these moved, whichever way."""
        return sum(abs(row.days) for row in self.moved)

    @cached_property
    def by_code(self) -> dict[str, Row]:
        """The rows by their codes."""
        return {row.code: row for row in self.rows}

    @cached_property
    def followers(self) -> dict[str, tuple[str, ...]]:
        """The codes of what follows each cause."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for row in self.rows:
            if row.cause is not None:
                found[row.cause].append(row.code)
        return {code: tuple(codes) for code, codes in found.items()}


def explain(
    earlier: State, later: State, links: Iterable[Link] = (), threshold: int = 0
) -> tuple[Explanation, ...]:
    """Return the explanation of the forecasts, where both states have some, and that of the baselines.

    Args:
        earlier: the state before.
        later: the state now.
        links: between codes of the later state; those of others explain nothing.
        threshold: in days; smaller moves are put together.
    """
    links = tuple(links)
    stated = earlier.stated & later.stated
    recoded = _recoded(earlier, later)
    dates = [each for each in ("forecast", "due") if each in stated] or ["due"]
    return tuple(_explanation(date, earlier, later, recoded, links, threshold) for date in dates)


def _recoded(earlier: State, later: State) -> dict[str, str]:
    """Return the new code of each recoded milestone: by its list of earlier codes, or by its name.

    A name says so only if one milestone of that name vanished and one is new.
    """
    gone = earlier.milestones.keys() - later.milestones.keys()
    new = later.milestones.keys() - earlier.milestones.keys()
    found: dict[str, str] = {}
    for code in sorted(gone):
        now = later.aka.get(code)
        if now in new and now not in found.values():
            found[code] = now
    for now in sorted(new):  # what was done before may have been undone
        was = earlier.aka.get(now)
        if was in gone and was not in found and now not in found.values():
            found[was] = now
    by_name = _by_name(earlier, gone - found.keys()), _by_name(later, new - set(found.values()))
    for name, codes in by_name[0].items():
        others = by_name[1].get(name, [])
        if len(codes) == len(others) == 1:
            found[codes[0]] = others[0]
    return found


def _by_name(state: State, codes: Iterable[str]) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for code in sorted(codes):
        if name := state.milestones[code].name.casefold():
            found[name].append(code)
    return found


def _explanation(  # noqa: PLR0913, PLR0917 -- what is the same for both dates
    date: str,
    earlier: State,
    later: State,
    recoded: Mapping[str, str],
    links: Iterable[Link],
    threshold: int,
) -> Explanation:
    was = {now: code for code, now in recoded.items()}
    comparing = _Comparing(date, earlier.stated & later.stated, later.has_news, threshold)
    rows: dict[str, Row] = {}
    for code, facts in earlier.milestones.items():
        if code in recoded:
            rows[code] = Row(code=code, name=facts.name, kind=Kind.RECODED, other=recoded[code])
        elif code not in later.milestones:
            old = getattr(facts, comparing.field)
            rows[code] = Row(code=code, name=facts.name, kind=Kind.GONE, old=old, wbs=facts.wbs)
    for code, facts in later.milestones.items():
        before = earlier.milestones.get(was.get(code, code))
        if before is None:
            new = getattr(facts, comparing.field)
            rows[code] = Row(code=code, name=facts.name, kind=Kind.NEW, new=new, wbs=facts.wbs)
        else:
            row = comparing.row(code, before, facts)
            rows[code] = replace(row, other=was[code]) if code in was else row
    ends = ((recoded.get(before, before), recoded.get(after, after)) for before, after in links)
    _find_causes(rows, ends, with_completions=date == "forecast")
    return Explanation(
        date=date,
        rows=tuple(row for _, row in sorted(rows.items())),
        threshold=threshold,
        had_news=earlier.has_news,
        has_news=later.has_news,
    )


@dataclass(frozen=True, slots=True)
class _Comparing:
    """What is the same for all milestones that both states have.

    Attributes:
        date: the date that is explained.
        stated: the fields that both states have.
        has_news: whether a forecast of the later state differs from its baseline.
        threshold: in days.
    """

    date: str
    stated: frozenset[str]
    has_news: bool
    threshold: int

    def row(self, code: str, old: Facts, new: Facts) -> Row:
        """Return what became of a milestone, before its cause is looked for."""
        made = Row(code=code, name=new.name or old.name, kind=Kind.UNCHANGED, wbs=new.wbs or old.wbs)
        kind = self._event(old, new)
        if kind is Kind.COMPLETED and new.completed is not None:
            day = planned(new.completed)
            expected = old.expected if "forecast" in self.stated else old.due
            late = 0 if expected is None else slip(expected, day)
            return replace(made, kind=kind, old=expected, new=day, days=late, by=_late(late))
        if kind is Kind.CORRECTED and old.completed and new.completed:
            before, now = planned(old.completed), planned(new.completed)
            return replace(
                made, kind=kind, old=before, new=now, days=_days(before, now), by=moved_by(before, now)
            )
        if kind is not None:
            before = planned(old.completed) if old.completed else getattr(old, self.field)
            return replace(made, kind=kind, old=before, new=getattr(new, self.field))
        if self.date == "due":
            return self._moved(made, old.due, new.due)
        return self._forecast(made, old, new)

    @property
    def field(self) -> str:
        """The date of `Facts` that is compared: an open milestone without a forecast has its baseline."""
        return "expected" if self.date == "forecast" else "due"

    def _event(self, old: Facts, new: Facts) -> Kind | None:
        """Return the class of what is no move."""
        if "completed" in self.stated and old.completed != new.completed:
            if new.completed is None:
                return Kind.REOPENED
            return Kind.COMPLETED if old.completed is None else Kind.CORRECTED
        if "state" in self.stated and old.state != new.state:
            return Kind.SET_ASIDE if new.state is not None else Kind.REINSTATED
        return None

    def _forecast(self, made: Row, old: Facts, new: Facts) -> Row:
        is_rebaselined = "due" in self.stated and old.due != new.due
        is_open = new.completed is None
        # A state whose forecasts are all baselines has none: they did not move back.
        if is_open and self.has_news and (old.has_news or new.has_news):
            moved = self._moved(made, old.expected, new.expected)
            if moved.kind is not Kind.UNCHANGED:
                return moved
        if is_rebaselined:
            return replace(made, kind=Kind.REBASELINED, old=old.due, new=new.due)
        return replace(made, kind=Kind.NO_NEWS) if is_open and not new.has_news else made

    def _moved(self, made: Row, old: PlannedDate | None, new: PlannedDate | None) -> Row:
        """Return `made` with the move of a date; its class may change if there is a cause."""
        if old == new:
            return made
        by = "" if old is None or new is None else moved_by(old, new)
        if old is None or new is None or not by:
            return replace(made, kind=Kind.RESTATED, old=old, new=new)
        days = _days(old, new)
        kind = Kind.BELOW if abs(days) < self.threshold else Kind.ALONE
        return replace(made, kind=kind, old=old, new=new, days=days, by=by)


def _days(old: PlannedDate, new: PlannedDate) -> int:
    return (new.last - old.last).days


def _late(days: int) -> str:
    if not days:
        return "on time"
    return f"{abs(days)} {'day' if abs(days) == 1 else 'days'} {'late' if days > 0 else 'early'}"


def _find_causes(rows: dict[str, Row], links: Iterable[Link], *, with_completions: bool) -> None:
    """Change the class of rows that moved: those that follow others, those others, and equal moves.

    Args:
        rows: by code.
        links: between them.
        with_completions: whether what was completed late explains a move by as much.
    """
    moved = {code: row for code, row in rows.items() if row.kind is Kind.ALONE}
    groups: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    for code, row in moved.items():
        groups[row.days, row.by].append(code)
    completed: defaultdict[int, list[str]] = defaultdict(list)
    for code, row in rows.items():
        if with_completions and row.kind is Kind.COMPLETED:
            completed[row.days].append(code)
    found = causes_of(
        [(codes, completed[days]) for (days, _), codes in sorted(groups.items())],
        links,
        rows.keys(),
        lambda code: _sooner(rows[code]),
    )
    roots = {cause.root for cause in found.values()}
    alike = Counter(row.by for row in moved.values())
    for code, row in moved.items():
        if code in found:
            rows[code] = replace(row, kind=Kind.FOLLOWS, cause=found[code].root, after=found[code].after)
        elif code in roots:
            rows[code] = replace(row, kind=Kind.CAUSE)
        elif alike[row.by] >= LEAST_ALIKE:
            rows[code] = replace(row, kind=Kind.ALIKE)


def _sooner(row: Row) -> tuple[str, str]:
    return iso(row.new.last) if row.new else "", row.code
