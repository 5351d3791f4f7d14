"""The table and the chart of milestones as HTML, read back."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from markupsafe import Markup
from tests.support.milestone_facts import Fact, facts
from tests.support.printed import DOCUMENTS
from tests.support.published import REAL, ROOT, Published, published, published_document

from milepost.base.paths import BUILT_IN, Templates
from milepost.charts import output
from milepost.loading.load import load, loads
from milepost.views.chart import GanttChart
from milepost.web import milestone_page, widgets

if TYPE_CHECKING:
    from pathlib import Path

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"
HOSTILE = """</title></a><script>alert(1)</script>'"&amp;<b onmouseover=x>{{ 7*7 }} --> ]]>"""
SMALL = """\
format: 1
document:
  handle: DOC-1
  title: The Plan
  organisation: The House
  authors: [A. One]
  status: draft
  draft_mark: Draft
  data_date: 2030-01-31
  abstract: In short.
change_record:
  - {version: 1.0, date: 2029-01-01, owner: A. One, description: First.}
sections:
  - title: Schedule
    text: |
      .. figure:: plan
figures:
  plan: {kind: gantt, level: 1, caption: The plan.}
milestones:
  M-1: {name: Ready to start, level: 1, due: 2030-01-01, forecast: 2030-02-01, aka: [OLD-1, OLD-2]}
  M-2: {name: "%s", short_name: Halfway, level: 1, due: 2030-06-01, predecessors: [M-1]}
  M-3: {name: Done, level: 1, due: 2029-12-01, completed: 2029-11-30}
"""


class Made:
    """The milestones and the chart of a document, and their HTML."""

    def __init__(self, document: Published) -> None:
        self.milestones = document.milestones
        drawings = (figure.drawing for figure in document.view.figures.values())
        self.drawing: GanttChart = next(each for each in drawings if isinstance(each, GanttChart))
        self.svg = output.svg(self.drawing)
        self.entries = {entry.code: entry for entry in self.milestones.entries}

    def href(self, code: str) -> str:
        return f"milestones/{self.entries[code].page}.html"

    def table(self, templates: Templates = BUILT_IN) -> str:
        return widgets.table(self.milestones.entries, self.href, "All & sundry", templates)

    def chart(self, templates: Templates = BUILT_IN) -> str:
        return widgets.chart(self.svg, self.drawing, self.entries, self.href, "The <plan>", "2", templates)


def small(name: str = "In the middle") -> Made:
    escaped = name.replace("\\", r"\\").replace('"', r"\"")
    return Made(published_document(loads((SMALL % escaped).encode(), "small.yaml")))


@pytest.fixture(scope="module")
def real() -> Made:
    return Made(published(REAL))


def words(element: ET.Element | None) -> str:
    """Return the text in `element`, as a reader of the page sees it."""
    assert element is not None
    return " ".join("".join(element.itertext()).split())


def of_class(root: ET.Element, name: str) -> list[ET.Element]:
    return [each for each in root.iter() if name in each.get("class", "").split()]


# --- The table --------------------------------------------------------------------------------------------


def test_the_table_says_what_the_yaml_says(real: Made) -> None:
    root = ET.fromstring(real.table())
    rows = root.findall("table/tbody/tr")

    read = [
        (
            row.get("data-code"),
            row.get("data-aka"),
            row.get("data-level"),
            row.get("data-state"),
            row.get("data-late"),
            row.get("data-days"),
            [words(cell) for cell in row],
        )
        for row in rows
    ]
    assert read == [
        (
            fact.code,
            " ".join(fact.aka),
            str(fact.level),
            fact.state,
            "true" if fact.late else "false",
            str(fact.days),
            [
                fact.code,
                fact.name,
                str(fact.level),
                fact.due,
                f"{fact.expected} {fact.meaning}",
                fact.slip,
                fact.state,
            ],
        )
        for fact in facts()
    ]


def test_the_table_has_heads_a_caption_and_a_box_that_scrolls(real: Made) -> None:
    root = ET.fromstring(real.table())

    assert root.attrib == {
        "class": "milepost-scroll",
        "role": "region",
        "tabindex": "0",
        "aria-label": "Milestones, can be scrolled",
    }
    assert words(root.find("table/caption")) == "All & sundry"
    heads = root.findall("table/thead/tr/th")
    assert [(head.get("scope"), head.get("data-key"), words(head)) for head in heads] == [
        ("col", "code", "Code"),
        ("col", "name", "Name"),
        ("col", "level", "Level"),
        ("col", "due", "Due"),
        ("col", "expected", "Expected"),
        ("col", "slip", "Slip"),
        ("col", "state", "State"),
    ]
    for row in root.findall("table/tbody/tr"):
        assert [cell.get("class") for cell in row] == [head.get("data-key") for head in heads]
        assert (row[0].tag, row[0].get("scope")) == ("th", "row")


