"""What a release, or the beginning of the next draft, changes; and how all of it or nothing is done."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from milepost.authoring.canonical import canonical_as
from milepost.base import files
from milepost.base.dates import iso
from milepost.base.errors import MilepostError, Place, Problem, Severity
from milepost.diff.plain_words import words_of_line
from milepost.git import commit
from milepost.loading.edit import append_entry, has_proposal, set_scalar
from milepost.release.checked import check_text
from milepost.release.conditions import STATUS, Condition, Conditions, Request
from milepost.rules.change_record import compare_versions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from pathlib import Path

    from milepost.git.repository import Repository

_WIDTH = 72  # of a commit message
_RECORD = ("change_record",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be done.

    Attributes:
        source: the YAML.
        before, after: its content.
        conditions: what must be true before.
        repository: None outside of git.
        branch: what is committed to.
        message: of the commit; None for no commit.
        tag: name of the tag; None for no tag.
        tag_message: what the tag says.
        remote: the repository to which the user may push.
    """

    source: Path
    before: bytes
    after: bytes
    conditions: tuple[Condition, ...]
    repository: Repository | None
    branch: str | None
    message: str | None
    tag: str | None
    tag_message: str
    remote: str | None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems, each once, in the order of the file; those without a place first."""
        found = dict.fromkeys(problem for each in self.conditions for problem in each.problems)
        return tuple(sorted(found, key=lambda problem: problem.place or Place("")))

    @property
    def possible(self) -> bool:
        """Whether all conditions hold."""
        return all(each.holds for each in self.conditions)

    @property
    def changed_lines(self) -> Iterator[tuple[int, list[str], list[str]]]:
        """Yield each change of the YAML: the number of its line, the lines before, and the lines after."""
        old, new = (content.decode("utf-8-sig").splitlines() for content in (self.before, self.after))
        for tag, start, end, new_start, new_end in SequenceMatcher(None, old, new, False).get_opcodes():
            if tag != "equal":
                yield start + 1, old[start:end], new[new_start:new_end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopening:
    """How the next draft begins.

    Attributes:
        source: the YAML.
        day: the date of the new entry.
        version, owner, text, issue: its values; without the first three it is written as a comment.
        commits: whether the change is committed.
    """

    source: Path
    day: date
    version: str | None = None
    owner: str | None = None
    text: str | None = None
    issue: str | None = None
    commits: bool = True


def plan_release(request: Request, message: str | None = None) -> Plan:
    """Return what has to be done for a release.

    Args:
        request: what the user asks for.
        message: of the commit, if the user gives it.

    Raises:
        MilepostError: the YAML or the repository cannot be read.
    """
    conditions = Conditions(request)
    found = conditions.all()
    draft = conditions.draft
    title = f"Release {draft.document.metadata.handle} {request.version}" if draft else ""
    if message is None and draft and draft.document.change_record:
        entry = draft.document.change_record[-1]
        words = words_of_line(entry.description)
        issue = "" if entry.issue is None or entry.issue in words else f" ({entry.issue})"
        message = f"{title}\n\n{textwrap.fill(words + issue, _WIDTH, break_long_words=False)}"
    return Plan(
        source=request.source,
        before=conditions.before,
        after=conditions.after,
        conditions=found,
        repository=conditions.repository,
        branch=conditions.branch,
        message=(message or title) if request.commits else None,
        tag=conditions.tag if request.commits else None,
        tag_message=title,
        remote=_remote(conditions, request.remote),
    )


def plan_reopening(reopening: Reopening, message: str | None = None) -> Plan:
    """Return what has to be done to begin the next draft; arguments and errors as of `plan_release`."""
    request = Request(source=reopening.source, version="", day=reopening.day, commits=reopening.commits)
    conditions = Conditions(request)
    draft, after = conditions.draft, conditions.before
    of_text, of_entry = [*conditions.errors()], list[Problem]()
    if draft and draft.document.metadata.status == "draft":
        hint = "edit it, then: milepost release VERSION"
        place = draft.places.of(STATUS)
        of_text.append(
            Problem(rule="status", place=place, message="the document is a draft already", hint=hint)
        )
    elif draft:
        try:
            after = _reopened(conditions, reopening)
        except MilepostError as error:
            of_entry += error.problems
        of_entry += _of_entry(conditions, reopening, after)
    found = [("the document has been approved", of_text), ("the new entry follows the others", of_entry)]
    if reopening.commits:
        found.append(("everything that is printed is committed", [*conditions.sources()]))
        found.append(("git can commit to a branch", [*conditions.can_commit()]))
    title = f"Begin the next draft of {draft.document.metadata.handle}" if draft else ""
    return Plan(
        source=reopening.source,
        before=conditions.before,
        after=after,
        conditions=tuple(Condition(statement, tuple(problems)) for statement, problems in found),
        repository=conditions.repository,
        branch=conditions.branch,
        message=(message or title) if reopening.commits else None,
        tag=None,
        tag_message="",
        remote=_remote(conditions, None),
    )


def _reopened(conditions: Conditions, reopening: Reopening) -> bytes:
    """Return the YAML of the next draft: its status, and the new entry or a comment to make one from."""
    file = str(reopening.source)
    content = set_scalar(conditions.before, file, STATUS, "draft")
    version, owner, text = reopening.version or "", reopening.owner or "", reopening.text or ""
    entry = {"version": version, "date": iso(reopening.day), "owner": owner, "description": text}
    if version and owner and text:
        entry |= {"issue": reopening.issue} if reopening.issue else {}
        return canonical_as(conditions.before, append_entry(content, file, _RECORD, entry), file)
    metadata = conditions.draft.document.metadata if conditions.draft else None
    entry |= {"date": "", "issue": reopening.issue or ""} if metadata and metadata.issue_url else {"date": ""}
    if has_proposal(content, file, _RECORD):
        return content
    proposed = append_entry(content, file, _RECORD, entry | {"authorises": ""}, as_comment=True)
    return canonical_as(conditions.before, proposed, file)


def _of_entry(conditions: Conditions, reopening: Reopening, after: bytes) -> Iterator[Problem]:
    """Yield what would be wrong with the new entry."""
    file = Place(str(reopening.source))
    record = conditions.draft.document.change_record if conditions.draft else ()
    last = next((entry.version for entry in reversed(record) if entry.version is not None), None)
    if reopening.version and last and compare_versions(reopening.version, last) in {-1, 0}:
        message = f"the version {reopening.version} is not after {last}, the last one in the change record"
        yield Problem(rule="version", place=file, message=message, hint="choose the next version")
        return
    _, problems = check_text(after, reopening.source)
    for problem in problems:
        if problem.severity is Severity.ERROR:
            yield replace(problem, place=file)


def carry_out(make: Callable[[], Plan], lock: Path, on_wait: Callable[[], None]) -> Plan:
    """Make a plan and do what it says, if all conditions hold; return it.

    After an error the YAML is what it was, and so is the branch.

    Args:
        make: makes the plan, while no other release goes on.
        lock: the file that is locked meanwhile.
        on_wait: called if another release has to end first.

    Raises:
        MilepostError: git or one of its hooks refuses.
    """
    with files.lock(lock, on_wait):
        plan = make()
        if plan.possible:
            _carry_out(plan)
        return plan


def _carry_out(plan: Plan) -> None:
    repository = plan.repository if plan.message is not None else None
    head = repository.head() if repository else None
    files.remove_temporary_files(plan.source.resolve().parent)
    try:
        files.rewrite(plan.source, plan.after)
        if repository and plan.message is not None:
            commit.commit(repository, plan.source, plan.message)
            if plan.tag is not None:
                commit.tag(repository, plan.tag, plan.tag_message)
    except BaseException:
        if repository:
            commit.undo(repository, head, plan.source)
        files.rewrite(plan.source, plan.before)
        raise


def _remote(conditions: Conditions, asked_for: str | None) -> str | None:
    if conditions.repository is None or conditions.branch is None:
        return None
    return asked_for or conditions.repository.push_remote(conditions.branch)
