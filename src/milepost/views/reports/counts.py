"""The report on status: how many milestones are in which state."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from milepost.base.dates import iso
from milepost.document import schedule
from milepost.document.schedule import State
from milepost.views.reports.charts import Bar, Bars
from milepost.views.reports.table import NO_PART, Column, Group, Kind, Table, part_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from milepost.document.model import Document
    from milepost.history.states import Snapshot
    from milepost.views.reports.table import Options, Row

_ALL = Column(name="all", title="All", kind=Kind.NUMBER)


def status(document: Document, _: Sequence[Snapshot], options: Options) -> Table:
    """Count milestones by level, and by their place in the work breakdown structure."""
    data_date = document.metadata.data_date
    found = [
        (str(each.level or NO_PART), part_of(each.wbs, options.wbs_depth), schedule.state(each, data_date))
        for each in options.milestones(document)
    ]
    states = tuple(Column(name=state.value, title=state.capitalize(), kind=Kind.NUMBER) for state in State)
    return Table(
        name="status",
        title="Status by level and WBS",
        handle=document.metadata.handle,
        data_date=data_date,
        note="A milestone is overdue if the date that is expected now (the forecast, or else the due date) "
        "is over.",
        columns=(Column(name="part", title="Part"), *states, _ALL),
        groups=(
            _counted("level", "By level", ((level, state) for level, _, state in found)),
            _counted("wbs", "By WBS", ((wbs, state) for _, wbs, state in found)),
        ),
    )


def _counted(name: str, title: str, found: Iterable[tuple[str, State]]) -> Group:
    counts: dict[str, Counter[State]] = {}
    for part, state in found:
        counts.setdefault(part, Counter())[state] += 1
    ordered = sorted(counts, key=lambda part: (part == NO_PART, part))
    total = sum(counts.values(), Counter[State]())
    return Group(
        name=name,
        title=title,
        rows=tuple(_row(part, counts[part]) for part in ordered),
        total=_row("all", total),
    )


def _row(part: str, counts: Counter[State]) -> Row:
    return (part, *(counts[state] for state in State), counts.total())


def status_chart(document: Document, snapshots: Sequence[Snapshot], options: Options) -> Bars:
    """Return a bar for each level, with a part for each state."""
    table = status(document, snapshots, options)
    bars = tuple(_bar(row) for row in table.groups[0].rows)
    return Bars(
        name="status",
        title=f"{table.handle}: Status by level, as of {iso(table.data_date)}",
        note="",
        description="; ".join(f"{bar.label}: {bar.words}" for bar in bars) or "There are no milestones.",
        parts=tuple(State),
        rows=bars,
    )


def _bar(row: Row) -> Bar:
    level, *counts, _ = row
    amounts = [amount for amount in counts if isinstance(amount, int)]
    words = (f"{amount} {state}" for state, amount in zip(State, amounts, strict=True) if amount)
    label = "no level" if level == NO_PART else f"level {level}"
    return Bar(label=label, counts=tuple(amounts), words=", ".join(words))
