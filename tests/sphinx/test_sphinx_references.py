"""References to milestones in any Sphinx project: roles, places, inventories, and warnings of wrong ones."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.sphinx_projects import Built, Project

if TYPE_CHECKING:
    from pathlib import Path

    from bs4 import Tag

pytestmark = pytest.mark.slow

THEMES = ("furo", "alabaster")
GT_1 = "Telescope stands (completed 2030-04-10)"
GT_2 = "First light (overdue)"
CAMERA = """Camera <script>hacked=1</script> & "quoted" 'it' *not bold* `nor_` |this|_ (overdue)"""


def links(body: Tag) -> list[tuple[str, object, object]]:
    """Return text, address and tooltip of the references in a text."""
    found = [
        link for link in body.select("p:not(.milepost-name) > a.reference") if "external" not in link["class"]
    ]
    return [(link.get_text(), link["href"], link.get("title")) for link in found]


@pytest.mark.parametrize("theme", THEMES)
def test_the_roles_lead_to_the_pages_of_milestones(tmp_path: Path, theme: str) -> None:
    built = Project.copied("example", tmp_path).make(html_theme=theme)

    assert (built.error, built.warnings) == (None, "")
    assert links(built.body("index.html")) == [
        ("GT-1", "milestones/gt-1.html", GT_1),
        ("first light", "milestones/gt-2.html", GT_2),
        ("GT-OLD", "milestones/gt-2.html", GT_2),
        ("GT-3", "milestones/gt-3.html", "Open to the neighbours (open)"),
        ("camera", "milestones/gt-cam-1.html", CAMERA),
        ("GT-1", "milestones/gt-1.html", GT_1),
    ]
    assert links(built.body("sub/deep.html"))[0] == ("GT-1", "../milestones/gt-1.html", GT_1)


def test_addresses_are_those_of_the_builder(tmp_path: Path) -> None:
    built = Project.copied("example", tmp_path).make("dirhtml")

    assert built.warnings == ""
    assert links(built.body("index.html"))[1] == ("first light", "milestones/gt-2/", GT_2)
    assert links(built.body("sub/deep/index.html"))[0] == ("GT-1", "../../milestones/gt-1/", GT_1)
    assert (built.output / "milestones/gt-2/index.html").is_file()


def test_without_pages_the_cards_are_the_places(tmp_path: Path) -> None:
    built = Project.copied("example", tmp_path).make(milepost_pages="")

    assert built.warnings == ""
    assert not (built.output / "milestones").exists()
    assert links(built.body("index.html")) == [
        ("GT-1", "sub/deep.html#milestone-gt-1", GT_1),
        ("first light", "cards.html#milestone-gt-2", GT_2),
        ("GT-OLD", "cards.html#milestone-gt-2", GT_2),
        ("GT-3", "cards.html#milestone-gt-3", "Open to the neighbours (open)"),
        ("camera", "cards.html#milestone-gt-cam-1", CAMERA),
        ("GT-1", "sub/deep.html#milestone-gt-1", GT_1),
    ]
    assert links(built.body("sub/deep.html"))[0] == ("GT-1", "#milestone-gt-1", GT_1)
    assert [anchor["id"] for anchor in built.body("cards.html").select("span[id]")] == [
        "milestone-gt-2",
        "milestone-gt-cam-1",
        "milestone-gt-3",
    ]


def test_a_milestone_without_a_place_is_its_text(tmp_path: Path) -> None:
    project = Project.copied("example", tmp_path)
    project.edit("sub/deep.rst", "From below: :ms:`GT-1`.", "From below: :ms:`GT-DOME-1`.")

    built = project.make(milepost_pages="")

    assert built.warnings == ""
    assert "From below: GT-DOME-1." in built.body("sub/deep.html").get_text()
    assert links(built.body("sub/deep.html")) == []


def test_other_formats_refer_to_the_cards(tmp_path: Path) -> None:
    project = Project.copied("example", tmp_path)

    latex = project.make("latex")
    text = project.make("text")

    assert (latex.warnings, text.warnings) == ("", "")
    tex = (latex.output / "garden.tex").read_text("utf-8")
    reference = re.search(r"then \{\\hyperref\[\\detokenize\{([^}]*)\}\]\{.*?first light\}", tex)
    assert reference is not None
    assert reference[1] == "cards:milestone-gt-2"
    assert tex.count(r"\phantomsection\label{\detokenize{cards:milestone-gt-2}}\sphinxstylestrong{GT") == 1
    assert "The first one is *GT-1*, then *first light*" in (text.output / "index.txt").read_text("utf-8")


def inventory(path: Path) -> list[str]:
    """Return the lines on milestones of an inventory of Sphinx, version 2: four lines, then a zlib stream."""
    packed = path.read_bytes().split(b"\n", 4)[4]
    lines = zlib.decompress(packed).decode().splitlines()
    return [line for line in lines if " milepost:" in line]


def test_the_inventory_has_all_milestones_and_earlier_codes(tmp_path: Path) -> None:
    built = Project.copied("example", tmp_path).make()

    assert inventory(built.output / "objects.inv") == [
        "GT-1 milepost:milestone -1 milestones/gt-1.html -",
        "GT-2 milepost:milestone -1 milestones/gt-2.html -",
        "GT-3 milepost:milestone -1 milestones/gt-3.html -",
        "GT-CAM-1 milepost:milestone -1 milestones/gt-cam-1.html -",
        "GT-DOME-1 milepost:milestone -1 milestones/gt-dome-1.html -",
        "GT-DOME-2 milepost:milestone -1 milestones/gt-dome-2.html -",
        "GT-OLD milepost:milestone -1 milestones/gt-2.html -",
        "LIGHT-1 milepost:milestone -1 milestones/gt-2.html -",
    ]


def test_without_pages_the_inventory_has_the_cards(tmp_path: Path) -> None:
    built = Project.copied("example", tmp_path).make(milepost_pages="")

    assert inventory(built.output / "objects.inv") == [
        "GT-1 milepost:milestone 1 sub/deep.html#milestone-gt-1 -",
        "GT-2 milepost:milestone 1 cards.html#milestone-gt-2 -",
        "GT-3 milepost:milestone 1 cards.html#milestone-gt-3 -",
        "GT-CAM-1 milepost:milestone 1 cards.html#milestone-gt-cam-1 -",
        "GT-OLD milepost:milestone -1 cards.html#milestone-gt-2 -",
        "LIGHT-1 milepost:milestone -1 cards.html#milestone-gt-2 -",
    ]


def referring(tmp_path: Path, **settings: Any) -> Built:
    """Return the project that refers to the example, which has been built before."""
    example = Project.copied("example", tmp_path / "there").make()
    mapping = {"garden": ("https://example.org/plan/", str(example.output / "objects.inv"))}
    return Project.copied("referrer", tmp_path / "here").make(intersphinx_mapping=mapping, **settings)


def test_another_project_refers_by_intersphinx(tmp_path: Path) -> None:
    built = referring(tmp_path)

    assert (built.error, built.warnings) == (None, "")
    found = [(link.get_text(), link["href"]) for link in built.body("index.html").select("p a.external")]
    address = "https://example.org/plan/milestones"
    assert found == [
        ("GT-2", f"{address}/gt-2.html"),
        ("GT-OLD", f"{address}/gt-2.html"),
        ("first light", f"{address}/gt-2.html"),
        ("GT-3", f"{address}/gt-3.html"),
        ("GT-1", f"{address}/gt-1.html"),
        ("GT-CAM-1", f"{address}/gt-cam-1.html"),
    ]
    assert not (built.output / "milestones").exists()


def test_a_project_with_milestones_refers_to_those_of_others_too(tmp_path: Path) -> None:
    example = Project.copied("example", tmp_path / "there").make()
    project = Project.copied("example", tmp_path / "here")
    project.edit("milestones.yaml", "  GT-3:\n", "  GT-4:\n")
    project.edit("cards.rst", "GT-3", "GT-4")
    mapping = {"garden": ("https://example.org/plan/", str(example.output / "objects.inv"))}

    built = project.make(
        extensions=["milepost.sphinx", "sphinx.ext.intersphinx"], intersphinx_mapping=mapping
    )

    assert built.warnings == ""
    link = built.body("index.html").select_one("a.external")
    assert link is not None
    assert (link.get_text(), link["href"]) == ("GT-3", "https://example.org/plan/milestones/gt-3.html")


@pytest.mark.parametrize("nitpicky", [True, False])
def test_an_unknown_milestone_is_warned_of_at_its_line(tmp_path: Path, nitpicky: bool) -> None:
    project = Project.copied("example", tmp_path)
    project.edit(
        "plain.rst", "Nothing here is", "See :ms:`GT-DOME-3`, :milestone:`what <XYZ>`,\nand :acr:`CCB`. It is"
    )

    built = project.make(nitpicky=nitpicky)

    assert built.warnings == (
        "plain.rst:4: WARNING: there is no acronym CCB (did you mean CCD?) [milepost.acronym]\n"
        "plain.rst:4: WARNING: there is no milestone GT-DOME-3 (did you mean GT-DOME-2?) [milepost.ref]\n"
        "plain.rst:4: WARNING: there is no milestone XYZ (check the code) [milepost.ref]\n"
    )
    assert "See GT-DOME-3, what, and CCB. It is about milestones." in " ".join(
        built.body("plain.html").get_text().split()
    )


def test_warnings_can_be_suppressed_by_their_kind(tmp_path: Path) -> None:
    project = Project.copied("example", tmp_path)
    project.edit("plain.rst", "Nothing here is", "See :ms:`GT-DOME-3` and :acr:`CCB`. It is")

    built = project.make(suppress_warnings=["milepost"])

    assert built.warnings == ""
