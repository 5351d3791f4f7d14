"""The views of a timeline in a browser: tabs, zoom, rows that fold, phones, charts with very many rows."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.end_to_end.test_timeline import Visit, document
from tests.support.accessibility import COLOURS, accessibility
from tests.support.published import REAL, published, published_document

from milepost.charts import output
from milepost.loading.load import loads
from milepost.views.chart import GanttChart
from milepost.web import widgets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

PANELS = (
    '<div class="milepost-filter-place"></div><div class="milepost-tabs-place"></div>'
    '<div class="milepost-panel-chart">{}</div><div class="milepost-panel-table">{}</div>'
)
PLAN = """
format: 1
document:
  {handle: DOC-1, title: Plan, organisation: Office, authors: [A. Author], status: draft,
   data_date: 2024-01-31, draft_mark: Draft}
sections: [{title: One, text: ".. figure:: chart"}]
figures: {chart: {kind: gantt, level: 2, caption: The plan.}}
milestones:
""" + "".join(
    f"  {'AB'[n % 2]}-{n}: {{name: 'Part <{n}>', level: {n % 3 + 1}, due: 20{20 + n % 9}-0{n % 9 + 1}-01,"
    f" short_name: Part {n}{', completed: 2023-05-05' * (n % 5 == 0)}"
    f"{', forecast: 2026-Q1' * (n % 5 == 1)}}}\n"
    for n in range(1, 1000)
)
"""A plan whose chart has more rows than are part of a page."""
VIEWS = (
    "",
    "?show=late&rest=folded",
    "?years=2023",
    "?tab=table&show=late",
    "?q=ops&zoom=2.00&at=2020-01-01",
)
SOME_VIEWS = {500: VIEWS[1::2], 768: VIEWS[::2], 1440: VIEWS[1::2]}
"""Those of the widths that are neither a phone nor the screen of most."""
SHIFT = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const each of list.getEntries()) sum += each.value; })
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 300);
})"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory with the timeline of the document, and that of a large plan."""
    root = tmp_path_factory.mktemp("views")
    shutil.copytree(widgets.static_files(), root / "static")
    real = published(REAL)
    entries = {entry.code: entry for entry in real.milestones.entries}

    def href(code: str) -> str:
        return f"milestones/{code.lower()}.html"

    drawings = [each.drawing for each in real.view.figures.values()]
    drawing = next(each for each in drawings if isinstance(each, GanttChart))
    charts = "".join(
        widgets.chart(output.svg(each), each, entries, href, "The schedule.", "2")
        for each in (drawing, replace(drawing, name="again", bars=drawing.bars[:9], links=()))
    )
    table = widgets.table(real.milestones.entries, href, "All milestones")
    (root / "real.html").write_text(document(PANELS.format(charts, table)), "utf-8")
    large = published_document(loads(PLAN.encode(), "milestones.yaml"))
    [figure] = large.view.figures.values()
    assert isinstance(figure.drawing, GanttChart)
    assert len(figure.drawing.bars) > widgets.MOST_BARS
    chart = widgets.chart("", figure.drawing, {}, href, "The plan.", None, image="static/chart.svg")
    table = widgets.table(large.milestones.entries, href, "All", more="milestones/")
    (root / "large.html").write_text(document(PANELS.format(chart, table)), "utf-8")
    return root


@pytest.fixture
def visit(browser: Browser, pages: Path) -> Iterator[Any]:
    visits: list[Visit] = []

    def opened(name: str = "real.html", width: int = 1280, **options: Any) -> Visit:
        options = {"viewport": {"width": width, "height": 900}, "reduced_motion": "reduce", **options}
        visits.append(Visit(browser.new_context(**options), f"{pages.as_uri()}/{name}"))
        return visits[-1]

    yield opened
    for each in visits:
        each.context.close()
        assert each.complaints == []


def panels(page: Page) -> tuple[bool, bool]:
    """Return whether chart and table are shown."""
    chart, table = (page.locator(f".milepost-panel-{name}").is_visible() for name in ("chart", "table"))
    return chart, table


def left_day(page: Page) -> str:
    """Return the year at the left edge of what is in view, from the names of years above the chart."""
    box = page.locator(".milepost-chart .milepost-scroll").first
    return str(
        box.evaluate(
            """box => {
              const edge = box.querySelector(".milepost-codes").getBoundingClientRect().right;
              const isYear = (each) => /^\\d{4}$/.test(each.textContent);
              const left = (each) => each.getBoundingClientRect().left;
              const years = [...box.querySelectorAll(".milepost-head text")].filter(isYear);
              return years.find((each) => left(each) >= edge).textContent;
            }"""
        )
    )


