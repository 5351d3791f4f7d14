"""The rule that codes, handles and keys of issues look as the document declares."""

from __future__ import annotations

import re
from collections import Counter
from fnmatch import translate
from functools import cache
from typing import TYPE_CHECKING

from milepost.base.errors import Severity, quoted
from milepost.document import traverse
from milepost.prose.values import Issue
from milepost.rules.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from milepost.base.errors import ValuePath
    from milepost.document.model import Document

_JIRA_PAGE = "/browse/{key}"
"""How the address of every issue of Jira ends."""
_JIRA_KEY = re.compile(r"[A-Z][A-Z0-9_]*-[1-9][0-9]*")


def check_patterns(document: Document) -> Iterator[Finding]:
    """Yield the names that do not look like what the document, or else Jira, says."""
    declared = document.patterns
    yield from _unlike(_codes(document), declared.milestones, "a code")
    yield from _unlike(_handles(document), declared.references, "a handle")
    if declared.issues:
        yield from _unlike(_issues(document), declared.issues, "the key of an issue")
    else:
        for name in _issues(document, in_jira_only=True):
            if _JIRA_KEY.fullmatch(name.text) is None:
                hint = "write it in capitals, like ABC-123; or declare how keys look: patterns: {issues: ...}"
                yield name.finding("the key of an issue of Jira", hint)


class _Name:
    """A name and where it is."""

    def __init__(
        self, text: str, path: ValuePath, *, at_key: bool = False, words: str = "", occurrence: int = 0
    ) -> None:
        self.text = text
        self._path, self._at_key, self._words, self._occurrence = path, at_key, words, occurrence

    def finding(self, what: str, hint: str) -> Finding:
        return Finding(
            path=self._path,
            rule="form",
            message=f"{quoted(self.text)} does not look like {what}",
            hint=hint,
            severity=Severity.WARNING,
            at_key=self._at_key,
            words=self._words,
            occurrence=self._occurrence,
        )


def _unlike(names: Iterator[_Name], patterns: tuple[str, ...], what: str) -> Iterator[Finding]:
    if patterns:
        matches = _any_of(patterns)
        hint = f"correct it, or add its form to patterns, which has {', '.join(patterns)}"
        yield from (
            name.finding(what, hint) for name in names if not (name.text in patterns or matches(name.text))
        )


@cache
def _any_of(patterns: tuple[str, ...]) -> Callable[[str], re.Match[str] | None]:
    return re.compile("|".join(map(translate, patterns))).match


def _codes(document: Document) -> Iterator[_Name]:
    for milestone in document.milestones:
        path = ("milestones", milestone.code)
        yield _Name(milestone.code, path, at_key=True)
        for index, code in enumerate(milestone.aka):
            yield _Name(code, (*path, "aka", index))


def _handles(document: Document) -> Iterator[_Name]:
    yield _Name(document.metadata.handle, ("document", "handle"))
    for reference in document.references:
        yield _Name(reference.handle, ("references", reference.handle), at_key=True)


def _issues(document: Document, *, in_jira_only: bool = False) -> Iterator[_Name]:
    """Yield the keys of issues; with `in_jira_only` those of which is known that they are in Jira."""
    for milestone in document.milestones:
        for field in ("jira", "jira_testplan"):
            if key := getattr(milestone, field):
                yield _Name(key, ("milestones", milestone.code, field))
    if in_jira_only and _JIRA_PAGE not in (document.metadata.issue_url or ""):
        return
    for index, entry in enumerate(document.change_record):
        if entry.issue is not None:
            yield _Name(entry.issue, ("change_record", index, "issue"))
    seen: Counter[tuple[ValuePath, str]] = Counter()
    for path, line in traverse.lines(document):
        for inline in line:
            if isinstance(inline, Issue):
                yield _Name(inline.key, path, words=f"`{inline.key}`", occurrence=seen[path, inline.key])
                seen[path, inline.key] += 1
