"""A release from its conditions to its tag, and the next draft, in real repositories."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from tests.support import crashes
from tests.support.repositories import Repository

from milepost.authoring.canonical import canonical
from milepost.cli.main import main
from milepost.git import commit
from milepost.release.plan import Reopening, plan_reopening

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.slow

DAY = "2024-02-15"
ROOT = Path(__file__).parents[1]
SMALL = (ROOT / "data/small.yaml").read_text("utf-8")
OLD = SMALL.replace("status: draft", "status: approved").replace(
    "    description: Second version.\n",
    "    description: Second version.\n    issue: X-2\n",
)
ENTRY = """\
  - version: 1.11    # the next one
    date: 2024-02-14
    owner: A. Author
    description: Dates of 'M-2', approved in :jira:`X-3`.
    authorises: [M-2, document]
"""
NEW = (
    OLD.replace("status: approved", "status: 'draft'  # draft or approved")
    .replace("due: 2024-06-01", "due: 2024-07-01")
    .replace("sections:\n", f"{ENTRY}sections:\n", 1)
)
IDENTITY = {"user.name": "B. Editor", "user.email": "b@example.org"}
RELEASED = NEW.replace("'draft'", "'approved'")
LINES = NEW.splitlines()
STATUS, LAST = (
    next(number for number, line in enumerate(LINES, 1) if text in line)
    for text in ("status:", "version: 1.11")
)


class Ran(NamedTuple):
    code: int
    printed: str
    problems: list[str]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A repository with a release, v1.10, and the committed draft of 1.11."""
    repository = Repository(tmp_path_factory.mktemp("release") / "plan")
    for key, value in IDENTITY.items():
        repository.git("config", key, value)
    repository.commit(OLD, tag="v1.10")
    repository.commit(NEW)
    return repository


