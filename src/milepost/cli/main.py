"""The command `milepost`: parse arguments, run the command, print the results, return the exit code."""

from __future__ import annotations

import argparse
import atexit
import gc
import logging
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError, system_problem
from milepost.base.paths import SOURCE
from milepost.cli.commands import STANDARD_INPUT, Command, Help, add_file
from milepost.cli.terminal import Terminal
from milepost.render.overrides import check_templates

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_HELP = Help(
    summary="make a milestone document from one YAML file",
    description="Build a controlled milestone document from one YAML file.",
    examples=(
        ("milepost check", "check milestones.yaml for errors and contradictions"),
        ("milepost build pdf", "build build/HANDLE.pdf"),
        ("milepost build site", "build build/site/, the document as HTML, with its PDF"),
        ("milepost build", "build everything: PDF, reST document, figures and site"),
        ("milepost -f plan/milestones.yaml build rst", ""),
        ("milepost diff v1.6", "show what has changed since the tag v1.6"),
        ("milepost release 1.7", "check whether all is ready to approve version 1.7"),
        ("milepost diff 2024-02", "show what has changed since the state of that month in history/"),
        ("milepost history save", "keep the present dates in history/, to compare with later"),
    ),
    exit_codes={
        0: "success",
        1: "the document has errors or could not be built; each error is printed as FILE:LINE:COLUMN: what "
        "is wrong (how to fix it); see also milepost diff --help",
        130: "interrupted; files from earlier builds are unchanged",
    },
    environment={
        "NO_COLOR": "print without colours",
        "SOURCE_DATE_EPOCH": "the time stored in files, in seconds since 1970 (default: the time of the last "
        "commit)",
    },
)


_COMMANDS = {
    "check": "checking.check",
    "build": "build",
    "diff": "diff",
    "comments": "comments",
    "serve": "serving.serve",
    "watch": "serving.watch",
    "lsp": "serving.lsp",
    "editions": "editions",
    "release": "release",
    "history": "schedule.history",
    "import": "schedule.importing",
    "impact": "schedule.impact",
    "jira": "schedule.jira",
    "report": "schedule.reports",
    "quality": "schedule.quality",
    "rule": "checking.rule",
    "schema": "checking.schema",
    "waivers": "checking.waivers",
    "edit": "starting.edit",
    "fmt": "starting.fmt",
    "new": "starting.new",
    "templates": "starting.templates",
    "manual": "manuals.manual",
    "completion": "manuals.completion",
}
"""The commands in the order of the help, and their modules, of which only the needed one is imported."""

_OBJECTS_BETWEEN_COLLECTIONS = 100_000
"""Python's own number, 700, costs a build a fifth of its time: most objects stay to its end."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line (default: the arguments of the process) and return the exit code."""
    # All packages would be searched for extensions of pydantic, which must change nothing here.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, *gc.get_threshold()[1:])
    atexit.register(gc.freeze)  # otherwise Python searches for what is in no use, to end only then
    logging.basicConfig(format="%(message)s")  # otherwise a library does it, with the details of fontTools
    _occupy_closed_streams()
    terminal = Terminal(sys.stdout, sys.stderr, os.environ)
    try:
        typed = sys.argv[1:] if arguments is None else list(arguments)
        options = parser(_command(typed)).parse_args(typed)
    except SystemExit as end:  # after --help or --version, or because of a wrong command line
        raise SystemExit(terminal.exit_code(int(end.code or 0))) from None
    except OSError:  # the help cannot be written
        return terminal.exit_code(1)
    return terminal.exit_code(_run(options, terminal))


def _run(options: argparse.Namespace, terminal: Terminal) -> int:
    run: Callable[[argparse.Namespace, Terminal], int] = options.run
    if options.file == STANDARD_INPUT and not options.reads_input:
        options.usage_error("this command needs a file, and cannot read the document from standard input")
    try:
        if options.file is None:
            options.file = _document(terminal)
        if not options.checks:
            # A template with a fault in a line of it is an error where it is used.
            found = check_templates(options.file)
            terminal.problems(problem for problem in found if problem.place and not problem.place.line)
        return run(options, terminal)
    except MilepostError as error:
        terminal.problems(error.problems)
        return 1
    except OSError as error:
        terminal.problems([system_problem(error)])
        return 1
    except KeyboardInterrupt:
        terminal.say_error("interrupted; files from earlier builds are unchanged")
        return 130


def _occupy_closed_streams() -> None:
    """Open the null device for each standard stream that is closed.

    Otherwise the next file that is opened takes its number, and child processes write into that.
    argparse, before Python 3.11.5, writes to standard error without looking whether it is there.
    """
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if stream is None:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
    if sys.stderr is None:
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)


def _document(terminal: Terminal) -> Path:
    """Return the document in this folder or, as git finds its repository, in the nearest one above."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if os.path.lexists(folder / SOURCE):
            if folder != here:
                terminal.say_error(f"using {os.path.relpath(folder / SOURCE)}")
            return Path(os.path.relpath(folder / SOURCE))
    return Path(SOURCE)


def _command(typed: Sequence[str]) -> str | None:
    """Return the command of a command line; None if it has none, or one that there is not."""
    words = iter(typed)
    for word in words:
        if word == "-f" or (len(word) > len("--") and "--file".startswith(word)):
            next(words, None)
        elif not word.startswith("-") or word == "-":
            return word if word in _COMMANDS else None
    return None


def parser(command: str | None = None) -> Command:
    """Return the parser of the command line, or as much of it as one command needs."""
    whole = Command(prog="milepost", about=_HELP)
    whole.set_defaults(parser=parser)  # for the commands about all commands
    add_file(whole, default=None)
    whole.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = whole.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for name in [command] if command else _COMMANDS:
        import_module(f"milepost.cli.{_COMMANDS[name]}").add_parser(commands)
    return whole


class _Version(argparse.Action):
    """Look the version up only on request."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from milepost.base.fingerprint import version_of

        if sys.stdout:
            sys.stdout.write(f"milepost {version_of('milepost')}\n")
        parser.exit()
