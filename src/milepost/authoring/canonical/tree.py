"""A YAML file as a tree that has every comment at what it is about."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Lines = tuple[str, ...]
"""Comments on lines of their own, one directly below the other, each from its number sign on."""

ABSENT = frozenset({"", "~", "null", "Null", "NULL"})
"""What is no value, without quotes."""


@dataclass(slots=True)
class Text:
    """A scalar; `style` is empty for plain, else one of `'`, `"`, `|`, `>`."""

    text: str
    style: str = ""
    anchor: str = ""

    @property
    def is_absent(self) -> bool:
        """Whether there is no value."""
        return not self.style and self.text in ABSENT


@dataclass(slots=True)
class Repeated:
    """An alias: the value with that anchor again."""

    anchor: str


@dataclass(slots=True)
class Collection:
    """A mapping or list; `apart` is whether there is an empty line between its entries."""

    is_list: bool
    in_brackets: bool = False
    entries: list[Entry] = field(default_factory=list)
    anchor: str = ""
    apart: bool = False


Value = Text | Repeated | Collection


@dataclass(slots=True)
class Foot:
    """Comments below the last entry of a mapping or list; `apart`: after an empty line."""

    lines: Lines
    apart: bool


@dataclass(slots=True)
class Entry:
    """A key with its value, or an entry of a list, and the comments about it.

    Attributes:
        key: None in a list.
        value: the value.
        index: where it is in the file.
        groups: comments with an empty line below: they are about this entry and those that follow.
        above: the lines of the comment directly above.
        beside: the comment at the end of its line.
        foot: comments below the last entry in the value, or in a value that is empty.
        apart: whether there is an empty line above.
        key_anchor: by which the key is repeated elsewhere.
    """

    key: str | None
    value: Value
    index: int
    groups: list[Lines] = field(default_factory=list)
    above: list[str] = field(default_factory=list)
    beside: str = ""
    foot: list[Foot] = field(default_factory=list)
    apart: bool = False
    key_anchor: str = ""

    @property
    def entries(self) -> list[Entry]:
        """The entries in the value, if there are any."""
        return self.value.entries if isinstance(self.value, Collection) else []

    @property
    def has_comments(self) -> bool:
        """Whether there is a comment in the value."""
        return bool(self.foot) or any(
            each.groups or each.above or each.beside or each.has_comments for each in self.entries
        )


def remarks(entry: Entry, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Yield each comment with the path of what it is about, and in which place it is."""
    yield from ((path, "group", line) for lines in entry.groups for line in lines)
    yield from ((path, "above", line) for line in entry.above)
    if entry.beside:
        yield path, "beside", entry.beside
    for number, each in enumerate(entry.entries):
        yield from remarks(each, (*path, str(number) if each.key is None else each.key))
    yield from ((path, "foot", line) for foot in entry.foot for line in foot.lines)


def plain(entry: Entry) -> Any:
    """Return the values of an entry as mappings, lists and texts, with each alias replaced."""
    anchored: dict[str, Any] = {}

    def value_of(value: Value) -> Any:
        if isinstance(value, Repeated):
            return anchored[value.anchor]
        if isinstance(value, Text):
            found: Any = None if value.is_absent else value.text
        elif value.is_list:
            found = [value_of(each.value) for each in value.entries]
        else:
            found = {}
            for each in value.entries:
                if each.key_anchor:
                    anchored[each.key_anchor] = each.key
                found[each.key] = value_of(each.value)
        if value.anchor:
            anchored[value.anchor] = found
        return found

    return value_of(entry.value)
