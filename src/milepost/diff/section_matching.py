"""Matching: which section of one document each section of another is, by the surest signs first.

Every step says the same when the two documents are swapped.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from milepost.document.prose import lines_of, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

    from milepost.diff.changes import SectionKey
    from milepost.document.model import Section

    Sections = dict[SectionKey, Section]
    Matches = dict[SectionKey, SectionKey]
    Sign = Callable[[Sections, SectionKey], Hashable]

_ALIKE = 0.6
"""How alike titles or texts must be for a section below the same one to be the same, reworded."""


def matches(left: Sections, right: Sections) -> Matches:
    """Return which section of `right` each section of `left` is; those that are gone are not in it."""
    same: Matches = {}
    _match(same, left, right, _whole, as_far_as_they_go=True)
    for sign in _SIGNS:
        _match(same, left, right, sign)
    _match_by_what_is_below(same, left, right)
    _match_reworded(same, left, right)
    return same


def _titles(sections: Sections, at: SectionKey) -> tuple[str, ...]:
    return tuple(sections[at[:depth]].title for depth in range(1, len(at) + 1))


def _whole(sections: Sections, at: SectionKey) -> Hashable:
    return _titles(sections, at[:-1]), sections[at]


# What may be the sign of a section; None where it does not have it.
_SIGNS: tuple[Sign, ...] = (
    lambda sections, at: sections[at].label,
    lambda sections, at: (_titles(sections, at), sections[at].text, sections[at].milestones),
    _titles,
    lambda sections, at: sections[at].title,
    lambda sections, at: sections[at].text or None,
    lambda sections, at: sections[at].milestones,
)


def _match(
    same: Matches, left: Sections, right: Sections, sign: Sign, *, as_far_as_they_go: bool = False
) -> None:
    """Match sections with the same sign, in reading order: where there are equally many, unless told else."""
    ours = _by_sign(left, left.keys() - same.keys(), sign)
    theirs = _by_sign(right, right.keys() - set(same.values()), sign)
    for name, places in ours.items():
        others = theirs.get(name, [])
        if as_far_as_they_go or len(places) == len(others):
            same.update(zip(places, others, strict=False))


def _by_sign(
    sections: Sections, places: Iterable[SectionKey], sign: Sign
) -> dict[Hashable, list[SectionKey]]:
    found: dict[Hashable, list[SectionKey]] = {}
    for at in sorted(places):
        name = sign(sections, at)
        if name is not None:
            found.setdefault(name, []).append(at)
    return found


def _match_by_what_is_below(same: Matches, left: Sections, right: Sections) -> None:
    """Match sections that hold the same sections, where at most one has a text: only the title is new."""
    came_from = {after: before for before, after in same.items()}
    for before in sorted(left.keys() - same.keys(), key=lambda at: (-len(at), at)):
        parents = {same[child][:-1] for child in _children(left, before) if child in same}
        if len(parents) != 1 or not all(parents):
            continue
        (after,) = parents
        back = {came_from[child][:-1] for child in _children(right, after) if child in came_from}
        texts = left[before].text and right[after].text
        if after not in came_from and back == {before} and not texts:
            same[before], came_from[after] = after, before


def _match_reworded(same: Matches, left: Sections, right: Sections) -> None:
    """Match sections below the same one that read much alike, those most alike first."""
    taken = set(same.values())
    for above in [(), *sorted(left)]:
        if above and above not in same:
            continue
        ours = [at for at in _children(left, above) if at not in same]
        theirs = [at for at in _children(right, same[above] if above else ()) if at not in taken]
        found = [
            (-likeness, abs(before[-1] - after[-1]), before[-1] + after[-1], before, after)
            for before in ours
            for after in theirs
            if (likeness := _likeness(left[before], right[after], before[-1] == after[-1])) >= _ALIKE
        ]
        for *_, before, after in sorted(found):
            if before not in same and after not in taken:
                same[before] = after
                taken.add(after)


def _children(sections: Sections, above: SectionKey) -> Iterator[SectionKey]:
    index = 0
    while (*above, index) in sections:
        yield (*above, index)
        index += 1


def _likeness(old: Section, new: Section, in_place: bool) -> float:
    """Return how alike two sections are, from 0 to 1; `in_place` when both have the same position."""
    if in_place and not (old.text or new.text or old.milestones or new.milestones):
        return max(_ALIKE, _ratio(old.title, new.title))  # nothing but a title, and that is another one
    texts = _ratio(_words(old), _words(new)) if old.text and new.text else 0
    return max(_ratio(old.title, new.title), texts)


def _ratio(one: Sequence[str], other: Sequence[str]) -> float:
    first, second = sorted((one, other), key=tuple)  # difflib's answer depends on the order
    return difflib.SequenceMatcher(None, first, second, autojunk=False).ratio()


def _words(section: Section) -> list[str]:
    return " ".join(plain(line) for line in lines_of(section.text)).split()
