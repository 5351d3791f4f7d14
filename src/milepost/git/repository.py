"""Run git to read a repository. Nothing is checked out, changed or fetched.

No program that the settings of a repository name runs: no hook, filter, monitor, pager or transport.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from milepost.base.dates import LAST_EPOCH
from milepost.base.errors import MilepostError, Problem, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_QUIETLY = {
    "LC_ALL": "C",  # errors of git become part of our messages, which are English
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",  # the content that the hash of a commit stands for
    # Don't fetch the missing objects of a partial clone. Before git 2.44 only the second one prevents that.
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
}
_SAFELY = ("--no-pager", "-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}")
# All others name another repository, such as GIT_DIR in a hook, or change what git prints.
_KEPT = re.compile(
    r"(?!GIT_)|GIT_(CONFIG_(GLOBAL|SYSTEM|NOSYSTEM)|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM"
    r"|EXEC_PATH|TEST_\w+)$"
)
_WHERE = ("rev-parse", "--show-cdup", "--show-toplevel")
_COMMITTER = re.compile(rb"^committer .*> (?P<seconds>[+-]?\d+) [+-]\d+$", re.MULTILINE)
_INDEXED = re.compile(rb"\d+ (?P<blob>\w+) 0\t.*\n  ctime: (\d+):(\d+)\n  mtime: (\d+):(\d+)\n")
_ERRORS = re.compile(rb"^(?:error|fatal): ", re.MULTILINE)
_LINK_PROBLEMS = {
    b"symlink": "leads out of the repository",
    b"dangling": "leads to nothing",
    b"loop": "leads back to itself",
    b"notdir": "leads through a file as if it were a folder",
}


@dataclass(frozen=True, slots=True)
class Repository:
    """A git repository.

    Attributes:
        directory: the directory in which git runs.
        top: the top of the working tree.
        prefix: the path of `directory` below the top, with a slash at its end; or empty.
    """

    directory: Path
    top: Path
    prefix: str

    @classmethod
    def discover(cls, directory: Path, otherwise: str = "") -> Repository:
        """Return the repository that contains `directory`.

        Args:
            directory: an existing one.
            otherwise: what works without a repository, for the hint.

        Raises:
            MilepostError: git is not installed or fails, or there is no repository.
        """
        if (found := cls.find(directory)) is None:
            raise _refusal(f"{directory.absolute()} is not in a git repository", otherwise)
        return found

    @classmethod
    def find(cls, directory: Path) -> Repository | None:
        """Return the repository that contains `directory`; None if there is none.

        Raises:
            MilepostError: git is not installed or fails.
        """
        if not directory.is_dir():
            raise _refusal(f"there is no folder {quoted(str(directory))}", "check its name")
        done = _git(directory, _WHERE)
        if done.returncode == 0:
            here = directory.resolve()
            top = (here / os.fsdecode(done.stdout).partition("\n")[0]).resolve()
            prefix = os.path.relpath(here, top)
            return cls(directory, top, "" if prefix == "." else f"{prefix}/")
        if b"not a git repository" not in done.stderr:
            raise _failure(done.stderr)
        if broken := _dot_git(directory):
            raise _refusal(f"git does not accept {broken} as a repository", "repair or remove it")
        return None

    def head(self) -> str | None:
        """Return the full hash of the commit that is checked out; None before the first commit."""
        done = self._try("rev-parse", "--verify", "--quiet", "HEAD")
        if done.returncode == 0:
            return os.fsdecode(done.stdout).strip()
        self.ask("symbolic-ref", "HEAD")  # the branch of the first commit, or broken
        return None

    def checked_out(self) -> tuple[str, int] | None:
        """Return the full hash and the time of the commit that is checked out; None before the first one."""
        head, _, content = self._try("cat-file", "--batch", stdin=b"HEAD\n").stdout.partition(b"\n")
        if (words := os.fsdecode(head).split(" "))[1:2] == ["commit"]:
            return words[0], _time_of(words[0], content)
        commit = self.head()  # there is none, or git says why it fails
        return None if commit is None else (commit, self.time(commit))

    def commit(self, revision: str) -> str | None:
        """Return the full hash of the commit that a tag, branch or commit names; or None."""
        if revision.startswith("-") or "\n" in revision:
            return None  # git would read it as an option; no name of a revision starts with a hyphen
        done = self._try("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
        return os.fsdecode(done.stdout).strip() if done.returncode == 0 else None

    def content(self, commit: str, path: str) -> bytes | None:
        """Return the content of the file `path` in `commit`, unconverted; None if there is no such file.

        Symbolic links are followed inside the commit.

        Args:
            commit: full hash.
            path: from the top of the repository.

        Raises:
            MilepostError: git fails, or a symbolic link leads to no file of the commit.
        """
        if {"", ".", ".."} & set(path.split("/")):
            return None
        ((kind, _, content),) = self._objects(commit, [path])
        if reason := _LINK_PROBLEMS.get(kind):
            raise _refusal(f"{path} is a symbolic link that {reason}", "link to a file in the repository")
        if kind == b"missing" and self.ask("ls-tree", "--full-tree", commit, "--", path):
            raise _refusal(f"git failed: the content of {path} is missing in this clone", "fetch it with git")
        return content if kind == b"blob" else None

    def is_before(self, commit: str, other: str) -> bool:
        """Return whether `other` is `commit` or came from it; both are full hashes."""
        return self._try("merge-base", "--is-ancestor", commit, other).returncode == 0

    def ask(self, *arguments: str, stdin: bytes = b"") -> bytes:
        """Return what git prints when it runs at the top of the repository.

        Raises:
            MilepostError: git fails.
        """
        done = _git(self.top, arguments, stdin)
        if done.returncode:
            raise _failure(done.stderr)
        return done.stdout

    def time(self, commit: str) -> int:
        """Return the time of `commit`, a full hash, in seconds since 1970."""
        return _time_of(commit, self.ask("cat-file", "commit", commit))

    def holds(self, commit: str, files: Sequence[tuple[str, Path]], folder: str | None = None) -> bool:
        """Return whether `commit` has these files with the content that they have in the working tree.

        Skipped, ignored and hidden changes count, unlike in `git status`. Line endings may differ, as git
        converts them on checkout.

        Args:
            commit: full hash.
            files: each with its path from the top of the repository.
            folder: path of a folder of which the commit must not have other files.
        """
        paths = [path for path, _ in files]
        kinds = list(self._objects(commit, paths if folder is None else [*paths, folder]))
        for (_, file), (kind, name, content) in zip(files, kinds, strict=False):
            if kind != b"blob":
                return False
            if _lines(content) != _lines(file.read_bytes()) and not self._checked_out(file, name):
                return False
        kind, name, _ = kinds[-1]
        if folder is None or kind != b"tree":
            return folder is None or self.submodule(commit, folder) is None
        committed = self.ask("ls-tree", "-r", "-z", "--name-only", os.fsdecode(name)).split(b"\0")
        return all((self.top / folder / os.fsdecode(path)).exists() for path in committed if path)

    def submodule(self, commit: str, path: str) -> str | None:
        """Return the hash of the commit that `commit` has for the submodule `path`; None if it is none."""
        mode, _, name, *_ = [*self.ask("ls-tree", "--full-tree", commit, "--", path).split(), *[b""] * 3]
        return os.fsdecode(name) if mode == b"160000" else None

    def _checked_out(self, file: Path, blob: bytes) -> bool:
        """Return whether `file` is as git wrote it from `blob` through a filter.

        The filter is a program of the settings and does not run. The index has the times of the file.
        """
        path = os.path.relpath(os.path.realpath(file), os.path.realpath(self.top))
        filters = ("filter", "ident", "working-tree-encoding")
        values = self.ask("check-attr", "-z", *filters, "--", path).split(b"\0")[2::3]
        if not set(values) - {b"unspecified", b"unset"}:
            return False
        indexed = _INDEXED.match(self.ask("ls-files", "--stage", "--debug", "--", path))
        if indexed is None or indexed["blob"] != blob:
            return False
        status = file.stat()
        times = divmod(status.st_ctime_ns, 10**9) + divmod(status.st_mtime_ns, 10**9)
        return times == tuple(map(int, indexed.groups()[1:]))

    def tags(self, pattern: str, *, merged: bool = False) -> list[str]:
        """Return the names of the tags that match the shell pattern `pattern`, in the order of versions.

        v1.10 comes after v1.9, and v1.0-rc after v0.9 and before v1.0 (Semantic Versioning 2.0, 11).

        Args:
            pattern: of the name, or of its part before a slash; empty for all tags.
            merged: leave out the tags of commits that are not before what is checked out.
        """
        order = ("-c", "versionsort.suffix=-", "for-each-ref", "--sort=version:refname")
        before = ("--merged=HEAD",) if merged else ()
        return self._lines(*order, *before, "--format=%(refname:lstrip=2)", f"refs/tags/{pattern}")

    def accepts_tag(self, name: str) -> bool:
        """Return whether git accepts `name` as that of a tag."""
        plain = not name.startswith("-") and "\n" not in name
        return plain and self._try("check-ref-format", f"refs/tags/{name}").returncode == 0

    def unfinished(self) -> str | None:
        """Return the command that must be finished before one file can be committed: merge or cherry-pick."""
        for command, reference in (("merge", "MERGE_HEAD"), ("cherry-pick", "CHERRY_PICK_HEAD")):
            if self._try("rev-parse", "--verify", "--quiet", reference).returncode == 0:
                return command
        return None

    def tracks(self, path: str) -> bool:
        """Return whether the index has the file `path`, counted from the top of the repository."""
        return bool(self.ask("ls-files", "--", path))

    def tracks_file(self, file: Path) -> bool:
        """Return whether the index has `file`."""
        return self.tracks(os.path.relpath(os.path.realpath(file), os.path.realpath(self.top)))

    def commits_now(self, files: Iterable[Path]) -> bool:
        """Return whether this is a hook of git before a commit that will have these files as they are."""
        if not (index := os.environ.get("GIT_INDEX_FILE")):
            return False
        index = os.path.realpath(self.top / index)
        folder = os.path.realpath(self._line("rev-parse", "--absolute-git-dir"))
        if os.path.commonpath([index, folder]) != folder:  # the hook of another repository
            return False
        for file in files:
            path = os.path.relpath(os.path.realpath(file), os.path.realpath(self.top))
            done = _git(self.top, ("cat-file", "blob", f":{path}"), index=index)
            if done.returncode or _lines(done.stdout) != _lines(file.read_bytes()):
                return False
        return True

    def branches(self, folder: str) -> list[str]:
        """Return the names of the branches in `folder`, such as `heads` or `remotes/origin`."""
        depth = folder.count("/") + 2
        names = self._lines("for-each-ref", f"--format=%(refname:lstrip={depth})", f"refs/{folder}/")
        return [name for name in names if name != "HEAD"]

    def branch(self, reference: str = "HEAD") -> str | None:
        """Return the name of the branch that a symbolic reference names; None if it names none.

        Args:
            reference: `HEAD`, what is checked out, or `refs/remotes/origin/HEAD`, the default of the origin.
        """
        done = self._try("symbolic-ref", "--quiet", reference)
        name = os.fsdecode(done.stdout).strip("\n") if done.returncode == 0 else ""
        return re.sub("^refs/(heads|remotes/origin)/", "", name) or None

    def push_remote(self, branch: str) -> str | None:
        """Return the name of the remote repository to which `git push` sends the branch; None without one."""
        remotes = self._lines("remote")
        found = self._line("for-each-ref", "--format=%(push:remotename)", f"refs/heads/{branch}")
        return found or ("origin" if "origin" in remotes else next(iter(remotes), None))

    def names(self) -> list[str]:
        """Return the names of all tags, the latest version first, and of all branches."""
        order = ("for-each-ref", "--sort=-version:refname", "--format=%(refname:short)")
        return [
            name for folder in ("tags", "heads", "remotes") for name in self._lines(*order, f"refs/{folder}/")
        ]

    @property
    def is_shallow(self) -> bool:
        """Whether this is a shallow clone, in which older commits are missing."""
        return self._line("rev-parse", "--is-shallow-repository") == "true"

    def _objects(self, commit: str, paths: Iterable[str]) -> Iterator[tuple[bytes, bytes, bytes]]:
        """Yield the type, the name and the content of what is at each path of `commit`.

        The type is `missing` where nothing is there, or one of `_LINK_PROBLEMS`.
        """
        request = [os.fsencode(f"{commit}:{path}") for path in paths]
        end, option = (b"\0", ("-z",)) if any(b"\n" in line for line in request) else (b"\n", ())
        arguments = ("cat-file", "--batch", "--follow-symlinks", *option)
        done = self._try(*arguments, stdin=b"".join(line + end for line in request))
        if done.returncode or _ERRORS.search(done.stderr):  # it can print an error and end well
            raise _failure(done.stderr)
        rest = done.stdout
        for line in request:
            if rest.startswith(line + b" missing\n"):
                rest = rest.removeprefix(line + b" missing\n")
                yield b"missing", b"", b""
                continue
            head, _, rest = rest.partition(b"\n")
            *words, size = head.split(b" ")
            length = int(size) if size.isdigit() else -1  # of a submodule; git before 2.51: missing
            yield words[-1], words[0], rest[: max(length, 0)]
            rest = rest[length + 1 :]

    def _try(self, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run git; exit code 1 is an answer, others are errors."""
        done = _git(self.directory, arguments, stdin)
        if done.returncode not in {0, 1}:
            raise _failure(done.stderr)
        return done

    def _lines(self, *arguments: str) -> list[str]:
        return [os.fsdecode(line) for line in self.ask(*arguments).split(b"\n") if line]

    def _line(self, *arguments: str) -> str:
        return os.fsdecode(self.ask(*arguments)).removesuffix("\n")


