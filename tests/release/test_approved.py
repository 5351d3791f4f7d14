"""What `milepost check` finds in the repository of an approved document; the order of versions and tags."""

from __future__ import annotations

import os
import sys
from itertools import combinations
from pathlib import Path

import pytest
from tests.support.repositories import Repository

from milepost.git.releases import ReleaseTags
from milepost.git.repository import Repository as Read
from milepost.loading.load import load
from milepost.release.approved import check_approved
from milepost.release.checked import check_text
from milepost.rules.change_record import compare_versions

APPROVED = (Path(__file__).parents[1] / "data/small.yaml").read_text("utf-8")
APPROVED = (
    APPROVED.replace("status: draft", "status: approved")
    .replace("Second version", "By :jira:`X-2`")
    .replace("2023-02-01", "2024-02-01")
)
PLACE = "milestones.yaml:9:11: "
UNCOMMITTED = (
    "the document is approved, but its YAML or templates have uncommitted changes "
    "(commit them, or write  status: draft)"
)


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    repository = Repository(tmp_path / "plan")
    monkeypatch.chdir(repository.directory)
    return repository


def found() -> list[str]:
    source = Path("milestones.yaml")
    return [str(problem) for problem in check_approved(load(source), source)[1]]


def places() -> dict[str, str]:
    """Return the other places of what is found, and what is said of them."""
    source = Path("milestones.yaml")
    return {
        str(note.place): note.message
        for problem in check_approved(load(source), source)[1]
        for note in problem.others
    }


def test_a_document_that_git_does_not_know(plan: Repository) -> None:
    plan.source.write_text(APPROVED)

    assert found() == [f"{PLACE}warning: {UNCOMMITTED}"]


def test_changes_that_are_not_committed(plan: Repository) -> None:
    plan.commit(APPROVED)
    assert found() == []
    plan.source.write_text(APPROVED.replace("name: First", "name: Zeroth"))
    assert found() == [f"{PLACE}{UNCOMMITTED}"]
    plan.git("add", ".")
    assert found() == [f"{PLACE}{UNCOMMITTED}"]
    plan.source.write_text(APPROVED.replace("approved", "draft"))
    assert found() == []


def test_the_files_that_are_not_committed_are_named(plan: Repository) -> None:
    plan.commit(APPROVED)
    templates = plan.directory / "templates/latex"
    templates.mkdir(parents=True)
    (templates / "new.tex").write_text("new")
    plan.source.write_text(APPROVED.replace("name: First", "name: Zeroth"))
    assert places() == {
        "milestones.yaml": "its changes are not committed",
        "templates/latex/new.tex": "git does not know it",
    }


@pytest.mark.parametrize("folder", ["history", "schedule", "exports/2024"])
def test_states_and_exports_are_committed(folder: str, plan: Repository) -> None:
    text = APPROVED if folder != "exports/2024" else f"{APPROVED}\nschedule: {{folder: exports/2024}}\n"
    plan.commit(text)
    states = plan.directory / folder
    states.mkdir(parents=True)
    state = states / "2023-12-31.csv"
    state.write_text("code,name\n")
    (states / "README.md").write_text("no state\n")
    message = (
        "the document is approved, but earlier states that it is made from are not committed "
        "(commit them, or write  status: draft)"
    )
    assert found() == [f"{PLACE}warning: {message}"]
    assert places() == {f"{folder}/2023-12-31.csv": "git does not know it"}
    plan.git("add", ".")
    assert places() == {f"{folder}/2023-12-31.csv": "its changes are not committed"}
    plan.commit()
    assert found() == []
    state.write_text("code,name,due\n")
    assert places() == {f"{folder}/2023-12-31.csv": "its changes are not committed"}


def test_a_chart_of_states_that_are_not_committed(plan: Repository) -> None:
    figures = 'figures:\n  trend: {kind: trend, caption: Trend., codes: "*"}\n'
    place = '  - title: Trend\n    text: ".. figure:: trend"\n'
    text = APPROVED.replace("sections:\n", f"sections:\n{place}", 1)
    plan.commit(text.replace("figures:\n", figures, 1) if "figures:" in text else text + figures)
    history = plan.directory / "history"
    history.mkdir()
    (history / "2023-12-31.csv").write_text("code,name\n")
    (problem,) = found()
    assert "warning" not in problem


def test_states_in_another_repository(plan: Repository, tmp_path: Path) -> None:
    other = Repository(tmp_path / "exports")
    (other.directory / "2023-12-31.csv").write_text("code,name\n")
    plan.commit(f"{APPROVED}\nschedule: {{folder: ../exports}}\n")
    assert found() == []


def test_an_obsolete_document_is_committed_and_needs_no_tag(plan: Repository) -> None:
    obsolete = APPROVED.replace("status: approved", "status: obsolete")
    plan.commit(obsolete)
    plan.git("tag", "v1.0")
    assert found() == []
    plan.source.write_text(obsolete.replace("name: First", "name: Zeroth"))
    assert found() == [f"{PLACE}{UNCOMMITTED.replace('approved', 'obsolete')}"]


