"""The findings of the last check as a panel, which a preview of the site shows on each page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from milepost.base.errors import MOST_SHOWN, Problem, Severity, count, printable
from milepost.base.paths import BUILT_IN
from milepost.findings.excerpt import excerpt
from milepost.render.html import html_environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from milepost.findings.report import Found, Report
    from milepost.render.templates import TemplateEnvironment
    from milepost.rulebook.book import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Pdf:
    """The document as PDF, for the panel.

    Attributes:
        name: the name of its file; empty if there is none yet.
        note: what is done about it, such as `being built`; may be empty.
    """

    name: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Shown:
    """A finding, as the template prints it."""

    severity: str
    place: str
    message: str
    hint: str
    excerpt: str
    others: tuple[str, ...]
    rule: Rule | None


def panel(report: Report, lines: Sequence[str], *, current: bool, pdf: Pdf) -> str:
    """Return the panel as HTML, in which all texts are escaped.

    Args:
        report: the findings.
        lines: of the document.
        current: whether the site shows the document as it is now.
        pdf: the PDF.
    """
    # Errors come first: they are why nothing changes.
    findings = sorted(report.findings, key=lambda each: each.problem.severity is not Severity.ERROR)
    return (
        _environment()
        .get_template("findings/preview.html.jinja")
        .render(
            counts=_sentence(report),
            has_errors=report.errors > 0,
            current=current,
            findings=[_shown(each, report.file, lines) for each in findings[:MOST_SHOWN]],
            more=count(len(findings) - MOST_SHOWN, "more finding") if len(findings) > MOST_SHOWN else "",
            pdf=pdf,
        )
    )


def empty_page() -> str:
    """Return the page for a document whose site could not be made yet, without its panel."""
    return _environment().get_template("findings/no-site.html.jinja").render()


def _sentence(report: Report) -> str:
    numbers = [
        count(number, noun)
        for number, noun in ((report.errors, "error"), (report.warnings, "warning"))
        if number
    ]
    return " and ".join(numbers) if numbers else "No findings"


def _shown(found: Found, file: str, lines: Sequence[str]) -> _Shown:
    problem: Problem = found.problem
    place = problem.place
    return _Shown(
        severity=str(problem.severity),
        place=printable(str(place)) if place else "",
        message=printable(problem.message),
        hint=printable(problem.hint),
        excerpt="\n".join(excerpt(place, lines)) if place and place.file == file else "",
        others=tuple(printable(note.words) for note in problem.others),
        rule=found.rule,
    )


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the parts of a text of the rulebook, and whether each is code."""
    for number, part in enumerate(text.split("`")):
        if part:
            yield part, number % 2 == 1


@cache
def _environment() -> TemplateEnvironment:
    environment = html_environment(BUILT_IN)
    environment.add_filters(parts=_parts)
    return environment
