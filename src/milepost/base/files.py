"""Write files so that neither a reader nor an interruption leaves one half-written."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

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
    temporary = _written_beside(path, data, durable=durable, mode=mode)
    try:
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if durable:
        flush_directory(path.parent)
    return True


def _written_beside(path: Path, data: bytes, *, durable: bool, mode: int | None = None) -> Path:
    """Write what is to replace the file `path` into a temporary file in its directory, which is made."""
    import tempfile

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
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def replace_together(contents: Mapping[Path, bytes | None]) -> None:
    """Replace several files in this order, or remove those without a content; after an error, none of them.

    A power failure, or an end by force, leaves the files up to some place in the order as the new ones, each
    whole.
    """
    before = {path: path.read_bytes() if path.is_file() else None for path in contents}
    changed = {path: content for path, content in contents.items() if content != before[path]}
    staged: dict[Path, Path] = {}
    done: list[Path] = []
    try:
        for path, content in changed.items():  # a full disk is noticed here
            if content is not None:
                mode = stat.S_IMODE(path.stat().st_mode) if before[path] is not None else None
                staged[path] = _written_beside(path, content, durable=True, mode=mode)
        for path in changed:
            if path in staged:
                staged[path].replace(path)
            else:
                path.unlink()
            done.append(path)
    except BaseException:
        for path in staged.values():
            path.unlink(missing_ok=True)
        for path in reversed(done):
            _put_back(path, before[path])
        raise
    for directory in dict.fromkeys(path.parent for path in changed):
        flush_directory(directory)


def _put_back(path: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink(missing_ok=True)
    else:
        write_if_changed(path, content, durable=True, mode=stat.S_IMODE(path.stat().st_mode))


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
            waited = _wait_for(file.fileno(), on_wait, waited=waited)
            if _is_at(file.fileno(), path):  # not where somebody removed the file while we waited
                yield  # the system releases the lock however this process ends
                return


@contextmanager
def lock_directory(directory: Path, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold a lock of a directory that is kept in a repository, so that no lock file can be in it."""
    directory.mkdir(parents=True, exist_ok=True)
    handle = os.open(directory, os.O_RDONLY)
    try:
        _wait_for(handle, on_wait)
        yield
    finally:
        os.close(handle)
        with suppress(OSError):
            directory.rmdir()  # if it is empty: nothing was written into it


def _wait_for(handle: int, on_wait: Callable[[], None], *, waited: bool = False) -> bool:
    """Wait until nobody else has the lock of an open file, and take it; return whether that took a wait."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        if not waited:
            on_wait()
        fcntl.flock(handle, fcntl.LOCK_EX)
        return True
    return waited


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


def digest_of_files(directory: Path, ending: str = "") -> str:
    """Return a digest of the names and the contents of the files below `directory` with this ending."""
    top, parts = len(os.fspath(directory)), list[str | bytes]()
    for path in sorted(path for path in _below(directory) if path.endswith(ending)):
        if os.path.isfile(path):  # noqa: PTH113 -- an object for each path takes as long as to read it
            with open(path, "rb") as file:  # noqa: PTH123 -- as above
                parts += [path[top:], file.read()]
    return digest(*parts)


def walk(directory: Path) -> Iterator[tuple[str, Path]]:
    """Yield the relative name, with slashes, and the path of each file below `directory`, in order."""
    for name in sorted(names_below(directory), key=lambda name: name.split("/")):
        yield name, directory / name


def names_below(directory: Path) -> Iterator[str]:
    """Yield the relative names of the files below `directory`; links to folders are not followed."""
    top = len(os.fspath(directory)) + 1
    for folder, _, names in os.walk(directory):
        before = f"{folder[top:]}/" if len(folder) >= top else ""
        for name in names:
            if os.path.isfile(f"{folder}/{name}"):  # noqa: PTH113 -- as in `digest_of_files`
                yield before + name


def stamp(path: str | Path) -> str:
    """Return what changes with a file: its number, size, and the times of its content and its properties.

    The last is set by the system alone. Empty where there is no file, or a link.
    """
    try:
        status = os.lstat(path)
    except (OSError, ValueError):
        return ""
    if not stat.S_ISREG(status.st_mode):
        return ""
    return f"{status.st_ino} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"


def mirror(contents: Mapping[str, str | bytes], directory: Path) -> list[str]:
    """Make `contents` the only files in `directory`, file by file; return the names of those that changed."""
    changed = [name for name, content in contents.items() if write_if_changed(directory / name, content)]
    for name, path in list(walk(directory)):
        if name not in contents:
            path.unlink()
            changed.append(name)
    return changed


def below(directory: Path) -> Iterator[Path]:
    """Yield what is below `directory` and no folder, also behind symbolic links to folders."""
    return map(Path, _below(directory))


def _below(directory: Path) -> Iterator[str]:
    seen: set[tuple[int, int]] = set()
    for folder, folders, names in os.walk(directory, followlinks=True):
        try:
            status = Path(folder).stat()
        except OSError:  # it was removed meanwhile
            continue
        if (identity := (status.st_dev, status.st_ino)) in seen:  # a symbolic link to a folder above
            folders.clear()
            continue
        seen.add(identity)
        yield from (f"{folder}/{name}" for name in names)


class Kept:
    """What was made before, kept in a directory by a digest of all that it was made from.

    Whoever uses it empties the directory when the program changes.
    """

    def __init__(self, directory: Path | None = None) -> None:
        """Keep it in `directory`; without one, keep nothing."""
        self._directory = directory
        self._used: set[str] = set()

    def get(self, make: Callable[[], bytes], ending: str, *made_from: str) -> bytes:
        """Return what `make` has returned, or returns now; `made_from` is all on which it depends."""
        if self._directory is None:
            return make()
        name = f"{digest(*made_from)}.{ending}"
        self._used.add(name)
        path = self._directory / name
        try:
            return path.read_bytes()
        except FileNotFoundError:
            content = make()
            write_if_changed(path, content)
            return content

    def remove_others(self) -> None:
        """Remove what nobody has asked for."""
        if self._directory is not None and self._directory.is_dir():
            for path in self._directory.iterdir():
                if path.name not in self._used:
                    path.unlink()
