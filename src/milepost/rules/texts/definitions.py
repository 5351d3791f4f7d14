"""Find what the texts of a document say that its acronyms mean, as in `Charge coupled device (CCD)`."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from milepost.document.acronyms import printed_texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from milepost.base.errors import ValuePath
    from milepost.document.model import Acronym, Document

_ACRONYM = r"(?P<acronym>[^\W_](?:[^\W_]|[&./-](?=[^\W_])){1,14}?)(?:['’]?s)?"
_QUOTES = "\"'‘’“”„«»"
# Each way to give a definition, with the words before or behind the acronym.
_BEFORE = [
    re.compile(rf"[(\[][ ]?[{_QUOTES}]?{_ACRONYM}[{_QUOTES}]?[ ]?(?=[)\];,])"),
    re.compile(
        r",? (?:(?:abbreviated|abbreviation|shortened|known|referred|called)(?: as| to)?|or|in short|short)"
        rf",?:? (?:the )?[{_QUOTES}]?{_ACRONYM}(?![\w-])"
    ),
    re.compile(rf"(?:,| [-–—]|[–—]) ?{_ACRONYM}(?=[,.;:!?)]|$| [-–—])"),
]
_BEHIND = [
    re.compile(rf"(?<![\w-]){_ACRONYM} ?[(\[](?:short for |i\.e\.,? |that is,? |the |an? )?"),
    re.compile(
        rf"(?<![\w-]){_ACRONYM}(?:,? (?:stands for|means|is short for|is the abbreviation of|denotes|is)"
        r"|,? (?:i\.e\.|that is),?| ?[=:–—]| -) (?:the |an? )?"
    ),
]
_POSSIBLE = re.compile(r"[(\[=:,–—]|stands for|means|short| or | as | is | -|denotes|that is|called|abbrev")
"""What each text with a definition has."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_END = re.compile(r"(?<![ .][^\W_])[.!?](?=\s|$)|[;:()\[\]—]| – ")
"""Ends of what can be a definition; the dots of U.S. are none."""
_SMALL = re.compile(
    r"an?|and|as|at|by|de|der|des|di|du|et|for|from|in|la|le|of|on|or|the|to|und|von|with", re.IGNORECASE
)
"""Words that an acronym may leave out."""
_PLURAL = re.compile(r"(?<=\w\w)(?:(ies)|(?<![su])s)$")
_HYPHENS = "-‐‑/"
_MOST = 6
"""How many words more than letters a definition can have."""
_FEWEST_ALIKE = 2
_ALTERNATIVES = re.compile(r"(?:,? or |[;/]|, )(?:an? |the )?")


class Meaning(NamedTuple):
    """What an acronym means, as the text at `path` says: `words`, in this `occurrence` of them."""

    acronym: str
    words: str
    path: ValuePath
    occurrence: int


def definitions_in(document: Document) -> Iterator[Meaning]:
    """Yield the definitions of acronyms in everything that is printed, and in the names of all milestones."""
    known = {entry.acronym: entry.definition for entry in document.acronyms}
    seen: Counter[tuple[ValuePath, str]] = Counter()
    for path, text in _texts(document):
        if _POSSIBLE.search(text) is None:
            continue
        for acronym, words in _in_text(text, known):
            yield Meaning(acronym, words, path, seen[path, words])
            seen[path, words] += 1


def _texts(document: Document) -> Iterator[tuple[ValuePath, str]]:
    shown: set[ValuePath] = set()
    for path, text in printed_texts(document):
        if path[0] != "milestones" or path not in shown:
            yield path, text
        shown.add(path)
    for milestone in document.milestones:
        for key in ("name", "short_name"):
            path = ("milestones", milestone.code, key)
            if path not in shown:
                yield path, getattr(milestone, key) or ""


