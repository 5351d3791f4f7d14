"""Editions, from real repositories: which there are, which is current, and how they lead to each other."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import expect
from pypdf import PdfReader
from tests.support.accessibility import COLOURS, accessibility
from tests.support.repositories import Repository as Plain

from milepost.base.files import walk
from milepost.build.editions.edition import directories
from milepost.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow

DOCUMENT = """\
format: 1
document:
  handle: ACME-7
  title: The plan
  organisation: Acme
  authors: [A. Author]
  status: {status}
  data_date: 2030-01-31
  draft_mark: Not yet approved
  site: https://example.org/plan/
change_record:
  - version: {version}
    date: 2030-01-01
    owner: A. Author
    description: Written.
sections:
  - title: Goals
    milestones:
      level: 1
      no_deliveries: Nothing.
milestones:
  {code}:
    name: First flight
    level: 1
    due: 2030-06-30
{more}  R-2:
    name: Second flight
    level: 1
    due: {due}
"""


def text(
    version: str, status: str = "approved", code: str = "R-1", more: str = "", due: str = "2031-06-30"
) -> str:
    return DOCUMENT.format(version=version, status=status, code=code, more=more, due=due)


class Repository(Plain):
    """A repository whose editions are built."""

    @property
    def site(self) -> Path:
        return self.directory / "build/editions/site"

    def editions(self, *options: str) -> int:
        return main(["-f", str(self.source), "editions", "--no-pdf", *options])

    def listed(self) -> list[tuple[str, str, bool, str]]:
        entries = json.loads((self.site / "editions.json").read_text("utf-8"))["editions"]
        return [(each["name"], each["directory"], each["current"], each["status"]) for each in entries]

    def page(self, name: str) -> BeautifulSoup:
        return BeautifulSoup((self.site / name).read_text("utf-8"), "html.parser")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """Give a repository with its editions: two that were approved, a tag of a draft, and the draft itself.

    In the second release R-1 is called X-1, and in the draft R-2 is due later.
    """
    repository = Repository(tmp_path_factory.mktemp("plan"))
    repository.commit(text("1.9"), "v1.9")
    repository.commit(text("1.10", code="X-1", more="    aka: [R-1]\n"), "v1.10")
    repository.commit(text("1.11", "draft", "X-1", "    aka: [R-1]\n"), "v1.11-rc")
    repository.commit(text("1.11", "draft", "X-1", "    aka: [R-1]\n", due="2031-09-30"))
    assert repository.editions() == 0
    return repository


def test_the_last_approved_release_is_at_the_top(plan: Repository) -> None:
    """Versions are not compared letter by letter: 1.10 comes after 1.9."""
    assert plan.listed() == [
        ("main", "v/main/", False, "draft"),
        ("v1.11-rc", "v/v1.11-rc/", False, "draft"),
        ("v1.10", "v/v1.10/", True, "approved"),
        ("v1.9", "v/v1.9/", False, "approved"),
    ]
    assert "Version 1.10, approved" in plan.page("index.html").get_text()
    assert "Version 1.9, approved" in plan.page("v/v1.9/index.html").get_text()


def test_what_counts_at_the_top_of_a_host_is_only_there(plan: Repository) -> None:
    for name in ("404.html", "robots.txt", "sitemap.xml"):
        assert [path.parent for path in plan.site.rglob(name)] == [plan.site]


OLD = "This is v1.9, superseded by v1.10. What changed since v1.9"


@pytest.mark.parametrize(
    ("page", "banner", "leads_to"),
    [
        ("index.html", None, None),
        ("v/v1.10/index.html", None, None),
        (
            "v/v1.9/milestones/r-1.html",
            OLD,
            "../../../milestones/x-1.html",
        ),
        (
            "v/v1.9/timeline.html",
            OLD,
            "../../timeline.html",
        ),
        (
            "v/main/milestones/r-2.html",
            "Not yet approved (main). The current edition is v1.10. What changed since v1.10",
            "../../../milestones/r-2.html",
        ),
    ],
)
def test_what_is_not_current_says_so(
    plan: Repository, page: str, banner: str | None, leads_to: str | None
) -> None:
    found = plan.page(page).select_one(".milepost-banner")
    link = found and found.select_one("a")

    assert (found and found.get_text()) == banner
    assert (link and link["href"]) == leads_to


def test_the_draft_is_never_superseded(repository: Repository) -> None:
    """Right after a release the draft is the same document, approved."""
    repository.commit(text("1", "draft"), "v1")
    repository.commit(text("2"), "v2")
    assert repository.editions() == 0

    def banner(page: str) -> str:
        found = repository.page(page).select_one(".milepost-banner")
        return found.get_text() if found else ""

    assert banner("v/main/index.html") == (
        "This is main, the draft. The current edition is v2. What changed since v2"
    )
    assert banner("v/v1/index.html") == (
        "Not yet approved (v1, superseded). The current edition is v2. What changed since v1"
    )


def switch(page: BeautifulSoup) -> list[tuple[str, str, bool]]:
    links = page.select(".milepost-versions a:not(.milepost-changes)")
    return [(link.get_text(), str(link["href"]), link.get("aria-current") == "page") for link in links]


def test_switching_keeps_the_milestone(plan: Repository) -> None:
    assert switch(plan.page("v/v1.9/milestones/r-1.html")) == [
        ("main", "../../main/milestones/x-1.html", False),
        ("v1.11-rc", "../../v1.11-rc/milestones/x-1.html", False),
        ("v1.10", "../../../milestones/x-1.html", False),
        ("v1.9", "r-1.html", True),
    ]
    assert switch(plan.page("milestones/x-1.html"))[-1] == ("v1.9", "../v/v1.9/milestones/r-1.html", False)
    assert switch(plan.page("index.html"))[0] == ("main", "v/main/index.html", False)


def test_what_another_edition_lacks_leads_to_its_landing_page(repository: Repository) -> None:
    repository.commit(text("1"), "v1")
    repository.commit(text("2", more="  R-3:\n    name: Third\n    level: 1\n    due: 2032-01-01\n"), "v2")
    assert repository.editions() == 0

    assert switch(repository.page("milestones/r-3.html"))[-1] == ("v1", "../v/v1/index.html", False)


def test_a_milestone_shows_its_dates_in_each_edition(plan: Repository) -> None:
    rows = [
        [cell.get_text() for cell in row.select("th, td")] + [str(row.select("a")[0]["href"])]
        for row in plan.page("v/main/milestones/r-2.html").select("#editions tbody tr")
    ]

    assert rows == [
        ["main", "2031-09-30", "", "open", "r-2.html"],
        ["v1.11-rc", "2031-06-30", "", "open", "../../v1.11-rc/milestones/r-2.html"],
        ["v1.10", "2031-06-30", "", "open", "../../../milestones/r-2.html"],
        ["v1.9", "2031-06-30", "", "open", "../../v1.9/milestones/r-2.html"],
    ]
    # Under its present code and the earlier one.
    renamed = plan.page("v/v1.9/milestones/r-1.html").select("#editions tbody tr")
    assert [row.select("a")[0]["href"] for row in renamed][-2:] == [
        "../../../milestones/x-1.html",
        "r-1.html",
    ]


def test_the_landing_page_says_what_has_changed_since_the_edition_before(plan: Repository) -> None:
    def since(page: str) -> list[str]:
        return [each.get_text() for each in plan.page(page).select(".milepost-since :is(.rubric, p)")]

    assert since("v/v1.9/index.html") == []
    assert since("index.html") == ["Since v1.9", "No milestone has changed."]
    assert since("v/main/index.html") == ["Since v1.11-rc", "R-2 due 2031-09-30, was 2031-06-30"]


def test_switching_keeps_the_section(repository: Repository) -> None:
    """The address of a section does not depend on its position, whatever its script or signs."""
    sections = "  - title: Цели\n  - title: C++\n  - title: C#\n"
    repository.commit(text("1").replace("  - title: Goals\n", f"{sections}  - title: Goals\n"), "v1")
    sections = "  - title: Введение\n  - title: C#\n  - title: C++\n  - title: Цели\n"
    repository.commit(text("2").replace("  - title: Goals\n", f"{sections}  - title: Goals\n"), "v2")
    assert repository.editions() == 0

    for page in sorted((repository.site / "document").glob("*.html")):
        heading = repository.page(f"document/{page.name}").select_one("h1")
        href = switch(repository.page(f"document/{page.name}"))[-1][1]
        earlier = repository.page(f"document/{href}").select_one("h1")
        assert heading is not None
        assert earlier is not None
        title = heading.get_text().split(" ", 1)[1]
        if title == "Введение¶":
            assert href == "../v/v1/index.html"
        else:
            assert earlier.get_text().split(" ", 1)[1] == title


def test_canonical_addresses(plan: Repository) -> None:
    def canonical(page: str) -> tuple[str, str]:
        parsed = plan.page(page)
        link, card = parsed.select_one("link[rel=canonical]"), parsed.select_one("meta[property='og:url']")
        assert link is not None
        assert card is not None
        return str(link["href"]), str(card["content"])

    for page in ("v/v1.9/milestones/r-1.html", "v/main/milestones/x-1.html", "milestones/x-1.html"):
        assert set(canonical(page)) == {"https://example.org/plan/milestones/x-1.html"}
    assert set(canonical("v/main/index.html")) == {"https://example.org/plan/"}


def test_a_page_that_the_current_edition_lacks_is_known_by_its_own_address(repository: Repository) -> None:
    repository.commit(text("1", more="  R-3:\n    name: Third\n    level: 1\n    due: 2032-01-01\n"), "v1")
    repository.commit(text("2"), "v2")
    assert repository.editions() == 0

    address = "https://example.org/plan/v/v1/milestones/r-3.html"
    page = repository.page("v/v1/milestones/r-3.html")
    link = page.select_one("link[rel=canonical]")
    assert link is not None
    assert link["href"] == address
    (data,) = page.select("script[type='application/ld+json']")
    assert json.loads(data.get_text())["url"] == address


@pytest.mark.parametrize("place", ["", "v/v1.10/", "v/main/"])
def test_the_page_of_an_earlier_code_is_known_by_the_present_one(plan: Repository, place: str) -> None:
    page = plan.page(f"{place}milestones/r-1.html")
    (link,) = page.select("link[rel=canonical]")
    refresh = page.select_one("meta[http-equiv=refresh]")
    assert refresh is not None

    assert refresh["content"] == "0; url=x-1.html"
    assert link["href"] == "https://example.org/plan/milestones/x-1.html"


def test_the_page_for_what_is_not_there_has_no_address(plan: Repository) -> None:
    assert plan.page("404.html").select("link[rel=canonical]") == []


def test_every_link_leads_somewhere(plan: Repository) -> None:
    """Also when the whole is not at the top of its host."""
    base = "https://example.org/plan/"
    followed = 0
    for path in plan.site.rglob("*.html"):
        name = path.relative_to(plan.site).as_posix()
        for attribute in ("href", "src"):
            for element in plan.page(name).select(f"[{attribute}]"):
                leads = urlsplit(urljoin(urljoin(base, name), str(element[attribute])))
                if leads.netloc == "example.org":
                    target = unquote(leads.path).removeprefix("/plan/") or "index.html"
                    assert (plan.site / target).is_file(), (name, element)
                    followed += 1
    assert followed > 500


def test_a_reader_switches_in_a_browser(plan: Repository, browser: Browser) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"file://{plan.site}/v/v1.9/milestones/r-1.html")
    page.locator(".milepost-editions summary").press("Enter")
    page.get_by_role("link", name="v1.10", exact=True).last.click()
    expect(page.locator("h1")).to_have_text("X-1: First flight")
    page.locator(".milepost-editions summary").press("Enter")
    page.get_by_role("group").get_by_role("link", name="v1.9", exact=True).click()
    expect(page.locator("h1")).to_have_text("R-1: First flight")
    page.close()


# --- What is made, and what is not ---


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().err.splitlines()


@pytest.mark.parametrize("name", ["index.html", "v/v1.9/milestones/r-1.html", "v/main/document/goals.html"])
def test_editions_are_accessible(plan: Repository, browser: Browser, name: str) -> None:
    """Colours are the same at each width; they are checked in a drawer, and beside the text."""
    page = browser.new_page()
    for width, without in ((360, ()), (768, COLOURS), (1280, COLOURS), (1440, ())):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto((plan.site / name).as_uri())
        if page.locator(".nav-overlay-icon:visible").count():
            page.locator(".nav-overlay-icon").click()
            page.wait_for_timeout(300)  # until the drawer has moved
        page.locator(".milepost-editions summary").click()

        assert accessibility(page, without=without).violations == [], width
    page.close()


def test_only_what_is_new_is_made(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    repository.commit(text("1"), "v1")
    repository.commit(text("2", "draft"))
    assert repository.editions() == 0
    assert said(capsys) == ["building v1 …", "building main …"]
    before = {name: path.stat().st_mtime_ns for name, path in walk(repository.site)}

    assert repository.editions() == 0
    assert said(capsys) == []
    assert {name: path.stat().st_mtime_ns for name, path in walk(repository.site)} == before

    repository.commit(text("2", "draft", due="2031-07-31"))
    assert repository.editions() == 0
    assert said(capsys) == ["building main …"]
    assert "2031-07-31" in repository.page("v/main/milestones/r-2.html").get_text()

    repository.commit(text("2"), "v2")
    assert repository.editions() == 0
    assert said(capsys) == ["building v2 …"]  # the draft is the same
    assert "superseded by v2" in repository.page("v/v1/index.html").get_text()


def test_a_revision_that_cannot_be_made_stops_no_other(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.git("commit", "--quiet", "--allow-empty", "--message", "Nothing yet")
    repository.git("tag", "v0")
    repository.commit(text("1"), "v1")
    repository.commit(text("2", due="soon"), "v2")
    repository.commit(text("3").replace("format: 1", "format: 0"), "v3")
    repository.commit(text("4", "draft"))

    assert repository.editions() == 0

    write = "write a day like 2019-07-16, a month like 2019-07, a quarter like 2019-Q3, a year, or tbd"
    fix = "change the file to format 1"
    assert [name for name, *_ in repository.listed()] == ["main", "v1"]
    assert said(capsys) == [
        "building v1 …",
        "building v2 …",
        "building v3 …",
        "building main …",
        "v2 is left out:",
        f"v2:milestones.yaml:29:10: 'soon' is not a date ({write})",
        "v3 is left out:",
        f"v3:milestones.yaml:1:9: the file is written in format '0', this program reads 1 ({fix})",
        "v0:milestones.yaml: warning: this revision has no such file and is left out",
    ]
    assert repository.editions("--strict") == 1


def test_without_any_edition_what_was_there_stays(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.commit(text("1"))
    assert repository.editions() == 0
    before = {name: path.read_bytes() for name, path in walk(repository.site)}
    repository.commit(text("1", due="soon"))
    capsys.readouterr()

    assert repository.editions() == 1

    assert (
        said(capsys)[-1]
        == "there is no edition to build (commit the document, or choose its tags with --tags)"
    )
    assert {name: path.read_bytes() for name, path in walk(repository.site)} == before


def test_without_an_approved_release_the_last_one_is_current_or_the_draft(
    repository: Repository,
) -> None:
    repository.commit(text("1", "draft"))
    assert repository.editions() == 0
    assert repository.listed() == [("main", "v/main/", True, "draft")]
    banner = repository.page("index.html").select_one(".milepost-banner")
    assert banner is not None
    assert banner.get_text() == "Not yet approved"

    repository.git("tag", "v1")
    assert repository.editions() == 0
    assert [name for name, _, is_current, _ in repository.listed() if is_current] == ["v1"]


def test_tags_and_draft_can_be_chosen(repository: Repository) -> None:
    repository.commit(text("1"), "release/1")
    repository.commit(text("2"), "v2")
    repository.git("checkout", "--quiet", "-b", "next")
    repository.commit(text("3", "draft"))

    assert repository.editions("--tags", "release/*", "--draft", "next") == 0

    (draft, release) = repository.listed()
    assert draft == ("next", "v/next/", False, "draft")
    assert (release[0], release[2]) == ("release/1", True)
    assert (repository.site / release[1] / "index.html").is_file()
    assert release[1].startswith("v/release-1-")


def test_what_has_a_hyphen_comes_before_its_version(repository: Repository) -> None:
    repository.commit(text("1", "draft"), "v1.0")
    for tag in ("v1.0-rc2", "v1.0-rc10", "v0.9"):
        repository.git("tag", tag)
    assert repository.editions() == 0

    assert [name for name, *_ in repository.listed()] == ["main", "v1.0", "v1.0-rc10", "v1.0-rc2", "v0.9"]
    assert [name for name, _, is_current, _ in repository.listed() if is_current] == ["v1.0"]


def test_a_draft_may_be_called_like_a_release(repository: Repository) -> None:
    repository.commit(text("1"), "v1")
    repository.git("checkout", "--quiet", "-b", "v1")
    repository.commit(text("2", "draft"))

    assert repository.editions("--draft", "v1") == 0

    draft, release = repository.listed()
    assert (draft[0], draft[3], release) == ("v1 (draft)", "draft", ("v1", "v/v1/", True, "approved"))
    assert "Version 2, draft" in repository.page(f"{draft[1]}index.html").get_text()
    assert "Version 1, approved" in repository.page("v/v1/index.html").get_text()


def test_the_draft_of_a_server_that_checked_out_a_tag_is_main(
    repository: Repository, tmp_path_factory: pytest.TempPathFactory
) -> None:
    repository.commit(text("1"), "v1")
    repository.commit(text("2", "draft"))
    server = Repository(tmp_path_factory.mktemp("clone"), repository)
    server.git("checkout", "--quiet", "v1")
    server.git("branch", "--quiet", "--delete", "--force", "main")

    assert server.editions() == 0

    assert [(name, status) for name, _, _, status in server.listed()] == [
        ("main", "draft"),
        ("v1", "approved"),
    ]


def test_without_main_the_draft_is_what_is_checked_out(repository: Repository) -> None:
    repository.git("checkout", "--quiet", "-b", "work")
    repository.commit(text("1", "draft"))

    assert repository.editions() == 0

    assert repository.listed() == [("work", "v/work/", True, "draft")]


def test_a_shallow_clone_is_told_of(
    repository: Repository, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.commit(text("1"), "v1")
    repository.commit(text("2", "draft"))
    clone = tmp_path_factory.mktemp("clone")
    address = f"file://{repository.directory}"
    subprocess.run(["git", "clone", "--quiet", "--depth", "1", address, str(clone)], check=True)

    assert main(["-f", str(clone / "milestones.yaml"), "editions", "--no-pdf"]) == 0

    assert said(capsys)[-1] == (
        "warning: this is a shallow clone: older commits and tags, and therefore editions, may be missing"
        " (git fetch --unshallow --tags)"
    )
    assert main(["-f", str(clone / "milestones.yaml"), "editions", "--no-pdf", "--strict"]) == 1


def test_the_checkout_is_left_alone(repository: Repository) -> None:
    repository.commit(text("1"), "v1")
    repository.commit(text("2", "draft"))
    repository.source.write_text("not: committed\n")
    repository.git("checkout", "--quiet", "--detach")
    state = repository.git("status", "--porcelain=v2", "--branch"), repository.git("stash", "list")

    assert repository.editions() == 0

    assert (repository.git("status", "--porcelain=v2", "--branch"), repository.git("stash", "list")) == state
    assert repository.source.read_text() == "not: committed\n"


def test_the_same_revisions_give_the_same_bytes(
    repository: Repository, tmp_path_factory: pytest.TempPathFactory
) -> None:
    repository.commit(text("1"), "v1")
    repository.commit(text("2", "draft"))
    clone = tmp_path_factory.mktemp("clone")
    subprocess.run(["git", "clone", "--quiet", str(repository.directory), str(clone)], check=True)

    assert repository.editions() == 0
    assert main(["-f", str(clone / "milestones.yaml"), "editions", "--no-pdf"]) == 0

    other = clone / "build/editions/site"
    assert {name: path.read_bytes() for name, path in walk(other)} == {
        name: path.read_bytes() for name, path in walk(repository.site)
    }


def test_each_edition_offers_its_own_pdf(repository: Repository) -> None:
    repository.commit(text("1"), "v1")
    repository.commit(text("2", "draft"))

    assert main(["-f", str(repository.source), "editions"]) == 0

    def first_page(pdf: Path) -> str:
        return PdfReader(pdf).pages[0].extract_text()

    assert "Not yet approved" not in first_page(repository.site / "ACME-7.pdf")
    assert "Not yet approved" in first_page(repository.site / "v/main/ACME-7.pdf")


def test_outside_of_a_repository(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "milestones.yaml").write_text(text("1"))

    assert main(["-f", str(tmp_path / "milestones.yaml"), "editions"]) == 1

    (line,) = said(capsys)
    assert line == (
        f"{tmp_path} is not in a git repository"
        " (editions are built from tags and branches; `milepost build site` does not need git)"
    )


def test_a_draft_that_does_not_exist(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    repository.commit(text("1"))

    assert repository.editions("--draft", "nowhere") == 1

    assert said(capsys) == ["there is no revision 'nowhere' (use a branch, tag or commit of this clone)"]


# --- The cache ---


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    repository = Repository(tmp_path_factory.mktemp("built"))
    repository.commit(text("1"), "v1")
    repository.commit(text("2", "draft"))
    assert repository.editions() == 0
    return repository


def cached(repository: Repository) -> set[Path]:
    return {path for path in (repository.directory / "build/editions/cache").iterdir() if path.is_dir()}


def cache_of_v1(repository: Repository) -> Path:
    (directory,) = (
        path for path in cached(repository) if "Version 1," in (path / "site/index.html").read_text()
    )
    return directory


def deleted(edition: Path) -> None:
    (edition / "site/milestones/r-1.html").unlink()


def garbled(edition: Path) -> None:
    (edition / "site/milestones/r-1.html").write_text("garbage")


def replaced_by_a_folder(edition: Path) -> None:
    deleted(edition)
    (edition / "site/milestones/r-1.html").mkdir()


def without_record(edition: Path) -> None:
    (edition / "edition.json").unlink()


def with_wrong_record(edition: Path) -> None:
    path = edition / "edition.json"
    path.write_text(path.read_text().replace('"milestones": {', '"milestones": {"x": 1, '))


@pytest.mark.parametrize(
    "damage", [deleted, garbled, replaced_by_a_folder, without_record, with_wrong_record]
)
def test_what_has_changed_in_the_cache_is_rebuilt(
    built: Repository, capsys: pytest.CaptureFixture[str], damage: Callable[[Path], None]
) -> None:
    before = {name: path.read_bytes() for name, path in walk(built.site)}
    damage(cache_of_v1(built))

    assert built.editions() == 0

    assert said(capsys) == ["building v1 …"]
    assert {name: path.read_bytes() for name, path in walk(built.site)} == before
    assert built.editions() == 0
    assert said(capsys) == []


def test_stray_files_in_the_cache_are_neither_published_nor_in_the_way(
    built: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {name: path.read_bytes() for name, path in walk(built.site)}
    cache = built.directory / "build/editions/cache"
    for folder in (cache, cache_of_v1(built), cache_of_v1(built) / "site", built.site):
        (folder / ".DS_Store").write_bytes(b"")

    assert built.editions() == 0

    assert said(capsys) == []
    # Only what an earlier run has written is ever removed from the published directory.
    assert {name: path.read_bytes() for name, path in walk(built.site)} == {**before, ".DS_Store": b""}


def test_releases_that_are_not_chosen_stay_in_the_cache(
    built: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    assert built.editions("--tags", "w*") == 0
    assert [name for name, *_ in built.listed()] == ["main"]
    assert built.editions() == 0

    assert said(capsys) == []
    assert [name for name, *_ in built.listed()] == ["main", "v1"]


def test_earlier_drafts_and_moved_tags_leave_the_cache(repository: Repository) -> None:
    repository.commit(text("1"), "v1")
    repository.commit(text("2", "draft"))
    assert repository.editions() == 0
    before = cached(repository)

    repository.commit(text("3"))
    repository.git("tag", "--force", "v1")
    repository.commit(text("4", "draft"))
    assert repository.editions() == 0

    assert len(cached(repository)) == 2
    assert not cached(repository) & before


def test_odd_tags_side_by_side(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    repository.commit(text("1"), "v1")
    repository.commit(text("2"), "V1")
    repository.git("tag", "v2-blob", "HEAD:milestones.yaml")
    repository.git("tag", b"v3-\xff")
    repository.commit(text("4", "draft"), "v4\"<'&#%>")

    assert repository.editions("--tags", "[vV]*", "--draft", "main") == 0

    blob, not_utf8 = said(capsys)[-2:]
    assert blob == "v2-blob:milestones.yaml: warning: this tag names no commit and is left out"
    assert not_utf8 == (
        "warning: the tag 'v3-<U+DCFF>' is left out: its name has characters that cannot be printed "
        "(use UTF-8 without control characters)"
    )
    names = {name: directory for name, directory, *_ in repository.listed()}
    assert list(names) == ["main", "v4\"<'&#%>", "v1", "V1"]
    assert names["v1"] == "v/v1/"
    assert len({directory.lower() for directory in names.values()}) == 4
    for version, name in (("1", "v1"), ("2", "V1"), ("4", "v4\"<'&#%>")):
        page = repository.page(f"{names[name]}index.html")
        assert f"Version {version}," in page.get_text()
        assert ("main", "../main/index.html", False) in switch(page)
        assert name in {link for link, *_ in switch(page)}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["v1", "v1.0-RC1"], ["v1", "v1.0-RC1"]),
        (["v1", "V1"], ["v1", "V1-"]),
        (["Va", "VA"], ["Va-", "VA-"]),
        (["release/1"], ["release-1-"]),
        ([".x", "-y", "é"], ["x-", "y-", "edition-"]),
        (["a" * 100, "b" * 101], ["a" * 100, "b" * 100 + "-"]),
    ],
)
def test_directories(names: list[str], expected: list[str]) -> None:
    """A digest is shown as an empty text."""
    found = [directories(names)[name].removeprefix("v/") for name in names]

    assert [
        directory if directory == name else directory[: directory.rindex("-") + 1]
        for name, directory in zip(names, found, strict=True)
    ] == expected


def test_a_name_that_is_the_directory_of_another() -> None:
    other = directories(["release/1"])["release/1"].removeprefix("v/")
    found = directories(["release/1", other])

    assert found[other] == f"v/{other}"
    assert found["release/1"].startswith(f"v/{other}")
    assert found["release/1"] != f"v/{other}"
