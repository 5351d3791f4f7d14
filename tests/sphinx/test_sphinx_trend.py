"""A trend chart in a project of Sphinx: its lines are links, and a changed state is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.sphinx_projects import Project

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

STATE = "# milestones: some\ncode,due\nGT-1,2030-01-15\nGT-2,2031-01-15\n"
FIGURE = """\
  moves:
    kind: trend
    level: 1
    caption: How it moved.
references: {}
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project.copied("example", tmp_path)
    project.edit("milestones.yaml", "references: {}\n", FIGURE)
    with (project.source / "charts.rst").open("a", encoding="utf-8") as file:
        file.write("\n.. milestone-chart:: moves\n   :numbered:\n   :alt: Two lines.\n")
    (project.source / "history").mkdir()
    (project.source / "history/2030-03-31.csv").write_text(STATE, "utf-8")
    return project


def test_lines_are_links_and_a_changed_state_is_seen(project: Project) -> None:
    built = project.make()

    assert built.warnings == ""
    (figure,) = built.body("charts.html").select("figure.milepost-trend")
    links = {link["href"]: str(link["aria-label"]) for link in figure.select("svg a.milepost-line")}
    assert "due 2031-01-15 on 2030-03-31" in links["milestones/gt-2.html"]
    assert [each.get_text() for each in figure.select("svg > desc")] == ["Two lines."]
    assert [each["aria-label"] for each in figure.select("[role=region]")] == [
        "Chart, can be scrolled: How it moved."
    ]

    assert project.make().written == set()

    (project.source / "history/2030-03-31.csv").write_text(STATE.replace("2031-01-15", "2031-02-15"), "utf-8")
    again = project.make()

    pages = {name for name in again.written if name.endswith(".html")}
    assert pages == {"charts.html", "index.html"}  # Sphinx writes what lists a page that it has read, too
    assert "due 2031-02-15 on 2030-03-31" in again.body("charts.html").decode()


def test_latex_has_the_chart_as_an_image(project: Project) -> None:
    latex = project.make("latex")

    assert latex.warnings == ""
    assert r"\sphinxincludegraphics{{moves}.pdf}" in (latex.output / "garden.tex").read_text("utf-8")
    assert (latex.output / "moves.pdf").read_bytes().startswith(b"%PDF-")
