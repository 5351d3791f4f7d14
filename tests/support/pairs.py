"""Pairs of small documents, and what an edition says, read from its own view or from that of a difference."""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from milepost.base.marked import Marked
from milepost.diff.compare import diff
from milepost.document.prose import (
    BulletList,
    FigurePlace,
    Footnote,
    Internal,
    LiteralBlock,
    NumberedList,
    Paragraph,
    Quotation,
)
from milepost.loading.load import Loaded, loads
from milepost.redline.merge import merge
from milepost.views.document import RevisionLine
from milepost.views.resolve import resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from hypothesis.strategies import DrawFn, SearchStrategy

    from milepost.document.prose import Line, Prose
    from milepost.views.document import DocumentView, SectionView


# --- Documents --------------------------------------------------------------------------------------------


def document(**parts: Any) -> dict[str, Any]:
    """Return the values of a small document, with `parts` instead of its own."""
    about = {
        "handle": "DOC-1",
        "title": "Plan of the office",
        "organisation": "Office",
        "authors": ["A. Author"],
        "status": "draft",
        "data_date": "2024-01-31",
        "draft_mark": "Draft",
    }
    return {
        "format": "1",
        "document": about | parts.pop("document", {}),
        "sections": [{"title": "Introduction"}],
        "milestones": {},
    } | parts


def loaded(values: dict[str, Any]) -> Loaded:
    return _loaded(json.dumps(values))


@lru_cache(maxsize=4)
def _loaded(text: str) -> Loaded:
    return loads(text.encode(), "milestones.yaml")


def view(values: dict[str, Any], day: int = 1) -> DocumentView:
    document = loaded(values)
    return resolve(document.document, document.places, RevisionLine(date=date(2024, 1, day)))


def merged(old: dict[str, Any], new: dict[str, Any]) -> DocumentView:
    return merge(view(old), view(new, 2), diff(loaded(old).document, loaded(new).document))


# --- Random documents -------------------------------------------------------------------------------------

_NAMES = ("first light", "second light", "$ % & # _ ~ {x}", "a -- b", "Ωmega жук", "first light again")
_WORDS = ("one", "two", "three, four", "*five*", "``six_``", "**seven**", "$8", "é", "2024-01-01")
_DATES = ("2023-05-01", "2023-06-01", "2024-07-01", "2024-07-02")


def _line() -> SearchStrategy[str]:
    parts = (*_WORDS, ":cite:`REF-1`", "`a link <https://example.org/>`__")
    return st.lists(st.sampled_from(parts), min_size=1, max_size=6).map(" ".join)


@st.composite
def _prose(draw: DrawFn) -> str:
    blocks: list[str] = []
    notes: list[str] = []
    for _ in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(["paragraph", "note", "bullets", "numbers", "quotation", "literal"]))
        line = f"start {draw(_line())}"
        match kind:
            case "paragraph":
                blocks.append(line)
            case "note":
                blocks.append(f"{line} [#n{len(notes)}]_")
                notes.append(f".. [#n{len(notes)}] {draw(_line())}")
            case "quotation":
                blocks.append(f"Quoted:\n\n    {line}")
            case "literal":
                blocks.append(f"::\n\n    {line}\n      % \\x\n    end\n\nAfter.")
            case _:
                items = draw(st.lists(_line(), min_size=1, max_size=3))
                sign = "-" if kind == "bullets" else "#."
                blocks.append("List:\n\n" + "\n".join(f"{sign} start {item}" for item in items) + "\n\nEnd.")
    return "\n\n".join([*blocks, *notes])


