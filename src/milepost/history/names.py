"""The names of snapshots: files named after their days. Nothing here imports pydantic, which is slow."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from milepost.base import dates, files
from milepost.base.paths import SCHEDULE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

    from milepost.base.paths import Workspace

ENDING = ".csv"
RELATIONS = ".relations.csv"
"""Of the file with the relations, beside the state of a whole export."""
ACTIVITIES = ".activities.csv"
"""Of the file with the activities that have a category."""
_TREND = b"trend"
_FOLDER = re.compile(rb"""\bfolder\s*:\s*["']?(?P<name>[^\s"'#,{}][^\r\n"'#,{}]*?)\s*(?=["'#,{}\r\n]|\Z)""")
"""A key of the YAML, in any of its forms: other keys are not called so, and a text that looks like one does
no harm."""


def day_of(name: str) -> date | None:
    """Return the data date of the snapshot with the file name `name`; None if it is not the name of one."""
    path = PurePath(name)
    try:
        return dates.parse(path.stem) if path.suffix == ENDING else None
    except ValueError:
        return None


def snapshots_of(*directories: Path) -> Iterable[tuple[date, Path]]:
    """Return the snapshots in all `directories`, the latest first; for a day, the first directory wins."""
    found: dict[date, Path] = {}
    for directory in directories:
        for day, path in snapshots_in(directory):
            found.setdefault(day, path)
    return sorted(found.items(), reverse=True)


def snapshots_in(directory: Path) -> Iterable[tuple[date, Path]]:
    """Return the snapshots in `directory` with their days, the latest first."""
    if not directory.is_dir():
        return ()
    found = ((day, path) for path in directory.iterdir() if (day := day_of(path.name)) and path.is_file())
    return sorted(found, reverse=True)


def relations_in(directory: Path) -> list[tuple[date, Path]]:
    """Return the relations recorded in `directory` with their days, the latest first."""
    if not directory.is_dir():
        return []
    named = ((path.name.removesuffix(RELATIONS), path) for path in directory.glob(f"*{RELATIONS}"))
    return sorted(((day, path) for name, path in named if (day := day_of(f"{name}{ENDING}"))), reverse=True)


def links_from(workspace: Workspace, content: bytes) -> str:
    """Return a digest of the relations from which the links of the YAML with that content may have lags."""
    folders = folders_of_states(workspace, content)
    found = (path for folder in folders for _, path in relations_in(folder))
    return files.digest(*(part for path in found for part in (path.name, _content(path))))


def states_beside(workspace: Workspace, content: bytes) -> Iterable[tuple[date, Path]]:
    """Return the snapshots of the document whose YAML has that content, the latest first, one a day."""
    return snapshots_of(*folders_of_states(workspace, content))


def folders_of_states(workspace: Workspace, content: bytes) -> list[Path]:
    """Return where states of the document whose YAML has that content may be.

    The folder of recorded exports is found without reading the YAML as a whole, which takes long.
    """
    named = [found["name"].decode(errors="replace") for found in _FOLDER.finditer(content)]
    return [workspace.history, *map(workspace.schedule, named or [SCHEDULE])]


def drawn_from(workspace: Workspace, content: bytes) -> str:
    """Return a digest of the states from which figures of the YAML with that content may be drawn."""
    states = states_beside(workspace, content) if _TREND in content else ()
    return files.digest(*(part for _, path in states for part in (path.name, _content(path))))


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""  # whoever reads the state reports why it cannot be read