@pytest.fixture
def plan(prepared: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    shutil.copytree(prepared.directory, tmp_path / "plan", symlinks=True)
    monkeypatch.chdir(tmp_path / "plan")
    repository = object.__new__(Repository)
    repository.directory, repository.clock = tmp_path / "plan", prepared.clock
    repository.source = repository.directory / "milestones.yaml"
    return repository


@pytest.fixture
def milepost(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    def run(*arguments: str) -> Ran:
        capsys.readouterr()
        code = main(arguments)
        output, errors = capsys.readouterr()
        return Ran(code, output, errors.splitlines())

    return run


def state(plan: Repository) -> tuple[bytes, str, str, str]:
    """Return all that a release may change: the YAML, the commits, the tags and the index."""
    index = plan.git("ls-files", "--stage")
    return plan.source.read_bytes(), plan.git("rev-parse", "HEAD"), plan.git("for-each-ref"), index


# --- The conditions -----------------------------------------------------------------------------------------


def edit(*changes: tuple[str, str], commit: bool = True) -> Callable[[Repository], object]:
    def change(plan: Repository) -> None:
        text = plan.source.read_text("utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        plan.source.write_text(text, "utf-8")
        if commit:
            plan.commit()

    return change


def git(*arguments: str) -> Callable[[Repository], object]:
    return lambda plan: plan.git(*arguments)


def nothing(_: Repository) -> None:
    """Leave the repository as it is: the arguments ask for what cannot be."""


FIRST = ("name: First", "name: Zeroth"), ("[M-2,", "[M-1, M-2,")


def hidden(plan: Repository) -> None:
    plan.git("update-index", "--assume-unchanged", "milestones.yaml")
    edit(*FIRST, commit=False)(plan)


def template(plan: Repository) -> None:
    path = plan.directory / "templates/latex/body.tex.jinja"
    path.parent.mkdir(parents=True)
    path.write_text("x")


def no_identity(plan: Repository) -> None:
    plan.git("config", "user.useConfigOnly", "true")
    plan.git("config", "--unset", "user.email")


def tagged_in_origin(plan: Repository) -> None:
    origin = Repository(plan.directory.with_name("origin"), plan)
    origin.git("tag", "v1.11")
    plan.git("remote", "add", "upstream", str(origin.directory))


def merging(plan: Repository) -> None:
    plan.git("switch", "--quiet", "--create", "other", "v1.10")
    plan.commit("x" + OLD)
    plan.git("switch", "--quiet", "main")
    plan.git("update-ref", "MERGE_HEAD", "other")


MORE = "  - {date: 2024-02-15, owner: A, description: More.}\n"
VIOLATIONS: dict[str, tuple[Callable[[Repository], object], list[str]]] = {
    "no entry": (edit((ENTRY, "")), []),
    "no change record": (edit((NEW[NEW.index("change_record:") : NEW.index("sections:")], "")), []),
    "no version": (edit(("  - version: 1.11    # the next one\n    date", "  - date")), []),
    "not the last entry": (
        edit((ENTRY, f"{ENTRY}  - {{date: 2024-02-15, owner: A, description: More.}}\n")),
        [],
    ),
    "another version": (nothing, ["1.12"]),
    "the version in other words": (nothing, ["v1.11"]),
    "the version of another entry": (edit(("version: 1.11 ", "version: 1.10 ")), ["1.10", "--tag", "new"]),
    "a lower version": (edit(("version: 1.11 ", "version: 1.9 ")), ["1.9"]),
    "the same version in other words": (edit(("version: 1.11 ", "version: 1.010 ")), ["1.010"]),
    "no date": (edit(("    date: 2024-02-14\n", "")), []),
    "no owner": (edit(("    owner: A. Author\n    description: Dates", "    description: Dates")), []),
    "no authority": (edit((", approved in :jira:`X-3`", "")), []),
    "a date in the future": (nothing, ["1.11", "--date", "2024-02-13"]),
    "a date before the entry above": (edit(("2024-02-14", "2022-02-14")), []),
    "a change that is not committed": (edit(*FIRST, commit=False), []),
    "a hidden change": (hidden, []),
    "a new template": (template, []),
    "no branch": (git("switch", "--quiet", "--detach"), []),
    "a merge": (merging, []),
    "no identity": (no_identity, []),
    "a tag": (git("tag", "v1.11", "v1.10"), []),
    "a tag in the remote repository": (tagged_in_origin, ["1.11", "--remote", "upstream"]),
    "no such remote repository": (nothing, ["1.11", "--remote", "upstream"]),
    "a name that is none of a tag": (nothing, ["1.11", "--tag", "v1..11"]),
    "an error": (edit(("predecessors: [M-1]", "predecessors: [M-9]")), []),
    "a character without a glyph": (edit(("name: First", "name: 第"), ("[M-2,", "[M-1, M-2,")), []),
    "a warning": (
        edit(("  DEF:\n", "  XYZ: Unused\n  DEF:\n"), ("[M-2,", "[acronyms, M-2,")),
        ["1.11", "--strict"],
    ),
    "a change without authority": (edit(("due: 2024-03-01", "due: 2024-03-02")), []),
    "a name that means nothing": (edit(("[M-2,", "[M-7, M-2,")), []),
    "an older entry that was changed": (
        edit(("description: First version,", "description: First version;")),
        [],
    ),
    "approved": (edit(("'draft'", "'approved'")), []),
    "a status that is repeated": (
        edit(("'draft'", "&mark draft"), ("draft_mark: Draft", "draft_mark: *mark")),
        [],
    ),
    "obsolete": (edit(("'draft'", "obsolete")), []),
}
MESSAGES = dict(
    re.findall(
        r"^== (.+)\n((?:(?!== ).+\n)+)", (ROOT / "golden/release.txt").read_text("utf-8"), re.MULTILINE
    )
)
"""What each violation is reported as; warnings are left out."""


@pytest.mark.parametrize("name", VIOLATIONS)
def test_each_condition_by_itself(name: str, plan: Repository, milepost: Callable[..., Ran]) -> None:
    violate, arguments = VIOLATIONS[name]
    violate(plan)
    before = state(plan)
    ran = milepost("release", "--date", DAY, *(arguments or ["1.11"]), "--write")
    *problems, _ = [line for line in ran.problems if "warning: " not in line]

    assert (ran.code, "".join(f"{line}\n" for line in problems)) == (1, MESSAGES[name])
    assert state(plan) == before


def test_all_conditions_at_once(plan: Repository, milepost: Callable[..., Ran]) -> None:
    edit(("due: 2024-03-01", "due: 2024-03-02"), ("predecessors: [M-1]", "predecessors: [M-9]"))(plan)
    plan.git("tag", "v1.11")
    plan.git("switch", "--quiet", "--detach")
    plan.source.write_text(plan.source.read_text("utf-8").replace("'draft'", "approved"), "utf-8")
    ran = milepost("release", "1.11", "--date", "2024-01-01")

    assert ran.printed == (
        "[ ] the last entry of the change record is 1.11, and complete\n"
        "[ ] everything that is printed is committed\n"
        "[ ] git can commit to a branch\n"
        "[ ] no release has the tag v1.11\n"
        "[ ] the document has no errors\n"
        "[ ] all changes since v1.11 are authorised\n"
        "[ ] the document is a draft\n"
    )


@pytest.mark.parametrize("content", ["format: 2\n", "", "- a\n", "format: 1\ndocument: {\n"])
def test_what_cannot_be_read_is_not_said_to_hold(
    content: str, plan: Repository, milepost: Callable[..., Ran]
) -> None:
    plan.commit(content)
    ran = milepost("release", "1.11")

    assert ran.code == 1
    assert ran.printed.count("[?]") == 3
    assert ran.printed.count("[ ]") == 1
    assert ran.problems[-1].endswith("to solve; nothing is changed")


# --- A release, and the next draft --------------------------------------------------------------------------

HOLDS = """\
[x] the last entry of the change record is 1.11, and complete
[x] everything that is printed is committed
[x] git can commit to a branch
[x] no release has the tag v1.11
[x] the document has no errors
[x] all changes since v1.10 are authorised
[x] the document is a draft

"""
MESSAGE = "Release DOC-1 1.11\n\nDates of 'M-2', approved in X-3.\n"


def test_a_dry_run_shows_everything_and_changes_nothing(
    plan: Repository, milepost: Callable[..., Ran]
) -> None:
    before = state(plan)
    ran = milepost("release", "1.11", "--date", DAY)

    assert (ran.code, ran.problems) == (0, [])
    assert ran.printed == (
        f"{HOLDS}milestones.yaml:{STATUS}\n"
        "-   status: 'draft'  # draft or approved\n"
        "+   status: 'approved'  # draft or approved\n"
        "commit to main\n"
        "  Release DOC-1 1.11\n"
        "\n"
        "  Dates of 'M-2', approved in X-3.\n"
        "tag v1.11\n"
        "  Release DOC-1 1.11\n"
        "\n"
        "nothing is changed yet; add --write to do this\n"
    )
    assert state(plan) == before
    assert not (plan.directory / "build").exists()


def test_a_release_and_the_next_draft(
    plan: Repository, milepost: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1707955200")  # 2024-02-15
    plan.git("remote", "add", "origin", "https://example.org/plan.git")
    (plan.directory / "notes").write_text("not of the release")
    plan.git("add", "notes")
    parent = plan.git("rev-parse", "HEAD")
    ran = milepost("release", "1.11", "--write")

    commit = plan.git("rev-parse", "HEAD").strip()
    assert (ran.code, ran.problems) == (0, [])
    assert ran.printed == (
        f"{HOLDS}milestones.yaml: written\n"
        f"committed to main as {commit[:8]}\n"
        "tagged v1.11\n"
        "to publish it: git push --atomic origin main v1.11\n"
    )
    assert plan.source.read_text("utf-8") == RELEASED
    assert plan.git("rev-parse", "HEAD^") == parent
    assert plan.git("show", "--format=%an <%ae>%n%B", "--name-only") == (
        f"B. Editor <b@example.org>\n{MESSAGE}\n\nmilestones.yaml\n"
    )
    assert plan.git("status", "--porcelain") == "A  notes\n"
    assert plan.git("cat-file", "-t", "v1.11") == "tag\n"
    assert plan.git("rev-parse", "v1.11^{}").strip() == commit
    assert plan.git("tag", "--list", "--format=%(contents)%(taggername)", "v1.11") == (
        "Release DOC-1 1.11\nB. Editor\n"
    )

    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert milepost("check", "--strict").code == 0
    assert milepost("build", "pdf").code == 0
    text = subprocess.run(
        ["pdftotext", "build/DOC-1.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    assert f"({commit[:8]})" in text
    assert "Draft" not in text
    assert "2024-02-14" in text
    again = milepost("release", "1.11", "--date", DAY, "--write")
    assert [line.partition(": ")[2] for line in again.problems] == [
        "there is already a tag v1.11 (release another version, or choose the name with --tag)",
        "the document is approved already (begin the next draft: milepost release --reopen)",
        "2 problems to solve; nothing is changed",
    ]

    assert milepost("release", "--reopen", "--date", "2024-03-01", "--write").code == 0
    assert plan.git("diff", "--unified=0", "HEAD^", "HEAD").partition("+++ b/milestones.yaml\n")[2] == (
        f"@@ -{STATUS} +{STATUS} @@ document:\n"
        "-  status: 'approved'  # draft or approved\n"
        "+  status: 'draft'  # draft or approved\n"
        f"@@ -{LAST + 4},0 +{LAST + 5},6 @@ change_record:\n"
        "+  # - version:\n"
        "+  #   date:\n"
        "+  #   owner:\n"
        "+  #   description:\n"
        "+  #   issue:\n"
        "+  #   authorises:\n"
    )
    assert plan.git("log", "-1", "--format=%B") == "Begin the next draft of DOC-1\n\n"
    assert milepost("check", "--strict").code == 0
    assert [line.partition(": ")[2] for line in milepost("release", "--reopen", "--write").problems] == [
        "the document is a draft already (edit it, then: milepost release VERSION)",
        "1 problem to solve; nothing is changed",
    ]
    assert milepost("editions", "--no-pdf", "--tags", "v1.11").code == 0
    site = plan.directory / "build/editions/site"
    assert (
        "Draft"
        not in (site / "v/v1.11/index.html").read_text("utf-8").partition("<body")[2].partition("<footer")[0]
    )


def test_an_obsolete_document_can_be_reopened(plan: Repository, milepost: Callable[..., Ran]) -> None:
    plan.commit(RELEASED.replace("'approved'", "obsolete"), tag="v1.11")

    assert milepost("release", "--reopen", "--no-commit", "--write").code == 0
    assert "  status: draft  #" in plan.source.read_text("utf-8")


def test_a_document_in_canonical_form_stays_in_it(tmp_path: Path) -> None:
    source = tmp_path / "milestones.yaml"
    source.write_bytes(
        canonical(OLD.replace("draft_mark: Draft", "draft_mark: Draft ").encode(), "plan.yaml")
    )
    day = date(2024, 3, 1)
    for entry in ({}, {"version": "1.11", "owner": "B.", "text": "All dates, as they are known now. " * 5}):
        plan = plan_reopening(Reopening(source=source, day=day, commits=False, **entry))
        assert plan.after != plan.before
        assert canonical(plan.after, "plan.yaml") == plan.after


def test_the_next_draft_with_its_entry(plan: Repository, milepost: Callable[..., Ran]) -> None:
    plan.commit(RELEASED, tag="v1.11")
    entry = ("--owner", "B.", "--text", "Dates: all of them.", "--issue", "X-4", "--date", "2024-03-01")
    ran = milepost("release", "--reopen", "1.12", *entry, "--write", "--message", "Go on")

    new = (
        "  - version: 1.12\n    date: 2024-03-01\n    owner: B.\n"
        '    description: "Dates: all of them."\n    issue: X-4\n'
    )
    assert ran.code == 0
    assert plan.source.read_text("utf-8") == NEW.replace(ENTRY, ENTRY + new)
    assert plan.git("log", "-1", "--format=%B") == "Go on\n\n"
    assert milepost("release", "1.12", "--date", "2024-03-02", "--strict").code == 0


NOT_AFTER = "is not after 1.11, the last one in the change record (choose the next version)"
OLDEST_FIRST = "(write the oldest first, and add new entries at the end)"
NEW_ENTRY = ["1.12", "--owner", "B", "--text"]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["1.11"], f"the version 1.11 {NOT_AFTER}"),
        (["1.2"], f"the version 1.2 {NOT_AFTER}"),
        ([*NEW_ENTRY, "In :jra:`X`.", "--date", "2024-03-01"], "there is no role jra (did you mean jira?)"),
        (
            [*NEW_ENTRY, "Dates.", "--date", "2023-03-01"],
            f"2023-03-01 is before the date of the entry above, 2024-02-14 {OLDEST_FIRST}",
        ),
    ],
)
def test_an_entry_that_cannot_follow(
    arguments: list[str], problem: str, plan: Repository, milepost: Callable[..., Ran]
) -> None:
    plan.commit(RELEASED, tag="v1.11")
    before = state(plan)
    ran = milepost("release", "--reopen", *arguments, "--write")

    assert (ran.code, ran.problems[0]) == (1, f"milestones.yaml: {problem}")
    assert state(plan) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "name the version to release, or say --reopen"),
        (["1.11", "--owner", "A"], "--owner needs --reopen"),
        (["--reopen", "--tag", "x"], "--tag and --reopen do not go together"),
        (["1.11", "--date", "2024-02-30"], "February 2024 has 29 days; write YYYY-MM-DD"),
    ],
)
def test_a_wrong_command_line(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["release", *arguments])

    assert raised.value.code == 2
    assert capsys.readouterr().err.endswith(f"{message}\n")


