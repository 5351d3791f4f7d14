"""What a document is built from: its files, and a digest of all that can change an output."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from milepost.base import files, fingerprint
from milepost.base.errors import MilepostError
from milepost.base.paths import builtin_templates
from milepost.git.repository import Repository
from milepost.history.names import ACTIVITIES, folders_of_states, links_from, states_beside
from milepost.latex import toolchain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from milepost.base.paths import Workspace
    from milepost.git.source_state import SourceState

_OF_HEAD = ("HEAD", "logs/HEAD", "packed-refs", "refs/tags")
"""Files of git that change with the commit that is checked out, or with the tags."""


def digest_of_inputs(workspace: Workspace, source: SourceState) -> str:
    """Return a digest of everything that can change what is built."""
    text = _content(workspace.source)
    history = [
        (path.name, _content(path), _content(path.with_name(f"{path.stem}{ACTIVITIES}")))
        for _, path in states_beside(workspace, text)
    ]
    everything = fingerprint.of_everything(workspace.templates)
    recorded = repr(history), links_from(workspace, text)
    return files.digest(text, repr(source), *recorded, everything, toolchain.own_classes())


def files_of(workspace: Workspace) -> Iterator[Path]:
    """Yield the files on which `digest_of_inputs` depends, but for the program's own; some need not exist."""
    yield workspace.source
    folders = folders_of_states(workspace, _content(workspace.source))
    for directory in (*workspace.templates.own, *dict.fromkeys(folders)):
        yield from _files_below(directory)
    yield from toolchain.class_files()


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
    return list(Path(__file__).parents[1].rglob("*.py"))


def built_in() -> list[Path]:
    """Return the built-in templates."""
    return list(_files_below(builtin_templates()))


def _files_below(directory: Path) -> Iterator[Path]:
    seen: set[str] = set()
    for folder, folders, names in os.walk(directory, followlinks=True):
        real = os.path.realpath(folder)
        if real in seen:  # a symbolic link to a folder above
            folders.clear()
            continue
        seen.add(real)
        yield from (Path(folder, name) for name in names)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""  # the loader reports why it can't be read
