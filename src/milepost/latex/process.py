"""Run an external program that ends with this process, however this process ends."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from contextlib import ExitStack, contextmanager, suppress
from queue import SimpleQueue
from typing import TYPE_CHECKING

from milepost.base.processes.beside import QUIET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import FrameType

# The end of the input without a second line is the death of the process that writes it.
_WATCHER = 'read -r group && { read -r word || kill -s KILL -- "-$group"; }'


class Program:
    """A program that has been started, and reads what it is given until it is told the rest.

    It and all that it starts end with `stop`, with an exception in `finish`, such as for Ctrl-C or SIGTERM,
    and with this process, even by SIGKILL.
    """

    def __init__(
        self, command: Sequence[str], directory: Path, environment: Mapping[str, str], beginning: bytes = b""
    ) -> None:
        """Start a program.

        Args:
            command: the program and its arguments.
            directory: where it runs.
            environment: its variables.
            beginning: the first part of its input; it waits for the next.
        """
        self._input: SimpleQueue[bytes | None] = SimpleQueue()
        self._input.put(beginning)
        with ExitStack() as ending:
            started = ending.enter_context(_watch())
            read, self._write_end = os.pipe()
            # The program may not read for a while, and nobody waits for it meanwhile.
            self._writer = threading.Thread(target=self._write, name=QUIET, daemon=True)
            self._writer.start()
            ending.callback(self._writer.join)
            ending.callback(self._input.put, None)
            ending.callback(os.close, read)
            self._process = ending.enter_context(
                subprocess.Popen(
                    command,
                    cwd=directory,
                    env=environment,
                    stdin=read,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    process_group=0,
                )
            )
            ending.callback(self._kill)
            started(self._process.pid)
            self._ending = ending.pop_all()

    def _write(self) -> None:
        with suppress(OSError), os.fdopen(self._write_end, "wb", buffering=0) as stream:
            while (piece := self._input.get()) is not None:  # it may end before it has read everything
                view = memoryview(piece)
                while view:
                    view = view[stream.write(view) :]

    def _kill(self) -> None:
        if self.is_running:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def give(self, part: bytes) -> None:
        """Give the program another part of its input, without waiting until it reads that."""
        self._input.put(part)

    def finish(self, rest: bytes, listen: Callable[[bytes], None]) -> tuple[int, bytes]:
        """Give the program the rest of its input and wait for its end.

        Args:
            rest: what it has not been given.
            listen: called with each piece of its output and errors.

        Returns:
            the exit status (negative for a signal) and all of its output and errors.
        """
        output = bytearray()
        try:
            with sigterm_raises():
                self._input.put(rest)
                self._input.put(None)
                stream = self._process.stdout.fileno()  # type: ignore[union-attr]  # it is a pipe
                while piece := os.read(stream, 65536):
                    output += piece
                    listen(piece)
                return self._process.wait(), bytes(output)
        finally:
            self.stop()

    def stop(self) -> None:
        """End the program, if it has not ended."""
        self._ending.close()


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
def sigterm_raises() -> Iterator[None]:
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