def test_without_a_commit(plan: Repository, milepost: Callable[..., Ran]) -> None:
    _, *before = state(plan)
    ran = milepost("release", "1.11", "--date", DAY, "--no-commit", "--write")

    assert ran.printed.endswith("\n\nmilestones.yaml: written\n")
    assert state(plan) == (RELEASED.encode(), *before)


def test_before_the_first_commit(plan: Repository, milepost: Callable[..., Ran]) -> None:
    shutil.rmtree(plan.directory / ".git")
    plan.git("init", "--quiet")
    for key, value in IDENTITY.items():
        plan.git("config", key, value)

    assert milepost("release", "1.11", "--date", DAY).problems[0] == MESSAGES["a new template"].rstrip()
    plan.commit()
    assert milepost("release", "1.11", "--date", DAY, "--write").code == 0
    assert plan.git("tag") == "v1.11\n"


def test_outside_of_git(plan: Repository, milepost: Callable[..., Ran]) -> None:
    shutil.rmtree(plan.directory / ".git")
    ran = milepost("release", "1.11", "--date", DAY, "--write")
    assert ran.printed.count("[?]") == 3
    assert ran.problems[:-1] == [
        "milestones.yaml: this file is in no git repository (write it without a commit: --no-commit)"
    ]
    assert milepost("release", "1.11", "--date", DAY, "--no-commit", "--write").code == 0
    assert plan.source.read_text("utf-8") == RELEASED
    assert milepost("check", "--strict").code == 0


