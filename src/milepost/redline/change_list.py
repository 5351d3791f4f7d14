"""The list of changes that stands beside or before a marked document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

ListedChange = tuple[str, str | None, str]
"""A line of the list: the sentence, the anchor that it leads to, the group that it belongs to."""


@dataclass(frozen=True, slots=True)
class ListedGroup:
    """The changes of one kind: sentences with the anchors that they lead to."""

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
        anchors: those that the document has; another one is no link.
    """
    groups: dict[str, list[tuple[str, str | None]]] = {}
    for sentence, anchor, group in changes:
        groups.setdefault(group, []).append((sentence, anchor if anchor in anchors else None))
    return tuple(ListedGroup(name, tuple(entries)) for name, entries in groups.items())
