"""Find the line of a YAML file that begins in a wrong column, or without its dash or colon, and repair it.

Indentation alone does not tell which of two lines is wrong. The keys of the format do: a line belongs where
the format allows its key, and where that key is not yet.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from milepost.base.suggest import Vocabulary
from milepost.loading.keys import NAMED, all_keys, list_keys, vocabulary_at
from milepost.loading.yaml_messages import missing_colon, plain_words
from milepost.loading.yaml_values import ValueReader, key_end

if TYPE_CHECKING:
    from collections.abc import Iterable

DASH = re.compile(r"-(?:[ \t]+|$)")
_SAME_COLUMN = "begin lines that belong together in the same column"


class Entry(NamedTuple):
    """A line that begins with a key or a dash; `key` is None for a dash."""

    number: int
    column: int
    key: str | None
    opens: bool


@dataclass(slots=True)
class Level:
    """A mapping or list that is being read.

    Attributes:
        column: where its entries begin, counted from 0.
        last: the line of the last entry.
        is_list: whether its entries begin with a dash.
        keys: the keys that the format allows in it; None for names, such as the codes of milestones.
        wants_list: whether the format has a list in its place.
        seen: the keys of its entries so far.
        entries: how many there are so far.
        closed: the levels that ended where the last entry began, the innermost first.
    """

    column: int
    last: int
    is_list: bool
    keys: frozenset[str] | None
    wants_list: bool
    seen: set[str | None] = field(default_factory=set)
    entries: int = 1
    closed: list[Level] = field(default_factory=list)

    def add(self, entry: Entry, closed: Iterable[Level] = ()) -> None:
        """Add an entry."""
        self.last, self.closed = entry.number, list(closed)
        self.seen.add(entry.key)
        self.entries += 1

    def fits(self, key: str | None) -> bool:
        """Return whether the format allows the key here, or a dash if it is None."""
        if key is None:
            return self.is_list
        known = key not in all_keys() if self.keys is None else key in self.keys
        return known and key not in self.seen and not self.is_list


class ColumnReader(ValueReader):
    """Gives each key and dash its place among those above.

    Attributes:
        levels: the mappings and lists that are being read, the innermost last.
        own_line: line and column of the last value, if no key is on its line, and whether it has a dash.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.levels: list[Level] = []
        self.own_line: tuple[int, int, bool] | None = None
        self._step = self._usual_step()
        self._again: int | None = None

    def _usual_step(self) -> int:
        """Return by how many columns lines are usually further in than the key above them."""
        opening = (each for each, line in enumerate(self.lines) if line.rstrip().endswith(":"))
        steps = Counter(self.next_indent(each) - self.indent(each) for each in opening)
        return max((step for step in steps if step > 0), key=lambda step: (steps[step], -step), default=2)

    def enter(self, entry: Entry, *, first: bool) -> int | None:
        """Add an entry; return the column where it begins after repair, None if it is removed.

        Args:
            entry: the entry.
            first: whether nothing is before it on its line.
        """
        levels, closed = list(self.levels), []
        while first and self.levels and self._is_closed_by(entry):
            closed.append(self.levels.pop())
        top = self.levels[-1] if self.levels else None
        inner = self.inner(levels, entry)
        beside = top and entry.key is None and entry.column == top.column and not top.is_list
        if not first or (self.open and not closed and (not top or entry.column > top.column or beside)):
            if first and inner.wants_list and entry.key in (inner.keys or ()):
                return self._add_list(entry, inner)
            self.levels.append(inner)
            return entry.column
        if not top or top.column != entry.column or self._belongs_elsewhere(entry, top, levels):
            return self._wrong_column(entry, closed, levels)
        if top.is_list == (entry.key is None):
            top.add(entry, closed)
            return entry.column
        if entry.key is not None:
            self.levels.pop()
            return self._add_list(entry, top)
        hint = "write the key of the list above it, or begin it in the column of its list"
        self.complain(entry.number, entry.column, "a list entry cannot be here", hint)
        self.levels = levels
        return None

    def _is_closed_by(self, entry: Entry) -> bool:
        top = self.levels[-1]
        if top.column == entry.column:
            beside_key = any(level.column == entry.column for level in self.levels[:-1])
            return top.is_list and entry.key is not None and beside_key
        return top.column > entry.column

    def inner(self, levels: list[Level], entry: Entry) -> Level:
        """Return a level below the last entry of `levels`, with the keys that the format has for it."""
        keys = [self.key_at(x.last, x.column) for x in levels if not x.is_list and x.keys is not None]
        wants_list = bool(keys and keys[-1] in list_keys() and not levels[-1].is_list)
        named = len(keys) == len(levels) == 1 and keys[0] in NAMED
        allowed = None if named else frozenset(vocabulary_at(tuple(keys)))
        return Level(entry.column, entry.number, entry.key is None, allowed, wants_list, {entry.key})

    def _candidate(self, levels: list[Level], entry: Entry) -> list[Level]:
        """Return the level below the last entry if that has no value yet, and the entry may be in it."""
        if not self.open or not levels:
            return []
        inner = self.inner(levels, entry)
        inner.seen.clear()
        inner.column = levels[-1].column + self._step
        return [inner] if inner.fits(entry.key) and inner.wants_list == inner.is_list else []

    def _allows_inside(self, entry: Entry) -> bool:
        """Return whether the format allows the entry below the last one."""
        inner = self.inner(self.levels, entry)
        inner.seen.clear()
        return inner.fits(entry.key)

    def _belongs_elsewhere(self, entry: Entry, top: Level, levels: list[Level]) -> bool:
        """Return whether an entry is not allowed in its column, and is in another one."""
        if top.fits(entry.key):
            return False
        if top.is_list and entry.key in (
            top.keys or ()
        ):  # in the entry above, or in one whose dash is missing
            return top is not levels[-1] and levels[levels.index(top) + 1].fits(entry.key)
        inner = self._candidate(levels, entry)
        if entry.key is not None and entry.key not in all_keys():
            is_name = entry.opens or (inner and inner[0].keys is None)
            is_empty = entry.opens and self._is_empty(entry)
            if not (is_name if top.column == 0 else is_empty) or Vocabulary(top.keys or ()).nearest(
                entry.key
            ):
                return False
        return any(level.fits(entry.key) for level in (*levels, *inner))

    def _is_empty(self, entry: Entry) -> bool:
        """Return whether nothing is below a key with nothing after it."""
        below = next((x for x in range(entry.number + 1, len(self.lines)) if not self.is_blank(x)), None)
        return below is None or not (
            self.indent(below) > entry.column or DASH.match(self.lines[below], entry.column)
        )

    def _wrong_column(self, entry: Entry, closed: list[Level], levels: list[Level]) -> int | None:
        """Find the line that begins in a wrong column: this one or one above; repair it."""
        if self.own_line and not closed and entry.column >= self.own_line[1]:
            above, column_above, is_item = self.own_line
            if not is_item or self.without_colon(above, column_above)[2]:
                self._text_was_key(entry, above, column_above)
                return None
        if self._move_above(entry, closed):
            return entry.column
        top = self.levels[-1] if self.levels else None
        if top and not closed and entry.column > top.column:
            if self._goes_on_above(entry, top):
                return None
            if self.open:  # the value above was removed
                self.levels.append(self.inner(levels, entry))
                return entry.column
        to = self.likely_column(entry, levels)
        if to != entry.column:
            self._move(entry.number, entry.column, to)
        self.levels = [level for level in levels if level.column <= to]
        entry = entry._replace(column=to)
        if self.levels and self.levels[-1].column == to and self.levels[-1].is_list == (entry.key is None):
            self.levels[-1].add(entry, [level for level in closed if level.column > to])
        else:
            self.levels.append(self.inner(self.levels, entry))
        return to

    def _move_above(self, entry: Entry, closed: list[Level]) -> bool:
        """Repair an entry above that begins in a wrong column, if that is why this one does not fit."""
        return (
            self._move_last(entry, closed)
            or self._move_item(entry, closed)
            or self._move_inner(entry, closed)
            or self._move_only(entry, closed)
        )

    def _move_last(self, entry: Entry, closed: list[Level]) -> bool:
        """Repair the last entry above, if it begins too far to the left and belongs to the same level."""
        top = self.levels[-1] if self.levels else None
        before = next((level for level in top.closed if level.column == entry.column), None) if top else None
        if not top or not before or not before.fits(entry.key) or not self._fits_above(before, top):
            return False
        self._move(top.last, top.column, entry.column)
        top.entries -= 1
        self.levels += [level for level in reversed(top.closed) if level.column <= entry.column]
        top.closed = []
        before.add(entry, closed)
        return True

    def _move_inner(self, entry: Entry, closed: list[Level]) -> bool:
        """Repair the only entry of the level that ends here, if it begins too far to the right."""
        if not closed or closed[-1].entries > 1:
            return False
        inner, usual = closed[-1], self._usual_column(self.levels)
        wrong = entry.column == usual or (inner.column != usual and self._has_sibling(entry))
        if inner.fits(entry.key) and wrong:
            return self._move_first(inner, entry, entry.column)
        if self.open and len(closed) == 1 and usual < entry.column:
            return self._move_first(inner, entry, usual)
        return False

    def _move_only(self, entry: Entry, closed: list[Level]) -> bool:
        """Repair the only entry of a level that goes on, if that is too far to the left or in this column."""
        if not self.levels or self.levels[-1].entries > 1:
            return False
        top, usual = self.levels[-1], self._usual_column(self.levels[:-1])
        to_left = top.fits(entry.key) and entry.column == usual
        beside = self.open and not closed and entry.column == top.column and usual < entry.column
        if to_left or beside:
            self.levels.pop()
            return self._move_first(top, entry, usual)
        return False

    def _fits_above(self, level: Level, top: Level) -> bool:
        """Return whether the last entry of `top` may be in `level`."""
        return level.is_list if top.is_list else level.fits(self.key_at(top.last, top.column))

    def _move_item(self, entry: Entry, closed: list[Level]) -> bool:
        """Repair the dash of a list entry whose second key, this one, is in another column than its first."""
        levels = [*self.levels, *reversed(closed[-2:])]
        if len(levels) < 2 or not levels[-2].is_list or levels[-1].last != levels[-2].last:
            return False
        dash, item = levels[-2:]
        to = entry.column - (item.column - dash.column)
        if dash.entries > 1 or not item.fits(entry.key) or to != self._usual_column(levels[:-2]):
            return False
        self._move(dash.last, dash.column, to)
        dash.column, item.column = to, entry.column
        item.add(entry)
        self.levels = levels
        return True

    def _usual_column(self, levels: list[Level]) -> int:
        """Return where entries below `levels` should begin."""
        return levels[-1].column + self._step if levels else 0

    def _move_first(self, level: Level, entry: Entry, to: int) -> bool:
        """Move the only entry of a level; the new one follows it, or is below it if it is further in."""
        self._move(level.last, level.column, to)
        level.column = to
        self.levels.append(level)
        if entry.column == to:
            level.add(entry)
        else:
            self.levels.append(self.inner(self.levels, entry))
        return True

    def _has_sibling(self, entry: Entry) -> bool:
        """Return whether another entry follows in the same column, before one further to the left."""
        for below in range(entry.number + 1, len(self.lines)):
            if not self.is_blank(below) and self.indent(below) <= entry.column:
                return self.indent(below) == entry.column
        return False

    def _text_was_key(self, entry: Entry, above: int, column_above: int) -> None:
        """Repair a text above that is itself a key whose colon is missing."""
        message, hint, line = self.without_colon(above, column_above)
        if line is None and entry.column > column_above:
            line = f"{self.lines[above].rstrip()}:"
            message, hint = "a colon is missing at the end of this line", f"write  {line.strip()}"
        self.complain(above, column_above, message, hint, line)
        self.open, self.plain, self.own_line, self._again = True, False, None, above

    def next_line(self, number: int) -> int:
        """Return the number of the line to read after this one, or of one above that was repaired."""
        again, self._again = self._again, None
        return number + 1 if again is None else again

    def _goes_on_above(self, entry: Entry, top: Level) -> bool:
        """Return whether a line that is further in belongs to the value above; report its fault."""
        line = self.lines[entry.number]
        if self.plain and entry.key is None:
            dash = DASH.match(line, entry.column)
            return not dash or self.key_at(entry.number, dash.end()) not in all_keys()
        if self.plain and entry.key not in all_keys() and not entry.opens:
            colon = (key_end(line, entry.column) or entry.column + 1) - 1
            hint = 'put a value that contains ": " in quotes, or check the indentation'
            fixed = line[:colon] + line[colon + 1 :]
            self.complain(entry.number, colon, "a colon is not allowed here", hint, fixed)
            return True
        begin = key_end(self.lines[top.last], top.column)
        if begin and self._allows_inside(entry) and not top.fits(entry.key):
            above = self.lines[top.last]
            start = begin + len(above[begin:]) - len(above[begin:].lstrip())
            message = f"'{self.key_at(top.last, top.column)}' has a value here and more below it"
            self.complain(top.last, start, message, "move the value below it, or remove it", above[:begin])
            self.open = True
        return False

    def likely_column(self, entry: Entry, levels: list[Level]) -> int:
        """Return the column where an entry belongs by its dash or key and by what follows it.

        Args:
            entry: the entry; of several possible columns the nearest is chosen.
            levels: those that it may continue.
        """
        if not levels:
            return 0
        below = self.next_indent(entry.number)
        possible = [level.column for level in levels if level.fits(entry.key)]
        for inner in self._candidate(levels, entry):
            if entry.key is None and below > 0:
                sibling = any(DASH.match(line, below) for line in self.lines[entry.number + 1 :][:1])
                return below if sibling else max(below - 2, levels[-1].column)
            return below if below > levels[-1].column and not entry.opens else inner.column
        possible = [each for each in possible if not entry.opens or each < below]
        return min(possible, key=lambda x: (abs(x - entry.column), -x), default=levels[-1].column)

    def is_list_at(self, column: int) -> bool:
        """Return whether a list may go on in the column."""
        return any(level.is_list and level.column == column for level in self.levels)

    def move_key(self, number: int) -> int:
        """Move a key that begins too far to the right, and return its line."""
        self._move(number, self.indent(number), self.likely_column(self.entry_at(number), self.levels))
        return number

    def entry_at(self, number: int) -> Entry:
        """Return the entry that begins on the line."""
        column = self.first_word(number)
        line = self.lines[number]
        is_list = DASH.match(line, column)
        end = key_end(line, column)
        opens = end is not None and not line[end:].strip()
        return Entry(number, column, None if is_list else self.key_at(number, column), opens)

    def key_at(self, number: int, column: int) -> str:
        """Return the key that begins in the column, or an empty text."""
        line = self.lines[number]
        end = key_end(line, column)
        return line[column : end - 1].strip() if end else ""

    def _move(self, number: int, column: int, to: int) -> None:
        message = f"this line begins in column {column + 1} instead of {to + 1}"
        self.complain(number, column, message, _SAME_COLUMN, " " * to + self.lines[number][column:])

    def add_dash(self, number: int, column: int) -> int:
        """Put a dash before a list entry; return the column of the dash."""
        _, message, hint = plain_words("did not find expected '-' indicator")
        line = self.lines[number]
        dash = column - 2 if self.next_indent(number) == column and not self.is_list_at(column) else column
        self.complain(number, column, message, hint, f"{' ' * max(dash, 0)}- {line[column:]}")
        return max(dash, 0)

    def _add_list(self, entry: Entry, level: Level) -> int:
        """Put a dash before a key that should be in a list; return the column of the key."""
        dash = self.add_dash(entry.number, entry.column)
        if level.is_list:
            level.add(entry._replace(key=None))
        else:
            level.is_list, level.column, level.seen = True, dash, {None}
        self.levels.append(level)
        self.levels.append(self.inner(self.levels, entry._replace(column=dash + 2)))
        return dash + 2

    def without_colon(self, number: int, column: int) -> tuple[str, str, str | None]:
        """Return message, hint and repaired line for a line that should be a key and its value."""
        return missing_colon(self.lines[number], column, opens=self.next_indent(number) > column)
