"""`milepost serve`: serve the site and rebuild it on every change of the document or a template."""

from __future__ import annotations

import argparse
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError, Problem
from milepost.base.paths import Workspace
from milepost.cli import site_extra
from milepost.cli.commands import Help, add_command
from milepost.history.names import states_beside

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

    from milepost.cli.commands import Commands
    from milepost.cli.terminal import Terminal

_HIGHEST_PORT = 65535


_HELP = Help(
    summary="serve the site and rebuild it on every change",
    description="""\
Build the site and serve it to this machine only. When the YAML or a template changes, rebuild it and reload
the page in the browser. Stop with Ctrl+C.
""",
    examples=(("milepost serve", ""), ("milepost serve --port 8080 --pdf", "")),
    exit_codes={
        0: "it was stopped with Ctrl+C",
        1: "the port is in use, or the site needs packages that are not installed",
    },
)


def add_parser(commands: Commands) -> None:
    """Add the command `serve` to `commands`."""
    parser = add_command(commands, "serve", _HELP, run)
    parser.add_argument("--port", type=_port, default=8000, help="the port to use (default: %(default)s)")
    parser.add_argument("--pdf", action="store_true", help="also build the PDF on every change")


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= _HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; choose a number from 1 to {_HIGHEST_PORT}")
    return int(text)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Serve the site until the user stops it."""
    site_extra.require()
    import asyncio

    from milepost.cli.serving.server import SiteServer

    sockets = _sockets(options.port)
    workspace = Workspace.of(options.file)
    seen = _watched(workspace)
    try:
        _build(options, workspace, terminal)
    except BaseException:
        for each in sockets:
            each.close()
        raise
    terminal.say_error(f"{workspace.site} is at http://localhost:{options.port}/ until you press Ctrl+C")

    def rebuild_if_changed() -> bool:
        nonlocal seen
        now = _watched(workspace)
        if now == seen:
            return False
        seen = now
        try:
            return _build(options, workspace, terminal)
        except MilepostError as error:
            terminal.problems(error.problems)
        except OSError as error:
            terminal.say_error(str(error))
        return False

    with suppress(KeyboardInterrupt):
        asyncio.run(SiteServer(workspace.site, options.port).serve(sockets, rebuild_if_changed))
    return 0


def _sockets(port: int) -> list[socket.socket]:
    from tornado.netutil import bind_sockets

    try:
        return bind_sockets(port, "localhost")
    except OSError as error:
        message = f"cannot serve on port {port}: {(error.strerror or str(error)).lower()}"
        hint = "choose another port with --port"
        raise MilepostError(Problem(rule="port", message=message, hint=hint)) from None


def _watched(workspace: Workspace) -> dict[Path, tuple[int, int]]:
    """Return the time and the size of each file that determines the site."""

    def files() -> Iterator[Path]:
        yield workspace.source
        content = workspace.source.read_bytes() if workspace.source.is_file() else b""
        yield from (path for _, path in states_beside(workspace, content))
        for directory in (workspace.history, *workspace.templates.directories):
            for folder, _, names in os.walk(directory, followlinks=True):
                yield from (Path(folder, name) for name in names)

    found = {}
    for path in files():
        with suppress(OSError):
            status = path.stat()
            found[path] = (status.st_mtime_ns, status.st_size)
    return found


def _build(options: argparse.Namespace, workspace: Workspace, terminal: Terminal) -> bool:
    """Build the site, and return whether it has changed."""
    from milepost.build.document import Target, build
    from milepost.git.source_state import state_of

    targets = frozenset({Target.SITE, Target.PDF} if options.pdf else {Target.SITE})
    report = build(workspace, targets, state_of(options.file), on_wait=terminal.say_waiting)
    changed = sum(workspace.site in path.parents for path in report.written)
    files = "1 file of the site has" if changed == 1 else f"{changed} files of the site have"
    terminal.say_error(f"{files} changed" if changed else "nothing has changed")
    return changed > 0
