"""Read the annotations that reviewers made in the marked PDF: highlights, notes, strikeouts, free text.

ISO 32000-1, 12.5 (annotations) and 12.5.6.2 (replies). Nothing in the file is trusted: what is found there is
read as a file of comments.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import re
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from milepost.base.errors import MilepostError, Place, Problem
from milepost.comments import reading
from milepost.comments.pdf_page import Anchors, Box, ChangesOfPdf, Page
from milepost.review.embedded import LISTED, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from pypdf import PdfReader

    from milepost.comments.model import CommentFile

LARGEST = 200_000_000
"""Bytes of a PDF."""
UNDATED = "1970-01-01T00:00:00Z"
"""The time of an annotation that has none."""

_MARKUP = {
    "/Highlight": "highlighted",
    "/Underline": "underlined",
    "/Squiggly": "underlined",
    "/StrikeOut": "struck out",
}
_OTHERS = {
    "/Text",
    "/FreeText",
    "/Caret",
    "/Square",
    "/Circle",
    "/Ink",
    "/Line",
    "/Polygon",
    "/PolyLine",
    "/Stamp",
}
_DATE = re.compile(
    r"D?:?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:([+\-Zz])(\d\d)?'?(\d\d)?)?.*", re.DOTALL
)
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(slots=True)
class _Note:
    """An annotation: its page, counted from 0, what it covers, and what it says."""

    page: int
    kind: str
    boxes: list[Box]
    contents: str
    author: str
    written: str
    name: str
    parent: int | None
    grouped: bool
    words: str = ""


def read(path: Path, file: str) -> CommentFile:
    """Return the comments in the file `path`, be it a file of comments or a marked PDF.

    Args:
        path: the file.
        file: its name, for problems.

    Raises:
        MilepostError: with every fault of the file.
    """
    with suppress(OSError), path.open("rb") as opened:
        start = opened.read(1024).lstrip()
        if b"%PDF-" in start and not start.startswith(b"{"):
            return reads_pdf(reading.read_bytes(path, file, LARGEST), file)
    return reading.reads(reading.read_bytes(path, file, reading.LARGEST), file)


def reads_pdf(content: bytes, file: str) -> CommentFile:
    """Return the annotations of the marked PDF `content` as comments.

    Args:
        content: the bytes of the PDF.
        file: its name, for problems.

    Raises:
        MilepostError: it cannot be read, or is no marked PDF.
    """
    reader = _opened(content, file)
    with _damage_reported(file):
        packed = _packed(reader)
        if packed is None:
            message = "this PDF does not say which changes it shows"
            hint = "annotate the marked PDF of milepost diff, and keep it a PDF of that program"
            raise _refusal(file, message, f"{hint}; some programs drop what they do not know when they save")
        notes = _notes(reader)
        placed = list(_placed(reader, notes, packed))
    top = {name: packed.get(name) for name in ("schema", "document", "old", "new")}
    text = json.dumps({**top, "comments": [values for values, _, _ in placed]})
    try:
        found = reading.reads(text.encode(), file)
    except MilepostError as error:
        fault = error.problems[0]
        raise _refusal(
            file, f"the data in this PDF are damaged: {fault.message}", "ask for it again"
        ) from None
    comments = (
        replace(comment, place=Place(file), where=where, lost=lost)
        for comment, (_, where, lost) in zip(found.comments, placed, strict=True)
    )
    return replace(found, place=Place(file), comments=tuple(comments))


def _refusal(file: str, message: str, hint: str) -> MilepostError:
    return MilepostError(Problem(rule="comments", place=Place(file), message=message, hint=hint))


@contextmanager
def _damage_reported(file: str) -> Iterator[None]:
    """Turn whatever pypdf raises for a damaged file into one problem, and keep its warnings back."""
    log = logging.getLogger("pypdf")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    except MilepostError:
        raise
    except Exception as error:
        words = " ".join(str(error).split())[:100]
        message = f"this PDF cannot be read: {words or type(error).__name__}"
        raise _refusal(file, message, "ask for it again, or save it again in the viewer") from None
    finally:
        log.setLevel(before)


def _opened(content: bytes, file: str) -> PdfReader:
    try:
        from pypdf import PdfReader
    except ImportError:
        hint = "run: pip install 'milepost[review]'"
        raise _refusal(file, "annotations of a PDF need pypdf, which is not installed", hint) from None
    with _damage_reported(file):
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise _refusal(file, "this PDF is protected by a password", "save it without one")
        len(reader.pages)
        return reader


def _packed(reader: PdfReader) -> dict[str, Any] | None:
    """Return what the marked PDF says of its changes."""
    node: Any = reader.trailer["/Root"]
    for key in ("/PieceInfo", "/Milepost", "/Private"):
        node = node.get(key) if hasattr(node, "get") else None
        node = node.get_object() if node is not None else None
    if node is None or not hasattr(node, "get_data"):
        return None
    packed = unpack(node.get_data())
    if packed is None or not isinstance(packed.get("changes"), list):
        return None
    whole = all(isinstance(each, dict) for each in packed["changes"])
    return packed if whole and isinstance(packed.get("anchors"), list) else None


def _notes(reader: PdfReader) -> list[_Note]:
    """Return the annotations of all pages; replies have the place of what they reply to."""
    found: list[_Note] = []
    numbers: dict[int, int] = {}
    parents: dict[int, int] = {}
    for page_number, page in enumerate(reader.pages):
        array = page.get("/Annots")
        array = array.get_object() if array is not None else None
        for reference in array if isinstance(array, list) else ():
            annotation = reference.get_object()
            if not hasattr(annotation, "get") or annotation.get("/StateModel") is not None:
                continue  # whether a note is accepted or done
            note = _note(annotation, page_number)
            if note is None:
                continue
            number = getattr(reference, "idnum", None)
            if number is not None:
                numbers[number] = len(found)
            replied = annotation.raw_get("/IRT") if "/IRT" in annotation else None
            if (number := getattr(replied, "idnum", None)) is not None:
                parents[len(found)] = number
            found.append(note)
    for index, number in parents.items():
        parent = numbers.get(number)
        found[index].parent = parent if parent != index else None
    return found


def _note(annotation: Mapping[str, Any], page: int) -> _Note | None:
    kind = str(annotation.get("/Subtype"))
    if kind not in _MARKUP and kind not in _OTHERS:
        return None
    boxes = _boxes(annotation)
    if not boxes:
        return None
    contents = _text(annotation.get("/Contents"))
    if not contents and kind not in _MARKUP and kind != "/Caret":
        return None  # a drawing that says nothing
    author = " ".join(_text(annotation.get("/T")).split())[:200]
    written = _time(annotation.get("/M")) or _time(annotation.get("/CreationDate")) or UNDATED
    name = _text(annotation.get("/NM"))
    if not name:
        said = [kind, page, *(round(value) for value in _corners(boxes[0])), author, contents]
        name = json.dumps(said)
    return _Note(
        page=page,
        kind=kind,
        boxes=boxes,
        contents=contents[:20_000],
        author=author or "no name",
        written=written,
        name=name,
        parent=None,
        grouped=annotation.get("/RT") == "/Group",
    )


def _corners(box: Box) -> tuple[float, ...]:
    return box.left, box.bottom, box.right, box.top


def _boxes(annotation: Mapping[str, Any]) -> list[Box]:
    """Return what an annotation covers: the quadrilaterals of a markup, or else its rectangle."""
    numbers = _floats(annotation.get("/QuadPoints"))
    quads = [numbers[index : index + 8] for index in range(0, len(numbers) - 7, 8)]
    if not quads:
        rectangle = _floats(annotation.get("/Rect"))
        quads = [[*rectangle[:2], *rectangle[2:4]]] if len(rectangle) == 4 else []
    return [Box(min(quad[::2]), min(quad[1::2]), max(quad[::2]), max(quad[1::2])) for quad in quads]


def _floats(array: Any) -> list[float]:
    array = array.get_object() if hasattr(array, "get_object") else array
    try:
        values = [float(each) for each in array or ()]
    except (TypeError, ValueError):
        return []
    return values if all(abs(value) < 1e6 for value in values) else []


def _text(value: Any) -> str:
    """Return a text of the PDF with line feeds, and without other control characters."""
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if not isinstance(value, str):
        return ""
    return _CONTROLS.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _time(value: Any) -> str:
    """Return a date of the PDF in UTC as in a file of comments, or nothing if it is none."""
    found = _DATE.fullmatch(value) if isinstance(value, str) else None
    if not found:
        return ""
    year, month, day, hour, minute, second = (int(part) if part else None for part in found.groups()[:6])
    sign, hours, minutes = found.groups()[6:]
    zone = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    with suppress(ValueError, OverflowError):
        moment = datetime(
            year or 0, month or 1, day or 1, hour or 0, minute or 0, second or 0,
            tzinfo=timezone(-zone if sign == "-" else zone),
        )  # fmt: skip
        return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}".rjust(20, "0")
    return ""


def _placed(
    reader: PdfReader, notes: Sequence[_Note], packed: Mapping[str, Any]
) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Yield each annotation as a comment, with where it is, and why it is on no change if it is on none."""
    pages = {number: Page(reader.pages[number]) for number in sorted({note.page for note in notes})}
    for note in notes:
        found = pages[note.page]
        note.words = " ".join(filter(None, (found.words_at(box) for box in note.boxes)))[:500]
    known = [name for name in packed["anchors"] if isinstance(name, str)]
    places = ChangesOfPdf(packed["changes"], Anchors(reader, frozenset(known), LISTED))
    grouped = {note.parent: note for note in notes if note.grouped and note.parent is not None}
    seen: set[str] = set()
    for index, note in enumerate(notes):
        if note.grouped and note.parent is not None:
            continue  # a part of the other one
        other = grouped.get(index)
        origin = _origin(notes, index)
        shown = other if other and other.kind in _MARKUP else origin
        change = places.of(shown.page, shown.boxes, pages[shown.page], near=shown.kind not in _MARKUP)
        name = hashlib.sha256(note.name.encode()).hexdigest()[:24]
        if name in seen:
            continue
        seen.add(name)
        page = f"page {shown.page + 1}"
        line = shown.words or pages[shown.page].line_at(shown.boxes[0])
        lost = "" if change else f"it is on no change: {page}, near “{line}”"
        said = change or {"about": _NOWHERE, "change": None, "old": None, "new": None}
        values = {
            "id": f"pdf-{name}",
            **{key: said.get(key) for key in ("about", "change", "old", "new")},
            "author": note.author,
            "written": note.written,
            "text": _said(note, other, origin),
            "proposal": None,
        }
        yield values, page, lost


_NOWHERE = {"part": "document", "key": None, "titles": None, "field": None, "item": None}


def _origin(notes: Sequence[_Note], index: int) -> _Note:
    """Return what a reply replies to in the end, or the annotation itself."""
    seen = {index}
    while (parent := notes[index].parent) is not None and parent not in seen:
        seen.add(parent)
        index = parent
    return notes[index]


def _said(note: _Note, other: _Note | None, origin: _Note) -> str:
    """Return what an annotation says in words."""
    if origin is not note:
        return f"In reply to {origin.author}: {note.contents}"[:20_000]
    if other is not None and other.kind == "/StrikeOut" and note.contents:
        return f"Replace “{other.words}” by “{note.contents}”"[:20_000]
    if note.kind == "/Caret":
        return f"Insert “{note.contents}”"[:20_000]
    if note.contents:
        return note.contents
    return (
        f"{_MARKUP[note.kind].capitalize()}: “{note.words}”"
        if note.words
        else _MARKUP[note.kind].capitalize()
    )