# --- Unusual repositories -----------------------------------------------------------------------------------


def hook(name: str, script: str) -> Callable[[Repository], None]:
    def install(plan: Repository) -> None:
        path = plan.directory / ".git/hooks" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    return install


FAILURES = {
    "a commit without a key": (git("config", "commit.gpgSign", "true"), "git did not make the commit: "),
    "a tag without a key": (git("config", "tag.gpgSign", "true"), "git did not make the tag: "),
    "a locked index": (
        lambda plan: (plan.directory / ".git/index.lock").touch(),
        "git did not make the commit: Unable to create",
    ),
    "a hook that refuses": (
        hook("pre-commit", "echo 'not today' >&2; echo; echo why; exit 1"),
        "git did not make the commit: not today; why (fix that, and try again)",
    ),
    "a hook that refuses the message": (
        hook("commit-msg", "! grep -q Release $1"),
        "git did not make the commit: no reason given (fix that, and try again)",
    ),
    "a hook that changes the file": (
        hook("pre-commit", "echo '# more' >> milestones.yaml; git add milestones.yaml"),
        "a hook changed milestones.yaml while it was committed (",
    ),
}


@pytest.mark.parametrize("name", FAILURES)
def test_after_a_failure_everything_is_as_before(
    name: str, plan: Repository, milepost: Callable[..., Ran]
) -> None:
    prepare, problem = FAILURES[name]
    plan.git("config", "gpg.program", "false")
    (plan.directory / "staged").write_text("kept")
    plan.git("add", "staged")
    prepare(plan)
    before = state(plan)
    plan.source.chmod(0o640)
    ran = milepost("release", "1.11", "--date", DAY, "--write")

    assert (ran.code, len(ran.problems)) == (1, 1)
    assert ran.problems[0].startswith(problem)
    (plan.directory / ".git/index.lock").unlink(missing_ok=True)
    assert state(plan) == before
    assert plan.source.stat().st_mode & 0o777 == 0o640
    assert plan.git("status", "--porcelain") == "A  staged\n"


