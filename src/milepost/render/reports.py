"""A report as aligned text for a terminal, and as Markdown by `templates/reports/report.md.jinja`."""

from __future__ import annotations

import re
from functools import cache
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, NamedTuple

from docutils.utils import column_width

from milepost.base import escape
from milepost.base.dates import iso
from milepost.base.errors import printable
from milepost.base.paths import BUILT_IN, Templates
from milepost.render.environment import escaping_environment, rst_environment
from milepost.render.html import html_environment
from milepost.views.reports.table import Kind, Share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from jinja2 import Environment

    from milepost.views.reports.table import Cell, Column, Group, Row, Table

_GAP = "  "
_NARROWEST = 12
"""Columns of a terminal that a text needs at least."""


_RIGHT = frozenset({Kind.NUMBER, Kind.SHARE})
"""Kinds of columns whose cells are aligned at their ends."""


class TextLine(NamedTuple):
    """A line for a terminal; headings may be bold."""

    text: str
    is_heading: bool = False


def words(cell: Cell) -> str:
    """Return a cell as people read it."""
    if isinstance(cell, Share):
        return f"{cell.completed}/{cell.planned}" if cell.planned else ""
    return " ".join(cell) if isinstance(cell, tuple) else "" if cell is None else str(cell)


def heading(table: Table) -> str:
    """Return the title of a report with its document and data date."""
    return f"{table.handle}: {table.title}, as of {iso(table.data_date)}"


def text_lines(table: Table, width: int) -> Iterator[TextLine]:
    """Yield a report as aligned text, `width` columns wide, or wider if numbers and dates need that."""
    yield TextLine(_plain(heading(table)), is_heading=True)
    yield from map(TextLine, _wrapped(table.note, width))
    indent = _GAP if table.is_grouped else ""
    rows = [[_plain(words(cell)) for cell in row] for group in table.groups for row in _all_rows(group)]
    widths = _widths(table.columns, rows, width - len(indent))
    if rows:
        yield TextLine("")
        for line in _aligned([column.title for column in table.columns], table.columns, widths):
            yield TextLine(indent + line, is_heading=True)
    for position, group in enumerate(table.groups):
        if table.is_grouped:
            if position or not rows:
                yield TextLine("")
            yield from (TextLine(line, is_heading=True) for line in _wrapped(group.title, width))
        if not group.rows:
            yield from ([] if table.is_grouped else [TextLine("")])
            yield from (TextLine(indent + line) for line in _wrapped(group.nothing, width - len(indent)))
        for row in _all_rows(group):
            for line in _aligned([_plain(words(cell)) for cell in row], table.columns, widths):
                yield TextLine(indent + line)


def _all_rows(group: Group) -> Iterable[Row]:
    return group.rows if group.total is None or not group.rows else (*group.rows, group.total)


def _plain(text: str) -> str:
    return printable(" ".join(text.split()))


def _widths(columns: Sequence[Column], rows: Iterable[Sequence[str]], room: int) -> list[int]:
    """Return the width of each column; texts get less than they need if that is more than the room."""
    widths = [max(map(column_width, column.title.split())) for column in columns]
    for row in rows:
        widths = [max(width, column_width(cell)) for width, cell in zip(widths, row, strict=True)]
    flexible = [at for at, column in enumerate(columns) if column.kind in {Kind.TEXT, Kind.CODES}]
    spare = room - len(_GAP) * (len(columns) - 1) - sum(widths)
    while flexible and spare < 0:
        widest = max(flexible, key=lambda at: widths[at])
        if widths[widest] <= _NARROWEST:
            break
        widths[widest] -= 1
        spare += 1
    for at in flexible:  # a title is in one line where there is room
        more = column_width(columns[at].title) - widths[at]
        if 0 < more <= spare:
            widths[at] += more
            spare -= more
    return widths


def _aligned(cells: Sequence[str], columns: Sequence[Column], widths: Sequence[int]) -> Iterator[str]:
    """Yield the lines of one row."""
    wrapped = [_wrapped(cell, width) for cell, width in zip(cells, widths, strict=True)]
    for line in zip_longest(*wrapped, fillvalue=""):
        padded = (
            space + text if column.kind in _RIGHT else text + space
            for text, column, width in zip(line, columns, widths, strict=True)
            for space in [" " * (width - column_width(text))]
        )
        yield _GAP.join(padded).rstrip()


def _wrapped(text: str, width: int) -> list[str]:
    """Break `text` into lines of at most `width` columns, within a word only if that is longer."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if column_width(longer) <= width:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for character in word:
            if lines[-1] and column_width(lines[-1] + character) > width:
                lines.append("")
            lines[-1] += character
    return lines


def markdown(table: Table, templates: Templates = BUILT_IN) -> str:
    """Return a report as GitHub's Markdown."""
    template = _environment(templates).get_template("reports/report.md.jinja")
    return _one_blank_line(template.render(_values(table, lambda row: tuple(map(words, row)))))


def rst(table: Table, templates: Templates = BUILT_IN) -> str:
    """Return a report as reStructuredText for docutils and Sphinx alike."""
    template = rst_environment(templates).get_template("reports/report.rst.jinja")
    return _one_blank_line(
        escape.rst_finish(template.render(_values(table, lambda row: tuple(map(words, row)))))
    )


def html(
    table: Table,
    templates: Templates = BUILT_IN,
    href: Callable[[str], str | None] | None = None,
    *,
    folded: bool = False,
) -> str:
    """Return a report as HTML: the elements of its tables.

    Args:
        table: the report.
        templates: where templates are looked for.
        href: returns the address of a milestone's page by its code. Without it, the elements are for any
            page: they have a heading, and a style of their own.
        folded: whether the tables are shown only on request.
    """
    kinds = [column.kind for column in table.columns]

    def cells(row: Row) -> list[_HtmlCell]:
        return [
            _HtmlCell(
                words(cell), href(str(cell)) if href and kind is Kind.CODE and cell else None, kind, at == 0
            )
            for at, (cell, kind) in enumerate(zip(row, kinds, strict=True))
        ]

    template = html_environment(templates).get_template("reports/report.html.jinja")
    return template.render({**_values(table, cells), "embed": href is None, "folded": folded})


class _HtmlCell(NamedTuple):
    text: str
    href: str | None
    kind: Kind
    is_first: bool


def _values(table: Table, cells: Callable[[Row], Sequence[Any]]) -> dict[str, Any]:
    """Return what a template prints of a report."""
    return {
        "heading": heading(table),
        "table": table,
        "groups": [
            {
                "title": group.title,
                "nothing": group.nothing,
                "rows": [cells(row) for row in group.rows],
                "total": group.total and cells(group.total),
            }
            for group in table.groups
        ],
        "right": _RIGHT,
    }


def _one_blank_line(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", text).rstrip() + "\n"


@cache
def _environment(templates: Templates = BUILT_IN) -> Environment:
    return escaping_environment(escape.markdown, templates)
