"""Building with real LaTeX: what is made, what is left alone, what is safe when something goes wrong."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from milepost.base.errors import MilepostError, Problem
from milepost.base.paths import Workspace
from milepost.build.document import Report, Target, build
from milepost.charts import output
from milepost.git.source_state import SourceState, source_state
from milepost.latex.process import Program
from milepost.views.page import SCREEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.once import Once

    from milepost.latex.engine import Progress
    from milepost.views.figures import Figure
    from milepost.views.page import Page

pytestmark = pytest.mark.slow

T = TypeVar("T")

DOCUMENT = """\
format: 1
document:
  handle: ACME-7
  title: Releases of the Rocket
  organisation: Acme
  authors:
    - Wile E. Coyote
  status: draft
  data_date: 2026-03-01
  draft_mark: Draft
sections:
  - title: Plan
    text: |
      See :ref:`chart`.

      .. figure:: chart
    milestones:
      level: 1
      no_deliveries: Nothing new.
milestones:
  R-1:
    name: Engine test
    level: 1
    due: 2025-05-01
    completed: 2025-06-01
    predecessors:
      - P-1
  R-2:
    name: First flight
    level: 1
    due: 2026-07-01
    predecessors:
      - R-1
  P-1:
    name: Nozzle
    level: 2
    due: 2025-02-01
    completed: 2025-02-03
figures:
  chart:
    kind: gantt
    caption: The plan.
    level: 1
