"""The site of the document in a real browser: by mouse, by keyboard, in light and dark themes."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Route, expect
from tests.build.test_site import MILESTONES, page_of
from tests.support.browser import served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.printed import Editions

pytestmark = pytest.mark.slow

WIDTHS = (360, 768, 1280, 1440)
LANDING, TIMELINE, MILESTONE = "index.html", "timeline.html", page_of("LDM-503-11")
SECTION = "document/functionality-in-dm-releases.html"
NOT_FOUND = "milestones/there-is-no-such-page.html"
INDEX, FIGURE = "milestones/index.html", "document/release-management.html"
SEARCH, ACRONYMS = "search.html", "document/acronyms.html"
PAGES = (LANDING, SECTION, FIGURE, MILESTONE, INDEX, TIMELINE, NOT_FOUND, SEARCH, ACRONYMS)


@pytest.fixture(scope="module")
def site(editions: Editions) -> Iterator[str]:
    with served(editions("real").workspace.site) as address:
        yield address


class Visit:
    """A page in a browser, with its requests and messages."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[Request] = []
        self.messages: list[str] = []
        page.on("request", lambda request: self.requests.append(request))  # noqa: PLW0108 -- no built-in will do
        page.on("console", self._add_message)
        page.on("pageerror", lambda error: self.messages.append(str(error)))

    def _add_message(self, message: ConsoleMessage) -> None:
        if message.type != "log":
            self.messages.append(message.text)


