"""Go through a page as its reader does: type its commands, write its files, make its changes.

    python -m tests.support.walkthrough docs/tutorial/first-document.md --write

writes what the commands print now into the page. Look at the difference before you commit it.

A block ```console has commands, each after `$ `, with what they print. A block ```diff changes the file that
the line above it names, as in "Change `milestones.yaml`:". Any other block below such a line is a file to
write. Blocks ```sh are not run: they are for other machines, or do not end. How many files a site has is not
compared: pages show it as N.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"(?ms)^(?P<above>[^\n]*)\n(?:\n)?```(?P<kind>[a-z]+)\n(?P<text>.*?)^```\n")
_NAMED = re.compile(r"`([^`]+)`:$")
_COMMIT = re.compile(r"(?m)(committed to \w+ as )[0-9a-f]{8}$")
_FILES = re.compile(r"\(\d+ files, \d+ changed\)")
_DAY = "2025-02-03T12:00:00Z"


class Reader:
    """Somebody who follows a page in an empty folder, with git, TeX and Milepost installed."""

    def __init__(self, folder: Path) -> None:
        self.home = folder
        self.place = folder
        programs = folder / ".programs"
        programs.mkdir()
        milepost = programs / "milepost"
        milepost.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m milepost "$@"\n', "utf-8")
        milepost.chmod(0o755)
        self._environment = {
            **os.environ,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_AUTHOR_DATE": _DAY,
            "GIT_COMMITTER_DATE": _DAY,
        }

    def follow(self, page: str) -> str:
        """Do what `page` says, and return it with what its commands have printed."""
        return _BLOCK.sub(self._block, page)

    def _block(self, block: re.Match[str]) -> str:
        named = _NAMED.search(block["above"])
        if block["kind"] == "console":
            commands = re.split(r"(?m)^\$ ", block["text"])
            printed = "".join(
                f"$ {command}\n{self._type(command)}"
                for command in (part.partition("\n")[0] for part in commands[1:])
            )
            return block[0].replace(block["text"], printed)
        if named and block["kind"] == "diff":
            self._change(self.place / named[1], block["text"].splitlines(keepends=True))
        elif named:
            (self.place / named[1]).parent.mkdir(parents=True, exist_ok=True)
            (self.place / named[1]).write_text(block["text"], "utf-8")
        return block[0]

    def _type(self, command: str) -> str:
        left = self.home / ".programs/folder"
        done = subprocess.run(
            ["bash", "-c", f"{command}\nstatus=$?; pwd >{shlex.quote(str(left))}; exit $status"],
            cwd=self.place,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode in {0, 1}, done.stdout
        self.place = Path(left.read_text("utf-8").rstrip("\n"))
        # The name of a commit depends on all files, those that the program writes included.
        printed = _COMMIT.sub(r"\g<1>1e82b706", done.stdout)
        return _FILES.sub("(N files, N changed)", printed)

    @staticmethod
    def _change(path: Path, lines: list[str]) -> None:
        text = path.read_text("utf-8")
        before = "".join(line[1:] for line in lines if not line.startswith("+"))
        assert text.count(before) == 1, f"{path.name} does not have this once:\n{before}"
        path.write_text(text.replace(before, "".join(line[1:] for line in lines if line[0] != "-")), "utf-8")


def main() -> None:
    """Print a page with what its commands print now, or write it."""
    page, *options = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        text = Reader(Path(folder)).follow(Path(page).read_text("utf-8"))
    if options == ["--write"]:
        Path(page).write_text(text, "utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
