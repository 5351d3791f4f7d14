"""What git knows about a document's source. Only asked, never changed."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from milepost.build import SourceState

if TYPE_CHECKING:
    from pathlib import Path

COMMIT_LENGTH = 8
"""Digits of a commit's name that are printed. Fixed: git's own choice grows with the clone."""


def source_state(source: Path, epoch: int | None) -> SourceState:
    """Return the state of the YAML at `source` and of the templates beside it.

    Args:
        source: the document's YAML.
        epoch: the value of SOURCE_DATE_EPOCH, where it is set.
    """
    head = _ask(source.parent, "log", "-1", "--format=%H %ct")
    if not head:
        return SourceState(epoch=epoch)
    commit, time = head.split()
    status = _ask(source.parent, "status", "--porcelain", "--", source.name, "templates")
    return SourceState(commit=commit[:COMMIT_LENGTH], committed=int(time), modified=bool(status), epoch=epoch)


def _ask(directory: Path, *arguments: str) -> str:
    """Return what git answers; nothing where there is no git, no repository or no commit."""
    try:
        answer = subprocess.run(
            ["git", "-C", str(directory), *arguments],  # noqa: S607 -- the git that the user has
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""
