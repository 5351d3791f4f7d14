"""Commit one file and tag the commit, with the identity, hooks and signatures of the user's settings.

Nothing is pushed.
"""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING

from milepost.base.errors import MilepostError, Problem, quoted
from milepost.git.repository import environment_of

if TYPE_CHECKING:
    from pathlib import Path

    from milepost.git.repository import Repository

# What names another repository, as in a hook (git rev-parse --local-env-vars).
_ELSEWHERE = re.compile(
    r"GIT_(DIR|WORK_TREE|IMPLICIT_WORK_TREE|COMMON_DIR|NAMESPACE|PREFIX|INDEX_FILE|GRAFT_FILE|SHALLOW_FILE"
    r"|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|REPLACE_REF_BASE|NO_REPLACE_OBJECTS|\w+_PATHSPECS)$"
)
_WHOLE = "--cleanup=whitespace"  # lines that begin with # belong to the message
_MOST_LINES = 5
"""So many lines of what a hook prints become part of an error."""


def who_commits(repository: Repository) -> Problem | None:
    """Return an error if git does not know who makes commits and tags."""
    for role in ("AUTHOR", "COMMITTER"):
        if _run(repository, "var", f"GIT_{role}_IDENT").returncode:
            hint = "git config user.name 'Your Name'; git config user.email you@example.org"
            return _problem("git does not know who makes the commit", hint)
    return None


def commit(repository: Repository, file: Path, message: str) -> None:
    """Commit the present content of `file`, and nothing else.

    Raises:
        MilepostError: git or one of its hooks refuses, or a hook changed the file. Nothing is committed then.
    """
    before, content = repository.head(), file.read_bytes()
    options = ("--quiet", "--only", _WHOLE, "--file=-", "--")
    done = _run(repository, "commit", *options, _path(repository, file), stdin=message)
    after = repository.head()
    if done.returncode or after is None or after == before:
        raise MilepostError(_failure("commit", done.stderr + done.stdout))
    in_commit = os.path.relpath(os.path.realpath(file), os.path.realpath(repository.top))
    if file.read_bytes() != content or not repository.holds(after, [(in_commit, file)]):
        undo(repository, before, file)
        message = f"a hook changed {file.name} while it was committed"
        raise MilepostError(_problem(message, "make the file as the hook wants it, and commit that first"))


def tag(repository: Repository, name: str, message: str) -> None:
    """Tag what is checked out, with a message.

    Raises:
        MilepostError: git refuses.
    """
    done = _run(repository, "tag", "--annotate", _WHOLE, "--file=-", name, "HEAD", stdin=message)
    if done.returncode:
        raise MilepostError(_failure("tag", done.stderr + done.stdout))


def undo(repository: Repository, before: str | None, file: Path) -> None:
    """Take back the last commit, which changed `file`, if `before` is the commit before it.

    No file is changed, and what else is staged stays so.
    """
    if before is not None and repository.commit("HEAD^") == before:
        _run(repository, "reset", "--quiet", "--soft", before)
        _run(repository, "reset", "--quiet", "--", _path(repository, file))


def remote_has_tag(repository: Repository, remote: str, name: str) -> bool:
    """Return whether the remote repository has a tag of that name.

    Raises:
        MilepostError: it cannot be asked.
    """
    if remote.startswith("-"):
        raise MilepostError(_problem(f"{quoted(remote)} is no remote repository", "name one of: git remote"))
    done = _run(repository, "ls-remote", "--quiet", remote, f"refs/tags/{name}")
    if done.returncode:
        reason = _reason(done.stderr, 1)
        message = f"the remote {quoted(remote)} cannot be asked for its tags: {reason}"
        raise MilepostError(_problem(message, "check the connection, or leave out --remote"))
    return bool(done.stdout.strip())


def _path(repository: Repository, file: Path) -> str:
    """Return the path of `file`, or of what it is a symbolic link to, from where git runs."""
    return os.path.relpath(os.path.realpath(file), os.path.realpath(repository.directory))


def _run(repository: Repository, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[bytes]:
    command = ["git", "--no-pager", "-C", str(repository.directory), *arguments]
    environment = _users_environment()
    return subprocess.run(command, env=environment, input=stdin.encode(), capture_output=True, check=False)


def _failure(what: str, output: bytes) -> Problem:
    """Return the error for a command that git or a hook refused."""
    reason = _reason(output)
    return _problem(f"git did not make the {what}: {reason}", "fix that, and try again")


def _reason(output: bytes, most_lines: int = _MOST_LINES) -> str:
    """Return the first errors that git printed, or lines that a hook printed, as one line."""
    lines = [line.strip() for line in output.decode(errors="replace").splitlines() if line.strip()]
    of_git = [line for line in lines if line.startswith(("fatal: ", "error: "))]
    shown = [re.sub("^(fatal|error): ", "", line) for line in of_git or lines]
    return "; ".join(shown[:most_lines]) or "no reason given"


def _problem(message: str, hint: str) -> Problem:
    return Problem(rule="git", message=message, hint=hint)


def _users_environment() -> dict[str, str]:
    """Return the environment in which git does what the user asks for, in the repository where it is run.

    Identity, settings, signatures and hooks are those of the user. The messages of git are in English.
    """
    kept = environment_of(lambda name: not _ELSEWHERE.match(name))
    return {**kept, "LANGUAGE": "en", "GIT_LITERAL_PATHSPECS": "1"}
