"""The state of a document's source: its commit, uncommitted changes, and SOURCE_DATE_EPOCH."""

from __future__ import annotations

import os
from dataclasses import dataclass
from fnmatch import fnmatch
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from milepost.base import files
from milepost.base.dates import LAST_EPOCH
from milepost.base.errors import MilepostError, Problem, quoted
from milepost.git.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


COMMIT_LENGTH = 8
"""Number of digits of a commit hash that are printed. Fixed: git's own choice grows with the clone."""

_NO_TEMPLATES = (".git", ".DS_Store", "Thumbs.db", "*~", "#*#", ".#*", ".*.sw?")
"""Names of files that git, editors and file managers leave in a folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """The state of a document's source.

    Attributes:
        commit: abbreviated hash of the commit; None outside of version control and before the first commit.
        committed: time of that commit in seconds since 1970.
        modified: whether that commit holds something else than what is printed.
        epoch: the value of SOURCE_DATE_EPOCH, if it is set.
    """

    commit: str | None = None
    committed: int | None = None
    modified: bool = False
    epoch: int | None = None


def state_of(source: Path) -> SourceState:
    """Return the state of the YAML `source`, with SOURCE_DATE_EPOCH from the environment.

    Raises:
        MilepostError: as `source_state` and `source_date_epoch`.
    """
    return source_state(source, source_date_epoch())


def source_state(source: Path, epoch: int | None) -> SourceState:
    """Return the state of the YAML at `source` and of the templates beside it.

    Args:
        source: the document's YAML.
        epoch: the value of SOURCE_DATE_EPOCH, if it is set.

    Raises:
        MilepostError: there is a repository, but git cannot read it.
    """
    if not source.is_file():  # the loader reports that
        return SourceState(epoch=epoch)
    repository = Repository.find(source.parent)
    if repository is None:
        return SourceState(epoch=epoch)
    checked_out = repository.checked_out()
    if checked_out is None:
        return SourceState(modified=True, epoch=epoch)
    commit, time = checked_out
    return SourceState(
        commit=commit[:COMMIT_LENGTH],
        committed=time,
        modified=not holds(repository, commit, source),
        epoch=epoch,
    )


def holds(repository: Repository, commit: str, source: Path) -> bool:
    """Return whether `commit` has what is printed: the YAML `source` and the templates beside it."""
    folder = source.parent / "templates"
    path = f"{repository.prefix}{folder.name}"
    templates = list(_files(folder))
    yaml = (f"{repository.prefix}{source.name}", source)
    printed = [(f"{path}/{os.path.relpath(file, folder)}", file) for file in templates]
    if repository.holds(commit, [yaml, *printed], path):
        return True
    linked = repository.submodule(commit, path)
    if linked is None:
        return False
    submodule = Repository.find(folder) if folder.is_dir() else None
    return (
        repository.holds(commit, [yaml])
        and submodule is not None
        and submodule.head() == linked
        and submodule.holds(linked, [(os.path.relpath(file, folder), file) for file in templates], "")
    )


def printed_files(source: Path) -> list[Path]:
    """Return the YAML `source` and the templates beside it."""
    return [source, *sorted(_files(source.parent / "templates"))]


def uncommitted(repository: Repository, files: Iterable[Path]) -> list[Path]:
    """Return which of `files` the commit that is checked out does not have as they are.

    Files of other repositories are left out, such as those of a submodule.
    """
    commit, top = repository.head(), os.path.realpath(repository.top)
    own: list[tuple[str, Path]] = []
    for folder, group in groupby(files, key=lambda file: file.parent):
        found = Repository.find(folder)
        if found is not None and os.path.realpath(found.top) == top:
            own += ((os.path.relpath(os.path.realpath(folder), top), file) for file in group)
    paths = [((Path(folder) / file.name).as_posix(), file) for folder, file in own]
    if not paths or (commit is not None and repository.holds(commit, paths)):
        return []
    return [file for path, file in paths if commit is None or not repository.holds(commit, [(path, file)])]


def commits_now(repository: Repository, source: Path) -> bool:
    """Return whether git is about to commit what is printed, and runs this as a hook."""
    folder = source.parent / "templates"
    return repository.commits_now([source, *_files(folder)])


def _files(directory: Path) -> Iterator[Path]:
    """Yield the files below `directory`, also behind symbolic links."""
    for file in files.below(directory):
        if file.is_file() and not any(fnmatch(file.name, pattern) for pattern in _NO_TEMPLATES):
            yield file


def source_date_epoch() -> int | None:
    """Return SOURCE_DATE_EPOCH, or None if it is not set.

    Raises:
        MilepostError: it is not a number of seconds up to the end of the year 9999.
    """
    value = os.environ.get("SOURCE_DATE_EPOCH")
    if not value:
        return None
    if value.isascii() and value.isdigit() and len(value) < 20 and int(value) <= LAST_EPOCH:
        return int(value)
    is_number = value.isascii() and value.isdigit()
    reason = "later than the year 9999" if is_number else "not a number of seconds"
    raise MilepostError(
        Problem(
            rule="environment",
            message=f"SOURCE_DATE_EPOCH is {quoted(value)}, which is {reason}",
            hint="set it to whole seconds since 1970, or unset it",
        )
    )
