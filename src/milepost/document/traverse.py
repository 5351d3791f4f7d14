"""Walks over the parts of a document that several rules look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.document.prose import Line, Paragraph, Prose, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.base.errors import ValuePath
    from milepost.document.model import Document, Section


def sections(document: Document) -> Iterator[tuple[ValuePath, Section]]:
    """Yield every section with its path, in reading order."""

    def below(inner: tuple[Section, ...], path: ValuePath) -> Iterator[tuple[ValuePath, Section]]:
        for index, section in enumerate(inner):
            here = (*path, "sections", index)
            yield here, section
            yield from below(section.sections, here)

    yield from below(document.sections, ())


def prose(document: Document) -> Iterator[tuple[ValuePath, Prose]]:
    """Yield the texts that consist of blocks, with their paths, in reading order."""
    yield ("document", "abstract"), document.metadata.abstract
    for path, section in sections(document):
        yield (*path, "text"), section.text


def lines(document: Document) -> Iterator[tuple[ValuePath, Line]]:
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
