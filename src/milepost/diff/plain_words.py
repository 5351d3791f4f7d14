"""Prose and other values as plain text, and two such texts compared word by word."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from milepost.base.dates import PlannedDate, iso
from milepost.base.marked import Mark, Marked, kept
from milepost.diff.alignment import matching_blocks
from milepost.document.figures import EnclaveData
from milepost.document.model import MilestoneSections, Own
from milepost.document.selection import Selection
from milepost.document.settings.schedule import ScheduleColumns
from milepost.document.settings.waiver import Waiver
from milepost.prose.values import (
    BulletList,
    Citation,
    CrossReference,
    Emphasis,
    FigurePlace,
    Footnote,
    Issue,
    Link,
    Literal,
    LiteralBlock,
    MilestoneMention,
    NumberedList,
    Paragraph,
    Quotation,
    Remark,
    Strong,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from milepost.base.marked import Piece
    from milepost.document.figures import FacilityData
    from milepost.prose.values import Block, Inline, Line, Prose

_FIELDS = {
    "aka": "list of earlier codes",
    "authorises": "list of what it authorises",
    "authors": "list of authors",
    "class_options": "list of class options",
    "clean_names": "list of beginnings that names of the schedule lose",
    "codes": "choice of milestones in the schedule",
    "columns": "list of columns of the schedule",
    "deliveries": "choice of deliveries in the schedule",
    "links": "list of kinds of links in the schedule",
    "threshold": "threshold for moves in the schedule",
    "dates_from": "statement of where the dates come from",
    "edit_url": "address for proposing a change",
    "facilities": "list of facilities",
    "folder": "folder of recorded exports",
    "figures.date": "kind of date",
    "figures.direction": "direction of later dates",
    "figures.since": "first state",
    "issue_url": "address of issues",
    "context": "choice of the context",
    "jira": "issue",
    "jira_testplan": "issue of the test plan",
    "keep": "mark to keep it",
    "labels": "choice of labels",
    "layout": "class",
    "milestones": "list of patterns of codes",
    "references": "list of patterns of handles",
    "issues": "list of patterns of keys of issues",
    "own": "list of what is kept from imports",
    "selection": "choice of milestones",
    "server": "address of Jira",
    "since": "start of the state",
    "site": "address of the site",
    "tags": "list of tags",
    "test_plan_days": "time between test plans and milestones in Jira, in days,",
    "test_spec": "test specification",
    "unexpanded": "list of words that need no definition",
    "url": "address",
    "waivers": "list of waivers",
    "wbs": "place in the work breakdown structure",
}
"""Names for fields of the model in sentences; all others keep their own names."""

BREAK = "\n"
"""The piece of text that is an end of a line."""
GAP = "…"
"""Replaces words that are the same in both texts and were left out."""

# Words; dates, codes, numbers and addresses are each one word, as are words joined by no-break spaces.
_WORD = r"\w+(?:[-.:/_+'’&@=?#%~\u00a0\u202f]+\w+)*"
_TOKEN = re.compile(rf"{_WORD}|\n|[^\S\n]+|.")
# In literal text, a word includes the blanks before it: alone, they show no mark.
_LITERAL_TOKEN = re.compile(rf"\n|[^\S\n]*(?:{_WORD}|\S)|[^\S\n]+")
# A word includes the blanks before it that are more than one, or at the beginning of a line.
_LISTED_WORD = re.compile(r"\n|(?:(?<![^\n])[ \t]+|[ \t]{2,})?[^ \t\n]+")
_LONGEST_VALUE = 200
"""Characters; longer values are shortened in sentences."""
_AROUND = 8
"""Words that are shown on each side of what has changed in a long value."""
_LEAST_KEPT = 0.25
"""Texts that share less of their words than this are marked as wholly replaced."""

Token = TypeVar("Token")


def words_of(prose: Prose) -> str:
    """Return `prose` as lines of plain text, with the markup by which two texts may differ."""
    return BREAK.join(line for block in prose for line in _lines(block))


def _lines(block: Block) -> list[str]:  # noqa: PLR0911 -- one case for each kind of block
    match block:
        case Remark(note):
            return [note]
        case Paragraph(inlines):
            return [words_of_line(inlines)]
        case BulletList(items):
            return [line for item in items for line in _item("•", item)]
        case NumberedList(items):
            return [line for number, item in enumerate(items, 1) for line in _item(f"{number}.", item)]
        case Quotation(blocks):
            return [f"“{words_of(blocks)}”"]
        case LiteralBlock(text=text):
            return str(text).split("\n")
        case FigurePlace(name):
            return [f"[figure {name}]"]


def _item(mark: str, blocks: Prose) -> list[str]:
    first, *others = words_of(blocks).split(BREAK)
    return [f"{mark} {first}", *others]


def words_of_line(line: Line) -> str:
    """Return a line of prose as plain text; see `words_of`."""
    return "".join(_word(inline) for inline in line)


def _word(inline: Inline) -> str:  # noqa: PLR0911 -- one case for each kind of inline
    match inline:
        case Emphasis(text):
            return f"*{text}*"
        case Strong(text):
            return f"**{text}**"
        case Literal(text):
            return f"``{text}``"
        case Link(text=text, url=url):
            return text if text == url else f"{text} <{url}>"
        case Citation(name) | CrossReference(name):
            return f"[{name}]"
        case MilestoneMention(name) | Issue(name):
            return name
        case Footnote(inlines):
            return f" (note: {words_of_line(inlines)})"
        case _:
            return inline.text


def tokens(text: str) -> list[str]:
    """Return `text` as words, spaces and single punctuation marks."""
    return _TOKEN.findall(text)


def words(old: str | None, new: str | None, *, literal: bool = False) -> Marked:
    """Return the difference of two texts word by word; None is no text.

    Args:
        old: the text before.
        new: the text now.
        literal: whether blanks are printed as they are, so that more or fewer of them are a difference.
    """
    if old == new:
        return kept(new or "")
    split = _LITERAL_TOKEN.findall if literal else tokens
    steps = compare(split(old or ""), split(new or ""), key=str, text=str)
    return Marked((mark, after or before or "") for mark, before, after in steps)


def compare(
    old: Sequence[Token],
    new: Sequence[Token],
    key: Callable[[Token], Hashable],
    text: Callable[[Token], str],
) -> list[tuple[Mark, Token | None, Token | None]]:
    """Return the tokens of both texts in order, each with its mark: old, new, or both where it is kept.

    Args:
        old: the tokens of the old text.
        new: those of the new text.
        key: equal for tokens that are the same.
        text: the words of a token.
    """
    runs = matching_blocks([key(token) for token in old], [key(token) for token in new])

    def letters(some: Sequence[Token]) -> int:
        return sum(character.isalnum() for token in some for character in text(token))

    in_run = [letters(old[start : start + size]) for start, _, size in runs]
    if runs and sum(in_run) < _LEAST_KEPT * max(letters(old), letters(new)):
        runs = []
    # An isolated matching space or comma makes the difference harder to read.
    runs = [
        (start, new_start, size)
        for (start, new_start, size), count in zip(runs, in_run, strict=False)
        if count
        or (start == 0 and new_start == 0)
        or (start + size == len(old) and new_start + size == len(new))
    ]
    steps: list[tuple[Mark, Token | None, Token | None]] = []
    at = new_at = 0
    for start, new_start, size in [*runs, (len(old), len(new), 0)]:
        steps += ((Mark.DELETED, token, None) for token in old[at:start])
        steps += ((Mark.INSERTED, None, token) for token in new[new_at:new_start])
        at, new_at = start + size, new_start + size
        steps += (
            (Mark.KEPT, before, after)
            for before, after in zip(old[start:at], new[new_start:new_at], strict=True)
        )
    return steps


def difference(old: str, new: str) -> tuple[Piece, ...]:
    """Return the words of two texts as one, in marked pieces: each is `BREAK`, or words with blanks between.

    Nothing is marked where the words, and the blanks of literal text, are the same.
    """
    steps = compare(_words(old), _words(new), key=str, text=str)
    return _joined((mark, after or before or "") for mark, before, after in steps)


def abridged(pieces: tuple[Piece, ...], around: int) -> tuple[Piece, ...]:
    """Return `pieces` with at most `around` of the words that were kept on each side of a change."""
    words = [(mark, word) for mark, text in pieces for word in _words(text)]
    changed = [index for index, (mark, _) in enumerate(words) if mark is not Mark.KEPT]
    near = {at for index in changed for at in range(index - around, index + around + 1)}
    shown: list[Piece] = []
    for index, word in enumerate(words):
        if index in near:
            shown.append(word)
        elif not shown or shown[-1] != (Mark.KEPT, GAP):
            shown.append((Mark.KEPT, GAP))
    return _joined(shown)


def _words(text: str) -> list[str]:
    return _LISTED_WORD.findall(text)


def _joined(words: Iterable[Piece]) -> tuple[Piece, ...]:
    """Return `words` with those of the same mark and line joined by blanks."""
    runs: list[tuple[Mark, list[str]]] = []
    for mark, word in words:
        if runs and runs[-1][0] is mark and BREAK not in {word, runs[-1][1][-1]}:
            runs[-1][1].append(word)
        else:
            runs.append((mark, [word]))
    return tuple((mark, " ".join(texts)) for mark, texts in runs)


# --- Values of the model ------------------------------------------------------------------------------------


def called(field: str, part: str = "") -> str:
    """Return the name of a field of the model in a sentence."""
    return _FIELDS.get(f"{part}.{field}") or _FIELDS.get(field, field.replace("_", " "))


def in_words(value: Any, cut: Callable[[str], str] | None = None) -> str:  # noqa: PLR0911 -- the kinds of values
    """Return a value of the model in words; an empty text for None and empty values.

    Args:
        value: the value.
        cut: shortens a long text; `shortened` unless given.
    """
    cut = cut or shortened
    match value:
        case None | ():
            return ""
        case date():
            return iso(value)
        case PlannedDate():
            return str(value)
        case bool():
            return "set" if value else ""
        case int():
            return str(value)
        case str():
            return in_quotes(value, cut)
        case MilestoneSections():
            delivers = "" if value.deliveries is None else f", delivers {in_words(value.deliveries)}"
            return f"{in_quotes(str(value))}{delivers}, else {in_quotes(value.no_deliveries)}"
        case Selection():
            return in_quotes(str(value), cut)
        case Own() | ScheduleColumns():
            return cut("; ".join(f"{key}: {reason}" for key, reason in value if reason is not None))
        case tuple() if all(isinstance(item, str) for item in value):
            return cut("; ".join(value))
        case tuple() if hasattr(value[0], "kind"):
            return in_quotes(words_of_line(value), cut)
        case _:
            return cut(
                "; ".join(_waiver(item) if isinstance(item, Waiver) else _site(item) for item in value)
            )


def _entry(entry: Waiver | FacilityData | EnclaveData) -> str:
    return _waiver(entry) if isinstance(entry, Waiver) else _site(entry)


def _waiver(waiver: Waiver) -> str:
    about = f" ({', '.join(waiver.about)})" if waiver.about else ""
    until = f", until {iso(waiver.until)}" if waiver.until else ""
    return f"{waiver.rule}{about}: {waiver.reason} [{waiver.authority}{until}]"


def _site(site: FacilityData | EnclaveData) -> str:
    """Return a facility with its enclaves, or an enclave with its components."""
    count = "" if site.number is None else f" × {site.number}"
    inner = site.components if isinstance(site, EnclaveData) else map(_site, site.enclaves)
    inside = ", ".join(inner)
    return f"{site.name}{count}{f' ({inside})' if inside else ''}"


def in_quotes(text: str, cut: Callable[[str], str] | None = None) -> str:
    """Return `text` in quotes, shortened; see `in_words`."""
    return f"“{(cut or shortened)(text)}”"


def shortened(text: str) -> str:
    """Return `text`, cut and ended by … if it is too long for a sentence."""
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1].rstrip()}{GAP}"


def beside_each_other(old: Any, new: Any) -> tuple[str, str] | None:
    """Return two long values in words, without most of what they have in common at their ends.

    It is None where nothing is to be left out, or where they would still look the same.
    """
    texts: list[str] = []

    def whole(text: str) -> str:
        texts.append(text)
        return text

    for value in (old, new):
        in_words(value, whole)
    if len(texts) != 2 or max(map(len, texts)) <= _LONGEST_VALUE:
        return None
    before, after = (text.split() for text in texts)
    shorter = min(len(before), len(after))
    start = next((at for at in range(shorter) if before[at] != after[at]), shorter)
    rest = shorter - start
    end = next((at for at in range(rest) if before[-1 - at] != after[-1 - at]), rest)
    low, high = max(start - _AROUND, 0), max(end - _AROUND, 0)

    def part(words: list[str]) -> Callable[[str], str]:
        kept = [*[GAP] * bool(low), *words[low : len(words) - high], *[GAP] * bool(high)]
        return lambda _: shortened(" ".join(kept))

    found = in_words(old, part(before)), in_words(new, part(after))
    return None if found[0] == found[1] else found
