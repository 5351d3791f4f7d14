"""A YAML with faults, or none at all: Sphinx shows all of them with their places, without a traceback."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.support.published import ROOT
from tests.support.sphinx_projects import Project

from milepost.base.errors import MilepostError, Place, Problem
from milepost.base.files import walk
from milepost.base.paths import BUILT_IN
from milepost.loading.load import load
from milepost.sphinx.source import read
from milepost.web import milestone_page

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


def sphinx_build(project: Project, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "sphinx", "-b", "html", *options, ".", str(project.build)],
        cwd=project.source,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("options", [("-W",), ("-j", "2")])
def test_all_faults_are_shown_with_their_places(tmp_path: Path, options: tuple[str, ...]) -> None:
    project = Project.copied("example", tmp_path)
    project.edit("milestones.yaml", "due: 2030-03-31", "due: 2030-02-31")
    project.edit("milestones.yaml", "predecessors: [GT-2]", "predecessors: [GT-22]")

    done = sphinx_build(project, *options)

    lines = done.stderr.replace(f"{project.source}/", "").splitlines()
    assert [line for line in lines if line] == [
        (
            "milestones.yaml:27:10: ERROR: 2030-02-31 is not a date: February 2030 has 28 days"
            " (write it as year-month-day, like 2019-07-16)"
        ),
        "milestones.yaml:45:20: ERROR: there is no milestone GT-22 (did you mean GT-2?)",
        "ERROR: milestones.yaml has 2 errors, see above; nothing was built",
    ]
    assert "Traceback" not in done.stderr + done.stdout
    assert done.returncode == 2


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    project = Project.copied("example", tmp_path)
    (project.source / "milestones.yaml").unlink()

    done = sphinx_build(project)

    assert done.stderr == (
        f"ERROR: {project.source}/milestones.yaml: there is no such file (check its name and folder)\n"
        "ERROR: milestones.yaml has 1 error, see above; nothing was built\n"
    )
    assert done.returncode == 2


def test_a_fault_leaves_what_was_built_and_can_be_fixed(tmp_path: Path) -> None:
    project = Project.copied("example", tmp_path)
    project.make()
    page = project.build / "html/milestones/gt-1.html"
    before = page.read_bytes()

    project.edit("milestones.yaml", "due: 2030-03-31", "due: 2030-02-31")
    broken = project.make()
    assert broken.warnings.endswith("milestones.yaml has 1 error, see above; nothing was built\n")
    assert (broken.status, broken.read, broken.written, broken.removed) == (2, [], set(), set())
    project.edit("milestones.yaml", "due: 2030-02-31", "due: 2030-03-31")
    fixed = project.make()

    assert (fixed.error, fixed.read) == (None, [])
    assert page.read_bytes() == before


def test_the_file_can_be_elsewhere(tmp_path: Path) -> None:
    project = Project.copied("example", tmp_path)
    (project.source / "milestones.yaml").rename(tmp_path / "plan.yaml")

    built = project.make(milepost_file="../plan.yaml")

    assert (built.error, built.warnings) == (None, "")
    assert (built.output / "milestones/gt-1.html").is_file()


def test_warnings_of_the_yaml_are_errors_with_w(tmp_path: Path) -> None:
    project = Project.copied("example", tmp_path)

    done = sphinx_build(project, "-W", "-D", "suppress_warnings=")

    assert "milestones.yaml:35:5: WARNING: GT-2 was due 2030-06-01, before the data date" in done.stderr
    assert done.returncode == 1


def test_the_example_builds_without_warnings(tmp_path: Path) -> None:
    project = Project.copied("example", tmp_path)

    for options in (("-n", "-W", "-j", "2"), ("-n", "-W", "-E", "-a")):
        done = sphinx_build(project, *options)

        assert (done.stderr, done.returncode) == ("", 0), options


UNPRINTED = """\
format: 1
document:
  handle: PLAN
  title: Plan
  organisation: Us
  authors: [Me]
  status: draft
  data_date: 2024-06-30
  draft_mark: Draft
sections:
  - title: C++
    text: The XYZ is not explained.
  - title: Milestones
    milestones: {level: 1, no_deliveries: None.}
milestones:
  LDM-503-12: {name: First of the DM, level: 2, due: 2024-09-01, predecessors: [LDM-503-17]}
  LDM-503-17: {name: Second, level: 2, due: 2024-08-01}
figures:
  chart: {kind: gantt, level: 2, caption: The chart}
references:
  R-1: {authors: [A], title: T, year: 2024, series: S}
acronyms:
  DM: Data Management