def environment_of(kept: Callable[[str], object]) -> dict[str, str]:
    """Return the variables of the environment whose names are `kept`."""
    return {name: value for name, value in os.environ.items() if kept(name)}


def _git(
    directory: Path, arguments: Sequence[str], stdin: bytes = b"", index: str | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run git and return its result; without git, that of a folder that is in no repository.

    Raises:
        MilepostError: git cannot run, and `directory` is in a repository.
    """
    environment = environment_of(_KEPT.match) | _QUIETLY
    if index is not None:
        environment["GIT_INDEX_FILE"] = index
    command = ["git", *_SAFELY, *_safe_directories(), "-C", str(directory), *arguments]
    try:
        return subprocess.run(command, env=environment, input=stdin, capture_output=True, check=False)
    except FileNotFoundError:
        message, hint = "git is not installed", "install git"
    except OSError as error:
        message, hint = f"git cannot run: {(error.strerror or str(error)).lower()}", "install git again"
    if arguments == _WHERE and not _dot_git(directory):
        return subprocess.CompletedProcess(command, 128, b"", b"not a git repository")
    raise _refusal(message, hint)


def _safe_directories() -> Iterator[str]:
    """Yield options for each safe.directory that the environment sets (git-config, GIT_CONFIG_COUNT)."""
    for name, key in os.environ.items():
        if name.startswith("GIT_CONFIG_KEY_") and key.lower() == "safe.directory":
            yield from ("-c", f"{key}={os.environ.get(name.replace('_KEY_', '_VALUE_'), '')}")


def _dot_git(directory: Path) -> Path | None:
    """Return the `.git` in which git looks for the repository of `directory`."""
    ceilings = {
        Path(path) for path in os.environ.get("GIT_CEILING_DIRECTORIES", "").split(os.pathsep) if path
    }
    here = Path(os.path.realpath(directory))
    for folder in (here, *here.parents):
        if folder in ceilings or (folder != here and folder.stat().st_dev != here.stat().st_dev):
            return None
        if os.path.lexists(folder / ".git"):
            return folder / ".git"
    return None


def _lines(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n")


def _failure(output: bytes) -> MilepostError:
    """Return the error that git printed."""
    lines = os.fsdecode(output).strip().splitlines() or ["no reason given"]
    fatal = next((line for line in lines if line.startswith("fatal: ")), lines[0])
    return _refusal(f"git failed: {re.sub('^(fatal|error): ', '', fatal)}", "fix the git error")


def _refusal(message: str, hint: str) -> MilepostError:
    return MilepostError(Problem(rule="git", message=message, hint=hint))


def _time_of(commit: str, content: bytes) -> int:
    """Return the time of `commit`, a full hash with that content."""
    found = _COMMITTER.search(content.partition(b"\n\n")[0])
    digits = found["seconds"] if found else b"unknown"
    if len(digits) < 20 and found and 0 <= int(digits) <= LAST_EPOCH:
        return int(digits)
    raise _refusal(
        f"the time of the commit {commit[:8]} is {quoted(digits.decode())}, not between 1970 and 9999",
        "commit again with a right clock",
    )
