"""The place of each part of a document, and of each word of its texts, in the file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from milepost.document.model import KEYS_OF_ENTRIES
from milepost.loading.nodes import Mapping, Node, Scalar, Sequence, SourceText

if TYPE_CHECKING:
    from milepost.base.errors import Place, ValuePath

# One character of a value in quotes (YAML 1.1, 9.1 Flow Scalar Styles); in other styles each is itself.
# A backslash at the end of a line hides the line break.
_WRITTEN = {
    '"': re.compile(
        r"\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}|\\[ \t]*(?:\r\n|\r|\n)|\\.|.", re.DOTALL
    ),
    "'": re.compile(r"''|.", re.DOTALL),
}
_PLAINLY_WRITTEN = re.compile(r".", re.DOTALL)
_BLANK = re.compile(r"[ \t\r\n]|\\[ \tntr\r\n].*", re.DOTALL)
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)+")
_BLOCK_HEADER = re.compile(r"[|>][^\r\n]*")


@dataclass(frozen=True)
class Places:
    """The place of each part of a document in its file."""

    source: SourceText
    root: Node

    def of(self, path: ValuePath, line: int = 0, column: int = 0) -> Place:
        """Return the place of the value at `path`, or of the nearest part of it that exists.

        A list or mapping below its key has the place of the key.

        Args:
            path: the value.
            line: counted from 1, a line of the text at `path` as the program sees it, quotes and indentation
                removed; the place is that of its first word.
            column: counted from 1, a character of that line.
        """
        node, key = self._walk(path)
        if line and isinstance(node, Scalar) and node.text:
            starts = _line_starts(node.text)
            start = starts[line - 1] if line <= len(starts) else len(node.text)
            return self.of_character(node, start + max(column - 1, 0))
        return _place(node, key)

    def of_key(self, path: ValuePath) -> Place:
        """Return the place of the key of the value at `path`, or of the value if it has no key."""
        if key := self.key(path):
            return key.place
        parent, above = self._walk(path[:-1])
        return self.of(path) if isinstance(parent, Sequence) else _place(parent, above)

    def key(self, path: ValuePath) -> Scalar | None:
        """Return the key of the value at `path`, or None if it is not in the file."""
        parent, _ = self._walk(path[:-1])
        found = _pair(parent, path[-1]) if path and isinstance(parent, Mapping) else None
        return found and found[0]

    def scalar(self, path: ValuePath) -> Scalar | None:
        """Return the text at `path`, or None if something else is there."""
        node, _ = self._walk(path)
        return node if isinstance(node, Scalar) else None

    def written(self, path: ValuePath) -> Scalar | None:
        """Return the text of the value at `path`, which may be written as the key of its entry."""
        parent, _ = self._walk(path[:-1])
        as_key = path and path[-1] in KEYS_OF_ENTRIES.values() and _child(parent, path[-1]) is None
        return self.key(path[:-1]) if as_key else self.scalar(path)

    def sign(self, path: ValuePath) -> str:
        """Return the sign with which the list or mapping at `path` begins, or nothing if it has none."""
        node, _ = self._walk(path)
        if isinstance(node, Scalar):
            return ""
        sign = self.source.text[node.start]
        return sign if sign in "[{?" else ""

    def of_words(self, path: ValuePath, words: str, occurrence: int = 0) -> Place:
        """Return the place of `words` in the text at `path`, or of the text if they are not in it.

        Args:
            path: the text.
            words: what to search, as whole words or with a plural s; a space matches any white space.
            occurrence: which one of several, counted from 0.
        """
        node, key = self._walk(path)
        if not isinstance(node, Scalar):
            return _place(node, key)
        pattern = r"\s+".join(re.escape(word) for word in words.split())
        if words[0].isalnum():
            pattern = rf"(?<![^\W_]){pattern}(?=s?(?![^\W_]))"
        found = _words_in(node.text).get(words)
        if not found:
            found = [match.start() for match in re.finditer(pattern, node.text)]
        return self.of_character(node, found[min(occurrence, len(found) - 1)]) if found else _place(node, key)

    def _walk(self, path: ValuePath) -> tuple[Node, Scalar | None]:
        """Return the value at `path`, or the nearest part of it that exists, and its key if it has one."""
        node, key = self.root, None
        for step in path:
            found = _child(node, step)
            if found is not None:  # otherwise a step that only the model has, such as the tag of a union
                node, key = found
        return node, key

    def of_character(self, node: Scalar, index: int) -> Place:
        """Return the place of the character at `index` of the value of `node`.

        In every style, the characters of a value that are not blank are in the file in the same order, so
        it is enough to count them.
        """
        before = count_written(node.text)[min(index, len(node.text))]
        written = written_characters(self.source.text, node.start, node.end, node.style)
        return self.source.place(written[min(before, len(written) - 1)][0]) if written else node.place


@lru_cache(maxsize=4)
def count_written(text: str) -> list[int]:
    """Return how many characters that are not blank are before each index."""
    return list(accumulate((character not in " \t\r\n" for character in text), initial=0))


@lru_cache(maxsize=4)
def _line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer("\n", text))]


@lru_cache(maxsize=4)
def _words_in(text: str) -> dict[str, list[int]]:
    """Return where each word, also without its plural s, and each text in backquotes begins."""
    found: dict[str, list[int]] = {}
    for match in re.finditer(r"[^\W_]+|`[^`]*`|\.\. figure:: \S+", text):
        found.setdefault(match[0], []).append(match.start())
        if match[0].endswith("s"):
            found.setdefault(match[0][:-1], []).append(match.start())
    return found


@lru_cache(maxsize=4)  # several faults of one text are common
def written_characters(text: str, start: int, end: int, style: str) -> tuple[tuple[int, int], ...]:
    """Return where in `text` each character of a scalar that is not blank begins and ends."""
    if properties := _PROPERTIES.match(text, start, end):
        start = properties.end()
    if style in {"|", ">"}:
        header = _BLOCK_HEADER.match(text, start, end)
        start = header.end() if header else start
    elif style:
        start, end = start + 1, end - 1
    characters = _WRITTEN.get(style, _PLAINLY_WRITTEN).finditer(text, start, end)
    return tuple(match.span() for match in characters if not _BLANK.fullmatch(match[0]))


def _pair(mapping: Mapping, step: str | int) -> tuple[Scalar, Node] | None:
    if isinstance(step, int):
        return mapping.pairs[step] if step < len(mapping.entries) else None
    return mapping.entries.get(step)


def _child(node: Node, step: str | int) -> tuple[Node, Scalar | None] | None:
    """Return the node below `node` to which `step` leads, with its key if it has one."""
    if isinstance(node, Sequence):
        return (node.items[step], None) if isinstance(step, int) and step < len(node.items) else None
    found = _pair(node, step) if isinstance(node, Mapping) else None
    return found and found[::-1]


def _place(node: Node, key: Scalar | None) -> Place:
    """Return the place of a value, or of its key where the value is below that or absent."""
    if key is None:
        return node.place
    if isinstance(node, Scalar):
        return key.place if node.is_absent else node.place
    place, above = node.place, key.place
    return place if place.line == above.line else above
