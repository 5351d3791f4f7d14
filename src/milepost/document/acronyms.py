"""Find the acronyms in a text, and compare those that a document uses with those that it defines.

They are found in plain text, never in markup, and only as whole words. In `ABC-503-05` nothing is an acronym:
codes, handles and issue keys are names.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, NamedTuple

from milepost.document import traverse
from milepost.document.figures import DeploymentFigure, TrendFigure
from milepost.prose.values import CrossReference, Footnote, Inline, Line, Literal, Prose, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from milepost.document.figures import FigureData
    from milepost.document.model import Acronym, Document

Path = tuple[str | int, ...]

# A name with a number among its parts: ABC-503-05, ABC-503-x, RFC-373, but not ABC-scale. No part is longer
# than a word, so that a search takes time in proportion to the text.
_NUMBERED_NAME = re.compile(r"(?<![^\W_])[A-Z][A-Za-z&]{0,50}(?:-[A-Za-z]{1,50}){0,9}-\d\w*(?:-\w+)*")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_ROMAN = re.compile(r"(?=[IVX]{2})X{0,3}(?:IX|IV|V?I{0,3})")
"""Numbers up to 39 of two letters or more; what else looks like one, as MM and CD, is often an acronym."""
_CANDIDATE = re.compile(r"(?=[0-9]*[A-Z][0-9]*[A-Z])([A-Z0-9]+)s?")
_IN_CAPITALS = re.compile(r"\b(?:AND|FOR|FROM|OF|THE|TO|WITH|[A-Z]{9,})\b")
"""What a text in capitals has if it is words rather than acronyms."""
_TWO_CAPITALS = re.compile(r"[A-Z][0-9]*[A-Z]")
"""What each candidate has, and most texts have not."""
_TOKEN = re.compile(r"[^\W_]+|.", re.DOTALL)


class Usage(NamedTuple):
    """How a document uses its acronyms.

    Attributes:
        printed: the entries of the acronym table, sorted.
        unused: entries that are neither used nor kept.
        kept_though_used: entries with a `keep` that they do not need.
        undefined: words that look like acronyms and have no entry, each with the path to its first use.
        needless: words listed as unexpanded that the text does not use.
    """

    printed: tuple[Acronym, ...]
    unused: tuple[Acronym, ...]
    kept_though_used: tuple[Acronym, ...]
    undefined: tuple[tuple[str, Path], ...]
    needless: tuple[str, ...]


class Finder:
    """Finds acronyms in texts as whole words, also with a plural s, except in names."""

    def __init__(self, acronyms: Iterable[str], names: Iterable[str], unexpanded: Iterable[str] = ()) -> None:
        """Find `acronyms`; of two at the same place, the longer one.

        Args:
            acronyms: what to find.
            names: codes and handles, in which nothing is an acronym; those with a number may be left out.
            unexpanded: words that look like acronyms but are not.
        """
        self._acronyms = frozenset(acronyms)
        self._known = self._acronyms.union(unexpanded)
        # A name that is also an acronym is one wherever a text does not mark it up.
        self._names = _Phrases(frozenset(names) - self._known)
        self._words = _Phrases(self._known)

    def occurrences(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yield where an acronym begins in `text`, where it ends, and which one it is, from left to right."""
        return (each for each in self.known_words(self.without_names(text)) if each[2] in self._acronyms)

    def without_names(self, text: str) -> str:
        """Return `text` with blanks in place of names, addresses and what looks like a numbered name."""
        rest = _blanked(text, self._names.found_in(text))
        if "://" in rest or "www." in rest:
            rest = _ADDRESS.sub(lambda address: " " * len(address[0]), rest)
        return _NUMBERED_NAME.sub(self._blank, rest)

    def known_words(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yield places and names of acronyms and unexpanded words in `text`, which has no names."""
        return self._words.found_in(text)

    def _blank(self, name: re.Match[str]) -> str:
        return name[0] if name[0] in self._known else " " * len(name[0])


def names_of(document: Document) -> frozenset[str]:
    """Return the codes and handles of `document`, which are never acronyms."""
    names = {document.metadata.handle}
    names |= {reference.handle for reference in document.references}
    for milestone in document.milestones:
        names |= {milestone.code, *milestone.aka}
    return frozenset(names)


def is_numbered(name: str) -> bool:
    """Return whether a `Finder` recognises `name` as a name by its form."""
    return _NUMBERED_NAME.fullmatch(name) is not None


def sort_key(acronym: Acronym) -> tuple[str, str]:
    """Return the key to sort the table by: alphabetically, ignoring case."""
    return acronym.acronym.casefold(), acronym.acronym


def usage(document: Document) -> Usage:
    """Return how `document` uses and defines acronyms."""
    ordered = sorted(document.acronyms, key=sort_key)
    finder = Finder((entry.acronym for entry in ordered), names_of(document), document.unexpanded)
    used: set[str] = set()
    undefined: dict[str, Path] = {}
    for path, printed in printed_texts(document):
        text = finder.without_names(printed)
        found = list(finder.known_words(text))
        used.update(word for _, _, word in found)
        if _TWO_CAPITALS.search(text) is None or (printed.isupper() and _IN_CAPITALS.search(printed)):
            continue
        for token in _TOKEN.finditer(_blanked(text, found)):
            match = _CANDIDATE.fullmatch(token[0])
            if match and _is_word(text, *token.span()) and not _ROMAN.fullmatch(match[1]):
                undefined.setdefault(match[1], path)
    _add_those_of_definitions(used, ordered, finder)
    return Usage(
        printed=tuple(entry for entry in ordered if entry.acronym in used or entry.keep),
        unused=tuple(entry for entry in ordered if entry.acronym not in used and not entry.keep),
        kept_though_used=tuple(entry for entry in ordered if entry.acronym in used and entry.keep),
        undefined=tuple(sorted(undefined.items())),
        needless=tuple(word for word in document.unexpanded if word not in used),
    )


def _add_those_of_definitions(used: set[str], acronyms: Iterable[Acronym], finder: Finder) -> None:
    """Add to `used` what the definitions use that the table prints because something uses their acronyms."""
    left = {entry.acronym: entry.definition for entry in acronyms}
    while found := [word for word in left if word in used]:
        for word in found:
            text = finder.without_names(left.pop(word))
            used.update(each for _, _, each in finder.known_words(text))


def printed_texts(document: Document) -> Iterator[tuple[Path, str]]:
    """Yield path and plain text of everything that is printed, except the acronym table."""
    about = document.metadata
    for key in ("title", "organisation", "group", "control_notice", "dates_from", "control_footer"):
        yield ("document", key), getattr(about, key) or ""
    yield from _of_prose(("document", "abstract"), about.abstract)
    for index, change in enumerate(document.change_record):
        yield ("change_record", index, "description"), _of_line(change.description)
    for path, section in traverse.sections(document):
        yield (*path, "title"), section.title
        yield from _of_prose((*path, "text"), section.text)
        if section.milestones is not None:
            yield (*path, "milestones", "no_deliveries"), section.milestones.no_deliveries
    printed = traverse.printed_milestones(document)
    for milestone in document.milestones:
        if milestone.code in printed:
            yield ("milestones", milestone.code, "name"), milestone.name
    placed = traverse.placed_figures(document)
    for figure in document.figures:
        if figure.name in placed:
            yield ("figures", figure.name, "caption"), _of_line(figure.caption)
            yield from _of_figure(figure, document)
    for reference in document.references:
        for key in ("title", "series", "publisher"):
            yield ("references", reference.handle, key), getattr(reference, key) or ""


def _of_figure(figure: FigureData, document: Document) -> Iterator[tuple[Path, str]]:
    """Yield the labels of `figure`."""
    if not isinstance(figure, DeploymentFigure):
        rows = (
            document.selected(figure)
            if isinstance(figure, TrendFigure)
            else traverse.chart_rows(document, figure)[0]
        )
        for milestone in rows:
            key = "name" if milestone.short_name is None else "short_name"
            yield ("milestones", milestone.code, key), getattr(milestone, key)
        return
    for index, facility in enumerate(figure.facilities):
        path: Path = ("figures", figure.name, "facilities", index)
        yield (*path, "name"), facility.name
        for inner, enclave in enumerate(facility.enclaves):
            yield (*path, "enclaves", inner, "name"), enclave.name
            for last, component in enumerate(enclave.components):
                yield (*path, "enclaves", inner, "components", last), component


def _of_prose(path: Path, prose: Prose) -> Iterator[tuple[Path, str]]:
    return ((path, _of_line(line)) for line in lines_of(prose))


def _of_line(line: Line) -> str:
    return "".join(_of_inline(inline) for inline in line)


def _of_inline(inline: Inline) -> str:
    """Return the text of `inline`; names and numbers become a blank."""
    match inline:
        case Footnote() | CrossReference() | Literal():
            return " "
        case _:
            return getattr(inline, "text", " ")


class _Phrases:
    """Finds words and names in texts, also with a plural s; of two at the same place, the longer one.

    There may be many thousands, so they are kept as a tree of their parts: each key is a part, and an empty
    key leads to the phrase that ends there.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        self._tree: dict[str, Any] = {}
        for phrase in phrases:
            branch = self._tree
            for part in _TOKEN.findall(phrase):
                branch = branch.setdefault(part, {})
            branch[""] = phrase
        self._first = frozenset(self._tree).union(f"{part}s" for part in self._tree)

    def found_in(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yield where each phrase begins and ends in `text`, and which one it is."""
        if self._first.isdisjoint(_TOKEN.findall(text)):  # most texts have none
            return
        parts = list(_TOKEN.finditer(text))
        position = 0
        while position < len(parts):
            begins = parts[position][0] in self._first
            longest = self._longest(text, parts, position) if begins else None
            if longest:
                yield longest
                while position < len(parts) and parts[position].start() < longest[1]:
                    position += 1
            else:
                position += 1

    def _longest(self, text: str, parts: list[re.Match[str]], position: int) -> tuple[int, int, str] | None:
        start = parts[position].start()
        found = None
        branch: Any = self._tree
        while branch and position < len(parts):
            part = parts[position]
            for word in (part[0].removesuffix("s"), part[0]):
                phrase = branch[word].get("") if word and word in branch else None
                end = part.start() + len(word)
                if phrase and _is_word(text, start, end):
                    found = start, end, phrase
            branch = branch.get(part[0])
            position += 1
        return found


def _is_word(text: str, start: int, end: int) -> bool:
    """Return whether no letter or digit of any script continues `text[start:end]`, except a plural s."""
    after = end + text.startswith("s", end)
    return not any(
        neighbour.isalnum() or unicodedata.category(neighbour).startswith("M")
        for neighbour in (text[max(start - 1, 0) : start], text[after : after + 1])
        if neighbour
    )


def _blanked(text: str, found: Iterable[tuple[int, int, str]]) -> str:
    """Return `text` with as many blanks in place of what was found, so that the rest keeps its place."""
    pieces: list[str] = []
    position = 0
    for start, end, _ in found:
        pieces += text[position:start], " " * (end - start)
        position = end
    return "".join([*pieces, text[position:]])
