"""The rule that no milestone waits for itself, not even through others."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from milepost.base.suggest import Hint
from milepost.rules.finding import Finding, Other

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.base.errors import ValuePath
    from milepost.document.model import Document

MOST_CYCLES = 5
"""More cycles than this are counted rather than shown: to break these may break the others."""
_MOST_STEPS = 200_000
"""How long to look for a shorter cycle, in links followed, so that large schedules take no minutes."""

Graph = dict[str, list[str]]


def check_cycles(document: Document) -> Iterator[Finding]:
    """Yield a few short cycles of predecessors, and how many milestones are in others."""
    graph: Graph = {
        milestone.code: [code for code in dict.fromkeys(milestone.predecessors) if document.milestone(code)]
        for milestone in document.milestones
    }
    for code, predecessors in graph.items():
        if code in predecessors:
            predecessors.remove(code)
            yield _finding(document, [code])
    shown = 0
    while groups := components(graph):
        if shown == MOST_CYCLES:
            yield _others([code for group in groups for code in group])
            return
        for codes in groups[: MOST_CYCLES - shown]:
            cycle = _short_cycle(graph, codes)
            graph[cycle[-1]].remove(cycle[0])
            shown += 1
            yield _finding(document, cycle)


def components(graph: Graph) -> list[list[str]]:
    """Return the groups of milestones that wait for each other, in the order of the document (Tarjan)."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    placed: set[str] = set()
    found: list[list[str]] = []
    for start in graph:
        if start in order:
            continue
        waiting = [(start, iter(graph[start]))]
        order[start] = lowest[start] = len(order)
        stack.append(start)
        while waiting:
            code, successors = waiting[-1]
            for after in successors:
                if after not in order:
                    order[after] = lowest[after] = len(order)
                    stack.append(after)
                    waiting.append((after, iter(graph[after])))
                    break
                if after not in placed:
                    lowest[code] = min(lowest[code], order[after])
            else:
                waiting.pop()
                if waiting:
                    lowest[waiting[-1][0]] = min(lowest[waiting[-1][0]], lowest[code])
                if lowest[code] == order[code]:
                    group = [stack.pop()]
                    while group[-1] != code:
                        group.append(stack.pop())
                    placed.update(group)
                    found.append(group)
    position = {code: index for index, code in enumerate(graph)}
    groups = [sorted(group, key=position.__getitem__) for group in found if len(group) > 1]
    return sorted(groups, key=lambda group: position[group[0]])


def _short_cycle(graph: Graph, codes: list[str]) -> list[str]:
    """Return the shortest cycle among `codes` that is found within the steps, from its first milestone on."""
    position = {code: index for index, code in enumerate(codes)}
    links = {(code, after) for code in codes for after in graph[code] if after in position}
    pairs = (link for link in links if link[::-1] in links)
    if pair := min(pairs, key=lambda link: (position[link[0]], position[link[1]]), default=None):
        return list(pair)
    best: list[str] = []
    steps = 0
    for start in codes:
        before: dict[str, str] = {}
        waiting = deque([start])
        while start not in before:
            code = waiting.popleft()
            steps += len(graph[code])
            for after in graph[code]:
                if after in position and after not in before:
                    before[after] = code
                    waiting.append(after)
        cycle = [before[start]]
        while cycle[-1] != start:
            cycle.append(before[cycle[-1]])
        if not best or len(cycle) < len(best):
            best = cycle[::-1]
        if len(best) == 3 or steps > _MOST_STEPS:
            break
    first = min(range(len(best)), key=lambda index: position[best[index]])
    return [*best[first:], *best[:first]]


def _finding(document: Document, cycle: list[str]) -> Finding:
    """Return the finding about a cycle, at the predecessor with which it begins."""
    hint: str
    if len(cycle) == 1:
        message, hint = f"{cycle[0]} waits for itself", Hint("remove it from this list", removes=True)
    else:
        message = f"these milestones wait for each other: {' waits for '.join([*cycle, cycle[0]])}"
        hint = "remove one of these predecessors"
    links = list(zip(cycle, [*cycle[1:], cycle[0]], strict=True))
    others = tuple(
        Other(_link(document, code, after), f"{code} waits for {after}", at_key=False)
        for code, after in links[1:]
    )
    return Finding(path=_link(document, *links[0]), rule="cycle", message=message, hint=hint, others=others)


def _link(document: Document, code: str, predecessor: str) -> ValuePath:
    """Return the path at which the milestone `code` names `predecessor`."""
    milestone = document.milestone(code)
    index = milestone.predecessors.index(predecessor) if milestone else 0
    return ("milestones", code, "predecessors", index)


def _others(codes: list[str]) -> Finding:
    """Return the finding that more milestones wait for each other than are shown."""
    return Finding(
        path=("milestones", codes[0]),
        rule="cycle",
        message=f"{len(codes)} milestones wait for each other in more ways than these",
        hint="remove the cycles that are shown first",
        at_key=True,
    )