def _in_text(text: str, known: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield each acronym that `text` defines, and the words that it gives."""
    for patterns, step in ((_BEFORE, -1), (_BEHIND, 1)):
        for number, pattern in enumerate(patterns):
            for match in pattern.finditer(text):
                acronym = match["acronym"]
                if acronym not in known and not _is_acronym(acronym):
                    continue
                words = _words_near(text, match, step)[::step][: len(acronym) + _MOST]
                runs = [sorted(words[:count]) for count in range(1, len(words) + 1)]
                if step > 0 and number == 0:  # in parentheses there is nothing else
                    runs = runs[-1:]
                found = _spelt(acronym, runs, text)
                if not found and number == 0 and acronym in known:  # in parentheses
                    found = _nearly(known[acronym], runs, text)
                if found:
                    yield acronym, found


def _is_acronym(text: str) -> bool:
    return text.upper() == text and sum(letter.isalpha() for letter in text) > 1


def _words_near(text: str, match: re.Match[str], step: int) -> list[tuple[int, int]]:
    """Return where the words before or behind `match` begin and end, as far as they can be a definition."""
    if step > 0:
        end = _END.search(text, match.end())
        first, last = match.end(), end.start() if end else len(text)
    else:
        last = match.start()
        first = max((end.end() for end in _END.finditer(text, 0, last)), default=0)
    return [word.span() for word in _WORD.finditer(text, first, last)]


def _spelt(acronym: str, runs: Sequence[Sequence[tuple[int, int]]], text: str) -> str:
    """Return the first of the runs of words whose letters are those of `acronym`, or nothing."""
    for run in runs:
        if not run:  # a part of a definition without words
            continue
        if text[slice(*run[0])].islower() and _SMALL.fullmatch(text, *run[0]):
            continue
        words = [
            (text[start:end], index == 0 or not _is_optional(text, start, end))
            for index, (start, end) in enumerate(run)
        ]
        if _spells(words, re.sub(r"[\W_]", "", acronym)):
            return text[run[0][0] : run[-1][1]]
    return ""


def _is_optional(text: str, start: int, end: int) -> bool:
    """Return whether an acronym may leave out a word: a small one, or what follows a hyphen."""
    return text[start - 1] in _HYPHENS or _SMALL.fullmatch(text, start, end) is not None


def _spells(words: Sequence[tuple[str, bool]], letters: str) -> bool:
    """Return whether `words`, each with whether it is needed, give `letters` and no others.

    A word gives its first letter, or more where these are small letters (SQuaRE), and a word in capitals all.
    """
    if not words or not letters:
        return not words and not letters
    word, needed = words[0]
    rest = words[1:]
    if not needed and _spells(rest, letters):
        return True
    if word[0].casefold() != letters[0].casefold():
        return False
    taken = 1
    while not _spells(rest, letters[taken:]):
        more = letters[taken : taken + 1]
        if not more or word[taken : taken + 1].casefold() != more.casefold():
            return False
        if not (more.islower() or word[taken].isupper()):
            return False
        taken += 1
    return True


def _nearly(definition: str, runs: Sequence[Sequence[tuple[int, int]]], text: str) -> str:
    """Return the words that are nearly `definition`, if none of the runs is a part of it."""
    wanted, found = _content(definition), ""
    for run in runs:
        words = text[run[0][0] : run[-1][1]]
        content = _content(words)
        if agree(words, definition) and len(content) >= _FEWEST_ALIKE:
            return ""
        alike = len(set(content) & set(wanted))
        if content[:1] == wanted[:1] and alike >= _FEWEST_ALIKE and abs(len(content) - len(wanted)) <= 1:
            found = found or words
    return found


def agree(words: str, definition: str) -> bool:
    """Return whether `words` are in `definition`, but for what `letters_of` leaves out."""
    return letters_of(words) in letters_of(definition)


def letters_of(words: str) -> str:
    """Return the letters of what is said, whatever the case, hyphens, small words and plurals."""
    return "".join(_content(words))


def _content(words: str) -> list[str]:
    """Return the words that say something, as singulars in small letters."""
    found = (word.casefold().removesuffix("'s").removesuffix("’s") for word in _WORD.findall(words))
    return [
        _PLURAL.sub(lambda end: "y" if end[1] else "", word) for word in found if not _SMALL.fullmatch(word)
    ]


def several_in(entry: Acronym) -> Iterator[tuple[str, str]]:
    """Yield two meanings that the definition of `entry` has one after the other, if it has."""
    letters = re.sub(r"[\W_]", "", entry.acronym)
    parts = [part.strip() for part in _ALTERNATIVES.split(entry.definition)]
    spelt = [
        part for part in parts if _spelt(letters, [[word.span() for word in _WORD.finditer(part)]], part)
    ]
    if len(spelt) > 1:
        yield spelt[0], spelt[1]
