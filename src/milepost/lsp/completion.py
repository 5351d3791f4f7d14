"""What can be written at a position: keys, values of keys, names, roles."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from milepost.lsp.reading.context import Kind
from milepost.lsp.reading.names import ROLES, Sort, Symbol
from milepost.lsp.reading.text import Span, indent_of, is_content
from milepost.rulebook import book
from milepost.schema.keys import choices_at, key_at, keys_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from milepost.lsp.facts import Facts
    from milepost.lsp.reading.context import Context
    from milepost.lsp.reading.names import Names
    from milepost.schema.keys import Key

MOST_SHOWN = 100
"""More are offered when more letters are written."""


class ItemKind(StrEnum):
    """What is offered."""

    KEY = "key"
    VALUE = "value"
    NAME = "name"
    ROLE = "role"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What can be written.

    Attributes:
        label: what is shown, and compared with what is written already.
        new: what is written.
        span: in place of this.
        kind: of what is offered.
        detail: what it is, in a few words.
        about: what it means, as Markdown.
    """

    label: str
    new: str
    span: Span
    kind: ItemKind
    detail: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be written at a position; `complete` if there is nothing more."""

    items: tuple[Item, ...] = ()
    complete: bool = True


_IN_ROLE = re.compile(r":(cite|ref|milestone|jira):`(?P<word>[^`]*)$")
_ROLE_NAME = re.compile(r"(?:^|(?<=[\s(\[{\"'/-]))(?P<word>:[a-z]*)$")
_FIGURE = re.compile(r"\.\. figure::[ ]+(?P<word>\S*)$")
_DIRECTIVE = re.compile(r"^[ ]*(?P<word>\.\.(?:[ ][a-z:]*)?)$")
_WORD = re.compile(r"(?P<word>[^\W_]+)$")
_ROLES = {
    "cite": ("a reference", "The number of an entry of `references`, as a link."),
    "ref": ("a section or figure", "The number of a section with that label, or of a figure, as a link."),
    "milestone": ("a milestone", "The code of a milestone, as a link."),
    "jira": ("an issue", "The key of an issue, as a link (`issue_url`)."),
}
_NAMES_OF_VALUES = {
    "predecessors": (Sort.MILESTONE,),
    "codes": (Sort.MILESTONE,),
    "authorises": (Sort.MILESTONE, Sort.LABEL),
    "about": (Sort.MILESTONE, Sort.LABEL, Sort.REFERENCE, Sort.FIGURE, Sort.ACRONYM),
}
"""Keys whose values are names, and of what."""
_VALUES = {
    "tags": "tags", "wbs": "wbs", "owner": "owner", "issue": "issue", "jira": "jira",
    "jira_testplan": "jira", "curator": "owner", "authority": "owner",
}  # fmt: skip
"""Keys for which values are offered that the document has, and what these are called in the facts."""


def completions(names: Names, facts: Facts | None, line: int, column: int) -> Offer:
    """Return what can be written at a position.

    Args:
        names: of the text.
        facts: what is known of the last version without faults.
        line: of the position, counted from 0.
        column: of the position.
    """
    context = names.lines.at(line, column)
    if context.kind is Kind.NOTHING:
        return Offer()
    written = names.text.line(line)[context.start : column]
    span = Span.in_line(line, context.start, max(context.end, column))
    if context.in_item and context.kind is Kind.VALUE and keys_at(context.path):  # a list of mappings
        context = replace(context, kind=Kind.KEY, indent=context.start)
    if context.kind is Kind.KEY:
        kind = _kind_of(names, context)
        if keys_at(context.path, kind):
            return _offer(_keys(names, context, line, kind, span), written)
        if not context.path or key_at(context.path) is None:
            return Offer()
    return _values(names, facts, context, line, column)


def _offer(items: Iterable[Item], written: str) -> Offer:
    """Return the items that `written` can mean, the first ones if there are many."""
    by_label = {item.label: item for item in items}
    found = _meant(by_label, written)
    return Offer(tuple(by_label[label] for label in found[:MOST_SHOWN]), len(found) <= MOST_SHOWN)


def _meant(labels: Iterable[str], written: str) -> list[str]:
    """Return which labels `written` can mean: first those that begin with it, then those that contain it."""
    start = written.casefold().lstrip("\"'")
    folded = [(label.casefold(), label) for label in labels]
    beginning = [label for each, label in folded if each.startswith(start)]
    return beginning + [label for each, label in folded if start in each and not each.startswith(start)]


# --- Keys ---


def _keys(names: Names, context: Context, line: int, kind: str, span: Span) -> Iterator[Item]:
    present = set(_siblings(names, context, line))
    after = names.text.line(line)[span.end.column :].lstrip()
    for key in keys_at(context.path, kind):
        if key.name in present:
            continue
        sign = "" if after.startswith(":") else ":" if key.parts and not context.in_brackets else ": "
        yield Item(
            label=key.name,
            new=f"{key.name}{sign}",
            span=span,
            kind=ItemKind.KEY,
            detail="required" if key.required else "",
            about=about_key(key),
        )


def about_key(key: Key) -> str:
    """Return what a key means, as Markdown."""
    lines = [key.about]
    if key.printed:
        lines.append(f"Printed: {key.printed}.")
    if key.default:
        lines.append(f"Without it: `{key.default}`.")
    if key.example:
        lines.append(f"Example: `{key.name}: {key.example}`")
    return "\n\n".join(filter(None, lines))


def _siblings(names: Names, context: Context, line: int) -> Iterator[str]:
    """Yield the other keys of the mapping that a line is in."""
    if not context.path and not context.in_brackets:
        yield from names.lines.parts
    elif not context.in_brackets:
        for number in _lines_beside(names, context, line):
            for level in names.lines.levels(number):
                if level.start == context.indent and level.key is not None:
                    yield level.key


def _lines_beside(names: Names, context: Context, line: int) -> Iterator[int]:
    """Yield the numbers of the other lines in which keys of the same mapping can be, nearest first."""
    lines = names.text.lines
    first = 0 if context.in_item else line  # a dash begins the mapping
    for number in range(first - 1, -1, -1):
        if is_content(lines[number]) and indent_of(lines[number]) <= context.indent:
            yield number
            if indent_of(lines[number]) < context.indent:
                break
    for number in range(line + 1, len(lines)):
        if is_content(lines[number]):
            if indent_of(lines[number]) < context.indent:
                break
            yield number


def _kind_of(names: Names, context: Context) -> str:
    """Return the kind of the figure whose keys are at a position."""
    if context.path[:1] != ("figures",) or len(context.path) != 2:
        return ""
    entry = names.entries("figures").get(context.path[1])
    return names.value(entry, "kind") if entry else ""


# --- Values ---


def _values(names: Names, facts: Facts | None, context: Context, line: int, column: int) -> Offer:
    key = key_at(context.path)
    written = names.text.line(line)[context.start : column]
    span = Span.in_line(line, context.start, max(context.end, column))
    if key is None:
        return Offer()
    if key.is_prose:
        return _in_prose(names, facts, context, line, column)
    if not context.is_block and (sorts := _NAMES_OF_VALUES.get(key.name)):
        return _named(names, sorts, written, span)
    items = [] if context.is_block else _possible(key, context, facts, span)
    return _offer(items, written) if items else _acronyms(names, line, column)


def _possible(key: Key, context: Context, facts: Facts | None, span: Span) -> list[Item]:
    """Return the values that a key can have, or has in the document."""
    if context.path[-2:] == ("waivers", "rule"):
        return [_name(rule.id, rule.title, span, rule.explanation) for rule in book.rules()]
    if choices := choices_at(context.path):
        return [_value(choice, span) for choice in choices]
    if key.name == "due" and not key.is_list:
        return [_value("tbd", span, "no date yet")]
    known = facts.values.get(_VALUES.get(key.name, ""), []) if facts else []
    return [_value(each, span) for each in known]


def _value(text: str, span: Span, detail: str = "") -> Item:
    return Item(label=text, new=text, span=span, kind=ItemKind.VALUE, detail=detail)


def _name(text: str, title: str, span: Span, about: str = "") -> Item:
    return Item(label=text, new=text, span=span, kind=ItemKind.NAME, detail=title, about=about)


def _named(names: Names, sorts: Iterable[Sort], written: str, span: Span) -> Offer:
    """Return the names that `written` can mean. Titles are read only for those that are shown."""
    by_name: dict[str, Sort] = {}
    for sort in sorts:
        for name in names.of(sort):
            by_name.setdefault(name, sort)
    found = _meant(by_name, written)
    shown = found[:MOST_SHOWN]
    items = (_name(name, names.title(Symbol(by_name[name], name)), span) for name in shown)
    return Offer(tuple(items), len(found) <= MOST_SHOWN)


def _in_prose(names: Names, facts: Facts | None, context: Context, line: int, column: int) -> Offer:
    """Return what can be written in a text with markup."""
    before = names.text.line(line)[:column]
    if role := _IN_ROLE.search(before, context.start):
        span = Span.in_line(line, role.start("word"), _end_of_target(names.text.line(line), column))
        if role[1] == "jira":
            known = facts.values.get("issue", []) if facts else []
            return _offer((_value(each, span) for each in known), role["word"])
        return _named(names, ROLES[role[1]], role["word"], span)
    if figure := _FIGURE.search(before, context.start):
        span = Span.in_line(line, figure.start("word"), column)
        return _named(names, [Sort.FIGURE], figure["word"], span)
    if directive := _DIRECTIVE.match(before):
        span = Span.in_line(line, directive.start("word"), column)
        item = Item(label=".. figure::", new=".. figure:: ", span=span, kind=ItemKind.ROLE, detail="a figure")
        return _offer([item], directive["word"])
    if name := _ROLE_NAME.search(before, context.start):
        span = Span.in_line(line, name.start("word"), column)
        return _offer(_roles(span), name["word"])
    return _acronyms(names, line, column)


def _end_of_target(line: str, column: int) -> int:
    """Return where the target of a role ends that is being written: before its backquote, if it has one."""
    found = re.compile(r"[^`\s]*(?=`)").match(line, column)
    return found.end() if found else column


def _roles(span: Span) -> Iterator[Item]:
    for role, (detail, about) in _ROLES.items():
        yield Item(
            label=f":{role}:", new=f":{role}:`", span=span, kind=ItemKind.ROLE, detail=detail, about=about
        )


def _acronyms(names: Names, line: int, column: int) -> Offer:
    """Return the acronyms that go on as the word does that is being written, if it begins with a capital."""
    word = _WORD.search(names.text.line(line)[:column])
    if word is None or not (word["word"][0].isupper() or word["word"][0].isdigit()):
        return Offer()
    span = Span.in_line(line, word.start("word"), column)
    found = [name for name in names.entries("acronyms") if name.startswith(word["word"])]
    return _offer(
        (_name(name, names.title(Symbol(Sort.ACRONYM, name)), span) for name in found), word["word"]
    )
