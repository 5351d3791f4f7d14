"""How long `milepost watch` takes from the write of the document to the replacement of the PDF."""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.measuring import MILEPOST, CommandFailed, Sample, environment, peak_memory

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.benchmarks.workplace import Workplace

_KINDS = ("delivery", "in-chart")
_OFTEN = 0.005
_AT_MOST = 120
_AT_REST = 0.5
"""Seconds in which nothing computes: the engine for the next build has read its preamble, and waits."""


def measure(place: Workplace, scratch: Path) -> Iterator[tuple[str, Sample]]:
    """Yield a row and a sample for each kind of edit, after the first build.

    Args:
        place: where the document is; everything generated is removed first.
        scratch: a directory for the copies in which bare passes run.
    """
    place.restore()
    place.clean()
    pdf = place.build / "LDM-564.pdf"
    process = subprocess.Popen(
        (*MILEPOST, "watch", "pdf"),
        cwd=place.directory,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    found: list[tuple[str, Sample]] = []
    try:
        _until_replaced(pdf, None)
        for kind in _KINDS:
            _until_at_rest(process.pid)
            before = _identity(pdf)
            start = time.perf_counter()
            place.edit(kind)
            _until_replaced(pdf, before)
            seconds = time.perf_counter() - start
            _until_at_rest(process.pid)  # a bare pass beside the next engine would be slower
            bare = place.bare_pass(scratch / "bare")
            found.append((f"watch-{kind}", Sample(seconds=seconds, bare=bare.seconds, passes=1)))
            found.append(("bare-pass", bare))
    finally:
        process.terminate()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    for row, sample in found:
        yield row, sample if row == "bare-pass" else replace(sample, memory=peak_memory(used))


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns


def _until_replaced(path: Path, before: tuple[int, int] | None) -> None:
    """Wait until there is another file of this name."""
    end = time.perf_counter() + _AT_MOST
    while _identity(path) in {None, before}:
        if time.perf_counter() > end:
            raise CommandFailed(f"{path} was not replaced within {_AT_MOST} seconds")
        time.sleep(_OFTEN)


def _until_at_rest(process: int) -> None:
    """Wait until a process and its children have computed nothing for a while."""
    computed = None
    while computed != (computed := _computed(process)):
        time.sleep(_AT_REST)


def _computed(process: int) -> int:
    """Return how long a process and its children have computed, in ticks of the system's clock."""
    used: dict[int, tuple[int, int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended
            fields = path.read_text("utf-8", errors="replace").rpartition(")")[2].split()
            used[int(path.parent.name)] = int(fields[1]), int(fields[11]) + int(fields[12])
    return sum(ticks for each, (_, ticks) in used.items() if _is_below(each, process, used))


def _is_below(process: int, top: int, used: Mapping[int, tuple[int, int]]) -> bool:
    """Return whether a process is another one, or was started by it or its children."""
    while process != top and process in used:
        process = used[process][0]
    return process == top
