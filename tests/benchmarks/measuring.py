"""Run a command, and say how long it took, how long it computed, and how much memory it needed.

It imports nothing large: the system counts the memory of the process that starts another one as that of both.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import resource
    from collections.abc import Iterable, Mapping, Sequence

ROOT = Path(__file__).parents[2]
MILEPOST = (sys.executable, "-m", "milepost")
_UNSET = {
    "PYTHONDONTWRITEBYTECODE",  # Python keeps what it compiles, as it does for users
    "SOURCE_DATE_EPOCH",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One run of something.

    Attributes:
        seconds: from its start to its end.
        processor: seconds that it and its children computed; None if that is not known.
        memory: of the largest of its processes at its peak, in MB; None if that is not known.
        passes: how often LaTeX ran; None where it has nothing to do with LaTeX.
        bare: the seconds of a bare pass over the same LaTeX right after it, if there was one.
        output: what it printed.
    """

    seconds: float
    processor: float | None = None
    memory: float | None = None
    passes: int | None = None
    bare: float | None = None
    output: str = ""


class CommandFailed(Exception):  # noqa: N818 -- it says what happened
    """A command that is measured failed."""


def environment() -> dict[str, str]:
    """Return the variables that commands are run with."""
    return {name: value for name, value in os.environ.items() if name not in _UNSET}


def run(command: Sequence[str], directory: Path, variables: Mapping[str, str] | None = None) -> Sample:
    """Run a command to its end.

    Args:
        command: the program and its arguments.
        directory: where it runs.
        variables: the whole of its environment, if it is not `environment()`.

    Raises:
        CommandFailed: with what it printed.
    """
    with tempfile.TemporaryFile("w+b") as printed:
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=directory,
            env=environment() if variables is None else variables,
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
        )
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        printed.seek(0)
        output = printed.read().decode(errors="replace")
    if process.returncode:
        raise CommandFailed(f"{' '.join(command)}: exit status {process.returncode}\n{output}")
    return Sample(
        seconds=seconds,
        processor=used.ru_utime + used.ru_stime,
        memory=peak_memory(used),
        output=output,
    )


def keep_table(name: str, text: str) -> None:
    """Keep a table for the documentation, into which `python -m tests.benchmarks --write` enters it."""
    path = ROOT / f"build/bench-{name}.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")


def peak_memory(used: resource.struct_rusage) -> float:
    """Return the memory of a process at its peak, in MB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return used.ru_maxrss * unit / 1e6


def median(values: Iterable[float | None]) -> float | None:
    """Return the median of the values that are known, or None."""
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None


def machine() -> dict[str, str]:
    """Return what the numbers depend on besides the program."""
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        "TeX": _first_line("lualatex", "--version"),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or "not known"
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else "not known"


def _first_line(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return "not installed"
    return done.stdout.partition("\n")[0].removeprefix("This is ")