def test_the_tag_of_the_version(plan: Repository) -> None:
    plan.commit(APPROVED)
    assert found() == []  # a project without tags
    plan.git("tag", "something")
    assert found() == []
    plan.git("tag", "v1.0")
    missing = (
        "the document is approved as 1.10, and there is no tag v1.10 (git tag -a v1.10; or fetch the tags)"
    )
    assert found() == [f"{PLACE}warning: {missing}"]
    plan.git("tag", "v1.10")
    (plan.directory / "notes").touch()
    plan.commit()
    assert found() == []  # the commit is another one, the document is the same
    plan.commit(APPROVED.replace("name: First", "name: Zeroth"))
    differs = (
        "the document is approved as 1.10, and differs from what has the tag v1.10 "
        "(begin the next draft: milepost release --reopen)"
    )
    assert found() == [f"{PLACE}warning: {differs}"]


@pytest.mark.slow
@pytest.mark.parametrize("command", [["-a"], ["milestones.yaml"], []])
def test_a_hook_may_check_what_is_about_to_be_committed(command: list[str], plan: Repository) -> None:
    hook = plan.directory / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\n{sys.executable} -m milepost check --strict\n")
    hook.chmod(0o755)
    plan.source.write_text(APPROVED.replace("status: approved", "status: draft"))
    plan.git("add", ".")
    plan.git("commit", "--quiet", "--no-verify", "--message", "Draft")
    plan.git("tag", "v1.0")
    plan.source.write_text(APPROVED)
    if not command:
        plan.git("add", ".")
    plan.git("commit", "--quiet", "--message", "Approve", *command)

    assert plan.git("show", "HEAD:milestones.yaml") == APPROVED


def test_a_hook_of_another_commit_is_no_excuse(plan: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    plan.commit(APPROVED)
    plan.source.write_text(APPROVED.replace("name: First", "name: Zeroth"))
    for index in (".git/index", "/nowhere/index", os.devnull):
        monkeypatch.setenv("GIT_INDEX_FILE", index)
        assert found() == [f"{PLACE}{UNCOMMITTED}"]


def test_an_approved_document_names_its_version_and_its_issue() -> None:
    text = APPROVED.replace("  - version: 1.10\n    date", "  - date").replace("By :jira:`X-2`", "Second")
    _, problems = check_text(text.encode(), Path("milestones.yaml"))

    assert [
        str(problem).removeprefix("milestones.yaml:20:5: the last entry of an approved document ")
        for problem in problems
    ] == [
        "does not name the issue of its approval (add the line  issue: KEY)",
        "has no version (add the line  version: ...)",
    ]


# --- The order of versions ----------------------------------------------------------------------------------

ORDERS = [
    ["0.9", "1.0-alpha", "1.0-beta", "1.0-beta.2", "1.0-rc1", "1.0", "1.0.1", "1.1", "1.9", "1.10", "2"],
    ["A", "B", "Z", "AA", "AB"],
    ["1.6", "1.6a", "1.6b", "1.7"],
    ["Issue 2", "issue 3", "Issue 10"],
    ["2023-12", "2024-03", "2024-10"],
    ["v1.6", "1.7", "V1.8"],
    ["1", "1.0"],
]


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: order[0])
def test_versions_have_an_order(order: list[str]) -> None:
    for lower, higher in combinations(order, 2):
        assert (compare_versions(lower, higher), compare_versions(higher, lower)) == (-1, 1)
    for version in order:
        assert compare_versions(version, version) == 0


@pytest.mark.parametrize(("one", "other"), [("A", "1"), ("1.a", "1.1"), ("?", "!"), ("", "1")])
def test_some_versions_have_no_order(one: str, other: str) -> None:
    assert compare_versions(one, other) is compare_versions(other, one) is None


# --- The names of tags --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tags", "pattern", "prefix", "names"),
    [
        ([], None, "v", []),
        (["v1.0", "v1.10", "vendor", "other"], None, "v", ["v1.0", "v1.10"]),
        (["1.0", "1.10", "other"], None, "", ["1.0", "1.10"]),
        (["v11.10", "2.1.0"], None, "v", ["v11.10"]),
        (["plan-v1.0", "v0.3"], None, "plan-v", ["plan-v1.0"]),
        (["plan-v1.0", "v0.3"], "v*", "v", ["v0.3"]),
        (["plan/1.0", "v0.3"], None, "plan/", ["plan/1.0"]),
        (["x"], "plan/*", "plan/", []),
        (["release-1"], "release-[0-9]*", "v", ["release-1"]),
    ],
)
def test_how_tags_are_named(
    tags: list[str], pattern: str | None, prefix: str, names: list[str], plan: Repository
) -> None:
    plan.commit(APPROVED)
    for tag in tags:
        plan.git("tag", tag)
    repository = Read.discover(plan.directory)
    found = ReleaseTags.of(repository, ["1.0", "1.10", "1.11"], pattern)

    assert (found.prefix, found.names(repository)) == (prefix, names)


def test_the_last_release_is_before_what_is_checked_out_and_has_the_file(plan: Repository) -> None:
    first = plan.commit(APPROVED, tag="v1.0")
    plan.git("switch", "--quiet", "--create", "other")
    plan.commit(APPROVED, tag="v1.10")
    plan.git("switch", "--quiet", "main")
    plan.git("rm", "--quiet", "milestones.yaml")
    plan.commit(tag="v1.0.1")
    plan.commit(APPROVED)
    repository = Read.discover(plan.directory)

    assert ReleaseTags.of(repository, ["1.0"]).before(repository, plan.source) == ("v1.0", first)
