"""Run an external program that ends with this process, however this process ends."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import FrameType

# The end of the input without a second line is the death of the process that writes it.
_WATCHER = 'read -r group && { read -r word || kill -s KILL -- "-$group"; }'


def run(
    command: Sequence[str], directory: Path, environment: Mapping[str, str], listen: Callable[[bytes], None]
) -> tuple[int, bytes]:
    """Run a program with empty input to its end.

    Any exception meanwhile, such as for Ctrl-C or SIGTERM, ends the program and all that it has started; so
    does the end of this process, even by SIGKILL.

    Args:
        command: the program and its arguments.
        directory: where it runs.
        environment: its variables.
        listen: called with each piece of its output and errors.

    Returns:
        the exit status (negative for a signal) and all of its output and errors.
    """
    output = bytearray()
    with (
        _sigterm_raises(),
        _watch() as started,
        subprocess.Popen(
            command,
            cwd=directory,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            process_group=0,
        ) as process,
    ):
        try:
            started(process.pid)
            while piece := os.read(process.stdout.fileno(), 65536):  # type: ignore[union-attr]
                output += piece
                listen(piece)
            return process.wait(), bytes(output)
        except BaseException:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            raise


@contextmanager
def _watch() -> Iterator[Callable[[int], object]]:
    """Start a process that kills a process group, given to the function returned, if this process dies."""
    read, write = os.pipe()
    with subprocess.Popen(
        ("/bin/sh", "-c", _WATCHER), stdin=read, stderr=subprocess.DEVNULL, process_group=0
    ):
        os.close(read)
        try:
            yield lambda group: os.write(write, f"{group}\n".encode())
        finally:
            with suppress(OSError):
                os.write(write, b"done\n")
            os.close(write)


@contextmanager
def _sigterm_raises() -> Iterator[None]:
    """Turn SIGTERM into SystemExit, unless it has a handler already or this is not the main thread."""

    def leave(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    main_thread = threading.current_thread() is threading.main_thread()
    if not main_thread or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
