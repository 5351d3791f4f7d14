"""Merge the texts of two editions into one, marked word by word."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from milepost.base.addresses import figure_anchor
from milepost.base.marked import Marked, whole
from milepost.diff.alignment import in_common, longest_run, matching_blocks
from milepost.diff.plain_words import compare, tokens, words
from milepost.prose.values import (
    BulletList,
    Emphasis,
    FigurePlace,
    Footnote,
    Inline,
    Internal,
    Link,
    Literal,
    LiteralBlock,
    NumberedList,
    Paragraph,
    Quotation,
    Remark,
    Strong,
    Text,
    lines_of,
    plain,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence

    from milepost.base.marked import Piece
    from milepost.prose.values import Block, Line, Prose

_ALIKE = 0.4
"""The share of words that two blocks must have in common to be one block that has changed."""
_SMALL = 50 * 50
"""The product of the numbers of parts up to which each part is compared with each."""
_RUNNING = (Text, Emphasis, Strong, Literal)

Part = TypeVar("Part")


def align(
    old: Sequence[Part],
    new: Sequence[Part],
    likeness: Callable[[Part, Part], float],
    words_of: Callable[[Part], Collection[str]] = lambda _: (),
) -> Iterator[tuple[Part | None, Part | None]]:
    """Yield the parts of `old` and `new` in order, in the pairs that are most similar; equal ones first.

    Args:
        old: the parts of the earlier edition.
        new: those of the later one.
        likeness: how similar two parts are; 0 where they cannot be the same part.
        words_of: the words of a part; they show where to divide what is too long to compare each with each.
    """
    at = new_at = 0
    for start, new_start, size in [*matching_blocks(old, new), (len(old), len(new), 0)]:
        yield from _aligned(old[at:start], new[new_at:new_start], likeness, words_of)
        at, new_at = start + size, new_start + size
        yield from zip(old[start:at], new[new_start:new_at], strict=True)


def _aligned(
    old: Sequence[Part],
    new: Sequence[Part],
    likeness: Callable[[Part, Part], float],
    words_of: Callable[[Part], Collection[str]],
) -> Iterator[tuple[Part | None, Part | None]]:
    if len(old) * len(new) <= _SMALL:
        yield from _most_alike(old, new, likeness)
        return
    pairs = _by_rare_words(list(map(words_of, old)), list(map(words_of, new)))
    at = new_at = 0
    for i, j in [*pairs, (len(old), len(new))]:
        # Without rare words, pieces at the same relative places are compared.
        parts = 1 + max(i - at, j - new_at) // math.isqrt(_SMALL)
        for part in range(parts):
            ours, theirs = (
                side[low + (high - low) * part // parts : low + (high - low) * (part + 1) // parts]
                for side, low, high in ((old, at, i), (new, new_at, j))
            )
            yield from _most_alike(ours, theirs, likeness)
        if i < len(old):
            yield from _most_alike(old[i : i + 1], new[j : j + 1], likeness)
        at, new_at = i + 1, j + 1


def _by_rare_words(old: list[Collection[str]], new: list[Collection[str]]) -> list[tuple[int, int]]:
    """Return pairs of indices, in order, of parts that share words which no other part has."""
    ours, theirs = (
        {word: at for word, (at, *others) in places.items() if not others}
        for places in map(_places_of_words, (old, new))
    )
    votes = Counter((at, theirs[word]) for word, at in ours.items() if word in theirs)
    partners: dict[int, int] = {}
    taken: set[int] = set()
    for (at, new_at), _ in votes.most_common():
        if at not in partners and new_at not in taken:
            partners[at] = new_at
            taken.add(new_at)
    pairs = sorted(partners.items())
    stayed = longest_run([new_at for _, new_at in pairs], [votes[pair] for pair in pairs])
    return [pairs[index] for index in sorted(stayed)]


def _places_of_words(parts: list[Collection[str]]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for at, part in enumerate(parts):
        for word in part:
            places.setdefault(word, []).append(at)
    return places


def _most_alike(
    old: Sequence[Part], new: Sequence[Part], likeness: Callable[[Part, Part], float]
) -> Iterator[tuple[Part | None, Part | None]]:
    # best[i][j]: the likeness of all that can be paired of old[i:] and new[j:].
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    alike = [[likeness(before, after) for after in new] for before in old]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            together = best[i + 1][j + 1] + alike[i][j] if alike[i][j] else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], together)
    i = j = 0
    while i < len(old) or j < len(new):
        if i < len(old) and j < len(new) and alike[i][j] and best[i][j] == best[i + 1][j + 1] + alike[i][j]:
            yield old[i], new[j]
            i, j = i + 1, j + 1
        elif j == len(new) or (i < len(old) and best[i][j] == best[i + 1][j]):
            yield old[i], None
            i += 1
        else:
            yield None, new[j]
            j += 1


def _shared(old: _Counted[Any], new: _Counted[Any]) -> float:
    """Return the share of words that two texts have in common, from 0 to 1; 0 where it is too small."""
    total = old.total + new.total
    if not total:
        return 1.0
    share = 2 * in_common(old.words, new.words) / total
    return share if share >= _ALIKE else 0.0


class _Counted(Generic[Part]):
    """A part of the prose with its words counted once."""

    __slots__ = ("part", "total", "words")

    def __init__(self, part: Part, prose: Prose) -> None:
        text = " ".join(plain(line) for line in lines_of(prose))
        self.part = part
        self.words = Counter(token for token in tokens(text) if any(map(str.isalnum, token)))
        self.total = self.words.total()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Counted) and self.part == other.part

    def __hash__(self) -> int:
        return hash(self.part)


@dataclass(frozen=True)
class ProseMerger:
    """Merges the prose of two editions of one document.

    Attributes:
        renamed: anchors of the new edition, by those of the old edition, where they are not the same.
        names: the new names of renamed figures, by their old ones.
        removed_figures: names in the merged document for figures that are gone or replaced, by their names.
        figures: the figures that are in both editions, with their numbers in words, by their new names.
    """

    renamed: Mapping[str, str]
    names: Mapping[str, str]
    removed_figures: Mapping[str, str]
    figures: Mapping[str, str]

    def prose(self, old: Prose, new: Prose) -> Prose:
        """Merge two texts."""
        old = tuple(self._named(block) for block in old)
        left, right = ([_Counted(block, (block,)) for block in side] for side in (old, new))
        merged: list[Block | None] = []
        for before, after in align(left, right, _likeness, _words_of):
            was, now = before.part if before else None, after.part if after else None
            if isinstance(was, FigurePlace) and now is not None and was.name in self.removed_figures:
                merged.append(self._block(was, None))  # the drawing is another one
                was = None
            if was is None and isinstance(now, FigurePlace) and now.name in self.figures:
                merged.append(Remark(f"{self.figures[now.name]}: moved here"))
            merged.append(self._block(was, now))
        return tuple(block for block in merged if block is not None)

    def _named(self, block: Block) -> Block:
        """Return a block of the old edition; a figure has its new name."""
        return (
            FigurePlace(self.names.get(block.name, block.name)) if isinstance(block, FigurePlace) else block
        )

    def line(self, old: Line, new: Line) -> Line:
        """Merge two lines."""
        left = [self._renamed(token) for token in _tokens(old)]
        merged: list[tuple[Inline, list[Piece]]] = []
        for mark, before, after in compare(left, _tokens(new), key=_key, text=_text_of):
            inline = self._inline(before, after)
            running = isinstance(inline, _RUNNING)
            found = [(mark, inline.text)] if isinstance(inline, _RUNNING) else []
            if running and merged and type(merged[-1][0]) is type(inline):
                merged[-1][1].extend(found)
            else:
                merged.append((inline, found))
        return tuple(
            replace(inline, text=Marked(found)) if isinstance(inline, _RUNNING) else inline
            for inline, found in merged
        )

    def _renamed(self, inline: Inline) -> Inline:
        if isinstance(inline, Internal):
            return replace(inline, anchor=self.renamed.get(inline.anchor, inline.anchor))
        return inline

    def _inline(self, old: Inline | None, new: Inline | None) -> Inline:
        """Merge two inlines; running text is not marked yet, and a link that is gone becomes such text."""
        some = new if new is not None else old
        match some:
            case Footnote():
                before, after = (each if isinstance(each, Footnote) else None for each in (old, new))
                return Footnote(
                    self.line(before.inlines if before else (), after.inlines if after else ()),
                    whole(before.number if before else "", after.number if after else ""),
                )
            case Internal(text) if new is None:
                return Text(text)
            case Text() | Emphasis() | Strong() | Literal():
                return some
            case Link() | Internal():
                return replace(some, text=words(getattr(old, "text", None), getattr(new, "text", None)))
            case _:
                raise TypeError(f"a view has no {some!r}")

    def _block(self, old: Block | None, new: Block | None) -> Block | None:  # noqa: PLR0911 -- one a kind
        """Merge two blocks; None where nothing is printed."""
        match old, new:
            case (Paragraph() | None, Paragraph() | None):
                return Paragraph(self.line(old.inlines if old else (), new.inlines if new else ()))
            case (BulletList() | None, BulletList() | None):
                items = self._items(old.items if old else (), new.items if new else ())
                return BulletList(tuple(item for item, _ in items))
            case (NumberedList() | None, NumberedList() | None):
                items = self._items(old.items if old else (), new.items if new else ())
                return NumberedList(tuple(item for item, _ in items), tuple(number for _, number in items))
            case (Quotation() | None, Quotation() | None):
                return Quotation(self.prose(old.blocks if old else (), new.blocks if new else ()))
            case (LiteralBlock() | None, LiteralBlock() | None):
                return LiteralBlock(words(old.text if old else "", new.text if new else "", literal=True))
            case (_, FigurePlace()):
                return new
            case (FigurePlace(name), None):
                # A figure that has moved is printed at its new place only.
                if name in self.figures:
                    return Remark(f"{self.figures[name]}: moved from here", figure_anchor(name))
                return FigurePlace(self.removed_figures[name])
            case _:
                raise TypeError(f"not the same kind of block: {old!r} and {new!r}")

    def _items(self, old: tuple[Prose, ...], new: tuple[Prose, ...]) -> list[tuple[Prose, Marked]]:
        """Merge the items of two lists, and their numbers."""
        left, right = ([_Counted(item, item) for item in side] for side in (old, new))
        numbers, new_numbers = itertools.count(1), itertools.count(1)
        return [
            (
                self.prose(before.part if before else (), after.part if after else ()),
                whole(str(next(numbers)) if before else "", str(next(new_numbers)) if after else ""),
            )
            for before, after in align(left, right, _likeness_of_items, _words_of)
        ]


def _tokens(line: Line) -> list[Inline]:
    """Split `line` into inlines of one word each."""
    found: list[Inline] = []
    for inline in line:
        match inline:
            case Text(text) | Emphasis(text) | Strong(text) | Literal(text):
                found += (replace(inline, text=token) for token in tokens(text))
            case _:
                found.append(inline)
    return found


def _key(inline: Inline) -> Hashable:
    """Return the key by which an inline is found in the other line; text and number may have changed."""
    match inline:
        case Footnote():
            return Footnote
        case Link(text, issue=True):
            return Link, text
        case Link(url=url):
            return Link, url
        case Internal(anchor=anchor):
            return Internal, anchor
        case _:
            return inline


def _text_of(inline: Inline) -> str:
    return getattr(inline, "text", "note")


def _words_of(counted: _Counted[Any]) -> Collection[str]:
    return counted.words


def _likeness(old: _Counted[Block], new: _Counted[Block]) -> float:
    if type(old.part) is not type(new.part):
        return 0.0
    if isinstance(old.part, FigurePlace):
        return float(old == new)
    return 1.0 if old == new else _shared(old, new)


def _likeness_of_items(old: _Counted[Prose], new: _Counted[Prose]) -> float:
    return _shared(old, new)
