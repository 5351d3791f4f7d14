"""The findings of a check at their places in a text, with the changes that fix them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from milepost.base.errors import Problem, Severity, bounded
from milepost.base.suggest import Hint
from milepost.lsp.reading.context import Kind
from milepost.lsp.reading.text import Edit, Position, Span, column_as_written, indent_of, is_content
from milepost.rulebook import book
from milepost.rules.waivers import ABOUT_WAIVERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from milepost.loading.positions import Places
    from milepost.lsp.reading.context import Context
    from milepost.lsp.reading.names import Names
    from milepost.rulebook.book import Rule

_WITH_WAIVERS = {"change_record", "sections", "milestones", "figures", "references", "acronyms"}
ACCEPT = "Accept"
"""The beginning of the title of a fix that accepts a finding rather than changes what it is about."""
_ROLE = re.compile(r":[\w-]*:`[^`]*`?|`[^`]*`?")
_ENTRIES = re.compile(r"\w+:[ \t]*\[[^\]#]*?(?=[ \t]*\])")
"""A list in brackets in the line of its key, up to its last entry."""
_WORD = re.compile(r"[^\s,\[\]{}]+")


class Note(NamedTuple):
    """Another place that a finding is about: a line and a column, counted from 1, and what is there."""

    line: int
    column: int
    message: str


class Part(NamedTuple):
    """The part of a document whose waivers can accept a finding: a line and a column, counted from 1.

    If it has no place for them, those of the document can, if they are about `name`.
    """

    line: int
    column: int
    name: str = ""


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
    acronym: str = ""
    part: Part | None = None
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


def reports(problems: Iterable[Problem], places: Places | None = None) -> Iterator[Report]:
    """Yield problems as values that can be sent, the first ones if there are many.

    Args:
        problems: what was found.
        places: of the parts of the document, if it can be read.
    """
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
            acronym=fix.acronym,
            part=_part(problem, places) if places and rule and _can_be_waived(problem, rule) else None,
            others=tuple(Note(each.place.line, each.place.column, each.message) for each in problem.others),
        )


def _can_be_waived(problem: Problem, rule: Rule) -> bool:
    is_warning = problem.severity is Severity.WARNING and rule.severity != "error"
    return is_warning and not rule.id.startswith(ABOUT_WAIVERS)


def _part(problem: Problem, places: Places) -> Part:
    """Return the part that a finding is about."""
    first, *steps = problem.path or ("",)
    name = str(steps[0]) if steps and isinstance(steps[0], str) else ""
    if first in _WITH_WAIVERS and steps:
        length = 2
        while first == "sections" and problem.path[length : length + 1] == ("sections",):
            length += 2  # a section in that section
        place = places.of(problem.path[:length])
        return Part(place.line, place.column, name)
    return Part(0, 0, name)


def from_json(tree: dict[str, Any]) -> Report:
    """Return a report that was sent as JSON."""
    others = tuple(Note(*each) for each in tree["others"])
    part = Part(*tree["part"]) if tree["part"] else None
    return Report(**{**tree, "adds": tuple(tree["adds"]), "others": others, "part": part})


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
        if not report.words.isascii() or not report.instead:  # it looks like what is meant, or like nothing
            title = report.hint[:1].upper() + report.hint[1:]
        yield Fix(title, (Edit(span, report.instead),))
    for added in report.adds:
        if (edit := _added(names, position, context, added)) is not None:
            yield Fix(f"Add {added}", (edit,))
    if report.removes and (edit := _removed(names, position, context)) is not None:
        word = names.text.line(position.line)[context.start : context.end].strip()
        yield Fix(f"Remove {word or 'this entry'}", (edit,))
    if report.acronym:
        yield from _for_acronym(names, report.acronym)
    if report.part is not None and (edit := _waived(names, report.id, report.part)) is not None:
        yield Fix(f"{ACCEPT} {report.id} here, with a reason to write", (edit,))


def _for_acronym(names: Names, word: str) -> Iterator[Fix]:
    """Yield how to define an acronym, and how to say that it needs no definition."""
    lines = names.text.lines
    top, _ = names.lines.parts.get("acronyms", (-1, -1))
    if top < 0:
        yield Fix(f"Define {word}", (_inserted(names, len(lines), f"acronyms:\n  {word}:"),))
    elif not _value_of(lines[top]):
        indent = names.lines.child_indent(top) or 2
        yield Fix(
            f"Define {word}", (_inserted(names, _end_of_block(names, top, 0), f"{' ' * indent}{word}:"),)
        )
    top, _ = names.lines.parts.get("unexpanded", (-1, -1))
    title = f"List {word} as one that needs no definition"
    if top < 0:
        yield Fix(title, (_inserted(names, len(lines), f"unexpanded: [{word}]"),))
    elif found := _ENTRIES.match(lines[top]):
        at = Position(top, found.end())
        comma = "" if found[0].endswith(("[", ",")) else ", "
        yield Fix(title, (Edit(Span(at, at), f"{comma}{word}"),))
    elif not _value_of(lines[top]) and (last := _last_item(names, top)) is not None:
        line, indent = last
        yield Fix(title, (_inserted(names, line, f"{' ' * indent}- {word}"),))


def _waived(names: Names, rule: str, part: Part) -> Edit | None:
    """Return how to add a waiver to a part, or to the document; None if neither is written in lines."""
    pairs = [f"rule: {rule}", "reason:", "authority:"]
    if part.line:
        number = part.line - 1
        indent = indent_of(names.text.line(number))
        in_list = names.text.line(number).lstrip().startswith("-")
        if in_list or not _value_of(names.text.line(number)):
            column = part.column - 1 if in_list else _child_indent(names, number)
            return _with_waiver(names, number, _end_of_block(names, number, indent), column, pairs)
    top = names.lines.parts["document"][0]
    if _value_of(names.text.line(top)):
        return None
    about = [f"about: [{json.dumps(part.name, ensure_ascii=False)}]"] if part.name else []
    column = names.lines.child_indent(top)
    return _with_waiver(names, top, _end_of_block(names, top, 0), column, [pairs[0], *about, *pairs[1:]])


def _with_waiver(names: Names, number: int, end: int, column: int, pairs: list[str]) -> Edit | None:
    """Return how to add a waiver between two lines, where keys are in `column`."""
    key = next(
        (
            line
            for line in range(number, end)
            if names.text.line(line).startswith("waivers:", column)
            and not names.text.line(line)[:column].strip(" -")
        ),
        None,
    )
    dash = " " * (column + 2)
    if key is None:
        lines = [f"{' ' * column}waivers:"]
    elif not _value_of(names.text.line(key)) and (last := _last_item(names, key)) is not None:
        end, indent = last
        lines, dash = [], " " * indent
    else:
        return None
    lines += [f"{dash}{'  ' if index else '- '}{pair}" for index, pair in enumerate(pairs)]
    return _inserted(names, end, "\n".join(lines))


def _value_of(line: str) -> str:
    """Return what is after the key of a line, without a comment."""
    _, _, value = line.partition(":")
    return re.sub(r"(?:^|[ \t])#.*", "", value).strip()


def _child_indent(names: Names, number: int) -> int:
    """Return the column of the first key below the key in a line."""
    lines = names.text.lines
    return next((indent_of(line) for line in lines[number + 1 :] if is_content(line)), 0)


def _last_item(names: Names, key: int) -> tuple[int, int] | None:
    """Return the line after a list below a key, and the column of its dashes; None if there is none."""
    lines = names.text.lines
    first = next((line for line in range(key + 1, len(lines)) if is_content(lines[line])), None)
    if first is None or not lines[first].lstrip().startswith("- "):
        return None
    indent = indent_of(lines[first])
    end = first
    while end < len(lines) and lines[end].startswith("- ", indent) and indent_of(lines[end]) == indent:
        end = _end_of_block(names, end, indent)
        following = next((line for line in range(end, len(lines)) if is_content(lines[line])), len(lines))
        if following == len(lines) or not lines[following].startswith("- ", indent):
            break
        end = following
    return end, indent


def _inserted(names: Names, number: int, text: str) -> Edit:
    """Return how to add whole lines before a line."""
    if number < len(names.text.lines):
        start = Position(number, 0)
        return Edit(Span(start, start), f"{text}\n")
    last = len(names.text.lines) - 1
    at = Position(last, len(names.text.line(last)))
    return Edit(Span(at, at), f"\n{text}" if names.text.line(last) else f"{text}\n")


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
    levels = names.lines.levels(position.line)
    in_braces = names.text.line(position.line).startswith("{", position.column)
    dash = next((level for level in levels if level.key is None and level.value == position.column), None)
    if dash is not None and (in_braces or levels[-1].key is not None):
        return _without_item(names, position.line, dash.start)
    if context.in_brackets and context.kind is Kind.VALUE:
        return None if in_braces else _without_entry(names, position.line, context)
    if context.is_block and position.line + 1 < len(names.text.lines):
        return Edit(Span(Position(position.line, 0), Position(position.line + 1, 0)), "")
    own = levels[0] if len(levels) == 1 and levels[0].value == position.column else None
    if context.kind is Kind.VALUE and own is not None and own.key is not None:
        context = replace(context, kind=Kind.KEY, key=own.key, indent=own.start)  # in the line of its key
    is_key = context.kind is Kind.KEY and not context.in_item and bool(context.key)
    is_entry = context.kind is Kind.VALUE and context.in_item and len(levels) == 1
    if not (is_key or is_entry) or context.in_brackets or context.is_block:
        return None
    end = _end_of_block(names, position.line, context.indent)
    if end >= len(names.text.lines):
        last = len(names.text.lines) - 1
        return Edit(Span(Position(position.line, 0), Position(last, len(names.text.line(last)))), "")
    return Edit(Span(Position(position.line, 0), Position(end, 0)), "")


def _without_item(names: Names, number: int, indent: int) -> Edit:
    """Return how to remove an entry of a list that has a dash, and the key of the list with the last one."""
    lines = names.text.lines
    end = _end_of_block(names, number, indent)
    above = next(line for line in range(number - 1, -1, -1) if is_content(lines[line]))
    below = next((line for line in range(end, len(lines)) if is_content(lines[line])), len(lines))
    is_last = below == len(lines) or not lines[below].startswith("- ", indent)
    is_first = not lines[above].startswith("- ", indent) and indent_of(lines[above]) <= indent
    start = above if is_first and is_last and lines[above].rstrip().endswith(":") else number
    if end >= len(lines):
        return Edit(Span(Position(start, 0), Position(len(lines) - 1, len(lines[-1]))), "")
    return Edit(Span(Position(start, 0), Position(end, 0)), "")


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
