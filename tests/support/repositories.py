"""Real git repositories with a document, for tests."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class Repository:
    """A git repository with a document; each commit is a day later than the one before."""

    def __init__(self, directory: Path, origin: Repository | None = None, branch: str = "main") -> None:
        self.directory = directory
        self.source = directory / "milestones.yaml"
        self.clock = 1_900_000_000
        directory.mkdir(parents=True, exist_ok=True)
        if origin is None:
            self.git("init", "--quiet", f"--initial-branch={branch}")
            (directory / ".gitignore").write_text("build/\n")
        else:
            self.git("clone", "--quiet", str(origin.directory), ".")

    def git(self, *arguments: str | bytes, stdin: bytes = b"") -> str:
        facts = ("NAME", "A. Author"), ("EMAIL", "a@example.org"), ("DATE", f"{self.clock} +0000")
        who = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in facts}
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.directory,
            env={**os.environ, **who, "GIT_CONFIG_GLOBAL": os.devnull},
            input=stdin,
            capture_output=True,
            check=True,
        )
        return os.fsdecode(done.stdout)

    def commit(self, content: str | bytes | None = None, tag: str | None = None) -> str:
        """Write `content` to the document, commit everything, and return the hash of the commit."""
        self.clock += 86_400
        if content is not None:
            self.source.write_bytes(content.encode() if isinstance(content, str) else content)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "Change")
        if tag:
            self.git("tag", tag)
        return self.git("rev-parse", "HEAD").strip()