def shown_heights(page: Page) -> dict[str, float]:
    """Return where the rows of the first chart are that can be seen."""
    rows = page.locator(".milepost-chart").first.locator(".milepost-row:visible")
    found = rows.evaluate_all("all => all.map(each => [each.dataset.code, each.getBoundingClientRect().y])")
    return {str(code): float(y) for code, y in found}


def test_the_tabs_are_in_the_address_and_keep_while_filters_change(visit: Any) -> None:
    opened = visit()
    page = opened.page
    assert panels(page) == (True, False)
    chart, table = page.get_by_role("tab").all()
    assert [tab.get_attribute("aria-selected") for tab in (chart, table)] == ["true", "false"]

    chart.focus()
    page.keyboard.press("ArrowRight")
    expect(table).to_be_focused()
    assert (panels(page), opened.query) == ((False, True), "tab=table")
    expect(page.get_by_role("tabpanel", name="Table")).to_be_visible()
    opened.show("late")
    assert (panels(page), opened.query) == ((False, True), "show=late&tab=table")
    page.get_by_role("button", name="Reset").click()
    assert opened.query == "tab=table"
    table.focus()
    page.keyboard.press("Home")
    assert (panels(page), opened.query) == ((True, False), "")
    page.evaluate("history.pushState(null, '', '?tab=table&show=open')")
    page.evaluate("history.pushState(null, '', '?zoom=3.00')")
    page.go_back()
    expect(page.locator(".milepost-panel-table")).to_be_visible()
    expect(page.get_by_role("radio", name="Open")).to_be_checked()
    page.go_forward()
    expect(page.locator(".milepost-panel-chart")).to_be_visible()


def test_paper_and_pages_without_scripts_have_both(visit: Any) -> None:
    page = visit("real.html?tab=table").page
    page.emulate_media(media="print")
    assert panels(page) == (True, True)
    expect(page.get_by_role("tab").first).to_be_hidden()
    plain = visit(java_script_enabled=False).page
    assert panels(plain) == (True, True)
    assert plain.locator(".milepost-row").count() == 42 + 9
    height = plain.locator(".milepost-scroll").first.evaluate("each => each.scrollHeight - each.clientHeight")
    assert height <= 1  # nothing of it has to be scrolled to


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("?row=LDM-503-17", (True, False)),
        ("?tab=table&row=LDM-503-17", (False, True)),
        ("?row=DM-SUIT-3", (False, True)),  # is in no chart
        ("?tab=table#again-milestone-ldm-503-01", (True, False)),
        ("?tab=table#milepost-chart-schedule", (True, False)),
    ],
)
def test_links_to_a_row_open_its_tab(visit: Any, query: str, wanted: tuple[bool, bool]) -> None:
    page = visit(f"real.html{query}").page
    for name, visible in zip(("chart", "table"), wanted, strict=True):
        expect(page.locator(f".milepost-panel-{name}")).to_be_visible(visible=visible)
    code = re.search(r"row=([A-Z0-9-]+)", query)
    if code:
        row = page.locator(f":is(.milepost-row, tbody tr)[data-code='{code[1]}']:visible").first
        expect(row).to_be_in_viewport()


def test_rows_left_out_are_dimmed_hidden_or_folded(visit: Any) -> None:
    opened = visit()
    page = opened.page
    places = shown_heights(page)
    opened.show("late")
    assert shown_heights(page) == places  # dimmed
    late = opened.live()
    choice = page.get_by_label("Rows left out").first

    choice.select_option("hidden")
    assert opened.query == "show=late&rest=hidden"
    assert shown_heights(page) == {code: places[code] for code in late}

    choice.select_option("folded")
    assert opened.query == "show=late&rest=folded"
    folded = shown_heights(page)
    assert list(folded) == late
    # Rows follow each other without gaps, and the column of codes beside them.
    tops = (
        page.locator(".milepost-chart")
        .first.locator(".milepost-row:visible")
        .evaluate_all(
            "all => all.map(each => each.firstElementChild.getBoundingClientRect())"
            "          .map(each => [each.top, each.bottom])"
        )
    )
    assert all(below[0] == pytest.approx(above[1], abs=0.6) for above, below in pairwise(tops))
    codes = (
        page.locator(".milepost-codes")
        .first.locator(".milepost-code:visible")
        .evaluate_all(
            "all => all.map(each => [each.textContent, each.firstElementChild.getBoundingClientRect().top])"
        )
    )
    assert [code for code, _ in codes] == late
    assert [top for _, top in codes] == pytest.approx([top for top, _ in tops], abs=0.6)

    opened.search.fill("nowhere")
    assert shown_heights(page) == {}
    page.get_by_role("button", name="Reset").click()
    assert shown_heights(page) == places


