"""Incremental builds: which documents Sphinx reads after which edit, and which pages it writes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.crashes import restore
from tests.support.sphinx_projects import Built, Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sphinx.application import Sphinx

    from milepost.views.milestones import MilestoneInfo

pytestmark = pytest.mark.slow

PAGES = {"gt-1", "gt-2", "gt-3", "gt-cam-1", "gt-dome-1", "gt-dome-2"}
ALL = ["acronyms", "cards", "charts", "index", "plain", "sub/deep", "tables"]


@pytest.fixture(scope="module")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a directory with the example, built once, and a copy of it in `saved`."""
    directory = tmp_path_factory.mktemp("updates")
    first = Project.copied("example", directory / "now").make()
    assert (first.error, first.warnings, first.read) == (None, "", ALL)
    restore(directory / "now", directory / "saved")
    return directory


@pytest.fixture
def project(built_once: Path) -> Project:
    """The example, built once; always in the same place, because Sphinx reads all again in another."""
    place = built_once / "now"
    restore(built_once / "saved", place)
    return Project(place / "example", place / "build")


def pages(built: Built) -> set[str]:
    """Return the pages of milestones that were written."""
    return {name.removeprefix("milestones/") for name in built.written if name.startswith("milestones/")}


def contents(directory: Path) -> dict[str, str]:
    """Return digests of all files by their names, except what Sphinx keeps of earlier settings."""
    return {
        path.relative_to(directory).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.rglob("*"))
        if path.is_file() and path.name != ".buildinfo.bak"
    }


@pytest.mark.parametrize("builder", ["html", "dirhtml"])
def test_two_processes_write_what_one_writes(tmp_path: Path, builder: str) -> None:
    project = Project.copied("example", tmp_path)

    one = project.make(builder, output="one")
    two = project.make(builder, output="two", jobs=2)

    assert (one.warnings, two.warnings) == ("", "")
    assert contents(one.output) == contents(two.output)


def test_two_builds_write_the_same(tmp_path: Path) -> None:
    first = Project.copied("example", tmp_path / "a").make()
    second = Project.copied("example", tmp_path / "b").make()

    assert contents(first.output) == contents(second.output)


@pytest.mark.parametrize("jobs", [1, 2])
def test_nothing_changed_nothing_read_or_written(project: Project, jobs: int) -> None:
    before = contents(project.build / "html")

    built = project.make(jobs=jobs)

    assert (built.error, built.warnings, built.read, built.written) == (None, "", [], set())
    assert contents(built.output) == before


def test_a_changed_comment_changes_nothing(project: Project) -> None:
    before = contents(project.build / "html")
    project.edit("milestones.yaml", "# The milestones of", "# All milestones of")

    built = project.make()

    assert (built.read, pages(built)) == ([], set())
    assert contents(built.output) == before


