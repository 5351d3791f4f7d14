"""The files from which a document is built."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from milepost.base import files
from milepost.base.errors import MilepostError
from milepost.base.paths import builtin_templates
from milepost.git.repository import Repository
from milepost.history.names import folders_of_states
from milepost.latex import toolchain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.base.paths import Workspace

_OF_HEAD = ("HEAD", "logs/HEAD", "packed-refs", "refs/tags")
"""Files of git that change with the commit that is checked out, or with the tags."""


def files_of(workspace: Workspace) -> Iterator[Path]:
    """Yield the document, its templates and its earlier states; not all of them need exist."""
    yield workspace.source
    try:
        content = workspace.source.read_bytes()
    except OSError:
        content = b""
    folders = folders_of_states(workspace, content)
    for directory in (*workspace.templates.own, *dict.fromkeys(folders)):
        yield from files.below(directory)


def files_of_git(workspace: Workspace) -> tuple[Path, ...]:
    """Return the files of git that change with the revision that is printed; none outside of a repository."""
    folder = workspace.source.parent
    try:
        repository = Repository.find(folder)
        if repository is None:
            return ()
        options = [part for name in _OF_HEAD for part in ("--git-path", name)]
        found = os.fsdecode(repository.ask("rev-parse", *options)).splitlines()
    except MilepostError:
        return ()  # the build says why git fails
    return tuple(repository.top / name for name in found)


def modules() -> list[Path]:
    """Return the modules of the program."""
    return list(Path(__file__).parents[2].rglob("*.py"))


def built_in() -> list[Path]:
    """Return the built-in templates, and the classes of LaTeX that are not part of TeX."""
    return [*files.below(builtin_templates()), *toolchain.class_files()]
