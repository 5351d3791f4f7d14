"""What moved, as values for programs; `docs/reference/diff-schema.json` describes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from milepost.moves.explain import Kind
from milepost.moves.lines import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from milepost.moves.explain import Explanation, Row
    from milepost.moves.lines import Line

_QUIET = {Kind.NO_NEWS, Kind.UNCHANGED}


def values_of(explanations: Iterable[Explanation]) -> list[dict[str, Any]]:
    """Return the explanations of one comparison for JSON."""
    return [_values(each) for each in explanations]


def _values(explanation: Explanation) -> dict[str, Any]:
    lines = lines_of(explanation)
    return {
        "date": explanation.date,
        "milestones": len(explanation.rows),
        "classes": {kind.name.lower(): number for kind, number in explanation.counts.items()},
        "threshold": explanation.threshold,
        "had_news": explanation.had_news,
        "has_news": explanation.has_news,
        "moved": len(explanation.moved),
        "moved_days": explanation.moved_days,
        "lines_days": lines.days,
        "lines": [_line(each) for each in (*lines.lines, *([lines.below] if lines.below else []))],
        "rest": [row.code for row in lines.rest],
        "no_news": [row.code for row in explanation.of(Kind.NO_NEWS)],
        "unchanged": [row.code for row in explanation.of(Kind.UNCHANGED)],
        "rows": [_row(row) for row in explanation.rows if row.kind not in _QUIET],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "least": line.least,
        "most": line.most,
        "days": line.days,
        "milestones": [row.code for row in line.rows],
        "causes": [{"milestone": code, "followers": number} for code, number in line.followers],
        "wbs": line.wbs or None,
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "milestone": row.code,
        "class": row.kind.name.lower(),
        "other": row.other,
        "old": None if row.old is None else str(row.old),
        "new": None if row.new is None else str(row.new),
        "days": row.days,
        "cause": row.cause,
        "after": row.after,
    }
