"""The findings of a check: problems with their rules, of which some may be left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from milepost.base.errors import MilepostError, Place, Problem, Severity, count, quoted
from milepost.rulebook import book

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from milepost.loading.load import Waived
    from milepost.rulebook.book import Rule


class Found(NamedTuple):
    """A problem, and its rule; None for what is about no document, such as a missing program.

    `waived` is the waiver that accepts it, with its place.
    """

    problem: Problem
    rule: Rule | None
    waived: Waived | None = None

    @property
    def id(self) -> str:
        """The id of the rule; without one, the name of the problem's kind."""
        return self.rule.id if self.rule else self.problem.rule

    @property
    def words(self) -> str:
        """What is wrong, and how to fix it."""
        problem = self.problem
        return f"{problem.message} ({problem.hint})" if problem.hint else problem.message

    @property
    def title(self) -> str:
        """Where it is, and what is wrong."""
        place = f"{self.problem.place}: " if self.problem.place else ""
        return f"{place}{self.problem.message}"


class Report(NamedTuple):
    """The findings of a check, file by file, and in the order of each file.

    Attributes:
        file: the document.
        milestones: how many it has; None if it cannot be read.
        findings: what was found.
        waived: what was found and is accepted.
        left_out: how many warnings were left out on request.
    """

    file: str
    milestones: int | None
    findings: tuple[Found, ...]
    waived: tuple[Found, ...] = ()
    left_out: int = 0

    @property
    def errors(self) -> int:
        """The number of errors."""
        return sum(each.problem.severity is Severity.ERROR for each in self.findings)

    @property
    def warnings(self) -> int:
        """The number of warnings."""
        return len(self.findings) - self.errors

    @property
    def counts(self) -> str:
        """All numbers in words."""
        return ", ".join(
            [
                *([count(self.milestones, "milestone")] if self.milestones is not None else []),
                count(self.errors, "error") if self.errors else "no errors",
                count(self.warnings, "warning") if self.warnings else "no warnings",
                *([f"{len(self.waived)} waived"] if self.waived else []),
                *([f"{self.left_out} left out"] if self.left_out else []),
            ]
        )


def report(
    file: str,
    milestones: int | None,
    problems: Iterable[Problem | Waived],
    select: Sequence[Rule] | None = None,
    ignore: Sequence[Rule] = (),
) -> Report:
    """Return the findings among `problems`, and those that waivers accept.

    Errors are always among them: a document that has any cannot be built.

    Args:
        file: the document.
        milestones: how many it has; None if it cannot be read.
        problems: what was found; some may be waived.
        select: the rules whose warnings count; None for all.
        ignore: rules whose warnings are left out.
    """

    def is_asked_for(found: Found) -> bool:
        if found.problem.severity is Severity.ERROR:
            return True
        return (select is None or found.rule in select) and found.rule not in ignore

    found = [_found(each) for each in problems]
    kept = [each for each in found if is_asked_for(each)]
    findings = [each for each in kept if each.waived is None]
    first = {name: at for at, name in reversed(list(enumerate(_file(each) for each in findings)))}
    return Report(
        file=file,
        milestones=milestones,
        findings=tuple(sorted(findings, key=lambda each: first[_file(each)])),
        waived=tuple(each for each in kept if each.waived is not None),
        left_out=sum(each.waived is None for each in found) - len(findings),
    )


def _found(problem: Problem | Waived) -> Found:
    if isinstance(problem, Problem):
        return Found(problem=problem, rule=book.rule_of(problem.rule))
    return Found(problem=problem.problem, rule=book.rule_of(problem.problem.rule), waived=problem)


def _file(found: Found) -> str:
    return found.problem.place.file if found.problem.place else ""


def rules_in(texts: Iterable[str], option: str) -> tuple[Rule, ...]:
    """Return the rules that `texts` name: ids, beginnings of ids and names, with commas between them.

    Args:
        texts: what was given.
        option: where, for errors.

    Raises:
        MilepostError: with each that means no rule.
    """
    names = [name.strip() for text in texts for name in text.split(",") if name.strip()]
    problems = [
        Problem(
            rule="rule",
            place=Place(option),
            message=f"there is no rule {quoted(name)}",
            hint=book.hint(name),
        )
        for name in names
        if not book.named(name)
    ]
    if problems:
        raise MilepostError(*problems)
    return tuple(dict.fromkeys(rule for name in names for rule in book.named(name)))
