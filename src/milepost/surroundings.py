"""What surrounds a document: version control and the environment of the process."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from milepost.errors import MilepostError, Problem
from milepost.git import source_state

if TYPE_CHECKING:
    from pathlib import Path

    from milepost.build import SourceState


def state_of(source: Path) -> SourceState:
    """Return what git and the environment say about the YAML at `source`.

    Raises:
        MilepostError: as `source_date_epoch`.
    """
    return source_state(source, source_date_epoch())


def source_date_epoch() -> int | None:
    """Return SOURCE_DATE_EPOCH, or None where it is not set.

    Raises:
        MilepostError: when it is not a number of seconds.
    """
    value = os.environ.get("SOURCE_DATE_EPOCH")
    if not value:
        return None
    if not value.isascii() or not value.isdigit():
        raise MilepostError(
            Problem(
                rule="environment",
                message=f"SOURCE_DATE_EPOCH is {value!r}, which is no number of seconds",
                hint="set it to whole seconds since 1970, or unset it",
            )
        )
    return int(value)
