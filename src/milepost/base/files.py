"""Write files so that neither a reader nor an interruption leaves one half-written."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


def write_if_changed(path: Path, content: str | bytes) -> bool:
    """Replace the file `path` atomically unless it has this content; return whether it was written."""
    data = content.encode() if isinstance(content, str) else content
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    with _replacement(path) as temporary:
        temporary.write_bytes(data)
    return True


def copy_if_changed(source: Path, path: Path) -> bool:
    """Copy `source` to `path` as `write_if_changed` does."""
    return write_if_changed(path, source.read_bytes())


@contextmanager
def _replacement(path: Path) -> Iterator[Path]:
    """Give a new file in the same directory; rename it to `path` when the context ends without an error."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextmanager
def lock(directory: Path) -> Iterator[None]:
    """Hold the lock of `directory`; wait while another process holds it."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / ".lock").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # the system releases it however this process ends
        yield


def digest(*parts: str | bytes) -> str:
    """Return a digest of `parts` that differs when any of them does."""
    summary = hashlib.sha256()
    for part in parts:
        data = part.encode(errors="surrogateescape") if isinstance(part, str) else part
        summary.update(f"{len(data)}:".encode())
        summary.update(data)
    return summary.hexdigest()


def digest_of_files(paths: Iterable[Path], root: Path) -> str:
    """Return a digest of the names, relative to `root`, and the contents of the files `paths`."""
    parts: list[str | bytes] = []
    for path in sorted(paths):
        parts += [path.relative_to(root).as_posix(), path.read_bytes()]
    return digest(*parts)


def walk(directory: Path) -> Iterator[tuple[str, Path]]:
    """Yield the relative name, with slashes, and the path of each file below `directory`, in order."""
    for path in sorted(path for path in directory.rglob("*") if path.is_file()):
        yield path.relative_to(directory).as_posix(), path


def mirror(contents: Mapping[str, str | bytes | Path], directory: Path) -> tuple[list[Path], list[Path]]:
    """Make `contents` the only files in `directory`; do not write those that are unchanged.

    Args:
        contents: what each file holds, or the file that it is a copy of, by its name relative to `directory`.
        directory: it need not exist.

    Returns:
        the files that were written, and those that were removed.
    """
    written = [
        directory / name
        for name, content in contents.items()
        if (
            copy_if_changed(content, directory / name)
            if isinstance(content, Path)
            else write_if_changed(directory / name, content)
        )
    ]
    removed = [path for name, path in walk(directory) if name not in contents]
    for path in removed:
        path.unlink()
    for folder in sorted((path for path in directory.rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()
    return written, removed
