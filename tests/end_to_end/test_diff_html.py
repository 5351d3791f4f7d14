"""The page of a difference, in a real browser: what it shows, how one goes through it, what it cannot do."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from milepost.base.marked import Mark, Marked, deleted, inserted, kept
from milepost.charts import output
from milepost.diff.compare import diff
from milepost.diff.comparison import Edition, compare
from milepost.diff.plain_words import words
from milepost.loading.load import load, loads
from milepost.prose.values import Footnote, Internal, Link, Paragraph, Text
from milepost.redline.edition import mark
from milepost.redline.merge import merge
from milepost.render.diff_page import diff_page
from milepost.render.html import settled, state
from milepost.review.cover import Origin
from milepost.review.report import report
from milepost.review.side_by_side import side_by_side
from milepost.views.document import DocumentView, RevisionLine
from milepost.views.resolve import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playwright.sync_api import Browser, BrowserContext, Page

    from milepost.loading.load import Loaded
    from milepost.redline.change_list import ListedChange

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]

HOSTILE = (
    """<script>hacked=1</script></style></title>'"&amp;<img src=x onerror=hacked=1>{{ 7*7 }}--></article>"""
)

OLD = """\
format: 1
document:
  handle: DOC-1
  title: The Old Plan
  organisation: House & Sons
  authors: [A. One, B. Two]
  status: draft
  draft_mark: Draft
  control_notice: Under control.
  data_date: 2030-01-31
  source: https://example.org/old
  issue_url: https://issues.example.org/{key}
  abstract: |
    What it says, in short.
change_record:
  - {version: 1.0, date: 2029-01-01, owner: A. One, description: "First, by :jira:`X-1`."}
sections:
  - title: Beginning
    text: |
      A paragraph that stays as it is.

      Of the *many* words here some will change soon, see :cite:`R1` [#a]_.

      .. [#a] A note that stays.

      1. the first point of all
      2. a second point, which goes
      3. the third of the points

      This paragraph goes. Nothing like it comes in place of it.

        Quoted words, said by somebody.

      ::

        a = 1
        b = 2
  - title: Ending
    text: Gone for good.
  - title: Schedule
    milestones: {level: 1, no_deliveries: Nothing is delivered.}
milestones:
  M-1: {name: Ready to start, level: 1, due: 2030-01-01, predecessors: [T-1, T-2]}
  M-2: {name: Halfway, level: 1, due: 2030-06-01}
  M-3: {name: Done, level: 1, due: 2030-12-01, predecessors: [T-3]}
  T-1: {name: First thing, level: 2, due: 2029-06-01}
  T-2: {name: Second thing, level: 2, due: 2029-07-01}
  T-3: {name: Third thing, level: 2, due: 2029-08-01, completed: 2029-09-01}
references:
  R1: {authors: [Z. Last], year: 2020, title: A book, publisher: Press, url: "https://example.org/r1"}
acronyms:
  ABC: {definition: A Better Cause, keep: true}
"""
EDITS = (
    ("The Old Plan", "The New Plan"),
    ("B. Two]", "B. Two, C. Three]"),
    ("  control_notice: Under control.\n", ""),
    ("org/old", "org/new"),
    (
        'X-1`."}\n',
        'X-1`."}\n  - {version: 1.1, date: 2030-02-01, owner: "B. \'Two\' & <b>", description: "Again."}\n',
    ),
    ("here some will change soon", "here some have changed at last"),
    ("\n      2. a second point, which goes\n      3.", "\n      2."),
    ("      This paragraph goes. Nothing like it comes in place of it.\n\n", ""),
    ("b = 2", "b = 3"),
    (
        "  - title: Ending\n    text: Gone for good.\n",
        "  - title: Middle\n    text: |\n      Wholly new text [#n]_.\n\n      .. [#n] With a note.\n",
    ),
    ("due: 2030-06-01", "due: 2030-08-15"),
    ("level: 1, due: 2030-12-01, ", "level: 1, due: 2030-12-01, completed: 2030-01-30, "),
    ("[T-1, T-2]", "[T-1, T-4]"),
    (
        "Third thing, level: 2, due: 2029-08-01, completed: 2029-09-01",
        "Third thing, level: 2, due: 2029-08-01",
    ),
    ("references:", "  T-4: {name: Fourth thing, level: 2, due: 2029-09-01}\nreferences:"),
    ("publisher: Press, ", ""),
    ("acronyms:\n", "acronyms:\n  XYZ: {definition: New one, keep: true}\n"),
)
CHANGES: tuple[ListedChange, ...] = (
    ("M-2 slips by 75 days, from 2030-06-01 to 2030-08-15", "milestone-m-2", "slips"),
    ("M-3 is completed", "milestone-m-3", "completions"),
    ("T-4 is new", "milestone-t-4", "scope"),
    ("Section Ending is gone", "was-section-title-ending", "prose"),
    ("C. Three is an author", "title-page", "other"),
    ("Something that stands nowhere", "nowhere", "other"),
    ("Something without a place", None, "other"),
)
REVISION = RevisionLine(date=date(2030, 1, 31), commit="0123abcd")


