"""Links for those who do not have the extension or its short names: labels, linkcheck, other extensions."""

from __future__ import annotations

import json
import sys
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
from docutils import nodes
from docutils.parsers.rst import Directive
from tests.support.sphinx_projects import Built, Project

if TYPE_CHECKING:
    from pathlib import Path

    from sphinx.application import Sphinx

pytestmark = pytest.mark.slow

FOREIGN = """\
Neighbour
=========

:external+garden:ref:`milestone-gt-1`, :ref:`the opening <garden:milestone-gt-3>`, :any:`milestone-light-1`.
"""


def test_a_project_without_the_extension_reaches_milestones(tmp_path: Path) -> None:
    garden = Project.copied("example", tmp_path / "garden")
    cards = garden.source / "cards.rst"
    cards.write_text(cards.read_text("utf-8") + "\nSee :ref:`milestone-gt-2`.\n", "utf-8")
    source = tmp_path / "neighbour"
    source.mkdir()
    (source / "conf.py").write_text('extensions = ["sphinx.ext.intersphinx"]\n', "utf-8")
    (source / "index.rst").write_text(FOREIGN, "utf-8")

    for jobs in (1, 2):
        there = garden.make(output=f"html-{jobs}", jobs=jobs)
        mapping = {"garden": ("https://example.org/plan/", str(there.output / "objects.inv"))}
        here = Project(source, tmp_path / f"built-{jobs}").make(intersphinx_mapping=mapping)

        assert (there.warnings, here.warnings) == ("", "")
        assert [(link.get_text(), link["href"]) for link in here.body("index.html").select("a.external")] == [
            ("GT-1: Telescope stands", "https://example.org/plan/milestones/gt-1.html"),
            ("the opening", "https://example.org/plan/milestones/gt-3.html"),
            ("GT-2: First light", "https://example.org/plan/milestones/gt-2.html"),
        ]


def test_a_label_of_a_document_comes_first_and_names_are_kept_up_to_date(tmp_path: Path) -> None:
    def link(built: Built) -> tuple[str, str]:
        (found,) = built.body("plain.html").select("p a")
        return found.get_text(), str(found["href"])

    project = Project.copied("example", tmp_path)
    project.edit("plain.rst", "Nothing", "See :ref:`milestone-gt-2`. Nothing")

    built = project.make()
    assert (built.warnings, *link(built)) == ("", "GT-2: First light", "milestones/gt-2.html")

    project.edit("milestones.yaml", "name: First light", "name: Second light")
    built = project.make()
    assert "plain" in built.read
    assert (built.warnings, *link(built)) == ("", "GT-2: Second light", "milestones/gt-2.html")

    project.edit("acronyms.rst", "Further\n", ".. _milestone-gt-2:\n\nFurther\n")
    project.edit("plain.rst", "Nothing", "Indeed nothing")
    built = project.make()
    assert (built.warnings, *link(built)) == ("", "Further", "acronyms.html#milestone-gt-2")


def test_linkcheck_sees_the_issues_of_cards_and_pages(tmp_path: Path) -> None:
    project = Project.copied("example", tmp_path)

    def checked(pages: str) -> dict[str, str]:
        built = project.make("linkcheck", linkcheck_ignore=[".*"], milepost_pages=pages)
        assert built.warnings == ""
        lines = (built.output / "output.json").read_text("utf-8").splitlines()
        return {found["uri"]: found["filename"] for found in map(json.loads, lines)}

    issues = {f"https://issues.example.org/GT-{number}" for number in (100, 200)}
    assert issues <= checked("milestones").keys()
    assert {address: checked("")[address] for address in issues} == {
        "https://issues.example.org/GT-100": "sub/deep.rst",
        "https://issues.example.org/GT-200": "cards.rst",
    }


class Need(Directive):
    """A directive of another extension."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        return [nodes.paragraph("", f"This is the need {self.arguments[0]}.")]


@pytest.mark.parametrize("first", [True, False])
def test_names_of_other_extensions_are_theirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: bool
) -> None:
    """As sphinx-needs does, which makes a directive of each of its types when it reads the settings."""

    def setup(app: Sphinx) -> dict[str, bool]:
        app.add_generic_role("acr", nodes.strong)
        app.connect("config-inited", lambda app, _: app.add_directive("milestone", Need))
        return {"parallel_read_safe": True}

    needs = ModuleType("needs_of_a_test")
    vars(needs)["setup"] = setup
    monkeypatch.setitem(sys.modules, needs.__name__, needs)
    project = Project.copied("example", tmp_path)
    extensions = ["milepost.sphinx", needs.__name__]

    built = project.make(extensions=extensions if first else extensions[::-1])

    assert built.warnings == ""
    cards = built.body("cards.html")
    assert "This is the need GT-2." in cards.get_text()
    assert [card["data-code"] for card in cards.select(".milepost-card")] == ["GT-3"]
    assert len(built.body("tables.html").select("table")) == 7
    assert [each.get_text() for each in built.body("acronyms.html").select("strong")] == [
        "the device <CCD>",
        "R&D",
    ]


def test_short_names_can_be_left_to_others(tmp_path: Path) -> None:
    project = Project.copied("example", tmp_path)
    for path in project.source.rglob("*.rst"):
        path.write_text(":orphan:\n\nTitle\n=====\n", "utf-8")
    (project.source / "index.rst").write_text(
        "T\n=\n\n.. milepost:milestone:: GT-1\n\n.. default-domain:: milepost\n\n"
        ".. milestone:: GT-2\n\n:ms:`GT-1`\n",
        "utf-8",
    )

    built = project.make(milepost_short_names=False)

    assert built.warnings == ""
    assert len(built.body("index.html").select(".milepost-card")) == 2
    project.edit("index.rst", ".. default-domain:: milepost\n\n", "")
    assert 'Unknown directive type "milestone"' in project.make(milepost_short_names=False).warnings
