"""Editions: a document as it is in a file, or as it was in a revision of its repository."""

from __future__ import annotations

import posixpath
from pathlib import Path

from milepost.base.errors import MilepostError, Problem, quoted
from milepost.base.suggest import Vocabulary
from milepost.diff.comparison import Edition
from milepost.git.repository import Repository
from milepost.git.source_state import COMMIT_LENGTH
from milepost.loading.load import load, loads


def read(source: Path, old: str, new: str | None) -> tuple[Edition, Edition]:
    """Return the editions that `old` and `new` name.

    A name is that of a file, if there is such a file; else of a revision, whose file at the path of `source`
    is meant, or the one at PATH for `REVISION:PATH` (from the top of the repository, or from the working
    directory where it begins with `./` or `../`).

    Args:
        source: the document in the working tree.
        old: the name of the earlier edition.
        new: the name of the later one; None for `source` itself.

    Raises:
        MilepostError: with every fault of either; the places in a revision are shown as
            REVISION:PATH:LINE:COLUMN.
    """
    found: list[Edition] = []
    problems: list[Problem] = []
    for name in (old, new):
        try:
            found.append(_file(source, "working tree") if name is None else _named(source, name))
        except MilepostError as error:
            problems += error.problems
    if problems:
        raise MilepostError(*dict.fromkeys(problems))
    earlier, later = found
    return earlier, later


def _file(path: Path, name: str) -> Edition:
    return Edition(name=name, file=str(path), commit=None, loaded=load(path))


def _named(source: Path, name: str) -> Edition:
    if Path(name).is_file():
        return _file(Path(name), name)
    revision, colon, path = name.partition(":")
    if not colon:
        path = f"./{source.name}"
    repository = _repository(Path() if colon else source.parent, name)
    if path.startswith(("./", "../")):
        path = posixpath.normpath(repository.prefix + path)
    commit = repository.commit(revision)
    if commit is None:
        raise _refusal(f"there is no file and no revision {quoted(revision)}", _hint(revision, repository))
    content = repository.content(commit, path)
    if content is None:
        hint = f"name the file as it was called then:  {revision}:PATH"
        raise _refusal(f"there is no file {quoted(path)} in {quoted(revision)}", hint)
    file = f"{revision}:{path}"
    return Edition(name=name, file=file, commit=commit[:COMMIT_LENGTH], loaded=loads(content, file))


def _repository(directory: Path, name: str) -> Repository:
    try:
        return Repository.around(directory)
    except MilepostError as error:
        (problem,) = error.problems
        message = f"there is no file {quoted(name)} and no revision either: {problem.message}"
        raise _refusal(message, problem.hint) from None


def _hint(revision: str, repository: Repository) -> str:
    if ".." in revision:
        return "write the two names apart:  milepost diff OLD NEW"
    if repository.is_shallow:
        return "this clone lacks older commits:  git fetch --unshallow --tags"
    return Vocabulary(repository.names()).hint(revision, "name a tag, a branch, a commit or a file")


def _refusal(message: str, hint: str) -> MilepostError:
    return MilepostError(Problem(rule="revision", message=message, hint=hint))
