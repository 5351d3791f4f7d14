"""Kill a command at one of its changes to files, and see what is left."""

from __future__ import annotations

import os
import resource
import shutil
import sys
import traceback
import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sphinx.application import builtin_extensions

from milepost.base.files import walk
from milepost.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

KILLED = 9
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_CHANGES = {
    *("os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod"),
    *("os.utime", "milepost.exchange"),
}


# What a command imports when it needs it; copies of this process have it already.
for module in (
    *builtin_extensions,
    *("furo", "sphinx.builders.html", "sphinx.search.en", "milepost.sphinx", "milepost.charts.output"),
    *("milepost.build.diff", "milepost.build.editions.make", "milepost.build.site"),
    *("milepost.build.site_theme", "milepost.latex.pdf", "milepost.git.releases", "milepost.redline.edition"),
):
    import_module(module)


def run(directory: Path, arguments: Sequence[str], **fate: Any) -> int:
    """Run a command in a copy of this process; return its exit code. What it prints goes to `printed`.

    Args:
        directory: where it runs.
        arguments: its command line.
        fate: arguments of `_run_and_exit`.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # a fork of a process with threads
        child = os.fork()
    if not child:
        _run_and_exit(directory, arguments, **fate)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def printed(directory: Path) -> str:
    """Return what the last command that ran in `directory` has printed."""
    return directory.with_name("printed").read_text("utf-8")


def count_changes(directory: Path, arguments: Sequence[str]) -> int:
    """Run a command, and return how often it changes a file."""
    counted = directory.with_name("changes")
    assert run(directory, arguments, counted=counted) == 0, printed(directory)
    return int(counted.read_text())


def _run_and_exit(  # noqa: PLR0917
    directory: Path,
    arguments: Sequence[str],
    kill_at: int | None = None,
    torn: bool = False,
    counted: Path | None = None,
    largest_file: int | None = None,
) -> None:
    """Run a command and end the process.

    Args:
        directory: where it runs.
        arguments: its command line.
        kill_at: the number of the change of a file before which it is killed; None for never.
        torn: whether the file that would be opened for writing is left with nonsense.
        counted: a file for the number of changes.
        largest_file: how many bytes a file can have; writing more fails as on a full disk.
    """
    code, changes = 1, 0

    def count(event: str, values: tuple[Any, ...]) -> None:
        nonlocal changes
        opened = event == "open" and not isinstance(values[0], int) and bool(values[2] & _WRITES)
        if not (opened or event in _CHANGES):
            return
        changes += 1
        if changes != kill_at:
            return
        if opened and torn:
            handle = os.open(values[0], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.write(handle, b"\0torn")
        os._exit(KILLED)

    try:
        os.chdir(directory)
        output = os.open(directory.with_name("printed"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(output, 1)
        os.dup2(output, 2)
        sys.stdout, sys.stderr = os.fdopen(1, "w", 1), os.fdopen(2, "w", 1)
        if largest_file is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
        sys.addaudithook(count)
        code = main(arguments)
        if counted:
            counted.write_text(str(changes))
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def contents(directory: Path, pattern: str = "**/*") -> dict[str, bytes]:
    """Return the files below `directory` that match `pattern`."""
    wanted = set(directory.glob(pattern))
    return {name: path.read_bytes() for name, path in walk(directory) if path in wanted}


def restore(saved: Path, directory: Path) -> None:
    """Make `directory` a copy of `saved`, with the times of its files."""
    shutil.rmtree(directory, ignore_errors=True)
    shutil.copytree(saved, directory, symlinks=True)
