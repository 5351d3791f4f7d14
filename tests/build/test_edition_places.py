"""Where editions are: stable/ and latest/, previews, hidden and titled editions, and addresses for programs.

One repository with many kinds of editions is built, and looked at from many sides.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import posixpath
import re
from typing import TYPE_CHECKING, Literal
from urllib.parse import urljoin, urlsplit
from zipfile import ZipFile

import pytest
from playwright.sync_api import expect
from sphinx.util.inventory import InventoryFile
from tests.build.test_editions import Repository, said, text
from tests.support.browser import served

from milepost.base.files import walk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow

SITE = "https://example.org/plan/"
EDIT = "https://example.org/edit/main/milestones.yaml"
ONLY_BEFORE = "  R-9:\n    name: Rehearsal\n    level: 1\n    due: 2032-01-01\n"
ONLY_LATER = "  N-1:\n    name: Novelty\n    level: 1\n    due: 2031-01-01\n"
OPTIONS = (
    *("--preview", "tickets/*", "--preview", "shown", "--show", "shown", "--hide", "v1.11-*"),
    *("--title", "v1.9=2022 replan"),
)


def source(version: str, status: str = "approved", **changes: str) -> str:
    return text(version, status, **changes).replace("  data_date", f"  edit_url: {EDIT}\n  data_date")


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """Give a repository with two approved releases, a hidden one, the draft, and two previews.

    R-9 is gone after the first release, and R-1 is called X-1. N-1 is only in the draft, P-1 in a preview.
    """
    repository = Repository(tmp_path_factory.mktemp("plan"))
    repository.commit(source("1.9", more=ONLY_BEFORE), "v1.9")
    repository.commit(source("1.10", code="X-1", more="    aka: [R-1]\n"), "v1.10")
    repository.commit(source("1.11", "draft", code="X-1", more="    aka: [R-1]\n"), "v1.11-rc")
    repository.commit(source("1.11", "draft", code="X-1", more=f"    aka: [R-1]\n{ONLY_LATER}"))
    repository.git("checkout", "--quiet", "-b", "tickets/7")
    only_here = ONLY_LATER.replace("N-1", "P-1")
    repository.commit(source("1.12", "draft", code="X-1", more=f"    aka: [R-1]\n{only_here}"))
    repository.git("checkout", "--quiet", "-b", "shown", "main")
    repository.commit(source("1.13", "draft", code="X-1").replace("edit/main/", "edit/shown/"))
    repository.git("checkout", "--quiet", "main")
    assert repository.editions(*OPTIONS) == 0
    return repository


def place_of(plan: Repository, name: str) -> str:
    (found,) = (each for each in (plan.site / "v").iterdir() if each.name.startswith(name))
    return f"v/{found.name}/"


# --- Places ---


def test_stable_and_latest_are_whole_editions(plan: Repository) -> None:
    for alias, place in (("stable/", "v/v1.10/"), ("latest/", "v/main/")):
        names = {name for name, _ in walk(plan.site / alias)}
        assert names == {name for name, _ in walk(plan.site / place)}
        assert (plan.site / alias / "objects.inv").read_bytes() == (
            plan.site / place / "objects.inv"
        ).read_bytes()
    assert "Version 1.10, approved" in plan.page("stable/index.html").get_text()
    assert "Version 1.11, draft" in plan.page("latest/index.html").get_text()


def test_links_of_other_projects_keep_working(plan: Repository) -> None:
    """An inventory of stable/ leads to pages and anchors that are there, without a redirection."""
    with (plan.site / "stable/objects.inv").open("rb") as stream:
        inventory = InventoryFile.load(stream, f"{SITE}stable", posixpath.join)
    addresses = {item.uri for items in inventory.values() for item in items.values()}

    assert any("milestones/x-1.html" in address for address in addresses)
    for address in addresses:
        assert leads_to(plan, address, f"{SITE}stable/objects.inv") == ""


def test_without_an_approved_release_nothing_is_stable(tmp_path_factory: pytest.TempPathFactory) -> None:
    repository = Repository(tmp_path_factory.mktemp("draft"))
    repository.commit(text("1", "draft"), "v1")
    repository.git("checkout", "--quiet", "--detach")
    repository.git("branch", "--quiet", "--delete", "--force", "main")

    assert repository.editions() == 0

    assert not (repository.site / "stable").exists()
    listed = json.loads((repository.site / "editions.json").read_text("utf-8"))
    assert (listed["latest"], listed.get("stable")) == ("v1", None)  # there is no draft


# --- Which are named ---


def named(plan: Repository, page: str) -> list[str]:
    return [each.get_text() for each in plan.page(page).select(".milepost-versions li > a:first-child")]


def always(plan: Repository, page: str) -> list[tuple[str, str, str | None]]:
    return [
        (
            " ".join(each.get_text(" ").split()),
            str(each.select("a")[0]["href"]),
            each.select("a")[0].get("aria-current"),
        )  # type: ignore[misc]
        for each in plan.page(page).select(".milepost-always li")
    ]


def test_previews_and_hidden_editions_are_named_by_none_but_themselves(plan: Repository) -> None:
    listed = ["shown", "main", "v1.10", "2022 replan (v1.9)"]
    preview, hidden = place_of(plan, "tickets-7"), "v/v1.11-rc/"

    for page in (
        "index.html",
        "latest/index.html",
        "v/v1.9/timeline.html",
        f"{place_of(plan, 'shown')}index.html",
    ):
        assert named(plan, page) == listed
    assert named(plan, f"{preview}index.html") == ["shown", "tickets/7", "main", *listed[2:]]
    assert named(plan, f"{hidden}index.html") == ["shown", "main", "v1.11-rc", "v1.10", "2022 replan (v1.9)"]
    for path in plan.site.rglob("*"):
        place = path.relative_to(plan.site).as_posix()
        if path.is_file() and path.suffix in {".html", ".json", ".xml", ".txt", ".ics", ".csv"}:
            content = text_of(path)
            assert place.startswith(preview) or "tickets" not in content, place
            assert place.startswith(hidden) or "v1.11-rc" not in content, place


def test_the_newest_states_are_listed_first(plan: Repository) -> None:
    assert always(plan, "index.html") == [
        ("latest now main", "latest/index.html", None),
        ("stable now v1.10", "stable/index.html", None),
    ]
    assert always(plan, "latest/milestones/r-2.html") == [
        ("latest now main", "r-2.html", "page"),
        ("stable now v1.10", "../../stable/milestones/r-2.html", None),
    ]


def test_the_label_names_the_edition(plan: Repository) -> None:
    for page, label in (
        ("index.html", "Edition: v1.10"),
        ("stable/timeline.html", "Edition: v1.10"),
        ("v/v1.9/index.html", "Edition: 2022 replan (v1.9)"),
        (f"{place_of(plan, 'tickets-7')}index.html", "Edition: tickets/7"),
    ):
        assert [each.get_text() for each in plan.page(page).select(".milepost-editions summary")] == [label]


def test_a_list_for_the_theme_of_pydata(plan: Repository) -> None:
    entries = json.loads((plan.site / "switcher.json").read_text("utf-8"))

    assert [(each["name"], each["version"], each["url"].removeprefix(SITE)) for each in entries] == [
        ("latest (main)", "latest", "latest/"),
        ("stable (v1.10)", "stable", "stable/"),
        ("shown", "shown", place_of(plan, "shown")),
        ("main", "main", "v/main/"),
        ("v1.10", "v1.10", ""),
        ("2022 replan (v1.9)", "v1.9", "v/v1.9/"),
    ]
    assert [each["version"] for each in entries if each.get("preferred")] == ["v1.10"]
    assert all((plan.site / each["url"].removeprefix(SITE) / "index.html").is_file() for each in entries)


@pytest.mark.parametrize(
    ("place", "kind", "words"),
    [
        ("v/v1.9/", "superseded", "This is 2022 replan (v1.9), superseded by v1.10."),
        ("v/main/", "draft", "Not yet approved (main). The current edition is v1.10."),
        ("latest/", "draft", "Not yet approved (main). The current edition is v1.10."),
        ("tickets-7", "preview", "Not yet approved (tickets/7, a preview). The current edition is v1.10."),
    ],
)
def test_each_kind_has_a_banner_of_its_own(plan: Repository, place: str, kind: str, words: str) -> None:
    place = place if place.endswith("/") else place_of(plan, place)
    (banner,) = plan.page(f"{place}milestones/r-2.html").select(".milepost-banner")

    for link in banner.select(".milepost-changes"):
        link.extract()
    assert banner.get_text().strip() == words
    assert banner["class"] == ["milepost-banner", f"milepost-banner-{kind}"]


def test_only_editions_of_branches_lead_to_their_source(plan: Repository) -> None:
    def links(place: str) -> set[str]:
        return {
            str(link["href"])
            for link in plan.page(f"{place}index.html").select("a[href]")
            if "/edit/" in str(link["href"])
        }

    assert links("") == links("stable/") == links("v/v1.9/") == links("v/v1.11-rc/") == set()
    assert links(place_of(plan, "tickets-7")) == set()  # the document names the source of the draft
    assert links("v/main/") == links("latest/") == {EDIT}
    assert links(place_of(plan, "shown")) == {EDIT.replace("main", "shown")}


# --- Search engines ---


def test_only_the_current_edition_is_for_search_engines(plan: Repository) -> None:
    indexed = set()
    for path in plan.site.rglob("*.html"):
        name = path.relative_to(plan.site).as_posix()
        if not plan.page(name).select('meta[name="robots"][content="noindex"]'):
            indexed.add(name.rpartition("v/v1.10/")[2].removeprefix("stable/"))
    sitemap = (plan.site / "sitemap.xml").read_text("utf-8")
    in_sitemap = {each or "index.html" for each in re.findall(f"<loc>{SITE}(.*?)</loc>", sitemap)}

    assert in_sitemap < indexed
    assert not [name for name in indexed if name.startswith(("v/", "latest/"))]
    # A page that robots may not read cannot tell them that it is not for them.
    assert "Disallow" not in (plan.site / "robots.txt").read_text("utf-8")


def test_a_page_has_one_canonical_address_in_all_editions(plan: Repository) -> None:
    def canonical(page: str) -> str:
        (link,) = plan.page(page).select('link[rel="canonical"]')
        return str(link["href"]).removeprefix(SITE)

    preview = place_of(plan, "tickets-7")
    for place in ("", "stable/", "latest/", "v/main/", "v/v1.10/", "v/v1.11-rc/", preview):
        assert canonical(f"{place}milestones/x-1.html") == "milestones/x-1.html"
    assert canonical("v/v1.9/milestones/r-1.html") == "milestones/x-1.html"
    # What the current edition does not have.
    assert canonical("v/v1.9/milestones/r-9.html") == "v/v1.9/milestones/r-9.html"
    for place in ("latest/", "v/main/"):
        assert canonical(f"{place}milestones/n-1.html") == "latest/milestones/n-1.html"
    assert canonical(f"{preview}milestones/p-1.html") == f"{preview}milestones/p-1.html"


# --- Programs ---


def leads_to(plan: Repository, address: str, base: str) -> str:
    """Return what is wrong with an address in the file at `base`; "" if it leads to a file and its anchor."""
    parts = urlsplit(urljoin(base, address))
    target = parts.path.removeprefix("/plan/")
    path = plan.site / target
    if path.is_dir():
        path /= "index.html"
    if not path.is_file():
        return f"{address} in {base} leads to no file"
    if parts.fragment and f'id="{parts.fragment}"' not in path.read_text("utf-8"):
        return f"{address} in {base} leads to no anchor"
    return ""


def text_of(path: Path) -> str:
    """Return the text of a file; of a spreadsheet that of all its parts."""
    content = path.read_bytes()
    if path.suffix == ".xlsx":
        with ZipFile(path) as parts:
            return "".join(parts.read(name).decode() for name in parts.namelist())
    return content.decode("utf-16" if content.startswith(codecs.BOM_UTF16_LE) else "utf-8")


def test_all_addresses_for_programs_lead_somewhere(plan: Repository) -> None:
    """Complete addresses in data, feeds, lists and heads of pages; names of pages in tables."""
    wrong: list[str] = []
    followed: dict[str, int] = {}
    for name, path in walk(plan.site):
        if path.suffix not in {".json", ".csv", ".ics", ".xml", ".txt", ".html", ".xlsx"}:
            continue
        content = text_of(path)
        if path.suffix == ".ics":
            content = re.sub("\r\n[ \t]", "", content)
        if path.suffix == ".html":
            head, _, body = content.partition("</head>")
            content = f"{head}{''.join(re.findall('how-to-cite.*?</section>', body, re.DOTALL))}"
        found = re.findall(rf"{SITE}[^\s\"'<>}}\\]*", content)
        if path.name == "milestones.csv":
            found = [row["page"] for row in csv.DictReader(io.StringIO(content))]
        if path.name == "milestones.json":
            found += [each["page"] for each in json.loads(content)["milestones"]]
        if path.name == "editions.json":
            found += [each["directory"] for each in json.loads(content)["editions"]]
        wrong += [fault for each in found if (fault := leads_to(plan, each, f"{SITE}{name}"))]
        followed[path.name] = followed.get(path.name, 0) + len(found)

    assert wrong == []
    data = ("milestones.json", "milestones.csv", "milestones.xlsx", "milestones.ics", "feed.xml")
    lists = ("sitemap.xml", "switcher.json", "robots.txt", "index.html")
    assert min(followed[name] for name in (*data, *lists)) > 0


@pytest.mark.parametrize("place", ["", "stable/", "latest/", "v/v1.9/", "v/v1.10/", "v/main/", "tickets-7"])
def test_data_lead_to_their_own_edition(plan: Repository, place: str) -> None:
    place = place_of(plan, place) if place and not place.endswith("/") else place
    values = json.loads((plan.site / place / "milestones.json").read_text("utf-8"))

    assert values["document"]["url"] == f"{SITE}{place}"
    assert {each["url"] for each in values["milestones"]} == {
        f"{SITE}{place}{each['page']}" for each in values["milestones"]
    }
    calendar = (plan.site / place / "milestones.ics").read_bytes().replace(b"\r\n ", b"").decode()
    assert set(re.findall("URL:(.*)\r", calendar)) == {each["url"] for each in values["milestones"]}
    assert f'rel="self" type="application/atom+xml" href="{SITE}{place}feed.xml"' in (
        plan.site / place / "feed.xml"
    ).read_text("utf-8")


def test_a_citation_leads_to_what_it_cites(plan: Repository) -> None:
    for page, place in (
        ("index.html", "v/v1.10/"),  # the top will have another version
        ("stable/index.html", "v/v1.10/"),
        ("v/v1.9/index.html", "v/v1.9/"),
        ("latest/index.html", "v/main/"),
    ):
        (section,) = plan.page(page).select("#how-to-cite")
        assert set(re.findall(rf"{SITE}[\w./]*", section.get_text())) == {f"{SITE}{place}"}


# --- In a browser ---


@pytest.fixture(scope="module")
def host(plan: Repository) -> Iterator[str]:
    with served(plan.site) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def choose(page: Page, name: str) -> None:
    """Choose an edition by keyboard."""
    page.locator(".milepost-editions summary").press("Enter")
    page.locator(".milepost-editions").get_by_role("link", name=name, exact=True).press("Enter")


def test_the_switcher_keeps_filters_and_anchor(page: Page, host: str) -> None:
    page.goto(f"{host}timeline.html?show=open&q=flight#table")
    choose(page, "main")
    page.wait_for_url(f"{host}v/main/timeline.html?show=open&q=flight#table")
    # The address may have changed since the page was opened.
    page.evaluate("history.replaceState(null, '', '?q=second#chart')")
    choose(page, "stable")
    page.wait_for_url(f"{host}stable/timeline.html?q=second#chart")


def test_the_switcher_follows_a_milestone_that_has_another_code(page: Page, host: str) -> None:
    page.goto(f"{host}v/v1.9/document/goals.html#first-flight-r-1")
    choose(page, "latest")
    page.wait_for_url(f"{host}latest/document/goals.html#milestone-x-1")
    choose(page, "2022 replan (v1.9)")
    page.wait_for_url(f"{host}v/v1.9/document/goals.html#milestone-r-1")


def test_what_another_edition_does_not_have_is_said_there(page: Page, host: str) -> None:
    page.goto(f"{host}latest/milestones/n-1.html?q=1#dates")
    page.locator(".milepost-editions summary").press("Enter")
    expect(page.locator(".milepost-versions li", has_text="v1.10")).to_contain_text("; without N-1")
    page.locator(".milepost-editions").get_by_role("link", name="v1.10", exact=True).press("Enter")
    page.wait_for_url(f"{host}index.html?absent=N-1")
    notice = page.get_by_role("status").filter(has_text="not in this edition")
    expect(notice).to_have_text("“N-1” is not in this edition, v1.10.")
    # The notice is about this page alone, and not about another edition that has it.
    choose(page, "v1.10")
    page.wait_for_url(f"{host}index.html")
    page.goto(f"{host}v/main/index.html?absent=N-1")
    page.wait_for_url(f"{host}v/main/milestones/n-1.html")


def test_a_milestone_on_a_page_that_another_edition_has_without_it(page: Page, host: str) -> None:
    page.goto(f"{host}v/v1.9/document/goals.html#milestone-r-9")
    choose(page, "v1.10")
    expect(page.locator(".milepost-absent")).to_contain_text("Rehearsal: R-9” is not in this edition, v1.10.")
    assert urlsplit(page.url).path == "/document/goals.html"
    assert urlsplit(page.url).fragment == ""


def test_escape_closes_the_switcher(page: Page, host: str) -> None:
    page.goto(f"{host}index.html")
    summary = page.locator(".milepost-editions summary")
    summary.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(summary).to_be_focused()
    expect(page.locator(".milepost-versions")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("place", ["v/main/", "v/v1.9/", "tickets-7"])
def test_the_words_of_a_banner_can_be_read(
    plan: Repository, browser: Browser, host: str, place: str, scheme: Literal["light", "dark"]
) -> None:
    place = place if place.endswith("/") else place_of(plan, place)
    context = browser.new_context(color_scheme=scheme, viewport={"width": 360, "height": 700})
    page = context.new_page()
    page.goto(f"{host}{place}index.html")

    for element in page.locator(".milepost-banner, .milepost-banner a").all():
        assert element.evaluate(CONTRAST) >= 7
    assert page.locator(".milepost-banner").evaluate("each => each.scrollWidth <= innerWidth")
    context.close()


CONTRAST = """each => {
  const banner = each.closest(".milepost-banner");
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map((each) => each / 255)
      .map((each) => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const both = [light(getComputedStyle(each).color), light(getComputedStyle(banner).backgroundColor)];
  const [low, high] = both.sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}"""
"""The contrast of an element and the banner that it is in (WCAG 2.2, 1.4.3)."""


# --- Choices ---


@pytest.mark.parametrize(
    ("options", "messages"),
    [
        (
            ["--hide", "v7", "--show", "x", "--title", "v8=Y"],
            [
                "there is no edition 'v7' (--hide takes one of: main, v1)",
                "there is no edition 'x' (--show takes one of: main, v1)",
                "there is no edition 'v8' (--title takes one of: main, v1)",
            ],
        ),
        (
            ["--title", "v1", "--title", "v1=", "--title", "main=v1"],
            [
                "--title 'v1' gives no title (write --title NAME=TITLE)",
                "--title 'v1=' gives an empty title (write --title NAME=TITLE)",
                "the title 'v1' of 'main' is also that of 'v1' (use another title)",
            ],
        ),
        (
            ["--title", "v1=A", "--title", "v1=B", "--title", "main=A"],
            [
                "the edition 'v1' has two titles (leave one --title out)",
                "the title 'A' of 'main' is also that of 'v1' (use another title)",
            ],
        ),
        (
            ["--title", "v1=a\x07b", "--title", f"main={'x' * 61}"],
            [
                (
                    "--title 'v1=a<U+0007>b' has characters that cannot be printed "
                    "(leave control characters out)"
                ),
                "the title of 'main' has 61 characters (use at most 60)",
            ],
        ),
        (
            ["--hide", "*"],
            [
                (
                    "every edition is hidden, so that none can be at the top "
                    "(hide fewer of them, or show a preview with --show)"
                ),
            ],
        ),
        (
            ["--hide", "main", "--show", "main"],
            ["the edition 'main' is both hidden and shown (leave out --hide or --show)"],
        ),
        (
            ["--preview", "main", "--preview", "nowhere"],
            [
                "'main' is the draft and cannot be a preview as well (leave out --preview main)",
                "there is no revision 'nowhere' (use a branch, tag or commit of this clone)",
            ],
        ),
    ],
)
def test_wrong_choices_are_all_named(
    tmp_path_factory: pytest.TempPathFactory,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    messages: list[str],
) -> None:
    repository = Repository(tmp_path_factory.mktemp("choices"))
    repository.commit(text("1"), "v1")

    assert repository.editions(*options) == 1

    assert said(capsys) == messages
    assert not (repository.directory / "build/editions/site").exists()
