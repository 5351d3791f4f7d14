"""The report on deliveries: what each milestone that has a section delivers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.document import schedule
from milepost.document.model import order_key
from milepost.document.traverse import delivered, own_sections
from milepost.views.reports.table import CODE, DUE, EXPECTED, NAME, STATE, Column, Group, Kind, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from milepost.document.model import Document, Milestone, MilestoneSections
    from milepost.history.states import Snapshot
    from milepost.views.reports.table import Options

_THROUGH = Column(name="through", title="By way of", kind=Kind.CODES)


def deliveries(document: Document, _: Sequence[Snapshot], options: Options) -> Table:
    """List what each milestone that has a section delivers, with its state."""
    own = document.once(own_sections)
    groups = tuple(
        _group(document, milestone, own[milestone.code], transitive=options.transitive)
        for milestone in options.milestones(document)
        if milestone.code in own
    )
    through = ", directly or by way of other predecessors" if options.transitive else ""
    return Table(
        name="deliveries",
        title="Deliveries by milestone",
        handle=document.metadata.handle,
        data_date=document.metadata.data_date,
        note=f"Of each milestone that has a section: what it delivers{through}. The expected date is the day "
        "of completion, or else the forecast, or else the due date.",
        columns=(CODE, NAME, DUE, EXPECTED, STATE, *([_THROUGH] if options.transitive else [])),
        groups=groups or (Group(rows=()),),
    )


def _group(document: Document, milestone: Milestone, asked: MilestoneSections, *, transitive: bool) -> Group:
    data_date = document.metadata.data_date
    if transitive:
        reached = before(document, milestone)
        found = [(each, codes) for each, codes in reached if asked.delivers(milestone, each, data_date)]
    else:
        found = [(each, ()) for each in delivered(document, milestone, asked)]
    return Group(
        name=milestone.code,
        title=f"{milestone.code} {milestone.name} (due {milestone.due}, "
        f"{schedule.status(milestone, data_date)})",
        rows=tuple(
            (
                each.code,
                each.name,
                each.due,
                schedule.expected(each),
                str(schedule.state(each, data_date)),
                *([codes] if transitive else []),
            )
            for each, codes in sorted(found, key=lambda each: order_key(each[0]))
        ),
        nothing=asked.no_deliveries,
    )


def before(document: Document, milestone: Milestone) -> Iterator[tuple[Milestone, tuple[str, ...]]]:
    """Yield all that comes before `milestone` with the codes between, along the fewest links."""
    seen = {milestone.code}
    here: list[tuple[Milestone, tuple[str, ...]]] = [(milestone, ())]
    while here:
        following: list[tuple[Milestone, tuple[str, ...]]] = []
        for each, codes in here:
            between = codes if each is milestone else (*codes, each.code)
            for code in each.predecessors:
                predecessor = document.milestone(code)
                if predecessor is not None and code not in seen:
                    seen.add(code)
                    following.append((predecessor, between))
        yield from following
        here = following