def view(loaded: Loaded) -> DocumentView:
    return resolve(loaded.document, loaded.places, REVISION)


@dataclass(frozen=True)
class Editions:
    """Two editions of a document, each for itself and both in one."""

    old: DocumentView
    new: DocumentView
    merged: DocumentView

    @classmethod
    def of(cls, old: Loaded, new: Loaded) -> Editions:
        before, after = view(old), view(new)
        return cls(before, after, merge(before, after, diff(old.document, new.document)))


def new_source() -> str:
    source = OLD
    for before, after in EDITS:
        assert source.count(before) == 1, before
        source = source.replace(before, after)
    return source


@pytest.fixture(scope="module")
def editions() -> Editions:
    return Editions.of(loads(OLD.encode(), "old.yaml"), loads(new_source().encode(), "new.yaml"))


def rendered(
    merged: DocumentView, changes: Sequence[ListedChange] = CHANGES, headline: str = "Much has changed."
) -> str:
    return diff_page(merged, changes, "edition 1", "edition 2", {}, headline)


# --- The browser ------------------------------------------------------------------------------------------


class Visit:
    """A page, open in the browser, and all that went wrong while it was."""

    def __init__(self, context: BrowserContext, file: Path) -> None:
        self.context = context
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.blocked: list[str] = []
        context.route(
            "**/*", lambda route: route.continue_() if self._own(route.request.url) else route.abort()
        )
        self.page: Page = context.new_page()
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("requestfailed", lambda request: self.blocked.append(f"{request.url} {request.failure}"))
        self.address = file.as_uri()
        self.page.goto(self.address)

    def _own(self, url: str) -> bool:
        return url.startswith("file:")

    def choose(self, control: str) -> None:
        self.page.locator(f"label[for={control}]").click()

    def text(self, without: str = "none") -> str:
        """Return the text of the document that can be seen, but for what the selector `without` names."""
        return " ".join(self.page.evaluate(_VISIBLE_TEXT, without).split())


_VISIBLE_TEXT = """(without) => {
  const walker = document.createTreeWalker(document.querySelector("article"), NodeFilter.SHOW_TEXT);
  let text = "";
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    const seen = parent.checkVisibility() && !parent.closest(without) && !parent.closest("svg");
    if (seen) text += walker.currentNode.data;
  }
  return text;
}"""


@pytest.fixture
def visit(browser: Browser, tmp_path: Path) -> Iterator[Any]:
    """Yield what opens a page; afterwards nothing was asked of the network and nothing went wrong."""
    visits: list[Visit] = []

    def opened(content: str, **options: Any) -> Visit:
        file = tmp_path / f"{len(visits)}.html"
        file.write_text(content, "utf-8")
        options.setdefault("viewport", {"width": 1280, "height": 800})
        visits.append(Visit(browser.new_context(offline=True, **options), file))
        return visits[-1]

    yield opened
    for each in visits:
        each.context.close()
        assert each.complaints == []
        assert {url.partition("#")[0] for url in each.requests} == {each.address}


