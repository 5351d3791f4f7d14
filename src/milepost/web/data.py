"""The milestones of a document as JSON and as a table, for programs and spreadsheets.

`docs/guide/data.md` describes both to their readers, `docs/reference/milestones-schema.json` the JSON to programs.
"""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from milepost.base.addresses import absolute, milestone_file, uri

if TYPE_CHECKING:
    from milepost.views.document import DocumentView
    from milepost.views.milestones import Catalogue, MilestoneInfo, Tracked

SCHEMA = 1
"""The version of the form of the JSON: it counts up where a reader of the last one would be misled."""

# Spreadsheets run what begins so, or drop the character and then do: OWASP, "CSV Injection". The last four
# are how the first four are typed with East Asian input methods.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_GUARD = "'"

COLUMNS = (
    "code", "name", "label", "level", "due", "forecast", "completed", "expected", "state", "days", "slip",
    "predecessors", "successors", "sections", "test_spec", "issues", "aka", "page",
)  # fmt: skip
"""The columns of the table; new ones come at the end."""


def milestones_json(catalogue: Catalogue, view: DocumentView, site: str | None) -> str:
    """Return all that is known about the milestones as JSON.

    Args:
        catalogue: the milestones.
        view: the document that they are those of.
        site: the address of the site; None where it is not known.
    """
    values = {
        "schema": SCHEMA,
        "document": {
            "handle": view.handle,
            "title": view.title,
            "version": view.version,
            "status": "approved" if view.mark is None else "draft",
            "revision": {"date": view.revision_date, "commit": view.commit},
            "data_date": catalogue.data_date,
            "url": None if site is None else absolute(site),
        },
        "milestones": [_milestone(entry, site) for entry in catalogue.entries],
    }
    return json.dumps(values, indent=1, ensure_ascii=False) + "\n"


def _milestone(entry: MilestoneInfo, site: str | None) -> dict[str, Any]:
    page = milestone_file(entry.page)
    return {
        **_plain_facts(entry),
        "status": entry.status,
        "days": entry.days,
        "late": entry.late,
        "slip": entry.slip,
        "predecessors": [related.code for related in entry.predecessors],
        "successors": [related.code for related in entry.successors],
        "sections": [{"heading": place.heading, "anchor": place.anchor} for place in entry.sections],
        "test_spec": entry.test_spec,
        "issues": [_issue(issue) for issue in entry.issues],
        "aka": list(entry.aka),
        "anchor": entry.anchor,
        "page": page,
        "url": None if site is None else absolute(site, page),
    }


def _plain_facts(entry: MilestoneInfo) -> dict[str, str | int | None]:
    """Return what is said in the same words as JSON and in the table."""
    return {
        "code": entry.code,
        "name": entry.name,
        "label": entry.label,
        "level": entry.level,
        "due": entry.due,
        "forecast": entry.forecast,
        "completed": entry.completed,
        "expected": entry.expected,
        "state": entry.state.value,
    }


def _issue(issue: Tracked) -> dict[str, str | None]:
    return {"what": issue.what, "key": issue.key, "url": issue.url and uri(issue.url)}


def milestones_csv(catalogue: Catalogue) -> str:
    """Return the milestones as comma-separated values (RFC 4180), a header and a line for each.

    Lists are joined by spaces; what is absent is empty. Text that a spreadsheet could take for a formula
    has an apostrophe in front, and so has text that begins with one: what is left without it is the text.
    """
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)  # commas, quotation marks where needed, CR LF
    writer.writeheader()
    writer.writerows(_row(entry) for entry in catalogue.entries)
    return text.getvalue()


def _row(entry: MilestoneInfo) -> dict[str, str | int]:
    """Return the cells of a milestone; numbers are no text, so that -3 stays one."""
    cells: dict[str, str | int | None] = {
        **_plain_facts(entry),
        "days": entry.days,
        "slip": entry.slip,
        "predecessors": " ".join(related.code for related in entry.predecessors),
        "successors": " ".join(related.code for related in entry.successors),
        "sections": " ".join(place.anchor for place in entry.sections),
        "test_spec": entry.test_spec,
        "issues": " ".join(issue.key for issue in entry.issues),
        "aka": " ".join(entry.aka),
        "page": milestone_file(entry.page),
    }
    return {name: cell if isinstance(cell, int) else _harmless(cell or "") for name, cell in cells.items()}


def _harmless(text: str) -> str:
    return _GUARD + text if text.startswith((*_FORMULA, _GUARD)) else text
