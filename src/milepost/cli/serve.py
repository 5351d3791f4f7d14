"""`milepost serve`: serve the site and rebuild it on every change of the document or a template."""

from __future__ import annotations

import argparse
import logging
from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError, Problem
from milepost.base.paths import Workspace

if TYPE_CHECKING:
    from milepost.cli.terminal import Terminal

_HIGHEST_PORT = 65535


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `serve` to `commands`."""
    parser = commands.add_parser(
        "serve",
        help="serve the site and rebuild it on every change",
        description="Build the site and serve it to this machine only. When the YAML or a template changes, "
        "rebuild it and reload the page in the browser. Stop with Ctrl+C.",
    )
    parser.add_argument("--port", type=_port, default=8000, help="the port to use (default: %(default)s)")
    parser.add_argument("--pdf", action="store_true", help="also build the PDF on every change")
    parser.set_defaults(run=run)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= _HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; choose a number from 1 to {_HIGHEST_PORT}")
    return int(text)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Serve the site until the user stops it."""
    try:
        from livereload import Server
        from livereload.handlers import LiveReloadHandler
    except ImportError:
        raise MilepostError(
            Problem(
                rule="site",
                message="serving the site needs livereload, which is not installed",
                hint="pip install 'milepost[site]'",
            )
        ) from None

    workspace = Workspace.of(options.file)

    def make() -> None:
        try:
            _make(options, workspace, terminal)
        except MilepostError as error:
            terminal.problems(error.problems)

    _make(options, workspace, terminal)
    LiveReloadHandler.DEFAULT_RELOAD_TIME = 0  # otherwise a second change within 3 s would never be shown
    server = Server()
    for watched in (options.file, *workspace.templates.directories):
        server.watch(str(watched), make)
    terminal.say_error(f"{workspace.site} is at http://localhost:{options.port}/ until you press Ctrl+C")
    logging.disable(logging.INFO)  # one line for every request
    try:
        server.serve(root=str(workspace.site), host="localhost", port=options.port)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise MilepostError(
            Problem(
                rule="port",
                message=f"cannot serve on port {options.port}: {reason}",
                hint="choose another port with --port",
            )
        ) from None
    return 0


def _make(options: argparse.Namespace, workspace: Workspace, terminal: Terminal) -> None:
    from milepost.build.document import Target, build
    from milepost.git.source_state import state_of

    targets = frozenset({Target.SITE, Target.PDF} if options.pdf else {Target.SITE})
    report = build(workspace, targets, state_of(options.file))
    changed = sum(workspace.site in path.parents for path in report.written)
    terminal.say_error(f"{changed} files of the site have changed" if changed else "nothing has changed")
