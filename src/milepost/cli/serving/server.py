"""Serve a site to the browsers of this machine, and tell them to reload it."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from typing import TYPE_CHECKING, Any

from tornado.httpserver import HTTPServer
from tornado.web import Application, HTTPError, RequestHandler, StaticFileHandler
from tornado.websocket import WebSocketHandler

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from pathlib import Path

_HTTP = 80
_SECONDS_BETWEEN_CHECKS = 0.3
# The version is that of the page, so that a page that was loaded just before a change is reloaded, too.
_SCRIPT = """<script>(() => {
  const connect = () => {
    const socket = new WebSocket(`ws://${location.host}/-/reload?VERSION`);
    socket.onmessage = () => location.reload();
    socket.onclose = () => setTimeout(connect, 1000);
  };
  connect();
})();</script>"""
# Links of 404.html begin with the path of the published site.
_BASE = re.compile(r'="(/[^"]*?)_static/')


class SiteServer:
    """A server of the files in a directory, for one version of the site after the other."""

    def __init__(self, directory: Path, port: int) -> None:
        self.directory = directory
        names = ("localhost", "127.0.0.1", "[::1]")
        self.hosts = {f"{name}:{port}" for name in names} | (set(names) if port == _HTTP else set())
        self.version = time.time_ns()
        self.browsers: set[_Reload] = set()

    async def serve(self, sockets: list[socket.socket], rebuild_if_changed: Callable[[], bool]) -> None:
        """Serve until cancelled.

        Args:
            sockets: bound to the port.
            rebuild_if_changed: called again and again; returns whether it rebuilt the site.
        """
        for name in ("tornado.access", "tornado.general"):
            logging.getLogger(name).setLevel(logging.ERROR)  # they report every request of a missing page
        settings = {"server": self}
        files = {**settings, "path": str(self.directory), "default_filename": "index.html"}
        server = HTTPServer(Application([(r"/-/reload", _Reload, settings), (r"/(.*)", _File, files)]))
        server.add_sockets(sockets)
        while True:
            await asyncio.sleep(_SECONDS_BETWEEN_CHECKS)
            if rebuild_if_changed():
                self.version += 1
                for browser in self.browsers:
                    browser.reload()

    def with_script(self, page: bytes) -> bytes:
        """Return a page with the script that reloads it."""
        script = _SCRIPT.replace("VERSION", str(self.version)).encode()
        return page.replace(b"</head>", script + b"</head>", 1)


class _OwnRequests(RequestHandler):
    """Refuse requests of other sites, which may reach this machine by a name of their own (DNS rebinding)."""

    server: SiteServer

    def prepare(self) -> None:
        origin = self.request.headers.get("Origin")
        if self.request.host.lower() not in self.server.hosts:
            self._refuse(421, "This server answers only requests for localhost.")
        elif origin is not None and origin.lower().removeprefix("http://") not in self.server.hosts:
            self._refuse(403, "This server answers only requests of its own pages.")

    def _refuse(self, status: int, reason: str) -> None:
        self.set_status(status)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{reason}\n")


class _File(_OwnRequests, StaticFileHandler):
    """A file of the site; never from the cache of the browser."""

    def initialize(self, server: SiteServer, path: str, default_filename: str) -> None:  # type: ignore[override]
        super().initialize(path, default_filename)
        self.server = server

    def set_default_headers(self) -> None:
        self.set_header("Cache-Control", "no-store")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")

    def validate_absolute_path(self, root: str, absolute_path: str) -> str | None:
        try:
            return super().validate_absolute_path(root, absolute_path)
        except (OSError, ValueError):  # no name of a file can be so long, or have such characters
            raise HTTPError(404) from None

    def compute_etag(self) -> None:
        return None

    def should_return_304(self) -> bool:
        return False

    def _page(self) -> bytes | None:
        path = self.absolute_path or ""
        return self.server.with_script(_read(path)) if path.endswith(".html") else None

    def get_content_size(self) -> int:
        page = self._page()
        return super().get_content_size() if page is None else len(page)

    def get_content(self, abspath: str, start: int | None = None, end: int | None = None) -> Any:  # type: ignore[override]
        page = self._page()
        return super().get_content(abspath, start, end) if page is None else page[start:end]

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        page = self.server.directory / "404.html"
        if status_code != 404 or not page.is_file():
            super().write_error(status_code, **kwargs)
            return
        text = page.read_text("utf-8")
        if base := _BASE.search(text):
            text = text.replace(f'="{base[1]}', '="/')
        self.finish(self.server.with_script(text.encode()))


class _Reload(_OwnRequests, WebSocketHandler):
    """The connection of a page that waits for the next version."""

    def initialize(self, server: SiteServer) -> None:
        self.server = server

    def check_origin(self, origin: str) -> bool:  # noqa: ARG002 -- done in `prepare`
        return True

    def open(self, *_: str, **__: str) -> None:
        self.server.browsers.add(self)
        if self.request.query != str(self.server.version):
            self.reload()

    def on_message(self, message: str | bytes) -> None:
        """Ignore what a page sends."""

    def on_close(self) -> None:
        self.server.browsers.discard(self)

    def reload(self) -> None:
        """Tell the page to reload itself."""
        self.write_message("reload")


def _read(path: str) -> bytes:
    with open(path, "rb") as file:  # noqa: PTH123 -- tornado has paths as texts
        return file.read()
