"""Choose the revisions from which editions are built: the release tags and the draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError, Place, Problem, Severity, quoted

if TYPE_CHECKING:
    from pathlib import Path

    from milepost.git.repository import Repository

_MAIN = "main"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A revision of the source from which an edition can be built.

    Attributes:
        name: name of the tag or branch.
        commit: full hash of its commit.
        committed: time of that commit in seconds since 1970.
        content: the YAML in that commit.
        file: the name of that file in messages.
        released: True for a release tag, False for the draft.
    """

    name: str
    commit: str
    committed: int
    content: bytes
    file: str
    released: bool


def releases_and_draft(
    repository: Repository, source: Path, *, tags: str, draft: str | None
) -> tuple[list[Revision], list[Problem]]:
    """Return the releases, the oldest first, then the draft; and a warning for each revision left out.

    Args:
        repository: the repository of `source`.
        source: the document's YAML.
        tags: pattern of the release tags.
        draft: branch or revision of the draft; None for `main`, or what is checked out.

    Raises:
        MilepostError: there is no such revision.
    """
    names = repository.tags(tags)
    name, reference = _draft(draft, repository)
    if name in names:
        name = f"{name} (draft)"
    revisions, absent = [], []
    for each, revision, released in [
        *((tag, f"refs/tags/{tag}", True) for tag in names),
        (name, reference, False),
    ]:
        found = _revision(repository, source, each, revision, released=released)
        if isinstance(found, Problem):
            absent.append(found)
        else:
            revisions.append(found)
    return revisions, absent


def _draft(asked_for: str | None, repository: Repository) -> tuple[str, str]:
    """Return the name of the draft and an unambiguous revision for it.

    A checkout of a tag, as in CI, may have branches only under `origin`.
    """
    name = asked_for or _MAIN
    for reference in (f"refs/heads/{name}", f"refs/remotes/origin/{name}"):
        if repository.commit(reference):
            return name, reference
    if asked_for:
        return asked_for, asked_for
    return repository.branch() or "HEAD", "HEAD"


def _revision(
    repository: Repository, source: Path, name: str, revision: str, *, released: bool
) -> Revision | Problem:
    commit = repository.commit(revision)
    if commit is None:
        raise MilepostError(
            Problem(
                rule="revision",
                message=f"there is no revision {quoted(name)}",
                hint="use a branch, tag or commit of this clone",
            )
        )
    path = f"{repository.prefix}{source.name}"
    content = repository.content(commit, path)
    if content is None:
        return Problem(
            rule="revision",
            place=Place(f"{name}:{path}"),
            message="this revision has no such file and is left out",
            severity=Severity.WARNING,
        )
    return Revision(
        name=name,
        commit=commit,
        committed=repository.time(commit),
        content=content,
        file=f"{name}:{path}",
        released=released,
    )
