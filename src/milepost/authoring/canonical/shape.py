"""What the model has at a place of the YAML: the keys in their order, and kinds of text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from milepost.document.model import KEYS_OF_ENTRIES, Document
from milepost.loading.keys import NAMED
from milepost.prose.values import Line, Prose

if TYPE_CHECKING:
    from milepost.authoring.canonical.tree import Entry

Models = frozenset[type[BaseModel]]
_KIND = "kind"


class TextKind(Enum):
    """How a text is written."""

    WORDS = "words"  # plain text: runs of blanks are one blank
    LINE = "line"  # prose in one paragraph
    PROSE = "prose"  # prose in paragraphs


@dataclass(frozen=True, slots=True)
class Shape:
    """What the model has for a value.

    Attributes:
        models: those that a mapping there can be, or each entry of a list.
        kind: of a text there.
        name: of the part whose entries have names for keys, or which is sorted.
    """

    models: Models
    kind: TextKind = TextKind.WORDS
    name: str = ""


DOCUMENT = Shape(frozenset({Document}))


def shape_below(shape: Shape, entry: Entry) -> Shape:
    """Return what the model has for the value of an entry of a mapping or list."""
    if entry.key is None:
        return Shape(shape.models, shape.kind)
    if shape.name in NAMED:
        return Shape(_of_kind(shape.models, entry))
    return _fields(shape.models).get(entry.key, Shape(frozenset()))


def order_of_keys(models: Models) -> dict[str, int]:
    """Return the position of each key in a mapping of one of `models`."""
    return _order(models)


def _of_kind(models: Models, entry: Entry) -> Models:
    """Return those of `models` that the key `kind` of an entry chooses."""
    kinds = {getattr(each.value, "text", "") for each in entry.entries if each.key == _KIND}
    chosen = {
        model
        for model in models
        if _KIND in model.model_fields and kinds & set(get_args(model.model_fields[_KIND].annotation))
    }
    return frozenset(chosen) or models


@cache
def _fields(models: Models) -> dict[str, Shape]:
    found: dict[str, Shape] = {}
    for model in models:
        for field, info in model.model_fields.items():
            key = info.alias or field
            kind = TextKind.WORDS
            if info.annotation == Prose:
                kind = TextKind.PROSE
            elif info.annotation == Line:
                kind = TextKind.LINE
            name = key if model is Document else ""
            found[key] = Shape(frozenset(_models_in(info.annotation)), kind, name)
    return found


@cache
def _order(models: Models) -> dict[str, int]:
    keys: dict[str, None] = {}
    for model in sorted(models, key=lambda each: each.__name__):
        written = (each for each in model.model_fields if each != KEYS_OF_ENTRIES.get(model))
        names = [model.model_fields[each].alias or each for each in written]
        keys |= dict.fromkeys(sorted(names, key=lambda name: name != _KIND))
    return {key: position for position, key in enumerate(keys)}


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in get_args(annotation) for model in _models_in(argument)]