# --- What it shows ----------------------------------------------------------------------------------------


def test_each_mode_shows_exactly_its_edition(visit: Any, editions: Editions) -> None:
    old = visit(rendered(editions.old)).text()
    new = visit(rendered(editions.new)).text()
    page = visit(rendered(editions.merged), java_script_enabled=False)

    assert old != new
    page.choose("new")
    assert page.text() == new
    page.choose("old")
    assert page.text() == old
    page.choose("both")
    assert page.text(without=".now, .inserted, ins") == old
    assert page.text(without=".was, .deleted, del") == new
    page.choose("marked")
    assert page.text(without="del, .deleted") == new
    assert page.text(without="ins, .inserted") == old


def test_the_marks_of_a_draft_go_where_a_notice_comes(visit: Any) -> None:
    """Each edition has but one of the two, so that neither has a dash between them."""
    draft = OLD.replace("  control_notice: Under control.\n", "")
    approved = OLD.replace("status: draft", "status: approved")
    assert draft != OLD != approved
    page = visit(
        rendered(Editions.of(*(loads(each.encode(), "x.yaml") for each in (draft, approved))).merged)
    )

    notices = {}
    for mode in ("old", "new"):
        page.choose(mode)
        notices[mode] = page.page.inner_text(".title-page p:last-child")

    assert notices == {"old": "Draft", "new": "Under control."}


def test_marks_can_be_seen(visit: Any, editions: Editions) -> None:
    page = visit(rendered(editions.merged), java_script_enabled=False).page

    for element, line in (("ins", "underline"), ("del", "line-through")):
        lines = page.eval_on_selector_all(
            f"article {element}",
            """all => all.filter(each => each.checkVisibility())
                        .map(each => getComputedStyle(each).textDecorationLine)""",
        )
        assert len(lines) > 10
        assert set(lines) == {line}


def test_marks_are_said_in_words(visit: Any, editions: Editions) -> None:
    page = visit(rendered(editions.merged))
    said = page.page.locator("h1").aria_snapshot()

    assert re.sub(r"\s+", " ", said.replace('"', "")).find("[gone: Old ] [new: New ]") > 0, said


def test_old_and_new_stand_beside_each_other_or_below_on_a_phone(visit: Any, editions: Editions) -> None:
    boxes = """all => all.map(each => { const {x, y} = each.getBoundingClientRect(); return [x, y] })"""
    page = visit(rendered(editions.merged))
    page.choose("both")
    for width, beside in ((1280, True), (360, False)):
        page.page.set_viewport_size({"width": width, "height": 800})
        was, now = (page.page.eval_on_selector_all(f"p > .{side}", boxes) for side in ("was", "now"))

        assert len(was) == len(now) > 3
        for (old_x, old_y), (new_x, new_y) in zip(was, now, strict=True):
            assert (old_x < new_x and old_y == new_y) if beside else (old_x == new_x and old_y < new_y)


def test_what_has_not_changed_can_be_hidden(visit: Any, editions: Editions) -> None:
    page = visit(rendered(editions.merged), java_script_enabled=False)
    assert "A paragraph that stays" in page.text()

    page.choose("brief")
    brief = page.text()

    assert "A paragraph that stays" not in brief
    assert "First thing" not in brief
    for said in (
        "Beginning",
        "have changed",
        "goes. Nothing like it",
        "Wholly new",
        "Fourth thing",
        "2030-08-15",
    ):
        assert said in brief


