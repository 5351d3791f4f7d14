"""Where new milestones come in the file: among those with similar codes, in the order that these have."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from milepost.document.model import order_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from milepost.document.model import Milestone

    Key = Callable[[str], Any]

_NUMBER = re.compile(r"(\d+)")
_PART = re.compile(r"[-._+&/]")
_ORDERLY = 0.1
"""The share of neighbours in the wrong order up to which a file is taken to be in order: dates move."""


def placed(
    new: Sequence[str], codes: Sequence[str], milestones: Mapping[str, Milestone]
) -> Iterator[tuple[str, str | None, str | None]]:
    """Yield each new code with the one that it comes after or else the one before it, in their order.

    Args:
        new: codes.
        codes: those of the file, in its order.
        milestones: all of them, by their codes.
    """
    orders: list[Key] = [natural, lambda code: code, lambda code: order_key(milestones[code])]
    whole, share = _best(codes, orders)
    found: list[tuple[int, Any, str, str | None, str | None]] = []
    for code in new:
        group, key = codes, whole
        if share > _ORDERLY:
            group = _alike(code, codes)
            key, _ = _best(group, orders)
        position = place(key(code), [key(other) for other in group])
        after = group[position - 1] if position else None
        before = group[0] if group and not position else None
        found.append((position, key(code), code, after, before))
    groups: dict[tuple[str | None, str | None], list[tuple[Any, str]]] = {}
    for _, at, code, after, before in found:
        groups.setdefault((after, before), []).append((at, code))
    for (after, before), members in groups.items():
        for _, code in sorted(members):
            yield code, after, before


def natural(code: str) -> tuple[Any, ...]:
    """Return a key by which numbers in codes are sorted as numbers."""
    parts = _NUMBER.split(code)
    return *((part, int(number)) for part, number in zip(parts[::2], parts[1::2], strict=False)), (parts[-1],)


def place(key: Any, keys: Sequence[Any]) -> int:
    """Return the place for `key` among `keys` at which the fewest of them are on the wrong side."""
    wrong = best = sum(other < key for other in keys)
    found = 0
    for index, other in enumerate(keys, start=1):
        wrong += (other > key) - (other < key)
        if wrong <= best:
            best, found = wrong, index
    return found


def _best(codes: Sequence[str], orders: Sequence[Key]) -> tuple[Key, float]:
    """Return the order with the fewest neighbours in the wrong order, and their share."""

    def wrong(order: Key) -> int:
        return sum(one > other for one, other in pairwise(map(order, codes)))

    shares = [wrong(order) / max(len(codes) - 1, 1) for order in orders]
    least = min(shares)
    return orders[shares.index(least)], least


def _alike(code: str, codes: Sequence[str]) -> Sequence[str]:
    """Return the codes that begin as `code` does, by as much as possible, and are next to each other."""
    for end in reversed([found.end() for found in _PART.finditer(code)]):
        positions = [index for index, other in enumerate(codes) if other.startswith(code[:end])]
        if positions and positions[-1] - positions[0] + 1 == len(positions):
            return codes[positions[0] : positions[-1] + 1]
    return codes
