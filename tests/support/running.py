"""A command of the program that runs until it is stopped, and the lines that it prints meanwhile."""

from __future__ import annotations

import queue
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


class Running:
    """A process, and what it has printed on both streams so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self._queue: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._queue.put(line.rstrip("\n"))

    def until(self, pattern: str, seconds: float = 60) -> list[str]:
        """Wait for a line that matches as a whole; return the new lines up to it."""
        end = time.monotonic() + seconds
        new: list[str] = []
        while True:
            try:
                line = self._queue.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no line {pattern!r} in {self.lines + new}") from None
            new.append(line)
            if re.fullmatch(pattern, line):
                self.lines += new
                return new

    def quiet(self, seconds: float) -> list[str]:
        """Return all lines that are printed within some time."""
        time.sleep(seconds)
        new = []
        while not self._queue.empty():
            new.append(self._queue.get())
        self.lines += new
        return new

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send a signal, wait for the end, and return the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            code = self.process.wait(timeout=60)
        finally:
            self.process.kill()
            self._reader.join(timeout=60)
            if self.process.stdout:
                self.process.stdout.close()
        return code


@contextmanager
def running(
    directory: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """Run `milepost` with these arguments in `directory`, and end it."""
    command = [sys.executable, "-m", "milepost", *arguments]
    process = Running(
        subprocess.Popen(
            command,
            cwd=directory,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    )
    try:
        yield process
    finally:
        process.stop()