@pytest.mark.parametrize("query", ["", "?show=late&rest=folded", "?show=open&rest=hidden&zoom=3.00"])
def test_links_lead_from_mark_to_mark_in_any_view(visit: Any, query: str) -> None:
    """A link begins at its predecessor's mark and ends at its successor's, if both are shown."""
    opened = visit(f"real.html{query}")
    live = set(opened.live()) if "rest" in query else {*shown_heights(opened.page)}
    found = opened.page.locator(".milepost-chart").first.evaluate(
        """figure => {
          const visible = (each) => getComputedStyle(each).visibility === "visible";
          const box = (each) => each.getBoundingClientRect().toJSON();
          const rows = [...figure.querySelectorAll(".milepost-row")];
          const mark = (code) => rows.find(each => each.dataset.code === code).querySelector("use");
          return [...figure.querySelectorAll(".milepost-link")].filter(visible).map(link => {
            const line = link.querySelector("path");
            const screen = line.getScreenCTM();
            const at = (length) => {
              const { x, y } = line.getPointAtLength(length).matrixTransform(screen);
              return [x, y];
            };
            const { predecessor, successor } = link.dataset;
            return [predecessor, successor, at(0), at(line.getTotalLength()),
                    box(mark(predecessor)), box(mark(successor))];
          });
        }"""
    )
    assert found
    for predecessor, successor, (x0, y0), (x1, y1), source, target in found:
        assert {predecessor, successor} <= live
        for (x, y), mark in (((x0, y0), source), ((x1, y1), target)):
            assert mark["left"] - 4 <= x <= mark["right"] + 4, (predecessor, successor)
            assert mark["top"] - 4 <= y <= mark["bottom"] + 4, (predecessor, successor)


def test_zoom_by_years_buttons_keys_and_wheel(visit: Any) -> None:
    opened = visit()
    page = opened.page
    box = page.locator(".milepost-chart .milepost-scroll").first
    width = "each => each.scrollWidth"
    whole = box.evaluate(width)

    page.get_by_label("Show").first.select_option("from 2023")
    assert opened.query == "years=2023"
    assert left_day(page) == "2023"
    # All years from there on are in view.
    assert box.evaluate("each => each.scrollWidth - each.clientWidth - each.scrollLeft") <= 2
    page.get_by_role("button", name="Whole axis").first.click()
    assert (opened.query, box.evaluate(width)) == ("", whole)

    page.get_by_role("button", name="Zoom in").first.click()
    assert opened.query.startswith("zoom=1.50&at=20")
    box.focus()
    for key, query in (("+", "zoom=2.25"), ("-", "zoom=1.50"), ("0", "")):
        page.keyboard.press(key)
        assert opened.query.startswith(query)
    assert opened.query == ""
    row = opened.page.locator(".milepost-row").first
    row.focus()
    page.keyboard.press("+")
    assert opened.query.startswith("zoom=1.50")
    before = box.evaluate("each => each.scrollLeft")
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        f"document.querySelector('.milepost-chart .milepost-scroll').scrollLeft > {before}"
    )

    page.keyboard.press("0")
    edge = box.bounding_box()
    assert edge
    page.mouse.move(edge["x"] + 900, edge["y"] + 200)
    page.mouse.wheel(0, -100)
    page.wait_for_timeout(100)
    assert opened.query == ""  # without Ctrl the wheel scrolls
    page.keyboard.down("Control")
    page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    page.wait_for_function("location.search.startsWith('?zoom=1.')")


def test_pinching_zooms(visit: Any) -> None:
    opened = visit("real.html", 360, has_touch=True)
    opened.page.evaluate(
        """() => {
          const box = document.querySelector(".milepost-chart .milepost-scroll");
          const touches = (apart) => [-1, 1].map((side, identifier) =>
            new Touch({ identifier, target: box, clientX: 180 + side * apart / 2, clientY: 600 }));
          for (const [name, apart] of [["touchstart", 60], ["touchmove", 120]]) {
            const event = { touches: touches(apart), cancelable: true, bubbles: true };
            box.dispatchEvent(new TouchEvent(name, event));
          }
        }"""
    )
    opened.page.wait_for_function("location.search.startsWith('?zoom=2.00')")


