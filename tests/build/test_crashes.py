"""Commands that are killed at a change of a file: their outputs are old or new, and the next run is right.

A sample of the changes is tried; `make torture` tries all.
"""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.support.crashes import KILLED, contents, count_changes, printed, restore, run

from milepost.base.files import TEMPORARY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.once import Once

pytestmark = pytest.mark.slow

TORTURE = bool(os.environ.get("MILEPOST_TORTURE"))
OLD = (Path(__file__).parents[1] / "data/small.yaml").read_text("utf-8")
NEW = OLD.replace("title: Inner", "title: Core").replace("due: 2024-06-01", "due: 2024-07-01")
DATES = {"GIT_COMMITTER_DATE": "@1750000000 +0000", "GIT_AUTHOR_DATE": "@1750000000 +0000"}


@dataclass(frozen=True)
class Command:
    """A command that writes: its arguments, what it writes to, and how many changes are tried."""

    arguments: tuple[str, ...]
    output: str
    pattern: str
    sample: int


COMMANDS = {
    "site": Command(("build", "site", "--no-pdf"), "build/site", "**/*", 3),
    "rst": Command(("build", "rst"), "build/rst", "**/*", 3),
    "pdf": Command(("build", "pdf"), "build", "*.pdf", 1),
    "diff": Command(("diff", "base.yaml", "--no-pdf"), "build/diff", "**/*", 3),
    "editions": Command(("editions", "--no-pdf"), "build/editions/site", "**/*", 2),
}
# Their parts are killed in every run.
WITH_PDF = {
    "site with pdf": Command(("build", "site"), "build/site", "**/*", 1),
    "diff with pdf": Command(("diff", "base.yaml"), "build/diff", "**/*", 1),
}


def git(directory: Path, *arguments: str) -> None:
    command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-C", str(directory), *arguments]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, **DATES})


def prepared(directory: Path, *, with_new: bool, between: Callable[[], object] = lambda: None) -> None:
    """Write the old document into a repository; call `between`; then commit the new one, if it is wanted."""
    directory.mkdir()
    (directory / "base.yaml").write_text(OLD.replace("name: First", "name: Zeroth"), "utf-8")
    (directory / ".gitignore").write_text("build\n")
    git(directory, "init", "-q", "-b", "main")
    for tag, text in (("v1", OLD), ("v2", NEW))[: 2 if with_new else 1]:
        if tag == "v2":
            between()
        (directory / "milestones.yaml").write_text(text, "utf-8")
        git(directory, "add", ".")
        git(directory, "commit", "-qm", tag)
        git(directory, "tag", tag)


@dataclass(frozen=True)
class Plans:
    """Two directories with the new document: one has the outputs of the old document, the other its own."""

    old: Path
    new: Path


def plans_with(once: Once, name: str, *commands: Command) -> Plans:
    """Return the plans with the outputs of some commands; `name` is that of the directory."""

    def make(directory: Path) -> None:
        for each, with_old in (("old", True), ("new", False)):
            plan = directory / each / "plan"
            plan.parent.mkdir()

            def build(plan: Path = plan) -> None:
                for command in commands:
                    assert run(plan, command.arguments) == 0, printed(plan)

            if with_old:
                prepared(plan, with_new=True, between=build)
            else:
                prepared(plan, with_new=True)
                build()

    directory = once(name, make)
    return Plans(directory / "old/plan", directory / "new/plan")


@pytest.fixture
def plans(once: Once) -> Plans:
    """Give the plans with the outputs of all commands."""
    return plans_with(once, "plans", *COMMANDS.values())


def wait_for_engines_in(directory: Path) -> None:
    """Wait until no engine of TeX runs in the directory; where processes cannot be listed, do not."""

    def engines() -> Iterator[str]:
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if directory in (process / "cwd").readlink().parents:
                    yield (process / "comm").read_text()

    deadline = time.monotonic() + 10
    while any(name.startswith("lua") for name in engines()):
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("name", COMMANDS | WITH_PDF if TORTURE else COMMANDS)
def test_killed_commands_leave_old_or_new_and_the_next_run_is_right(
    once: Once, plans: Plans, tmp_path: Path, name: str
) -> None:
    if name in WITH_PDF:
        plans = plans_with(once, name.replace(" ", "-"), WITH_PDF[name])
    command, plan = (COMMANDS | WITH_PDF)[name], tmp_path / "plan"

    def output(directory: Path = plan) -> dict[str, bytes]:
        return contents(directory / command.output, command.pattern)

    def build() -> dict[str, bytes]:
        assert run(plan, command.arguments) == 0
        return output()

    old, new = output(plans.old), output(plans.new)
    assert old != new
    restore(plans.old, plan)
    number = count_changes(plan, command.arguments)
    assert output() == new

    points = range(1, number + 1)
    if not TORTURE:
        points = points[number // (2 * command.sample) :: max(1, number // command.sample)]
    seen = set()
    for point in points:
        for torn in (False, True) if TORTURE else (bool(point % 2),):
            restore(plans.old, plan)
            # TeX and git are not asked in the same way each time.
            if run(plan, command.arguments, kill_at=point, torn=torn) != KILLED:
                continue
            wait_for_engines_in(plan)
            left = output()
            seen.add("old" if left == old else "new" if left == new else f"neither at {point}")
            assert seen <= {"old", "new"}
            assert build() == new, point
            assert list(plan.rglob(f"{TEMPORARY}*")) == [], point
            assert list(plan.rglob("passes")) == [], point
    print(f"\n{name}: killed at {len(points)} of {number} changes of files: {', '.join(sorted(seen))}")  # noqa: T201
    assert seen
