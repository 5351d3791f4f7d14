"""Walks over the parts of a document, the anchors of its sections, and what of it is printed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Protocol, Self, TypeVar

from milepost.base.addresses import section_anchor, title_anchor, title_slug
from milepost.prose.values import Line, Prose, figure_places, lines_of, lines_with_notes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from milepost.base.errors import ValuePath
    from milepost.document.model import Document, Section


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


def printed_levels(document: Document) -> frozenset[int]:
    """Return the levels whose milestones have sections of their own."""
    return frozenset(
        section.milestones.level for _, section in walk(document.sections) if section.milestones is not None
    )


def printed_milestones(document: Document) -> frozenset[str]:
    """Return the codes of the milestones that are printed.

    They have a section of their own, or a milestone that has one delivers them: they are among its
    predecessors and of a lower level.
    """
    levels = printed_levels(document)
    printed: set[str] = set()
    for milestone in document.milestones:
        if milestone.level in levels:
            printed.add(milestone.code)
            printed.update(
                code
                for code in milestone.predecessors
                if (other := document.milestone(code)) is not None and other.level > milestone.level
            )
    return frozenset(printed)


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