def test_a_section_that_moved_says_so(visit: Any) -> None:
    first, second = "  - title: Beginning\n", "  - title: Ending\n    text: Gone for good.\n"
    moved = OLD.replace(second, "").replace(first, second + first)
    both = Editions.of(loads(OLD.encode(), "old.yaml"), loads(moved.encode(), "new.yaml"))
    page = visit(rendered(both.merged))

    notes = page.page.locator(".move a")
    assert notes.count() == 2
    for note in notes.all():
        target = page.page.locator(f"[id='{(note.get_attribute('href') or '')[1:]}']")
        assert target.count() == 1
    page.choose("new")
    assert page.text() == visit(rendered(both.new)).text()


# --- The list ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_the_list_leads_to_the_places(visit: Any, editions: Editions, javascript: bool) -> None:
    page = visit(rendered(editions.merged), java_script_enabled=javascript).page

    assert page.locator("nav.list .group").all_text_contents() == [
        "slips", "completions", "scope", "prose", "other",
    ]  # fmt: skip
    assert page.locator("nav.list li").all_inner_texts() == [sentence for sentence, _, _ in CHANGES]
    links = page.locator("nav.list a")
    assert [link.get_attribute("href") for link in links.all()] == [
        f"#{anchor}" for _, anchor, _ in CHANGES if anchor not in (None, "nowhere")
    ]
    for link in links.all():
        link.click()
        target = page.locator(":target")
        assert target.count() == 1
        box = target.bounding_box()
        assert box is not None
        assert 0 < box["y"] < 800


def test_every_link_inside_leads_somewhere_and_no_identifier_occurs_twice(
    visit: Any, editions: Editions
) -> None:
    page = visit(rendered(editions.merged)).page
    ids = page.eval_on_selector_all("[id]", "all => all.map(each => each.id)")
    targets = page.eval_on_selector_all("a[href^='#']", "all => all.map(each => each.hash.slice(1))")

    assert sorted(set(ids)) == sorted(ids)
    assert set(targets) <= set(ids)
    assert len(targets) > 20


# --- From change to change --------------------------------------------------------------------------------