def test_codes_lead_to_their_pages_and_dates_are_dates(real: Made) -> None:
    rows = ET.fromstring(real.table()).findall("table/tbody/tr")

    links = [(link.text, link.get("href")) for row in rows for link in row.iter("a")]
    assert links == [(fact.code, f"milestones/{fact.code.lower()}.html") for fact in facts()]
    dates = [(each.text, each.get("datetime")) for row in rows for each in row.iter("time")]
    assert dates == [(day, day) for fact in facts() for day in (fact.due, fact.expected)]


def test_a_forecast_is_called_one() -> None:
    rows = ET.fromstring(small().table()).findall("table/tbody/tr")

    assert [words(row.find("td[@class='expected']")) for row in rows] == [
        "2029-11-30 completed",
        "2030-02-01 forecast",
        "2030-06-01 due",
    ]


def test_a_code_without_a_page_is_no_link() -> None:
    made = small()
    html = widgets.table(made.milestones.entries, lambda code: "x.html" if code == "M-2" else None, "All")

    links = [(link.text, link.get("href")) for link in ET.fromstring(html).iter("a")]
    assert links == [("M-2", "x.html")]
    assert [words(each) for each in of_class(ET.fromstring(html), "code")] == ["Code", "M-3", "M-1", "M-2"]


def test_only_the_codes_of_the_rows_are_asked_for() -> None:
    asked: list[str] = []
    made = small()

    def href(code: str) -> None:
        asked.append(code)

    widgets.table(made.milestones.entries[1:], href, "Some")
    widgets.chart(made.svg, made.drawing, made.entries, href, "Plan", None)
    assert asked == ["M-1", "M-2", "M-3", "M-1", "M-2"]


def test_a_table_of_nothing_says_so() -> None:
    body = ET.fromstring(widgets.table((), lambda code: code, "None of them")).find("table/tbody")

    assert body is not None
    assert [(len(row), row.attrib, words(row), row[0].get("colspan")) for row in body] == [
        (1, {}, "No milestones.", "7")
    ]


def test_hostile_texts_stay_texts_in_the_table() -> None:
    made = small(HOSTILE)
    entry = replace(made.entries["M-2"], aka=(HOSTILE, "M-0"))

    root = ET.fromstring(widgets.table((entry,), lambda _: HOSTILE, HOSTILE))
    row = root.find("table/tbody/tr")
    assert row is not None
    assert Counter(each.tag for each in root.iter()) == Counter(
        {"div": 1, "table": 1, "caption": 1, "thead": 1, "tbody": 1, "tr": 2}
        | {"th": 8, "td": 6, "a": 1, "time": 2, "span": 2}
    )
    assert root.findtext("table/caption") == HOSTILE
    assert row.findtext("td[@class='name']") == HOSTILE
    assert row.get("data-aka") == f"{HOSTILE} M-0"
    assert [link.get("href") for link in row.iter("a")] == [HOSTILE]


def test_captions_may_be_markup() -> None:
    made = small()
    caption = Markup("<em>All</em> of them")

    assert f"<caption>{caption}</caption>" in widgets.table(made.milestones.entries, made.href, caption)
    html = widgets.chart(made.svg, made.drawing, made.entries, made.href, caption, "3")
    assert words(ET.fromstring(html).find("figcaption")) == "Figure 3: All of them"
    assert ET.fromstring(html).findtext("figcaption/em") == "All"


def test_own_templates_come_first(tmp_path: Path) -> None:
    own = tmp_path / "milestones"
    own.mkdir()
    (own / "table.html.jinja").write_text("{{ rows[0].entry.name }}", "utf-8")
    (own / "chart.html.jinja").write_text("{{ number }} {{ caption }}", "utf-8")

    assert small().table(Templates((tmp_path,))) == "Done"
    assert small().chart(Templates((tmp_path,))) == "2 The &lt;plan&gt;"


# --- The chart --------------------------------------------------------------------------------------------


