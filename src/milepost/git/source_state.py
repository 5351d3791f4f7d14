"""The state of a document's source: its commit, uncommitted changes, and SOURCE_DATE_EPOCH."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError, Problem
from milepost.git.repository import answer

if TYPE_CHECKING:
    from pathlib import Path


COMMIT_LENGTH = 8
"""Number of digits of a commit hash that are printed. Fixed: git's own choice grows with the clone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """The state of a document's source.

    Attributes:
        commit: abbreviated hash of the commit; None outside of version control.
        committed: time of that commit in seconds since 1970.
        modified: whether the source differs from that commit.
        epoch: the value of SOURCE_DATE_EPOCH, if it is set.
    """

    commit: str | None = None
    committed: int | None = None
    modified: bool = False
    epoch: int | None = None


def state_of(source: Path) -> SourceState:
    """Return the state of the YAML `source`, with SOURCE_DATE_EPOCH from the environment.

    Raises:
        MilepostError: as `source_date_epoch`.
    """
    return source_state(source, source_date_epoch())


def source_state(source: Path, epoch: int | None) -> SourceState:
    """Return the state of the YAML at `source` and of the templates beside it.

    Args:
        source: the document's YAML.
        epoch: the value of SOURCE_DATE_EPOCH, if it is set.
    """
    head = answer(source.parent, "log", "-1", "--no-show-signature", "--format=%H %ct")
    if not head:
        return SourceState(epoch=epoch)
    commit, time = head.split()
    status = answer(source.parent, "status", "--porcelain", "--", source.name, "templates")
    return SourceState(commit=commit[:COMMIT_LENGTH], committed=int(time), modified=bool(status), epoch=epoch)


def source_date_epoch() -> int | None:
    """Return SOURCE_DATE_EPOCH, or None if it is not set.

    Raises:
        MilepostError: it is not a number of seconds.
    """
    value = os.environ.get("SOURCE_DATE_EPOCH")
    if not value:
        return None
    if not value.isascii() or not value.isdigit():
        raise MilepostError(
            Problem(
                rule="environment",
                message=f"SOURCE_DATE_EPOCH is {value!r}, which is not a number of seconds",
                hint="set it to whole seconds since 1970, or unset it",
            )
        )
    return int(value)
