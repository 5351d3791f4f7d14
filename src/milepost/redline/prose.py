"""Merge the texts of two editions into one, marked word by word."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from milepost.base.marked import Mark, Marked, Step, compare, deleted, pieces, tokens, whole, words
from milepost.document.prose import (
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
    Strong,
    Text,
    lines_of,
    plain,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence

    from milepost.document.prose import Block, Line, Prose

_ALIKE = 0.4
"""The share of words that two blocks must have in common to be one block that has changed."""
_RUNNING = (Text, Emphasis, Strong, Literal)

Part = TypeVar("Part")


def align(
    old: Sequence[Part], new: Sequence[Part], likeness: Callable[[Part, Part], float]
) -> Iterator[tuple[Part | None, Part | None]]:
    """Yield the parts of `old` and `new` in order, in the pairs that are most similar.

    Args:
        old: the parts of the earlier edition.
        new: those of the later one.
        likeness: how similar two parts are; 0 where they cannot be the same part.
    """
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


def shared(old: Counter[str], new: Counter[str]) -> float:
    """Return the share of words that two texts have in common, from 0 to 1; 0 where it is too small."""
    total = old.total() + new.total()
    share = 2 * (old & new).total() / total if total else 1.0
    return share if share >= _ALIKE else 0.0


def bag(text: str) -> Counter[str]:
    """Count the words of `text`."""
    return Counter(token for token in tokens(text) if any(map(str.isalnum, token)))


@dataclass(frozen=True)
class ProseMerger:
    """Merges the prose of two editions of one document.

    Attributes:
        renamed: anchors of the new edition, by those of the old edition, where they are not the same.
        removed_figures: names in the merged document for figures that are gone, by their old names.
        figures: the names of the figures of the new edition.
    """

    renamed: Mapping[str, str]
    removed_figures: Mapping[str, str]
    figures: Collection[str]

    def prose(self, old: Prose, new: Prose) -> Prose:
        """Merge two texts."""
        merged = (self._block(before, after) for before, after in align(old, new, _likeness))
        return tuple(block for block in merged if block is not None)

    def line(self, old: Line, new: Line) -> Line:
        """Merge two lines."""
        left = [self._renamed(token) for token in _tokens(old)]
        steps = compare(left, _tokens(new), key=_key, text=_words)
        merged: list[Inline] = []
        for step in steps:
            inline = self._inline(step)
            last = merged[-1] if merged else None
            if isinstance(inline, _RUNNING) and isinstance(last, _RUNNING) and type(last) is type(inline):
                merged[-1] = replace(last, text=_joined(last.text, inline.text))
            else:
                merged.append(inline)
        return tuple(merged)

    def _renamed(self, inline: Inline) -> Inline:
        if isinstance(inline, Internal):
            return replace(inline, anchor=self.renamed.get(inline.anchor, inline.anchor))
        return inline

    def _inline(self, step: Step[Inline]) -> Inline:
        """Return the marked inline of a step through two lines; a link that is gone becomes plain text."""
        old, new = step.old, step.new
        some = new if new is not None else old
        match some:
            case Footnote():
                before, after = (each if isinstance(each, Footnote) else None for each in (old, new))
                return Footnote(
                    self.line(before.inlines if before else (), after.inlines if after else ()),
                    whole(before.number if before else "", after.number if after else ""),
                )
            case Internal(text) if step.mark is Mark.DELETED:
                return Text(deleted(text))
            case Text() | Emphasis() | Strong() | Literal():
                return replace(some, text=Marked([(step.mark, some.text)]))
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
                return LiteralBlock(words(old.text if old else "", new.text if new else ""))
            case (_, FigurePlace()):
                return new
            case (FigurePlace(name), None):
                # A figure that has moved is printed at its new place only.
                return None if name in self.figures else FigurePlace(self.removed_figures[name])
            case _:
                raise TypeError(f"not the same kind of block: {old!r} and {new!r}")

    def _items(self, old: tuple[Prose, ...], new: tuple[Prose, ...]) -> list[tuple[Prose, Marked]]:
        """Merge the items of two lists, and their numbers."""
        left, right = list(enumerate(old, start=1)), list(enumerate(new, start=1))
        return [
            (
                self.prose(before[1] if before else (), after[1] if after else ()),
                whole(str(before[0]) if before else "", str(after[0]) if after else ""),
            )
            for before, after in align(left, right, lambda one, other: shared(_bag(one[1]), _bag(other[1])))
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
        case Link(url=url):
            return Link, url
        case Internal(anchor=anchor):
            return Internal, anchor
        case _:
            return inline


def _joined(first: str, second: str) -> Marked:
    return Marked([*pieces(first), *pieces(second)])


def _words(inline: Inline) -> str:
    return getattr(inline, "text", "note")


def _likeness(old: Block, new: Block) -> float:
    if type(old) is not type(new):
        return 0.0
    if isinstance(old, FigurePlace) or isinstance(new, FigurePlace):
        return float(old == new)
    return 1.0 if old == new else shared(_bag((old,)), _bag((new,)))


def _bag(prose: Prose) -> Counter[str]:
    return bag(" ".join(plain(line) for line in lines_of(prose)))
