"""`milepost serve`: serve the site, with what a check finds, and rebuild it on every change."""

from __future__ import annotations

import argparse
import errno
from contextlib import suppress
from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError, Problem
from milepost.base.paths import Workspace
from milepost.cli import site_extra
from milepost.cli.commands import Help, add_command

if TYPE_CHECKING:
    import socket

    from milepost.cli.commands import Commands
    from milepost.cli.terminal import Terminal

_HIGHEST_PORT = 65535
_DEFAULT_PORT = 8000
_PORTS_TRIED = 50


_HELP = Help(
    summary="serve the site and rebuild it on every change",
    description="""\
Build the site and serve it to this machine only. When the YAML, a template or a recorded state changes,
rebuild it and reload the page in the browser. What a check finds is in the terminal and at the end of each
page; after an error, the last site without errors stays. Where there is TeX, the PDF is typeset beside it.
Stop with Ctrl+C.
""",
    examples=(("milepost serve", ""), ("milepost serve --port 8080 --no-pdf", "")),
    exit_codes={
        0: "it was stopped with Ctrl+C",
        1: "the port is in use, there is no document, or the site needs packages that are not installed",
    },
)


def add_parser(commands: Commands) -> None:
    """Add the command `serve` to `commands`."""
    parser = add_command(commands, "serve", _HELP, run)
    parser.add_argument(
        "--port",
        type=_port,
        default=_DEFAULT_PORT,
        help="the port to use, 0 for any that is free (default: %(default)s)",
    )
    parser.add_argument("--no-pdf", action="store_true", help="do not typeset the PDF")


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > _HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; choose a number from 0 to {_HIGHEST_PORT}")
    return int(text)


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Serve the site until the user stops it."""
    site_extra.require()
    sockets = _sockets(options.port)
    try:
        from milepost.build.document import Target
        from milepost.cli.serving.preview import Preview
        from milepost.cli.serving.rebuilding import Rebuilding
        from milepost.cli.serving.server import SiteServer
        from milepost.loading.load import read

        read(options.file, str(options.file))  # a wrong folder is an error at once
        workspace = Workspace.of(options.file)
        server = SiteServer(workspace.site, sockets)
        preview = Preview(workspace, server, terminal, with_pdf=not options.no_pdf)
        rebuilding = Rebuilding(workspace, frozenset({Target.SITE}), terminal, preview.begin)
        with suppress(KeyboardInterrupt):
            rebuilding.run(preview.show, preview.look_for_pdf)
    finally:
        for each in sockets:
            each.close()
    return 0


def _sockets(port: int) -> list[socket.socket]:
    """Return sockets that listen to a port of this machine; of one that is free, if it is 0.

    Raises:
        MilepostError: nobody can listen to it.
    """
    try:
        return _bound(port)
    except OSError as error:
        another = "give another: milepost serve --port"
        if error.errno == errno.EADDRINUSE:
            message, hint = f"port {port} is in use", f"{another} {_free_port(port)}"
        elif error.errno == errno.EACCES:
            message, hint = f"port {port} needs the rights of an administrator", f"{another} {_DEFAULT_PORT}"
        else:
            reason = (error.strerror or str(error)).lower()
            message = f"cannot serve at localhost, port {port}: {reason}"
            hint = "localhost has to be this machine: see the file hosts of the system"
        raise MilepostError(Problem(rule="port", message=message, hint=hint)) from None


def _bound(port: int) -> list[socket.socket]:
    from tornado.netutil import bind_sockets

    return bind_sockets(port, "localhost")


def _free_port(port: int) -> int:
    """Return the next port that is free."""
    for other in range(port + 1, min(port + _PORTS_TRIED, _HIGHEST_PORT) + 1):
        with suppress(OSError):
            for each in _bound(other):
                each.close()
            return other
    return 0  # the system chooses one
