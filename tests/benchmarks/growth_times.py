"""How long made-up documents of 1,000 to 100,000 milestones take, and how the time grows with their size."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from tests.benchmarks import plans
from tests.benchmarks.build_times import stages
from tests.benchmarks.measuring import MILEPOST, run
from tests.benchmarks.workplace import passes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from tests.benchmarks.build_times import Measured

SIZES = {1_000: 3, 10_000: 1, 100_000: 1}
"""Numbers of milestones, and how often each is measured."""
STEPS = ("load", "check", "view", "reST", "LaTeX", "JSON", "difference")
LARGEST = max(SIZES)
WITH_PDF = 1_000
_ONE_MOVED_IN = 50
_OF_IMPACT = (400, 10_000)
_OF_MOVES = (10_000, 20)
"""Milestones, and links of each."""


def subjects(scratch: Path) -> dict[str, tuple[int, Callable[[], Measured]]]:
    """Return how often each subject is measured at most, and what measures it once."""
    found: dict[str, tuple[int, Callable[[], Measured]]] = {
        f"growth-{size}": (runs, partial(measure, scratch / f"growth-{size}", size))
        for size, runs in SIZES.items()
    }
    return found | {
        "pdf-1000": (1, partial(measure_pdf, scratch / "pdf-1000")),
        "impact": (1, partial(measure_following, scratch / "impact")),
    }


def measure(directory: Path, size: int) -> Measured:
    """Yield `STEP@SIZE` and a sample for each step, and rows about one size.

    Args:
        directory: where to write the documents.
        size: the number of milestones.
    """
    directory.mkdir(exist_ok=True)
    source, old = directory / "milestones.yaml", directory / "old.yaml"
    source.write_text(plans.linked(size), "utf-8")
    old.write_text(plans.linked(size, moved=size // _ONE_MOVED_IN), "utf-8")
    found = stages(str(source), "--old", str(old))
    for step in STEPS:
        yield f"{step}@{size}", found[step]
    if size == LARGEST:
        parts = [found[step] for step in ("load", "view", "reST")]
        yield (
            "rst-100000",
            replace(
                parts[0],
                seconds=sum(each.seconds for each in parts),
                processor=sum(each.processor or 0 for each in parts),
                memory=max(each.memory or 0 for each in parts),
            ),
        )


def measure_pdf(directory: Path) -> Measured:
    """Yield how long the PDF of a large document takes."""
    directory.mkdir(exist_ok=True)
    (directory / "milestones.yaml").write_text(plans.linked(WITH_PDF), "utf-8")
    done = run((*MILEPOST, "build", "pdf"), directory)
    yield "pdf-1000", replace(done, passes=passes(done.output))


def measure_following(directory: Path) -> Measured:
    """Yield how long it takes to find what follows from a slip, and which moves explain which."""
    directory.mkdir(exist_ok=True)
    source = directory / "milestones.yaml"
    for size in _OF_IMPACT:
        source.write_text(plans.linked(size, first=plans.NOTHING_COMPLETED), "utf-8")
        yield f"impact-{size}", stages(str(source), "--impact")["impact"]
    old = directory / "old.yaml"
    size, links = _OF_MOVES
    source.write_text(plans.linked(size, links=links, first=plans.NOTHING_COMPLETED), "utf-8")
    old.write_text(plans.linked(size, links=links, first=plans.NOTHING_COMPLETED, moved=size // 10), "utf-8")
    yield "moves-10000", stages(str(source), "--old", str(old), "--moves")["moves"]


def exponent(times: Mapping[int, float]) -> float:
    """Return the power of the size with which the time grows: the slope of a line through the logarithms.

    Args:
        times: by size, at least two.
    """
    sizes: Sequence[float] = [math.log(size) for size in times]
    seconds = [math.log(max(each, 1e-6)) for each in times.values()]
    middle, level = sum(sizes) / len(sizes), sum(seconds) / len(seconds)
    together = sum((x - middle) * (y - level) for x, y in zip(sizes, seconds, strict=True))
    return together / sum((x - middle) ** 2 for x in sizes)
