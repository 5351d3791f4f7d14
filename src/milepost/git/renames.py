"""Find the path that a file has in another commit: git's renames are followed through the history."""

from __future__ import annotations

import os
from dataclasses import dataclass
from posixpath import splitext
from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError
from milepost.diff.alignment import matching_blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from milepost.git.repository import Repository

_COMPARE = ("--raw", "-r", "-z", "-M", "-l1000", "--no-abbrev", "--no-relative", "--ignore-submodules")
_BROKEN = "-B1%/1%"
"""Look for the source of a file even if there was one of its name before: two files may exchange names."""
_LEAST_LIKENESS = 0.5
"""The part of a file that must be in both, as git wants it for a rename."""
_LEAST_LIKENESS_OF_A_COPY = 0.7
"""The part that must be left in a file that was edited when a copy was made of it."""

Edge = tuple[str, str]
"""A commit and one of its parents."""
Graph = list[tuple[str, list[str]]]
"""Commits with their parents, no parent before its children."""


@dataclass(frozen=True, slots=True)
class _Record:
    """A difference of two trees: path and hash in the old one and the new one; no path where it is not."""

    old: str
    new: str
    old_blob: str
    new_blob: str


class Renames:
    """The paths of one file in the commits of a repository.

    Attributes:
        known: where files come from, or go if that is True, along edges: by path and direction.
    """

    def __init__(self, repository: Repository, source: Path) -> None:
        """Follow `source`, a file in the directory of `repository`."""
        self._repository = repository
        self._source = source
        self._path = f"{repository.prefix}{source.name}"
        self._head = repository.head()
        self.known: dict[tuple[str, bool], dict[Edge, str | None]] = {}
        self._now = self._path if self._head is None else self._committed(self._head)

    def at(self, revision: str) -> str:
        """Return the path that the file has in a revision.

        If it is not there, this is the last path that is known on the way, or the present one.
        """
        commit = self._repository.commit(revision)
        if self._head is None or commit is None:
            return self._path
        try:
            return self._followed(self._head, commit)
        except MilepostError:  # for instance in a partial clone, which lacks files to compare
            return self._path

    def _followed(self, head: str, commit: str) -> str:
        base = self._base(head, commit)
        if base is None:  # no common history, as in a shallow clone
            known = self._has(commit, self._path)
            return self._path if known else self._sources([(head, commit)])[0].get(self._now) or self._path
        path, there = self._back(self._now, self._graph(base, head), base)
        if there:
            path, there = self._forth(path, self._graph(base, commit), base, commit)
        # A file that was removed and written again has no history, but a name.
        return self._path if not there and self._has(commit, self._path) else path

    def _committed(self, head: str) -> str:
        """Return the path in the commit that is checked out; a rename may not be committed yet."""
        if self._has(head, self._path):
            return self._path
        try:
            printed = self._repository.ask("diff-index", "--cached", *_COMPARE, head)
            gone = self._repository.ask("ls-files", "--deleted", "-z")
        except MilepostError:
            return self._path
        (records,) = _records(printed, 1)
        return _by_target(records).get(self._path) or self._most_similar(head, gone) or self._path

    def _most_similar(self, head: str, gone: bytes) -> str | None:
        """Return which of the files that are gone from the working tree shares most lines with this one."""
        if not self._source.is_file():
            return None
        now = self._source.read_bytes()
        paths = map(os.fsdecode, filter(None, gone.split(b"\0")))
        found = [
            (_likeness(self._repository.content(head, path) or b"", now), path)
            for path in paths
            if _kind(path) == _kind(self._path)
        ]
        likeness, path = max(found, default=(0, ""))
        return path if likeness >= _LEAST_LIKENESS else None

    def _base(self, one: str, other: str) -> str | None:
        try:
            return os.fsdecode(self._repository.ask("merge-base", one, other)).strip()
        except MilepostError:
            return None

    def _graph(self, old: str, new: str) -> Graph:
        """Return the commits from `new` to `old`, without `old`, with their parents on that way."""
        command = ("rev-list", "--topo-order", "--parents", "--ancestry-path", new, f"^{old}")
        lines = [os.fsdecode(line).split(" ") for line in self._repository.ask(*command).splitlines()]
        names = {name for name, *_ in lines} | {old}
        return [(name, [parent for parent in parents if parent in names]) for name, *parents in lines]

    def _back(self, path: str, graph: Graph, end: str) -> tuple[str, bool]:
        """Return the path at `end`, an ancestor, and True; or the last known one and False."""
        known = {graph[0][0] if graph else end: path}
        moves = _Moves(self, graph, forth=False)
        for name, parents in graph:
            if name not in known:
                continue
            path = known[name]
            for parent in parents:
                if parent not in known and (before := moves.of((name, parent), path)):
                    known[parent] = before
        return known.get(end, path), end in known

    def _forth(self, path: str, graph: Graph, start: str, end: str) -> tuple[str, bool]:
        """Return the path at `end`, a descendant of `start`, and True; or the last known one and False."""
        known = {start: path}
        moves = _Moves(self, graph, forth=True)
        for name, parents in reversed(graph):
            for parent in parents:
                if parent in known and name not in known:
                    path = known[parent]
                    if after := moves.of((name, parent), path):
                        known[name] = after
        return known.get(end, path), end in known

    def differs(self, edge: Edge, path: str) -> bool:
        """Return whether so little of a file is the same at both ends of an edge that it is another one."""
        new, old = (self._repository.content(name, path) or b"" for name in edge)
        return _likeness(old, new) < _LEAST_LIKENESS_OF_A_COPY

    def _has(self, commit: str, path: str) -> bool:
        return self.blobs([commit], path)[commit] is not None

    def blobs(self, commits: Iterable[str], path: str) -> dict[str, str | None]:
        """Return what is at `path` in each commit: its hash, or None."""
        names = list(commits)
        if "\n" in path:  # a line for each request
            return dict.fromkeys(names)
        requests = b"".join(os.fsencode(f"{name}:{path}\n") for name in names)
        lines = self._repository.ask("cat-file", "--batch-check=%(objectname)", stdin=requests).splitlines()
        return {
            name: None if line.endswith(b" missing") else os.fsdecode(line)
            for name, line in zip(names, lines, strict=True)
        }

    def _sources(self, edges: list[Edge], *options: str) -> list[dict[str, str | None]]:
        """Return for each edge the earlier path of each file that has changed, None if it is new."""
        return [_by_target(records) for records in self.compared(edges, *options)]

    def compared(self, edges: list[Edge], *options: str) -> Iterator[list[_Record]]:
        """Yield the differences along each edge."""
        lines = "".join(f"{name} {parent}\n" for name, parent in edges).encode()
        command = ("diff-tree", "--stdin", "--always", *_COMPARE, *options)
        return _records(self._repository.ask(*command, stdin=lines) if edges else b"", len(edges))