def test_every_row_of_the_chart_is_a_link_that_says_what_it_shows(real: Made) -> None:
    rows = of_class(ET.fromstring(real.chart()), "milepost-row")
    shown = [fact for fact in facts() if fact.code.startswith(("LDM-", "LSST-"))]

    assert len(shown) == 42
    assert [row.tag for row in rows] == [f"{SVG}a"] * 42
    for row, fact in zip(rows, shown, strict=True):
        assert row.get("href") == f"milestones/{fact.code.lower()}.html"
        assert {key: value for key, value in row.attrib.items() if key.startswith("data-")} == {
            "data-code": fact.code,
            "data-name": fact.name,
            "data-aka": " ".join(fact.aka),
            "data-level": str(fact.level),
            "data-state": fact.state,
            "data-late": "true" if fact.late else "false",
        }
        group = row[1]
        assert group.get("id") == f"schedule-milestone-{fact.code.lower()}"
        assert row.get("aria-label") == group.findtext(f"{SVG}title")
        assert described(row.get("aria-label", ""), fact)


def described(label: str, fact: Fact) -> bool:
    """Return whether `label` has the facts of the YAML."""
    until = f"completed {fact.expected} ({fact.slip})" if fact.state == "completed" else "open"
    return label.startswith(f"{fact.code} ") and f": due {fact.due}, {until}" in label


def test_the_whole_of_a_row_answers_to_a_pointer(real: Made) -> None:
    root = ET.fromstring(real.chart())
    svg = next(root.iter(f"{SVG}svg"))
    width = float(svg.get("viewBox", "").split()[2])
    rows = of_class(root, "milepost-row")
    grounds = [row[0] for row in rows]

    for row, ground in zip(rows, grounds, strict=True):
        assert (ground.tag, ground.get("fill"), ground.get("pointer-events")) == (f"{SVG}rect", "none", "all")
        assert (float(ground.get("x", "")), float(ground.get("width", ""))) == (0, width)
        top = float(ground.get("y", ""))
        bottom = top + float(ground.get("height", ""))
        marks = [*row.iter(f"{SVG}text"), *row.iter(f"{SVG}use")]
        assert len(marks) >= 3
        assert all(top < float(mark.get("y", "")) < bottom for mark in marks)
    edges = [
        (float(each.get("y", "")), float(each.get("y", "")) + float(each.get("height", "")))
        for each in grounds
    ]
    assert all(above[1] == pytest.approx(below[0], abs=0.01) for above, below in pairwise(edges))


def test_rows_are_high_enough_to_be_pointed_at(real: Made) -> None:
    root = ET.fromstring(real.chart())
    svg = next(root.iter(f"{SVG}svg"))
    least = re.search(r"--milepost-chart-width: (\d+)px", svg.get("style", ""))
    assert least is not None

    scale = int(least[1]) / float(svg.get("viewBox", "").split()[2])
    heights = [float(row[0].get("height", "")) * scale for row in of_class(root, "milepost-row")]
    sizes = [float(size) * scale for size in re.findall(r"font-size: ([\d.]+)px", real.chart())]
    assert min(heights) >= 24  # CSS pixels: WCAG 2.2, 2.5.8
    assert min(sizes) >= 11
    assert min(heights) < 24.1 or min(sizes) < 11.3  # and no larger than is needed


def test_links_of_the_chart_say_what_they_join(real: Made) -> None:
    links = of_class(ET.fromstring(real.chart()), "milepost-link")
    drawn = [fact for fact in facts() if fact.code.startswith("LDM-")]
    expected = {
        (code, fact.code) for fact in drawn for code in fact.predecessors if code in {f.code for f in drawn}
    }

    assert len(expected) == 42
    assert {(link.get("data-predecessor"), link.get("data-successor")) for link in links} == expected
    assert len(links) == len(expected)
    for link in links:
        before, after = link.get("data-predecessor", ""), link.get("data-successor", "")
        assert link.get("id") == f"schedule-link-milestone-{before.lower()}-milestone-{after.lower()}"


def test_the_chart_is_a_group_whose_parts_can_be_reached(real: Made) -> None:
    root = ET.fromstring(real.chart())
    svg = next(root.iter(f"{SVG}svg"))
    names = {each.get("id"): words(each) for each in svg}

    assert (root.tag, root.get("class"), root.get("id")) == (
        "figure",
        "milepost-chart",
        "milepost-chart-schedule",
    )
    assert svg.get("role") == "group"
    assert names[svg.get("aria-labelledby")].startswith("DM level 2 milestones")
    assert names[svg.get("aria-describedby")].startswith("Gantt chart of 40 milestones, due from 2017-11-30")
    assert words(root.find("figcaption")) == "Figure 2: The <plan>"
    [box] = of_class(root, "milepost-scroll")
    assert (box.get("role"), box.get("tabindex"), box.get("aria-label")) == (
        "region",
        "0",
        "Chart, can be scrolled",
    )


