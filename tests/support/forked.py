"""Run a command in a copy of this process: in a process of its own, without waiting for Python to start."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
import warnings
from subprocess import CompletedProcess
from typing import TYPE_CHECKING, BinaryIO

from milepost.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def milepost(
    directory: Path, *arguments: str, stdin: str = "", joined: bool = False
) -> CompletedProcess[str]:
    """Run `milepost` in a directory; return its exit code and what it printed.

    Tests of how the program starts, and of its streams, start one.

    Args:
        directory: where it runs.
        arguments: its command line.
        stdin: its standard input.
        joined: whether its errors are in its output, in the order in which they come.
    """
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(stdin.encode())
        given.seek(0)
        sys.stdout.flush()
        sys.stderr.flush()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # a fork of a process with threads
            child = os.fork()
        if not child:
            _run_and_exit(directory, arguments, (given, out, out if joined else err))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        out.seek(0)
        err.seek(0)
        return CompletedProcess(arguments, code, out.read().decode(), err.read().decode())


def _run_and_exit(directory: Path, arguments: Sequence[str], streams: tuple[BinaryIO, ...]) -> None:
    code = 1
    try:
        os.chdir(directory)
        for number, stream in enumerate(streams):
            os.dup2(stream.fileno(), number)
        sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
        sys.stderr = os.fdopen(2, "w", 1, encoding="utf-8", closefd=False)
        code = main(arguments)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
