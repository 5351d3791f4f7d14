"""Rules of the names of milestones: each is whole, is meant to stay, and belongs to one milestone only."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from milepost.base.errors import Severity, quoted
from milepost.rules.finding import Finding, Other

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from milepost.document.model import Document, Milestone

_TO_DELETE = re.compile(
    r"\W*(?:(?:TO BE )?DELETED?(?![^\W_])|(?i:(?:to be )?deleted?)(?:_|\s+[-–—]|\s*[:*\])}]|\W*$))"
)
"""How names begin in a schedule that are to be removed from it; `Deleted objects are kept` is a usual one."""

_LIMITS = (80, 100, 120, 128, 200, 250, 255, 256)
"""Lengths at which spreadsheets, schedules and databases cut texts."""

_LONGER = 0.05
"""The greatest share of longer names, added later, where the others may have been cut at a length."""

_MORE = re.compile(
    r"(?:…|\.\.\.?|[,;:(\[{]|\s[-–—/&+]|(?<=\w)[–—]|(?<=[^\W\d_]{2})-|(?<=\b[ldnsjmtc])['’]|(?<=\bw)/)$"
)
"""Ends after which something must follow."""

_PAIRS = (("(", ")"), ("[", "]"), ("{", "}"), ("“", "”"), ("„", "“”"), ("«", "»"))

_JOINING = {
    "en": "a an the and or nor of to for from with by into via per than as which that including",
    "de": "der die das des dem den ein eine einer eines und oder von vom zum zur für mit sowie inklusive",
    "fr": "le la les un une des du de et ou à au aux pour avec par dont",
    "es": "el la los las un una del de y o para con por",
    "it": "il lo la i gli le un una di del dello della dei degli delle e ed o da dal dalla per con nel nella",
    "nl": "de het een van en of voor met door",
    "pt": "o os as um uma de do da dos das e ou para por com",
}
"""Words that are the last of no name, by language; others, such as `on` and `in`, may be."""

_LAST_AFTER = re.compile(
    r"\b(?:what|which|who|whom|whose|where|everything|something|nothing|anything|ones?)\b", re.I
)
"""Words after which a preposition can be the last word: what the camera is made of."""
_NEVER_LAST = frozenset({"a", "an", "the", "and", "or", "nor", "than", "as", "which", "that", "including"})
"""English words that are the last of no name, even so."""
_COUNTED = re.compile(
    r"(?:appendix|block|case|class|grade|group|item|level|lot|mode|option|part|phase|plan|section|series|set|stage|step"
    r"|table|task|team|type|variant|version|zone)$",
    re.IGNORECASE,
)
"""Words after which a letter is a number: option a."""

_NOT_LAST_AT_LIMIT = frozenset({"in", "on", "at", "is", "are", "was", "be", "has", "have"})
"""Words that are the last of no name that is as long as a limit."""

_SIGNS = str.maketrans("‐‑–—‘’“”", "----''\"\"")
"""Signs that look alike, or are typed for one another."""


def check_milestone_names(document: Document) -> Iterator[Finding]:
    """Yield names that are of several milestones, look cut off, or say that they are to be deleted."""
    yield from _to_delete(document)
    yield from _same("name", "name", document.milestones)
    yield from _same("short_name", "short name", document.milestones)
    yield from _names_of_others(document.milestones)
    yield from _cut_off(document)


def _to_delete(document: Document) -> Iterator[Finding]:
    """Yield milestones whose names say that they are to be deleted."""
    for milestone in document.milestones:
        for key in ("name", "short_name"):
            name = getattr(milestone, key)
            if name is not None and _TO_DELETE.match(name) and not milestone.cancelled:
                yield Finding(
                    path=("milestones", milestone.code, key),
                    rule="to_delete",
                    message=f"{milestone.code} is called {quoted(name)}",
                    hint="cancel it (state: cancelled), or give it its name again",
                    severity=Severity.WARNING,
                )


def _same(key: str, what: str, milestones: Sequence[Milestone]) -> Iterator[Finding]:
    """Yield the names that several milestones have, capitals and spaces aside.

    What replaces a cancelled milestone may well have its name.
    """
    named: dict[str, list[Milestone]] = {}
    for milestone in milestones:
        if not milestone.cancelled and (name := getattr(milestone, key)) is not None:
            named.setdefault(_alike(name), []).append(milestone)
    for first, *others in named.values():
        if others:
            codes = [each.code for each in others]
            listed = f"{', '.join(codes[:-1])} and {codes[-1]} have" if codes[1:] else f"{codes[0]} has"
            yield Finding(
                path=("milestones", codes[0], key),
                rule="same_name",
                message=f"{listed} the {what} of {first.code}, {quoted(getattr(first, key))}",
                hint="say in the names how they differ, or cancel one of them",
                severity=Severity.WARNING,
                others=tuple(
                    Other(
                        ("milestones", each.code, key),
                        f"the {what} of {each.code}, due {each.due}",
                        at_key=False,
                    )
                    for each in (first, *others)
                ),
            )


def _names_of_others(milestones: Sequence[Milestone]) -> Iterator[Finding]:
    """Yield the short names that are the names of other milestones, which charts would print alike."""
    named = {_alike(each.name): each for each in reversed(milestones) if not each.cancelled}
    for milestone in milestones:
        short = milestone.short_name
        other = named.get(_alike(short)) if short is not None and not milestone.cancelled else None
        if other is not None and other is not milestone and short is not None:
            there = f"the name of {other.code}, due {other.due}"
            yield Finding(
                path=("milestones", milestone.code, "short_name"),
                rule="same_name",
                message=f"{milestone.code} has the name of {other.code} as its short name, {quoted(short)}",
                hint="say in the short name how they differ",
                severity=Severity.WARNING,
                others=(Other(("milestones", other.code, "name"), there, at_key=False),),
            )


def _alike(name: str) -> str:
    """Return what is equal for names that readers cannot tell apart."""
    return " ".join(name.casefold().translate(_SIGNS).split()).rstrip(".")


def _cut_off(document: Document) -> Iterator[Finding]:
    """Yield the names that look cut off."""
    lengths = [len(milestone.name) for milestone in document.milestones]
    limits = [each for each in _LIMITS if sum(length > each for length in lengths) <= _LONGER * len(lengths)]
    words: Counter[str] = Counter()
    if not set(lengths).isdisjoint(limits):
        words.update(word for milestone in document.milestones for word in _words(milestone.name))
    language = document.metadata.language.partition("-")[0].casefold()
    joining = frozenset(_JOINING.get(language, "").split())
    for milestone in document.milestones:
        for key in ("name", "short_name"):
            name = getattr(milestone, key)
            if name is not None and (sign := _sign(name, joining, words, limits)):
                yield Finding(
                    path=("milestones", milestone.code, key),
                    rule="cut_off",
                    message=f"{milestone.code} has a {key.replace('_', ' ')} that looks cut off: {sign}",
                    hint="write the whole name",
                    severity=Severity.WARNING,
                    words=name.split()[-1],
                    occurrence=len(name),  # the last one, however many there are
                )


def _words(name: str) -> list[str]:
    return re.findall(r"\w+", name.casefold())


def _sign(name: str, joining: frozenset[str], words: Counter[str], limits: Sequence[int]) -> str:
    """Return what looks cut off about a name; nothing if it looks whole.

    Args:
        name: of a milestone.
        joining: words after which another one must follow.
        words: how often each word is in all names, if any of these has one of the lengths.
        limits: lengths at which names may have been cut.
    """
    name = name.strip()
    end = name[name.rfind(" ") + 1 :]
    if more := _MORE.search(name[-4:]):
        return f"it ends with {quoted(more[0].strip())}"
    if begin := _unclosed(name):
        return f"{quoted(begin)} is not closed"
    if _must_continue(name.removesuffix(end).rstrip(), end, joining):
        return f"it ends with {quoted(end)}"
    last = re.search(r"\w+$", end)
    if len(name) in limits and last is not None:
        rare = last[0] in _NOT_LAST_AT_LIMIT or words[last[0].casefold()] < 2
        return f"it is {len(name)} characters long and ends with {quoted(last[0])}" if rare else ""
    return ""


def _must_continue(before: str, end: str, joining: frozenset[str]) -> bool:
    """Return whether another word must follow `end`, the last word of a name, after `before`."""
    word = end.rpartition("/")[2]  # and/or
    if len(word) > 1 and (word.istitle() or (before.isupper() and word.isupper())):
        word = word.casefold()  # Delivery Of The, or DELIVERY OF THE
    if not before or word not in joining:
        return False
    if len(word) == 1 and _COUNTED.search(before):
        return False
    return word in _NEVER_LAST or _LAST_AFTER.search(before) is None


def _unclosed(name: str) -> str:
    """Return the last bracket or quotation mark in a name that is not closed; nothing for none."""
    for begin, ends in _PAIRS:
        if begin not in name or (begin == "“" and "„" in name):  # which it closes
            continue
        last, closed = max(map(name.rfind, ends)), sum(map(name.count, ends))
        if name.rfind(begin) > last and name.count(begin) > closed:
            return begin
    opened = (
        '"' in name and name.count('"') % 2 and re.search(r'(?:^|[\s(])"\w[^"]*$', name)
    )  # elsewhere it means inches
    return '"' if opened else ""