class _Moves:
    """Where a file comes from, or goes, along the edges of a graph."""

    def __init__(self, renames: Renames, graph: Graph, *, forth: bool) -> None:
        self._renames = renames
        self._edges = [(name, parent) for name, parents in graph for parent in parents]
        self._forth = forth

    def of(self, edge: Edge, path: str) -> str | None:
        """Return the path of the file `path` at the other end of an edge; None if it is not there."""
        known = self._renames.known.setdefault((path, self._forth), {})
        if edge not in known:
            edges = [each for each in self._edges if each not in known]
            known |= dict.fromkeys(edges, path)
            known |= dict(self._changed(path, edges))
        return known[edge]

    def _changed(self, path: str, edges: list[Edge]) -> Iterator[tuple[Edge, str | None]]:
        """Yield each edge along which `path` has changed, with the path at its other end."""
        blobs = self._renames.blobs(dict.fromkeys(name for edge in edges for name in edge), path)
        changed = [edge for edge in edges if blobs[edge[0]] != blobs[edge[1]]]
        doubtful = []
        for edge, records in zip(changed, self._renames.compared(changed), strict=True):
            sources = _by_target(records)
            kept = sources.get(path) == path
            if kept and _was_moved_whole(records, path) and self._renames.differs(edge, path):
                sources[path] = None  # its content is elsewhere now, and another document has its name
            elif _may_have_come_from_another(records, path):
                doubtful.append(edge)
            yield edge, self._other(records, sources, path)
        for edge, records in zip(doubtful, self._renames.compared(doubtful, _BROKEN), strict=True):
            yield edge, self._other(records, _by_target(records), path)

    def _other(self, records: list[_Record], sources: dict[str, str | None], path: str) -> str | None:
        if not self._forth:
            return sources.get(path, path)
        if sources.get(path) == path or all(each.old != path for each in records):
            return path
        return next((new for new, old in sources.items() if old == path), None)


def _by_target(records: list[_Record]) -> dict[str, str | None]:
    """Return the earlier path of each file that has changed, None if it is new.

    The same content under another name is that file, even where git takes it for an edit or another rename.
    """
    olds = {each.old_blob: each.old for each in records if each.old}
    return {each.new: olds.get(each.new_blob, each.old) or None for each in records if each.new}


def _was_moved_whole(records: list[_Record], path: str) -> bool:
    """Return whether the earlier content of `path`, which has another one now, is under another name."""
    own = next((each for each in records if each.old == each.new == path), None)
    return own is not None and any(each.new != path and each.new_blob == own.old_blob for each in records)


def _likeness(before: bytes, after: bytes) -> float:
    """Return the part of the lines of the longer file that are in the other one as well."""
    old, new = before.splitlines(), after.splitlines()
    return sum(size for *_, size in matching_blocks(old, new)) / max(1, len(old), len(new))


def _may_have_come_from_another(records: list[_Record], path: str) -> bool:
    """Return whether `path` was edited together with a file of its kind: they may have swapped."""
    return any(each.old == each.new == path for each in records) and any(
        each.old not in {"", path} and _kind(each.old) == _kind(path) for each in records
    )


def _kind(path: str) -> str:
    return splitext(path)[1].lower()


def _records(printed: bytes, number: int) -> Iterator[list[_Record]]:
    """Yield the differences of each of `number` comparisons, as git prints them with `--raw -z`."""
    comparisons: list[list[_Record]] = []
    tokens = iter(os.fsdecode(printed).removesuffix("\0").split("\0") if printed else ())
    for token in tokens:
        if not token.startswith(":"):  # the commit
            comparisons.append([])
            continue
        if not comparisons:  # diff-index prints none
            comparisons.append([])
        _, _, old_blob, new_blob, status = token.split(" ")
        path = next(tokens)
        new = next(tokens) if status[0] in "RC" else path
        comparisons[-1].append(
            _Record(
                old="" if status[0] in "AC" else path,
                new="" if status[0] == "D" else new,
                old_blob=old_blob,
                new_blob=new_blob,
            )
        )
    yield from comparisons
    yield from ([] for _ in range(number - len(comparisons)))
