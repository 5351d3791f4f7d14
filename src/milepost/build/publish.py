"""Replace a directory of finished files as a whole: it is old or new at every moment.

The new files are put into a directory beside it, and one system call exchanges the two. Where the system has
no such call, two calls rename them; if the program is killed between these, the next run renames the old
directory back.

Only files that an earlier run has written are ever removed; a manifest beside the directory lists them. Files
of others at the top, such as `CNAME` or the `.git` of a worktree, are linked into the new directory. A
directory that is a symbolic link or a mount point, or that has other directories in it, such as `.git` of a
clone, is not replaced: its files are, one by one, and if the program is killed meanwhile, the next run
completes that.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, TypeAlias

from milepost.base import files
from milepost.base.errors import Place, Problem, Severity, count

if TYPE_CHECKING:
    from collections.abc import Iterator

Contents: TypeAlias = Mapping[str, str | bytes | Path]
"""What each file holds, or the file that it is a copy of, by its name relative to the directory."""

_AT_CURRENT_DIRECTORY = -100
_RENAME_EXCHANGE = 2
_TICK = 0.02
"""Seconds after which the system gives a file that is changed another time than before."""
_NO_EXCHANGE = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EXDEV, errno.EPERM}


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What `publish` did.

    Attributes:
        digest: of all names and contents.
        number: of all files.
        written, removed: the paths of those that changed.
        warnings: of files that were kept, but may be from an earlier run whose manifest is lost.
    """

    digest: str
    number: int
    written: tuple[Path, ...] = ()
    removed: tuple[Path, ...] = ()
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files that were written to a directory.

    Attributes:
        files: their names, with a digest of each.
        complete: whether these, and no others, are there; False while they are replaced.
        stamps: those of the files, by which it is known without reading them that they are unchanged.
        sources: the stamps of the files of which they are copies.
    """

    files: dict[str, str]
    complete: bool
    stamps: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """A digest of all names and contents."""
        return files.digest(json.dumps(self.files, sort_keys=True))

    @classmethod
    def read(cls, directory: Path) -> Manifest | None:
        """Return the manifest of `directory`; None if it is missing or damaged."""
        try:
            values = json.loads(_manifest(directory).read_text("utf-8"))
            names, complete = values["files"], values["complete"]
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return None
        if not (is_record(names) and isinstance(complete, bool)):
            return None
        stamps = [found if is_record(found := values.get(kind)) else {} for kind in ("stamps", "sources")]
        return cls(names, complete, *stamps)

    def is_at(self, directory: Path, name: str) -> bool:
        """Return whether a file of `directory` is as it was written."""
        known = self.stamps.get(name)
        is_known = known and known == files.stamp(f"{directory}/{name}")
        return bool(is_known) or has_digest(directory / name, self.files[name])

    def write(self, directory: Path) -> None:
        """Keep the manifest for the next run."""
        values = asdict(self)
        text = json.dumps(values, indent=1, sort_keys=True) + "\n"
        files.write_if_changed(_manifest(directory), text, durable=True)


def is_record(values: object) -> bool:
    """Return whether `values` are digests by names of files, none of them outside of the directory."""
    return isinstance(values, dict) and all(
        isinstance(name, str) and isinstance(digest, str) and _is_inside(name)
        for name, digest in values.items()
    )


def _is_inside(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return bool(parts) and not name.startswith("/") and ".." not in parts and "\0" not in name


def is_intact(directory: Path, digest: str) -> bool:
    """Return whether the files that were published with this digest are all there, and unchanged."""
    manifest = Manifest.read(directory)
    return (
        manifest is not None
        and manifest.complete
        and manifest.digest == digest
        and all(manifest.is_at(directory, name) for name in manifest.files)
    )


def has_digest(path: Path, digest: str) -> bool:
    """Return whether `path` is a file with this digest."""
    try:
        return files.digest(path.read_bytes()) == digest
    except OSError:
        return False


def publish(contents: Contents, directory: Path) -> Published:
    """Make `contents` the files of `directory`; leave files of others alone.

    The caller holds a lock that keeps others from publishing there.
    """
    new = _beside(directory, "new")
    recover(directory)
    before = Manifest.read(directory)
    last = before or Manifest({}, complete=False)
    if before and not before.complete:
        files.remove_temporary_files(directory, *(path for path in directory.rglob("*") if path.is_dir()))
    there = set(_entries(directory))

    now = Manifest({}, complete=True)
    changed = [name for name in contents if _has_changed(name, contents[name], directory, new, last, now)]
    gone = sorted((last.files.keys() & there) - now.files.keys())
    foreign = there - last.files.keys() - now.files.keys()
    if changed or gone or not directory.is_dir():
        Manifest(last.files | now.files, complete=False).write(directory)
        if _is_replaceable(directory, foreign):
            _replace_directory(new, foreign | now.files.keys() - changed, directory)
        else:
            _replace_files(new, changed, gone, directory)
    shutil.rmtree(new, ignore_errors=True)  # before the stamps: it has links to the same files
    if now != last:
        _note_stamps(now, directory)
        now.write(directory)
    return Published(
        digest=now.digest,
        number=len(now.files),
        written=tuple(directory / name for name in changed),
        removed=tuple(directory / name for name in gone),
        warnings=() if before else tuple(_unknown(directory, foreign)),
    )


def _has_changed(  # noqa: PLR0913, PLR0917 -- a file, where it is and where it goes
    name: str, content: str | bytes | Path, directory: Path, new: Path, last: Manifest, now: Manifest
) -> bool:
    """Return whether a file is not as it is to be, and write it into `new` if so; note it in `now`."""
    source = files.stamp(content) if isinstance(content, Path) else ""
    there = files.stamp(f"{directory}/{name}")
    is_as_written = bool(there) and name in last.files and last.stamps.get(name) == there
    now.stamps[name] = there
    if source:
        now.sources[name] = source
        if is_as_written and last.sources.get(name) == source:
            now.files[name] = last.files[name]
            return False
    data = content.read_bytes() if isinstance(content, Path) else content
    data = data.encode() if isinstance(data, str) else data
    digest = now.files[name] = files.digest(data)
    if last.files[name] == digest if is_as_written else _is_file_with(directory / name, data):
        return False
    path = new / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    now.stamps[name] = files.stamp(path)
    return True


def _note_stamps(manifest: Manifest, directory: Path) -> None:
    """Note the stamps of files that are still as they were when they were read or written.

    Links to a file change the last part of its stamp.
    """
    time.sleep(_TICK)
    for name, known in manifest.stamps.items():
        stamp = files.stamp(f"{directory}/{name}")
        is_same = stamp.rpartition(" ")[0] == known.rpartition(" ")[0]
        manifest.stamps[name] = stamp if is_same else ""


def _unknown(directory: Path, foreign: set[str]) -> Iterator[Problem]:
    """Yield a warning of files whose origin is not known."""
    names = sorted(name for name in foreign if not name.startswith("."))
    if names:
        yield Problem(
            rule="publish",
            place=Place(str(directory)),
            message=f"{count(len(names), 'file')} of unknown origin kept, for instance {names[0]}",
            hint="remove what an earlier run left; the rest stays where it is",
            severity=Severity.WARNING,
        )


def _is_replaceable(directory: Path, foreign: set[str]) -> bool:
    return (
        not directory.is_symlink()
        and not directory.is_mount()
        and all("/" not in name and stat.S_ISREG((directory / name).lstat().st_mode) for name in foreign)
    )


def _replace_directory(new: Path, kept: set[str], directory: Path) -> None:
    """Put the files to keep into `new` as well, and exchange it with `directory`."""
    made: set[str] = set()
    new.mkdir(parents=True, exist_ok=True)
    for name in kept:
        path, folder = f"{new}/{name}", os.path.dirname(name)  # noqa: PTH120 -- there are thousands
        if folder not in made:
            (new / folder).mkdir(parents=True, exist_ok=True)
            made.add(folder)
        try:
            os.link(f"{directory}/{name}", path)
        except OSError:
            shutil.copy2(directory / name, path)
    flush(new)
    if not directory.exists():
        new.rename(directory)
    elif not _exchange(new, directory):
        old = _beside(directory, "old")
        directory.rename(old)
        new.rename(directory)
        shutil.rmtree(old)
    files.flush_directory(directory.parent)


def _replace_files(new: Path, changed: list[str], gone: list[str], directory: Path) -> None:
    """Replace single files of `directory`, which has others besides."""
    for name in gone:
        (directory / name).unlink()
        for folder in list((directory / name).parents)[: len(PurePosixPath(name).parts) - 1]:
            if any(folder.iterdir()):
                break
            folder.rmdir()
    for name in changed:
        files.write_if_changed(directory / name, (new / name).read_bytes())
    flush(directory)


def recover(directory: Path) -> None:
    """Complete or undo what a killed run of `publish` began."""
    old = _beside(directory, "old")
    if old.exists():
        if directory.exists():
            shutil.rmtree(old)
        else:
            old.rename(directory)
    new = _beside(directory, "new")
    if new.exists():
        shutil.rmtree(new)
    files.remove_temporary_files(directory.parent)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two directories atomically; return False where the system cannot."""
    import ctypes

    library = ctypes.CDLL(None, use_errno=True)
    paths = os.fsencode(one), os.fsencode(other)
    sys.audit("milepost.exchange", *paths)
    if hasattr(library, "renameat2"):
        here = _AT_CURRENT_DIRECTORY
        failed = library.renameat2(here, paths[0], here, paths[1], _RENAME_EXCHANGE)
    elif hasattr(library, "renamex_np"):
        failed = library.renamex_np(*paths, _RENAME_EXCHANGE)
    else:
        return False
    if failed and (number := ctypes.get_errno()) not in _NO_EXCHANGE:
        raise OSError(number, os.strerror(number), str(other))
    return not failed


def flush(directory: Path) -> None:
    """Wait until all files below `directory` are on the disk."""
    import ctypes

    library = ctypes.CDLL(None)
    if not hasattr(library, "syncfs"):
        os.sync()
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        library.syncfs(handle)  # one call for all: a call for each file takes seconds
    finally:
        os.close(handle)


def _entries(directory: Path) -> Iterator[str]:
    """Yield the name of everything below `directory` but directories."""
    top = len(os.fspath(directory)) + 1
    for folder, folders, names in os.walk(directory):
        links = [name for name in folders if Path(folder, name).is_symlink()]
        yield from (f"{folder}/{name}"[top:] for name in (*names, *links))


def _is_file_with(path: Path, data: bytes) -> bool:
    return path.is_file() and not path.is_symlink() and path.read_bytes() == data


def _beside(directory: Path, suffix: str) -> Path:
    return directory.with_name(f".{directory.name}.{suffix}")


def _manifest(directory: Path) -> Path:
    return _beside(directory, "json")
