"""The pages of milestones in any Sphinx project: contents, search, redirects from earlier codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.browser import served
from tests.support.sphinx_projects import Built, Project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bs4 import BeautifulSoup
    from playwright.sync_api import Browser, ConsoleMessage, Page

pytestmark = pytest.mark.slow

THEMES = ("furo", "alabaster")
CAMERA = "GT-CAM-1: Camera <script>hacked=1</script> & \"quoted\" 'it' *not bold* `nor_` |this|_"
CAMERA_NAME = CAMERA.removeprefix("GT-CAM-1: ")


@pytest.fixture(scope="module", params=THEMES)
def example(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The example as HTML, with each of the themes."""
    project = Project.copied("example", tmp_path_factory.mktemp("example"))
    return project.make(html_theme=request.param)


def neighbours(page: BeautifulSoup) -> dict[str, tuple[object, object]]:
    """Return address and title of the pages before and after, as a page has them for browsers."""
    return {
        link["rel"][0]: (link["href"], link["title"])
        for link in page.select('link[rel="prev"], link[rel="next"]')
    }


def test_a_page_has_all_facts(example: Built) -> None:
    body = example.body("milestones/gt-2.html")
    facts = [part.get_text() for part in body.select("dt, dd")]
    sections = {
        section["id"]: [
            (item.get_text(), [link["href"] for link in item.select("a")]) for item in section.select("li")
        ]
        for section in body.select("section section")
    }

    assert [heading.get_text() for heading in body.select("h1, h2")] == (
        [
            "GT-2: First light",
            "Findings",
            "Delivers",
            "Predecessors",
            "Successors",
            "Delivered in",
            "Mentioned in",
        ]
    )
    assert dict(zip(facts[::2], facts[1::2], strict=True)) == {
        "Code": "GT-2",
        "Earlier codes": "GT-OLD, LIGHT-1",
        "Level": "1",
        "Due": "2030-06-01",
        "State": "overdue, as of 2030-06-30",
        "Slip": "29 days late",
        "Test specification": "Test 7 & more",
        "Test plan issue": "GT-200",
    }
    assert [link["href"] for link in body.select("dd a")] == ["https://issues.example.org/GT-200"]
    overdue = "was due 2030-06-01, before the data date, and is not completed"
    assert sections == {
        "findings": [(f"GT-2 {overdue} (enter its completion or a forecast)", [])],
        "delivers": [(f"{CAMERA} due 2030-05-01, overdue", ["gt-cam-1.html"])],
        "predecessors": [
            ("GT-1: Telescope stands due 2030-03-31, completed 2030-04-10", ["gt-1.html"]),
            (f"{CAMERA} due 2030-05-01, overdue", ["gt-cam-1.html"]),
        ],
        "successors": [("GT-3: Open to the neighbours due 2030-12-31, open", ["gt-3.html"])],
        "delivered-in": [("2.2 First light: GT-2", [])],
        "mentioned-in": [("Garden telescope", ["../index.html#garden-telescope"])],
    }


def test_a_page_says_how_far_its_milestone_may_slip(example: Built) -> None:
    def room(name: str) -> list[tuple[str, list[str]]]:
        found = example.body(f"milestones/{name}.html").select(".milepost-room")
        return [(each.get_text(), [str(link["href"]) for link in each.select("a")]) for each in found]

    # GT-2 is due on 2030-06-01, and GT-3 forecast for 2031-01-15.
    assert room("gt-2") == [("It may slip 228 days before GT-3 cannot hold its date.", ["gt-3.html"])]
    assert room("gt-cam-1") == [("It may slip 31 days before GT-2 cannot hold its date.", ["gt-2.html"])]
    assert room("gt-1") == []
    assert room("gt-3") == []


def test_the_dates_of_a_page_are_those_that_there_are(example: Built) -> None:
    def dates(name: str) -> dict[str, str]:
        facts = [part.get_text() for part in example.body(f"milestones/{name}.html").select("dt, dd")]
        return {
            term: fact for term, fact in zip(facts[::2], facts[1::2], strict=True) if fact.startswith("20")
        }

    assert dates("gt-1") == {"Due": "2030-03-31", "Completed": "2030-04-10"}
    assert dates("gt-3") == {"Due": "2030-12-31", "Forecast": "2031-01-15"}
    assert dates("gt-cam-1") == {"Due": "2030-05-01"}


