"""What happened to the sections of a document between two editions.

First each section of the old document is matched to the one that it is in the new document, the surest signs
first; every step gives the same result when the two documents are swapped. Then the matches are compared.
"""

from __future__ import annotations

import heapq
from collections import Counter
from typing import TYPE_CHECKING

from milepost.diff.alignment import in_common, longest_run, matching_blocks, weight
from milepost.diff.changes import (
    Change,
    ProseChanged,
    SectionAdded,
    SectionChanged,
    SectionKey,
    SectionMoved,
    SectionPlace,
    SectionRemoved,
)
from milepost.document.traverse import walk
from milepost.prose.values import lines_of, mapped, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

    from milepost.document.model import Section
    from milepost.prose.values import Inline

    Sections = dict[SectionKey, Section]
    Matches = dict[SectionKey, SectionKey]
    Sign = Callable[[Sections, SectionKey], Hashable]
    _Words = tuple[tuple[str, ...], Counter[str]]

_FIELDS = ("title", "label", "milestones", "waivers")
_ALIKE = 0.6
"""How alike titles or texts must be for two sections below the same one to be one section, reworded."""
_FEW = 50 * 50
"""The number of pairs of sections up to which all of them are compared."""
_NEAR = 25
"""The difference of the positions of two sections up to which they are compared in any case."""


def diff(
    old: Sequence[Section], new: Sequence[Section], rename: Callable[[Inline], Inline]
) -> Iterator[Change]:
    """Yield what differs between the sections `old` and `new`.

    Args:
        old: the sections at the top of the old document.
        new: those of the new document.
        rename: gives mentions of recoded milestones their new code.
    """
    left, right = dict(walk(old)), dict(walk(new))
    # With the new codes, texts that mention a milestone are the same as before.
    same = _matches(dict(walk([renamed(section, rename) for section in old])), right)
    found = set(same.values())
    for at, section in left.items():
        if at not in same:
            yield SectionRemoved(at=at, section=_alone(section))
    moved = _moved(same, left, right)
    for at, section in right.items():
        if at not in found:
            yield SectionAdded(at=at, section=_alone(section))
    for before, after in sorted(same.items(), key=lambda pair: pair[1]):
        if before in moved:
            yield SectionMoved(before=_place(left, before), after=_place(right, after))
        places = _place(left, before), _place(right, after)
        yield from _changes(left[before], right[after], places, rename)


def renamed(section: Section, rename: Callable[[Inline], Inline]) -> Section:
    """Return `section` and those below it with `rename` applied to every inline of their texts."""
    inner = tuple(renamed(below, rename) for below in section.sections)
    return section.model_copy(update={"text": mapped(section.text, rename), "sections": inner})


def _place(sections: Sections, at: SectionKey) -> SectionPlace:
    return SectionPlace(title=sections[at].title, at=at)


def _alone(section: Section) -> Section:
    return section.model_copy(update={"sections": ()})


def _moved(same: Mapping[SectionKey, SectionKey], left: Sections, right: Sections) -> set[SectionKey]:
    """Return the sections of `left` that moved: to another parent, or past siblings that stayed."""
    moved = set()
    families: dict[SectionKey, list[tuple[SectionKey, SectionKey]]] = {}
    for before, after in same.items():
        parent = same.get(before[:-1]) if len(before) > 1 else ()
        if parent == after[:-1]:
            families.setdefault(after[:-1], []).append((before, after))
        else:
            moved.add(before)
    for family in families.values():
        family.sort()
        weights = [weight(_content(left[before]), _content(right[after])) for before, after in family]
        stayed = longest_run([after[-1] for _, after in family], weights)
        moved |= {before for index, (before, _) in enumerate(family) if index not in stayed}
    return moved


def _content(section: Section) -> str:
    return f"{section.title}\n{section.text}"


def _changes(
    old: Section, new: Section, places: tuple[SectionPlace, SectionPlace], rename: Callable[[Inline], Inline]
) -> Iterator[Change]:
    before, after = places
    for name in _FIELDS:
        was, now = getattr(old, name), getattr(new, name)
        if was != now:
            yield SectionChanged(before=before, after=after, field=name, old=was, new=now)
    if mapped(old.text, rename) != new.text:
        yield ProseChanged(before=before, after=after, old=old.text, new=new.text)


# --- Matching -----------------------------------------------------------------------------------------------


