"""The facts about the milestones in `milestones.yaml`, computed without Milepost."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from datetime import date

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "milestones.yaml"


@dataclass(frozen=True, slots=True)
class Fact:
    """A milestone; `days` is its slip, negative if it is early."""

    code: str
    name: str
    level: int | None
    due: str
    expected: str
    meaning: str
    days: int
    state: str
    aka: tuple[str, ...]
    predecessors: tuple[str, ...]

    @property
    def slip(self) -> str:
        if self.days == 0:
            return "on time" if self.state == "completed" else "none"
        unit = "day" if abs(self.days) == 1 else "days"
        return f"{abs(self.days)} {unit} {'late' if self.days > 0 else 'early'}"

    @property
    def late(self) -> bool:
        return self.days > 0

    def value(self, key: str) -> Any:
        """Return the sort key of the column `key`: numbers in codes and names count as numbers."""
        text = {"code": self.code, "name": self.name}.get(key)
        if text is None:
            return {"slip": self.days}.get(key, getattr(self, key, None))
        return [
            (0, int(part), "") if part.isdigit() else (1, 0, part.casefold())
            for part in re.split(r"(\d+)", text)
            if part
        ]


def facts(source: Path = SOURCE) -> list[Fact]:
    """Return the milestones in the document's order: by due date, then by code."""
    content = yaml.safe_load(source.read_text("utf-8"))
    data_date: date = content["document"]["data_date"]
    return sorted(
        (_fact(code, given, data_date) for code, given in content["milestones"].items()),
        key=lambda fact: (fact.due, fact.code),
    )


def _fact(code: str, given: dict[str, Any], data_date: date) -> Fact:
    due, completed, forecast = given["due"], given.get("completed"), given.get("forecast")
    expected: date = completed or forecast or due
    overdue = completed is None and expected < data_date
    return Fact(
        code=code,
        name=given["name"],
        level=given.get("level"),
        due=due.isoformat(),
        expected=expected.isoformat(),
        meaning="completed" if completed else "forecast" if forecast else "due",
        days=((data_date if overdue else expected) - due).days,
        state="completed" if completed else "overdue" if overdue else "open",
        aka=tuple(given.get("aka", ())),
        predecessors=tuple(given.get("predecessors", ())),
    )
