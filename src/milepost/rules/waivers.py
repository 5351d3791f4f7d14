"""Waivers: which warnings they accept, and which of them are not possible, needless, or have ended.

A waiver accepts warnings about the part of the document that has it, one in `document` about any part. Of
several that accept the same warning, the one nearest to it does. An error cannot be accepted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from milepost.base.dates import iso
from milepost.base.errors import Severity, quoted
from milepost.base.suggest import Hint
from milepost.document import traverse
from milepost.rulebook import book
from milepost.rules.finding import Finding, Other

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from milepost.base.errors import Problem, ValuePath
    from milepost.document.model import Document
    from milepost.document.settings.waiver import Waiver
    from milepost.rulebook.book import Rule

ABOUT_WAIVERS = "MP8"
"""The beginning of the ids of the rules here."""
_WHOLE = ("document",)
"""The part whose waivers are about all parts."""


def rule_of(waiver: Waiver) -> Rule | None:
    """Return the rule that a waiver names by its id or by a name; None if there is no such rule."""
    found = book.named(waiver.rule)
    if len(found) != 1 or waiver.rule.casefold() not in {found[0].id.casefold(), *found[0].names}:
        return None
    return found[0]


def has_ended(waiver: Waiver, document: Document) -> bool:
    """Return whether a waiver holds no longer on the data date."""
    return waiver.until is not None and waiver.until < document.metadata.data_date


def check_waivers(document: Document) -> Iterator[Finding]:
    """Yield the waivers that are not possible, and those that have ended."""
    known = document.metadata.data_date
    for path, waiver in document.once(traverse.waivers):
        fault = _fault(waiver)
        if fault is not None:
            message, hint = fault
            yield Finding(path=(*path, "rule"), rule="waiver", message=message, hint=hint)
        elif waiver.until is not None and has_ended(waiver, document):
            ended = f"ended {iso(waiver.until)}, before the data date {iso(known)}"
            yield Finding(
                path=(*path, "until"),
                rule="ended_waiver",
                message=f"this waiver of {waiver.rule} {ended}",
                hint="fix what it waives and remove it, or decide again until when it holds",
                severity=Severity.WARNING,
                at_key=True,
            )


def _fault(waiver: Waiver) -> tuple[str, str] | None:
    """Return message and hint if there can be no such waiver."""
    rule = rule_of(waiver)
    if rule is None:
        several = book.named(waiver.rule)
        if several:
            return f"{quoted(waiver.rule)} is not one rule", f"name one, such as {several[0].id}"
        return f"there is no rule {quoted(waiver.rule)}", book.hint(waiver.rule)
    if rule.id.startswith(ABOUT_WAIVERS):
        return f"{waiver.rule} is about waivers, which cannot be waived", "fix the waiver that it is about"
    if rule.severity == "error":
        return f"{waiver.rule} is an error, which cannot be waived", "fix it, and remove the waiver"
    return None


def accepted(document: Document, problems: Iterable[Problem]) -> dict[Problem, ValuePath]:
    """Return the path of the waiver that accepts a problem, for each that one does."""
    by_rule: dict[Rule, list[tuple[ValuePath, Waiver]]] = {}
    for path, waiver in document.once(traverse.waivers):
        rule = rule_of(waiver)
        if rule is not None and not has_ended(waiver, document):
            by_rule.setdefault(rule, []).append((path, waiver))
    if not by_rule:
        return {}
    for known in by_rule.values():
        known.sort(key=_distance)
    found: dict[Problem, ValuePath] = {}
    for problem in problems:
        rule = book.rule_of(problem.rule) if problem.severity is Severity.WARNING else None
        for path, waiver in by_rule.get(rule, ()) if rule else ():
            if _is_about(path, waiver, problem):
                found.setdefault(problem, path)
    return found


def _distance(located: tuple[ValuePath, Waiver]) -> tuple[int, bool]:
    """Return a key by which the nearest waiver is first: in the smallest part, with names."""
    path, waiver = located
    part = _part(path)
    return (-len(part) if part != _WHOLE else 0), not waiver.about


def _part(path: ValuePath) -> ValuePath:
    """Return the part of the document that has the waiver at `path`."""
    return path[:-2]


def _is_about(path: ValuePath, waiver: Waiver, problem: Problem) -> bool:
    part = _part(path)
    if part != _WHOLE and not any(each[: len(part)] == part for each in _paths(problem)):
        return False
    return not waiver.about or not _names(problem).isdisjoint(waiver.about)


def _paths(problem: Problem) -> tuple[ValuePath, ...]:
    return (problem.path, *problem.about)


def _names(problem: Problem) -> set[str | int]:
    return {step for path in _paths(problem) for step in path[1:]}


def needless(
    document: Document,
    problems: Sequence[Problem],
    found: Mapping[Problem, ValuePath],
    is_checked: Callable[[Rule], bool],
) -> Iterator[Finding]:
    """Yield the waivers that accept nothing, and the names in them about which they accept nothing.

    Args:
        document: the document.
        problems: all that was found, accepted or not.
        found: what `accepted` has returned for them.
        is_checked: whether a rule was checked, so that all it finds is among `problems`.
    """
    used: dict[ValuePath, list[Problem]] = {}
    for problem, path in found.items():
        used.setdefault(path, []).append(problem)
    for path, waiver in document.once(traverse.waivers):
        rule = rule_of(waiver)
        if rule is None or not is_checked(rule) or has_ended(waiver, document):
            continue
        if path not in used:
            others = [
                found[each]
                for each in problems
                if each in found and book.rule_of(each.rule) is rule and _is_about(path, waiver, each)
            ]
            yield _needless(path, waiver, "", others)
        else:
            names = {name for each in used[path] for name in _names(each)}
            for index, name in enumerate(waiver.about):
                if name not in names:
                    yield _needless((*path, "about", index), waiver, f" about {name}", ())


def _needless(path: ValuePath, waiver: Waiver, what: str, others: Sequence[ValuePath]) -> Finding:
    message = f"this waiver of {waiver.rule} waives nothing{what}"
    if others:
        message = f"{message} that another one does not"
    return Finding(
        path=path,
        rule="needless_waiver",
        message=message,
        hint=Hint(f"remove {'the name' if what else 'it'}, or fix what it names", removes=True),
        severity=Severity.WARNING,
        others=tuple(Other(each, "the other waiver", at_key=False) for each in dict.fromkeys(others)),
    )
