"""Who made the changes between two editions: the last commits of the lines of the YAML, or of its values."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from milepost.base.dates import LAST_EPOCH, from_epoch, iso
from milepost.base.errors import MilepostError, printable
from milepost.diff.alignment import matching_blocks
from milepost.diff.changes import (
    Completed,
    EntryChanged,
    MetadataChanged,
    MilestoneAdded,
    PredecessorAdded,
    ProseChanged,
    Recoded,
    SectionChanged,
)
from milepost.diff.comparison import path_in_new
from milepost.git.removals import History, removals
from milepost.git.renames import Renames
from milepost.git.repository import Repository
from milepost.git.source_state import COMMIT_LENGTH
from milepost.review.cover import Origin

if TYPE_CHECKING:
    from milepost.base.errors import ValuePath
    from milepost.diff.changes import Change
    from milepost.diff.comparison import Comparison, Edition
    from milepost.loading.positions import Places

_COMMAND = ("-c", "blame.ignoreRevsFile=", "blame", "--porcelain", "--no-textconv")
_HEADER = re.compile(rb"(?P<commit>[0-9a-f]{40,64}) \d+ (?P<line>\d+)(?: \d+)?")


@dataclass(slots=True)
class _Commit:
    time: int = 0
    author: str = ""
    summary: str = ""
    is_older: bool = False


def origins(  # noqa: PLR0911 -- one for each reason not to know
    comparison: Comparison, source: Path
) -> dict[Change, Origin]:
    """Return who made each change, where git knows: not for what is not committed.

    Args:
        comparison: the two editions.
        source: the document in the working tree, in whose repository the editions are.

    Raises:
        MilepostError: git fails.
    """
    new, old = comparison.new, comparison.old
    file = Path(new.file) if new.commit is None else source
    try:
        repository = Repository.find(file.parent)
    except MilepostError:
        if new.commit or old.commit:
            raise
        return {}  # two files need no git
    if repository is None:
        return {}
    commit = repository.commit(new.commit) if new.commit else repository.head()
    if commit is None:
        return {}
    path = new.file.partition(":")[2] if new.commit else Renames(repository, file).at(commit)
    content = repository.content(commit, path)
    if content is None:
        return {}
    since = repository.commit(old.commit) if old.commit else None
    if since is not None and repository.is_before(commit, since):
        return {}  # nothing has come since
    found = _of_lines(
        comparison, repository, commit if since is None else f"{since}..{commit}", path, content
    )
    if since is None:
        return _with_following(comparison, found)
    # Lines that are gone have no commit, those left of a text may all be older, and others hold more values.
    others = [
        each
        for each in comparison.changes
        if each not in found
        or isinstance(each, ProseChanged)
        or _shares_line(new.loaded.places, _path(each, new))
    ]
    paths = (old.file.partition(":")[2], path)
    found |= removals(comparison, History.of(repository, since, commit, paths), others)
    return _with_following(comparison, found)


def _with_following(comparison: Comparison, found: dict[Change, Origin]) -> dict[Change, Origin]:
    """Return `found`, and for what follows from a change the same as for that."""
    following = {
        each.change: found[each.cause] for each in comparison.explained if each.cause and each.cause in found
    }
    return found | following


def _of_lines(
    comparison: Comparison, repository: Repository, revisions: str, path: str, content: bytes
) -> dict[Change, Origin]:
    """Return who made each change of a line that is there."""
    new = comparison.new
    blamed = _blame(repository, revisions, path)
    if new.commit is None:
        blamed = _of_file(blamed, content, new)
    lines = new.loaded.places.source.text.splitlines()
    found: dict[Change, Origin] = {}
    for change in comparison.changes:
        value = _path(change, new)
        where = [] if value is None else _lines(new.loaded.places, value, lines, change)
        known = [blamed[line] for line in where if line in blamed]
        if known:
            name, last = max(known, key=lambda each: each[1].time)
            found[change] = Origin(
                author=printable(last.author),
                date=iso(from_epoch(last.time)),
                commit=name[:COMMIT_LENGTH],
                message=printable(last.summary),
            )
    return found


def _blame(repository: Repository, revisions: str, path: str) -> dict[int, tuple[str, _Commit]]:
    """Return the commit of each line of the file that was changed in `revisions`, by its number."""
    commits: dict[str, _Commit] = {}
    lines: dict[int, str] = {}
    name = ""
    # The content of a line follows a tab, so that it is never taken for a header.
    for line in repository.ask(*_COMMAND, revisions, "--", path).split(b"\n"):
        if header := _HEADER.fullmatch(line):
            name = header["commit"].decode()
            lines[int(header["line"])] = name
            commits.setdefault(name, _Commit())
        elif name and not line.startswith(b"\t"):
            key, _, value = line.partition(b" ")
            commit = commits[name]
            if key == b"author":
                commit.author = os.fsdecode(value)
            elif key == b"summary":
                commit.summary = os.fsdecode(value)
            elif key == b"author-time" and value.isdigit():
                commit.time = min(int(value), LAST_EPOCH)
            elif key == b"boundary":
                commit.is_older = True
    return {number: (name, commits[name]) for number, name in lines.items() if not commits[name].is_older}


def _of_file(
    blamed: dict[int, tuple[str, _Commit]], committed: bytes, edition: Edition
) -> dict[int, tuple[str, _Commit]]:
    """Return the commits of the lines of a file, of which `blamed` has those in the last commit."""
    text = committed.decode("utf-8-sig", "replace")
    blocks = matching_blocks(text.splitlines(), edition.loaded.places.source.text.splitlines())
    return {
        now + offset + 1: blamed[was + offset + 1]
        for was, now, size in blocks
        for offset in range(size)
        if was + offset + 1 in blamed
    }


def _path(change: Change, new: Edition) -> ValuePath | None:
    """Return the path of what a change is about in the new document, or None where nothing is there."""
    match change:
        case MilestoneAdded(milestone=milestone):
            return "milestones", milestone.code
        case Recoded(new=code):
            return "milestones", code
        case Completed(code=code):
            return "milestones", code, "completed"
        case PredecessorAdded(code=code, predecessor=other):
            now = new.document.milestone(code)
            number = now.predecessors.index(other) if now else 0
            return "milestones", code, "predecessors", number
        case _:
            about, name = getattr(change, "code", None), getattr(change, "field", None)
            return ("milestones", about, name) if about and name else path_in_new(change)


def _lines(places: Places, path: ValuePath, lines: list[str], change: Change) -> range:
    """Return the numbers of the lines of the value at `path`, without those of another value."""
    if isinstance(path[-1], str) and places.key(path) is None:
        return range(0)
    start = (places.of_key(path) if isinstance(path[-1], str) else places.of(path)).line
    end = start + 1
    if isinstance(change, ProseChanged | SectionChanged | MetadataChanged | EntryChanged):
        indent = _indent(lines[start - 1])
        while end <= len(lines) and (not lines[end - 1].strip() or _indent(lines[end - 1]) > indent):
            end += 1
    return range(start, end)


def _shares_line(places: Places, path: ValuePath | None) -> bool:
    """Return whether a value is in a list or mapping in brackets, where others may be in its line."""
    return path is not None and any(places.sign(path[:end]) in {"[", "{"} for end in range(1, len(path) + 1))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
