"""The form of the pages of a site: drawers, keyboard, targets, paper, motion, forced and dark colours."""

from __future__ import annotations

import base64
import io
import subprocess
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect
from tests.build.test_site import MILESTONES, page_of
from tests.end_to_end.test_site_browser import (
    ACRONYMS,
    FIGURE,
    INDEX,
    LANDING,
    MILESTONE,
    NOT_FOUND,
    SEARCH,
    SECTION,
    TIMELINE,
    WIDTHS,
    site,
    visit,
)
from tests.end_to_end.test_site_pages import DRAWERS, WALKED

from milepost.latex import typefaces

pytestmark = pytest.mark.slow

__all__ = ("site",)


def of(width: int, **settings: Any) -> dict[str, Any]:
    return {"viewport": {"width": width, "height": 800}, **settings}


# --- Drawers ---

# With and without scripts together: each drawer at each width where it is one.
OPENED = [(360, "__navigation"), (768, "__toc"), (1280, "__toc")]
OPENED_WITHOUT_SCRIPTS = [(360, "__toc"), (768, "__navigation"), (1280, "__toc")]


def tab_to(page: Page, wanted: Locator, most: int = 20) -> None:
    """Press the Tab key until `wanted` has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"{most} times Tab do not reach {wanted}")


def is_in_drawer(page: Page, drawer: str) -> bool:
    found: bool = page.evaluate("drawer => document.activeElement.closest(drawer) !== null", drawer)
    return found


@pytest.mark.parametrize(("width", "name"), OPENED)
def test_a_drawer_opens_and_closes_by_keyboard(browser: Browser, site: str, width: int, name: str) -> None:
    with visit(browser, site + LANDING, **of(width)) as visited:
        page = visited.page
        opener = page.locator(f"label[for={name}]:visible:not(.overlay)")
        drawer = page.locator(DRAWERS[name])
        expect(opener).to_have_attribute("aria-expanded", "false")
        expect(opener).to_have_role("button")
        expect(opener).to_have_accessible_name(
            f"Toggle {'site navigation' if name == '__navigation' else 'table of contents'} sidebar"
        )
        for key, closing in (("Enter", "Escape"), (" ", "Tab")):
            tab_to(page, opener)
            assert opener.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
            page.keyboard.press(key)
            expect(opener).to_have_attribute("aria-expanded", "true")
            expect(drawer).to_be_in_viewport()
            assert is_in_drawer(page, DRAWERS[name])
            if closing == "Escape":
                page.keyboard.press("Escape")
                expect(opener).to_be_focused()
            else:
                while is_in_drawer(page, DRAWERS[name]):
                    page.keyboard.press("Shift+Tab")
            expect(opener).to_have_attribute("aria-expanded", "false")
            expect(drawer).not_to_be_visible()
            page.reload()


@pytest.mark.parametrize(("width", "name"), OPENED_WITHOUT_SCRIPTS)
def test_a_drawer_works_without_scripts(browser: Browser, site: str, width: int, name: str) -> None:
    with visit(browser, site + LANDING, **of(width, java_script_enabled=False)) as visited:
        page = visited.page
        drawer, box = page.locator(DRAWERS[name]), page.locator(f"#{name}")
        expect(drawer).not_to_be_visible()
        for _ in range(6):
            page.keyboard.press("Tab")
            if page.locator(":focus").get_attribute("id") == name:
                break
        outline = page.locator(f"label[for={name}]:visible:not(.overlay)")
        assert outline.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
        page.keyboard.press(" ")
        expect(box).to_be_checked()
        expect(drawer).to_be_in_viewport()


def test_a_drawer_closes_by_its_link_and_by_mouse(browser: Browser, site: str) -> None:
    with visit(browser, site + LANDING, **of(768)) as visited:
        page = visited.page
        opener = page.locator("label[for=__toc]:visible:not(.overlay)")
        opener.click()
        page.locator(".toc-drawer").get_by_role("link", name="Change Record").click()
        expect(opener).to_have_attribute("aria-expanded", "false")
        opener.click()
        page.locator(".toc-overlay").click(position={"x": 20, "y": 400})
        expect(opener).to_have_attribute("aria-expanded", "false")
        expect(opener).to_be_focused()
        opener.click()
        page.set_viewport_size({"width": 1440, "height": 800})  # where the contents are beside the text
        expect(page.locator("#__toc")).not_to_be_checked()


# --- Keyboard walks ---


@pytest.mark.parametrize(
    ("page", "width"),
    [(LANDING, 360), (LANDING, 1440), (MILESTONE, 768), (MILESTONE, 1280), (NOT_FOUND, 360)],
)
def test_the_tab_key_leads_through_the_page(browser: Browser, site: str, page: str, width: int) -> None:
    """In the order of the page, from the link that skips to the text; what has the focus is seen."""
    with visit(browser, site + page, reduced_motion="reduce", **of(width)) as visited:
        stops: list[dict[str, Any]] = []
        visited.page.evaluate("window.before = null")
        for _ in range(200):
            visited.page.keyboard.press("Tab")
            stop = visited.page.evaluate(STEP, WALKED)
            if stop is None or (stops and stop["html"] == stops[0]["html"]):
                break
            stops.append(stop)

    assert len(stops) > 8
    assert 'class="skip-to-content' in stops[0]["html"]
    assert [stop["html"] for stop in stops if not stop["seen"]] == []
    assert [stop["html"] for stop in stops if not stop["marked"]] == []
    assert [stop["html"] for stop in stops if stop["backwards"]] == []


STEP = """walked => {
  const [before, here] = [window.before, document.activeElement];
  const backwards = before && before.compareDocumentPosition(here) & Node.DOCUMENT_POSITION_PRECEDING;
  window.before = here;
  const stop = eval(walked)();
  return stop && { ...stop, backwards };
}"""


ROW_IN_VIEW = """() => {
  const row = document.activeElement;
  const box = row.closest(".milepost-scroll");
  const outer = box.getBoundingClientRect();
  const codes = box.querySelector(".milepost-codes").getBoundingClientRect();
  const isSeen = (mark) => {
    const { left, right, top, bottom } = mark.getBoundingClientRect();
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    return left >= codes.right && right <= outer.right && row.contains(document.elementFromPoint(x, y));
  };
  const marked = [...box.querySelectorAll(".milepost-code")]
    .filter(each => getComputedStyle(each.querySelector("path")).strokeWidth === "1.2px")
    .map(each => each.textContent.trim());
  return { code: row.dataset.code, seen: [...row.querySelectorAll("use")].some(isSeen), marked };
}"""


@pytest.mark.parametrize("width", [WIDTHS[0], WIDTHS[-1]])
def test_the_row_of_a_chart_that_has_the_focus_is_seen(browser: Browser, site: str, width: int) -> None:
    """Its mark is in view, also where it is far from the data date, and its code is marked."""
    with visit(browser, site + TIMELINE, reduced_motion="reduce", **of(width)) as visited:
        page = visited.page
        chart = page.locator(".milepost-chart").first
        codes = chart.locator(".milepost-row").evaluate_all("rows => rows.map(each => each.dataset.code)")
        tab_to(page, chart.locator(".milepost-row").first, most=60)
        found = []
        for _ in codes:
            found.append(page.evaluate(ROW_IN_VIEW))
            page.keyboard.press("ArrowDown")
        page.evaluate("document.activeElement.blur()")
        marked = chart.locator(".milepost-code.is-focused").count()

    assert len(codes) > 30
    assert [each["code"] for each in found] == codes
    assert [each for each in found if not each["seen"] or each["marked"] != [each["code"]]] == []
    assert marked == 0


@pytest.mark.parametrize("width", [WIDTHS[0], WIDTHS[-1]])
def test_the_skip_link_leads_to_the_text(browser: Browser, site: str, width: int) -> None:
    with visit(browser, site + MILESTONE, **of(width)) as visited:
        page = visited.page
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_text("Skip to content")
        expect(page.locator(":focus")).to_be_in_viewport()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('article') !== null")


# --- The search page ---


def test_the_search_page_says_what_it_finds(browser: Browser, site: str) -> None:
    with visit(browser, site + SEARCH) as visited:
        page = visited.page
        field = page.get_by_label("Code, issue or words")
        expect(field).to_be_focused()
        expect(page.locator(".milepost-hints")).to_contain_text("a milestone by its code")
        page.keyboard.type("spectrograph")
        page.keyboard.press("Enter")
        expect(page.locator("#search-results li a").first).to_be_visible()
        expect(field).to_have_value("spectrograph")
        expect(field).not_to_be_focused()


def test_the_search_page_without_scripts_leads_on(browser: Browser, site: str) -> None:
    with visit(browser, site + SEARCH, java_script_enabled=False) as visited:
        page = visited.page
        hint = page.locator("noscript")
        assert hint.evaluate("element => element.innerText").startswith("The search needs JavaScript")
        hint.locator("a").first.click()
        expect(page.locator("h1")).to_have_text("Milestones")


# --- Drawings ---


def test_a_drawing_can_be_read_on_a_phone(browser: Browser, site: str) -> None:
    with visit(browser, site + FIGURE) as visited:
        page = visited.page
        drawing, box = page.locator(".milepost-figure img"), page.locator(".milepost-figure")
        for width in reversed(WIDTHS):
            page.set_viewport_size({"width": width, "height": 800})
            size = drawing.bounding_box()
            assert size
            assert size["width"] / 468 >= 1.3  # as large as in the PDF, where its letters have 7 points
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        box.focus()
        page.keyboard.press("End")
        page.keyboard.press("ArrowRight")
        page.wait_for_function("document.querySelector('.milepost-figure').scrollLeft > 0")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_drawing_has_the_colours_of_the_page(browser: Browser, site: str, scheme: str) -> None:
    with visit(browser, site + FIGURE, color_scheme=scheme) as visited:
        shot = visited.page.locator(".milepost-figure img").screenshot()
    counts = Image.open(io.BytesIO(shot)).convert("L").histogram()
    ground = counts.index(max(counts))
    letters = max(
        (shade for shade in range(256) if counts[shade] > 20), key=lambda shade: abs(shade - ground)
    )
    assert ground > 240 if scheme == "light" else ground < 50
    light, dark = sorted((luminance(ground), luminance(letters)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) > 7


def luminance(shade: int) -> float:
    """Return the relative luminance of a grey (WCAG 2.2)."""
    part = shade / 255
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


# --- Motion and forced colours ---


@pytest.mark.parametrize("page", [LANDING, MILESTONE, TIMELINE])
def test_nothing_moves_for_who_wants_less_motion(browser: Browser, site: str, page: str) -> None:
    with visit(browser, site + page, reduced_motion="reduce", **of(360)) as visited:
        moving = visited.page.evaluate(
            """[...document.querySelectorAll("*")].filter(each => {
              const style = getComputedStyle(each);
              const takesTime = (times) => times.split(",").some(one => parseFloat(one) > 0.01);
              return takesTime(style.transitionDuration) || style.scrollBehavior === "smooth"
                || (style.animationName !== "none" && takesTime(style.animationDuration));
            }).map(each => each.outerHTML.slice(0, 80))"""
        )
        assert moving == []


def test_forced_colours_keep_what_is_said_by_colour(browser: Browser, site: str) -> None:
    with visit(browser, site + MILESTONE, forced_colors="active", color_scheme="dark") as visited:
        page = visited.page
        style = """(selector, key) => getComputedStyle(document.querySelector(selector))[key]"""
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")

        def value(selector: str, key: str) -> str:
            found: str = page.evaluate(f"([selector, key]) => ({style})(selector, key)", [selector, key])
            return found

        assert value(".milepost-banner", "borderTopColor") != ground
        assert value(".milepost-card", "borderTopColor") != ground
        for part in (".due", ".expected", ".year", ".known"):
            assert ground not in {value(f".milepost-small {part}", key) for key in ("stroke",)} - {"none"}


# --- Paper ---

MOST_SHEETS = {
    LANDING: 3,
    SECTION: 11,
    MILESTONE: 1,
    NOT_FOUND: 1,
    SEARCH: 1,
    FIGURE: 2,
    ACRONYMS: 3,
    "document/references.html": 1,
    INDEX: 5,
    TIMELINE: 7,
}
SHEETS = ("A4", "Letter")
ON_BOTH = (LANDING, TIMELINE)


def printed(page: Page, sheet: str) -> list[str]:
    """Return the words on each sheet of paper."""
    done = subprocess.run(
        ["pdftotext", "-", "-"], input=page.pdf(format=sheet), capture_output=True, check=True
    )
    return [" ".join(words.split()) for words in done.stdout.decode().split("\f")[:-1]]


@pytest.mark.parametrize("name", MOST_SHEETS)
def test_paper_has_no_empty_sheets(browser: Browser, site: str, name: str) -> None:
    with visit(browser, site + name, color_scheme="dark") as visited:
        page = visited.page
        # What has to be on one sheet is tried on the lower one.
        one = "Letter" if MOST_SHEETS[name] == 1 else "A4"
        for sheet in SHEETS if name in ON_BOTH else (one,):
            sheets = printed(page, sheet)
            assert len(sheets) <= MOST_SHEETS[name]
            assert all(len(words) > 40 for words in sheets)
            assert "LDM-564: DM Releases. Version 1.6, draft; dates as of 2024-11-30" in sheets[0]
            assert "Draft Revision NOT YET Approved" in sheets[0]
            assert "Made with" not in " ".join(sheets)
        page.emulate_media(media="print", color_scheme="dark")
        style = page.evaluate(
            """() => {
              const { color, backgroundColor, borderTopColor } =
                getComputedStyle(document.querySelector(".milepost-banner"));
              return [color, backgroundColor, borderTopColor];
            }"""
        )
        assert style == ["rgb(0, 0, 0)", "rgba(0, 0, 0, 0)", "rgb(0, 0, 0)"]
        for part in (".sidebar-drawer", ".toc-drawer", ".mobile-header", ".related-pages", ".milepost-jump"):
            assert not page.locator(part).first.is_visible()


def test_a_milestone_is_on_one_sheet(browser: Browser, site: str) -> None:
    """Also those with the most that comes before and after them, in the typeface that is asked for first."""
    regular = next(file for file in typefaces.files() if file.name == "FiraSans-Regular.ttf")
    data = base64.b64encode(regular.read_bytes()).decode()
    typeface = f"@font-face {{ font-family: 'Fira Sans'; src: url(data:font/ttf;base64,{data}) }}"
    followers = {
        code: sum(code in each.get("predecessors", ()) for each in MILESTONES.values()) for code in MILESTONES
    }
    largest = sorted(
        MILESTONES, key=lambda code: len(MILESTONES[code].get("predecessors", ())) + followers[code]
    )
    with visit(browser, site + LANDING) as visited:
        for code in largest[-4:]:
            visited.page.goto(site + page_of(code))
            visited.page.add_style_tag(content=typeface)
            visited.page.evaluate("() => document.fonts.load('16px \"Fira Sans\"')")
            assert visited.page.evaluate("[...document.fonts].map((each) => each.status)") == ["loaded"]
            for sheet in SHEETS:
                (words,) = printed(visited.page, sheet)
                assert code in words


def test_paper_has_the_addresses_of_links_where_words_do_not_say_them(browser: Browser, site: str) -> None:
    with visit(browser, site + LANDING) as visited:
        words = " ".join(printed(visited.page, "A4"))
    assert "edit the source <https://" in words
    assert "<timeline.html" not in words
    assert words.count("https://github.com/lsst/LDM-564") == 2  # the source once, and where it is edited
