"""Rules about selections: what they select twice, or not at all."""

from __future__ import annotations

from collections import Counter
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from milepost.base.errors import Severity, count
from milepost.base.suggest import Hint, Vocabulary
from milepost.document import schedule
from milepost.document.conditions import HOLDS
from milepost.document.figures import MOST_LABELS, GanttFigure, TrendFigure
from milepost.document.traverse import (
    chart_rows,
    own_sections,
    placed_figures,
    printed_milestones,
    sections,
)
from milepost.rules.finding import Finding, Other

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from milepost.base.errors import ValuePath
    from milepost.document.model import Document
    from milepost.document.selection import Selection


_UNKNOWN = {
    "codes": ("there is no milestone {}", "code or pattern"),
    "level": ("there are no milestones of level {}", "level"),
    "wbs": ("no milestone is in {} of the work breakdown structure", "place"),
    "tags": ("no milestone has the tag {}", "tag"),
}
"""What is said of a value that holds for no milestone, and what to name another of."""


def check_selections(document: Document) -> Iterator[Finding]:
    """Yield selections without conditions or results, and milestones that are selected twice or never."""
    for path, selection in _selections(document):
        if selection.is_empty:
            yield _empty(path)
        else:
            yield from _without_result(document, path, selection)
    yield from _own_sections(document)
    yield from _context(document)
    yield from _labels(document)
    yield from _undelivered(document)
    yield from _of_schedule(document)


def _selections(document: Document) -> Iterator[tuple[ValuePath, Selection]]:
    """Yield every selection of `document` with its path."""
    for path, section in sections(document):
        if section.milestones is not None:
            yield (*path, "milestones"), section.milestones
            if section.milestones.deliveries is not None:
                yield (*path, "milestones", "deliveries"), section.milestones.deliveries
    for figure in _charts(document):
        yield ("figures", figure.name), figure
        if figure.context is not None:
            yield ("figures", figure.name, "context"), figure.context
    for trend in _trends(document):
        yield ("figures", trend.name), trend
        if trend.labels is not None:
            yield ("figures", trend.name, "labels"), trend.labels


def _trends(document: Document) -> Iterator[TrendFigure]:
    return (figure for figure in document.figures if isinstance(figure, TrendFigure))


def _charts(document: Document) -> Iterator[GanttFigure]:
    return (figure for figure in document.figures if isinstance(figure, GanttFigure))


def _without_result(document: Document, path: ValuePath, selection: Selection) -> Iterator[Finding]:
    """Yield the values of `selection` that hold for no milestone, or else that nothing is selected at all."""
    nothing = not document.selected(selection)
    # A chart without rows cannot be drawn.
    severity = (
        Severity.ERROR if nothing and isinstance(selection, GanttFigure | TrendFigure) else Severity.WARNING
    )
    idle = list(selection.idle(document.facts))
    for below, value in idle:
        key = str(below[-2])
        message, what = _UNKNOWN[key]
        hint = _hint(document, key, value) or f"name another {what}"
        here = (*path, *below)
        yield Finding(
            path=here, rule="selection", message=message.format(value), hint=hint, severity=severity
        )
    unknown = Counter(below[0] for below, _ in idle)
    explained = any(number == len(getattr(selection, str(key), ())) for key, number in unknown.items())
    if nothing and not explained:
        message = f"no milestone is selected by {selection}"
        yield Finding(
            path=path,
            rule="selection",
            message=message,
            hint="change one of the conditions",
            severity=severity,
            at_key=True,
        )


def _empty(path: ValuePath) -> Finding:
    hint = f'add {", ".join(HOLDS)} or not; codes: "*" selects all of them'
    message = "nothing says which milestones are meant"
    return Finding(path=path, rule="missing", message=message, hint=hint, at_key=True)


def _hint(document: Document, key: str, value: str) -> str:
    """Return what is probably meant by a value that no milestone has."""
    renamed = schedule.current_codes(document.milestones)
    if key == "codes" and value in renamed:
        return Hint(f"it is called {renamed[value]} now", words=value, instead=renamed[value])
    known = list(_values_of(document, key))
    alike = (each for each in known if fnmatchcase(each.casefold(), value.casefold()))
    if close := next(alike, None):
        return Hint(f"capitals and small letters differ; did you mean {close}?", words=value, instead=close)
    return Vocabulary(known).hint(value, "")


def _values_of(document: Document, key: str) -> Iterator[str]:
    """Yield the values of a condition that milestones have, for hints."""
    for milestone in document.milestones:
        match key:
            case "codes":
                yield milestone.code
            case "wbs":
                yield from filter(None, [milestone.wbs])
            case "tags":
                yield from milestone.tags


