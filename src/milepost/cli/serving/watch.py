"""`milepost watch`: build, and build again on every change of the document or what it is built from."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from milepost.base.paths import Workspace
from milepost.cli.build import add_targets, targets_of
from milepost.cli.commands import Help, add_command

if TYPE_CHECKING:
    import argparse

    from milepost.cli.commands import Commands
    from milepost.cli.serving.rebuilding import Outcome
    from milepost.cli.terminal import Terminal

_HELP = Help(
    summary="build, and build again on every change",
    description="""\
Check and build the document, and do so again whenever its YAML, a template, a state in history/, a recorded
export or the commit changes. Findings are printed as by `milepost check`, a warning once as long as it
stays. After an error, the files of the last build stay as they are. Stop with Ctrl+C.

Without TARGET, build everything.
""",
    examples=(
        ("milepost watch pdf", "build/HANDLE.pdf, for a viewer that shows it again when it changes"),
        ("milepost watch site --no-pdf", "the document as HTML, without LaTeX"),
    ),
    exit_codes={
        0: "it was stopped with Ctrl+C",
        1: "there is no document, or packages for the site are not installed",
    },
)


def add_parser(commands: Commands) -> None:
    """Add the command `watch` to `commands`."""
    add_targets(add_command(commands, "watch", _HELP, run))


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Build until the user stops it."""
    targets = targets_of(options, "watch")
    from milepost.cli.serving.rebuilding import Rebuilding
    from milepost.loading.load import read

    read(options.file, str(options.file))  # a wrong folder is an error at once
    announced = False

    def announce(_outcome: Outcome) -> None:
        nonlocal announced
        if not announced:
            terminal.say_error(f"watching {options.file} and what it is built from until you press Ctrl+C")
            announced = True

    with suppress(KeyboardInterrupt):
        Rebuilding(Workspace.of(options.file), targets, terminal).run(announce)
    return 0
