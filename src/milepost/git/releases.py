"""Choose the revisions from which editions are built: release tags, the draft and previews of branches."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError, Place, Problem, Severity, quoted
from milepost.git.renames import Renames
from milepost.git.source_state import COMMIT_LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from milepost.git.repository import Repository

_MAIN = "main"
_DRAFT, _PREVIEW = "draft", "preview"
_BRANCH = re.compile(r"refs/(?:heads|remotes/origin)/(?P<name>.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A revision of the source from which an edition can be built.

    Attributes:
        name: name of the tag or branch.
        commit: full hash of its commit.
        committed: time of that commit in seconds since 1970.
        content: the YAML in that commit.
        file: the name of that file in messages.
        released: True for a release tag.
        preview: True for a branch beside the draft.
        branch: the branch of which this is the newest state; empty if it is a tag or a commit.
        listed: whether other editions name it.
        title: a name for readers; may be empty.
    """

    name: str
    commit: str
    committed: int
    content: bytes
    file: str
    released: bool
    preview: bool = False
    branch: str = ""
    listed: bool = True
    title: str = ""

    @property
    def label(self) -> str:
        """The name that readers see."""
        return f"{self.title} ({self.name})" if self.title else self.name


def releases_and_draft(
    repository: Repository, source: Path, *, tags: str, draft: str | None, previews: Sequence[str] = ()
) -> tuple[list[Revision], list[Problem]]:
    """Return the releases, the oldest first, the draft, previews; and a warning for each revision left out.

    Args:
        repository: the repository of `source`.
        source: the document's YAML.
        tags: pattern of the release tags.
        draft: branch or revision of the draft; None for the main branch, or what is checked out.
        previews: other branches or revisions, and patterns of the names of branches. They are not listed.

    Raises:
        MilepostError: the revision `draft` or one of `previews` does not exist, or a preview is the draft.
    """
    releases = repository.tags(tags)
    wanted = [(name, f"refs/tags/{name}", "") for name in releases]
    revisions, warnings = [], []
    drafted = _draft(draft, repository)
    if drafted:
        name, reference = drafted
        wanted.append((f"{name} (draft)" if name in releases else name, reference, _DRAFT))
    else:
        message = "there is no draft: no branch is checked out, and the main branch is unknown"
        warnings.append(_problem(message, "choose it with --draft", Severity.WARNING))
    renames = Renames(repository, source)
    for name, reference in _previews(previews, drafted[0] if drafted else None, repository):
        wanted.append((f"{name} (preview)" if name in releases else name, reference, _PREVIEW))
    for name, reference, kind in wanted:
        path = renames.at(reference)
        place = Place(f"{name}:{path}") if name.isprintable() else None
        try:
            revision = _revision(repository, name, reference, path, released=not kind)
            revisions.append(replace(revision, preview=kind == _PREVIEW, listed=kind != _PREVIEW))
        except MilepostError as error:
            warnings += [replace(each, place=place, severity=Severity.WARNING) for each in error.problems]
    return revisions, warnings


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseTags:
    """How the tags of the releases of a document are named.

    Attributes:
        prefix: what comes before the version.
        pattern: the pattern that the user gave, if any.
        versions: those in the change record.
    """

    prefix: str
    pattern: str | None
    versions: frozenset[str]

    @classmethod
    def of(cls, repository: Repository, versions: Iterable[str], pattern: str | None = None) -> ReleaseTags:
        """Return how tags are named: as the last one that ends with a version; else v and the version."""
        known = frozenset(versions)
        for tag in reversed(repository.tags(pattern or "")):
            for version in sorted(known, key=len, reverse=True):
                prefix = tag.removesuffix(version)
                if prefix != tag and not re.search(r"[\d.]\Z", prefix):  # v1.16 is no tag of version 6
                    return cls(prefix=prefix, pattern=pattern, versions=known)
        start = re.fullmatch(r"([^*?\[\]]*)\*", pattern or "v*")
        return cls(prefix=start[1] if start else "v", pattern=pattern, versions=known)

    def names(self, repository: Repository, *, merged: bool = False) -> list[str]:
        """Return the names of the tags, in the order of versions; `merged` as in `Repository.tags`."""
        tags = repository.tags(self.pattern or f"{self.prefix}*", merged=merged)
        return [tag for tag in tags if self.pattern or self._has_version(tag.removeprefix(self.prefix))]

    def before(self, repository: Repository, source: Path) -> tuple[str, str] | None:
        """Return the name and the full hash of the last release before what is checked out, or None.

        Tags of commits without the file `source` are those of something else.
        """
        if repository.head() is None:
            return None
        renames = Renames(repository, source)
        for name in reversed(self.names(repository, merged=True)):
            commit = repository.commit(f"refs/tags/{name}")
            if commit and repository.content(commit, renames.at(commit)) is not None:
                return name, commit
        return None

    def _has_version(self, rest: str) -> bool:
        return rest in self.versions or rest[:1].isdigit()


