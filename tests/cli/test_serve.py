"""`milepost serve`: a real server, and a browser in which the page changes when the document does."""

from __future__ import annotations

import re
import select
import socket
import subprocess
import sys
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from tests.support.printed import DOCUMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from http.client import HTTPMessage
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow

TITLE = "  title: Minimal\n"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "milestones.yaml"
    path.write_text(DOCUMENTS["minimal"].read_text("utf-8"), "utf-8")
    assert TITLE in path.read_text("utf-8")
    return path


def start(source: Path, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "milepost", "serve", *options]
    return subprocess.Popen(command, cwd=source.parent, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def served(source: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    port = free_port()
    process = start(source, "--port", str(port))
    assert process.stderr is not None
    try:
        said = [process.stderr.readline(), process.stderr.readline()]
        address = f"http://localhost:{port}/"
        assert said[1] == f"build/site is at {address} until you press Ctrl+C\n", said
        yield address, process
    finally:
        process.terminate()
        process.communicate(timeout=30)


def test_a_change_shows_in_the_browser_and_a_fault_on_the_terminal(
    source: Path, served: tuple[str, subprocess.Popen[str]], browser: Browser
) -> None:
    address, process = served
    assert process.stderr is not None
    text = source.read_text("utf-8")
    page = browser.new_page()
    with page.expect_websocket():
        page.goto(address)
    expect(page.locator("h1")).to_contain_text("Minimal")

    source.write_text(text.replace(TITLE, "  title: Maximal\n"), "utf-8")

    expect(page.locator("h1")).to_contain_text("Maximal", timeout=60_000)
    page.close()
    assert process.stderr.readline().endswith("files of the site have changed\n")

    source.write_text(text.replace(TITLE, "  titel: Maximal\n"), "utf-8")

    lines = iter(process.stderr.readline, "")
    # A file may be seen twice while it is written; the second time nothing has changed.
    line = next(line for line in lines if line != "nothing has changed\n")
    assert line.startswith("milestones.yaml:")
    assert process.poll() is None


def ask(address: str, path: str, **headers: str) -> tuple[int, str, HTTPMessage]:
    """Send a GET request with these headers, `Host` included."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=60)
    connection.putrequest("GET", path, skip_host="Host" in headers)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    response = connection.getresponse()
    text = "" if response.status == 101 else response.read().decode()
    connection.close()
    return response.status, text, response.headers


def test_only_requests_for_this_machine_and_of_its_own_pages_are_answered(
    served: tuple[str, subprocess.Popen[str]],
) -> None:
    address, _ = served
    port = urlsplit(address).port or 0

    for host in (f"localhost:{port}", f"127.0.0.1:{port}", f"[::1]:{port}", f"LOCALHOST:{port}"):
        assert ask(address, "/index.html", Host=host)[0] == 200
    for host in (f"evil.example:{port}", "localhost", f"localhost:{port + 1}", f"localhost.evil:{port}", ""):
        for path in ("/index.html", "/milestones.json", "/-/reload", "/nothing"):
            status, text, _ = ask(address, path, Host=host)
            assert (status, text) == (421, "This server answers only requests for localhost.\n")
    for origin in ("http://evil.example", f"http://evil.example:{port}", "null", f"https://localhost:{port}"):
        assert ask(address, "/milestones.json", Origin=origin)[0] == 403
    assert ask(address, "/milestones.json", Origin=f"http://localhost:{port}")[0] == 200


def test_other_pages_cannot_listen_for_changes(served: tuple[str, subprocess.Popen[str]]) -> None:
    address, _ = served
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec_WebSocket_Version": "13",
        "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }

    assert ask(address, "/-/reload", **upgrade, Origin="http://evil.example")[0] == 403
    assert ask(address, "/-/reload", **upgrade, Origin=address.rstrip("/"))[0] == 101


def test_a_missing_page_is_the_page_of_the_site(source: Path) -> None:
    """Its links begin with the path of the published site."""
    text = source.read_text("utf-8").replace(TITLE, f"{TITLE}  site: https://example.org/a/plan/\n")
    source.write_text(text, "utf-8")
    port = free_port()
    process = start(source, "--port", str(port))
    assert process.stderr is not None
    try:
        process.stderr.readline()
        process.stderr.readline()
        address = f"http://localhost:{port}/"
        status, page, headers = ask(address, "/milestones/no-such-page.html")
        links = re.findall(r'<link rel="stylesheet"[^>]* href="([^"?]*)', page)
        styles = [ask(address, link)[0] for link in links]
    finally:
        process.terminate()
        process.communicate(timeout=30)

    assert (status, headers.get_content_type()) == (404, "text/html")
    assert "not-found.js" in page
    assert "/a/plan/" in (source.parent / "build/site/404.html").read_text("utf-8")
    assert styles
    assert set(styles) == {200}


def test_nothing_outside_of_the_site_is_served(served: tuple[str, subprocess.Popen[str]]) -> None:
    address, process = served

    for path in ("/../../milestones.yaml", "/%2e%2e/%2e%2e/milestones.yaml", "//etc/passwd"):
        assert ask(address, path)[0] in {403, 404}
    for path in ("/%00", f"/{'a' * 5000}", "/nothing/" * 200):
        assert ask(address, path)[0] == 404
    assert ask(address, "/%ff")[0] == 400
    assert process.stderr is not None
    assert not select.select([process.stderr], [], [], 0.2)[0]  # the terminal is for the document


def test_a_port_in_use_is_said(source: Path) -> None:
    with socket.socket() as other:
        other.bind(("localhost", 0))
        other.listen()
        port = other.getsockname()[1]
        process = start(source, "--port", str(port))
        _, errors = process.communicate(timeout=120)

    assert process.returncode == 1
    reason = "address already in use (choose another port with --port)"
    assert errors == f"cannot serve on port {port}: {reason}\n"
    assert not (source.parent / "build").exists()


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_what_is_no_port_is_refused(source: Path, port: str) -> None:
    process = start(source, "--port", port)
    _, errors = process.communicate(timeout=60)

    assert process.returncode == 2
    assert f"{port!r} is not a port; choose a number from 1 to 65535" in errors
