"""Where the time of a command goes: when each phase begins and how long it takes.

    python -m tests.benchmarks.phases START FILE ARGUMENT...

Runs `milepost ARGUMENT...` within this process, and appends a line of JSON to FILE for each phase: functions
and imports of the program, which are wrapped when their module is imported, so that nothing is imported
earlier than by the program. START is when the process was started (`time.monotonic`). FILE also has what a
forked process does.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from functools import wraps
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.measuring import ROOT, run
from tests.benchmarks.site_times import SITE, of_document, plan

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

    from tests.benchmarks.workplace import Workplace

FUNCTIONS = {
    "milepost.git.source_state": {"state_of": "ask git for the state of the source"},
    "milepost.loading.load": {"load": "load and check"},
    "milepost.views.resolve": {"resolve": "resolve the view"},
    "milepost.latex.glyphs": {"require": "look for characters without a glyph"},
    "milepost.render.documents": {"latex": "render LaTeX", "rst": "render reST"},
    "milepost.latex.process": {"Program.__init__": "start an engine, which reads its preamble"},
    "milepost.latex.passes": {"Engines.run": "the rest of a pass of LaTeX"},
    "milepost.charts.output": {"pdf": "draw a figure for the PDF", "svg": "draw a figure as SVG"},
    "milepost.build.publish": {"publish": "replace what was published"},
    "milepost.views.milestones": {"milestones_of": "collect the facts about milestones"},
    "milepost.build.site": {
        "_reports": "make the reports, in a process beside this one",
        "_data": "make the data for programs, in a process beside this one",
        "_require_sphinx": "import Sphinx and the theme",
        "_run_sphinx": "run Sphinx, with what follows",
    },
    "milepost.sphinx.pages.search": {"add": "put the pages of milestones into the index of the search"},
    "sphinx.builders": {
        "Builder.read": "read the sources that have changed",
        "Builder.write": "write the pages of documents that have changed",
    },
    "sphinx.builders.html": {
        "StandaloneHTMLBuilder.finish": "write the changed pages of milestones, search and inventory"
    },
}
"""By module, its functions and what they do."""
IMPORTS = {
    "milepost.charts.output": "import what draws figures",
    "milepost.cli.main": "import the command line",
}
"""Modules whose import is a phase, with all that they import."""
EDITS_SHOWN = {
    "": "From nothing",
    "delivery": "After one date (a delivery)",
    "in-chart": "After one date in the chart",
}
"""Edits before a build of the PDF, and what its profile is called."""

Phase = dict[str, Any]
"""`name`, and `start` and `seconds`, the former from the start of the process."""


def profile(place: Workplace) -> dict[str, list[Phase]]:
    """Return the phases of builds of the PDF, by what was changed before them."""
    place.restore()
    place.clean()
    found = {}
    for edit, title in EDITS_SHOWN.items():
        if edit:
            place.edit(edit)
        found[title] = of_command(place.directory, ("build", "pdf"))
    return found


MILESTONES_OF_SITE = 10_000


def profile_of_site(directory: Path) -> dict[str, list[Phase]]:
    """Return the phases of a build of a large site after one date has changed."""
    change = of_document(directory, plan(MILESTONES_OF_SITE))
    run((sys.executable, "-m", *SITE), directory)
    change()
    title = f"The site of {MILESTONES_OF_SITE:,} milestones, after one date"
    return {title: of_command(directory, SITE[1:])}


def of_command(directory: Path, arguments: Sequence[str]) -> list[Phase]:
    """Return the phases of a command of the program in the order in which they begin."""
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as log:
        before = time.monotonic()
        command = (sys.executable, "-m", "tests.benchmarks.phases", str(before), log.name)
        whole = run((*command, "-f", str(directory / "milestones.yaml"), *arguments), ROOT)
        phases: list[Phase] = [json.loads(line) for line in log]
    phases.append({"name": "the whole command", "start": 0.0, "seconds": whole.seconds})
    return sorted(phases, key=lambda phase: phase["start"])


class _Finder(PathFinder):
    """Finds the modules of the program, and wraps what is measured in them."""

    note: Callable[[str, float], None]

    @classmethod
    def find_spec(cls, fullname: str, *arguments: Any) -> ModuleSpec | None:
        if fullname not in FUNCTIONS and fullname not in IMPORTS:
            return None
        spec = super().find_spec(fullname, *arguments)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def execute_and_wrap(module: ModuleType) -> None:
                start = time.monotonic()
                execute(module)
                if fullname in IMPORTS:
                    cls.note(IMPORTS[fullname], start)
                for name, what in FUNCTIONS.get(fullname, {}).items():
                    cls._wrap(module, name, what)

            spec.loader.exec_module = execute_and_wrap  # type: ignore[method-assign]  # wrapped
        return spec

    @classmethod
    def _wrap(cls, module: ModuleType, name: str, what: str) -> None:
        owner: Any = module
        *path, name = name.split(".")
        for part in path:
            owner = getattr(owner, part)
        function = getattr(owner, name)

        @wraps(function)
        def measured(*arguments: Any, **named: Any) -> Any:
            start = time.monotonic()
            try:
                return function(*arguments, **named)
            finally:
                cls.note(what, start)

        setattr(owner, name, measured)


def main() -> None:
    began, file, *arguments = sys.argv[1:]
    start = float(began)
    log = Path(file)

    def note(name: str, since: float) -> None:
        phase = {"name": name, "start": since - start, "seconds": time.monotonic() - since}
        with log.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(phase) + "\n")

    note("start Python", start)
    _Finder.note = staticmethod(note)
    sys.meta_path.insert(0, _Finder)
    from milepost.cli.main import main as program  # noqa: PLC0415 -- it is measured

    sys.exit(program(arguments))


if __name__ == "__main__":
    main()
