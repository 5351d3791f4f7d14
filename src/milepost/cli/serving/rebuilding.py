"""Check and build a document whenever one of its files changes, and print what came of it."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError, Severity, system_problem
from milepost.build.document import build
from milepost.cli.build import of_build, written
from milepost.cli.checking.check import checked, print_findings
from milepost.cli.serving.sources import Sources
from milepost.findings.report import report
from milepost.git.source_state import state_of
from milepost.latex.passes import Engines
from milepost.loading.load import inspect, read, valid

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from milepost.base.errors import Problem, ValuePath
    from milepost.base.paths import Workspace
    from milepost.build.document import Report as Built
    from milepost.build.document import Target
    from milepost.cli.terminal import Terminal
    from milepost.document.model import Document
    from milepost.findings.report import Found, Report
    from milepost.loading.load import Loaded
    from milepost.release.checked import Inspected


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a check and a build.

    Attributes:
        report: what both have found.
        lines: the lines of the document.
        loaded: the document, if it can be read.
        built: what the build did; None if it failed, or if there were errors.
    """

    report: Report
    lines: tuple[str, ...]
    loaded: Loaded | None
    built: Built | None


class Rebuilding:
    """The checks and builds of a document, one after the other.

    A warning that the check before has found, too, is counted rather than printed again.
    """

    def __init__(
        self,
        workspace: Workspace,
        targets: frozenset[Target],
        terminal: Terminal,
        begin: Callable[[Document], object] = lambda _: None,
    ) -> None:
        """Do nothing yet; `begin` is called before each build."""
        self._begin = begin
        self._workspace = workspace
        self._targets = targets
        self._terminal = terminal
        self._sources = Sources(workspace)
        self._known: set[tuple[str, str, ValuePath]] = set()
        self._engines = Engines(keeps_one=True)
        self._inspected: tuple[bytes, Inspected] | None = None

    def run(self, show: Callable[[Outcome], object], meanwhile: Callable[[], object] = lambda: None) -> None:
        """Check and build now and after each change, until an exception.

        Args:
            show: called after each build.
            meanwhile: called again and again while nothing changes.
        """
        with self._engines:
            while True:
                content, loaded, problems = self._check()
                if not self._sources.settled():
                    continue  # what was checked is no longer there
                if self._sources.program_has_changed():
                    self._restart()
                show(self._build(content, loaded, problems))
                self._sources.wait(meanwhile)

    def _inspect(self, content: bytes, file: str) -> Inspected:
        """Return what is in the document; the check and the build read it once between them."""
        if self._inspected is None or self._inspected[0] != content:
            self._inspected = content, inspect(content, file)
        return self._inspected[1]

    def _load(self, path: Path) -> Loaded:
        return valid(*self._inspect(read(path, str(path)), str(path)))

    def _check(self) -> tuple[bytes, Loaded | None, list[Problem]]:
        try:
            return checked(self._workspace.source, self._inspect)
        except MilepostError as error:
            return b"", None, list(error.problems)

    def _build(self, content: bytes, loaded: Loaded | None, problems: list[Problem]) -> Outcome:
        """Build, unless there are errors; print what is found, and what was written."""
        file = str(self._workspace.source)
        lines = tuple(content.decode(errors="replace").splitlines())
        milestones = len(loaded.document.milestones) if loaded else None
        found = report(file, milestones, problems)
        self._print(found, lines)
        if loaded is None or found.errors:
            return Outcome(report=found, lines=lines, loaded=loaded, built=None)
        self._begin(loaded.document)
        start = time.monotonic()
        built = None
        try:
            source = state_of(self._workspace.source)
            with self._terminal.progress() as progress:
                built = build(
                    self._workspace,
                    self._targets,
                    source,
                    on_progress=progress,
                    on_wait=self._terminal.say_waiting,
                    engines=self._engines,
                    load=self._load,
                )
            new = of_build(built)
            made = ", ".join(written(built, self._workspace)) or "no output has changed"
            self._terminal.say_error(f"{made}, in {time.monotonic() - start:.1f} s")
        except MilepostError as error:
            new = list(error.problems)
        except OSError as error:
            new = [system_problem(error)]
        print_findings(report(file, None, new).findings, file, self._shown(lines), self._terminal)
        everything = report(file, milestones, [*problems, *new])
        return Outcome(report=everything, lines=lines, loaded=loaded, built=built)

    def _print(self, found: Report, lines: tuple[str, ...]) -> None:
        """Print the findings of a check."""
        known, self._known = self._known, {_key(each) for each in found.findings}
        new = [
            each
            for each in found.findings
            if each.problem.severity is Severity.ERROR or _key(each) not in known
        ]
        print_findings(new, found.file, self._shown(lines), self._terminal)
        again = len(found.findings) - len(new)
        if found.findings:
            seen = f" ({again} as before)" if again else ""
            self._terminal.say_error(f"{found.file}: {found.counts}{seen}")

    def _shown(self, lines: tuple[str, ...]) -> tuple[str, ...]:
        return lines if self._terminal.is_live else ()

    def _restart(self) -> None:
        """Run the program as it is now, with the same arguments: modules in memory are those of before."""
        self._terminal.say_error("the program has changed: starting again")
        os.execv(sys.executable, sys.orig_argv)  # noqa: S606 -- the program itself


def _key(found: Found) -> tuple[str, str, ValuePath]:
    """Return what stays of a finding when lines are added above it."""
    return found.id, found.problem.message, found.problem.path
