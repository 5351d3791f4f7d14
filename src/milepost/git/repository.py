"""Run git to read a repository. Nothing is checked out, changed or fetched."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError, Problem

if TYPE_CHECKING:
    from pathlib import Path

_QUIETLY = {
    "LC_ALL": "C",  # errors of git become part of our messages, which are English
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",  # don't fetch the missing objects of a partial clone
    "GIT_LITERAL_PATHSPECS": "1",
}


@dataclass(frozen=True, slots=True)
class Repository:
    """A git repository.

    Attributes:
        directory: the directory in which git runs.
        prefix: that directory's path below the top of the repository, with a slash at its end; or empty.
    """

    directory: Path
    prefix: str

    @classmethod
    def discover(cls, directory: Path) -> Repository:
        """Return the repository that contains `directory`.

        Raises:
            MilepostError: git is not installed or fails, or there is no repository.
        """
        done = _ask(directory, "rev-parse", "--show-prefix")
        if done is None:
            raise _refusal("git is not installed", "install git, or pass two files")
        if done.returncode:
            said = _first_line(done.stderr).removeprefix("fatal: ")
            if "not a git repository" in said:
                raise _refusal(f"{directory.absolute()} is not in a git repository", "pass two files")
            raise _refusal(f"git failed: {said}", "fix the git error, or pass two files")
        return cls(directory, os.fsdecode(done.stdout).removesuffix("\n"))

    def commit(self, revision: str) -> str | None:
        """Return the full hash of the commit that a tag, branch or commit names; or None."""
        if revision.startswith("-"):
            return None  # git would read it as an option; no name of a revision starts with a hyphen
        return answer(self.directory, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}") or None

    def content(self, commit: str, path: str) -> bytes | None:
        """Return the content of the file `path` in `commit`, unconverted; None if there is no such file.

        Args:
            commit: full hash.
            path: from the top of the repository.
        """
        done = _ask(self.directory, "cat-file", "blob", f"{commit}:{path}")
        return done.stdout if done is not None and done.returncode == 0 else None

    def time(self, commit: str) -> int:
        """Return the time of `commit`, a full hash, in seconds since 1970."""
        return int(answer(self.directory, "log", "-1", "--no-show-signature", "--format=%ct", commit))

    def tags(self, pattern: str) -> list[str]:
        """Return the names of the tags that match the shell pattern `pattern`, in the order of versions.

        v1.10 comes after v1.9, and v1.0-rc after v0.9 and before v1.0 (Semantic Versioning 2.0, 11).
        """
        order = ("-c", "versionsort.suffix=-", "for-each-ref", "--sort=version:refname")
        return answer(self.directory, *order, "--format=%(refname:lstrip=2)", f"refs/tags/{pattern}").split()

    def branch(self) -> str | None:
        """Return the name of the branch that is checked out; None if HEAD is detached."""
        return answer(self.directory, "symbolic-ref", "--quiet", "--short", "HEAD") or None

    def names(self) -> list[str]:
        """Return the names of all tags and branches."""
        return answer(self.directory, "for-each-ref", "--format=%(refname:short)").split()

    @property
    def is_shallow(self) -> bool:
        """Whether this is a shallow clone, in which older commits are missing."""
        return answer(self.directory, "rev-parse", "--is-shallow-repository") == "true"


def _ask(directory: Path, *arguments: str) -> subprocess.CompletedProcess[bytes] | None:
    """Run git with `arguments` and return the result; None if git is not installed."""
    try:
        return subprocess.run(
            ["git", "-C", str(directory), *arguments],  # noqa: S607 -- the git that the user has
            env={**os.environ, **_QUIETLY},
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        return None


def answer(directory: Path, *arguments: str) -> str:
    """Return the output of git; empty if there is no git, no repository or no commit."""
    done = _ask(directory, *arguments)
    return os.fsdecode(done.stdout).strip() if done is not None and done.returncode == 0 else ""


def _first_line(output: bytes) -> str:
    return os.fsdecode(output).strip().partition("\n")[0]


def _refusal(message: str, hint: str) -> MilepostError:
    return MilepostError(Problem(rule="git", message=message, hint=hint))
