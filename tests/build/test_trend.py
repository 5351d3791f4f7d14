"""A document with a trend chart: what is built of it, and what a changed state builds again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from pypdf import PdfReader
from tests.build.test_build import DOCUMENT
from tests.cli.test_cli_diff import git
from tests.support.published import ROOT

from milepost.base.paths import Workspace
from milepost.build import diff
from milepost.build.document import Target, build
from milepost.cli.main import main
from milepost.diff.comparison import compare
from milepost.git.revisions import read
from milepost.git.source_state import SourceState
from milepost.redline.edition import mark
from milepost.views.chart import Presence
from milepost.views.trend.lines import TrendChart

if TYPE_CHECKING:
    from pathlib import Path

    from milepost.build.document import Report

pytestmark = pytest.mark.slow

STATE = SourceState(commit="0123abcd", committed=1_750_000_000)
TREND = """\
  trend:
    kind: trend
    caption: How the plan moved.
    level: 1
"""
WITH_TREND = DOCUMENT.replace(".. figure:: chart\n", ".. figure:: chart\n\n      .. figure:: trend\n") + TREND
JANUARY = "# milestones: some\ncode,due,completed\nR-1,2025-05-01,2025-06-01\nR-2,2026-05-01,\n"
DECEMBER = "# milestones: some\ncode,due,completed\nR-2,2026-04-01,\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "milestones.yaml").write_text(WITH_TREND, "utf-8")
    (tmp_path / "history").mkdir()
    (tmp_path / "history/2026-01-31.csv").write_text(JANUARY, "utf-8")
    (tmp_path / "history/2025-12-31.csv").write_text(DECEMBER, "utf-8")
    return Workspace.of(tmp_path / "milestones.yaml")


def built(workspace: Workspace, *targets: Target) -> Report:
    return build(workspace, frozenset(targets), STATE)


def names(workspace: Workspace, report: Report) -> set[str]:
    return {path.relative_to(workspace.build).as_posix() for path in report.written}


def change(workspace: Workspace) -> None:
    (workspace.history / "2026-01-31.csv").write_text(JANUARY.replace("2026-05-01", "2026-09-01"), "utf-8")


@pytest.mark.parametrize("layout", ["milepost", "lsstdoc"])
def test_the_pdf_has_the_chart_and_a_changed_state_draws_nothing_else_again(
    workspace: Workspace, layout: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if layout == "lsstdoc":
        text = WITH_TREND.replace("document:\n", "document:\n  class: lsstdoc\n", 1)
        workspace.source.write_text(text, "utf-8")
        monkeypatch.setenv("TEXMFHOME", str(ROOT / "tests/data/texmf"))
    assert not built(workspace, Target.PDF).warnings
    pages = "\n".join(page.extract_text() for page in PdfReader(workspace.pdf("ACME-7")).pages)
    # Lines of the chart are text: dates of states, labels, and the caption.
    for words in ("2025-12-31", "First flight", "due date = report date", "How the plan moved."):
        assert words in pages
    assert names(workspace, built(workspace, Target.PDF)) == set()

    change(workspace)

    drawn = names(workspace, built(workspace, Target.FIGURES))
    assert {name for name in drawn if name.startswith("latex/")} == {"latex/figures/trend.pdf"}


def test_the_text_has_an_alternative_and_a_changed_state_draws_nothing_else_again(
    workspace: Workspace,
) -> None:
    built(workspace, Target.RST)
    rst = (workspace.rst / "ACME-7.rst").read_text("utf-8")

    assert (
        "Milestone trend chart of 2 milestones: due dates in 3 states from 2025-12-31 to 2026-03-01." in rst
    )
    assert "R-2: 2026-04-01, then 2026-05-01, then 2026-07-01" in rst

    change(workspace)

    assert names(workspace, built(workspace, Target.RST)) == {"rst/figures/trend.svg", "rst/ACME-7.rst"}


def test_without_states_there_is_a_warning_and_each_line_is_a_point(workspace: Workspace) -> None:
    for path in workspace.history.iterdir():
        path.unlink()

    (warning,) = built(workspace, Target.FIGURES).warnings

    assert str(warning).endswith(
        "milestones.yaml:46:3: warning: there is no state before 2026-03-01, so each line is one point "
        "(save a state each month: milepost history save)"
    )
    assert "in one state, 2026-03-01" in (workspace.rst / "figures/trend.svg").read_text("utf-8")


def test_a_state_with_faults_is_left_out_with_a_warning(workspace: Workspace) -> None:
    (workspace.history / "2026-01-31.csv").write_text("# milestones: some\ncode,due\nR-2,soon\n", "utf-8")

    (warning,) = built(workspace, Target.FIGURES).warnings

    assert "2026-01-31.csv:3:5" in str(warning)
    assert "in 2 states from 2025-12-31" in (workspace.rst / "figures/trend.svg").read_text("utf-8")


def test_the_site_has_the_chart_with_links_and_a_changed_state_changes_only_its_page(
    workspace: Workspace,
) -> None:
    built(workspace, Target.SITE)
    page = (workspace.site / "document/plan.html").read_text("utf-8")
    found = re.search(r'<figure class="milepost-trend".*?</figure>', page, re.DOTALL)

    assert found is not None
    figure = ET.fromstring(found[0].replace("¶", ""))
    links = {
        link.get("href"): link.get("aria-label") or "" for link in figure.iter() if link.tag.endswith("}a")
    }
    assert "../milestones/r-2.html" in links
    assert "../milestones/r-1.html" not in links  # completed before the first state
    assert links["../milestones/r-2.html"].startswith(
        "R-2 First flight: due 2026-04-01 on 2025-12-31, 2026-05-01 on 2026-01-31, 2026-07-01 on 2026-03-01"
    )
    assert "milepost-trend" not in (workspace.site / "timeline.html").read_text("utf-8")
    assert "var(--milepost-chart-ink" in found[0]

    change(workspace)

    pages = {name for name in names(workspace, built(workspace, Target.SITE)) if name.endswith(".html")}
    # The page of the milestone lists its earlier dates.
    assert pages == {"site/document/plan.html", "site/milestones/r-2.html", "site/status.html"}
    assert "2026-09-01 on 2026-01-31" in (workspace.site / "document/plan.html").read_text("utf-8")


def test_a_site_built_again_is_that_of_a_fresh_build(workspace: Workspace, tmp_path: Path) -> None:
    built(workspace, Target.SITE)
    change(workspace)
    (workspace.history / "2025-12-31.csv").unlink()
    built(workspace, Target.SITE)
    other = Workspace.of(tmp_path / "fresh/milestones.yaml")
    other.history.mkdir(parents=True)
    other.source.write_text(WITH_TREND, "utf-8")
    (other.history / "2026-01-31.csv").write_bytes((workspace.history / "2026-01-31.csv").read_bytes())
    built(other, Target.SITE)

    page = "document/plan.html"
    assert (workspace.site / page).read_bytes() == (other.site / page).read_bytes()


def test_recorded_exports_are_states_and_a_changed_one_draws_nothing_else_again(workspace: Workspace) -> None:
    export = workspace.schedule() / "2026-02-15.csv"
    export.parent.mkdir()
    text = f"# milestones: schedule\n# source: x.xls\n# sha256: {'0' * 64}\ncode,due,forecast,completed\n"
    export.write_text(f"{text}R-2,2026-05-15,2026-06-01,\nZ-9,2026-05-01,,\n", "utf-8")
    built(workspace, Target.FIGURES)
    drawing = workspace.rst / "figures/trend.svg"

    assert "2026-05-01 on 2026-01-31, 2026-05-15 on 2026-02-15" in drawing.read_text("utf-8")

    export.write_text(f"{text}R-2,2026-05-16,2026-06-01,\n", "utf-8")

    again = names(workspace, built(workspace, Target.FIGURES))
    assert again == {"latex/figures/trend.pdf", "rst/figures/trend.svg"}
    assert "2026-05-16 on 2026-02-15" in drawing.read_text("utf-8")


# --- Differences --------------------------------------------------------------------------------------------


def test_each_edition_of_a_difference_has_the_states_before_its_own_data_date(
    workspace: Workspace, tmp_path: Path
) -> None:
    earlier = WITH_TREND.replace("2026-03-01", "2026-01-15").replace("2026-07-01", "2026-06-01")
    workspace.source.write_text(earlier, "utf-8")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "milestones.yaml")
    git(tmp_path, "commit", "-qm", "first")
    workspace.source.write_text(WITH_TREND, "utf-8")

    comparison = compare(*read(workspace.source, "HEAD", None))
    old, new = (edition.view.figures["trend"].drawing for edition in (comparison.old, comparison.new))
    marked = mark(comparison).charts["trend"]

    assert isinstance(old, TrendChart)
    assert isinstance(new, TrendChart)
    assert [str(day) for day in old.days] == ["2025-12-31", "2026-01-15"]
    assert [str(day) for day in new.days] == ["2025-12-31", "2026-01-31", "2026-03-01"]
    assert isinstance(marked, TrendChart)
    assert marked.redrawn
    assert [(trend.code, trend.presence, trend.changed) for trend in marked.trends] == [
        ("R-1", Presence.KEPT, False),
        ("R-2", Presence.KEPT, True),
    ]
    files = {path.name for path in diff.write(comparison, workspace, pdf=False)}
    assert {"gantt-diff.svg", "trend-diff.svg"} <= files
    drawing = (workspace.diff / "trend-diff.svg").read_text("utf-8")
    assert "2026-07-01 (was 2026-06-01)" in drawing


def test_each_edition_of_a_site_has_the_states_before_its_own_data_date(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def made() -> list[str]:
        capsys.readouterr()
        assert main(["-f", str(workspace.source), "editions", "--no-pdf"]) == 0
        return [line for line in capsys.readouterr().err.splitlines() if line.startswith("building")]

    def page(name: str) -> str:
        return (workspace.editions / name / "document/plan.html").read_text("utf-8")

    git(tmp_path, "init", "-q", "-b", "main")
    workspace.source.write_text(WITH_TREND.replace("2026-03-01", "2026-01-15"), "utf-8")
    git(tmp_path, "add", "milestones.yaml")
    git(tmp_path, "commit", "-qm", "first")
    git(tmp_path, "tag", "v1")
    workspace.source.write_text(WITH_TREND, "utf-8")
    git(tmp_path, "commit", "-qam", "second")

    assert made() == ["building v1 …", "building main …"]
    assert "2026-05-01 on 2026-01-31" not in page("v/v1")
    assert "2026-05-01 on 2026-01-31" in page("v/main")

    change(workspace)

    made()
    assert "2026-09-01 on 2026-01-31" in page("v/main")
