"""The one error type of Milepost: all problems of a run, each with its place and how to fix it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from milepost.base.characters import DIRECTION_CONTROLS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ValuePath = tuple[str | int, ...]
"""Keys and indices from the root of a document to a value; an index also counts the entries of a mapping."""

_LONGEST_QUOTE = 60

# Controls of the terminal and of the direction of writing, line ends, and bytes of names that are not UTF-8.
_CONTROLS = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029{DIRECTION_CONTROLS}\ud800-\udfff]")


def quoted(text: str) -> str:
    """Return `text` in quotes for a message: in one line, shortened, unprintable characters as codes."""
    words = " ".join(text.split(" "))
    if len(words) > _LONGEST_QUOTE:
        words = words[: _LONGEST_QUOTE - 3].rstrip() + "..."
    shown = "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in words.replace("\n", " "))
    return f"'{shown}'"


def printable(text: str) -> str:
    """Return `text` with control characters as codes; line feeds and tabs are kept."""
    return _CONTROLS.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)


def count(number: int, noun: str) -> str:
    """Return a number of things in words: `1 warning`, `2 warnings`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


class Severity(StrEnum):
    """An `error` stops the run, a `warning` does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file that an editor can jump to.

    Attributes:
        file: the path as the user gave it; printed, never opened.
        line: counted from 1; 0 for the file as a whole.
        column: counted from 1 in characters; 0 if only the line is known.
    """

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join([self.file, *(str(number) for number in (self.line, self.column) if number)])


class Note(NamedTuple):
    """Another place that a problem is about, and what is there, without a full stop."""

    place: Place
    message: str

    @property
    def words(self) -> str:
        """The place and what is there."""
        return f"{self.place}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One error or warning.

    Attributes:
        place: where it is; None for a problem of the machine rather than of a file.
        rule: short stable name of the check that found it, for tests and filters.
        message: what is wrong, without a full stop.
        hint: how to fix it, in the imperative, without a full stop; may be empty.
        severity: whether it stops the run.
        path: the value in the document that it is about, where a rule has found it.
        others: the other places that it is about.
        about: the paths of all values that it is about, each followed by the word in it that is meant.
    """

    rule: str
    message: str
    place: Place | None = None
    hint: str = ""
    severity: Severity = Severity.ERROR
    path: ValuePath = field(default=(), compare=False)
    others: tuple[Note, ...] = field(default=(), compare=False)
    about: tuple[ValuePath, ...] = field(default=(), compare=False)

    def at(self, place: Place) -> Problem:
        """Return the same problem at `place`."""
        return replace(self, place=place)

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        kind = "warning: " if self.severity is Severity.WARNING else ""
        remedy = f" ({self.hint})" if self.hint else ""
        return f"{where}{kind}{self.message}{remedy}"


MOST_SHOWN = 200
"""Problems beyond these are counted rather than shown."""


def bounded(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Yield the first problems, and one that counts the others if there are many."""
    problems = list(problems)
    yield from problems[:MOST_SHOWN]
    if len(problems) > MOST_SHOWN:
        message = f"there are {count(len(problems) - MOST_SHOWN, 'more problem')}"
        severity = min(problem.severity for problem in problems[MOST_SHOWN:])  # errors before warnings
        yield Problem(rule="more", message=message, hint="fix these first", severity=severity)


class MilepostError(Exception):
    """Raised with all problems of a run; `str()` gives one line for each of them."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in bounded(problems)))

    def __reduce__(self) -> tuple[type[MilepostError], tuple[Problem, ...]]:
        return type(self), self.problems  # another process makes it again from these


def system_problem(error: OSError) -> Problem:
    """Return an error of the operating system, such as a full disk, as a problem."""
    place = Place(str(error.filename)) if error.filename is not None else None
    reason = (error.strerror or str(error)).lower()
    return Problem(
        rule="system", place=place, message=reason, hint="check the permissions and the free space"
    )
