"""The links between milestones as a graph, with those that lead through milestones that are left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.base.dates import iso
from milepost.base.errors import count
from milepost.document import schedule
from milepost.document.selection import Selection
from milepost.views.reports.table import Column, Group, Kind, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from milepost.document.model import Document, Milestone
    from milepost.document.schedule import State
    from milepost.history.states import Snapshot
    from milepost.views.reports.table import Options


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A milestone. `label` is its short name or else its name, `when` is its state with a date."""

    code: str
    label: str
    state: State
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A link between two milestones, by their codes.

    `through` says that there is no direct link, and that one leads through milestones that are left out.
    """

    predecessor: str
    successor: str
    through: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """A graph.

    Attributes:
        name: for files and identifiers.
        title: of the graph.
        description: what it shows, in numbers.
        direction: in which it is read: `LR` from the left to the right, `TB` from top to bottom.
        nodes: in the order of the document.
        edges: in the order of their predecessors, then of their successors.
        note: what else a reader must know.
    """

    name: str
    title: str
    description: str
    direction: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    note: str = ""


def graph_of(document: Document, selection: Selection | None = None, direction: str = "LR") -> Graph:
    """Return the links between the selected milestones."""
    selected = {each.code: number for number, each in enumerate(document.selected(selection or Selection()))}
    data_date = document.metadata.data_date
    nodes = tuple(
        _node(milestone, document) for milestone in document.milestones if milestone.code in selected
    )
    found: dict[tuple[int, int], Edge] = {}
    predecessors = {each.code: tuple(dict.fromkeys(each.predecessors)) for each in document.milestones}
    beyond = _beyond(predecessors, selected)
    for code, number in selected.items():
        for before in predecessors[code]:
            if before in selected:
                found[selected[before], number] = Edge(predecessor=before, successor=code)
        for before in predecessors[code]:
            for other in beyond.get(before, ()):
                edge = Edge(predecessor=other, successor=code, through=True)
                found.setdefault((selected[other], number), edge)
    through = sum(edge.through for edge in found.values())
    description = f"{count(len(nodes), 'milestone')}, {count(len(found), 'link')}"
    if through:
        description += f", {through} of them through milestones that are left out"
    return Graph(
        name="graph",
        title=f"{document.metadata.handle}: links between milestones on {iso(data_date)}",
        description=f"{description}.",
        direction=direction,
        nodes=nodes,
        edges=tuple(found[pair] for pair in sorted(found)),
    )


def _node(milestone: Milestone, document: Document) -> Node:
    data_date = document.metadata.data_date
    state = schedule.state(milestone, data_date)
    expected = schedule.expected(milestone)
    when = schedule.status(milestone, data_date)
    if state.is_open and expected is not None:
        when = f"{state}, {'was expected' if state is schedule.State.OVERDUE else 'expected'} {expected}"
    return Node(code=milestone.code, label=milestone.short_name or milestone.name, state=state, when=when)


def _beyond(
    predecessors: Mapping[str, tuple[str, ...]], selected: Mapping[str, int]
) -> dict[str, tuple[str, ...]]:
    """Return, for each milestone that is left out, the selected ones before it with only others between.

    A document has no circles of links.
    """
    found: dict[str, tuple[str, ...]] = {}
    for start in predecessors.keys() - selected.keys():
        waiting = [start]
        while waiting:  # not by recursion: chains can be long
            code = waiting[-1]
            missing = [each for each in predecessors[code] if each not in selected and each not in found]
            if missing:
                waiting += missing
                continue
            waiting.pop()
            found[code] = tuple(dict.fromkeys(_ends(predecessors[code], selected, found)))
    return found


def _ends(
    codes: Iterable[str], selected: Mapping[str, int], found: Mapping[str, tuple[str, ...]]
) -> Iterable[str]:
    for code in codes:
        if code in selected:
            yield code
        else:
            yield from found[code]


def graph_chart(document: Document, _: Sequence[Snapshot], options: Options) -> Graph:
    """Return the links for a drawing."""
    return graph_of(document, options.selection, options.direction)


def graph(document: Document, snapshots: Sequence[Snapshot], options: Options) -> Table:
    """Return the links as a table with a row for each."""
    found = graph_chart(document, snapshots, options)
    rows = (
        (edge.predecessor, edge.successor, "through others" if edge.through else "direct")
        for edge in found.edges
    )
    return Table(
        name="graph",
        title="Links",
        handle=document.metadata.handle,
        data_date=document.metadata.data_date,
        note=found.description,
        columns=(
            Column(name="predecessor", title="Predecessor", kind=Kind.CODE),
            Column(name="successor", title="Successor", kind=Kind.CODE),
            Column(name="link", title="Link"),
        ),
        groups=(Group(rows=tuple(rows), nothing="There are no links."),),
    )
