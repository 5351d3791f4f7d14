"""Write files so that a reader never sees one half-written, even after an interruption."""

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


def write(path: Path, content: str | bytes) -> bool:
    """Write `content` to the file `path` at once; do not touch a file that already has it.

    Returns:
        whether the file was written.
    """
    data = content.encode() if isinstance(content, str) else content
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    with _beside(path) as temporary:
        temporary.write_bytes(data)
    return True


def copy(source: Path, path: Path) -> bool:
    """Make the file `path` a copy of `source`, as `write` does."""
    return write(path, source.read_bytes())


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Give a new file in the directory of `path`; rename it to `path` unless the context fails."""
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
def alone(directory: Path) -> Iterator[None]:
    """Hold a lock on `directory`; wait while another process has it."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / ".lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the system releases it however this process ends
        yield


def digest(*parts: str | bytes) -> str:
    """Return a digest of `parts`; their borders count."""
    summary = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        summary.update(f"{len(data)}:".encode())
        summary.update(data)
    return summary.hexdigest()


def digest_of_files(paths: Iterable[Path], root: Path) -> str:
    """Return a digest of the names, relative to `root`, and the contents of the files `paths`."""
    parts: list[str | bytes] = []
    for path in sorted(paths):
        parts += [path.relative_to(root).as_posix(), path.read_bytes()]
    return digest(*parts)


def tree(directory: Path) -> Iterator[tuple[str, Path]]:
    """Yield the name relative to `directory`, with slashes, and the path of each file below it, in order."""
    for path in sorted(path for path in directory.rglob("*") if path.is_file()):
        yield path.relative_to(directory).as_posix(), path


def mirror(contents: Mapping[str, str | bytes | Path], directory: Path) -> tuple[list[Path], list[Path]]:
    """Make `directory` hold exactly `contents`; do not touch files that are already equal.

    Args:
        contents: the content of each file, or the file to copy, by its name relative to `directory`.
        directory: it need not exist.

    Returns:
        the files that were written, and those that were removed.
    """
    written = [
        directory / name
        for name, content in contents.items()
        if (
            copy(content, directory / name) if isinstance(content, Path) else write(directory / name, content)
        )
    ]
    removed = [path for name, path in tree(directory) if name not in contents]
    for path in removed:
        path.unlink()
    for folder in sorted((path for path in directory.rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()
    return written, removed
