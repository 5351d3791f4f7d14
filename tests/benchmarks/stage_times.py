"""How long each step takes within one process: load, check, view, reST, LaTeX, JSON, difference, figures.

    python -m tests.benchmarks.stage_times FILE [--old FILE] [--figure NAME | --impact | --moves | --page]

Prints a line of JSON for each step: its name, the seconds, those of the processor, and the peak of memory in
MB. Python has started and the modules are imported before the first step, except where a step is about that.
`make bench` runs this as a process of its own for each document and each figure.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import random
import resource
import time
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tests.benchmarks.measuring import peak_memory

from milepost.base.paths import Workspace
from milepost.build import diff
from milepost.build.document.make import document_view
from milepost.cli.checking.check import checked
from milepost.cli.main import main as program
from milepost.diff.comparison import Edition, compare
from milepost.document.impact import Successors
from milepost.findings.report import report
from milepost.git.source_state import SourceState
from milepost.history.folder import drawn_states
from milepost.loading.load import load
from milepost.moves.explain import explain
from milepost.moves.facts import links_of, of_document
from milepost.redline.edition import mark
from milepost.render import documents
from milepost.render.diff_page import Published
from milepost.views.milestones import milestones_of
from milepost.web.exports.data import milestones_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from milepost.loading.load import Loaded

Result = TypeVar("Result")


def step(name: str, work: Callable[[], Result]) -> Result:
    """Print how long `work` takes, and return what it returns."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", "ascii")  # the peak is that of this step
    start, computed = time.perf_counter(), time.process_time()
    result = work()
    seconds, processor = time.perf_counter() - start, time.process_time() - computed
    values = {"name": name, "seconds": seconds, "processor": processor, "memory": _peak()}
    print(json.dumps(values), flush=True)
    return result


def _peak() -> float:
    """Return the peak of memory in MB: on Linux of this step, elsewhere since the process started."""
    with contextlib.suppress(OSError):
        lines = Path("/proc/self/status").read_text("ascii").splitlines()
        return next(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmHWM:"))
    return peak_memory(resource.getrusage(resource.RUSAGE_SELF))


def start_as_the_program() -> None:
    """Do what the program does at each start, such as setting how often garbage is collected."""
    with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):
        program(["--help"])


def measure(source: Path, old: Path | None) -> None:
    """Measure the steps from a document to what is made of it, and its difference from `old`."""
    start_as_the_program()
    workspace = Workspace.of(source)
    step("check", lambda: report(str(source), None, checked(source)[2]))
    loaded = step("load", lambda: load(source))
    view, _ = step("view", lambda: document_view(loaded, SourceState()))
    step("reST", lambda: documents.rst(view, workspace.templates))
    step("LaTeX", lambda: documents.latex(view, workspace.templates))
    step("JSON", lambda: milestones_json(milestones_of(loaded.document, view), view, None))
    if old is not None:
        _difference(loaded, load(old), workspace)


def _difference(loaded: Loaded, old: Loaded, workspace: Workspace) -> None:
    """Measure all files of a difference but the PDF."""

    def compared() -> None:
        before, after = (
            Edition(name=name, file=name, commit=None, loaded=each)
            for name, each in (("old", old), ("new", loaded))
        )
        diff.write(compare(before, after), workspace, pdf=False)

    step("difference", compared)


def measure_page(source: Path, old: Path) -> None:
    """Measure the page of a difference as sites of editions have it."""
    before, after = (
        Edition(name=str(path), file=str(path), commit=None, loaded=load(path)) for path in (old, source)
    )
    comparison = compare(before, after)
    import_module("milepost.charts.output")  # once for all pages of a site
    published = Published(home="", others="", old="", new="", canonical=None)
    templates = Workspace.of(source).templates
    step("page", lambda: diff.page_of(comparison, mark(comparison), templates, published))


def measure_figure(source: Path, name: str) -> None:
    """Measure how long a figure takes, once for the PDF and once as SVG, and the imports for it."""
    start_as_the_program()
    loaded = load(source)
    states, _ = drawn_states(Workspace.of(source), loaded.document)
    view, _ = document_view(loaded, SourceState(), states)
    drawing = view.figures[name].drawing
    output = step("import", lambda: import_module("milepost.charts.output"))
    step("PDF", lambda: output.pdf(drawing, view.page))
    step("SVG", lambda: output.svg(drawing))


def measure_impact(source: Path) -> None:
    """Measure how long it takes to find what follows from a slip of the first milestone."""
    document = load(source).document
    numbers = random.Random(1)
    lags = {
        (each.predecessors[0], each.code): numbers.randrange(-5, 10)
        for each in document.milestones
        if each.predecessors
    }
    first = document.milestones[0]
    step("impact", lambda: Successors(document, lags).impact(first, date(2060, 1, 1)))


def measure_moves(source: Path, old: Path) -> None:
    """Measure how long it takes to find which moves explain which."""
    before, after = load(old).document, load(source).document
    step("moves", lambda: explain(of_document(before), of_document(after), links_of(after), 0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--old", metavar="FILE", type=Path, help="an earlier edition, to compare with")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--page", action="store_true", help="measure the page of the difference instead")
    what.add_argument(
        "--moves", action="store_true", help="measure what explains the moves since OLD instead"
    )
    what.add_argument("--figure", metavar="NAME", help="measure a figure instead")
    what.add_argument("--impact", action="store_true", help="measure what follows from a slip instead")
    options = parser.parse_args()
    if options.figure:
        measure_figure(options.file, options.figure)
    elif options.impact:
        measure_impact(options.file)
    elif options.page:
        measure_page(options.file, options.old)
    elif options.moves:
        measure_moves(options.file, options.old)
    else:
        measure(options.file, options.old)


if __name__ == "__main__":
    main()
