"""Views of the figures: the model's data resolved into what `milepost.views.chart` describes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from milepost.base.addresses import milestone_anchor
from milepost.base.dates import iso, planned
from milepost.base.errors import count
from milepost.document import schedule
from milepost.document.figures import DeploymentFigure, GanttFigure, TrendFigure
from milepost.document.schedule import State
from milepost.document.traverse import chart_rows
from milepost.views.chart import Bar, Dependency, DeploymentDiagram, Enclave, Facility, GanttChart, Summary
from milepost.views.trend.make import trend_chart

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from milepost.document.figures import EnclaveData, FacilityData, FigureData
    from milepost.document.model import Document, Milestone
    from milepost.history.states import Snapshot
    from milepost.views.figures import Figure


def draw(figure: FigureData, document: Document, title: str, states: Iterable[Snapshot] = ()) -> Figure:
    """Return the drawing that `figure` of `document` asks for, under `title`.

    Args:
        figure: what to draw.
        document: the document that it is in.
        title: one line that names the figure.
        states: earlier states, from which trend charts are drawn.
    """
    match figure:
        case TrendFigure():
            return trend_chart(figure, document, states, title)
        case GanttFigure():
            return _gantt(figure, document, title)
        case DeploymentFigure():
            return _deployment(figure, title)


def _gantt(figure: GanttFigure, document: Document, title: str) -> GanttChart:
    rows, context = chart_rows(document, figure)
    data_date = document.metadata.data_date
    bars = tuple(_bar(milestone, data_date, context=milestone.code in context) for milestone in rows)
    days = [planned(data_date), *(day for bar in bars for day in bar.dates)]
    years = [day.last.year for day in days]  # a month, quarter or year is within one
    start, end = date(min(years), 1, 1), date(max(years), 12, 31)
    return GanttChart(
        name=figure.name,
        title=title,
        description=_describe(bars, data_date),
        bars=bars,
        links=tuple(_links(rows)),
        data_date=data_date,
        start=start,
        end=end,
        summary=_summary([row for row in rows if row.code not in context], data_date),
    )


def _summary(rows: Sequence[Milestone], data_date: date) -> Summary:
    """Count milestones by their states, and by the years in which they are due."""
    states = {row.code: schedule.state(row, data_date) for row in rows}
    slips = {row.code: schedule.slip(row, data_date)[0] for row in rows}

    def number(*wanted: State) -> int:
        return sum(state in wanted for state in states.values())

    completed = number(State.COMPLETED)
    late = sum(slips[code] > 0 for code, state in states.items() if state is State.COMPLETED)
    lines = [f"{completed} completed, {late} of them late" if late else f"{completed} completed"]
    overdue, still_open = number(State.OVERDUE), number(State.OPEN, State.OVERDUE)
    lines.append(f"{still_open} open, {overdue} of them overdue" if overdue else f"{still_open} open")
    set_aside = (State.DEFERRED, State.CANCELLED)
    lines += [f"{number(state)} {state}" for state in set_aside if number(state)]
    dates = {row.code: schedule.expected(row) for row in rows if states[row.code] is State.OPEN}
    coming = [(day, code) for code, day in dates.items() if day is not None and day.known]
    if coming:
        day, code = min(coming)
        lines.append(f"next: {code}, {day}")
    years: dict[int, list[str]] = {}
    for row in rows:
        if row.due.known:
            years.setdefault(row.due.last.year, []).append(row.code)
    return Summary(
        heading=f"{count(len(rows), 'milestone')} on {iso(data_date)}",
        lines=tuple(lines),
        columns=("Due in", "all", "late", "longest slip"),
        years=tuple(
            (str(year), str(len(codes)), str(sum(slips[code] > 0 for code in codes)), _longest(slips, codes))
            for year, codes in sorted(years.items())
        ),
    )


def _longest(slips: Mapping[str, int], codes: Iterable[str]) -> str:
    longest = max(slips[code] for code in codes)
    return count(longest, "day") if longest > 0 else "–"


def _bar(milestone: Milestone, data_date: date, *, context: bool) -> Bar:
    return Bar(
        code=milestone.code,
        label=milestone.short_name or milestone.name,
        anchor=milestone_anchor(milestone.code),
        due=milestone.due,
        forecast=milestone.forecast,
        completed=None if milestone.completed is None else planned(milestone.completed),
        state=schedule.state(milestone, data_date),
        since=milestone.since,
        context=context,
    )


def _links(rows: Sequence[Milestone]) -> Iterable[Dependency]:
    row_of = {milestone.code: row for row, milestone in enumerate(rows)}
    pairs = sorted(
        (row_of[code], row)
        for row, milestone in enumerate(rows)
        for code in milestone.predecessors
        if code in row_of
    )
    for predecessor, successor in pairs:
        backwards = schedule.due_before(rows[successor], rows[predecessor])
        yield Dependency(predecessor=predecessor, successor=successor, backwards=backwards)


def _describe(bars: Sequence[Bar], data_date: date) -> str:
    """Return in words what the chart shows, for people who cannot see it."""
    bars, context = [x for x in bars if not x.context], [x.code for x in bars if x.context]
    due = [bar.due for bar in bars if bar.due.known]
    parts = [f"due from {due[0]} to {due[-1]}"] if due else []
    if len(due) < len(bars):
        parts.append(f"{len(bars) - len(due)} without a due date")
    sentences = [", ".join([f"Gantt chart of {count(len(bars), 'milestone')}", *parts])]
    states = f"On the data date {iso(data_date)}, {_are(sum(bar.completed is not None for bar in bars))}"
    states += f" completed and {sum(bar.state.is_open for bar in bars)} open"
    for state, lead in ((State.OVERDUE, ", of which "), (State.DEFERRED, "; "), (State.CANCELLED, "; ")):
        codes = [bar.code for bar in bars if bar.state is state]
        if codes:
            number = str(len(codes)) if state.is_open else _are(len(codes))
            states += f"{lead}{number} {state}: {', '.join(codes)}"
    sentences.append(states)
    late = [
        days
        for bar in bars
        if bar.completed and (days := schedule.slip_on(bar.state, bar.due, bar.completed)[0]) > 0
    ]
    if late:
        completions = f"{count(len(late), 'completion')} came after the due date"
        sentences.append(f"{completions}, by up to {count(max(late), 'day')}")
    if context:
        sentences.append(f"Rows of other parts of the project: {', '.join(context)}")
    return f"{'. '.join(sentences)}."


def _are(number: int) -> str:
    return f"{number} {'is' if number == 1 else 'are'}"


def _deployment(figure: DeploymentFigure, title: str) -> DeploymentDiagram:
    facilities = tuple(_facility(facility) for facility in figure.facilities)
    return DeploymentDiagram(
        name=figure.name,
        title=title,
        description=" ".join(_describe_facility(facility) for facility in facilities),
        facilities=facilities,
    )


def _facility(data: FacilityData) -> Facility:
    return Facility(heading=_heading(data), enclaves=tuple(_enclave(enclave) for enclave in data.enclaves))


def _enclave(data: EnclaveData) -> Enclave:
    return Enclave(heading=_heading(data), components=data.components)


def _heading(data: FacilityData | EnclaveData) -> str:
    return data.name if data.number is None else f"{data.number} {data.name}"


def _describe_facility(facility: Facility) -> str:
    enclaves = "; ".join(
        f"{enclave.heading}: {', '.join(enclave.components) or 'no components'}"
        for enclave in facility.enclaves
    )
    return f"{facility.heading} holds {enclaves or 'no enclaves'}."