def crlf(plan: Repository) -> Path:
    plan.git("config", "core.autocrlf", "true")
    plan.source.write_bytes(NEW.replace("\n", "\r\n").encode())
    return plan.source


def crlf_in_the_commit(plan: Repository) -> Path:
    plan.commit(NEW.replace("\n", "\r\n"))
    return plan.source


def symbolic_link(plan: Repository) -> Path:
    plan.git("mv", "milestones.yaml", "text.yaml")
    plan.source.symlink_to("text.yaml")
    plan.commit()
    return plan.source


def subfolder(plan: Repository) -> Path:
    (plan.directory / "a b").mkdir()
    plan.git("mv", "milestones.yaml", "a b/plan.yaml")
    plan.commit()
    return plan.directory / "a b/plan.yaml"


def worktree(plan: Repository) -> Path:
    plan.git("worktree", "add", "--quiet", "-b", "other", "../other")
    return plan.directory.with_name("other") / "milestones.yaml"


@pytest.mark.parametrize("prepare", [crlf, crlf_in_the_commit, symbolic_link, subfolder, worktree])
def test_unusual_repositories(
    prepare: Callable[[Repository], Path], plan: Repository, milepost: Callable[..., Ran]
) -> None:
    source = prepare(plan)
    old = source.read_bytes()
    ran = milepost("-f", str(source), "release", "1.11", "--date", DAY, "--write")

    assert (ran.code, ran.problems) == (0, [])
    assert source.read_bytes() == old.replace(b"'draft'", b"'approved'")
    assert source.is_symlink() == (prepare is symbolic_link)
    assert milepost("-f", str(source), "check", "--strict") == (0, *milepost("-f", str(source), "check")[1:])
    assert milepost("-f", str(source), "release", "--reopen", "--write").code == 0


