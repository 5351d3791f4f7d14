"""Commands that meet others, a full disk, closed directories, or what somebody has damaged."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.build.test_crashes import COMMANDS, NEW, OLD, TORTURE, Plans, plans, prepared
from tests.support.crashes import contents, printed, restore, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["plans"]  # a fixture

pytestmark = pytest.mark.slow

SITE = COMMANDS["site"].arguments
WAITING = "waiting for another run of milepost in this directory …"


def milepost(directory: Path, *arguments: str, before: tuple[str, ...] = (), **environment: str) -> list[str]:
    """Run a command that must fail without a traceback; return the lines that it prints as errors."""
    done = subprocess.run(
        [*before, sys.executable, "-m", "milepost", *arguments],
        cwd=directory,
        env=environment or None,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()


# --- Several at once ---


def free_port() -> int:
    with socket.create_server(("localhost", 0)) as server:
        return int(server.getsockname()[1])


ALL: tuple[tuple[str, ...], ...] = (
    ("build", "pdf"),
    ("build", "all"),
    ("diff", "base.yaml", "--no-pdf"),
    ("editions", "--no-pdf"),
)
if TORTURE:
    ALL += (*(("build", target) for target in ("rst", "figures", "site")), *ALL)


def test_all_commands_at_once_give_what_they_give_one_by_one(plans: Plans, tmp_path: Path) -> None:
    alone, together = plans.new, tmp_path / "together"
    prepared(together, with_new=True)
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "milepost", *command],
            cwd=together,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for command in [*ALL, ("serve", "--port", str(free_port()))]
    ]
    server = processes[-1]
    errors = [process.communicate(timeout=600)[1] for process in processes if process is not server]
    server.send_signal(signal.SIGINT)
    server.communicate(timeout=60)

    assert [process.returncode for process in processes if process is not server] == [0] * len(errors), errors
    assert any(WAITING in text for text in errors)
    assert max(text.count(WAITING) for text in errors) == 1
    for output in ("rst", "site", "diff", "editions/site", "latex/figures"):
        one, other = (contents(each / "build" / output) for each in (alone, together))
        if output == "site":  # whether it offers the PDF, and finds it, depends on the command that came last
            one, other = (
                {
                    name: data
                    for name, data in each.items()
                    if name not in {"index.html", "searchindex.js", "DOC-1.pdf"}
                }
                for each in (one, other)
            )
        assert one == other, output
    assert (alone / "build/DOC-1.pdf").read_bytes() == (together / "build/DOC-1.pdf").read_bytes()


# --- A full disk, closed directories, a poor environment ---


@pytest.mark.parametrize("name", ["site", "rst", "diff", "editions"])
def test_a_full_disk_leaves_the_old_output_and_is_forgotten(tmp_path: Path, plans: Plans, name: str) -> None:
    command, plan = COMMANDS[name], tmp_path / "plan"
    old, new = (contents(each / command.output) for each in (plans.old, plans.new))

    for size in (0, 100, 3_000, 30_000) if TORTURE else (3_000,):
        restore(plans.old, plan)
        assert run(plan, command.arguments, largest_file=size) == 1
        message = printed(plan)
        assert "Traceback" not in message
        assert "file too large" in message
        assert contents(plan / command.output) == old
        assert run(plan, command.arguments) == 0
        assert contents(plan / command.output) == new


def without_privileges() -> tuple[str, ...]:
    """Return a prefix for commands that makes permissions count, also for root."""
    if os.geteuid():
        return ()
    if not shutil.which("setpriv"):
        pytest.skip("root may write everywhere")
    return ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


@pytest.mark.parametrize("name", ["build", "build/site-work/html", "build/site-work/doctrees"])
def test_a_closed_directory_is_named_and_nothing_is_lost(plans: Plans, tmp_path: Path, name: str) -> None:
    plan = tmp_path / "plan"
    restore(plans.old, plan)
    old = contents(plan / "build/site")
    closed = plan / name
    closed.chmod(0o500)
    try:
        errors = milepost(plan, "build", "site", "--no-pdf", before=without_privileges())
    finally:
        closed.chmod(0o755)

    assert f"{name}/" in errors[-1]
    assert errors[-1].endswith(": permission denied (check the permissions and the free space)")
    assert contents(plan / "build/site") == old
    assert run(plan, SITE) == 0


def test_neither_home_nor_a_directory_for_temporary_files_is_needed(plans: Plans, tmp_path: Path) -> None:
    plan = tmp_path / "plan"
    prepared(plan, with_new=True)
    environment = {"PATH": os.environ["PATH"], "TMPDIR": "/nowhere"} | {
        name: value for name, value in os.environ.items() if name == "PYTHONPATH"
    }
    command = ["build", "rst", "site", "--no-pdf"]
    outputs = []
    for home in ({}, {"HOME": "/nowhere"}):
        done = subprocess.run(
            [sys.executable, "-m", "milepost", *command],
            cwd=plan,
            env=environment | home,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        outputs.append(contents(plan / "build/site") | contents(plan / "build/rst"))
        shutil.rmtree(plan / "build")
    assert outputs == [contents(plans.new / "build/site") | contents(plans.new / "build/rst")] * 2


# --- What is remembered, damaged ---


def removed(path: Path) -> None:
    path.unlink()


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def garbled(path: Path) -> None:
    path.write_bytes(b"\x80garbled" + path.read_bytes()[:50])


def of_other_types(path: Path) -> None:
    """Replace each value of a JSON file by one of another type."""
    try:
        values = json.loads(path.read_text("utf-8"))
    except ValueError:
        return emptied(path)
    path.write_text(json.dumps(dict.fromkeys(values, 7)))
    return None


def replaced_by_a_directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES = (removed, emptied, garbled, of_other_types)
REMEMBERED = (
    ".state.json",
    ".site.json",
    ".rst.json",
    "site-work/finished.json",
    "site-work/doctrees/environment.pickle",
    "site-work/doctrees/milepost-html.json",
    "site-work/doctrees/index.doctree",
    "site-work/html/.buildinfo",
    "site-work/html/searchindex.js",
    "site-work/html/milestones/m-1.html",
    "site-work/html/_static/milepost.css",
    "site-work/source/index.rst",
    "site/index.html",
    "site/_static/site.css",
    "rst/figures/chart.svg",
)


def cases() -> Iterator[tuple[str, Callable[[Path], None]]]:
    """Yield each file with each damage, or in a short run with one of them."""
    if TORTURE:
        yield from itertools.product(REMEMBERED, DAMAGES)
    else:
        yield from zip(REMEMBERED, itertools.cycle(DAMAGES), strict=False)


@pytest.mark.parametrize(
    ("name", "damage"),
    [pytest.param(name, damage, id=f"{name}-{damage.__name__}") for name, damage in cases()],
)
def test_what_was_damaged_is_made_again(
    plans: Plans, tmp_path: Path, name: str, damage: Callable[[Path], None]
) -> None:
    plan = tmp_path / "plan"
    new = contents(plans.new / "build/site") | contents(plans.new / "build/rst")
    restore(plans.old, plan)
    assert (plan / "milestones.yaml").read_text("utf-8") == NEW != OLD
    damage(plan / "build" / name)

    assert run(plan, ("build", "rst", "site", "--no-pdf")) == 0, printed(plan)

    left = contents(plan / "build/site") | contents(plan / "build/rst")
    if name in {".site.json", ".rst.json"}:  # what is removed now is not known to be ours
        left = {each: data for each, data in left.items() if each in new}
    assert left == new
