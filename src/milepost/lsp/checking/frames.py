"""How the server and the process that checks send each other values: JSON after its length in four bytes."""

from __future__ import annotations

import json
from typing import Any

LENGTH_BYTES = 4


def written(value: Any) -> bytes:
    """Return a value as it is sent."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return len(body).to_bytes(LENGTH_BYTES) + body


def length_of(head: bytes) -> int:
    """Return the length that is written before a value."""
    return int.from_bytes(head)


def value_of(body: bytes) -> Any:
    """Return the value that `body` is."""
    return json.loads(body.decode("utf-8", "surrogatepass"))
