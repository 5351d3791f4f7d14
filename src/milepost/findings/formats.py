"""Findings for other programs.

JSON is described in `docs/reference/check-schema.json`. SARIF is 2.1.0 of OASIS, with columns that count
characters rather than UTF-16 code units. Annotations of GitHub are its workflow commands.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from milepost.base.dates import iso
from milepost.base.errors import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from milepost.base.errors import Place
    from milepost.findings.report import Found, Report
    from milepost.loading.load import Waived
    from milepost.rulebook.book import Rule

SCHEMA = 1
"""The version of the format of `as_json`."""
_SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def as_json(report: Report) -> str:
    """Return a report as JSON."""
    value = {
        "schema": SCHEMA,
        "file": report.file,
        "milestones": report.milestones,
        "errors": report.errors,
        "warnings": report.warnings,
        "left_out": report.left_out,
        "findings": [_finding(each) for each in report.findings],
        "waived": [
            {**_finding(each), "waiver": _waiver(each.waived)} for each in report.waived if each.waived
        ],
    }
    return _text(value)


def _finding(found: Found) -> dict[str, Any]:
    problem = found.problem
    return {
        "id": found.id,
        "name": problem.rule,
        "severity": str(problem.severity),
        "file": problem.place.file if problem.place else None,
        "line": (problem.place.line or None) if problem.place else None,
        "column": (problem.place.column or None) if problem.place else None,
        "path": list(problem.path),
        "message": problem.message,
        "hint": problem.hint or None,
        "others": [
            {
                "file": note.place.file,
                "line": note.place.line or None,
                "column": note.place.column or None,
                "message": note.message,
            }
            for note in problem.others
        ],
    }


def _waiver(waived: Waived) -> dict[str, Any]:
    until = waived.waiver.until
    return {
        "line": waived.place.line,
        "column": waived.place.column,
        "reason": waived.waiver.reason,
        "authority": waived.waiver.authority,
        "until": iso(until) if until else None,
    }


def as_sarif(report: Report, version: str) -> str:
    """Return a report as SARIF 2.1.0 by the program in that version."""
    found = (*report.findings, *report.waived)
    used = sorted({each.rule for each in found if each.rule}, key=lambda rule: rule.id)
    index = {rule.id: at for at, rule in enumerate(used)}
    driver = {"name": "Milepost", "version": version, "rules": [_sarif_rule(rule) for rule in used]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, index) for each in found],
    }
    return _text({"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]})


def _sarif_rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": f"{rule.title}."},
        "fullDescription": {"text": rule.explanation},
        "help": {"text": rule.remedy},
        "defaultConfiguration": {"level": "error" if rule.severity.startswith("error") else "warning"},
    }


def _result(found: Found, index: dict[str, int]) -> dict[str, Any]:
    problem = found.problem
    result: dict[str, Any] = {
        "ruleId": found.id,
        "level": "error" if problem.severity is Severity.ERROR else "warning",
        "message": {"text": found.words},
    }
    if found.id in index:
        result["ruleIndex"] = index[found.id]
    if problem.place is not None:
        result["locations"] = [{"physicalLocation": _location(problem.place)}]
    if problem.others:
        result["relatedLocations"] = [
            {"physicalLocation": _location(note.place), "message": {"text": note.message}}
            for note in problem.others
        ]
    if found.waived:
        place = {"physicalLocation": _location(found.waived.place)}
        result["suppressions"] = [
            {"kind": "inSource", "status": "accepted", "justification": found.waived.why, "location": place}
        ]
    return result


def _location(place: Place) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": quote(place.file.replace("\\", "/"))}}
    if place.line:
        region = {"startLine": place.line}
        if place.column:
            region["startColumn"] = place.column
        location["region"] = region
    return location


def as_github(report: Report) -> str:
    """Return a report as workflow commands of GitHub, which shows them beside the lines."""
    return "".join(f"{_command(each)}\n" for each in report.findings)


def _command(found: Found) -> str:
    problem = found.problem
    kind = "error" if problem.severity is Severity.ERROR else "warning"
    properties = {"title": f"{found.id} {found.rule.title}" if found.rule else found.id}
    if problem.place is not None:
        properties = {
            "file": problem.place.file,
            "line": str(problem.place.line or ""),
            "col": str(problem.place.column or ""),
        } | properties
    words = "\n".join([found.words, *(f"see {note.words}" for note in problem.others)])
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    return f"::{kind} {written}::{_data(words)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def rules_as_json(rules: Sequence[Rule]) -> str:
    """Return rules as JSON."""
    return _text(
        [
            {
                "id": rule.id,
                "names": list(rule.names),
                "subject": rule.subject,
                "severity": rule.severity,
                "title": rule.title,
                "explanation": rule.explanation,
                "remedy": rule.remedy,
                "breaks": rule.breaks or None,
                "holds": rule.holds or None,
                "earlier": rule.earlier or None,
            }
            for rule in rules
        ]
    )


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
