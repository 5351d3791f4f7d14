"""The directives in any Sphinx project: cards, tables and charts, in HTML and in other formats."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from bs4 import Tag
from pypdf import PdfReader
from tests.support.sphinx_projects import Built, Project, rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.slow

CAMERA = "Camera <script>hacked=1</script> & \"quoted\" 'it' *not bold* `nor_` |this|_"
ROWS = {
    "GT-DOME-1": [
        "Base of the dome",
        "2",
        "2030-01-31",
        "2030-01-15 completed",
        "16 days early",
        "completed",
    ],
    "GT-DOME-2": ["Roof of the dome", "2", "2030-02-28", "2030-02-28 completed", "on time", "completed"],
    "GT-1": ["Telescope stands", "1", "2030-03-31", "2030-04-10 completed", "10 days late", "completed"],
    "GT-CAM-1": [CAMERA, "2", "2030-05-01", "2030-05-01 due", "60 days late", "overdue"],
    "GT-2": ["First light", "1", "2030-06-01", "2030-06-01 due", "29 days late", "overdue"],
    "GT-3": ["Open to the neighbours", "1", "2030-12-31", "2031-01-15 forecast", "15 days late", "open"],
}
TABLES = {
    "Milestones": ["GT-DOME-1", "GT-DOME-2", "GT-1", "GT-CAM-1", "GT-2", "GT-3"],
    "Deliveries & more": ["GT-CAM-1", "GT-DOME-1", "GT-DOME-2"],
    "To do": ["GT-CAM-1", "GT-2", "GT-3"],
    "Late": ["GT-CAM-1", "GT-2", "GT-3", "GT-1"],
    "The dome": ["GT-DOME-1", "GT-DOME-2", "GT-1"],
    "Before": ["GT-1", "GT-CAM-1"],
    "After": ["GT-3"],
}


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The example as HTML."""
    return Project.copied("example", tmp_path_factory.mktemp("example")).make()


def caption(table: Tag) -> str:
    """Return the caption of a table."""
    found = table.select_one("caption .caption-text")
    assert isinstance(found, Tag)
    return found.get_text()


def test_a_table_has_the_milestones_that_its_options_ask_for(example: Built) -> None:
    body = example.body("tables.html")

    tables = {caption(table): rows(table) for table in body.find_all("table")}

    assert tables == {title: [[code, *ROWS[code]] for code in codes] for title, codes in TABLES.items()}
    assert "Late domes: none." in body.get_text()


def test_the_codes_of_a_table_are_links_relative_to_its_page(example: Built) -> None:
    links = [link["href"] for link in example.body("tables.html").find_all("table")[1].select("tbody a")]
    deep = [link["href"] for link in example.body("sub/deep.html").select("table tbody a")]

    assert links == ["milestones/gt-cam-1.html", "milestones/gt-dome-1.html", "milestones/gt-dome-2.html"]
    assert deep == ["../milestones/gt-1.html"]


def test_a_table_says_what_the_script_needs_to_know(example: Built) -> None:
    row = example.body("tables.html").select_one('tr[data-code="GT-2"]')

    assert row is not None
    found = {name: value for name, value in row.attrs.items() if name.startswith("data-")}
    assert found == {
        "data-code": "GT-2",
        "data-aka": "GT-OLD LIGHT-1",
        "data-level": "1",
        "data-state": "overdue",
        "data-late": "true",
        "data-days": "29",
        "data-due": "2030-06-01",
        "data-expected": "2030-06-01",
    }


def test_a_card_shows_a_milestone(example: Built) -> None:
    cards = example.body("cards.html").select(".milepost-card")
    name, other, _ = (card.select_one(".milepost-name") for card in cards)

    assert [card["data-code"] for card in cards] == ["GT-2", "GT-CAM-1", "GT-3"]
    assert name is not None
    assert other is not None
    assert str(name.a) == '<a class="reference internal" href="milestones/gt-2.html">GT-2</a>'
    assert (name.get_text(), other.get_text()) == ("GT-2: First light", f"GT-CAM-1: {CAMERA}")
    facts = [part.get_text() for part in cards[2].select("dt, dd")]
    assert facts == (["Due", "2030-12-31", "Forecast", "2031-01-15", "State", "open", "Slip", "15 days late"])


def test_a_chart_links_its_rows_and_has_the_number_of_the_document(example: Built) -> None:
    numbered, other = example.body("charts.html").select("figure.milepost-chart")

    assert [figure.figcaption.get_text() for figure in (numbered, other) if figure.figcaption] == [
        "Figure 1: The schedule.¶",
        "What is delivered, and when¶",
    ]
    assert [str(each) for each in other.select(".caption-text em")] == ["<em>when</em>"]
    assert [(link["data-code"], link["href"]) for link in numbered.select("svg a.milepost-row")] == [
        ("GT-1", "milestones/gt-1.html"),
        ("GT-2", "milestones/gt-2.html"),
        ("GT-3", "milestones/gt-3.html"),
    ]
    assert [link["data-code"] for link in other.select("svg a.milepost-row")] == (
        ["GT-DOME-1", "GT-DOME-2", "GT-CAM-1"]
    )


