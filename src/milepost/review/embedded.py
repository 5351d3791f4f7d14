"""What the marked PDF holds for programs: each change as a comment repeats it, and where it is printed."""

from __future__ import annotations

import binascii
import json
import zlib
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from milepost.review.report import Report

ROW = "listed-change-"
"""How the anchor of a line in the list of changes begins; its number follows."""
LISTED = "listed-"
"""How all anchors in the list begin."""
_LARGEST = 100_000_000


def pack(report: Report, places: Sequence[str | None], anchors: Collection[str]) -> str:
    """Return the changes as text of letters and digits that any program of TeX can write.

    Args:
        report: the changes.
        places: for each of them, by its number, the anchor of its place in the document.
        anchors: all anchors of the document.
    """
    changes = [
        {**json.loads(row.identity.as_json), "row": f"{ROW}{row.number}", "anchor": places[row.number]}
        for row in sorted(report.rows, key=lambda row: row.number)
    ]
    values = {**json.loads(report.editions), "changes": changes, "anchors": sorted(anchors)}
    return b64encode(zlib.compress(json.dumps(values).encode(), 9)).decode()


def unpack(text: bytes) -> dict[str, Any] | None:
    """Return what `pack` has packed, or None if this is something else."""
    try:
        reader = zlib.decompressobj()
        content = reader.decompress(b64decode(text), _LARGEST)
        values = json.loads(content) if reader.eof else None
    except (binascii.Error, zlib.error, ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) else None
