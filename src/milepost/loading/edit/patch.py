"""The change of a file as a patch."""

from __future__ import annotations

from difflib import unified_diff


def patch(before: bytes, after: bytes, name: str) -> bytes:
    """Return a unified diff of a file, as `git apply` and `patch` read it."""
    old, new = (content.decode().split("\n") for content in (before, after))
    # Only a line feed ends a line for these programs.
    for sides in (old, new):
        last = sides.pop()
        sides[:] = [f"{line}\n" for line in sides]
        if last:
            sides.append(f"{last}\n\\ No newline at end of file\n")
    return "".join(unified_diff(old, new, f"a/{name}", f"b/{name}")).encode()
