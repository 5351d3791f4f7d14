"""Differences between editions on the site, and pages of milestones that are gone, from real repositories."""

from __future__ import annotations

import functools
import http.server
import json
import re
import shutil
import threading
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import expect
from tests.build.test_editions import Repository, text
from tests.support.accessibility import accessibility

from milepost.base.files import walk
from milepost.build.editions.comparisons import pairs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow

SITE = "https://example.org/plan/"
AKA = "    aka: [R-1]\n"
RECORD = """\
  - version: {version}
    date: 2030-01-20
    owner: B. Author
    description: Without the third flight.
    authorises: [R-3]
sections:
"""


def third(due: str) -> str:
    return f"  R-3:\n    name: Third flight\n    level: 1\n    due: {due}\n"


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """Give a repository with its editions, whose YAML was elsewhere at first.

    R-1 becomes X-1 in v2, and its earlier code is no longer said in v3. R-3 moves in v2, and is gone in v3.
    """
    repository = Repository(tmp_path_factory.mktemp("plan"))
    (repository.directory / "old name.yaml").write_text(text("1", more=third("2032-01-01")), "utf-8")
    repository.commit(tag="v1")
    (repository.directory / "old name.yaml").rename(repository.source)
    repository.commit(text("2", code="X-1", more=f"{AKA}{third('2032-03-01')}"), "v2")
    third_edition = text("3", code="X-1").replace("sections:\n", RECORD.format(version="3.1"))
    repository.commit(third_edition, "v3")
    repository.commit(third_edition.replace("approved", "draft").replace("2031-06-30", "2031-09-30"))
    assert repository.editions() == 0
    return repository


