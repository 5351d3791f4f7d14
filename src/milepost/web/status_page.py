"""The Status page of a site: the reports for which there is data, with their charts and files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from milepost.base.addresses import milestone_file, milestone_page
from milepost.base.files import Kept, digest
from milepost.base.paths import BUILT_IN, Templates
from milepost.render.reports import html
from milepost.views.reports.charts import Timeline
from milepost.views.reports.registry import REPORTS
from milepost.views.reports.table import Options
from milepost.web.exports.reports import report_csv, report_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from milepost.document.model import Document
    from milepost.history.recorded import Recorded
    from milepost.history.states import Snapshot
    from milepost.views.reports.registry import Report
    from milepost.views.reports.table import Table

_FOLDER = "reports"
_LEFT_OUT = frozenset({"graph"})
"""Reports that the pages of milestones and the timeline show better."""
_MOST_ROWS = 40
"""Tables with more rows are folded."""
_MOST_DRAWN = 100
"""Charts with a row for each milestone are left out where there are more; the table has them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A report on the page.

    Attributes:
        table: the report.
        html: its tables.
        svg: its chart; empty where it has none.
        files: the kind and the path of each file.
        values: the exact text of the table, by which it is known whether it has changed.
    """

    table: Table
    html: str
    svg: str
    files: tuple[tuple[str, str], ...]
    values: str


def parts(
    document: Document,
    snapshots: Sequence[Snapshot],
    recorded: Recorded,
    templates: Templates = BUILT_IN,
    kept: Kept | None = None,
) -> tuple[Part, ...]:
    """Return the reports on `document` for which there is data.

    Args:
        document: the document.
        snapshots: its states; those before its data date count.
        recorded: what imports of the schedule have recorded.
        templates: where templates are looked for.
        kept: has what was made of the same tables and charts before.
    """
    earlier = tuple(each for each in snapshots if each.day < document.metadata.data_date)
    options = Options(recorded=recorded.snapshot, activities=recorded.activities)
    return tuple(_parts(document, earlier, options, templates, kept or Kept()))


def _parts(
    document: Document, snapshots: tuple[Snapshot, ...], options: Options, templates: Templates, kept: Kept
) -> Iterator[Part]:
    codes = digest(*(each.code for each in document.milestones))

    def page_of(code: str) -> str | None:
        return milestone_file(milestone_page(code)) if document.milestone(code) else None

    for report in REPORTS:
        if report.name in _LEFT_OUT or (report.name == "slip" and not snapshots):
            continue
        table = report.table(document, snapshots, options)
        number = sum(1 for _ in table.rows)
        if number:
            svg = _drawn(report, document, snapshots, options, kept) if report.has_chart else ""
            values, is_folded = repr(table), bool(svg) or number > _MOST_ROWS
            yield Part(
                table=table,
                values=values,
                html=kept.get(
                    lambda table=table, is_folded=is_folded: html(  # type: ignore[misc]  # defaults have no types
                        table, templates, page_of, folded=is_folded
                    ).encode(),
                    "html",
                    values,
                    codes,
                    str(is_folded),
                ).decode(),
                svg=svg,
                files=tuple((kind, f"{_FOLDER}/{table.name}.{kind}") for kind in ("csv", "xlsx", "json")),
            )


def _drawn(
    report: Report, document: Document, snapshots: tuple[Snapshot, ...], options: Options, kept: Kept
) -> str:
    """Return the chart of a report as SVG; nothing where it would have very many rows."""
    chart = report.chart(document, snapshots, options)
    if isinstance(chart, Timeline) and len(chart.rows) > _MOST_DRAWN:
        return ""

    def drawn() -> bytes:
        from milepost.charts.reports.output import svg  # noqa: PLC0415 -- importing matplotlib is slow
        from milepost.charts.svg import themed  # noqa: PLC0415 -- likewise

        return themed(svg(chart)).encode()

    return kept.get(drawn, "svg", repr(chart)).decode()


def report_files(found: Sequence[Part], kept: Kept | None = None) -> Iterator[tuple[str, str | bytes]]:
    """Yield the path and the content of the files of each report; `kept` as in `parts`."""
    from milepost.web.exports.spreadsheet import report_workbook  # noqa: PLC0415 -- an extra

    keep = kept or Kept()
    for part in found:
        (_, for_programs), (_, workbook), (_, values) = part.files
        yield for_programs, report_csv(part.table)
        yield workbook, keep.get(partial(report_workbook, part.table), "xlsx", part.values)
        yield values, report_json(part.table)
