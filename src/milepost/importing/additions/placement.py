"""Where new milestones come in the file: among those with similar codes, in the order that these have."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from milepost.document.model import Milestone, order_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

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
    whole = _Row(codes, orders)
    rows = {whole.codes: whole}
    places: dict[tuple[str | None, str | None], list[tuple[Any, str]]] = {}
    for code in new:
        row = whole
        if whole.disorder > _ORDERLY:
            alike = _alike(code, whole.codes)
            row = rows[alike] = rows.get(alike) or _Row(alike, orders)
        key = row.order(code)
        position = bisect_right(row.keys, key) if not row.disorder else _place(key, row.keys)
        after = row.codes[position - 1] if position else None
        before = row.codes[0] if row.codes and not position else None
        places.setdefault((after, before), []).append((key, code))
    for (after, before), members in places.items():
        for _, code in sorted(members):
            yield code, after, before


class _Row:
    """Codes that are next to each other in a file, and the order that they are in for the most part.

    Attributes:
        codes: the codes.
        order: gives the key by which they are sorted.
        keys: the keys of all of them.
        disorder: the share of neighbours that are not in this order.
    """

    def __init__(self, codes: Iterable[str], orders: Iterable[Key]) -> None:
        self.codes = tuple(codes)
        rows = [(order, [order(code) for code in self.codes]) for order in orders]
        wrong = [sum(one > other for one, other in pairwise(keys)) for _, keys in rows]
        self.order, self.keys = rows[wrong.index(min(wrong))]
        self.disorder = min(wrong) / max(len(self.codes) - 1, 1)


def keys_before(key: str) -> tuple[str, ...]:
    """Return the keys of a milestone that come before `key` in the order of the model."""
    names = list(Milestone.model_fields)
    return tuple(names[: names.index(key)])


def natural(code: str) -> tuple[Any, ...]:
    """Return a key by which numbers in codes are sorted as numbers."""
    parts = _NUMBER.split(code)
    return *((part, int(number)) for part, number in zip(parts[::2], parts[1::2], strict=False)), (parts[-1],)


def _place(key: Any, keys: Sequence[Any]) -> int:
    """Return the place for `key` among `keys` at which the fewest of them are on the wrong side."""
    wrong = best = sum(other < key for other in keys)
    found = 0
    for index, other in enumerate(keys, start=1):
        wrong += (other > key) - (other < key)
        if wrong <= best:
            best, found = wrong, index
    return found


def _alike(code: str, codes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the codes that begin as `code` does, by as much as possible, and are next to each other."""
    for end in reversed([found.end() for found in _PART.finditer(code)]):
        positions = [index for index, other in enumerate(codes) if other.startswith(code[:end])]
        if positions and positions[-1] - positions[0] + 1 == len(positions):
            return codes[positions[0] : positions[-1] + 1]
    return codes
