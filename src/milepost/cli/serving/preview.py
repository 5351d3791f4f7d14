"""Show in the browser what came of each build, and have the PDF typeset beside the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.base.errors import Problem, Severity
from milepost.cli.checking.check import print_findings
from milepost.cli.serving.typesetter import Typesetter
from milepost.findings.panel import Pdf, panel
from milepost.findings.report import report
from milepost.latex import engine
from milepost.latex.pdf import ENGINES

if TYPE_CHECKING:
    from pathlib import Path

    from milepost.base.paths import Workspace
    from milepost.cli.serving.rebuilding import Outcome
    from milepost.cli.serving.server import SiteServer
    from milepost.cli.terminal import Terminal
    from milepost.document.model import Document


class Preview:
    """The panel and the PDF of a site that is served."""

    def __init__(
        self, workspace: Workspace, server: SiteServer, terminal: Terminal, *, with_pdf: bool
    ) -> None:
        self._workspace = workspace
        self._server = server
        self._terminal = terminal
        self._with_pdf = with_pdf
        self._typesetter = Typesetter(workspace)
        self._outcome: Outcome | None = None
        self._pdf: Path | None = None
        self._problems: tuple[Problem, ...] = ()
        self._is_announced = False
        self._is_told = False

    def begin(self, document: Document) -> None:
        """Have the PDF typeset while the site is built."""
        if not self._with_pdf:
            return
        missing = engine.missing(ENGINES[document.metadata.layout])
        if missing is None:
            self._typesetter.request(document.metadata.handle)
        elif not self._is_told:
            self._is_told = True
            self._terminal.say_error(f"no PDF: {missing.message} ({missing.hint})")

    def show(self, outcome: Outcome) -> None:
        """Show what came of a build."""
        self._outcome = outcome
        written = outcome.built.written if outcome.built else ()
        self._tell(reload=any(self._workspace.site in path.parents for path in written))
        if not self._is_announced:
            self._is_announced = True
            address = f"http://localhost:{self._server.port}/"
            self._terminal.say_error(f"{self._workspace.site} is at {address} until you press Ctrl+C")

    def look_for_pdf(self) -> None:
        """Show what came of typesetting, if that has ended."""
        done = self._typesetter.result()
        if done is None or self._outcome is None:
            return
        self._problems = done.problems
        if done.pdf is not None:
            self._pdf = done.pdf
            self._terminal.say_error(f"{done.pdf}, in {done.seconds:.1f} s")
        file = str(self._workspace.source)
        lines = self._outcome.lines if self._terminal.is_live else ()
        print_findings(report(file, None, done.problems).findings, file, lines, self._terminal)
        self._tell(reload=False)

    def _tell(self, *, reload: bool) -> None:
        assert self._outcome is not None  # noqa: S101 -- set by both callers
        outcome = self._outcome
        everything = [each.problem for each in outcome.report.findings]
        everything += [each for each in self._problems if each not in everything]
        found = report(str(self._workspace.source), outcome.report.milestones, everything)
        note = ""
        if self._typesetter.is_busy:
            note = "PDF is being made"
        elif any(each.severity is Severity.ERROR for each in self._problems):
            note = "PDF could not be made"
        name = self._pdf.name if self._pdf else ""
        content = panel(
            found, outcome.lines, current=outcome.built is not None, pdf=Pdf(name=name, note=note)
        )
        self._server.show(content, self._pdf, reload=reload)
