"""Sequences: which elements kept their order, so that the others are the ones that moved."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_NOTHING = (0, 0, 1)


def longest_run(positions: Sequence[int], weights: Sequence[int]) -> set[int]:
    """Return the indices of the longest increasing run in `positions`; of several such, of the heaviest.

    Args:
        positions: the place of each element of one sequence in another one; no two are equal.
        weights: a number for each element, which decides between runs of equal length; see `weight`.
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
        run, at = (best[0] + 1, best[1] + weights[index], -index), rank[position]
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
