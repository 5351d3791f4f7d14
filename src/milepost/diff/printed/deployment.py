"""The difference of two deployment figures: what became of each facility, enclave and component."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.diff.alignment import longest_run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from milepost.document.figures import FacilityData

BoxPath = tuple[int, ...]
"""The place of a box: the positions of its facility, enclave and component, counted from 0."""
_KINDS = ("facility", "enclave", "component")


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A facility, enclave or component of one of the two figures; `above` is the name of what it is in."""

    path: BoxPath
    name: str
    number: int | None = None
    above: str = ""
    boxes: tuple[Box, ...] = ()

    @property
    def placed(self) -> str:
        """Its kind and name in words, with what it is in."""
        return f"the {_KINDS[len(self.path) - 1]} “{self.name}”{f' in “{self.above}”' if self.above else ''}"

    @property
    def content(self) -> str:
        """What is in it, in words."""
        return ", ".join(
            f"“{box.name}”{'' if box.number is None else f' × {box.number}'}"
            f"{f' ({box.content})' if box.boxes else ''}"
            for box in self.boxes
        )

    def inside(self) -> Iterator[Box]:
        """Yield the boxes in it, and those in them."""
        for box in self.boxes:
            yield box
            yield from box.inside()


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxChange:
    """What became of a box: `old` is None if it is new, `new` if it is gone."""

    old: Box | None
    new: Box | None
    has_moved: bool = False

    @property
    def sentence(self) -> str:
        """The change in words."""
        if self.old is None or self.new is None:
            some, fate = (self.new, "new") if self.new else (self.old, "gone")
            return f"{some.placed} is {fate}{f', with {some.content}' if some.boxes else ''}" if some else ""
        old, new = self.old, self.new
        parts = [f"was renamed to “{new.name}”"] if old.name != new.name else []
        if self.has_moved:
            parts.append(f"moved to “{new.above}”" if old.above != new.above else "has another place")
        if old.number != new.number:
            was, now = ("none" if box.number is None else box.number for box in (old, new))
            parts.append(f"has the number {now}, before {was}")
        return f"{old.placed} {' and '.join(parts)}"

    @property
    def notes(self) -> tuple[dict[BoxPath, str], dict[BoxPath, str]]:
        """What the old and the new drawing say of the box, and of what came or went with it."""
        old, new = self.old, self.new
        if old is None or new is None:
            return _notes(old, "gone"), _notes(new, "new")
        was, now = [], []
        if old.name != new.name:
            was.append(f"now {new.name}")
            now.append(f"was {old.name}")
        if self.has_moved:
            elsewhere = old.above != new.above
            was.append(f"moved to {new.above}" if elsewhere else "moved")
            now.append(f"moved from {old.above}" if elsewhere else "moved")
        if old.number != new.number:
            was.append("now without number" if new.number is None else f"now {new.number}")
            now.append("was without number" if old.number is None else f"was {old.number}")
        return {old.path: ", ".join(was)}, {new.path: ", ".join(now)}


def _notes(box: Box | None, note: str) -> dict[BoxPath, str]:
    return {} if box is None else {box.path: note} | {inner.path: "" for inner in box.inside()}


def compare(old: Sequence[FacilityData], new: Sequence[FacilityData]) -> tuple[BoxChange, ...]:
    """Return what became of each facility, enclave and component, in the order of the new figure."""
    sides = ([*_boxes(old)], [*_boxes(new)])
    above: list[tuple[Box | None, Box | None]] = [(None, None)]
    families = [(sides[0], sides[1])]
    found: list[BoxChange] = []
    while any(left or right for left, right in families):
        pairs = _paired(families)
        kept = {id(box) for pair in pairs for box in pair}
        moved = _moved(pairs, {old.path: new.path for old, new in above if old and new} | {(): ()})
        found += (
            BoxChange(old=before, new=after, has_moved=id(before) in moved)
            for before, after in pairs
            if id(before) in moved or (before.name, before.number) != (after.name, after.number)
        )
        is_whole = [bool(before) is not bool(after) for before, after in above]
        for (left, right), told in zip(families, is_whole, strict=True):
            if not told:  # otherwise it is new or gone with what it is in
                found += (BoxChange(old=box, new=None) for box in left if id(box) not in kept)
                found += (BoxChange(old=None, new=box) for box in right if id(box) not in kept)
        above = [
            *pairs,
            *((box, None) for left, _ in families for box in left if id(box) not in kept),
            *((None, box) for _, right in families for box in right if id(box) not in kept),
        ]
        families = [
            ([*before.boxes] if before else [], [*after.boxes] if after else []) for before, after in above
        ]
    return tuple(sorted(found, key=_order))


def _order(change: BoxChange) -> tuple[BoxPath, bool]:
    box = change.new or change.old
    return box.path if box else (), change.new is None


def _boxes(facilities: Iterable[FacilityData]) -> Iterator[Box]:
    for i, facility in enumerate(facilities):
        enclaves = []
        for j, enclave in enumerate(facility.enclaves):
            name, number = enclave.name, enclave.number
            components = tuple(
                Box(path=(i, j, k), name=each, above=name) for k, each in enumerate(enclave.components)
            )
            box = Box(path=(i, j), name=name, number=number, above=facility.name, boxes=components)
            enclaves.append(box)
        yield Box(path=(i,), name=facility.name, number=facility.number, boxes=tuple(enclaves))


def _paired(families: Sequence[tuple[list[Box], list[Box]]]) -> list[tuple[Box, Box]]:
    """Pair boxes of one name, in one box or else in different ones, then those in one box that are alike."""
    pairs: list[tuple[Box, Box]] = []
    left, right = [[*old] for old, _ in families], [[*new] for _, new in families]

    def take(ours: list[Box], theirs: list[Box]) -> None:
        for box in [*ours]:
            same = next((other for other in theirs if other.name == box.name), None)
            if same is not None:
                ours.remove(box)
                theirs.remove(same)
                pairs.append((box, same))

    for ours, theirs in zip(left, right, strict=True):
        take(ours, theirs)
    for ours in left:
        for theirs in right:
            take(ours, theirs)
    for ours, theirs in zip(left, right, strict=True):
        for box in [*ours]:
            alike = [other for other in theirs if _are_alike(box, other)]
            if not alike and len(ours) == len(theirs) and not box.boxes:
                alike = [other for other in theirs[:1] if not other.boxes]
            if alike:
                ours.remove(box)
                theirs.remove(alike[0])
                pairs.append((box, alike[0]))
    return pairs


def _are_alike(old: Box, new: Box) -> bool:
    """Return whether two boxes have at least half of their boxes in common."""
    ours, theirs = ({box.name for box in each.boxes} for each in (old, new))
    return bool(ours & theirs) and 2 * len(ours & theirs) >= max(len(ours), len(theirs))


def _moved(pairs: Iterable[tuple[Box, Box]], partners: Mapping[BoxPath, BoxPath]) -> set[int]:
    """Return the identities of the old boxes that are in another box now, or past others that stayed.

    `partners` are the places of the boxes that they are in: the new ones by the old ones.
    """
    families: dict[tuple[BoxPath, BoxPath], list[tuple[Box, Box]]] = {}
    for pair in pairs:
        families.setdefault((pair[0].path[:-1], pair[1].path[:-1]), []).append(pair)
    moved = set()
    for (before, after), family in families.items():
        family.sort(key=lambda pair: pair[0].path)
        stayed = longest_run([new.path[-1] for _, new in family], [0] * len(family))
        for number, (old, _) in enumerate(family):
            if partners.get(before) != after or number not in stayed:
                moved.add(id(old))
    return moved
