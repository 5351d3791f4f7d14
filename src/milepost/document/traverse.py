"""Walks over the parts of a document, the anchors of its sections, and what of it is printed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Protocol, Self, TypeVar

from milepost.base.addresses import section_anchor, title_anchor, title_slug
from milepost.prose.values import Line, Prose, figure_places, lines_of, lines_with_notes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from milepost.base.errors import ValuePath
    from milepost.document.figures import GanttFigure
    from milepost.document.model import Document, Milestone, MilestoneSections, Section
    from milepost.document.settings.waiver import Waiver


class _Nested(Protocol):
    @property
    def sections(self) -> tuple[Self, ...]: ...


Nested = TypeVar("Nested", bound=_Nested)
Position = tuple[int, ...]
"""The place of a section: its index at each level, counted from 0."""


def walk(sections: Sequence[Nested], above: Position = ()) -> Iterator[tuple[Position, Nested]]:
    """Yield every section in `sections` and below with its position, in reading order."""
    for index, section in enumerate(sections):
        yield (*above, index), section
        yield from walk(section.sections, (*above, index))


def section_path(position: Position) -> ValuePath:
    """Return the path of the section at `position`."""
    return tuple(key for index in position for key in ("sections", index))


def section_number(position: Position) -> str:
    """Return the printed number of the section at `position`."""
    return ".".join(str(index + 1) for index in position)


def sections(document: Document) -> Iterator[tuple[ValuePath, Section]]:
    """Yield every section with its path, in reading order."""
    return ((section_path(position), section) for position, section in walk(document.sections))


def section_anchors(document: Document) -> dict[Position, str]:
    """Return the anchor of each section by its position: made from its label, or else from its title.

    It stays the same when the section moves, or another one is inserted before it. The titles above tell
    sections with the same title apart; only if those are equal too, sections are counted.
    """
    anchors: dict[Position, str] = {}
    shared: dict[str, dict[Position, tuple[str, ...]]] = {}
    titles: dict[Position, tuple[str, ...]] = {}
    for position, section in walk(document.sections):
        titles[position] = (*titles.get(position[:-1], ()), section.title)
        if section.label is not None:
            anchors[position] = section_anchor(section.label)
        else:
            anchors[position] = ""  # to keep the reading order
            shared.setdefault(title_slug(section.title), {})[position] = titles[position]
    labels = set(anchors.values())
    for slug, sections in shared.items():
        counts: Counter[str] = Counter()
        plain = set() if title_anchor(slug) in labels else _plain(sections)
        for position, (*parents, title) in sections.items():
            name = slug if position in plain else title_slug(title, parents)
            counts[name] += 1
            number = f"--{counts[name]}" if counts[name] > 1 else ""
            anchors[position] = title_anchor(name) + number
    return anchors


def _plain(sections: dict[Position, tuple[str, ...]]) -> set[Position]:
    """Return which of the sections with the same slug need nothing else to tell them apart.

    The highest one if it is alone, or all of them if what is above them is the same as well.
    """
    if len(set(sections.values())) == 1:
        return set(sections)
    highest = [position for position in sections if len(position) == min(map(len, sections))]
    return set(highest) if len(highest) == 1 else set()


def placed_figures(document: Document) -> list[str]:
    """Return the names of the figures that are printed, in reading order; their numbers count from 1."""
    return [name for _, section in walk(document.sections) for name in figure_places(section.text)]


def own_sections(document: Document) -> dict[str, MilestoneSections]:
    """Return what asks for the section of each milestone that has one of its own, by its code."""
    own: dict[str, MilestoneSections] = {}
    for _, section in walk(document.sections):
        if section.milestones is not None:
            for milestone in document.selected(section.milestones):
                own.setdefault(milestone.code, section.milestones)
    return own


def delivered(document: Document, milestone: Milestone, asked: MilestoneSections) -> list[Milestone]:
    """Return what is delivered in the section of `milestone`: some of its direct predecessors."""
    predecessors = filter(None, map(document.milestone, milestone.predecessors))
    data_date = document.metadata.data_date
    return [each for each in predecessors if asked.delivers(milestone, each, data_date)]


def deliveries(document: Document) -> dict[str, frozenset[str]]:
    """Return the codes of what is delivered in each section of a milestone, by the code of that milestone."""
    return {
        milestone.code: frozenset(each.code for each in delivered(document, milestone, asked))
        for code, asked in document.once(own_sections).items()
        if (milestone := document.milestone(code)) is not None
    }


def appearances(document: Document) -> dict[str, frozenset[tuple[str, str]]]:
    """Return where each milestone is printed: in whose sections, and in which charts as what."""
    found: dict[str, set[tuple[str, str]]] = {}
    for owner, codes in document.once(deliveries).items():
        for code in (owner, *codes):
            found.setdefault(code, set()).add(("section", owner))
    for figure in document.figures:
        if figure.kind == "trend":
            for line in document.selected(figure):
                found.setdefault(line.code, set()).add(("line", figure.name))
        elif figure.kind == "gantt":
            rows, context = chart_rows(document, figure)
            for row in rows:
                kind = "context" if row.code in context else "row"
                found.setdefault(row.code, set()).add((kind, figure.name))
    return {code: frozenset(places) for code, places in found.items()}


def printed_milestones(document: Document) -> frozenset[str]:
    """Return the codes of the milestones that have a section of their own, or are delivered in one."""
    own = document.once(deliveries)
    return frozenset(own).union(*own.values())


def chart_rows(document: Document, figure: GanttFigure) -> tuple[tuple[Milestone, ...], frozenset[str]]:
    """Return the rows of a chart, in the document's order, and the codes of those that are context only."""
    codes = {milestone.code for milestone in document.selected(figure)}
    context = {each.code for each in document.selected(figure.context)} if figure.context else set()
    rows = tuple(each for each in document.milestones if each.code in codes or each.code in context)
    return rows, frozenset(context - codes)


def prose(document: Document) -> Iterator[tuple[ValuePath, Prose]]:
    """Yield the texts that consist of blocks, with their paths, in reading order."""
    yield ("document", "abstract"), document.metadata.abstract
    for path, section in sections(document):
        yield (*path, "text"), section.text


def single_lines(document: Document) -> Iterator[tuple[ValuePath, Line]]:
    """Yield the texts that are a single line, with their paths, in reading order."""
    for index, change in enumerate(document.change_record):
        yield ("change_record", index, "description"), change.description
    for figure in document.figures:
        yield ("figures", figure.name, "caption"), figure.caption


def lines(document: Document) -> Iterator[tuple[ValuePath, Line]]:
    """Yield every line of marked up text with the path of its text; a footnote comes after its line."""
    for path, text in prose(document):
        yield from ((path, line) for line in lines_of(text))
    for path, single in single_lines(document):
        yield from ((path, line) for line in lines_with_notes(single))


def waivers(document: Document) -> tuple[tuple[ValuePath, Waiver], ...]:
    """Return every waiver with its path, in the order of the model."""
    entries: list[tuple[ValuePath, tuple[Waiver, ...]]] = [
        (("document",), document.metadata.waivers),
        *((("change_record", at), entry.waivers) for at, entry in enumerate(document.change_record)),
        *((path, section.waivers) for path, section in sections(document)),
        *((("milestones", each.code), each.waivers) for each in document.milestones),
        *((("figures", each.name), each.waivers) for each in document.figures),
        *((("references", each.handle), each.waivers) for each in document.references),
        *((("acronyms", each.acronym), each.waivers) for each in document.acronyms),
    ]
    return tuple(
        ((*path, "waivers", index), waiver) for path, found in entries for index, waiver in enumerate(found)
    )
