"""A copy of this repository's document in a repository of its own, where it is edited and built."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from tests.benchmarks.measuring import MILEPOST, ROOT, Sample, environment, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_COMPLETED = re.compile(r"^    completed: (\d{4}-\d{2})-(\d{2})$", re.MULTILINE)
_DAYS = range(11, 29)
_PASSES = re.compile(r"(?:(once)|(\d+) times) through LaTeX")
_WORD = re.compile(r"it is intended to provide (\w+)")
"""A word of a text that is in one line of the PDF, whatever it is."""
_WORDS = ("guidance", "advice", "direction")


@dataclass(frozen=True, slots=True)
class Workplace:
    """A directory with the document, its history and the Makefile, all of it committed."""

    directory: Path

    @classmethod
    def made_in(cls, directory: Path) -> Workplace:
        """Return one that has just been made in `directory`."""
        for name in ("milestones.yaml", "Makefile", "pyproject.toml"):
            shutil.copy2(ROOT / name, directory / name)
        shutil.copytree(ROOT / "history", directory / "history")
        (directory / ".gitignore").write_text("/build/\n/.venv\n", "utf-8")
        (directory / ".venv").symlink_to(ROOT / ".venv")
        who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        for arguments in (("init", "-q"), ("add", "."), (*who, "commit", "-q", "-m", "The document")):
            subprocess.run(("git", *arguments), cwd=directory, check=True, env=environment())
        return cls(directory)

    @property
    def source(self) -> Path:
        """The document."""
        return self.directory / "milestones.yaml"

    @property
    def build(self) -> Path:
        """The directory of all that is generated."""
        return self.directory / "build"

    def restore(self) -> None:
        """Undo all edits of the document."""
        shutil.copyfile(ROOT / "milestones.yaml", self.source)

    def clean(self) -> None:
        """Remove everything that is generated."""
        shutil.rmtree(self.build, ignore_errors=True)

    def milepost(self, *arguments: str) -> Sample:
        """Run the program."""
        done = run((*MILEPOST, *arguments), self.directory)
        return replace(done, passes=passes(done.output))

    def make(self, target: str) -> Sample:
        """Run `make`, where the environment is as it is; setting it up is not measured."""
        return run(
            ("make", "-o", ".venv/.ready-to-run", "-o", ".venv/.ready-for-site", target), self.directory
        )

    def edit(self, kind: str) -> None:
        """Make an edit of this kind in the document."""
        self.source.write_text(EDITS[kind](self.source.read_text("utf-8")), "utf-8")

    def bare_pass(self, directory: Path) -> Sample:
        """Run the engine once over the LaTeX of the last build, in a copy of its directory.

        Args:
            directory: where to make the copy; what is there is removed.
        """
        shutil.rmtree(directory, ignore_errors=True)
        shutil.copytree(self.build / "latex", directory, ignore=shutil.ignore_patterns("passes"))
        asked = run(
            (sys.executable, "-m", "tests.benchmarks.bare_pass", str(self.build), str(directory)), ROOT
        )
        command, variables = json.loads(asked.output)
        return run(command, directory, variables)


def move_a_completion(code: str, text: str) -> str:
    """Give a milestone that is completed another day of completion, in the same month."""
    match = _COMPLETED.search(text, text.index(f"\n  {code}:\n"))
    assert match is not None
    day = _DAYS[(int(match[2]) - _DAYS.start + 1) % len(_DAYS)]
    return f"{text[: match.start()]}    completed: {match[1]}-{day}{text[match.end() :]}"


def change_a_word(text: str) -> str:
    """Put another word in its place in the text of a section."""
    match = _WORD.search(text)
    assert match is not None
    word = _WORDS[(_WORDS.index(match[1]) + 1) % len(_WORDS)]
    return text[: match.start(1)] + word + text[match.end(1) :]


EDITS: dict[str, Callable[[str], str]] = {
    "delivery": partial(move_a_completion, "DM-SUIT-10"),
    "in-chart": partial(move_a_completion, "LDM-503-01"),
    "word": change_a_word,
}
"""Kinds of edits of the document, each of which can be made again and again."""


def passes(output: str) -> int | None:
    """Return how often LaTeX ran, from what the program printed; None if it says nothing of LaTeX."""
    match = _PASSES.search(output)
    if match is None:
        return None
    return 1 if match[1] else int(match[2])
