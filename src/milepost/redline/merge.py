"""Merge two editions of a document into one view, which is printed by the same templates as each of them.

Every printed string of the merged view is a `Marked`, in which words are kept, inserted or deleted. Without
the deleted words it is exactly the new edition, without the inserted words exactly the old one, except that

- a section with a `Move` is printed once, at its new place; the note at its old place is in neither edition;
- what is sorted (deliveries, references) is in the order of the new edition;
- a figure that is in both editions is printed at its new place only, with a `Remark` at both. Unless it is a
  chart in both, one with another drawing is a figure that is gone and one that is new.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from milepost.base.addresses import figure_anchor, gone_anchor, milestone_anchor
from milepost.base.marked import Marked, whole
from milepost.diff.changes import EntryAdded, EntryChanged, EntryRemoved, Part, new_codes
from milepost.diff.plain_words import words
from milepost.diff.printed.deployment import compare as compare_boxes
from milepost.diff.printed.effects import new_figures
from milepost.diff.printed.outline import Outline, paired, woven
from milepost.prose.values import Footnote, lines_of
from milepost.redline.prose import ProseMerger, align
from milepost.views.chart import DeploymentDiagram, GanttChart
from milepost.views.document import (
    AcronymView,
    ChangeView,
    DeliveryView,
    DocumentView,
    FigureView,
    MilestoneView,
    Move,
    ReferenceView,
    SectionView,
)
from milepost.views.trend.lines import TrendChart

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from milepost.diff.changes import Change, SectionKey
    from milepost.diff.printed.deployment import BoxPath
    from milepost.prose.values import Prose
    from milepost.views.figures import Figure as Drawing

_DEEPEST = 5
"""The lowest level of headings."""
_TEXTS = (
    *("handle", "title", "running_title", "publisher", "mark", "notice", "foot", "form"),
    *("revision", "revision_date", "source"),
)

Some = TypeVar("Some")


def merge(old: DocumentView, new: DocumentView, changes: Iterable[Change]) -> DocumentView:
    """Merge two editions into one document.

    Args:
        old: the earlier edition.
        new: the later one.
        changes: the difference of the two documents, as `milepost.diff.compare` finds it: which milestones
            are recoded, and which sections are new, gone or moved.
    """
    return _Merger(old, new, tuple(changes)).merged()


class _Anchors:
    """Anchors for what is gone, each of them unique in the merged document."""

    def __init__(self, taken: Iterable[str]) -> None:
        self.taken = set(taken)
        self._given: dict[str, str] = {}

    def of_gone(self, anchor: str) -> str:
        """Return the anchor of what had `anchor` in the old edition."""
        if anchor not in self._given:
            name = gone_anchor(anchor)
            while name in self.taken:
                name = gone_anchor(name)
            self.taken.add(name)
            self._given[anchor] = name
        return self._given[anchor]


class _Merger:
    def __init__(self, old: DocumentView, new: DocumentView, changes: tuple[Change, ...]) -> None:
        self._old, self._new = old, new
        self._codes = new_codes(changes)
        record = [
            change
            for change in changes
            if isinstance(change, EntryAdded | EntryRemoved) and change.part is Part.CHANGE_RECORD
        ]
        self._new_entries = {change.index for change in record if isinstance(change, EntryAdded)}
        self._gone_entries = {change.index for change in record if isinstance(change, EntryRemoved)}
        self._anchors = _Anchors(new.anchors)
        self._boxes = dict(_boxes(changes))
        self._names = new_figures(changes)
        self._outline = Outline(old, new, changes, self._codes)
        self._old_figures = {self._names.get(name, name): figure for name, figure in old.figures.items()}
        kept = {
            name: f"Figure {figure.number}"
            for name, figure in new.figures.items()
            if name in self._old_figures and _is_one_drawing(self._old_figures[name], figure)
        }
        self._prose = ProseMerger(
            renamed={milestone_anchor(was): milestone_anchor(now) for was, now in self._codes.items()}
            | {figure_anchor(was): figure_anchor(now) for was, now in self._names.items()}
            | self._outline.anchors(),
            names=self._names,
            removed_figures={
                name: _unlike(new.figures, name) for name in self._old_figures if name not in kept
            },
            figures=kept,
        )
        self._placed: set[str] = set()

    def merged(self) -> DocumentView:
        old, new = self._old, self._new
        texts: dict[str, Any] = {name: words(*_both(old, new, name)) for name in _TEXTS}
        abstract = self._prose.prose(old.abstract, new.abstract)
        return replace(
            new,
            **texts,
            authors=tuple(
                whole(before, after) for before, after in align(old.authors, new.authors, _identical)
            ),
            abstract=abstract,
            abstract_footnotes=_footnotes(abstract),
            changes=tuple(self._record()),
            sections=self._sections((), (), 1),
            figures=dict(self._figures()),
            references=tuple(
                self._reference(before, after)
                for before, after in paired(old.references, new.references, _handle, _handle)
            ),
            references_number=whole(old.references_number, new.references_number),
            acronyms=tuple(
                _acronym(before, after) for before, after in paired(old.acronyms, new.acronyms, _name, _name)
            ),
            acronyms_number=whole(old.acronyms_number, new.acronyms_number),
        )

    # --- Sections ---

    def _sections(
        self, before: SectionKey | None, after: SectionKey | None, depth: int
    ) -> tuple[SectionView, ...]:
        """Return the sections below the one at `before` in the old edition and `after` in the new one."""
        outline = self._outline
        found = []
        for was, now in outline.family(before, after):
            if was is None and now is not None and (elsewhere := outline.before.get(now)) is not None:
                found.append(self._section(elsewhere, now, depth))
                anchor = self._anchors.of_gone(outline.old[elsewhere].anchor)
                note = f"moved from {outline.old[elsewhere].number}"
                found[-1] = replace(found[-1], move=Move(note=note, anchor=anchor, gone=False))
            elif now is None and was is not None and (elsewhere := outline.after.get(was)) is not None:
                found.append(self._stub(outline.old[was], outline.new[elsewhere], depth))
            else:
                found.append(self._section(was, now, depth))
        return tuple(found)

    def _stub(self, was: SectionView, now: SectionView, depth: int) -> SectionView:
        """Return the note at the old place of a section that has moved."""
        note = f"{was.number} {was.title}: moved to {now.number}"
        return SectionView(
            number=Marked(()),
            depth=min(depth, _DEEPEST),
            title=Marked(()),
            anchor=self._anchors.of_gone(was.anchor),
            blocks=(),
            footnotes=(),
            sections=(),
            milestone=None,
            place=was.place,
            move=Move(note=note, anchor=now.anchor, gone=True),
        )

    def _section(self, was: SectionKey | None, now: SectionKey | None, depth: int) -> SectionView:
        old = None if was is None else self._outline.old[was]
        new = None if now is None else self._outline.new[now]
        some = _either(old, new)
        blocks = self._prose.prose(old.blocks if old else (), new.blocks if new else ())
        milestone = None
        if some.milestone is not None:
            milestone = self._milestone(old.milestone if old else None, new.milestone if new else None)
        return SectionView(
            number=whole(*_both(old, new, "number")),
            depth=min(depth, _DEEPEST),
            title=words(*_both(old, new, "title")),
            anchor=some.anchor if new else self._anchors.of_gone(some.anchor),
            blocks=blocks,
            footnotes=_footnotes(blocks),
            sections=self._sections(was, now, depth + 1),
            milestone=milestone,
            place=some.place,
        )

    def _milestone(self, old: MilestoneView | None, new: MilestoneView | None) -> MilestoneView:
        return MilestoneView(
            code=whole(*_both(old, new, "code")),
            name=words(*_both(old, new, "name")),
            **_state(old, new),
            deliveries=tuple(
                self._delivery(before, after)
                for before, after in paired(
                    old.deliveries if old else (),
                    new.deliveries if new else (),
                    lambda delivery: self._codes.get(delivery.code, delivery.code),
                    lambda delivery: delivery.code,
                )
            ),
            no_deliveries=words(*_both(old, new, "no_deliveries")),
        )

    def _delivery(self, old: DeliveryView | None, new: DeliveryView | None) -> DeliveryView:
        anchor, first = (new.anchor, new.first) if new else self._place_of_gone(_either(old, new))
        return DeliveryView(
            code=whole(*_both(old, new, "code")),
            name=words(*_both(old, new, "name")),
            **_state(old, new),
            anchor=anchor,
            first=first,
        )

    def _place_of_gone(self, delivery: DeliveryView) -> tuple[str | None, str]:
        """Return the anchor of a delivery that is gone, if it has one, and the anchor to link to."""
        now = self._prose.renamed.get(delivery.first, delivery.first)
        if now in self._anchors.taken:
            return None, now
        anchor = self._anchors.of_gone(delivery.first)
        if anchor in self._placed:
            return None, anchor
        self._placed.add(anchor)
        return anchor, anchor

    # --- The other parts ---

    def _record(self) -> Iterator[ChangeView]:
        """Yield the entries of both change records; those that are in both keep their order."""
        old, new = self._old.changes, self._new.changes
        pairs = zip(
            (index for index in range(len(old)) if index not in self._gone_entries),
            (index for index in range(len(new)) if index not in self._new_entries),
            strict=True,
        )
        for i, j in woven(len(old), len(new), pairs):
            yield self._change(None if i is None else old[i], None if j is None else new[j])

    def _change(self, old: ChangeView | None, new: ChangeView | None) -> ChangeView:
        return ChangeView(
            version=whole(*_both(old, new, "version")),
            date=whole(*_both(old, new, "date")),
            description=self._prose.line(old.description if old else (), new.description if new else ()),
            owner=words(*_both(old, new, "owner")),
        )

    def _figures(self) -> Iterator[tuple[str, FigureView]]:
        """Yield each figure with its name: all new ones, then old ones that are gone or replaced."""
        for name, new in self._new.figures.items():
            old = None if name in self._prose.removed_figures else self._old_figures.get(name)
            figure = self._figure(old, new)
            yield name, replace(figure, drawing=self._noted(figure.drawing, name, 1))
        for name, shown_as in self._prose.removed_figures.items():
            gone = self._figure(self._old_figures[name], None)
            anchor = self._anchors.of_gone(gone.anchor)
            # Its identifiers begin with its name.
            drawing = self._noted(replace(gone.drawing, name=shown_as), name, 0)
            yield shown_as, replace(gone, name=shown_as, anchor=anchor, drawing=drawing)

    def _figure(self, old: FigureView | None, new: FigureView | None) -> FigureView:
        return replace(
            _either(old, new),
            number=whole(*_both(old, new, "number")),
            caption=self._prose.line(old.caption if old else (), new.caption if new else ()),
        )

    def _noted(self, drawing: Drawing, name: str, edition: int) -> Drawing:
        """Return a drawing with notes on its boxes, if they have changed; `name` is the new one."""
        if name in self._boxes and isinstance(drawing, DeploymentDiagram):
            return replace(drawing, notes=self._boxes[name][edition])
        return drawing

    def _reference(self, old: ReferenceView | None, new: ReferenceView | None) -> ReferenceView:
        some = _either(old, new)
        return ReferenceView(
            anchor=some.anchor if new else self._anchors.of_gone(some.anchor),
            number=whole(*_both(old, new, "number")),
            handle=whole(*_both(old, new, "handle")),
            year=whole(*_both(old, new, "year")),
            url=whole(*_both(old, new, "url")),
            **{name: words(*_both(old, new, name)) for name in ("authors", "title", "series", "publisher")},
        )


def _either(old: Some | None, new: Some | None) -> Some:
    """Return the part in the new edition, or in the old one where it is gone."""
    if new is not None:
        return new
    if old is not None:
        return old
    raise ValueError("a part of neither edition")


def _both(old: object, new: object, name: str) -> tuple[str | None, str | None]:
    """Return the attribute `name` of both; None where it is missing."""
    return getattr(old, name, None), getattr(new, name, None)


def _state(old: object, new: object) -> dict[str, Any]:
    """Return the fields that say when a milestone is due and what has become of it."""
    facts = {name: whole(*_both(old, new, name)) for name in ("due", "status", "since", "expected")}
    return {**facts, "reason": words(*_both(old, new, "reason"))}


def _is_one_drawing(old: FigureView, new: FigureView) -> bool:
    """Return whether one drawing shows both figures: that of a chart marks what has changed."""
    before, after = old.drawing, new.drawing
    if isinstance(before, DeploymentDiagram) and isinstance(after, DeploymentDiagram):
        return before.facilities == after.facilities
    return isinstance(before, GanttChart | TrendChart) and type(before) is type(after)


def _boxes(changes: Iterable[Change]) -> Iterator[tuple[str, tuple[dict[BoxPath, str], ...]]]:
    """Yield the figures whose boxes have changed, with the notes on the boxes of both editions."""
    for change in changes:
        if isinstance(change, EntryChanged) and change.field == "facilities":
            found = [each.notes for each in compare_boxes(change.old, change.new)]
            both = ({path: note for notes in found for path, note in notes[at].items()} for at in (0, 1))
            yield change.key, tuple(both)


def _acronym(old: AcronymView | None, new: AcronymView | None) -> AcronymView:
    return AcronymView(
        acronym=whole(*_both(old, new, "acronym")),
        definition=words(*_both(old, new, "definition")),
    )


def _footnotes(prose: Prose) -> tuple[Footnote, ...]:
    return tuple(inline for line in lines_of(prose) for inline in line if isinstance(inline, Footnote))


def _identical(old: str, new: str) -> float:
    return float(old == new)


def _handle(reference: ReferenceView) -> str:
    return reference.handle


def _name(acronym: AcronymView) -> str:
    return acronym.acronym


def _unlike(names: Iterable[str], name: str) -> str:
    """Return a name for the figure `name` of the old edition that is not among `names`."""
    shown_as = gone_anchor(name)
    while shown_as in names:
        shown_as = gone_anchor(shown_as)
    return shown_as
