"""Find the acronyms in a text, and compare those that a document uses with those that it defines.

They are found in plain text, never in markup, and only as whole words. In `ABC-503-05` nothing is an acronym:
codes, handles and issue keys are names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.document import traverse
from milepost.document.model import Acronym, DeploymentFigure, Document, GanttFigure
from milepost.document.prose import CrossReference, Footnote, Inline, Line, Literal, Prose, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Path = tuple[str | int, ...]

# A name with a number among its parts: ABC-503-05, ABC-503-x, RFC-373, but not ABC-scale.
_NUMBERED_NAME = re.compile(r"(?<![A-Za-z0-9])[A-Z][A-Za-z&]*(?:-[A-Za-z]+){0,9}-\d\w*(?:-\w+)*")
_CANDIDATE = re.compile(r"(?<![A-Za-z0-9])(?=\d*[A-Z]\d*[A-Z])[A-Z0-9]+(?=s?(?![A-Za-z0-9]))")
_EXPANSION = re.compile(r"(?<![\w'/-])((?:[\w'/-]+ ){1,8})\(([A-Za-z0-9]+)\)")
_PART = re.compile(r"([A-Za-z0-9]+)")


@dataclass(frozen=True, slots=True)
class Usage:
    """How a document uses its acronyms.

    Attributes:
        printed: the entries of the acronym table, sorted.
        unused: entries that are neither used nor kept.
        kept_though_used: entries with a `keep` that they do not need.
        undefined: words that look like acronyms and have no entry, each with the path to its first use.
        needless: words listed as unexpanded that the text does not use.
        competing: an acronym, its definition, and another definition in the document.
    """

    printed: tuple[Acronym, ...]
    unused: tuple[Acronym, ...]
    kept_though_used: tuple[Acronym, ...]
    undefined: tuple[tuple[str, Path], ...]
    needless: tuple[str, ...]
    competing: tuple[tuple[str, str, str], ...]


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
        self._names = _Names(names)
        self._words = _Words([*self._acronyms, *unexpanded])

    def occurrences(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yield where an acronym begins in `text`, where it ends, and which one it is, from left to right."""
        for match in self._words.found_in(self._names.blanked_in(text)):
            if match[0] in self._acronyms:
                yield match.start(), match.end(), match[0]


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
    without_names = _Names(names_of(document)).blanked_in
    pieces = [(path, without_names(text)) for path, text in printed_texts(document)]
    ordered = sorted(document.acronyms, key=sort_key)
    known = _Words([*(entry.acronym for entry in ordered), *document.unexpanded])
    used: set[str] = set()
    undefined: dict[str, Path] = {}
    for path, text in pieces:
        rest = known.taken_from(text, used)
        for match in _CANDIDATE.finditer(rest):
            undefined.setdefault(match[0], path)
    return Usage(
        printed=tuple(entry for entry in ordered if entry.acronym in used or entry.keep),
        unused=tuple(entry for entry in ordered if entry.acronym not in used and not entry.keep),
        kept_though_used=tuple(entry for entry in ordered if entry.acronym in used and entry.keep),
        undefined=tuple(sorted(undefined.items())),
        needless=tuple(word for word in document.unexpanded if word not in used),
        competing=tuple(_competing(ordered, [text for _, text in pieces])),
    )


def printed_texts(document: Document) -> Iterator[tuple[Path, str]]:
    """Yield path and plain text of everything that is printed, except the acronym table."""
    about = document.metadata
    for key in ("title", "organisation", "group", "control_notice", "control_footer"):
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


def _of_figure(figure: GanttFigure | DeploymentFigure, document: Document) -> Iterator[tuple[Path, str]]:
    """Yield the labels of `figure`."""
    if isinstance(figure, GanttFigure):
        for milestone in document.milestones:
            if milestone.level == figure.level and milestone.short_name is not None:
                yield ("milestones", milestone.code, "short_name"), milestone.short_name
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


class _Names:
    """Codes and handles, in which nothing is an acronym."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)
        # In parts, as below: words and what stands between them.
        self._longest = max((len(_PART.findall(name)) for name in self._names), default=0) * 2 - 1

    def blanked_in(self, text: str) -> str:
        """Return `text` with blanks in place of the names and of whatever else looks like a numbered name.

        There may be many thousands of names, so the words of the text are looked up in them, not the other
        way round. Of two names that begin at the same place the longer one is meant.
        """
        # Separators and words take turns; words have the odd positions.
        parts = _PART.split(text)
        kept: list[str] = []
        position = 0
        while position < len(parts):
            after = self._end_of_name(parts, position) if position % 2 else None
            kept.append(" " * len("".join(parts[position:after])) if after else parts[position])
            position = after or position + 1
        return _NUMBERED_NAME.sub(_blank, "".join(kept))

    def _end_of_name(self, parts: list[str], start: int) -> int | None:
        """Return the position after the longest name that begins at `start`, if one does."""
        last = min(start + self._longest, len(parts) - 1)
        for end in range(last, start, -2):
            name = "".join(parts[start:end])
            if name in self._names or name.removesuffix("s") in self._names:
                return end
        return None


class _Words:
    """Words to find in texts, also with a plural s; of two at the same place, the longer one."""

    def __init__(self, words: Iterable[str]) -> None:
        either = "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
        # With no words at all, a pattern that matches nowhere.
        self._pattern = re.compile(rf"(?<![A-Za-z0-9])(?:{either or '(?!)'})(?=s?(?![A-Za-z0-9]))")

    def found_in(self, text: str) -> Iterator[re.Match[str]]:
        """Yield where the words are in `text`."""
        return self._pattern.finditer(text)

    def taken_from(self, text: str, found: set[str]) -> str:
        """Return `text` with blanks in place of the words, and add them to `found`."""
        found |= {match[0] for match in self.found_in(text)}
        return self._pattern.sub(_blank, text)


def _blank(match: re.Match[str]) -> str:
    """Return as many blanks as there are characters, so that what follows keeps its place."""
    return " " * len(match[0])


def _competing(ordered: list[Acronym], texts: list[str]) -> Iterator[tuple[str, str, str]]:
    """Yield the acronyms with two definitions: under two spellings in the table, or in the prose."""
    spelt: dict[str, Acronym] = {}
    for entry in ordered:
        letters = re.sub(r"[\W_]", "", entry.acronym).casefold()
        other = spelt.setdefault(letters, entry)
        if other.definition != entry.definition:
            yield entry.acronym, entry.definition, f"{other.definition} (as {other.acronym})"
    definitions = {entry.acronym: entry.definition for entry in ordered}
    for text in texts:
        for match in _EXPANSION.finditer(text):
            definition = definitions.get(match[2])
            words = match[1].split()[-len(match[2]) :]
            expanded = " ".join(words)
            spells = "".join(word[0] for word in words).casefold() == match[2].casefold()
            if (
                definition is not None
                and spells
                and not definition.casefold().startswith(expanded.casefold())
            ):
                yield match[2], definition, expanded