def stops(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("article .change")]
             .filter(each => !each.parentElement.closest(".change") && each.checkVisibility())
             .map(each => each.textContent)"""
    )
    return found


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent"))


def test_keys_lead_through_all_changes_and_round(visit: Any, editions: Editions) -> None:
    page = visit(rendered(editions.merged)).page
    expected = stops(page)
    count = len(expected)
    assert count > 15
    assert page.locator("#counter").inner_text() == f"{count} changes"

    for number, text in enumerate([*expected, expected[0]]):
        page.keyboard.press("nj"[number % 2])
        assert focused(page) == text
        assert page.locator("#counter").inner_text() == f"{number % count + 1} of {count}"
        assert page.evaluate("document.activeElement.matches('.current:focus')")
        top = page.evaluate("document.activeElement.getBoundingClientRect().y")
        assert 0 < top < 800
    assert page.locator(".current").count() == 1
    for number, text in enumerate(expected[:-5:-1]):  # from the first round to the last
        page.keyboard.press("pk"[number % 2])
        assert focused(page) == text


def test_buttons_step_and_a_link_sets_out_from_its_place(visit: Any, editions: Editions) -> None:
    page = visit(rendered(editions.merged)).page
    page.get_by_role("button", name="Next change").click()
    assert focused(page) == stops(page)[0]
    page.get_by_role("button", name="Previous change").click()
    assert focused(page) == stops(page)[-1]

    page.get_by_role("link", name="M-3 is completed").click()
    page.keyboard.press("n")

    assert "completed 2030-01-30" in focused(page)
    assert page.locator("nav.list [aria-current]").all_inner_texts() == ["M-3 is completed"]
    assert page.locator("#counter").get_attribute("aria-live") == "polite"


def test_keys_can_be_switched_off_and_leave_the_browsers_own_alone(visit: Any, editions: Editions) -> None:
    page = visit(rendered(editions.merged)).page
    page.keyboard.press("Control+j")
    assert page.locator(".current").count() == 0
    page.locator("#keys").click()
    page.keyboard.press("n")
    assert page.locator(".current").count() == 0


def test_hidden_changes_are_no_stops(visit: Any, editions: Editions) -> None:
    page = visit(rendered(editions.merged))
    before = page.page.locator("#counter").inner_text()
    page.choose("new")

    assert page.page.locator("#counter").inner_text() == f"{len(stops(page.page))} changes" != before


def test_without_script_no_button_is_promised(visit: Any, editions: Editions) -> None:
    page = visit(rendered(editions.merged), java_script_enabled=False).page

    assert not page.locator(".steps").is_visible()
    assert not page.locator(".keys").is_visible()


def test_nothing_changed(visit: Any, editions: Editions) -> None:
    page = visit(rendered(merge(editions.old, editions.old, ()), changes=())).page

    assert page.locator("article :is(ins, del, .change)").count() == 0
    assert page.locator("#counter").inner_text() == "0 changes"
    assert page.get_by_role("button", name="Next change").is_disabled()
    page.keyboard.press("n")


# --- Safety -----------------------------------------------------------------------------------------------


def test_no_text_becomes_markup(visit: Any, editions: Editions) -> None:
    script = "javascript:hacked=1"
    line = (
        Text(words(HOSTILE, f"{HOSTILE} {HOSTILE}")),
        Link(inserted(HOSTILE), script),
        Link(HOSTILE, words(script, f"{script}//")),
        Link("data", "data:text/html,<script>hacked=1</script>"),
        Internal(HOSTILE, HOSTILE),
        Link("good", "https://example.org/?a=\"><script>&b='"),
    )
    merged = replace(
        editions.merged,
        title=words(HOSTILE, f"{HOSTILE}!"),
        handle=HOSTILE,
        authors=(deleted(HOSTILE),),
        source=script,
        abstract=(Paragraph(line),),
        references=tuple(replace(each, url=script) for each in editions.merged.references),
    )
    changes = ((HOSTILE, HOSTILE, HOSTILE), (HOSTILE, "title-page", HOSTILE))
    page = visit(diff_page(merged, changes, HOSTILE, HOSTILE, {}, HOSTILE)).page

    assert page.evaluate("typeof hacked") == "undefined"
    assert page.locator("h1 del, h1 ins").count() > 0
    assert page.locator(".headline").inner_text() == " ".join(HOSTILE.split())
    assert page.locator("nav.list .group").inner_text() == HOSTILE
    assert page.title().count(HOSTILE) == 3
    assert page.locator("img, article script, article style, iframe").count() == 0
    assert page.locator("script").count() == page.locator("style").count() == 1
    links = page.eval_on_selector_all("a", "all => all.map(each => each.protocol)")
    assert set(links) == {"file:", "https:"}
    assert (
        page.get_by_role("link", name="good").get_attribute("href")
        == "https://example.org/?a=\"><script>&b='"
    )
    for _ in stops(page):
        page.keyboard.press("n")


def test_the_policy_keeps_other_scripts_and_requests_out(visit: Any, editions: Editions) -> None:
    content = rendered(editions.merged)
    attack = "<script>hacked=1</script><img src='https://example.org/x.png' onerror='hacked=1'>"
    page = visit(content.replace("</article>", f"{attack}</article>"))

    assert page.page.evaluate("typeof hacked") == "undefined"
    assert len(page.complaints) == 3  # the script, the handler, the image
    assert all("Content Security Policy" in each for each in page.complaints)
    assert page.blocked == ["https://example.org/x.png csp"]
    page.complaints.clear()
    page.requests.pop()


def test_the_same_input_gives_the_same_bytes_with_nothing_from_elsewhere(editions: Editions) -> None:
    content = rendered(editions.merged)

    assert content == rendered(editions.merged)
    assert not re.search(r"""(?:src|srcset|@import|url\()\s*=?\s*["']?(?:https?:)?//""", content)
    assert not re.search(r"<(?:link|img|iframe|object|embed|form|base)\b", content)


# --- Every screen and paper -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real_page() -> str:
    """The page of the real document and an earlier state of it, with its figures."""
    path = ROOT / "milestones.yaml"
    source = path.read_text("utf-8")
    for before, after in (
        ("  title: Data Management Releases", "  title: The Data Management Releases"),
        ("develops code in GitHub", "develops code in Subversion"),
        ("due: 2019-02-28", "due: 2019-02-20"),
        ("    completed: 2017-12-01\n", ""),
    ):
        assert before in source
        source = source.replace(before, after)
    both = Editions.of(loads(source.encode(), "old.yaml"), load(path))
    drawings = {name: output.svg(figure.drawing) for name, figure in both.new.figures.items()}
    return diff_page(both.merged, CHANGES, "an older one", "a newer one", drawings, "Much has changed.")


def test_no_screen_is_too_narrow(visit: Any, real_page: str) -> None:
    page = visit(real_page)
    for width in (320, 360, 768, 1440):
        page.page.set_viewport_size({"width": width, "height": 740})
        for mode in ("marked", "new", "old", "both"):
            page.choose(mode)
            assert page.page.evaluate("document.documentElement.scrollWidth") == width
        assert_controls_stand_apart(page.page, width)


def assert_controls_stand_apart(page: Page, width: int) -> None:
    controls = page.locator(".modes label, .steps button")
    boxes = [box for box in (each.bounding_box() for each in controls.all()) if box]
    assert len(boxes) == 6
    for one, box in enumerate(boxes):
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["height"] >= 24  # WCAG 2.2, 2.5.8
        for other in boxes[one + 1 :]:
            apart_x = min(box["x"] + box["width"], other["x"] + other["width"]) - max(box["x"], other["x"])
            apart_y = min(box["y"] + box["height"], other["y"] + other["height"]) - max(box["y"], other["y"])
            assert apart_x <= 1.5 or apart_y <= 0


def test_figures_are_drawn_inside_and_share_no_identifier(visit: Any, real_page: str) -> None:
    page = visit(real_page).page
    ids = page.eval_on_selector_all("[id]", "all => all.map(each => each.id)")

    assert page.locator("figure svg[role=img]").count() == 2
    assert len(set(ids)) == len(ids)
    assert page.locator("figure").first.bounding_box()["height"] > 200


_CONTRAST = """(selector) => [...document.querySelectorAll(selector)].filter(each => each.checkVisibility())
  .slice(0, 40).map(element => {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
    const light = (...colours) => {
      canvas.clearRect(0, 0, 1, 1);
      for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
      const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map(c => c / 255)
        .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const grounds = [];
    for (let at = element; at; at = at.parentElement) grounds.unshift(getComputedStyle(at).backgroundColor);
    const [one, other] = [light(...grounds), light(...grounds, getComputedStyle(element).color)];
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  })"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_is_enough(visit: Any, editions: Editions, scheme: str) -> None:
    page = visit(rendered(editions.merged), color_scheme=scheme).page
    page.keyboard.press("n")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 25, 26)"

    assert dark == (scheme == "dark")
    for selector in (
        "article p", "article ins", "article del", "article a", "h1", "h2", "h3", "th", "td", ".notes p",
        ".draft", ".current", ".current *", ".what", ".list a", ".list p", ".count", ".modes label",
        "#counter", "button", "kbd",
    ):  # fmt: skip
        ratios = page.evaluate(_CONTRAST, selector)
        assert ratios, selector
        assert min(ratios) >= 4.5, selector


def test_paper_has_the_marks_and_no_controls(visit: Any, real_page: str) -> None:
    page = visit(real_page, color_scheme="dark").page
    page.emulate_media(media="print")

    for hidden in (".modes", ".steps", ".options", ".skip"):
        assert not page.locator(hidden).is_visible()
    assert page.locator(".what").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert (
        page.eval_on_selector("article del", "each => getComputedStyle(each).textDecorationLine")
        == "line-through"
    )
    assert page.eval_on_selector("h2", "each => getComputedStyle(each).breakAfter") == "avoid"
    assert min(page.evaluate(_CONTRAST, "article :is(p, ins, del)")) >= 4.5


def test_landmarks_skip_link_and_focus(visit: Any, editions: Editions) -> None:
    page = visit(rendered(editions.merged)).page

    for role, name in (("banner", None), ("navigation", "What changed"), ("main", None)):
        assert page.get_by_role(role, **({"name": name} if name else {})).count() == 1
    assert page.get_by_role("group", name="Show").get_by_role("radio").count() == 4
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the document"
    box = page.locator(".skip").bounding_box()
    assert box is not None
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "document"
    page.locator("#marked").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#new").is_checked()
    outline = page.eval_on_selector("label[for=new]", "each => getComputedStyle(each).outlineStyle")
    assert outline == "solid"


# --- Values -----------------------------------------------------------------------------------------------


# --- The review -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def review_page() -> str:
    """Return the page of a difference of three editions, with all kinds of changes, some authorised."""
    record = 'B. \'Two\' & <b>", description: "Again."'
    new = new_source().replace(record, f"{record}, authorises: [M-2, T-4]")
    texts = (
        OLD,
        new_source().replace("2030-08-15", "2030-07-01"),
        new.replace("name: Halfway", f'name: "{_NAME}"'),
    )
    old, second, last = (
        Edition(name=name, file="plan.yaml", commit=None, loaded=loads(text.encode(), "plan.yaml"))
        for name, text in zip(("v1.0", "v1.1", HOSTILE), texts, strict=True)
    )
    compared = compare(old, last)
    marked = mark(compared)
    origin = Origin(author=HOSTILE, date="2030-01-02", commit="0123abcd", message="Slip <i>")
    return diff_page(
        marked.merged,
        marked.listing,
        *marked.names,
        {},
        marked.headline,
        report=report(compared, dict.fromkeys(compared.changes[:9], origin)),
        side_by_side=side_by_side([old, second, last]),
    )


_NAME = "Halfway <b>there</b> & back"


def listed(page: Page) -> list[str]:
    """Return the changes of the list that can be seen."""
    rows = page.locator("nav.list .row")
    return [
        " ".join(rows.nth(at).inner_text().split()) for at in range(rows.count()) if rows.nth(at).is_visible()
    ]


@pytest.mark.parametrize("javascript", [True, False])
def test_the_list_can_be_reduced(visit: Any, review_page: str, javascript: bool) -> None:
    it = visit(review_page, java_script_enabled=javascript)
    everything = listed(it.page)
    seen = {}
    for kind in ("dates", "scope", "prose", "other", "refused"):
        it.choose(f"only-{kind}")
        seen[kind] = listed(it.page)
        groups = it.page.locator("nav.list .entry")
        visible = [at for at in range(groups.count()) if groups.nth(at).is_visible()]
        assert all(groups.nth(at).locator(".row:visible").count() for at in visible)

    assert any("M-2 is due 2030-08-15, 75 days later" in row for row in seen["dates"])
    assert any("T-4 is new" in row for row in seen["scope"])
    assert any("The text of section 1" in row for row in seen["prose"])
    assert any("The title of the document changed" in row for row in seen["other"])
    assert all("Not authorised" in row for row in seen["refused"])
    parts = [row for kind in ("dates", "scope", "prose", "other") for row in seen[kind]]
    assert sorted(parts) == sorted(everything)
    assert [row for row in everything if "Not authorised" in row] == seen["refused"]
    (moved,) = (row for row in everything if row.startswith("M-2 is due"))
    assert moved.endswith("Authorised by 1.1")


def test_a_milestone_is_listed_with_its_name_and_what_follows_below_it(visit: Any, review_page: str) -> None:
    page = visit(review_page).page

    (entry,) = (each for each in page.locator("nav.list .entry").all_inner_texts() if each.startswith("T-4 "))
    assert " ".join(entry.split()).startswith(
        "T-4 Fourth thing level 2, new, due 2029-09-01, overdue, 152 days late"
    )
    first, second = page.locator("nav.list .entry", has_text="Fourth thing").locator(".row").all()
    assert "follows" not in (first.get_attribute("class") or "")
    assert "follows" in (second.get_attribute("class") or "")
    assert "M-1 now delivers T-4." in second.inner_text()
    assert _NAME in page.locator("nav.list").inner_text()
    assert HOSTILE.split(maxsplit=1)[0] in page.locator(".cover").inner_text()
    assert page.evaluate("typeof hacked") == "undefined"
    assert page.locator("script").count() == 1
    assert page.locator(".side-by-side tbody tr", has_text="M-2").inner_text().count("2030-0") == 3


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_the_review_has_room(visit: Any, review_page: str, width: int) -> None:
    page = visit(review_page, viewport={"width": width, "height": 800}).page

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    boxes = page.locator(".filters label:visible").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert min(boxes) >= 24  # WCAG 2.5.8
    page.locator("a[href='#cover']").click()
    assert page.locator("#cover").evaluate("one => one.getBoundingClientRect().top") < 400


def test_the_review_prints_without_its_filters(visit: Any, review_page: str) -> None:
    it = visit(review_page)
    everything = listed(it.page)
    it.choose("only-dates")
    it.page.emulate_media(media="print")

    assert listed(it.page) == everything
    assert it.page.locator(".filters").is_hidden()
    assert it.page.locator(".cover").is_visible()
    for folded in it.page.locator("nav.list details").all():
        folded.evaluate("one => { one.open = false; }")
    assert listed(it.page) == everything


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_contrast_of_the_review_is_enough(visit: Any, review_page: str, scheme: str) -> None:
    page = visit(review_page, color_scheme=scheme).page
    for selector in (
        ".filters label",
        ".heading",
        ".facts",
        ".authority",
        ".refusal",
        ".origin",
        ".cover dt",
        ".cover p",
    ):
        ratios = page.evaluate(_CONTRAST, selector)
        assert ratios, selector
        assert min(ratios) >= 4.5, selector


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "kept"),
        ("", "kept"),
        ("text", "kept"),
        (kept("text"), "kept"),
        (inserted("text"), "inserted"),
        (deleted("text"), "deleted"),
        (words("old text", "new text"), "edited"),
        (Marked([(Mark.INSERTED, "a"), (Mark.KEPT, " ")]), "inserted"),
        (Marked([(Mark.KEPT, ""), (Mark.DELETED, " ")]), "deleted"),
        (Marked([(Mark.KEPT, "a"), (Mark.DELETED, " "), (Mark.KEPT, "b")]), "edited"),
        ((inserted("a"), None, kept("")), "inserted"),
        ((inserted("a"), deleted("b")), "edited"),
        ((Text(inserted("a")), Internal(inserted("b"), "anchor")), "inserted"),
        ((Text(kept("a")), Footnote((Text(inserted("b")),), kept("1"))), "kept"),
        ((Text(kept("a")), Footnote((Text(inserted("b")),), inserted("1"))), "edited"),
        (Link(inserted("a"), "https://example.org"), "inserted"),
        (Link(kept("a"), words("https://example.org", "https://example.com")), "edited"),
    ],
)
def test_state(value: Any, expected: str) -> None:
    assert state(value) == expected


def test_settled_has_plain_strings() -> None:
    value = (deleted("a"), Text(inserted("b")), None, 3)

    plain = settled(value)

    assert plain == ("a", Text("b"), None, 3)
    assert type(plain[0]) is type(plain[1].text) is str
