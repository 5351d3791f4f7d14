"""What each key of the YAML means: the classes of the model, with the texts of `keys.toml` beside this."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from pydantic import BaseModel

from milepost.document.model import KEYS_OF_ENTRIES, Document
from milepost.prose.values import Paragraph, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key of the YAML.

    Attributes:
        name: as it is written.
        about: what it means, as Markdown in one line.
        printed: where it is printed, in words; empty for nowhere.
        example: a value for it, as YAML in one line; empty for a part that has its own keys.
        required: whether it must be there.
        default: the value without it, as text; empty for none.
        field: of the model.
    """

    name: str
    about: str
    printed: str
    example: str
    required: bool
    default: str
    field: FieldInfo

    @property
    def parts(self) -> tuple[type[BaseModel], ...]:
        """The classes whose keys are below it; several where one of them is meant."""
        return tuple(dict.fromkeys(_inside(self.field.annotation)))

    @property
    def is_prose(self) -> bool:
        """Whether the value is reStructuredText."""
        return any(each in (Paragraph, Text) for each in _types(self.field.annotation))

    @property
    def is_list(self) -> bool:
        """Whether the value is, or can be, a list."""
        return any(get_origin(each) is tuple for each in _types(self.field.annotation)) and not self.is_prose

    @property
    def choices(self) -> tuple[str, ...]:
        """The values of which one must be written; empty where any other is possible."""
        found: list[str] = []
        for each in _types(self.field.annotation):
            if each is bool:
                found += ["true", "false"]
            elif get_origin(each) is Literal:
                found += map(str, get_args(each))
            elif isinstance(each, type) and issubclass(each, StrEnum):
                found += [str(value) for value in each]
        return tuple(dict.fromkeys(found))


@cache
def models() -> tuple[type[BaseModel], ...]:
    """Return all classes whose attributes are keys of the YAML, a part before those inside of it."""
    found: dict[type[BaseModel], None] = {}
    waiting: list[type[BaseModel]] = [Document]
    while waiting:
        model = waiting.pop(0)
        if model not in found:
            found[model] = None
            for field in model.model_fields.values():
                waiting += _inside(field.annotation)
    return tuple(found)


def keys_at(path: tuple[str, ...], kind: str = "") -> tuple[Key, ...]:
    """Return the keys that are possible in the mapping at `path`.

    Args:
        path: keys from the root; the name of an entry is one, the number of one is not.
        kind: the value of `kind` there, if there is one.
    """
    models = _models_at(path)
    alike = tuple(model for model in models if kind and _kind(model) == kind) or models
    return tuple({key.name: key for model in alike for key in keys_of(model)}.values())


def key_at(path: tuple[str, ...], kind: str = "") -> Key | None:
    """Return the key at the end of `path`, as `keys_at` does; None if there is none."""
    return next((key for key in keys_at(path[:-1], kind) if path and key.name == path[-1]), None)


def choices_at(path: tuple[str, ...]) -> tuple[str, ...]:
    """Return the values of which one must be written at `path`, whatever kind of entry it is in."""
    keys = [key for model in _models_at(path[:-1]) for key in keys_of(model) if key.name == path[-1]]
    return tuple(dict.fromkeys(choice for key in keys for choice in key.choices))


@cache
def _names_entries(name: str) -> bool:
    """Return whether a key of a document has entries by name."""
    keys = [key for key in keys_of(Document) if key.name == name]
    return any(part in KEYS_OF_ENTRIES for key in keys for part in key.parts)


def _models_at(path: tuple[str, ...]) -> tuple[type[BaseModel], ...]:
    models: tuple[type[BaseModel], ...] = (Document,)
    for depth, step in enumerate(path):
        if depth == 1 and _names_entries(path[0]):
            continue
        below = (key.parts for model in models for key in keys_of(model) if key.name == step)
        models = tuple(dict.fromkeys(part for parts in below for part in parts))
    return () if len(path) == 1 and _names_entries(path[0]) else models


def _kind(model: type[BaseModel]) -> str:
    field = model.model_fields.get("kind")
    return str(get_args(field.annotation)[0]) if field else ""


def _types(annotation: Any) -> Iterator[Any]:
    """Yield a type, and those that it consists of; not the parts of a class."""
    yield annotation
    if get_origin(annotation) is not Literal:
        for part in get_args(annotation):
            yield from _types(part)


def _inside(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _inside(part)


@cache
def keys_of(model: type[BaseModel]) -> tuple[Key, ...]:
    """Return the keys of a class; the one that is written as the key of an entry is left out."""
    described: dict[str, dict[str, str]] = {}
    for base in reversed(model.__mro__):
        described |= texts().get(base.__name__, {})
    return tuple(
        Key(
            name=written,
            about=described.get(written, {}).get("about", ""),
            printed=described.get(written, {}).get("printed", ""),
            example=described.get(written, {}).get("example", ""),
            required=field.is_required(),
            default=_default(field),
            field=field,
        )
        for name, field in model.model_fields.items()
        if KEYS_OF_ENTRIES.get(model) != name
        for written in [field.alias or name]
    )


def _default(field: FieldInfo) -> str:
    value = None if field.is_required() else field.get_default()
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int) else ""


@cache
def texts() -> dict[str, dict[str, dict[str, str]]]:
    """Return the texts of all keys, by class and key."""
    return tomllib.loads(resources.files(__package__).joinpath("keys.toml").read_text("utf-8"))
