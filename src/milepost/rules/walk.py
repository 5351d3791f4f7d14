"""Walks over the parts of a document that several rules look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.text import Line, Paragraph, Prose, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.model import Document, Section
    from milepost.rules.finding import Path


def sections(document: Document) -> Iterator[tuple[Path, Section]]:
    """Yield every section with its path, in reading order."""

    def below(inner: tuple[Section, ...], path: Path) -> Iterator[tuple[Path, Section]]:
        for index, section in enumerate(inner):
            here = (*path, "sections", index)
            yield here, section
            yield from below(section.sections, here)

    yield from below(document.sections, ())


def prose(document: Document) -> Iterator[tuple[Path, Prose]]:
    """Yield the texts that consist of blocks, with their paths, in reading order."""
    yield ("document", "abstract"), document.metadata.abstract
    for path, section in sections(document):
        yield (*path, "text"), section.text


def lines(document: Document) -> Iterator[tuple[Path, Line]]:
    """Yield every line of marked up text with the path of the text that it stands in."""
    for path, text in prose(document):
        yield from ((path, line) for line in lines_of(text))
    for index, change in enumerate(document.change_record):
        yield from (
            (("change_record", index, "description"), line) for line in with_notes(change.description)
        )
    for figure in document.figures:
        yield from ((("figures", figure.name, "caption"), line) for line in with_notes(figure.caption))


def with_notes(line: Line) -> Iterator[Line]:
    """Yield `line` and the lines of its footnotes."""
    yield from lines_of((Paragraph(line),))
