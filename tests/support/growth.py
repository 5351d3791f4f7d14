"""How the time of a function grows with its input."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Input = TypeVar("Input")

_MOST = 9
"""Four times the input takes four times as long in linear time, sixteen times in quadratic time."""
_NOISE = 0.1
"""Seconds that do not count: a machine that is busy with something else."""


def assert_near_linear(function: Callable[[Input], object], make: Callable[[int], Input], size: int) -> None:
    """Assert that four times the input takes a little more than four times as long.

    Args:
        function: what is measured.
        make: gives the input of a size; it is not measured.
        size: large enough for the larger run to take some tenths of a second in quadratic time.
    """
    small, large = (_least_time(function, make(times * size)) for times in (1, 4))
    assert large <= _MOST * small + _NOISE, (small, large)


def _least_time(function: Callable[[Input], object], given: Input) -> float:
    def seconds() -> float:
        start = time.process_time()
        function(given)
        return time.process_time() - start

    return min(seconds() for _ in range(3))