@contextmanager
def visit(browser: Browser, address: str, **settings: Any) -> Iterator[Visit]:
    """Open `address`; afterwards check that nothing was requested from elsewhere, and there are no errors."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | settings)
    try:
        visited = Visit(context.new_page())
        visited.page.goto(address)
        yield visited
        hosts = {urlsplit(request.url).hostname for request in visited.requests}
        # For the page that does not exist, the browser reports that.
        missing = "Failed to load resource: the server responded with a status of 404 (Not Found)"
        assert hosts <= {"127.0.0.1", None}
        assert [each for each in visited.messages if each != missing or NOT_FOUND not in address] == []
    finally:
        context.close()


# --- All pages; see test_site_pages, too ---


def test_targets_are_large_enough(browser: Browser, site: str) -> None:
    """WCAG 2.2, 2.5.8, for the lists of links beside the text."""
    with visit(browser, site + LANDING, viewport={"width": 1440, "height": 900}) as visited:
        links = visited.page.locator(".toc-tree a:visible, .sidebar-tree a:visible").all()
        boxes = [box for link in links if (box := link.bounding_box())]

    assert len(boxes) > 10
    assert all(box["height"] >= 24 for box in boxes)


def test_the_landing_page_is_light(browser: Browser, site: str) -> None:
    """All that is loaded for it, before compression, is less than 300 kB."""
    with visit(browser, site + LANDING) as visited:
        visited.page.wait_for_load_state("networkidle")
        sizes = {each.url: len(answer.body()) for each in visited.requests if (answer := each.response())}

    assert len(sizes) > 5
    assert sum(sizes.values()) < 300_000


def test_the_theme_can_be_chosen(browser: Browser, site: str) -> None:
    with visit(browser, site + LANDING, color_scheme="light") as visited:
        page = visited.page
        page.locator(".theme-toggle-content button").click()  # from what the system says to the other one
        page.goto(site + MILESTONE)
        expect(page.locator("body")).to_have_attribute("data-theme", "dark")


def test_pages_follow_each_other(browser: Browser, site: str) -> None:
    with visit(browser, site + LANDING) as visited:
        page = visited.page
        headings = []
        while (following := page.locator("a.next-page")).count():
            following.click()
            headings.append(page.locator("h1").inner_text().removesuffix("#").removesuffix("¶"))

    assert headings == [
        "1 Introduction",
        "2 Release Management",
        "3 Functionality in DM releases",
        "4 References",
        "5 Acronyms",
        "Timeline",
        "Status",
    ]


def test_paper_has_neither_sidebar_nor_filters(browser: Browser, site: str) -> None:
    with visit(browser, site + TIMELINE) as visited:
        visited.page.emulate_media(media="print")
        for part in (".sidebar-drawer", ".toc-drawer", ".milepost-filter"):
            assert not visited.page.locator(part).first.is_visible()
        rows = visited.page.locator("table.milepost-table tbody tr")
        assert rows.count() == len(MILESTONES)
        assert rows.last.is_visible()


# --- Finding ---


FOUND = {
    "LDM-503-17a": "LDM-503-17a",
    "ldm-503-01": "LDM-503-01",
    "spectrograph": "LDM-503-08",
    "SFM1": "DM-AP-1",
    "DM-17141": "LDM-503-17",
    "LDM-533": "LDM-503-03",
}


def test_search_finds_a_milestone(browser: Browser, site: str) -> None:
    """By its code, a word of its name, an earlier code; the code itself comes first."""
    with visit(browser, site + LANDING) as visited:
        page = visited.page
        for query, code in FOUND.items():
            page.locator(".sidebar-search").fill(query)
            page.locator(".sidebar-search").press("Enter")
            results = page.locator("#search-results li a")
            # Until the search has ended, lines above and below the results move them away from a click.
            expect(page.locator(".search-summary")).to_have_text(re.compile("^Search finished"))
            page.wait_for_load_state("networkidle")
            expect(results.first).to_be_visible()
            if query != "spectrograph":
                expect(results.first).to_have_text(re.compile(rf"^{re.escape(code)}: "))
            link = results.get_by_text(re.compile(rf"^{re.escape(code)}: "))
            link.first.click()
            expect(page.locator("h1")).to_have_text(re.compile(rf"^{re.escape(code)}: "))
            assert urlsplit(page.url).path == f"/{page_of(code)}"


def test_results_show_words(browser: Browser, site: str) -> None:
    """The text of neighbouring cells does not run together."""
    with visit(browser, f"{site}search.html?q=LDM-503-17") as visited:
        summary = visited.page.locator("#search-results li .context").first
        expect(summary).to_have_text(
            re.compile(
                r"^LDM-503-17: Final operations rehearsal\. Code: LDM-503-17; Level: 2; .*Due: 2025-07-04;"
            )
        )


def test_the_box_jumps_to_a_milestone(browser: Browser, site: str) -> None:
    with visit(browser, site + LANDING) as visited:
        for page, words in ((LANDING, "ldm-503-17"), (MILESTONE, "DM-17141"), ("search.html", "SFM1")):
            code = "DM-AP-1" if words == "SFM1" else "LDM-503-17"
            visited.page.goto(site + page)
            visited.page.keyboard.press("/")
            visited.page.keyboard.type(words)
            expect(visited.page.locator("#milepost-codes option").first).to_have_attribute("value", code)
            visited.page.keyboard.press("Enter")
            visited.page.wait_for_url(f"**/{page_of(code)}")


def test_the_box_waits_for_the_codes(browser: Browser, site: str) -> None:
    """Who presses Enter before they are loaded gets to the milestone, too."""
    with visit(browser, site + LANDING) as visited:
        held: list[Route] = []
        visited.page.route("**/codes.js", lambda route: held.append(route))  # noqa: PLW0108 -- no built-in will do
        with visited.page.expect_request("**/codes.js"):
            visited.page.locator(".milepost-jump input").focus()
        visited.page.keyboard.type("SFM1")
        visited.page.keyboard.press("Enter")
        held[0].continue_()
        visited.page.wait_for_url(f"**/{page_of('DM-AP-1')}")


def test_a_slash_in_words_to_search_for_is_a_letter(browser: Browser, site: str) -> None:
    """Only in the empty field of the search page it leads to the box."""
    with visit(browser, site + "search.html") as visited:
        field = visited.page.locator("#milepost-words")
        expect(field).to_be_focused()
        visited.page.keyboard.type("and/or")
        expect(field).to_have_value("and/or")


def test_the_box_searches_for_what_is_no_code(browser: Browser, site: str) -> None:
    with visit(browser, site + LANDING) as visited:
        visited.page.keyboard.press("/")
        visited.page.keyboard.type("spectrograph")
        visited.page.keyboard.press("Enter")
        visited.page.wait_for_url("**/search.html?q=spectrograph")
        expect(visited.page.locator("#search-results li a").first).to_be_visible()


def test_deliveries_unfold_one_by_one_and_together(browser: Browser, site: str) -> None:
    with visit(browser, site + SECTION) as visited:
        page = visited.page
        folded = page.evaluate("document.documentElement.scrollHeight")
        page.locator("details.milepost-fold summary").first.click()
        assert page.locator("details.milepost-fold[open]").count() == 1
        page.get_by_role("button", name="Show all deliveries").click()
        assert page.locator("details.milepost-fold:not([open])").count() == 0
        assert page.evaluate("document.documentElement.scrollHeight") > folded
        page.get_by_role("button", name="Fold all deliveries").click()
        assert page.locator("details.milepost-fold[open]").count() == 0
        page.goto(f"{site}{SECTION}#milestone-dm-ap-1")  # a delivery in a folded list
        expect(page.locator("#milestone-dm-ap-1")).to_be_visible()


def test_a_word_of_the_text_is_found(browser: Browser, site: str) -> None:
    with visit(browser, f"{site}search.html?q=exhaustive") as visited:
        expect(visited.page.locator("#search-results li a").first).to_have_text(
            "3 Functionality in DM releases"
        )


@pytest.mark.parametrize("scripts", [True, False])
def test_an_earlier_code_leads_to_the_milestone(browser: Browser, site: str, *, scripts: bool) -> None:
    with visit(browser, site + LANDING, java_script_enabled=scripts) as visited:
        visited.page.goto(f"{site}{page_of('SFM1')}#successors")
        expect(visited.page.locator("h1")).to_have_text(re.compile(r"^DM-AP-1: "))
        assert urlsplit(visited.page.url).path == f"/{page_of('DM-AP-1')}"
        # Without scripts, the place in the page is lost.
        assert urlsplit(visited.page.url).fragment == ("successors" if scripts else "")


def test_a_wrong_address_leads_on(browser: Browser, site: str) -> None:
    """Someone who writes a code as it is printed, or mistypes it, is offered the milestone."""
    with visit(browser, f"{site}milestones/LDM-503-17.html") as visited:
        page = visited.page
        offered = page.locator(".milepost-meant a")
        expect(offered.first).to_have_text("LDM-503-17: Final operations rehearsal")
        visited.messages.clear()  # the browser says that the page is missing, which is so
        offered.first.click()
        expect(page.locator("h1")).to_have_text("LDM-503-17: Final operations rehearsal¶".rstrip("¶"))
        page.goto(f"{site}some/where/else")
        visited.messages.clear()
        page.get_by_label("Search for a code or a word").fill("LDM-503-17")
        page.get_by_role("button", name="Search", exact=True).click()
        expect(page.locator("#search-results li a").first).to_have_text(
            "LDM-503-17: Final operations rehearsal"
        )


# --- The timeline of the site ---


def test_a_view_of_the_timeline_can_be_sent(browser: Browser, site: str) -> None:
    overdue = ["LDM-503-18q", "LDM-503-NET"]
    with visit(
        browser, f"{site}{TIMELINE}?tab=table&show=late&level=2&q=LDM-503&sort=code&order=desc"
    ) as visited:
        rows = visited.page.locator("table.milepost-table tbody tr:visible")
        late = [
            code
            for code, each in MILESTONES.items()
            if each["level"] == "2"
            and "LDM-503" in code
            and (code in overdue or each.get("completed", "") > each["due"])
        ]
        assert rows.evaluate_all("rows => rows.map(row => row.dataset.code)") == sorted(late, reverse=True)


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_moves_or_is_too_wide_in_the_timeline(browser: Browser, site: str, width: int) -> None:
    with visit(browser, site + TIMELINE, viewport={"width": width, "height": 900}) as visited:
        visited.page.locator(".milepost-filter").wait_for()
        assert visited.page.evaluate("document.documentElement.scrollWidth") <= width
        shift = visited.page.evaluate(
            """() => new Promise((done) => {
              let sum = 0;
              new PerformanceObserver((list) => { for (const each of list.getEntries()) sum += each.value; })
                .observe({ type: "layout-shift", buffered: true });
              setTimeout(() => done(sum), 300);
            })"""
        )
        assert shift <= 0.02


def test_the_page_of_a_milestone_leads_to_its_row(browser: Browser, site: str) -> None:
    with visit(browser, site + page_of("LDM-503-17")) as visited:
        visited.page.locator(".milepost-shown").get_by_role("link", name="Timeline").click()
        row = visited.page.locator("a.milepost-row[data-code='LDM-503-17']")
        expect(row).to_be_focused()
        expect(row).to_be_in_viewport()


def test_a_row_of_the_chart_leads_to_its_milestone(browser: Browser, site: str) -> None:
    with visit(browser, site + TIMELINE) as visited:
        page = visited.page
        row = page.locator("a.milepost-row[data-code='LDM-503-17']")
        row.focus()
        expect(page.locator("[role=tooltip]")).to_contain_text(
            "LDM-503-17 Final operations rehearsal: due 2025-07-04"
        )
        row.press("Enter")
        expect(page.locator("h1")).to_have_text("LDM-503-17: Final operations rehearsal")


def test_everything_is_there_without_scripts(browser: Browser, site: str) -> None:
    with visit(browser, site + TIMELINE, java_script_enabled=False) as visited:
        page = visited.page
        assert page.locator("table.milepost-table tbody tr").count() == len(MILESTONES)
        assert page.locator("table.milepost-table tbody tr").last.is_visible()
        page.locator("a.milepost-row[data-code='LDM-503-17']").click()
        expect(page.locator("h1")).to_have_text("LDM-503-17: Final operations rehearsal")


def test_an_acronym_is_explained_on_focus(browser: Browser, site: str) -> None:
    """By the script where a page has it, and else by the style sheet."""
    focus = "element => element.focus({ focusVisible: true })"
    with visit(browser, site + SECTION) as visited:
        visited.page.locator("article abbr", has_text="DM").first.evaluate(focus)
        expect(visited.page.get_by_role("tooltip")).to_have_text("Data Management")
    with visit(browser, site + LANDING) as visited:
        acronym = visited.page.locator("article abbr", has_text="DM").first
        acronym.evaluate(focus)
        shown = acronym.evaluate("element => getComputedStyle(element, '::after').content")
        assert shown in {"attr(title)", '"Data Management"'}
