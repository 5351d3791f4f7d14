"""Findings for other programs: each format has all of them, and text stays text."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from milepost.base.errors import MilepostError, Note, Place, Problem, Severity
from milepost.document.settings.waiver import Waiver
from milepost.findings.formats import as_github, as_json, as_sarif
from milepost.findings.pages import junit
from milepost.findings.report import Report, report, rules_in
from milepost.loading.load import Waived

PROBLEMS = [
    Problem(
        rule="overdue",
        place=Place("plans/a plan.yaml", 12, 5),
        message="A-1 was due <soon>, 100 % & more",
        hint="enter its completion",
        severity=Severity.WARNING,
        path=("milestones", "A-1", "due"),
        others=(Note(Place("plans/a plan.yaml", 9, 3), "B-2: due <2020>, late"),),
    ),
    Problem(rule="date", place=Place("plans/a plan.yaml", 3, 7), message="'x' is not a date", hint=""),
    Problem(
        rule="template", place=Place("templates/x.jinja"), message="it replaces nothing", hint="rename it"
    ),
    Problem(rule="git", message="git failed", hint="look", severity=Severity.WARNING),
]


@pytest.fixture
def found() -> Report:
    return report("plans/a plan.yaml", 3, PROBLEMS)


def test_json_has_all_facts(found: Report) -> None:
    value = json.loads(as_json(found))
    schema = json.loads(Path("docs/reference/check-schema.json").read_text("utf-8"))

    Draft202012Validator.check_schema(schema)
    assert list(Draft202012Validator(schema).iter_errors(value)) == []
    assert (value["errors"], value["warnings"], value["milestones"]) == (2, 2, 3)
    assert value["findings"][0] == {
        "id": "MP203",
        "name": "overdue",
        "severity": "warning",
        "file": "plans/a plan.yaml",
        "line": 12,
        "column": 5,
        "path": ["milestones", "A-1", "due"],
        "message": "A-1 was due <soon>, 100 % & more",
        "hint": "enter its completion",
        "others": [{"file": "plans/a plan.yaml", "line": 9, "column": 3, "message": "B-2: due <2020>, late"}],
    }
    assert value["findings"][3]["file"] is None
    assert value["findings"][3]["others"] == []


def test_sarif_names_rules_levels_and_places(found: Report) -> None:
    value: dict[str, Any] = json.loads(as_sarif(found, "1.2"))
    (run,) = value["runs"]
    rules = run["tool"]["driver"]["rules"]

    assert value["version"] == "2.1.0"
    assert run["columnKind"] == "unicodeCodePoints"
    assert [rule["id"] for rule in rules] == ["MP104", "MP203", "MP701"]
    assert [(each["ruleId"], each["level"]) for each in run["results"]] == [
        ("MP203", "warning"),
        ("MP104", "error"),
        ("MP701", "error"),
        ("git", "warning"),
    ]
    assert [each.get("ruleIndex") for each in run["results"]] == [1, 0, 2, None]
    first = run["results"][0]
    assert first["message"]["text"] == "A-1 was due <soon>, 100 % & more (enter its completion)"
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "plans/a%20plan.yaml"},
        "region": {"startLine": 12, "startColumn": 5},
    }
    assert first["relatedLocations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "plans/a%20plan.yaml"},
                "region": {"startLine": 9, "startColumn": 3},
            },
            "message": {"text": "B-2: due <2020>, late"},
        }
    ]
    assert "locations" not in run["results"][3]
    assert "relatedLocations" not in run["results"][3]


def test_annotations_of_github_are_one_line_each_and_no_other_command() -> None:
    evil = Problem(
        rule="date", place=Place("a,b:c.yaml", 1, 1), message="x\n::set-env name=A::b", hint="", path=()
    )
    text = as_github(report("f", 1, [*PROBLEMS, evil]))

    assert text.splitlines()[0] == (
        "::warning file=plans/a plan.yaml,line=12,col=5,title=MP203 The due date has passed%2C and the "
        "milestone is neither completed nor forecast::A-1 was due <soon>, 100 %25 & more (enter its "
        "completion)%0Asee plans/a plan.yaml:9:3: B-2: due <2020>, late"
    )
    assert text.splitlines()[3] == "::warning title=git::git failed (look)"
    assert text.splitlines()[4] == (
        "::error file=a%2Cb%3Ac.yaml,line=1,col=1,title=MP104 This is not a date::x%0A::set-env name=A::b"
    )
    assert len(text.splitlines()) == 5


def test_junit_fails_errors_only(found: Report) -> None:
    root = ET.fromstring(junit(found).split("\n", 1)[1])
    cases = root.findall("./testsuite/testcase")

    assert root.attrib == {"name": "milepost check", "tests": "4", "failures": "2"}
    assert [case.get("classname") for case in cases] == ["MP203", "MP104", "MP701", "git"]
    assert [case.find("failure") is not None for case in cases] == [False, True, True, False]
    assert cases[0].get("name") == "plans/a plan.yaml:12:5: A-1 was due <soon>, 100 % & more"


WAIVER = Waiver.model_validate(
    {"rule": "MP203", "reason": "It is <late>.", "authority": "X-7", "until": "2024-12-31"}
)


def test_what_is_waived_is_no_finding_and_is_shown_with_its_reason() -> None:
    place = Place("plans/a plan.yaml", 14, 9)
    found = report("f", 3, [PROBLEMS[1], Waived(PROBLEMS[0], WAIVER, place)])

    assert (found.errors, found.warnings, len(found.waived), found.left_out) == (1, 0, 1, 0)
    assert found.counts == "3 milestones, 1 error, no warnings, 1 waived"
    value = json.loads(as_json(found))
    schema = json.loads(Path("docs/reference/check-schema.json").read_text("utf-8"))
    assert list(Draft202012Validator(schema).iter_errors(value)) == []
    assert [each["id"] for each in value["findings"]] == ["MP104"]
    assert value["waived"][0]["path"] == ["milestones", "A-1", "due"]
    assert value["waived"][0]["waiver"] == {
        "line": 14,
        "column": 9,
        "reason": "It is <late>.",
        "authority": "X-7",
        "until": "2024-12-31",
    }
    finding, waived = json.loads(as_sarif(found, "1.2"))["runs"][0]["results"]
    assert "suppressions" not in finding
    (suppression,) = waived["suppressions"]
    location = suppression.pop("location")["physicalLocation"]
    assert location["region"] == {"startLine": 14, "startColumn": 9}
    assert suppression == {
        "kind": "inSource",
        "status": "accepted",
        "justification": "It is <late>; X-7; until 2024-12-31",
    }
    root = ET.fromstring(junit(found).split("\n", 1)[1])
    assert (root.get("tests"), root.get("skipped")) == ("2", "1")
    (skipped,) = root.findall(".//skipped")
    assert skipped.get("message") == "It is <late>; X-7; until 2024-12-31"
    assert as_github(found).count("\n") == 1


def test_waived_warnings_are_chosen_as_others_are() -> None:
    found = report(
        "f", 1, [Waived(PROBLEMS[0], WAIVER, Place("f", 1))], None, rules_in(["MP203"], "--ignore")
    )

    assert (found.waived, found.left_out) == ((), 0)


def test_warnings_are_chosen_and_errors_always_count() -> None:
    def left(select: list[str] | None, ignore: list[str]) -> tuple[list[str], int]:
        chosen = rules_in(select, "--select") if select is not None else None
        found = report("f", 1, PROBLEMS, chosen, rules_in(ignore, "--ignore"))
        return [each.id for each in found.findings], found.left_out

    assert left(None, ["MP203"]) == (["MP104", "MP701", "git"], 1)
    assert left(None, ["MP1,MP2"]) == (["MP104", "MP701", "git"], 1)
    assert left(["acronym"], []) == (["MP104", "MP701"], 2)
    assert left(["MP2"], ["overdue"]) == (["MP104", "MP701"], 2)


def test_a_rule_that_does_not_exist_is_an_error_with_a_hint() -> None:
    with pytest.raises(MilepostError) as caught:
        rules_in(["MP203,ovedue", "MP999"], "--ignore")

    assert [re.sub(r"\(.*\)", "", str(each)) for each in caught.value.problems] == [
        "--ignore: there is no rule 'ovedue' ",
        "--ignore: there is no rule 'MP999' ",
    ]
    assert "did you mean overdue?" in str(caught.value)
