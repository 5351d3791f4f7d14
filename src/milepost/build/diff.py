"""Write the files in `build/diff/` that show a difference."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from milepost.base import files, paths
from milepost.base.paths import BUILT_IN, Templates
from milepost.base.processes.beside import Beside
from milepost.build import publish
from milepost.diff import summary
from milepost.diff.alignment import matching_blocks
from milepost.latex import glyphs
from milepost.render.diff_page import diff_page
from milepost.render.documents import plain_text
from milepost.render.markdown import markdown
from milepost.render.pasted import pasted
from milepost.review.identity import identities
from milepost.review.report import report
from milepost.review.slack import slacks
from milepost.views.chart import GanttChart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from milepost.base.paths import Workspace
    from milepost.diff.changes import Change
    from milepost.diff.comparison import Comparison
    from milepost.latex.engine import Progress
    from milepost.redline.edition import MarkedEdition
    from milepost.render.diff_page import Published
    from milepost.review.cover import Origin
    from milepost.review.report import Report
    from milepost.review.side_by_side import SideBySide


def summary_markdown(comparison: Comparison, workspace: Workspace) -> str:
    """Return the summary as Markdown; the document's own templates are used if it has any."""
    return markdown(summary.view(comparison), workspace.templates)


def summary_json(
    comparison: Comparison,
    _: Workspace,
    origins: Mapping[Change, Origin] | None = None,
    dates: SideBySide | None = None,
) -> str:
    """Return the summary as JSON."""
    about = {change: identity.about for change, identity in identities(comparison).items()}
    side_by_side = None if dates is None else dates.values
    return summary.as_json(comparison, origins or {}, about, side_by_side, slacks(comparison))


def to_paste(review: Report, dates: SideBySide | None, form: str, workspace: Workspace) -> str:
    """Return the review as text to paste; `form` is `jira` or `txt`."""
    return pasted(review, dates, form, workspace.templates)


def write(  # noqa: PLR0913 -- all but the first two by name
    comparison: Comparison,
    workspace: Workspace,
    *,
    origins: Mapping[Change, Origin] | None = None,
    dates: SideBySide | None = None,
    packet: bool = False,
    pdf: bool = True,
    on_progress: Callable[[Progress], None] | None = None,
    on_wait: Callable[[], None] = lambda: None,
) -> list[Path]:
    """Write all files that show `comparison`, and return their paths; if one cannot be made, none is written.

    Args:
        comparison: what to show.
        workspace: the directory for its files.
        origins: who made the changes, where git knows.
        dates: the dates of more than two editions.
        packet: write what a board needs, in a folder of its own: the cover sheet comes first in the PDF, and
            there are texts to paste.
        pdf: whether to make PDFs of the document and the charts, which takes longest.
        on_progress: called for each page of the document.
        on_wait: called before waiting for another run in the same workspace.

    Raises:
        MilepostError: the PDF cannot be made.
    """
    from milepost.redline.edition import mark

    marked = mark(comparison)
    review = report(comparison, origins)
    in_json = summary_json(comparison, workspace, origins, dates)
    made = dict(_views(comparison, marked, workspace, review, dates, in_json))
    directory = workspace.review if packet else workspace.diff
    if packet:
        made |= {f"review.{form}": to_paste(review, dates, form, workspace) for form in ("jira", "txt")}
    with files.lock(workspace.lock("diff"), on_wait):
        publish.recover(directory)
        if pdf:
            made |= dict(_charts_as_pdf(marked))
            name = f"{paths.stem(marked.new.handle)}-{'packet' if packet else 'diff'}.pdf"
            made[name] = _typeset(comparison, marked, workspace, on_progress, review, dates, packet=packet)
        publish.publish(made, directory)
    return [directory / name for name in made]


def _views(  # noqa: PLR0913, PLR0917 -- as for `write`
    comparison: Comparison,
    marked: MarkedEdition,
    workspace: Workspace,
    review: Report,
    dates: SideBySide | None,
    in_json: str,
) -> Iterator[tuple[str, str | bytes]]:
    """Yield the name and content of each file that is not a PDF."""
    templates = workspace.templates
    with Beside(lambda: _text_diff(marked, templates)) as text:
        drawn = _drawn(marked)
        yield "summary.md", summary_markdown(comparison, workspace)
        yield "summary.json", in_json
        yield "index.html", _page(marked, drawn, review, templates, side_by_side=dates)
        yield f"{paths.stem(marked.new.handle)}.txt.diff", text.result()
    for name, stem in _charts(marked):
        yield f"{stem}.svg", drawn[name]


