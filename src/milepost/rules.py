"""Rules: what must, or should, hold between the parts of a document."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from milepost import acronyms
from milepost.dates import iso
from milepost.errors import Severity
from milepost.model import Document, GanttFigure, Milestone, Section
from milepost.text import (
    Citation,
    CrossReference,
    Footnote,
    Inline,
    Issue,
    Line,
    MilestoneMention,
    Prose,
    figure_places,
    lines_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a rule found.

    Attributes:
        path: keys and indices from the root of the document to the value it is about.
        at_key: it is about the key of that value rather than the value.
        rule, message, hint, severity: as in `milepost.errors.Problem`.
    """

    path: Path
    rule: str
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR
    at_key: bool = False


def check(document: Document) -> Iterator[Finding]:
    """Yield every finding about `document`: faults, which make it invalid, and doubts."""
    yield from _unknown_predecessors(document)
    yield from _cycles(document)
    yield from _earlier_codes(document)
    yield from _labels(document)
    yield from _prose(document)
    yield from _figures(document)
    yield from _printed_levels(document)
    yield from _dates(document)
    yield from _change_record(document)
    yield from _contradictions(document)
    yield from _undelivered(document)
    yield from _acronyms(document)


def _warning(path: Path, rule: str, message: str, hint: str = "", *, at_key: bool = True) -> Finding:
    return Finding(path=path, rule=rule, message=message, hint=hint, severity=Severity.WARNING, at_key=at_key)


def _did_you_mean(name: str, known: Iterable[str], otherwise: str) -> str:
    close = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return f"did you mean {close[0]}?" if close else otherwise


def _where(milestone: Milestone, *key: str | int) -> Path:
    return ("milestones", milestone.code, *key)


def _unknown_predecessors(document: Document) -> Iterator[Finding]:
    codes = {milestone.code for milestone in document.milestones}
    renamed = {old: milestone.code for milestone in document.milestones for old in milestone.aka}
    for milestone in document.milestones:
        seen: set[str] = set()
        for index, code in enumerate(milestone.predecessors):
            path = _where(milestone, "predecessors", index)
            if code in seen:
                yield Finding(
                    path=path,
                    rule="predecessor",
                    message=f"{code} stands here twice",
                    hint="remove one of the lines",
                )
            elif code not in codes:
                hint = _did_you_mean(code, codes, "add it under milestones or remove it here")
                if code in renamed:
                    hint = f"it is now called {renamed[code]}"
                yield Finding(
                    path=path, rule="predecessor", message=f"there is no milestone {code}", hint=hint
                )
            seen.add(code)


def _cycles(document: Document) -> Iterator[Finding]:
    """Yield each cycle of predecessors once, at the milestone of it that comes first in the document."""
    predecessors = {milestone.code: milestone.predecessors for milestone in document.milestones}
    finished: set[str] = set()
    for start in predecessors:
        trail: list[str] = []
        waiting: list[tuple[str, int]] = [(start, 0)]
        while waiting:
            code, depth = waiting.pop()
            del trail[depth:]
            if code in trail:
                cycle = [*trail[trail.index(code) :], code]
                yield Finding(
                    path=("milestones", code, "predecessors"),
                    rule="cycle",
                    message=f"these milestones wait for each other: {' waits for '.join(cycle)}",
                    hint="remove one of these predecessors",
                    at_key=True,
                )
            elif code not in finished:
                trail.append(code)
                finished.add(code)
                known = [each for each in predecessors[code] if each in predecessors]
                waiting.extend((each, depth + 1) for each in reversed(known))


def _earlier_codes(document: Document) -> Iterator[Finding]:
    owners = {milestone.code: milestone.code for milestone in document.milestones}
    for milestone in document.milestones:
        for index, old in enumerate(milestone.aka):
            owner = owners.setdefault(old, milestone.code)
            if owner != milestone.code or old == milestone.code:
                whose = "the code" if old in {m.code for m in document.milestones} else "an earlier code"
                yield Finding(
                    path=_where(milestone, "aka", index),
                    rule="aka",
                    message=f"{old} is {whose} of {owner} already",
                    hint="a code can belong to one milestone only",
                )


def _sections(document: Document) -> Iterator[tuple[Path, Section]]:
    """Yield every section with its path, in reading order."""

    def below(sections: tuple[Section, ...], path: Path) -> Iterator[tuple[Path, Section]]:
        for index, section in enumerate(sections):
            here = (*path, "sections", index)
            yield here, section
            yield from below(section.sections, here)

    yield from below(document.sections, ())


