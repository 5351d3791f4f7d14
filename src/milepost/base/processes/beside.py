"""Do work in a process beside this one, so that two processors are used.

The process is a copy of this one (`fork`), so that it has everything already. It writes only what its work
writes, and ends with this process.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import signal
import stat
import sys
import threading
import warnings
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")

QUIET = "milepost-quiet"
"""How the names of threads begin that hold no lock that other work needs."""

_DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux


class Beside(Generic[Result]):
    """Work that has begun in another process; to be closed.

    Where there can be no such process, or it ends without a result, `result` does the work in this one.
    """

    def __init__(self, work: Callable[[], Result], *, begin: bool = True) -> None:
        """Begin `work`, whose result or error can be pickled, unless it is to be done by `result`."""
        self._work = work
        self._process: int | None = None
        if not begin or not _can_be_copied():
            return
        read, write = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        with warnings.catch_warnings():
            # Of threads, those of libraries included, which `_can_be_copied` has looked at.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._process = os.fork()
        if not self._process:
            os.close(read)
            _do(work, write)
        os.close(write)
        self._read = read

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End the process, if it has not ended."""
        if self._process is not None:
            os.close(self._read)
            with suppress(ProcessLookupError):
                os.kill(self._process, signal.SIGKILL)
            self._wait()

    def _wait(self) -> int:
        process, self._process = self._process, None
        assert process is not None  # noqa: S101 -- for the types
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])

    def result(self) -> Result:
        """Wait for the result, or raise the error, of the work."""
        if self._process is None:
            return self._work()
        with os.fdopen(os.dup(self._read), "rb") as stream:
            pickled = stream.read()
        os.close(self._read)
        if self._wait() != 0:
            return self._work()
        result, error = pickle.loads(pickled)  # noqa: S301 -- from our own process
        if error is not None:
            raise error
        return result  # type: ignore[no-any-return]  # `_do` has pickled it


def _can_be_copied() -> bool:
    """Return whether this process has a second processor, and no thread that may hold a lock."""
    others = (each for each in threading.enumerate() if each is not threading.current_thread())
    return (
        threading.current_thread() is threading.main_thread()
        and all(each.name.startswith(QUIET) for each in others)
        and hasattr(os, "sched_getaffinity")  # on macOS, libraries do not outlive `fork`
        and len(os.sched_getaffinity(0)) > 1
    )


def _do(work: Callable[[], Result], write: int) -> None:
    """Do `work`, write its result or its error to the pipe `write`, and end this process."""
    status = 1
    try:
        parent = os.getppid()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends this process
        _end_with_parent(parent)
        _close_other_pipes(write)
        outcome: tuple[Result | None, Exception | None]
        try:
            outcome = work(), None
        except Exception as error:
            outcome = None, error
        pickled = pickle.dumps(outcome, pickle.HIGHEST_PROTOCOL)
        if outcome[1] is not None:
            pickle.loads(pickled)  # noqa: S301 -- not every exception can be made again
        with os.fdopen(write, "wb") as stream:
            stream.write(pickled)
        status = 0
    finally:
        os._exit(status)


def _end_with_parent(parent: int) -> None:
    library = ctypes.CDLL(None)
    if hasattr(library, "prctl"):
        library.prctl(_DIES_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _close_other_pipes(own: int) -> None:
    """Close the pipes to other programs, which would not see the end of their input; locks stay."""
    for name in [path.name for path in Path("/proc/self/fd").iterdir()]:
        number = int(name)
        with suppress(OSError):
            if number > 2 and number != own and stat.S_ISFIFO(os.fstat(number).st_mode):
                os.close(number)
