"""`milepost build`: build the PDF, the reST document, the figures and the site."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from milepost.base.errors import count
from milepost.base.paths import Workspace
from milepost.cli import site_extra
from milepost.cli.commands import Help, add_command

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from milepost.base.errors import Problem
    from milepost.build.document import Report, Target
    from milepost.cli.commands import Commands
    from milepost.cli.terminal import Terminal

_TARGETS = ("pdf", "rst", "figures", "site")

_HELP = Help(
    summary="build the PDF, the reST document, the figures and the site",
    description="Build what has changed since the last build. Without TARGET, build everything.",
    examples=(
        ("milepost build", "everything: PDF, reST document, figures and site"),
        ("milepost build pdf", "build/HANDLE.pdf"),
        ("milepost build site --no-pdf", "the document as HTML, without LaTeX"),
    ),
    exit_codes={
        0: "everything is up to date",
        1: "the document has errors, or could not be built; files from earlier builds are unchanged",
    },
    environment={
        "SOURCE_DATE_EPOCH": "the time stored in files, in seconds since 1970 (default: the time of the last "
        "commit)",
    },
)


def add_parser(commands: Commands) -> None:
    """Add the command `build` to `commands`."""
    add_targets(add_command(commands, "build", _HELP, run))


def add_targets(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that say what to build."""
    parser.add_argument(
        "targets", nargs="*", metavar="TARGET", help=f"{', '.join(_TARGETS)} or all", type=_target
    )
    parser.add_argument(
        "--no-pdf", action="store_true", help="build the site without the PDF, which needs LaTeX"
    )


def _target(name: str) -> str:
    names = (*_TARGETS, "all")
    if name not in names:
        raise argparse.ArgumentTypeError(f"unknown target {name!r}; choose from {', '.join(names)}")
    return name


def targets_of(options: argparse.Namespace, command: str) -> frozenset[Target]:
    """Return what to build.

    Args:
        options: what `add_targets` has parsed.
        command: the name of the command, for messages.

    Raises:
        MilepostError: packages for the site are missing.
    """
    from milepost.build.document import Target

    every = not options.targets or "all" in options.targets
    targets = set(Target) if every else set(map(Target, options.targets))
    if Target.SITE in targets:
        targets.add(Target.PDF)
    if options.no_pdf:
        targets.discard(Target.PDF)
    if Target.SITE in targets:
        site_extra.require(f"; or {command} without it: milepost {command} pdf rst figures")
    return frozenset(targets)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Build what has changed, and return the exit code."""
    from milepost.build.document import build
    from milepost.git.source_state import state_of

    targets = targets_of(options, "build")
    workspace = Workspace.of(options.file)
    source = state_of(options.file)
    with terminal.progress() as progress:
        report = build(workspace, targets, source, on_progress=progress, on_wait=terminal.say_waiting)
    for line in written(report, workspace):
        terminal.say(line)
    if report.site_files is None and not report.written:
        terminal.say("nothing to do: everything is up to date")
    typeset = of_build(report)
    terminal.problems(typeset)
    contradictions = len(report.warnings) - len(typeset)
    if contradictions:
        terminal.say_error(
            f"{options.file}: {_warnings(report.warnings[:contradictions])}; `milepost check` lists them"
        )
    return 0


def written(report: Report, workspace: Workspace) -> Iterator[str]:
    """Yield a line about each file that a build wrote, and about the site."""
    for path in report.written:
        if path.parent != workspace.latex and workspace.site not in path.parents:
            pages = (
                f" ({count(report.pages or 0, 'page')}, {_times(report.passes)} through LaTeX)"
                if path.suffix == ".pdf" and path.parent == workspace.build
                else ""
            )
            yield f"{path}{pages}"
    if report.site_files is not None:
        changed = sum(workspace.site in path.parents for path in report.written)
        yield f"{workspace.site} ({count(report.site_files, 'file')}, {changed} changed)"


def of_build(report: Report) -> list[Problem]:
    """Return the warnings of a build that are not about the document alone."""
    return [problem for problem in report.warnings if problem.rule.startswith(("tex", "publish", "history"))]


def _warnings(warnings: Sequence[Problem]) -> str:
    return count(len(warnings), "warning") if warnings else "no warnings"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"