@pytest.mark.parametrize("query", ["", "?zoom=4.00&at=2021-03-01", "?years=2024&show=late&rest=folded"])
def test_axis_and_codes_stay_in_view(visit: Any, query: str) -> None:
    page = visit(f"real.html{query}", 768).page
    box = page.locator(".milepost-chart .milepost-scroll").first
    box.evaluate("each => { each.scrollTop = 300; each.scrollLeft += 50 }")
    found = box.evaluate(
        """box => {
          const frame = box.getBoundingClientRect();
          const head = box.querySelector(".milepost-head").getBoundingClientRect();
          const codes = box.querySelector(".milepost-codes").getBoundingClientRect();
          const pairs = [...box.querySelectorAll(".milepost-row:not(.is-folded)")].map((row, index) => {
            const code = box.querySelectorAll(".milepost-code:not(.is-folded)")[index];
            return [row, code].map((each) => each.firstElementChild.getBoundingClientRect().top);
          });
          return [head.top - frame.top, codes.left - frame.left, pairs];
        }"""
    )
    assert found[0] == pytest.approx(1, abs=1)
    assert found[1] == pytest.approx(1, abs=1)
    assert all(row == pytest.approx(code, abs=0.6) for row, code in found[2])


def test_the_view_of_the_axis_is_restored(visit: Any) -> None:
    opened = visit("real.html?zoom=6.00&at=2020-01-01")
    assert left_day(opened.page) in {"2020", "2021"}
    assert opened.query == "zoom=6.00&at=2020-01-01"
    box = opened.page.locator(".milepost-chart .milepost-scroll").first
    box.evaluate("each => { each.scrollLeft += 1500 }")
    opened.page.wait_for_function("!location.search.includes('2020-01-01')")
    again = visit(f"real.html?{opened.query}")
    places = [
        each.page.locator(".milepost-scroll").first.evaluate("each => each.scrollLeft")
        for each in (opened, again)
    ]
    assert places[0] == pytest.approx(places[1], abs=5)


@pytest.mark.parametrize("name", ["real.html", "large.html"])
def test_a_phone_opens_at_the_data_date_with_text_that_can_be_read(visit: Any, name: str) -> None:
    page = visit(name, 360).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    inside = page.locator(".milepost-chart .milepost-scroll").first.evaluate(
        """box => {
          const frame = box.getBoundingClientRect();
          const isKnown = (each) => each.textContent.startsWith("data date");
          const known = [...box.querySelectorAll("text, .milepost-bars-known")].find(isKnown);
          const { left, right } = known.getBoundingClientRect();
          const texts = [...box.querySelectorAll(".milepost-row text")];
          const size = (each) => parseFloat(getComputedStyle(each).fontSize) * each.getScreenCTM().a;
          const sizes = texts.map(size);
          return [(left + right) / 2 - frame.left, Math.min(99, ...sizes)];
        }"""
    )
    assert 90 < inside[0] < 330
    assert inside[1] >= 11


def test_a_phone_has_cards(visit: Any) -> None:
    page = visit("real.html?tab=table", 360).page
    card = page.locator("tbody tr[data-code=DM-SUIT-3]")
    assert page.locator("table").evaluate("each => each.scrollWidth <= each.parentElement.clientWidth")
    words = " ".join(card.inner_text().split())
    for word in ("DM-SUIT-3", "completed", "Time series analysis tool", "2016-09-30", "426 days late"):
        assert word in words
    cells = card.locator("> *").evaluate_all(
        "all => all.map(each => each.getBoundingClientRect()).map(each => [each.left, each.right])"
    )
    assert all(0 <= left < right <= 360 for left, right in cells)
    page.get_by_role("button", name="Slip").click()
    assert page.locator("th[data-key=slip]").get_attribute("aria-sort") == "ascending"
    for target in page.locator(
        "tbody tr:visible a, .milepost-tab, .milepost-sort, .milepost-tools button"
    ).all()[:20]:
        box = target.bounding_box()
        assert box is None or box["height"] >= 24


