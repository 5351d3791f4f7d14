"""Sequences: which elements stayed in their order, so that the others are the ones that moved."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def longest_run(positions: Sequence[int], weights: Sequence[int]) -> set[int]:
    """Return the indices of the longest increasing run in `positions`; of several such, of the heaviest.

    Args:
        positions: where each element of one sequence stands in another.
        weights: a number for each element, which settles between runs of one length; see `weight`.
    """
    if list(positions) == sorted(positions):
        return set(range(len(positions)))
    best: list[tuple[int, int, int | None]] = []
    for index, position in enumerate(positions):
        before = [
            (best[earlier][0], best[earlier][1], earlier)
            for earlier in range(index)
            if positions[earlier] < position
        ]
        length, heaviness, link = max(before, default=(0, 0, None), key=lambda run: run[:2])
        best.append((length + 1, heaviness + weights[index], link))
    run: set[int] = set()
    at = max(range(len(best)), key=lambda index: best[index][:2], default=None)
    while at is not None:
        run.add(at)
        at = best[at][2]
    return run


def weight(one: str, other: str) -> int:
    """Return a number for what two elements say, the same when they are swapped.

    Where either of two elements may be said to have moved, it settles which: so that the difference the
    other way round says the same of the same element.
    """
    return zlib.crc32("\n".join(sorted((one, other))).encode())