@st.composite
def documents(draw: DrawFn) -> dict[str, Any]:
    """Give the values of a small valid document; any two have much in common."""
    milestones: dict[str, Any] = {}
    for number in draw(st.lists(st.integers(1, 6), unique=True, max_size=6)):
        entry = {
            "name": draw(st.sampled_from(_NAMES)),
            "level": "1" if number < 4 else "2",
            "due": draw(st.sampled_from(_DATES)),
        }
        if draw(st.booleans()):
            entry["completed"] = draw(st.sampled_from(_DATES[:2]))
        recoded = draw(st.booleans())
        milestones[f"{'N' if recoded else 'M'}-{number}"] = entry | (
            {"aka": [f"M-{number}"]} if recoded else {}
        )
    lower = [code for code, entry in milestones.items() if entry["level"] == "2"]
    for entry in milestones.values():
        if entry["level"] == "1" and lower:
            entry["predecessors"] = draw(st.lists(st.sampled_from(lower), unique=True))

    charted = next((entry["level"] for entry in milestones.values()), "")
    figures = draw(st.lists(st.sampled_from(["chart", "sites"] if charted else ["sites"]), unique=True))

    def section(title: str, depth: int) -> dict[str, Any]:
        inner = draw(st.lists(st.sampled_from(_NAMES), max_size=3, unique=True)) if depth < 3 else []
        text = draw(_prose())
        if draw(st.booleans()) and figures:
            placed.append(name := figures.pop())
            text += f"\n\n.. figure:: {name}"
        values: dict[str, Any] = {"title": title}
        if text:
            values["text"] = text
        if inner:
            values["sections"] = [section(name, depth + 1) for name in inner]
        return values

    placed: list[str] = []
    titles = draw(st.lists(st.sampled_from(_NAMES), min_size=1, max_size=3, unique=True))
    sections = [section(title, 1) for title in titles]
    if any(entry["level"] == "1" for entry in milestones.values()):
        where = draw(st.integers(0, len(sections) - 1))
        sections[where]["milestones"] = {
            "level": "1",
            "no_deliveries": draw(st.sampled_from(["none", "nothing new"])),
        }
    kinds = {
        "chart": {"kind": "gantt", "level": charted, "caption": "The chart"},
        "sites": {"kind": "deployment", "facilities": [{"name": "here"}], "caption": f"The {draw(_line())}"},
    }
    references = {
        handle: {
            "authors": [draw(st.sampled_from(["Author, A.", "Zed, Z."]))],
            "year": draw(st.sampled_from(["2001", "2002"])),
            "title": draw(st.sampled_from(_NAMES)),
        }
        | ({"publisher": "house", "url": "https://example.org/x_y"} if draw(st.booleans()) else {})
        for handle in ["REF-1", *draw(st.lists(st.sampled_from(["REF-2", "AAA-3"]), unique=True))]
    }
    return document(
        document={
            "title": draw(st.sampled_from(_NAMES)),
            "authors": draw(
                st.lists(st.sampled_from(["a. one", "b. two", "c. three"]), min_size=1, unique=True)
            ),
            "status": draw(st.sampled_from(["draft", "approved"])),
            "abstract": draw(_prose()),
            **(
                {"control_notice": "under control", "source": "https://example.org/"}
                if draw(st.booleans())
                else {}
            ),
        },
        change_record=[
            {"date": f"2022-0{number}-01", "owner": "somebody", "description": draw(_line())}
            | ({"version": f"1.{number}"} if draw(st.booleans()) else {})
            for number in range(1, draw(st.integers(1, 4)))
        ],
        sections=sections,
        milestones=milestones,
        figures={name: kinds[name] for name in placed},
        references=references,
        acronyms={
            name: {"definition": draw(st.sampled_from(_NAMES)), "keep": "true"}
            for name in draw(st.lists(st.sampled_from(["AB", "CD"]), unique=True))
        },
    )


# --- What an edition says ---------------------------------------------------------------------------------


def new_text(text: str | None) -> str:
    return str(text or "")


def old_text(text: str | None) -> str:
    return text.before if isinstance(text, Marked) else str(text or "")


class Reading:
    """All that an edition prints, in its order.

    Of the view of a difference it is the new edition with `new_text` and the old one with `old_text`, read as
    `milepost.redline.merge` says.
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
            yield self._joined(
                milestone.code, milestone.name, milestone.due, milestone.status, milestone.completed
            )
            for each in sorted(milestone.deliveries, key=lambda each: (text(each.due), text(each.code))):
                yield self._joined(each.code, each.name, each.due, each.status, each.completed)
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