def page_of(comparison: Comparison, marked: MarkedEdition, templates: Templates, published: Published) -> str:
    """Return the page of a difference for a site, without who made the changes."""
    return _page(marked, _drawn(marked), report(comparison), templates, published=published)


def _page(  # noqa: PLR0913 -- the parts of the page
    marked: MarkedEdition,
    drawn: Mapping[str, str],
    review: Report,
    templates: Templates,
    *,
    side_by_side: SideBySide | None = None,
    published: Published | None = None,
) -> str:
    return diff_page(
        marked.merged,
        marked.listing,
        *marked.names,
        drawn,
        marked.headline,
        templates,
        report=review,
        side_by_side=side_by_side,
        published=published,
    )


def _drawn(marked: MarkedEdition) -> dict[str, str]:
    """Return each figure as SVG; where there is none, matplotlib is not imported, which takes long."""
    if not marked.merged.figures:
        return {}
    from milepost.charts import output

    return {name: output.svg(figure.drawing) for name, figure in marked.merged.figures.items()}


def _charts_as_pdf(marked: MarkedEdition) -> Iterator[tuple[str, bytes]]:
    """Yield the name and content of the file of each chart."""
    from milepost.charts import output

    for name, stem in _charts(marked):
        yield f"{stem}.pdf", output.pdf(marked.charts[name], marked.merged.page)


def _text_diff(marked: MarkedEdition, templates: Templates = BUILT_IN) -> str:
    """Return a unified diff of the plain text of both editions."""
    before, after = (
        plain_text(view, templates).splitlines(keepends=True) for view in (marked.old, marked.new)
    )
    return "".join(_unified(before, after, *marked.names))


class _Matcher(difflib.SequenceMatcher[str]):
    """Groups changes as difflib does, but finds them in near linear time."""

    a: list[str]
    b: list[str]

    def get_matching_blocks(self) -> list[difflib.Match]:
        end = difflib.Match(len(self.a), len(self.b), 0)
        return [*(difflib.Match(*block) for block in matching_blocks(self.a, self.b)), end]


def _unified(old: list[str], new: list[str], old_name: str, new_name: str) -> Iterator[str]:
    """Yield the lines of a unified diff."""
    for group in _Matcher(None, old, new).get_grouped_opcodes():
        if old_name:
            yield f"--- {old_name}\n+++ {new_name}\n"
            old_name = ""
        _, start, _, new_start, _ = group[0]
        _, _, end, _, new_end = group[-1]
        yield f"@@ -{_range(start, end)} +{_range(new_start, new_end)} @@\n"
        for tag, low, high, new_low, new_high in group:
            if tag == "equal":
                yield from (f" {line}" for line in old[low:high])
                continue
            yield from (f"-{line}" for line in old[low:high])
            yield from (f"+{line}" for line in new[new_low:new_high])


def _range(start: int, end: int) -> str:
    """Return a range of lines: its first line, counted from 1, and its length unless that is 1."""
    length = end - start
    return str(start + 1) if length == 1 else f"{start + 1 if length else start},{length}"


def _charts(marked: MarkedEdition) -> Iterator[tuple[str, str]]:
    """Yield the figure of each chart and its stem: `gantt-diff` or `trend-diff` for the first."""
    kinds: set[str] = set()
    for name, chart in marked.charts.items():
        stem = "gantt-diff" if isinstance(chart, GanttChart) else "trend-diff"
        yield name, f"{stem}-{paths.stem(name)}" if stem in kinds else stem
        kinds.add(stem)


def _typeset(  # noqa: PLR0913, PLR0917 -- as for `write`
    comparison: Comparison,
    marked: MarkedEdition,
    workspace: Workspace,
    on_progress: Callable[[Progress], None] | None,
    review: Report,
    dates: SideBySide | None,
    *,
    packet: bool,
) -> bytes:
    """Return the marked document as PDF."""
    from milepost.latex import engine
    from milepost.latex.pdf import diff_pdf
    from milepost.redline.edition import stated_time

    for edition in (comparison.old, comparison.new):
        glyphs.require(edition.loaded)
    old_name, new_name = marked.names
    typeset = diff_pdf(
        marked.merged,
        workspace.diff_work,
        listing=marked.listing,
        old_name=old_name,
        new_name=new_name,
        headline=marked.headline,
        epoch=stated_time(comparison),
        report=review,
        dates=dates,
        packet=packet,
        templates=workspace.templates,
        on_progress=on_progress or engine.ignore,
    )
    return typeset.pdf.read_bytes()