@pytest.mark.parametrize("width", [360, 500, 768, 1280, 1440])
def test_nothing_moves_whatever_the_address_asks_for(visit: Any, width: int) -> None:
    page = visit("real.html", width).page
    address = page.url
    for query in SOME_VIEWS.get(width, VIEWS):
        page.goto(address + query)
        assert (query, round(page.evaluate(SHIFT), 3)) <= (query, 0.02)


@pytest.mark.parametrize(
    "name", ["real.html?show=late&rest=folded&zoom=2.00", "real.html?tab=table", "large.html"]
)
def test_axe_finds_nothing_in_a_view(visit: Any, name: str) -> None:
    edges = (360, 1440)
    page = visit(name, 360).page
    for width in (360, 768, 1280, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        # Colours do not depend on the width.
        report = accessibility(page, without=() if width in edges else COLOURS)
        assert (width, report.violations) == (width, [])
    page.emulate_media(color_scheme="dark")
    for width in edges:
        page.set_viewport_size({"width": width, "height": 900})
        assert (width, accessibility(page, only=COLOURS).violations) == (width, [])


# --- Charts with very many rows ---------------------------------------------------------------------------


def bars(page: Page) -> list[str]:
    found = page.locator(".milepost-bar:not(.is-dimmed):visible").evaluate_all(
        """all => all.map(each => [each.offsetTop, each.dataset.code]).sort(([one], [other]) => one - other)
                     .map(([, code]) => code)"""
    )
    return [str(code) for code in found]


def test_a_large_chart_is_drawn_as_needed_with_the_same_view(visit: Any) -> None:
    large = published_document(loads(PLAN.encode(), "milestones.yaml"))
    level2 = [entry for entry in large.milestones.entries if entry.level == 2]
    opened = visit("large.html?show=late&rest=folded")
    page = opened.page
    late = [entry.code for entry in level2 if entry.late]
    assert bars(page) == late[: len(bars(page))]
    assert 20 < len(bars(page)) < 60
    box = page.locator(".milepost-bars")
    box.evaluate("each => { each.scrollTop = each.scrollHeight }")
    page.wait_for_function(
        f"[...document.querySelectorAll('.milepost-bar')].some(each => each.dataset.code === '{late[-1]}')"
    )

    opened.show("all")
    opened.search.fill("part <5>")
    assert bars(page) == [entry.code for entry in level2 if "<5>" in entry.name]
    opened.search.fill("")
    width = box.evaluate("each => each.scrollWidth")
    page.get_by_role("button", name="Zoom in").click()
    assert "zoom=1.50" in opened.query
    assert box.evaluate("each => each.scrollWidth") > width
    assert page.get_by_role("link", name="The chart as an image").get_attribute("href") == "static/chart.svg"


def test_a_large_chart_goes_by_keys_and_to_a_row(visit: Any) -> None:
    large = published_document(loads(PLAN.encode(), "milestones.yaml"))
    codes = [entry.code for entry in large.milestones.entries if entry.level == 2]
    page = visit("large.html").page
    page.locator(".milepost-bars").focus()
    page.keyboard.press("Tab")
    stops = []
    for key in ("ArrowDown", "ArrowDown", "End", "ArrowUp", "Home"):
        page.keyboard.press(key)
        stops.append(page.evaluate("document.activeElement.dataset.code"))
    assert stops == [codes[1], codes[2], codes[-1], codes[-2], codes[0]]
    wanted = codes[200]
    page = visit(f"large.html?row={wanted}").page
    expect(page.locator(f".milepost-bar[data-code='{wanted}']")).to_be_focused()


def test_tables_of_one_page_have_rows_of_their_own(visit: Any, pages: Path) -> None:
    """Of two large tables each reads its own data, and a small one before them none."""
    large = published_document(loads(PLAN.encode(), "milestones.yaml")).milestones.entries
    parts = (large[:5], large[5:400], large[400:])
    tables = "".join(widgets.table(part, "{}.html".format, "Some") for part in parts)
    (pages / "tables.html").write_text(document(tables), "utf-8")
    page = visit("tables.html?sort=code").page
    page.wait_for_function("document.querySelectorAll('tbody tr').length === 205")
    for part, table in zip(parts, page.locator("table").all(), strict=True):
        shown = table.locator("tbody tr").evaluate_all("all => all.map(each => each.dataset.code)")
        assert set(shown) <= {entry.code for entry in part}
        assert len(shown) == min(len(part), 100)
