"""Table and chart in a real browser: filters, sorting, the address, keys, tooltips, themes, paper."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from tests.support.accessibility import COLOURS, accessibility
from tests.support.milestone_facts import Fact, facts
from tests.support.published import REAL, published, published_document

from milepost.charts import output
from milepost.loading.load import loads
from milepost.views.chart import GanttChart
from milepost.web import widgets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

FACTS = facts()
DRAWN = [fact for fact in FACTS if fact.code.startswith(("LDM-", "LSST-"))]
SHOWS: dict[str, Callable[[Fact], bool]] = {
    "all": lambda _: True,
    "completed": lambda fact: fact.state == "completed",
    "late": lambda fact: fact.late,
    "open": lambda fact: fact.state != "completed",
    "overdue": lambda fact: fact.state == "overdue",
}
KEYS = ("code", "name", "level", "due", "expected", "slip", "state")

SET_ASIDE = b"""
format: 1
document:
  {handle: DOC-1, title: Plan, organisation: Office, authors: [A. Author], status: draft,
   data_date: 2024-01-31, draft_mark: Draft}
sections: [{title: One}]
milestones:
  M-1: {name: Still open, level: 2, due: 2024-03-01}
  M-2: {name: No longer planned, level: 2, due: 2024-04-01, state: cancelled, since: 2024-01-10}
  M-3: {name: Put off, level: 2, due: 2024-05-01, state: deferred}
  M-4: {name: Done, due: 2024-06-01, completed: 2024-01-01}
"""

_PLAN = SET_ASIDE.decode().split("milestones:\n")[0] + "milestones:\n"
LARGE = _PLAN + "".join(
    f"  {'AB'[n % 2]}-{n}: {{name: 'Part <{n}>', level: {n % 3 + 1}, due: 20{20 + n % 9}-0{n % 9 + 1}-01,"
    f" wbs: 0{n % 2}C.{n % 4}{', completed: 2023-05-05' * (n % 5 == 0)}"
    f"{', forecast: 2026-Q1' * (n % 5 == 1)}}}\n"
    for n in range(1, 402)
)
"""A plan with so many milestones that most rows are data."""

ACRONYMS = """\
<p>The <abbr class="milepost-acronym" title="Hyper Suprime-Cam" tabindex="0">HSC</abbr> and
<abbr class="milepost-acronym" title="Data Release Production">DRP</abbr>.</p>
"""


def matching(show: str = "all", level: int | None = None, q: str = "") -> list[Fact]:
    """Return the milestones that a view shows, as the YAML has it."""
    return [
        fact
        for fact in FACTS
        if SHOWS[show](fact)
        and level in {None, fact.level}
        and all(word in " | ".join((fact.code, fact.name, *fact.aka)).lower() for word in q.lower().split())
    ]


def codes(shown: list[Fact]) -> list[str]:
    return [fact.code for fact in shown]


def ordered(key: str, *, down: bool = False) -> list[str]:
    """Return all codes by the values of a column; equal ones in the document's order."""
    return codes(sorted(FACTS, key=lambda fact: fact.value(key), reverse=down))


# --- The pages --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Parts:
    """Table and chart of the document as HTML."""

    table: str
    chart: str
    second_chart: str


@pytest.fixture(scope="module")
def made() -> Parts:
    real = published(REAL)
    entries = {entry.code: entry for entry in real.milestones.entries}

    def href(code: str) -> str:
        return f"milestones/{entries[code].page}.html"

    def chart(name: str) -> str:
        drawn = replace(drawing, name=name)
        return widgets.chart(output.svg(drawn), drawn, entries, href, "The schedule.", "2")

    drawing = next(
        each.drawing for each in real.view.figures.values() if isinstance(each.drawing, GanttChart)
    )
    return Parts(
        widgets.table(real.milestones.entries, href, "All milestones"), chart("schedule"), chart("again")
    )


def document(*body: str, scripts: int = 1) -> str:
    defer = "".join(f'<script defer src="static/{name}"></script>' for name in widgets.SCRIPTS)
    script = f'<script src="static/{widgets.EARLY_SCRIPT}"></script>{defer * scripts}'
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Timeline</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="static/milepost.css">{script}</head><body>
<h1>Timeline</h1><p><a id="before" href="#after">Before</a></p>
{"".join(body)}
<p><a id="after" href="#before">After</a></p></body></html>"""


@pytest.fixture(scope="module")
def site(made: Parts, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory of pages that have the parts in several ways."""
    root = tmp_path_factory.mktemp("site")
    shutil.copytree(widgets.static_files(), root / "static")
    pages = {
        "both": document(ACRONYMS, made.chart, made.table),
        "table": document(made.table),
        "chart": document(made.chart),
        "several": document(made.table, made.chart, made.second_chart, made.table, scripts=2),
        "none": document(ACRONYMS),
        "milestones/ldm-503-01": document().replace("static/", "../static/"),
    }
    entries = published_document(loads(SET_ASIDE, "milestones.yaml")).milestones.entries
    for name, shown in (("set-aside", entries), ("one-level", entries[:3])):
        pages[name] = document(widgets.table(shown, "{}.html".format, "All milestones"))
    pages["large"] = document(widgets.table(ENTRIES, "milestones/{}.html".format, "All", more="milestones/"))
    (root / "milestones").mkdir()
    for name, html in pages.items():
        (root / f"{name}.html").write_text(html, "utf-8")
    return root


