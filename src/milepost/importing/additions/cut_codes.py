"""Codes that are cut short in the relations of an export."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from milepost.schedule.activities import Schedule

_SHORTEST = 3
"""A code of fewer characters says too little to be the beginning of another one."""


def cut_codes(schedule: Schedule) -> dict[str, tuple[int, tuple[str, ...]]]:
    """Return the codes in relations that are no activity, but the beginning of some that have no relations.

    Each comes with the number of its relations, and the codes that it may be.
    """
    ends = [(relation.predecessor, relation.successor) for relation in schedule.relations]
    related = Counter(chain.from_iterable(ends))
    alone = sorted(each.code for each in schedule.activities if each.code not in related)
    found: dict[str, tuple[int, tuple[str, ...]]] = {}
    for code in sorted(related):
        if code in schedule.by_code or len(code) < _SHORTEST:
            continue
        longer = tuple(_beginning_with(code, alone))
        if longer:
            found[code] = related[code], longer
    return found


def _beginning_with(code: str, codes: Sequence[str]) -> Iterator[str]:
    """Yield those of `codes`, which are sorted, that begin with `code`."""
    for position in range(bisect_left(codes, code), len(codes)):
        if not codes[position].startswith(code):
            return
        yield codes[position]
