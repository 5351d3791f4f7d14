"""Read two editions of a document, each from a file or from a revision of its repository."""

from __future__ import annotations

import posixpath
from pathlib import Path

from milepost.base.errors import MilepostError, Problem, printable, quoted
from milepost.base.suggest import Vocabulary
from milepost.diff.comparison import Edition
from milepost.git.repository import Repository
from milepost.git.source_state import COMMIT_LENGTH
from milepost.loading.load import load, loads

_MOST_NAMES = 8
"""So many names of revisions are listed if there is none of the given name."""


def read(source: Path, old: str, new: str | None) -> tuple[Edition, Edition]:
    """Return the editions that `old` and `new` name.

    A name is that of a file, if there is such a file; else that of a revision, for its file at the path of
    `source`; else REVISION:PATH, where PATH counts from the top of the repository, or from the working
    directory if it begins with `./` or `../`.

    Args:
        source: the document in the working tree.
        old: name of the earlier edition.
        new: name of the later edition; None for `source` itself.

    Raises:
        MilepostError: with all errors of both; places in a revision are shown as REVISION:PATH:LINE:COLUMN.
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
    return Edition(name=printable(name), file=printable(str(path)), commit=None, loaded=load(path))


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
        hint = f"if the file had another name then, write {revision}:PATH"
        raise _refusal(f"there is no file {quoted(path)} in {quoted(revision)}", hint)
    file = printable(f"{revision}:{path}")
    return Edition(
        name=printable(name), file=file, commit=commit[:COMMIT_LENGTH], loaded=loads(content, file)
    )


def _repository(directory: Path, name: str) -> Repository:
    try:
        return Repository.discover(directory)
    except MilepostError as error:
        (problem,) = error.problems
        message = f"there is no file {quoted(name)} and no revision either: {problem.message}"
        hint = ", or ".join(filter(None, (problem.hint, "pass two files")))
        raise _refusal(message, hint) from None


def _hint(revision: str, repository: Repository) -> str:
    if ".." in revision:
        return "write the two names separately: milepost diff OLD NEW"
    if repository.is_shallow:
        return "this is a shallow clone; run: git fetch --unshallow --tags"
    names = [name for name in repository.names() if name.isprintable()]
    there = f"; there are: {', '.join(names[:_MOST_NAMES])}" if names else ""
    more = ", …" if len(names) > _MOST_NAMES else ""
    return Vocabulary(names).hint(revision, f"name a tag, a branch, a commit or a file{there}{more}")


def _refusal(message: str, hint: str) -> MilepostError:
    return MilepostError(Problem(rule="revision", message=message, hint=hint))
