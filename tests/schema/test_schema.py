"""The JSON Schema of the YAML says what the model says, and the reference has examples that are right."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError
from tests.support.documents import documents

from milepost.document.model import Document
from milepost.schema.generate import json_schema
from milepost.schema.keys import keys_of, models, texts
from milepost.schema.reference import reference

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = json.loads(json_schema())
VALIDATOR = Draft202012Validator(SCHEMA)

WAIVER = {"rule": "MP204", "reason": "As published.", "authority": "X-7"}
WHOLE: dict[str, Any] = {
    "format": "1",
    "document": {
        "handle": "X-1",
        "title": "Plan",
        "organisation": "Office",
        "authors": ["A. Author"],
        "status": "draft",
        "draft_mark": "Draft",
        "data_date": "2024-01-31",
    },
    "change_record": [{"date": "2024-01-31", "owner": "A. Author", "description": "Begun."}],
    "sections": [
        {
            "title": "Milestones",
            "milestones": {"codes": "A-*", "not": {"codes": "A-9"}, "no_deliveries": "Nothing."},
        }
    ],
    "milestones": {"A-1": {"name": "First", "due": "tbd", "own": {}, "waivers": [WAIVER]}},
    "figures": {
        "sites": {
            "kind": "deployment",
            "caption": "Sites.",
            "facilities": [{"name": "Here", "enclaves": [{"name": "Dome"}]}],
        },
        "plan": {"kind": "gantt", "caption": "Plan.", "context": {"codes": "B-*"}},
        "trend": {"kind": "trend", "caption": "Trend.", "codes": "A-*"},
    },
    "references": {"REF-1": {"authors": ["A. Author"], "year": "2020", "title": "A book"}},
    "acronyms": {"CCD": {"definition": "Charge coupled device"}},
    "schedule": {"columns": {}},
    "jira": {},
    "patterns": {},
}
PLACES: dict[str, tuple[str | int, ...]] = {
    "Document": (),
    "Metadata": ("document",),
    "ChangeRecordEntry": ("change_record", 0),
    "Section": ("sections", 0),
    "MilestoneSections": ("sections", 0, "milestones"),
    "Conditions": ("sections", 0, "milestones", "not"),
    "Selection": ("figures", "plan", "context"),
    "Milestone": ("milestones", "A-1"),
    "Waiver": ("milestones", "A-1", "waivers", 0),
    "Own": ("milestones", "A-1", "own"),
    "DeploymentFigure": ("figures", "sites"),
    "FacilityData": ("figures", "sites", "facilities", 0),
    "EnclaveData": ("figures", "sites", "facilities", 0, "enclaves", 0),
    "GanttFigure": ("figures", "plan"),
    "TrendFigure": ("figures", "trend"),
    "Reference": ("references", "REF-1"),
    "Acronym": ("acronyms", "CCD"),
    "ScheduleSettings": ("schedule",),
    "ScheduleColumns": ("schedule", "columns"),
    "JiraSettings": ("jira",),
    "Patterns": ("patterns",),
}


def at(values: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        values = values[step]
    return values


def is_valid(values: Any) -> bool:
    """Return whether the model accepts `values`, whose scalars are texts."""
    try:
        Document.parse(copy.deepcopy(values))
    except ValidationError:
        return False
    return True


def faults(values: Any) -> list[str]:
    return [f"{list(fault.absolute_path)}: {fault.message}" for fault in VALIDATOR.iter_errors(values)]


def as_editors_see(values: Any) -> Any:
    """Return `values` with the numbers and booleans that YAML 1.2 has for texts without quotes."""
    if isinstance(values, dict):
        return {key: as_editors_see(value) for key, value in values.items()}
    if isinstance(values, list):
        return [as_editors_see(value) for value in values]
    if values in {"true", "false"}:
        return values == "true"
    for number in (int, float):
        try:
            return number(values)
        except (TypeError, ValueError):
            continue
    return values


def test_the_schema_is_one_and_the_whole_document_is_valid() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert is_valid(WHOLE)
    assert faults(WHOLE) == faults(as_editors_see(WHOLE)) == []
    text = Path("milestones.yaml").read_text("utf-8")
    values = yaml.load(text, yaml.BaseLoader)
    assert faults(values) == faults(as_editors_see(values)) == []


def test_each_class_and_key_is_described_and_no_other() -> None:
    named = {model.__name__: model for model in models()}

    assert set(PLACES) == set(named)
    assert set(texts()) <= set(named)
    for name, keys in texts().items():
        assert set(keys) <= {key.name for key in keys_of(named[name])}, name
    without = [
        (name, key.name)
        for name, model in named.items()
        for key in keys_of(model)
        if not key.about or not (key.example or key.parts)
    ]
    assert without == []


EXAMPLES = [
    (model.__name__, key.name, key.example) for model in models() for key in keys_of(model) if key.example
]


@pytest.mark.parametrize(("model", "key", "example"), EXAMPLES)
def test_each_example_is_right(model: str, key: str, example: str) -> None:
    values = copy.deepcopy(WHOLE)
    part = at(values, PLACES[model])
    part[key] = yaml.load(example, yaml.BaseLoader)

    assert is_valid(values)
    assert faults(values) == faults(as_editors_see(values)) == []


@settings(max_examples=60, deadline=None)
@given(documents())
def test_what_the_model_accepts_the_schema_accepts(values: dict[str, Any]) -> None:
    assert is_valid(values)
    assert faults(values) == faults(as_editors_see(values)) == []


def places(values: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    steps = (
        values.items() if isinstance(values, dict) else enumerate(values) if isinstance(values, list) else ()
    )
    for step, value in steps:
        yield from places(value, (*path, step))


FIXED = {("format",)}


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([path for path in places(WHOLE) if path and path not in FIXED]), st.data())
def test_what_is_of_another_kind_neither_accepts(path: tuple[str | int, ...], data: st.DataObject) -> None:
    """A mapping for a text, a list for a mapping, an unknown key, a missing one: both say the same."""
    values = copy.deepcopy(WHOLE)
    part, step = at(values, path[:-1]), path[-1]
    match data.draw(st.sampled_from(["mapping", "list", "text", "unknown", "missing", "empty"])):
        case "mapping":
            part[step] = {"odd": "x"}
        case "list":
            part[step] = [["x"]]
        case "text":
            part[step] = "a text"
        case "unknown":
            at(values, path[:1] if path[0] in {"document", "jira"} else ())["odd_key"] = "x"
        case "missing":
            del part[step]
        case _:
            part[step] = []

    assert is_valid(values) == (faults(values) == []), (path, faults(values))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("document", "status"), "final"),
        (("document", "paper"), "a5"),
        (("document", "data_date"), "31/01/2024"),
        (("document", "site"), "example.org"),
        (("document", "handle"), "two words"),
        (("milestones", "A-1", "level"), "10"),
        (("milestones", "A-1", "due"), "2024-Q5"),
        (("milestones", "A-1", "due"), "soon"),
        (("milestones", "A-1", "due"), "2024-13"),
        (("milestones", "A-1", "due"), "2024-00-10"),
        (("milestones", "A-1", "due"), "2024-01-32"),
        (("milestones", "A-1", "completed"), "2024-13-01"),
        (("milestones", "A-1", "name"), "  "),
        (("milestones", "A-1", "wbs"), "02C..04"),
        (("milestones", "A-1", "tags"), ["on sky"]),
        (("milestones", "A-1", "state"), "canceled"),
        (("figures", "plan", "kind"), "pie"),
        (("figures", "trend", "baseline"), "yes"),
        (("references", "REF-1", "year"), "20"),
        (("schedule", "links"), "some"),
        (("jira", "date"), "tomorrow"),
    ],
)
def test_values_that_neither_accepts(path: tuple[str | int, ...], value: object) -> None:
    values = copy.deepcopy(WHOLE)
    at(values, path[:-1])[path[-1]] = value

    assert not is_valid(values)
    assert faults(values) != []


def test_what_is_committed_is_up_to_date() -> None:
    """`milepost schema` makes both files, the reference with `--format markdown`."""
    assert Path("docs/reference/yaml-schema.json").read_text("utf-8") == json_schema()
    assert Path("docs/reference/yaml.md").read_text("utf-8") == reference()
