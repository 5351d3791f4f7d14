"""The text of an edition, read from its own PDF or from that of a difference.

What is read from a difference without its insertions is sorted as in the old edition by what the pages print:
notes at the old places of sections that moved, numbers, dates and codes.
"""

from __future__ import annotations

import html
import re
import subprocess
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

Colour = tuple[int, int, int]

INSERTED, DELETED, REMARK = (0, 85, 170), (170, 17, 51), (102, 85, 34)
TOP, BOTTOM = 112, 1085  # between header and footer, in Poppler's pixels
MARGIN = 108  # where lines begin

# What a piece of text is, by its face and its size in Poppler's pixels.
_ROLES = {
    **dict.fromkeys(((False, 11), (False, 12)), "call"),  # the number of a footnote in the text
    (False, 9): "label",  # the same before the footnote
    **dict.fromkeys(((False, 13), (True, 11)), "note"),
    **dict.fromkeys(((False, 14), (True, 12)), "caption"),
    (True, 13): "text",
}
_TABLE_HEADS = (["Acronym", "Description"], ["Version", "Date", "Description", "Owner name"])
_NUMBER = re.compile(r"\d+(?:\.\d+)*(?=\s|$)")
_MOVED_FROM = re.compile(r"moved from [\d.]+")
_MOVED_TO = re.compile(r"(?P<was>[\d.]+) .*: moved to [\d.]+")
_DELIVERY = re.compile(r"(?P<code>[^:]+):.*\(Due:(?P<due>\d{4}-\d\d-\d\d);.*")


class Piece(NamedTuple):
    """Some text of one face and colour; pages are counted from 0."""

    page: int
    top: int
    left: int
    role: str
    bold: bool
    colour: Colour | None
    text: str

    @property
    def words(self) -> str:
        """The text without spaces, and without the sign for an end of a line: the line ends itself."""
        return re.sub(r"[\s↵]", "", self.text)


