"""What git knows about a document's source. Only asked: nothing is checked out, changed or fetched."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError, Problem

if TYPE_CHECKING:
    from pathlib import Path

_QUIETLY = {
    "LC_ALL": "C",  # what git says can become part of a message, and messages are English
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",  # a partial clone is not completed on the way
    "GIT_LITERAL_PATHSPECS": "1",
}


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository, seen from a directory in it.

    Attributes:
        directory: where git is asked.
        prefix: that directory's path below the top of the repository, with a slash at its end; or empty.
    """

    directory: Path
    prefix: str

    @classmethod
    def around(cls, directory: Path) -> Repository:
        """Return the repository in which `directory` lies.

        Raises:
            MilepostError: when there is no git or no repository.
        """
        done = _ask(directory, "rev-parse", "--show-prefix")
        if done is None:
            raise _refusal("git is not installed", "install it, or name two files")
        if done.returncode:
            said = _first_line(done.stderr).removeprefix("fatal: ")
            if "not a git repository" in said:
                raise _refusal(f"{directory.absolute()} is not in a git repository", "name two files")
            raise _refusal(f"git cannot be asked: {said}", "mend what git complains of, or name two files")
        return cls(directory, os.fsdecode(done.stdout).removesuffix("\n"))

    def commit(self, revision: str) -> str | None:
        """Return the full name of the commit that `revision` means, a tag, branch or commit; or None."""
        if revision.startswith("-"):
            return None  # git would take it for an option; none of its names begins so
        return answer(self.directory, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}") or None

    def content(self, commit: str, path: str) -> bytes | None:
        """Return what the file `path` held in `commit`, without any conversion; None if it wasn't there.

        Args:
            commit: the full name of a commit.
            path: from the top of the repository.
        """
        done = _ask(self.directory, "cat-file", "blob", f"{commit}:{path}")
        return done.stdout if done is not None and done.returncode == 0 else None

    def time(self, commit: str) -> int:
        """Return when `commit`, a full name, was made, in seconds since 1970."""
        return int(answer(self.directory, "log", "-1", "--no-show-signature", "--format=%ct", commit))

    def tags(self, pattern: str) -> list[str]:
        """Return the names of the tags that match `pattern`, as a shell does, in the order of versions.

        v1.10 comes after v1.9, and v1.0-rc after v0.9 and before v1.0 (Semantic Versioning 2.0, 11).
        """
        order = ("-c", "versionsort.suffix=-", "for-each-ref", "--sort=version:refname")
        return answer(self.directory, *order, "--format=%(refname:lstrip=2)", f"refs/tags/{pattern}").split()

    def branch(self) -> str | None:
        """Return the name of the branch that is checked out; None where a commit is."""
        return answer(self.directory, "symbolic-ref", "--quiet", "--short", "HEAD") or None

    def names(self) -> list[str]:
        """Return the names of all tags and branches."""
        return answer(self.directory, "for-each-ref", "--format=%(refname:short)").split()

    @property
    def is_shallow(self) -> bool:
        """Whether the clone lacks older commits."""
        return answer(self.directory, "rev-parse", "--is-shallow-repository") == "true"


def _ask(directory: Path, *arguments: str) -> subprocess.CompletedProcess[bytes] | None:
    """Return what became of git with `arguments`; None where there is no git."""
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
    """Return what git answers; nothing where there is no git, no repository or no commit."""
    done = _ask(directory, *arguments)
    return os.fsdecode(done.stdout).strip() if done is not None and done.returncode == 0 else ""


def _first_line(output: bytes) -> str:
    return os.fsdecode(output).strip().partition("\n")[0]


def _refusal(message: str, hint: str) -> MilepostError:
    return MilepostError(Problem(rule="git", message=message, hint=hint))