unexpanded: [UVW]
"""


def test_the_documented_example_builds_without_warnings(tmp_path: Path) -> None:
    """A project does not print the document of its YAML, so that warnings about that do not concern it."""
    page = (ROOT / "docs/how-to/sphinx.md").read_text("utf-8")
    settings, theirs = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    *texts, of_others = re.findall(r"```rst\n(.*?)```", page, re.DOTALL)
    (tmp_path / "conf.py").write_text(settings, "utf-8")
    (tmp_path / "index.rst").write_text("\n".join(["Plan\n====\n", *texts]), "utf-8")
    (tmp_path / "milestones.yaml").write_text(UNPRINTED, "utf-8")

    done = sphinx_build(Project(tmp_path, tmp_path / "build"), "-n", "-W", "-D", "numfig=1")

    assert (done.stderr, done.returncode) == ("", 0)
    assert len(texts) == 2
    (tmp_path / "other").mkdir()
    inventory = tmp_path / "build/objects.inv"
    (tmp_path / "other/conf.py").write_text(theirs.replace("None", repr(str(inventory))), "utf-8")
    (tmp_path / "other/index.rst").write_text(f"Other\n=====\n\n{of_others}", "utf-8")
    other = sphinx_build(Project(tmp_path / "other", tmp_path / "other/build"), "-n", "-W")
    assert (other.stderr, other.returncode) == ("", 0)
    about_the_document = {problem.rule for problem in load(tmp_path / "milestones.yaml").warnings}
    assert about_the_document == {
        *("acronym", "figure", "section_address", "selection", "uncited", "undelivered"),
    }


def test_warnings_about_the_approval_do_not_concern_other_projects(tmp_path: Path) -> None:
    approved = UNPRINTED.replace("status: draft", "status: approved\n  issue_url: https://example.org/{key}")
    record = "change_record:\n- {date: 2023-01-01, owner: Me, description: First.}\nsections:"
    (tmp_path / "milestones.yaml").write_text(approved.replace("sections:", record, 1), "utf-8")

    warnings = load(tmp_path / "milestones.yaml").warnings

    assert {problem.rule for problem in warnings} >= {"early", "no_authority", "unversioned"}
    assert read(tmp_path / "milestones.yaml", tmp_path / "cache", BUILT_IN).warnings == ()


def test_warnings_about_milestones_remain(tmp_path: Path) -> None:
    yaml = UNPRINTED.replace("due: 2024-08-01", "due: 2024-10-01")
    (tmp_path / "conf.py").write_text('extensions = ["milepost.sphinx"]\n', "utf-8")
    (tmp_path / "index.rst").write_text("Plan\n====\n", "utf-8")
    (tmp_path / "milestones.yaml").write_text(yaml, "utf-8")

    built = Project(tmp_path, tmp_path / "build").make()

    (warning,) = built.warnings.splitlines()
    assert warning.startswith(
        "milestones.yaml:16:81: WARNING: LDM-503-12 is due 2024-09-01, before its predecessor"
    )
    assert warning.endswith(" [milepost.yaml]")


TEMPLATE_ERROR = Problem(
    rule="template",
    place=Place("templates/milestones/x.html.jinja", 3),
    message="'nam' is not known",
    hint="correct the template",
)


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("function", ["card", "milestone", "redirect"])
def test_an_error_in_a_template_is_one_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function: str, jobs: int
) -> None:
    def fail(*_arguments: object, **_options: object) -> str:
        raise MilepostError(TEMPLATE_ERROR)

    project = Project.copied("example", tmp_path)
    fresh = Project(project.source, tmp_path / "fresh").make()
    with monkeypatch.context() as patch:
        patch.setattr(milestone_page, function, fail)
        failed = project.make(jobs=jobs)
    fixed = project.make(jobs=jobs)

    place = "templates/milestones/x.html.jinja:3: "
    assert failed.warnings.replace(place, "").splitlines() == [
        "ERROR: 'nam' is not known (correct the template)",
        "ERROR: the build failed with 1 error, see above",
    ]
    assert place in failed.warnings
    assert (failed.error, failed.status) == (None, 2)
    assert (fixed.error, fixed.warnings, fixed.status) == (None, "", 0)
    assert {name for name, _ in walk(fresh.output)} <= {name for name, _ in walk(fixed.output)}
    for name in fresh.written:
        assert (fixed.output / name).read_bytes() == (fresh.output / name).read_bytes(), name


def test_a_project_without_milestones_has_no_templates(tmp_path: Path) -> None:
    """Neither beside its source directory, nor after it had milestones."""
    project = Project.copied("example", tmp_path)
    (tmp_path / "templates/milestones").mkdir(parents=True)
    (tmp_path / "templates/milestones/other.html.jinja").write_text("{{", "utf-8")
    project.make("xml")
    for path in project.source.rglob("*.rst"):
        path.write_text(":orphan:\n\nTitle\n=====\n", "utf-8")

    built = project.make("xml", milepost_file="", suppress_warnings=[])

    assert (built.error, built.warnings) == (None, "")
