"""The difference of two Gantt charts: one chart in which each row also has its old dates."""

from __future__ import annotations

from dataclasses import replace
from heapq import merge
from typing import TYPE_CHECKING

from milepost.base.dates import effect, iso, moved_by, slip
from milepost.base.errors import count
from milepost.document.schedule import State
from milepost.views.chart import Bar, Dependency, GanttChart, Presence, Summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from milepost.base.dates import PlannedDate


def compare(old: GanttChart, new: GanttChart, codes: Mapping[str, str]) -> GanttChart:
    """Return the chart `new` with the old dates of its rows and with the rows that are gone.

    Rows are sorted by due date and code, as in the document. Links that are gone are kept. The name is that
    of `new` with `-diff` added, so that one page may show both charts.

    Args:
        old: the chart of the earlier edition.
        new: the chart of the later edition.
        codes: the new code of each recoded milestone, by its old code.
    """
    was = _matched(old.bars, new.bars, codes)
    rows = [_row(bar, was.get(bar.code)) for bar in new.bars]
    known = {bar.code for bar in was.values()}
    gone = [_gone(bar) for bar in old.bars if bar.code not in known]
    bars = tuple(merge(rows, sorted(gone, key=_order), key=_order))
    links = tuple(_links(old, new, bars, codes))
    return GanttChart(
        name=f"{new.name}-diff",
        title=f"{new.title.rstrip('.')}: changes since {iso(old.data_date)}",
        description=_describe(bars, links, old.data_date, new.data_date),
        bars=bars,
        links=links,
        data_date=new.data_date,
        start=min(old.start, new.start),
        end=max(old.end, new.end),
        summary=_summary(bars, links, old.data_date),
        old_data_date=old.data_date,
    )


def _matched(old: Iterable[Bar], new: Iterable[Bar], codes: Mapping[str, str]) -> dict[str, Bar]:
    """Return the old row of each milestone that is in both charts, by its new code."""
    here = {bar.code for bar in new}
    was: dict[str, Bar] = {}
    for bar in old:
        code = codes.get(bar.code, bar.code)
        if code in here:
            was.setdefault(code, bar)
    return was


def _row(bar: Bar, was: Bar | None) -> Bar:
    return replace(bar, was=was, presence=Presence.ADDED if was is None else Presence.KEPT)


def _gone(bar: Bar) -> Bar:
    # Another milestone may have its anchor now. An open milestone that is gone is not overdue.
    state = State.OPEN if bar.overdue else bar.state
    return replace(bar, anchor=f"removed-{bar.anchor}", state=state, was=None, presence=Presence.REMOVED)


def _order(bar: Bar) -> tuple[PlannedDate, str]:
    """Return the key by which the document sorts milestones."""
    return bar.due, bar.code


def _links(
    old: GanttChart, new: GanttChart, bars: Sequence[Bar], codes: Mapping[str, str]
) -> Iterator[Dependency]:
    """Yield the links of both charts between the rows `bars`, in the order of these."""
    rows = {(bar.code, bar.presence is Presence.REMOVED): number for number, bar in enumerate(bars)}

    def row(bar: Bar, *, earlier: bool) -> int:
        now = codes.get(bar.code, bar.code)
        return (
            rows[bar.code, True]
            if earlier and (now, False) not in rows
            else rows[now if earlier else bar.code, False]
        )

    def between(chart: GanttChart, *, earlier: bool) -> dict[tuple[int, int], Dependency]:
        return {
            (
                row(chart.bars[link.predecessor], earlier=earlier),
                row(chart.bars[link.successor], earlier=earlier),
            ): link
            for link in chart.links
        }

    before, after = between(old, earlier=True), between(new, earlier=False)
    for pair in sorted(before.keys() | after.keys()):
        presence = (
            Presence.REMOVED if pair not in after else Presence.KEPT if pair in before else Presence.ADDED
        )
        link = after.get(pair) or before[pair]
        yield replace(link, predecessor=pair[0], successor=pair[1], presence=presence)


def _named(links: Iterable[Dependency], bars: Sequence[Bar], presence: Presence) -> list[str]:
    """Return the links of that presence in words; those of rows that are new or gone go without saying."""
    return [
        f"{bars[link.predecessor].code} before {bars[link.successor].code}"
        for link in links
        if link.presence is presence
        and all(bars[at].presence is Presence.KEPT for at in (link.predecessor, link.successor))
    ]


def _summary(bars: Sequence[Bar], links: Sequence[Dependency], old: date) -> Summary | None:
    """Count what has changed; None if nothing has."""
    moves = [
        slip(bar.was.due, bar.due) for bar in bars if bar.was is not None and moved_by(bar.was.due, bar.due)
    ]
    numbers = {
        "due later": sum(days > 0 for days in moves),
        "due earlier": sum(days < 0 for days in moves),
        "completed": sum(bar.newly_completed for bar in bars),
        "new": sum(bar.presence is Presence.ADDED for bar in bars),
        "removed": sum(bar.presence is Presence.REMOVED for bar in bars),
    }
    linked = {
        word: len(_named(links, bars, presence))
        for word, presence in (("new", Presence.ADDED), ("gone", Presence.REMOVED))
    }
    unchanged = sum(not bar.changed for bar in bars)
    if unchanged == len(bars) and not any(link.presence is not Presence.KEPT for link in links):
        return None
    lines = [f"{number} {words}" for words, number in numbers.items() if number]
    lines += [f"{count(number, 'link')} {word}" for word, number in linked.items() if number]
    return Summary(heading=f"Since {iso(old)}", lines=(*lines, f"{unchanged or 'none'} unchanged"))


