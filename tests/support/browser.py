"""A real browser, and a web server for its pages."""

from __future__ import annotations

import shutil
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

CHROMIUM: dict[str, Any] = {
    "executable_path": shutil.which("chromium"),
    "args": ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
}
"""How Playwright starts Chromium, without requests to its makers."""

# A busy machine is no fault of a page: what is expected is waited for as long as an element is.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Yield Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        yield browser
        browser.close()


class _Host(SimpleHTTPRequestHandler):
    """Serve static files, and 404.html for missing ones, as hosts of sites do."""

    def log_message(self, *_: object) -> None:
        pass

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory) / "404.html"
        if code != 404 or not page.exists():
            super().send_error(code, message, explain)
            return
        content = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def served(directory: Path) -> Iterator[str]:
    """Serve `directory` on a free port, and yield its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Host, directory=str(directory))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
