"""Prose as values: the closed set of markup that a document may contain.

A parser makes these values and templates print them. Templates recognise a class by its `kind`; text is plain
text, which templates escape.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

from milepost.base.marked import Marked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


@dataclass(frozen=True, slots=True)
class _Words:
    """Words that are all alike; a dataclass for each kind takes longer to make than a text to parse."""

    text: str


class Text(_Words):
    """Plain text."""

    __slots__ = ()
    kind: ClassVar = "text"


class Emphasis(_Words):
    """Text set in italics."""

    __slots__ = ()
    kind: ClassVar = "emphasis"


class Strong(_Words):
    """Text set in bold."""

    __slots__ = ()
    kind: ClassVar = "strong"


class Literal(_Words):
    """Text set as it is typed, in a fixed-width face."""

    __slots__ = ()
    kind: ClassVar = "literal"


@dataclass(frozen=True, slots=True)
class Link:
    """A link to an address on the web; `text` equals `url` for a bare address.

    `issue` is set when it leads to an issue of the tracker, whose key is then `text`.
    """

    kind: ClassVar = "link"
    text: str
    url: str
    issue: bool = False


@dataclass(frozen=True, slots=True)
class Citation:
    """A reference to an entry of the bibliography, by its handle."""

    kind: ClassVar = "citation"
    handle: str


@dataclass(frozen=True, slots=True)
class CrossReference:
    """A reference to a section or figure of the document, by its label."""

    kind: ClassVar = "cross_reference"
    label: str


@dataclass(frozen=True, slots=True)
class MilestoneMention:
    """A milestone mentioned by its code."""

    kind: ClassVar = "milestone"
    code: str


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue of the tracker, by its key."""

    kind: ClassVar = "issue"
    key: str


@dataclass(frozen=True, slots=True)
class Footnote:
    """A footnote mark together with the text of the note; `number` is given when the document is resolved."""

    kind: ClassVar = "footnote"
    inlines: tuple[Inline, ...]
    number: str = ""


@dataclass(frozen=True, slots=True)
class Internal:
    """A link to a place in the document: what citations, references and mentions become when resolved.

    `citation` is set when it leads to an entry of the bibliography, whose handle is then `text`.
    """

    kind: ClassVar = "internal"
    text: str
    anchor: str
    citation: bool = False


Inline = (
    Text
    | Emphasis
    | Strong
    | Literal
    | Link
    | Citation
    | CrossReference
    | MilestoneMention
    | Issue
    | Footnote
    | Internal
)
Line = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    kind: ClassVar = "paragraph"
    inlines: Line


@dataclass(frozen=True, slots=True)
class BulletList:
    """An unordered list; each item is a sequence of blocks."""

    kind: ClassVar = "bullet_list"
    items: tuple[Prose, ...]


@dataclass(frozen=True, slots=True)
class NumberedList:
    """An ordered list, counted from 1; each item is a sequence of blocks.

    `numbers` are those of the items where they are not simply counted, in the difference of two editions.
    """

    kind: ClassVar = "numbered_list"
    items: tuple[Prose, ...]
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quotation:
    """An indented quotation."""

    kind: ClassVar = "quotation"
    blocks: Prose


class LiteralBlock(_Words):
    """Lines set as they are typed."""

    __slots__ = ()
    kind: ClassVar = "literal_block"

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines, without their ends."""
        return self.text.lines() if isinstance(self.text, Marked) else tuple(self.text.split("\n"))


@dataclass(frozen=True, slots=True)
class FigurePlace:
    """The place in the text near which a figure floats, by the figure's name."""

    kind: ClassVar = "figure"
    name: str


@dataclass(frozen=True, slots=True)
class Remark:
    """What the difference of two editions says at a place in the text, and where it links to, if anywhere."""

    kind: ClassVar = "remark"
    note: str
    anchor: str | None = None


Block = Paragraph | BulletList | NumberedList | Quotation | LiteralBlock | FigurePlace | Remark
Prose = tuple[Block, ...]


@dataclass(frozen=True, slots=True, order=True)
class ProseFault:
    """A fault in a piece of prose; `line` and `column` count from 1, a column of 0 is the line as a whole."""

    line: int
    column: int
    message: str
    hint: str = ""


class WithDoubts(tuple[Any, ...]):
    """The blocks or the line of a text, with the doubts about it."""

    doubts: tuple[ProseFault, ...]

    def __new__(cls, parts: Iterable[Any], doubts: Iterable[ProseFault]) -> Self:
        """Return `parts` with `doubts`, each once and in order."""
        self = super().__new__(cls, parts)
        self.doubts = tuple(sorted(set(doubts)))
        return self


def doubts_of(text: Prose | Line) -> tuple[ProseFault, ...]:
    """Return the doubts about a text that was parsed: what may not be printed as it is meant."""
    return text.doubts if isinstance(text, WithDoubts) else ()


def plain(line: Line) -> str:
    """Return the words of a resolved line, without markup and footnotes."""
    return "".join(getattr(inline, "text", "") for inline in line)


def mapped(prose: Prose, change: Callable[[Inline], Inline]) -> Prose:
    """Return `prose` with `change` made to every inline; it must handle the text of footnotes itself."""
    return tuple(_mapped_block(block, change) for block in prose)


def _mapped_block(block: Block, change: Callable[[Inline], Inline]) -> Block:
    match block:
        case Paragraph(inlines):
            return Paragraph(mapped_line(inlines, change))
        case BulletList(items) | NumberedList(items):
            return replace(block, items=tuple(mapped(item, change) for item in items))
        case Quotation(blocks):
            return Quotation(mapped(blocks, change))
        case _:
            return block


def mapped_line(line: Line, change: Callable[[Inline], Inline]) -> Line:
    """Return `line` with `change` made to every inline of it."""
    return tuple(change(inline) for inline in line)


def lines_of(prose: Prose) -> Iterator[Line]:
    """Yield every line of inline text in `prose` in reading order, a footnote's after its paragraph's."""
    for block in prose:
        match block:
            case Paragraph(inlines):
                yield from lines_with_notes(inlines)
            case BulletList(items) | NumberedList(items):
                for item in items:
                    yield from lines_of(item)
            case Quotation(blocks):
                yield from lines_of(blocks)
            case LiteralBlock(text):
                yield (Literal(text),)
            case FigurePlace():
                pass


def lines_with_notes(line: Line) -> Iterator[Line]:
    """Yield `line`, then the text of each of its footnotes."""
    yield line
    yield from (inline.inlines for inline in line if isinstance(inline, Footnote))


def figure_places(prose: Prose) -> Iterator[str]:
    """Yield the names of the figures placed in `prose`, in order."""
    for block in prose:
        match block:
            case FigurePlace(name):
                yield name
            case BulletList(items) | NumberedList(items):
                for item in items:
                    yield from figure_places(item)
            case Quotation(blocks):
                yield from figure_places(blocks)
            case _:
                pass
