"""Views: a document resolved, sorted and numbered for printing.

A template finds here every word and number in the form and order in which it is printed. What remains for it
is the markup. `milepost.views.resolve` makes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.base.dates import iso
from milepost.base.marked import pieces
from milepost.document.traverse import walk
from milepost.views.page import PAGES

if TYPE_CHECKING:
    from datetime import date

    from milepost.base.errors import Place
    from milepost.prose.values import Footnote, Line, Prose
    from milepost.views.figures import Figure
    from milepost.views.page import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionLine:
    """The state of the source that a document is made from.

    Attributes:
        date: the day of that state.
        commit: abbreviated name of the commit; None outside of version control.
        modified: the source differs from that commit.
    """

    date: date
    commit: str | None = None
    modified: bool = False

    @property
    def described(self) -> str | None:
        """The commit in one word, as `git describe --dirty` puts it."""
        return self.commit and (f"{self.commit}-dirty" if self.modified else self.commit)

    def __str__(self) -> str:
        if self.commit is None:
            return iso(self.date)
        return f"{iso(self.date)} ({self.commit}{', with uncommitted changes' if self.modified else ''})"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """A row of the change record; `version` is empty where none was given."""

    version: str
    date: str
    description: Line
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryView:
    """An item of a milestone's section: what it delivers.

    `status`, `since`, `expected` and `reason` are its state: "completed" with its day, "currently
    incomplete" with the date that is expected now, "cancelled" or "deferred" with its day and the reason.
    `due` and `expected` are printed as they are written; the last three may be None.
    Where a milestone has no section of its own, its first item is its place and has its `anchor`; in the
    others `anchor` is None and `first` the anchor to link to.
    """

    code: str
    name: str
    due: str
    status: str
    since: str | None
    expected: str | None
    reason: str | None
    anchor: str | None
    first: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneView:
    """The text of the section of a milestone.

    The facts are those of `DeliveryView`; `no_deliveries` is empty when it delivers something.
    """

    code: str
    name: str
    due: str
    status: str
    since: str | None
    expected: str | None
    reason: str | None
    deliveries: tuple[DeliveryView, ...]
    no_deliveries: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """The note on a section that is at another place in the other of two compared editions.

    Attributes:
        note: where it was or is now.
        anchor: the place of that.
        gone: this is the old place, and of the section only the note is printed here.
    """

    note: str
    anchor: str
    gone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """A numbered section.

    Attributes:
        number: as `3.1`.
        depth: 1 for the highest.
        title: its heading, without the number.
        anchor: where links to it lead.
        blocks: its own text.
        footnotes: those of `blocks`, in order.
        sections: the sections below it.
        milestone: what the section says about a milestone, if it is one's.
        place: its place in the source.
        move: None but in the difference of two editions, where the section has moved.
    """

    number: str
    depth: int
    title: str
    anchor: str
    blocks: Prose
    footnotes: tuple[Footnote, ...]
    sections: tuple[SectionView, ...]
    milestone: MilestoneView | None
    place: Place
    move: Move | None = None

    @property
    def heading(self) -> str:
        """Number and title in one line."""
        return f"{self.number} {self.title}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureView:
    """A figure with its number and caption; `drawing` is what its renderer draws."""

    name: str
    number: str
    anchor: str
    caption: Line
    drawing: Figure
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceView:
    """An entry of the bibliography; `authors` is one line, `series` ends with the handle."""

    number: str
    handle: str
    anchor: str
    authors: str
    year: str
    title: str
    series: str
    publisher: str | None
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AcronymView:
    """A row of the table of acronyms."""

    acronym: str
    definition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentView:
    """A whole document.

    Attributes:
        publisher: organisation and group in one line.
        mark: the words that mark a draft or an obsolete document; None when it is approved.
        notice: on change control, or that it is obsolete.
        foot: the line on configuration control at the foot of every page.
        form: the class of the document, its options and the paper in words, for a difference.
        revision: date and state of the source.
        revision_date: the date of it alone: of an approved or obsolete document that of its last change, of a
            draft that of its source.
        source_date: the date of the source.
        linked: the anchors to which something in the document links.
        references_number, acronyms_number: the numbers of the two sections at the end; empty where the
            document has no such entries.
        The others are as in `milepost.document.model.Metadata`, or views as described above.
    """

    handle: str
    title: str
    running_title: str
    publisher: str
    organisation: str
    group: str | None
    authors: tuple[str, ...]
    language: str
    layout: str
    paper: str
    class_options: tuple[str, ...]
    curator: str | None
    status: str
    mark: str | None
    notice: str | None
    foot: str | None
    form: str
    version: str | None
    revision: str
    revision_date: str
    source_date: str
    commit: str | None
    source: str | None
    edit_url: str | None
    site: str | None
    data_date: str
    abstract: Prose
    abstract_footnotes: tuple[Footnote, ...]
    changes: tuple[ChangeView, ...]
    sections: tuple[SectionView, ...]
    figures: dict[str, FigureView]
    references: tuple[ReferenceView, ...]
    references_number: str
    acronyms: tuple[AcronymView, ...]
    acronyms_number: str
    linked: frozenset[str]

    @property
    def page(self) -> Page:
        """The room for figures in the PDF."""
        head, mark, foot = (
            "".join(text for _, text in pieces(each or ""))
            for each in (self.running_title, self.mark, self.foot)
        )
        return PAGES[self.layout, self.paper].between(head, " – ".join(filter(None, (mark, foot))))

    @property
    def title_page(self) -> str:
        """The texts of the title page and the running header in one."""
        return " ".join((self.title, self.running_title, self.publisher, self.handle, *self.authors))

    @property
    def references_heading(self) -> str:
        """Number and title of the section of references in one line."""
        return f"{self.references_number} References"

    @property
    def acronyms_heading(self) -> str:
        """Number and title of the section of acronyms in one line."""
        return f"{self.acronyms_number} Acronyms"

    @property
    def part_anchors(self) -> frozenset[str]:
        """The places, in the difference of two editions, of the parts that are no sections of the text."""
        parts = {
            "title-page": True,
            "abstract": self.abstract,
            "change-record": self.changes,
            "section-references": self.references,
            "section-acronyms": self.acronyms,
        }
        return frozenset(anchor for anchor, content in parts.items() if content)

    @property
    def anchors(self) -> frozenset[str]:
        """All places in the PDF to which a link may lead."""
        sections = [section for _, section in walk(self.sections)]
        milestones = [section.milestone for section in sections if section.milestone]
        deliveries = [each for milestone in milestones for each in milestone.deliveries]
        return frozenset(
            {
                *(section.anchor for section in sections),
                *(each.anchor for each in deliveries if each.anchor is not None),
                *(figure.anchor for figure in self.figures.values()),
                *(reference.anchor for reference in self.references),
            }
        )
