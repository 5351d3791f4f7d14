"""What is said about what is at a position, as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from milepost.lsp.completion import about_key
from milepost.lsp.reading.context import Kind
from milepost.lsp.reading.names import Sort
from milepost.lsp.reading.text import Span, unquoted
from milepost.rulebook import book
from milepost.schema.keys import key_at

if TYPE_CHECKING:
    from milepost.lsp.facts import Facts, MilestoneFacts
    from milepost.lsp.reading.names import Names, Symbol
    from milepost.rulebook.book import Rule


class Said(NamedTuple):
    """What is said, and about what."""

    text: str
    span: Span


def hover(names: Names, facts: Facts | None, line: int, column: int) -> Said | None:
    """Return what is said about what is at a position, or None if there is nothing to say.

    Args:
        names: of the text.
        facts: what is known of the last version without faults.
        line: of the position, counted from 0.
        column: of the position.
    """
    found = names.at(line, column)
    if found is not None:
        symbol, span = found
        return Said(text, span) if (text := _about(names, facts, symbol)) else None
    context = names.lines.at(line, column)
    if context.kind is Kind.KEY and column <= context.end:
        key = key_at((*context.path, context.key), _kind(names, context.path))
        here = Span.in_line(line, context.start, context.end)
        return Said(f"**{key.name}**\n\n{about_key(key)}", here) if key else None
    if context.kind is Kind.VALUE and context.path[-2:] == ("waivers", "rule"):
        rules = book.named(unquoted(names.text.line(line)[context.start : context.end]))
        if len(rules) == 1:
            return Said(about_rule(rules[0]), Span.in_line(line, context.start, context.end))
    return None


def about_rule(rule: Rule) -> str:
    """Return what a rule is about."""
    return f"**{rule.id}**: {rule.title}\n\n{rule.explanation} {rule.remedy}"


def _kind(names: Names, path: tuple[str, ...]) -> str:
    if path[:1] != ("figures",) or len(path) < 2:
        return ""
    entry = names.entries("figures").get(path[1])
    return names.value(entry, "kind") if entry else ""


def _about(names: Names, facts: Facts | None, symbol: Symbol) -> str:
    title = names.title(symbol)
    if symbol.sort is Sort.MILESTONE:
        return _about_milestone(names, facts, symbol, title)
    if names.definition(symbol) is None:
        return ""
    if symbol.sort is Sort.REFERENCE:
        entry = names.entries("references")[symbol.name]
        more = [names.value(entry, key) for key in ("series", "publisher", "year")]
        return "\n\n".join(filter(None, [f"**{symbol.name}**: {title}", ", ".join(filter(None, more))]))
    kind = {Sort.FIGURE: "figure ", Sort.LABEL: "section "}.get(symbol.sort, "")
    return f"{kind}**{symbol.name}**: {title}"


def _about_milestone(names: Names, facts: Facts | None, symbol: Symbol, title: str) -> str:
    known = facts.milestones.get(symbol.name) if facts else None
    if known is None and facts and symbol.name in facts.renamed:
        now = facts.renamed[symbol.name]
        known = facts.milestones.get(now)
        return f"{symbol.name} is called {now} now\n\n" + (_facts(known, known.name) if known else "")
    if known is not None:
        return _facts(known, title or known.name)
    entry = names.entries("milestones").get(symbol.name)
    if entry is None:
        return ""
    rows = [(key, names.value(entry, key)) for key in ("due", "forecast", "completed", "state")]
    return "\n\n".join([f"**{symbol.name}**: {title}", *(f"{key} {value}" for key, value in rows if value)])


def _facts(known: MilestoneFacts, title: str) -> str:
    dates = [
        f"due {known.due}",
        f"forecast {known.forecast}" if known.forecast else "",
        known.status,
        known.slip,
    ]
    place = [f"level {known.level}" if known.level else "", known.wbs]
    printed = f"printed: {known.printed}" if known.printed else "printed nowhere"
    rows = [f"**{known.code}**: {title}", *(", ".join(filter(None, each)) for each in (dates, place))]
    return "\n\n".join(filter(None, [*rows, printed]))