def test_a_page_is_in_the_frame_of_its_theme(example: Built) -> None:
    first, page, last = (
        example.page(f"milestones/{name}.html") for name in ("gt-dome-1", "gt-cam-1", "gt-3")
    )

    assert page.title is not None
    title, _, rest = page.title.get_text().rpartition(CAMERA_NAME)
    assert (title, rest.split()[1:]) == ("GT-CAM-1: ", ["Garden", "telescope", "documentation"])
    assert neighbours(page) == {
        "prev": ("gt-1.html", "GT-1: Telescope stands"),
        "next": ("gt-2.html", "GT-2: First light"),
    }
    assert neighbours(first) == {"next": ("gt-dome-2.html", "GT-DOME-2: Roof of the dome")}
    assert neighbours(last) == {"prev": ("gt-2.html", "GT-2: First light")}
    canonical = page.select_one('link[rel="canonical"]')
    assert canonical is not None
    assert canonical["href"] == "https://example.org/plan/milestones/gt-cam-1.html"
    assert [link["href"] for link in page.select('a[href$="tables.html"]')] == ["../tables.html"]


def test_what_is_before_and_after_is_shown_as_text(example: Built) -> None:
    page = example.page("milestones/gt-1.html")

    shown = [link.get_text(" ", strip=True) for link in page.select('a[href="gt-cam-1.html"]')]

    assert any(CAMERA in text for text in shown)


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("code", ["gt-old", "light-1"])
def test_an_earlier_code_leads_to_the_page_from_a_folder(
    example: Built, browser: Browser, code: str, *, scripts: bool
) -> None:
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()

    page.goto((example.output / f"milestones/{code}.html").as_uri() + "#successors")
    page.wait_for_url("**/gt-2.html*")

    assert page.url.endswith("/milestones/gt-2.html#successors" if scripts else "/milestones/gt-2.html")
    assert page.locator('[role="main"] h1').inner_text() == "GT-2: First light"
    context.close()


def test_a_redirect_is_a_page_for_people_and_machines(example: Built) -> None:
    page = example.page("milestones/gt-old.html")

    link, canonical = page.select_one("a"), page.select_one('link[rel="canonical"]')
    assert link is not None
    assert canonical is not None
    assert (link["href"], link.get_text()) == ("gt-2.html", "GT-2: First light")
    assert canonical["href"] == "https://example.org/plan/milestones/gt-2.html"
    assert page.title is not None
    assert page.title.get_text() == "GT-OLD is now GT-2"