def _labels(document: Document) -> Iterator[Finding]:
    taken = {figure.name: "a figure" for figure in document.figures}
    for path, section in _sections(document):
        if section.label is not None:
            if section.label in taken:
                message = f"{section.label} is the label of {taken[section.label]} already"
                yield Finding(
                    path=(*path, "label"), rule="label", message=message, hint="choose another label"
                )
            taken[section.label] = f"the section {section.title!r}"


def _all_prose(document: Document) -> Iterator[tuple[Path, Prose]]:
    yield ("document", "abstract"), document.metadata.abstract
    for path, section in _sections(document):
        yield (*path, "text"), section.text


def _all_lines(document: Document) -> Iterator[tuple[Path, Line]]:
    for path, prose in _all_prose(document):
        yield from ((path, line) for line in lines_of(prose))
    for index, change in enumerate(document.change_record):
        path = ("change_record", index, "description")
        yield path, change.description
        yield from ((path, inline.inlines) for inline in change.description if isinstance(inline, Footnote))
    for figure in document.figures:
        yield ("figures", figure.name, "caption"), figure.caption


def _prose(document: Document) -> Iterator[Finding]:
    handles = {reference.handle for reference in document.references}
    codes = {milestone.code for milestone in document.milestones}
    labels = {figure.name for figure in document.figures}
    labels |= {section.label for _, section in _sections(document) if section.label is not None}
    cited: set[str] = set()
    for path, line in _all_lines(document):
        for inline in line:
            yield from _dangling(inline, path, handles, codes, labels)
            if isinstance(inline, Citation):
                cited.add(inline.handle)
            if isinstance(inline, Issue) and document.metadata.issue_url is None:
                yield Finding(
                    path=path,
                    rule="issue",
                    message=f"there is no address for the issue {inline.key}",
                    hint="add  issue_url: https://.../{key}  under document",
                )
            if isinstance(inline, Footnote) and path[0] in {"figures", "change_record"}:
                yield Finding(
                    path=path,
                    rule="footnote",
                    message="no footnote can stand here",
                    hint="write it into the text",
                )
    if document.metadata.issue_url is not None and "{key}" not in document.metadata.issue_url:
        yield Finding(
            path=("document", "issue_url"),
            rule="issue",
            message="the address has no place for the key of an issue",
            hint="write {key} where it belongs",
        )
    for reference in document.references:
        if reference.handle not in cited:
            path = ("references", reference.handle)
            yield _warning(path, "uncited", f"nothing cites {reference.handle}", "cite it or remove it")


def _dangling(
    inline: Inline, path: Path, handles: set[str], codes: set[str], labels: set[str]
) -> Iterator[Finding]:
    match inline:
        case Citation(handle=name) if name not in handles:
            message, hint = (
                f"there is no reference {name}",
                _did_you_mean(name, handles, "add it under references"),
            )
        case MilestoneMention(code=name) if name not in codes:
            message, hint = (
                f"there is no milestone {name}",
                _did_you_mean(name, codes, "add it under milestones"),
            )
        case CrossReference(label=name) if name not in labels:
            message = f"there is no section or figure {name}"
            hint = _did_you_mean(name, labels, "add it as label: of a section, or under figures")
        case _:
            return
    yield Finding(path=path, rule="dangling", message=message, hint=hint)


def _figures(document: Document) -> Iterator[Finding]:
    names = {figure.name for figure in document.figures}
    placed: set[str] = set()
    for path, prose in _all_prose(document):
        for name in figure_places(prose):
            if name not in names:
                hint = _did_you_mean(name, names, "add it under figures")
                yield Finding(path=path, rule="figure", message=f"there is no figure {name}", hint=hint)
            elif name in placed or path[0] == "document":
                message = (
                    f"the figure {name} has its place already"
                    if name in placed
                    else "no figure can stand here"
                )
                yield Finding(path=path, rule="figure", message=message, hint="remove the directive")
            placed.add(name)
    for figure in document.figures:
        path = ("figures", figure.name)
        if figure.name not in placed:
            hint = f"write  .. figure:: {figure.name}  where it belongs"
            yield _warning(
                path, "figure", f"the figure {figure.name} is placed nowhere and not printed", hint
            )
        if isinstance(figure, GanttFigure) and not any(m.level == figure.level for m in document.milestones):
            message = f"there are no milestones of level {figure.level} to draw"
            yield Finding(path=(*path, "level"), rule="figure", message=message, hint="name another level")


