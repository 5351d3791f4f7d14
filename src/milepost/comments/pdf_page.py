"""What is on the pages of a marked PDF: the lines of text, the marks in them, and which change is where."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from milepost.review.embedded import LISTED

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pypdf import PageObject, PdfReader

_COLOURS = ((0.0, 0.3333, 0.6667), (0.6667, 0.0667, 0.2))
"""The colours of insertions and deletions."""
_RAISED = 4.5
"""Points by which an anchor is above the top of the line that it is in."""
_LINE = 13.0
"""Points from the top of a line to its bottom."""
_THICKEST = 2.0
"""Points of the line under or through a text."""
_WIDTHS = {
    **dict.fromkeys("il.,:;'!|", 0.28),
    **dict.fromkeys("fjrst()[]- ", 0.37),
    **dict.fromkeys("cez/", 0.45),
    **dict.fromkeys("kqvxybdhnpu", 0.54),
    **dict.fromkeys("wABCEFLPRSTXYZ", 0.71),
    **dict.fromkeys("mDGHKMNOQUVW@%—", 0.8),
}
"""About how wide characters are, in parts of the size; others are half of it."""
_LEAST = 4
"""Letters and digits by which a value is recognised in the words that are marked."""
_LONGEST = 90
"""Characters of a text nearby."""


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a page, in points from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def centre(self) -> tuple[float, float]:
        """The point in its middle."""
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2


@dataclass(frozen=True, slots=True)
class Text:
    """A run of text: its place, the size of its letters, and its words."""

    left: float
    baseline: float
    size: float
    text: str

    def words(self, end: float) -> list[tuple[float, float, str]]:
        """Return where each word begins and ends; `end` is where the run ends."""
        widths = [_width(character) for character in self.text]
        scale = (end - self.left) / (sum(widths) or 1)
        found: list[tuple[float, float, str]] = []
        at, start, word = self.left, self.left, ""
        for character, width in zip(f"{self.text} ", (*widths, 0.0), strict=True):
            if character.isspace():
                if word:
                    found.append((start, at, word))
                word, start = "", at + width * scale
            else:
                word += character
            at += width * scale
        return found


def _width(character: str) -> float:
    return _WIDTHS.get(character, 0.5)


class Page:
    """A page: the lines of its text and the marks in it."""

    def __init__(self, page: PageObject) -> None:
        self.marks: list[Box] = []
        self._runs: list[Text] = []
        colours: list[dict[str, tuple[float, ...]]] = [{}]  # LuaTeX fills rectangles, XeTeX draws lines
        line: list[tuple[float, ...]] = []

        def operation(operator: Any, operands: Any, matrix: Any, _: Any) -> None:
            if operator == b"q":
                colours.append(dict(colours[-1]))
            elif operator == b"Q" and len(colours) > 1:
                colours.pop()
            elif operator in {b"rg", b"g", b"k", b"sc", b"scn"}:
                colours[-1]["fill"] = _numbers(operands)
            elif operator in {b"RG", b"G", b"K", b"SC", b"SCN"}:
                colours[-1]["line"] = _numbers(operands)
            elif operator == b"re" and _is_mark(colours[-1].get("fill", ())):
                self._add_mark(_numbers(operands), matrix)
            elif operator in {b"m", b"l"}:
                line[:] = [*line[-1:], _numbers(operands)]
            elif operator == b"S" and _is_mark(colours[-1].get("line", ())):
                self._add_mark(_rectangle(line), matrix)

        def text(found: str, matrix: Any, inner: Any, _: Any, size: Any) -> None:
            if found.strip():
                x = inner[4] * matrix[0] + inner[5] * matrix[2] + matrix[4]
                y = inner[4] * matrix[1] + inner[5] * matrix[3] + matrix[5]
                self._runs.append(Text(float(x), float(y), abs(float(size)) or 10.0, found.strip("\n")))

        page.extract_text(visitor_operand_before=operation, visitor_text=text)

    def _add_mark(self, numbers: tuple[float, ...], matrix: Any) -> None:
        if len(numbers) != 4:
            return
        x, y, width, height = numbers
        left, bottom = x * matrix[0] + y * matrix[2] + matrix[4], x * matrix[1] + y * matrix[3] + matrix[5]
        if abs(height) <= _THICKEST < abs(width):
            self.marks.append(Box(min(left, left + width), bottom, max(left, left + width), bottom + height))

    def marks_at(self, box: Box, *, near: bool) -> list[Box]:
        """Return the marks in `box`; for a note, which only points to a line, the nearest one there."""
        if not near:
            return [
                mark
                for mark in self.marks
                if box.bottom - 1 <= mark.bottom <= box.top + 1
                and min(mark.right, box.right) - max(mark.left, box.left) > 0.5
            ]
        x, y = box.centre
        lines = [
            mark for mark in self.marks if abs(mark.bottom - y) <= max(_LINE, box.top - box.bottom) / 2 + 4
        ]
        distances = [(max(mark.left - x, x - mark.right, 0.0), abs(mark.bottom - y)) for mark in lines]
        return [lines[distances.index(min(distances))]] if lines else []

    def words_at(self, box: Box) -> str:
        """Return the words in `box`: about those, because a PDF does not say how wide its words are."""
        words = []
        for run, end in self._ends():
            if box.bottom - 0.6 * run.size <= run.baseline <= box.top + 0.1 * run.size:
                for left, right, word in run.words(end):
                    if min(right, box.right) - max(left, box.left) > 0.5 * (right - left):
                        words.append(word)
        return " ".join(words)

    def line_at(self, box: Box) -> str:
        """Return the nearest line of text, shortened."""
        _, y = box.centre
        if not self._runs:
            return ""
        nearest = min(self._runs, key=lambda run: abs(run.baseline + 0.3 * run.size - y))
        runs = sorted(
            (run for run in self._runs if abs(run.baseline - nearest.baseline) < 2), key=lambda run: run.left
        )
        line = " ".join(" ".join(run.text for run in runs).split())
        return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"

    def _ends(self) -> list[tuple[Text, float]]:
        """Return each run with the place where it ends."""
        runs = sorted(self._runs, key=lambda run: (-round(run.baseline), run.left))
        ends = [run.left + sum(map(_width, run.text)) * run.size for run in runs]
        for index, (run, following) in enumerate(pairwise(runs)):
            same = abs(run.baseline - following.baseline) < 1
            if same and run.left < following.left < ends[index] * 1.2:
                ends[index] = following.left
        return list(zip(runs, ends, strict=True))


def _rectangle(line: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
    """Return the rectangle around a line: its corner, width and height."""
    if len(line) != 2 or any(len(point) != 2 for point in line):
        return ()
    (x, y), (end, other) = line
    return x, y, end - x, other - y


def _is_mark(colour: tuple[float, ...]) -> bool:
    return len(colour) == 3 and any(
        all(abs(one - other) < 0.01 for one, other in zip(colour, known, strict=True)) for known in _COLOURS
    )


def _numbers(operands: Any) -> tuple[float, ...]:
    try:
        return tuple(float(operand) for operand in operands)
    except (TypeError, ValueError):
        return ()


@dataclass(frozen=True, slots=True)
class _Anchor:
    page: int
    top: float
    left: float
    name: str


class Anchors:
    """The named places of a PDF in reading order."""

    def __init__(self, reader: PdfReader, known: Collection[str], listed: str) -> None:
        pages = {page.indirect_reference.idnum: number for number, page in enumerate(reader.pages)
                 if page.indirect_reference is not None}  # fmt: skip
        found: list[_Anchor] = []
        for name, target in reader.named_destinations.items():
            number = pages.get(_number(target.page))
            if number is None or not (name in known or name.startswith(listed)):
                continue
            found.append(_Anchor(number, _float(target.top) - _RAISED, _float(target.left), name))
        self._found: Sequence[_Anchor] = sorted(
            found, key=lambda each: (each.page, -round(each.top), each.left)
        )

    def before(self, page: int, point: tuple[float, float]) -> str | None:
        """Return the name of the last place at or before a point, or the first of all if there is none."""
        x, y = point
        last: _Anchor | None = None
        for anchor in self._found:
            in_line = anchor.page == page and 0 <= anchor.top - y < _LINE
            above = anchor.page < page or (anchor.page == page and anchor.top >= y)
            if above and not (in_line and anchor.left > x + 1):
                last = anchor
        if last is None or (last.page < page == 0):
            return self._found[0].name if self._found else None
        return last.name


def _number(page: Any) -> int:
    """Return the number of the object that is a page, or 0 if it is none."""
    reference = getattr(page, "indirect_reference", None) or page
    return int(getattr(reference, "idnum", 0))


def _float(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return 0.0


class ChangesOfPdf:
    """The changes of a marked PDF by their places."""

    def __init__(self, changes: Sequence[dict[str, Any]], anchors: Anchors) -> None:
        self._all = changes
        self._anchors = anchors
        self._rows = {change.get("row"): change for change in changes}

    def of(self, number: int, boxes: Sequence[Box], page: Page, *, near: bool) -> dict[str, Any] | None:
        """Return the change that an annotation lies on, or None.

        Args:
            number: that of the page, counted from 0.
            boxes: what it covers.
            page: the page.
            near: whether it only points to a line.
        """
        for box in boxes:
            anchor = self._anchors.before(number, box.centre)
            if anchor is not None and anchor.startswith(LISTED):
                if anchor in self._rows:
                    return self._rows[anchor]
                continue
            marks = page.marks_at(box, near=near)
            if not marks:
                continue
            here = [change for change in self._all if anchor is not None and change.get("anchor") == anchor]
            words = " ".join(
                page.words_at(replace(mark, bottom=mark.bottom - 3, top=mark.bottom + 6)) for mark in marks
            )
            found = _best(here, words, page.line_at(marks[0]))
            if found is None and not here:
                found = _best(self._all, words, "", here=False)
            if found is not None:
                return found
        return None


def _best(
    changes: Sequence[dict[str, Any]], words: str, line: str, *, here: bool = True
) -> dict[str, Any] | None:
    """Return the one of `changes` that marked words are of; if in doubt, what those in question share.

    Args:
        changes: those in question.
        words: the marked words.
        line: the line that they are in.
        here: whether the changes are those of the place; otherwise only a value is certain enough.
    """
    if here and len(changes) == 1:
        return changes[0]
    scores = [_score(change, words, line) for change in changes]
    best = max(scores, default=0)
    likely = [change for change, score in zip(changes, scores, strict=True) if score == best]
    if len(likely) == 1 and best > (0 if here else 1):
        return likely[0]
    shared = {json.dumps(_whole(change)) for change in likely if isinstance(change.get("about"), dict)}
    if here and len(shared) == 1:
        return {"about": _whole(likely[0]), "change": None, "old": None, "new": None}
    return None


def _whole(change: Mapping[str, Any]) -> dict[str, Any]:
    return {**change["about"], "field": None, "item": None}


def _score(change: Mapping[str, Any], words: str, line: str) -> int:
    """Return how certainly marked words are those of a change: 2 for its value, 1 for its name."""
    marked = _letters(words)
    values = [_letters(value) for value in (change.get("old"), change.get("new")) if isinstance(value, str)]
    if any(
        value and (marked in value or (len(value) >= _LEAST and value in marked))
        for value in values
        if marked
    ):
        return 2
    about = change.get("about")
    key = about.get("item") or about.get("key") if isinstance(about, dict) else None
    return 1 if isinstance(key, str) and _letters(key) in _letters(line) else 0


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()
