"""Keep values in a file so that a change of the file is found."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from milepost.base import files

if TYPE_CHECKING:
    from pathlib import Path


def sealed(values: dict[str, Any]) -> str:
    """Return `values` as JSON, with a digest by which a change is found."""
    text = json.dumps(values, sort_keys=True)
    return f"{text}\n{files.digest(text)}"


def unsealed(path: Path) -> dict[str, Any]:
    """Return the values that were written to `path`.

    Raises:
        OSError: it cannot be read.
        ValueError: it was changed.
    """
    text, _, digest = path.read_text("utf-8").rpartition("\n")
    if files.digest(text) != digest:
        raise ValueError("the digest is another one")
    values: dict[str, Any] = json.loads(text)
    return values
