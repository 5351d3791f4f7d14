"""The command `milepost`: parse arguments, run the command, print the results, return the exit code."""

from __future__ import annotations

import argparse
import gc
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError, Place, Problem, count
from milepost.base.paths import SOURCE, Workspace
from milepost.cli import comments, diff, editions, release
from milepost.cli.checking import check, rule, schema
from milepost.cli.schedule import history, impact, importing, jira, quality, reports
from milepost.cli.serving import serve, site_extra
from milepost.cli.starting import edit, new, templates
from milepost.cli.terminal import Terminal
from milepost.render.overrides import check_templates

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
  milepost release 1.7                 check whether all is ready to approve version 1.7
  milepost diff 2024-02                show what has changed since the state of that month in history/
  milepost history save                keep the present dates in history/, to compare with later

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


_OBJECTS_BETWEEN_COLLECTIONS = 100_000
"""Python's own number, 700, costs a build a fifth of its time: most objects stay to its end."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line (default: the arguments of the process) and return the exit code."""
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, *gc.get_threshold()[1:])
    logging.basicConfig(format="%(message)s")  # otherwise a library does it, with the details of fontTools
    _occupy_closed_streams()
    terminal = Terminal(sys.stdout, sys.stderr, os.environ)
    try:
        options = _parser().parse_args(arguments)
    except SystemExit as end:  # after --help or --version, or because of a wrong command line
        raise SystemExit(terminal.exit_code(int(end.code or 0))) from None
    except OSError:  # the help cannot be written
        return terminal.exit_code(1)
    return terminal.exit_code(_run(options, terminal))


def _run(options: argparse.Namespace, terminal: Terminal) -> int:
    run: Callable[[argparse.Namespace, Terminal], int] = options.run
    try:
        if options.file is None:
            options.file = _document(terminal)
        if not getattr(options, "checks", False):
            # A template with a fault in a line of it is an error where it is used.
            found = check_templates(options.file)
            terminal.problems(problem for problem in found if problem.place and not problem.place.line)
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


def _occupy_closed_streams() -> None:
    """Open the null device for each standard stream that is closed.

    Otherwise the next file that is opened takes its number, and child processes write into that.
    """
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if stream is None:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free


def _document(terminal: Terminal) -> Path:
    """Return the document in this folder or, as git finds its repository, in the nearest one above."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if os.path.lexists(folder / SOURCE):
            if folder != here:
                terminal.say_error(f"using {os.path.relpath(folder / SOURCE)}")
            return Path(os.path.relpath(folder / SOURCE))
    return Path(SOURCE)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="milepost",
        description="Build a controlled milestone document from one YAML file.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_file(parser, default=None)
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    check.add_parser(commands)
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
    comments.add_parser(commands)
    serve.add_parser(commands)
    editions.add_parser(commands)
    release.add_parser(commands)
    history.add_parser(commands)
    importing.add_parser(commands)
    impact.add_parser(commands)
    jira.add_parser(commands)
    reports.add_parser(commands)
    quality.add_parser(commands)
    rule.add_parser(commands)
    schema.add_parser(commands)
    edit.add_parser(commands)
    new.add_parser(commands)
    templates.add_parser(commands)
    for command in commands.choices.values():
        _add_file(command, default=argparse.SUPPRESS)  # keeps an option from before the command
    return parser


def _add_file(parser: argparse.ArgumentParser, default: str | None) -> None:
    parser.add_argument(
        "-f",
        "--file",
        type=Path,
        default=default,
        help=f"the document (default: {SOURCE} in this folder or the nearest one above); "
        "outputs go to build/ beside it",
    )


def _target(name: str) -> str:
    names = (*_TARGETS, "all")
    if name not in names:
        raise argparse.ArgumentTypeError(f"unknown target {name!r}; choose from {', '.join(names)}")
    return name


class _Version(argparse.Action):
    """Look the version up only on request: that takes as long as a build with nothing to do."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        if sys.stdout:
            sys.stdout.write(f"milepost {version('milepost')}\n")
        parser.exit()


def _build(options: argparse.Namespace, terminal: Terminal) -> int:
    from milepost.build.document import Target, build
    from milepost.git.source_state import state_of

    every = not options.targets or "all" in options.targets
    targets = set(Target) if every else set(map(Target, options.targets))
    if Target.SITE in targets:
        targets.add(Target.PDF)
    if options.no_pdf:
        targets.discard(Target.PDF)
    if Target.SITE in targets:
        site_extra.require("; or build without it: milepost build pdf rst figures")
    workspace = Workspace.of(options.file)
    source = state_of(options.file)
    with terminal.progress() as progress:
        report = build(workspace, frozenset(targets), source, progress, terminal.say_waiting)
    for path in report.written:
        if path.parent != workspace.latex and workspace.site not in path.parents:
            pages = (
                f" ({count(report.pages or 0, 'page')}, {_times(report.passes)} through LaTeX)"
                if path.suffix == ".pdf" and path.parent == workspace.build
                else ""
            )
            terminal.say(f"{path}{pages}")
    if report.site_files is not None:
        changed = sum(workspace.site in path.parents for path in report.written)
        terminal.say(f"{workspace.site} ({count(report.site_files, 'file')}, {changed} changed)")
    elif not report.written:
        terminal.say("nothing to do: everything is up to date")
    typeset = [
        problem for problem in report.warnings if problem.rule.startswith(("tex", "publish", "history"))
    ]
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
