"""Printing: results, problems and progress. Colours and progress are for terminals only."""

from __future__ import annotations

import os
from contextlib import contextmanager
from enum import Enum
from typing import TYPE_CHECKING, TextIO

from milepost.base.errors import Problem, Severity
from milepost.base.escape import without_turns
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
    """Standard output and standard error, which may be a terminal or a file."""

    def __init__(self, output: TextIO, errors: TextIO, environment: Mapping[str, str]) -> None:
        self._output = output
        self._errors = errors
        dumb = environment.get("TERM") == "dumb"
        self._live = errors.isatty() and not dumb
        self._coloured = self._live and not environment.get("NO_COLOR")
        self._coloured_output = output.isatty() and not dumb and not environment.get("NO_COLOR")

    def write(self, text: str) -> None:
        """Print a result that is a complete file."""
        _print(text, self._output)

    def say(self, line: str, tone: Tone | None = None) -> None:
        """Print a line of a result."""
        shown = without_turns(line)
        coloured = f"{tone.value}{shown}{_PLAIN}" if tone and self._coloured_output else shown
        _print(f"{coloured}\n", self._output)

    def say_marked(self, line: Iterable[Piece], indent: str) -> None:
        """Print a line of a changed text, with its insertions and deletions marked."""
        signs = _COLOURS if self._coloured_output else _BRACKETS
        self.say(indent + " ".join(f"{signs[mark][0]}{text}{signs[mark][1]}" for mark, text in line))

    def say_error(self, line: str) -> None:
        """Print a message that is not part of a result."""
        _print(f"{line}\n", self._errors)

    def problems(self, problems: Iterable[Problem]) -> None:
        """Print each problem on its own line."""
        for problem in problems:
            self.say_error(self._coloured_line(problem) if self._coloured else str(problem))

    @contextmanager
    def progress(self) -> Iterator[Callable[[Progress], None] | None]:
        """Give a callback that shows the progress of LaTeX, or None if no terminal shows it."""
        if not self._live:
            yield None
            return
        try:
            yield self._show
        finally:
            self._errors.write(_ERASE)
            self._errors.flush()

    def _show(self, progress: Progress) -> None:
        of = f" of {progress.expected_pages}" if progress.expected_pages else ""
        self._errors.write(f"{_ERASE}LaTeX, pass {progress.pass_number}: page {progress.page}{of}")
        self._errors.flush()

    def _coloured_line(self, problem: Problem) -> str:
        colour = _YELLOW if problem.severity is Severity.WARNING else _RED
        place = f"{_BOLD}{problem.place}:{_PLAIN} " if problem.place else ""
        hint = f" ({problem.hint})" if problem.hint else ""
        return f"{place}{colour}{problem.severity}:{_PLAIN} {problem.message}{hint}"


def _print(text: str, stream: TextIO) -> None:
    """Write and flush. After a broken pipe, discard output so that files still get written."""
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
