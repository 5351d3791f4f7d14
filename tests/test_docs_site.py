"""The documentation as a site: built without a warning, with every page, and links that lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest
from tests.support.browser import browser as browser  # noqa: PLC0414 -- a fixture

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("**/*.md"))


def build(folder: Path) -> Path:
    """Run what `make docs` runs."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    (recipe,) = re.findall(r"(?m)^\t@\$\(BIN\)/python (-m sphinx .*)$", makefile)
    words = recipe.replace("build/doctrees", f"{folder}/trees").replace("build/docs", f"{folder}/site")
    done = subprocess.run(
        [sys.executable, *words.split()], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "site"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("docs"))


class Page(HTMLParser):
    """The links and anchors of a page, and what it loads."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.loaded: set[str] = set()
        self.anchors: set[str] = set()
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.anchors |= {values["id"] or ""} if "id" in values else set()
        if tag == "a" and values.get("href"):
            self.links.add(str(values["href"]))
        address = values.get("href") if tag == "link" else values.get("src")
        self.loaded |= {address} if address else set()


def html(site: Path, page: Path) -> Path:
    return site / page.relative_to(DOCS).with_suffix(".html")


def test_every_page_is_listed_and_in_the_contents(site: Path) -> None:
    text = (DOCS / "index.md").read_text("utf-8")
    listed = set(re.findall(r"\]\(([\w/-]+\.md)\)", text))
    names = {str(page.relative_to(DOCS)) for page in PAGES} - {"index.md"}

    assert listed == names
    contents = Page(site / "index.html").links
    assert {name.replace(".md", ".html") for name in names} <= contents
    for schema in DOCS.glob("reference/*.json"):
        assert f"](reference/{schema.name})" in text
        (download,) = site.glob(f"_downloads/*/{schema.name}")
        assert download.read_bytes() == schema.read_bytes()


def test_every_link_leads_somewhere(site: Path) -> None:
    parsed = {html(site, page): Page(html(site, page)) for page in PAGES}
    dead = []
    for path, page in parsed.items():
        for link in page.links:
            address = urlsplit(link)
            if address.scheme:
                continue
            target = (path.parent / unquote(address.path)).resolve() if address.path else path
            anchors = parsed[target].anchors if target in parsed else {unquote(address.fragment)}
            if not target.exists() or (address.fragment and unquote(address.fragment) not in anchors):
                dead.append(f"{path.name}: {link}")
    assert dead == []


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    for page in PAGES:
        assert {address for address in Page(html(site, page)).loaded if urlsplit(address).netloc} == set()
    styles = "".join(path.read_text("utf-8") for path in site.glob("_static/**/*.css"))
    assert re.findall(r"(?:url\(|@import )[\"']?(?:https?:)?//[^)]*", styles) == []


def test_pages_say_what_they_say(site: Path) -> None:
    def plain(name: str) -> str:
        return re.sub(r"<[^>]+>", "", (site / name).read_text("utf-8"))

    assert "milepost new plan" in plain("tutorial/first-document.html")
    assert "MP205" in plain("reference/rules.html")
    assert "data_date" in plain("reference/yaml.html")


def test_the_same_bytes_each_time(site: Path, tmp_path: Path) -> None:
    again = build(tmp_path)

    one, other = (
        {str(path.relative_to(top)): path.read_bytes() for path in top.rglob("*") if path.is_file()}
        for top in (site, again)
    )
    assert one.keys() == other.keys()
    assert [name for name in one if one[name] != other[name]] == []


def test_options_are_in_one_line_on_a_narrow_screen(site: Path, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 800})
    for name in ("how-to/site.html", "how-to/reports.html", "reference/commands.html"):
        page.goto((site / name).as_uri())
        broken = page.evaluate("""[...document.querySelectorAll("code .pre")].filter((word) => {
          const range = document.createRange();
          range.selectNodeContents(word);
          return word.textContent.startsWith("--") && range.getClientRects().length > 1;
        }).map((word) => word.textContent)""")
        assert broken == []
        assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.close()