"""
EVERYTHING = frozenset(Target) - {Target.SITE}  # which has tests of its own
PDF = frozenset({Target.PDF})
STATE = SourceState(commit="0123abcd", committed=1_750_000_000)
FIRST = "first.json"
"""What the first build of the document reported."""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    source = tmp_path / "milestones.yaml"
    source.write_text(DOCUMENT, "utf-8")
    return Workspace.of(source)


def committed(place: Path) -> Workspace:
    """Write the document into a repository, the same in each place."""
    place.mkdir(parents=True, exist_ok=True)
    (place / "milestones.yaml").write_text(DOCUMENT, "utf-8")
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-C", str(place)]
    dated = {
        **os.environ,
        "GIT_COMMITTER_DATE": "@1750000000 +0000",
        "GIT_AUTHOR_DATE": "@1750000000 +0000",
    }
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "Plan"]):
        subprocess.run([*git, *arguments], check=True, env=dated)
    return Workspace.of(place / "milestones.yaml")


def make(place: Path) -> None:
    """Build everything in `place`."""
    workspace = committed(place)
    report = build(workspace, EVERYTHING, source_state(workspace.source, None))
    (place / FIRST).write_text(json.dumps([names(report, workspace), report.passes]), "utf-8")


@pytest.fixture
def made(once: Once) -> Path:
    """Give a directory in which everything was built."""
    return once("rocket", make)


@pytest.fixture
def built(made: Path, tmp_path: Path) -> Workspace:
    """Give a copy of it."""
    return Workspace.of(Path(shutil.copytree(made, tmp_path / "copy")) / "milestones.yaml")


@pytest.fixture
def state(built: Workspace) -> SourceState:
    """Give the state from which it was built."""
    return source_state(built.source, None)


def names(report: Report, workspace: Workspace) -> list[str]:
    return [path.relative_to(workspace.build).as_posix() for path in report.written]


def edit(workspace: Workspace, old: str, new: str) -> None:
    text = workspace.source.read_text("utf-8")
    assert text.count(old) == 1
    workspace.source.write_text(text.replace(old, new), "utf-8")


def text_of(pdf: Path) -> str:
    return subprocess.run(["pdftotext", str(pdf), "-"], check=True, capture_output=True, text=True).stdout


def kept(workspace: Workspace) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in workspace.build.rglob("*") if path.is_file()}


def test_everything_is_made_once_and_then_left_alone(built: Workspace, state: SourceState) -> None:
    before = {path: path.stat().st_mtime_ns for path in built.build.rglob("*") if path.is_file()}
    second = build(built, EVERYTHING, state)

    written, passes = json.loads((built.source.parent / FIRST).read_text("utf-8"))
    assert written == [
        "latex/ACME-7.tex",
        "latex/figures/chart.pdf",
        "rst/figures/chart.svg",
        "rst/ACME-7.rst",
        "ACME-7.pdf",
    ]
    assert passes == 2
    assert second == Report()
    assert {path: path.stat().st_mtime_ns for path in built.build.rglob("*") if path.is_file()} == before


def test_a_changed_date_takes_one_pass_and_redraws_only_what_shows_it(
    built: Workspace, state: SourceState, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = []

    def noted(draw: Callable[[Figure, Page], T]) -> Callable[[Figure, Page], T]:
        def note(figure: Figure, page: Page = SCREEN) -> T:
            drawn.append(figure.name)
            return draw(figure, page)

        return note

    monkeypatch.setattr(output, "draw", noted(output.draw))
    monkeypatch.setattr(output, "draw_parts", noted(output.draw_parts))

    edit(built, "completed: 2025-02-03", "completed: 2025-02-04")
    delivery = build(built, EVERYTHING, state)
    assert drawn == []
    edit(built, "due: 2026-07-01", "due: 2026-08-01")
    edited = built.source.read_text("utf-8")

    def save_again(_progress: Progress) -> None:
        built.source.write_text(f"#\n{edited}", "utf-8")

    charted = build(built, EVERYTHING, state, on_progress=save_again)
    assert drawn == ["chart", "chart"]  # PDF and SVG
    assert names(build(built, EVERYTHING, state), built) == ["latex/ACME-7.tex"]  # what was saved meanwhile

    assert names(delivery, built) == ["latex/ACME-7.tex", "rst/ACME-7.rst", "ACME-7.pdf"]
    assert delivery.passes == 1
    assert names(charted, built) == [
        "latex/ACME-7.tex",
        "latex/figures/chart.pdf",
        "rst/figures/chart.svg",
        "rst/ACME-7.rst",
        "ACME-7.pdf",
    ]
    assert charted.passes == 1
    assert "completed 2025-02-04" in text_of(built.pdf("ACME-7"))


def test_a_figure_that_cannot_be_drawn_leaves_no_engine_and_no_part_of_a_pass(
    built: Workspace, state: SourceState, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Program] = []
    begin = Program.__init__

    def start(program: Program, *given: Any) -> None:
        begin(program, *given)
        started.append(program)

    def fail(*_: object) -> bytes:
        assert [*(built.latex / "passes").glob("*/ACME-7.aux")]  # it is typesetting
        edit(built, "name: Nozzle", "name: Jet")  # before the next build
        raise MilepostError(Problem(rule="figure-glyph", message="it cannot be drawn"))

    before = kept(built)
    edit(built, "due: 2026-07-01", "due: 2026-08-01")
    with monkeypatch.context() as patch:
        patch.setattr(Program, "__init__", start)
        patch.setattr(output, "pdf", fail)
        with pytest.raises(MilepostError, match="it cannot be drawn"):
            build(built, PDF, state)
    assert [program.is_running for program in started] == [False]
    assert not (built.latex / "passes").exists()
    after = kept(built)
    assert {path.name for path in before if before[path] != after.get(path)} == {".state.json", "ACME-7.tex"}
    assert build(built, PDF, state).passes == 1
    assert "Due: 2026-08-01" in text_of(built.pdf("ACME-7"))


def test_a_comment_in_the_source_runs_no_latex(built: Workspace, state: SourceState) -> None:
    built.source.write_text("# A remark.\n\n" + DOCUMENT, "utf-8")
    report = build(built, PDF, state)

    assert report.passes == 0
    assert names(report, built) == ["latex/ACME-7.tex"]  # its marks name other lines


def test_what_was_removed_or_changed_by_hand_is_made_again(built: Workspace, state: SourceState) -> None:
    pdf, chart = built.pdf("ACME-7"), built.rst / "figures" / "chart.svg"
    good = pdf.read_bytes(), chart.read_bytes()

    pdf.unlink()
    chart.write_text("<svg/>")
    report = build(built, EVERYTHING, state)

    assert sorted(names(report, built)) == ["ACME-7.pdf", "rst/figures/chart.svg"]
    assert (pdf.read_bytes(), chart.read_bytes()) == good


def test_a_figure_that_leaves_the_document_leaves_the_build(built: Workspace, state: SourceState) -> None:
    assert (built.latex / "figures" / "chart.pdf").exists()
    assert (built.rst / "figures" / "chart.svg").exists()

    edit(built, "      See :ref:`chart`.\n\n      .. figure:: chart\n", "      See below.\n")
    build(built, EVERYTHING - PDF, state)

    assert not (built.latex / "figures" / "chart.pdf").exists()
    assert not (built.rst / "figures" / "chart.svg").exists()


def test_faults_leave_what_was_built(built: Workspace, state: SourceState) -> None:
    good = kept(built)

    edit(built, "- R-1", "- R-9")
    with pytest.raises(MilepostError, match="there is no milestone R-9"):
        build(built, EVERYTHING, state)

    assert kept(built) == good


def test_a_latex_error_names_milestone_and_line_and_leaves_the_pdf(
    built: Workspace, state: SourceState
) -> None:
    good = built.pdf("ACME-7").read_bytes()
    body = Path(__file__).parents[2] / "templates" / "latex" / "body.tex.jinja"
    own = built.source.parent / "templates" / "latex" / "body.tex.jinja"
    own.parent.mkdir(parents=True)
    text = body.read_text("utf-8")
    broken = text.replace(
        "<% macro milestone(milestone) %>\n", "<% macro milestone(milestone) %>\n\\nosuchcommand\n"
    )
    assert broken != text
    own.write_text(broken, "utf-8")

    with pytest.raises(MilepostError) as caught:
        build(built, PDF, state)

    (problem,) = caught.value.problems
    line = DOCUMENT.splitlines().index("  R-1:") + 1
    assert str(problem).startswith(
        f"milestones.yaml:{line}: while typesetting R-1: Undefined control sequence"
    )
    assert "\n" not in str(problem)
    assert built.pdf("ACME-7").read_bytes() == good


def test_two_builds_at_once_take_turns(built: Workspace) -> None:
    edit(built, "due: 2026-07-01", "due: 2026-08-01")
    first, second = (milepost(built, "build", "pdf", "rst", "figures") for _ in range(2))
    outputs = [process.communicate(timeout=120) for process in (first, second)]

    assert [process.returncode for process in (first, second)] == [0, 0]
    assert sorted(out.splitlines()[-1] for out, _ in outputs) == [
        "build/ACME-7.pdf (3 pages, once through LaTeX)",
        "nothing to do: everything is up to date",
    ]


def test_own_templates_stand_before_the_built_in_ones(workspace: Workspace) -> None:
    own = workspace.source.parent / "templates" / "rst" / "document.rst.jinja"
    own.parent.mkdir(parents=True)
    own.write_text("{{ document.handle|heading(0) }}\n", "utf-8")

    build(workspace, frozenset({Target.RST}), STATE)

    assert workspace.rst_document("ACME-7").read_text("utf-8") == "#" * 6 + "\nACME-7\n" + "#" * 6 + "\n"


def test_the_revision_line_says_where_it_comes_from(workspace: Workspace) -> None:
    def line(state: SourceState) -> str:
        build(workspace, frozenset({Target.RST}), state)
        text = workspace.rst_document("ACME-7").read_text("utf-8")
        return next(line for line in text.splitlines() if line.startswith("Latest Revision"))

    # 2025-06-15 is the day of the time of the commit; without any, the data date is the day of the document.
    assert line(STATE).endswith(" 2025-06-15 (0123abcd)")
    assert line(SourceState(commit="0123abcd", committed=1_750_000_000, modified=True)).endswith(
        " 2025-06-15 (0123abcd, with uncommitted changes)"
    )
    assert line(SourceState(epoch=86_400)).endswith(" 1970-01-02")
    assert line(SourceState()).endswith(f" {date(2026, 3, 1)}")


def milepost(workspace: Workspace, *arguments: str, **options: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "milepost", *arguments]
    return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
        command,
        cwd=workspace.source.parent,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,
    )


def test_an_interruption_leaves_the_last_good_pdf(built: Workspace) -> None:
    good = built.pdf("ACME-7").read_bytes()
    edit(built, "First flight", "Second flight")
    at_work = built.latex / "ACME-7.unfinished"

    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
        before = time.time_ns()
        process = milepost(built, "build", "pdf", start_new_session=True)
        for _ in range(10_000):
            if at_work.exists() and at_work.stat().st_mtime_ns > before:
                break
            time.sleep(0.005)
        process.send_signal(number)
        _, errors = process.communicate(timeout=120)

        assert process.returncode == code
        assert "Traceback" not in errors
        assert built.pdf("ACME-7").read_bytes() == good
        assert {path.name for path in built.build.rglob(".*")} == {".state.json", ".rst.json", ".build.lock"}

    again = milepost(built, "build", "pdf")
    again.communicate(timeout=300)
    assert again.returncode == 0
    assert "Second flight" in text_of(built.pdf("ACME-7"))


@pytest.fixture
def open_path() -> Iterator[Path]:
    """Give a directory that other users can reach; pytest's own are closed to them."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_two_builds_of_one_revision_are_the_same_to_the_byte(made: Path, open_path: Path) -> None:
    """Another directory, user, locale, time zone, hash seed, umask and home give the same bytes."""
    place = open_path / "another place" / "déjà"
    committed(place)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(place),
        "PYTHONHASHSEED": "2",
        "TZ": "America/Lima",
        "LC_ALL": "C",
    }
    command = [sys.executable, "-m", "milepost", "build"]
    if os.geteuid() == 0 and _others_may_read(Path(sys.executable)):
        subprocess.run(["chown", "-R", "nobody", str(place)], check=True)
        command = ["setpriv", "--reuid=nobody", "--clear-groups", *command]
    done = subprocess.run(
        command, cwd=place, env=environment, umask=0o077, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr

    outputs = (
        "ACME-7.pdf",
        "latex/ACME-7.tex",
        "rst/ACME-7.rst",
        "latex/figures/chart.pdf",
        "rst/figures/chart.svg",
    )
    for name in outputs:
        assert (made / "build" / name).read_bytes() == (place / "build" / name).read_bytes(), name


def _others_may_read(program: Path) -> bool:
    """Return whether another user can run this Python and read what it imports."""
    check = ["setpriv", "--reuid=nobody", "--clear-groups", str(program), "-c", "import milepost.cli.main"]
    return (
        bool(shutil.which("setpriv"))
        and subprocess.run(check, check=False, capture_output=True).returncode == 0
    )