def _draft(asked_for: str | None, repository: Repository) -> tuple[str, str] | None:
    """Return the name of the draft and an unambiguous revision for it.

    A checkout of a tag, as in CI, may have branches only under `origin`, and no branch that is checked out.
    """
    if asked_for in {"HEAD", "@"}:
        commit, branch = repository.head(), repository.branch()
        if commit and branch:
            return branch, f"refs/heads/{branch}"
        return (commit[:COMMIT_LENGTH], commit) if commit else None
    if asked_for:
        return _branch(asked_for, repository) or _other_revision(asked_for, repository)
    for name in (_MAIN, repository.branch("refs/remotes/origin/HEAD"), repository.branch()):
        if name and (found := _branch(name, repository)):
            return found
    for folder in ("heads", "remotes/origin"):
        names = repository.branches(folder)
        if len(names) == 1:
            return names[0], f"refs/{folder}/{names[0]}"
    return None


def _previews(wanted: Sequence[str], draft: str | None, repository: Repository) -> Iterator[tuple[str, str]]:
    """Yield the name and a revision of each preview, once.

    Raises:
        MilepostError: one does not exist or is the draft; all such are named.
    """
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for each in wanted:
        if re.search(r"[*?\[]", each):
            names = {*repository.branches("heads"), *repository.branches("remotes/origin")}
            for name in sorted(names - {draft}):
                if fnmatchcase(name, each) and (pair := _branch(name, repository)):
                    found.setdefault(*pair)
        elif each == draft:
            hint = f"leave out --preview {each}"
            problems.append(_problem(f"{quoted(each)} is the draft and cannot be a preview as well", hint))
        else:
            try:
                found.setdefault(*(_branch(each, repository) or _other_revision(each, repository)))
            except MilepostError as error:
                problems += error.problems
    if problems:
        raise MilepostError(*problems)
    yield from found.items()


def _branch(name: str, repository: Repository) -> tuple[str, str] | None:
    for folder in ("heads", "remotes/origin"):
        if name in repository.branches(folder):
            return name, f"refs/{folder}/{name}"
    return None


def _other_revision(revision: str, repository: Repository) -> tuple[str, str]:
    """Return the name of a tag or a remote branch; else the hash, because HEAD~1 will be another commit."""
    commit = repository.commit(revision)
    if not commit:
        hint = "use a branch, tag or commit of this clone"
        raise MilepostError(_problem(f"there is no revision {quoted(revision)}", hint))
    return revision if revision in repository.names() else commit[:COMMIT_LENGTH], commit


def _revision(repository: Repository, name: str, reference: str, path: str, *, released: bool) -> Revision:
    """Read a revision.

    Raises:
        MilepostError: it has to be left out.
    """
    kind = "tag" if released else "branch"
    if not name.isprintable():
        message = f"the {kind} {quoted(name)} is left out: its name has characters that cannot be printed"
        raise MilepostError(_problem(message, "use UTF-8 without control characters"))
    commit = repository.commit(reference)
    if commit is None:
        raise MilepostError(_problem(f"this {kind} names no commit and is left out"))
    content = repository.content(commit, path)
    if content is None:
        raise MilepostError(_problem("this revision has no such file and is left out"))
    return Revision(
        name=name,
        commit=commit,
        committed=repository.time(commit),
        content=content,
        file=f"{name}:{path}",
        released=released,
        branch=branch["name"] if (branch := _BRANCH.fullmatch(reference)) else "",
    )


def _problem(message: str, hint: str = "", severity: Severity = Severity.ERROR) -> Problem:
    return Problem(rule="revision", message=message, hint=hint, severity=severity)
