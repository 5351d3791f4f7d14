"""The names of snapshots: files named after their days. Nothing here imports pydantic, which is slow."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from milepost.base import dates

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

ENDING = ".csv"


def day_of(name: str) -> date | None:
    """Return the data date of the snapshot with the file name `name`; None if it is not the name of one."""
    path = PurePath(name)
    try:
        return dates.parse(path.stem) if path.suffix == ENDING else None
    except ValueError:
        return None


def snapshots_in(directory: Path) -> Iterable[tuple[date, Path]]:
    """Return the snapshots in `directory` with their days, the latest first."""
    if not directory.is_dir():
        return ()
    found = ((day, path) for path in directory.iterdir() if (day := day_of(path.name)) and path.is_file())
    return sorted(found, reverse=True)
