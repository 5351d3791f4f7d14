"""The milestone trend chart of a document: the course of one date of each selected milestone.

A state that does not have the date says nothing of it, and the line has a gap there. A forecast is written
only where it differs from the due date: if a state has forecasts and one is empty, the milestone is expected
when it is due.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from milepost.base.addresses import milestone_anchor
from milepost.base.dates import UNDATED, iso, planned
from milepost.base.errors import count
from milepost.document.figures import MOST_LABELS
from milepost.history.courses import courses
from milepost.views.trend.lines import TrendChart, TrendLine, TrendPoint, without_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from milepost.base.dates import PlannedDate
    from milepost.document.figures import TrendFigure
    from milepost.document.model import Document, Milestone
    from milepost.history.courses import Course, Point
    from milepost.history.states import Snapshot


_MOST_DATES, _MOST_CODES = 6, 12
"""So many dates of a line, and milestones without one, are in the text alternative, which has to be heard."""


def trend_chart(
    figure: TrendFigure, document: Document, snapshots: Iterable[Snapshot], title: str
) -> TrendChart:
    """Return the chart that `figure` of `document` asks for, under `title`.

    Args:
        figure: what to draw.
        document: the present state.
        snapshots: the earlier states; those from its data date on are left out.
        title: one line that names the chart.
    """
    data_date = document.metadata.data_date
    drawn = [
        each for each in snapshots if each.day < data_date and (not figure.since or each.day >= figure.since)
    ]
    days = [*sorted({each.day for each in drawn}), data_date]
    rows = document.selected(figure)
    found = {course.code: course for course in courses(document, drawn)}
    runs = {row.code: _runs(found[row.code], days, figure.date) for row in rows}
    days = _with_something(days, runs.values())
    first = days[0]
    inside = {code: _since(first, each) for code, each in runs.items()}
    chosen = rows if figure.labels is None else document.selected(figure.labels)
    labelled = _labelled(inside, [each.code for each in chosen])
    trends = tuple(
        TrendLine(
            code=row.code,
            label=row.short_name or row.name,
            anchor=milestone_anchor(row.code),
            runs=inside[row.code],
            end=_end(row, found[row.code].points[-1], figure.date, None if inside[row.code] else first),
            completed=row.completed,
            set_aside=row.state,
            baseline=_baseline(row, inside[row.code], figure.date) if figure.baseline else None,
            labelled=row.code in labelled,
        )
        for row in rows
    )
    return TrendChart(
        name=figure.name,
        title=title,
        description=_describe(trends, days, figure.date),
        dates=figure.date,
        upwards=figure.direction == "up",
        days=tuple(days),
        trends=trends,
    )


def said(point: Point, what: str) -> PlannedDate | None:
    """Return the date that a state gives as `due` or `forecast`; None if it is unknown, or not known yet."""
    if what not in point.stated:
        return None
    found = point.due if what == "due" else point.forecast
    if found is None and what == "forecast" and "due" in point.stated:
        found = point.due
    return found if found is not None and found.known else None


def _runs(course: Course, days: Sequence[date], what: str) -> tuple[tuple[TrendPoint, ...], ...]:
    """Return the points of a course, divided where a state does not say the date."""
    points = {point.day: point for point in course.points}
    completions = _completions(course)
    runs: list[list[TrendPoint]] = [[]]
    for day in days:
        point, completed = points.get(day), completions.get(day)
        last = runs[-1][-1] if runs[-1] else None
        if completed is not None:
            end = TrendPoint(day=completed, date=planned(completed), completed=True)
            if last is not None and last.completed:
                runs[-1][-1] = end  # what is said last of the same completion
            elif last is not None and completed < last.day:  # which was not known yet in that state
                runs.append([end])
            else:
                runs[-1].append(end)
            continue
        found = None if point is None or point.state == "cancelled" else said(point, what)
        if found is None or (last is not None and last.completed):
            runs.append([])
        if found is not None:
            runs[-1].append(TrendPoint(day=day, date=found))
    return tuple(tuple(run) for run in runs if run)


def _completions(course: Course) -> dict[date, date]:
    """Return the day of completion as each state knows it, by the day of the state.

    In a state that says nothing of completions, those are known that a later state places before it.
    """
    found: dict[date, date] = {}
    later: date | None = None
    for point in reversed(course.points):
        if "completed" in point.stated:
            later = point.completed
        if later is not None and later <= point.day:
            found[point.day] = later
    return found


def _with_something(days: Sequence[date], runs: Iterable[tuple[tuple[TrendPoint, ...], ...]]) -> list[date]:
    """Return the days of the states from the first on that says something; the last one always."""
    said = [point.day for each in runs for run in each for point in run if point.day >= days[0]]
    begin = bisect_right(days, min(said, default=days[-1])) - 1
    return [*days[begin:]]


def _since(first: date, runs: tuple[tuple[TrendPoint, ...], ...]) -> tuple[tuple[TrendPoint, ...], ...]:
    """Return the points that are on the axis: a completion may be before its first day."""
    inside = (tuple(point for point in run if point.day >= first) for run in runs)
    return tuple(run for run in inside if run)


def _labelled(runs: Mapping[str, tuple[tuple[TrendPoint, ...], ...]], codes: Sequence[str]) -> set[str]:
    """Return which lines have labels: those of `codes`, or of too many the ones that moved most."""
    able = [code for code in codes if runs.get(code)]
    return set(sorted(able, key=lambda code: -_moved(runs[code]))[:MOST_LABELS])


def _moved(runs: tuple[tuple[TrendPoint, ...], ...]) -> int:
    """Return how many days are between the earliest and the latest date of a line."""
    days = [point.date.last for run in runs for point in run]
    return (max(days) - min(days)).days


def _end(milestone: Milestone, last: Point, what: str, before: date | None) -> str:
    """Return what became of a milestone, or its last date; `before` is the first day if it has no line."""
    if milestone.completed is not None and before is not None:
        return f"completed before {iso(before)}"
    if milestone.completed is not None:
        return f"completed {iso(milestone.completed)}"
    if milestone.state is not None:
        return f"{milestone.state} {iso(milestone.since)}" if milestone.since else str(milestone.state)
    found = last.due if what == "due" else last.forecast or last.due
    return str(found or UNDATED)


def _baseline(
    milestone: Milestone, runs: tuple[tuple[TrendPoint, ...], ...], what: str
) -> PlannedDate | None:
    """Return what a line is compared with: the first date that is drawn, or the due date of a forecast."""
    if not runs:
        return None
    first = milestone.due if what == "forecast" else runs[0][0].date
    return first if first.known else None


def _describe(trends: Sequence[TrendLine], days: Sequence[date], what: str) -> str:
    """Return in words what the chart shows, for people who cannot see it."""
    span = (
        f"in {count(len(days), 'state')} from {iso(days[0])} to {iso(days[-1])}"
        if len(days) > 1
        else f"in one state, {iso(days[0])}"
    )
    sentences = [f"Milestone trend chart of {count(len(trends), 'milestone')}: {what} dates {span}"]
    sentences += _courses_in_words(trends)
    unlabelled = sum(not trend.labelled and bool(trend.runs) for trend in trends)
    if unlabelled:
        sentences.append(f"{count(unlabelled, 'other line')} without a label")
    sentences += (f"{end}: {_listed(codes)}" for end, codes in without_line(trends).items())
    return f"{'. '.join(sentences)}."


def _courses_in_words(trends: Sequence[TrendLine]) -> Iterator[str]:
    for trend in trends:
        if trend.labelled and trend.runs:
            dates = [str(point.date) for point in trend.points if not point.completed]
            kept = [each for number, each in enumerate(dates) if not number or each != dates[number - 1]]
            if trend.completed or trend.set_aside:
                kept.append(trend.end)
            if len(kept) > _MOST_DATES:
                kept[1:-1] = [f"{len(kept) - 2} other dates"]
            yield f"{trend.code}: {', then '.join(kept)}"


def _listed(codes: Sequence[str]) -> str:
    more = f" and {count(len(codes) - _MOST_CODES, 'other')}" if len(codes) > _MOST_CODES else ""
    return f"{', '.join(codes[:_MOST_CODES])}{more}"
