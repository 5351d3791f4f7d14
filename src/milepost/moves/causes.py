"""Find the predecessor that explains a move: it moved by as much, or a chain that begins with it did.

What the states do not have, such as an activity that is no milestone, passes a move on, because nobody knows
how it moved. What they have and what moved otherwise, or not at all, ends a chain.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from milepost.moves.facts import Link

_MOST_STEPS = 5_000_000
"""Beyond so many steps in all, only direct links are followed, so that no schedule takes minutes."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a milestone moved: the beginning of the chain, and the last milestone before it in the chain."""

    root: str
    after: str


def causes_of(
    groups: Iterable[tuple[Collection[str], Collection[str]]],
    links: Iterable[Link],
    known: Collection[str],
    order: Callable[[str], tuple[str, ...]],
) -> dict[str, Cause]:
    """Return the cause of each milestone that has one.

    Of milestones that explain each other in a circle, the first one is the cause of the others. Of several
    causes, the first one counts.

    Args:
        groups: codes that moved by the same time, with others that may only be causes. No code is among the
            first ones of two groups.
        links: between these, and other codes.
        known: the codes whose moves are known.
        order: by what causes are sorted.
    """
    groups = [(codes, others) for codes, others in groups if codes and len(codes) + len(others) > 1]
    moved = {code for codes, _ in groups for code in codes}
    able = moved.union(*(others for _, others in groups))
    following: defaultdict[str, set[str]] = defaultdict(set)
    hidden: list[Link] = []
    for before, after in links:
        from_other, to_other = before not in known, after not in known
        if before == after or not (from_other or before in able) or not (to_other or after in moved):
            continue
        if from_other or to_other:
            hidden.append((before, after))
        else:
            following[before].add(after)
    if len(groups) * len(hidden) <= _MOST_STEPS:
        for before, after in hidden:
            following[before].add(after)
    found: dict[str, Cause] = {}
    for codes, others in groups:
        found |= _in_group({*codes}, {*codes, *others}, following, known, order)
    return found


def _in_group(
    codes: set[str],
    able: set[str],
    following: Mapping[str, Collection[str]],
    known: Collection[str],
    order: Callable[[str], tuple[str, ...]],
) -> dict[str, Cause]:
    """Return the causes within one group."""
    ways: dict[str, list[str]] = {code: [] for code in able}
    waiting = sorted(able)
    while waiting:
        here = waiting.pop()
        ways[here] = sorted(code for code in following.get(here, ()) if code in codes or code not in known)
        for code in ways[here]:
            if code not in ways:
                ways[code] = []
                waiting.append(code)
    causes: dict[str, Cause] = {}
    for root in sorted(_beginnings(ways, able, order), key=order):
        reached = [root]
        for here in reached:
            cause = Cause(root=root, after=here if here in able else causes[here].after)
            for code in ways[here]:
                if code not in causes and code != root:
                    causes[code] = cause
                    reached.append(code)
    return {code: cause for code, cause in causes.items() if code in codes}


def _beginnings(
    ways: Mapping[str, Sequence[str]], able: Collection[str], order: Callable[[str], tuple[str, ...]]
) -> Iterable[str]:
    """Yield the first of those milestones to which no way leads, but from each other."""
    backwards: defaultdict[str, list[str]] = defaultdict(list)
    for code, successors in ways.items():
        for successor in successors:
            backwards[successor].append(code)
    reached: set[str] = set()
    # In this order, a milestone comes after all those that lead to it, except for circles.
    for code in reversed(_finished(ways)):
        if code not in reached:
            circle = _reachable(code, backwards, set())
            yield min((each for each in circle if each in able), key=order)
            _reachable(code, ways, reached)


def _reachable(start: str, ways: Mapping[str, Sequence[str]], reached: set[str]) -> set[str]:
    """Add to `reached` what can be reached from `start`, and return it."""
    reached.add(start)
    waiting = [start]
    while waiting:
        for code in ways.get(waiting.pop(), ()):
            if code not in reached:
                reached.add(code)
                waiting.append(code)
    return reached


def _finished(ways: Mapping[str, Sequence[str]]) -> list[str]:
    """Return all milestones in the order in which a search, as deep as possible first, is done with them."""
    finished: list[str] = []
    seen: set[str] = set()
    for start in ways:
        if start in seen:
            continue
        seen.add(start)
        open_ways = [(start, iter(ways[start]))]
        while open_ways:
            here, left = open_ways[-1]
            code = next((each for each in left if each not in seen), None)
            if code is None:
                finished.append(here)
                open_ways.pop()
            else:
                seen.add(code)
                open_ways.append((code, iter(ways[code])))
    return finished
