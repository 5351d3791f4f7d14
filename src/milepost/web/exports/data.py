"""The milestones of a document as JSON and CSV, for programs and spreadsheets.

`docs/reference/data.md` describes both, `docs/reference/milestones-schema.json` is the schema of the JSON.
"""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from milepost.base.addresses import absolute, milestone_file, uri
from milepost.document.conditions import as_word
from milepost.history.csv_rows import csv_cell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from milepost.views.document import DocumentView
    from milepost.views.milestones import MilestoneInfo, Milestones, Tracked

SCHEMA = 3
"""The version of the JSON format; it increases with changes that are not compatible."""

COLUMNS = (
    "code", "name", "label", "level", "due", "forecast", "completed", "expected", "state", "days", "slip",
    "predecessors", "successors", "sections", "test_spec", "issues", "aka", "page", "due_by", "expected_by",
    "since", "reason", "wbs", "tags",
)  # fmt: skip
"""The columns of the CSV; new ones are added at the end."""


def milestones_json(milestones: Milestones, view: DocumentView, site: str | None) -> str:
    """Return all facts about the milestones as JSON.

    Args:
        milestones: the milestones.
        view: their document.
        site: the address of the site; None if it is not known.
    """
    values = {
        "schema": SCHEMA,
        "document": {
            "handle": view.handle,
            "title": view.title,
            "version": view.version,
            "status": view.status,
            "revision": {"date": view.source_date, "commit": view.commit},
            "data_date": milestones.data_date,
            "dates_from": milestones.dates_from,
            "url": None if site is None else absolute(site),
        },
    }
    about = _indented(values, "\n").removesuffix("\n}")
    text = io.StringIO()  # there may be a hundred thousand
    text.write(f'{about},\n "milestones": [')
    for number, entry in enumerate(milestones.entries):
        text.write(f"{',' if number else ''}\n  {_indented(_milestone(entry, site), _WITHIN)}")
    text.write("\n ]\n}\n" if milestones.entries else "]\n}\n")
    return text.getvalue()


_WITHIN = "\n  "
_quoted = json.encoder.encode_basestring


def _indented(value: Any, line: str) -> str:
    """Return a value as `json.dumps` does with an indent of 1, which takes several times as long.

    Args:
        value: the value.
        line: what begins a line at the place of the value.
    """
    if isinstance(value, str):
        return _quoted(value)
    if value is None:
        return "null"
    within = f"{line} "
    if isinstance(value, dict) and value:
        items = [f"{_quoted(key)}: {_indented(each, within)}" for key, each in value.items()]
        return f"{{{within}{f',{within}'.join(items)}{line}}}"
    if isinstance(value, list) and value:
        return f"[{within}{f',{within}'.join([_indented(each, within) for each in value])}{line}]"
    return json.dumps(value)


def _milestone(entry: MilestoneInfo, site: str | None) -> dict[str, Any]:
    page = milestone_file(entry.page)
    return {
        **_common_facts(entry),
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
        "tags": list(entry.tags),
        "anchor": entry.anchor,
        "page": page,
        "url": None if site is None else absolute(site, page),
    }


def _common_facts(entry: MilestoneInfo) -> dict[str, str | int | None]:
    """Return the facts that have the same form in JSON and CSV."""
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
        "due_by": entry.due_by,
        "expected_by": entry.expected_by,
        "since": entry.since,
        "reason": entry.reason,
        "wbs": entry.wbs,
    }


def _issue(issue: Tracked) -> dict[str, str | None]:
    return {"what": issue.what, "key": issue.key, "url": issue.url and uri(issue.url)}


def codes_js(milestones: Milestones) -> str:
    """Return the codes and other names of the milestones, as a script that pages in a folder can load, too.

    Each entry has the code, the page, earlier codes with the keys of issues and the test specification, and
    the name.
    """
    entries = [
        [entry.code, milestone_file(entry.page), [*entry.aka, *entry.keys], entry.name]
        for entry in milestones.entries
    ]
    lines = (json.dumps(entry, ensure_ascii=False, separators=(",", ":")) for entry in entries)
    return "milepostCodes([\n" + ",\n".join(lines) + "\n]);\n"


def milestones_csv(milestones: Milestones) -> str:
    """Return the milestones as CSV (RFC 4180): a header and a line for each milestone.

    Lists are joined by spaces, and codes with spaces are in quotation marks there; missing values are empty.
    An apostrophe is put before text that a spreadsheet could read as a formula, and before text that begins
    with an apostrophe, so that it can be removed again.
    """
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)  # its default is RFC 4180: commas, CR LF, quotes if needed
    writer.writeheader()
    for entry in milestones.entries:
        # Numbers such as -3 get no apostrophe.
        row = cells(entry)
        writer.writerow(
            {name: cell if isinstance(cell, int) else csv_cell(cell or "") for name, cell in row.items()}
        )
    return text.getvalue()


def _joined(codes: Iterable[str]) -> str:
    return " ".join(map(as_word, codes))


def cells(entry: MilestoneInfo) -> dict[str, str | int | None]:
    """Return the cells of a milestone by the names of `COLUMNS`."""
    return {
        **_common_facts(entry),
        "days": entry.days,
        "slip": entry.slip,
        "predecessors": _joined(related.code for related in entry.predecessors),
        "successors": _joined(related.code for related in entry.successors),
        "sections": " ".join(place.anchor for place in entry.sections),
        "test_spec": entry.test_spec,
        "issues": " ".join(issue.key for issue in entry.issues),
        "aka": _joined(entry.aka),
        "tags": " ".join(entry.tags),
        "page": milestone_file(entry.page),
    }
