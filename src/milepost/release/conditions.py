"""The conditions of a release. All are looked at in one run; each has its problems, with their places."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from milepost.base.dates import iso
from milepost.base.errors import MilepostError, Place, Problem, Severity, quoted
from milepost.diff.comparison import Edition, compare, unauthorised_changes, unknown_names
from milepost.git import commit
from milepost.git.releases import ReleaseTags
from milepost.git.renames import Renames
from milepost.git.repository import Repository
from milepost.git.source_state import COMMIT_LENGTH, source_state
from milepost.loading.edit import set_scalar
from milepost.loading.load import loads, read
from milepost.release.checked import check_text
from milepost.rules.change_record import compare_versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from pathlib import Path

STATUS = ("document", "status")
_OF_LAST_ENTRY = {"unversioned", "no_authority", "early", "approval"}
_OF_RECORD = {"version", "order", *_OF_LAST_ENTRY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the user asks for.

    Attributes:
        source: the YAML.
        version: the version to release.
        day: the day of approval.
        strict: whether warnings are faults.
        commits: whether the change is committed and tagged.
        tag: the name of the tag; None for the one that follows from earlier tags.
        tags: pattern of the release tags, if the user gives it.
        remote: a remote repository that must not have the tag either.
    """

    source: Path
    version: str
    day: date
    strict: bool = False
    commits: bool = True
    tag: str | None = None
    tags: str | None = None
    remote: str | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of a release.

    Attributes:
        statement: what must be true.
        problems: what is wrong; warnings do not break the condition.
        known: whether it could be looked at.
    """

    statement: str
    problems: tuple[Problem, ...]
    known: bool = True

    @property
    def holds(self) -> bool:
        """Whether it is known that there is no error."""
        return self.known and not self.fails

    @property
    def fails(self) -> bool:
        """Whether there is an error."""
        return any(each.severity is Severity.ERROR for each in self.problems)


class Conditions:
    """The conditions of one release.

    Attributes:
        request: what is asked for.
        before: the YAML as it is.
        after: the YAML after the release; as it is now if it cannot be changed.
        draft: its document; None if it has errors.
        repository: None outside of git.
    """

    def __init__(self, request: Request) -> None:
        self.request = request
        self.before = read(request.source, self._file)
        self.draft, self._of_draft = check_text(self.before, request.source)
        self.after, self._of_change = self.before, list[Problem]()
        if self.draft:
            try:
                self.after = set_scalar(self.before, self._file, STATUS, "approved")
            except MilepostError as error:
                self._of_change += error.problems
        self._of_git: list[Problem] = []
        try:
            self.repository = Repository.find(request.source.parent)
        except MilepostError as error:
            self.repository = None
            self._of_git += error.problems
        if self.repository is None and not self._of_git and request.commits:
            message, hint = "this file is in no git repository", "write it without a commit: --no-commit"
            self._of_git.append(self._problem("git", message, hint))

    @cached_property
    def tags(self) -> ReleaseTags:
        """How the tags of releases are named."""
        record = self.draft.document.change_record if self.draft else ()
        versions = {self.request.version, *(entry.version for entry in record if entry.version is not None)}
        if self.repository is None:
            return ReleaseTags(prefix="v", pattern=self.request.tags, versions=frozenset(versions))
        return ReleaseTags.of(self.repository, versions, self.request.tags)

    @cached_property
    def tag(self) -> str:
        """The name of the new tag."""
        return self.request.tag or f"{self.tags.prefix}{self.request.version}"

    @cached_property
    def branch(self) -> str | None:
        """The branch that is checked out."""
        return self.repository.branch() if self.repository else None

    def all(self) -> tuple[Condition, ...]:
        """Return all conditions."""
        of_text = self._of_approved_text()
        of_record = [each for each in of_text if each.rule in _OF_RECORD]
        others = [each for each in of_text if each.rule not in _OF_RECORD]
        version, released = self.request.version, self._last_release
        since = f"since {released[0]} " if released else ""
        readable = self.draft is not None
        git_answers = self.repository is not None or not (self.request.commits or self._of_git)
        record = [*self._record(of_record)]
        # Nothing is authorised by an entry that is out of order: what follows from that is left out.
        in_order = not any(each.rule in {"order", "version"} for each in of_record) and not any(
            each.rule == "order" for each in record
        )
        conditions = [
            (
                f"the last entry of the change record is {version}, and complete",
                self._record(of_record),
                readable,
            ),
            ("everything that is printed is committed", self.sources(), True),
            (f"no release has the tag {self.tag}", self._tag(), git_answers),
            (f"the document has no errors{' or warnings' if self.request.strict else ''}", others, True),
            (
                f"all changes {since}are authorised",
                self._authority() if in_order else (),
                readable and in_order and git_answers,
            ),
            ("the document is a draft", self._status(), readable),
        ]
        if self.request.commits:
            conditions.insert(2, ("git can commit to a branch", self.can_commit(), git_answers))
        return tuple(
            Condition(statement, tuple(self._strict(found)), known) for statement, found, known in conditions
        )

    def errors(self) -> Iterator[Problem]:
        """Yield the errors of the YAML as it is."""
        yield from (each for each in self._of_draft if each.severity is Severity.ERROR)

    # --- One function for each condition ---

    def _record(self, found: list[Problem]) -> Iterator[Problem]:
        if self.draft is None:
            yield from found
            return
        record, version = self.draft.document.change_record, self.request.version
        places = self.draft.places
        at, hint = ("change_record",), f"add the entry of version {version} at its end"
        if not record:
            yield self._problem("version", "there is no change record", hint, places.of(("document",)))
            return
        last, path = record[-1], ("change_record", len(record) - 1)
        if last.version != version:
            yield from (each for each in found if each.rule not in _OF_LAST_ENTRY)
            index = next((index for index, each in enumerate(record) if each.version == version), None)
            if index is not None:
                message = f"the entry of version {version} is not the last one of the change record"
                place = places.of((*at, index, "version"))
                yield self._problem("version", message, "move it to the end, or name the last version", place)
            elif last.version is None:
                message = "the last entry of the change record has no version"
                yield self._problem("version", message, f"add the line  version: {version}", places.of(path))
            else:
                message = f"the last entry of the change record is of version {last.version}, not {version}"
                if compare_versions(version, last.version) == 0:
                    hint = f"name the version as the entry does: {last.version}"
                yield self._problem("version", message, hint, places.of((*path, "version")))
            return
        yield from found
        if last.date > self.request.day:
            message = f"{iso(last.date)} is after the day of approval, {iso(self.request.day)}"
            hint = "fix the date, or give the day with --date"
            yield self._problem("date", message, hint, places.of((*path, "date")))

    def sources(self) -> Iterator[Problem]:
        """Yield what is not committed, or why git does not know."""
        yield from self._of_git
        if self.repository is None:
            return
        try:
            modified = source_state(self.request.source, None).modified
        except MilepostError as error:
            yield from error.problems
            return
        if modified:
            message = "the YAML or its templates have changes that are not committed"
            yield self._problem("uncommitted", message, "commit them")

    def can_commit(self) -> Iterator[Problem]:
        """Yield why git cannot commit."""
        if self.repository is None:
            return
        if self.branch is None:
            yield self._problem("branch", "no branch is checked out", "git switch BRANCH")
        if command := self.repository.unfinished():
            hint = f"git {command} --continue, or --abort"
            yield self._problem("git", f"a {command} is not finished", hint)
        if problem := commit.who_commits(self.repository):
            yield problem

    def _tag(self) -> Iterator[Problem]:
        if self.repository is None:
            return
        hint = "release another version, or choose the name with --tag"
        if not self.repository.accepts_tag(self.tag):
            message = f"{quoted(self.tag)} cannot be the name of a tag"
            yield self._problem("tag", message, "choose one with --tag")
            return
        if self.tag in self.repository.tags(self.tag):
            yield self._problem("tag", f"there is already a tag {self.tag}", hint)
        if self.request.remote:
            try:
                taken = commit.remote_has_tag(self.repository, self.request.remote, self.tag)
            except MilepostError as error:
                yield from error.problems
                return
            if taken:
                message = f"there is already a tag {self.tag} in {self.request.remote}"
                yield self._problem("tag", message, hint)

    def _authority(self) -> Iterator[Problem]:
        if self.repository is None or self.draft is None:
            return
        if self._last_release is None:
            if self.repository.is_shallow:
                message = "this is a shallow clone, in which the last release may be missing"
                yield self._problem("git", message, "git fetch --unshallow --tags")
            return
        name, commit_name = self._last_release
        file = f"{name}:{Renames(self.repository, self.request.source).at(commit_name)}"
        content = self.repository.content(commit_name, file.partition(":")[2]) or b""
        try:
            old = Edition(
                name=name, file=file, commit=commit_name[:COMMIT_LENGTH], loaded=loads(content, file)
            )
        except MilepostError as error:
            yield from error.problems
            return
        # Approval itself needs no entry.
        document = self.draft.document
        metadata = document.metadata.model_copy(update={"status": old.document.metadata.status})
        released = replace(self.draft, document=document.model_copy(update={"metadata": metadata}))
        comparison = compare(old, Edition(name="release", file=self._file, commit=None, loaded=released))
        yield from unknown_names(comparison, Severity.ERROR)
        yield from unauthorised_changes(comparison)

    def _status(self) -> Iterator[Problem]:
        yield from self._of_change
        if self.draft is None or (status := self.draft.document.metadata.status) == "draft":
            return
        place = self.draft.places.of(STATUS)
        hint = "begin the next draft: milepost release --reopen"
        record = self.draft.document.change_record
        if (
            status == "approved"
            and record
            and record[-1].version == self.request.version
            and not [*self._tag()]
        ):
            hint += f"; if only the tag is missing: git tag -a {self.tag}"
        yield self._problem("status", f"the document is {status} already", hint, place)

    # --- What they have in common ---

    @cached_property
    def _last_release(self) -> tuple[str, str] | None:
        return self.tags.before(self.repository, self.request.source) if self.repository else None

    def _of_approved_text(self) -> list[Problem]:
        """Return the problems of the text as it will be approved, and others of the draft."""
        _, problems = check_text(self.after, self.request.source)
        known = {(each.place, each.message) for each in problems}
        problems += [each for each in self._of_draft if (each.place, each.message) not in known]
        add = "add the line  date: "
        return [
            replace(each, hint=f"{add}{iso(self.request.day)}") if each.hint == f"{add}..." else each
            for each in problems
        ]

    def _strict(self, problems: Iterable[Problem]) -> Iterator[Problem]:
        for each in problems:
            yield replace(each, severity=Severity.ERROR) if self.request.strict else each

    def _problem(self, rule: str, message: str, hint: str, place: Place | None = None) -> Problem:
        return Problem(rule=rule, place=place or Place(self._file), message=message, hint=hint)

    @property
    def _file(self) -> str:
        return str(self.request.source)
