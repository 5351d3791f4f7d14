"""Printing: results, problems and progress. Colours and progress are for terminals only."""

from __future__ import annotations

import errno
import io
import os
from contextlib import contextmanager
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING, TextIO

from milepost.base.errors import Place, Problem, Severity, bounded, printable
from milepost.base.marked import Mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from milepost.base.marked import Piece
    from milepost.latex.engine import Progress

_RED, _GREEN, _YELLOW, _BOLD, _PLAIN = "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[1m", "\x1b[0m"
_ERASE = "\r\x1b[K"


class Tone(Enum):
    """The kind of a line; the value is its colour."""

    HEADING = _BOLD
    GOOD = _GREEN
    BAD = _RED


# Without colours, as in `git diff --word-diff`.
_BRACKETS = {Mark.KEPT: ("", ""), Mark.INSERTED: ("{+", "+}"), Mark.DELETED: ("[-", "-]")}
_COLOURS = {Mark.KEPT: ("", ""), Mark.INSERTED: (_GREEN, _PLAIN), Mark.DELETED: (_RED, _PLAIN)}


class Terminal:
    """Standard output and standard error, which may be a terminal or a file, or None if they are closed.

    Text that cannot be written does not stop the command: there may be files to write. See `exit_code`.
    """

    def __init__(self, output: TextIO | None, errors: TextIO | None, environment: Mapping[str, str]) -> None:
        self._output = output
        self._errors = errors
        self._failure: OSError | None = None
        plain = environment.get("TERM") == "dumb"
        colours = not plain and not environment.get("NO_COLOR")
        self._live = errors is not None and errors.isatty() and not plain
        self._coloured = self._live and colours
        self._coloured_output = output is not None and output.isatty() and colours
        for stream in (output, errors):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")  # for an encoding that lacks a character

    @property
    def width(self) -> int | None:
        """The columns of the terminal that shows the output; None if none does."""
        if self._output is None or not self._output.isatty():
            return None
        try:
            return os.get_terminal_size(self._output.fileno()).columns or None
        except (OSError, ValueError):
            return None

    def write(self, text: str) -> None:
        """Print a result that is a complete file: as UTF-8, whatever the encoding of the output."""
        if self._output is None:
            self._failure = OSError(errno.EBADF, "it is closed")
        else:
            self._print(text.encode(), self._output)

    def write_bytes(self, content: bytes) -> None:
        """Print a result for other programs as it is; a terminal gets it without control characters."""
        if self._output is not None and self._output.isatty():
            self.write(printable(content.decode().replace("\r\n", "\n")))
        elif self._output is None:
            self._failure = OSError(errno.EBADF, "it is closed")
        else:
            self._print(content, self._output)

    def say(self, line: str, tone: Tone | None = None) -> None:
        """Print a line of a result."""
        shown = printable(line)
        coloured = f"{tone.value}{shown}{_PLAIN}" if tone and self._coloured_output else shown
        self._print(f"{coloured}\n", self._output)

    def say_marked(self, line: Iterable[Piece], indent: str) -> None:
        """Print a line of a changed text, with its insertions and deletions marked."""
        signs = _COLOURS if self._coloured_output else _BRACKETS
        words = (f"{signs[mark][0]}{printable(text)}{signs[mark][1]}" for mark, text in line)
        self._print(f"{indent}{' '.join(words)}\n", self._output)

    def say_error(self, line: str) -> None:
        """Print a message that is not part of a result."""
        self._print(f"{printable(line)}\n", self._errors)

    def say_waiting(self) -> None:
        """Print that another run has to end first."""
        self.say_error("waiting for another run of milepost in this directory …")

    def problems(self, problems: Iterable[Problem]) -> None:
        """Print each problem on its own line."""
        for problem in bounded(problems):
            self._print(f"{self._line(problem)}\n", self._errors)

    def finding(self, problem: Problem, rule: str, excerpt: Iterable[str]) -> None:
        """Print a problem with the id of its rule, and with lines of its file, if there are any."""
        excerpt = list(excerpt)
        shown = f" [{rule}]" if rule else ""
        if excerpt:
            lines = [f"{self._line(replace(problem, hint=''))}{shown}", *excerpt]
            margin = " " * excerpt[0].index("|")
            lines += [f"{margin}= {printable(problem.hint)}"] if problem.hint else []
            lines += [f"{margin}= see {printable(note.words)}" for note in problem.others]
            self._print("\n".join([*lines, "\n"]), self._errors)
        else:
            places = ", ".join(str(note.place) for note in problem.others)
            seen = f"; see {places}" if places else ""
            self._print(f"{self._line(problem)}{printable(seen)}{shown}\n", self._errors)

    @property
    def is_live(self) -> bool:
        """Whether messages are shown in a terminal."""
        return self._live

    @contextmanager
    def progress(self) -> Iterator[Callable[[Progress], None] | None]:
        """Give a callback that shows the progress of LaTeX, or None if no terminal shows it."""
        if not self._live:
            yield None
            return
        try:
            yield self._show
        finally:
            self._print(_ERASE, self._errors)

    def exit_code(self, code: int) -> int:
        """Return the exit code of a command that ends with `code`: 1 if its output could not be written."""
        self._print("", self._output)
        if self._failure is None:
            return code
        reason = (self._failure.strerror or str(self._failure)).lower()
        hint = "check the free space, and where the output goes"
        self.problems([Problem(rule="output", place=Place("standard output"), message=reason, hint=hint)])
        return code or 1

    def _show(self, progress: Progress) -> None:
        of = f" of {progress.expected_pages}" if progress.expected_pages else ""
        line = f"{_ERASE}LaTeX, pass {progress.pass_number}: page {progress.page}{of}"
        self._print(line, self._errors)

    def _line(self, problem: Problem) -> str:
        place = printable(str(problem.place)).replace("\n", "<U+000A>") if problem.place else ""
        rest = printable(str(replace(problem, place=None)))
        if not self._coloured:
            return f"{place}: {rest}" if place else rest
        colour = _YELLOW if problem.severity is Severity.WARNING else _RED
        kind = f"{colour}{problem.severity}:{_PLAIN} {rest.removeprefix('warning: ')}"
        return f"{_BOLD}{place}:{_PLAIN} {kind}" if place else kind

    def _print(self, text: str | bytes, stream: TextIO | None) -> None:
        """Write and flush. After an error, discard the output of this stream."""
        if stream is None:
            return
        try:
            if isinstance(text, bytes):
                stream.flush()
                stream.buffer.write(text)
            else:
                stream.write(text)
            stream.flush()
        except OSError as error:
            # A closed pipe means that nobody reads on, as in `milepost diff v1.6 | head`.
            if stream is self._output and not isinstance(error, BrokenPipeError):
                self._failure = error
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
