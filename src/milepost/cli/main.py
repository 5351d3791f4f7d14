"""The command `milepost`: parse arguments, run the command, print the results, return the exit code."""

from __future__ import annotations

import argparse
import io
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError, Place, Problem, count
from milepost.base.paths import SOURCE, Workspace
from milepost.cli import diff, editions, serve
from milepost.cli.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_TARGETS = ("pdf", "rst", "figures", "site")

_EPILOG = """\
examples:
  milepost check                       check milestones.yaml for errors and contradictions
  milepost build pdf                   build build/HANDLE.pdf
  milepost build site                  build build/site/, the document as HTML, with its PDF
  milepost build                       build everything: PDF, reST document, figures and site
  milepost -f plan/milestones.yaml build rst
  milepost diff v1.6                   show what has changed since the tag v1.6

exit codes:
  0    success
  1    the document has errors or could not be built; each error is printed as
       FILE:LINE:COLUMN: what is wrong (how to fix it); see also milepost diff --help
  2    the command line is wrong
  130  interrupted; files from earlier builds are unchanged

environment:
  NO_COLOR           print without colours
  SOURCE_DATE_EPOCH  the time stored in files, in seconds since 1970 (default: the time of the last commit)
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line (default: the arguments of the process) and return the exit code."""
    logging.basicConfig(format="%(message)s")  # otherwise a library does it, with the details of fontTools
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # for a terminal that lacks a letter
    options = _parser().parse_args(arguments)
    terminal = Terminal(sys.stdout, sys.stderr, os.environ)
    run: Callable[[argparse.Namespace, Terminal], int] = options.run
    try:
        return run(options, terminal)
    except MilepostError as error:
        terminal.problems(error.problems)
        return 1
    except OSError as error:
        terminal.problems([_system_problem(error)])
        return 1
    except KeyboardInterrupt:
        terminal.say_error("interrupted; files from earlier builds are unchanged")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="milepost",
        description="Build a controlled milestone document from one YAML file.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "-f",
        "--file",
        type=Path,
        default=Path(SOURCE),
        help="the document (default: %(default)s); outputs go to build/ beside it",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    check = commands.add_parser(
        "check",
        help="check the document for errors and contradictions",
        description="Check for errors, which stop a build, and for contradictions, which are warnings.",
    )
    check.add_argument("--strict", action="store_true", help="exit with 1 if there are warnings")
    check.set_defaults(run=_check)

    build = commands.add_parser(
        "build",
        help="build the PDF, the reST document, the figures and the site",
        description="Build what has changed since the last build. Without TARGET, build everything.",
    )
    build.add_argument(
        "targets", nargs="*", metavar="TARGET", help=f"{', '.join(_TARGETS)} or all", type=_target
    )
    build.add_argument(
        "--no-pdf", action="store_true", help="build the site without the PDF, which needs LaTeX"
    )
    build.set_defaults(run=_build)

    diff.add_parser(commands)
    serve.add_parser(commands)
    editions.add_parser(commands)
    return parser


def _target(name: str) -> str:
    names = (*_TARGETS, "all")
    if name not in names:
        raise argparse.ArgumentTypeError(f"unknown target {name!r}; choose from {', '.join(names)}")
    return name


class _Version(argparse.Action):
    """Look the version up only on request: that takes as long as a build with nothing to do."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        parser.exit(message=f"milepost {version('milepost')}\n")


def _check(options: argparse.Namespace, terminal: Terminal) -> int:
    from milepost.latex import glyphs
    from milepost.loading.load import load

    loaded = load(options.file)
    glyphs.require(loaded)
    terminal.problems(loaded.warnings)
    document = loaded.document
    terminal.say(
        f"{options.file}: {len(document.milestones)} milestones, no errors, {_warnings(loaded.warnings)}"
    )
    return 1 if options.strict and loaded.warnings else 0


def _build(options: argparse.Namespace, terminal: Terminal) -> int:
    from milepost.build.document import Target, build
    from milepost.git.source_state import state_of

    every = not options.targets or "all" in options.targets
    targets = set(Target) if every else set(map(Target, options.targets))
    if Target.SITE in targets:
        targets.add(Target.PDF)
    if options.no_pdf:
        targets.discard(Target.PDF)
    workspace = Workspace.of(options.file)
    source = state_of(options.file)
    with terminal.progress() as progress:
        report = build(workspace, frozenset(targets), source, progress)
    for path in report.written:
        if path.parent != workspace.latex and workspace.site not in path.parents:
            pages = (
                f" ({report.pages} pages, {_times(report.passes)} through LaTeX)"
                if path.suffix == ".pdf" and path.parent == workspace.build
                else ""
            )
            terminal.say(f"{path}{pages}")
    if report.site_files is not None:
        changed = sum(workspace.site in path.parents for path in report.written)
        terminal.say(f"{workspace.site} ({report.site_files} files, {changed} of them changed)")
    elif not report.written:
        terminal.say("nothing to do: everything is up to date")
    typeset = [problem for problem in report.warnings if problem.rule.startswith("tex")]
    terminal.problems(typeset)
    contradictions = len(report.warnings) - len(typeset)
    if contradictions:
        terminal.say_error(
            f"{options.file}: {_warnings(report.warnings[:contradictions])}; `milepost check` lists them"
        )
    return 0


def _system_problem(error: OSError) -> Problem:
    """Return an error of the operating system, such as a full disk, as a problem."""
    place = Place(str(error.filename)) if error.filename is not None else None
    reason = (error.strerror or str(error)).lower()
    return Problem(
        rule="system", place=place, message=reason, hint="check the permissions and the free space"
    )


def _warnings(warnings: Sequence[Problem]) -> str:
    return count(len(warnings), "warning") if warnings else "no warnings"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"