def _matches(left: Sections, right: Sections) -> Matches:
    """Return which section of `right` each section of `left` is; those that are gone are not in it."""
    same: Matches = {}
    _match(same, left, right, _whole, even_if_fewer=True)
    for sign in _SIGNS:
        _match(same, left, right, sign)
    _match_by_what_is_below(same, left, right)
    _match_reworded(same, left, right)
    return same


def _titles(sections: Sections, at: SectionKey) -> tuple[str, ...]:
    return tuple(sections[at[:depth]].title for depth in range(1, len(at) + 1))


def _whole(sections: Sections, at: SectionKey) -> Hashable:
    return _titles(sections, at[:-1]), sections[at]


# What may identify a section; None where the section does not have it.
_SIGNS: tuple[Sign, ...] = (
    lambda sections, at: sections[at].label,
    lambda sections, at: (_titles(sections, at), sections[at].text, sections[at].milestones),
    _titles,
    lambda sections, at: sections[at].title,
    lambda sections, at: sections[at].text or None,
    lambda sections, at: sections[at].milestones,
)


def _match(
    same: Matches, left: Sections, right: Sections, sign: Sign, *, even_if_fewer: bool = False
) -> None:
    """Match sections with the same sign, in reading order, if both documents have equally many of them.

    With `even_if_fewer`, those that one document has more of are left.
    """
    ours = _by_sign(left, left.keys() - same.keys(), sign)
    theirs = _by_sign(right, right.keys() - set(same.values()), sign)
    for name, places in ours.items():
        others = theirs.get(name, [])
        if even_if_fewer or len(places) == len(others):
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
    """Match sections with the same sections below them, if at most one of the two has text."""
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
    """Match sections below the same one that are similar, the most similar first."""
    taken = set(same.values())
    for above in [(), *sorted(left)]:
        if above and above not in same:
            continue
        ours = [_Content(at, left[at]) for at in _children(left, above) if at not in same]
        below = _children(right, same[above] if above else ())
        theirs = [_Content(at, right[at]) for at in below if at not in taken]
        few = len(ours) * len(theirs) <= _FEW
        # What is alike at most is quick to find; how alike two sections are is only found for the next pair.
        waiting = [
            (-most, distance, old.at[-1] + new.at[-1], old.at, new.at, False)
            for old in ours
            for new in theirs
            if (distance := abs(old.at[-1] - new.at[-1])) <= _NEAR or few
            if (most := _likeness(old, new, _most)) >= _ALIKE
        ]
        heapq.heapify(waiting)
        contents = {each.at: each for each in ours}, {each.at: each for each in theirs}
        while waiting:
            _, distance, places, before, after, is_exact = heapq.heappop(waiting)
            if before in same or after in taken:
                continue
            if is_exact:
                same[before] = after
                taken.add(after)
            elif (likeness := _likeness(contents[0][before], contents[1][after], _ratio)) >= _ALIKE:
                heapq.heappush(waiting, (-likeness, distance, places, before, after, True))


def _children(sections: Sections, above: SectionKey) -> Iterator[SectionKey]:
    index = 0
    while (*above, index) in sections:
        yield (*above, index)
        index += 1


class _Content:
    """A section at its place, with its words split and counted once."""

    def __init__(self, at: SectionKey, section: Section) -> None:
        self.at, self.section = at, section
        self.title = _counted(section.title)
        self.words = _counted(" ".join(plain(line) for line in lines_of(section.text)).split())


def _likeness(old: _Content, new: _Content, ratio: Callable[[_Words, _Words], float]) -> float:
    """Return how alike two sections are, from 0 to 1, where `ratio` says how alike two texts are."""
    titles = ratio(old.title, new.title)
    if old.at[-1] == new.at[-1] and not any(
        each.section.text or each.section.milestones for each in (old, new)
    ):
        return max(_ALIKE, titles)  # nothing but a title, and another one
    return max(titles, ratio(old.words, new.words) if old.section.text and new.section.text else 0)


def _counted(words: Sequence[str]) -> _Words:
    return tuple(words), Counter(words)


def _most(one: _Words, other: _Words) -> float:
    """Return the share of words that both have, in any order: `_ratio` is never greater."""
    total = len(one[0]) + len(other[0])
    return 2 * in_common(one[1], other[1]) / total if total else 1.0


def _ratio(one: _Words, other: _Words) -> float:
    """Return the share of words in runs that both have; 0 where there are too few equal words."""
    if _most(one, other) < _ALIKE:
        return 0.0
    first, second = sorted((one[0], other[0]))  # the result depends on the order
    total = len(first) + len(second)
    return 2 * sum(size for *_, size in matching_blocks(first, second)) / total if total else 1.0