def test_only_pages_with_tables_or_charts_have_the_script(example: Built) -> None:
    def scripted(page: str) -> bool:
        return bool(example.page(page).select('script[src*="milepost.js"]'))

    assert {page for page in example.written if scripted(page)} == {
        "tables.html",
        "charts.html",
        "sub/deep.html",
    }
    styled = {page for page in example.written if example.page(page).select('link[href*="milepost.css"]')}
    assert styled == example.written - {"milestones/gt-old.html", "milestones/light-1.html"}
    for name in ("milepost.css", "milepost.js"):
        assert (example.output / "_static" / name).is_file()


def test_labels_in_front_of_directives_are_places(tmp_path: Path) -> None:
    project = Project.copied("example", tmp_path)
    project.edit("plain.rst", "Nothing", "See :ref:`it <introduction-of-the-plan>`. Nothing")

    built = project.make()

    assert built.warnings == ""
    link = built.body("plain.html").select_one("p a")
    assert link is not None
    assert link["href"] == "sub/deep.html#introduction-of-the-plan"
    assert built.body("sub/deep.html").find(id="introduction-of-the-plan") is not None


def test_no_text_of_the_yaml_becomes_markup(example: Built) -> None:
    for page in sorted(example.written):
        assert "<script>hacked" not in (example.output / page).read_text("utf-8"), page


SETTINGS: dict[str, dict[str, Any]] = {
    **{builder: {} for builder in ("text", "latex", "singlehtml", "dirhtml", "gettext", "xml")},
    "epub": {"epub_copyright": "A. Gardener"},
    "man": {"man_pages": [("index", "garden", "Garden", "A. Gardener", 1)]},
    "texinfo": {
        "texinfo_documents": [("index", "garden", "Garden", "A. Gardener", "garden", "Garden", "Misc")]
    },
}


@pytest.fixture(scope="module")
def built_with(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Built]:
    """Give what builds the example with each builder once."""

    @cache
    def build(builder: str) -> Built:
        project = Project.copied("example", tmp_path_factory.mktemp(builder))
        return project.make(builder, **SETTINGS[builder])

    return build


@pytest.mark.parametrize("builder", SETTINGS)
def test_every_builder_writes_the_example_without_warnings(
    built_with: Callable[[str], Built], builder: str
) -> None:
    built = built_with(builder)

    assert (built.error, built.warnings) == (None, "")


def test_plain_text_has_plain_forms(built_with: Callable[[str], Built]) -> None:
    built = built_with("text")

    tables = (built.output / "tables.txt").read_text("utf-8")
    row = "GT-3 Open to the neighbours 1 2030-12-31 2031-01-15 (forecast) 15 days late open"
    assert f"| {row} |" in [" ".join(line.replace(" | ", " ").split()) for line in tables.splitlines()]
    assert "Late domes: none." in tables
    assert (
        (built.output / "cards.txt")
        .read_text("utf-8")
        .endswith(
            "**GT-3: Open to the neighbours**\n\nDue:\n   2030-12-31\n\nForecast:\n   2031-01-15\n\n"
            "State:\n   open\n\nSlip:\n   15 days late\n"
        )
    )
    assert (built.output / "charts.txt").read_text("utf-8") == (
        "Charts\n******\n\n"
        "   Gantt chart of 3 milestones, due from 2030-03-31 to 2030-12-31. On\n"
        "   the data date 2030-06-30, 1 is completed and 2 open, of which 1\n"
        "   overdue: GT-2. 1 completion came after the due date, by up to 10\n"
        "   days.\n\n"
        "   The schedule.\n\n"
        "   Gantt chart of 3 milestones, due from 2030-01-31 to 2030-05-01. On\n"
        "   the data date 2030-06-30, 2 are completed and 1 open, of which 1\n"
        "   overdue: GT-CAM-1.\n\n"
        "   What is delivered, and *when*\n"
    )


def test_latex_and_electronic_books_have_the_charts_as_images(built_with: Callable[[str], Built]) -> None:
    latex, book = built_with("latex"), built_with("epub")

    tex = (latex.output / "garden.tex").read_text("utf-8")
    for name in ("schedule", "details"):
        assert rf"\sphinxincludegraphics{{{{{name}}}.pdf}}" in tex
        assert (latex.output / f"{name}.pdf").read_bytes().startswith(b"%PDF-")
        assert (book.output / "_images" / f"{name}.svg").read_text("utf-8").startswith("<svg")