def _printed_levels(document: Document) -> Iterator[Finding]:
    first: set[int] = set()
    for path, section in _sections(document):
        if section.milestones is None:
            continue
        level, here = section.milestones.level, (*path, "milestones", "level")
        if level in first:
            message = f"the milestones of level {level} have their sections already"
            yield Finding(path=here, rule="level", message=message, hint="remove one of the two")
        elif not any(milestone.level == level for milestone in document.milestones):
            yield _warning(here, "level", f"there are no milestones of level {level}", "name another level")
        first.add(level)


def _dates(document: Document) -> Iterator[Finding]:
    known = document.metadata.data_date
    for milestone in document.milestones:
        if milestone.completed is not None and milestone.completed > known:
            yield Finding(
                path=_where(milestone, "completed"),
                rule="future",
                message=f"completed {iso(milestone.completed)} is after the data date {iso(known)}",
                hint="mend the date, or set data_date to the day of the schedule",
            )
        if milestone.completed is not None and milestone.forecast is not None:
            path = _where(milestone, "forecast")
            yield _warning(path, "forecast", f"{milestone.code} is completed and has a forecast", "remove it")


def _change_record(document: Document) -> Iterator[Finding]:
    versions: set[str] = set()
    previous = None
    for index, change in enumerate(document.change_record):
        if change.version is not None and change.version in versions:
            yield Finding(
                path=("change_record", index, "version"),
                rule="version",
                message=f"the version {change.version} stands in the change record twice",
                hint="give each change a version of its own",
            )
        versions |= {change.version} - {None}  # type: ignore[arg-type]
        if previous is not None and change.date < previous:
            message = f"{iso(change.date)} is before the entry above, {iso(previous)}"
            yield Finding(
                path=("change_record", index, "date"),
                rule="order",
                message=message,
                hint="write the oldest first",
            )
        previous = change.date


def _contradictions(document: Document) -> Iterator[Finding]:
    known = document.metadata.data_date
    by_code = {milestone.code: milestone for milestone in document.milestones}
    for milestone in document.milestones:
        expected = milestone.forecast or milestone.due
        if milestone.completed is None and expected < known:
            what = "forecast for" if milestone.forecast else "due"
            message = (
                f"{milestone.code} was {what} {iso(expected)}, before the data date, and is not completed"
            )
            yield _warning(_where(milestone, "due"), "overdue", message, "enter its completion or a forecast")
        for index, code in enumerate(milestone.predecessors):
            predecessor = by_code.get(code)
            if predecessor is None:
                continue
            path = _where(milestone, "predecessors", index)
            if milestone.completed is not None and predecessor.completed is None:
                message = f"{milestone.code} is completed but its predecessor {code} is not"
                yield _warning(
                    path, "unfinished", message, "look whether it still depends on it", at_key=False
                )
            if predecessor.due > milestone.due:
                message = (
                    f"{milestone.code} is due {iso(milestone.due)}, "
                    f"before its predecessor {code} ({iso(predecessor.due)})"
                )
                yield _warning(path, "backwards", message, "look at the two dates", at_key=False)


def _undelivered(document: Document) -> Iterator[Finding]:
    """Yield the milestones that are printed nowhere, when some level has its sections."""
    levels = {
        section.milestones.level for _, section in _sections(document) if section.milestones is not None
    }
    if not levels:
        return
    printed = {milestone.code for milestone in document.milestones if milestone.level in levels}
    delivered = {
        code
        for milestone in document.milestones
        if milestone.code in printed
        for code in milestone.predecessors
    }
    for milestone in document.milestones:
        if milestone.code not in printed | delivered:
            message = f"{milestone.code} is not delivered by any milestone and not printed"
            yield _warning(_where(milestone), "undelivered", message, "name it as a predecessor of one")


def _acronyms(document: Document) -> Iterator[Finding]:
    found = acronyms.usage(document)
    for entry in found.unused:
        path = ("acronyms", entry.acronym)
        yield _warning(
            path, "acronym", f"nothing uses {entry.acronym}", "remove it, or write keep: true below it"
        )
    for word, path in found.undefined:
        hint = "define it under acronyms, or list it under unexpanded"
        yield _warning(path, "acronym", f"{word} has no definition", hint, at_key=False)
    for word in found.needless:
        path = ("unexpanded", document.unexpanded.index(word))
        yield _warning(path, "acronym", f"nothing uses {word}", "remove it", at_key=False)
    for acronym, definition, other in found.competing:
        message = f"{acronym} has two definitions: {definition!r} and {other!r}"
        yield _warning(("acronyms", acronym), "acronym", message, "settle for one")
