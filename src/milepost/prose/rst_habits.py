"""Find text that reads as markup and is printed as it is, and backslashes that are not printed.

In: a paragraph as it is written, and the elements that docutils has recognised in it. Out: doubts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docutils import nodes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_HIDDEN = "\ue000"
"""Takes the place of recognised markup and of escaped characters; it cannot be in a document."""

_BACKSLASH = re.compile(r"\\(?:(.)|$)", re.DOTALL)
_ESCAPABLE = "\\*`_|[]<>:@"
"""What may have a meaning in any place."""
_NUMBER = re.compile(r"\(?(?:#|[0-9]+|[A-Za-z]|[ivxlcdmIVXLCDM]+)[.)](?=\s|$)")
_LONGEST_NUMBER = 10
_SPACE_IN_ADDRESS = re.compile(r"<[^<>]*[^<>\s][ \t]+[^<>\s][^<>]*>`_{1,2}$")
_ROLE_HINT = "write it like :milestone:`CODE`, or \\: for a colon"

# Each with what it reads as, and what to write instead. No pattern looks further than to the end of its line.
_HABITS = [
    (
        re.compile(r":(?:cite|ref|milestone|jira):|(?<![\w:]):[A-Za-z]+:(?=['\"´‘’“”„«])", re.IGNORECASE),
        "this reads as a role, whose text is not in backquotes",
        _ROLE_HINT,
    ),
    (
        re.compile(
            r"!?\[[^\[\]\n]*\]\((?=https?:|mailto:|www\.|[#/.]|[\w./-]*\.(?:md|html?|pdf|rst|png|jpe?g|svg)\b)[^()\s]*"
        ),
        "this reads as a link of Markdown",
        r"write `text <https://...>`__, or \[ for a bracket",
    ),
    (
        re.compile(r"\[(?:#[\w-]*|\^[\w-]+)\](?!_)"),
        "this reads as the mark of a footnote",
        r"write [#name]_, or \[ for a bracket",
    ),
    (
        re.compile(r"(?<!\*)(\*{1,3})[^\W\d_](?:[^*\n]*[^*\s])?\1(?!\*)"),
        "this reads as italics or bold text, and its stars are printed",
        r"part it from the word beside it by a backslash and a space, or write \* for a star",
    ),
    (
        re.compile(r"(?<![\w_])_[^\W_](?:[^_\n]*[^\s_])?_(?![\w_])"),
        "this reads as italics of Markdown",
        r"write *text*, or \_ for an underscore",
    ),
    (
        re.compile(r"~~[^\s~][^~\n]*~~"),
        "this reads as struck-out text of Markdown",
        r"remove the signs, or write \~ for the first",
    ),
    (
        re.compile(r"(`+)[^`\n]+\1"),
        "the backquotes here are printed",
        r"part them from the word beside them by a backslash and a space, or write \` for a backquote",
    ),
    (
        re.compile(
            r"</?(?:a|b|br|code|div|em|h[1-6]|i|img|li|ol|p|pre|s|small|span|strong|sub|sup|table|td|th|tr|tt|u|ul)"
            r"(?:\s[^<>\n]*)?/?>",
            re.IGNORECASE,
        ),
        "this reads as HTML",
        r"remove it, write *text* or **text**, or write \< for the sign",
    ),
    (
        re.compile(
            r"&(?:amp|apos|copy|deg|ensp|emsp|gt|hellip|lt|mdash|micro|nbsp|ndash|quot|shy|times|#[0-9]+|#x[0-9A-Fa-f]+);"
        ),
        "this reads as HTML",
        r"write the character itself, or \& for the sign",
    ),
]
_NESTED = (
    "a star inside of italics or bold text is printed",
    r"end the text before it by its own stars, or write \* for a star",
)
_CUT_ADDRESS = frozenset("\u00ad\u200b\u200c\u200d\u2010\u2011\u2060\ufeff")
"""What looks as if it were part of the address before it."""
_CODE = (
    "this reads as a block of code of Markdown",
    "end the line above with ::, leave an empty line, and indent the code",
)
_LIST_HINT = "leave an empty line above the list, or begin the line with a backslash"
_LINE_HABITS = [
    (
        re.compile(r"(?<=\n)[-+*•‣⁃][ \t]+(?=\S)"),
        "this reads as an item of a list, and is part of the paragraph above",
        _LIST_HINT,
    ),
    (
        # In a line below, where a colon ends the line above or 2 follows: a sentence may end with a number.
        re.compile(
            r"(?:^\(?(?:1|#)|(?<=[:：]\n)\(?(?:1|#|a)|(?<=\n)\(?(?:1|#)(?=[^\n]*\n\(?(?:2|#)[.)][ ]))"
            r"[.)][ \t]+(?=\S)"
        ),
        "this reads as a list, and is part of a paragraph",
        "leave empty lines around the list, and indent the lines below a number like its text",
    ),
    (
        re.compile(
            r"(?:^|(?<=\n))(?:[-+*•‣⁃]|\(?[0-9#]{1,3}[.)]|\.\.)[\u00a0\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]"
        ),
        "the character after this sign is no ordinary space",
        "write a space there",
    ),
    (
        re.compile(r"(?:^|(?<=\n))[▪◦○●■□·∙➢][ \t]"),
        "this reads as an item of a list",
        "begin the items with - and a space, with an empty line above the first",
    ),
    (
        re.compile(r"(?:^|(?<=\n))#{1,6}[ \t]+(?=\S)"),
        "this reads as a heading of Markdown",
        r"make headings with the keys sections and title, or write \# for the sign",
    ),
    (
        re.compile(r"(?:^|(?<=\n))(?:```|~~~)"),
        *_CODE,
    ),
    (
        re.compile(r"(?:^|(?<=\n))>[ \t]+(?=\S)"),
        "this reads as a quotation of Markdown",
        r"indent the quotation, with empty lines around it, or write \> for the sign",
    ),
    (
        re.compile(r"(?<=\n)\.\.[ \t]+(?=\S)|(?:^|(?<=\n))(?:\.\.?[ \t]?)?[A-Za-z]+::[ \t]+(?=\S)"),
        "this reads as a directive or a footnote, and is part of a paragraph",
        "write two dots before it and leave an empty line above, or begin the line with a backslash",
    ),
]

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
            shown[first:last] = _HIDDEN * (last - first)
        if isinstance(node, nodes.Element):
            borders |= {start, end}
        if isinstance(node, nodes.literal):
            outside[start:end] = _HIDDEN * (end - start)
        yield from _of_element(node, start, end, source)
    text = "".join(outside)
    for match in _BACKSLASH.finditer(text):
        index, escaped = match.start(), match[1] or ""
        if not _escapes(text, index, escaped, borders):
            what = {" ": "and the space after it are", "\n": "and the end of the line are"}.get(escaped)
            yield index, f"this backslash {what} not printed" if what else _DROPPED, _DROPPED_HINT
        if escaped != "\n":
            shown[index : match.end()] = _HIDDEN * len(match[0])
    text = "".join(shown)
    for start, end, node in pieces:
        if isinstance(node, nodes.emphasis | nodes.strong) and (star := text.find("*", start, end)) >= 0:
            yield star, *_NESTED
    for pattern, message, hint in (*_HABITS, *_LINE_HABITS):
        yield from ((match.start(), message, hint) for match in pattern.finditer(text))


def _of_element(node: nodes.Node, start: int, end: int, source: str) -> Iterator[Doubt]:
    """Yield what is doubtful in a recognised element."""
    if isinstance(node, nodes.literal) and "`" in (source[start + 2], source[end - 3]):
        yield start, *_CODE
    elif isinstance(node, nodes.reference) and source[start] == "`":
        if _SPACE_IN_ADDRESS.search(source, start, end):
            yield start, "the space in this address is not printed", "write %20 for it, or remove it"
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
    return any(pattern.match(text, index + 1) for pattern, _, _ in _HABITS)
