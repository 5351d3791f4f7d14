"""Building with real LaTeX: what is made, what is left alone, what is safe when something goes wrong."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from milepost.base.errors import MilepostError
from milepost.base.paths import Workspace
from milepost.build.document import Report, Target, build
from milepost.git.source_state import SourceState

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow

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


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    source = tmp_path / "milestones.yaml"
    source.write_text(DOCUMENT, "utf-8")
    return Workspace.of(source)


def names(report: Report, workspace: Workspace) -> list[str]:
    return [path.relative_to(workspace.build).as_posix() for path in report.written]


def edit(workspace: Workspace, old: str, new: str) -> None:
    text = workspace.source.read_text("utf-8")
    assert text.count(old) == 1
    workspace.source.write_text(text.replace(old, new), "utf-8")


def text_of(pdf: Path) -> str:
    return subprocess.run(["pdftotext", str(pdf), "-"], check=True, capture_output=True, text=True).stdout


def test_everything_is_made_once_and_then_left_alone(workspace: Workspace) -> None:
    first = build(workspace, EVERYTHING, STATE)
    before = {path: path.stat().st_mtime_ns for path in workspace.build.rglob("*") if path.is_file()}
    second = build(workspace, EVERYTHING, STATE)

    assert names(first, workspace) == [
        "latex/ACME-7.tex",
        "latex/figures/chart.pdf",
        "rst/figures/chart.svg",
        "rst/ACME-7.rst",
        "ACME-7.pdf",
    ]
    assert first.passes == 2
    assert second == Report()
    assert {path: path.stat().st_mtime_ns for path in workspace.build.rglob("*") if path.is_file()} == before


def test_a_changed_date_takes_one_pass_and_redraws_only_what_shows_it(workspace: Workspace) -> None:
    build(workspace, EVERYTHING, STATE)

    edit(workspace, "completed: 2025-02-03", "completed: 2025-02-04")
    delivery = build(workspace, EVERYTHING, STATE)
    edit(workspace, "due: 2026-07-01", "due: 2026-08-01")
    charted = build(workspace, EVERYTHING, STATE)

    assert names(delivery, workspace) == ["latex/ACME-7.tex", "rst/ACME-7.rst", "ACME-7.pdf"]
    assert delivery.passes == 1
    assert names(charted, workspace) == [
        "latex/ACME-7.tex",
        "latex/figures/chart.pdf",
        "rst/figures/chart.svg",
        "rst/ACME-7.rst",
        "ACME-7.pdf",
    ]
    assert charted.passes == 1
    assert "completed 2025-02-04" in text_of(workspace.pdf("ACME-7"))


def test_a_comment_in_the_source_runs_no_latex(workspace: Workspace) -> None:
    build(workspace, PDF, STATE)

    workspace.source.write_text("# A remark.\n\n" + DOCUMENT, "utf-8")
    report = build(workspace, PDF, STATE)

    assert report.passes == 0
    assert names(report, workspace) == ["latex/ACME-7.tex"]  # its marks name other lines


def test_what_was_removed_or_changed_by_hand_is_made_again(workspace: Workspace) -> None:
    build(workspace, EVERYTHING, STATE)
    pdf, chart = workspace.pdf("ACME-7"), workspace.rst / "figures" / "chart.svg"
    good = pdf.read_bytes(), chart.read_bytes()

    pdf.unlink()
    chart.write_text("<svg/>")
    report = build(workspace, EVERYTHING, STATE)

    assert sorted(names(report, workspace)) == ["ACME-7.pdf", "rst/figures/chart.svg"]
    assert (pdf.read_bytes(), chart.read_bytes()) == good


def test_a_figure_that_leaves_the_document_leaves_the_build(workspace: Workspace) -> None:
    build(workspace, EVERYTHING, STATE)

    edit(workspace, "      See :ref:`chart`.\n\n      .. figure:: chart\n", "      See below.\n")
    build(workspace, EVERYTHING, STATE)

    assert not (workspace.latex / "figures" / "chart.pdf").exists()
    assert not (workspace.rst / "figures" / "chart.svg").exists()


def test_faults_leave_what_was_built(workspace: Workspace) -> None:
    build(workspace, EVERYTHING, STATE)
    good = {path: path.read_bytes() for path in workspace.build.rglob("*") if path.is_file()}

    edit(workspace, "- R-1", "- R-9")
    with pytest.raises(MilepostError, match="there is no milestone R-9"):
        build(workspace, EVERYTHING, STATE)

    assert {path: path.read_bytes() for path in workspace.build.rglob("*") if path.is_file()} == good


def test_a_latex_error_names_milestone_and_line_and_leaves_the_pdf(workspace: Workspace) -> None:
    build(workspace, PDF, STATE)
    good = workspace.pdf("ACME-7").read_bytes()
    body = Path(__file__).parents[2] / "templates" / "latex" / "body.tex.jinja"
    own = workspace.source.parent / "templates" / "latex" / "body.tex.jinja"
    own.parent.mkdir(parents=True)
    text = body.read_text("utf-8")
    broken = text.replace(
        "<% macro milestone(milestone) %>\n", "<% macro milestone(milestone) %>\n\\nosuchcommand\n"
    )
    assert broken != text
    own.write_text(broken, "utf-8")

    with pytest.raises(MilepostError) as caught:
        build(workspace, PDF, STATE)

    (problem,) = caught.value.problems
    line = DOCUMENT.splitlines().index("  R-1:") + 1
    assert str(problem).startswith(
        f"milestones.yaml:{line}: while typesetting R-1: Undefined control sequence"
    )
    assert "\n" not in str(problem)
    assert workspace.pdf("ACME-7").read_bytes() == good

    own.unlink()
    assert build(workspace, PDF, STATE).passes in {0, 1, 2}
    assert workspace.pdf("ACME-7").read_bytes() == good


def test_two_builds_at_once_take_turns(workspace: Workspace) -> None:
    first, second = (milepost(workspace, "build", "pdf", "rst", "figures") for _ in range(2))
    outputs = [process.communicate(timeout=120) for process in (first, second)]

    assert [process.returncode for process in (first, second)] == [0, 0]
    assert sorted(out.splitlines()[-1] for out, _ in outputs) == [
        "build/ACME-7.pdf (3 pages, 2 times through LaTeX)",
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


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_an_interruption_leaves_the_last_good_pdf(workspace: Workspace, name: str) -> None:
    build(workspace, PDF, STATE)
    good = workspace.pdf("ACME-7").read_bytes()
    edit(workspace, "First flight", "Second flight")

    process = milepost(workspace, "build", "pdf", start_new_session=True)
    # LaTeX writes its log from the start: once it is newer than the edit, it is at work.
    log = workspace.latex / "ACME-7.log"
    edited = workspace.source.stat().st_mtime_ns
    for _ in range(2000):
        if log.exists() and log.stat().st_mtime_ns > edited:
            break
        time.sleep(0.005)
    process.send_signal(getattr(signal, name))
    _, errors = process.communicate(timeout=30)

    assert process.returncode == {"SIGINT": 130, "SIGTERM": 143}[name]
    assert "Traceback" not in errors
    assert workspace.pdf("ACME-7").read_bytes() == good
    assert {path.name for path in workspace.build.rglob(".*")} == {".state.json", ".build.lock"}

    again = milepost(workspace, "build", "pdf")
    again.communicate(timeout=60)
    assert again.returncode == 0
    assert "Second flight" in text_of(workspace.pdf("ACME-7"))


@pytest.fixture
def open_path() -> Iterator[Path]:
    """Give a directory that other users can reach; pytest's own are closed to them."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_two_builds_of_one_revision_are_the_same_to_the_byte(open_path: Path) -> None:
    """Another directory, user, locale, time zone, hash seed, umask and home give the same bytes."""
    places = open_path / "one", open_path / "another place" / "déjà"
    for place in places:
        place.mkdir(parents=True)
        (place / "milestones.yaml").write_text(DOCUMENT, "utf-8")
        git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-C", str(place)]
        dated = {
            **os.environ,
            "GIT_COMMITTER_DATE": "@1750000000 +0000",
            "GIT_AUTHOR_DATE": "@1750000000 +0000",
        }
        for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "Plan"]):
            subprocess.run([*git, *arguments], check=True, env=dated)
    plain = {"PATH": os.environ["PATH"], "HOME": str(open_path)}
    environments = (
        {**plain, "PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C"},
        {**plain, "PYTHONHASHSEED": "2", "TZ": "America/Lima", "LC_ALL": "C.UTF-8", "HOME": str(places[1])},
    )
    for place, environment, umask in zip(places, environments, (0o022, 0o077), strict=True):
        command = [sys.executable, "-m", "milepost", "build"]
        if os.geteuid() == 0 and place == places[1] and _others_may_read(Path(sys.executable)):
            subprocess.run(["chown", "-R", "nobody", str(place)], check=True)
            command = ["setpriv", "--reuid=nobody", "--clear-groups", *command]
        done = subprocess.run(
            command, cwd=place, env=environment, umask=umask, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr

    made = (
        "ACME-7.pdf",
        "latex/ACME-7.tex",
        "rst/ACME-7.rst",
        "latex/figures/chart.pdf",
        "rst/figures/chart.svg",
    )
    for name in made:
        one, another = (place / "build" / name for place in places)
        assert one.read_bytes() == another.read_bytes(), name


def _others_may_read(program: Path) -> bool:
    """Return whether another user can run this Python and read what it imports."""
    check = ["setpriv", "--reuid=nobody", "--clear-groups", str(program), "-c", "import milepost.cli.main"]
    return (
        bool(shutil.which("setpriv"))
        and subprocess.run(check, check=False, capture_output=True).returncode == 0
    )
