"""The console blocks of the README and of the documentation show what the commands really print."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from tests.support.forked import milepost

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
# Pages about another document than LDM-564, or with a command in two states of it, have tests of their own.
ELSEWHERE = {"approval", "first-document", "languages", "migrating", "month", "review", "templates"}
GUIDES = [page.read_text("utf-8") for page in sorted(ROOT.glob("docs/**/*.md")) if page.stem not in ELSEWHERE]
BLOCKS = re.findall(r"(?s)```console\n(.*?)```", "".join([README, *GUIDES]))
EXAMPLES = [block for block in BLOCKS if not all(line.startswith("$ ") for line in block.splitlines())]
SYNOPSES = [line for block in BLOCKS if block not in EXAMPLES for line in block.splitlines()]


def printed(directory: Path, *arguments: str) -> str:
    return milepost(directory, *arguments, joined=True).stdout


def without_files(output: str) -> str:
    """Return what a difference prints without the names of its files, which the README gives in words."""
    return "".join(line for line in output.splitlines(keepends=True) if not line.startswith("build/diff/"))


def edited() -> str:
    """Return the real document with the lines that the README changes in one milestone."""
    (block,) = re.findall(r"(?s)```yaml\n(.*?)```", README)
    old = (ROOT / "milestones.yaml").read_text("utf-8")
    first, *_, last_kept, new = block.splitlines()
    start = old.index(f"{first}\n")
    end = old.index(f"{last_kept}\n", start) + len(last_kept) + 1
    assert old[start:end] + new == block.rstrip("\n")
    return f"{old[:end]}{new}\n{old[end:]}"


@pytest.mark.parametrize("block", EXAMPLES)
def test_examples(block: str, tmp_path: Path) -> None:
    command, _, output = block.partition("\n")
    arguments = re.sub(r"^\$ (make|milepost) |\bBASE=", "", command).split()
    if arguments == ["check", "2>&1", "|", "grep", "-v", "warning:"]:  # of the line that the README has added
        (tmp_path / "milestones.yaml").write_text(edited(), "utf-8")
        lines = printed(tmp_path, "check").splitlines(keepends=True)
        assert "".join(line for line in lines if "warning:" not in line) == output
        return
    shutil.copy(ROOT / "milestones.yaml", tmp_path)
    shutil.copytree(ROOT / "history", tmp_path / "history")
    arguments += ["--no-pdf"] if arguments[0] == "diff" else []

    assert without_files(printed(tmp_path, *arguments)) == output


@pytest.mark.parametrize("line", SYNOPSES)
def test_synopses(line: str, tmp_path: Path) -> None:
    """Each command with its options is in the help."""
    program, *words = re.findall(r"[\w-]+", line.removeprefix("$ "))
    assert program == "milepost"
    (names,) = re.findall(r"^\$ milepost((?: [a-z]+)*)", line)
    command = names.split()
    usage = printed(tmp_path, *command, "--help")

    for word in words[len(command) :]:
        assert word in usage


def test_there_is_something_to_test() -> None:
    assert EXAMPLES
    assert SYNOPSES
