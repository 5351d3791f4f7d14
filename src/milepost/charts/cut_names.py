"""Find the names that the charts of a document cut, without drawing the charts."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError, Note, Problem, Severity
from milepost.charts.room import Room, fits, in_gantt, in_trend
from milepost.document.figures import MOST_LABELS, GanttFigure, TrendFigure
from milepost.document.traverse import chart_rows, placed_figures
from milepost.views.page import PAGES, SCREEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.document.model import Document, Milestone
    from milepost.loading.load import Loaded
    from milepost.views.page import Page


def check_labels(loaded: Loaded) -> list[Problem]:
    """Return the milestones whose names, or else short names, a chart of the document cuts, in its order."""
    document, places = loaded.document, loaded.places
    # The class may not have that paper, which is another fault.
    page = PAGES.get((document.metadata.layout, document.metadata.paper), SCREEN)
    cut: dict[Milestone, list[str]] = {}
    for figure, milestone, label, room in _labels(document, page):
        certain = fits(label, room)
        if not (_fits(label, room, page) if certain is None else certain):
            cut.setdefault(milestone, []).append(figure)
    problems = []
    for milestone, figures in cut.items():
        key, what = ("name", "name") if milestone.short_name is None else ("short_name", "short name")
        path = ("milestones", milestone.code, key)
        problems.append(
            Problem(
                rule="cut_label",
                place=places.of(path),
                message=f"{milestone.code} has a {what} that the chart {figures[0]} cuts",
                hint="add the line  short_name: ..." if key == "name" else "shorten it",
                severity=Severity.WARNING,
                path=path,
                others=tuple(Note(places.of_key(("figures", each)), f"the chart {each}") for each in figures),
                about=tuple(("figures", each) for each in figures),
            )
        )
    return problems


def _labels(document: Document, page: Page) -> Iterator[tuple[str, Milestone, str, Room]]:
    """Yield figures, milestones that they show, the names that they print, and the room for these.

    Which lines of a trend chart have labels depends on earlier states where nothing chooses few enough.
    """
    placed = placed_figures(document)
    for figure in document.figures:
        if figure.name not in placed:
            continue
        if isinstance(figure, GanttFigure):
            room = in_gantt(page)
            rows, context = chart_rows(document, figure)
            for each in rows:
                label = each.short_name or each.name
                yield figure.name, each, f"{label} (context)" if each.code in context else label, room
        elif isinstance(figure, TrendFigure):
            lines = document.selected(figure)
            if figure.labels is not None:
                chosen = {each.code for each in document.selected(figure.labels)}
                lines = tuple(each for each in lines if each.code in chosen)
            for each in lines if len(lines) <= MOST_LABELS else ():
                yield figure.name, each, each.short_name or each.name, in_trend(page)


@lru_cache(maxsize=10_000)
def _fits(label: str, room: Room, page: Page) -> bool:
    """Return whether a chart prints all of a label, measured as the chart does; an editor asks often."""
    from milepost.charts.fonts import TextStyle

    try:
        lines = TextStyle(room.size, family=page.typeface).wrap(label, room.width, room.lines + 1)
    except MilepostError:
        return True  # a character that no font has, which is another fault
    return len(lines) <= room.lines