EDITS = {
    "a date in all of the documents": (
        ("  completed: 2030-04-10\n", "  completed: 2030-04-11\n"),
        ["charts", "index", "sub/deep", "tables"],
        {"index.html", "gt-1.html", "gt-2.html", "gt-dome-1.html", "gt-dome-2.html"},
    ),
    "a due date that only a table and a chart show": (
        ("    due: 2030-01-31\n", "    due: 2030-01-30\n"),
        ["charts", "tables"],
        {"index.html", "gt-dome-1.html", "gt-1.html"},
    ),
    "a forecast": (
        ("forecast: 2031-01-15", "forecast: 2031-01-16"),
        ["cards", "charts", "tables"],
        {"index.html", "gt-3.html", "gt-2.html"},
    ),
    "a place in the breakdown structure": (
        ("forecast: 2031-01-15", "forecast: 2031-01-15\n    wbs: 1.2"),
        ["cards", "charts", "tables"],
        {"index.html", "gt-3.html"},
    ),
    "a name": (
        ("name: Roof of the dome", "name: Roof of the dome, painted"),
        ["charts", "tables"],
        {"index.html", "gt-dome-2.html", "gt-1.html", "gt-dome-1.html"},
    ),
    "an issue": (("jira: GT-100", "jira: GT-101"), ["sub/deep"], {"gt-1.html"}),
    "a predecessor": (
        ("[GT-DOME-1, GT-DOME-2]", "[GT-DOME-1]"),
        [],
        {"gt-1.html", "gt-dome-2.html"},
    ),
    "an acronym": (("CCD: Charge-Coupled Device", "CCD: Charge Coupled Device"), ["acronyms"], set()),
    "the data date": (
        ("data_date: 2030-06-30", "data_date: 2030-06-29"),
        ["cards", "charts", "tables"],
        {"index.html", *(f"{name}.html" for name in PAGES)},
    ),
    "a word that now is an acronym": (
        ("  HW: Hardware\n", "  HW: Hardware\n  Nothing: No thing\n"),
        ["plain"],
        set(),
    ),
    "the title of the plan": (("title: Plan of the garden", "title: A plan of the garden"), [], set()),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_updates_what_shows_it(project: Project, edit: str) -> None:
    (old, new), read, written = EDITS[edit]
    project.edit("milestones.yaml", old, new)

    built = project.make()

    assert (built.error, built.warnings) == (None, "")
    assert (built.read, pages(built)) == (read, written)
    again = project.make()
    assert (again.read, again.written) == ([], set())


def test_what_several_processes_have_read_is_remembered(tmp_path: Path) -> None:
    project = Project.copied("example", tmp_path)
    project.make(jobs=2)
    (old, new), read, written = EDITS["a name"]
    project.edit("milestones.yaml", old, new)

    built = project.make(jobs=2)

    assert (built.error, built.warnings) == (None, "")
    assert (built.read, pages(built)) == (read, written)
    assert project.make(jobs=2).written == set()


def test_an_updated_output_equals_a_fresh_one(project: Project, tmp_path: Path) -> None:
    for old, new in (
        ("    completed: 2030-02-28\n", ""),
        ("aka: [GT-OLD, LIGHT-1]", "aka: [GT-OLD, LIGHT-2]"),
        ("name: Open to the neighbours", "name: Open to all"),
        ("  CCD: Charge-Coupled Device\n", ""),
        ("  R&D: Research", "  DOME: Device over my equipment\n  R&D: Research"),
    ):
        project.edit("milestones.yaml", old, new)
    project.edit("acronyms.rst", ":acr:`the device <CCD>`", "the DOME")

    updated = project.make()
    fresh = Project(project.source, tmp_path / "fresh").make()

    assert (updated.warnings, fresh.warnings) == ("", "")
    assert updated.removed == {"milestones/light-1.html"}
    assert contents(updated.output) == contents(fresh.output)


def test_a_recoded_milestone_leaves_a_page_that_leads_to_the_new_one(project: Project) -> None:
    project.edit("milestones.yaml", "  GT-3:\n", "  GT-OPEN:\n    aka: [GT-3]\n")

    built = project.make()

    assert built.read == ["cards", "charts", "index", "tables"]
    assert (built.output / "milestones/gt-open.html").is_file()
    assert "GT-3 is now GT-OPEN" in (built.output / "milestones/gt-3.html").read_text("utf-8")
    assert [link["href"] for link in built.body("index.html").select("p a")][3] == "milestones/gt-open.html"


def test_pages_of_removed_milestones_are_removed(project: Project) -> None:
    project.edit("milestones.yaml", ", GT-CAM-1]", "]")
    text = (project.source / "milestones.yaml").read_text("utf-8")
    start, end = text.index("  GT-CAM-1:\n"), text.index("figures:")
    (project.source / "milestones.yaml").write_text(text[:start] + text[end:], "utf-8")

    built = project.make()

    assert built.removed == {"milestones/gt-cam-1.html"}
    assert built.read == ["cards", "charts", "index", "tables"]
    assert sorted(built.warnings.splitlines()) == [
        "cards.rst:6: WARNING: there is no milestone GT-CAM-1 (did you mean GT-DOME-1?) [milepost.ref]",
        "index.rst:4: WARNING: there is no milestone GT-CAM-1 (did you mean GT-DOME-1?) [milepost.ref]",
    ]


def test_without_pages_those_of_before_are_removed(project: Project) -> None:
    built = project.make(milepost_pages="")

    assert built.removed == {f"milestones/{name}.html" for name in PAGES | {"index", "gt-old", "light-1"}}
    assert project.make().written >= {
        f"milestones/{name}.html" for name in PAGES | {"index", "gt-old", "light-1"}
    }


def test_directories_of_pages_are_removed(tmp_path: Path) -> None:
    project = Project.copied("example", tmp_path)
    project.make("dirhtml")
    project.edit("milestones.yaml", "aka: [GT-OLD, LIGHT-1]", "aka: [GT-OLD]")

    built = project.make("dirhtml")

    assert not (built.output / "milestones/light-1").exists()
    assert (built.output / "milestones/gt-old/index.html").is_file()


def test_a_removed_page_is_made_again(project: Project) -> None:
    (project.build / "html/milestones/gt-2.html").unlink()
    (project.build / "html/milestones/gt-old.html").unlink()

    built = project.make()

    assert (built.read, pages(built)) == ([], {"gt-2.html", "gt-old.html"})


def test_an_output_that_was_removed_is_made_again(project: Project) -> None:
    before = contents(project.build / "html")
    for path in (project.build / "html").rglob("*"):
        if path.is_file():
            path.unlink()

    project.make()

    assert contents(project.build / "html") == before


@pytest.mark.parametrize("settings", [{"html_title": "Another"}, {"html_baseurl": "https://example.org/"}])
def test_another_theme_setting_writes_all_pages(project: Project, settings: dict[str, Any]) -> None:
    built = project.make(**settings)

    assert pages(built) >= {f"{name}.html" for name in PAGES}
    fresh = Project(project.source, project.build / "fresh").make(**settings)
    assert contents(built.output) == contents(fresh.output)


def test_a_new_title_of_a_document_is_in_the_contents_beside_all_pages(project: Project) -> None:
    project.edit("plain.rst", "Plain\n=====", "Quite plain\n===========")

    built = project.make()

    assert built.read == ["plain"]
    for name in ("gt-1", "gt-dome-2"):
        sidebar = built.page(f"milestones/{name}.html").select_one(".sidebar-tree")
        assert sidebar is not None
        assert "Quite plain" in sidebar.get_text()


def test_the_place_of_a_section_appears_on_the_pages(project: Project) -> None:
    project.edit("plain.rst", "Plain\n=====", ".. _milestone-gt-2:\n\nPlain\n=====")

    built = project.make()

    assert (built.read, pages(built)) == (["plain"], {"gt-2.html", "gt-cam-1.html"})
    link = built.body("milestones/gt-2.html").select_one("#delivered-in a")
    assert link is not None
    assert (link.get_text(), link["href"]) == ("2.2 First light: GT-2", "../plain.html#milestone-gt-2")


def test_what_another_extension_puts_into_heads_counts(project: Project) -> None:
    def prepare(word: str, of: str = "") -> object:
        def head(_app: Sphinx, name: str, entry: MilestoneInfo) -> str | None:
            return f'<meta name="{word}" content="{name}">' if of in entry.code else None

        return lambda app: app.connect("milepost-page", head)

    first = project.make(prepare=prepare("word", of="DOME"))  # type: ignore[arg-type]
    second = project.make(prepare=prepare("word", of="DOME"))  # type: ignore[arg-type]

    assert pages(first) == {"gt-dome-1.html", "gt-dome-2.html"}
    assert second.written == set()
    meta = first.page("milestones/gt-dome-1.html").select_one('meta[name="word"]')
    assert meta is not None
    assert meta["content"] == "milestones/gt-dome-1"


def test_an_interrupted_build_leaves_nothing_stale(project: Project) -> None:
    before = contents(project.build / "html")
    project.edit("milestones.yaml", "name: Roof of the dome", "name: The roof of the dome")

    def interrupt(app: Sphinx) -> None:
        def stop(_app: Sphinx, page: str, *_: object) -> None:
            if page == "milestones/gt-1":
                raise KeyboardInterrupt

        app.connect("html-page-context", stop)

    with pytest.raises(KeyboardInterrupt):
        project.make(prepare=interrupt)
    project.edit("milestones.yaml", "name: The roof of the dome", "name: Roof of the dome")
    built = project.make()

    assert contents(built.output) == before


def test_an_interrupted_build_leaves_no_document_behind(project: Project) -> None:
    """Sphinx has read the documents again by then, but has not written them."""
    project.edit("milestones.yaml", "name: First light", "name: The first light")

    def interrupt(page: str) -> Callable[[Sphinx], object]:
        def stop(_app: Sphinx, written: str, *_: object) -> None:
            if written == page:
                raise KeyboardInterrupt

        return lambda app: app.connect("html-page-context", stop)

    with pytest.raises(KeyboardInterrupt):
        project.make(prepare=interrupt("index"))
    project.edit("milestones.yaml", "name: The first light", "name: First light")
    with pytest.raises(KeyboardInterrupt):
        project.make(prepare=interrupt("cards"))
    updated = project.make()
    fresh = Project(project.source, project.build / "fresh").make()

    assert (updated.read, project.make().written) == ([], set())
    assert contents(updated.output) == contents(fresh.output)


def test_documents_without_milestones_do_not_depend_on_the_yaml(tmp_path: Path) -> None:
    project = Project.copied("example", tmp_path)
    project.make(milepost_explain_acronyms=False)
    text = (project.source / "milestones.yaml").read_text("utf-8")
    changed = text.replace("2030-", "2029-").replace("Charge-Coupled", "Charge Coupled")
    (project.source / "milestones.yaml").write_text(changed, "utf-8")

    built = project.make(milepost_explain_acronyms=False)

    assert built.read == ["acronyms", "cards", "charts", "index", "sub/deep", "tables"]


def test_a_milestone_that_appears_fixes_what_was_missing(project: Project) -> None:
    project.edit("plain.rst", "Nothing here", "See :any:`GT-4`, :ms:`GT-4`. Nothing here")
    wrong = project.make()
    project.edit(
        "milestones.yaml",
        "  GT-DOME-1:\n",
        "  GT-4:\n    name: End\n    level: 3\n    due: 2031-01-01\n  GT-DOME-1:\n",
    )

    built = project.make()

    assert "there is no milestone GT-4 (did you mean GT-3?)" in wrong.warnings
    assert built.warnings == ""
    assert built.read == ["plain", "tables"]
    assert [link["href"] for link in built.body("plain.html").select("p a")] == ["milestones/gt-4.html"] * 2


def test_warnings_are_shown_once_and_again_when_the_yaml_changes(tmp_path: Path) -> None:
    project = Project.copied("example", tmp_path)
    warning = (
        "milestones.yaml:{}: WARNING: GT-2 was due 2030-06-01, before the data date, and is not completed"
        " (enter its completion or a forecast) [milepost.yaml]"
    )

    first = project.make(suppress_warnings=[])
    second = project.make(suppress_warnings=[])
    project.edit("milestones.yaml", "format: 1\n", "# Another line.\nformat: 1\n")
    third = project.make(suppress_warnings=[])

    assert warning.format("35:5") in first.warnings.splitlines()
    assert second.warnings == ""
    assert warning.format("36:5") in third.warnings.splitlines()


def test_builders_share_what_was_read(project: Project) -> None:
    before = contents(project.build / "html")

    text = project.make("text", doctrees="html")
    again = project.make()
    after = contents(project.build / "html")
    project.edit("milestones.yaml", "name: First light", "name: The first light")
    edited = project.make("text", doctrees="html")
    last = project.make()

    assert (text.read, again.read, again.written) == ([], [], set())
    assert after == before
    assert edited.read == ["cards", "charts", "index", "tables"]
    showing = ("index", "gt-1", "gt-2", "gt-3", "gt-cam-1", "gt-old", "light-1")
    assert (last.read, pages(last)) == ([], {f"{name}.html" for name in showing})
    fresh = Project(project.source, project.build / "fresh").make()
    assert contents(last.output) == contents(fresh.output)


def test_a_damaged_cache_does_no_harm(project: Project) -> None:
    before = contents(project.build / "html")
    (project.build / "doctrees-html/milepost/source.pickle").write_bytes(b"\0" * 100)
    (project.build / "doctrees-html/milepost-html.json").write_text("{", "utf-8")

    built = project.make()

    assert (built.error, built.warnings, built.read) == (None, "", [])
    assert contents(built.output) == before
