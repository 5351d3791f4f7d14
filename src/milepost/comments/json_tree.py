"""JSON with the place of each value, because the file comes from outside and each fault needs its place."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from milepost.base.errors import MilepostError, Problem, quoted

if TYPE_CHECKING:
    from milepost.loading.nodes import SourceText

_BLANK = re.compile(r"[ \t\r\n]*")
_DEEPEST = 20
_MOST = 200_000
"""Values of a file, each of which takes memory."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value: `text`, a number or None in `value`; or a list of nodes, or nodes by their keys.

    `start` is the index of its first character, `keys` has those of the keys of an object.
    """

    start: int
    value: str | int | float | bool | list[Node] | dict[str, Node] | None
    keys: dict[str, int] = field(default_factory=dict)


def parse(source: SourceText) -> Node:
    """Return the JSON value in `source`.

    Raises:
        MilepostError: it is not JSON, a key is there twice, or it nests too deep.
    """
    reader = _Reader(source)
    node, end = reader.value(reader.skip(0), 0)
    end = reader.skip(end)
    if end < len(source.text):
        reader.fail(end, "the file goes on after its value", "save it again from the page")
    return node


class _Reader:
    def __init__(self, source: SourceText) -> None:
        self._source = source
        self._text = source.text
        self._values = 0
        self._scalar = json.JSONDecoder().raw_decode

    def skip(self, index: int) -> int:
        found = _BLANK.match(self._text, index)
        return found.end() if found else index

    def fail(self, index: int, message: str, hint: str) -> NoReturn:
        place = self._source.place(index)
        raise MilepostError(Problem(rule="json", place=place, message=message, hint=hint))

    def value(self, index: int, depth: int) -> tuple[Node, int]:
        if depth > _DEEPEST:
            self.fail(
                index,
                f"lists and objects are nested more than {_DEEPEST} deep",
                "this is no file of comments",
            )
        self._values += 1
        if self._values > _MOST:
            self.fail(index, f"there are more than {_MOST:,} values", "this is no file of comments")
        match self._text[index : index + 1]:
            case "{":
                return self._object(index, depth)
            case "[":
                return self._list(index, depth)
            case _:
                try:
                    found, end = self._scalar(self._text, index)
                except ValueError as error:  # also for numbers with too many digits
                    at = getattr(error, "pos", index)
                    self.fail(at, "this is not JSON", "save the file again from the page")
                return Node(index, found), end

    def _list(self, index: int, depth: int) -> tuple[Node, int]:
        items: list[Node] = []
        at = self.skip(index + 1)
        if self._text[at : at + 1] == "]":
            return Node(index, items), at + 1
        while True:
            item, at = self.value(at, depth + 1)
            items.append(item)
            at = self.skip(at)
            if self._ends(at, "]"):
                return Node(index, items), at + 1
            at = self.skip(at + 1)

    def _object(self, index: int, depth: int) -> tuple[Node, int]:
        found: dict[str, Node] = {}
        keys: dict[str, int] = {}
        at = self.skip(index + 1)
        if self._text[at : at + 1] == "}":
            return Node(index, found), at + 1
        while True:
            key, end = self.value(at, depth + 1) if self._text[at : at + 1] == '"' else (None, at)
            if key is None or not isinstance(key.value, str):
                self.fail(at, "there is no key here", "save the file again from the page")
            if key.value in keys:
                self.fail(at, f"the key {quoted(key.value)} is here a second time", "remove one of the two")
            keys[key.value] = at
            at = self.skip(end)
            if self._text[at : at + 1] != ":":
                self.fail(at, "there is no colon after the key", "save the file again from the page")
            found[key.value], at = self.value(self.skip(at + 1), depth + 1)
            at = self.skip(at)
            if self._ends(at, "}"):
                return Node(index, found, keys), at + 1
            at = self.skip(at + 1)

    def _ends(self, index: int, sign: str) -> bool:
        """Return whether a list or object ends here rather than goes on after a comma."""
        found = self._text[index : index + 1]
        if found == sign:
            return True
        if found != ",":
            self.fail(index, f"neither a comma nor {sign} is here", "save the file again from the page")
        return False
