"""The keys of the YAML format, as the model has them."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, get_args, get_origin

from pydantic import BaseModel, PlainValidator

from milepost.base.suggest import Vocabulary
from milepost.document.model import KEYS_OF_ENTRIES, Document
from milepost.document.selection import one_or_more

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.base.errors import ValuePath


NAMED = frozenset({"acronyms", "figures", "milestones", "references"})
"""The parts of a document whose entries have names for keys: codes, handles, acronyms."""


def vocabulary_at(path: ValuePath) -> Vocabulary:
    """Return the keys that the model has at `path`."""
    return _vocabulary(tuple(step for step in path if isinstance(step, str)))


@lru_cache(maxsize=64)
def _vocabulary(path: tuple[str, ...]) -> Vocabulary:
    models: set[type[BaseModel]] = {Document}
    for step in path:
        tagged = {model for model in models if step == _kind(model)}
        models = tagged or {
            inner
            for model in models
            for key, info in model.model_fields.items()
            if step == (info.alias or key)
            for inner in _models_in(info.annotation)
        }
    return Vocabulary(key for model in models for key in _keys(model))


@cache
def all_keys() -> frozenset[str]:
    """Return every key that the model has anywhere."""
    return frozenset(key for model in _models() for key in _keys(model))


def _models() -> set[type[BaseModel]]:
    """Return the model of a document and those of its parts."""
    models: set[type[BaseModel]] = set()
    waiting: list[type[BaseModel]] = [Document]
    while waiting:
        model = waiting.pop()
        models.add(model)
        inner = {each for info in model.model_fields.values() for each in _models_in(info.annotation)}
        waiting.extend(inner - models)
    return models


@cache
def list_keys() -> frozenset[str]:
    """Return every key whose value is always written as a list."""
    return (
        frozenset(
            info.alias or key
            for model in _models()
            for key, info in model.model_fields.items()
            if get_origin(info.annotation) is tuple
            and not any(isinstance(x, PlainValidator) or x is one_or_more for x in info.metadata)
        )
        - NAMED
    )


def _keys(model: type[BaseModel]) -> Iterator[str]:
    for key, info in model.model_fields.items():
        if key != KEYS_OF_ENTRIES.get(model):
            yield info.alias or key


def _kind(model: type[BaseModel]) -> str | None:
    """Return the value of `kind` that selects `model`."""
    return get_args(model.model_fields["kind"].annotation)[0] if "kind" in model.model_fields else None


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in get_args(annotation) for model in _models_in(argument)]
