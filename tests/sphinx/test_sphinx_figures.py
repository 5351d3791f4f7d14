"""Charts and tables are figures and tables of Sphinx: named, numbered and referred to."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader, PdfWriter
from tests.support.sphinx_projects import Built, Project

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

SHAPED = """\
Figures and tables
==================

The plan is :numref:`plan`, called :ref:`plan`; :numref:`late` is :ref:`late`, with :numref:`labelled`.
On the other page: :numref:`again`, :numref:`Number %s <again>`.

.. milestone-chart:: schedule
   :name: plan
   :caption: What :ms:`GT-2` needs: *all*
   :class: special other
   :align: center
   :width: 80%
   :alt: Three bars.

.. milestone-table::
   :name: late
   :caption: Late, see :numref:`plan`
   :late:
   :class: wide
   :align: right
   :width: 300

.. _labelled:

.. milestone-table::

.. milestone-table::
   :name: empty
   :level: 9
   :caption: Nothing

.. figure:: dot.*
   :name: dot

   Not ours; :numref:`empty`.
"""
DOT = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'
AGAIN = """

.. milestone-chart:: schedule
   :name: again

Back: :numref:`plan`.
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The example with figures and tables that are referred to from two pages."""
    project = Project.copied("example", tmp_path_factory.mktemp("figures"))
    (project.source / "plain.rst").write_text(SHAPED, "utf-8")
    deep = project.source / "sub/deep.rst"
    deep.write_text(deep.read_text("utf-8") + AGAIN, "utf-8")
    (project.source / "dot.svg").write_text(DOT, "utf-8")
    page = PdfWriter()
    page.add_blank_page(10, 10)
    page.write(project.source / "dot.pdf")
    return project


def made(project: Project, builder: str) -> Built:
    built = project.make(
        builder,
        numfig=True,
        html_theme="alabaster",
        epub_copyright="A. Gardener",
        latex_engine="lualatex",
        # Latin Modern, which TeX brings along, is wider than the typeface that Sphinx expects to be there.
        latex_elements={"fontpkg": "", "sphinxsetup": "hmargin=22mm"},
    )
    assert (built.error, built.warnings) == (None, "")
    return built


def links(built: Built, page: str) -> list[tuple[str, str]]:
    """Return the texts and addresses of references to figures and tables."""
    return [
        (link.get_text(), str(link["href"]))
        for link in built.page(page).select("a.reference")
        if link.select(".std")
    ]


def test_figures_and_tables_are_numbered_and_referred_to(project: Project) -> None:
    built = made(project, "html")

    assert links(built, "plain.html") == [
        ("Fig. 3", "#plan"),
        ("What GT-2 needs: all", "#plan"),
        ("Table 9", "#late"),
        ("Late, see plan", "#late"),
        ("Table 10", "#labelled"),
        ("Fig. 5", "sub/deep.html#again"),
        ("Number 5", "sub/deep.html#again"),
        ("Fig. 3", "#plan"),
        ("Table 11", "#empty"),
    ]
    assert links(built, "sub/deep.html") == [("Fig. 3", "../plain.html#plan")]


def test_options_mean_what_they_mean_elsewhere(project: Project) -> None:
    body = made(project, "html").body("plain.html")

    chart, table, empty = (body.find(id=name) for name in ("plan", "late", "empty"))
    assert chart is not None
    assert table is not None
    assert empty is not None
    assert (chart.name, chart["class"], chart["style"]) == (
        "figure",
        ["milepost-chart", "align-center", "special", "other"],
        "width: 80%",
    )
    assert [each.get_text() for each in chart.select("svg > desc")] == ["Three bars."]
    assert (table.name, table["class"], table["style"]) == (
        "table",
        ["milepost-table", "align-right", "wide"],
        "width: 300px",
    )
    captions = [each.decode_contents() for each in body.select(".caption-text")]
    assert captions[0].startswith('What <a class="reference internal" href="milestones/gt-2.html"')
    assert captions[0].endswith("needs: <em>all</em>")
    assert [each.get_text() for each in body.select(".caption-number")] == [
        f"{name} " for name in ("Fig. 3", "Table 9", "Table 10", "Table 11", "Fig. 4")
    ]
    assert "No milestones." in empty.get_text()


def test_one_page_and_a_book_number_the_same_way(project: Project) -> None:
    page = made(project, "singlehtml")
    book = made(project, "epub")

    assert links(page, "index.html")[:5] == [
        ("Fig. 3", "#plan"),
        ("What GT-2 needs: all", "#plan"),
        ("Table 9", "#late"),
        ("Late, see plan", "#late"),
        ("Table 10", "#labelled"),
    ]
    assert links(book, "plain.xhtml")[5] == ("Fig. 5", "sub/deep.xhtml#again")
    figure = book.page("plain.xhtml").find("figure", id="plan")
    assert figure is not None
    assert figure["class"] == ["special", "other", "align-center"]
    for image in figure.select("img, object"):
        assert image.get("alt", image.get_text()) == "Three bars."


def test_latex_numbers_figures_and_tables_and_breaks_no_date(project: Project) -> None:
    built = made(project, "latex")

    tex = (built.output / "garden.tex").read_text("utf-8")
    for label in ("plain:plan", "plain:late", "plain:labelled", "sub/deep:again"):
        assert tex.count(rf"\label{{\detokenize{{{label}}}}}") == 1
        assert rf"\ref{{\detokenize{{{label}}}}}" in tex
    assert r"\caption{What {\hyperref[\detokenize{" in tex
    assert r"\sphinxincludegraphics[width=0.800\linewidth]{{schedule}.pdf}" in tex
    dates = re.findall(r"20\d\d(?:\\sphinxhyphen\{\}\d\d){2}", tex)
    unbroken = re.findall(r"\\mbox\{20\d\d(?:\\sphinxhyphen\{\}\d\d){2}\}", tex)
    in_cards = 6
    assert len(dates) - len(unbroken) == in_cards
    specs = re.findall(r"\\begin\{tabular\}\[t\]\{(.*)\}", tex)
    assert len(specs) == 11
    assert all(spec.count(r">{\raggedright\arraybackslash\footnotesize}p{") == 7 for spec in specs)


@pytest.mark.parametrize("builder", ["epub", "singlehtml", "html", "dirhtml"])
def test_identifiers_are_unique_and_each_link_has_a_target(project: Project, builder: str) -> None:
    """As epubcheck does; a book is XML besides."""
    built = made(project, builder)
    files = [path for path in built.output.rglob("*") if path.suffix in {".html", ".xhtml"}]
    identifiers: dict[Path, set[str]] = {}
    links: set[tuple[Path, Path, str]] = set()
    for path in files:
        if builder == "epub":
            ElementTree.parse(path)
        page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        found = Counter(str(each["id"]) for each in page.select("[id]"))
        # The theme has its search box twice.
        assert {name for name, count in found.items() if count > 1} <= {"searchlabel"}, path
        identifiers[path] = set(found)
        for link in page.select("[href]"):
            address = urlsplit(str(link["href"]))
            if not address.scheme and not address.netloc:
                target = (path.parent / unquote(address.path)).resolve() if address.path else path
                target = target / "index.html" if target.is_dir() else target
                # On one page, Sphinx 9 writes its own links as `#document-plain#plan`.
                links.add((path, target, unquote(address.fragment).rpartition("#")[2]))

    assert len(links) > 40
    missing = {target.name for _, target, _ in links if not target.exists()}
    assert missing == ({"genindex.html", "search.html"} if builder == "singlehtml" else set())  # of the theme
    assert [
        link for link in links if link[2] and link[1] in identifiers and link[2] not in identifiers[link[1]]
    ] == []


def test_a_printed_project_has_numbers_and_whole_dates(project: Project) -> None:
    output = made(project, "latex").output

    for _ in range(2):
        done = subprocess.run(
            ["lualatex", "-interaction=nonstopmode", "garden.tex"],
            cwd=output,
            capture_output=True,
            check=False,
        )
    lines = "\n".join(page.extract_text() for page in PdfReader(output / "garden.pdf").pages).splitlines()
    text = re.sub(r"\s", "", "".join(lines))  # blanks are not always found in a PDF

    assert b"Overfull" not in done.stdout
    assert "TheplanisFig.5.1,calledWhatGT-2needs:all;Table5.1isLate,seeplan,withTable5.2." in text
    assert "Fig.5.1:WhatGT-2needs:all" in text
    assert text.count("2031-01-15(forecast)") == 6
    assert [line for line in lines if re.search(r"\b20\d\d-(\d\d-)?$", line)] == []
