"""The list of changes that is printed beside or before a marked document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

ListedChange = tuple[str, str | None, str]
"""A line of the list: the sentence, the anchor that it links to, and its group."""


@dataclass(frozen=True, slots=True)
class ListedGroup:
    """The changes of one group: sentences with the anchors that they link to."""

    name: str
    entries: tuple[tuple[str, str | None], ...]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.entries)


def grouped(changes: Iterable[ListedChange], anchors: Collection[str]) -> tuple[ListedGroup, ...]:
    """Return the groups in the order of their first changes.

    Args:
        changes: the lines of the list.
        anchors: those that the document has; lines with another one become plain text.
    """
    groups: dict[str, list[tuple[str, str | None]]] = {}
    for sentence, anchor, group in changes:
        groups.setdefault(group, []).append((sentence, anchor if anchor in anchors else None))
    return tuple(ListedGroup(name, tuple(entries)) for name, entries in groups.items())