def _describe(bars: Sequence[Bar], links: Sequence[Dependency], old: date, new: date) -> str:
    """Describe what has changed, for people who cannot see the chart."""
    now = [bar for bar in bars if bar.presence is not Presence.REMOVED]
    earlier = f"that of {iso(old)}" if old != new else "an earlier one of the same date"
    of = count(len(now), "milestone")
    text = f"Gantt chart of {of} on the data date {iso(new)}, compared with {earlier}."
    changes = [sentence for sentence in _changes(bars) if sentence]
    for words, presence in (("New links", Presence.ADDED), ("Links gone", Presence.REMOVED)):
        changes += filter(None, [_listed(words, _named(links, bars, presence))])
    if not changes:
        return f"{text} No milestone has changed."
    unchanged = sum(not bar.changed for bar in bars)
    rest = f"{unchanged or 'None'} {'is' if unchanged == 1 else 'are'} unchanged."
    return " ".join([text, *changes, rest])


def _changes(bars: Sequence[Bar]) -> Iterator[str]:
    """Yield a sentence for each kind of change, empty where there is no such change."""
    kept = [(bar, bar.was) for bar in bars if bar.was is not None]
    yield from _moves([(bar.code, was.due, bar.due) for bar, was in kept], "due date")
    yield from _moves(
        [
            (bar.code, was.forecast, bar.forecast)
            for bar, was in kept
            if bar.forecast is not None and was.forecast is not None
        ],
        "forecast",
    )
    yield _listed("New", [bar.code for bar in bars if bar.presence is Presence.ADDED])
    yield _listed("Removed", [bar.code for bar in bars if bar.presence is Presence.REMOVED])
    yield _listed(
        "Newly completed",
        [
            f"{bar.code} on {bar.completed}"
            for bar, was in kept
            if bar.completed is not None and was.completed is None
        ],
    )
    yield _listed(
        "Completion moved",
        [
            f"{bar.code} {moved_by(was.completed, bar.completed)}"
            for bar, was in kept
            if bar.completed is not None and was.completed is not None and bar.completed != was.completed
        ],
    )
    yield _listed(
        "Open again",
        [bar.code for bar, was in kept if bar.completed is None and was.completed is not None],
    )
    yield _listed(
        "Forecast for the first time",
        [bar.code for bar, was in kept if bar.forecast is not None and was.forecast is None],
    )
    yield _listed(
        "No longer forecast",
        [bar.code for bar, was in kept if bar.forecast is None and was.forecast is not None],
    )
    for state in (State.DEFERRED, State.CANCELLED):
        yield _listed(
            f"Newly {state}",
            [bar.code for bar, was in kept if bar.set_aside is state is not was.set_aside],
        )
        yield _listed(
            f"No longer {state}",
            [bar.code for bar, was in kept if was.set_aside is state is not bar.set_aside],
        )
    yield _listed("Recoded", [f"{was.code} to {bar.code}" for bar, was in kept if bar.code != was.code])
    yield _listed(
        "Another day of the decision",
        [
            bar.code
            for bar, was in kept
            if bar.set_aside and bar.set_aside is was.set_aside and bar.since != was.since
        ],
    )
    yield _listed("Renamed", [bar.code for bar, was in kept if bar.label != was.label])
    for context, words in ((True, "Now"), (False, "No longer")):
        codes = [bar.code for bar, was in kept if bar.context is context is not was.context]
        yield _listed(f"{words} of another part of the project", codes)


def _moves(dates: Sequence[tuple[str, PlannedDate, PlannedDate]], what: str) -> Iterator[str]:
    """List which milestones have moved by how much, later ones first, and what else became of dates."""
    ways = []
    moved = {code: moved_by(old, new) for code, old, new in dates if moved_by(old, new)}
    for word in ("later", "earlier"):
        way = {code: by.removesuffix(f" {word}") for code, by in moved.items() if by.endswith(word)}
        if way:
            listed = ", ".join(f"{code} by {amount}" for code, amount in way.items())
            ways.append(f"{len(way)} {word} ({listed})")
    if ways:
        yield f"{count(len(moved), what)} moved: {', '.join(ways)}."
    others = {code: effect(old, new) for code, old, new in dates if old != new and code not in moved}
    for how in dict.fromkeys(others.values()):
        codes = [f"{code} to {new}" for code, _, new in dates if others.get(code) == how]
        yield _listed(f"{what.capitalize()} {how}", codes)


def _listed(what: str, names: Sequence[str]) -> str:
    return f"{what} ({len(names)}): {', '.join(names)}." if names else ""
