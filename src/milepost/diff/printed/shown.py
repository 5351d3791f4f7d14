"""Which changes are printed: those of which readers of the document, or of one of its figures, see something.

A field may be printed in one document and not in another: the name of a milestone where it has a section, is
delivered or is drawn, the mark of a draft while the document is one. So what both editions print is compared.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from milepost.diff.changes import (
    Change,
    Completed,
    CompletionMoved,
    Consequence,
    DetailChanged,
    EntryAdded,
    EntryChanged,
    EntryRemoved,
    MetadataChanged,
    MilestoneAdded,
    MilestoneRemoved,
    Part,
    PredecessorAdded,
    PredecessorRemoved,
    ProseChanged,
    Recoded,
    Reopened,
    SectionAdded,
    SectionChanged,
    SectionMoved,
    SectionRemoved,
)
from milepost.document.figures import GanttFigure
from milepost.document.traverse import chart_rows, delivered, lines, walk
from milepost.prose.values import (
    BulletList,
    FigurePlace,
    Footnote,
    Inline,
    Internal,
    Link,
    MilestoneMention,
    NumberedList,
    Quotation,
    mapped,
    mapped_line,
)
from milepost.views.chart import GanttChart
from milepost.views.trend.lines import TrendChart

if TYPE_CHECKING:
    from collections.abc import Mapping

    from milepost.document.model import Document, MilestoneSections
    from milepost.prose.values import Block, Prose
    from milepost.views.chart import Bar
    from milepost.views.document import DeliveryView, DocumentView, MilestoneView

Place = tuple[str, str]
"""Where a milestone is printed: `section` or `delivery` and the section's milestone, `row` or `line` and the
chart."""

_OF_TEXT = {
    "name": ("name",),
    "due": ("due",),
    "forecast": ("expected",),
    "completed": ("status", "since"),
    "state": ("status", "since", "reason"),
    "since": ("since",),
    "reason": ("reason",),
}
"""What a section or delivery prints of a field of its milestone."""
_OF_ROW = {
    "name": ("label",),
    "short_name": ("label",),
    "due": ("due",),
    "forecast": ("forecast",),
    "completed": ("completed",),
    "state": ("set_aside", "since"),
    "since": ("since",),
}
"""What the row of a chart shows of a field of its milestone."""
_OF_LINE: dict[str, tuple[str, ...]] = {
    "name": ("printed_label",),
    "short_name": ("printed_label",),
    **dict.fromkeys(("due", "forecast", "completed", "state", "since", "aka", "own"), ("course",)),
}
"""What the line of a trend chart shows of a field of its milestone."""
_AT: dict[str, dict[str, tuple[str, ...]]] = {"section": _OF_TEXT, "delivery": _OF_TEXT, "line": _OF_LINE}
"""The same by the kind of place; all others are rows."""
_OF_TREND = ("selection", "labels", "date", "direction", "since", "baseline")
"""The fields of a trend chart that decide what is drawn."""
_OF_DOCUMENT = {
    "handle": ("handle",),
    "title": ("title",),
    "short_title": ("running_title",),
    "organisation": ("publisher",),
    "group": ("publisher",),
    "authors": ("authors",),
    "status": ("status",),
    "layout": ("layout",),
    "paper": ("paper",),
    "class_options": ("form",),
    "curator": ("form",),
    "source": ("source",),
    "draft_mark": ("mark",),
    "obsolete_mark": ("mark",),
    "obsolete_notice": ("notice",),
    "control_notice": ("notice",),
    "dates_from": ("notice",),
    "control_footer": ("foot",),
}
"""What the view of a document has of a field of its metadata; of other fields it prints nothing."""
_SELECTING = ("level", "wbs", "tags")
_NOT_PRINTED = {Part.CHANGE_RECORD: ("issue", "authorises"), Part.FIGURES: ("name",)}


class Shown:
    """Tells the changes between two editions that are printed from those that are not."""

    def __init__(
        self,
        documents: tuple[Document, Document],
        views: tuple[DocumentView, DocumentView],
        codes: Mapping[str, str],
        figures: Mapping[str, str],
    ) -> None:
        """Compare two editions.

        Args:
            documents: the old and the new document.
            views: what is printed of them.
            codes: the new codes of recoded milestones, by their old ones.
            figures: the new names of renamed figures, by their old ones.
        """
        self._documents, self._views = documents, views
        self._codes, self._figures = codes, figures
        self.milestones = milestones(views[0], codes, figures), milestones(views[1], {}, {})
        self._blocks = tuple(
            {at: section.blocks for at, section in walk(view.sections)} | {None: view.abstract}
            for view in views
        )
        self._links = _links(views[0], codes), _links(views[1], {})
        self._mentioned = [
            {
                inline.code
                for _, line in lines(document)
                for inline in line
                if isinstance(inline, MilestoneMention)
            }
            for document in documents
        ]

    def __contains__(self, change: Change) -> bool:  # noqa: PLR0911, PLR0912 -- one case for each kind of change
        match change:
            case MetadataChanged(field=field):
                return self._of_document(field)
            case ProseChanged(before=before, after=after):
                texts = (
                    blocks.get(None if place is None else place.at, ())
                    for blocks, place in zip(self._blocks, (before, after), strict=True)
                )
                return _seen(next(texts), self._figures) != _seen(next(texts), {})
            case SectionChanged(field="milestones", old=old, new=new):
                return self._asked(old, new)
            case SectionChanged(field=field):
                return field not in {"label", "waivers"}
            case SectionAdded() | SectionRemoved() | SectionMoved():
                return True
            case EntryAdded(part=part, key=key):
                return self._has(part, key, 1)
            case EntryRemoved(part=part, key=key):
                return self._has(part, key, 0)
            case EntryChanged():
                return self._entry(change)
            case MilestoneAdded(milestone=milestone):
                return milestone.code in self.milestones[1]
            case MilestoneRemoved(milestone=milestone):
                return milestone.code in self.milestones[0]
            case Recoded(old=old, new=new):
                printed = old in self._mentioned[0] or new in self._mentioned[1]
                return printed or any(new in places for places in self.milestones)
            case PredecessorAdded(delivery=True) | PredecessorRemoved(delivery=True):
                return True
            case PredecessorAdded(code=code, predecessor=other):
                return (other, code) in self._links[1]
            case PredecessorRemoved(code=code, predecessor=other):
                return (other, code) in self._links[0]
            case Completed() | Reopened() | CompletionMoved():
                return self._of_milestone(change.code, "completed")
            case DetailChanged(code=code, field=field) if field in _SELECTING:
                return self.milestones[0].get(code, {}).keys() != self.milestones[1].get(code, {}).keys()
            case Consequence():
                return True
            case _:
                return self._of_milestone(change.code, change.field)

    def _of_document(self, field: str) -> bool:
        old, new = self._views
        if field == "data_date":
            return (
                (any(_data_dates(old)) and _data_dates(old) != _data_dates(new))
                or old.revision_date != new.revision_date
                or self._is_origin_dated()
            )
        if field == "folder":  # of the recorded exports, from which trend charts are drawn
            trends = filter(None, map(self._trends, new.figures))
            return any(before.content != after.content for before, after in trends)
        if field == "control_footer" and new.layout != "milepost":
            return False  # the class has a foot of its own
        names = _OF_DOCUMENT.get(field, ())
        return any(getattr(old, name) != getattr(new, name) for name in names)

    def _is_origin_dated(self) -> bool:
        """Return whether the statement of where the dates come from depends on the data date."""
        abouts = [document.metadata for document in self._documents]
        old, new = (about.data_date for about in abouts)
        stated = any(
            about.status != "obsolete" and about.origin(old) != about.origin(new) for about in abouts
        )
        return stated and self._views[0].notice != self._views[1].notice

    def _of_milestone(self, code: str, field: str) -> bool:
        was, now = (
            {
                (place, seen)
                for place, view in places.get(code, {}).items()
                if (seen := _facts(view, place, field))
            }
            for places in self.milestones
        )
        return was != now

    def _asked(self, old: MilestoneSections | None, new: MilestoneSections | None) -> bool:
        """Return whether two choices of the milestones of a section print different things."""
        before, after = self._documents
        differ = any(_sections(each, old, {}) != _sections(each, new, {}) for each in self._documents)
        return differ and _sections(before, old, self._codes) != _sections(after, new, {})

    def _has(self, part: Part, key: str, edition: int) -> bool:
        view = self._views[edition]
        if part is Part.FIGURES:
            return key in view.figures
        return part is not Part.ACRONYMS or any(key == row.acronym for row in view.acronyms)

    def _entry(self, change: EntryChanged) -> bool:
        if change.field == "waivers" or change.field in _NOT_PRINTED.get(change.part, ()):
            return False
        was, now = (self._has(change.part, change.key, edition) for edition in (0, 1))
        if change.part is Part.ACRONYMS and change.field == "keep":
            return was != now
        if change.part is Part.FIGURES and change.field in _OF_TREND and self._trends(change.key):
            old, new = self._trends(change.key)
            return old.content != new.content
        if change.part is Part.FIGURES and change.field in {"selection", "context"}:
            return (was or now) and self._drawn_otherwise(change.key)
        return was or now

    def _trends(self, name: str) -> list[TrendChart]:
        """Return the old and the new drawing of the trend chart with that name now; nothing if it is none."""
        found = [
            figure.drawing
            for view, known in zip(self._views, (self._earlier(name), name), strict=True)
            if (figure := view.figures.get(known)) and isinstance(figure.drawing, TrendChart)
        ]
        return found if len(found) == len(self._views) else []

    def _earlier(self, name: str) -> str:
        """Return the old name of the figure that is called `name` now."""
        return {new: old for old, new in self._figures.items()}.get(name, name)

    def _drawn_otherwise(self, name: str) -> bool:
        earlier = self._earlier(name)
        charts = [
            next(each for each in document.figures if each.name == known and isinstance(each, GanttFigure))
            for document, known in zip(self._documents, (earlier, name), strict=True)
        ]
        old, new = charts
        differ = any(_rows(each, old, {}) != _rows(each, new, {}) for each in self._documents)
        return differ and _rows(self._documents[0], old, self._codes) != _rows(self._documents[1], new, {})


def milestones(
    view: DocumentView, codes: Mapping[str, str], figures: Mapping[str, str]
) -> dict[str, dict[Place, Any]]:
    """Return what is printed of each milestone, by its place; with the new codes and names of `figures`."""
    found: dict[str, dict[Place, Any]] = {}

    def add(code: str, kind: str, where: str, what: Any) -> None:
        found.setdefault(codes.get(code, code), {})[kind, where] = what

    for _, section in walk(view.sections):
        if (milestone := section.milestone) is not None:
            owner = codes.get(milestone.code, milestone.code)
            add(milestone.code, "section", owner, milestone)
            for delivery in milestone.deliveries:
                add(delivery.code, "delivery", owner, delivery)
    for name, figure in view.figures.items():
        if isinstance(figure.drawing, GanttChart):
            for bar in figure.drawing.bars:
                add(bar.code, "context" if bar.context else "row", figures.get(name, name), bar)
        elif isinstance(figure.drawing, TrendChart):
            for trend in figure.drawing.trends:
                add(trend.code, "line", figures.get(name, name), trend)
    return found


def _facts(view: MilestoneView | DeliveryView | Any, place: Place, field: str) -> tuple[Any, ...]:
    """Return what is printed of a field of a milestone at a place; nothing where that is nothing."""
    names = _AT.get(place[0], _OF_ROW).get(field, ())
    values = tuple(getattr(view, name) for name in names)
    return values if any(value is not None for value in values) else ()


def _links(view: DocumentView, codes: Mapping[str, str]) -> set[tuple[str, str]]:
    """Return the links that are drawn: the codes of predecessor and successor."""

    def code(bar: Bar) -> str:
        return codes.get(bar.code, bar.code)

    return {
        (code(bars[link.predecessor]), code(bars[link.successor]))
        for figure in view.figures.values()
        if isinstance(figure.drawing, GanttChart)
        for bars in [figure.drawing.bars]
        for link in figure.drawing.links
    }


def _data_dates(view: DocumentView) -> list[Any]:
    drawings = (figure.drawing for figure in view.figures.values())
    return [drawing.data_date for drawing in drawings if isinstance(drawing, GanttChart | TrendChart)]


def _sections(
    document: Document, asked: MilestoneSections | None, codes: Mapping[str, str]
) -> dict[str, tuple[frozenset[str], str]]:
    """Return what the sections of the milestones that are asked for have in them."""
    if asked is None:
        return {}
    found: dict[str, tuple[frozenset[str], str]] = {}
    for milestone in document.selected(asked):
        inner = frozenset(codes.get(each.code, each.code) for each in delivered(document, milestone, asked))
        found[codes.get(milestone.code, milestone.code)] = inner, "" if inner else asked.no_deliveries
    return found


def _rows(document: Document, figure: GanttFigure, codes: Mapping[str, str]) -> set[tuple[str, bool]]:
    rows, context = chart_rows(document, figure)
    return {(codes.get(row.code, row.code), row.code in context) for row in rows}


def _seen(prose: Prose, figures: Mapping[str, str]) -> Prose:
    """Return resolved prose without what is not printed: anchors, addresses of issues, numbers of notes."""
    return tuple(_seen_block(block, figures) for block in mapped(prose, _seen_inline))


def _seen_block(block: Block, figures: Mapping[str, str]) -> Block:
    if isinstance(block, FigurePlace):
        return FigurePlace(figures.get(block.name, block.name))
    if isinstance(block, BulletList | NumberedList):
        return replace(block, items=tuple(_seen(item, figures) for item in block.items))
    if isinstance(block, Quotation):
        return replace(block, blocks=_seen(block.blocks, figures))
    return block


def _seen_inline(inline: Inline) -> Inline:
    match inline:
        case Internal(text):
            return Internal(text, "")
        case Link(text, issue=True):
            return Link(text, "", issue=True)
        case Footnote(inlines):
            return Footnote(mapped_line(inlines, _seen_inline))
        case _:
            return inline
