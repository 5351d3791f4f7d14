"""Serve a site to the browsers of this machine, and tell them to reload it."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from tornado.httpserver import HTTPServer
from tornado.web import Application, HTTPError, RequestHandler, StaticFileHandler
from tornado.websocket import WebSocketHandler

from milepost.base.paths import builtin_templates
from milepost.findings.panel import empty_page

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence
    from pathlib import Path

_HTTP = 80
_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
# The version is that of the page, so that a page that was loaded just before a change is reloaded, too.
_PREVIEW = """<div id="milepost-preview" data-version="VERSION">
<template shadowrootmode="open">PANEL</template>
</div>
<script src="/-/preview.js"></script>
"""
# Links of 404.html begin with the path of the published site.
_BASE = re.compile(r'="(/[^"]*?)_static/')


class SiteServer:
    """A server of the files in a directory, one version of a site after the other, in a thread."""

    def __init__(self, directory: Path, sockets: Sequence[socket.socket]) -> None:
        self.directory = directory
        self.port: int = sockets[0].getsockname()[1]
        names = ("localhost", "127.0.0.1", "[::1]")
        self.hosts = {f"{name}:{self.port}" for name in names} | (set(names) if self.port == _HTTP else set())
        self.version = time.time_ns()
        self.browsers: set[_Reload] = set()
        self.panel = ""
        self.pdf: Path | None = None
        self._sockets = sockets
        self._loop: asyncio.AbstractEventLoop | None = None

    def show(self, panel: str, pdf: Path | None, *, reload: bool) -> None:
        """Show a panel on every page; begin to serve, if that is the first one.

        Args:
            panel: as HTML.
            pdf: the document as PDF, if there is one.
            reload: whether the site has changed.
        """
        if self._loop is None:
            self._show(panel, pdf, reload=False)
            started = threading.Event()
            threading.Thread(target=asyncio.run, args=(self._serve(started),), daemon=True).start()
            started.wait()
        else:
            self._loop.call_soon_threadsafe(partial(self._show, panel, pdf, reload=reload))

    async def _serve(self, started: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        for name in ("tornado.access", "tornado.general"):
            logging.getLogger(name).setLevel(logging.ERROR)  # they report every request of a missing page
        settings = {"server": self}
        files = {**settings, "path": str(self.directory), "default_filename": "index.html"}
        routes: list[Any] = [
            (r"/-/reload", _Reload, settings),
            (r"/-/(preview\.(?:css|js))", _Preview, settings),
            (r"/-/pdf/(.*)", _Pdf, settings),
            (r"/(.*)", _File, files),
        ]
        HTTPServer(Application(routes)).add_sockets(self._sockets)
        started.set()
        await asyncio.Event().wait()

    def _show(self, panel: str, pdf: Path | None, *, reload: bool) -> None:
        self.panel, self.pdf = panel, pdf
        self.version += reload
        for browser in self.browsers:
            browser.tell(reload=reload)

    def with_panel(self, page: bytes) -> bytes:
        """Return a page with the panel, and with the script that reloads it."""
        preview = _PREVIEW.replace("VERSION", str(self.version)).replace("PANEL", self.panel).encode()
        end = page.rfind(b"</body>")
        return page[:end] + preview + page[end:] if end >= 0 else page + preview


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
        return self.server.with_panel(_read(path)) if path.endswith(".html") else None

    def get_content_size(self) -> int:
        page = self._page()
        return super().get_content_size() if page is None else len(page)

    def get_content(self, abspath: str, start: int | None = None, end: int | None = None) -> Any:  # type: ignore[override]
        page = self._page()
        return super().get_content(abspath, start, end) if page is None else page[start:end]

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        page = self.server.directory / "404.html"
        if status_code == 404 and not (self.server.directory / "index.html").is_file():
            self.finish(self.server.with_panel(empty_page().encode()))
            return
        if status_code != 404 or not page.is_file():
            super().write_error(status_code, **kwargs)
            return
        text = page.read_text("utf-8")
        if base := _BASE.search(text):
            text = text.replace(f'="{base[1]}', '="/')
        self.finish(self.server.with_panel(text.encode()))


class _Preview(_OwnRequests):
    """The style and the script of the panel."""

    def initialize(self, server: SiteServer) -> None:
        self.server = server

    def get(self, name: str) -> None:
        self.set_header("Content-Type", _TYPES[name.rpartition(".")[2]])
        self.set_header("Cache-Control", "no-store")
        self.finish((builtin_templates() / "findings/static" / name).read_bytes())


class _Pdf(_OwnRequests):
    """The document as PDF."""

    def initialize(self, server: SiteServer) -> None:
        self.server = server

    def get(self, name: str) -> None:
        pdf = self.server.pdf
        if pdf is None or pdf.name != name or not pdf.is_file():
            raise HTTPError(404)
        self.set_header("Content-Type", "application/pdf")
        self.set_header("Cache-Control", "no-store")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        self.finish(pdf.read_bytes())


class _Reload(_OwnRequests, WebSocketHandler):
    """The connection of a page that waits for the next version."""

    def initialize(self, server: SiteServer) -> None:
        self.server = server

    def check_origin(self, origin: str) -> bool:  # noqa: ARG002 -- done in `prepare`
        return True

    def open(self, *_: str, **__: str) -> None:
        self.server.browsers.add(self)
        self.tell(reload=self.request.query != str(self.server.version))

    def on_message(self, message: str | bytes) -> None:
        """Ignore what a page sends."""

    def on_close(self) -> None:
        self.server.browsers.discard(self)

    def tell(self, *, reload: bool) -> None:
        """Tell the page to reload itself, or what the panel shows now."""
        self.write_message(json.dumps({"reload": True} if reload else {"panel": self.server.panel}))


def _read(path: str) -> bytes:
    with open(path, "rb") as file:  # noqa: PTH123 -- tornado has paths as texts
        return file.read()
