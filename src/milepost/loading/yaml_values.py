"""Read the values of a YAML file that libyaml refuses: find what is wrong with each, and repair it."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import yaml

from milepost.base.characters import INVISIBLE, odd_character, without_invisible
from milepost.loading.keys import all_keys, vocabulary_at
from milepost.loading.yaml_messages import plain_words

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_FAULTS = 100
"""Reading stops after so many; then something else is wrong with the file."""

_INDENTATION = re.compile(rf"(?:[ \t]|{INVISIBLE.pattern})*")
_BREAK = re.compile(r"(\r\n|\r|\n)")

_PLAIN_KEY = re.compile(
    r"(?:[^\s\-?:,\[\]{}#&*!|>'\"%@`]|[-?:](?=\S))(?:[^\s:#]|:(?=\S)|(?<=\S)#|[ \t]+(?![#:\s]))*"
)
_QUOTED = {
    '"': re.compile(r'(?:[^"\\]|\\.|\\$)*"'),
    "'": re.compile(r"(?:[^']|'')*'(?!')"),
}
_ESCAPE = re.compile(r"\\(?:[0abt\tnvfre \"/\\N_LP]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|$)|(\\.)")
_PROPERTIES = re.compile(r"(?:(?:&[\w-]+|![^\s,\[\]{}]*)(?:[ \t]+|$))+")
_IN_FLOW = re.compile(r"(?<![^\s\[{,:])(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'(?!')|#.*)|[\[\]{}]")
_HEADER = re.compile(r"[|>](?:[+-]?([1-9])?[+-]?)[ \t]*(?:[ \t]#.*)?$")
_ALIAS = re.compile(r"\*([^\s,\[\]{}]+)[ \t]*(?:[ \t]#.*)?$")
_AFTER = re.compile(r"[ \t]*(?:$|(?<=[ \t])#)")
_ENTRY = re.compile(r"-(?:\s|$)")

_TAB = ("a tab cannot be used to indent", "indent with spaces")
_IN_QUOTES = "put the value in quotes"


class Fault(NamedTuple):
    """A fault with its line and column, counted from 1."""

    line: int
    column: int
    message: str
    hint: str


def key_end(line: str, start: int) -> int | None:
    """Return the index after the colon of the key that begins at `start`, or None if there is no key."""
    if properties := _PROPERTIES.match(line, start):
        start = properties.end()
    quoted = _QUOTED.get(line[start : start + 1])
    match = quoted.match(line, start + 1) if quoted else _PLAIN_KEY.match(line, start)
    colon = re.compile(r"[ \t]*:(?=[ \t]|$)").match(line, match.end()) if match else None
    return colon.end() if colon else None


def in_quotes(text: str) -> str:
    """Return `text` as a YAML value in quotes."""
    return "'" + text.strip().replace("'", "''") + "'"


class ValueReader(ABC):
    """The lines of a file, the faults found in them, and how values are read.

    Attributes:
        lines: without their line breaks; repairs change them.
        faults: in the order in which they were found.
        changed: the lines that were repaired, counted from 1.
        lost: whether a repair removed something, so that what is missing may not be missing in the file.
        open: whether the last key or dash has nothing after it, so that its value may be below.
        plain: whether the last value is text without quotes, which may continue on lines further in.
    """

    def __init__(self, text: str) -> None:
        parts = _BREAK.split(text)
        self.lines, self._breaks = parts[::2], [*parts[1::2], ""]
        self.faults: list[Fault] = []
        self.changed: set[int] = set()
        self.lost = False
        self.open = True
        self.plain = False
        self._anchors: set[str] = set()

    def text(self) -> str:
        """Return the text with all repairs."""
        return "".join(line + end for line, end in zip(self.lines, self._breaks, strict=True))

    def complain(self, number: int, column: int, message: str, hint: str, line: str | None = None) -> None:
        """Report a fault, and replace the line by `line`; without one, remove it."""
        self.faults.append(Fault(number + 1, column + 1, message, hint))
        self.lost |= line is None
        self.change(number, line or "")

    def change(self, number: int, line: str) -> None:
        """Replace the line."""
        self.lines[number] = line
        self.changed.add(number + 1)

    def is_blank(self, number: int) -> bool:
        """Return whether the line has nothing but white space and a comment."""
        return not self.lines[number].strip(" \t") or self.lines[number].lstrip(" \t").startswith("#")

    def indent(self, number: int) -> int:
        """Return the number of spaces at the beginning of the line."""
        return len(self.lines[number]) - len(self.lines[number].lstrip(" "))

    def next_indent(self, number: int) -> int:
        """Return the indentation of the next line that is not blank, or -1."""
        below = (each for each in range(number + 1, len(self.lines)) if not self.is_blank(each))
        found = next(below, None)
        return -1 if found is None else self.indent(found)

    def first_word(self, number: int) -> int:
        """Return the column of the first character that is neither blank nor invisible."""
        run = _INDENTATION.match(self.lines[number])
        return run.end() if run else 0

    def clean_indentation(self, number: int, column: Callable[[], int], limit: int | None = None) -> None:
        """Report tabs and invisible characters in the indentation, and put spaces in their place.

        Args:
            number: the line.
            column: where the line probably begins, if there are tabs.
            limit: what is further in is text.
        """
        line = self.lines[number]
        blank = line[: self.first_word(number)][:limit]
        rest = line[len(blank) :]
        if "\t" in blank:
            self.complain(
                number, blank.index("\t"), *_TAB, " " * column() + without_invisible(rest).lstrip(" \t")
            )
        elif found := INVISIBLE.search(blank):
            self.complain(number, found.start(), *odd_character(found[0]), without_invisible(blank) + rest)

    # --- Values ---

    def read_value(self, number: int, start: int, owner: int) -> int:
        """Read the value that begins at `start` or after; return the number of the line after it.

        Args:
            number: the line.
            start: the column, counted from 0, as all of them here.
            owner: the column of the key or the dash of the value; it continues only further in.
        """
        faults = len(self.faults)
        self.open = self.plain = False
        after = self._read(number, start, owner)
        return after if len(self.faults) == faults or self.open else self.remove_rest(after, owner)

    def remove_rest(self, number: int, owner: int) -> int:
        """Remove the lines that belong to a faulty value; return the number of the next line."""
        while number < len(self.lines) and (self.is_blank(number) or self.indent(number) > owner):
            if self.lines[number]:
                self.lost |= key_end(self.lines[number], self.indent(number)) is not None
                self.change(number, "")
            number += 1
        return number

    def _read(self, number: int, start: int, owner: int) -> int:
        line = self.lines[number]
        start += len(line[start:]) - len(line[start:].lstrip(" \t"))
        if properties := _PROPERTIES.match(line, start):
            self._anchors.update(each[1:] for each in properties[0].split() if each.startswith("&"))
            start = properties.end()
        sign, after = line[start : start + 1], line[start + 1 : start + 2]
        if not sign or sign == "#":
            self.open = True
        elif sign in _QUOTED:
            return self._read_quoted(number, start, owner)
        elif sign in "[{":
            return self._read_flow(number, start, owner)
        elif sign in "|>":
            return self._read_block(number, start, owner)
        elif sign == "*":
            self._read_alias(number, start)
        elif sign in "&!%@`,]}" or (sign in "?:" and after.strip() == ""):
            what = sign if sign not in "?:" else f"{sign} and a space"
            self._quote(number, start, start, f"a value cannot begin with {what}")
        elif sign == "-" and after.strip() == "":
            self._read_list_after_key(number, start, owner)
        else:
            self._read_plain(number, start)
        return number + 1

    def _quote(self, number: int, start: int, column: int, message: str, hint: str = _IN_QUOTES) -> None:
        """Report a fault in the value from `start` to the end of the line, and put it in quotes."""
        line = self.lines[number]
        self.complain(number, column, message, hint, line[:start] + in_quotes(line[start:]))

    def _read_plain(self, number: int, start: int) -> None:
        text = re.split(r"[ \t]#", self.lines[number][start:], maxsplit=1)[0]
        if colon := re.search(r":(?=[ \t]|$)", text):
            hint = 'put a value that contains ": " in quotes, or check the indentation'
            self._quote(number, start, start + colon.start(), "a colon is not allowed here", hint)
        self.plain = True

    def _read_list_after_key(self, number: int, start: int, owner: int) -> None:
        message = "a list cannot begin on the line of its key"
        hint = "write each entry on its own line, or put text that begins with a dash in quotes"
        if self.next_indent(number) > owner:  # the other entries
            line = self.lines[number][:start].rstrip()
            self.complain(number, start, message, hint, line)
            self.open = self.lost = True
        else:
            self._quote(number, start, start, message, hint)

    def _read_alias(self, number: int, start: int) -> None:
        alias = _ALIAS.match(self.lines[number], start)
        if alias is None:
            self._quote(number, start, start, "a value cannot begin with *")
        elif alias[1] not in self._anchors:
            message, hint = plain_words("found undefined alias", at=alias[0])[1:]
            self._quote(number, start, start, message, hint)

    def _ends_value(self, number: int, owner: int) -> bool:
        """Return whether the line cannot belong to a value of a key or dash in the column `owner`."""
        column = self.indent(number)
        if self.is_blank(number) or column > owner:
            return False
        line = self.lines[number]
        return bool(_ENTRY.match(line, column)) or key_end(line, column) is not None

    def _read_quoted(self, number: int, start: int, owner: int) -> int:
        sign = self.lines[number][start]
        position = start + 1
        for last in range(number, len(self.lines)):
            if last > number and self._ends_value(last, owner):
                break
            end = _QUOTED[sign].match(self.lines[last], position)
            if sign == '"':
                self._check_escapes(last, position, end.end() if end else len(self.lines[last]))
                end = end and _QUOTED[sign].match(self.lines[last], position)
            position = 0
            if end:
                self._check_after_quotes(number, start, last, end.end())
                return last + 1
        message, hint = plain_words("found unexpected document indicator")[1:]
        self.complain(number, start, message, hint, self.lines[number].rstrip() + sign)
        return number + 1

    def _check_escapes(self, number: int, start: int, end: int) -> None:
        for escape in _ESCAPE.finditer(self.lines[number], start, end):
            if escape[1]:
                message, hint = plain_words("found unknown escape character")[1:]
                line = self.lines[number]
                fixed = _ESCAPE.sub(lambda each: f"\\{each[0]}" if each[1] else each[0], line[start:end])
                self.complain(number, escape.start(), message, hint, line[:start] + fixed + line[end:])
                return

    def _check_after_quotes(self, number: int, start: int, last: int, end: int) -> None:
        line = self.lines[last]
        if _AFTER.match(line, end):
            return
        column = end + len(line[end:]) - len(line[end:].lstrip())
        fixed = line[:start] + in_quotes(line[start:]) if last == number else line[:end]
        hint = "put the whole value in other quotes, or double the quotation marks in it"
        self.complain(last, column, "text follows the closing quotation mark", hint, fixed)

    def _read_flow(self, number: int, start: int, owner: int) -> int:
        line, opened = self.lines[number], []
        position = start
        last = number
        while last < len(self.lines) and not (last > number and self._ends_value(last, owner)):
            for token in _IN_FLOW.finditer(self.lines[last], position):
                if token[0] in "[{":
                    opened.append("]" if token[0] == "[" else "}")
                elif token[0] in "]}":
                    opened.pop()
                if not opened:
                    self._check_flow(number, start, last, token.end())
                    return last + 1
            position = 0
            last += 1
        _, message, hint = plain_words(
            "", f"while parsing a flow {'sequence' if line[start] == '[' else 'mapping'}"
        )
        self.complain(number, start, message, hint, line)
        self.change(last - 1, self.lines[last - 1].rstrip() + "".join(reversed(opened)))
        return last

    def _check_flow(self, number: int, start: int, last: int, end: int) -> None:
        """Check the list or mapping in brackets, and that nothing follows it."""
        sign = self.lines[number][start]
        if not _AFTER.match(self.lines[last], end):
            message = f"a value that begins with {sign} and goes on after the bracket needs quotes"
            self.complain(
                number, start, message, "put the whole value in quotes", self._quoted(number, start, last)
            )
            return
        text = "\n".join([*self.lines[number:last], self.lines[last][:end]])[start:]
        try:
            known = "".join(f"- &{name} x\n" for name in sorted(self._anchors))
            yaml.compose(f"{known}- {text}", Loader=yaml.CSafeLoader)
        except yaml.MarkedYAMLError as error:
            problem, context = error.problem or "", error.context or ""
            mark = error.context_mark if plain_words(problem, context)[0] else error.problem_mark
            line = mark.line - len(self._anchors) if mark else 0
            column = (mark.column if mark else 0) + (start - 2 if line == 0 else 0)
            _, message, hint = plain_words(problem, context, self.lines[number + line][column:])
            self.complain(number + line, column, message, hint, self.lines[number + line])
            self.change(number, self._quoted(number, start, last))

    def _quoted(self, number: int, start: int, last: int) -> str:
        """Return the line with its value in quotes; remove the rest of the value."""
        for each in range(number + 1, last + 1):
            self.change(each, "")
        self.lost |= last > number
        line = self.lines[number]
        return line[:start] + in_quotes(line[start:])

    def _read_block(self, number: int, start: int, owner: int) -> int:
        """Read a text after | or >."""
        header = _HEADER.match(self.lines[number], start)
        if header is None:
            message, hint = plain_words("did not find expected comment or line break")[1:]
            begin = re.compile(r".[0-9+-]*[ \t]*").match(self.lines[number], start)
            self._quote(number, start, begin.end() if begin else start, message, hint)
            self.plain = False
            return number + 1
        column = max(owner, 0) + int(header[1]) if header[1] else None
        for last in range(number + 1, len(self.lines)):
            line = self.lines[last]
            if not line.strip(" \t"):
                continue
            if "\t" in line[: self.first_word(last)][:column] and self._is_known_key(last):
                return last
            self.clean_indentation(last, partial(int, column or owner + 2), column)
            line, indent = self.lines[last], self.indent(last)
            if column and indent < column and line.lstrip(" ").startswith("#"):
                return last
            if indent <= owner and last > number + 1 and self._opens_part(last - 1):
                return self.move_key(last - 1)
            if (indent <= owner and self._is_entry(last)) or (
                column and owner < indent < column and self._is_known_key(last)
            ):
                return last
            if indent <= owner:
                column = column or max(self.next_indent(last), owner + 2)
                self._move_text(last, indent, column)
                continue
            if column is None:
                column = self._text_column(last, indent, owner)
            elif indent < column:
                self._move_text(last, indent, column)
        return len(self.lines)

    def _is_entry(self, number: int) -> bool:
        """Return whether the line is an entry of a mapping or list, or a marker, rather than text."""
        line, column = self.lines[number], self.indent(number)
        if line.startswith(("---", "...")) or (_ENTRY.match(line, column) and self.is_list_at(column)):
            return True
        end = key_end(line, column)
        is_key = end is not None and not line[column:].startswith("..") and line[end - 2] != ":"
        return is_key or line[column:].split(maxsplit=1)[0] in all_keys()

    @abstractmethod
    def is_list_at(self, column: int) -> bool:
        """Return whether a list may go on in the column."""

    @abstractmethod
    def move_key(self, number: int) -> int:
        """Move a key that begins too far to the right, and return its line."""

    def _opens_part(self, number: int) -> bool:
        """Return whether the line is the key of a part of the document, with nothing after it."""
        line = self.lines[number].strip()
        return line.endswith(":") and line[:-1] in vocabulary_at(())

    def _text_column(self, number: int, column: int, owner: int) -> int:
        """Return the column of a text; correct its first line if that begins further in than most others."""
        indents = []
        for each in range(number, len(self.lines)):
            if self.lines[each].strip(" \t"):
                if self.indent(each) <= owner:
                    break
                indents.append(self.indent(each))
        less = [each for each in indents if each < column]
        usual = min(less, default=column)
        if 2 * len(less) + (usual == owner + 2) > len(indents):
            self._move_text(number, column, usual)
            return usual
        return column

    def _move_text(self, number: int, column: int, to: int) -> None:
        message = f"this line begins in column {column + 1}, and the lines of its text in column {to + 1}"
        hint = "begin the lines of a text in the same column"
        self.complain(number, column, message, hint, " " * to + self.lines[number].lstrip(" "))

    def _is_known_key(self, number: int) -> bool:
        """Return whether the line is a key of the format and its value."""
        start = self.first_word(number)
        end = key_end(self.lines[number], start)
        return end is not None and self.lines[number][start : end - 1].strip() in all_keys()