def mark_of(colour: str) -> Colour | None:
    """Return which of the colours of marks `colour` is; Poppler rounds down."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    for mark in (INSERTED, DELETED, REMARK):
        if max(abs(red - mark[0]), abs(green - mark[1]), abs(blue - mark[2])) <= 1:
            return mark
    return None


def pieces(pdf: Path) -> list[Piece]:
    """Return what is on the pages between header and footer, without the list of changes and the contents."""
    command = ["pdftohtml", "-xml", "-i", "-hidden", "-stdout", str(pdf)]
    output = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    fonts: dict[str, tuple[int, str, str]] = {}
    found: list[Piece] = []
    in_contents = False
    for number, page in enumerate(output.split("<page ")[1:]):
        for name, size, family, colour in re.findall(
            r'<fontspec id="(\d+)" size="(\d+)" family="(.*?)" color="(#\w+)"/>', page
        ):
            fonts[name] = int(size), family, colour
        here: list[Piece] = []
        for top, left, font, content in re.findall(
            r'<text top="(-?\d+)" left="(-?\d+)" .*? font="(\d+)">(.*?)</text>', page, re.DOTALL
        ):
            text = html.unescape(re.sub(r"<[^>]+>", "", content))
            if TOP < int(top) < BOTTOM:
                size, family, colour = fonts[font]
                role = "text" if number == 0 or size > 14 else _ROLES["Mono" in family, size]
                bold = "SemiBold" in family
                here.append(Piece(number, int(top), int(left), role, bold, mark_of(colour), text))
            elif int(top) >= BOTTOM and text == "1":
                in_contents = False
        first = here[0].text if here else ""
        in_contents = in_contents or first == "Contents"
        if not in_contents and first != "Changes":
            found += _without_repeated_head(here)
    return found


def _without_repeated_head(page: list[Piece]) -> list[Piece]:
    """Return `page` without the head of a table that has begun on the page before."""
    for head in _TABLE_HEADS:
        if [piece.text for piece in page[: len(head)]] == head:
            return page[len(head) :]
    return page


@dataclass(eq=False)
class Part:
    """A section with its text before the next one, or the note at its old place.

    `was` and `now` are its numbers in the old and in the new edition; both are empty for what is before
    the first section.
    """

    was: str = ""
    now: str = ""
    moved: bool = False
    is_remark: bool = False
    flow: list[Piece] = field(default_factory=list)

    def text(self, without: Colour) -> str:
        """Return the text but for the pieces of the colour `without`."""
        return "".join(piece.words for piece in self.flow if piece.colour != without)


class Edition(NamedTuple):
    """The text of an edition, and its footnotes and captions by their numbers."""

    text: str
    notes: dict[str, str]
    captions: dict[str, str]


def new_edition(found: Sequence[Piece]) -> Edition:
    """Return what is left without the deletions."""
    text = "".join(part.text(DELETED) for part in _parts(found) if not part.is_remark)
    return Edition(text, _notes(found, DELETED), _captions(found, DELETED))


def old_edition(found: Sequence[Piece]) -> Edition:
    """Return what is left without the insertions, in the order of the old edition.

    That is: sections that moved are where the remarks are, deliveries go by due date and code, references by
    number.
    """
    parts = _parts(found)
    texts = [_in_old_order(part.text(INSERTED)) for part in _replaced(parts, [*range(len(parts))])]
    return Edition("".join(texts), _notes(found, INSERTED), _captions(found, INSERTED))


def _parts(found: Iterable[Piece]) -> list[Part]:
    """Return the parts in the order in which they are printed."""
    parts = [Part()]
    remark = ""
    for piece in found:
        if piece.page == 0 and piece.colour == REMARK:
            continue
        if piece.colour == REMARK:
            remark = f"{remark} {piece.text}".strip()
            if _MOVED_FROM.fullmatch(remark):
                parts[-1].moved, remark = True, ""
            elif to := _MOVED_TO.fullmatch(remark):
                parts.append(Part(was=to["was"], is_remark=True))
                remark = ""
            continue
        if piece.role not in {"text", "call"}:
            continue
        number = _NUMBER.match(piece.text) if piece.bold else None
        heading = parts[-1].flow
        if number and abs(piece.left - MARGIN) <= 2:
            was = "" if piece.colour == INSERTED else number[0]
            parts.append(Part(was, "" if piece.colour == DELETED else number[0]))
        elif number and len(heading) == 1 and (heading[0].page, heading[0].top) == (piece.page, piece.top):
            parts[-1].now = number[0]  # behind the old number of the same heading
        parts[-1].flow.append(piece)
    assert not remark, remark
    return parts


def _replaced(parts: Sequence[Part], indices: Sequence[int]) -> Iterator[Part]:
    """Yield the parts at `indices` with the sections that moved in the places of the remarks."""
    after = 0
    for index in indices:
        part = parts[index]
        if index < after:
            continue
        if part.is_remark:
            (moved,) = (at for at, each in enumerate(parts) if each.moved and each.was == part.was)
            yield parts[moved]
            yield from _replaced(parts, range(moved + 1, _end(parts, moved)))
        elif part.moved:
            after = _end(parts, index)
        else:
            yield part


def _end(parts: Sequence[Part], index: int) -> int:
    """Return where what is below the section at `index` ends."""
    end = index + 1
    while end < len(parts) and parts[index] in _above(parts, parts[end]):
        end += 1
    return end


def _above(parts: Sequence[Part], part: Part) -> Iterator[Part]:
    """Yield the sections above `part`: those of the new edition, of the old one for what is gone."""
    while True:
        numbers = attrgetter("now" if part.now else "was")
        number = numbers(part).rpartition(".")[0]
        if not number:
            return
        (part,) = (each for each in parts if numbers(each) == number and not each.is_remark)
        yield part


def _in_old_order(text: str) -> str:
    """Return the text of a part with its deliveries by date and code, and references by number."""
    head, *items = text.split("•")
    deliveries = [_DELIVERY.fullmatch(item) for item in items]
    if items and all(deliveries):
        found = sorted((each["due"], each["code"], each[0]) for each in deliveries if each)
        return "•".join([head, *(item for _, _, item in found)])
    head, *references = re.split(r"(?=\[\d+\]\[)", text)
    return "".join([head, *sorted(references, key=lambda each: int(each[1 : each.index("]")]))])


def _notes(found: Iterable[Piece], without: Colour) -> dict[str, str]:
    """Return the footnotes by their numbers; of a number that has changed, only one is there."""
    notes: dict[str, str] = {}
    number = ""
    for piece in found:
        if piece.role not in {"label", "note"} or piece.colour in {without, REMARK}:
            continue
        if piece.role == "label":
            number = piece.words
            notes[number] = ""
        else:
            notes[number] += piece.words
    return notes


def _captions(found: Iterable[Piece], without: Colour) -> dict[str, str]:
    """Return the captions by the numbers of their figures."""
    text = "".join(p.words for p in found if p.role == "caption" and p.colour not in {without, REMARK})
    _, *captions = re.split(r"Figure(?=\d+:)", text)
    return dict(caption.split(":", 1) for caption in captions)
