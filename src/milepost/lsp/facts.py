"""What the last version of a document without faults in its values says, as values that can be sent."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from milepost.base.dates import iso
from milepost.document import schedule, traverse
from milepost.prose.values import Issue

if TYPE_CHECKING:
    from milepost.document.model import Document, Milestone


@dataclass(frozen=True, slots=True)
class MilestoneFacts:
    """What is known of a milestone, in words; empty where there is nothing."""

    code: str
    name: str
    level: str = ""
    wbs: str = ""
    due: str = ""
    forecast: str = ""
    completed: str = ""
    status: str = ""
    slip: str = ""
    printed: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a document.

    Attributes:
        data_date: the day as of which its dates are known.
        milestones: by code.
        renamed: the present code for each earlier one.
        values: values that the document has for a key, such as tags.
    """

    data_date: str
    milestones: dict[str, MilestoneFacts]
    renamed: dict[str, str]
    values: dict[str, list[str]]


def facts_of(document: Document) -> Facts:
    """Return what is known of `document`."""
    printed = traverse.appearances(document)
    day = document.metadata.data_date
    values: dict[str, set[str]] = {name: set() for name in ("tags", "wbs", "owner", "jira", "issue")}
    for milestone in document.milestones:
        values["tags"].update(milestone.tags)
        values["wbs"].update(filter(None, [milestone.wbs]))
        values["jira"].update(filter(None, [milestone.jira, milestone.jira_testplan]))
    for entry in document.change_record:
        values["owner"].add(entry.owner)
        values["issue"].update(filter(None, [entry.issue]))
    mentioned = {
        inline.key for _, line in traverse.lines(document) for inline in line if isinstance(inline, Issue)
    }
    values["issue"] |= mentioned | values["jira"]
    return Facts(
        data_date=iso(day),
        milestones={
            each.code: _facts(document, each, printed.get(each.code, frozenset()))
            for each in document.milestones
        },
        renamed=schedule.current_codes(document.milestones),
        values={name: sorted(found) for name, found in values.items() if found},
    )


def _facts(document: Document, milestone: Milestone, printed: frozenset[tuple[str, str]]) -> MilestoneFacts:
    day = document.metadata.data_date
    _, slip = schedule.slip(milestone, day)
    return MilestoneFacts(
        code=milestone.code,
        name=milestone.name,
        level=str(milestone.level or ""),
        wbs=milestone.wbs or "",
        due=str(milestone.due),
        forecast=str(milestone.forecast or ""),
        completed=iso(milestone.completed) if milestone.completed else "",
        status=schedule.status(milestone, day),
        slip=slip if slip != "none" else "",
        printed=_places(milestone.code, printed),
    )


_KINDS = {"row": "chart", "context": "chart", "line": "trend chart"}


def _places(code: str, printed: frozenset[tuple[str, str]]) -> str:
    """Return where a milestone is printed, in words."""
    own = ["its own section"] if ("section", code) in printed else []
    others = [f"section of {name}" for kind, name in sorted(printed) if kind == "section" and name != code]
    charts = [f"{_KINDS[kind]} {name}" for kind, name in sorted(printed) if kind in _KINDS]
    return ", ".join([*own, *others, *charts])


def as_json(facts: Facts) -> dict[str, Any]:
    """Return facts as lists and mappings."""
    names = [field.name for field in fields(MilestoneFacts)]
    rows = [[getattr(each, name) for name in names] for each in facts.milestones.values()]
    return {
        "data_date": facts.data_date,
        "milestones": rows,
        "renamed": facts.renamed,
        "values": facts.values,
    }


def from_json(tree: dict[str, Any]) -> Facts:
    """Return the facts that `as_json` has written."""
    rows = (MilestoneFacts(*row) for row in tree["milestones"])
    return Facts(
        data_date=tree["data_date"],
        milestones={row.code: row for row in rows},
        renamed=tree["renamed"],
        values=tree["values"],
    )
