"""What `milepost check` says of the repository of a document that is approved or obsolete."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError, Note, Place, Problem, Severity
from milepost.base.paths import Workspace
from milepost.document.traverse import placed_figures
from milepost.git.releases import ReleaseTags
from milepost.git.repository import Repository
from milepost.git.source_state import commits_now, holds, printed_files, source_state, uncommitted
from milepost.release.checked import accepted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from milepost.loading.load import Loaded


def check_approved(loaded: Loaded, source: Path) -> tuple[Loaded, list[Problem]]:
    """Return what is wrong with the repository of a document that is approved or obsolete.

    A document that git does not know may be approved elsewhere. Before a commit, in a hook of git, what is
    about to be committed counts as committed.

    Returns:
        the document, with what its waivers accept, and the other problems.
    """
    if loaded.document.metadata.status == "draft":
        return loaded, []
    try:
        problems = list(_in_repository(loaded, source))
    except MilepostError as error:
        problems = [replace(problem, severity=Severity.WARNING) for problem in error.problems]
    # A waiver of these is not needless after the next commit: the document is the same then.
    return accepted(loaded, problems, None)


def _in_repository(loaded: Loaded, source: Path) -> Iterator[Problem]:
    state = source_state(source, None)
    repository = Repository.find(source.parent)
    if repository is None:
        return
    is_hook = commits_now(repository, source)
    status = loaded.document.metadata.status
    if state.modified and not is_hook:
        known = repository.tracks(f"{repository.prefix}{source.name}")
        yield Problem(
            rule="uncommitted",
            place=loaded.places.of(("document", "status")),
            message=f"the document is {status}, but its YAML or templates have uncommitted changes",
            hint="commit them, or write  status: draft",
            severity=Severity.ERROR if known else Severity.WARNING,
            others=_notes(repository, uncommitted(repository, printed_files(source))),
        )
    states = uncommitted(repository, _states(loaded, source))
    if states and not repository.commits_now(states):
        yield Problem(
            rule="uncommitted",
            place=loaded.places.of(("document", "status")),
            message=f"the document is {status}, but earlier states that it is made from are not committed",
            hint="commit them, or write  status: draft",
            severity=Severity.ERROR if _is_drawn_from_states(loaded) else Severity.WARNING,
            others=_notes(repository, states),
        )
    if status == "approved" and not (state.modified or is_hook):
        yield from _in_tags(loaded, source, repository)


def _states(loaded: Loaded, source: Path) -> list[Path]:
    """Return the files with earlier states and with exports, from which charts and the site are made."""
    workspace = Workspace.of(source)
    folders = workspace.history, workspace.schedule(loaded.document.schedule.folder)
    return sorted({path for folder in folders if folder.is_dir() for path in folder.glob("*.csv")})


def _is_drawn_from_states(loaded: Loaded) -> bool:
    placed = placed_figures(loaded.document)
    return any(each.kind == "trend" and each.name in placed for each in loaded.document.figures)


def _notes(repository: Repository, files: Sequence[Path]) -> tuple[Note, ...]:
    """Return a note for each file, which says whether git knows it."""
    return tuple(
        Note(
            Place(str(file)),
            "its changes are not committed" if repository.tracks_file(file) else "git does not know it",
        )
        for file in files
    )


def _in_tags(loaded: Loaded, source: Path, repository: Repository) -> Iterator[Problem]:
    """Yield a warning if other releases have tags, and what is checked out is not what the tag has."""
    record = loaded.document.change_record
    versions = [entry.version for entry in record if entry.version is not None]
    version = record[-1].version if record else None
    tags = ReleaseTags.of(repository, versions)
    names = tags.names(repository)
    if version is None or not names:
        return
    name = f"{tags.prefix}{version}"
    if name not in names:
        message = f"the document is approved as {version}, and there is no tag {name}"
        hint = f"git tag -a {name}; or fetch the tags"
    elif not holds(repository, repository.commit(f"refs/tags/{name}") or "", source):
        message = f"the document is approved as {version}, and differs from what has the tag {name}"
        hint = "begin the next draft: milepost release --reopen"
    else:
        return
    yield Problem(
        rule="untagged",
        place=loaded.places.of(("document", "status")),
        message=message,
        hint=hint,
        severity=Severity.WARNING,
    )
