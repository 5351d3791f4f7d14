"""What a person sees: lines, problems and progress; colours and progress only on a terminal."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from milepost.errors import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from milepost.tex import Progress

_RED, _YELLOW, _BOLD, _PLAIN = "\x1b[31m", "\x1b[33m", "\x1b[1m", "\x1b[0m"
_ERASE = "\r\x1b[K"


class Terminal:
    """Standard output and standard error, which may be a terminal or a file."""

    def __init__(self, output: TextIO, errors: TextIO, environment: Mapping[str, str]) -> None:
        self._output = output
        self._errors = errors
        dumb = environment.get("TERM") == "dumb"
        self._live = errors.isatty() and not dumb
        self._coloured = self._live and not environment.get("NO_COLOR")

    def say(self, line: str) -> None:
        """Print a result."""
        print(line, file=self._output, flush=True)

    def say_error(self, line: str) -> None:
        """Print a remark that is not a result."""
        print(line, file=self._errors, flush=True)

    def problems(self, problems: Iterable[Problem]) -> None:
        """Print each of `problems` on a line of its own."""
        for problem in problems:
            self.say_error(self._coloured_line(problem) if self._coloured else str(problem))

    @contextmanager
    def progress(self) -> Iterator[Callable[[Progress], None] | None]:
        """Give what shows how far LaTeX has come, or None where nobody would see it."""
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
