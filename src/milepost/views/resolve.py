"""Resolve a document into its view: number sections, figures and footnotes, look up what references name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from milepost.base.addresses import figure_anchor, milestone_anchor, reference_anchor
from milepost.base.dates import iso
from milepost.document import acronyms, schedule, traverse
from milepost.document.model import (
    Document,
    Metadata,
    Milestone,
    MilestoneSections,
    Reference,
    Section,
    order_key,
)
from milepost.document.traverse import section_anchors
from milepost.prose.values import (
    Citation,
    CrossReference,
    Footnote,
    Inline,
    Internal,
    Issue,
    Line,
    Link,
    MilestoneMention,
    Prose,
    Text,
    lines_of,
    mapped,
    mapped_line,
    plain,
)
from milepost.views import make_charts
from milepost.views.document import (
    AcronymView,
    ChangeView,
    DeliveryView,
    DocumentView,
    FigureView,
    MilestoneView,
    ReferenceView,
    RevisionLine,
    SectionView,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from milepost.document.figures import FigureData
    from milepost.history.states import Snapshot
    from milepost.loading.load import Places


def resolve(
    document: Document, places: Places, revision: RevisionLine, states: Sequence[Snapshot] = ()
) -> DocumentView:
    """Return the view of `document`.

    Args:
        document: a valid document.
        places: where its parts are in the file, for problems that are found when it is printed.
        revision: the state of the source, printed on the title page.
        states: earlier states, from which trend charts are drawn.
    """
    return _Resolver(document, places, states).view(revision)


def reference_key(reference: Reference) -> tuple[str, int, str]:
    """Return the key by which references are ordered: first author, year, handle."""
    return reference.authors[0].casefold(), reference.year, reference.handle


class _Resolver:
    """Numbers sections, figures and footnotes in reading order, and resolves what refers to them."""

    def __init__(self, document: Document, places: Places, states: Sequence[Snapshot]) -> None:
        self._document = document
        self._states = states
        self._places = places
        self._footnotes = 0
        self._figures = {
            name: number for number, name in enumerate(traverse.placed_figures(document), start=1)
        }
        self._section_anchors = section_anchors(document)
        self._labels = {
            name: (_numbered("Figure", number), figure_anchor(name)) for name, number in self._figures.items()
        }
        for position, section in traverse.walk(document.sections):
            if section.label is not None:
                number = traverse.section_number(position)
                self._labels[section.label] = (_numbered("Section", number), self._section_anchors[position])
        self._printed = traverse.printed_milestones(document)
        # A milestone has one place: its own section where it has one, else its first delivery.
        self._placed = set(document.once(traverse.own_sections))
        self._linked: set[str] = set()

    def view(self, revision: RevisionLine) -> DocumentView:
        document, about = self._document, self._document.metadata
        marks = {"draft": about.draft_mark, "obsolete": about.obsolete_mark}
        mark = marks.get(about.status)
        bears = revision
        if about.status != "draft" and document.change_record:
            bears = replace(revision, date=document.change_record[-1].date)
        abstract, abstract_footnotes = self._prose(about.abstract)
        changes = tuple(self._change(index) for index in range(len(document.change_record)))
        sections = self._sections(document.sections, (), ("sections",))
        after = iter(range(len(sections) + 1, len(sections) + 3))
        printed_acronyms = document.once(acronyms.usage).printed
        return DocumentView(
            handle=about.handle,
            title=about.title,
            running_title=about.short_title or about.title,
            publisher=" ".join(filter(None, (about.organisation, about.group))),
            organisation=about.organisation,
            group=about.group,
            authors=about.authors,
            language=about.language,
            layout=about.layout,
            paper=about.paper,
            class_options=about.class_options,
            curator=about.curator,
            status=about.status,
            mark=mark,
            notice=_notice(about),
            foot=None if about.status == "obsolete" else about.control_footer,
            form=_form(about),
            version=next(
                (change.version for change in reversed(document.change_record) if change.version), None
            ),
            revision=str(bears),
            revision_date=iso(bears.date),
            source_date=iso(revision.date),
            commit=revision.described,
            source=about.source,
            edit_url=about.edit_url,
            site=None if about.site is None else f"{about.site.rstrip('/')}/",
            data_date=iso(about.data_date),
            abstract=abstract,
            abstract_footnotes=abstract_footnotes,
            changes=changes,
            sections=sections,
            figures={
                figure.name: self._figure(figure)
                for figure in document.figures
                if figure.name in self._figures
            },
            references=tuple(
                _reference(number, reference)
                for number, reference in enumerate(sorted(document.references, key=reference_key), start=1)
            ),
            references_number=str(next(after)) if document.references else "",
            acronyms=tuple(
                AcronymView(acronym=entry.acronym, definition=entry.definition) for entry in printed_acronyms
            ),
            acronyms_number=str(next(after)) if printed_acronyms else "",
            linked=frozenset(self._linked),
        )

    def _change(self, index: int) -> ChangeView:
        change = self._document.change_record[index]
        return ChangeView(
            version=change.version or "",
            date=iso(change.date),
            description=self._line(change.description),
            owner=change.owner,
        )

    def _sections(
        self, sections: tuple[Section, ...], above: tuple[int, ...], path: tuple[str | int, ...]
    ) -> tuple[SectionView, ...]:
        return tuple(
            self._section(section, (*above, number), (*path, number - 1))
            for number, section in enumerate(sections, start=1)
        )

    def _section(
        self, section: Section, numbers: tuple[int, ...], path: tuple[str | int, ...]
    ) -> SectionView:
        blocks, footnotes = self._prose(section.text)
        sections = self._sections(section.sections, numbers, (*path, "sections"))
        if section.milestones is not None:
            selected = self._document.selected(section.milestones)
            sections += tuple(
                self._milestone_section(milestone, (*numbers, number), section.milestones)
                for number, milestone in enumerate(selected, start=len(sections) + 1)
            )
        return SectionView(
            number=".".join(map(str, numbers)),
            depth=len(numbers),
            title=section.title,
            anchor=self._section_anchors[tuple(number - 1 for number in numbers)],
            blocks=blocks,
            footnotes=footnotes,
            sections=sections,
            milestone=None,
            place=self._places.of((*path, "title")),
        )

    def _milestone_section(
        self, milestone: Milestone, numbers: tuple[int, ...], asked: MilestoneSections
    ) -> SectionView:
        delivered = traverse.delivered(self._document, milestone, asked)
        return SectionView(
            number=".".join(map(str, numbers)),
            depth=len(numbers),
            title=f"{milestone.name}: {milestone.code}",
            anchor=milestone_anchor(milestone.code),
            blocks=(),
            footnotes=(),
            sections=(),
            milestone=MilestoneView(
                code=milestone.code,
                name=milestone.name,
                **_facts(milestone),
                deliveries=tuple(self._delivery(each) for each in sorted(delivered, key=order_key)),
                no_deliveries="" if delivered else asked.no_deliveries,
            ),
            place=self._places.of_key(("milestones", milestone.code)),
        )

    def _delivery(self, milestone: Milestone) -> DeliveryView:
        anchor = milestone_anchor(milestone.code)
        first = milestone.code not in self._placed
        self._placed.add(milestone.code)
        return DeliveryView(
            code=milestone.code,
            name=milestone.name,
            **_facts(milestone),
            anchor=anchor if first else None,
            first=anchor,
        )

    def _figure(self, figure: FigureData) -> FigureView:
        caption = self._line(figure.caption)
        return FigureView(
            name=figure.name,
            number=str(self._figures[figure.name]),
            anchor=figure_anchor(figure.name),
            caption=caption,
            drawing=make_charts.draw(figure, self._document, plain(caption), self._states),
            place=self._places.of_key(("figures", figure.name)),
        )

    def _prose(self, prose: Prose) -> tuple[Prose, tuple[Footnote, ...]]:
        """Return `prose` resolved, and its footnotes, numbered on from the last."""
        resolved = mapped(prose, self._inline)
        notes = [inline for line in lines_of(resolved) for inline in line if isinstance(inline, Footnote)]
        return resolved, tuple(notes)

    def _line(self, line: Line) -> Line:
        return mapped_line(line, self._inline)

    def _inline(self, inline: Inline) -> Inline:
        resolved = inline
        match inline:
            case Citation(handle):
                resolved = Internal(handle, reference_anchor(handle), citation=True)
            case CrossReference(label):
                # A figure that is defined but placed nowhere has no number to refer to.
                resolved = Internal(*self._labels[label]) if label in self._labels else Text(label)
            case MilestoneMention(code):
                resolved = Internal(code, milestone_anchor(code)) if code in self._printed else Text(code)
            case Issue(key):
                resolved = Link(
                    key, (self._document.metadata.issue_url or "").replace("{key}", key), issue=True
                )
            case Footnote(inlines):
                self._footnotes += 1
                resolved = Footnote(self._line(inlines), str(self._footnotes))
            case _:
                pass
        if isinstance(resolved, Internal):
            self._linked.add(resolved.anchor)
        return resolved


def _notice(about: Metadata) -> str | None:
    """Return the notice of the title page: on control, and where the dates come from."""
    if about.status == "obsolete":
        return about.obsolete_notice
    return " ".join(filter(None, (about.control_notice, about.origin(about.data_date)))) or None


def _form(about: Metadata) -> str:
    """Return in words what the pages look like, and what a document class prints as it likes."""
    if about.layout == "milepost":
        return f"class {about.layout}, paper {about.paper}"
    options = f" with {', '.join(sorted(about.class_options))}" if about.class_options else ""
    curator = f", curator {about.curator}" if about.curator else ""
    return f"class {about.layout}{options}, paper {about.paper}{curator}"


def _numbered(kind: str, number: int | str) -> str:
    """Return a reference such as `Figure 2`, which is on one line in every output."""
    return f"{kind}\N{NO-BREAK SPACE}{number}"


def _facts(milestone: Milestone) -> dict[str, Any]:
    """Return the fields of a view that give the due date and the state of a milestone."""
    since = schedule.since(milestone)
    # What is completed or cancelled is not expected any more.
    ended = milestone.completed is not None or milestone.cancelled
    return {
        "due": str(milestone.due),
        "status": "completed" if milestone.completed else milestone.state or "currently incomplete",
        "since": since and iso(since),
        "expected": None if ended or milestone.forecast is None else str(milestone.forecast),
        "reason": milestone.reason,
    }


def _reference(number: int, reference: Reference) -> ReferenceView:
    return ReferenceView(
        number=str(number),
        handle=reference.handle,
        anchor=reference_anchor(reference.handle),
        authors=", ".join(reference.authors),
        year=str(reference.year),
        title=reference.title,
        series=f"{reference.series} {reference.handle}" if reference.series else reference.handle,
        publisher=reference.publisher,
        url=reference.url,
    )
