"""Which sections of two editions are the same, and in which order those of both are printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from milepost.diff.alignment import longest_run
from milepost.diff.changes import DueMoved, Recoded, SectionAdded, SectionMoved, SectionRemoved
from milepost.document.traverse import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

    from milepost.diff.changes import Change, SectionKey
    from milepost.views.document import DocumentView, SectionView

Part = TypeVar("Part")


class Outline:
    """The sections of two editions, and which of them are the same.

    Attributes:
        old, new: the sections of each edition, by their positions at each level, counted from 0.
        codes: the new codes of recoded milestones, by their old ones.
        after: the position in the new edition of each section of the old one that is still there.
        before: the position in the old edition of each section of the new one that was already there.
    """

    def __init__(
        self,
        old: DocumentView,
        new: DocumentView,
        changes: tuple[Change, ...],
        codes: Mapping[str, str],
    ) -> None:
        self.old, self.new = dict(walk(old.sections)), dict(walk(new.sections))
        self.codes = codes
        self._gone = {change.at for change in changes if isinstance(change, SectionRemoved)}
        self._come = {change.at for change in changes if isinstance(change, SectionAdded)}
        self._moved = {
            change.before.at: change.after.at for change in changes if isinstance(change, SectionMoved)
        }
        self._come |= {*self._moved.values()}
        self.after: dict[SectionKey, SectionKey] = {(): ()}
        self._pair_children((), ())
        for before, after in self._moved.items():
            self.after[before] = after
            self._pair_children(before, after)
        self._pair_milestones(codes)
        self._rescheduled = {
            change.new if isinstance(change, Recoded) else change.code
            for change in changes
            if isinstance(change, DueMoved | Recoded)
        }
        self.before = {after: before for before, after in self.after.items()}

    def _pair_children(self, before: SectionKey, after: SectionKey) -> None:
        """Pair the sections below a pair that have stayed there; they are in the same order in both."""
        left = [at for at in _children(self.old, before) if at not in self._gone and at not in self._moved]
        right = [at for at in _children(self.new, after) if at not in self._come]
        for pair in zip(left, right, strict=True):
            self.after[pair[0]] = pair[1]
            self._pair_children(*pair)

    def _pair_milestones(self, codes: Mapping[str, str]) -> None:
        places = {view.milestone.code: at for at, view in self.new.items() if view.milestone}
        for at, view in self.old.items():
            code = view.milestone and codes.get(view.milestone.code, view.milestone.code)
            if code in places:
                self.after[at] = places[code]

    def family(
        self, before: SectionKey | None, after: SectionKey | None
    ) -> Iterator[tuple[SectionKey | None, SectionKey | None]]:
        """Yield the children of a pair in pairs; a section that has moved is alone in both places.

        Of milestones, those move whose date or code has changed: the others keep their order.
        """
        left = [] if before is None else _children(self.old, before, milestones=True)
        right = [] if after is None else _children(self.new, after, milestones=True)
        at = {key: index for index, key in enumerate(right)}
        pairs = [
            (index, at[self.after[key]])
            for index, key in enumerate(left)
            if key not in self._moved and self.after.get(key) in at
        ]
        staying = [1 if self._is_rescheduled(left[index]) else 1 + len(pairs) for index, _ in pairs]
        for i, j in woven(len(left), len(right), pairs, staying):
            yield None if i is None else left[i], None if j is None else right[j]

    def anchors(self) -> dict[str, str]:
        """Return the new anchors of the sections of the text, by their old ones, where these are others."""
        pairs = ((self.old[was], self.new[now]) for was, now in self.after.items() if was)
        return {
            old.anchor: new.anchor for old, new in pairs if old.anchor != new.anchor and not old.milestone
        }

    def _is_rescheduled(self, before: SectionKey) -> bool:
        milestone = self.new[self.after[before]].milestone
        return milestone is not None and milestone.code in self._rescheduled


def _children(
    sections: Mapping[SectionKey, SectionView], at: SectionKey, *, milestones: bool = False
) -> list[SectionKey]:
    found: list[SectionKey] = []
    while (child := (*at, len(found))) in sections and (milestones or sections[child].milestone is None):
        found.append(child)
    return found


def woven(
    old: int, new: int, pairs: Iterable[tuple[int, int]], staying: Sequence[int] | None = None
) -> Iterator[tuple[int | None, int | None]]:
    """Yield the indices of two sequences in order, those of `pairs` together as far as they keep it.

    Args:
        old: the length of the old sequence.
        new: the length of the new one.
        pairs: the indices of equal elements, in the order of the old sequence.
        staying: for each pair, how much it matters that it keeps its place; equally much unless given.
    """
    pairs = list(pairs)
    stayed = longest_run([j for _, j in pairs], [0] * len(pairs), staying)
    at_old = at_new = 0
    for i, j in [*(pairs[index] for index in sorted(stayed)), (old, new)]:
        yield from ((index, None) for index in range(at_old, i))
        yield from ((None, index) for index in range(at_new, j))
        if i < old:
            yield i, j
        at_old, at_new = i + 1, j + 1


def paired(
    old: Sequence[Part],
    new: Sequence[Part],
    old_key: Callable[[Part], Hashable],
    new_key: Callable[[Part], Hashable],
) -> Iterator[tuple[Part | None, Part | None]]:
    """Yield the parts of two editions in pairs of the same key, in the order of the new edition."""
    at = {new_key(part): index for index, part in enumerate(new)}
    pairs = [(index, at[old_key(part)]) for index, part in enumerate(old) if old_key(part) in at]
    partners = {j: i for i, j in pairs}
    for i, j in woven(len(old), len(new), pairs):
        if j is not None:
            yield old[partners[j]] if j in partners else None, new[j]
        elif i is not None and old_key(old[i]) not in at:
            yield old[i], None