def _own_sections(document: Document) -> Iterator[Finding]:
    """Yield the selections of milestones that have a section of their own elsewhere already."""
    own: dict[str, ValuePath] = {}
    for path, section in sections(document):
        asked = section.milestones
        if asked is None or asked.is_empty:  # which is another fault
            continue
        here = (*path, "milestones")
        codes = [each.code for each in document.selected(asked)]
        twice = [code for code in codes if code in own]
        elsewhere = dict.fromkeys(own[code] for code in twice)
        for code in codes:
            own.setdefault(code, here)
        if twice:
            yield Finding(
                path=here,
                rule="selection",
                message=f"{_and_others(twice, 'has its section', 'have their sections')} elsewhere already",
                hint="remove one of the two, or leave milestones out with not",
                at_key=True,
                others=tuple(Other(each, "this selects some of them, too") for each in elsewhere),
            )


def _context(document: Document) -> Iterator[Finding]:
    """Yield the milestones that are selected as the context of a chart and belong to the document itself."""
    own = document.once(own_sections)
    for figure in _charts(document):
        if figure.context is None:
            continue
        rows = {each.code for each in document.selected(figure)}
        context = [each.code for each in document.selected(figure.context)]
        with_section = [code for code in context if code in own]
        both = [code for code in context if code in rows and code not in own]
        for codes, one, many in (
            (with_section, "has a section of its own and is no context", "have sections and are no context"),
            (both, "is a row of the chart already", "are rows of the chart already"),
        ):
            if codes:
                yield Finding(
                    path=("figures", figure.name, "context"),
                    rule="selection",
                    message=_and_others(codes, one, many),
                    hint=f"leave out what is no context, as in  not: {{codes: {codes[0]}}}",
                    severity=Severity.WARNING,
                    at_key=True,
                )


def _labels(document: Document) -> Iterator[Finding]:
    """Yield the choices of labels of trend charts that have too many, or none of the lines."""
    for figure in _trends(document):
        if figure.labels is None or figure.labels.is_empty:
            continue
        lines = {each.code for each in document.selected(figure)}
        chosen = [each.code for each in document.selected(figure.labels)]
        number = sum(code in lines for code in chosen)
        if number > MOST_LABELS:
            message = f"{number} lines are to have labels; the {MOST_LABELS} that moved most get them"
            hint = f"select at most {MOST_LABELS}"
        elif chosen and lines and not number:
            message, hint = "no line of the chart has a label", "select some of the milestones of the chart"
        else:
            continue
        yield Finding(
            path=("figures", figure.name, "labels"),
            rule="selection",
            message=message,
            hint=hint,
            severity=Severity.WARNING,
            at_key=True,
        )


def _undelivered(document: Document) -> Iterator[Finding]:
    """Yield the milestones that are not printed, if any section prints milestones."""
    if not any(section.milestones is not None for _, section in sections(document)):
        return
    printed = set(printed_milestones(document))
    placed = placed_figures(document)
    for figure in _charts(document):
        if figure.name in placed:
            printed |= chart_rows(document, figure)[1]
    for milestone in document.milestones:
        if milestone.code not in printed:
            message = f"{milestone.code} is not delivered by any milestone and not printed"
            yield Finding(
                path=("milestones", milestone.code),
                rule="undelivered",
                message=message,
                hint="name it as a predecessor of one, or select it for a section",
                severity=Severity.WARNING,
                at_key=True,
            )


def _of_schedule(document: Document) -> Iterator[Finding]:
    """Yield what is written about an export of the schedule and can never do anything.

    A code that no milestone has is none of that: the next export may have it.
    """
    asked = document.schedule
    for key in ("codes", "deliveries"):
        selection: Selection | None = getattr(asked, key)
        if selection is not None and selection.is_empty:
            yield _empty(("schedule", key))
        elif selection is not None and selection.tags:
            message = "an export has no tags, so that this selects nothing of it"
            yield _idle(("schedule", key, "tags"), message, "name codes, levels or places")
    has_sections = any(section.milestones is not None for _, section in sections(document))
    if asked.deliveries is not None and not {"deliveries", "all"} & set(asked.links):
        message = "this does nothing, because links from deliveries are not followed"
        yield _idle(("schedule", "deliveries"), message, "add links: deliveries")
    elif asked.links and "all" not in asked.links and not has_sections:
        message = "this does nothing, because no section has milestones"
        yield _idle(("schedule", "links"), message, "write all to follow every link, or remove it")


def _idle(path: ValuePath, message: str, hint: str) -> Finding:
    return Finding(
        path=path, rule="selection", message=message, hint=hint, severity=Severity.WARNING, at_key=True
    )


def _and_others(codes: Sequence[str], one: str, many: str) -> str:
    """Return a sentence about the first of `codes` and how many others there are."""
    return (
        f"{codes[0]} and {count(len(codes) - 1, 'other')} {many}" if len(codes) > 1 else f"{codes[0]} {one}"
    )
