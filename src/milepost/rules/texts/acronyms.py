"""Rules of acronyms: each is used, has one definition, and is the name of nothing else."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from milepost.base.errors import Severity, ValuePath, quoted
from milepost.base.suggest import REMOVE, Hint
from milepost.document import acronyms
from milepost.rules.finding import Finding, Other
from milepost.rules.texts.definitions import agree, definitions_in, letters_of, several_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.document.model import Acronym, Document

_KEEP_ONE = "keep one of them"


def check_acronyms(document: Document) -> Iterator[Finding]:
    """Yield the acronyms that are not defined, not used, defined twice, or names of something else."""
    found = document.once(acronyms.usage)
    for entry in found.unused:
        unused = Hint("remove it, or write definition and keep: true below it", removes=True)
        yield _warning(("acronyms", entry.acronym), "acronym", f"nothing uses {entry.acronym}", unused)
    for word, path in found.undefined:
        hint = Hint("define it under acronyms, or list it under unexpanded", acronym=word)
        message = f"{word} looks like an acronym and has no definition"
        yield _warning(path, "acronym", message, hint)._replace(words=word)
    positions = {word: index for index, word in enumerate(document.unexpanded)}
    for word in found.needless:
        path = ("unexpanded", positions[word])
        yield _warning(path, "acronym", f"nothing uses {word}", REMOVE)
    yield from _defined_twice(document)
    yield from _of_two_lists(document)
    yield from _names(document)


def _warning(path: ValuePath, rule: str, message: str, hint: str) -> Finding:
    """Return a doubt about the key at `path`."""
    severity = Severity.WARNING
    return Finding(path=path, rule=rule, message=message, hint=hint, severity=severity, at_key=True)


def _two(path: ValuePath, acronym: str, first: str, second: str) -> Finding:
    return _warning(path, "definition", f"{acronym} has two definitions: {first} and {second}", _KEEP_ONE)


def _defined_twice(document: Document) -> Iterator[Finding]:
    """Yield the acronyms that mean two things: in the table, in the table and a text, or in two texts."""
    spelt: dict[str, Acronym] = {}
    for entry in sorted(document.acronyms, key=acronyms.sort_key):
        other = spelt.setdefault(re.sub(r"[\W_]", "", entry.acronym).casefold(), entry)
        if other.definition != entry.definition:
            second = quoted(f"{other.definition} (as {other.acronym})")
            there = Other(("acronyms", other.acronym), f"{other.acronym}: {other.definition}")
            finding = _two(("acronyms", entry.acronym), entry.acronym, quoted(entry.definition), second)
            yield finding._replace(others=(there,))
        for first, second in several_in(entry):
            yield _two(("acronyms", entry.acronym), entry.acronym, quoted(first), quoted(second))
    yield from _in_texts(document)


def _in_texts(document: Document) -> Iterator[Finding]:
    """Yield what texts say that an acronym means, where the table or an earlier text says something else."""
    meanings = {entry.acronym: entry.definition for entry in document.acronyms}
    first: dict[str, Other] = {}
    others: defaultdict[tuple[str, str], list[Other]] = defaultdict(list)
    for each in definitions_in(document):
        message = f"{each.acronym} is {quoted(each.words)} here"
        here = Other(each.path, message, words=each.words, occurrence=each.occurrence)
        if each.acronym not in meanings:
            meanings[each.acronym], first[each.acronym] = each.words, here
        elif not agree(each.words, meanings[each.acronym]):
            others[each.acronym, letters_of(each.words)].append(here)
    for (acronym, _), places in others.items():
        words = places[0].words
        finding = _two(("acronyms", acronym), acronym, quoted(meanings[acronym]), quoted(words))
        if acronym in first:
            finding = finding._replace(path=places[0].path, words=words, occurrence=places[0].occurrence)
            places[0] = first[acronym]
        yield finding._replace(others=tuple(places))


def _of_two_lists(document: Document) -> Iterator[Finding]:
    """Yield the words that have a definition and are listed as having none."""
    defined = {entry.acronym for entry in document.acronyms}
    for index, word in enumerate(document.unexpanded):
        if word in defined:
            message = f"{word} has a definition, and is listed as a word without one"
            there = Other(("acronyms", word), f"the definition of {word}")
            double = Hint("remove one of the two", removes=True)
            yield _warning(("unexpanded", index), "acronym", message, double)._replace(others=(there,))


def _names(document: Document) -> Iterator[Finding]:
    """Yield the acronyms that are the code of a milestone or the handle of a document, too."""
    named: defaultdict[str, list[Other]] = defaultdict(list)

    def add(name: str, path: ValuePath, what: str, *, at_key: bool = True) -> None:
        named[name.casefold()].append(Other(path, f"{name} is {what}", at_key))

    add(document.metadata.handle, ("document", "handle"), "the handle of this document", at_key=False)
    for milestone in document.milestones:
        path = ("milestones", milestone.code)
        add(milestone.code, path, "the code of a milestone")
        for index, code in enumerate(milestone.aka):
            add(code, (*path, "aka", index), f"an earlier code of {milestone.code}", at_key=False)
    for reference in document.references:
        add(reference.handle, ("references", reference.handle), "the handle of a reference")
    for entry in document.acronyms:
        if places := named.get(entry.acronym.casefold()):
            message = f"{entry.acronym} is an acronym, and {places[0].message}"
            hint = "give one of them another name, so that readers can tell which is meant"
            finding = _warning(("acronyms", entry.acronym), "acronym_name", message, hint)
            yield finding._replace(others=tuple(places))
