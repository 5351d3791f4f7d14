"""`milepost serve`: a real server, and a browser in which the page changes when the document does."""

from __future__ import annotations

import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.support.printed import DOCUMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator
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

    assert process.stderr.readline().startswith("milestones.yaml:")
    assert process.poll() is None


def test_a_port_in_use_is_said(source: Path) -> None:
    with socket.socket() as other:
        other.bind(("localhost", 0))
        other.listen()
        port = other.getsockname()[1]
        process = start(source, "--port", str(port))
        _, errors = process.communicate(timeout=120)

    assert process.returncode == 1
    reason = "address already in use (choose another port with --port)"
    assert errors.splitlines()[-1] == f"cannot serve on port {port}: {reason}"


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_what_is_no_port_is_refused(source: Path, port: str) -> None:
    process = start(source, "--port", port)
    _, errors = process.communicate(timeout=60)

    assert process.returncode == 2
    assert f"{port!r} is not a port; choose a number from 1 to 65535" in errors
