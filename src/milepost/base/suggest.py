"""Suggest the known name that is meant by an unknown one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from milepost.base.characters import plainly_written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MOST_COMPARISONS = 2_000_000
"""A comparison costs microseconds; a file in which every name is wrong must not take hours."""


class Hint(str):
    """How to fix a problem, in words, and as a change that an editor can make.

    Attributes:
        words: what is replaced, at the place of the problem or after it in the same line.
        instead: what to write in place of `words`.
        removes: whether to remove the key, or the entry of a list, that the problem is about.
        adds: lines to add beside that key; of several, one is meant.
        acronym: an acronym to define, or to list as one that needs no definition.
    """

    __slots__ = ("acronym", "adds", "instead", "removes", "words")

    def __new__(  # noqa: PLR0913 -- a hint is made of few of them
        cls,
        text: str,
        *,
        words: str = "",
        instead: str = "",
        removes: bool = False,
        adds: Iterable[str] = (),
        acronym: str = "",
    ) -> Self:
        """Return `text` with a change."""
        hint = super().__new__(cls, text)
        hint.words, hint.instead, hint.removes, hint.adds = words, instead, removes, tuple(adds)
        hint.acronym = acronym
        return hint

    words: str
    instead: str
    removes: bool
    adds: tuple[str, ...]
    acronym: str


REMOVE = Hint("remove it", removes=True)


class Vocabulary:
    """A set of known names that suggests the nearest one to an unknown name.

    After some millions of comparisons it stops: so many unknown names are not spelling mistakes.
    """

    def __init__(self, known: Iterable[str]) -> None:
        self._names = frozenset(known)
        self._known = sorted(self._names)
        self._answers: dict[str, str | None] = {}
        self._comparisons_left = _MOST_COMPARISONS

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def nearest(self, name: str) -> str | None:
        """Return the known name that is most like `name`, or None when none is much like it."""
        if name not in self._answers:
            if self._comparisons_left <= 0:
                return None
            self._comparisons_left -= len(self._known) * (1 + len(name))
            from difflib import get_close_matches

            close = get_close_matches(name, self._known, n=1, cutoff=0.6)
            self._answers[name] = close[0] if close else None
        return self._answers[name]

    def hint(self, name: str, otherwise: str) -> str:
        """Return a question that offers the nearest name, or `otherwise`."""
        plain = plainly_written(name)
        if plain != name and plain in self._names:
            odd = next(character for character in name if plainly_written(character) != character)
            code = f"U+{ord(odd):04X}"
            return Hint(f"write {plain} without the character {code}", words=name, instead=plain)
        close = self.nearest(name)
        return Hint(f"did you mean {close}?", words=name, instead=close) if close else otherwise
