"""How the time of a function grows with its input."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Input = TypeVar("Input")

_MOST = 9
"""Four times the input takes four times as long in linear time, sixteen times in quadratic time."""
_NOISE = 0.1
"""Seconds that do not count: a machine that is busy with something else."""
_ROUNDS = 10
"""How often is measured at most; of each size, the shortest time counts."""


def assert_near_linear(function: Callable[[Input], object], make: Callable[[int], Input], size: int) -> None:
    """Assert that four times the input takes a little more than four times as long.

    Args:
        function: what is measured.
        make: gives the input of a size; it is not measured.
        size: large enough for the larger run to take some tenths of a second in quadratic time.
    """
    small = large = math.inf
    few, many = make(size), make(4 * size)
    for _ in range(_ROUNDS):
        small, large = min(small, _seconds(function, few)), min(large, _seconds(function, many))
        if large <= _MOST * small + _NOISE:
            return
    raise AssertionError((small, large))


def _seconds(function: Callable[[Input], object], given: Input) -> float:
    start = time.process_time()
    function(given)
    return time.process_time() - start
