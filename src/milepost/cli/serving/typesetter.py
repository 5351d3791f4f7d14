"""Typeset the PDF beside the site: in a process and a folder of its own, so that neither waits."""

from __future__ import annotations

import logging
import multiprocessing
import os
import shutil
import signal
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError, Problem, system_problem
from milepost.base.paths import Workspace
from milepost.build.document import Target, build
from milepost.cli.build import of_build
from milepost.git.source_state import state_of
from milepost.latex.passes import Engines

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from pathlib import Path

_FOLDER = "preview"
"""Below that of all outputs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typeset:
    """What came of typesetting: a PDF, or None, the seconds it took, and what is wrong."""

    pdf: Path | None
    seconds: float
    problems: tuple[Problem, ...]


class Typesetter:
    """A process that typesets a document whenever it is asked to, and ends with this one."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._connection: Connection | None = None
        self._next = ""
        self.is_busy = False

    def request(self, handle: str) -> None:
        """Typeset the document that has that handle, after what is being typeset now."""
        self._next = handle
        self._begin()

    def result(self) -> Typeset | None:
        """Return what came of the last request; None if nothing is new."""
        if not self.is_busy or self._connection is None or not self._connection.poll():
            return None
        self.is_busy = False
        try:
            done: Typeset = self._connection.recv()
        except (EOFError, OSError):
            self._connection = None
            hint = "save the document again"
            problem = Problem(rule="tex", message="the process that makes the PDF has ended", hint=hint)
            done = Typeset(pdf=None, seconds=0, problems=(problem,))
        self._begin()
        return done

    def _begin(self) -> None:
        if self.is_busy or not self._next:
            return
        if self._connection is None:
            self._connection = self._start()
        self._connection.send(self._next)
        self._next, self.is_busy = "", True

    def _start(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        context.Process(target=_typeset_all, args=(theirs, self._workspace), daemon=True).start()
        theirs.close()
        return ours


def _typeset_all(connection: Connection, workspace: Workspace) -> None:
    """Typeset a document for each handle that is received."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the process that started this one
    logging.basicConfig(format="%(message)s")
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with Engines(keeps_one=True) as engines:
        while True:
            try:
                handle: str = connection.recv()
            except EOFError:
                return
            connection.send(_typeset(workspace, handle, engines))


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
    os._exit(1)  # LaTeX ends with this process


def _typeset(workspace: Workspace, handle: str, engines: Engines) -> Typeset:
    start = time.monotonic()
    apart = Workspace(workspace.source, workspace.build / _FOLDER)
    try:
        report = build(apart, frozenset({Target.PDF}), state_of(workspace.source), engines=engines)
        made, pdf = apart.pdf(handle), workspace.pdf(handle)
        if not pdf.is_file() or pdf.read_bytes() != made.read_bytes():
            copy = made.with_suffix(".copy")  # beside the PDF, another build would remove it
            shutil.copyfile(made, copy)
            copy.replace(pdf)
        done = Typeset(pdf=pdf, seconds=0, problems=tuple(of_build(report)))
    except MilepostError as error:
        done = Typeset(pdf=None, seconds=0, problems=error.problems)
    except OSError as error:
        done = Typeset(pdf=None, seconds=0, problems=(system_problem(error),))
    return Typeset(pdf=done.pdf, seconds=time.monotonic() - start, problems=done.problems)
