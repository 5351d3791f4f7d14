"""The ways to write a text: in one line, in a block of lines, or with only the words changed that differ."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from milepost.loading.positions import count_written, written_characters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.loading.edit.file import Span

# What must be escaped between double quotes (YAML 1.1, 5.1 and 5.7).
ESCAPED = re.compile(
    '["\\\\]|[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]'
)
WIDTH = 108
"""The length of a line, up to which new texts are filled."""
_ESCAPED_OR_NOT_ASCII = re.compile('["\\\\]|[^\x20-\x7e]')
_WORD = re.compile(r"(\s*)(\S+)")
_MOST_COMPARED = 250_000
"""The product of two numbers of words up to which the words are compared; of longer texts, only both ends."""


def one_line(value: str, style: str = "") -> Iterator[str]:
    """Yield the ways to write `value`; reading them shows which are allowed."""
    single, double = _single(value), _double(value)
    kept = {"'": single, '"': double}.get(style, value)
    if needs_no_escapes(value):
        yield from dict.fromkeys((kept, value, quoted_text(value), single, double))
    else:
        yield double


def needs_no_escapes(text: str) -> bool:
    """Return whether no character is only possible with a backslash: a tab, what is invisible."""
    return set(ESCAPED.findall(text)) <= {'"', "\\"}


def quoted_text(value: str) -> str:
    """Return `value` in double quotes, or in single ones if that spares it all backslashes."""
    escaped = set(ESCAPED.findall(value))
    return _single(value) if escaped and escaped <= {'"', "\\"} else _double(value)


def _single(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _double(value: str) -> str:
    double = '"' + ESCAPED.sub(_escape, value) + '"'
    if not unicodedata.is_normalized("NFC", double):  # a mark would join the last digit of an escape
        double = '"' + _ESCAPED_OR_NOT_ASCII.sub(_escape, value) + '"'
    return double


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    if character in '"\\':
        return f"\\{character}"
    code = ord(character)
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def folded(text: str, indent: int) -> list[str]:
    """Return the lines below `>-` of a text with single blanks between its words."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and len(lines[-1]) + 1 + len(word) <= WIDTH:
            lines[-1] += f" {word}"
        else:
            lines.append(f"{' ' * indent}{word}")
    return lines


def block(value: str, indent: int, line_end: str) -> Iterator[str]:
    """Yield `value`, a text of several lines, as a literal block; nothing for one line."""
    if "\n" not in value.rstrip("\n"):
        return
    text = value.rstrip("\n")
    sign = "|" + ("-" if text == value else "" if f"{text}\n" == value else "+")
    sign += str(2) if text.startswith((" ", "\n")) else ""
    lines = (f"{' ' * indent}{line}" if line else "" for line in value.removesuffix("\n").split("\n"))
    yield line_end.join([sign, *lines])


def reworded(source: str, node: Span, value: str, line_end: str) -> Iterator[tuple[int, int, str]]:
    """Yield the part of a text of several lines to replace, and by what, so that it is `value`.

    Args:
        source: the text of the file.
        node: the text, as it is.
        value: the text as it will be.
        line_end: the line break of the file.
    """
    written = source[node.start : node.end]
    lines = "\n" in written.strip() or "\r" in written.strip()
    if node.kind != "scalar" or not lines or not unicodedata.is_normalized("NFC", written):
        return
    old, new = (list(_WORD.finditer(text)) for text in (node.text, value))
    runs = _changed_runs([found[0] for found in old], [found[0] for found in new])
    if not old or not new or (len(runs) == 1 and runs[0] == (0, len(old), 0, len(new))):
        return  # nothing stays
    places = written_characters(source, node.start, node.end, node.style)
    counts = count_written(node.text)
    indent = " " * _indent(source, places[0][0], node)
    pieces: list[tuple[int, int, str]] = []
    for low, high, new_low, new_high in runs:
        start = places[counts[old[low - 1].end()] - 1][1] if low else places[0][0]
        end = places[counts[old[high - 1].end()] - 1][1] if high > low else start
        words = new[new_low:new_high]
        text = value[words[0].start() : words[-1].end()] if words else ""
        if words and high > low and words[0][1] == old[low][1]:  # the blanks before stay as they are written
            start, text = places[counts[old[low].start(2)]][0], text[len(words[0][1]) :]
        pieces.append((start, end, _lines(text, node.style, indent, line_end)))
    first, last = pieces[0][0], pieces[-1][1]
    parts, at = [], first
    for start, end, text in pieces:
        parts += [source[at:start], text]
        at = end
    yield first, last, "".join(parts)


def _changed_runs(old: list[str], new: list[str]) -> list[tuple[int, int, int, int]]:
    """Return which words differ: from and to in the old text, from and to in the new one."""
    low = 0
    while low < min(len(old), len(new)) and old[low] == new[low]:
        low += 1
    high = 0
    while high < min(len(old), len(new)) - low and old[-1 - high] == new[-1 - high]:
        high += 1
    left, right = old[low : len(old) - high], new[low : len(new) - high]
    if len(left) * len(right) > _MOST_COMPARED:
        return [(low, low + len(left), low, low + len(right))]
    codes = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    return [(low + a, low + b, low + c, low + d) for tag, a, b, c, d in codes if tag != "equal"]


def _indent(source: str, index: int, node: Span) -> int:
    """Return the indentation of the lines of a text that begins at `index`."""
    if node.style not in {"|", ">"}:
        return 0
    start = max(source.rfind("\n", 0, index), source.rfind("\r", 0, index)) + 1
    return len(source[start:index]) - len(source[start:index].lstrip(" "))


def _lines(text: str, style: str, indent: str, line_end: str) -> str:
    """Return words of a text as they are written in its style."""
    if style == "'":
        return text.replace("'", "''")
    if style == '"':
        return ESCAPED.sub(_escape, text)
    more = 1 if style == ">" else 0  # a single line break is a blank there

    def broken(found: re.Match[str]) -> str:
        return line_end * (len(found[0]) + more) + indent

    return re.sub(r"\n+", broken, text) if style else text
