"""Find text that reads as markup and is printed as it is, and backslashes that are not printed.

In: a paragraph as it is written, and the elements that docutils has recognised in it. Out: doubts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docutils import nodes

from milepost.prose.other_markup import CODE_BLOCK, HABITS, HIDDEN, LINE_HABITS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BACKSLASH = re.compile(r"\\(?:(.)|$)", re.DOTALL)
_ESCAPABLE = "\\*`_|[]<>:@~"
"""What may have a meaning in any place."""
_NUMBER = re.compile(r"\(?(?:#|[0-9]+|[A-Za-z]|[ivxlcdmIVXLCDM]+)[.)](?=\s|$)")
_LONGEST_NUMBER = 10
_SPACE_IN_ADDRESS = re.compile(r"<[^<>]*[^<>\s][ \t]+[^<>\s][^<>]*>`_{1,2}$")

_LINK_OF_ASCIIDOC = re.compile(r"https?://[^\s\[\]]+\[[^\W\d_][^\[\]\n]*\]")

_NESTED = (
    "a star inside of italics or bold text is printed",
    r"end the text before it by its own stars, or write \* for a star",
)
_CUT_ADDRESS = frozenset("\u00ad\u200b\u200c\u200d\u2010\u2011\u2060\ufeff")
"""What looks as if it were part of the address before it."""
_DROPPED = "this backslash escapes nothing and is not printed"
_DROPPED_HINT = r"write \\ for a backslash"

Doubt = tuple[int, str, str]


def doubts(source: str, pieces: Sequence[tuple[int, int, nodes.Node]]) -> Iterator[Doubt]:
    """Yield what is doubtful in a paragraph: where in its `source`, what it is, and what to write instead.

    Args:
        source: the paragraph as it is written.
        pieces: where each of its elements begins and ends, in order.
    """
    shown, outside = list(source), list(source)
    borders: set[int] = set()
    for start, end, node in pieces:
        for first, last in _recognised(node, start, end, source):
            shown[first:last] = HIDDEN * (last - first)
        if isinstance(node, nodes.Element):
            borders |= {start, end}
        if isinstance(node, nodes.literal):
            outside[start:end] = HIDDEN * (end - start)
        yield from _of_element(node, start, end, source)
    text = "".join(outside)
    for match in _BACKSLASH.finditer(text):
        index, escaped = match.start(), match[1] or ""
        if not _escapes(text, index, escaped, borders):
            what = {" ": "and the space after it are", "\n": "and the end of the line are"}.get(escaped)
            yield index, f"this backslash {what} not printed" if what else _DROPPED, _DROPPED_HINT
        if escaped != "\n":
            shown[index : match.end()] = HIDDEN * len(match[0])
    text = "".join(shown)
    for start, end, node in pieces:
        if isinstance(node, nodes.emphasis | nodes.strong) and (star := text.find("*", start, end)) >= 0:
            yield star, *_NESTED
    for habit in (*HABITS, *LINE_HABITS):
        yield from ((match.start(), habit.message, habit.hint) for match in habit.found_in(text))


def _of_element(node: nodes.Node, start: int, end: int, source: str) -> Iterator[Doubt]:
    """Yield what is doubtful in a recognised element."""
    if isinstance(node, nodes.literal) and "`" in (source[start + 2], source[end - 3]):
        yield start, *CODE_BLOCK
    elif isinstance(node, nodes.reference) and source[start] == "`":
        if _SPACE_IN_ADDRESS.search(source, start, end):
            yield start, "the space in this address is not printed", "write %20 for it, or remove it"
    elif isinstance(node, nodes.reference) and _LINK_OF_ASCIIDOC.match(source, start):
        yield start, "this reads as a link of AsciiDoc", "write `text <https://...>`__"
    elif isinstance(node, nodes.reference) and source[end : end + 1] in _CUT_ADDRESS:
        character = f"the character U+{ord(source[end]):04X}"
        yield end, f"the address ends here, before {character}", "write - for it, or remove it"


def _recognised(node: nodes.Node, start: int, end: int, source: str) -> Iterator[tuple[int, int]]:
    """Yield where a recognised element has its markup; its words may still read as other markup."""
    match node:
        case nodes.Text():
            pass
        case nodes.emphasis() | nodes.strong():
            length = 1 if isinstance(node, nodes.emphasis) else 2
            yield from ((start, start + length), (end - length, end))
        case nodes.reference() if source.startswith("`", start):
            address = source.rfind("<", start, end)
            yield from ((start, start + 1), (address if address > start else end - 1, end))
        case nodes.reference():
            yield source.find(":", start, end) + 1 or start, end
        case _:
            yield start, end


def _escapes(text: str, index: int, escaped: str, borders: set[int]) -> bool:
    """Return whether the backslash at `index` has a purpose."""
    start = text.rfind("\n", 0, index) + 1
    if escaped in {" ", "\n"}:
        return bool({index, index + 2} & borders) or (index == start and escaped == " ")
    if not escaped or escaped in _ESCAPABLE:
        return bool(escaped)
    if index == start:
        return not escaped.isalnum() or _NUMBER.match(text, index + 1) is not None
    if escaped in ".)" and index - start <= _LONGEST_NUMBER:
        return _NUMBER.fullmatch(text[start:index] + escaped) is not None
    return any(habit.is_at(index + 1, text) for habit in HABITS)
