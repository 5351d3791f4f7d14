"""The findings of a check at their places in a text, with the changes that fix them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from milepost.base.errors import Problem, Severity, bounded
from milepost.base.suggest import Hint
from milepost.lsp.reading.context import Kind
from milepost.lsp.reading.text import Edit, Position, Span, column_as_written, indent_of, is_content
from milepost.rulebook import book

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from milepost.lsp.reading.context import Context
    from milepost.lsp.reading.names import Names

_ROLE = re.compile(r":[\w-]*:`[^`]*`?|`[^`]*`?")
_WORD = re.compile(r"[^\s,\[\]{}]+")


class Note(NamedTuple):
    """Another place that a finding is about: a line and a column, counted from 1, and what is there."""

    line: int
    column: int
    message: str


class Fix(NamedTuple):
    """A change that fixes a finding."""

    title: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A problem as values that can be sent; places are counted from 1, and 0 means the file as a whole."""

    id: str
    is_error: bool
    line: int
    column: int
    message: str
    hint: str = ""
    words: str = ""
    instead: str = ""
    removes: bool = False
    adds: tuple[str, ...] = ()
    others: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """A finding in a text."""

    id: str
    is_error: bool
    span: Span
    message: str
    others: tuple[tuple[Span, str], ...]
    fixes: tuple[Fix, ...]


def reports(problems: Iterable[Problem]) -> Iterator[Report]:
    """Yield problems as values that can be sent, the first ones if there are many."""
    for problem in bounded(problems):
        rule, hint, place = book.rule_of(problem.rule), problem.hint, problem.place
        fix = hint if isinstance(hint, Hint) else Hint(hint)
        yield Report(
            id=rule.id if rule else problem.rule,
            is_error=problem.severity is Severity.ERROR,
            line=place.line if place else 0,
            column=place.column if place else 0,
            message=problem.message,
            hint=str(hint),
            words=fix.words,
            instead=fix.instead,
            removes=fix.removes,
            adds=fix.adds,
            others=tuple(Note(each.place.line, each.place.column, each.message) for each in problem.others),
        )


def from_json(tree: dict[str, Any]) -> Report:
    """Return a report that was sent as JSON."""
    others = tuple(Note(*each) for each in tree["others"])
    return Report(**{**tree, "adds": tuple(tree["adds"]), "others": others})


def diagnostics(names: Names, found: Iterable[Report]) -> tuple[Diagnostic, ...]:
    """Return reports about a text at their places in it."""
    return tuple(_diagnostic(names, report) for report in found)


def _diagnostic(names: Names, report: Report) -> Diagnostic:
    position = _position(names, report.line, report.column)
    context = names.lines.at(*position)
    hint = f" ({report.hint})" if report.hint else ""
    return Diagnostic(
        id=report.id,
        is_error=report.is_error,
        span=_span(names, position, context),
        message=f"{report.message}{hint}",
        others=tuple(
            (_span(names, place, names.lines.at(*place)), note.message)
            for note in report.others
            for place in [_position(names, note.line, note.column)]
        ),
        fixes=tuple(_fixes(names, report, position, context)),
    )


def _position(names: Names, line: int, column: int) -> Position:
    """Return the position in the text of a place that is counted from 1."""
    number = min(max(line - 1, 0), len(names.text.lines) - 1)
    return Position(number, column_as_written(names.text.line(number), max(column - 1, 0)))


def _span(names: Names, position: Position, context: Context) -> Span:
    """Return the key, value or word that begins at a position."""
    number, column = position
    line = names.text.line(number)
    end = column
    is_value = context.kind is Kind.VALUE and context.start == column and not context.is_block
    if (context.kind is Kind.KEY and context.end > column) or is_value:
        end = context.end
    elif found := _ROLE.match(line, column) or _WORD.match(line, column):
        end = found.end()
    if end <= column:
        end = min(column + 1, max(len(line), 1))
    return Span.in_line(number, column, end)


# --- Fixes ---


def _fixes(names: Names, report: Report, position: Position, context: Context) -> Iterator[Fix]:
    start = names.text.line(position.line).find(report.words, position.column)
    if report.words and start >= 0:
        span = Span.in_line(position.line, start, start + len(report.words))
        title = f"Write {report.instead} instead of {report.words}"
        if not report.words.isascii():  # it looks like what is meant
            title = report.hint[:1].upper() + report.hint[1:]
        yield Fix(title, (Edit(span, report.instead),))
    for added in report.adds:
        if (edit := _added(names, position, context, added)) is not None:
            yield Fix(f"Add {added}", (edit,))
    if report.removes and (edit := _removed(names, position, context)) is not None:
        word = names.text.line(position.line)[context.start : context.end].strip()
        yield Fix(f"Remove {word}", (edit,))


def _added(names: Names, position: Position, context: Context, line: str) -> Edit | None:
    """Return how to add a line beside a key that begins its line, or None if it does not."""
    if context.kind is not Kind.KEY or context.in_brackets or context.in_item:
        return None
    end = _end_of_block(names, position.line, context.indent)
    start = Position(end, 0)
    margin = " " * context.indent
    if end >= len(names.text.lines):
        last = len(names.text.lines) - 1
        at = Position(last, len(names.text.line(last)))
        return Edit(Span(at, at), f"\n{margin}{line}")
    return Edit(Span(start, start), f"{margin}{line}\n")


def _removed(names: Names, position: Position, context: Context) -> Edit | None:
    """Return how to remove a key with what belongs to it, or an entry of a list; None if it is not alone."""
    if context.in_brackets and context.kind is Kind.VALUE:
        return _without_entry(names, position.line, context)
    if context.is_block and position.line + 1 < len(names.text.lines):
        return Edit(Span(Position(position.line, 0), Position(position.line + 1, 0)), "")
    levels = names.lines.levels(position.line)
    is_key = context.kind is Kind.KEY and not context.in_item and bool(context.key)
    is_entry = context.kind is Kind.VALUE and context.in_item and len(levels) == 1
    if not (is_key or is_entry) or context.in_brackets or context.is_block:
        return None
    end = _end_of_block(names, position.line, context.indent)
    if end >= len(names.text.lines):
        last = len(names.text.lines) - 1
        return Edit(Span(Position(position.line, 0), Position(last, len(names.text.line(last)))), "")
    return Edit(Span(Position(position.line, 0), Position(end, 0)), "")


def _without_entry(names: Names, number: int, context: Context) -> Edit:
    """Return how to remove an entry of a list in brackets, with a comma."""
    line = names.text.line(number)
    start, end = context.start, context.end
    if after := re.compile(r"[ ]*,[ ]*").match(line, end):
        end = after.end()
    elif before := re.compile(r"[ ]*,[ ]*$").search(line[:start]):
        start = before.start()
    return Edit(Span.in_line(number, start, end), "")


def _end_of_block(names: Names, number: int, indent: int) -> int:
    """Return the number of the line after those that belong to the key or dash in a line."""
    lines = names.text.lines
    end = below = number + 1
    while below < len(lines):
        if is_content(lines[below]):
            if indent_of(lines[below]) <= indent:
                break
            end = below + 1
        below += 1
    return end
