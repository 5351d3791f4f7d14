"""The reStructuredText document: docutils at its strictest and Sphinx with warnings as errors are silent."""

from __future__ import annotations

import re
import subprocess
import sys
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from docutils import nodes
from docutils.core import publish_string
from tests.support.printed import DOCUMENTS, doctree

from milepost.base.addresses import HANDLE, milestone_anchor

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.printed import Edition, Editions


@pytest.fixture(scope="module", params=list(DOCUMENTS))
def edition(request: pytest.FixtureRequest, editions: Editions) -> Edition:
    return editions(request.param)


@pytest.fixture(scope="module")
def docutils_html(edition: Edition) -> str:
    """The page that docutils makes; any message of docutils is an error."""
    settings = {"report_level": 1, "halt_level": 1, "warning_stream": False, "_disable_config": True}
    page: bytes = publish_string(
        edition.rst.read_text("utf-8"),
        source_path=str(edition.rst),
        writer="html5",
        settings_overrides={**settings, "embed_stylesheet": False, "stylesheet_path": ""},
    )
    return page.decode("utf-8")


@pytest.fixture(scope="module")
def sphinx(edition: Edition, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """What Sphinx makes: the directory and the page."""
    output = tmp_path_factory.mktemp("sphinx")
    (output / "conf.py").write_text(
        f'project = "Milepost"\nsmartquotes = False\nroot_doc = "{edition.rst.stem}"\nhtml_theme = "basic"\n'
    )
    options = ["-q", "-n", "-W", "--keep-going", "-E", "-b", "html", "-c", str(output)]
    run = subprocess.run(
        [sys.executable, "-m", "sphinx", *options, str(edition.rst.parent), str(output / "html")],
        capture_output=True,
        check=False,
        text=True,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    return output / "html", (output / "html" / f"{edition.rst.stem}.html").read_text("utf-8")


def identifiers(page: str) -> set[str]:
    return set(re.findall(r'\bid="([^"]+)"', page))


def printed_milestones(edition: Edition) -> set[str]:
    """Return the codes of the milestones that the YAML wants in print."""
    source = yaml.load(edition.workspace.source.read_text("utf-8"), yaml.BaseLoader)
    milestones = source["milestones"]
    printed = set()
    for asked in (section["milestones"] for section in source["sections"] if section.get("milestones")):
        for code, each in milestones.items():
            if has_code(asked, code) and each["level"] == asked.get("level", each["level"]):
                before = each.get("predecessors", [])
                printed |= {code, *(other for other in before if delivers(asked, each, milestones, other))}
    return printed


def has_code(asked: Any, code: str) -> bool:
    patterns, excluded = asked.get("codes", "*"), asked.get("not", {}).get("codes", [])
    patterns = [patterns] if isinstance(patterns, str) else patterns
    return any(code == one or fnmatch(code, one) for one in patterns) and not any(
        fnmatch(code, one) for one in excluded
    )


def delivers(asked: Any, milestone: Any, milestones: Any, other: str) -> bool:
    if "deliveries" in asked:
        return fnmatch(other, asked["deliveries"]["codes"])
    return bool(milestones[other]["level"] > milestone["level"])


def anchor(code: str) -> str:
    if not HANDLE.fullmatch(code.strip("-")):  # an address cannot show all of it: see tests/base
        return milestone_anchor(code)
    return "milestone-" + re.sub("[^a-z0-9]+", "-", code.lower()).strip("-")


def test_anchors_of_all_milestones(edition: Edition, docutils_html: str, sphinx: tuple[Path, str]) -> None:
    expected = {anchor(code) for code in printed_milestones(edition)}
    for page in (docutils_html, sphinx[1]):
        assert {name for name in identifiers(page) if name.startswith("milestone-")} == expected


def test_links_within_the_page_lead_somewhere(docutils_html: str, sphinx: tuple[Path, str]) -> None:
    for page in (docutils_html, sphinx[1]):
        assert set(re.findall(r'href="#([^"]+)"', page)) <= identifiers(page)


def test_figures_are_there(edition: Edition, docutils_html: str, sphinx: tuple[Path, str]) -> None:
    images = re.findall(r'<img [^>]*?src="([^"]+)"', docutils_html)
    images += re.findall(r'<object [^>]*?data="([^"]+)"', docutils_html)
    shown = re.findall(r'<img [^>]*?src="(_images/[^"]+)"', sphinx[1])
    assert len(images) == len(shown) == {"LDM-564": 2, "PLAN-1": 1, "CODES-1": 1}.get(edition.handle, 0)
    assert all((edition.rst.parent / image).is_file() for image in images)
    assert all((sphinx[0] / image).is_file() for image in shown)


def test_footnotes_are_linked_both_ways(edition: Edition) -> None:
    tree = doctree(edition.rst.read_text("utf-8"))
    notes: list[Any] = list(tree.findall(nodes.footnote))
    marks: list[Any] = list(tree.findall(nodes.footnote_reference))
    assert [note["names"] for note in notes] == [[str(number + 1)] for number in range(len(notes))]
    assert [mark["refid"] for mark in marks] == [note["ids"][0] for note in notes]


def test_no_escape_is_left_over(editions: Editions) -> None:
    """The real document has no backslash, so what its page has would be an escape."""
    source = editions("real").rst.read_text("utf-8")
    page = publish_string(source, writer="html5", settings_overrides={"embed_stylesheet": False})
    assert "\\" in source
    assert "\\" not in re.sub(r"<(style|script).*?</\1>", "", page.decode("utf-8"), flags=re.DOTALL)