def test_a_figure_without_a_number_has_its_caption_alone() -> None:
    made = small()
    html = widgets.chart(made.svg, made.drawing, made.entries, made.href, "The plan", None)

    assert words(ET.fromstring(html).find("figcaption")) == "The plan"


def test_identifiers_are_those_of_the_drawing_and_unique(real: Made) -> None:
    drawn = Counter(each.get("id") for each in ET.fromstring(real.svg).iter() if "id" in each.attrib)
    made = Counter(each.get("id") for each in ET.fromstring(real.chart()).iter() if "id" in each.attrib)

    assert made == drawn + Counter(["milepost-chart-schedule"])
    assert set(made.values()) == {1}
    used = [each.get(f"{XLINK}href", "")[1:] for each in ET.fromstring(real.chart()).iter(f"{SVG}use")]
    assert len(used) > 70
    assert set(used) <= set(made)


def test_another_copy_of_a_chart_has_other_identifiers_and_the_same_texts() -> None:
    made = small("#plan-title plan-title")
    charts = [
        ET.fromstring(
            widgets.chart(made.svg, made.drawing, made.entries, made.href, "The plan", None, copy=copy)
        )
        for copy in (1, 2)
    ]
    first, second = ({each.get("id") for each in root.iter() if "id" in each.attrib} for root in charts)

    assert second == {f"{identifier}-2" for identifier in first}
    assert words(charts[0]) == words(charts[1])
    for row, copied in zip(*(of_class(root, "milepost-row") for root in charts), strict=True):
        assert row.attrib == copied.attrib
    svg = charts[1].find(f"div/{SVG}svg")
    assert svg is not None
    assert svg.get("aria-labelledby") in second
    used = {each.get(f"{XLINK}href", "")[1:] for each in charts[1].iter(f"{SVG}use")}
    assert used
    assert used <= second


def test_the_drawing_is_as_it_was_but_for_colours_that_a_theme_can_change(real: Made) -> None:
    root = ET.fromstring(real.chart())
    svg = next(root.iter(f"{SVG}svg"))
    styles = [each.get("style", "") for each in svg.iter() if "style" in each.attrib]
    colours = re.findall(r"#[0-9a-f]{3,6}", "\n".join(styles))
    variables = re.findall(r"var\(--milepost-chart-[a-z-]+, #[0-9a-f]{6}\)", "\n".join(styles))

    assert len(colours) == len(variables) > 400
    plain = re.sub(r"var\(--milepost-chart-[a-z-]+, (#[0-9a-f]{6})\)", r"\1", "\n".join(sorted(styles)))
    plain = re.sub(r"; --milepost-chart-width: \d+px", "", plain)
    drawn = sorted(each.get("style", "") for each in ET.fromstring(real.svg).iter() if "style" in each.attrib)
    assert sorted(plain.splitlines()) == drawn


def test_every_variable_of_the_chart_is_set_by_the_style_sheet(real: Made) -> None:
    css = (widgets.static_files() / "milepost.css").read_text("utf-8")
    used = set(re.findall(r"var\((--milepost-chart-[a-z-]+), #", real.chart()))

    assert len(used) >= 8
    assert used <= set(re.findall(r"^  (--milepost-chart-[a-z-]+):", css, re.MULTILINE))


def test_a_row_without_a_page_is_no_link_but_keeps_its_name() -> None:
    made = small()
    html = widgets.chart(
        made.svg, made.drawing, made.entries, lambda code: "x.html" if code == "M-1" else None, "Plan", None
    )

    rows = of_class(ET.fromstring(html), "milepost-row")
    assert [(row.tag, row.get("href"), row.get("role"), row.get("data-code")) for row in rows] == [
        (f"{SVG}g", None, "img", "M-3"),
        (f"{SVG}a", "x.html", None, "M-1"),
        (f"{SVG}g", None, "img", "M-2"),
    ]
    assert [row.get("aria-label") for row in rows] == [
        "M-3 Done: due 2029-12-01, completed 2029-11-30 (1 day early)",
        "M-1 Ready to start: due 2030-01-01, open, forecast 2030-02-01 (31 days late)",
        "M-2 Halfway: due 2030-06-01, open",
    ]