@pytest.fixture(scope="module")
def address(plan: Repository) -> Iterator[str]:
    """Give the address of a server of the site."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    handler = functools.partial(Handler, directory=str(plan.site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


# --- Which editions are compared ---


def test_each_of_the_newest_is_compared_with_each_other_and_older_ones_with_their_neighbours() -> None:
    assert pairs(["1", "2", "3"], "3") == [("1", "2"), ("1", "3"), ("2", "3")]
    assert pairs(["1", "2", "3", "4", "5"], "4", most=2) == [
        ("1", "2"),
        ("1", "4"),
        ("2", "3"),
        ("2", "4"),
        ("3", "4"),
        ("4", "5"),
    ]
    assert pairs(["1", "2"], "2", most=0) == []
    assert pairs(["1"], "1") == []
    names = [str(number) for number in range(100)]
    assert len(pairs(names, "98")) == 45 + 90 + 90


# --- The pages ---


def test_every_pair_has_a_page_that_leads_back(plan: Repository) -> None:
    names = ["v1", "v2", "v3", "main"]
    every = {f"{old}...{new}" for index, old in enumerate(names) for new in names[index + 1 :]}
    assert {path.name for path in (plan.site / "compare").iterdir()} == every | {"index.html"}
    page = plan.page("compare/v1...v3/index.html")
    bar = {link.get_text(): link["href"] for link in page.select("header.bar .what a")}
    assert bar == {
        "ACME-7": "../../index.html",
        "v1": "../../v/v1/index.html",
        "v3": "../../v/v3/index.html",
    }
    assert page.select(".leads a")[0]["href"] == "../index.html"
    (robots,), (canonical,) = page.select("meta[name=robots]"), page.select("link[rel=canonical]")
    assert (robots["content"], canonical["href"]) == ("noindex", f"{SITE}compare/v1...v3/index.html")
    assert "R-3 is gone" in page.get_text()
    assert "A. Author, " not in page.get_text()
    assert not page.select("#cover, [href='#cover']")  # nobody has to decide


def test_the_page_on_which_editions_are_chosen(plan: Repository) -> None:
    page = plan.page("compare/index.html")
    shown = {
        section["data-edition"]: [(link["data-old"], link["href"]) for link in section.select("a[data-old]")]
        for section in page.select(".milepost-compared")
    }
    assert list(shown) == ["main", "v3", "v2", "v1"]
    assert shown["v3"] == [("v2", "v2...v3/index.html"), ("v1", "v1...v3/index.html")]
    assert page.title is not None
    assert page.title.get_text() == "Compare editions - ACME-7: The plan"
    assert page.select("h1")[0].get_text() == "Compare editions"
    assert page.select("link[rel=canonical]")[0]["href"] == f"{SITE}compare/index.html"
    assert "Page not found" not in str(page)


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("v/v1/milestones/r-2.html", ("What changed since v1", "../../../compare/v1...v3/index.html")),
        ("v/main/index.html", ("What changed since v3", "../../compare/v3...main/index.html")),
    ],
)
def test_the_banner_leads_to_what_has_changed(plan: Repository, page: str, expected: tuple[str, str]) -> None:
    (link,) = plan.page(page).select(".milepost-banner .milepost-changes")
    assert (link.get_text(), link["href"]) == expected


def test_the_switcher_and_the_landing_page_lead_to_what_has_changed(plan: Repository) -> None:
    page = plan.page("v/v2/index.html")
    assert [link["href"] for link in page.select(".milepost-editions .milepost-changes")] == [
        "../../compare/v2...main/index.html",
        "../../compare/v2...v3/index.html",
        "../../compare/v1...v2/index.html",
        "../../compare/index.html",
    ]
    (link,) = page.select(".milepost-since .milepost-more a")
    assert (link.get_text(), link["href"]) == ("All changes since v1", "../../compare/v1...v2/index.html")


def test_a_milestone_has_its_changes_from_edition_to_edition(plan: Repository) -> None:
    def moves(page: str) -> list[tuple[str, str]]:
        return [
            (" ".join(item.get_text().split()), str(item.select("a")[0]["href"]))
            for item in plan.page(page).select(".milepost-moves li")
        ]

    later = "R-2 is due 2031-09-30, 92 days later than before (2031-06-30)."
    assert moves("v/main/milestones/r-2.html") == [
        (f"v3 → main: {later}", "../../../compare/v3...main/index.html#milestone-r-2")
    ]
    assert moves("milestones/x-1.html") == [
        (
            "v2 → v3: The list of earlier codes of X-1 is gone; it was R-1.",
            "../compare/v2...v3/index.html#milestone-x-1",
        ),
        ("v1 → v2: R-1 was recoded to X-1.", "../compare/v1...v2/index.html#milestone-x-1"),
    ]


def test_the_feed_announces_each_edition(plan: Repository) -> None:
    atom = {"a": "http://www.w3.org/2005/Atom"}

    def feed(name: str) -> ET.Element:
        return ET.fromstring((plan.site / name).read_text("utf-8"))

    def titles(name: str) -> list[str]:
        return [each.text or "" for each in feed(name).findall("a:entry/a:title", atom)]

    assert titles("feed.xml") == ["Edition v3", "Edition v2", "Version 3.1", "Version 3"]
    assert titles("v/v2/feed.xml") == ["Edition v2", "Version 2"]
    assert titles("v/v1/feed.xml") == ["Version 1"]
    entry = feed("feed.xml").findall("a:entry", atom)[0]
    link = entry.find("a:link", atom)
    assert link is not None
    assert link.get("href") == f"{SITE}compare/v2...v3/index.html"
    shown = " ".join("".join(entry.itertext()).split())
    assert "Since v2: 1 milestone gone" in shown
    assert "R-3 is gone: “Third flight”, level 1, due 2032-03-01." in shown
    updated = [each.text for each in feed("feed.xml").findall("a:entry/a:updated", atom)]
    assert updated == sorted(updated, key=str, reverse=True)
    assert feed("feed.xml").findtext("a:updated", "", atom) == updated[0]
    # The same edition has the same identifier in every feed.
    identifiers = [
        feed(name).findall("a:entry/a:id", atom)[index].text
        for name, index in (("feed.xml", 1), ("v/v2/feed.xml", 0), ("latest/feed.xml", 1))
    ]
    assert len(set(identifiers)) == 1


# --- Milestones that are gone ---


def test_a_milestone_that_is_gone_has_a_page(plan: Repository) -> None:
    for place in ("", "v/main/", "latest/"):
        page = plan.page(f"{place}milestones/r-3.html")
        words = " ".join(page.select("article")[0].get_text().split())
        assert "R-3: Third flight" in words
        here = "v3" if not place else "main"
        assert f"This milestone is not in {here}. The last edition that has it is v2." in words
        assert "Due 2032-03-01 State open Removed by entry 3.1 of the change record" in words
        (last,) = page.select("article p strong ~ a")
        assert urljoin(f"{SITE}{place}milestones/", str(last["href"])) == f"{SITE}v/v2/milestones/r-3.html"
        assert page.title is not None
        assert page.title.get_text() == "R-3: Third flight - ACME-7: The plan"
        assert page.select("link[rel=canonical]")[0]["href"] == f"{SITE}milestones/r-3.html"
        assert bool(page.select("meta[name=robots]")) == bool(place)
    assert not (plan.site / "v/v1/milestones/x-1.html").exists()  # what comes later is not gone


def test_a_code_that_nobody_names_any_more_leads_to_the_present_one(plan: Repository) -> None:
    page = plan.page("milestones/r-1.html")
    assert "R-1 has another code in v3: it is X-1." in page.get_text()
    assert page.select("article p strong ~ a")[0]["href"] == "x-1.html"
    (refresh,) = plan.page("v/v2/milestones/r-1.html").select("meta[http-equiv=refresh]")
    assert refresh["content"] == "0; url=x-1.html"


def test_switching_leads_to_the_page_that_says_so(plan: Repository) -> None:
    links = {
        link.get_text(): link
        for link in plan.page("v/v1/milestones/r-3.html").select(
            ".milepost-versions a:not(.milepost-changes)"
        )
    }
    assert links["v3"]["href"] == "../../../milestones/r-3.html"
    assert not links["v3"].has_attr("data-milepost-lacks")
    entries = [
        each.get_text() for each in plan.page("v/v1/milestones/r-3.html").select(".milepost-versions li")
    ]
    assert [bool(re.search("without R-3", each)) for each in entries] == [True, True, False, False]
    back = plan.page("milestones/r-3.html").select(".milepost-versions a:not(.milepost-changes)")
    assert [link["href"] for link in back] == [
        "../v/main/milestones/r-3.html",
        "r-3.html",
        "../v/v2/milestones/r-3.html",
        "../v/v1/milestones/r-3.html",
    ]


def test_what_is_gone_is_not_listed_as_if_it_were_there(plan: Repository) -> None:
    data = json.loads((plan.site / "milestones.json").read_text("utf-8"))
    assert [each["code"] for each in data["milestones"]] == ["X-1", "R-2"]
    for name in ("milestones/index.html", "codes.js", "searchindex.js", "sitemap.xml", "milestones.ics"):
        assert not re.search("r-3", (plan.site / name).read_text("utf-8"), re.IGNORECASE), name


# --- All of it ---


def test_every_link_leads_somewhere_and_every_anchor_is_there(plan: Repository) -> None:
    identifiers: dict[str, set[str]] = {}

    def has(target: str, fragment: str) -> bool:
        if target not in identifiers:
            found = plan.page(target).select("[id]")
            identifiers[target] = {str(element["id"]) for element in found}
        return fragment in identifiers[target]

    followed = 0
    for path in plan.site.rglob("*.html"):
        name = path.relative_to(plan.site).as_posix()
        for element in plan.page(name).select("[href], [src]"):
            leads = urlsplit(urljoin(f"{SITE}{name}", str(element.get("href") or element.get("src"))))
            if leads.netloc != "example.org":
                continue
            target = unquote(leads.path).removeprefix("/plan/") or "index.html"
            assert (plan.site / target).is_file(), (name, element)
            if leads.fragment and target.endswith(".html") and element.name == "a":
                assert has(target, unquote(leads.fragment)), (name, element)
            followed += 1
    assert followed > 1000


def test_a_reader_chooses_two_editions(address: str, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{address}/compare/?from=v1&to=v2")
    expect(page.get_by_label("From")).to_have_value("v1")
    page.get_by_label("From").select_option("v3")  # the newer one first
    expect(page).to_have_url(f"{address}/compare/?from=v3&to=v2")
    page.get_by_label("to", exact=True).select_option("v3")
    expect(page.get_by_role("status")).to_have_text("Choose two different editions.")
    expect(page.get_by_role("button", name="Compare")).to_be_disabled()
    page.get_by_label("to", exact=True).select_option("v1")
    page.get_by_role("button", name="Compare").click()
    expect(page).to_have_url(f"{address}/compare/v1...v3/index.html")
    expect(page).to_have_title("ACME-7: what changed from v1 to v3")
    page.get_by_role("link", name="Compare other editions").click()
    expect(page.locator("h1")).to_have_text("Compare editions")
    page.goto(f"{address}/v/v2/milestones/r-3.html")
    page.locator("#editions").get_by_role("link", name="v2 → v3").click()
    assert page.url.endswith("/compare/v2...v3/index.html#was-milestone-r-3")
    page.close()


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1440, "light")])
def test_the_pages_are_accessible(plan: Repository, browser: Browser, width: int, scheme: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    for name in ("compare/index.html", "compare/v2...v3/index.html", "milestones/r-3.html"):
        page.goto((plan.site / name).as_uri())
        assert accessibility(page).violations == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
    page.close()


# --- The cache ---


def test_pages_are_made_once_and_again_where_somebody_changed_them(
    plan: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {name: path.read_bytes() for name, path in walk(plan.site)}
    kept = plan.directory / "build/editions/comparisons"
    times = {path.name: path.stat().st_mtime_ns for path in kept.iterdir()}
    assert len(times) == 6
    changed, removed, *_ = sorted(kept.iterdir())
    changed.write_text(changed.read_text("utf-8").replace("v1", "v7"), "utf-8")
    removed.unlink()
    (kept / "stray.json").write_text("{}", "utf-8")

    assert plan.editions() == 0

    assert capsys.readouterr().err == ""
    assert {name: path.read_bytes() for name, path in walk(plan.site)} == before
    now = {path.name: path.stat().st_mtime_ns for path in kept.iterdir()}
    assert {name for name in now if now[name] != times.get(name)} == {changed.name, removed.name}
    assert now.keys() == times.keys()


def test_how_many_are_compared_can_be_chosen(plan: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    assert plan.editions("--compare", "0") == 0
    assert not (plan.site / "compare").exists()
    assert not plan.page("v/v1/index.html").select(".milepost-changes")
    page = plan.page("milestones/r-3.html")
    assert "This milestone is not in v3." in page.get_text()
    assert not page.select(".milepost-moves")

    assert plan.editions("--compare", "1") == 0
    assert not (plan.site / "compare/v1...main").exists()
    assert (plan.site / "compare/v1...v3/index.html").is_file()

    capsys.readouterr()
    with pytest.raises(SystemExit):
        plan.editions("--compare", "many")
    assert "'many' is not a number from 0 to 40" in capsys.readouterr().err
    assert plan.editions() == 0


def test_an_incremental_build_is_a_fresh_one(plan: Repository) -> None:
    """Another draft, in which another milestone is gone."""
    draft = plan.source.read_text("utf-8")
    plan.commit(draft[: draft.index("  R-2:")])
    assert plan.editions() == 0
    assert "This milestone is not in main." in plan.page("latest/milestones/r-2.html").get_text()
    before = {name: path.read_bytes() for name, path in walk(plan.site)}

    shutil.rmtree(plan.directory / "build")
    assert plan.editions() == 0

    assert {name: path.read_bytes() for name, path in walk(plan.site)} == before