class Visit:
    """A page on a server, with the errors that it reports."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.errors: list[str] = []
        self.context = browser.new_context()
        self.page: Page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._add_message)
        self.address = address

    def _add_message(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.location["url"].endswith("/favicon.ico"):
            self.errors.append(message.text)

    def found(self, query: str) -> list[str]:
        """Return the titles of the search results, the best first."""
        self.page.goto(f"{self.address}search.html?q={query}")
        self.page.wait_for_function(
            "!document.querySelector('.search-summary')?.textContent.includes('Searching')"
        )
        self.page.wait_for_function("document.querySelector('.search-summary')?.textContent.length > 0")
        self.page.wait_for_timeout(100)
        return self.page.locator("ul.search > li > a").all_inner_texts()


@pytest.fixture
def visit(example: Built, browser: Browser) -> Iterator[Visit]:
    """The example on a server."""
    with served(example.output) as address:
        visit = Visit(browser, address)
        yield visit
        visit.context.close()


FOUND = {
    "GT-2": "GT-2: First light",
    "gt-cam-1": CAMERA,
    "GT-DOME-1": "GT-DOME-1: Base of the dome",
    "LIGHT-1": "GT-2: First light",
    "GT-OLD": "GT-2: First light",
    "neighbours": "GT-3: Open to the neighbours",
    "hacked": CAMERA,
    "roof": "GT-DOME-2: Roof of the dome",
}


def test_the_search_finds_milestones_by_code_and_by_word(visit: Visit) -> None:
    assert {query: visit.found(query)[0] for query in FOUND} == FOUND
    assert visit.found("neighbours") == ["GT-3: Open to the neighbours"]
    visit.page.locator("ul.search > li > a").first.click()
    assert visit.page.url.removeprefix(visit.address).startswith("milestones/gt-3.html")
    assert visit.page.locator('[role="main"] h1').inner_text() == "GT-3: Open to the neighbours"
    assert visit.errors == []


def test_a_result_is_shown_with_the_words_of_its_page(visit: Visit) -> None:
    visit.found("roof")

    summary = visit.page.locator("ul.search > li .context").first
    summary.wait_for()
    assert "Roof of the dome" in summary.inner_text()


def test_the_search_still_finds_them_after_an_update(tmp_path: Path, browser: Browser) -> None:
    project = Project.copied("example", tmp_path)
    project.make()
    project.edit("milestones.yaml", "name: Roof of the dome", "name: Shutter of the dome")
    project.make()
    built = project.make()

    page = browser.new_page()
    for query, title in (("GT-2", "GT-2: First light"), ("shutter", "GT-DOME-2: Shutter of the dome")):
        page.goto(f"{(built.output / 'search.html').as_uri()}?q={query}")
        page.locator("ul.search > li > a").first.wait_for()
        assert page.locator("ul.search > li > a").first.inner_text() == title
    page.close()


def test_a_document_that_a_page_overwrites_is_warned_of(tmp_path: Path) -> None:
    project = Project.copied("example", tmp_path)
    (project.source / "milestones").mkdir()
    (project.source / "milestones/gt-2.rst").write_text(":orphan:\n\nMine\n====\n", "utf-8")

    built = project.make()

    assert built.warnings == (
        "milestones/gt-2.rst: WARNING: the page of the milestone GT-2 overwrites this document"
        " (move the document) [milepost.page]\n"
    )


def test_the_pages_can_be_elsewhere(tmp_path: Path) -> None:
    built = Project.copied("example", tmp_path).make(milepost_pages="plan/goals")

    assert built.warnings == ""
    assert (built.output / "plan/goals/gt-2.html").is_file()
    assert built.body("index.html").select("p a")[0]["href"] == "plan/goals/gt-1.html"
    assert [link["href"] for link in built.page("plan/goals/gt-1.html").select('a[href$="tables.html"]')] == (
        ["../../tables.html"]
    )


@pytest.mark.parametrize(
    "directory", ["/milestones", "../milestones", "a/../../b", "mile stones", "a//b", ".hidden"]
)
def test_pages_cannot_be_outside_of_the_output(tmp_path: Path, directory: str) -> None:
    built = Project.copied("example", tmp_path).make(milepost_pages=directory)

    assert built.error == (
        f"Configuration error: milepost_pages is {directory!r}, which is not a directory below the output"
        " (write a name of letters, digits, -, _ and ., or several names with / between them)"
    )
    assert built.written == set()


def test_own_templates_replace_the_built_in_ones(tmp_path: Path) -> None:
    project = Project.copied("example", tmp_path)
    own = project.source / "templates/milestones"
    own.mkdir(parents=True)
    (own / "milestone.html.jinja").write_text("<h1>{{ entry.name }}!</h1>\n", "utf-8")

    (own / "card.html.jinja").write_text("<b>{{ entry.code }}</b>\n", "utf-8")
    first = project.make()
    (own / "milestone.html.jinja").write_text("<h1>{{ entry.name }}?</h1>\n", "utf-8")
    (own / "card.html.jinja").write_text("<i>{{ entry.code }}</i>\n", "utf-8")
    second = project.make()

    assert (first.warnings, second.warnings) == ("", "")
    assert second.body("milestones/gt-cam-1.html").get_text().strip() == f"{CAMERA_NAME}?"
    assert [card.get_text() for card in second.body("cards.html").select("i")] == ["GT-2", "GT-CAM-1", "GT-3"]
