"""A small plan with earlier states whose reports can be counted by hand."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from tests.support.documents import document, loaded

from milepost.base.dates import parse_planned
from milepost.history.states import Snapshot

if TYPE_CHECKING:
    from milepost.document.model import Document

MILESTONES: dict[str, dict[str, Any]] = {
    "A-1": {"name": "Walls", "level": 1, "wbs": "W.01.01", "due": "2024-01-10", "completed": "2024-01-20"},
    "A-2": {"name": "Roof", "level": 2, "wbs": "W.01.02", "due": "2024-03-01", "predecessors": ["A-1"]},
    "A-3": {
        "name": "Doors",
        "level": 2,
        "wbs": "W.02",
        "due": "2024-04-01",
        "forecast": "2024-05-31",
        "predecessors": ["A-2", "B-1"],
    },
    "A-4": {"name": "Opening", "level": 1, "due": "2024-06", "predecessors": ["A-2", "A-3"]},
    "B-1": {"name": "Ground", "level": 2, "wbs": "W.02", "due": "2024-02-10"},
    "B-2": {"name": "Fence", "wbs": "W.02", "due": "2024-02-20", "state": "cancelled"},
    "B-3": {"name": "Garden", "wbs": "W.02", "due": "2024-02-25", "state": "deferred"},
    "B-4": {"name": "Path", "level": 2, "wbs": "X", "due": "tbd"},
}
"""As known on 2024-03-05: B-1 and A-2 are overdue, A-3 is expected 60 days late."""


def plan(**parts: Any) -> Document:
    """Return the plan, with `parts` instead of its own."""
    sections = [
        {"title": "Introduction"},
        {"title": "Parts", "milestones": {"codes": "A-*", "no_deliveries": "Nothing new."}},
    ]
    values = {"milestones": MILESTONES, "sections": sections} | parts
    return loaded(document(document={"data_date": "2024-03-05"}, **values)).document


def state(day: str, *columns: str, **rows: tuple[str | None, ...]) -> Snapshot:
    """Return what was known on `day`: by code, with `_` for `-`, a text for each column."""
    return Snapshot(
        day=date.fromisoformat(day),
        scope=None,
        columns=columns,
        rows={
            code.replace("_", "-"): {
                column: _value(column, text) for column, text in zip(columns, texts, strict=True)
            }
            for code, texts in rows.items()
        },
    )


def _value(column: str, text: str | None) -> Any:
    if text is None or column in {"state", "name", "wbs", "reason"}:
        return text
    return date.fromisoformat(text) if column in {"completed", "since"} else parse_planned(text)