def test_all_parts_of_a_long_chart_are_in_latex(tmp_path: Path) -> None:
    project = Project.copied("example", tmp_path)
    source = project.source / "milestones.yaml"
    rows = "".join(
        f"  ROW-{number}:\n    name: Row {number}\n    level: 1\n    due: 2030-03-01\n"
        for number in range(100)
    )
    source.write_text(source.read_text("utf-8").replace("\nmilestones:\n", f"\nmilestones:\n{rows}"), "utf-8")

    latex = project.make("latex", milepost_pages="")

    tex = (latex.output / "garden.tex").read_text("utf-8")
    names = ["schedule", "schedule-part-2", "schedule-part-3"]
    assert re.findall(r"\\sphinxincludegraphics{{(schedule.*?)}", tex) == names
    assert [len(PdfReader(latex.output / f"{name}.pdf").pages) for name in names] == [1, 1, 1]
    assert re.findall(r"\((\d) of (\d)\)", tex) == [("1", "3"), ("2", "3"), ("3", "3")]


REPEATED = """\
.. _card-{0}:

.. milestone:: GT-1

.. milestone:: GT-1

.. _table-{0}:

.. milestone-table::

.. milestone-table::
   :level: 1

.. _chart-{0}:

.. milestone-chart::

.. milestone-chart:: details

.. milestone-chart::
   :caption: Once more

:ref:`card <card-{0}>`, :ref:`table <table-{0}>`, :ref:`chart <chart-{0}>`, :ms:`GT-1`, :ms:`GT-CAM-1`
"""


@pytest.fixture
def repeated(tmp_path: Path) -> Project:
    """The example with the same cards, tables and charts several times, in two documents."""
    project = Project.copied("example", tmp_path)
    for name in ("plain", "sub/deep"):
        path = project.source / f"{name}.rst"
        path.write_text(path.read_text("utf-8") + "\n" + REPEATED.format(path.stem), "utf-8")
    return project


@pytest.mark.parametrize(
    ("builder", "pages"),
    [
        *(("html", pages) for pages in ("milestones", "")),
        *(("singlehtml", pages) for pages in ("milestones", "")),
        *((builder, "milestones") for builder in ("dirhtml", "epub", "xml")),
    ],
)
def test_each_identifier_is_on_a_page_once(repeated: Project, builder: str, pages: str) -> None:
    # Themes have duplicates of their own: here Furo in tables with captions, Alabaster in its search box.
    built = repeated.make(
        builder,
        milepost_pages=pages,
        html_theme="alabaster",
        html_sidebars={"**": []},
        epub_copyright="A. Gardener",
        numfig=True,
    )

    assert built.warnings == ""
    files = [path for path in built.output.rglob("*") if path.suffix in {".html", ".xhtml", ".xml"}]
    assert files
    for path in files:
        text = path.read_text("utf-8")
        identifiers = Counter(" ".join(re.findall(r'\sids?="([^"]*)"', text)).split())
        assert {name for name, count in identifiers.items() if count > 1} == set(), path
        used = " ".join(re.findall(r'\s(?:href="#|xlink:href="#|aria-labelledby=")([^"]+)', text)).split()
        assert set(used) - identifiers.keys() == set(), path


@pytest.mark.parametrize(
    ("builder", "file", "anchor", "link"),
    [
        ("latex", "garden.tex", r"\\label\{\\detokenize\{([^}]*)\}", r"\\hyperref\[\\detokenize\{([^}]*)\}"),
        ("texinfo", "gardentelescope.texi", r"@anchor\{([^}]*)\}", r"@ref\{([^,}]*)"),
    ],
)
def test_each_label_is_in_a_printed_document_once(
    repeated: Project, builder: str, file: str, anchor: str, link: str
) -> None:
    text = (repeated.make(builder).output / file).read_text("utf-8")

    anchors = Counter(re.findall(anchor, text))
    assert {name for name, count in anchors.items() if count > 1} == set()
    links = set(re.findall(link, text))
    assert len(links) > 4
    assert links - anchors.keys() == set()


