"""Make the JSON Schema of the YAML (draft 2020-12) from the classes of the model, by pydantic.

The loader reads every scalar as text, while editors see numbers and booleans; the types in
`milepost.document.fields` say what is possible in both views. A key without a value counts as absent.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, get_args

from milepost.document.model import FORMAT, KEYS_OF_ENTRIES, Acronym, Document
from milepost.document.selection import one_or_more
from milepost.document.settings.schedule import Chosen
from milepost.schema.keys import keys_of, models

if TYPE_CHECKING:
    from pydantic import BaseModel

    from milepost.schema.keys import Key

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_NULL = {"type": "null"}
_SCALAR = ["string", "number", "boolean"]


def json_schema() -> str:
    """Return the schema as JSON."""
    made = Document.model_json_schema(by_alias=True)
    parts: dict[str, Any] = made.pop("$defs")
    for model in models():
        schema = parts.get(model.__name__, made)
        made_by_pydantic = schema["properties"]
        schema["properties"] = {
            key.name: _property(made_by_pydantic[key.name], key) for key in keys_of(model)
        }
        schema["required"] = [key.name for key in keys_of(model) if key.required]
        for name in ("title", "description"):  # the class and its docstring, which are for developers
            schema.pop(name, None)
    made["properties"]["format"] |= {"enum": [FORMAT, int(FORMAT)]}
    head = {"$schema": _DRAFT, "title": "A milestone document"}
    return (
        json.dumps(head | made | {"$defs": dict(sorted(parts.items()))}, indent=1, ensure_ascii=False) + "\n"
    )


def _property(schema: dict[str, Any], key: Key) -> dict[str, Any]:
    """Return the schema of a key, with what pydantic does not know of it."""
    schema = {name: value for name, value in schema.items() if name not in {"title", "default", "minLength"}}
    choices = [each for each in schema.pop("anyOf", [schema]) if each != _NULL]
    schema = choices[0] if len(choices) == 1 else {"anyOf": choices}
    entries = [model for model in key.parts if model in KEYS_OF_ENTRIES]
    if entries and schema.get("type") == "array":
        schema = _mapping(schema["items"], entries)
    elif one_or_more in key.field.metadata:
        schema = {"anyOf": [schema["items"], {"type": "array", "items": schema["items"], "minItems": 1}]}
    elif Chosen in get_args(key.field.annotation):
        schema = {"anyOf": [schema, {"type": "string"}, {"type": "array", "minItems": 1}]}
    if not key.required:
        schema = {"anyOf": [*schema.get("anyOf", [schema]), _NULL]}
    described: dict[str, Any] = {"description": key.about}
    if key.default:
        described["default"] = key.default
    return described | schema


def _mapping(items: dict[str, Any], entries: list[type[BaseModel]]) -> dict[str, Any]:
    """Return the schema of entries by their names."""
    if entries == [Acronym]:  # which have a short form
        items = {"anyOf": [{"type": _SCALAR}, items]}
    items.pop("discriminator", None)
    return {"type": "object", "additionalProperties": items}
