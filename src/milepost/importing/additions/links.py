"""What the relations of an export change in the predecessors of milestones."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.base.errors import Place, Problem, Severity, count
from milepost.document.traverse import own_sections
from milepost.importing.additions.cut_codes import cut_codes
from milepost.importing.additions.placement import natural
from milepost.rules.dates.cycles import components

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from milepost.document.model import Document, Milestone
    from milepost.schedule.activities import Relation, Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """The predecessors of milestones as an export has them.

    Attributes:
        changed: the new predecessors of each milestone whose predecessors change, by its code.
        own: those of the schedule for each milestone whose predecessors are the document's own.
        warnings: about links that stay, or are not added.
    """

    changed: dict[str, tuple[str, ...]]
    own: dict[str, tuple[str, ...]]
    warnings: tuple[Problem, ...]


NO_LINKS = Links(changed={}, own={}, warnings=())


def links_of(document: Document, schedule: Schedule, known: Mapping[str, str], data_date: date) -> Links:
    """Return what the relations of `schedule` change.

    A link is followed if it is of one of the kinds that `links` of `document.schedule` lists, and both of its
    ends are milestones of the document that the export has.

    Args:
        document: with the facts and the new milestones of the export.
        schedule: the export.
        known: the codes of activities that are milestones of the document, each with its code there.
        data_date: the day as of which the dates of the export are known.
    """
    kinds = document.schedule.links
    if not kinds:
        return NO_LINKS
    if not schedule.relations:
        return Links(changed={}, own={}, warnings=_without_relations(document, schedule))
    followed = _Followed(document, data_date)
    found = set(known.values())
    stated: dict[str, dict[str, Relation]] = {code: {} for code in found}
    for relation in schedule.relations:
        before, after = known.get(relation.predecessor), known.get(relation.successor)
        if before is not None and after is not None and before != after and followed(before, after):
            stated[after].setdefault(before, relation)
    changed: dict[str, tuple[str, ...]] = {}
    own: dict[str, tuple[str, ...]] = {}
    cut = _Cut(schedule, known)
    for milestone in document.milestones:
        if milestone.code not in found:
            continue
        now = stated[milestone.code]
        kept = [
            code
            for code in dict.fromkeys(milestone.predecessors)
            if code in now
            or code not in found
            or not followed(code, milestone.code)
            or cut.concerns(code, milestone.code)
        ]
        wanted = _with_more(kept, [code for code in now if code not in kept])
        if milestone.own.predecessors is not None:
            own[milestone.code] = wanted
        elif set(wanted) != set(milestone.predecessors):
            changed[milestone.code] = wanted
    warnings = [*cut.warnings(), *_without_cycles(document, changed, stated)]
    return Links(changed=changed, own=own, warnings=tuple(warnings))


class _Followed:
    """Whether a link is of one of the kinds that are followed."""

    def __init__(self, document: Document, data_date: date) -> None:
        self._document = document
        self._data_date = data_date
        self._own = document.once(own_sections)
        self._kinds = document.schedule.links

    def __call__(self, before: str, after: str) -> bool:
        """Return whether the link from a predecessor to its successor is followed."""
        if "all" in self._kinds:
            return True
        asked = self._own.get(after)
        if asked is None:
            return False
        if "sections" in self._kinds and before in self._own:
            return True
        one, other = self._document.milestone(before), self._document.milestone(after)
        return (
            "deliveries" in self._kinds
            and one is not None
            and other is not None
            and asked.delivers(other, one, self._data_date)
        )


class _Cut:
    """The codes whose relations are under a code that is cut short: the document's links of these stay."""

    def __init__(self, schedule: Schedule, known: Mapping[str, str]) -> None:
        self._file = schedule.file
        self._codes = {
            known[whole]: short
            for short, (_, wholes) in cut_codes(schedule).items()
            for whole in wholes
            if whole in known
        }
        self._links: dict[str, int] = {}

    def concerns(self, *ends: str) -> bool:
        """Return whether one of two codes may be cut short, and count the link."""
        for code in ends:
            if code in self._codes:
                self._links[code] = self._links.get(code, 0) + 1
                return True
        return False

    def warnings(self) -> Iterator[Problem]:
        """Yield a warning for each code with links that the schedule does not have."""
        for code, number in self._links.items():
            links = f"{count(number, 'link')} of {code}"
            message = (
                f"{links} {'stays' if number == 1 else 'stay'}, though the schedule has no relations of it"
            )
            yield _warning(Place(self._file), message, f"it may be called {self._codes[code]} there")


def _with_more(kept: list[str], more: Sequence[str]) -> tuple[str, ...]:
    """Return predecessors with more of them: where they belong in a list that is sorted, else at its end."""
    wanted = list(kept)
    is_sorted = len(kept) > 1 and kept == sorted(kept, key=natural)
    for code in more:
        at = bisect_right(wanted, natural(code), key=natural) if is_sorted else len(wanted)
        wanted.insert(at, code)
    return tuple(wanted)


def _without_cycles(
    document: Document, changed: dict[str, tuple[str, ...]], stated: Mapping[str, Mapping[str, Relation]]
) -> Iterator[Problem]:
    """Remove the new links with which milestones would wait for each other, and yield a warning of each."""
    graph = {each.code: list(changed.get(each.code, each.predecessors)) for each in document.milestones}
    group = {code: number for number, codes in enumerate(components(graph)) for code in codes}
    if not group:
        return
    tried: list[tuple[str, str]] = []
    for code, predecessors in changed.items():
        old = set(_old(document, code))
        for before in predecessors:
            if before not in old and code in group and group.get(before) == group[code]:
                graph[code].remove(before)
                tried.append((code, before))
    for code, before in tried:
        if _waits_for(graph, before, code):
            changed[code] = tuple(each for each in changed[code] if each != before)
            if changed[code] == _old(document, code):
                del changed[code]
            message = f"{code} waits for {before} in the schedule, but {before} waits for {code} already"
            hint = "this link is not added: ask which of the two comes first"
            yield _warning(stated[code][before].place, message, hint)
        else:
            graph[code].append(before)


def _old(document: Document, code: str) -> tuple[str, ...]:
    milestone: Milestone | None = document.milestone(code)
    return milestone.predecessors if milestone else ()


def _waits_for(graph: Mapping[str, Sequence[str]], code: str, other: str) -> bool:
    """Return whether one milestone waits for another, directly or by way of others."""
    seen = {code}
    waiting = [code]
    while waiting:
        for before in graph.get(waiting.pop(), ()):
            if before == other:
                return True
            if before not in seen:
                seen.add(before)
                waiting.append(before)
    return False


def _without_relations(document: Document, schedule: Schedule) -> tuple[Problem, ...]:
    """Return a warning that links stay as they are, if there are any."""
    if not any(each.predecessors for each in document.milestones):
        return ()
    message = "the export has no relations, so that no predecessors change"
    return (_warning(Place(schedule.file), message, "export them as well"),)


def _warning(place: Place, message: str, hint: str) -> Problem:
    return Problem(rule="schedule", place=place, message=message, hint=hint, severity=Severity.WARNING)