FAULTS = {
    ".. milestone-table::\n   :state: late": (
        'plain.rst:4: ERROR: Error in "milestone-table" directive:\ninvalid option value: '
        "(option: \"state\"; value: 'late')\nstate: 'late' is not a state "
        "(write completed, open, overdue, deferred, cancelled)."
    ),
    ".. milestone-table::\n   :sort: name": (
        'plain.rst:4: ERROR: Error in "milestone-table" directive:\ninvalid option value: '
        '(option: "sort"; value: \'name\')\n"name" unknown; choose from "due", "code", "expected", or "slip".'
    ),
    ".. milestone-table::\n   :level: two": (
        'plain.rst:4: ERROR: Error in "milestone-table" directive:\ninvalid option value: '
        "(option: \"level\"; value: 'two')\n"
        "level: 'two' is not a level (write a number from 1 to 9, or none)."
    ),
    ".. milestone-table::\n   :not: codes:GT-1 due:soon": (
        'plain.rst:4: ERROR: Error in "milestone-table" directive:\ninvalid option value: '
        "(option: \"not\"; value: 'codes:GT-1 due:soon')\ndue: 'soon' is not a date (write a range like "
        "2024-01-01..2024-12-31, one with an open end like 2024-Q2.. or ..2023, a day, month, quarter or "
        "year alone, or tbd)."
    ),
    ".. milestone-table::\n   :successors-of: GT-4": (
        "plain.rst:4: WARNING: there is no milestone GT-4 (did you mean GT-3?) [milepost.ref]"
    ),
    ".. milestone-chart:: plan": (
        "plain.rst:4: ERROR: there is no chart plan (charts in the YAML: schedule, details)"
    ),
    ".. milestone:: GT-9": (
        "plain.rst:4: WARNING: there is no milestone GT-9 (did you mean GT-3?) [milepost.ref]"
    ),
}


def test_a_faulty_directive_says_what_is_possible(tmp_path: Path) -> None:
    """Each in a document of its own, so that each has its line."""
    project = Project.copied("example", tmp_path)
    for number, fault in enumerate(FAULTS):
        text = f":orphan:\n\nPlain\n=====\n\n{fault}\n\nNothing"
        (project.source / f"plain-{number}.rst").write_text(text, "utf-8")

    built = project.make()

    start, *found = re.split(r"(?m)^plain-(\d)\.rst:6:", built.warnings)
    said = dict(zip(map(int, found[::2]), found[1::2], strict=True))
    assert start == ""
    assert (len(found), sorted(said)) == (2 * len(FAULTS), list(range(len(FAULTS))))
    for number, expected in enumerate(FAULTS.values()):
        assert f"plain.rst:4:{said[number]}".startswith(expected)


def test_a_table_has_an_option_for_each_condition(tmp_path: Path) -> None:
    project = Project.copied("example", tmp_path)
    project.edit("milestones.yaml", "    due: 2030-01-31\n", "    due: 2030-01-31\n    wbs: 02C.04.03\n")
    project.edit(
        "milestones.yaml", "    level: 2\n    due: 2030-05-01\n", "    due: 2030-Q2\n    tags: [red]\n"
    )
    options = {
        ":wbs: 02C.04": ["GT-DOME-1"],
        ":level: 1, none\n   :not: codes:GT-3 state:completed": ["GT-2", "GT-CAM-1"],
        ":due: 2030-Q2": ["GT-2", "GT-CAM-1"],
        ":completed: ..2030-01, 2030-04": ["GT-DOME-1", "GT-1"],
        ":forecast: ..": ["GT-3"],
        ":tags: red blue": ["GT-CAM-1"],
    }
    directives = (f".. milestone-table::\n   {option}" for option in options)
    project.edit("plain.rst", "Nothing", "\n\n".join((*directives, "Nothing")))

    built = project.make()

    assert built.warnings == ""
    tables = built.body("plain.html").select("table")
    assert [[row["data-code"] for row in table.select("tr[data-code]")] for table in tables] == [
        *options.values()
    ]
    (row,) = tables[-1].select("tr[data-code]")
    assert (row["data-level"], [cell.get_text() for cell in row.select(".level")]) == ("none", [""])
    page = built.body("milestones/gt-cam-1.html").get_text()
    assert "Level" not in page
    assert "Tags" in page
    assert "02C.04.03" in built.body("milestones/gt-dome-1.html").get_text()


def test_a_table_of_milestones_that_are_cancelled_or_deferred(tmp_path: Path) -> None:
    project = Project.copied("example", tmp_path)
    project.edit("milestones.yaml", "    forecast: 2031-01-15\n", "    state: cancelled\n")
    project.edit("milestones.yaml", "    due: 2030-05-01\n", "    due: 2030-05-01\n    state: deferred\n")
    directives = (f".. milestone-table::\n   :state: {state}" for state in ("cancelled", "deferred"))
    project.edit("plain.rst", "Nothing", "\n\n".join((*directives, "Nothing")))

    built = project.make()

    assert built.warnings == ""
    codes = [
        [row["data-code"] for row in table.select("tr[data-code]")]
        for table in built.body("plain.html").select("table")
    ]
    assert codes == [["GT-3"], ["GT-CAM-1"]]
