"""Places for labels beside each other, so that no two overlap."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def spread(wanted: Sequence[float], height: float, top: float, bottom: float) -> list[float]:
    """Return the middles of labels that are `height` high, each as near as possible to where it is wanted.

    Labels keep the order in which they are wanted, and are between `top` and `bottom`. The sum of the squares
    of the distances is the least possible. There must be room for all of them.
    """
    order = sorted(range(len(wanted)), key=lambda number: (wanted[number], number))
    first, last = top + height / 2, bottom - height / 2
    # Labels that touch are a block: where each of them wants its first label, added up, and their number.
    blocks: list[tuple[float, int]] = []
    for position, number in enumerate(order):
        least, most = first + position * height, last - (len(order) - 1 - position) * height
        blocks.append((min(max(wanted[number], least), max(most, least)), 1))
        while len(blocks) > 1 and _start(blocks[-1]) < _start(blocks[-2]) + blocks[-2][1] * height:
            total, size = blocks.pop()
            before, others = blocks.pop()
            blocks.append((before + total - size * others * height, others + size))
    places = [0.0] * len(wanted)
    numbers = iter(order)
    for block in blocks:
        for position in range(block[1]):
            places[next(numbers)] = _start(block) + position * height
    return places


def _start(block: tuple[float, int]) -> float:
    return block[0] / block[1]
