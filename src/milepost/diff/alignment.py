"""What two sequences share: equal runs, and elements that kept their order, so that the others moved."""

from __future__ import annotations

import difflib
import math
import zlib
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

_NOTHING = (0, 0, 1)
_SMALL = 64 * 64
"""The product of the lengths of two sequences up to which difflib compares them."""
_MOST_DIVISIONS = 8
"""How often a sequence is divided, at most: it bounds the time."""


def longest_run(
    positions: Sequence[int], weights: Sequence[int], lengths: Sequence[int] | None = None
) -> set[int]:
    """Return the indices of the longest increasing run in `positions`; of several such, of the heaviest.

    Args:
        positions: the place of each element of one sequence in another one; no two are equal.
        weights: a number for each element, which decides between runs of equal length; see `weight`.
        lengths: how much each element adds to the length of a run; 1 unless given.
    """
    # A Fenwick tree over the sorted positions holds the best run (length, weight, -last index) below each.
    size = len(positions)
    rank = {position: number for number, position in enumerate(sorted(positions), start=1)}
    tree = [_NOTHING] * (size + 1)
    before: list[int] = []
    for index, position in enumerate(positions):
        best, at = _NOTHING, rank[position] - 1
        while at > 0:
            best = max(best, tree[at])
            at -= at & -at
        before.append(-best[2])
        length = lengths[index] if lengths else 1
        run, at = (best[0] + length, best[1] + weights[index], -index), rank[position]
        while at <= size:
            tree[at] = max(tree[at], run)
            at += at & -at
    longest, at = _NOTHING, size
    while at > 0:
        longest = max(longest, tree[at])
        at -= at & -at
    found: set[int] = set()
    last = -longest[2]
    while last >= 0:
        found.add(last)
        last = before[last]
    return found


def weight(one: str, other: str) -> int:
    """Return a number for two texts, the same when they are swapped.

    Where either of two elements may be the one that moved, it decides which: so the difference the other way
    round names the same element.
    """
    return zlib.crc32("\n".join(sorted((one, other))).encode())


def in_common(one: Counter[str], other: Counter[str]) -> int:
    """Return how many words two texts have in common, in any order; quicker than `Counter.__and__`."""
    return sum(min(one[word], other[word]) for word in one.keys() & other.keys())


def matching_blocks(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int, int]]:
    """Return the runs of elements that two sequences share, in order: start in `old`, start in `new`, length.

    Long runs come first, as in difflib, which compares what is short enough for it. Longer sequences are
    divided at runs that are in both of them exactly once, so that the time is near linear in their length.
    """
    numbers: dict[Hashable, int] = {}
    left, right = ([numbers.setdefault(element, len(numbers)) for element in side] for side in (old, new))
    found: list[tuple[int, int, int]] = []
    waiting = [(0, len(left), 0, len(right), _MOST_DIVISIONS)]
    grams = None
    while waiting:
        low, high, new_low, new_high, divisions = waiting.pop()
        start = low
        while low < high and new_low < new_high and left[low] == right[new_low]:
            low, new_low = low + 1, new_low + 1
        if low > start:
            found.append((start, new_low - (low - start), low - start))
        end = high
        while low < high and new_low < new_high and left[high - 1] == right[new_high - 1]:
            high, new_high = high - 1, new_high - 1
        if high < end:
            found.append((high, new_high, end - high))
        if low == high or new_low == new_high:
            continue
        if (high - low) * (new_high - new_low) <= _SMALL:
            blocks = difflib.SequenceMatcher(None, left[low:high], right[new_low:new_high], autojunk=False)
            found += ((low + a, new_low + b, size) for a, b, size in blocks.get_matching_blocks() if size)
            continue
        grams = grams or _grams(left, right)
        shared = _unique_runs(grams, low, high, new_low, new_high) if divisions else []
        if not shared:
            # Without a run to divide at, pieces at the same relative places are compared.
            parts = max(high - low, new_high - new_low) // math.isqrt(_SMALL) + 1
            shared = [
                (low + (high - low) * part // parts, new_low + (new_high - new_low) * part // parts, 0)
                for part in range(1, parts)
            ]
            divisions = 1
        for at, new_at, size in [*shared, (high, new_high, 0)]:
            waiting.append((low, at, new_low, new_at, divisions - 1))
            if size:
                found.append((at, new_at, size))
            low, new_low = at + size, new_at + size
    return _joined(sorted(found))


def _grams(left: list[int], right: list[int]) -> list[tuple[int, list[int], list[int]]]:
    """Return numbers for all runs of 32, 16, ... 1 elements: length, those of `left`, those of `right`."""
    grams = [(1, left, right)]
    for _ in range(5):
        size, *sides = grams[0]
        numbers: dict[tuple[int, int], int] = {}
        longer = [
            [numbers.setdefault(pair, len(numbers)) for pair in zip(side, side[size:], strict=False)]
            for side in sides
        ]
        grams.insert(0, (2 * size, longer[0], longer[1]))
    return grams


def _unique_runs(
    grams: list[tuple[int, list[int], list[int]]], low: int, high: int, new_low: int, new_high: int
) -> list[tuple[int, int, int]]:
    """Return runs that each part of two sequences has once, in the same order: the longest that there are."""
    for size, left, right in grams:
        here, there = left[low : high - size + 1], right[new_low : new_high - size + 1]
        place, new_place = _places_of_unique(here), _places_of_unique(there)
        pairs = [(at, new_place[gram]) for gram, at in place.items() if gram in new_place]
        stayed = longest_run([pair[1] for pair in pairs], [0] * len(pairs))
        runs: list[tuple[int, int, int]] = []
        for index in sorted(stayed):
            at, new_at = low + pairs[index][0], new_low + pairs[index][1]
            over = max(runs[-1][0] + runs[-1][2] - at, runs[-1][1] + runs[-1][2] - new_at, 0) if runs else 0
            if over < size:
                runs.append((at + over, new_at + over, size - over))
        if runs:
            return _joined(runs)
    return []


def _places_of_unique(grams: Sequence[int]) -> dict[int, int]:
    """Return the place of each of `grams` that occurs once, in order."""
    counts = Counter(grams)
    return {gram: index for index, gram in enumerate(grams) if counts[gram] == 1}


def _joined(runs: Iterable[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Return `runs`, which are in order, with neighbours as one."""
    joined: list[tuple[int, int, int]] = []
    for at, new_at, size in runs:
        if joined and (joined[-1][0] + joined[-1][2], joined[-1][1] + joined[-1][2]) == (at, new_at):
            joined[-1] = (*joined[-1][:2], joined[-1][2] + size)
        else:
            joined.append((at, new_at, size))
    return joined