# --- Interruptions ------------------------------------------------------------------------------------------


def test_a_kill_leaves_the_old_or_the_new_file(plan: Repository, tmp_path: Path) -> None:
    shutil.copytree(plan.directory, tmp_path / "saved", symlinks=True)
    command = ("release", "1.11", "--date", DAY, "--write")
    number = crashes.count_changes(plan.directory, command)
    assert plan.source.read_text("utf-8") == RELEASED

    seen = set()
    for point in range(1, number + 1, 2):
        crashes.restore(tmp_path / "saved", plan.directory)
        assert crashes.run(plan.directory, command, kill_at=point, torn=True) == crashes.KILLED
        seen.add(plan.source.read_text("utf-8"))
        plan.git("checkout", "--quiet", "--", ".")
        assert crashes.run(plan.directory, command) == 0, crashes.printed(plan.directory)
        assert plan.source.read_text("utf-8") == RELEASED
        assert plan.git("status", "--porcelain") == ""
    assert NEW in seen
    assert seen <= {NEW, RELEASED}


def test_an_interruption_restores_the_file(
    plan: Repository, milepost: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    before = state(plan)
    monkeypatch.setattr(commit, "tag", interrupted)

    assert milepost("release", "1.11", "--date", DAY, "--write").code == 130
    assert state(plan) == before


def test_two_releases_at_once_are_one(plan: Repository) -> None:
    hook("pre-commit", "sleep 1")(plan)
    command = [sys.executable, "-m", "milepost", "release", "1.11", "--date", DAY, "--write"]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    errors = {each.wait(): each.communicate()[1] for each in both}

    assert sorted(errors) == [0, 1]
    assert "the document is approved already" in errors[1]
    assert plan.git("rev-list", "--count", "HEAD") == "3\n"
    assert plan.git("tag") == "v1.10\nv1.11\n"


def test_a_draft_in_canonical_form_is_approved_in_it(plan: Repository, milepost: Callable[..., Ran]) -> None:
    draft = canonical(plan.source.read_bytes(), "plan.yaml")
    plan.source.write_bytes(draft)
    plan.commit()

    assert milepost("release", "1.11", "--date", DAY, "--write").problems == []
    approved = plan.source.read_bytes()
    assert approved == draft.replace(b"status: draft  #", b"status: approved  #")
    assert canonical(approved, "plan.yaml") == approved