@pytest.fixture(scope="module")
def furo(made: Parts, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the directory of the same in a page that Sphinx has made, with the theme of the site."""
    root = tmp_path_factory.mktemp("furo")
    for name, html in (("chart", made.chart), ("table", made.table), ("acronyms", ACRONYMS)):
        (root / f"{name}.html").write_text(html, "utf-8")
    (root / "conf.py").write_text(
        f'html_theme = "furo"\nhtml_title = "Plan"\nhtml_static_path = [{str(widgets.static_files())!r}]\n'
        f'html_css_files = ["milepost.css"]\nhtml_js_files = {[widgets.EARLY_SCRIPT, *widgets.SCRIPTS]!r}\n',
        "utf-8",
    )
    raw = "".join(f".. raw:: html\n   :file: {name}.html\n\n" for name in ("acronyms", "chart", "table"))
    (root / "index.rst").write_text(f":hide-toc:\n\nTimeline\n========\n\n{raw}", "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", str(root), str(root / "html")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return root / "html"


# --- The browser ------------------------------------------------------------------------------------------


class Visit:
    """A page, open in the browser, and all that went wrong while it was."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context = context
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(address)

    def again(self, query: str) -> None:
        """Open the page with another query in its address."""
        self.page.goto(f"{self.page.url.split('?')[0]}?{query}")

    def rows(self) -> list[str]:
        """Return the codes of the rows of the first table that can be seen, in their order."""
        return self.codes(self.page.locator(".milepost-table").first.locator("tbody tr:visible"))

    def live(self) -> list[str]:
        """Return the codes of the rows of the first chart that are not dimmed."""
        rows = self.page.locator(".milepost-chart").first.locator(".milepost-row:not([aria-hidden])")
        clear = "all => all.every(each => getComputedStyle(each).opacity === '1')"
        assert rows.evaluate_all(clear)
        return self.codes(rows)

    @staticmethod
    def codes(rows: Locator) -> list[str]:
        return [str(code) for code in rows.evaluate_all("all => all.map(each => each.dataset.code)")]

    @property
    def query(self) -> str:
        # Not `page.url`, which may be told of a change a little later.
        return str(self.page.evaluate("location.search")).removeprefix("?")

    @property
    def focused(self) -> str | None:
        code = self.page.evaluate("document.activeElement.dataset.code ?? document.activeElement.id")
        return str(code) if code else None

    def show(self, name: str) -> None:
        self.page.locator(f"label[for=milepost-show-{name}]").click()

    def row(self, code: str) -> Locator:
        return self.page.locator(f".milepost-row[data-code={code}]")

    @property
    def level(self) -> Locator:
        return self.page.get_by_role("form").get_by_label("Level", exact=True)

    @property
    def search(self) -> Locator:
        return self.page.get_by_role("form").get_by_label("Search", exact=True)

    @property
    def tooltip(self) -> Locator:
        return self.page.get_by_role("tooltip", include_hidden=True)


@pytest.fixture
def visit(browser: Browser, site: Path) -> Iterator[Any]:
    """Yield what opens a page; afterwards nothing was asked of the network and nothing went wrong."""
    visits: list[Visit] = []

    def opened(name: str = "both.html", root: Path = site, **options: Any) -> Visit:
        options.setdefault("viewport", {"width": 1280, "height": 900})
        options.setdefault("reduced_motion", "reduce")
        context = browser.new_context(offline=True, **options)
        visits.append(Visit(context, f"{root.as_uri()}/{name}"))
        return visits[-1]

    yield opened
    for each in visits:
        each.context.close()
        assert each.complaints == []
        assert all(url.startswith(("file:", "data:")) for url in each.requests)


# --- Filters ----------------------------------------------------------------------------------------------


def test_each_filter_shows_in_table_and_chart_what_the_yaml_says(visit: Any) -> None:
    page = visit()
    assert len(matching()) == 115
    assert page.rows() == codes(FACTS)

    for show in (*SHOWS, "all"):
        page.show(show)

        wanted = matching(show)
        assert page.rows() == codes(wanted)
        assert page.live() == [fact.code for fact in wanted if fact in DRAWN]
        labels = page.page.locator(".milepost-shows label").all_inner_texts()
        assert [" ".join(label.split()) for label in labels] == [
            f"{name.capitalize()} {len(matching(name))}" for name in SHOWS
        ]
        shown = "115 milestones shown" if show == "all" else f"{len(wanted)} of 115 milestones shown"
        expect(page.page.get_by_role("status")).to_have_text(shown)
        expect(page.page.get_by_role("radio", name=show.capitalize())).to_be_checked()


def test_cancelled_and_deferred_milestones_have_filters_of_their_own(visit: Any) -> None:
    shown = {}
    page = visit("set-aside.html")
    labels = page.page.locator(".milepost-shows label").all_inner_texts()
    for name in ("open", "deferred", "cancelled", "completed", "all"):
        page.show(name)
        shown[name] = page.rows()

    assert shown == {
        "open": ["M-1"],
        "deferred": ["M-3"],
        "cancelled": ["M-2"],
        "completed": ["M-4"],
        "all": ["M-1", "M-2", "M-3", "M-4"],
    }
    words = ["All 4", "Completed 1", "Late 0", "Open 1", "Deferred 1", "Cancelled 1"]
    assert [" ".join(label.split()) for label in labels] == words
    page.show("deferred")
    assert page.query == "show=deferred"


def test_milestones_without_a_level_can_be_chosen(visit: Any) -> None:
    page = visit("set-aside.html")

    assert page.level.locator("option").all_inner_texts() == ["All", "2", "None"]
    page.level.select_option("None")
    assert page.rows() == ["M-4"]
    assert page.query == "level=none"
    page.level.select_option("2")
    assert page.rows() == ["M-1", "M-2", "M-3"]
    assert visit("set-aside.html?level=none&sort=level").rows() == ["M-4"]
    assert visit("set-aside.html?sort=level&order=desc").rows()[0] == "M-4"


def test_filters_act_together_and_the_counts_are_those_of_the_rest(visit: Any) -> None:
    page = visit()

    page.level.select_option("3")
    page.search.fill("  DRP camera ")
    page.show("late")

    wanted = matching("late", 3, "drp camera")
    assert 0 < len(wanted) < len(matching("all", 3, "drp camera"))
    assert page.rows() == codes(wanted)
    assert page.live() == []
    counts = page.page.locator(".milepost-count").all_inner_texts()
    assert counts == [str(len(matching(show, 3, "drp camera"))) for show in SHOWS]


def test_levels_can_be_chosen(visit: Any) -> None:
    page = visit()

    assert page.level.locator("option").all_inner_texts() == ["All", "1", "2", "3", "4"]
    page.level.select_option("2")
    assert page.rows() == codes(matching(level=2))
    assert page.live() == [fact.code for fact in matching(level=2) if fact in DRAWN]
    page.level.select_option("All")
    assert page.rows() == codes(FACTS)


def test_all_words_must_occur_in_code_name_or_earlier_codes(visit: Any) -> None:
    page = visit()

    for q in (
        "drp",
        "ops rehearsal",
        "DRP",
        "science  PLATFORM",
        "drp-ms-int-1",
        "LDM-503-10a",
        "diff 2",
        "a&a",
    ):
        page.search.fill(q)

        assert page.rows() == codes(matching(q=q)) != []
        assert page.live() == [fact.code for fact in matching(q=q) if fact in DRAWN]


def test_where_nothing_matches_the_page_says_so_and_offers_everything(visit: Any) -> None:
    page = visit()
    notice = page.page.get_by_text("No milestone matches.")
    expect(notice).to_be_hidden()

    page.search.fill("nowhere")

    expect(notice).to_be_visible()
    expect(page.page.get_by_role("status")).to_have_text("0 of 115 milestones shown")
    assert page.rows() == page.live() == []
    page.page.get_by_role("button", name="Show all").click()
    expect(notice).to_be_hidden()
    assert page.rows() == codes(FACTS)
    assert (page.focused, page.query) == ("milepost-search", "")


def test_reset_takes_everything_back(visit: Any) -> None:
    page = visit("both.html?show=late&level=3&q=drp&sort=slip&order=desc&highlight=word")
    assert page.rows() != codes(FACTS)

    page.page.get_by_role("button", name="Reset").click()

    assert page.rows() == codes(FACTS)
    assert page.search.input_value() == ""
    assert page.level.input_value() == ""
    expect(page.page.get_by_role("radio", name="All")).to_be_checked()
    assert page.page.locator("[aria-sort]").count() == 0
    assert page.query == "highlight=word"


# --- Sorting ----------------------------------------------------------------------------------------------


def test_each_column_sorts_up_and_down_and_back(visit: Any) -> None:
    page = visit()
    for key in KEYS:
        head = page.page.locator(f"th[data-key={key}]")
        button = head.get_by_role("button", name=key.capitalize())

        button.click()
        assert page.rows() == ordered(key)
        assert (head.get_attribute("aria-sort"), page.query) == ("ascending", f"sort={key}")
        button.click()
        assert page.rows() == ordered(key, down=True)
        assert (head.get_attribute("aria-sort"), page.query) == ("descending", f"sort={key}&order=desc")
        button.click()
        assert page.rows() == codes(FACTS)
        assert (head.get_attribute("aria-sort"), page.query) == (None, "")


def test_another_column_begins_upwards_and_only_one_is_sorted(visit: Any) -> None:
    page = visit("both.html?sort=due&order=desc")

    page.page.get_by_role("button", name="Slip").click()

    assert page.rows() == ordered("slip")
    assert page.page.locator("[aria-sort]").evaluate_all("all => all.map(each => each.dataset.key)") == [
        "slip"
    ]


def test_sorting_by_keys_keeps_the_focus(visit: Any) -> None:
    page = visit()
    button = page.page.get_by_role("button", name="Slip")

    button.focus()
    page.page.keyboard.press("Enter")
    page.page.keyboard.press("Space")

    assert page.rows() == ordered("slip", down=True)
    expect(button).to_be_focused()


# --- More filters, and large tables -----------------------------------------------------------------------


ENTRIES: list[Any] = list(published_document(loads(LARGE.encode(), "milestones.yaml")).milestones.entries)
LARGE_VIEWS = {
    "code=A": [entry.code for entry in ENTRIES if entry.code.startswith("A-")],
    "wbs=01C.3": [entry.code for entry in ENTRIES if entry.wbs == "01C.3"],
    "from=2024-01-01&to=2025-12-31": [e.code for e in ENTRIES if "2024" <= e.due_by[:4] <= "2025"],
    "show=overdue&level=2": [e.code for e in ENTRIES if e.state == "overdue" and e.level == 2],
    "sort=name&order=desc": [f"{'AB'[n % 2]}-{n}" for n in range(401, 0, -1)],
    "sort=next": [
        entry.code
        for entry in sorted(
            ENTRIES, key=lambda e: (["overdue", "open", "completed"].index(e.state), e.expected_by)
        )
    ],
}


def test_rows_of_a_large_table_are_drawn_as_needed(visit: Any) -> None:
    page = visit("large.html")
    for query, wanted in LARGE_VIEWS.items():
        page.again(query)
        shown = f"{len(wanted)} of 401 milestones shown" if len(wanted) < 401 else "401 milestones shown"
        expect(page.page.get_by_role("status")).to_have_text(shown)
        # The first rows are drawn at once, and some more when nothing else is to do.
        drawn = "document.querySelectorAll('tbody tr').length"
        page.page.wait_for_function(f"{drawn} === {min(len(wanted), 100)}")
        assert page.rows() == wanted[:100]

        box = page.page.locator(".milepost-scroll")
        while (before := len(page.rows())) < len(wanted):
            box.evaluate("each => { each.scrollTop = each.scrollHeight }")
            page.page.wait_for_function(f"document.querySelectorAll('tbody tr').length > {before}")
        assert page.rows() == wanted


def test_rows_of_data_are_those_of_the_page(visit: Any) -> None:
    """The script writes the same words as the template, which writes the first hundred rows."""
    words = "all => all.map(each => each.innerText.split(/\\s+/).join(' ') + each.querySelector('a').href)"
    rows = ".milepost-table tbody tr"
    plain = visit("large.html", java_script_enabled=False).page
    scripted = visit("large.html").page
    scripted.wait_for_function("document.querySelectorAll('tbody tr').length === 100")
    assert plain.locator(rows).evaluate_all(words) == scripted.locator(rows).evaluate_all(words)
    assert plain.get_by_text("These are the first 100 of 401 milestones.").is_visible()
    assert plain.get_by_role("link", name="All milestones").get_attribute("href") == "milestones/"
    assert scripted.locator(".milepost-rest").is_hidden()


def test_more_filters_act_and_are_in_the_address(visit: Any) -> None:
    page = visit("large.html")
    page.page.get_by_text("More filters").click()
    page.page.get_by_label("Codes").select_option("B")
    page.page.get_by_label("Due from").fill("2026-01-01")
    page.page.get_by_label("Order").select_option("Overdue, coming, done")
    assert page.query == "code=B&from=2026-01-01&sort=next"
    count = sum(entry.code.startswith("B-") and entry.due_by >= "2026" for entry in ENTRIES)
    expect(page.page.get_by_role("status")).to_have_text(f"{count} of 401 milestones shown")
    page.page.get_by_role("button", name="Reset").click()
    assert page.query == ""
    assert page.page.get_by_label("Due from").input_value() == ""


# --- The address ------------------------------------------------------------------------------------------


ADDRESSES = [
    ("show=late&level=2", codes(matching("late", 2))),
    ("show=open", codes(matching("open"))),
    ("q=ops+rehearsal", codes(matching(q="ops rehearsal"))),
    ("q=ops%20rehearsal&show=completed", codes(matching("completed", q="ops rehearsal"))),
    ("sort=due&order=desc", ordered("due", down=True)),
    ("sort=slip&order=asc", ordered("slip")),
    ("order=desc", codes(FACTS)),
    ("show=everything&level=7&sort=colour&order=sideways", codes(FACTS)),
    ("show=toString&level=&q=&sort=constructor", codes(FACTS)),
    ("sort=slip&order=sideways&show=late", [c for c in ordered("slip") if c in codes(matching("late"))]),
    ("show=late&show=open", codes(matching("late"))),
]


def test_an_address_opens_its_view(visit: Any) -> None:
    page = visit()
    for query, wanted in ADDRESSES:
        page.again(query)

        assert page.rows() == wanted
        assert page.live() == [fact.code for fact in DRAWN if fact.code in wanted]
        assert page.query == query  # reading does not write


def test_the_address_follows_the_view_and_keeps_what_is_not_ours(visit: Any) -> None:
    page = visit("both.html?highlight=word&show=nothing#after")

    page.show("late")
    page.level.select_option("2")
    page.search.fill("Science & A")
    page.page.get_by_role("button", name="Due").click()
    page.page.get_by_role("button", name="Due").click()

    parted = urlsplit(page.page.url)
    assert parted.query == "highlight=word&show=late&level=2&q=Science+%26+A&sort=due&order=desc"
    assert parted.fragment == "after"
    again = visit(f"both.html?{parted.query}")
    assert again.rows() == page.rows() != []
    assert again.search.input_value() == "Science & A"
    assert page.page.evaluate("history.length") == 2  # the blank page, then this one: no step for each letter


def test_going_back_restores_the_view(visit: Any) -> None:
    page = visit()
    page.show("late")
    page.level.select_option("2")
    before = page.rows()

    page.page.locator("td, th").get_by_role("link", name="LDM-503-01", exact=True).click()
    page.page.wait_for_url("**/milestones/ldm-503-01.html")
    page.page.go_back()

    assert page.rows() == before == codes(matching("late", 2))
    expect(page.page.get_by_role("radio", name="Late")).to_be_checked()
    page.page.go_forward()
    page.page.go_back()
    assert page.rows() == before


def test_a_step_within_the_page_restores_the_view(visit: Any) -> None:
    page = visit("both.html?show=open")

    page.page.evaluate("history.pushState(null, '', '?q=drp&sort=slip')")
    page.page.go_back()
    expect(page.page.get_by_role("status")).to_have_text("13 of 115 milestones shown")
    page.page.go_forward()
    expect(page.search).to_have_value("drp")
    assert page.rows() == [code for code in ordered("slip") if code in codes(matching(q="drp"))]


def test_the_address_of_the_view_can_be_copied(visit: Any) -> None:
    page = visit()
    page.show("late")

    page.page.get_by_role("button", name="Copy address").click()

    expect(page.page.get_by_role("status")).to_have_text("Address copied")
    address = page.page.url
    page.search.focus()
    page.page.keyboard.press("Control+V")
    assert page.search.input_value() == address
    assert address.endswith("both.html?show=late")


# --- Keys -------------------------------------------------------------------------------------------------


def test_the_segments_are_one_stop_and_go_by_arrows(visit: Any) -> None:
    page = visit()

    page.page.locator("#before").focus()
    for _ in range(3):  # two acronyms lie between
        page.page.keyboard.press("Tab")
    assert page.focused == "milepost-show-all"
    page.page.keyboard.press("ArrowRight")
    page.page.keyboard.press("ArrowRight")
    assert page.query == "show=late"
    assert page.rows() == codes(matching("late"))
    outline = page.page.eval_on_selector(
        "label[for=milepost-show-late]", "each => getComputedStyle(each).outlineStyle"
    )
    assert outline == "solid"
    page.page.keyboard.press("Tab")
    assert page.focused == "milepost-level"


def test_the_chart_is_one_stop_and_goes_by_arrows(visit: Any) -> None:
    page = visit("chart.html")
    press = page.page.keyboard.press
    stops = []
    page.page.get_by_label("Rows left out").focus()

    press("Tab")
    assert page.page.evaluate("document.activeElement.classList.contains('milepost-scroll')")
    press("Tab")
    for key in ("ArrowUp", "ArrowDown", "ArrowDown", "End", "ArrowDown", "ArrowUp", "Home", "a"):
        press(key)
        stops.append(page.focused)
    shown = codes(DRAWN)
    assert stops == [shown[i] for i in (0, 1, 2, -1, -1, -2, 0, 0)]
    press("ArrowDown")
    press("Tab")
    assert page.focused == "after"
    press("Shift+Tab")
    assert page.focused == shown[1]  # where one was
    press("Home")
    press("Enter")
    page.page.wait_for_url("**/milestones/ldm-503-01.html")


def test_rows_that_do_not_match_are_out_of_reach(visit: Any) -> None:
    page = visit("chart.html?show=late")
    late = [fact.code for fact in DRAWN if fact.late]
    reachable = "all => all.filter(each => each.tabIndex >= 0).map(each => each.dataset.code)"
    rows = page.page.locator(".milepost-row")

    assert rows.evaluate_all(reachable) == late[:1]
    page.row(late[0]).focus()
    page.page.keyboard.press("ArrowDown")
    assert page.focused == late[1]
    page.page.keyboard.press("End")
    assert page.focused == late[-1]
    dimmed = page.row(next(fact.code for fact in DRAWN if not fact.late))
    assert dimmed.evaluate("each => getComputedStyle(each).pointerEvents") == "none"
    assert (dimmed.get_attribute("tabindex"), dimmed.get_attribute("aria-hidden")) == ("-1", "true")
    page.search.fill("nowhere")
    assert rows.evaluate_all(reachable) == []
    page.page.get_by_role("button", name="Show all").click()
    assert rows.evaluate_all(reachable) == codes(DRAWN)[:1]


def test_whoever_uses_the_chart_is_told_the_keys(visit: Any) -> None:
    page = visit("chart.html")
    svg = page.page.locator(".milepost-chart svg[role=group]")

    described = svg.evaluate(
        "each => each.getAttribute('aria-describedby').split(' ')"
        ".map(id => document.getElementById(id).textContent).join(' | ')"
    )
    assert re.fullmatch(
        r"Gantt chart of 40 milestones, .* \| ↑ ↓ from row to row, Enter opens the milestone, "
        r"\+ − 0 zoom, as does Ctrl with the wheel",
        described,
    )
    snapshot = svg.aria_snapshot()
    assert 'group "DM level 2 milestones' in snapshot
    links = re.findall(r'link "(\S+)', snapshot)
    assert links == codes(DRAWN)


# --- Tooltips ---------------------------------------------------------------------------------------------

TEXT = "LDM-503-10 DAQ validation: due 2020-11-30, completed 2020-06-22 (161 days early)"


def test_a_tooltip_shows_under_the_pointer_and_stays_while_it_is_there(visit: Any) -> None:
    page = visit()
    tooltip = page.tooltip
    expect(tooltip).to_be_hidden()

    page.row("LDM-503-10").hover()
    expect(tooltip).to_be_visible()
    expect(tooltip).to_have_text(TEXT)
    box = tooltip.bounding_box()
    page.page.mouse.move(box["x"] + 20, box["y"] + 10)  # onto it
    page.page.wait_for_timeout(600)
    expect(tooltip).to_have_text(TEXT)
    page.page.mouse.move(2, 2)
    expect(tooltip).to_be_hidden()


def test_codes_and_dates_stay_whole_in_a_tooltip(visit: Any) -> None:
    page = visit(viewport={"width": 240, "height": 800})
    page.row("LDM-503-10").hover(position={"x": 20, "y": 10})
    expect(page.tooltip).to_have_text(TEXT)

    wholes = page.tooltip.locator("span")
    assert wholes.all_inner_texts() == ["LDM-503-10", "2020-11-30,", "2020-06-22", "(161"]
    assert page.tooltip.evaluate("each => each.getBoundingClientRect().height") > 50  # several lines
    assert {whole.evaluate("each => each.getClientRects().length") for whole in wholes.all()} == {1}


def test_a_tooltip_does_not_stand_in_the_way_to_the_next_row(visit: Any) -> None:
    page = visit()
    boxes = [page.row(code).bounding_box() for code in codes(DRAWN)[6:10]]

    for box, fact in zip(boxes, DRAWN[6:10], strict=True):
        page.page.mouse.move(box["x"] + 300, box["y"] + box["height"] / 2)
        expect(page.tooltip).to_be_visible()
        assert page.tooltip.inner_text().startswith(f"{fact.code} ")


def test_a_tooltip_shows_on_the_row_that_has_the_focus(visit: Any) -> None:
    page = visit()
    page.row("LDM-503-01").focus()
    page.page.keyboard.press("ArrowDown")
    expect(page.tooltip).to_be_visible()
    assert page.tooltip.inner_text() == page.row("LDM-503-03").get_attribute("aria-label")
    assert page.tooltip.inner_text().startswith("LDM-503-03 Alert generation validation: due 2017-11-30")

    page.page.keyboard.press("Escape")
    expect(page.tooltip).to_be_hidden()
    assert page.focused == "LDM-503-03"
    page.page.keyboard.press("ArrowDown")
    expect(page.tooltip).to_be_visible()
    page.page.keyboard.press("Tab")
    expect(page.tooltip).to_be_hidden()


def test_escape_dismisses_the_tooltip_under_the_pointer(visit: Any) -> None:
    page = visit()
    page.row("LDM-503-10").hover()
    expect(page.tooltip).to_be_visible()

    page.page.keyboard.press("Escape")
    expect(page.tooltip).to_be_hidden()
    page.row("LDM-503-10").hover(position={"x": 40, "y": 10})
    page.page.wait_for_timeout(300)
    expect(page.tooltip).to_be_hidden()
    page.row("LDM-503-09").hover()
    expect(page.tooltip).to_be_visible()


def test_no_title_doubles_a_tooltip(visit: Any) -> None:
    page = visit()

    assert page.page.locator(".milepost-row title, .milepost-chart svg > title").count() == 0
    acronym = page.page.locator(".milepost-acronym").first
    acronym.hover()
    expect(page.tooltip).to_have_text("Hyper Suprime-Cam")
    assert acronym.get_attribute("title") is None
    assert acronym.get_attribute("aria-describedby") == page.tooltip.get_attribute("id")
    page.page.mouse.move(2, 2)
    expect(page.tooltip).to_be_hidden()
    assert acronym.get_attribute("title") == "Hyper Suprime-Cam"
    assert acronym.get_attribute("aria-describedby") is None


@pytest.mark.parametrize("name", ["both.html", "none.html"])
def test_acronyms_are_explained_to_the_keyboard_too(visit: Any, name: str) -> None:
    page = visit(name)
    page.page.locator("#before").focus()

    for text in ("Hyper Suprime-Cam", "Data Release Production"):
        page.page.keyboard.press("Tab")
        expect(page.tooltip).to_be_visible()
        expect(page.tooltip).to_have_text(text)
    page.page.keyboard.press("Escape")
    expect(page.tooltip).to_be_hidden()


@pytest.mark.parametrize("width", [360, 1280])
def test_tooltips_stay_inside_of_the_window(visit: Any, width: int) -> None:
    page = visit(viewport={"width": width, "height": 600})

    for code in ("LDM-503-01", "LDM-503-10a", "LDM-503-19"):
        row = page.row(code)
        row.focus()
        page.page.keyboard.press("ArrowDown")
        page.page.keyboard.press("ArrowUp")
        expect(page.tooltip).to_be_visible()
        box = page.tooltip.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 600


def test_a_row_shows_what_comes_before_and_after_it(visit: Any) -> None:
    page = visit()
    code = "LDM-503-10"
    drawn = set(codes(DRAWN))
    before = next(set(fact.predecessors) & drawn for fact in DRAWN if fact.code == code)
    after = {fact.code for fact in DRAWN if code in fact.predecessors}
    links = {(other, code) for other in before} | {(code, other) for other in after}
    assert before
    assert after

    def shown() -> tuple[set[tuple[str, str]], set[str]]:
        pairs = page.page.locator(".milepost-link").evaluate_all(
            """all => all.filter(each => getComputedStyle(each).opacity === "1")
                         .map(each => [each.dataset.predecessor, each.dataset.successor])"""
        )
        related = page.page.locator(".milepost-row.is-related").evaluate_all(
            "all => all.map(each => each.dataset.code)"
        )
        return {(one, other) for one, other in pairs}, set(related)

    everything = {(other, fact.code) for fact in DRAWN for other in fact.predecessors if other in drawn}
    assert shown() == (everything, set())
    page.row(code).hover()
    assert shown() == (links, before | after)
    page.page.mouse.move(2, 2)
    assert shown() == (everything, set())
    page.row(code).focus()
    assert shown() == (links, before | after)
    page.page.locator("#after").focus()
    assert shown() == (everything, set())


# --- Pages that have more, or less ------------------------------------------------------------------------


def test_without_a_script_everything_is_there(visit: Any) -> None:
    page = visit(java_script_enabled=False)

    assert page.rows() == codes(FACTS)
    assert page.live() == codes(DRAWN)
    assert page.page.get_by_role("button").count() == 0
    assert page.page.locator(".milepost-filter").count() == 0
    assert page.page.locator(".milepost-row title").count() == 42
    acronym = page.page.locator(".milepost-acronym").first
    page.page.locator("#before").focus()
    page.page.keyboard.press("Tab")
    expect(acronym).to_be_focused()
    content = acronym.evaluate("each => getComputedStyle(each, '::after').content")
    assert content == '"Hyper Suprime-Cam"'
    page.row("LDM-503-01").click(position={"x": 300, "y": 10})  # no ink is there
    page.page.wait_for_url("**/milestones/ldm-503-01.html")


def test_a_page_with_a_table_alone(visit: Any) -> None:
    page = visit("table.html?show=late&sort=slip")

    assert page.rows() == [code for code in ordered("slip") if code in codes(matching("late"))]
    assert page.page.locator(".milepost-filter").count() == 1


def test_a_page_with_a_chart_alone_offers_its_levels_only(visit: Any) -> None:
    page = visit("chart.html?show=late&level=3&q=ops")

    assert page.level.locator("option").all_inner_texts() == ["All", "2", "4"]
    wanted = [fact.code for fact in matching("late", None, "ops") if fact in DRAWN]
    assert page.live() == wanted
    expect(page.page.get_by_role("status")).to_have_text(f"{len(wanted)} of 42 milestones shown")


def test_a_page_with_one_level_has_no_choice_of_levels(visit: Any) -> None:
    page = visit("one-level.html?show=open&level=3")

    expect(page.level).to_be_hidden()
    assert page.rows() == ["M-1"]
    expect(page.page.get_by_role("status")).to_have_text("1 of 3 milestones shown")


def test_a_page_with_several_parts_and_the_script_twice(visit: Any) -> None:
    page = visit("several.html")

    assert page.page.locator(".milepost-filter").count() == 1
    assert page.page.get_by_role("tooltip", include_hidden=True).count() == 1
    page.show("late")
    page.page.get_by_role("button", name="Slip").first.click()
    wanted = [code for code in ordered("slip") if code in codes(matching("late"))]
    for table in page.page.locator(".milepost-table").all():
        shown = table.locator("tbody tr:visible").evaluate_all("all => all.map(each => each.dataset.code)")
        assert shown == wanted
    dimmed = page.page.locator(".milepost-row.is-dimmed").count()
    assert dimmed == 2 * sum(not fact.late for fact in DRAWN)
    expect(page.page.get_by_role("status")).to_have_text(f"{len(wanted)} of 115 milestones shown")
    names = page.page.locator("[id]").evaluate_all("all => all.map(each => each.id)")
    assert len(names) == len(set(names)) > 80


def test_a_page_without_milestones_gets_no_bar_and_the_script_leaves_no_names(visit: Any) -> None:
    page = visit("none.html")

    assert page.page.locator(".milepost-filter, .milepost-empty").count() == 0
    new = """() => {
      const frame = document.body.appendChild(document.createElement("iframe"));
      const known = new Set(Object.getOwnPropertyNames(frame.contentWindow));
      frame.remove();
      return Object.getOwnPropertyNames(window)
        .filter(name => !known.has(name) && !/^(\\d+|__.*|before|after)$/.test(name));
    }"""
    assert page.page.evaluate(new) == []


# --- Looks ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("where", "width"), [("plain", 360), ("plain", 1440), ("furo", 360), ("furo", 768)])
def test_nothing_scrolls_the_page_sideways(visit: Any, furo: Path, width: int, where: str) -> None:
    viewport = {"width": width, "height": 800}
    page = visit("index.html", furo, viewport=viewport) if where == "furo" else visit(viewport=viewport)

    page.search.fill("science platform")
    assert page.page.evaluate("document.documentElement.scrollWidth") <= width
    boxes = page.page.locator(".milepost-scroll")
    assert boxes.count() == 2
    for box in boxes.all():
        edge = box.bounding_box()
        assert edge["x"] >= 0
        assert edge["x"] + edge["width"] <= width
        assert box.evaluate("each => getComputedStyle(each).overflowX") == "auto"
    boxes.first.evaluate("each => { each.scrollLeft = 0 }")  # it opens at the data date
    more = boxes.first.evaluate("each => each.scrollWidth > each.clientWidth")
    assert more or width > 360  # the chart fits into a window of 768
    has_more = re.compile("has-more")
    (expect(boxes.first).to_have_class if more else expect(boxes.first).not_to_have_class)(has_more)
    boxes.first.evaluate("each => { each.scrollLeft = each.scrollWidth }")
    expect(boxes.first).not_to_have_class(re.compile("has-more"))


def test_heads_and_codes_stay_in_sight(visit: Any) -> None:
    page = visit("table.html", viewport={"width": 360, "height": 800})
    box = page.page.locator(".milepost-scroll")

    box.evaluate("each => { each.scrollTop = 2000; each.scrollLeft = 200 }")
    frame = box.bounding_box()
    head = page.page.locator("th[data-key=due]").bounding_box()
    assert head["y"] == pytest.approx(frame["y"] + 1, abs=1)
    seen = page.page.locator("tbody .code").evaluate_all(
        "all => all.map(each => each.getBoundingClientRect().x)"
    )
    assert min(seen) == max(seen) == pytest.approx(frame["x"] + 1, abs=1)


@pytest.mark.parametrize("width", [360, 1440])
def test_targets_can_be_hit(visit: Any, width: int) -> None:
    page = visit(viewport={"width": width, "height": 800})
    targets = page.page.locator(
        ".milepost-row, .milepost-sort, .milepost-shows label, .milepost-button:visible, "
        ".milepost-field input, .milepost-field select, .milepost-tools select"
    )

    sizes = targets.evaluate_all(
        "all => all.map(each => each.getBoundingClientRect()).map(each => [each.width, each.height])"
    )
    assert len(sizes) == 42 + 7 + 5 + 2 + 2 + 3 + 2
    assert min(size for pair in sizes for size in pair) >= 24


@pytest.mark.parametrize("where", ["plain", "furo"])
def test_every_text_of_chart_and_table_has_contrast(visit: Any, furo: Path, where: str) -> None:
    page = visit("index.html", furo) if where == "furo" else visit()

    for scheme in ("light", "dark"):
        page.page.emulate_media(color_scheme=scheme)
        read = page.page.evaluate(_CONTRASTS)
        assert len(read["texts"]) > 800
        assert min(read["texts"]) >= 4.5  # WCAG 2.2, 1.4.3
        assert len(read["marks"]) > 100
        assert min(read["marks"]) >= 3  # WCAG 2.2, 1.4.11
        assert read["dark"] == (scheme == "dark" and where == "furo")


# A canvas knows every notation of colours. Marks that are filled with the paper are seen by their outline.
_CONTRASTS = """() => {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const pixel = (colour) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (colour) => {
    const linear = (v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    const [r, g, b] = pixel(colour).map((v) => linear(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const { backgroundColor } = getComputedStyle(each);
      if (pixel(backgroundColor)[3] === 255) return backgroundColor;
    }
    return "#fff";
  };
  const svg = document.querySelector(".milepost-chart svg");
  const paths = [...svg.querySelectorAll(":scope > path, [data-part=bands] > path")];
  const papers = paths.slice(0, 2).map((each) => getComputedStyle(each).fill);
  const isTag = (each) => each.textContent.startsWith("data date");
  const tag = [...svg.querySelectorAll("[data-part=known] > text")].find(isTag);
  const texts = [...svg.querySelectorAll("text")].filter((each) => each !== tag).flatMap(
    (each) => papers.map((paper) => contrast(getComputedStyle(each).fill, paper)));
  texts.push(contrast(getComputedStyle(tag).fill, getComputedStyle(svg.querySelector("text")).fill));
  const cells = ".milepost-table :is(th, td, a, .milepost-state, .milepost-meaning)";
  for (const each of document.querySelectorAll(cells)) {
    texts.push(contrast(getComputedStyle(each).color, ground(each)));
  }
  const marks = [...svg.querySelectorAll(".milepost-row :is(use, path), .milepost-link path")]
    .filter((each) => !each.closest("defs")).flatMap((each) => papers.map((paper) => {
      const { fill, stroke } = getComputedStyle(each);
      const drawn = [fill, stroke].filter((colour) => colour !== "none");
      return Math.max(...drawn.map((colour) => contrast(colour, paper)));
    }));
  return { texts, marks, dark: luminance(papers[0]) < 0.2 };
}"""


def test_states_and_lateness_are_told_by_sign_and_word(visit: Any) -> None:
    page = visit("table.html")
    signs = page.page.locator("tbody tr").evaluate_all(
        """all => all.map(each => {
          const sign = getComputedStyle(each.querySelector(".milepost-state"), "::before");
          const bar = getComputedStyle(each.querySelector(".code"));
          const filled = parseFloat(sign.borderTopWidth) > 3;
          const round = sign.borderRadius === "50%";
          const barred = bar.borderInlineStartColor !== "rgba(0, 0, 0, 0)";
          const word = (name) => each.querySelector(name).innerText;
          return [word(".state"), round, filled, word(".slip"), barred];
        })"""
    )

    shapes = {"completed": (True, True), "open": (False, False), "overdue": (False, True)}
    assert [tuple(sign) for sign in signs] == [
        (fact.state, *shapes[fact.state], fact.slip, fact.late) for fact in FACTS
    ]


@pytest.mark.parametrize("filtered", [False, True])
def test_paper_has_the_whole_table_and_no_bar(visit: Any, *, filtered: bool) -> None:
    page = visit("both.html?show=late" if filtered else "both.html", viewport={"width": 700, "height": 900})
    page.page.emulate_media(media="print")

    assert page.rows() == codes(matching("late" if filtered else "all"))
    expect(page.page.locator(".milepost-shows")).to_be_hidden()
    assert page.page.locator(".milepost-button:visible, .milepost-hint:visible").count() == 0
    # What is on paper is all there is, or it says how much is not.
    assert page.page.get_by_role("status").is_visible() == filtered
    for box in page.page.locator(".milepost-scroll").all():
        assert box.evaluate("each => getComputedStyle(each).overflow") == "visible"
        assert box.evaluate("each => each.scrollWidth <= each.clientWidth + 1 && each.clientHeight > 400")
        assert box.evaluate("each => getComputedStyle(each).maskImage") == "none"


def test_forced_colours_still_tell_what_is_chosen_and_late(visit: Any) -> None:
    page = visit("both.html?show=late", forced_colors="active")
    ground = "each => getComputedStyle(each).backgroundColor"
    bar = "each => getComputedStyle(each).borderInlineStartColor"

    grounds = page.page.locator(".milepost-shows label").evaluate_all(f"all => all.map({ground})")
    assert len(set(grounds)) == 2
    assert grounds.count(grounds[2]) == 1
    page.show("all")
    late, punctual = (
        page.page.locator(f"tbody [data-late={late}] .code").first.evaluate(bar) for late in ("true", "false")
    )
    assert late != punctual
    assert page.page.locator("thead .code").evaluate(bar) == punctual


def test_nothing_moves_for_those_who_do_not_want_it(visit: Any) -> None:
    duration = "each => getComputedStyle(each).transitionDuration"

    assert visit("chart.html").page.locator(".milepost-row").first.evaluate(duration) == "0s"
    moving = visit("chart.html", reduced_motion="no-preference")
    assert moving.page.locator(".milepost-row").first.evaluate(duration) == "0.12s"


@pytest.mark.parametrize("where", ["plain", "furo"])
def test_axe_finds_nothing(visit: Any, furo: Path, where: str) -> None:
    """With a tooltip on the first view, and on another one; colours do not depend on the width."""
    edges = {360, 1440}
    page = visit("index.html", furo) if where == "furo" else visit()

    for _ in range(2):
        for width in (360, 768, 1280, 1440) if where == "furo" else (1440,):
            page.page.set_viewport_size({"width": width, "height": 900})
            page.row("LDM-503-03").focus()
            page.page.keyboard.press("ArrowDown")
            page.page.keyboard.press("ArrowUp")
            expect(page.tooltip).to_be_visible()
            report = accessibility(page.page, without=() if width in edges else COLOURS)
            assert report.violations == [], width
            wanted = {"link-name", "label", "target-size", "scrollable-region-focusable"}
            assert wanted | ({"color-contrast"} if width in edges else set()) <= report.kept
            if where == "furo" and width in edges:
                page.page.emulate_media(color_scheme="dark")
                expect(page.tooltip).to_be_visible()
                report = accessibility(page.page, only=COLOURS)
                assert (report.violations, "color-contrast" in report.kept) == ([], True), width
                page.page.emulate_media(color_scheme="light")
        page.page.get_by_role("button", name="Due").click()
        page.show("late")
