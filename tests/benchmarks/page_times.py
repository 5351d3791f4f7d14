"""How heavy and how fast the timeline of a site is in Chromium, for plans of different sizes.

    python -m tests.benchmarks.page_times [COUNT ...]

The site of this repository's document, and of a plan of each COUNT (2000 and 10000), is built and opened at
1280 x 900 pixels. For each the median of three visits: the size of the page and of all that it loads, the
first and the largest contentful paint, the cumulative layout shift, the longest task until the page is at
rest, and the time to the next frame that is painted, from a keystroke in the search field, with the chart and
with the table in view, from a step of the zoom, and from a click on the head of a column.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright
from tests.benchmarks.measuring import keep_table
from tests.benchmarks.results import table
from tests.benchmarks.site_times import plan, yaml_of
from tests.support.browser import CHROMIUM, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

VISITS = 3
CHART = "figures: {chart: {kind: gantt, level: 2, caption: The plan.}}"
PLACE = "title: Part-0\n    text: |\n      The plan.\n\n      .. figure:: chart\n"
WATCH = """() => {
  window.shift = 0;
  window.paints = {};
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) if (!each.hadRecentInput) window.shift += each.value;
  }).observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) window.paints.largest = each.startTime;
  }).observe({ type: "largest-contentful-paint", buffered: true });
  window.longest = 0;
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) window.longest = Math.max(window.longest, each.duration);
  }).observe({ type: "longtask", buffered: true });
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) window.paints[each.name] = each.startTime;
  }).observe({ type: "paint", buffered: true });
}"""
FRAME = """(act) => new Promise((done) => {
  const start = performance.now();
  act();
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
})"""


def with_chart(source: str) -> str:
    """Return the YAML of a plan with a chart of its level 2, on the page of the first section."""
    return source.replace("figures: {}", CHART).replace("title: Part-0\n", PLACE)


def measured(page: Page, address: str) -> dict[str, float]:
    """Return what one visit of the timeline at `address` measures."""
    sizes: list[int] = []
    page.on("response", lambda answer: sizes.append(len(answer.body())))
    page.goto(f"{address}timeline.html")
    page.wait_for_load_state("networkidle")
    page.evaluate(WATCH)
    page.wait_for_timeout(1500)
    html = len(page.request.get(f"{address}timeline.html").body())
    table = page.get_by_role("tab", name="Table", exact=True)
    typed = f"""() => ({FRAME})(() => {{
      const search = document.getElementById("milepost-search");
      search.value += "e";
      search.dispatchEvent(new Event("input", {{ bubbles: true }}));
    }})"""
    at_rest = page.evaluate("window.longest")
    keystroke = page.evaluate(typed)
    zoomed = page.evaluate(
        f"""() => ({FRAME})(() => document.querySelector("[aria-label='Zoom in']")?.click())"""
    )
    page.evaluate("""() => {
      const search = document.getElementById("milepost-search");
      search.value = "";
      search.dispatchEvent(new Event("input", { bubbles: true }));
    }""")
    if table.count():
        table.click()
    page.wait_for_timeout(200)
    keystroke_in_table = page.evaluate(typed)
    sort = page.evaluate(
        f"""() => ({FRAME})(() => document.querySelector("th[data-key=name] button").click())"""
    )
    return {
        "page, kB": html / 1000,
        "all, kB": sum(sizes) / 1000,
        "first paint, ms": page.evaluate("window.paints['first-contentful-paint']"),
        "largest paint, ms": page.evaluate("window.paints.largest"),
        "layout shift": page.evaluate("window.shift"),
        "longest task, ms": at_rest,
        "keystroke, ms": keystroke,
        "keystroke in the table, ms": keystroke_in_table,
        "zoom, ms": zoomed,
        "sort, ms": sort,
    }


def row(browser: Browser, directory: Path) -> dict[str, float]:
    """Build the site of the document in `directory`, visit it, and return the median of each measure."""
    subprocess.run(
        [
            sys.executable,
            "-m",
            "milepost",
            "-f",
            str(directory / "milestones.yaml"),
            "build",
            "site",
            "--no-pdf",
        ],
        check=True,
        capture_output=True,
    )
    visits = []
    with served(directory / "build/site") as address:
        for _ in range(VISITS):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.set_default_timeout(300_000)
            visits.append(measured(page, address))
            page.close()
    return {name: statistics.median(visit[name] for visit in visits) for name in visits[0]}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("counts", metavar="COUNT", nargs="*", type=int, default=[2000, 10000])
    sources = {"this document": (Path(__file__).parents[2] / "milestones.yaml").read_text("utf-8")}
    for count in parser.parse_args().counts:
        sources[f"{count} milestones"] = with_chart(yaml_of(plan(count)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        rows = []
        for name, source in sources.items():
            with tempfile.TemporaryDirectory() as directory:
                Path(directory, "milestones.yaml").write_text(source, "utf-8")
                values = row(browser, Path(directory))
            cells = [
                f"{value:.3f}" if head == "layout shift" else f"{value:.0f}" for head, value in values.items()
            ]
            rows.append((name, *cells))
            print(" | ".join(rows[-1]), file=sys.stderr, flush=True)
        browser.close()
    text = table(("timeline of", *values), rows)
    keep_table("page_times", text)
    print(text)


if __name__ == "__main__":
    main()
