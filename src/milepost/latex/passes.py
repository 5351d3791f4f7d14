"""Engines that are started before the document is ready: they read its preamble and wait for the rest.

Classes, packages and fonts are loaded in the preamble, which takes longer than a document of some pages. The
preamble is rarely different from that of the last build, and known before the figures are drawn. So an engine
gets the document as its standard input, of which the part that follows the preamble comes later: what is
before the first figure while that is drawn, and then the rest. It runs in a directory of its own, with links
to everything in that of the job, because it writes its log from the start.
"""

from __future__ import annotations

import glob
import re
import shutil
import tempfile
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from milepost.latex.process import Program, sigterm_raises

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_STANDARD_INPUT = Path("/dev/stdin")
_FOLDER = "passes"
_BODY = re.compile(rb"^\\begin\{document\}", re.MULTILINE)
_READS_STREAMS = {"lualatex"}
"""Engines that read a document from its beginning to its end. XeTeX goes back to find its encoding."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is typeset.

    Attributes:
        directory: with all files that the document includes, and `<name>.tex`.
        name: of the document's file, without its suffix.
        command: the engine with its options.
        environment: its variables.
    """

    directory: Path
    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]

    def auxiliary_files(self) -> list[Path]:
        """Return the files that TeX has written for its next pass, with any suffix."""
        others = {f"{self.name}.{suffix}" for suffix in ("tex", "pdf", "log", "unfinished")}
        found = self.directory.glob(f"{glob.escape(self.name)}.*")
        return sorted(path for path in found if path.name not in others)


def split(text: bytes) -> tuple[bytes, bytes]:
    """Return the preamble of a document, and the rest, which begins with `begin{document}`."""
    found = _BODY.search(text)
    return (text[: found.start()], text[found.start() :]) if found else (b"", text)


class _Pass:
    """An engine that has read the beginning of a document, at least its preamble, and waits."""

    def __init__(self, job: Job, preamble: bytes) -> None:
        self.job, self.given = job, preamble
        self._is_typesetting = False
        folder = job.directory / _FOLDER
        folder.mkdir(exist_ok=True)
        self._directory = Path(tempfile.mkdtemp(dir=folder))
        self._program: Program | None = None
        try:
            self._link()
            if job.command[0] in _READS_STREAMS and _STANDARD_INPUT.exists():
                self._tex.symlink_to(_STANDARD_INPUT)
                self._program = Program(self._command, self._directory, job.environment, preamble)
        except BaseException:
            self.stop()
            raise

    @property
    def _tex(self) -> Path:
        return self._directory / f"{self.job.name}.tex"

    @property
    def _command(self) -> tuple[str, ...]:
        return (*self.job.command, self._tex.name)

    @property
    def is_waiting(self) -> bool:
        """Whether its directory has not been removed by another build, and it has not ended."""
        return self._directory.is_dir() and (self._program is None or self._program.is_running)

    def can_read(self, job: Job, text: bytes) -> bool:
        """Return whether it waits for more of `text`."""
        return self.job == job and text.startswith(self.given) and self.is_waiting

    def _link(self) -> None:
        """Make everything in the job's directory available, besides its own files."""
        for path in self.job.directory.iterdir():
            own = path.name == _FOLDER or path.name.startswith(f"{self.job.name}.")
            link = self._directory / path.name
            if not own and not link.is_symlink():
                link.symlink_to(Path("..", "..", path.name), target_is_directory=path.is_dir())

    def _begin(self) -> None:
        """Make available what the engine reads behind the preamble."""
        self._link()
        if not self._is_typesetting:
            for path in self.job.auxiliary_files():
                shutil.copyfile(path, self._directory / path.name)
        self._is_typesetting = True

    def give(self, part: bytes) -> None:
        """Give the engine a part of the document; it does not wait for the rest if it reads a file."""
        if self._program is not None and part:
            self._begin()
            self._program.give(part)
            self.given += part

    def finish(self, text: bytes, listen: Callable[[bytes], None]) -> tuple[int, bytes]:
        """Give the engine the rest of the document, and move what it writes to the job's directory."""
        try:
            self._begin()
            rest = text[len(self.given) :]
            if self._program is None:
                self._tex.write_bytes(text)
                self._program, rest = Program(self._command, self._directory, self.job.environment), b""
            result = self._program.finish(rest, listen)
            self._tex.unlink()
            for path in self._directory.iterdir():
                if not path.is_symlink():
                    path.replace(self.job.directory / path.name)
            return result
        finally:
            self.stop()

    def stop(self) -> None:
        """End the engine, and remove its directory."""
        if self._program is not None:
            self._program.stop()
        shutil.rmtree(self._directory, ignore_errors=True)
        with suppress(OSError):
            self._directory.parent.rmdir()


class Engines:
    """Starts engines, of which at most one waits; to be closed.

    Use one for each directory at a time: what another one has left there is removed.
    """

    def __init__(self, *, keeps_one: bool = False) -> None:
        """Start nothing yet.

        Args:
            keeps_one: whether one is to wait after a build, for the next.
        """
        self.keeps_one = keeps_one
        self._waiting: _Pass | None = None
        self._used: set[Path] = set()
        self._ending = ExitStack()

    def __enter__(self) -> Self:
        self._ending.enter_context(sigterm_raises())
        self._ending.callback(self.close)
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.close()

    def prepare(self, job: Job, preamble: bytes) -> None:
        """Have an engine wait that has read `preamble`."""
        self._waiting = self._take(job, preamble, preamble)

    def give(self, job: Job, beginning: bytes) -> None:
        """Give the engine that waits, if it can read `beginning`, that much of the document.

        All files that it reads for that are complete, and stay as they are until `run`.
        """
        waiting = self._waiting
        if waiting is not None and waiting.can_read(job, beginning):
            waiting.give(beginning[len(waiting.given) :])

    def _take(self, job: Job, preamble: bytes, text: bytes) -> _Pass:
        """Return the engine that waits if it can read `text`, otherwise another one; then none waits."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            if waiting.can_read(job, text) and len(waiting.given) >= len(preamble):
                return waiting
            waiting.stop()
        if job.directory not in self._used:  # a run that was killed may have left something
            shutil.rmtree(job.directory / _FOLDER, ignore_errors=True)
            self._used.add(job.directory)
        return _Pass(job, preamble)

    def run(self, job: Job, text: bytes, listen: Callable[[bytes], None]) -> tuple[int, bytes]:
        """Typeset `text` once.

        Args:
            job: what is typeset.
            text: the document.
            listen: called with each piece of the engine's output.

        Returns:
            the exit status and all of the output.
        """
        current = self._take(job, split(text)[0], text)
        try:
            return current.finish(text, listen)
        finally:
            current.stop()

    def close(self) -> None:
        """End the engine that waits, if there is one."""
        if self._waiting is not None:
            self._waiting.stop()
            self._waiting = None
