"""The nodes of a tree of values, and the places of each in its text."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from dataclasses import dataclass, field

from milepost.base.errors import Place


class SourceText:
    """The text of a file and the places in it.

    A line ends with a line feed, a carriage return or both, as in editors.
    """

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self._starts = array("q", [0])
        self._starts.extend(match.end() for match in re.finditer(r"\r\n|\r|\n", text))

    def place(self, index: int) -> Place:
        """Return the place of the character at `index`."""
        line = bisect_right(self._starts, index)
        return Place(self.file, line, index - self._starts[line - 1] + 1)

    def index(self, place: Place) -> int:
        """Return the index of the character at `place`."""
        return self._starts[place.line - 1] + place.column - 1

    def without_line(self, line: int) -> str:
        """Return the text with nothing in the line, which is counted from 1."""
        start = self._starts[line - 1]
        end = re.compile(r"[^\r\n]*").match(self.text, start)
        return self.text[:start] + self.text[end.end() if end else start :]


@dataclass(slots=True)
class _Placed:
    """What begins in the source at index `start`. Places are made when they are asked for: most never are."""

    source: SourceText
    start: int

    @property
    def place(self) -> Place:
        """Where it begins."""
        return self.source.place(self.start)


@dataclass(slots=True)
class Scalar(_Placed):
    """Text, as its writer means it; in the source it reaches from index `start` to before `end`.

    `style` is empty for plain, else one of `'`, `"`, `|`, `>`.
    """

    end: int
    text: str
    style: str = ""

    @property
    def is_absent(self) -> bool:
        """Whether there is no value: nothing after the colon, or what programs write for nothing."""
        return not self.style and self.text in {"", "~", "null", "Null", "NULL"}


@dataclass(slots=True)
class Sequence(_Placed):
    """A list of nodes."""

    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Mapping(_Placed):
    """Keys with their values by the text of the key, in the order of the file."""

    entries: dict[str, tuple[Scalar, Node]] = field(default_factory=dict)

    @property
    def pairs(self) -> list[tuple[Scalar, Node]]:
        """The keys with their values."""
        return [*self.entries.values()]


Node = Scalar | Sequence | Mapping


Values = dict[str, "Values"] | list["Values"] | str | None


def values_of(node: Node) -> Values:
    """Return `node` as plain mappings, lists and strings; an absent value is None."""
    match node:
        case Scalar():
            return None if node.is_absent else node.text
        case Sequence():
            return [values_of(item) for item in node.items]
        case Mapping():
            return {name: values_of(value) for name, (_, value) in node.entries.items()}
