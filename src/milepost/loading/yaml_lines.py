"""Find the faults in the syntax of a YAML file, and repair each, so that the rest of the file can be checked.

libyaml stops at the first fault, and often far below the line that is wrong. A file that libyaml refuses is
read here by the few rules that documents need: keys, dashes and values, each in its column. A repair changes
lines but never their number, so that everything else keeps its place.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from milepost.base.characters import INVISIBLE, odd_character, without_invisible
from milepost.loading.yaml_columns import DASH, ColumnReader, Entry
from milepost.loading.yaml_messages import plain_words
from milepost.loading.yaml_values import MOST_FAULTS, Fault, key_end

_MARKER = re.compile(r"(?:---|\.\.\.)(?:\s|$)")
_COLON_THEN_INVISIBLE = re.compile(rf"([ \t]*(?:-[ \t]+)*[^\s:#]+:)[ \t]*{INVISIBLE.pattern}")
_IN_BRACKETS = re.compile(r"(?:(?:[ \t]*(?:#.*)?|%.*|---.*)[\r\n])*[ \t]*[{\[]")
_SIGN = re.compile(r"[\[\]{},&*!|>%@`'\"?:][ \t]*")


class Repaired(NamedTuple):
    """A text without its faults; see `ValueReader`."""

    text: str
    faults: list[Fault]
    changed: set[int]
    lost: bool


def repair(text: str) -> Repaired:
    """Return `text` with the faults in its syntax found and repaired.

    A document that is in brackets as a whole, as JSON is, stays as it is: its lines say nothing of its parts.
    """
    if _IN_BRACKETS.match(text) and text.rstrip().endswith(("}", "]")):
        return Repaired(text, [], set(), lost=False)
    reader = _Reader(text)
    number = 0
    while number < len(reader.lines) and len(reader.faults) < MOST_FAULTS:
        number = reader.read_line(number)
    return Repaired(reader.text(), reader.faults, reader.changed, reader.lost)


class _Reader(ColumnReader):
    """Reads a file line by line."""

    def read_line(self, number: int) -> int:
        """Read the line, and those on which its value goes on; return the number of the next line."""
        if self.is_blank(number) or (self.lines[number][0] in "-.%" and self._read_marker(number)):
            return number + 1
        self._clean(number)
        self._check_start(number)
        column, first = self.indent(number), True
        while dash := DASH.match(self.lines[number], column):
            entered = self.enter(Entry(number, column, None, opens=False), first=first)
            if entered is None:
                return number + 1
            column = entered + dash.end() - dash.start()
            self.open, self.plain, self.own_line, first = True, False, None, False
        if column >= len(self.lines[number]) or self.lines[number][column] == "#":
            return number + 1
        if key_end(self.lines[number], column) is None:
            return self._read_text(number, column, is_entry=not first)
        key = self.key_at(number, column)
        entered = self.enter(self.entry_at(number)._replace(column=column, key=key), first=first)
        if entered is None:
            return self.next_line(number)
        self.own_line = None
        return self.read_value(number, key_end(self.lines[number], entered) or entered, entered)

    def _check_start(self, number: int) -> None:
        """Report a dash without a space, and a sign with which a key cannot begin."""
        line, column = self.lines[number], self.indent(number)
        entry = self.entry_at(number)
        in_list = self.is_list_at(column) or (self.open and self.inner(self.levels, entry).wants_list)
        if in_list and re.match(r"-[^\s-]", line[column:]):
            message, hint = "a space is missing after the dash", f"write  - {line[column + 1 :]}"
            self.complain(number, column, message, hint, f"{line[:column]}- {line[column + 1 :]}")
        elif (sign := _SIGN.match(line, column)) and not self.plain and key_end(line, sign.end()):
            if entry.key or (
                line[column] in "[{" and not key_end(line, column) and ":" not in line[sign.end() :]
            ):
                return
            rest = line[sign.end() :]
            self.change(number, line[:column] + rest)
            to = column if self.levels and self.levels[-1].column == column else None
            to = self._column_without_tab(number) if to is None else to
            message = f"a line cannot begin with {line[column]}"
            self.complain(number, column, message, "remove it, or put the key in quotes", " " * to + rest)

    def _clean(self, number: int) -> None:
        """Put plain spaces in the indentation and after the first colon."""
        self.clean_indentation(number, lambda: self._column_without_tab(number))
        line = self.lines[number]
        colon = _COLON_THEN_INVISIBLE.match(line)
        if colon and not key_end(line, self.indent(number)):
            fixed = f"{colon[1]} {without_invisible(line[colon.end(1) :]).lstrip()}"
            if found := INVISIBLE.search(line, colon.end(1)):
                self.complain(number, found.start(), *odd_character(found[0]), fixed)

    def _column_without_tab(self, number: int) -> int:
        """Return where a line probably begins that is indented by a tab."""
        if not self.levels:
            return 0
        top = self.levels[-1]
        entry = self.entry_at(number)
        if entry.key == "":  # text
            return top.column if top.is_list else top.column + self._step
        return self.likely_column(entry._replace(column=top.column), self.levels)

    def _read_marker(self, number: int) -> bool:
        """Return whether the line is `---`, `...` or a directive, and report it where it is not allowed."""
        line = self.lines[number]
        if line.startswith("%"):
            below = (each for each in self.lines[number + 1 :] if each.strip())
            rest = (each for each in below if each.lstrip()[0] not in "#%")
            if not self.levels and next(rest, "").startswith("---"):
                return True
            _, message, hint = plain_words("", "while scanning a directive")
            self.complain(number, 0, message, hint)
            return True
        if not _MARKER.match(line):
            return False
        more = any(not self.is_blank(each) for each in range(number + 1, len(self.lines)))
        if line.startswith("...") and more:
            _, message, hint = plain_words("did not find expected <document start>")
            self.complain(number, 0, message, hint, "")
        elif line.startswith("---") and self.levels:
            _, message, hint = plain_words("but found another document")
            self.complain(number, 0, message, hint)
            for each in range(number, len(self.lines)):
                self.change(each, "")
        return True

    # --- Lines without key and dash ---

    def _read_text(self, number: int, column: int, *, is_entry: bool) -> int:
        owner = self.levels[-1].column if self.levels else -1
        if is_entry or (self.open and column > owner):
            self.own_line = number, column, is_entry
            return self.read_value(number, column, owner)
        if self.plain and column > owner:
            return number + 1
        if self.is_list_at(column):
            self.add_dash(number, column)
            return number
        message, hint, line = self.without_colon(number, column)
        if self.lines[number][column] == ":":
            message, hint = "there is no key before this colon", "write one"
        self.complain(number, column, message, hint, line)
        return number if line else self.remove_rest(number + 1, column)