def test_a_row_of_an_unknown_milestone_stays_as_it_is() -> None:
    made = small()
    known = {code: entry for code, entry in made.entries.items() if code != "M-1"}
    root = ET.fromstring(widgets.chart(made.svg, made.drawing, known, made.href, "Plan", None))

    assert [row.get("data-code") for row in of_class(root, "milepost-row")] == ["M-3", "M-2"]
    svg = next(root.iter(f"{SVG}svg"))
    assert [each.get("id") for each in svg if each.get("id", "").startswith("plan-milestone")] == [
        "plan-milestone-m-1"
    ]


def test_hostile_texts_stay_texts_in_the_chart() -> None:
    made = small(HOSTILE)
    shown = {code: replace(entry, aka=(HOSTILE,)) for code, entry in made.entries.items()}
    root = ET.fromstring(widgets.chart(made.svg, made.drawing, shown, lambda _: HOSTILE, HOSTILE, HOSTILE))

    for row in of_class(root, "milepost-row"):
        assert row.get("href") == row.get("data-aka") == HOSTILE
    assert of_class(root, "milepost-row")[2].get("data-name") == HOSTILE
    assert {each.tag.removeprefix(SVG) for each in root.iter()} == (
        {"figure", "div", "figcaption", "span", "svg", "title", "desc", "a", "g", "rect", "path", "text"}
        | {"use", "defs"}
    )
    assert words(root.find("figcaption")) == f"Figure {HOSTILE}: {HOSTILE}"


def test_what_is_no_svg_is_refused() -> None:
    made = small()
    with pytest.raises(ET.ParseError):
        widgets.chart("<svg>", made.drawing, made.entries, made.href, "Plan", None)


# --- Both -------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_same_input_gives_the_same_bytes(real: Made) -> None:
    again = Made(published_document(load(REAL)))

    assert again.table() == real.table()
    assert again.chart() == real.chart()


def test_the_static_files_need_nothing_from_elsewhere() -> None:
    directory = widgets.static_files()

    assert directory == ROOT / "templates" / "milestones" / "static"
    assert sorted(file.name for file in directory.iterdir()) == sorted(
        ["milepost.css", widgets.EARLY_SCRIPT, *widgets.SCRIPTS]
    )
    for file in directory.iterdir():
        text = file.read_text("utf-8")
        assert not re.search(r"https?:|@import|url\(|\bimport\b|\beval\b|innerHTML", text), file
        assert not re.search("LDM|Rubin", text), file


# --- All kinds of dates and states --------------------------------------------------------------------------


def test_the_table_shows_dates_as_they_are_written() -> None:
    root = ET.fromstring(Made(published(DOCUMENTS["plan"])).table())
    rows = {row.get("data-code"): row for row in root.findall("table/tbody/tr")}
    chosen = ("QUARTER-1", "LATER-1", "OFF-1", "OFF-2", "OFF-3")
    assert {code: [words(cell) for cell in rows[code]][3:] for code in chosen} == {
        "QUARTER-1": ["2025-Q3", "2025-Q4 forecast", "1 quarter late", "open"],
        "LATER-1": ["tbd", "tbd due", "none", "open"],
        "OFF-1": ["2025-03-01", "none cancelled", "none", "cancelled"],
        "OFF-2": ["2025-04-01", "2026-Q1 forecast", "none", "deferred"],
        "OFF-3": ["2025-Q4", "tbd deferred", "none", "deferred"],
    }
    # By these the script sorts, and what has none comes last.
    assert {code: (rows[code].get("data-due"), rows[code].get("data-expected")) for code in chosen} == {
        "QUARTER-1": ("2025-09-30", "2025-12-31"),
        "LATER-1": (None, None),
        "OFF-1": ("2025-03-01", None),
        "OFF-2": ("2025-04-01", "2026-03-31"),
        "OFF-3": ("2025-12-31", None),
    }
    # HTML knows days, months and years, but no quarters.
    times = [each.get("datetime", "") for each in root.iter("time")]
    assert {"2025-06", "2026", "2025-07-04"} <= set(times)
    assert all(re.fullmatch(r"\d{4}(-\d\d){0,2}", each) for each in times)


def test_the_card_of_a_cancelled_milestone() -> None:
    made = Made(published(DOCUMENTS["plan"]))
    root = ET.fromstring(milestone_page.card(made.entries["OFF-1"], None))
    facts = [words(each) for each in root.findall("dl/*")]
    assert facts == [
        *("Due", "2025-03-01", "State", "cancelled", "Since", "2025-01-15"),
        *("Reason", "DAY-1 covers it & more", "Slip", "none"),
    ]
