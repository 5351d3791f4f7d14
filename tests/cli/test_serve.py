"""`milepost serve`: a real server, and a browser in which the page changes when the document does."""

from __future__ import annotations

import errno
import os
import re
import shutil
import socket
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import expect
from tests.support.printed import DOCUMENTS
from tests.support.running import running

from milepost.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from http.client import HTTPMessage
    from pathlib import Path

    from playwright.sync_api import Browser, Page
    from tests.support.running import Running

    Served = tuple[str, Running]

pytestmark = pytest.mark.slow

TITLE = "  title: Minimal\n"


ADDRESS = r"build/site is at (http://localhost:\d+/) until you press Ctrl\+C"
SITE = r"build/site \(\d+ files, \d+ changed\), in [\d.]+ s"

FAULTS_IN_TEMPLATES = {
    "{% if": "unexpected 'end of template'",
    "{{ document.titel }}": "DocumentView has no attribute 'titel'",
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "milestones.yaml"
    path.write_text(DOCUMENTS["minimal"].read_text("utf-8"), "utf-8")
    assert TITLE in path.read_text("utf-8")
    return path


@contextmanager
def serving(source: Path, *options: str, environment: dict[str, str] | None = None) -> Iterator[Served]:
    """Serve at a free port, without a PDF unless `options` ask for another port."""
    with running(source.parent, "serve", "--port", "0", *options, environment=environment) as process:
        line = process.until(ADDRESS)[-1]
        match = re.fullmatch(ADDRESS, line)
        assert match
        yield match[1], process


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Give a server that is only asked; its document stays as it is."""
    source = tmp_path_factory.mktemp("served") / "milestones.yaml"
    shutil.copy(DOCUMENTS["minimal"], source)
    with serving(source, "--no-pdf") as found:
        yield found


def check_layout(page: Page) -> None:
    """Check that a page is as wide as its window, and the sidebars of a wide one end above the panel."""
    before = page.viewport_size
    assert before is not None
    assert page.evaluate("document.documentElement.scrollWidth") == before["width"]
    page.set_viewport_size({"width": 1440, "height": 700})
    page.wait_for_function(
        """[...document.querySelectorAll(".sidebar-sticky, .toc-sticky")].every((each) =>
          each.lastElementChild.getBoundingClientRect().bottom
          <= document.getElementById("milepost-preview").getBoundingClientRect().top)"""
    )
    page.set_viewport_size(before)


def test_a_change_shows_in_the_browser_and_a_fault_in_the_browser_and_on_the_terminal(
    source: Path, browser: Browser
) -> None:
    with serving(source, "--no-pdf") as (address, process):
        assert [line for line in process.lines if re.fullmatch(SITE, line)]
        text = source.read_text("utf-8")
        page = browser.new_page(viewport={"width": 400, "height": 300})
        with page.expect_websocket():
            page.goto(address)
        expect(page.locator("h1")).to_contain_text("Minimal")
        expect(page.get_by_role("status").first).to_have_text("No findings")
        page.evaluate("scrollTo(0, 150)")
        assert page.evaluate("scrollY") == 150

        source.write_text(text.replace(TITLE, "  title: Maximal\n"), "utf-8")

        expect(page.locator("h1")).to_contain_text("Maximal", timeout=60_000)
        page.wait_for_function("Math.abs(scrollY - 150) < 3")
        process.until(SITE)

        bad = "  titel: <img src=x onerror=document.title='run'>\n"
        source.write_text(text.replace(TITLE, bad), "utf-8")

        lines = process.until(r"milestones\.yaml: 1 error, .*")
        assert any(line.startswith("milestones.yaml:5:3: ") and line.endswith("[MP101]") for line in lines)
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text("1 error")
        expect(alert).to_contain_text("This is the last site without errors.")
        findings = page.get_by_role("region", name="Findings")
        expect(findings).to_contain_text("milestones.yaml:5:3")
        expect(findings.locator("pre").filter(has_text="titel: <img src=x")).to_be_visible()
        findings.get_by_text("MP101").click()
        expect(findings.get_by_text("did you mean title?")).to_be_visible()
        expect(page.locator("h1")).to_contain_text("Maximal")  # the last good site
        assert page.title() != "run"
        schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
        for scheme in schemes:
            page.emulate_media(color_scheme=scheme)
            report = Axe().run(page, context="#milepost-preview")
            assert report.violations_count == 0, report.generate_report()
        check_layout(page)

        source.write_text(text.replace(TITLE, "  title: Maximal\n"), "utf-8")

        expect(page.get_by_role("status").first).to_have_text("No findings")
        expect(alert).to_be_hidden()

        (source.parent / "templates/site").mkdir(parents=True)
        for fault, message in FAULTS_IN_TEMPLATES.items():
            (source.parent / "templates/site/index.rst.jinja").write_text(f"\n{fault}\n", "utf-8")
            process.until(re.escape(f"templates/site/index.rst.jinja:2: {message}") + ".*")
            expect(alert).to_contain_text("1 error")
            expect(findings).to_contain_text("templates/site/index.rst.jinja:2")
            expect(findings).to_contain_text(message)
            expect(page.locator("h1")).to_contain_text("Maximal")
        assert sum("index.rst.jinja:" in line for line in process.lines) == len(FAULTS_IN_TEMPLATES)

        shutil.rmtree(source.parent / "templates")
        expect(page.get_by_role("status").first).to_have_text("No findings")
        expect(alert).to_be_hidden()
        page.close()
        assert process.stop() == 0
        assert "milepost-preview" not in (source.parent / "build/site/index.html").read_text("utf-8")


def test_a_document_with_errors_is_served_when_they_are_fixed(source: Path, browser: Browser) -> None:
    good = source.read_text("utf-8")
    source.write_text(good.replace(TITLE, ""), "utf-8")
    with serving(source, "--no-pdf") as (address, _):
        page = browser.new_page()
        with page.expect_websocket():
            page.goto(address)
        expect(page.locator("h1")).to_have_text("No site yet")
        expect(page.get_by_role("alert")).to_contain_text("1 error")

        source.write_text(good, "utf-8")
        expect(page.locator("h1")).to_contain_text("Minimal", timeout=60_000)
        page.close()


def test_the_pdf_is_made_beside_the_site_and_its_faults_are_findings(source: Path, browser: Browser) -> None:
    with serving(source) as (address, process):
        process.until(r"build/MIN-1\.pdf, in [\d.]+ s")
        first = (source.parent / "build/MIN-1.pdf").read_bytes()
        page = browser.new_page()
        with page.expect_websocket():
            page.goto(address)
        link = page.get_by_role("link", name="MIN-1.pdf")
        assert link.get_attribute("href") == "/-/pdf/MIN-1.pdf"
        status, _, headers = ask(address, "/-/pdf/MIN-1.pdf")
        assert (status, headers.get_content_type()) == (200, "application/pdf")
        assert ask(address, "/-/pdf/..%2f..%2fmilestones.yaml")[0] == 404

        template = source.parent / "templates/latex/body.tex.jinja"
        template.parent.mkdir(parents=True)
        template.write_text("nothing\n", "utf-8")
        process.until(r"templates/latex/body\.tex\.jinja: .* has no macro .*")
        expect(page.get_by_role("alert")).to_contain_text("1 error")
        expect(page.get_by_text("PDF could not be made")).to_be_visible()
        assert "last site" not in page.get_by_role("alert").inner_text()
        assert (source.parent / "build/MIN-1.pdf").read_bytes() == first

        shutil.rmtree(template.parents[1])
        process.until(r"build/MIN-1\.pdf, in [\d.]+ s")
        expect(page.get_by_role("alert")).to_be_hidden()
        page.close()


def test_without_tex_one_line_says_so(source: Path, tmp_path: Path) -> None:
    empty = tmp_path / "bin"
    empty.mkdir()
    (empty / "git").symlink_to(shutil.which("git") or "")
    with serving(source, environment={**os.environ, "PATH": str(empty)}) as (address, process):
        assert ask(address, "/index.html")[0] == 200
        said = [line for line in process.lines if "PDF" in line]
        assert len(said) == 1
        assert said[0].startswith("no PDF: lualatex is not installed (")


def ask(address: str, path: str, **headers: str) -> tuple[int, str, HTTPMessage]:
    """Send a GET request with these headers, `Host` included."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=60)
    connection.putrequest("GET", path, skip_host="Host" in headers)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    response = connection.getresponse()
    text = "" if response.status == 101 else response.read().decode(errors="replace")
    connection.close()
    return response.status, text, response.headers


def test_only_requests_for_this_machine_and_of_its_own_pages_are_answered(
    served: Served,
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


def test_other_pages_cannot_listen_for_changes(served: Served) -> None:
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
    with serving(source, "--no-pdf") as (address, _):
        status, page, headers = ask(address, "/milestones/no-such-page.html")
        links = re.findall(r'<link rel="stylesheet"[^>]* href="([^"?]*)', page)
        styles = [ask(address, link)[0] for link in links]

    assert (status, headers.get_content_type()) == (404, "text/html")
    assert "not-found.js" in page
    assert "/a/plan/" in (source.parent / "build/site/404.html").read_text("utf-8")
    assert styles
    assert set(styles) == {200}


def test_nothing_outside_of_the_site_is_served(served: Served) -> None:
    address, process = served

    for path in ("/../../milestones.yaml", "/%2e%2e/%2e%2e/milestones.yaml", "//etc/passwd"):
        assert ask(address, path)[0] in {403, 404}
    for path in ("/%00", f"/{'a' * 5000}", "/nothing/" * 200):
        assert ask(address, path)[0] == 404
    assert ask(address, "/%ff")[0] == 400
    assert process.quiet(0.2) == []  # the terminal is for the document


def test_a_port_in_use_is_said_before_anything_else(source: Path) -> None:
    with socket.socket() as other:
        other.bind(("localhost", 0))
        other.listen()
        port = other.getsockname()[1]
        with running(source.parent, "serve", "--port", str(port)) as process:
            lines = process.until(f"port {port} is in use .*")
            assert process.process.wait(timeout=60) == 1

    assert len(lines) == 1
    another = re.fullmatch(rf"port {port} is in use \(give another: milepost serve --port (\d+)\)", lines[0])
    assert another
    assert int(another[1]) > port
    assert not (source.parent / "build").exists()


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (
            errno.EACCES,
            "port 80 needs the rights of an administrator (give another: milepost serve --port 8000)",
        ),
        (
            errno.EADDRNOTAVAIL,
            (
                "cannot serve at localhost, port 80: cannot assign requested address "
                "(localhost has to be this machine: see the file hosts of the system)"
            ),
        ),
    ],
)
def test_a_port_or_address_that_cannot_be_used(
    source: Path,
    number: int,
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("tornado.netutil.bind_sockets", refuse)

    assert main(["-f", str(source), "serve", "--port", "80"]) == 1
    assert capsys.readouterr().err == f"{message}\n"
    assert not (source.parent / "build").exists()


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_what_is_no_port_is_refused(source: Path, port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["-f", str(source), "serve", f"--port={port}"])

    assert ended.value.code == 2
    assert f"{port!r} is not a port; choose a number from 0 to 65535" in capsys.readouterr().err
