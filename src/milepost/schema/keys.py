"""What each key of the YAML means: the classes of the model, with the texts of `keys.toml` beside this."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from milepost.document.model import KEYS_OF_ENTRIES, Document

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
