"""Write files so that neither a reader nor an interruption leaves one half-written."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import stat
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

TEMPORARY = ".milepost-"
"""How the names of temporary files begin."""


def write_if_changed(
    path: Path, content: str | bytes, *, durable: bool = False, mode: int | None = None
) -> bool:
    """Replace the file `path` atomically unless it has this content; return whether it was written.

    Args:
        path: its directory is made if it is missing.
        content: text is encoded in UTF-8.
        durable: whether a power failure may leave nothing but the old or the new file, which takes longer.
        mode: the permissions; None for those of a new file.
    """
    data = content.encode() if isinstance(content, str) else content
    if path.is_file() and path.read_bytes() == data:
        return False
    if path.is_dir():  # otherwise the error would name the temporary file
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=TEMPORARY)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask() if mode is None else mode)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if durable:
        flush_directory(path.parent)
    return True


def rewrite(path: Path, content: bytes) -> None:
    """Replace the content of the file `path`, or of the one to which it is a link, atomically.

    Its permissions stay, and a power failure leaves nothing but the old or the new content.
    """
    path = path.resolve(strict=True)
    mode = stat.S_IMODE(path.stat().st_mode)
    write_if_changed(path, content, durable=True, mode=mode)


def copy_if_changed(source: Path, path: Path) -> bool:
    """Copy `source` to `path` as `write_if_changed` does."""
    return write_if_changed(path, source.read_bytes())


def remove_temporary_files(*directories: Path) -> None:
    """Remove what killed runs left in `directories`; subdirectories are not searched."""
    for directory in directories:
        for path in directory.glob(f"{TEMPORARY}*"):
            path.unlink(missing_ok=True)


def flush_directory(directory: Path) -> None:
    """Wait until the names in `directory` are on the disk, where the file system can do that."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        with suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextmanager
def lock(path: Path, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the lock file `path`; call `on_wait` and wait if another process holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    waited = False
    while True:
        with path.open("ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if not waited:
                    on_wait()
                waited = True
                fcntl.flock(file, fcntl.LOCK_EX)
            if _is_at(file.fileno(), path):  # not where somebody removed the file while we waited
                yield  # the system releases the lock however this process ends
                return


def _is_at(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


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


def mirror(contents: Mapping[str, str | bytes], directory: Path) -> list[str]:
    """Make `contents` the only files in `directory`, file by file; return the names of those that changed."""
    changed = [name for name, content in contents.items() if write_if_changed(directory / name, content)]
    for name, path in list(walk(directory)):
        if name not in contents:
            path.unlink()
            changed.append(name)
    return changed
