"""Pairs of documents, and the text of an edition, read from its own view or from that of a difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.documents import loaded, view

from milepost.base.marked import Marked
from milepost.diff.compare import diff
from milepost.prose.values import (
    BulletList,
    FigurePlace,
    Footnote,
    Internal,
    LiteralBlock,
    NumberedList,
    Paragraph,
    Quotation,
)
from milepost.redline.merge import merge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from milepost.prose.values import Line, Prose
    from milepost.views.document import DeliveryView, DocumentView, MilestoneView, SectionView


def merged(old: dict[str, Any], new: dict[str, Any]) -> DocumentView:
    return merge(view(old), view(new, 2), diff(loaded(old).document, loaded(new).document))


# --- The text of an edition -------------------------------------------------------------------------------


def new_text(text: str | None) -> str:
    return str(text or "")


def old_text(text: str | None) -> str:
    return text.before if isinstance(text, Marked) else str(text or "")


class Reading:
    """All that an edition prints, in its order.

    Of the view of a difference it is the new edition with `new_text` and the old one with `old_text`, read as
    described in `milepost.redline.merge`.
    """

    def __init__(self, document: DocumentView, text: Callable[[str | None], str]) -> None:
        self._text = text
        self._moved = {
            section.anchor: section
            for section in _all(document.sections)
            if section.move is not None and not section.move.gone
        }
        self.texts = tuple(part for part in self._document(document) if part)

    def _document(self, document: DocumentView) -> Iterator[str]:
        text = self._text
        for name in ("handle", "title", "publisher", "mark", "notice", "revision", "source"):
            yield f"{name}: {text(getattr(document, name))}"
        yield from map(text, document.authors)
        yield from self._prose(document.abstract)
        for change in document.changes:
            yield self._joined(change.version, change.date, self._line(change.description), change.owner)
        for section in document.sections:
            yield from self._section(section)
        for figure in sorted(document.figures.values(), key=lambda figure: text(figure.number)):
            yield self._joined(figure.number, self._line(figure.caption))
        for each in sorted(document.references, key=lambda each: text(each.number).rjust(3)):
            fields = each.number, each.handle, each.authors, each.year, each.title, each.series
            yield self._joined(*fields, each.publisher, each.url)
        yield text(document.references_number)
        for acronym in document.acronyms:
            yield self._joined(acronym.acronym, acronym.definition)
        yield text(document.acronyms_number)

    def _joined(self, *texts: str | None) -> str:
        found = [self._text(each) for each in texts]
        return " | ".join(found) if any(found) else ""

    def _section(self, section: SectionView) -> Iterator[str]:
        if section.move is not None:
            if section.move.gone == (self._text is not old_text):
                return
            section = self._moved[section.move.anchor] if section.move.gone else section
        yield self._joined(section.number, section.title)
        yield from self._prose(section.blocks)
        yield from (self._line(note.inlines) for note in section.footnotes)
        milestone = section.milestone
        if milestone is not None:
            text = self._text
            yield self._joined(milestone.code, milestone.name, *_facts(milestone))
            for each in sorted(milestone.deliveries, key=lambda each: (text(each.due), text(each.code))):
                yield self._joined(each.code, each.name, *_facts(each))
            yield text(milestone.no_deliveries)
        for inner in section.sections:
            yield from self._section(inner)

    def _line(self, line: Line) -> str:
        return "".join(self._inline(inline) for inline in line)

    def _inline(self, inline: Any) -> str:
        if isinstance(inline, Footnote):
            number = self._text(inline.number)
            return f"[{number}: {self._line(inline.inlines)}]" if number else ""
        text = self._text(inline.text)
        # A link that is gone leads nowhere and is plain text.
        kind = "text" if isinstance(inline, Internal) else inline.kind
        return "".join(f"{kind}:{character} " for character in text)

    def _prose(self, prose: Prose) -> Iterator[str]:
        for block in prose:
            match block:
                case Paragraph(inlines):
                    yield self._line(inlines)
                case BulletList(items):
                    for item in items:
                        yield "\n".join(filter(None, self._prose(item)))
                case NumberedList(items, numbers):
                    for number, item in zip(numbers or map(str, range(1, 99)), items, strict=False):
                        yield self._joined(number, "\n".join(filter(None, self._prose(item))))
                case Quotation(blocks):
                    yield from self._prose(blocks)
                case LiteralBlock(text):
                    yield self._text(text)
                case FigurePlace():
                    pass


def _all(sections: Iterable[SectionView]) -> Iterator[SectionView]:
    for section in sections:
        yield section
        yield from _all(section.sections)


def _facts(view: MilestoneView | DeliveryView) -> tuple[str | None, ...]:
    return view.due, view.status, view.since, view.expected, view.reason
