"""The rule that each person is spelt in one way: as author, curator, owner of a change and in references."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from milepost.base.errors import Severity, quoted
from milepost.rules.finding import Finding, Other

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from milepost.base.errors import ValuePath
    from milepost.document.model import Document

_NOBODY = re.compile(r"(?:et al|and others|others|tbd|various)\.?", re.IGNORECASE)
_NO_PART = re.compile(r"\s*(?:\([^()]*\)|<[^<>]*>|,?\s(?:Jr|Sr)\.?(?=,|$)|\s(?:II|III|IV)$)")
"""What may be beside a name: an institution, an address, a suffix."""
_INITIALS = re.compile(r"(?:[^\W\d_](?:\.[\s-]?|-|\s|$)){1,4}|[^\W\d_a-z]{2,3}")
"""Given names of which there are only initials."""
_JOINED = re.compile(r"(?<=\b[^\W\d_]\.)(?=[^\W\d_][\w'’])")
"""Where initials end without a space, as in W.Ohm."""
_SEPARATOR = re.compile(r"\s+(?:and|&|und|et)\s+|\s*[;/&]\s*")
_LIST = re.compile(r"[^\s,]+(?: [^\s,]+)+(?:, [^\s,]+(?: [^\s,]+)+)+")
"""Several whole names with commas between them."""
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "đ": "d", "ı": "i", "ð": "d"})
_PARTICLES = frozenset({"Da", "De", "Del", "Della", "Den", "Der", "Di", "Du", "La", "Le", "Van", "Von"})
"""Beginnings of family names, which some write with small letters: van der Berg."""
_SHORTEST_MISSPELT = 6
"""Shorter family names that differ in a letter are those of two people."""


class _Name(NamedTuple):
    """The name of a person in one way, and where it is.

    Attributes:
        kind: the kind of places: in each, all names have the same form.
        text: as it is written.
        family: the family name.
        given: the given names or initials.
        initials_only: whether `given` has nothing else.
        places: where it is.
    """

    kind: str
    text: str
    family: str
    given: tuple[str, ...]
    initials_only: bool
    places: tuple[ValuePath, ...]

    @property
    def is_inverted(self) -> bool:
        """Whether the family name is first."""
        return self.text.startswith(self.family)


def check_authors(document: Document) -> Iterator[Finding]:
    """Yield the people whose names are spelt in two ways."""
    found: defaultdict[tuple[str, str], list[ValuePath]] = defaultdict(list)
    for kind, path, text in _names_in(document):
        found[kind, text].append(path)
    families: defaultdict[str, list[_Name]] = defaultdict(list)
    for (kind, text), places in found.items():
        name = _name(kind, text, tuple(places))
        families[_plain(name.family)].append(name)
    for names in _nearly_equal(families):
        yield from _of_family(names)


def _names_in(document: Document) -> Iterator[tuple[str, ValuePath, str]]:
    """Yield the name of each person with the kind of its place, and the place."""
    about = document.metadata
    written: list[tuple[str, ValuePath, str]] = []
    written += (("author", ("document", "authors", index), name) for index, name in enumerate(about.authors))
    if about.curator is not None:
        written.append(("author", ("document", "curator"), about.curator))
    for index, entry in enumerate(document.change_record):
        written.append(("owner", ("change_record", index, "owner"), entry.owner))
    for reference in document.references:
        for index, name in enumerate(reference.authors):
            written.append(("reference", ("references", reference.handle, "authors", index), name))
    for kind, path, text in written:
        for part in _SEPARATOR.split(_NO_PART.sub("", text)):
            for name in part.split(", ") if _LIST.fullmatch(part) else [part]:
                if name and not _NOBODY.fullmatch(name):
                    yield kind, path, name


def _name(kind: str, text: str, places: tuple[ValuePath, ...]) -> _Name:
    family, comma, given = (part.strip() for part in text.partition(","))
    if not comma:
        words = _JOINED.sub(" ", text).split()
        if len(words) > 1 and _INITIALS.fullmatch(words[-1]) and not _INITIALS.fullmatch(words[0]):
            split = len(words) - 1
            family, given = " ".join(words[:split]), words[split]
        else:
            split = len(words) - 1
            while split > 1 and (words[split - 1].islower() or words[split - 1] in _PARTICLES):
                split -= 1
            family, given = " ".join(words[split:]), " ".join(words[:split])
    initials_only = _INITIALS.fullmatch(given) is not None
    names = re.findall(r"[^\W\d_]" if initials_only else r"[^\W\d_]+", given)
    return _Name(kind, text, family, tuple(map(_plain, names)), initials_only, places)


def _plain(name: str) -> str:
    """Return the letters of a name as small ones without marks."""
    letters = unicodedata.normalize("NFD", name.casefold().translate(_LETTERS))
    return "".join(letter for letter in letters if letter.isalnum())


def _nearly_equal(families: Mapping[str, list[_Name]]) -> Iterator[list[_Name]]:
    """Yield the names with the same family name, and those with nearly the same one."""
    yield from families.values()
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for family in families:
        if len(family) >= _SHORTEST_MISSPELT and family.isalpha():
            for index in range(len(family) + 1):
                alike[family[:index] + family[index + 1 :]].append(family)
    pairs = {pair: None for group in alike.values() for pair in combinations(dict.fromkeys(group), 2)}
    for one, other in pairs:
        if _one_edit_apart(one, other):
            yield from (
                [first, second]
                for first in families[one]
                for second in families[other]
                if len(first.given) == len(second.given) > 0
            )


def _one_edit_apart(one: str, other: str) -> bool:
    """Return whether one letter is missing, added or wrong, or two are exchanged."""
    length = min(len(one), len(other))
    start = next((index for index in range(length) if one[index] != other[index]), length)
    rest, other_rest = one[start:], other[start:]
    exchanged = rest[1::-1] + rest[2:]
    return other_rest in {rest[1:], exchanged} or rest == other_rest[1:] or rest[1:] == other_rest[1:]


def _of_family(names: Sequence[_Name]) -> Iterator[Finding]:
    """Yield a finding for each name that is probably that of somebody who is spelt in another way, too."""
    left = list(names)
    while left:
        name = left.pop(0)
        same = [other for other in left if _is_same(name, other)]
        if any(not _is_same(one, other) for one, other in combinations(same, 2)):
            same = [other for other in same if len(other.given) == len(name.given)]  # J., J.A. and J.B.
        if any(not _is_same(one, other) for one, other in combinations(same, 2)):
            same = [other for other in same if other.given == name.given]  # J., James and John
        group = [name, *same]
        left = [other for other in left if other not in same]
        differing = [each for each in group if any(_differs(each, other) for other in group)]
        if differing:
            rare = min(reversed(differing), key=lambda each: len(each.places))
            usual = max(
                (each for each in differing if _differs(rare, each)), key=lambda each: len(each.places)
            )
            yield Finding(
                path=rare.places[0],
                rule="author",
                message=f"one person is spelt {quoted(rare.text)} here, and {quoted(usual.text)} elsewhere",
                hint="write the name in one way",
                severity=Severity.WARNING,
                others=tuple(
                    Other(place, quoted(each.text), at_key=False)
                    for each in differing
                    for place in each.places
                    if place != rare.places[0]
                ),
            )


def _is_same(one: _Name, other: _Name) -> bool:
    """Return whether two names are probably those of one person: none contradicts the other."""
    if not (one.given and other.given):
        return one.kind == other.kind
    return all(
        first.startswith(second) or second.startswith(first)
        for first, second in zip(one.given, other.given, strict=False)
    )


def _differs(one: _Name, other: _Name) -> bool:
    """Return whether two names of a person are spelt in two ways.

    Between kinds of places, the given name may be first or last, and written out or not.
    """
    if one.kind == other.kind:
        return one.text != other.text
    if one.family != other.family or len(one.given) != len(other.given):
        return True
    if one.initials_only != other.initials_only:
        return False
    if one.is_inverted == other.is_inverted and "reference" not in {one.kind, other.kind}:
        return one.text != other.text  # W. Ohm and W.Ohm, on the title page and in the change record
    return _given_as_written(one) != _given_as_written(other)


def _given_as_written(name: _Name) -> str:
    return re.sub(r"[\s,]", "", name.text.replace(name.family, "", 1))
