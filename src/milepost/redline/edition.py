"""The marked edition: one document made of two editions, and a list of changes that links to their places.

All outputs of a difference that show the document are made from it: PDF, page, chart and plain text.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from milepost.base import dates
from milepost.base.addresses import anchor, gone_anchor, milestone_anchor
from milepost.diff.changes import (
    Consequence,
    EntryAdded,
    EntryChanged,
    EntryRemoved,
    MetadataChanged,
    Part,
    PredecessorAdded,
    PredecessorRemoved,
    ProseChanged,
    SectionAdded,
    SectionChanged,
    SectionKey,
    SectionMoved,
    SectionRemoved,
    new_codes,
)
from milepost.diff.printed.effects import new_figures
from milepost.document.traverse import walk
from milepost.redline import chart, trend
from milepost.redline.merge import merge
from milepost.views.chart import GanttChart
from milepost.views.trend.lines import TrendChart

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from milepost.diff.changes import Change
    from milepost.diff.comparison import Comparison
    from milepost.diff.sentences import Explained
    from milepost.redline.change_list import ListedChange
    from milepost.views.document import DocumentView, FigureView

_Places = tuple[dict[SectionKey, str], dict[SectionKey, str]]
"""The anchors of the sections of the old and of the new edition, by their positions in the models."""
_ANCHORS = {Part.CHANGE_RECORD: "change-record", Part.ACRONYMS: "section-acronyms"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedEdition:
    """Two editions as one document.

    Attributes:
        old, new: the view of each edition.
        merged: both in one view, with the differences marked; its charts are those of `charts`.
        charts: by figure, the charts that both editions have, with the old dates in grey.
        listing: the list of changes.
        names: of the two editions.
        headline: the difference in one sentence.
    """

    old: DocumentView
    new: DocumentView
    merged: DocumentView
    charts: dict[str, GanttChart | TrendChart]
    listing: tuple[ListedChange, ...]
    names: tuple[str, str]
    headline: str


def mark(comparison: Comparison) -> MarkedEdition:
    """Merge the two editions of `comparison` into one document with the differences marked."""
    old, new = comparison.old.view, comparison.new.view
    merged = merge(old, new, comparison.changes)
    charts = dict(_charts(old, new, comparison.changes))
    drawn = {
        name: replace(figure, drawing=charts[name]) if name in charts else figure
        for name, figure in merged.figures.items()
    }
    places = _places(old), _places(new)
    anchors = merged.anchors
    return MarkedEdition(
        old=old,
        new=new,
        merged=replace(merged, figures=drawn),
        charts=charts,
        listing=tuple(_line(explained, anchors, places) for explained in comparison.explained),
        names=(comparison.old.name, comparison.new.name),
        headline=comparison.sentence,
    )


def stated_time(comparison: Comparison) -> int:
    """Return the time to write into the files of a difference, the new data date, in seconds since 1970."""
    return dates.to_epoch(comparison.new.document.metadata.data_date)


def _charts(
    old: DocumentView, new: DocumentView, changes: Collection[Change]
) -> Iterator[tuple[str, GanttChart | TrendChart]]:
    codes, names = new_codes(changes), new_figures(changes)
    known = {names.get(name, name): figure for name, figure in old.figures.items()}
    for name, figure in new.figures.items():
        before: FigureView | None = known.get(name)
        if before and isinstance(before.drawing, GanttChart) and isinstance(figure.drawing, GanttChart):
            yield name, chart.compare(before.drawing, figure.drawing, codes)
        elif before and isinstance(before.drawing, TrendChart) and isinstance(figure.drawing, TrendChart):
            yield name, trend.compare(before.drawing, figure.drawing, codes)


def _places(document: DocumentView) -> dict[SectionKey, str]:
    """Return the anchor of each section, by its position in the model."""
    return {position: section.anchor for position, section in walk(document.sections)}


def _line(
    explained: Explained,
    anchors: Collection[str],
    places: tuple[dict[SectionKey, str], dict[SectionKey, str]],
) -> ListedChange:
    anchor = _anchor(explained.change, explained.code, places)
    gone = None if anchor is None else gone_anchor(anchor)
    if anchor not in anchors and gone in anchors:
        anchor = gone
    return explained.sentence, anchor, str(explained.group)


def _anchor(  # noqa: PLR0911 -- one case for each kind of change
    change: Change, code: str | None, places: _Places
) -> str | None:
    """Return the anchor of the place where a change is printed, or None."""
    old, new = places
    match change:
        case Consequence(anchor=anchored):
            return anchored
        case (
            EntryAdded(part=part, key=key)
            | EntryRemoved(part=part, key=key)
            | EntryChanged(part=part, key=key)
        ):
            kind = "figure" if part is Part.FIGURES else "reference"
            return _ANCHORS.get(part) or anchor(kind, key)
        case SectionAdded(at=at):
            return new.get(at)
        case SectionRemoved(at=at):
            return old.get(at)
        case SectionMoved(after=after) | SectionChanged(after=after):
            return new.get(after.at)
        case ProseChanged(after=after):
            return "abstract" if after is None else new.get(after.at)
        case MetadataChanged():
            return "title-page"
        case PredecessorAdded(code=code) | PredecessorRemoved(code=code):
            return milestone_anchor(code)
        case _:
            return None if code is None else milestone_anchor(code)
