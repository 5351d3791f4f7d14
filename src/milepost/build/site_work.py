"""The working directory of Sphinx: used again only as the last run has left it."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from milepost.base import files
from milepost.build.publish import flush

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from milepost.charts.cards import Card

_PARTS = ("source", "html", "doctrees", "cards", "texts", "reports")


@contextmanager
def working_directory(work: Path, program: str) -> Iterator[None]:
    """Prepare `work` for a run of Sphinx: empty, unless the last run was finished by the same program.

    A record of all files is removed before the run and written after it. Without the record, or if a file is
    not as recorded, what Sphinx remembers may be wrong.

    Args:
        work: the directory; it need not exist.
        program: a digest of everything else on which all pages depend.
    """
    work.mkdir(parents=True, exist_ok=True)
    record = work / "finished.json"
    if _read(record) != _state(work, program):
        for part in _PARTS:
            if (work / part).exists():
                shutil.rmtree(work / part)
    record.unlink(missing_ok=True)
    files.remove_temporary_files(work)
    files.flush_directory(work)
    yield
    flush(work)
    files.write_if_changed(record, json.dumps(_state(work, program)), durable=True)


def _read(record: Path) -> Any:
    try:
        return json.loads(record.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None


def _state(work: Path, program: str) -> dict[str, Any]:
    """Return the size and time of each file; whoever changes one changes its time, too."""
    state: dict[str, Any] = {"program": program}
    for part in _PARTS:
        for name in files.names_below(work / part):
            status = os.stat(f"{work}/{part}/{name}")  # noqa: PTH116 -- much faster, and there are thousands
            state[f"{part}/{name}"] = [status.st_size, status.st_mtime_ns]
    return state


def draw_cards(cards: Mapping[str, Card], directory: Path) -> dict[str, Path]:
    """Draw `cards` into `directory`, and return their files by their names; what is drawn already is kept."""
    directory.mkdir(parents=True, exist_ok=True)
    drawn = {name: directory / f"{files.digest(repr(card))}.png" for name, card in cards.items()}
    for path in set(directory.iterdir()) - set(drawn.values()):
        path.unlink()
    missing = {name: path for name, path in drawn.items() if not path.exists()}
    if missing:
        from milepost.charts.cards import png

        for name, path in missing.items():
            files.write_if_changed(path, png(cards[name]))
    return drawn
