"""Read two editions of a document: files, revisions of its repository, or earlier states."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from milepost.base import dates
from milepost.base.errors import MilepostError, Problem, printable, quoted
from milepost.base.paths import Workspace
from milepost.base.suggest import Vocabulary
from milepost.diff.comparison import Edition
from milepost.git.renames import Renames
from milepost.git.repository import Repository
from milepost.git.source_state import COMMIT_LENGTH
from milepost.history.folder import drawn_states
from milepost.history.names import ENDING, states_beside
from milepost.history.snapshots import SnapshotFile, in_document, load_snapshot, read_snapshot
from milepost.loading.load import Loaded, load, loads

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

_MOST_NAMES = 8
"""So many names of revisions, and of states, are listed if there is none of the given name."""
_WORKING_TREE = "working tree"
"""The name of the document that is in the working tree."""
_DAY = re.compile(r"\d{4}(-\d{0,2}(-\d{0,2})?)?", re.ASCII)
"""The name of a state, or its beginning."""


def read(source: Path, old: str, new: str | None) -> tuple[Edition, Edition]:
    """Return the editions that `old` and `new` name, or `source` itself for None; see `read_all`."""
    first, last, _ = read_all(source, (old, new))
    return first, last


def read_all(source: Path, names: Sequence[str | None]) -> tuple[Edition, Edition, tuple[Edition, ...]]:
    """Return the first and the last of the editions that `names` name, to compare, and all of them.

    A name is that of a file, if there is such a file; else that of a tag or branch; else the day, or the
    beginning of the day, of a state in the history of `source`; else that of another revision. A revision
    gives the file that `source` was then, also under another name; REVISION:PATH gives the one at PATH, which
    counts from the top of the repository, or from the working directory if it begins with `./` or `../`.

    The facts of a state replace those of the edition that it is compared with. Two states are compared in
    what both say. Among all editions, the facts of a state replace those of `source`.

    Args:
        source: the document in the working tree.
        names: two or more names, the earliest edition first; None for `source` itself.

    Raises:
        MilepostError: with all errors of all; places in a revision are shown as REVISION:PATH:LINE:COLUMN.
    """
    known: dict[str | None, Edition | SnapshotFile] = {}
    problems: list[Problem] = []
    for name in dict.fromkeys(names):
        try:
            known[name] = _file(source, _WORKING_TREE) if name is None else _named(source, name)
        except MilepostError as error:
            problems += error.problems
    if problems:
        raise MilepostError(*dict.fromkeys(problems))
    found = [known[name] for name in names]
    earlier, later = found[0], found[-1]

    @cache
    def of_source() -> Loaded:
        tree = known.get(None)
        return tree.loaded if isinstance(tree, Edition) else load(source)

    if isinstance(later, Edition):
        pair = earlier if isinstance(earlier, Edition) else _state(earlier, later.loaded), later
    elif isinstance(earlier, Edition):
        pair = earlier, _state(later, earlier.loaded)
    else:
        pair = _two_states(of_source(), earlier, later)
    drawn = {id(each): _with_states(each, source) for each in pair}
    first, last = (drawn[id(each)] for each in pair)
    if len(found) == 2:
        return first, last, (first, last)
    several = (each if isinstance(each, Edition) else _state(each, of_source()) for each in found)
    return first, last, tuple(drawn.get(id(each), each) for each in several)


def _with_states(edition: Edition, source: Path) -> Edition:
    """Return an edition with the states in the history of `source`, from which its charts are drawn."""
    return replace(edition, states=drawn_states(Workspace.of(source), edition.document)[0])


def _two_states(loaded: Loaded, old: SnapshotFile, new: SnapshotFile) -> tuple[Edition, Edition]:
    """Return two states so that they differ only in what both say; what neither says is from `loaded`."""
    known: dict[str, Mapping[str, Any]] = {code: {} for code in old.snapshot.rows}
    known |= new.snapshot.rows
    reference = in_document(replace(new, snapshot=replace(new.snapshot, rows=known)), loaded)
    facts_of_old = in_document(replace(old, snapshot=replace(old.snapshot, scope=None)), reference)
    return _state(old, reference), _state(new, facts_of_old)


def _file(path: Path, name: str) -> Edition:
    return Edition(name=printable(name), file=printable(str(path)), commit=None, loaded=load(path))


def _state(found: SnapshotFile, loaded: Loaded) -> Edition:
    """Return the document in `loaded` as it was in the state that was found."""
    file = printable(found.file)
    name = f"state of {dates.iso(found.snapshot.day)} ({file})"
    return Edition(name=name, file=file, commit=None, loaded=in_document(found, loaded))


def _named(source: Path, name: str) -> Edition | SnapshotFile:
    if Path(name).is_file():
        return load_snapshot(Path(name)) if name.endswith(ENDING) else _file(Path(name), name)
    if path := _snapshot(source, name):
        return load_snapshot(path)
    return _revision(source, name)


def _snapshot(source: Path, name: str) -> Path | None:
    """Return the snapshot of the state that `name` means, or None if it means none, or a tag or branch."""
    days = dict(_states(source)) if _DAY.fullmatch(name) else {}
    meant = sorted(day for day in days if dates.iso(day).startswith(name))
    if not meant or _is_tag_or_branch(source.parent, name):
        return None
    if len(meant) > 1:
        listed = ", ".join(map(dates.iso, meant))
        raise _refusal(f"{quoted(name)} is the beginning of {len(meant)} states", f"write one of {listed}")
    return days[meant[0]]


def _states(source: Path) -> Iterable[tuple[date, Path]]:
    """Return the states in the history of a document and in the folder of its recorded exports."""
    content = source.read_bytes() if source.is_file() else b""
    return states_beside(Workspace.of(source), content)


def _is_tag_or_branch(directory: Path, name: str) -> bool:
    try:
        repository = Repository.find(directory)
    except MilepostError:  # a git that fails does not matter to a state
        return False
    return repository is not None and name in repository.names()


def _revision(source: Path, name: str) -> Edition | SnapshotFile:
    states = [dates.iso(day) for day, _ in _states(source)]
    revision, colon, path = name.partition(":")
    repository = _repository(Path() if colon else source.parent, name, states)
    if path.startswith(("./", "../")):
        path = posixpath.normpath(repository.prefix + path)
    commit = repository.commit(revision)
    if commit is None:
        kinds = "no file, no revision and no state" if states else "no file and no revision"
        raise _refusal(f"there is {kinds} {quoted(revision)}", _hint(revision, repository, states))
    present = f"{repository.prefix}{source.name}"
    if not colon:
        path = Renames(repository, source).at(commit)
    content = repository.content(commit, path)
    if content is None:
        now = "" if colon or path == present else f", which is {quoted(present)} now,"
        hint = f"if the file had another name then, write {revision}:PATH"
        raise _refusal(f"there is no file {quoted(path)}{now} in {quoted(revision)}", hint)
    file = printable(f"{revision}:{path}")
    if path.endswith(ENDING):
        return read_snapshot(content, file)
    return Edition(
        name=printable(name), file=file, commit=commit[:COMMIT_LENGTH], loaded=loads(content, file)
    )


def _repository(directory: Path, name: str, states: list[str]) -> Repository:
    try:
        return Repository.discover(directory)
    except MilepostError as error:
        (problem,) = error.problems
        kinds = "no file and no state" if states else "no file"
        message = f"there is {kinds} {quoted(name)} and no revision either: {problem.message}"
        there = f"name a state: {_listed(states)}" if states else ""
        hint = ", or ".join(filter(None, (problem.hint, "pass two files", there)))
        raise _refusal(message, hint) from None


def _hint(revision: str, repository: Repository, states: list[str]) -> str:
    if ".." in revision:
        return "write the two names separately: milepost diff OLD NEW"
    names = [name for name in repository.names() if name.isprintable() and not name.endswith("/HEAD")]
    there = f"the revisions are {_listed(names)}; " if names else ""
    there += f"the states are {_listed(states)}" if states else ""
    if repository.is_shallow:
        unshallow = "this is a shallow clone; run: git fetch --unshallow --tags"
        return f"{unshallow}; {there}" if states else unshallow
    if states:
        return f"{Vocabulary([*names, *states]).hint(revision, '')} {there}".lstrip()
    there = f"; there are: {_listed(names)}" if names else ""
    return Vocabulary(names).hint(revision, f"name a tag, a branch, a commit or a file{there}")


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:_MOST_NAMES])}{', …' if len(names) > _MOST_NAMES else ''}"


def _refusal(message: str, hint: str) -> MilepostError:
    return MilepostError(Problem(rule="revision", message=message, hint=hint))
